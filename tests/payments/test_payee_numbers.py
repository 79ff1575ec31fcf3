"""Numbers as people type them: what is taken, what is refused, and by which name."""

from __future__ import annotations

import pytest

from payments.errors import PaymentError
from payments.payee_numbers import checked_bank, checked_personal_id, masked, names_differ, year_in_personal_id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("089188900001", "089188900001"),
        (" 089 188 900 001 ", "089188900001"),
        ("089.188-900\u00a0001", "089188900001"),
        ("101188900001", "101188900001"),  # born abroad: the country's code
        ("8001234566", "8001234566"),
        ("80 0123-4566", "8001234566"),
    ],
)
def test_number_is_taken_with_the_signs_between_its_groups(typed, kept):
    assert checked_personal_id(typed, birth_year=1988, this_year=2026) == kept


@pytest.mark.parametrize(
    "typed", ["", "08918890000", "0891889000012", "08918890000a", "000188900001", "8001234567", "٠٨٩١٨٨٩٠٠٠٠١", "-"]
)
def test_number_of_another_shape_is_malformed(typed):
    with pytest.raises(PaymentError, match="personal_id_malformed"):
        checked_personal_id(typed)


@pytest.mark.parametrize("place", range(10))
def test_every_single_wrong_digit_of_an_old_tax_code_is_found(place):
    """The weights are prime to 11, so the check digit sees any one digit that changed."""
    right = "8001234566"
    for digit in set("0123456789") - {right[place]}:
        with pytest.raises(PaymentError, match="personal_id_malformed"):
            checked_personal_id(right[:place] + digit + right[place + 1 :])


@pytest.mark.parametrize(
    ("digits", "year"),
    [("089099000001", 1999), ("089188000001", 1988), ("089200000001", 2000), ("089326000001", 2026)],
)
def test_year_of_birth_is_read_from_century_and_year(digits, year):
    assert year_in_personal_id(digits) == year


def test_number_of_another_birth_year_is_refused_with_both_years():
    with pytest.raises(PaymentError) as refused:
        checked_personal_id("089188900001", birth_year=1989)
    assert refused.value.code == "personal_id_birth_year"
    assert refused.value.values == {"in_number": 1988, "known": 1989}
    assert checked_personal_id("089188900001", birth_year=None) == "089188900001"


def test_number_of_somebody_not_born_yet_is_refused():
    assert checked_personal_id("089226000001", this_year=2026) == "089226000001"
    with pytest.raises(PaymentError, match="personal_id_year_ahead"):
        checked_personal_id("089227000001", this_year=2026)


@pytest.mark.parametrize("digits", ["123456", "1234567890123456789"])
def test_account_has_six_to_nineteen_digits(digits):
    assert checked_bank("970405", f" {digits} ") == ("970405", digits)


@pytest.mark.parametrize(
    ("code", "account", "refusal"),
    [
        ("970405", "12345", "bank_account_malformed"),
        ("970405", "12345678901234567890", "bank_account_malformed"),
        ("970405", "12 34 ab", "bank_account_malformed"),
        ("970405", "", "bank_account_malformed"),
        ("", "123456", "bank_missing"),
        ("97040", "123456", "bank_malformed"),
        ("Agribank", "123456", "bank_malformed"),
    ],
)
def test_account_or_bank_of_another_shape_is_refused(code, account, refusal):
    with pytest.raises(PaymentError, match=refusal):
        checked_bank(code, account)


def test_neither_bank_nor_account_is_cash():
    assert checked_bank("", " ") == ("", "")


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("NGUYEN THI LAN", "Nguyễn Thị Lan", False),
        ("DO VAN DUC", "Đỗ Văn Đức", False),
        ("le  hoa", "Lê Hoà", False),
        ("LE HOA", "Lê Hòa", False),
        ("NGUYEN THI LANH", "Nguyễn Thị Lan", True),
        ("LAN NGUYEN THI", "Nguyễn Thị Lan", True),
    ],
)
def test_names_are_compared_without_tone_marks(one, other, differ):
    assert names_differ(one, other) is differ


def test_mask_shows_four_digits_and_nothing_of_nothing():
    assert (masked("0001"), masked("")) == ("•••••••• 0001", "")
