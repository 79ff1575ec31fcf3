"""Review: the text with what changed, photos, credits; return, decline, or approve with a score."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contributors import clock
from contributors.access import holds, may_approve, require
from contributors.alike import compared_pieces, pieces_alike
from contributors.models import CreditSource, Piece, PieceState
from contributors.newsroom import decline_piece, return_piece
from payments.approvals import NOTHING_TO_SCORE, Preview, ScoreSheet, approve_piece, preview, score_sheet
from payments.errors import PaymentError
from payments.funds import FundPosition, fund_of, position
from web.board.changes import changes_since_return
from web.board.forms import ApproveForm
from web.forms import ReasonForm, SeenForm
from web.page import PageRequest, for_board, show
from web.pieces import photos_of, seen_piece
from web.sentences import story, tell


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the chosen score pays, and what it leaves of the fund (None: no fund entered). đồng."""

    shown: Preview | None
    fund: FundPosition | None
    problem: str = ""

    @property
    def spoken_for(self) -> int:
        return self.fund.issued + self.fund.committed if self.fund else 0

    @property
    def left_after(self) -> int:
        return (self.fund.left if self.fund else 0) - (self.shown.total if self.shown else 0)


@for_board
@require_GET
def review_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = seen_piece(request.actor, public_id)
    return _shown(request, piece)


@for_board
@require_GET
def amounts_fragment(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The amounts panel alone, for a page that recomputes while the score moves."""
    piece = seen_piece(request.actor, public_id)
    form = ApproveForm({**request.GET.dict(), "version": piece.version})
    form.is_valid()
    sheet, problem = _sheet(piece)
    return show(request, "board/amounts.html", {"amounts": _amounts(request, piece, sheet, form, problem)})


@for_board
@require_POST
def approve_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = seen_piece(request.actor, public_id)
    form = ApproveForm(request.POST)
    if "recompute" in request.POST:
        form.is_valid()
        return _shown(request, piece, approve=form)
    if form.is_valid():
        with form.refusals():
            approve_piece(
                actor=request.actor,
                piece=piece,
                seen_version=form.seen_version,
                coefficient=form.cleaned_data["coefficient"],
                photo_coefficient=form.cleaned_data["photo_coefficient"],
                reason=form.cleaned_data["reason"],
            )
            messages.success(
                request, _("Đã duyệt “%(title)s”. Việc tiếp theo: đăng lên trang.") % {"title": piece.title}
            )
            return redirect("web:desk")
    return _shown(request, seen_piece(request.actor, public_id), approve=form)


@for_board
def alike_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What looks like the piece: a part that the review fetches once it stands, or a page of its own."""
    piece = seen_piece(request.actor, public_id)
    require(request.actor, "piece.compare")
    context = {"piece": piece, "alike": pieces_alike(piece)}
    return show(request, "board/alike.html" if request.htmx else "board/alike_page.html", context)


@for_board
def compare_page(request: PageRequest, public_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponseBase:
    """A piece beside one that looks like it, with what both have marked."""
    one, other = seen_piece(request.actor, public_id), seen_piece(request.actor, other_id)
    both = compared_pieces(actor=request.actor, one=one, other=other)
    sides = [(both.one, both.one_body), (both.other, both.other_body)]
    return show(request, "board/compare.html", {"both": both, "sides": sides})


@for_board
@require_POST
def return_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = seen_piece(request.actor, public_id)
    form = ReasonForm(request.POST, auto_id="return_%s")
    if form.is_valid():
        with form.refusals():
            return_piece(
                actor=request.actor, piece=piece, seen_version=form.seen_version, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Đã trả lại “%(title)s” để tác giả sửa.") % {"title": piece.title})
            return redirect("web:desk")
    return _shown(request, seen_piece(request.actor, public_id), returned=form)


@for_board
@require_POST
def decline_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = seen_piece(request.actor, public_id)
    form = ReasonForm(request.POST, auto_id="decline_%s")
    if form.is_valid():
        with form.refusals():
            decline_piece(
                actor=request.actor, piece=piece, seen_version=form.seen_version, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Đã từ chối “%(title)s”; tác giả thấy lý do.") % {"title": piece.title})
            return redirect("web:desk")
    return _shown(request, seen_piece(request.actor, public_id), declined=form)


def _shown(
    request: PageRequest,
    piece: Piece,
    *,
    approve: ApproveForm | None = None,
    returned: ReasonForm | None = None,
    declined: ReasonForm | None = None,
) -> HttpResponseBase:
    """The page, with the one form that was refused (if any) as it was filled in."""
    refused = approve or returned or declined
    if isinstance(refused, SeenForm):
        refused.show_newest(piece.version)
    waiting = piece.state == PieceState.SUBMITTED
    approver = waiting and not piece.practice and may_approve(request.actor, piece)
    sheet, problem = _sheet(piece) if approver else (NOTHING_TO_SCORE, "")
    approve = approve or ApproveForm(initial=_first_scores(piece, sheet))
    context = {
        "piece": piece,
        "told": tell(piece),
        "story": story(piece),
        "photos": photos_of(piece),
        "credits": piece.credits.filter(source=CreditSource.DECLARED).select_related("contributor", "unit"),
        "changed": changes_since_return(piece) if waiting else None,
        "look_for_alike": waiting and not piece.practice,
        "may_approve": approver,
        "may_return": waiting and holds(request.actor, "piece.return"),
        "may_decline": waiting and holds(request.actor, "piece.decline"),
        "sheet": sheet,
        "amounts": _amounts(request, piece, sheet, approve, problem) if approver else None,
        "approve": approve,
        "returned": returned or ReasonForm(initial={"version": piece.version}, auto_id="return_%s"),
        "declined": declined or ReasonForm(initial={"version": piece.version}, auto_id="decline_%s"),
    }
    return show(request, "board/review.html", context, form=refused)


def _sheet(piece: Piece) -> tuple[ScoreSheet, str]:
    try:
        return score_sheet(piece), ""
    except PaymentError as refused:
        return NOTHING_TO_SCORE, refused.message()


def _first_scores(piece: Piece, sheet: ScoreSheet) -> dict[str, Any]:
    """Where the sliders stand before anybody chose: at the lowest lawful score."""
    return {"version": piece.version, "coefficient": sheet.low, "photo_coefficient": sheet.photo_low}


def _amounts(request: PageRequest, piece: Piece, sheet: ScoreSheet, form: ApproveForm, problem: str) -> Amounts | None:
    if problem:
        return Amounts(None, None, problem)
    if not sheet.schedule_title:
        return None
    fund = fund_of(request.portal.pk, clock.today(request.portal.time_zone).year)
    shown = preview(
        piece=piece,
        coefficient=_score(form, "coefficient"),
        photo_coefficient=_score(form, "photo_coefficient"),
        actor=request.actor,
    )
    return Amounts(shown, position(fund) if fund else None)


def _score(form: ApproveForm, name: str) -> Decimal | None:
    """What stands in a field, if it can be read as a coefficient."""
    if not form.is_bound:
        first = form.get_initial_for_field(form.fields[name], name)
        return first if isinstance(first, Decimal) else None
    found = form.cleaned_data.get(name)
    return found if isinstance(found, Decimal) else None
