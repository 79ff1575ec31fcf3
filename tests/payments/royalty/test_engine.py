from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from payments.royalty import (
    ChosenFactor,
    FactsError,
    Held,
    OutsideRules,
    ScorePolicy,
    Unscored,
    compute,
    would_cost,
)
from tests.payments.royalty.building import (
    JULY,
    amounts_of,
    credit,
    lines_of,
    one_genre,
    outcomes_of,
    paid,
    piece,
    rules_mapping,
    run_of,
    schedule_with,
)

HALF = Fraction(1, 2)
PHOTOS_EACH = [
    {"genre": "article", "photos": "paid_each", "rates": [{"basis": "coefficient_range", "low": 2, "high": 5}]},
    {"genre": "photo", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 1}]},
]


@pytest.mark.parametrize(
    ("rate", "facts", "amount"),
    [
        ({"basis": "coefficient", "coefficient": "1.5"}, {"coefficient": None}, 379_500),
        ({"basis": "coefficient", "coefficient": "1.5"}, {"coefficient": Fraction(9)}, 379_500),
        ({"basis": "coefficient_range", "low": 1, "high": 2}, {"coefficient": Fraction(2)}, 506_000),
        ({"basis": "cap_only", "high": 10}, {"coefficient": Fraction(1, 10)}, 25_300),
        ({"basis": "vnd_per_piece", "vnd": 120_000}, {"coefficient": None}, 120_000),
        ({"basis": "vnd_per_measure", "vnd": 42_000, "measure": "a4_page"}, {"measure": Fraction(5, 2)}, 105_000),
        (
            {"basis": "vnd_per_measure", "vnd": 50_000, "measure": "word", "per": 300, "measure_rounding": "up"},
            {"measure": Fraction(650)},
            150_000,
        ),
        (
            {"basis": "vnd_per_measure", "vnd": 50_000, "measure": "word", "per": 300, "measure_rounding": "down"},
            {"measure": Fraction(650)},
            100_000,
        ),
        (
            {"basis": "vnd_per_measure", "vnd": 50_000, "measure": "word", "per": 300, "measure_rounding": "half_up"},
            {"measure": Fraction(450)},
            100_000,
        ),
        (
            {"basis": "vnd_per_measure", "vnd": 50_000, "measure": "word", "per": 300},
            {"measure": Fraction(400)},
            66_667,
        ),
        (
            {"basis": "vnd_per_measure", "vnd": 60_000, "measure": "minute", "minimum": 3},
            {"measure": Fraction(1)},
            180_000,
        ),
        (
            {"basis": "grade", "grades": [{"grade": "A", "coefficient": 2}, {"grade": "B", "vnd": 90_000}]},
            {"grade": "A"},
            506_000,
        ),
        (
            {"basis": "grade", "grades": [{"grade": "A", "coefficient": 2}, {"grade": "B", "vnd": 90_000}]},
            {"grade": "B"},
            90_000,
        ),
    ],
)
def test_rate_of_each_basis(rate, facts, amount):
    assert amounts_of(schedule_with(genres=one_genre(rate=rate)), piece(**facts)) == [amount]


