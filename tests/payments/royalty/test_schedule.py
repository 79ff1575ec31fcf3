import copy
import json
import re
from datetime import date
from fractions import Fraction

import jsonschema
import pytest
import yaml

from payments.royalty import (
    LegalRange,
    RunFacts,
    ScheduleError,
    above_caps,
    compute,
    helpers_above_author,
    legal_range,
    mapping_from_schedule,
    schedule_from_mapping,
)
from payments.royalty.schedule_error import MESSAGES
from tests.payments.royalty.building import RATES, SALARIES, one_genre, read_rates, rules_mapping, schedule_with

SHIPPED = sorted(path.name for path in (RATES / "schedules").glob("*.yaml"))
SCHEMA = jsonschema.Draft202012Validator(json.loads((RATES / "schedule.schema.json").read_text(encoding="utf-8")))
EVERYTHING = rules_mapping(
    title={"vi": "Biểu thử", "en": "Test schedule"},
    decision={"number": "01/QĐ-UBND", "issuer": "UBND xã", "issued_on": "2025-12-31", "signer": "Người Ký"},
    until="2027-01-01",
    level="62.5",
    rates_on="approval",
    commissioned_before_stays=True,
    rounding=100,
    author_not_below_helper="off",
    genres=[
        {
            "genre": "news_item",
            "label": {"vi": "Tin"},
            "photographer_share": 30,
            "rates": [
                {"variant": "with_photo", "basis": "coefficient", "coefficient": "1.5", "note": "Có ảnh"},
                {"basis": "coefficient_range", "low": "0.5", "high": 2, "doubt": True},
            ],
        },
        {
            "genre": "article",
            "photos": "paid_each",
            "earners": ["author", "collector"],
            "rates": [
                {
                    "basis": "vnd_per_measure",
                    "vnd": 50_000,
                    "measure": "word",
                    "per": 300,
                    "minimum": 2,
                    "measure_rounding": "up",
                }
            ],
        },
        {"genre": "interview", "rates": [{"basis": "cap_only", "high": 30}]},
        {"genre": "photo", "rates": [{"basis": "vnd_per_piece", "vnd": 30_000}]},
        {
            "genre": "video",
            "rates": [{"basis": "grade", "grades": [{"grade": "A", "coefficient": 5}, {"grade": "B", "vnd": 300_000}]}],
        },
    ],
    roles=[
        {"role": "translator", "royalty": True, "basis": "percent_of", "percent": 40, "of": "author"},
        {"role": "editor", "genres": ["article"], "basis": "percent_of", "percent": 50, "of": "translator"},
        {"role": "approver", "basis": "coefficient", "coefficient": "0.1", "label": {"vi": "Duyệt"}},
        {"role": "publisher", "basis": "vnd_per_piece", "vnd": 10_000},
        {"role": "data_provider", "genres": ["document"], "basis": "vnd_per_item", "vnd": 5_000},
    ],
    factors=[
        {"factor": "hard", "kind": "add", "low": 10, "high": 100, "label": {"vi": "Nguy hiểm"}},
        {
            "factor": "repost",
            "kind": "multiply",
            "percent": 50,
            "when": {"origin": ["repost"], "language": ["vi", "km"]},
            "genres": ["news_item"],
        },
    ],
    duty={"percent_within": 20, "genres": ["news_item"], "legal_basis": "Điều 4"},
    allowances=[{"allowance": "board", "seat": "head", "vnd": 500_000, "each_month": True, "pro_rata": True}],
    pools=[{"pool": "board", "percent": 50, "weights": {"head": 3, "deputy": "1.5"}}],
    caps=[
        {"scope": "piece", "effect": "hard", "coefficient": 10, "genres": ["news_item"]},
        {"scope": "person_day", "effect": "hard", "vnd": 500_000},
        {"scope": "person_period", "effect": "warn", "vnd": 5_000_000},
        {"scope": "remuneration", "effect": "warn", "percent_of_royalties": 50},
        {"scope": "fund", "effect": "hard"},
    ],
    legal_basis="Quyết định thử",
    doubt=True,
    note="Ghi chú",
)
PERCENT_OF_EDITOR = {"role": "translator", "basis": "percent_of", "percent": 40, "of": "editor"}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_schedule_is_valid_and_comes_back_as_it_was_written(name):
    mapping = read_rates(f"schedules/{name}")
    SCHEMA.validate(mapping)
    schedule = schedule_from_mapping(mapping)
    assert mapping_from_schedule(schedule) == mapping
    assert schedule.code == name.removesuffix(".yaml")
    assert schedule.source.legal_basis != ""


