"""Rules over several pieces: duty, caps per person, pools, allowances, caps over all lines."""

from datetime import date
from fractions import Fraction

import pytest

from payments.royalty import ComputedLine, DutyFacts, Notice, SeatFacts, explain
from tests.payments.royalty.building import (
    JULY,
    amounts_of,
    credit,
    lines_of,
    one_genre,
    outcomes_of,
    paid,
    piece,
    schedule_with,
)

HUNDRED_THOUSAND = one_genre(rate={"basis": "vnd_per_piece", "vnd": 100_000})
APPROVER = {"role": "approver", "basis": "vnd_per_piece", "vnd": 60_000}


def news(number, *credited, day=1, **facts):
    return piece(f"tin-{number}", *(credited or (credit(number, person=7),)), published_on=date(2026, 7, day), **facts)


@pytest.mark.parametrize(
    ("duty", "facts", "amounts"),
    [
        ({}, DutyFacts(quota=2), [0, 0, 100_000]),
        ({"percent_within": 30}, DutyFacts(quota=2), [30_000, 30_000, 100_000]),
        ({}, DutyFacts(quota=2, counted_before=1), [0, 100_000, 100_000]),
        ({}, DutyFacts(quota=2, counted_before=5), [100_000, 100_000, 100_000]),
        ({}, DutyFacts(quota=9), [0, 0, 0]),
        ({"genres": ["article"]}, DutyFacts(quota=2), [100_000, 100_000, 100_000]),
    ],
)
def test_duty_pays_what_is_beyond_the_quota(duty, facts, amounts):
    schedule = schedule_with(genres=HUNDRED_THOUSAND, duty=duty)
    pieces = [news(3, day=3), news(1, day=1), news(2, day=2)]
    lines = lines_of(schedule, *pieces, duties={7: facts})
    by_piece = {line.piece: line for line in lines}
    assert [by_piece[f"tin-{number}"].amount for number in (1, 2, 3)] == amounts
    assert {line.reason for line in lines if not line.amount} <= {"within_duty"}


def test_duty_of_one_author_leaves_the_other_author_alone():
    schedule = schedule_with(genres=HUNDRED_THOUSAND, duty={"percent_within": 50})
    shared = news(1, credit(1, person=7, share=Fraction(60)), credit(2, person=8, share=Fraction(40)))
    lines = lines_of(schedule, shared, duties={7: DutyFacts(quota=1)})
    assert paid(lines) == [("author", 30_000, ""), ("author", 40_000, "")]
    assert explain(lines[0].template, lines[0].values) == (
        "100.000 đ × 70 % = 70.000 đ (phần được tính); làm tròn đến đồng; 70.000 đ × 3/7 = 30.000 đ"
    )


def test_author_whose_share_is_all_duty_is_told_so():
    shared = news(1, credit(1, person=7, share=Fraction(60)), credit(2, person=8, share=Fraction(40)))
    lines = lines_of(schedule_with(genres=HUNDRED_THOUSAND, duty={}), shared, duties={7: DutyFacts(quota=1)})
    assert paid(lines) == [("author", 0, "within_duty"), ("author", 40_000, "")]


def test_duty_does_not_reach_roles_that_earn_no_piece():
    schedule = schedule_with(genres=HUNDRED_THOUSAND, duty={}, roles=[APPROVER])
    lines = lines_of(
        schedule, news(1, credit(1, person=7), credit(2, "approver", person=7)), duties={7: DutyFacts(quota=1)}
    )
    assert paid(lines) == [("author", 0, "within_duty"), ("approver", 60_000, "")]


def test_duty_in_one_genre_leaves_earlier_pieces_of_another_alone():
    schedule = schedule_with(duty={"genres": ["article"]})
    pieces = [
        news(1, coefficient=Fraction(1)),
        news(2, day=2, genre="article", coefficient=Fraction(2)),
    ]
    assert amounts_of(schedule, *pieces, duties={7: DutyFacts(quota=1)}) == [253_000, 0]


def test_duty_does_not_reach_the_photos_of_an_earlier_piece():
    schedule = schedule_with(
        genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 100_000}, photographer_share=30), duty={}
    )
    pieces = [news(1, credit(1, person=8), credit(2, "photographer", person=7)), news(2, day=2)]
    assert amounts_of(schedule, *pieces, duties={7: DutyFacts(quota=1)}) == [70_000, 30_000, 0]


