"""Lines and notices compared whole, field by field: of pools, seats, photos one by one, rule 8, and what is held."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from payments.royalty import ComputedLine, DutyFacts, Held, Notice, SeatFacts
from tests.payments.royalty.building import JULY, credit, lines_of, one_genre, outcomes_of, piece, schedule_with

FIXED = one_genre(rate={"basis": "vnd_per_piece", "vnd": 100_000})
PHOTOS = one_genre("photo", rate={"basis": "coefficient_range", "low": "0.5", "high": 1})


def test_line_of_a_pool_is_whole():
    schedule = schedule_with(genres=FIXED, pools=[{"pool": "board", "percent": 50, "weights": {"head": 1}}])
    lines = lines_of(schedule, piece(), seats=(SeatFacts("seat:9", 9, "head", date(2026, 6, 1)),))
    assert lines[1] == ComputedLine(
        "seat:9:pool:board",
        9,
        "",
        "head",
        "fee",
        50_000,
        50_000,
        1,
        "Lrs",
        ("50", "100000", "1", "100%", "0"),
        "",
        False,
    )


def test_line_of_an_allowance_is_whole():
    schedule = schedule_with(genres=FIXED, allowances=[{"allowance": "board", "seat": "head", "vnd": 300_000}])
    lines = lines_of(schedule, seats=(SeatFacts("seat:9", 9, "head", date(2026, 6, 1)),))
    assert lines == [
        ComputedLine(
            "seat:9:allowance:board",
            9,
            "",
            "head",
            "allowance",
            300_000,
            300_000,
            1,
            "Ar",
            ("300000", "1", "1"),
            "",
            False,
        )
    ]


@pytest.mark.parametrize(
    ("since", "until", "amount"),
    [
        (date(2026, 7, 1), date(2026, 8, 1), 310_000),  # the first of the next month opens no month of its own
        (date(2026, 7, 11), date(2026, 8, 1), 210_000),  # the month began before the period: those days are not due
        (date(2026, 7, 1), date(2026, 8, 2), 320_000),
        (date(2026, 1, 1), date(2027, 1, 1), 12 * 310_000),
    ],
)
def test_allowance_each_month_by_days(since, until, amount):
    rule = {"allowance": "board", "seat": "head", "vnd": 310_000, "each_month": True, "pro_rata": True}
    schedule = schedule_with(genres=FIXED, allowances=[rule])
    seat = SeatFacts("seat:9", 9, "head", date(2025, 1, 1))
    assert [line.amount for line in lines_of(schedule, seats=(seat,), period_from=since, period_until=until)] == [
        amount
    ]


def test_day_without_a_schedule_holds_the_piece():
    schedule = schedule_with(**{"from": "2026-07-01"})
    assert outcomes_of(schedule, piece(published_on=date(2026, 6, 30))) == [Held("tin-1", "no_schedule")]


def test_items_without_a_number_hold_the_piece():
    collector = {"role": "collector", "basis": "vnd_per_item", "vnd": 12_000}
    schedule = schedule_with(genres=FIXED, roles=[collector])
    assert outcomes_of(schedule, piece("tin-1", credit(1), credit(2, "collector"))) == [Held("tin-1", "no_quantity")]


def test_lines_of_photos_one_by_one_are_whole():
    schedule = schedule_with(genres=PHOTOS)
    shots = piece(
        "anh-1", credit(1, "photographer", photos=(Fraction(1), Fraction(1, 2))), genre="photo", coefficient=None
    )
    (line,) = lines_of(schedule, shots)
    assert (line.piece, line.person, line.role, line.amount, line.royalty) == (
        "anh-1",
        1,
        "photographer",
        379_500,
        True,
    )
    assert (line.exact_numerator, line.exact_denominator, line.reason) == (379_500, 1, "")


@pytest.mark.parametrize(
    ("cap", "amounts", "templates"),
    [
        (379_500, [253_000, 126_500], ["Pr", "Pr"]),  # just reached: nothing is cut
        (379_499, [252_999, 126_500], ["Prw", "Prw"]),
    ],
)
def test_cap_of_a_piece_of_photos_cuts_only_above_it(cap, amounts, templates):
    schedule = schedule_with(genres=PHOTOS, caps=[{"scope": "piece", "vnd": cap, "effect": "hard"}])
    shots = piece(
        "anh-1",
        credit(1, "photographer", photos=(Fraction(1),)),
        credit(2, "photographer", photos=(Fraction(1, 2),)),
        genre="photo",
        coefficient=None,
    )
    lines = lines_of(schedule, shots)
    assert [line.amount for line in lines] == amounts
    assert [line.template for line in lines] == templates
    assert sum(amounts) == cap


def test_waived_photos_without_a_score_hold_nobody_up_and_earn_nothing():
    helper = {"role": "approver", "basis": "percent_of", "percent": 10, "of": "author"}
    schedule = schedule_with(genres=PHOTOS, roles=[helper])
    shots = piece(
        "anh-1",
        credit(1, "photographer", photos=(Fraction(1),)),
        credit(2, "photographer", photos=(), no_fee="no_fee"),
        credit(3, "approver"),
        genre="photo",
        coefficient=None,
    )
    lines = lines_of(schedule, shots)
    assert [(line.amount, line.reason) for line in lines] == [(253_000, ""), (0, "no_fee"), (25_300, "")]
    assert (lines[2].template, lines[2].values) == ("Rr", ("10", "253000", "author", "1"))


def test_rule_8_bounds_helpers_of_photos_by_what_the_cap_leaves():
    """The author's rate is the capped one: a helper between the two is above it."""
    helper = {"role": "approver", "basis": "vnd_per_piece", "vnd": 200_000}
    schedule = schedule_with(
        genres=PHOTOS,
        roles=[helper],
        caps=[{"scope": "piece", "vnd": 150_000, "effect": "hard"}],
        author_not_below_helper="hard",
    )
    shots = piece(
        "anh-1",
        credit(1, "photographer", photos=(Fraction(1),)),
        credit(2, "approver"),
        genre="photo",
        coefficient=None,
    )
    found = outcomes_of(schedule, shots)
    assert [line.amount for line in found if isinstance(line, ComputedLine)] == [150_000, 150_000]
    assert Notice("anh-1", "helper_above_author", ("approver", "200000", "150000")) in found


