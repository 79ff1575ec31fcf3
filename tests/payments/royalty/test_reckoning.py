"""One amount on its way to whole đồng: reasons, lines of nothing, shares as people read them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from payments.royalty import ComputedLine, CreditFacts
from payments.royalty.reckoning import Hold, Product, fee_line, reckon, share_text, split_parts

PRODUCT = Product(Fraction(1_000), "V", ("1000",))
CREDIT = CreditFacts("credit:1", 7, "author")


@pytest.mark.parametrize(
    ("cap", "letter", "amount", "template", "reason"),
    [
        (None, "k", 1_000, "Vr", ""),
        (Fraction(1_000), "k", 1_000, "Vr", ""),  # a cap that is just reached cuts nothing
        (Fraction(999), "k", 999, "Vkr", ""),
        (Fraction(0), "k", 0, "Vkr", "cap_reached"),
        (Fraction(0), "8", 0, "V8r", "not_above_author"),
    ],
)
def test_cap_says_so_only_where_it_cuts(cap, letter, amount, template, reason):
    fee = reckon(PRODUCT, 1, cap=cap, letter=letter)
    assert (fee.amount, fee.template, fee.reason) == (amount, template, reason)


@pytest.mark.parametrize(
    ("value", "reason"), [(Fraction(0), "zero_rate"), (Fraction(1, 3), "rounded_to_zero"), (Fraction(1), "")]
)
def test_nothing_has_its_reason(value, reason):
    assert reckon(Product(value, "V", ("x",)), 1).reason == reason


@pytest.mark.parametrize("royalty", [True, False])
def test_line_of_who_waives_is_whole(royalty):
    waived = CreditFacts("credit:1", 7, "author", no_fee="waived")
    assert fee_line("tin", waived, reckon(PRODUCT, 1), royalty=royalty) == ComputedLine(
        "credit:1", 7, "tin", "author", "fee", 0, 0, 1, "0", ("waived",), "waived", royalty
    )


def test_line_of_who_is_paid_is_whole():
    assert fee_line("tin", CREDIT, reckon(PRODUCT, 100), royalty=True) == ComputedLine(
        "credit:1", 7, "tin", "author", "fee", 1_000, 1_000, 1, "Vr", ("1000", "100"), "", True
    )


@pytest.mark.parametrize(
    ("share", "text"),
    [(Fraction(3, 5), "60%"), (Fraction(1, 80), "1.25%"), (Fraction(1, 3), "1/3"), (Fraction(1, 73), "1/73")],
)
def test_share_is_a_percent_where_that_ends(share, text):
    assert share_text(share) == text


def test_parts_have_their_exact_value_and_their_reason():
    one = reckon(Product(Fraction(1), "V", ("1",)), 1)
    parts = split_parts(one, [Fraction(1), Fraction(1), Fraction(0)], 1, ["a", "b", "c"], 0)
    assert [(part.exact, part.amount, part.reason) for part in parts] == [
        (Fraction(1, 2), 1, ""),
        (Fraction(1, 2), 0, "rounded_to_zero"),
        (Fraction(0), 0, "zero_share"),
    ]


def test_what_waits_says_for_what():
    assert str(Hold("no_score")) == "no_score"
