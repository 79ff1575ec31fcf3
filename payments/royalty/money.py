"""Whole đồng: the only door to rounding, and the split that never loses one.

Nothing here or above it uses floats. Exact amounts are `Fraction`, because a third is not a `Decimal`.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import lcm

DECIMAL_PLACES = 15
_NUMBER = re.compile(r"-?\d{1,40}(?:[.,]\d{1,15}|/[1-9]\d{0,39})?")


class RoundingMode(StrEnum):
    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"


class MoneyError(ValueError):
    """A sum that does not close, or an amount that cannot be reckoned: a fault of the program."""


def round_dong(value: Fraction | int, to: int, mode: RoundingMode = RoundingMode.HALF_UP) -> int:
    """Round to a multiple of `to` đồng. A half goes away from zero, so a correction mirrors what it corrects."""
    if to < 1:
        raise MoneyError(f"rounding step {to} is not a positive number of đồng")
    number, parts = abs(value.numerator), value.denominator
    whole, rest = divmod(number, parts * to)
    if rest and (mode is RoundingMode.UP or (mode is RoundingMode.HALF_UP and 2 * rest >= parts * to)):
        whole += 1
    return whole * to if value >= 0 else -whole * to


def split(total: int, weights: Sequence[Fraction | int], step: int, keys: Sequence[str], rotation: int) -> list[int]:
    """Split `total` đồng in units of `step`, by largest remainder; a zero weight gets zero.

    Equal remainders go by key, starting one place later each period (`rotation`), so that nobody is a đồng
    short for ever. Raises MoneyError where the parts cannot add up to the total.
    """
    if len(weights) != len(keys) or len(set(keys)) != len(keys):
        raise MoneyError("each weight wants one key of its own")
    if total < 0 or step < 1 or total % step:
        raise MoneyError(f"{total} đồng cannot be split in units of {step}")
    whole_weights = _as_integers(weights)
    weight_sum = sum(whole_weights)
    if weight_sum == 0 or min(whole_weights) < 0:
        if total == 0 and weight_sum == 0:
            return [0] * len(keys)
        raise MoneyError("weights must not be negative, nor all zero")
    units = total // step
    floors, rests = [], []
    for weight in whole_weights:
        floor, rest = divmod(units * weight, weight_sum)
        floors.append(floor)
        rests.append(rest)
    for place in _winners(rests, units - sum(floors), keys, rotation):
        floors[place] += 1
    parts = [floor * step for floor in floors]
    if sum(parts) != total:
        raise MoneyError(f"the parts of {total} đồng add up to {sum(parts)}")
    return parts


def _as_integers(weights: Sequence[Fraction | int]) -> list[int]:
    common = lcm(*(weight.denominator for weight in weights))
    return [weight.numerator * (common // weight.denominator) for weight in weights]


def _winners(rests: list[int], left: int, keys: Sequence[str], rotation: int) -> list[int]:
    """The places that get one unit more: the largest remainders, then, among equals, by rotated key."""
    if left == 0:
        return []
    border = sorted(rests, reverse=True)[left - 1]
    above = [place for place, rest in enumerate(rests) if rest > border]
    equal = sorted((place for place, rest in enumerate(rests) if rest == border), key=lambda place: keys[place])
    start = rotation % len(equal)
    return above + [equal[(start + turn) % len(equal)] for turn in range(left - len(above))]


@lru_cache(maxsize=4096)
def exact(value: str | int | Decimal) -> Fraction:
    """A number as people write it ("1.5", "1,5", "1/3") or as the database gives it, without loss."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise MoneyError(f"{value!r} is not a number")
        value = value.replace(",", ".")
    return Fraction(value)


@lru_cache(maxsize=4096)
def _plain(number: int, parts: int) -> str:
    if parts == 1:
        return str(number)
    places = 0
    while 10**places % parts and places < DECIMAL_PLACES:
        places += 1
    if 10**places % parts:
        return f"{number}/{parts}"
    digits = str(abs(number) * 10**places // parts).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def plain(value: Fraction | int) -> str:
    """The shortest lossless text of a number: "1.5", or "4/3" where decimals do not end. `exact` reads it back."""
    return _plain(*value.as_integer_ratio())
