from datetime import date, timedelta

import pytest

from payments.royalty import (
    MissingTaxRuleError,
    ScheduleError,
    TaxStatus,
    base_salaries_from_mapping,
    explain,
    tax_rules_from_mapping,
    withhold,
)
from tests.payments.royalty.building import JULY, TAX_RULES, read_rates

BEFORE = JULY - timedelta(days=1)
VOLUNTEER = TaxStatus.RESIDENT_NO_CONTRACT


def tax_of(gross, status=VOLUNTEER, paid_on=JULY, *, committed=False, asked=False, rules=TAX_RULES):
    return withhold(gross, status=status, committed=committed, paid_on=paid_on, rules=rules, asked=asked)


@pytest.mark.parametrize(
    ("paid_on", "gross", "amount", "rule_id", "template"),
    [
        (BEFORE, 1_999_999, 0, "tncn-2013-khong-hop-dong", "tax_below"),
        (BEFORE, 2_000_000, 200_000, "tncn-2013-khong-hop-dong", "tax_percent"),
        (BEFORE, 2_000_001, 200_000, "tncn-2013-khong-hop-dong", "tax_percent"),
        (BEFORE, 4_999_999, 500_000, "tncn-2013-khong-hop-dong", "tax_percent"),
        (JULY, 2_000_000, 0, "tncn-2026-khong-hop-dong", "tax_below"),
        (JULY, 4_999_999, 0, "tncn-2026-khong-hop-dong", "tax_below"),
        (JULY, 5_000_000, 500_000, "tncn-2026-khong-hop-dong", "tax_percent"),
        (JULY, 5_000_001, 500_000, "tncn-2026-khong-hop-dong", "tax_percent"),
        (JULY, 5_000_005, 500_001, "tncn-2026-khong-hop-dong", "tax_percent"),
        (JULY, 0, 0, "tncn-2026-khong-hop-dong", "tax_below"),
    ],
)
def test_volunteer_around_the_threshold(paid_on, gross, amount, rule_id, template):
    tax = tax_of(gross, paid_on=paid_on)
    assert (tax.amount, tax.rule_id, tax.template, tax.at_payroll) == (amount, rule_id, template, False)


@pytest.mark.parametrize("paid_on", [BEFORE, JULY])
@pytest.mark.parametrize(
    ("status", "committed", "amount", "template"),
    [
        (VOLUNTEER, True, 0, "tax_committed"),
        (TaxStatus.HAMLET_OFFICER, False, 600_000, "tax_percent"),
        (TaxStatus.HAMLET_OFFICER, True, 0, "tax_committed"),
        (TaxStatus.OTHER_BODY, False, 600_000, "tax_percent"),
        (TaxStatus.OTHER_BODY, True, 600_000, "tax_percent"),
        (TaxStatus.CIVIL_SERVANT_HERE, False, 0, "tax_payroll"),
        (TaxStatus.NON_RESIDENT, False, 1_200_000, "tax_flat"),
        (TaxStatus.NON_RESIDENT, True, 1_200_000, "tax_flat"),
    ],
)
def test_each_status_in_both_regimes(paid_on, status, committed, amount, template):
    tax = tax_of(6_000_000, status, paid_on, committed=committed)
    assert (tax.amount, tax.template, tax.at_payroll) == (amount, template, template == "tax_payroll")


def test_non_resident_pays_from_the_first_dong():
    assert [tax_of(gross, TaxStatus.NON_RESIDENT).amount for gross in (1, 2, 3, 100_000)] == [0, 0, 1, 20_000]


def test_officers_of_hamlets_follow_the_setting():
    as_payroll = TAX_RULES.with_officers(TaxStatus.CIVIL_SERVANT_HERE)
    assert tax_of(6_000_000, TaxStatus.HAMLET_OFFICER, rules=as_payroll).at_payroll
    assert tax_of(6_000_000, VOLUNTEER, rules=as_payroll).amount == 600_000


@pytest.mark.parametrize(("paid_on", "amount"), [(BEFORE, 0), (JULY, 100_000)])
def test_withholding_below_the_threshold_on_request_only_where_the_rule_allows(paid_on, amount):
    assert tax_of(1_000_000, paid_on=paid_on, asked=True).amount == amount


def test_no_rule_on_the_day_is_refused():
    with pytest.raises(MissingTaxRuleError):
        tax_of(1_000_000, paid_on=date(2013, 6, 30))


def test_negative_payment_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        tax_of(-1)


@pytest.mark.parametrize(
    ("tax", "words"),
    [
        (
            tax_of(5_000_000),
            "5.000.000 đ, từ mức 5.000.000 đ trở lên nên khấu trừ 10 % trên toàn bộ: 10 % × 5.000.000 đ = 500.000 đ",
        ),
        (tax_of(4_999_999), "4.999.999 đ, dưới mức 5.000.000 đ nên không khấu trừ"),
        (tax_of(150_000, TaxStatus.NON_RESIDENT), "20 % × 150.000 đ = 30.000 đ"),
    ],
)
def test_tax_is_explained(tax, words):
    assert explain(tax.template, tax.values) == words


def test_every_tax_template_has_words_in_both_languages():
    every = [
        tax_of(5_000_000),
        tax_of(1),
        tax_of(1, asked=True),
        tax_of(1, committed=True),
        tax_of(1, TaxStatus.CIVIL_SERVANT_HERE),
        tax_of(1, TaxStatus.NON_RESIDENT),
    ]
    assert len({tax.template for tax in every}) == 6
    for tax in every:
        assert explain(tax.template, tax.values, "en") != ""


def changed_rule(**changes):
    mapping = read_rates("tax-rules.yaml")
    mapping["rules"][1] |= changes
    return mapping


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"from": "2026-06-30"}, "tncn-2026-khong-hop-dong", "overlap"),
        ({"percent": 101}, "rules[1].percent", "out_of_bounds"),
        ({"percent": 0.1}, "rules[1].percent", "not_number"),
        ({"statuses": ["king"]}, "rules[1].statuses", "not_one_of"),
        ({"until": "2026-07-01"}, "rules[1].until", "dates_upside_down"),
        ({"tax": 1}, "rules[1]", "unknown_key"),
    ],
)
def test_wrong_tax_rule_is_named(changes, path, code):
    with pytest.raises(ScheduleError) as caught:
        tax_rules_from_mapping(changed_rule(**changes))
    assert (caught.value.path, caught.value.code) == (path, code)


def test_overlapping_base_salaries_are_refused():
    mapping = read_rates("base-salary.yaml")
    mapping["base_salaries"][0]["until"] = "2016-05-02"
    with pytest.raises(ScheduleError) as caught:
        base_salaries_from_mapping(mapping)
    assert (caught.value.path, caught.value.code) == ("Nghị định 47/2016/NĐ-CP", "overlap")
