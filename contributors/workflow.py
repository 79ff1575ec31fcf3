"""The transition table of pieces: from where, to where, what must be said. Documentation and tests read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Piece, PieceState
from contributors.names import plain_text
from contributors.piece_messages import tell_author


@dataclass(frozen=True, slots=True)
class Transition:
    """`word` is what users call it, `right` the row of `access.RIGHTS` that its verb asks for."""

    sources: frozenset[str]
    target: str
    word: str
    right: str
    needs_reason: bool = False


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


S = PieceState
TRANSITIONS: Mapping[str, Transition] = {
    "submit": Transition(_from(S.DRAFT, S.RETURNED), S.SUBMITTED, "gửi", "piece.submit"),
    "return": Transition(_from(S.SUBMITTED), S.RETURNED, "trả lại", "piece.return", needs_reason=True),
    "decline": Transition(_from(S.SUBMITTED), S.DECLINED, "từ chối", "piece.decline", needs_reason=True),
    "reopen": Transition(_from(S.DECLINED), S.DRAFT, "viết lại", "piece.withdraw"),
    "withdraw": Transition(_from(S.DRAFT, S.SUBMITTED, S.RETURNED), S.WITHDRAWN, "rút", "piece.withdraw"),
    "approve": Transition(_from(S.SUBMITTED), S.APPROVED, "duyệt", "piece.approve"),
    "drop_approval": Transition(_from(S.APPROVED, S.SCHEDULED), S.SUBMITTED, "sửa sau khi duyệt", "piece.edit"),
    "schedule": Transition(_from(S.APPROVED, S.SCHEDULED), S.SCHEDULED, "hẹn giờ đăng", "piece.schedule"),
    "publish": Transition(_from(S.APPROVED, S.SCHEDULED), S.PUBLISHED, "đăng", "piece.publish"),
    "publish_document": Transition(_from(S.DRAFT), S.PUBLISHED, "đăng văn bản", "document.publish"),
    "retract": Transition(_from(S.PUBLISHED), S.RETRACTED, "gỡ", "piece.retract", needs_reason=True),
}


def lock_piece(piece: Piece, seen_version: int | None) -> Piece:
    """The row, locked and read again. Raises `stale_version` if it is not the version that the person saw."""
    row = Piece.objects.select_for_update().filter(pk=piece.pk).first()
    if row is None:
        raise DomainError("not_found")
    if seen_version is not None and row.version != seen_version:
        raise DomainError("stale_version", field="version")
    return row


def move_piece(
    *, actor: Actor, piece: Piece, action: str, reason: str = "", facts: Mapping[str, Any] | None = None
) -> Piece:
    """Change a locked piece's state by the table and write the event; fields set by the caller are saved too."""
    transition = TRANSITIONS[action]
    if piece.state not in transition.sources:
        raise DomainError("wrong_state", state=piece.get_state_display(), action=transition.word)
    said = plain_text(reason)[:1000]
    if transition.needs_reason and not said:
        raise DomainError("reason_missing", field="reason")
    before = piece.state
    piece.state = transition.target
    piece.state_since = clock.now()
    piece.state_reason = said
    piece.version += 1
    piece.save()
    record_event(
        actor=actor,
        kind=f"piece.{action}",
        subject=piece,
        facts={"from": before, "to": piece.state, "revision": piece.revision_number, **(facts or {})},
    )
    tell_author(actor, piece, action)
    return piece
