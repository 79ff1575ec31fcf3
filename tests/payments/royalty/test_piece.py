"""Who earns what of one piece: photos, roles, factors, caps, helpers."""

from dataclasses import replace
from fractions import Fraction

import pytest

from payments.royalty import (
    ChosenFactor,
    ComputedLine,
    Held,
    Notice,
    OutsideRules,
    Unscored,
    explain,
)
from tests.payments.royalty.building import (
    amounts_of,
    credit,
    lines_of,
    one_genre,
    outcomes_of,
    paid,
    piece,
    schedule_with,
)

HALF = Fraction(1, 2)
PHOTOS_EACH = [
    {"genre": "article", "photos": "paid_each", "rates": [{"basis": "coefficient_range", "low": 2, "high": 5}]},
    {"genre": "photo", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 1}]},
]


def test_photos_included_in_the_piece_are_a_line_of_zero():
    lines = lines_of(schedule_with(), piece("tin-1", credit(1), credit(2, "photographer", quantity=3)))
    assert paid(lines) == [("author", 379_500, ""), ("photographer", 0, "included_in_piece")]


def test_photos_included_with_a_share_of_the_piece():
    schedule = schedule_with(genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 100_000}, photographer_share=30))
    photographers = [credit(3, "photographer", quantity=1), credit(4, "photographer", quantity=2)]
    shared = piece("tin-1", credit(1, share=Fraction(75)), credit(2, share=Fraction(25)), *photographers)
    assert amounts_of(schedule, shared) == [52_500, 17_500, 10_000, 20_000]
    assert amounts_of(schedule, piece("tin-2", credit(1))) == [100_000]
    assert amounts_of(schedule, piece("tin-3", photographers[0])) == [30_000]


def test_percent_of_the_author_is_of_the_whole_royalty_where_only_a_photographer_shares_it():
    schedule = schedule_with(
        genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 100_000}, photographer_share=30),
        roles=[{"role": "approver", "basis": "percent_of", "percent": 10}],
    )
    assert amounts_of(schedule, piece("tin-1", credit(1, "photographer"), credit(2, "approver"))) == [30_000, 10_000]


def test_photos_paid_each_by_their_own_scores():
    article = piece(
        "bai-1",
        credit(1),
        credit(2, "photographer", photos=(HALF, HALF, Fraction(1))),
        credit(3, "photographer", photos=(Fraction(3, 4),), quantity=1),
        genre="article",
        coefficient=Fraction(2),
    )
    assert amounts_of(schedule_with(genres=PHOTOS_EACH), article) == [506_000, 506_000, 189_750]


@pytest.mark.parametrize(
    ("photographer", "outcome"),
    [
        (credit(2, "photographer"), Held("bai-1", "no_quantity")),
        (credit(2, "photographer", quantity=2), Unscored("bai-1", "photo_scores_incomplete")),
        (credit(2, "photographer", quantity=2, photos=(HALF,)), Unscored("bai-1", "photo_scores_incomplete")),
        (credit(2, "photographer", photos=(Fraction(2),)), Unscored("bai-1", "score_outside_range")),
    ],
)
def test_photos_paid_each_hold_the_whole_piece_until_scored(photographer, outcome):
    article = piece("bai-1", credit(1), photographer, genre="article", coefficient=Fraction(2))
    assert outcomes_of(schedule_with(genres=PHOTOS_EACH), article) == [outcome]


def test_photo_piece_by_its_own_score_or_by_each_photo():
    whole = piece("anh-1", credit(1, "photographer"), genre="photo", coefficient=HALF)
    each = piece("anh-2", credit(1, "photographer", photos=(HALF, Fraction(1))), genre="photo", coefficient=None)
    assert amounts_of(schedule_with(), whole, each) == [126_500, 379_500]


def test_video_pays_its_videographer():
    schedule = schedule_with(genres=one_genre("video", rate={"basis": "coefficient_range", "low": 1, "high": 5}))
    video = piece("clip-1", credit(1, "videographer"), genre="video", coefficient=Fraction(4))
    assert paid(lines_of(schedule, video)) == [("videographer", 1_012_000, "")]


def test_role_without_a_rate_is_a_line_of_zero():
    lines = lines_of(schedule_with(), piece("tin-1", credit(1), credit(2, "data_provider")))
    assert [(line.amount, line.reason, line.royalty) for line in lines] == [(379_500, "", True), (0, "no_rate", False)]


