"""What a run froze: the only things that the engine reads.

Percents are `Fraction(60)` for 60 %; a missing text is "". Nothing here is looked up, everything is copied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from payments.royalty.schedule import Schedule


class FactsError(ValueError):
    """The facts of a run contradict themselves: a fault of whoever froze them."""


class ScorePolicy(StrEnum):
    """What a piece without a score is worth. Only `REQUIRED` may pay; the others answer "would have cost"."""

    REQUIRED = "required"
    LOW = "low"
    HIGH = "high"


class ChosenFactor(NamedTuple):
    """A factor that a person chose for a piece; `percent` only where the schedule leaves a range."""

    code: str
    percent: Fraction | None = None


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """One person in one role. `photos`: the coefficient of each own photo, where photos are paid each.

    `no_fee` is the reason why this person takes nothing ("waived", "no_fee"); the part is not given to others.
    """

    subject_key: str
    person: int
    role: str
    share: Fraction | None = None
    quantity: int | None = None
    photos: tuple[Fraction, ...] = ()
    no_fee: str = ""


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """One published piece. `measure` is in the rate's own unit (words, minutes, A4 pages, items)."""

    subject: str
    genre: str
    published_on: date
    credits: tuple[CreditFacts, ...]
    variant: str = ""
    topic: str = ""
    commissioned_on: date | None = None
    approved_on: date | None = None
    coefficient: Fraction | None = None
    grade: str = ""
    measure: Fraction | None = None
    factors: tuple[ChosenFactor, ...] = ()
    origin: str = ""
    language: str = ""
    region: str = ""
    category: str = ""
    timeliness: str = ""


@dataclass(frozen=True, slots=True)
class BaseSalary:
    """Lương cơ sở in force over the half-open `[from_day, until_day)`."""

    amount: int
    from_day: date
    until_day: date | None
    legal_basis: str
    doubt: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A seat of the editorial board as held in the period, `[held_from, held_until)`.

    `subject_key` names seat and period ("seat:7:2024-06"), because a line is made of it once.
    """

    subject_key: str
    person: int
    seat: str
    held_from: date
    held_until: date | None = None


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """Pieces that a member of staff owes in the window, and how many of them earlier runs already counted."""

    quota: int
    counted_before: int = 0


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The rules and circumstances of one run over `[period_from, period_until)`.

    `issued_before` holds what earlier runs issued in a window: key (person, day) for a cap by the day,
    (person, None) for one by the period. `fund_left` None means: no fund is asked about.
    """

    period_from: date
    period_until: date
    rotation: int
    schedules: tuple[Schedule, ...]
    base_salaries: tuple[BaseSalary, ...]
    payment_date: date | None = None
    score_policy: ScorePolicy = ScorePolicy.REQUIRED
    seats: tuple[SeatFacts, ...] = ()
    duties: Mapping[int, DutyFacts] | None = None
    issued_before: Mapping[tuple[int, date | None], int] | None = None
    fund_left: int | None = None
