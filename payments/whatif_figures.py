"""The figures of a what-if, as pages, the API and the proposal show them. Pure values in đồng."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from payments.royalty.money import RoundingMode, round_dong
from payments.whatif_sides import Side

MONTHS = 12
DAYS = 365
BOARD = ""  # the row of what belongs to seats and to no genre


class Verdict(StrEnum):
    """What the change does to a person. `open`: it depends on scores that nobody gave."""

    GAINS = "gains"
    LOSES = "loses"
    SAME = "same"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Span:
    """đồng, where every missing score is the lowest and where it is the highest. Equal where none is missing."""

    low: int = 0
    high: int = 0

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    @property
    def one(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure by the schedule and by the one that it is held against."""

    by: Span
    against: Span

    @property
    def change(self) -> Span:
        """Low with low, high with high; put in order."""
        low, high = sorted((self.by.low - self.against.low, self.by.high - self.against.high))
        return Span(low, high)

    @property
    def verdict(self) -> Verdict:
        change = self.change
        if change == Span():
            return Verdict.SAME
        if change.low >= 0:
            return Verdict.GAINS
        return Verdict.LOSES if change.high <= 0 else Verdict.OPEN


@dataclass(frozen=True, slots=True)
class GenreFigures:
    genre: str
    name: str
    pieces: int
    cost: Compared


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """`public_id` None: somebody of an uploaded list."""

    public_id: uuid.UUID | None
    name: str
    lines: int
    cost: Compared


@dataclass(frozen=True, slots=True)
class NotReckoned:
    """Pieces that the schedule cannot reckon, and why."""

    reason: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Year:
    """What a year like the period would cost; `assumption` says so in words."""

    cost: Compared
    assumption: str


@dataclass(frozen=True, slots=True)
class FundShare:
    """The year's cost in whole percent of the fund, cut."""

    year: int
    amount: int
    percent: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """`people` is empty for who may not see money by name; how many gain and lose is told to all.

    `open_pieces` lack a score; `not_reckoned` are in no figure. `remuneration` is the part of `total` that is thù lao.
    """

    period_from: date
    period_until: date
    schedule: Side
    against: Side
    pieces: int
    photos: int
    open_pieces: int
    total: Compared
    remuneration: Compared
    genres: list[GenreFigures]
    people: list[PersonFigures]
    names_shown: bool
    verdicts: Mapping[str, int]
    not_reckoned: list[NotReckoned]
    remarks: int
    year: Year
    fund: FundShare | None
    from_list: bool = False


def year_cost(total: Compared, period_from: date, period_until: date) -> Year:
    """A year like the period: by whole months where it has them, else by days."""
    months = (period_until.year - period_from.year) * MONTHS + period_until.month - period_from.month
    if period_from.day == period_until.day == 1:
        share = Fraction(MONTHS, months)
        length = _("%(count)d tháng") % {"count": months}
    else:
        days = (period_until - period_from).days
        share = Fraction(DAYS, days)
        length = _("%(count)d ngày") % {"count": days}
    cost = Compared(_times(total.by, share), _times(total.against, share))
    if share == 1:
        return Year(cost, _("Kỳ đã xem đúng một năm, nên là số của chính kỳ này."))
    sentence = _(
        "Lấy số của %(length)s đã xem, tính theo tỷ lệ cho 12 tháng: giả định cả năm đăng nhiều như thế, "
        "cùng quy định, cùng mức lương cơ sở."
    )
    return Year(cost, sentence % {"length": length})


def _times(span: Span, share: Fraction) -> Span:
    low, high = (round_dong(amount * share, 1, RoundingMode.HALF_UP) for amount in (span.low, span.high))
    return Span(low, high)