def test_shipped_schedules_are_the_five():
    assert SHIPPED == [
        "bac-giang-570-2013.yaml",
        "demo-tan-thanh-2024.yaml",
        "nd-18-2014-caps.yaml",
        "ninh-thuan-2157-2020.yaml",
        "ninh-thuan-23-2020.yaml",
    ]


def test_mapping_of_a_schedule_that_says_everything_loses_nothing():
    SCHEMA.validate(EVERYTHING)
    schedule = schedule_from_mapping(EVERYTHING)
    written = mapping_from_schedule(schedule)
    SCHEMA.validate(written)
    assert schedule_from_mapping(written) == schedule
    assert written == EVERYTHING
    assert json.loads(json.dumps(written)) == written


def changed(path, value):
    mapping = copy.deepcopy(EVERYTHING)
    *steps, last = path
    place = mapping
    for step in steps:
        place = place[step]
    if value is KeyError:
        del place[last]
    else:
        place[last] = value
    return mapping


@pytest.mark.parametrize(
    ("path", "value", "error_path", "code"),
    [
        (["code"], KeyError, "code", "missing"),
        (["code"], "", "code", "empty"),
        (["from"], "1/7/2026", "from", "not_date"),
        (["from"], None, "from", "missing"),
        (["until"], "2023-12-31", "until", "dates_upside_down"),
        (["unit"], KeyError, "unit", "missing"),
        (["unit"], {}, "unit", "not_one_or_other"),
        (["unit"], {"vnd": 1, "percent_of_base_salary": 10}, "unit", "not_one_or_other"),
        (["unit"], {"percent_of_base_salary": 110}, "unit.percent_of_base_salary", "out_of_bounds"),
        (["unit"], {"vnd": -1}, "unit.vnd", "out_of_bounds"),
        (["level"], 0, "level", "out_of_bounds"),
        (["level"], "hai mươi", "level", "not_number"),
        (["rounding"], 500, "rounding", "not_one_of"),
        (["rates_on"], "someday", "rates_on", "not_one_of"),
        (["author_not_below_helper"], "maybe", "author_not_below_helper", "not_one_of"),
        (["nhuan_but"], 1, ".", "unknown_key"),
        (["genres"], [], "genres", "empty"),
        (["genres"], {"a": 1}, "genres", "not_list"),
        (["genres", 0], "news_item", "genres[0]", "not_mapping"),
        (["genres", 0, "genre"], "poem", "genres[0].genre", "not_one_of"),
        (["genres", 1, "genre"], "news_item", "genres[1]", "twice"),
        (["genres", 0, "rates"], [], "genres[0].rates", "empty"),
        (["genres", 0, "rates", 0, "variant"], "", "genres[0].rates[1]", "twice"),
        (["genres", 0, "rates", 0, "coefficient"], -1, "genres[0].rates[0].coefficient", "out_of_bounds"),
        (["genres", 0, "rates", 0, "coefficient"], "-1", "genres[0].rates[0].coefficient", "out_of_bounds"),
        (["genres", 0, "rates", 0, "coefficient"], 150, "genres[0].rates[0].coefficient", "out_of_bounds"),
        (["genres", 0, "rates", 0, "coefficient"], 1.5, "genres[0].rates[0].coefficient", "not_number"),
        (["genres", 0, "rates", 0, "coefficient"], True, "genres[0].rates[0].coefficient", "not_number"),
        (["genres", 0, "rates", 0, "basis"], "points", "genres[0].rates[0].basis", "not_one_of"),
        (["genres", 0, "rates", 1, "low"], 3, "genres[0].rates[1]", "upside_down"),
        (["genres", 0, "photographer_share"], 101, "genres[0].photographer_share", "out_of_bounds"),
        (["genres", 0, "photos"], "paid_each", "genres[0].photographer_share", "share_of_paid_photos"),
        (["genres", 3, "genre"], "art_photo", "genres[1].photos", "no_photo_rate"),
        (["genres", 3, "rates", 0, "vnd"], "30.000", "genres[3].rates[0].vnd", "not_dong"),
        (["genres", 3, "rates", 0, "vnd"], 2_000_000_000, "genres[3].rates[0].vnd", "out_of_bounds"),
        (["genres", 1, "earners"], [], "genres[1].earners", "empty"),
        (["genres", 1, "earners"], ["poet"], "genres[1].earners", "not_one_of"),
        (["genres", 1, "rates", 0, "per"], 0, "genres[1].rates[0].per", "out_of_bounds"),
        (["genres", 1, "rates", 0, "measure"], "line", "genres[1].rates[0].measure", "not_one_of"),
        (["genres", 4, "rates", 0, "grades", 1, "grade"], "A", "genres[4].rates[0].grades[1]", "twice"),
        (["genres", 4, "rates", 0, "grades", 0, "vnd"], 5, "genres[4].rates[0].grades[0]", "not_one_or_other"),
        (["genres", 4, "rates", 0, "grades"], [], "genres[4].rates[0].grades", "empty"),
        (["roles", 0, "percent"], 140, "roles[0].percent", "out_of_bounds"),
        (["roles", 0], PERCENT_OF_EDITOR | {"genres": ["article"]}, "roles[0]", "cycle"),
        (["roles", 0], PERCENT_OF_EDITOR, "roles[0].of", "percent_of_nothing"),
        (["roles", 0, "of"], "translator", "roles[0]", "cycle"),
        (["roles", 0, "of"], "collector", "roles[0].of", "percent_of_nothing"),
        (["roles", 2, "role"], "driver", "roles[2].role", "not_one_of"),
        (["roles", 2, "role"], "publisher", "roles[3]", "twice"),
        (["roles", 1, "genres"], ["poem"], "roles[1].genres", "not_one_of"),
        (["factors", 0, "low"], 200, "factors[0]", "upside_down"),
        (["factors", 0, "high"], 900, "factors[0].high", "out_of_bounds"),
        (["factors", 1, "when"], {"weather": ["rain"]}, "factors[1].when", "not_one_of"),
        (["factors", 1, "when"], {"origin": []}, "factors[1].when.origin", "empty"),
        (["factors", 1, "factor"], "hard", "factors[1]", "twice"),
        (["factors", 1, "kind"], "divide", "factors[1].kind", "not_one_of"),
        (["duty", "percent_within"], 120, "duty.percent_within", "out_of_bounds"),
        (["allowances", 0, "seat"], "driver", "allowances[0].seat", "not_one_of"),
        (["allowances", 0, "each_month"], "yes", "allowances[0].each_month", "not_yes_no"),
        (["pools", 0, "percent"], 101, "pools[0].percent", "out_of_bounds"),
        (["pools", 0, "weights"], {"head": 0}, "pools[0].weights", "empty"),
        (["pools", 0, "weights"], {"cook": 1}, "pools[0].weights", "not_one_of"),
        (["caps", 0, "vnd"], 1, "caps[0]", "not_one_or_other"),
        (["caps", 1, "vnd"], KeyError, "caps[1]", "not_one_or_other"),
        (["caps", 4, "vnd"], 1, "caps[4]", "not_one_or_other"),
        (["note"], 5, "note", "not_text"),
    ],
)
def test_wrong_entry_is_named(path, value, error_path, code):
    with pytest.raises(ScheduleError) as caught:
        schedule_from_mapping(changed(path, value))
    assert (caught.value.path, caught.value.code) == (error_path, code)
    assert caught.value.message("vi") != caught.value.message("en")