@pytest.mark.parametrize(
    ("rate", "facts", "outcome"),
    [
        ({"basis": "coefficient_range", "low": 1, "high": 2}, {"coefficient": None}, Unscored("tin-1", "no_score")),
        ({"basis": "cap_only", "high": 2}, {"coefficient": None}, Unscored("tin-1", "no_score")),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"coefficient": Fraction(201, 100)},
            Unscored("tin-1", "score_outside_range"),
        ),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"coefficient": Fraction(99, 100)},
            Unscored("tin-1", "score_outside_range"),
        ),
        ({"basis": "vnd_per_measure", "vnd": 1, "measure": "word"}, {}, Unscored("tin-1", "no_measure")),
        ({"basis": "grade", "grades": [{"grade": "A", "vnd": 1}]}, {}, Unscored("tin-1", "no_grade")),
        ({"basis": "grade", "grades": [{"grade": "A", "vnd": 1}]}, {"grade": "C"}, Unscored("tin-1", "unknown_grade")),
        (
            {"variant": "with_photo", "basis": "coefficient", "coefficient": 1},
            {"variant": "without_photo"},
            Held("tin-1", "variant_without_rate"),
        ),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"genre": "document"},
            OutsideRules("tin-1", "no_rate"),
        ),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"published_on": date(2023, 12, 31)},
            Held("tin-1", "no_schedule"),
        ),
        ({"basis": "coefficient_range", "low": 1, "high": 2}, {"credits": ()}, Held("tin-1", "waiting_for_credit")),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"credits": (credit(1, share=Fraction(60)), credit(2, share=Fraction(30)))},
            Held("tin-1", "shares_not_100"),
        ),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"credits": (credit(1, share=Fraction(50)), credit(2))},
            Held("tin-1", "shares_incomplete"),
        ),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"credits": (credit(1, share=Fraction(99)),)},
            Held("tin-1", "shares_not_100"),
        ),
        (
            {"basis": "coefficient_range", "low": 1, "high": 2},
            {"factors": (ChosenFactor("unheard_of"),)},
            Held("tin-1", "unknown_factor"),
        ),
    ],
)
def test_piece_that_cannot_be_reckoned_is_one_outcome_and_no_error(rate, facts, outcome):
    schedule = schedule_with(genres=one_genre(rate=rate))
    subject = replace(piece("tin-1"), **facts) if "credits" in facts else piece("tin-1", **facts)
    assert outcomes_of(schedule, subject) == [outcome]


def test_held_piece_leaves_the_others_alone():
    good, bad = piece("tin-1"), piece("tin-2", credit(2), coefficient=None)
    found = outcomes_of(schedule_with(), bad, good)
    assert found[0] == Unscored("tin-2", "no_score")
    assert [line.amount for line in found[1:]] == [379_500]


@pytest.mark.parametrize(("published_on", "amount"), [(date(2026, 6, 30), 351_000), (JULY, 379_500)])
def test_unit_follows_the_publication_day(published_on, amount):
    assert amounts_of(schedule_with(), piece(published_on=published_on)) == [amount]


def test_unit_of_fixed_dong_needs_no_base_salary():
    schedule = schedule_with(unit={"vnd": 100_000})
    assert amounts_of(schedule, piece(), base_salaries=()) == [150_000]
    assert outcomes_of(schedule_with(), piece(), base_salaries=()) == [Held("tin-1", "no_base_salary")]


@pytest.mark.parametrize(
    ("rates_on", "facts", "amount"),
    [
        ("approval", {"approved_on": date(2026, 6, 30)}, 351_000),
        ("commission", {"commissioned_on": date(2026, 6, 1)}, 351_000),
        ("commission", {}, 379_500),
        ("payment", {}, 351_000),
    ],
)
def test_rates_go_by_another_day_where_the_schedule_says_so(rates_on, facts, amount):
    schedule = schedule_with(rates_on=rates_on)
    assert amounts_of(schedule, piece(**facts), payment_date=date(2026, 6, 15)) == [amount]


@pytest.mark.parametrize("rates_on", ["approval", "payment"])
def test_piece_is_held_when_the_day_of_its_rates_is_not_known(rates_on):
    assert outcomes_of(schedule_with(rates_on=rates_on), piece()) == [Held("tin-1", "no_rates_day")]


def test_work_commissioned_before_a_new_schedule_stays_under_the_old_one():
    old = schedule_with(code="cũ", until="2026-07-01", genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 10}))
    new = schedule_with(
        code="mới",
        genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 20}),
        commissioned_before_stays=True,
        **{"from": "2026-07-01"},
    )
    pieces = [
        piece("tin-1", credit(1), commissioned_on=date(2026, 6, 30)),
        piece("tin-2", credit(2), commissioned_on=JULY),
        piece("tin-3", credit(3)),
    ]
    lines = list(compute(run_of(old, new), pieces))
    assert [line.amount for line in lines] == [10, 20, 20]


def test_work_commissioned_on_the_first_day_of_a_schedule_is_new_work():
    schedule = schedule_with(commissioned_before_stays=True, **{"from": "2026-06-01"})
    assert amounts_of(schedule, piece(commissioned_on=date(2026, 6, 1))) == [379_500]