def test_percent_of_the_author_is_taken_after_duty():
    roles = [{"role": "approver", "basis": "percent_of", "percent": 10}]
    schedule = schedule_with(genres=HUNDRED_THOUSAND, duty={"percent_within": 50}, roles=roles)
    pieces = [news(1, credit(1, person=7), credit(2, "approver"))]
    assert amounts_of(schedule, *pieces, duties={7: DutyFacts(quota=1)}) == [50_000, 5_000]


def test_duty_counts_photo_pieces_paid_by_each_photo():
    schedule = schedule_with(duty={"percent_within": 20})
    photos = piece("anh-1", credit(1, "photographer", person=7, photos=(Fraction(1), Fraction(1))), genre="photo")
    assert amounts_of(schedule, photos, duties={7: DutyFacts(quota=1)}) == [101_200]


def test_held_piece_does_not_use_up_the_duty():
    schedule = schedule_with(duty={})
    pieces = [
        news(1, coefficient=None),
        news(2, coefficient=Fraction(1), day=2),
        news(3, coefficient=Fraction(1), day=3),
    ]
    assert amounts_of(schedule, *pieces, duties={7: DutyFacts(quota=1)}) == [0, 253_000]


def test_hard_cap_per_person_and_day_is_spread_over_the_lines_of_that_day():
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND,
        roles=[APPROVER],
        caps=[{"scope": "person_day", "effect": "hard", "vnd": 200_000}],
    )
    pieces = [
        news(1, credit(1, person=7), credit(11, "approver", person=8)),
        news(2, credit(2, person=7), credit(12, "approver", person=7)),
        news(3, credit(3, person=7), day=2),
    ]
    found = outcomes_of(schedule, *pieces)
    lines = [outcome for outcome in found if isinstance(outcome, ComputedLine)]
    assert [line.amount for line in lines] == [76_923, 60_000, 76_923, 46_154, 100_000]
    assert [outcome for outcome in found if isinstance(outcome, Notice)] == [
        Notice("person:7", "above_person_day_cap", ("2026-07-01", "200000", "260000"))
    ]
    assert explain(lines[3].template, lines[3].values) == (
        "60.000 đ; làm tròn đến đồng; vượt mức trần một người trong ngày;"
        " 60.000 đ × 200.000 / 260.000 = 46.153 đ (bỏ phần lẻ); 46.153 đ + 1 đ (còn dư khi chia) = 46.154 đ"
    )
    assert lines[3].exact == Fraction(600_000, 13)


@pytest.mark.parametrize(
    ("effect", "issued", "amounts", "notices"),
    [
        ("hard", {}, [50_000, 50_000, 50_000], 1),
        ("hard", {(7, None): 120_000}, [10_000, 10_000, 10_000], 1),
        ("hard", {(7, None): 150_000}, [0, 0, 0], 1),
        ("hard", {(7, None): 900_000}, [0, 0, 0], 1),
        ("hard", {(8, None): 150_000}, [50_000, 50_000, 50_000], 1),
        ("warn", {}, [100_000, 100_000, 100_000], 1),
        ("off", {}, [100_000, 100_000, 100_000], 0),
    ],
)
def test_cap_per_person_and_period_counts_what_was_issued_before(effect, issued, amounts, notices):
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND, caps=[{"scope": "person_period", "effect": effect, "vnd": 150_000}]
    )
    found = outcomes_of(schedule, news(1), news(2, day=2), news(3, day=3), issued_before=issued)
    lines = [outcome for outcome in found if isinstance(outcome, ComputedLine)]
    assert [line.amount for line in lines] == amounts
    assert len(found) - len(lines) == notices
    assert {line.reason for line in lines if not line.amount} <= {"cap_reached"}


def test_day_cap_comes_before_the_period_cap():
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND,
        caps=[
            {"scope": "person_period", "effect": "hard", "vnd": 90_000},
            {"scope": "person_day", "effect": "hard", "vnd": 80_000},
        ],
    )
    assert amounts_of(schedule, news(1), news(2), news(3, day=2)) == [22_500, 22_500, 45_000]


def test_late_piece_falls_into_the_day_that_opens_its_run():
    schedule = schedule_with(genres=HUNDRED_THOUSAND, caps=[{"scope": "person_day", "effect": "hard", "vnd": 150_000}])
    pieces = [
        piece("tin-1", credit(1, person=7), published_on=date(2026, 5, 3)),
        piece("tin-2", credit(2, person=7), published_on=date(2026, 6, 1)),
    ]
    assert amounts_of(schedule, *pieces) == [75_000, 75_000]