def test_every_complaint_has_words_in_both_languages():
    assert [code for code, words in MESSAGES.items() if not all(words) or len(words) != 2] == []


def test_schema_refuses_what_the_reader_refuses():
    wrong = [
        changed(["nhuan_but"], 1),
        changed(["genres", 0, "rates", 0, "coefficient"], 1.5),
        changed(["genres", 0, "rates", 0, "basis"], "points"),
        changed(["genres", 0, "genre"], "poem"),
        changed(["rounding"], 500),
    ]
    assert [SCHEMA.is_valid(mapping) for mapping in wrong] == [False] * 5


def test_helper_above_author_hard_is_refused_and_warn_is_reported():
    roles = [{"role": "editor", "basis": "coefficient", "coefficient": 3}]
    warned = schedule_with(genres=one_genre(rate={"basis": "coefficient_range", "low": 1, "high": 2}), roles=roles)
    assert helpers_above_author(warned) == [("roles[0]", Fraction(3), Fraction(2))]
    with pytest.raises(ScheduleError) as caught:
        schedule_with(
            genres=one_genre(rate={"basis": "coefficient_range", "low": 1, "high": 2}),
            roles=roles,
            author_not_below_helper="hard",
        )
    assert (caught.value.path, caught.value.code) == ("roles[0]", "helper_above_author")


