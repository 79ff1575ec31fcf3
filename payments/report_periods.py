"""How a report names its period, the one after it, and those that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contributors.portals import last_day
from payments.errors import PaymentError

EARLIEST, LATEST = 1900, 2200  # years that a period can be about; the calendar itself ends not far beyond
ROMAN = ("I", "II", "III", "IV")
HALF, QUARTER, YEAR = 6, 3, 12


@dataclass(frozen=True, slots=True)
class Period:
    """`[first, until)`. Whole months are named as offices name them, anything else by its days."""

    first: date
    until: date

    @property
    def months(self) -> int | None:
        """How many whole months; None where it does not begin or end with one."""
        if self.first.day != 1 or self.until.day != 1:
            return None
        return (self.until.year - self.first.year) * YEAR + self.until.month - self.first.month

    @property
    def name(self) -> str:
        """Vietnamese, for the middle of a sentence: "6 tháng đầu năm 2024"."""
        months, month, year = self.months, self.first.month, self.first.year
        if months == 1:
            return f"tháng {month} năm {year}"
        if months == YEAR and month == 1:
            return f"năm {year}"
        if months == HALF and month in {1, 1 + HALF}:
            return f"6 tháng {'đầu' if month == 1 else 'cuối'} năm {year}"
        if months == QUARTER and month % QUARTER == 1:
            return f"quý {ROMAN[month // QUARTER]} năm {year}"
        return f"từ ngày {self.first:%d/%m/%Y} đến ngày {last_day(self.until):%d/%m/%Y}"

    def moved(self, months: int) -> Period:
        """The same stretch so many months away; days that a month lacks fall on its last."""
        return Period(_moved(self.first, months), _moved(self.until, months))

    @property
    def before(self) -> Period:
        if self.months:
            return self.moved(-self.months)
        return Period(self.first - (self.until - self.first), self.first)

    @property
    def after(self) -> Period:
        if self.months:
            return self.moved(self.months)
        return Period(self.until, self.until + (self.until - self.first))

    @property
    def year_before(self) -> Period:
        return self.moved(-YEAR)


def _moved(day: date, months: int) -> date:
    place = day.year * YEAR + day.month - 1 + months
    year, month = place // YEAR, place % YEAR + 1
    after = date(year + month // YEAR, month % YEAR + 1, 1)
    return date(year, month, min(day.day, last_day(after).day))


def asked_period(first: date, until: date, *, names: tuple[str, str] = ("from", "until")) -> Period:
    """`[first, until)`, asked for by fields of these `names`.

    Raises `period_wrong` where it is empty, `period_years` where no office has figures of such years.
    """
    if until <= first:
        raise PaymentError("period_wrong", field=names[1])
    for name, day in zip(names, (first, until), strict=True):
        if not EARLIEST <= day.year <= LATEST:
            raise PaymentError("period_years", field=name, first=EARLIEST, last=LATEST)
    return Period(first, until)
