"""The figures that a paper's columns show of a line: coefficient, unit value, share; read from its explanation."""

from fractions import Fraction
from typing import NamedTuple

from payments.royalty.explanation import written_number
from payments.royalty.money import exact

# How many values each letter of a template takes; see `explanation`.
TAKES = {
    "G": 1,
    "C": 2,
    "V": 1,
    "M": 5,
    "I": 2,
    "P": 2,
    "R": 3,
    "A": 2,
    "L": 2,
    "l": 1,
    "d": 1,
    "a": 1,
    "x": 1,
    "k": 1,
    "8": 1,
    "r": 1,
    "s": 2,
    "w": 4,
}


class Columns(NamedTuple):
    """Texts as printed; `unit_value` in đồng. Empty where the line has no such figure."""

    coefficient: str = ""
    unit_value: int | None = None
    share: str = ""


def columns_of(template: str, values: tuple[str, ...]) -> Columns:
    """Coefficient and unit of the first product, share of the split."""
    coefficient, unit, share = "", None, ""
    rest = list(values)
    for letter in template:
        if letter not in TAKES:
            return Columns()
        own, rest = rest[: TAKES[letter]], rest[TAKES[letter] :]
        if letter == "C":
            coefficient, unit = written_number(exact(own[0])), int(exact(own[1]))
        elif letter == "P":
            coefficient, unit = written_number(_photo_sum(own[0])), int(exact(own[1]))
        elif letter == "V":
            unit = int(exact(own[0]))
        elif letter == "s":
            share = _share(own[0])
    return Columns(coefficient, unit, share)


def _photo_sum(text: str) -> Fraction:
    whole = Fraction(0)
    for group in text.partition("#")[0].split("+"):
        score, _, times = group.partition("*")
        whole += exact(score) * int(times or 1)
    return whole


def _share(text: str) -> str:
    if text.endswith("%"):
        return f"{written_number(exact(text[:-1]))} %"
    return written_number(exact(text))