@pytest.mark.parametrize(
    ("vnd", "notices"),
    [(100_000, []), (100_001, [Notice("tin-1", "helper_above_author", ("approver", "100001", "100000"))])],
)
def test_rule_8_says_who_is_above_whom_and_a_tie_is_none(vnd, notices):
    helper = {"role": "approver", "basis": "vnd_per_piece", "vnd": vnd}
    schedule = schedule_with(genres=FIXED, roles=[helper], author_not_below_helper="warn")
    found = outcomes_of(schedule, piece("tin-1", credit(1), credit(2, "approver")))
    assert [each for each in found if isinstance(each, Notice)] == notices


def test_line_that_rule_8_allows_is_explained_from_the_fee_itself():
    helper = {"role": "approver", "basis": "coefficient", "coefficient": 1}
    schedule = schedule_with(genres=FIXED, roles=[helper], author_not_below_helper="hard")
    lines = lines_of(schedule, piece("tin-1", credit(1), credit(2, "approver")))
    assert (lines[1].amount, lines[1].template, lines[1].values) == (100_000, "C8r", ("1", "253000", "100000", "1"))


@pytest.mark.parametrize(("percent", "amount", "reason"), [(30, 75_900, ""), (0, 0, "within_duty")])
def test_photos_within_the_duty_say_so_only_where_nothing_is_left(percent, amount, reason):
    schedule = schedule_with(genres=PHOTOS, duty={"percent_within": percent})
    shots = piece("anh-1", credit(1, "photographer", photos=(Fraction(1),)), genre="photo", coefficient=None)
    lines = lines_of(schedule, shots, duties={1: DutyFacts(quota=1)})
    assert [(line.amount, line.reason) for line in lines] == [(amount, reason)]


@pytest.mark.parametrize(
    ("vnd", "amounts", "notices"),
    [
        (200_000, [100_000, 100_000], []),  # just reached
        (199_999, [100_000, 99_999], [Notice("person:7", "above_person_period_cap", ("", "199999", "200000"))]),
        (0, [0, 0], [Notice("person:7", "above_person_period_cap", ("", "0", "200000"))]),
    ],
)
def test_cap_per_person_and_period_to_the_dong(vnd, amounts, notices):
    schedule = schedule_with(genres=FIXED, caps=[{"scope": "person_period", "vnd": vnd, "effect": "hard"}])
    news = [piece(f"tin-{number}", credit(number, person=7), published_on=JULY) for number in (1, 2)]
    found = outcomes_of(schedule, *news)
    assert sorted((line.amount for line in found if isinstance(line, ComputedLine)), reverse=True) == amounts
    assert [each for each in found if isinstance(each, Notice)] == notices


@pytest.mark.parametrize("royalty", [True, False])
def test_item_that_is_waived_and_one_that_is_paid_keep_their_kind(royalty):
    collector = {"role": "collector", "basis": "vnd_per_item", "vnd": 12_000, "royalty": royalty}
    schedule = schedule_with(genres=FIXED, roles=[collector])
    credits = (credit(1), credit(2, "collector", quantity=3), credit(3, "collector", quantity=1, no_fee="no_fee"))
    lines = lines_of(schedule, piece("tin-1", *credits))
    assert [(line.amount, line.reason, line.royalty) for line in lines[1:]] == [
        (36_000, "", royalty),
        (0, "no_fee", royalty),
    ]


def test_share_of_photographers_alone_is_bounded_by_the_cap_of_the_piece():
    genres = one_genre(rate={"basis": "vnd_per_piece", "vnd": 100_000}, photographer_share=40)
    schedule = schedule_with(genres=genres, caps=[{"scope": "piece", "vnd": 30_000, "effect": "hard"}])
    lines = lines_of(schedule, piece("tin-1", credit(1, "photographer"), coefficient=None))
    assert [line.amount for line in lines] == [12_000]


@pytest.mark.parametrize(
    ("rounding", "measure", "amount"),
    [
        ("down", "1.9", 10_000),
        ("half_up", "1.5", 20_000),
        ("half_up", "1.4", 10_000),
        ("half_up", "2.5", 30_000),
        ("up", "1.1", 20_000),
        ("exact", "1.5", 15_000),
    ],
)
def test_measure_is_rounded_as_the_rule_says(rounding, measure, amount):
    rate = {"basis": "vnd_per_measure", "measure": "a4_page", "vnd": 10_000, "measure_rounding": rounding}
    schedule = schedule_with(genres=one_genre(rate=rate))
    lines = lines_of(schedule, piece("tin-1", coefficient=None, measure=Fraction(measure)))
    assert [line.amount for line in lines] == [amount]
