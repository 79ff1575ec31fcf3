"""How often a published piece was opened, as the office read it from its website's statistics and wrote it down."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Piece, PieceState, ReaderCount
from contributors.names import plain_text

MOST = 100_000_000
SOURCE_LENGTH = 100


def record_readers(*, actor: Actor, piece: Piece, count: int, as_of: date, source: str = "") -> ReaderCount:
    """`count` openings since publication, as of the end of a day. The same day again replaces what stood there.

    Raises `not_allowed`, `readers_unpublished`, `readers_count_wrong`, and `readers_day_wrong` for a day before the
    publication or after today.
    """
    require(actor, "piece.readers")
    if not 0 <= count <= MOST:
        raise DomainError("readers_count_wrong", field="count")
    with transaction.atomic():
        row = Piece.objects.select_for_update(of=("self",)).select_related("portal").get(pk=piece.pk)
        if row.state != PieceState.PUBLISHED or row.published_at is None:
            raise DomainError("readers_unpublished")
        first = row.published_at.astimezone(ZoneInfo(row.portal.time_zone)).date()
        last = clock.today(row.portal.time_zone)
        if not first <= as_of <= last:
            raise DomainError("readers_day_wrong", field="as_of")
        kept: ReaderCount
        kept, _ = ReaderCount.objects.update_or_create(
            piece=row,
            as_of=as_of,
            defaults={
                "portal_id": row.portal_id,
                "count": count,
                "source": plain_text(source)[:SOURCE_LENGTH],
                "entered_by_id": actor.account_pk,
                "entered_at": clock.now(),
            },
        )
        facts = {"count": count, "as_of": as_of.isoformat()}
        record_event(actor=actor, kind="piece.readers", subject=row, facts=facts)
    return kept


def readers_of(piece: Piece) -> ReaderCount | None:
    """The newest count; None where nobody entered one. One query."""
    found: ReaderCount | None = ReaderCount.objects.filter(piece=piece).order_by("-as_of").first()
    return found


def readers_entered(piece: Piece) -> list[ReaderCount]:
    """All of them, the newest first."""
    return list(ReaderCount.objects.filter(piece=piece).order_by("-as_of"))
