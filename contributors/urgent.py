"""Duyệt gấp: a way to one piece, sent to who may approve it. It opens a door that they could open anyway.

The link grants nothing: whoever opens it logs in as themselves, with PIN and second factor as ever, and approves only
what they may approve. It names one piece and ends after a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core import signing

from contributors import clock
from contributors.access import approver_standing, is_maker, require, require_proof
from contributors.actors import Actor
from contributors.board import board_on
from contributors.directory import shown_phone
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.message_words import words_for
from contributors.models import Contributor, Piece, PieceState, Portal, SeatName

SALT = "contributors.urgent"
LIVES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who may approve sooner or later. `phone` as the actor may see it."""

    person: Contributor
    seat: str
    phone: str


@dataclass(frozen=True, slots=True)
class UrgentLink:
    """The text to paste, until when its link works, and to whom to send it."""

    text: str
    until: datetime
    people: list[Asked]


def ask_urgently(*, actor: Actor, piece: Piece) -> UrgentLink:
    """A link to a piece that waits for approval. Raises `not_allowed`, `wrong_state`, `practice_piece`."""
    require(actor, "piece.compare")
    if piece.practice:
        raise DomainError("practice_piece")
    if piece.state != PieceState.SUBMITTED:
        raise DomainError("wrong_state", state=piece.get_state_display(), action="nhờ duyệt gấp")
    portal = Portal.objects.get(pk=actor.portal_id)
    until = clock.now() + LIVES
    token = signing.dumps([str(piece.public_id), int(until.timestamp())], salt=SALT)
    record_event(actor=actor, kind="piece.asked_urgently", subject=piece)
    text = words_for(
        "urgent",
        path=f"/u/{token}/",
        portal=portal.name,
        title=piece.title,
        deadline=f"{until.astimezone(ZoneInfo(portal.time_zone)):%H:%M %d/%m/%Y}",
    )
    return UrgentLink(text, until, _who_approves(actor, piece, portal))


def piece_asked_for(*, actor: Actor, token: str) -> Piece:
    """The piece of a link, for a board member who has proved themselves; whatever became of it meanwhile.

    Raises `not_allowed`, `second_factor_needed`, `link_spent` (unknown and expired alike).
    """
    require(actor, "piece.compare")
    require_proof(actor)
    try:
        public_id, until = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise DomainError("link_spent") from None
    piece: Piece | None = Piece.objects.select_related("genre").filter(public_id=public_id).first()
    if piece is None or clock.now().timestamp() >= until:
        raise DomainError("link_spent")
    return piece


def may_decide(actor: Actor, piece: Piece) -> bool:
    """Whether the actor could approve the piece now."""
    return piece.state == PieceState.SUBMITTED and approver_standing(actor, piece) is not None


def _who_approves(actor: Actor, piece: Piece, portal: Portal) -> list[Asked]:
    """Heads, then deputies, makers of the piece left out."""
    rows = [row for row in board_on(clock.today(portal.time_zone)) if row.seat in {SeatName.HEAD, SeatName.DEPUTY}]
    rows.sort(key=lambda row: row.seat != SeatName.HEAD)
    return [
        Asked(row.contributor, str(SeatName(row.seat).label), shown_phone(actor, row.contributor.phone))
        for row in rows
        if not is_maker(row.contributor_id, piece)
    ]
