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

PAID_KINDS = ("fee", "allowance")


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


class Income(StrEnum):
    """What a kind of payment is to the tax law."""

    WAGE = "wage"
    COPYRIGHT_TRANSFER = "copyright_transfer"


@dataclass(frozen=True, slots=True)
class TransferRule:
    """Copyright transfer: `percent` of what one contract pays above `threshold` đồng."""

    id: str
    from_day: date
    until_day: date | None
    percent: Fraction
    threshold: int
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class TaxRules:
    """`officers`: whose rules apply to part-time officers of hamlets, a setting that the accountant confirms.

    `transfer_kinds` are the kinds of payment that are taxed as copyright transfers, a setting too; none as a rule.
    """

    rules: tuple[TaxRule, ...]
    officers: TaxStatus = TaxStatus.RESIDENT_NO_CONTRACT
    transfers: tuple[TransferRule, ...] = ()
    transfer_kinds: frozenset[str] = frozenset()

    def transfer_rule(self, paid_on: date) -> TransferRule:
        for rule in self.transfers:
            if rule.from_day <= paid_on and (rule.until_day is None or paid_on < rule.until_day):
                return rule
        raise MissingTaxRuleError(f"no rule for copyright transfers on {paid_on.isoformat()}")

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


def tax_on_transfer(amount: int, *, paid_on: date, rules: TaxRules, paid_before: int = 0) -> Tax:
    """Tax on one payment of a contract that has paid `paid_before` đồng, rounded to 1 đồng, half up.

    However a contract is cut into payments, the tax on all of them is that on their sum, if the rule stays the same.
    Raises MissingTaxRuleError.
    """
    if amount < 0 or paid_before < 0:
        raise ValueError("a payment is not negative; what is owed back is carried over")
    rule = rules.transfer_rule(paid_on)
    taxed = _above(rule, paid_before + amount) - _above(rule, paid_before)
    if not taxed:
        return Tax(0, rule.id, "tax_transfer_below", (str(amount), str(rule.threshold)))
    return Tax(taxed, rule.id, "tax_transfer", (str(amount), str(rule.threshold), plain(rule.percent), str(taxed)))


def _above(rule: TransferRule, total: int) -> int:
    return round_dong(max(total - rule.threshold, 0) * rule.percent / 100, 1, RoundingMode.HALF_UP)


def withhold_both(wage: Tax, wage_gross: int, transfer: Tax, transfer_gross: int) -> Tax:
    """One payment that is partly wage and partly copyright transfer: the taxes side by side."""
    values = (str(transfer_gross), str(transfer.amount), str(wage_gross), str(wage.amount))
    return Tax(wage.amount + transfer.amount, f"{wage.rule_id}+{transfer.rule_id}", "tax_both", values)


def tax_rules_from_mapping(mapping: Mapping[str, Any]) -> TaxRules:
    """Read `tax-rules.yaml`. Raises ScheduleError with the path of the wrong entry."""
    entry = Entry(mapping, "")
    rules = TaxRules(
        rules=entry.each("rules", _rule),
        officers=entry.one_of("hamlet_officer_as", TaxStatus, TaxStatus.RESIDENT_NO_CONTRACT),
        transfers=entry.each("transfers", _transfer) if "transfers" in mapping else (),
        transfer_kinds=_transfer_kinds(entry.child("income_of")),
    )
    entry.text("note", "")
    entry.close()
    if rules.officers is TaxStatus.HAMLET_OFFICER:
        raise ScheduleError("hamlet_officer_as", "cycle", found=rules.officers)
    check_periods((rule.id, rule.from_day, rule.until_day) for rule in rules.transfers)
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
    _check_bounds(entry, rule)
    return rule


def _check_bounds(entry: Entry, rule: TaxRule | TransferRule) -> None:
    if rule.until_day is not None and rule.until_day <= rule.from_day:
        raise ScheduleError(entry.at("until"), "dates_upside_down")
    for key, value, high in (("percent", rule.percent, 100), ("threshold", rule.threshold, ABSURD_DONG)):
        if not 0 <= value <= high:
            raise ScheduleError(entry.at(key), "out_of_bounds", found=plain(value), low="0", high=plain(high))


def _transfer(entry: Entry) -> TransferRule:
    entry.one_of("income", Income)
    rule = TransferRule(
        id=entry.text("id"),
        from_day=entry.first_day("from"),
        until_day=entry.day("until"),
        percent=entry.number("percent"),
        threshold=entry.dong("threshold"),
        source=Source(legal_basis=entry.text("legal_basis"), doubt=entry.yes("doubt"), note=entry.text("note", "")),
    )
    entry.close()
    _check_bounds(entry, rule)
    return rule


def _transfer_kinds(entry: Entry | None) -> frozenset[str]:
    if entry is None:
        return frozenset()
    kinds = {kind: entry.one_of(kind, Income, Income.WAGE) for kind in PAID_KINDS}
    entry.close()
    return frozenset(kind for kind, income in kinds.items() if income is Income.COPYRIGHT_TRANSFER)


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
