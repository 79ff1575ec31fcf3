"""The rates of one genre at one unit value, worked out once and asked a million times."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, cast

from payments.royalty.facts import CreditFacts, PieceFacts, ScorePolicy
from payments.royalty.money import RoundingMode, plain, round_dong
from payments.royalty.reckoning import HUNDRED, Hold, Product, Reckoned, reckon, share_text
from payments.royalty.schedule import (
    CapOnly,
    CapScope,
    CoefficientRange,
    DongPerItem,
    DongPerMeasure,
    DongPerPiece,
    Effect,
    Factor,
    FixedCoefficient,
    Grade,
    Grades,
    LegalRange,
    MeasureRounding,
    PercentOf,
    PhotoRule,
    Rate,
    RoleRate,
    Schedule,
    genre_rate,
    rate_for,
)
from payments.royalty.schedule_check import role_rates

REMEMBERED = 4096
LONGEST_SUM = 40  # letters of "0.5*3+1*2" that still fit a stored explanation
EARNS, PHOTO_PART, PHOTO_EACH, PHOTO_INCLUDED, BY_ROLE, NOTHING = range(6)


def legal_range(schedule: Schedule, genre: str, variant: str = "") -> LegalRange | None:
    """The coefficients that an approver may score, or None where the schedule has no rate for the piece."""
    entry = genre_rate(schedule, genre)
    rate = rate_for(entry, variant) if entry else None
    zero = Fraction(0)
    match rate.basis if rate else None:
        case None:
            return None
        case CoefficientRange(low, high):
            return LegalRange("range", low, high)
        case CapOnly(high):
            return LegalRange("cap", zero, high)
        case FixedCoefficient(coefficient):
            return LegalRange("fixed", coefficient, coefficient)
        case Grades(grades):
            return LegalRange("grade", zero, zero, tuple(grade.code for grade in grades))
        case _:
            return LegalRange("none", zero, zero)


class Royalty(NamedTuple):
    """The author's royalty of a piece: before the cap, in full, and the helpers' fees already reckoned from it."""

    product: Product
    cap: Fraction | None
    full: Reckoned
    step: int
    warnings: tuple[tuple[str, tuple[str, ...]], ...]
    fees: dict[str, Reckoned]

    def part(self, weight: Fraction) -> Reckoned:
        """What is paid where only a part counts (duty, a photographer without an author)."""
        if weight == 1:
            return self.full
        return reckon(self.product.times("d", weight, share_text(weight)), self.step, cap=self.cap)


class Plan:
    """One genre and variant of one schedule, for one unit value. Raises Hold for what is not known yet."""

    def __init__(
        self, schedule: Schedule, unit: Fraction, genre: str, variant: str, policy: ScorePolicy, *, inside: bool
    ) -> None:
        entry = genre_rate(schedule, genre)
        self.schedule = schedule
        self.unit = unit
        self.step = schedule.rounding
        self.level = schedule.level
        self.policy = policy
        self.inside = inside
        self.entry = entry
        self.rate: Rate | None = rate_for(entry, variant) if entry else None
        self.roles: dict[str, RoleRate] = {role.role: role for _, role in role_rates(schedule, genre)}
        self.factors = [
            factor for factor in schedule.factors if genre in factor.genres or (not factor.genres and not inside)
        ]
        bounds = [
            (cap.effect, self._bound(cap.amount, cap.coefficient))
            for cap in schedule.caps
            if cap.scope is CapScope.PIECE and (not cap.genres or genre in cap.genres)
        ]
        self.cap = min((bound for effect, bound in bounds if effect is Effect.HARD), default=None)
        self.warn_above = min((bound for effect, bound in bounds if effect is Effect.WARN), default=None)
        self.ways: dict[str, int] = {}
        self.splits: dict[object, list[Reckoned]] = {}
        self.flat_fees: dict[str, Reckoned] = {}
        self._royalties: dict[object, Royalty] = {}
        self._photos: dict[object, Reckoned] = {}

    def _bound(self, amount: int | None, coefficient: Fraction | None) -> Fraction:
        return Fraction(amount) if amount is not None else cast("Fraction", coefficient) * self.unit

    @property
    def outside(self) -> bool:
        return self.entry is None and not self.roles

    def way(self, role: str) -> int:
        """How a role is paid in this genre: one way, never two."""
        if role not in self.ways:
            self.ways[role] = self._find_way(role)
        return self.ways[role]

    def _find_way(self, role: str) -> int:
        entry = self.entry
        if entry and role in entry.earners:
            return EARNS
        if entry and role == "photographer" and entry.photos is PhotoRule.PAID_EACH:
            return PHOTO_EACH
        if role in self.roles:
            return BY_ROLE
        if entry and role == "photographer":
            return PHOTO_PART if entry.photographer_share else PHOTO_INCLUDED
        return NOTHING

    def royalty(self, piece: PieceFacts) -> Royalty:
        """The author's royalty of this piece, remembered for the next piece like it."""
        score = piece.coefficient
        key: object = None if score is None else (score.numerator, score.denominator)
        if self.factors or piece.factors:
            facts = tuple(getattr(piece, field) for factor in self.factors for field, _ in factor.conditions)
            key = (key, piece.grade, piece.measure, piece.factors, facts)
        elif piece.grade or piece.measure is not None:
            key = (key, piece.grade, piece.measure)
        known = self._royalties.get(key)
        if known is None:
            if len(self._royalties) >= REMEMBERED:
                self._royalties.clear()
            known = self._royalties[key] = self._reckon_royalty(piece)
        return known

    def _reckon_royalty(self, piece: PieceFacts) -> Royalty:
        product = self._with_factors(self._with_level(self._base(piece)), piece)
        warnings: tuple[tuple[str, tuple[str, ...]], ...] = ()
        if self.warn_above is not None and product.value > self.warn_above:
            warnings = (("above_piece_cap", (plain(product.value), plain(self.warn_above))),)
        return Royalty(product, self.cap, reckon(product, self.step, cap=self.cap), self.step, warnings, {})

    def _with_level(self, product: Product) -> Product:
        return product if self.level == HUNDRED else product.times("l", self.level / 100, plain(self.level))

    def _coefficients(self, coefficient: Fraction) -> Product:
        return Product(coefficient * self.unit, "C", (plain(coefficient), plain(self.unit)))

    def _base(self, piece: PieceFacts) -> Product:
        if self.rate is None:
            raise Hold("variant_without_rate")
        match self.rate.basis:
            case FixedCoefficient(coefficient):
                return self._coefficients(coefficient)
            case CoefficientRange(low, high):
                return self._coefficients(self._scored(piece.coefficient, low, high, "no_score"))
            case CapOnly(high):
                return self._coefficients(self._scored(piece.coefficient, Fraction(0), high, "no_score"))
            case DongPerPiece(amount):
                return Product(Fraction(amount), "V", (str(amount),))
            case DongPerMeasure() as basis:
                return _measured(basis, piece.measure)
            case Grades(grades):
                return self._graded(grades, piece.grade)

    def _scored(self, score: Fraction | None, low: Fraction, high: Fraction, missing: str) -> Fraction:
        """A score inside its range. Only a what-if may fill a gap or bring an outlier to the border."""
        if self.policy is ScorePolicy.REQUIRED:
            if score is None:
                raise Hold(missing, score=True)
            if not low <= score <= high:
                raise Hold("score_outside_range", score=True)
            return score
        if score is None:
            return low if self.policy is ScorePolicy.LOW else high
        return min(max(score, low), high)

    def _graded(self, grades: tuple[Grade, ...], code: str) -> Product:
        products = {grade.code: self._grade_product(grade) for grade in grades}
        if code in products:
            return products[code]
        if self.policy is ScorePolicy.REQUIRED:
            raise Hold("unknown_grade" if code else "no_grade", score=True)
        pick = min if self.policy is ScorePolicy.LOW else max
        return pick(products.values(), key=lambda product: product.value)

    def _grade_product(self, grade: Grade) -> Product:
        if grade.coefficient is not None:
            plainly = self._coefficients(grade.coefficient)
        else:
            plainly = Product(Fraction(grade.amount or 0), "V", (str(grade.amount),))
        return Product(plainly.value, "G" + plainly.template, (grade.code, *plainly.values))

    def _with_factors(self, product: Product, piece: PieceFacts) -> Product:
        """Additive percents are summed first, then the multipliers apply."""
        if not self.factors and not piece.factors:
            return product
        chosen = dict(piece.factors)
        added: list[Fraction] = []
        multiplied: list[Fraction] = []
        for factor in self.factors:
            if _applies(factor, piece, chosen):
                percent = self._factor_percent(factor, chosen.get(factor.code))
                (added if factor.adds else multiplied).append(percent)
            elif factor.code in chosen and self.policy is ScorePolicy.REQUIRED:
                raise Hold("factor_not_applicable")
        if self.policy is ScorePolicy.REQUIRED and chosen.keys() - {factor.code for factor in self.factors}:
            raise Hold("unknown_factor")
        if added:
            product = product.times("a", 1 + sum(added, Fraction(0)) / 100, "+".join(map(plain, added)))
        if multiplied:
            whole = Fraction(1)
            for percent in multiplied:
                whole *= percent / 100
            product = product.times("x", whole, "*".join(map(plain, multiplied)))
        return product

    def applying(self, piece: PieceFacts) -> list[Factor]:
        """The factors that change the amount of a piece."""
        chosen = dict(piece.factors)
        return [factor for factor in self.factors if _applies(factor, piece, chosen)]

    def _factor_percent(self, factor: Factor, chosen: Fraction | None) -> Fraction:
        if factor.low == factor.high and chosen is None:
            return factor.low
        if chosen is None and self.policy is ScorePolicy.REQUIRED:
            raise Hold("no_factor_percent")
        try:
            return self._scored(chosen, factor.low, factor.high, "no_factor_percent")
        except Hold:
            raise Hold("factor_outside_range") from None

    def fee_of_role(self, role: str, author: Reckoned | None, memory: dict[str, Reckoned]) -> Reckoned | None:
        """The fee of a role for the whole piece; None where it is a percent of a royalty that nobody reckons."""
        known = memory.get(role)
        if known is None:
            product = self._role_product(role, author, memory)
            if product is None:
                return None
            known = memory[role] = reckon(product, self.step)
        return known

    def _role_product(self, role: str, author: Reckoned | None, memory: dict[str, Reckoned]) -> Product | None:
        match self.roles[role].basis:
            case PercentOf(percent, of):
                base = author if of == "author" else self.fee_of_role(of, author, memory)
                if base is None:
                    return None
                return Product(base.exact * percent / 100, "R", (plain(percent), plain(base.exact), of))
            case FixedCoefficient(coefficient):
                return self._with_level(self._coefficients(coefficient))
            case DongPerPiece(amount):
                return self._with_level(Product(Fraction(amount), "V", (str(amount),)))
            case DongPerItem():
                return None

    def fee_of_items(self, role: str, quantity: int | None) -> Reckoned:
        """The fee of one person who is paid by the item."""
        if quantity is None:
            raise Hold("no_quantity")
        basis = cast("DongPerItem", self.roles[role].basis)
        items = Product(Fraction(basis.amount * quantity), "I", (str(quantity), str(basis.amount)))
        return reckon(self._with_level(items), self.step)

    def fee_of_photos(self, credit: CreditFacts, piece: PieceFacts) -> Reckoned:
        """The photos of one person, paid each; this plan is then the photo genre's."""
        scores = tuple((score.numerator, score.denominator) for score in credit.photos)
        facts = tuple(getattr(piece, field) for factor in self.factors for field, _ in factor.conditions)
        key = (scores, credit.quantity, piece.factors, facts)
        known = self._photos.get(key)
        if known is None:
            if len(self._photos) >= REMEMBERED:
                self._photos.clear()
            known = self._photos[key] = self._reckon_photos(credit, piece)
        return known

    def _reckon_photos(self, credit: CreditFacts, piece: PieceFacts) -> Reckoned:
        count = len(credit.photos) if credit.quantity is None else credit.quantity
        if credit.quantity is None and not credit.photos:
            raise Hold("no_quantity")
        match self.rate.basis if self.rate else None:
            case FixedCoefficient(coefficient):
                product = self._photo_product((coefficient,) * count)
            case CoefficientRange(low, high):
                product = self._photo_product(self._photo_scores(credit.photos, count, low, high))
            case CapOnly(high):
                product = self._photo_product(self._photo_scores(credit.photos, count, Fraction(0), high))
            case DongPerPiece(amount):
                product = Product(Fraction(amount * count), "I", (str(count), str(amount)))
            case _:
                raise Hold("variant_without_rate")
        if self.inside:
            # A factor chosen for the piece reaches its photos only where it names them, and never holds them.
            known = {factor.code for factor in self.factors}
            piece = replace(piece, factors=tuple(one for one in piece.factors if one.code in known), credits=())
        return reckon(self._with_factors(self._with_level(product), piece), self.step)

    def _photo_scores(
        self, scores: Sequence[Fraction], count: int, low: Fraction, high: Fraction
    ) -> tuple[Fraction, ...]:
        if len(scores) != count and (self.policy is ScorePolicy.REQUIRED or len(scores) > count):
            raise Hold("photo_scores_incomplete", score=True)
        given: list[Fraction | None] = [*scores, *[None] * (count - len(scores))]
        return tuple(self._scored(score, low, high, "photo_scores_incomplete") for score in given)

    def _photo_product(self, scores: tuple[Fraction, ...]) -> Product:
        whole = sum(scores, Fraction(0))
        groups = sorted(Counter(scores).items())
        text = "+".join(plain(score) if times == 1 else f"{plain(score)}*{times}" for score, times in groups)
        if len(text) > LONGEST_SUM:
            text = f"{plain(whole)}#{len(scores)}"
        return Product(whole * self.unit, "P", (text or "0", plain(self.unit)))


def _applies(factor: Factor, piece: PieceFacts, chosen: dict[str, Fraction | None]) -> bool:
    if factor.conditions:
        return all(getattr(piece, field) in values for field, values in factor.conditions)
    return factor.code in chosen


def _measured(basis: DongPerMeasure, measure: Fraction | None) -> Product:
    """đồng per measure: in lots of `per`, rounded as the schedule says, not fewer than the minimum."""
    if measure is None:
        raise Hold("no_measure", score=True)
    lots = measure / basis.per
    match basis.rounding:
        case MeasureRounding.UP:
            lots = Fraction(round_dong(lots, 1, RoundingMode.UP))
        case MeasureRounding.DOWN:
            lots = Fraction(round_dong(lots, 1, RoundingMode.DOWN))
        case MeasureRounding.HALF_UP:
            lots = Fraction(round_dong(lots, 1, RoundingMode.HALF_UP))
        case MeasureRounding.EXACT:
            pass
    lots = max(lots, basis.minimum)
    values = (plain(measure), basis.measure, str(basis.per), plain(lots), str(basis.amount))
    return Product(lots * basis.amount, "M", values)
