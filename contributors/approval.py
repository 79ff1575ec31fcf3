"""The lower half of approving: state, score, credits from the log. Doors use `payments.approvals`.

The legal range of a score and the fund are the upper floor's knowledge, so nothing here checks them.

A coefficient above the board's limit takes two scorers. The first one's score is written down and the piece goes on
waiting. The second person, who made no part of it and is not the first, decides: the same coefficient agrees, a
different one counts instead and needs a reason. Both scores stay on record; only the deciding one is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from contributors import clock, newsroom
from contributors.access import Standing, open_proposal, require_approver
from contributors.actors import Actor
from contributors.credit_states import confirm_undisputed
from contributors.crediting import credit_editors
from contributors.deadlines import rules_on
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Piece, PieceState, Role, Score
from contributors.names import plain_text
from contributors.workflow import lock_piece, move_piece


def approve_piece(
    *,
    actor: Actor,
    piece: Piece,
    seen_version: int,
    coefficient: Decimal | None = None,
    photo_coefficients: Mapping[int, Decimal] | None = None,
    reason: str = "",
    name_editors: bool = True,
) -> Piece:
    """Approve the revision that the approver saw, with its score. Maker and approver are different people.

    The piece comes back still waiting where the score takes a second scorer. `name_editors`: whoever changed the text
    on its way gets an editor's credit. Raises `practice_piece` for what was written to learn, `second_scorer_needed`,
    `second_score_reason`.
    """
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        standing = require_approver(actor, row)
        if row.practice:
            raise DomainError("practice_piece")
        newsroom.check_shares(row)
        said = plain_text(reason)[:500]
        if row.state == PieceState.SUBMITTED and _waits_for_second(actor, row, coefficient, said):
            return _propose(
                actor,
                row,
                standing,
                coefficient=coefficient,
                photo_coefficients=photo_coefficients or {},
                said=said,
            )
        now = clock.now()
        row.approved_revision = row.revision_number
        row.approved_at = now
        moved = move_piece(
            actor=actor,
            piece=row,
            action="approve",
            facts={"coefficient": _written(coefficient)} | _place(standing),
        )
        _write_scores(
            actor,
            row,
            coefficient=coefficient,
            photo_coefficients=photo_coefficients or {},
            said=said,
            now=now,
            accepted=True,
        )
        if name_editors:
            credit_editors(row)
        newsroom.credit_from_log(row, actor, Role.APPROVER)
        confirm_undisputed(row)
        return moved


def _waits_for_second(actor: Actor, row: Piece, coefficient: Decimal | None, said: str) -> bool:
    """Whether this score is only the first of two. Raises `second_scorer_needed`, `second_score_reason`."""
    limit = rules_on(clock.today()).second_score_above
    if limit is None or coefficient is None:
        return False
    first = open_proposal(row)
    if first is not None and first.scorer_id != actor.contributor_id:
        if first.coefficient != coefficient and not said:
            raise DomainError("second_score_reason", field="reason", coefficient=_vietnamese(first.coefficient))
        return False
    if coefficient <= limit:
        return False
    if first is not None and first.coefficient == coefficient:
        raise DomainError("second_scorer_needed", coefficient=_vietnamese(coefficient), limit=_vietnamese(limit))
    return True


def _propose(
    actor: Actor,
    row: Piece,
    standing: Standing,
    *,
    coefficient: Decimal | None,
    photo_coefficients: Mapping[int, Decimal],
    said: str,
) -> Piece:
    """The first of two scores. The piece keeps its state and gets a new version."""
    _write_scores(
        actor,
        row,
        coefficient=coefficient,
        photo_coefficients=photo_coefficients,
        said=said,
        now=clock.now(),
        accepted=False,
    )
    row.version += 1
    row.save(update_fields=["version"])
    record_event(
        actor=actor,
        kind="piece.score_proposed",
        subject=row,
        facts={"coefficient": _written(coefficient), "revision": row.revision_number} | _place(standing),
    )
    return row


def _write_scores(
    actor: Actor,
    row: Piece,
    *,
    coefficient: Decimal | None,
    photo_coefficients: Mapping[int, Decimal],
    said: str,
    now: datetime,
    accepted: bool,
) -> None:
    Score.objects.bulk_create(
        Score(
            portal_id=row.portal_id,
            piece=row,
            photo_id=photo_id,
            scorer_id=actor.contributor_pk,
            revision_number=row.revision_number,
            coefficient=value,
            reason=said,
            accepted=accepted,
            at=now,
        )
        for photo_id, value in [
            *([(None, coefficient)] if coefficient is not None else []),
            *photo_coefficients.items(),
        ]
    )


def _place(standing: Standing) -> dict[str, Any]:
    """Duyệt thay: the event names why, and for whom."""
    if not standing.why:
        return {}
    return {"instead": standing.why} | ({"for": standing.for_id} if standing.for_id else {})


def _written(value: Decimal | None) -> str | None:
    return str(value) if value is not None else None


def _vietnamese(value: Decimal | None) -> str:
    return "–" if value is None else f"{value.normalize():f}".replace(".", ",")