def test_role_rates_of_each_basis_and_the_level():
    schedule = schedule_with(
        level=50,
        roles=[
            {"role": "translator", "basis": "percent_of", "percent": 40, "royalty": True},
            {"role": "editor", "basis": "percent_of", "percent": 50, "of": "translator"},
            {"role": "collector", "basis": "coefficient", "coefficient": "0.2"},
            {"role": "approver", "basis": "vnd_per_piece", "vnd": 20_000},
            {"role": "publisher", "basis": "vnd_per_item", "vnd": 3_000},
        ],
        author_not_below_helper="off",
    )
    roles = ["author", "translator", "editor", "collector", "approver"]
    credited = [credit(key, role) for key, role in enumerate(roles)]
    lines = lines_of(schedule, piece("tin-1", *credited, credit(9, "publisher", quantity=4)))
    assert [line.amount for line in lines] == [189_750, 75_900, 37_950, 25_300, 10_000, 6_000]
    assert [line.royalty for line in lines] == [True, True, False, False, False, False]


def test_role_rate_naming_the_genre_goes_before_the_one_for_all():
    roles = [
        {"role": "approver", "basis": "vnd_per_piece", "vnd": 20_000},
        {"role": "approver", "genres": ["article"], "basis": "vnd_per_piece", "vnd": 50_000},
    ]
    pieces = [
        piece("tin-1", credit(1, "approver")),
        piece("bai-1", credit(2, "approver"), genre="article", coefficient=Fraction(2)),
    ]
    assert amounts_of(schedule_with(roles=roles), *pieces) == [20_000, 50_000]


def test_document_is_paid_only_where_a_role_rate_names_it():
    document = piece("vb-1", credit(1, "publisher"), genre="document", coefficient=None)
    for_all = [{"role": "publisher", "basis": "vnd_per_piece", "vnd": 10_000}]
    naming = [{"role": "publisher", "genres": ["document"], "basis": "vnd_per_piece", "vnd": 2_000}]
    assert outcomes_of(schedule_with(roles=for_all), document) == [OutsideRules("vb-1", "no_rate")]
    assert amounts_of(schedule_with(roles=naming), document) == [2_000]


def test_fee_of_a_role_is_split_among_its_people():
    roles = [{"role": "editor", "basis": "vnd_per_piece", "vnd": 25_001}]
    assert amounts_of(
        schedule_with(roles=roles), piece("tin-1", credit(1), credit(2, "editor"), credit(3, "editor"))
    ) == [
        379_500,
        12_501,
        12_500,
    ]


def test_repost_without_an_author_needs_no_score():
    roles = [{"role": "publisher", "basis": "vnd_per_piece", "vnd": 10_000}]
    assert amounts_of(schedule_with(roles=roles), piece("tin-1", credit(1, "publisher"), coefficient=None)) == [10_000]


def test_waived_share_is_given_to_nobody():
    lines = lines_of(schedule_with(), piece("tin-1", credit(1, no_fee="waived"), credit(2)))
    assert paid(lines) == [("author", 0, "waived"), ("author", 189_750, "")]


def test_piece_without_fee_needs_no_score():
    lines = lines_of(schedule_with(), piece("tin-1", credit(1, no_fee="no_fee"), coefficient=None))
    assert [(line.amount, line.reason, line.template, line.values) for line in lines] == [
        (0, "no_fee", "0", ("no_fee",))
    ]


def test_zero_share_is_a_line_of_zero():
    lines = lines_of(schedule_with(), piece("tin-1", credit(1, share=Fraction(100)), credit(2, share=Fraction(0))))
    assert paid(lines) == [("author", 379_500, ""), ("author", 0, "zero_share")]


def test_factor_chosen_within_its_range():
    factors = [{"factor": "hard", "kind": "add", "low": 10, "high": 100}]
    schedule = schedule_with(factors=factors)
    chosen = [
        piece(f"tin-{place}", credit(place), factors=(ChosenFactor("hard", percent),))
        for place, percent in enumerate([Fraction(10), Fraction(100), Fraction(101), None])
    ]
    assert outcomes_of(schedule, *chosen)[2:] == [
        Held("tin-2", "factor_outside_range"),
        Held("tin-3", "no_factor_percent"),
    ]
    assert amounts_of(schedule, *chosen) == [417_450, 759_000]


def test_factor_that_does_not_apply_is_refused_and_not_left_out():
    far = {"factor": "far", "kind": "add", "percent": 20, "when": {"region": ["island"]}}
    chosen = {"factors": (ChosenFactor("far", None),)}
    near, there = piece("tin-1", credit(1), **chosen), piece("tin-2", credit(1), region="island", **chosen)
    [held] = [each for each in outcomes_of(schedule_with(factors=[far]), near, there) if isinstance(each, Held)]
    assert held == Held("tin-1", "factor_not_applicable")
    assert amounts_of(schedule_with(factors=[far]), there) == [455_400]


def test_photos_of_one_price_are_explained_by_count_and_price():
    genres = one_genre(rate={"basis": "coefficient_range", "low": 1, "high": 2}, photos="paid_each")
    genres += one_genre("photo", rate={"basis": "vnd_per_piece", "vnd": 50_000})
    photos = piece("tin-1", credit(1), credit(2, "photographer", quantity=3))
    lines = lines_of(schedule_with(genres=genres), photos)
    assert [(line.amount, line.template, line.values) for line in lines][1] == (150_000, "Ir", ("3", "50000", "1"))


