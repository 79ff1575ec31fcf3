"""What a rate schedule (quy định mức chi) can say. Pure values; reading and checking live beside.

Percents are `Fraction(10)` for 10 %. đồng are int. Genres, roles and seats are the codes used everywhere.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

GENRES = (
    "news_item",
    "reader_reply",
    "interview",
    "article",
    "research",
    "photo",
    "art_photo",
    "video",
    "document",
)
ROLES = (
    "author",
    "photographer",
    "videographer",
    "translator",
    "collector",
    "editor",
    "approver",
    "publisher",
    "data_provider",
)
SEATS = ("head", "deputy", "writer", "editor", "publisher", "rapporteur")
CONDITIONS = ("origin", "language", "region", "category", "timeliness", "topic")
EARNERS = {
    "photo": ("photographer", "author"),
    "art_photo": ("photographer", "author"),
    "video": ("videographer", "author"),
}


class Effect(StrEnum):
    OFF = "off"
    WARN = "warn"
    HARD = "hard"


class RatesOn(StrEnum):
    """Whose day decides which schedule and which base salary count."""

    PUBLICATION = "publication"
    COMMISSION = "commission"
    APPROVAL = "approval"
    PAYMENT = "payment"


class PhotoRule(StrEnum):
    INCLUDED = "included"
    PAID_EACH = "paid_each"


class MeasureRounding(StrEnum):
    EXACT = "exact"
    UP = "up"
    DOWN = "down"
    HALF_UP = "half_up"


class CapScope(StrEnum):
    PIECE = "piece"
    PERSON_DAY = "person_day"
    PERSON_PERIOD = "person_period"
    REMUNERATION = "remuneration"
    FUND = "fund"


@dataclass(frozen=True, slots=True)
class Words:
    vi: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from; `doubt` marks what nobody has yet read in the original."""

    legal_basis: str = ""
    doubt: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that this portal runs on. Without its number: what-if yes, issue no."""

    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    signer: str = ""


@dataclass(frozen=True, slots=True)
class FixedCoefficient:
    coefficient: Fraction


@dataclass(frozen=True, slots=True)
class CoefficientRange:
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class CapOnly:
    """A maximum without a minimum, as in NĐ 18/2014 Đ7.1."""

    high: Fraction


@dataclass(frozen=True, slots=True)
class DongPerPiece:
    amount: int


@dataclass(frozen=True, slots=True)
class DongPerMeasure:
    """`amount` đồng for each `per` units of the measure; fewer than `minimum` counts as `minimum` such lots."""

    amount: int
    measure: str
    per: int = 1
    minimum: Fraction = Fraction(0)
    rounding: MeasureRounding = MeasureRounding.EXACT


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade is worth a coefficient or đồng: one or the other."""

    code: str
    coefficient: Fraction | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Grades:
    grades: tuple[Grade, ...]


GenreBasis = FixedCoefficient | CoefficientRange | CapOnly | DongPerPiece | DongPerMeasure | Grades


@dataclass(frozen=True, slots=True)
class Rate:
    """What one variant of a genre earns; variant "" serves all that have no rate of their own."""

    basis: GenreBasis
    variant: str = ""
    label: Words = Words()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class GenreRate:
    """`earners`: roles that share the piece's royalty. `photographer_share`: percent of it, if photos are included."""

    genre: str
    rates: tuple[Rate, ...]
    earners: tuple[str, ...]
    photos: PhotoRule = PhotoRule.INCLUDED
    photographer_share: Fraction = Fraction(0)
    label: Words = Words()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class PercentOf:
    """Percent of the author's royalty of the piece (after caps, before the split), or of another role's fee."""

    percent: Fraction
    of: str = "author"


@dataclass(frozen=True, slots=True)
class DongPerItem:
    """đồng for each item of the credit's quantity."""

    amount: int


RoleBasis = PercentOf | FixedCoefficient | DongPerPiece | DongPerItem


@dataclass(frozen=True, slots=True)
class RoleRate:
    """`genres` empty: every genre that has a rate. A rate naming the genre goes before one for all."""

    role: str
    basis: RoleBasis
    genres: tuple[str, ...] = ()
    royalty: bool = False
    label: Words = Words()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class Factor:
    """Adds percents (`add`) or multiplies. Automatic where `conditions` are given: all of them must hold.

    `low == high` is a fixed percent; otherwise a person chooses one between. `genres` empty: every genre,
    but photos inside a piece only if the photo genre is named.
    """

    code: str
    adds: bool
    low: Fraction
    high: Fraction
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    genres: tuple[str, ...] = ()
    label: Words = Words()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class Duty:
    """Staff earn `percent_within` for pieces inside the quota and 100 beyond it (NĐ 18/2014 Đ4.11-12)."""

    percent_within: Fraction = Fraction(0)
    genres: tuple[str, ...] = ()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class Allowance:
    """đồng for each month or each period in which the seat is held; by days where `pro_rata`."""

    code: str
    seat: str
    amount: int
    each_month: bool = False
    pro_rata: bool = False
    label: Words = Words()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class Pool:
    """Percent of all royalties of the period, shared among the seats by weight."""

    code: str
    percent: Fraction
    weights: tuple[tuple[str, Fraction], ...]
    label: Words = Words()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class Cap:
    """An upper bound: `amount` đồng or `coefficient` units; `percent` of royalties for remuneration.

    The fund's bound is no number of the schedule: it is `RunFacts.fund_left`.
    """

    scope: CapScope
    effect: Effect
    amount: int | None = None
    coefficient: Fraction | None = None
    percent: Fraction | None = None
    genres: tuple[str, ...] = ()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class Unit:
    """One coefficient is worth a percent of the base salary, or fixed đồng: one or the other."""

    percent_of_base_salary: Fraction | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """In force over `[from_day, until_day)`.

    `level` is the percent of the table that this page pays: it applies to every coefficient and đồng of
    genres and roles, not to percents, caps, allowances or pools.
    """

    code: str
    from_day: date
    until_day: date | None
    unit: Unit
    genres: tuple[GenreRate, ...]
    title: Words = Words()
    decision: Decision = Decision()
    level: Fraction = Fraction(100)
    rates_on: RatesOn = RatesOn.PUBLICATION
    commissioned_before_stays: bool = False
    rounding: int = 1
    author_not_below_helper: Effect = Effect.WARN
    roles: tuple[RoleRate, ...] = ()
    factors: tuple[Factor, ...] = ()
    duty: Duty | None = None
    allowances: tuple[Allowance, ...] = ()
    pools: tuple[Pool, ...] = ()
    caps: tuple[Cap, ...] = ()
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class LegalRange:
    """What a scorer may give. `kind`: range, cap, fixed (no choice), grade (see `grades`), none (paid in đồng)."""

    kind: str
    low: Fraction
    high: Fraction
    grades: tuple[str, ...] = ()

    def allows(self, coefficient: Fraction) -> bool:
        return self.kind in {"range", "cap", "fixed"} and self.low <= coefficient <= self.high


def genre_rate(schedule: Schedule, genre: str) -> GenreRate | None:
    return next((entry for entry in schedule.genres if entry.genre == genre), None)


def rate_for(entry: GenreRate, variant: str) -> Rate | None:
    """The rate of this variant, else the one for all; None where only other variants have rates."""
    by_variant = {rate.variant: rate for rate in entry.rates}
    return by_variant.get(variant) or by_variant.get("")
