"""The dated rules about a run that are no rates: how late money may come, unclaimed money, days to check it.

They are read from `rates/run-rules.yaml`, with their legal basis; a doubtful number is marked as such wherever it is
shown. The rule of a piece is that of the day on which it went up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from payments.law import FOLDER, read_yaml
from payments.royalty.entry import Entry
from payments.royalty.schedule_check import check_periods
from payments.royalty.schedule_error import ScheduleError

FILE = FOLDER / "run-rules.yaml"
MOST_DAYS = 3660
MOST_NOTICES = 100


class RuleEffect(StrEnum):
    """`rule`: in force. `warn`: nothing in force says so, it is only pointed out."""

    RULE = "rule"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """`payment_days` from going up to being paid; `unclaimed_notices` before unclaimed money may go elsewhere."""

    id: str
    from_day: date
    until_day: date | None
    payment_days: int
    unclaimed_notices: int
    effect: RuleEffect
    legal_basis: str
    doubt: bool
    note: str

    @property
    def binds(self) -> bool:
        """Whether it is law, or only reminds."""
        return self.effect is RuleEffect.RULE


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """Between how many whole days the accountant chooses for the contributors' check."""

    id: str
    from_day: date
    until_day: date | None
    least_days: int
    usual_days: int
    most_days: int
    legal_basis: str
    doubt: bool
    note: str


@dataclass(frozen=True, slots=True)
class RunRules:
    payments: tuple[PaymentRule, ...]
    reviews: tuple[ReviewRule, ...]

    def payment_rule_on(self, published_on: date) -> PaymentRule | None:
        """The rule for what went up on a day; None before the first one."""
        return next((rule for rule in self.payments if _holds(rule, published_on)), None)

    def review_rule_on(self, day: date) -> ReviewRule:
        """The bounds on a day; before the first rule, that one."""
        return next((rule for rule in self.reviews if _holds(rule, day)), self.reviews[0])


def _holds(rule: PaymentRule | ReviewRule, day: date) -> bool:
    return rule.from_day <= day and (rule.until_day is None or day < rule.until_day)


@cache
def run_rules() -> RunRules:
    """The shipped file."""
    return run_rules_from_mapping(read_yaml(FILE))


def run_rules_from_mapping(mapping: Mapping[str, Any]) -> RunRules:
    """Read `run-rules.yaml`. Raises ScheduleError with the path of the wrong entry."""
    entry = Entry(mapping, "")
    entry.text("note", "")
    rules = RunRules(payments=entry.each("rules", _payment_rule), reviews=entry.each("reviews", _review_rule))
    entry.close()
    for name, dated in (("rules", rules.payments), ("reviews", rules.reviews)):
        if not dated:
            raise ScheduleError(name, "missing")
        check_periods((rule.id, rule.from_day, rule.until_day) for rule in dated)
    return rules


def _payment_rule(entry: Entry) -> PaymentRule:
    rule = PaymentRule(
        id=entry.text("id"),
        from_day=entry.first_day("from"),
        until_day=entry.day("until"),
        payment_days=_count(entry, "payment_days", 1, MOST_DAYS),
        unclaimed_notices=_count(entry, "unclaimed_notices", 1, MOST_NOTICES),
        effect=entry.one_of("effect", RuleEffect),
        legal_basis=entry.text("legal_basis"),
        doubt=entry.yes("doubt"),
        note=entry.text("note", ""),
    )
    _close(entry, rule)
    return rule


def _review_rule(entry: Entry) -> ReviewRule:
    least = _count(entry, "least_days", 1, MOST_DAYS)
    most = _count(entry, "most_days", least, MOST_DAYS)
    rule = ReviewRule(
        id=entry.text("id"),
        from_day=entry.first_day("from"),
        until_day=entry.day("until"),
        least_days=least,
        usual_days=_count(entry, "usual_days", least, most),
        most_days=most,
        legal_basis=entry.text("legal_basis"),
        doubt=entry.yes("doubt"),
        note=entry.text("note", ""),
    )
    _close(entry, rule)
    return rule


def _count(entry: Entry, key: str, low: int, high: int) -> int:
    value = entry.dong(key)
    if not low <= value <= high:
        raise ScheduleError(entry.at(key), "out_of_bounds", found=value, low=str(low), high=str(high))
    return value


def _close(entry: Entry, rule: PaymentRule | ReviewRule) -> None:
    entry.close()
    if not rule.legal_basis.strip():
        raise ScheduleError(entry.at("legal_basis"), "missing")
    if rule.until_day is not None and rule.until_day <= rule.from_day:
        raise ScheduleError(entry.at("until"), "dates_upside_down")
