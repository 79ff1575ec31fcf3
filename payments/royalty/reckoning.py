"""One amount on its way from a product of numbers to whole đồng, with the numbers that explain it.

A template is a chain of letters, each with its own values (see `explanation`): C coefficient × unit,
V đồng, M measure, I items, P photos, R percent of a fee, A allowance, L percent of royalties, G grade;
l level, a added percents, x multipliers, d part that counts; k cap, 8 rule 8, r rounding, s split, w cut.
"""

from fractions import Fraction
from typing import NamedTuple

from payments.royalty.facts import CreditFacts
from payments.royalty.money import RoundingMode, plain, round_dong, split
from payments.royalty.outcome import ComputedLine

ONE = Fraction(1)
HUNDRED = Fraction(100)


class Hold(Exception):  # noqa: N818  it is no error: the piece waits for a later run
    """Something that the amount depends on is not known yet."""

    def __init__(self, reason: str, *, score: bool = False) -> None:
        self.reason = reason
        self.score = score
        super().__init__(reason)


class Product(NamedTuple):
    """Coefficient × unit × level × factors, before caps and rounding."""

    value: Fraction
    template: str
    values: tuple[str, ...]

    def times(self, letter: str, factor: Fraction, value: str) -> "Product":
        return Product(self.value * factor, self.template + letter, (*self.values, value))


class Reckoned(NamedTuple):
    """A rounded amount with its exact value; `reason` only where it is 0 đồng."""

    exact: Fraction
    numerator: int
    denominator: int
    amount: int
    template: str
    values: tuple[str, ...]
    reason: str


def reckon(product: Product, step: int, *, cap: Fraction | None = None, letter: str = "k") -> Reckoned:
    """Cap, then round half up to `step` đồng."""
    value, template, values = product
    if cap is not None and value > cap:
        value, template, values = cap, template + letter, (*values, plain(cap))
    amount = round_dong(value, step, RoundingMode.HALF_UP)
    reason = "" if amount else ("zero_rate" if value == 0 else "rounded_to_zero")
    if not amount and letter in template:
        reason = {"8": "not_above_author", "k": "cap_reached"}[letter]
    return Reckoned(value, value.numerator, value.denominator, amount, template + "r", (*values, str(step)), reason)


def fee_line(piece: str, credit: CreditFacts, fee: Reckoned, *, royalty: bool) -> ComputedLine:
    """The line of somebody who takes the whole fee."""
    if credit.no_fee:
        return zero_line(piece, credit, credit.no_fee, royalty=royalty)
    return ComputedLine(
        credit.subject_key,
        credit.person,
        piece,
        credit.role,
        "fee",
        fee.amount,
        fee.numerator,
        fee.denominator,
        fee.template,
        fee.values,
        fee.reason,
        royalty,
    )


def zero_line(piece: str, credit: CreditFacts, reason: str, *, royalty: bool) -> ComputedLine:
    """A line of 0 đồng is a line, with its reason."""
    return ComputedLine(
        credit.subject_key, credit.person, piece, credit.role, "fee", 0, 0, 1, "0", (reason,), reason, royalty
    )


def share_text(share: Fraction) -> str:
    """A share of one as people read it: "60%", or "1/3" where the percent does not end soon."""
    percent = share * 100
    return f"{plain(percent)}%" if 10_000 % percent.denominator == 0 else plain(share)


def split_parts(fee: Reckoned, weights: list[Fraction], step: int, keys: list[str], rotation: int) -> list[Reckoned]:
    """The fee among several people: rounded first, then split, so that the parts add up to it."""
    whole = sum(weights)
    parts = []
    for weight, amount in zip(weights, split(fee.amount, weights, step, keys, rotation), strict=True):
        share = weight / whole
        exact = fee.exact * share
        extra = amount - round_dong(fee.amount * share, step, RoundingMode.DOWN)
        reason = "" if amount else ((fee.reason or "rounded_to_zero") if share else "zero_share")
        values = (*fee.values, share_text(share), str(extra))
        parts.append(Reckoned(exact, exact.numerator, exact.denominator, amount, fee.template + "s", values, reason))
    return parts


class Cut(NamedTuple):
    """What a cap over several lines does to one of them: `after` is its part of `allowed`, out of `total`."""

    scope: str
    allowed: int
    total: int
    after: int
    step: int


def cut_line(line: ComputedLine, cut: Cut) -> ComputedLine:
    """The line after the cut; its exact value is the exact part of what the cap leaves."""
    exact = Fraction(line.amount * cut.allowed, cut.total)
    extra = cut.after - round_dong(exact, cut.step, RoundingMode.DOWN)
    return line._replace(
        amount=cut.after,
        exact_numerator=exact.numerator,
        exact_denominator=exact.denominator,
        template=line.template + "w",
        values=(*line.values, cut.scope, str(cut.allowed), str(cut.total), str(extra)),
        reason=line.reason or ("" if cut.after else "cap_reached"),
    )
