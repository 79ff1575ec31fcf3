"""What waits for a board member, oldest first; documents."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import holds, require
from contributors.drafting import start_piece
from contributors.models import CountsAs, Genre, Piece, PieceState
from contributors.newsroom import publish_document
from contributors.output import waiting_desk
from web.board.forms import DOCUMENT_TYPES, DocumentForm
from web.page import PageRequest, for_board, show


@for_board
def desk_page(request: PageRequest) -> HttpResponseBase:
    desk = waiting_desk(request.actor)
    context = {
        "desk": desk,
        "today": clock.today(request.portal.time_zone),
        "nothing": not (desk.submitted or desk.to_publish or desk.applications or desk.practice),
        "may_enter": holds(request.actor, "piece.start_for_other"),
    }
    return show(request, "board/desk.html", context)


@for_board
def document_page(request: PageRequest) -> HttpResponseBase:
    """A document goes up without review: written down and posted in one transaction, so that a wrong address
    leaves nothing half done.
    """
    require(request.actor, "document.publish")
    genre = Genre.objects.filter(counts_as=CountsAs.DOCUMENT).order_by("position", "pk").first()
    form = DocumentForm(request.POST or None, initial={"genre": genre.code if genre else ""})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            piece = _posted(request, form)
            messages.success(request, _("Đã ghi văn bản %(number)s.") % {"number": piece.document_number})
            return redirect("web:document")
    latest = Piece.objects.filter(genre__counts_as=CountsAs.DOCUMENT, state=PieceState.PUBLISHED)
    context = {"types": DOCUMENT_TYPES, "latest": latest.order_by("-published_at", "-pk")[:5]}
    return show(request, "board/document.html", context, form=form)


def _posted(request: PageRequest, form: DocumentForm) -> Piece:
    with transaction.atomic():
        piece = start_piece(
            actor=request.actor,
            client_key=form.cleaned_data["client_key"],
            genre=form.cleaned_data["genre"],
            **form.piece_fields(),
        )
        if piece.state == PieceState.PUBLISHED:  # the second of two quick presses
            return piece
        return publish_document(
            actor=request.actor,
            piece=piece,
            seen_version=piece.version,
            url=form.cleaned_data["published_url"],
        )
