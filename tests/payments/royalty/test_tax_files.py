"""Tax to the last field, and what a wrong tax or salary file is told: path, code and every word of it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction

import pytest

from payments.royalty import (
    MissingTaxRuleError,
    ScheduleError,
    TaxStatus,
    base_salaries_from_mapping,
    tax_rules_from_mapping,
    withhold,
)
from payments.royalty.schedule_check import ABSURD_DONG
from payments.royalty.tax import Tax
from tests.payments.royalty.building import JULY, TAX_RULES, read_rates

NEW, OLD = "tncn-2026-khong-hop-dong", "tncn-2013-khong-hop-dong"
STATUSES = ", ".join(TaxStatus)


def tax_of(gross, status="resident_no_contract", paid_on=JULY, **given):
    return withhold(
        gross,
        status=TaxStatus(status),
        committed=given.pop("committed", False),
        paid_on=paid_on,
        rules=TAX_RULES,
        **given,
    )


def rule_id_of(status, paid_on=JULY):
    return TAX_RULES.rule_for(TaxStatus(status), paid_on).id


def test_tax_names_its_rule_and_all_its_numbers():
    found = [
        tax_of(5_000_000),
        tax_of(4_999_999),
        tax_of(1_000_000, asked=True),
        tax_of(9_000_000, committed=True),
        tax_of(9_000_000, "civil_servant_here"),
        tax_of(150_000, "non_resident"),
        tax_of(2_000_000, paid_on=JULY - timedelta(days=1)),
    ]
    assert found == [
        Tax(500_000, NEW, "tax_percent", ("5000000", "5000000", "10", "500000")),
        Tax(0, NEW, "tax_below", ("4999999", "5000000")),
        Tax(100_000, NEW, "tax_asked", ("1000000", "5000000", "10", "100000")),
        Tax(0, NEW, "tax_committed", ()),
        Tax(0, rule_id_of("civil_servant_here"), "tax_payroll", (), at_payroll=True),
        Tax(30_000, rule_id_of("non_resident"), "tax_flat", ("150000", "20", "30000")),
        Tax(200_000, OLD, "tax_percent", ("2000000", "2000000", "10", "200000")),
    ]
    assert rule_id_of("civil_servant_here") != rule_id_of("non_resident")


def test_tax_is_rounded_half_up():
    assert [tax_of(gross).amount for gross in (5_000_004, 5_000_005, 5_000_015)] == [500_000, 500_001, 500_002]


def test_missing_rule_says_for_whom_and_when():
    with pytest.raises(MissingTaxRuleError, match=r"^no tax rule for resident_no_contract on 2013-06-30$"):
        tax_of(1, paid_on=date(2013, 6, 30))


def test_negative_payment_is_told_what_to_do():
    with pytest.raises(ValueError, match=r"^a payment is not negative; what is owed back is carried over$"):
        tax_of(-1)


def test_officers_are_residents_where_the_file_does_not_say():
    mapping = read_rates("tax-rules.yaml")
    del mapping["hamlet_officer_as"], mapping["note"]
    assert tax_rules_from_mapping(mapping).officers is TaxStatus.RESIDENT_NO_CONTRACT


def bare_rule():
    return {"id": "x", "statuses": ["non_resident"], "from": "2026-07-01", "way": "payroll", "legal_basis": "y"}


def test_rule_without_numbers_has_none():
    rule = tax_rules_from_mapping({"rules": [bare_rule()]}).rules[0]
    assert (rule.percent, rule.threshold, rule.until_day) == (Fraction(0), 0, None)
    assert (rule.commitment, rule.below_if_asked, rule.source.doubt, rule.source.note) == (False, False, False, "")


@pytest.mark.parametrize(("percent", "threshold"), [(0, 0), (100, ABSURD_DONG)])
def test_bounds_themselves_are_allowed(percent, threshold):
    rule = tax_rules_from_mapping({"rules": [bare_rule() | {"percent": percent, "threshold": threshold}]}).rules[0]
    assert (rule.percent, rule.threshold) == (percent, threshold)


@pytest.mark.parametrize(
    ("changes", "path", "code", "values"),
    [
        ({"percent": 101}, "rules[0].percent", "out_of_bounds", {"found": "101", "low": "0", "high": "100"}),
        (
            {"threshold": ABSURD_DONG + 1},
            "rules[0].threshold",
            "out_of_bounds",
            {"found": str(ABSURD_DONG + 1), "low": "0", "high": str(ABSURD_DONG)},
        ),
        ({"statuses": ["king"]}, "rules[0].statuses", "not_one_of", {"found": "king", "allowed": STATUSES}),
        ({"until": "2026-07-01"}, "rules[0].until", "dates_upside_down", {}),
    ],
)
def test_wrong_rule_is_told_everything(changes, path, code, values):
    with pytest.raises(ScheduleError) as caught:
        tax_rules_from_mapping({"rules": [bare_rule() | changes]})
    assert (caught.value.path, caught.value.code, caught.value.values) == (path, code, values)


def test_officers_taxed_as_officers_are_a_circle():
    with pytest.raises(ScheduleError) as caught:
        tax_rules_from_mapping({"rules": [], "hamlet_officer_as": "hamlet_officer"})
    problem = caught.value
    assert (problem.path, problem.code, problem.values) == ("hamlet_officer_as", "cycle", {"found": "hamlet_officer"})


def test_file_with_a_stray_entry_is_refused_by_its_name():
    for read, mapping in (
        (tax_rules_from_mapping, {"rules": [], "tax": 1}),
        (base_salaries_from_mapping, {"base_salaries": [], "tax": 1}),
    ):
        with pytest.raises(ScheduleError) as caught:
            read(mapping)
        assert (caught.value.path, caught.value.code) == (".", "unknown_key")


SALARY = {"vnd": 1, "from": "2026-07-01", "legal_basis": "y"}


@pytest.mark.parametrize("amount", [1, ABSURD_DONG])
def test_salary_at_its_bounds_is_read(amount):
    (salary,) = base_salaries_from_mapping({"base_salaries": [SALARY | {"vnd": amount}]})
    assert (salary.amount, salary.until_day, salary.doubt, salary.note) == (amount, None, False, "")


@pytest.mark.parametrize(
    ("changes", "path", "code", "values"),
    [
        (
            {"vnd": 0},
            "base_salaries[0].vnd",
            "out_of_bounds",
            {"found": 0, "low": "1", "high": str(ABSURD_DONG)},
        ),
        (
            {"vnd": ABSURD_DONG + 1},
            "base_salaries[0].vnd",
            "out_of_bounds",
            {"found": ABSURD_DONG + 1, "low": "1", "high": str(ABSURD_DONG)},
        ),
        ({"until": "2026-07-01"}, "base_salaries[0].until", "dates_upside_down", {}),
        ({"until": "2026-06-01"}, "base_salaries[0].until", "dates_upside_down", {}),
    ],
)
def test_wrong_salary_is_told_everything(changes, path, code, values):
    with pytest.raises(ScheduleError) as caught:
        base_salaries_from_mapping({"base_salaries": [deepcopy(SALARY) | changes]})
    assert (caught.value.path, caught.value.code, caught.value.values) == (path, code, values)
