"""Personal income tax withheld from one payment to one person, by the rules in force on the payment date.

The unit is one payment: all lines and pen names of the person together (TT 111/2013 Đ25.1.i; NĐ 253/2026 Đ50.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from payments.royalty.entry import Entry
from payments.royalty.facts import BaseSalary
from payments.royalty.money import RoundingMode, plain, round_dong
from payments.royalty.schedule import Source
from payments.royalty.schedule_check import ABSURD_DONG, check_periods
from payments.royalty.schedule_error import ScheduleError


class TaxStatus(StrEnum):
    """Diện thuế of a person."""

    RESIDENT_NO_CONTRACT = "resident_no_contract"
    HAMLET_OFFICER = "hamlet_officer"
    CIVIL_SERVANT_HERE = "civil_servant_here"
    OTHER_BODY = "other_body"
    NON_RESIDENT = "non_resident"


class TaxWay(StrEnum):
    WITHHOLD = "withhold"
    PAYROLL = "payroll"


class MissingTaxRuleError(LookupError):
    """No rule is in force for this status on the payment date: it must be entered before anything is paid."""


@dataclass(frozen=True, slots=True)
class TaxRule:
    """`percent` of the whole gross from `threshold` đồng on (a gross equal to it included)."""

    id: str
    statuses: tuple[TaxStatus, ...]
    from_day: date
    until_day: date | None
    way: TaxWay
    percent: Fraction = Fraction(0)
    threshold: int = 0
    commitment: bool = False
    below_if_asked: bool = False
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class TaxRules:
    """`officers`: whose rules apply to part-time officers of hamlets, a setting that the accountant confirms."""

    rules: tuple[TaxRule, ...]
    officers: TaxStatus = TaxStatus.RESIDENT_NO_CONTRACT

    def with_officers(self, officers: TaxStatus) -> "TaxRules":
        return replace(self, officers=officers)

    def rule_for(self, status: TaxStatus, paid_on: date) -> TaxRule:
        wanted = self.officers if status is TaxStatus.HAMLET_OFFICER else status
        for rule in self.rules:
            if (
                wanted in rule.statuses
                and rule.from_day <= paid_on
                and (rule.until_day is None or paid_on < rule.until_day)
            ):
                return rule
        raise MissingTaxRuleError(f"no tax rule for {wanted} on {paid_on.isoformat()}")


@dataclass(frozen=True, slots=True)
class Tax:
    """đồng withheld, the rule that said so, and what `explain` needs. `at_payroll`: reported there instead."""

    amount: int
    rule_id: str
    template: str
    values: tuple[str, ...]
    at_payroll: bool = False


def withhold(
    gross: int, *, status: TaxStatus, committed: bool, paid_on: date, rules: TaxRules, asked: bool = False
) -> Tax:
    """Tax on one payment, rounded to 1 đồng, half up.

    `committed`: the person gave form 08/CK-TNCN for the year. `asked`: the person asks for withholding below the
    threshold, where the rule allows it (from 1/7/2026). Raises MissingTaxRuleError.
    """
    if gross < 0:
        raise ValueError("a payment is not negative; what is owed back is carried over")
    rule = rules.rule_for(TaxStatus(status), paid_on)
    if rule.way is TaxWay.PAYROLL:
        return Tax(0, rule.id, "tax_payroll", (), at_payroll=True)
    if committed and rule.commitment:
        return Tax(0, rule.id, "tax_committed", ())
    amount = round_dong(gross * rule.percent / 100, 1, RoundingMode.HALF_UP)
    if rule.threshold == 0:
        return Tax(amount, rule.id, "tax_flat", (str(gross), plain(rule.percent), str(amount)))
    values = (str(gross), str(rule.threshold))
    if gross >= rule.threshold:
        return Tax(amount, rule.id, "tax_percent", (*values, plain(rule.percent), str(amount)))
    if asked and rule.below_if_asked:
        return Tax(amount, rule.id, "tax_asked", (*values, plain(rule.percent), str(amount)))
    return Tax(0, rule.id, "tax_below", values)


def tax_rules_from_mapping(mapping: Mapping[str, Any]) -> TaxRules:
    """Read `tax-rules.yaml`. Raises ScheduleError with the path of the wrong entry."""
    entry = Entry(mapping, "")
    rules = TaxRules(
        rules=entry.each("rules", _rule),
        officers=entry.one_of("hamlet_officer_as", TaxStatus, TaxStatus.RESIDENT_NO_CONTRACT),
    )
    entry.text("note", "")
    entry.close()
    if rules.officers is TaxStatus.HAMLET_OFFICER:
        raise ScheduleError("hamlet_officer_as", "cycle", found=rules.officers)
    for status in TaxStatus:
        check_periods((rule.id, rule.from_day, rule.until_day) for rule in rules.rules if status in rule.statuses)
    return rules


def _rule(entry: Entry) -> TaxRule:
    rule = TaxRule(
        id=entry.text("id"),
        statuses=tuple(_status(entry, text) for text in entry.texts("statuses")),
        from_day=entry.first_day("from"),
        until_day=entry.day("until"),
        way=entry.one_of("way", TaxWay),
        percent=entry.number("percent", 0),
        threshold=entry.dong("threshold", 0),
        commitment=entry.yes("commitment"),
        below_if_asked=entry.yes("below_if_asked"),
        source=Source(legal_basis=entry.text("legal_basis"), doubt=entry.yes("doubt"), note=entry.text("note", "")),
    )
    entry.close()
    if rule.until_day is not None and rule.until_day <= rule.from_day:
        raise ScheduleError(entry.at("until"), "dates_upside_down")
    for key, value, high in (("percent", rule.percent, 100), ("threshold", rule.threshold, ABSURD_DONG)):
        if not 0 <= value <= high:
            raise ScheduleError(entry.at(key), "out_of_bounds", found=plain(value), low="0", high=plain(high))
    return rule


def _status(entry: Entry, text: str) -> TaxStatus:
    if text not in list(TaxStatus):
        raise ScheduleError(entry.at("statuses"), "not_one_of", found=text, allowed=", ".join(TaxStatus))
    return TaxStatus(text)


def base_salaries_from_mapping(mapping: Mapping[str, Any]) -> tuple[BaseSalary, ...]:
    """Read `base-salary.yaml`. Raises ScheduleError with the path of the wrong entry."""
    entry = Entry(mapping, "")
    salaries = entry.each("base_salaries", _base_salary)
    entry.close()
    check_periods((salary.legal_basis, salary.from_day, salary.until_day) for salary in salaries)
    return salaries


def _base_salary(entry: Entry) -> BaseSalary:
    salary = BaseSalary(
        amount=entry.dong("vnd"),
        from_day=entry.first_day("from"),
        until_day=entry.day("until"),
        legal_basis=entry.text("legal_basis"),
        doubt=entry.yes("doubt"),
        note=entry.text("note", ""),
    )
    entry.close()
    if not 0 < salary.amount <= ABSURD_DONG:
        raise ScheduleError(entry.at("vnd"), "out_of_bounds", found=salary.amount, low="1", high=str(ABSURD_DONG))
    if salary.until_day is not None and salary.until_day <= salary.from_day:
        raise ScheduleError(entry.at("until"), "dates_upside_down")
    return salary
