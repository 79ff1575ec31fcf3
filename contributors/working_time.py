"""Working hours: which days and hours count, what an hour from now is, how many lie between two moments.

Pure: no database, no clock. Vietnam's public holidays come from the package `holidays`, with their substitutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

# A calendar that works on no day of ten years has no answer; the moment itself stands for "never".
LONGEST = 3660


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Days off by law in a year, substitutes included."""
    return frozenset(holidays.country_holidays("VN", years=year))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`weekdays` are ISO numbers; `spans` the hours of a working day, in order; `own` overrides single days."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    spans: tuple[tuple[time, time], ...]
    own: Mapping[date, bool] = field(default_factory=dict)

    def works_on(self, day: date) -> bool:
        """An own day says so itself; else a working weekday that is no public holiday."""
        if day in self.own:
            return self.own[day]
        return day.isoweekday() in self.weekdays and day not in public_holidays(day.year)

    def after(self, moment: datetime, hours: Fraction) -> datetime:
        """The moment at which so many working hours have passed; outside working hours counting starts later."""
        left = timedelta(seconds=round(hours * 3600))
        for start, end in self._spans_from(moment):
            if end - start >= left:
                return (start + left).astimezone(self.zone)
            left -= end - start
        return moment

    def hours_between(self, since: datetime, until: datetime) -> Fraction:
        """Working hours in `[since, until)`; 0 where `until` is not later."""
        total = timedelta()
        if until > since:
            for start, end in self._spans_from(since):
                if start >= until:
                    break
                total += min(end, until) - start
        return Fraction(round(total.total_seconds()), 3600)

    def _spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        local = moment.astimezone(self.zone)
        for ahead in range(LONGEST):
            day = local.date() + timedelta(days=ahead)
            if not self.works_on(day):
                continue
            for first, last in self.spans:
                start, end = datetime.combine(day, first, self.zone), datetime.combine(day, last, self.zone)
                if end > local:
                    yield max(start, local), end


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)
