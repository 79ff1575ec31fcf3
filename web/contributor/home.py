"""A contributor's own pieces: the list, one piece with its story, taking back, writing again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import holds, is_own
from contributors.attachments import attachments_of
from contributors.calls import calls_open_to
from contributors.crediting import credits_to_answer
from contributors.family_cards import is_for_family
from contributors.models import CreditSource, NoticeKind, PieceState
from contributors.newsroom import reopen_piece, withdraw_piece
from contributors.output import own_pieces
from contributors.readers import readers_of
from contributors.recognition import Reason, half_before, recognition
from payments.earnings import estimate_of, statements_of
from payments.own_checks import checks_asked
from web.context import pays_today
from web.forms import SeenForm
from web.notices import Told, told_notices
from web.page import PageRequest, for_contributors, for_members, person_of, show
from web.pieces import entered_by, own_piece, photos_of, seen_piece
from web.sentences import YOURS, story, tell

A_PAGE = 20
LATEST = 3


@for_contributors
def my_pieces_page(request: PageRequest) -> HttpResponseBase:
    """The big button, what became of my pieces, what I earn (only where the portal pays)."""
    person = person_of(request)
    page = Paginator(own_pieces(person), A_PAGE).get_page(request.GET.get("page"))
    told = [tell(piece) for piece in page.object_list]
    context: dict[str, object] = {
        "told": told,
        "page": page,
        "notices": [] if request.actor.on_board else _not_shown_anyway(person),
        "calls": calls_open_to(request.actor)[:LATEST],
        "to_answer": credits_to_answer(person).count(),
        "thanked": _thanked(request, person) if page.number == 1 else [],
        "mine_to_do": [each for each in told if each.piece.state == PieceState.RETURNED],
    }
    if pays_today(request.portal):
        context |= {
            "pays": True,
            "checks": [each for each in checks_asked(portal=request.portal, contributor_id=person) if each.open],
        }
        context |= {"estimate": estimate_of(person), "statements": statements_of(person)[:LATEST]}
    return show(request, "contributor/home.html", context)


def _thanked(request: PageRequest, person: int) -> list[Reason]:
    """What the last half year is thanked for; nothing while somebody has nothing up."""
    half = half_before(clock.today(request.portal.time_zone))
    return [reason for mine in recognition(request.portal, *half, who=[person]).people for reason in mine.reasons]


def _not_shown_anyway(person: int) -> list[Told]:
    """Calls and parts to answer have places of their own on this page."""
    return [each for each in told_notices(person) if each.notice.kind not in {NoticeKind.CALL, NoticeKind.CREDIT}]


@for_members
def piece_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = seen_piece(request.actor, public_id)
    own = is_own(request.actor, piece)
    context = {
        "piece": piece,
        "told": tell(piece),
        "story": story(piece),
        "photos": photos_of(piece),
        "attachments": attachments_of(piece),
        "entered_by": entered_by(piece),
        "own": own,
        "readers": readers_of(piece),
        "may_count": piece.state == PieceState.PUBLISHED and holds(request.actor, "piece.readers"),
        "for_family": is_for_family(request.actor, piece),
        "credits": piece.credits.filter(source=CreditSource.DECLARED).select_related("contributor").order_by("pk"),
        "may_credit": own and piece.state in YOURS | {PieceState.SUBMITTED},
        "may_edit": own and piece.state in YOURS,
        "may_withdraw": own and piece.state in YOURS | {PieceState.SUBMITTED},
        "may_reopen": own and piece.state == PieceState.DECLINED,
    }
    return show(request, "contributor/piece.html", context)


@for_members
def withdraw_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Asks once more; a piece taken back does not come back."""
    piece = own_piece(request.actor, public_id)
    form = SeenForm(request.POST or None, initial={"version": piece.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            withdraw_piece(actor=request.actor, piece=piece, seen_version=form.seen_version)
            messages.success(request, _("Đã rút “%(title)s”.") % {"title": piece.title})
            return redirect("web:home")
        piece = own_piece(request.actor, public_id)
        form.show_newest(piece.version)
    return show(request, "contributor/withdraw.html", {"piece": piece}, form=form)


@for_members
def reopen_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    form = SeenForm(request.POST or None, initial={"version": piece.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            reopen_piece(actor=request.actor, piece=piece, seen_version=form.seen_version)
            return redirect("web:send_piece_text", public_id=public_id)
        piece = own_piece(request.actor, public_id)
        form.show_newest(piece.version)
    return show(request, "contributor/reopen.html", {"piece": piece}, form=form)
