"""Which pieces went up on days that the portal pays: what every run, and the proof of every run, begins with."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import TruncDate

from contributors.models import Mode, PaymentMode, Piece, PieceState, Portal


def paying_days(portal_id: int, since: date, until: date) -> list[tuple[date, date]]:
    """The parts of `[since, until)` in which the portal pays. What was published outside them is no arrears."""
    rows = PaymentMode.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=since),
        portal_id=portal_id,
        mode=Mode.PAYING,
        effective_from__lt=until,
    ).order_by("effective_from")
    return [(max(row.effective_from, since), min(row.effective_until or until, until)) for row in rows]


def pieces_of_days(portal: Portal, since: date, until: date) -> tuple[str, tuple[Any, ...]]:
    """SQL with its values: (id, day) of every piece that is up and went up on a paying day of `[since, until)`."""
    published = Q()
    for first, after in paying_days(portal.pk, since, until):
        published |= Q(day__gte=first, day__lt=after)
    pieces = (
        Piece.objects.filter(state=PieceState.PUBLISHED, published_at__isnull=False)
        .annotate(day=TruncDate("published_at", tzinfo=ZoneInfo(portal.time_zone)))
        .filter(published or Q(pk__lt=0))
    )
    sql, params = pieces.values("pk", "day").query.sql_with_params()
    return sql, params