def test_rule_8_comes_after_the_caps_per_person():
    schedule = schedule_with(
        genres=one_genre(rate={"basis": "vnd_per_measure", "vnd": 40_000, "measure": "item"}),
        roles=[APPROVER],
        author_not_below_helper="hard",
        caps=[{"scope": "person_period", "effect": "hard", "vnd": 90_000}],
    )
    pieces = [
        news(1, credit(1, person=7), credit(2, "approver", person=8), measure=Fraction(1)),
        news(2, credit(3, person=7), credit(4, "approver", person=8), measure=Fraction(1)),
    ]
    lines = lines_of(schedule, *pieces)
    assert [line.amount for line in lines] == [40_000, 40_000, 40_000, 40_000]
    assert explain(lines[1].template, lines[1].values) == (
        "60.000 đ; không cao hơn nhuận bút của tác giả: 40.000 đ; làm tròn đến đồng"
    )


def test_rule_8_never_lifts_a_line_that_a_cap_has_cut():
    schedule = schedule_with(
        genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 40_000}),
        roles=[{"role": "approver", "basis": "vnd_per_item", "vnd": 60_000}],
        author_not_below_helper="hard",
        caps=[{"scope": "person_period", "effect": "hard", "vnd": 30_000}],
    )
    assert amounts_of(schedule, news(1, credit(1, person=7), credit(2, "approver", person=8, quantity=1))) == [
        30_000,
        30_000,
    ]


def test_allowance_by_days_ends_with_the_period_in_the_middle_of_a_month():
    schedule = schedule_with(
        allowances=[{"allowance": "board", "seat": "head", "vnd": 310_000, "each_month": True, "pro_rata": True}]
    )
    assert amounts_of(schedule, seats=(SEAT,), period_until=date(2026, 7, 11)) == [410_000]


SEAT = SeatFacts("seat:1:2026-06", 7, "head", date(2024, 1, 1))


@pytest.mark.parametrize(
    ("rule", "seat", "amount", "words"),
    [
        ({}, SEAT, 600_000, "600.000 đ; làm tròn đến đồng"),
        (
            {"each_month": True},
            SEAT,
            1_200_000,
            "600.000 đ × 2 = 1.200.000 đ (số lần được tính trong kỳ); làm tròn đến đồng",
        ),
        (
            {"pro_rata": True, "each_month": True},
            SeatFacts("seat:1:2026-06", 7, "head", date(2026, 6, 16), date(2026, 7, 1)),
            300_000,
            "600.000 đ × 0,5 = 300.000 đ (số lần được tính trong kỳ); làm tròn đến đồng",
        ),
        (
            {"pro_rata": True},
            SeatFacts("seat:1:2026-06", 7, "head", JULY),
            304_918,
            "600.000 đ × 31/61 ≈ 304.918,03 đ (số lần được tính trong kỳ); làm tròn đến đồng: 304.918 đ",
        ),
    ],
)
def test_allowance_of_a_seat(rule, seat, amount, words):
    schedule = schedule_with(allowances=[{"allowance": "board", "seat": "head", "vnd": 600_000} | rule])
    (line,) = lines_of(schedule, seats=(seat, SeatFacts("seat:2:2026-06", 8, "deputy", date(2024, 1, 1))))
    assert (line.subject_key, line.kind, line.amount) == ("seat:1:2026-06:allowance:board", "allowance", amount)
    assert explain(line.template, line.values) == words


@pytest.mark.parametrize(
    "seat",
    [
        SeatFacts("seat:1", 7, "head", date(2026, 8, 1)),
        SeatFacts("seat:1", 7, "head", date(2024, 1, 1), date(2026, 6, 1)),
    ],
)
def test_seat_held_outside_the_period_earns_nothing(seat):
    schedule = schedule_with(
        allowances=[{"allowance": "board", "seat": "head", "vnd": 600_000, "pro_rata": True}],
        pools=[{"pool": "board", "percent": 50, "weights": {"head": 1}}],
    )
    assert [line.kind for line in lines_of(schedule, piece(), seats=(seat,))] == ["fee"]