def test_automatic_factor_needs_all_its_conditions_and_its_genre():
    factors = [
        {
            "factor": "far",
            "kind": "add",
            "percent": 20,
            "when": {"region": ["remote", "island"], "timeliness": ["same_day"]},
            "genres": ["news_item"],
        }
    ]
    schedule = schedule_with(factors=factors)
    facts = [
        {"region": "island", "timeliness": "same_day"},
        {"region": "island"},
        {"timeliness": "same_day"},
        {"region": "island", "timeliness": "same_day", "genre": "article", "coefficient": Fraction(2)},
    ]
    pieces = [piece(f"tin-{place}", credit(place), **given) for place, given in enumerate(facts)]
    assert amounts_of(schedule, *pieces) == [455_400, 379_500, 379_500, 506_000]


def test_factor_reaches_photos_inside_a_piece_only_where_it_names_them():
    article = piece(
        "bai-1",
        credit(1),
        credit(2, "photographer", photos=(Fraction(1),)),
        genre="article",
        coefficient=Fraction(2),
        language="khmer",
    )
    factor = {"factor": "minority", "kind": "add", "percent": 50, "when": {"language": ["khmer"]}}
    everywhere = schedule_with(genres=PHOTOS_EACH, factors=[factor])
    photos_too = schedule_with(genres=PHOTOS_EACH, factors=[factor | {"genres": ["article", "photo"]}])
    assert amounts_of(everywhere, article) == [759_000, 253_000]
    assert amounts_of(photos_too, article) == [759_000, 379_500]
    plain = replace(article, subject="bai-2", language="")
    assert amounts_of(photos_too, article, plain) == [759_000, 379_500, 506_000, 253_000]


def test_chosen_factor_of_the_piece_does_not_hold_its_photos():
    article = piece(
        "bai-1",
        credit(1),
        credit(2, "photographer", photos=(Fraction(1),)),
        genre="article",
        coefficient=Fraction(2),
        factors=(ChosenFactor("hard"),),
    )
    schedule = schedule_with(genres=PHOTOS_EACH, factors=[{"factor": "hard", "kind": "add", "percent": 10}])
    assert amounts_of(schedule, article) == [556_600, 253_000]


@pytest.mark.parametrize(
    ("cap", "amounts", "codes"),
    [
        ({"vnd": 300_000, "effect": "hard"}, [300_000, 126_500, 30_000], []),
        ({"coefficient": 1, "effect": "hard"}, [253_000, 126_500, 25_300], []),
        ({"vnd": 300_000, "effect": "warn"}, [379_500, 126_500, 37_950], ["above_piece_cap"]),
        ({"vnd": 300_000, "effect": "off"}, [379_500, 126_500, 37_950], []),
        ({"vnd": 300_000, "effect": "hard", "genres": ["article"]}, [379_500, 126_500, 37_950], []),
    ],
)
def test_cap_per_piece_comes_before_the_percents_of_helpers(cap, amounts, codes):
    schedule = schedule_with(
        caps=[{"scope": "piece"} | cap], roles=[{"role": "approver", "basis": "percent_of", "percent": 10}]
    )
    found = outcomes_of(
        schedule, piece(), piece("tin-2", credit(2), coefficient=HALF), piece("tin-3", credit(3, "approver"))
    )
    assert [outcome.amount for outcome in found if isinstance(outcome, ComputedLine)] == amounts
    notices = [outcome for outcome in found if isinstance(outcome, Notice)]
    assert sorted({notice.code for notice in notices}) == codes
    assert [notice.subject for notice in notices] == ["tin-1", "tin-3"][: 2 * len(codes)]


@pytest.mark.parametrize(
    ("rule", "amounts", "codes"),
    [
        ("off", [126_500, 200_000], []),
        ("warn", [126_500, 200_000], ["helper_above_author"]),
        ("hard", [126_500, 126_500], ["helper_above_author"]),
    ],
)
def test_helper_is_not_above_the_author(rule, amounts, codes):
    schedule = schedule_with(
        roles=[{"role": "approver", "basis": "vnd_per_piece", "vnd": 200_000}], author_not_below_helper=rule
    )
    found = outcomes_of(schedule, piece("tin-1", credit(1), credit(2, "approver"), coefficient=HALF))
    assert [outcome.amount for outcome in found if isinstance(outcome, ComputedLine)] == amounts
    assert [outcome.code for outcome in found if isinstance(outcome, Notice)] == codes


