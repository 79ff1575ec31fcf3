"""Dated rules of a run that stand in `rates/run-rules.yaml`: what the law said on a day, and whether it binds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from payments.law import FOLDER, read_yaml


@dataclass(frozen=True, slots=True)
class NoticesRule:
    """After how many unanswered notices a sum may go to the next fund; `binding` or a warning only."""

    since: date
    count: int
    binding: bool
    legal_basis: str
    doubt: bool


@cache
def _unclaimed() -> tuple[dict[str, Any], ...]:
    return tuple(read_yaml(FOLDER / "run-rules.yaml")["unclaimed_notices"])


def notices_rule_on(day: date) -> NoticesRule | None:
    """The rule in force on a day; None before the first."""
    for entry in _unclaimed():
        until = entry.get("until")
        if date.fromisoformat(entry["from"]) <= day and (until is None or day < date.fromisoformat(until)):
            return NoticesRule(
                since=date.fromisoformat(entry["from"]),
                count=entry["count"],
                binding=entry["way"] == "hard",
                legal_basis=entry["legal_basis"],
                doubt=bool(entry.get("doubt")),
            )
    return None
