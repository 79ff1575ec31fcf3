"""What a person may do with a piece now: the transition table and the access table, read together.

The verbs decide again when they are called; this is for showing the right buttons. A test calls every
verb in every state as every role and compares.
"""

from __future__ import annotations

from contributors.access import holds, is_own, may_approve
from contributors.actors import Actor
from contributors.models import Piece, PieceState
from contributors.models.pieces import CountsAs
from contributors.workflow import TRANSITIONS

OPEN_TO_EDIT = frozenset(
    {PieceState.DRAFT, PieceState.RETURNED, PieceState.SUBMITTED, PieceState.APPROVED, PieceState.SCHEDULED}
)
RIGHT_OF = {
    "submit": "piece.submit",
    "return": "piece.return",
    "decline": "piece.decline",
    "reopen": "piece.withdraw",
    "withdraw": "piece.withdraw",
    "schedule": "piece.schedule",
    "publish": "piece.publish",
    "publish_document": "document.publish",
    "retract": "piece.retract",
}


def allowed_actions(actor: Actor, piece: Piece) -> list[str]:
    """Names as in the addresses (`submit`, `approve`, …), and `edit`, in the order of a piece's life."""
    own = is_own(actor, piece)
    allowed = ["edit"] if piece.state in OPEN_TO_EDIT and holds(actor, "piece.edit", own=own) else []
    for action, transition in TRANSITIONS.items():
        if piece.state not in transition.sources:
            continue
        if action == "approve":
            may = not piece.practice and may_approve(actor, piece)
        elif action == "publish_document":
            may = not piece.practice and piece.genre.counts_as == CountsAs.DOCUMENT and holds(actor, RIGHT_OF[action])
        else:
            may = action in RIGHT_OF and holds(actor, RIGHT_OF[action], own=own)
        if may:
            allowed.append(action.replace("_", "-"))
    return allowed
