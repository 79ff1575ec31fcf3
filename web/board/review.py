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

from contributors.access import Standing, approver_standing, holds, open_proposal, require
from contributors.alike import compared_pieces, pieces_alike
from contributors.attachments import attachments_of
from contributors.crediting import edited_by
from contributors.deadlines import timing
from contributors.messaging import messages_about
from contributors.models import Contributor, Credit, Photo, Piece, PieceState, Role, Score
from contributors.newsroom import decline_piece, return_piece
from payments.approvals import (
    NOTHING_TO_SCORE,
    ScoreSheet,
    Terms,
    approve_piece,
    score_sheet,
    terms_today,
)
from payments.errors import PaymentError
from payments.score_amounts import Amounts, amounts_of
from web.board.changes import changes_since_return
from web.board.forms import ApproveForm
from web.board.messages import lines_of
from web.due import waiting_of
from web.forms import ReasonForm, SeenForm
from web.modes import mode_today
from web.page import PageRequest, for_board, show
from web.pieces import entered_by, photos_of, seen_piece
from web.sentences import story, tell

# Where a change of photos is still possible.
OPEN_TO_BLUR = frozenset({PieceState.SUBMITTED, PieceState.RETURNED, PieceState.APPROVED, PieceState.SCHEDULED})


@dataclass(frozen=True, slots=True)
class Scoring:
    """The ranges, and what they follow from; `problem` says why there are none."""

    sheet: ScoreSheet = NOTHING_TO_SCORE
    terms: Terms | None = None
    problem: str = ""


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
    form = ApproveForm({**request.GET.dict(), "version": piece.version}, photos=_paid_photos(piece))
    form.is_valid()
    return show(request, "board/amounts.html", {"amounts": _amounts(request, piece, _scoring(request, piece), form)})


@for_board
@require_POST
def approve_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = seen_piece(request.actor, public_id)
    form = ApproveForm(request.POST, photos=_paid_photos(piece))
    if "recompute" in request.POST:
        form.is_valid()
        return _shown(request, piece, approve=form)
    if form.is_valid():
        with form.refusals():
            moved = approve_piece(
                actor=request.actor,
                piece=piece,
                seen_version=form.seen_version,
                coefficient=form.cleaned_data["coefficient"],
                photo_coefficient=form.cleaned_data["photo_coefficient"],
                photo_coefficients=form.photo_coefficients(),
                reason=form.cleaned_data["reason"],
                name_editors=not form.cleaned_data["without_editors"],
            )
            messages.success(request, _after(moved))
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
    parts = list(piece.credits.select_related("contributor", "unit"))
    standing = approver_standing(request.actor, piece) if waiting and not piece.practice else None
    approver = standing is not None
    proposal = open_proposal(piece) if waiting and holds(request.actor, "piece.approve") else None
    photos = photos_of(piece)
    named = [photo for photo in photos if photo.photographer_id is not None]
    scoring = _scoring(request, piece, len(named)) if approver else Scoring()
    sheet = scoring.sheet
    paid = named if sheet.photos_paid else []
    approve = approve or ApproveForm(initial=_first_scores(piece, sheet, proposal), photos=paid)
    due = waiting_of(piece, timing(request.portal).due(piece))
    context = {
        "piece": piece,
        "told": tell(piece),
        # While the piece waits, what was told of it before is past.
        "told_lines": [] if waiting else lines_of(request, messages_about(request.actor, piece)),
        "story": story(piece),
        "photos": photos,
        "due": due,
        "credits": [credit for credit in parts if credit.role not in {Role.APPROVER, Role.PUBLISHER}],
        "edited": edited_by(piece) if approver else [],
        "place": standing,  # the frame's own `standing` names the seats
        "stands_for": _stands_for(standing),
        "proposal": proposal,
        "own_proposal": proposal is not None and proposal.scorer_id == request.actor.contributor_id,
        "may_retract": piece.state == PieceState.PUBLISHED and holds(request.actor, "piece.retract"),
        "may_settle": holds(request.actor, "credit.settle"),
        "may_edit": waiting and holds(request.actor, "piece.edit"),
        "changed": changes_since_return(piece) if waiting else None,
        "look_for_alike": waiting and not piece.practice,
        "may_approve": approver,
        "may_blur": holds(request.actor, "photo.blur") and piece.state in OPEN_TO_BLUR,
        "attachments": attachments_of(piece),
        "entered_by": entered_by(piece),
        "may_ask_urgently": waiting and not piece.practice and not approver,
        "may_return": waiting and holds(request.actor, "piece.return"),
        "may_decline": waiting and holds(request.actor, "piece.decline"),
        "sheet": sheet,
        "amounts": _amounts(request, piece, scoring, approve, parts) if approver else None,
        "approve": approve,
        "returned": returned or ReasonForm(initial={"version": piece.version}, auto_id="return_%s"),
        "declined": declined or ReasonForm(initial={"version": piece.version}, auto_id="decline_%s"),
    }
    return show(request, "board/review.html", context, form=refused)


def _scoring(request: PageRequest, piece: Piece, photos: int | None = None) -> Scoring:
    try:
        terms = terms_today(request.portal, mode_today(request.portal))
        return Scoring(score_sheet(piece, terms, photos), terms)
    except PaymentError as refused:
        return Scoring(problem=refused.message())


def _first_scores(piece: Piece, sheet: ScoreSheet, proposal: Score | None) -> dict[str, Any]:
    """Where the sliders stand before anybody chose: at the first scorer's proposal, or the lowest lawful score."""
    proposed = proposal.coefficient if proposal is not None else None
    return {
        "version": piece.version,
        "coefficient": sheet.low if proposed is None else proposed,
        "photo_coefficient": sheet.photo_low,
    }


def _paid_photos(piece: Piece) -> list[Photo]:
    return [photo for photo in photos_of(piece) if photo.photographer_id is not None]


def _stands_for(standing: Standing | None) -> str:
    """Whose place the approver takes, where somebody handed it over."""
    if standing is None or standing.for_id is None:
        return ""
    giver = Contributor.objects.filter(pk=standing.for_id).first()
    return giver.full_name if giver else ""


def _after(piece: Piece) -> str:
    if piece.state == PieceState.SUBMITTED:
        return _("Đã ghi điểm chấm lần một của “%(title)s”. Người thứ hai sẽ chấm.") % {"title": piece.title}
    return _("Đã duyệt “%(title)s”. Việc tiếp theo: đăng lên trang.") % {"title": piece.title}


def _amounts(
    request: PageRequest, piece: Piece, scoring: Scoring, form: ApproveForm, parts: list[Credit] | None = None
) -> Amounts | None:
    if scoring.problem:
        return Amounts(None, None, scoring.problem)
    if scoring.terms is None or not scoring.sheet.schedule_title:
        return None
    return amounts_of(
        actor=request.actor,
        piece=piece,
        terms=scoring.terms,
        coefficient=_score(form, "coefficient"),
        photo_coefficient=_score(form, "photo_coefficient"),
        photo_coefficients=form.photo_coefficients() if form.is_bound else None,
        parts=parts,
    )


def _score(form: ApproveForm, name: str) -> Decimal | None:
    """What stands in a field, if it can be read as a coefficient."""
    if not form.is_bound:
        first = form.get_initial_for_field(form.fields[name], name)
        return first if isinstance(first, Decimal) else None
    found = form.cleaned_data.get(name)
    return found if isinstance(found, Decimal) else None
