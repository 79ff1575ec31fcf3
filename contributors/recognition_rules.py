"""The published formula of thanks: dated thresholds and words of `recognition.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import yaml

from contributors.consents import Wording

FILE = Path(__file__).with_name("recognition.yaml")
REGULARITY, FIRST_PIECE, COVERAGE = KINDS = ("regularity", "first_piece", "coverage")


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that people are thanked for. `said` and `paper` have places for values: `{count}`, `{unit}`, …"""

    kind: str
    title: Wording
    rule: Wording
    why: Wording
    said: Wording
    paper: str


@dataclass(frozen=True, slots=True)
class RecognitionRules:
    """The formula from a day on: `months` of every `every` whole months, where there are `least_months`; a unit is
    silent after `silent_days` without a piece.
    """

    effective_from: date
    months: int
    every: int
    least_months: int
    silent_days: int
    grounds: tuple[Ground, ...]

    def ground(self, kind: str) -> Ground:
        return next(ground for ground in self.grounds if ground.kind == kind)

    def months_needed(self, whole: int) -> int | None:
        """In how many of so many whole months something must be up; None where the period is too short to look at."""
        if whole < self.least_months:
            return None
        return -(-whole * self.months // self.every)


def rules_on(day: date) -> RecognitionRules:
    """The formula that holds on a day; before the first one, the first one."""
    known = _all_rules()
    return next((rules for rules in reversed(known) if rules.effective_from <= day), known[0])


@cache
def _all_rules() -> tuple[RecognitionRules, ...]:
    read = [_rules(entry) for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))]
    return tuple(sorted(read, key=attrgetter("effective_from")))


def _rules(entry: Mapping[str, Any]) -> RecognitionRules:
    regularity, coverage = entry[REGULARITY], entry[COVERAGE]
    numbers = {
        "months": int(regularity["months"]),
        "every": int(regularity["every"]),
        "least_months": int(regularity["least_months"]),
        "silent_days": int(coverage["silent_days"]),
    }
    return RecognitionRules(
        effective_from=entry["effective_from"],
        grounds=tuple(_ground(kind, entry[kind], numbers) for kind in KINDS),
        **numbers,
    )


def _ground(kind: str, words: Mapping[str, Any], numbers: Mapping[str, int]) -> Ground:
    return Ground(
        kind=kind,
        title=Wording(**words["title"]),
        rule=Wording(**{language: text.format(**numbers) for language, text in words["rule"].items()}),
        why=Wording(**words["why"]),
        said=Wording(**words["said"]),
        paper=words["paper"],
    )
