"""Laws that hold for any schedule and any pieces."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.royalty import (
    ChosenFactor,
    ComputedLine,
    CreditFacts,
    DutyFacts,
    PieceFacts,
    ScorePolicy,
    SeatFacts,
    compute,
    explain,
    helpers_above_author,
    mapping_from_schedule,
    schedule_from_mapping,
)
from payments.royalty.columns import TAKES
from tests.payments.royalty.building import JULY, rules_mapping, run_of
from tests.payments.royalty.calculator import recompute

PERCENT = st.integers(1, 100)
HELPERS = ("translator", "editor", "approver", "publisher", "data_provider")
GENRES = ("news_item", "article", "photo", "document")
LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

dong = st.integers(0, 2_000_000)
score = st.integers(50, 100).map(lambda value: str(Fraction(value, 100).limit_denominator(100)))


@st.composite
def genre_bases(draw):
    kind = draw(
        st.sampled_from(["coefficient", "coefficient_range", "cap_only", "vnd_per_piece", "vnd_per_measure", "grade"])
    )
    match kind:
        case "coefficient":
            return {"basis": kind, "coefficient": f"{draw(st.integers(1, 300))}/100"}
        case "coefficient_range":
            return {"basis": kind, "low": "0.5", "high": 5}
        case "cap_only":
            return {"basis": kind, "high": 5}
        case "vnd_per_piece":
            return {"basis": kind, "vnd": draw(dong)}
        case "vnd_per_measure":
            rounding = draw(st.sampled_from(["exact", "up", "down", "half_up"]))
            per = draw(st.sampled_from([1, 3, 300]))
            return {
                "basis": kind,
                "vnd": draw(dong),
                "measure": "word",
                "per": per,
                "minimum": 1,
                "measure_rounding": rounding,
            }
        case _:
            grades = [{"grade": "A", "coefficient": "2.5"}, {"grade": "B", "vnd": draw(dong)}]
            return {"basis": kind, "grades": grades}


@st.composite
def role_rates(draw):
    rates = []
    for role in draw(st.lists(st.sampled_from(HELPERS), unique=True)):
        basis = draw(st.sampled_from(["percent_of", "coefficient", "vnd_per_piece", "vnd_per_item"]))
        value = {
            "percent_of": {"percent": draw(PERCENT)},
            "coefficient": {"coefficient": "0.15"},
            "vnd_per_piece": {"vnd": draw(dong)},
            "vnd_per_item": {"vnd": draw(st.integers(0, 10_000))},
        }[basis]
        genres = draw(st.sampled_from([[], ["document", "news_item"]]))
        rates.append({"role": role, "basis": basis, "genres": genres, **value})
    return rates


@st.composite
def schedules(draw, *, by_piece_only=False):
    share = draw(st.sampled_from([0, 30]))
    mapping = rules_mapping(
        unit=draw(
            st.sampled_from([{"percent_of_base_salary": 10}, {"percent_of_base_salary": "7.3"}, {"vnd": 99_999}])
        ),
        level=draw(st.sampled_from([100, 20, "33.3"])),
        rounding=draw(st.sampled_from([1, 100, 1000])),
        author_not_below_helper=draw(st.sampled_from(["off", "warn"])),
        genres=[
            {"genre": "news_item", "rates": [draw(genre_bases())], "photographer_share": share},
            {"genre": "article", "rates": [draw(genre_bases())], "photos": "paid_each"},
            {"genre": "photo", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 1}]},
        ],
        roles=draw(role_rates()),
        factors=draw(
            st.lists(
                st.sampled_from(
                    [
                        {"factor": "khmer", "kind": "add", "percent": 30, "when": {"language": ["khmer"]}},
                        {"factor": "hard", "kind": "add", "low": 1, "high": 100},
                        {"factor": "repost", "kind": "multiply", "percent": "33.3", "when": {"origin": ["repost"]}},
                        {"factor": "bonus", "kind": "multiply", "percent": 120},
                    ]
                ),
                unique_by=lambda factor: factor["factor"],
            )
        ),
        caps=draw(
            st.lists(
                st.sampled_from(
                    [
                        {"scope": "piece", "effect": "hard", "coefficient": 2},
                        {"scope": "piece", "effect": "warn", "vnd": 100_000},
                    ]
                    + ([] if by_piece_only else PERIOD_CAPS)
                ),
                unique_by=lambda cap: (cap["scope"], cap["effect"]),
            )
        ),
    )
    if not by_piece_only and draw(st.booleans()):
        mapping["duty"] = {"percent_within": draw(st.sampled_from([0, 30]))}
        mapping["pools"] = [{"pool": "board", "percent": 17, "weights": {"head": 3, "deputy": 2}}]
        mapping["allowances"] = [{"allowance": "board", "seat": "head", "vnd": 333_333, "pro_rata": True}]
    schedule = schedule_from_mapping(mapping)
    if helpers_above_author(schedule) or draw(st.booleans()):
        return schedule
    return schedule_from_mapping(mapping | {"author_not_below_helper": "hard"})


PERIOD_CAPS = [
    {"scope": "person_day", "effect": "hard", "vnd": 400_000},
    {"scope": "person_period", "effect": "hard", "vnd": 1_000_000},
]
TOTAL_CAPS = [
    {"scope": "remuneration", "effect": "hard", "percent_of_royalties": 50},
    {"scope": "fund", "effect": "hard"},
]


@st.composite
def pieces(draw, number):
    genre = draw(st.sampled_from(GENRES))
    authors = draw(st.integers(0, 4))
    shares = [None] * authors
    if authors > 1 and draw(st.booleans()):
        cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=authors - 1, max_size=authors - 1)))
        shares = [Fraction(high - low) for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    roles = ["author"] * authors + draw(
        st.lists(st.sampled_from(("photographer", "photographer", *HELPERS)), max_size=4)
    )
    credited = []
    for place, role in enumerate(roles):
        photos = tuple(Fraction(draw(st.integers(50, 100)), 100) for _ in range(draw(st.integers(1, 3))))
        credited.append(
            CreditFacts(
                f"credit:{number}-{place}",
                draw(st.integers(1, 4)),
                role,
                share=shares[place] if place < authors else None,
                quantity=len(photos),
                photos=photos if role == "photographer" and genre == "article" else (),
                no_fee=draw(st.sampled_from(["", "", "", "waived"])),
            )
        )
    return PieceFacts(
        f"piece:{number:03}",
        genre,
        JULY + timedelta(days=draw(st.integers(-2, 2))),
        tuple(credited),
        coefficient=Fraction(draw(st.integers(50, 100 if genre == "photo" else 500)), 100),
        grade=draw(st.sampled_from(["A", "B"])),
        measure=Fraction(draw(st.integers(0, 2000))),
        language=draw(st.sampled_from(["", "khmer"])),
        origin=draw(st.sampled_from(["", "repost"])),
        factors=draw(st.sampled_from([(), (), (ChosenFactor("hard", Fraction(17)),), (ChosenFactor("bonus"),)])),
    )


@st.composite
def batches(draw):
    return [draw(pieces(number)) for number in range(draw(st.integers(1, 6)))]


def run(schedule, **changes):
    seats = (SeatFacts("seat:1", 1, "head", date(2026, 6, 7)), SeatFacts("seat:2", 9, "deputy", date(2024, 1, 1)))
    return run_of(schedule, **({"seats": seats, "duties": {1: DutyFacts(2), 2: DutyFacts(1)}} | changes))


def computed(schedule, batch, **changes):
    return [line for line in compute(run(schedule, **changes), batch) if isinstance(line, ComputedLine)]


def with_total_caps(schedule):
    mapping = mapping_from_schedule(schedule)
    return schedule_from_mapping(mapping | {"caps": [*mapping.get("caps", []), *TOTAL_CAPS]})


@LAWS
@given(schedules(), batches(), st.integers(0, 12))
def test_every_amount_is_recomputed_from_its_explanation_alone(schedule, batch, rotation):
    for rules in (schedule, with_total_caps(schedule)):
        for line in computed(rules, batch, rotation=rotation, fund_left=1_500_000):
            sentence = explain(line.template, line.values)
            if line.template != "0":
                assert recompute(sentence) == line.amount, sentence
                assert sum(TAKES[letter] for letter in line.template) == len(line.values)
            assert explain(line.template, line.values, "en") != ""
            assert (line.amount == 0) == (line.reason != "")
            assert len(json.dumps(line.values, ensure_ascii=False, separators=(",", ":")).encode()) <= 150


@LAWS
@given(schedules(), batches(), st.randoms(use_true_random=False))
def test_order_does_not_matter(schedule, batch, random):
    first = {line.subject_key: line for line in computed(schedule, batch)}
    shuffled = []
    for original in batch:
        reordered = list(original.credits)
        random.shuffle(reordered)
        shuffled.append(replace(original, credits=tuple(reordered)))
    random.shuffle(shuffled)
    again = computed(schedule, shuffled)
    assert {line.subject_key: line for line in again} == first
    assert len(again) == len(first)


@LAWS
@given(schedules(by_piece_only=True), batches(), st.integers(0, 6))
def test_batches_do_not_matter_where_rules_go_by_the_piece(schedule, batch, cut):
    whole = list(compute(run(schedule), batch))
    parts = [*compute(run(schedule), batch[:cut]), *compute(run(schedule), batch[cut:])]
    assert parts == whole


@LAWS
@given(schedules(by_piece_only=True), batches())
def test_parts_of_the_royalty_add_up_to_the_rounded_royalty(schedule, batch):
    nobody_waives = [
        replace(original, credits=tuple(replace(credit, no_fee="") for credit in original.credits))
        for original in batch
    ]
    by_piece = defaultdict(list)
    genres = {original.subject: original.genre for original in batch}
    for line in computed(schedule, nobody_waives):
        sharing = {"author"} if genres.get(line.piece) == "article" else {"author", "photographer"}
        if line.role in sharing:
            by_piece[line.piece].append(line)
    for lines in by_piece.values():
        exact = sum(line.exact for line in lines)
        half_up = int((exact / schedule.rounding + Fraction(1, 2)) // 1) * schedule.rounding
        assert sum(line.amount for line in lines) == half_up


@LAWS
@given(schedules(), batches(), st.integers(1, 100))
def test_rounding_of_a_line_stays_below_the_step(schedule, batch, rotation):
    for line in computed(schedule, batch, rotation=rotation):
        assert abs(line.rounding) < schedule.rounding * 2
        assert line.amount % schedule.rounding == 0
        assert line.amount >= 0


@LAWS
@given(schedules(by_piece_only=True), pieces(0), st.integers(50, 100), st.integers(50, 100))
def test_a_higher_coefficient_never_pays_less(schedule, original, first, second):
    low, high = sorted((Fraction(first, 100), Fraction(second, 100)))
    totals = []
    for coefficient in (low, high):
        scored = replace(original, coefficient=coefficient)
        totals.append(sum(line.amount for line in computed(schedule, [scored])))
    assert totals[0] <= totals[1]


@LAWS
@given(schedules(), batches(), st.sampled_from(["author"]))
def test_zero_share_gets_zero(schedule, batch, role):
    shares = {c.subject_key: c.share for original in batch for c in original.credits if c.role == role}
    for line in computed(schedule, batch):
        if shares.get(line.subject_key) == 0:
            assert line.amount == 0


@LAWS
@given(schedules(), batches())
def test_low_scores_never_cost_more_than_high_ones(schedule, batch):
    unscored = [replace(original, coefficient=None, grade="") for original in batch]
    low, high = (
        sum(line.amount for line in computed(schedule, unscored, score_policy=policy))
        for policy in (ScorePolicy.LOW, ScorePolicy.HIGH)
    )
    # A cap over lines takes off whole steps: two lines may round apart by one step each.
    assert low <= high + schedule.rounding * len(batch) * 8


@LAWS
@given(schedules(), batches(), st.integers(0, 3_000_000))
def test_caps_over_all_lines_hold_to_the_dong(schedule, batch, fund_left):
    schedule = with_total_caps(schedule)
    lines = computed(schedule, batch, fund_left=fund_left)
    free = computed(schedule, batch, fund_left=10**12)
    assert sum(line.amount for line in lines) == min(
        sum(line.amount for line in free), fund_left // schedule.rounding * schedule.rounding
    )
    royalties = sum(line.amount for line in free if line.royalty)
    helpers = sum(line.amount for line in free if not line.royalty)
    assert helpers <= royalties / 2


@LAWS
@given(schedules())
def test_mapping_loses_nothing(schedule):
    mapping = mapping_from_schedule(schedule)
    assert schedule_from_mapping(json.loads(json.dumps(mapping))) == schedule