@pytest.mark.parametrize(
    ("genre", "variant", "expected"),
    [
        ("news_item", "", LegalRange("range", Fraction(1, 2), Fraction(2))),
        ("news_item", "with_photo", LegalRange("fixed", Fraction(3, 2), Fraction(3, 2))),
        ("news_item", "unheard_of", LegalRange("range", Fraction(1, 2), Fraction(2))),
        ("interview", "", LegalRange("cap", Fraction(0), Fraction(30))),
        ("photo", "", LegalRange("none", Fraction(0), Fraction(0))),
        ("video", "", LegalRange("grade", Fraction(0), Fraction(0), ("A", "B"))),
        ("research", "", None),
        ("document", "", None),
    ],
)
def test_legal_range(genre, variant, expected):
    assert legal_range(schedule_from_mapping(EVERYTHING), genre, variant) == expected


def test_legal_range_allows_its_borders_only():
    bounds = legal_range(schedule_from_mapping(EVERYTHING), "news_item")
    scores = [Fraction(49, 100), Fraction(1, 2), Fraction(2), Fraction(201, 100)]
    assert [bounds.allows(score) for score in scores] == [False, True, True, False]


def test_shipped_tables_against_the_caps_of_the_decree():
    caps = schedule_from_mapping(read_rates("schedules/nd-18-2014-caps.yaml"))
    tables = ["bac-giang-570-2013", "ninh-thuan-23-2020", "demo-tan-thanh-2024"]
    assert [above_caps(schedule_from_mapping(read_rates(f"schedules/{name}.yaml")), caps) for name in tables] == [
        [],
        [],
        [],
    ]
    generous = schedule_with(genres=one_genre(rate={"basis": "coefficient_range", "low": 1, "high": 12}))
    assert above_caps(generous, caps) == [("genres[0].rates[0]", Fraction(12), Fraction(10))]


def test_schedules_that_overlap_are_refused_and_neighbours_are_not():
    first = schedule_with(code="cũ", until="2026-07-01")
    second = schedule_with(code="mới", **{"from": "2026-07-01"})
    early = schedule_with(code="sớm", **{"from": "2026-06-30"})
    period = (date(2026, 6, 1), date(2026, 8, 1), 0)
    assert list(compute(RunFacts(*period, (second, first), SALARIES), [])) == []
    with pytest.raises(ScheduleError) as caught:
        compute(RunFacts(*period, (first, early), SALARIES), [])
    assert (caught.value.path, caught.value.code, caught.value.values) == ("sớm", "overlap", {"other": "cũ"})


def test_base_salaries_of_the_demo_year():
    amounts = {salary.from_day: salary.amount for salary in SALARIES}
    assert (amounts[date(2023, 7, 1)], amounts[date(2024, 7, 1)], amounts[date(2026, 7, 1)]) == (
        1_800_000,
        2_340_000,
        2_530_000,
    )
    assert [salary.amount for salary in SALARIES if salary.doubt] == [1_300_000, 1_390_000]


def test_examples_of_the_guide_can_be_read():
    guide = (RATES.parents[1] / "docs" / "change-a-rate.md").read_text(encoding="utf-8")
    places = {"{basis": "genres", "{variant": "genres", "{role": "roles", "{factor": "factors", "{scope": "caps"}
    examples = 0
    for snippet in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", guide, flags=re.DOTALL)):
        place = places.get(snippet.partition(":")[0])
        if place is None and not snippet.startswith(("unit: ", "level: ", "rounding: ")):
            continue
        said = yaml.safe_load(snippet)
        if place == "genres":
            said = {"genres": one_genre(rate=said)}
        elif place:
            said = {place: [said]}
        assert schedule_with(**said).code == "bieu-thu"
        examples += 1
    assert examples == 15
