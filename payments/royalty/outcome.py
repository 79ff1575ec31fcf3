"""What the engine says about each piece: lines, or why there are none."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class ComputedLine(NamedTuple):
    """One amount for one person. Whole đồng in `amount`, the unrounded value as a fraction beside it.

    `template` and `values` explain the amount (see `explain`); `reason` says why it is 0 đồng and is empty
    otherwise. `royalty` is True for nhuận bút, False for thù lao. A named tuple, because a run makes millions.
    """

    subject_key: str
    person: int
    piece: str
    role: str
    kind: str
    amount: int
    exact_numerator: int
    exact_denominator: int
    template: str
    values: tuple[str, ...]
    reason: str
    royalty: bool

    @property
    def exact(self) -> Fraction:
        return Fraction(self.exact_numerator, self.exact_denominator)

    @property
    def rounding(self) -> Fraction:
        """Rounded minus exact, in đồng."""
        return self.amount - self.exact


@dataclass(frozen=True, slots=True)
class OutsideRules:
    """The schedule says nothing about this piece (a document, as a rule): no line, and no error."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing of this piece can be reckoned yet: a later run takes it, whole."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unscored:
    """Held for want of a valid score, grade or measure."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should look at before the run is confirmed; `values` belong to the sentence of `code`."""

    subject: str
    code: str
    values: tuple[str, ...]


Outcome = ComputedLine | OutsideRules | Held | Unscored | Notice