def test_pool_is_made_of_royalties_only_and_is_explained():
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND,
        roles=[APPROVER],
        pools=[{"pool": "board", "percent": 50, "weights": {"head": 2, "deputy": 1}}],
    )
    seats = (SEAT, SeatFacts("seat:2:2026-06", 8, "deputy", date(2024, 1, 1)))
    lines = lines_of(schedule, news(1, credit(1), credit(2, "approver")), news(2), seats=seats)
    assert [(line.subject_key, line.amount) for line in lines[3:]] == [
        ("seat:1:2026-06:pool:board", 66_667),
        ("seat:2:2026-06:pool:board", 33_333),
    ]
    assert explain(lines[3].template, lines[3].values) == (
        "50 % × 200.000 đ = 100.000 đ (tổng nhuận bút của kỳ); làm tròn đến đồng;"
        " 100.000 đ × 2/3 = 66.666 đ (bỏ phần lẻ); 66.666 đ + 1 đ (còn dư khi chia) = 66.667 đ"
    )


@pytest.mark.parametrize(
    ("effect", "amounts"),
    [
        ("hard", [100_000, 33_333, 100_000, 33_333, 100_000, 33_334, 50_000]),
        ("warn", [100_000, 60_000, 100_000, 60_000, 100_000, 60_000, 90_000]),
    ],
)
def test_remuneration_is_bounded_by_a_percent_of_royalties(effect, amounts):
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND,
        roles=[APPROVER],
        pools=[{"pool": "board", "percent": 30, "weights": {"head": 1}}],
        caps=[{"scope": "remuneration", "effect": effect, "percent_of_royalties": 50}],
    )
    pieces = [news(number, credit(number), credit(10 + number, "approver")) for number in (1, 2, 3)]
    found = outcomes_of(schedule, *pieces, seats=(SEAT,))
    assert [outcome.amount for outcome in found if isinstance(outcome, ComputedLine)] == amounts
    assert found[-1] == Notice("run", "above_remuneration_cap", ("150000", "270000"))


def test_fund_bounds_all_lines_and_the_sum_is_exact():
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND,
        allowances=[{"allowance": "board", "seat": "head", "vnd": 100_000}],
        caps=[{"scope": "fund", "effect": "hard"}],
    )
    pieces = [news(number) for number in (1, 2)]
    assert amounts_of(schedule, *pieces, seats=(SEAT,), fund_left=250_000) == [83_333, 83_333, 83_334]
    assert amounts_of(schedule, *pieces, seats=(SEAT,), fund_left=300_000) == [100_000] * 3
    assert amounts_of(schedule, *pieces, seats=(SEAT,)) == [100_000] * 3


def test_allowances_are_remuneration_and_bounded_with_it():
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND,
        roles=[APPROVER],
        allowances=[{"allowance": "board", "seat": "head", "vnd": 140_000}],
        caps=[{"scope": "remuneration", "effect": "hard", "percent_of_royalties": 50}],
    )
    found = outcomes_of(schedule, news(1, credit(1), credit(2, "approver")), seats=(SEAT,))
    assert [one.amount for one in found[:-1]] == [100_000, 15_000, 35_000]
    assert found[-1] == Notice("run", "above_remuneration_cap", ("50000", "200000"))


@pytest.mark.parametrize(
    ("caps", "amounts", "bounds"),
    [
        ([("hard", 50), ("warn", 30)], [100_000, 50_000], ["50000", "30000"]),
        ([("warn", 30), ("hard", 50)], [100_000, 50_000], ["30000", "50000"]),
        ([("hard", 30), ("hard", 50)], [100_000, 30_000], ["30000", "50000"]),
        ([("hard", 60), ("warn", 30)], [100_000, 60_000], ["30000"]),
    ],
)
def test_two_caps_of_one_scope_both_count(caps, amounts, bounds):
    schedule = schedule_with(
        genres=HUNDRED_THOUSAND,
        roles=[APPROVER],
        caps=[{"scope": "remuneration", "effect": effect, "percent_of_royalties": percent} for effect, percent in caps],
    )
    found = outcomes_of(schedule, news(1, credit(1), credit(2, "approver")))
    assert [one.amount for one in found if isinstance(one, ComputedLine)] == amounts
    assert [one.values[0] for one in found if isinstance(one, Notice)] == bounds


def test_piece_worth_nothing_is_no_duty_for_who_has_no_share_in_it():
    schedule = schedule_with(genres=one_genre(rate={"basis": "cap_only", "high": 2}), duty={})
    shared = (credit(1, person=8, share=Fraction(100)), credit(2, person=7, share=Fraction(0)))
    pieces = [news(1, *shared, coefficient=Fraction(0)), news(2, coefficient=Fraction(1), day=2)]
    lines = lines_of(schedule, *pieces, duties={7: DutyFacts(quota=1)})
    assert paid(lines) == [("author", 0, "zero_rate"), ("author", 0, "zero_share"), ("author", 0, "within_duty")]
