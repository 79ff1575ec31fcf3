"""Copyright transfers: taxed on what one contract pays above the threshold, by the rule of the day of payment."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.royalty import MissingTaxRuleError, Tax, TaxStatus, explain, tax_on_transfer, tax_rules_from_mapping
from payments.royalty.tax import withhold_both
from tests.payments.royalty.building import JULY, TAX_RULES, read_rates


@pytest.mark.parametrize(
    ("paid_on", "amount", "before", "tax", "template"),
    [
        (date(2026, 6, 30), 9_999_999, 0, 0, "tax_transfer_below"),
        (date(2026, 6, 30), 10_000_000, 0, 0, "tax_transfer_below"),
        (date(2026, 6, 30), 10_000_020, 0, 1, "tax_transfer"),
        (date(2026, 6, 30), 30_000_000, 0, 1_000_000, "tax_transfer"),
        (JULY, 20_000_000, 0, 0, "tax_transfer_below"),
        (JULY, 20_000_001, 0, 0, "tax_transfer_below"),  # 0,05 đ
        (JULY, 20_000_010, 0, 1, "tax_transfer"),  # half up
        (JULY, 30_000_000, 0, 500_000, "tax_transfer"),
        (JULY, 10_000_000, 15_000_000, 250_000, "tax_transfer"),
        (JULY, 10_000_000, 20_000_000, 500_000, "tax_transfer"),
    ],
)
def test_copyright_transfer_is_taxed_on_what_is_above_the_threshold(paid_on, amount, before, tax, template):
    found = tax_on_transfer(amount, paid_on=paid_on, rules=TAX_RULES, paid_before=before)
    assert (found.amount, found.template) == (tax, template)
    assert explain(found.template, found.values, "vi")
    assert explain(found.template, found.values, "en")


@given(st.lists(st.integers(0, 40_000_000), max_size=6))
def test_contract_cut_into_payments_is_taxed_as_a_whole(parts):
    before, taxed = 0, 0
    for part in parts:
        taxed += tax_on_transfer(part, paid_on=JULY, rules=TAX_RULES, paid_before=before).amount
        before += part
    assert taxed == tax_on_transfer(before, paid_on=JULY, rules=TAX_RULES).amount


def test_royalties_are_wage_income_unless_the_setting_says_otherwise():
    document = read_rates("tax-rules.yaml")
    assert tax_rules_from_mapping(document).transfer_kinds == frozenset()
    document["income_of"]["fee"] = "copyright_transfer"
    assert tax_rules_from_mapping(document).transfer_kinds == {"fee"}
    assert tax_rules_from_mapping(document).rule_for(TaxStatus.OTHER_BODY, JULY).threshold == 5_000_000


def test_each_kind_has_a_taxation_of_its_own():
    document = read_rates("tax-rules.yaml")
    del document["income_of"]["allowance"]
    document["income_of"]["fee"] = "copyright_transfer"
    assert tax_rules_from_mapping(document).transfer_kinds == {"fee"}
    document["income_of"] = {"allowance": "copyright_transfer"}
    assert tax_rules_from_mapping(document).transfer_kinds == {"allowance"}


def test_answer_names_rule_threshold_percent_and_tax():
    assert tax_on_transfer(30_000_000, paid_on=JULY, rules=TAX_RULES) == Tax(
        500_000, "tncn-2026-chuyen-quyen", "tax_transfer", ("30000000", "20000000", "5", "500000")
    )
    assert tax_on_transfer(9, paid_on=date(2026, 6, 30), rules=TAX_RULES) == Tax(
        0, "tncn-2013-chuyen-quyen", "tax_transfer_below", ("9", "10000000")
    )


def test_nothing_is_paid_back_by_a_tax():
    assert tax_on_transfer(0, paid_on=JULY, rules=TAX_RULES, paid_before=0).amount == 0
    for wrong in ({"amount": -1}, {"amount": 0, "paid_before": -1}):
        amount = wrong.pop("amount")
        with pytest.raises(ValueError, match=r"^a payment is not negative; what is owed back is carried over$"):
            tax_on_transfer(amount, paid_on=JULY, rules=TAX_RULES, **wrong)


def test_day_without_a_rule_is_named():
    with pytest.raises(MissingTaxRuleError, match=r"^no rule for copyright transfers on 2013-06-30$"):
        tax_on_transfer(1, paid_on=date(2013, 6, 30), rules=TAX_RULES)
    gone = replace(TAX_RULES, transfers=tuple(rule for rule in TAX_RULES.transfers if rule.until_day))
    assert tax_on_transfer(1, paid_on=date(2026, 6, 30), rules=gone).rule_id == "tncn-2013-chuyen-quyen"
    with pytest.raises(MissingTaxRuleError, match="2026-07-01"):
        tax_on_transfer(1, paid_on=JULY, rules=gone)


def test_both_taxes_of_one_payment_stand_side_by_side():
    wage = Tax(500_000, "luong", "tax_percent", ())
    transfer = Tax(250_000, "chuyen-quyen", "tax_transfer", ())
    assert withhold_both(wage, 5_000_000, transfer, 25_000_000) == Tax(
        750_000, "luong+chuyen-quyen", "tax_both", ("25000000", "250000", "5000000", "500000")
    )


def test_rule_keeps_its_source_and_its_bounds():
    first, second = TAX_RULES.transfers
    assert (first.source.doubt, first.source.legal_basis) == (True, "Thông tư 111/2013/TT-BTC, Điều 13")
    assert second.source.note.startswith("Cần đối chiếu")
    document = read_rates("tax-rules.yaml")
    document["transfers"][0]["percent"] = 101
    with pytest.raises(ValueError, match="percent"):
        tax_rules_from_mapping(document)
