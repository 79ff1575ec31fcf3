"""The lower half of approving: state, score, approver's credit. Doors use `payments.approvals`.

The legal range of a score and the fund are the upper floor's knowledge, so nothing here checks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from contributors import clock, newsroom
from contributors.access import require_approver
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Piece, Role, Score
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
) -> Piece:
    """Approve the revision that the approver saw, with its score. Maker and approver are different people.

    Raises `practice_piece` for what was written to learn.
    """
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require_approver(actor, row)
        if row.practice:
            raise DomainError("practice_piece")
        newsroom.check_shares(row)
        now = clock.now()
        row.approved_revision = row.revision_number
        row.approved_at = now
        moved = move_piece(
            actor=actor,
            piece=row,
            action="approve",
            facts={"coefficient": str(coefficient) if coefficient is not None else None},
        )
        Score.objects.bulk_create(
            Score(
                portal_id=row.portal_id,
                piece=row,
                photo_id=photo_id,
                scorer_id=actor.contributor_pk,
                revision_number=row.revision_number,
                coefficient=value,
                reason=plain_text(reason)[:500],
                at=now,
            )
            for photo_id, value in [
                *([(None, coefficient)] if coefficient is not None else []),
                *(photo_coefficients or {}).items(),
            ]
        )
        newsroom.credit_from_log(row, actor, Role.APPROVER)
        return moved
