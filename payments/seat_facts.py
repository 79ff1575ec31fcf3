"""Seats of the editorial board as the engine is told of them: for allowances and pools of a period.

Frozen with a run as `[key, person, seat, from, until]`; `until` may be null. A key names seat and period, since what a
seat earns for a period is paid once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from contributors.models import Seat
from payments.period_pieces import paying_days
from payments.royalty.facts import SeatFacts

FrozenSeat = list[Any]


def frozen_seats(portal_id: int, since: date, until: date) -> list[FrozenSeat]:
    """Seats held on paying days of `[since, until)`: by the one that a merged person has become. Two queries.

    Of a seat that was held over two stretches of paying days the longer one counts: a fee that is due once must not be
    paid twice, and none for days on which the portal did not pay.
    """
    days = paying_days(portal_id, since, until)
    found: list[FrozenSeat] = []
    for pk, person, seat, held_from, held_until in _seats_held(since, until):
        stretches = [(max(first, held_from), min(after, held_until or date.max)) for first, after in days]
        begin, end = max(stretches, key=lambda days: days[1] - days[0], default=(until, until))
        if begin < end:
            key = f"seat:{pk}:{since:%Y%m%d}-{until:%Y%m%d}"
            found.append([key, person, seat, begin.isoformat(), end.isoformat()])
    return found


def seats_held(since: date, until: date) -> tuple[SeatFacts, ...]:
    """Seats held in `[since, until)` whether the portal paid then or not: for a what-if. One query."""
    return tuple(
        SeatFacts(f"seat:{pk}", person, seat, held_from, held_until)
        for pk, person, seat, held_from, held_until in _seats_held(since, until)
    )


def _seats_held(since: date, until: date) -> list[tuple[int, int, str, date, date | None]]:
    rows = Seat.objects.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=since), effective_from__lt=until)
    person = Coalesce("contributor__merged_into_id", "contributor_id")
    return list(rows.order_by("pk").values_list("pk", person, "seat", "effective_from", "effective_until"))


def seats_from(frozen: Sequence[FrozenSeat]) -> tuple[SeatFacts, ...]:
    """The engine's values of frozen seats."""
    return tuple(
        SeatFacts(key, person, seat, date.fromisoformat(since), date.fromisoformat(until) if until else None)
        for key, person, seat, since, until in frozen
    )
