"""The table that a bookkeeper reads: every case with its đồng and the words that explain it."""

from datetime import date
from fractions import Fraction

import pytest

from payments.royalty import ChosenFactor, SeatFacts, TaxStatus, explain, schedule_from_mapping, withhold
from tests.payments.royalty.building import (
    JULY,
    TAX_RULES,
    amounts_of,
    credit,
    lines_of,
    one_genre,
    piece,
    read_rates,
    schedule_with,
)

NINH_THUAN_LOWER_PAGE = schedule_from_mapping(read_rates("schedules/ninh-thuan-2157-2020.yaml"))
FACTORS = [
    {"factor": "minority_language", "kind": "add", "percent": 30, "when": {"language": ["khmer"]}},
    {"factor": "hard_place", "kind": "add", "percent": 20},
    {"factor": "collected", "kind": "multiply", "percent": 50, "when": {"origin": ["collected"]}},
]


@pytest.mark.parametrize(
    ("published_on", "amount", "words"),
    [
        (JULY, 75_900, "1,5 × 253.000 đ × 20 % = 75.900 đ; làm tròn đến đồng"),
        (date(2026, 6, 30), 70_200, "1,5 × 234.000 đ × 20 % = 70.200 đ; làm tròn đến đồng"),
    ],
)
def test_news_item_with_photo_on_a_lower_page(published_on, amount, words):
    (line,) = lines_of(NINH_THUAN_LOWER_PAGE, piece(published_on=published_on, variant="with_photo", coefficient=None))
    assert (line.amount, explain(line.template, line.values)) == (amount, words)


def test_article_in_a_minority_language_by_two_authors():
    article = piece(
        "bai-1",
        credit(1, share=Fraction(60)),
        credit(2, share=Fraction(40)),
        genre="article",
        coefficient=Fraction(3),
        language="khmer",
    )
    lines = lines_of(schedule_with(factors=FACTORS), article)
    assert [line.amount for line in lines] == [592_020, 394_680]
    assert [explain(line.template, line.values) for line in lines] == [
        "3 × 253.000 đ × (100 % + 30 %) = 986.700 đ; làm tròn đến đồng; 986.700 đ × 60 % = 592.020 đ",
        "3 × 253.000 đ × (100 % + 30 %) = 986.700 đ; làm tròn đến đồng; 986.700 đ × 40 % = 394.680 đ",
    ]


def test_additive_factors_are_summed_before_the_multiplier():
    article = piece(
        genre="article",
        coefficient=Fraction(2),
        language="khmer",
        origin="collected",
        factors=(ChosenFactor("hard_place"),),
    )
    (line,) = lines_of(schedule_with(factors=FACTORS), article)
    assert line.amount == 379_500
    assert explain(line.template, line.values) == (
        "2 × 253.000 đ × (100 % + 30 % + 20 %) × 50 % = 379.500 đ; làm tròn đến đồng"
    )


def test_half_a_million_among_three_equals():
    schedule = schedule_with(genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 500_000}))
    lines = lines_of(schedule, piece("tin-1", credit(1), credit(2), credit(3)))
    assert [line.amount for line in lines] == [166_667, 166_667, 166_666]
    assert explain(lines[0].template, lines[0].values) == (
        "500.000 đ; làm tròn đến đồng; 500.000 đ × 1/3 = 166.666 đ (bỏ phần lẻ);"
        " 166.666 đ + 1 đ (còn dư khi chia) = 166.667 đ"
    )
    assert explain(lines[2].template, lines[2].values, "en") == (
        "500.000 đ; rounded to the đồng; 500.000 đ × 1/3 = 166.666 đ (remainder dropped)"
    )


def test_piece_is_rounded_first_and_then_split():
    schedule = schedule_with(genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 151_801}), level=50)
    lines = lines_of(schedule, piece("tin-1", credit(1), credit(2)))
    assert [line.amount for line in lines] == [37_951, 37_950]
    assert [line.exact for line in lines] == [Fraction(151_801, 4)] * 2
    assert [line.rounding for line in lines] == [Fraction(3, 4), Fraction(-1, 4)]


def test_approver_and_publisher_by_percent_of_the_royalty():
    roles = [
        {"role": "approver", "basis": "percent_of", "percent": 10},
        {"role": "publisher", "basis": "percent_of", "percent": 5},
    ]
    article = piece("bai-1", credit(1), credit(2, "approver"), credit(3, "publisher"), genre="article")
    article = piece("bai-1", *article.credits, genre="article", coefficient=Fraction(3))
    lines = lines_of(schedule_with(roles=roles), article)
    assert [line.amount for line in lines] == [759_000, 75_900, 37_950]
    assert explain(lines[1].template, lines[1].values) == (
        "10 % × 759.000 đ = 75.900 đ (nhuận bút của tác giả); làm tròn đến đồng"
    )


def test_pool_of_half_the_royalties_by_weights():
    weights = {"head": 3, "deputy": 2, "writer": 2, "publisher": 2, "rapporteur": 1}
    schedule = schedule_with(
        genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 10_000_000}),
        pools=[{"pool": "board", "percent": 50, "weights": weights}],
    )
    seats = tuple(
        SeatFacts(f"seat:{place}:2026-07", 100 + place, seat, date(2024, 1, 1)) for place, seat in enumerate(weights)
    )
    amounts = amounts_of(schedule, piece(), seats=seats)
    assert amounts == [10_000_000, 1_500_000, 1_000_000, 1_000_000, 1_000_000, 500_000]


@pytest.mark.parametrize(("gross", "tax"), [(4_999_999, 0), (5_000_000, 500_000)])
def test_tax_of_a_volunteer_in_one_payment(gross, tax):
    withheld = withhold(gross, status=TaxStatus.RESIDENT_NO_CONTRACT, committed=False, paid_on=JULY, rules=TAX_RULES)
    assert withheld.amount == tax


def test_demo_article_of_june_2024_with_photos_and_the_board():
    schedule = schedule_from_mapping(read_rates("schedules/demo-tan-thanh-2024.yaml"))
    article = piece(
        "bai-1",
        credit(1),
        credit(2, "photographer", photos=(Fraction(1, 2), Fraction(1, 2), Fraction(1))),
        credit(3, "approver"),
        credit(4, "publisher"),
        genre="article",
        coefficient=Fraction(5, 2),
        published_on=date(2024, 6, 30),
    )
    document = piece("vb-1", credit(5, "publisher"), genre="document", coefficient=None)
    lines = lines_of(schedule, article, document, period_from=date(2024, 1, 1), period_until=date(2024, 7, 1))
    assert [(line.role, line.amount, explain(line.template, line.values)) for line in lines] == [
        ("author", 450_000, "2,5 × 180.000 đ = 450.000 đ; làm tròn đến đồng"),
        ("photographer", 360_000, "(0,5 × 2 + 1) × 180.000 đ = 360.000 đ; làm tròn đến đồng"),
        ("approver", 20_000, "20.000 đ; làm tròn đến đồng"),
        ("publisher", 10_000, "10.000 đ; làm tròn đến đồng"),
    ]