@pytest.mark.parametrize(
    ("rounding", "amounts"), [(1, [37_951, 37_950]), (100, [38_000, 37_900]), (1000, [38_000, 38_000])]
)
def test_rounding_step_of_the_schedule(rounding, amounts):
    schedule = schedule_with(genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 75_901}), rounding=rounding)
    assert amounts_of(schedule, piece("tin-1", credit(1), credit(2))) == amounts


def test_exact_value_and_rounding_are_kept():
    schedule = schedule_with(genres=one_genre(rate={"basis": "coefficient", "coefficient": "0.123456"}))
    (line,) = lines_of(schedule, piece())
    assert (line.amount, line.exact, line.rounding) == (31_234, Fraction("31234.368"), Fraction("-0.368"))


def test_amount_below_the_rounding_is_a_zero_with_its_reason():
    schedule = schedule_with(genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 499}), rounding=1000)
    assert paid(lines_of(schedule, piece())) == [("author", 0, "rounded_to_zero")]


def test_score_of_zero_is_a_zero_with_its_reason():
    schedule = schedule_with(genres=one_genre(rate={"basis": "cap_only", "high": 10}))
    assert paid(lines_of(schedule, piece(coefficient=Fraction(0)))) == [("author", 0, "zero_rate")]


@pytest.mark.parametrize(
    ("policy", "amounts"),
    [(ScorePolicy.LOW, [506_000, 253_000]), (ScorePolicy.HIGH, [1_265_000, 506_000])],
)
def test_what_if_fills_the_missing_scores(policy, amounts):
    article = piece("bai-1", credit(1), credit(2, "photographer", quantity=2), genre="article", coefficient=None)
    assert amounts_of(schedule_with(genres=PHOTOS_EACH), article, score_policy=policy) == amounts


def test_what_if_brings_a_score_of_other_rules_to_the_border():
    article = piece("bai-1", credit(1), genre="article", coefficient=Fraction(9), factors=(ChosenFactor("unheard_of"),))
    assert amounts_of(schedule_with(), article, score_policy=ScorePolicy.LOW) == [1_265_000]


def test_year_would_have_cost_between_two_totals():
    pieces = [piece(f"tin-{place}", credit(place), coefficient=None) for place in range(84)]
    assert would_cost(run_of(schedule_with()), pieces) == (84 * 126_500, 84 * 506_000)


def test_pieces_that_can_be_read_only_once_are_refused():
    with pytest.raises(FactsError, match=r"^pieces can be read only once; give a list or something readable again$"):
        compute(run_of(schedule_with()), iter([piece()]))


@pytest.mark.parametrize("role", ["author", "approver"])
def test_credit_named_twice_is_refused(role):
    with pytest.raises(FactsError, match=r"^tin-1 names a credit twice$"):
        list(compute(run_of(schedule_with()), [piece("tin-1", credit(1), credit(1, role))]))


def test_period_that_ends_before_it_begins_is_refused():
    for until in (date(2026, 5, 1), date(2026, 6, 1)):
        with pytest.raises(FactsError, match=r"^the period ends before it begins$"):
            compute(run_of(schedule_with(), period_until=until), [])


def test_lines_come_while_pieces_are_read():
    read = []

    class Pieces:
        def __iter__(self):
            for place in range(3):
                read.append(place)
                yield piece(f"tin-{place}", credit(place))

    outcomes = compute(run_of(schedule_with()), Pieces())
    assert read == []
    assert next(outcomes).piece == "tin-0"
    assert read == [0]


def test_two_schedules_in_one_period_serve_each_its_days():
    old = schedule_with(code="cũ", until="2026-07-01", level=50)
    new = schedule_with(code="mới", **{"from": "2026-07-01"})
    pieces = [piece("tin-1", credit(1), published_on=date(2026, 6, 30)), piece("tin-2", credit(2))]
    assert [line.amount for line in compute(run_of(new, old), pieces)] == [175_500, 379_500]


def test_rules_mapping_of_the_tests_is_minimal():
    assert sorted(rules_mapping()) == ["code", "from", "genres", "unit", "until"]


def test_odd_dong_of_a_split_goes_by_key_whatever_the_order_of_the_credits():
    schedule = schedule_with(genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 75_901}))
    pieces = [piece("tin-1", credit(1), credit(2)), piece("tin-2", credit(4), credit(3))]
    assert amounts_of(schedule, *pieces) == [37_951, 37_950, 37_950, 37_951]
