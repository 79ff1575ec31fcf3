"""Nhập hộ: what came by Zalo, on paper or by telephone, on one page. Both names are kept."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors.access import require
from contributors.entering import enter_piece
from contributors.errors import DomainError
from contributors.models import Contributor, Piece, Upload, UploadKind
from contributors.uploads import begin_upload, receive_file
from web.board.enter_forms import EnterForm
from web.page import PageRequest, for_members, show


@for_members
def enter_page(request: PageRequest) -> HttpResponseBase:
    """One press makes person, piece and photos; the next page shows all of it before it is sent in."""
    require(request.actor, "piece.start_for_other")
    form = EnterForm(request.POST or None, request.FILES or None, initial=_chosen(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            said = form.cleaned_data
            piece = enter_piece(
                actor=request.actor,
                client_key=said["client_key"],
                genre=said["genre"],
                text=said["text"],
                author=said["contributor"],
                full_name=said["full_name"],
                unit=said["unit"],
            )
            _take_photos(request, piece, form)
            return redirect("web:send_check", public_id=piece.public_id)
    return show(request, "board/enter.html", form=form)


def _chosen(request: PageRequest) -> dict[str, str]:
    """`?for=` names the author, as a person's page links here."""
    return {"contributor": request.GET["for"]} if "for" in request.GET else {}


def _take_photos(request: PageRequest, piece: Piece, form: EnterForm) -> None:
    """What cannot be used is told, and the rest is kept. The keys follow from the form's: a second press adds none."""
    taker: Contributor | None = piece.contributor if form.cleaned_data["who"] == "author" else None
    for place, file in enumerate(form.cleaned_data["photos"]):
        key = uuid.uuid5(form.cleaned_data["client_key"], str(place))
        if Upload.objects.filter(piece=piece, client_key=key).exists():
            continue
        try:
            begun = begin_upload(
                actor=request.actor,
                piece=piece,
                client_key=key,
                kind=UploadKind.PHOTO,
                file_name=file.name,
                size=file.size,
                photographer=taker,
            )
            receive_file(actor=request.actor, upload=begun, parts=file.chunks())
        except DomainError as refused:
            messages.warning(request, _("%(file)s: %(problem)s") % {"file": file.name, "problem": refused.message()})
