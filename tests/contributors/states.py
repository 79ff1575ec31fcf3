"""Pieces in every state, reached by the verbs, and photographs of what the database holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from contributors import clock, newsroom
from contributors.models import Credit, Event, Piece, PieceState, Score
from contributors.pledges import current_pledge
from payments.approvals import approve_piece
from tests.factories.world import World, at

HOUR: datetime = at("2026-07-10T09:00")
DOCUMENT = {"document_number": "12/KH-UBND", "document_type": "Kế hoạch"}

# Every table of the ground floor that a verb of the newsroom could touch by mistake.
WATCHED = (
    "contributors_piece",
    "contributors_credit",
    "contributors_score",
    "contributors_revision",
    "contributors_photo",
    "contributors_attachment",
    "contributors_upload",
    "contributors_pledge",
    "contributors_genre",
    "contributors_topic",
    "contributors_contributor",
    "contributors_membership",
    "contributors_penname",
    "contributors_consent",
    "contributors_seat",
    "contributors_grant",
    "contributors_account",
    "contributors_event",
    "contributors_eventdetail",
    "contributors_job",
)


def address(piece: Piece) -> str:
    return f"https://xa.example/tin/{piece.public_id}"


def piece_in(world: World, state: str, *, by: str = "lan", genre: str = "news_item", **fields: Any) -> Piece:
    """A piece of `by` that went its way to `state`; the head decides, the publisher posts."""
    if genre == "document":
        fields = DOCUMENT | fields
    piece = world.draft(by, genre=genre, **fields)
    steps: Mapping[str, tuple[str, ...]] = {
        PieceState.DRAFT: (),
        PieceState.SUBMITTED: ("submit",),
        PieceState.RETURNED: ("submit", "return"),
        PieceState.DECLINED: ("submit", "decline"),
        PieceState.WITHDRAWN: ("withdraw",),
        PieceState.APPROVED: ("submit", "approve"),
        PieceState.SCHEDULED: ("submit", "approve", "schedule"),
        PieceState.PUBLISHED: ("submit", "approve", "publish"),
        PieceState.RETRACTED: ("submit", "approve", "publish", "retract"),
    }
    usual = {"submit": by, "withdraw": by, "schedule": "publisher", "publish": "publisher"}
    for step in steps[state]:
        piece = VERBS[step](world.actor(usual.get(step, "head")), piece)
    assert piece.state == state
    return piece


def _approve(actor, piece):
    return approve_piece(actor=actor, piece=piece, seen_version=piece.version, coefficient=Decimal("1.5"))


def _edit(actor, piece):
    from contributors.drafting import edit_piece

    return edit_piece(actor=actor, piece=piece, seen_version=piece.version, body="Viết thêm một đoạn.")


# The verbs with arguments that nothing is wrong with: (actor, piece) -> piece.
VERBS: Mapping[str, Callable[[Any, Piece], Piece]] = {
    "submit": lambda actor, piece: newsroom.submit_piece(
        actor=actor, piece=piece, seen_version=piece.version, pledge=current_pledge().version
    ),
    "return": lambda actor, piece: newsroom.return_piece(
        actor=actor, piece=piece, seen_version=piece.version, reason="Thiếu ngày tháng."
    ),
    "decline": lambda actor, piece: newsroom.decline_piece(
        actor=actor, piece=piece, seen_version=piece.version, reason="Tin đã cũ."
    ),
    "reopen": lambda actor, piece: newsroom.reopen_piece(actor=actor, piece=piece, seen_version=piece.version),
    "withdraw": lambda actor, piece: newsroom.withdraw_piece(actor=actor, piece=piece, seen_version=piece.version),
    "approve": _approve,
    "edit": _edit,
    "schedule": lambda actor, piece: newsroom.schedule_piece(
        actor=actor, piece=piece, seen_version=piece.version, at=max(HOUR, clock.now()) + timedelta(hours=3)
    ),
    "publish": lambda actor, piece: newsroom.publish_piece(
        actor=actor, piece=piece, seen_version=piece.version, url=address(piece)
    ),
    "publish_document": lambda actor, piece: newsroom.publish_document(
        actor=actor, piece=piece, seen_version=piece.version, url=address(piece)
    ),
    "retract": lambda actor, piece: newsroom.retract_piece(
        actor=actor, piece=piece, seen_version=piece.version, reason="Sai tên người."
    ),
}


def rows_of(piece: Piece) -> dict[str, Any]:
    """The piece's row."""
    return Piece.objects.filter(pk=piece.pk).values().get()


def credits_of(piece: Piece) -> list[tuple[Any, ...]]:
    fields = ("contributor_id", "role", "share", "quantity", "source")
    return sorted(Credit.objects.filter(piece=piece).values_list(*fields), key=str)


def scores_of(piece: Piece) -> list[tuple[Any, ...]]:
    fields = ("pk", "photo_id", "scorer_id", "revision_number", "coefficient", "accepted")
    return sorted(Score.objects.filter(piece=piece).values_list(*fields))


def last_event() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def events_since(mark: int) -> list[Event]:
    return list(Event.objects.filter(pk__gt=mark).order_by("pk"))


def everything() -> list[tuple[Any, ...]]:
    """Number and digest of every watched table: equal before and after means that nothing at all was written."""
    asks = (
        f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t" for table in WATCHED
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asks))
        return sorted(cursor.fetchall())


def everything_but(piece: Piece) -> list[tuple[Any, ...]]:
    """The same without the piece, what hangs on it, and the event log."""
    own = {"contributors_piece": "id"} | dict.fromkeys(
        (
            "contributors_credit",
            "contributors_score",
            "contributors_revision",
            "contributors_photo",
            "contributors_pledge",
        ),
        "piece_id",
    )
    asks = (
        f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t"
        + (f" WHERE {own[table]} <> {piece.pk:d}" if table in own else "")
        for table in WATCHED
        if not table.startswith("contributors_event")
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asks))
        return sorted(cursor.fetchall())
