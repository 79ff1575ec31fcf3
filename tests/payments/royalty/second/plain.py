"""Words and small sums that the second calculator is made of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

PHOTO_GENRES = ("photo", "art_photo")
EARNERS = {
    "photo": ["photographer", "author"],
    "art_photo": ["photographer", "author"],
    "video": ["videographer", "author"],
}


class NotNowError(Exception):
    """Nothing of this work can be reckoned, and why."""


@dataclass
class Entry:
    """A line while it is being reckoned."""

    key: str
    person: int
    work: str
    role: str
    day: date
    amount: int
    royalty: bool
    genre: str = ""
    table: str = ""
    earns: bool = False
    bounded: int | None = None


def number(written: Any) -> Fraction:
    return Fraction(str(written).replace(",", "."))


def half_up(value: Fraction, step: int) -> int:
    return int((2 * value + step) // (2 * step)) * step


def down(value: Fraction | int, step: int) -> int:
    return int(Fraction(value) // step) * step


def share_out(total: int, weights: dict[str, Fraction], step: int, turn: int) -> dict[str, int]:
    """Largest remainder in units of `step`. Who is first among those with equal remainders moves on with each turn."""
    whole = sum(weights.values())
    wanted = {key: total * weights[key] / whole / step if whole else Fraction(0) for key in weights}
    parts = {key: int(wanted[key] // 1) for key in weights}
    left = total // step - sum(parts.values())
    alike: dict[Fraction, list[str]] = defaultdict(list)
    for key in sorted(weights):
        alike[wanted[key] - parts[key]].append(key)
    for remainder in sorted(alike, reverse=True):
        equals = alike[remainder]
        first = turn % len(equals)
        for key in (equals[first:] + equals[:first])[:left]:
            parts[key] += 1
            left -= 1
    assert sum(parts.values()) * step == total
    return {key: part * step for key, part in parts.items()}