def test_royalty_of_a_translator_is_not_bounded_by_the_author():
    roles = [{"role": "translator", "basis": "vnd_per_piece", "vnd": 200_000, "royalty": True}]
    schedule = schedule_with(roles=roles, author_not_below_helper="hard")
    found = outcomes_of(schedule, piece("tin-1", credit(1), credit(2, "translator"), coefficient=HALF))
    assert [outcome.amount for outcome in found] == [126_500, 200_000]


THREE_PHOTOS = piece(
    "anh-1",
    credit(1, "photographer", photos=(Fraction(1), Fraction(1))),
    credit(2, "photographer", photos=(Fraction(1),)),
    credit(3, "approver"),
    genre="photo",
    coefficient=None,
)
TENTH = [{"role": "approver", "basis": "percent_of", "percent": 10}]


def test_cap_per_piece_holds_for_a_piece_of_photos_scored_one_by_one():
    schedule = schedule_with(caps=[{"scope": "piece", "effect": "hard", "vnd": 500_000}], roles=TENTH)
    lines = lines_of(schedule, THREE_PHOTOS)
    assert [line.amount for line in lines] == [333_333, 166_667, 50_000]
    assert explain(lines[1].template, lines[1].values) == (
        "1 × 253.000 đ = 253.000 đ; làm tròn đến đồng; vượt mức trần của tác phẩm;"
        " 253.000 đ × 500.000 / 759.000 = 166.666 đ (bỏ phần lẻ); 166.666 đ + 1 đ (còn dư khi chia) = 166.667 đ"
    )
    warned = outcomes_of(schedule_with(caps=[{"scope": "piece", "effect": "warn", "vnd": 500_000}]), THREE_PHOTOS)
    assert warned[-1] == Notice("anh-1", "above_piece_cap", ("759000", "500000"))


def test_cap_per_piece_is_not_reached_by_photos_below_it():
    schedule = schedule_with(caps=[{"scope": "piece", "effect": "hard", "vnd": 759_000}], roles=TENTH)
    assert amounts_of(schedule, THREE_PHOTOS) == [506_000, 253_000, 75_900]
    warned = schedule_with(caps=[{"scope": "piece", "effect": "warn", "vnd": 759_000}])
    assert [type(outcome) for outcome in outcomes_of(warned, THREE_PHOTOS)] == [ComputedLine] * 3


def test_photographers_who_waive_leave_the_percent_of_the_approver():
    waived = [replace(one, no_fee="waived") for one in THREE_PHOTOS.credits[:2]]
    everybody = replace(THREE_PHOTOS, credits=(*waived, THREE_PHOTOS.credits[2]))
    one = replace(THREE_PHOTOS, credits=(waived[0], *THREE_PHOTOS.credits[1:]))
    unscored = replace(waived[1], photos=(), quantity=None)
    not_held = replace(THREE_PHOTOS, credits=(THREE_PHOTOS.credits[0], unscored, THREE_PHOTOS.credits[2]))
    schedule = schedule_with(roles=TENTH)
    assert amounts_of(schedule, everybody) == [0, 0, 75_900]
    assert amounts_of(schedule, one) == [0, 253_000, 75_900]
    assert amounts_of(schedule, not_held) == [506_000, 0, 50_600]


def test_unknown_factor_of_a_piece_of_photos_is_not_dropped():
    odd = replace(THREE_PHOTOS, factors=(ChosenFactor("unheard_of"),))
    assert outcomes_of(schedule_with(), odd) == [Held("anh-1", "unknown_factor")]


def test_photographer_without_an_author_has_a_percent_of_what_the_cap_leaves():
    schedule = schedule_with(
        genres=one_genre(rate={"basis": "vnd_per_piece", "vnd": 1_000_000}, photographer_share=30),
        caps=[{"scope": "piece", "effect": "hard", "vnd": 500_000}],
        roles=TENTH,
    )
    alone = piece("tin-1", credit(2, "photographer"), credit(3, "approver"))
    both = piece("tin-2", credit(4), credit(5, "photographer"), credit(6, "approver"))
    lines = lines_of(schedule, alone, both)
    assert [line.amount for line in lines] == [150_000, 50_000, 350_000, 150_000, 50_000]
    assert explain(lines[0].template, lines[0].values) == (
        "1.000.000 đ; mức trần của tác phẩm: 500.000 đ; 500.000 đ × 30 % = 150.000 đ (phần được tính); làm tròn đến đồng"
    )


def test_photo_genre_whose_photographers_only_share_is_paid_by_its_one_score():
    schedule = schedule_with(
        genres=one_genre("photo", rate={"basis": "cap_only", "high": 1}, earners=["author"], photographer_share=30)
    )
    shared = piece(
        "anh-1", credit(1), credit(2, "photographer", photos=(Fraction(1),)), genre="photo", coefficient=HALF
    )
    assert amounts_of(schedule, shared) == [88_550, 37_950]
