"""How long it takes from an event until it is told: days, the middle one of them, and the promise that was kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contributors.timeliness import Measure


@dataclass(frozen=True, slots=True)
class Lag:
    """`median` in whole days, the lower of the two middle ones, None where nothing was measured.

    `within` are pieces up on the day of the event (leaders' activities) or within the promised days of it (others), of
    those with an event's day; `unknown` have none. What is announced before its event has a lag below zero and counts
    as within.
    """

    within: Measure
    median: int | None
    unknown: int


def lag_of(lags: Mapping[tuple[bool, int | None], int], promise_days: int) -> Lag:
    """Of pieces counted by (leaders' activity, days or None)."""
    days: Counter[int] = Counter()
    within = unknown = 0
    for (leaders, lag), pieces in lags.items():
        if lag is None:
            unknown += pieces
            continue
        days[lag] += pieces
        within += pieces if lag <= (0 if leaders else promise_days) else 0
    total = days.total()
    return Lag(Measure(within, total), _median(days, total), unknown)


def lags_by_month(lags: Mapping[tuple[date, bool, int | None], int], promise_days: int) -> dict[date, Lag]:
    """By the first day of the month in which pieces went up."""
    months: dict[date, dict[tuple[bool, int | None], int]] = defaultdict(dict)
    for (month, leaders, lag), pieces in lags.items():
        months[month][leaders, lag] = pieces
    return {month: lag_of(each, promise_days) for month, each in months.items()}


def whole_lag(lags: Mapping[tuple[date, bool, int | None], int], promise_days: int) -> Lag:
    """All months together."""
    sums: Counter[tuple[bool, int | None]] = Counter()
    for (_, leaders, lag), pieces in lags.items():
        sums[leaders, lag] += pieces
    return lag_of(sums, promise_days)


def _median(days: Counter[int], total: int) -> int | None:
    middle, seen = (total + 1) // 2, 0
    for lag in sorted(days):
        seen += days[lag]
        if seen >= middle:
            return lag
    return None
