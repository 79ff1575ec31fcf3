"""Schedules, runs and pieces as small as a test needs. Unit value 253.000 đ from 1/7/2026, 234.000 đ before."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from payments.royalty import (
    ComputedLine,
    CreditFacts,
    Outcome,
    PieceFacts,
    RunFacts,
    Schedule,
    base_salaries_from_mapping,
    compute,
    schedule_from_mapping,
    tax_rules_from_mapping,
)

RATES = Path(__file__).resolve().parents[3] / "payments" / "rates"
JULY = date(2026, 7, 1)


def read_rates(name: str) -> dict[str, Any]:
    return yaml.safe_load((RATES / name).read_text(encoding="utf-8"))


SALARIES = base_salaries_from_mapping(read_rates("base-salary.yaml"))
TAX_RULES = tax_rules_from_mapping(read_rates("tax-rules.yaml"))


def rules_mapping(**changes: Any) -> dict[str, Any]:
    return {
        "code": "bieu-thu",
        "from": "2024-01-01",
        "until": None,
        "unit": {"percent_of_base_salary": 10},
        "genres": [
            {"genre": "news_item", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 2}]},
            {"genre": "article", "rates": [{"basis": "coefficient_range", "low": 2, "high": 5}]},
            {"genre": "photo", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 1}]},
        ],
    } | changes


def schedule_with(**changes: Any) -> Schedule:
    return schedule_from_mapping(rules_mapping(**changes))


def one_genre(genre: str = "news_item", *, rate: dict[str, Any], **entry: Any) -> list[dict[str, Any]]:
    return [{"genre": genre, "rates": [rate], **entry}]


def run_of(*schedules: Schedule, **changes: Any) -> RunFacts:
    facts = {
        "period_from": date(2026, 6, 1),
        "period_until": date(2026, 8, 1),
        "rotation": 0,
        "schedules": schedules,
        "base_salaries": SALARIES,
    }
    return RunFacts(**(facts | changes))


def credit(key: int, role: str = "author", **changes: Any) -> CreditFacts:
    return CreditFacts(f"credit:{key}", changes.pop("person", key), role, **changes)


def piece(subject: str = "tin-1", *credited: CreditFacts, **changes: Any) -> PieceFacts:
    facts = {
        "subject": subject,
        "genre": "news_item",
        "published_on": JULY,
        "credits": credited or (credit(1),),
        "coefficient": Fraction(3, 2),
    }
    return PieceFacts(**(facts | changes))


def outcomes_of(schedule: Schedule, *pieces: PieceFacts, **changes: Any) -> list[Outcome]:
    found = list(compute(run_of(schedule, **changes), list(pieces)))
    credited = {
        (credit.subject_key, piece.subject, credit.person, credit.role) for piece in pieces for credit in piece.credits
    }
    for line in found:
        if isinstance(line, ComputedLine):
            _check_names(line, credited)
    return found


def _check_names(line: ComputedLine, credited: set[tuple[str, str, int, str]]) -> None:
    """Whatever a rule does to an amount, the line still says whose it is and of what."""
    assert isinstance(line.royalty, bool)
    if (line.subject_key, line.piece, line.person, line.role) in credited:
        assert line.kind == "fee"
        return
    assert line.piece == ""
    assert line.kind == {"pool": "fee", "allowance": "allowance"}[line.subject_key.split(":")[-2]]


def lines_of(schedule: Schedule, *pieces: PieceFacts, **changes: Any) -> list[ComputedLine]:
    return [line for line in outcomes_of(schedule, *pieces, **changes) if isinstance(line, ComputedLine)]


def amounts_of(schedule: Schedule, *pieces: PieceFacts, **changes: Any) -> list[int]:
    return [line.amount for line in lines_of(schedule, *pieces, **changes)]


def paid(lines: list[ComputedLine]) -> list[tuple[str, int, str]]:
    return [(line.role, line.amount, line.reason) for line in lines]
