"""What a schedule gives for one work of each genre, from the least to the most, in đồng: for people who do not score.

Only what a scorer may give: factors and the shares of several authors move an amount further, and are told elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from contributors import clock
from contributors.models import Genre, Mode, Portal
from contributors.portals import payment_mode_on
from payments import rates
from payments.law import base_salaries
from payments.rate_words import genre_name, genre_words
from payments.royalty.facts import BaseSalary
from payments.royalty.money import RoundingMode, round_dong
from payments.royalty.reckoning import Hold
from payments.royalty.schedule import (
    CapOnly,
    CapScope,
    CoefficientRange,
    DongPerMeasure,
    DongPerPiece,
    Effect,
    FixedCoefficient,
    GenreBasis,
    GenreRate,
    Grades,
    Schedule,
)
from payments.royalty.units import unit_value


@dataclass(frozen=True, slots=True)
class FeeRange:
    """`low` and `high` in đồng for one work; `words` instead, where it is paid by length and has no sum of its own.

    `only_most`: the law names a maximum and no minimum.
    """

    code: str
    name: str
    low: int = 0
    high: int = 0
    words: str = ""
    only_most: bool = False


def fees_offered(portal: Portal) -> list[FeeRange]:
    """For the genres that people may send in today, by the schedule in force; nothing where the portal does not pay."""
    today = clock.today(portal.time_zone)
    if payment_mode_on(portal.pk, today) != Mode.PAYING:
        return []
    row = rates.schedule_on(portal, today)
    if row is None:
        return []
    offered = Genre.objects.filter(portal=portal, retired_on__isnull=True, for_contributors=True)
    names = dict(offered.order_by("position", "pk").values_list("code", "name"))
    found = {each.code: each for each in fee_ranges(rates.as_dated(row), base_salaries(), today, names)}
    return [found[code] for code in names if code in found]


def shipped_ranges(name: str) -> list[FeeRange]:
    """By a table that comes with the product, with the base salary of today. Raises `not_found`."""
    return fee_ranges(rates.read_schedule(rates.shipped_schedule(name)), base_salaries(), clock.today())


def fee_ranges(
    schedule: Schedule, salaries: tuple[BaseSalary, ...], day: date, names: Mapping[str, str] | None = None
) -> list[FeeRange]:
    """Genre by genre in the schedule's order; nothing where no base salary is known for the day."""
    try:
        unit = unit_value(schedule, salaries, day)
    except Hold:
        return []
    level = schedule.level / 100
    return [_range(schedule, entry, unit, level, (names or {}).get(entry.genre, "")) for entry in schedule.genres]


def month_cost(ranges: Iterable[FeeRange], works: Mapping[str, int]) -> tuple[int, int]:
    """(least, most) đồng for so many works of each genre."""
    counted = [(each, works.get(each.code, 0)) for each in ranges if not each.words]
    return sum(each.low * count for each, count in counted), sum(each.high * count for each, count in counted)


def _range(schedule: Schedule, entry: GenreRate, unit: Fraction, level: Fraction, name: str) -> FeeRange:
    called = name or genre_name(entry.genre, entry.label)
    measured = [rate.basis for rate in entry.rates if isinstance(rate.basis, DongPerMeasure)]
    if measured:
        return FeeRange(entry.genre, called, words=genre_words(measured[0]))
    amounts = [amount * level for rate in entry.rates for amount in _amounts(rate.basis, unit)]
    most = min([max(amounts), *_caps(schedule, entry.genre, unit)])
    return FeeRange(
        entry.genre,
        called,
        low=round_dong(min(*amounts, most), schedule.rounding, RoundingMode.HALF_UP),
        high=round_dong(most, schedule.rounding, RoundingMode.HALF_UP),
        only_most=all(isinstance(rate.basis, CapOnly) for rate in entry.rates),
    )


def _amounts(basis: GenreBasis, unit: Fraction) -> Iterator[Fraction]:
    match basis:
        case FixedCoefficient(coefficient):
            yield coefficient * unit
        case CoefficientRange(low, high):
            yield low * unit
            yield high * unit
        case CapOnly(high):
            yield Fraction(0)
            yield high * unit
        case DongPerPiece(amount):
            yield Fraction(amount)
        case Grades(grades):
            for grade in grades:
                yield Fraction(grade.amount) if grade.amount is not None else (grade.coefficient or 0) * unit


def _caps(schedule: Schedule, genre: str, unit: Fraction) -> Iterator[Fraction]:
    for cap in schedule.caps:
        if cap.scope is CapScope.PIECE and cap.effect is Effect.HARD and (not cap.genres or genre in cap.genres):
            if cap.amount is not None:
                yield Fraction(cap.amount)
            elif cap.coefficient is not None:
                yield cap.coefficient * unit
