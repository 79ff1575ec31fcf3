"""What waits for a board member, oldest first; documents; entering for someone."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import holds, require
from contributors.crediting import disputed_credits
from contributors.deadlines import timing
from contributors.drafting import start_piece
from contributors.models import Contributor, CountsAs, Genre, Piece, PieceState
from contributors.newsroom import publish_document
from contributors.output import waiting_desk
from contributors.registration import record_person
from web.board.forms import DOCUMENT_TYPES, AuthorForm, DocumentForm
from web.due import waiting
from web.notices import told_notices
from web.once import FirstPress
from web.page import PageRequest, for_board, for_members, show

MOST_DISPUTED = 50


@for_board
def desk_page(request: PageRequest) -> HttpResponseBase:
    desk = waiting_desk(request.actor)
    when = timing(request.portal)
    disputed = list(disputed_credits()[:MOST_DISPUTED]) if holds(request.actor, "credit.settle") else []
    context = {
        "desk": desk,
        "submitted": waiting(desk.submitted, when),
        "to_publish": waiting(desk.to_publish, when),
        "disputed": disputed,
        "notices": told_notices(request.actor.contributor_id),
        "today": clock.today(request.portal.time_zone),
        "nothing": not (desk.submitted or desk.to_publish or desk.applications or desk.practice or disputed),
        "may_call": holds(request.actor, "call.write"),
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


@for_members
def enter_page(request: PageRequest) -> HttpResponseBase:
    """Nhập hộ: name the author, then write as for oneself. Both names are kept."""
    require(request.actor, "piece.start_for_other")
    form = AuthorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        press = FirstPress(form.cleaned_data["client_key"])
        with form.refusals():
            author = form.cleaned_data["contributor"] or press.kept(Contributor)
            if author is None:
                author = record_person(
                    actor=request.actor, full_name=form.cleaned_data["full_name"], unit=form.cleaned_data["unit"]
                )
                press.keep(author)
            return redirect(f"{reverse('web:send')}?{urlencode({'for': str(author.public_id)})}")
    return show(request, "board/enter.html", form=form)
