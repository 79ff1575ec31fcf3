"""Rate schedules as files: what is refused, where it stands, nothing lost on the way, what changes, what is missing."""

from __future__ import annotations

import copy
import json
import random
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Event, Portal
from contributors.scopes import portal_scope
from payments import rates
from payments.errors import PaymentError
from payments.models import RateSchedule
from payments.rate_differences import differences
from payments.rate_files import (
    draft_from_file,
    examine_file,
    export_schedule,
    read_schedule_file,
    schedule_in_file,
    schedule_text,
)
from payments.rate_gaps import gaps_of
from payments.rate_yaml import MOST_BYTES
from payments.royalty import (
    ScheduleError,
    compute,
    explain,
    genre_rate,
    mapping_from_schedule,
    schedule_from_mapping,
)
from payments.royalty.schedule import CapOnly
from tests.factories.world import at, build_world
from tests.payments.rate_strategies import rules as random_rules
from tests.payments.royalty.building import (
    RATES,
    lines_of,
    one_genre,
    piece,
    read_rates,
    rules_mapping,
    run_of,
    schedule_with,
)
from tests.payments.royalty.test_schedule import EVERYTHING

SHIPPED = sorted((RATES / "schedules").glob("*.yaml"))
SCHEMA = jsonschema.Draft202012Validator(json.loads((RATES / "schedule.schema.json").read_text(encoding="utf-8")))
NINH_THUAN = (RATES / "schedules" / "ninh-thuan-23-2020.yaml").read_text(encoding="utf-8")
JULY = "2026-07-03T09:00"


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sentences(content: str | bytes) -> list[str]:
    return [str(problem) for problem in examine_file(content if isinstance(content, bytes) else content.encode())[1]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a: &x [1]\nb: [*x, *x]\n", "dòng 1, cột 4: không dùng dấu & và * để lặp lại"),
        ("a: 1\nb: *x\n", "dòng 2, cột 4: không dùng dấu & và * để lặp lại"),
        ("a: 1\nb: 2\na: 3\n", "dòng 3, cột 1: mục “a” viết hai lần"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "dòng 1, cột 4: không dùng nhãn kiểu “tag:yaml.org,2002:python/object/apply:os.system”",
        ),
        ("a: 1\n---\nb: 2\n", "dòng 2, cột 1: mỗi tệp chỉ có một quy định"),
        ("[" * 5000, "dòng 1, cột 13: quá nhiều lớp lồng nhau"),
        ("a: [" + "1, " * 30_000 + "]", "dòng 1, cột 59996: quá nhiều mục"),
        ("- a\n- b\n", "dòng 1, cột 1: tệp phải là một nhóm các mục"),
        ("", "dòng 1, cột 1: tệp phải là một nhóm các mục"),
        ("a: [1,\n", "dòng 2, cột 1: không đọc được, sai cách viết YAML (did not find expected node content)"),
        (
            "a:\n\t- 1",
            "dòng 2, cột 1: không đọc được, sai cách viết YAML (found character that cannot start any token)",
        ),
        ("? [a]\n: 1", "dòng 1, cột 3: tên mục phải là chữ"),
        (b"\xff\xfea", "tệp không phải là chữ UTF-8"),
        (b"a: \x00", "không đọc được, sai cách viết YAML ()"),
        (b"a: " + b"x" * MOST_BYTES, f"tệp lớn hơn {MOST_BYTES // 1024} kB"),
    ],
)
def test_file_that_no_rate_file_needs_is_refused_before_it_is_built(content, sentence):
    assert sentences(content) == [sentence]


def test_yaml_bomb_costs_nothing():
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert sentences("\n".join(lines)) == ["dòng 1, cột 5: không dùng dấu & và * để lặp lại"]


def test_every_mistake_of_a_file_is_named_with_line_and_column():
    wrong = (
        NINH_THUAN.replace("level: 100", "level: 400")
        .replace('coefficient: "1.5"', "coefficient: 1.5")
        .replace('low: 2, high: "2.5"', 'low: 2, high: "0.5"')
        .replace("- genre: research", "- genre: resarch")
        .replace("low: 4, high: 5", "low: 4, high: 500")
    )
    lines = wrong.splitlines()
    found = examine_file(wrong.encode())[1]
    assert [(problem.path, lines[problem.line - 1][problem.column - 1 :][:8]) for problem in found] == [
        ("level", "400"),
        ("genres.news_item.rates[1].coefficient", "1.5}"),
        ("genres.article.rates[0]", "{basis: "),
        ("genres.resarch.genre", "resarch"),
        ("genres.video.rates[0].high", "500}"),
    ]
    assert (
        str(found[2])
        == f"dòng {found[2].line}, cột {found[2].column} (genres.article.rates[0]): mức thấp 2 lớn hơn mức cao 0.5"
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("rounding: 1", "rounding: 1\nlam_tron: 5", "dòng 17, cột 1: không có mục tên “lam_tron”"),
        ("rounding: 1", "rounding: 7", "dòng 16, cột 11 (rounding): “7” không thuộc: 1, 100, 1000"),
        (
            'from: "2020-01-01"',
            'from: "01/01/2020"',
            'dòng 10, cột 7 (from): “01/01/2020” không phải là ngày dạng "2026-07-01"',
        ),
        ("unit:\n  percent_of_base_salary: 10\n", "", "dòng 1, cột 1 (unit): thiếu mục này"),
    ],
)
def test_mistake_stands_where_the_editor_shows_it(old, new, sentence):
    found = sentences(NINH_THUAN.replace(old, new))
    expected = re.sub(r"dòng \d+", f"dòng {line_of(NINH_THUAN.replace(old, new), new)}", sentence)
    assert found == [expected]


def line_of(text: str, new: str) -> int:
    """The line of what was put in; the first entry of the file where something was left out."""
    if not new:
        return next(number for number, line in enumerate(text.splitlines(), 1) if not line.startswith("#"))
    return next(number for number, line in enumerate(text.splitlines(), 1) if line == new.splitlines()[-1])


def test_problems_speak_english_when_asked():
    with translation.override("en"):
        assert sentences("a: 1\na: 2\n") == ["line 2, column 1: the entry “a” is written twice"]


def test_plain_words_mean_what_editors_take_them_for():
    """YAML 1.2: yes is a word, 010 no octal; a bare day stays the text that it is."""
    text = schedule_text(rules_mapping()).replace("'2024-01-01'", "2024-01-01").replace("code: bieu-thu", "code: yes")
    read = read_schedule_file(text.encode())
    assert (read["from"], read["code"]) == ("2024-01-01", "yes")
    with pytest.raises(PaymentError, match="schedule_file_wrong"):
        read_schedule_file(text.replace("rounding: 1", "rounding: 1").encode() + b"rounding: 0144\n")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_file_says_which_schema_it_keeps_and_nothing_that_editors_take_otherwise(path):
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=../schedule.schema.json"
    assert (path.parent / "../schedule.schema.json").resolve().exists()
    assert read_schedule_file(text.encode()) == yaml.safe_load(text)
    assert (
        not re.search(r": (?:\d+_\d+|\d{4}-\d\d-\d\d|yes|no|on|off)\b(?!\")", re.sub(r'"[^"]*"', '""', text))
        or "helper: off" in text
    )


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_order(value):
    if isinstance(value, dict):
        return [(key, in_order(each)) for key, each in value.items()]
    return [in_order(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_file_comes_back_without_loss(path):
    rules = read_schedule_file(path.read_bytes())
    text = schedule_text(rules)
    assert in_order(read_schedule_file(text.encode())) == in_order(rules)
    assert schedule_text(read_schedule_file(text.encode())) == text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random_rules())
def test_any_schedule_comes_back_without_loss(rules):
    SCHEMA.validate(rules)
    schedule = schedule_from_mapping(rules)
    written = mapping_from_schedule(schedule)
    read = read_schedule_file(schedule_text(written).encode())
    assert in_order(read) == in_order(written)
    assert schedule_from_mapping(read) == schedule
    assert differences(schedule, schedule) == []


def test_stored_schedule_is_exported_with_the_day_on_which_it_was_closed(world):
    before = read_schedule_file(export_schedule(world.schedule).encode())
    assert before == world.schedule.rules
    with clock.at(at(JULY)):
        closed = rates.close_schedule(
            actor=world.actor("holder"), schedule=world.schedule, until=date(2026, 9, 1), reason="Hết hiệu lực"
        )
    assert read_schedule_file(export_schedule(closed).encode()) == before | {"until": "2026-09-01"}


# ── the schema ───────────────────────────────────────────────────────────────────────────────────────────────────────

# What no shape can say: it takes two entries, or the value of a number that is written as text.
SEMANTIC = {
    "twice",
    "upside_down",
    "dates_upside_down",
    "cycle",
    "percent_of_nothing",
    "no_photo_rate",
    "share_of_paid_photos",
}
WRONG = [None, True, -1, "-1", 1.5, "", "x", [], {}, 0, 301, 10**10, ["x"], "01/07/2026"]


def places(value, path=()):
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from places(each, (*path, key))


def spoiled():
    for path in places(EVERYTHING):
        for wrong in ["left out", "added", *random.Random(f"{path}").sample(WRONG, 2)]:
            mapping = copy.deepcopy(EVERYTHING)
            inside = mapping
            for step in path[:-1]:
                inside = inside[step]
            if wrong == "left out":
                del inside[path[-1]]
            elif wrong != "added":
                inside[path[-1]] = copy.deepcopy(wrong)
            elif isinstance(inside, dict):
                inside["khac"] = 1
            yield path, wrong, mapping


def test_schema_and_reader_refuse_the_same_files():
    differ, refused = [], 0
    for path, wrong, mapping in spoiled():
        try:
            schedule_from_mapping(mapping)
            code = ""
        except ScheduleError as problem:
            code = problem.code
        fits = SCHEMA.is_valid(mapping)
        refused += bool(code)
        if bool(code) == fits and code not in SEMANTIC:
            differ.append((path, wrong, code))
    assert differ == []
    assert refused > 400


def test_schema_knows_the_level_of_the_parents_table():
    thin = {"code": "xa", "from": "2026-07-01", "based_on": "parent", "level": 20}
    assert SCHEMA.is_valid(thin | {"decision": {"number": "5/QĐ"}, "until": None, "note": "x"})
    for wrong in ({"based_on": "other"}, {"level": 0}, {"genres": []}, {"unit": {"vnd": 1}}, {"rounding": 1}):
        assert not SCHEMA.is_valid(thin | wrong)
    assert not SCHEMA.is_valid({key: value for key, value in thin.items() if key != "level"})
    assert not SCHEMA.is_valid({key: value for key, value in rules_mapping().items() if key != "genres"})


# ── the figures of the law, typed in once more ───────────────────────────────────────────────────────────────────────

CAPS = {
    "news_item": 10,
    "reader_reply": 10,
    "interview": 30,
    "article": 30,
    "research": 30,
    "photo": 10,
    "art_photo": 10,
    "video": 50,
}
BAC_GIANG = {
    "news_item": ("1/2", "2"),
    "reader_reply": ("1/2", "2"),
    "interview": ("2", "5"),
    "article": ("2", "5"),
    "research": ("3", "10"),
    "photo": ("1/2", "1"),
    "art_photo": ("3", "3"),
    "video": ("1", "5"),
}
NINH_THUAN_POINTS = {
    ("news_item", "without_photo"): ("1", "1"),
    ("news_item", "with_photo"): ("1.5", "1.5"),
    ("news_item", "roundup"): ("1.2", "2.5"),
    ("news_item", "repost"): ("0.5", "0.5"),
    ("photo", "plains"): ("1.2", "1.5"),
    ("photo", "mountain"): ("1.5", "1.8"),
    ("article", ""): ("2", "2.5"),
    ("article", "commentary"): ("2.5", "3"),
    ("research", ""): ("3", "4"),
    ("video", ""): ("4", "5"),
}
BASE_SALARIES = [
    ("2013-07-01", 1_150_000, False),
    ("2016-05-01", 1_210_000, False),
    ("2017-07-01", 1_300_000, True),
    ("2018-07-01", 1_390_000, True),
    ("2019-07-01", 1_490_000, False),
    ("2023-07-01", 1_800_000, False),
    ("2024-07-01", 2_340_000, False),
    ("2026-07-01", 2_530_000, False),
]
# (whose, from, until, withheld percent or None for payroll, from which sum on, below it if asked)
TAX = [
    ("resident_no_contract", "2013-07-01", "2026-07-01", 10, 2_000_000, False),
    ("resident_no_contract", "2026-07-01", None, 10, 5_000_000, True),
    ("civil_servant_here", "2013-07-01", "2026-07-01", None, 0, False),
    ("civil_servant_here", "2026-07-01", None, None, 0, False),
    ("non_resident", "2013-07-01", "2026-07-01", 20, 0, False),
    ("non_resident", "2026-07-01", None, 20, 0, False),
]


def shipped(name):
    return schedule_from_mapping(read_rates(f"schedules/{name}.yaml"))


def bounds(basis):
    match basis:
        case CapOnly(high):
            return Fraction(0), high
        case basis if hasattr(basis, "coefficient"):
            return basis.coefficient, basis.coefficient
    return basis.low, basis.high


def test_caps_of_the_decree():
    caps = shipped("nd-18-2014-caps")
    assert {entry.genre: int(bounds(entry.rates[0].basis)[1]) for entry in caps.genres} == CAPS
    assert (caps.from_day, caps.until_day) == (date(2014, 6, 1), date(2026, 9, 1))
    assert caps.unit.percent_of_base_salary == 10
    assert [(cap.scope, cap.effect, cap.percent) for cap in caps.caps] == [("remuneration", "warn", 50)]


def test_table_of_bac_giang():
    table = shipped("bac-giang-570-2013")
    assert {entry.genre: bounds(entry.rates[0].basis) for entry in table.genres} == {
        genre: (Fraction(low), Fraction(high)) for genre, (low, high) in BAC_GIANG.items()
    }
    assert {entry.genre for entry in table.genres if entry.photos == "paid_each"} == {
        "news_item",
        "reader_reply",
        "interview",
        "article",
        "research",
    }
    assert (table.unit.percent_of_base_salary, table.level, table.decision.number) == (10, 100, "570/2013/QĐ-UBND")


def test_table_of_ninh_thuan_and_its_lower_pages():
    table = shipped("ninh-thuan-23-2020")
    found = {(entry.genre, rate.variant): bounds(rate.basis) for entry in table.genres for rate in entry.rates}
    assert found == {key: (Fraction(low), Fraction(high)) for key, (low, high) in NINH_THUAN_POINTS.items()}
    assert {entry.photos for entry in table.genres} == {"included"}
    lower = shipped("ninh-thuan-2157-2020")
    assert (lower.level, lower.genres, lower.unit) == (20, table.genres, table.unit)
    (line,) = lines_of(lower, piece(variant="with_photo", coefficient=None))
    assert line.amount == 75_900


def test_base_salaries_and_their_marks_of_doubt():
    document = read_rates("base-salary.yaml")["base_salaries"]
    assert [(row["from"], row["vnd"], row.get("doubt", False)) for row in document] == BASE_SALARIES
    assert [row["until"] for row in document] == [*(row["from"] for row in document[1:]), None]
    assert all(row["legal_basis"] for row in document)
    decrees = {row["from"]: row["legal_basis"] for row in document}
    assert [decrees[day] for day in ("2019-07-01", "2023-07-01", "2024-07-01", "2026-07-01")] == [
        f"Nghị định {number}/NĐ-CP" for number in ("38/2019", "24/2023", "73/2024", "161/2026")
    ]


def test_tax_rules_as_the_law_has_them():
    document = read_rates("tax-rules.yaml")["rules"]
    found = [
        (
            row["statuses"][0],
            row["from"],
            row["until"],
            row.get("percent"),
            row.get("threshold", 0),
            row.get("below_if_asked", False),
        )
        for row in document
        if row["statuses"] != ["other_body"]
    ]
    assert found == TAX
    assert all(row["legal_basis"] for row in document)
    assert {row["id"] for row in document if row.get("doubt")} == {"tncn-2013-co-quan-khac", "tncn-2026-co-quan-khac"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_schedule_names_its_legal_basis_for_every_line(path):
    schedule = shipped(path.stem)
    assert schedule.source.legal_basis
    assert [entry.genre for entry in schedule.genres if not entry.source.legal_basis] == []


# ── what changes ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_difference_of_two_schedules_in_plain_words():
    old = rules_mapping()
    new = rules_mapping(
        level=20,
        genres=[
            {"genre": "news_item", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 3}]},
            {"genre": "article", "rates": [{"basis": "coefficient_range", "low": 2, "high": 5}], "photos": "paid_each"},
            {"genre": "photo", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 1}]},
            {"genre": "video", "rates": [{"basis": "vnd_per_piece", "vnd": 300_000}]},
        ],
        roles=[{"role": "approver", "basis": "vnd_per_piece", "vnd": 20_000}],
    )
    there = [change.sentence for change in differences(schedule_from_mapping(old), schedule_from_mapping(new))]
    assert there == [
        "Trang này hưởng: 100 % của biểu → 20 % của biểu",
        "Tin: hệ số 0,5 – 2 → hệ số 0,5 – 3",
        "thêm Bài viết, ảnh trong bài: trả riêng từng ảnh",
        "thêm Video: 300.000 đ mỗi tác phẩm",
        "thêm Duyệt: 20.000 đ mỗi tác phẩm (thù lao)",
    ]
    back = [change.sentence for change in differences(schedule_from_mapping(new), schedule_from_mapping(old))]
    assert "bỏ Video (300.000 đ mỗi tác phẩm)" in back


def test_words_that_move_no_amount_stand_aside():
    old = rules_mapping()
    new = copy.deepcopy(old)
    new["genres"][0] |= {"legal_basis": "Điều 3", "note": "xem lại"}
    new["genres"][0]["rates"][0]["high"] = 3
    found = differences(schedule_from_mapping(old), schedule_from_mapping(new))
    assert sorted(change.aside for change in found) == [False, True, True]
    assert [change.after for change in found if not change.aside] == ["hệ số 0,5 – 3"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random_rules(), random_rules())
def test_schedules_differ_in_words_exactly_where_they_differ(first, second):
    one, other = schedule_from_mapping(first), schedule_from_mapping(second)
    assert (differences(one, other) == []) == (one == other)


def test_every_single_change_is_told():
    """Each leaf of a schedule that says everything, changed alone, makes a difference in words."""
    whole = schedule_from_mapping(EVERYTHING)
    untold = []
    for path in places(EVERYTHING):
        for wrong in [
            "Chữ khác",
            3,
            "2.5",
            1,
            100,
            "hard",
            "warn",
            "2026-12-12",
            "payment",
            True,
            "head",
            "A2",
            "up",
            "video",
        ]:
            mapping = copy.deepcopy(EVERYTHING)
            inside = mapping
            for step in path[:-1]:
                inside = inside[step]
            inside[path[-1]] = wrong
            try:
                changed = schedule_from_mapping(mapping)
            except ScheduleError:
                continue
            if changed != whole and not differences(whole, changed):
                untold.append((path, wrong))
    assert untold == []


# ── what is missing ──────────────────────────────────────────────────────────────────────────────────────────────────


def gap_codes(rules):
    return [(gap.code, gap.subject) for gap in gaps_of(schedule_from_mapping(rules))]


def test_gaps_of_a_schedule_are_named(world):
    rules = rules_mapping(
        **{"from": "2012-01-01"},
        genres=[
            {"genre": "news_item", "rates": [{"variant": "with_photo", "basis": "coefficient", "coefficient": 11}]},
            {"genre": "photo", "rates": [{"basis": "coefficient", "coefficient": 1, "doubt": True}]},
        ],
        roles=[{"role": "publisher", "basis": "coefficient", "coefficient": 12}],
    )
    assert gap_codes(rules) == [
        ("no_decision", ""),
        ("genre_only_variants", "news_item"),
        ("genre_without_rate", "article"),
        ("genre_without_rate", "video"),
        ("role_without_rule", "approver"),
        ("no_base_salary", "2012-01-01"),
        ("above_cap", "news_item"),
        ("helper_above_author", "publisher"),
        ("helper_above_author", "publisher"),
        ("in_doubt", "genres.photo."),
    ]
    words = [gap.sentence for gap in gaps_of(schedule_from_mapping(rules))]
    assert words[1] == "Thể loại “Tin” chỉ có mức cho từng dạng, chưa có mức chung."
    assert words[4] == "Phần việc “duyệt” (phó ban, trưởng ban) chưa có mức."
    assert words[5] == "Chưa có mức lương cơ sở cho ngày 01/01/2012."
    assert words[6] == "“Tin”: hệ số 11 cao hơn mức tối đa 10 của 18/2014/NĐ-CP."


def test_roles_that_people_were_credited_with_want_a_rule(world):
    world.published("lan")
    full = {key: value for key, value in world.schedule.rules.items() if key != "roles"}
    assert [gap for gap in gap_codes(full) if gap[0] == "role_without_rule"] == [
        ("role_without_rule", "approver"),
        ("role_without_rule", "publisher"),
    ]
    seated = full | {"pools": [{"pool": "b", "percent": 50, "weights": {"head": 1, "deputy": 1, "publisher": 1}}]}
    assert [gap for gap in gap_codes(seated) if gap[0] == "role_without_rule"] == []


def test_schedule_without_gaps_has_none(world):
    assert gap_codes(world.schedule.rules) == []


# ── from draft to replaced ───────────────────────────────────────────────────────────────────────────────────────────


def drafted(world, since="2026-10-01", **changes):
    rules = dict(world.schedule.rules) | {"code": f"moi-{since}", "from": since} | changes
    return rates.draft_schedule(actor=world.actor("admin"), rules=rules)


def refused(call):
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value


def test_file_becomes_a_draft_and_a_wrong_one_nothing(world):
    draft = draft_from_file(actor=world.actor("admin"), content=NINH_THUAN.encode())
    assert (draft.state, draft.title, draft.decision_number) == (
        "draft",
        "Quyết định 23/2020 tỉnh Ninh Thuận (cổng tỉnh)",
        "23/2020/QĐ-UBND",
    )
    before = RateSchedule.objects.count()
    problem = refused(
        lambda: draft_from_file(
            actor=world.actor("admin"), content=NINH_THUAN.replace("level: 100", "level: -5").encode()
        )
    )
    assert (problem.code, problem.values["count"], RateSchedule.objects.count()) == ("schedule_file_wrong", 1, before)
    assert "(level): -5 nằm ngoài khoảng 0 đến 300" in problem.message("vi")
    assert refused(lambda: draft_from_file(actor=world.actor("accountant"), content=b"x")).code == "not_allowed"


def test_draft_of_a_shipped_table_and_of_a_copy_wait_for_our_own_decision(world):
    mine = rates.draft_shipped(actor=world.actor("admin"), name="bac-giang-570-2013", effective_from=date(2026, 9, 1))
    assert (mine.effective_from, mine.effective_until, mine.decision_number) == (date(2026, 9, 1), None, "")
    again = rates.draft_copy(actor=world.actor("admin"), schedule=world.schedule, effective_from=date(2026, 10, 1))
    assert (again.rules["genres"], again.decision_number) == (world.schedule.rules["genres"], "")
    assert again.rules["code"] != world.schedule.rules["code"]
    assert (
        refused(
            lambda: rates.draft_shipped(
                actor=world.actor("admin"), name="../base-salary", effective_from=date(2026, 9, 1)
            )
        ).code
        == "not_found"
    )


def test_gaps_are_filled_or_accepted_on_record(world):
    draft = drafted(world, roles=[])
    problem = refused(lambda: rates.put_in_force(actor=world.actor("holder"), schedule=draft))
    assert (problem.code, problem.field) == ("schedule_has_gaps", "gaps_reason")
    assert "Phần việc “duyệt” (phó ban, trưởng ban) chưa có mức." in problem.message("vi")
    assert world.fresh(draft).state == "draft"
    rates.put_in_force(
        actor=world.actor("holder"), schedule=draft, gaps_reason=" Ban biên tập làm không hưởng thù lao "
    )
    event = Event.objects.filter(kind="schedule.in_force").order_by("-pk").first()
    assert event.facts["gaps"] == ["role_without_rule:approver", "role_without_rule:publisher"]
    assert event.facts["reason"] == "Ban biên tập làm không hưởng thù lao"


def test_schedule_in_force_is_replaced_the_day_the_next_one_begins(world):
    rates.put_in_force(actor=world.actor("holder"), schedule=drafted(world))
    old = world.fresh(world.schedule)
    assert (old.state, old.effective_until) == ("replaced", date(2026, 10, 1))
    assert [rates.schedule_on(world.portal, day).effective_from for day in (date(2026, 9, 30), date(2026, 10, 1))] == [
        date(2026, 7, 1),
        date(2026, 10, 1),
    ]


def test_schedule_in_force_is_frozen_also_for_raw_sql(world):
    row = world.schedule
    for sql in (
        "UPDATE payments_rateschedule SET rules = '{}' WHERE id = %s",
        "UPDATE payments_rateschedule SET title = 'khác' WHERE id = %s",
        "UPDATE payments_rateschedule SET state = 'draft' WHERE id = %s",
        "UPDATE payments_rateschedule SET effective_from = '2026-06-01' WHERE id = %s",
        "DELETE FROM payments_rateschedule WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="closed once"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [row.pk])
    admin, seen = world.actor("admin"), rates.fingerprint(row)
    assert (
        refused(lambda: rates.edit_draft(actor=admin, schedule=row, rules=row.rules, seen=seen)).code
        == "schedule_not_draft"
    )
    assert refused(lambda: rates.discard_draft(actor=admin, schedule=row, seen=seen)).code == "schedule_not_draft"


def test_schedule_is_closed_once(world):
    holder = world.actor("holder")

    def close(until, reason="Hết hiệu lực"):
        return rates.close_schedule(actor=holder, schedule=world.schedule, until=until, reason=reason)

    assert refused(lambda: close(date(2026, 9, 1), " \u200b ")).code == "close_reason_missing"
    assert refused(lambda: close(date(2026, 7, 1))).code == "close_day_wrong"
    assert close(date(2026, 9, 1)).effective_until == date(2026, 9, 1)
    assert refused(lambda: close(date(2026, 10, 1))).code == "schedule_not_open"
    assert (
        refused(
            lambda: rates.close_schedule(actor=holder, schedule=drafted(world), until=date(2027, 1, 1), reason="x")
        ).code
        == "schedule_not_open"
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_rateschedule SET effective_until = '2026-12-01' WHERE id = %s", [world.schedule.pk]
        )
    assert rates.schedule_on(world.portal, date(2026, 9, 1)) is None


def test_draft_is_edited_and_discarded_as_it_was_seen(world):
    admin, draft = world.actor("admin"), drafted(world)
    seen = rates.fingerprint(draft)
    edited = rates.edit_draft(actor=admin, schedule=draft, rules=draft.rules | {"level": 20}, seen=seen)
    assert (edited.rules["level"], rates.fingerprint(edited) != seen) == (20, True)
    assert (
        refused(lambda: rates.edit_draft(actor=admin, schedule=draft, rules=draft.rules, seen=seen)).code
        == "stale_version"
    )
    assert refused(lambda: rates.put_in_force(actor=admin, schedule=draft, seen=seen)).code == "stale_version"
    assert refused(lambda: rates.discard_draft(actor=admin, schedule=draft, seen=seen)).code == "stale_version"
    rates.discard_draft(actor=admin, schedule=draft, seen=rates.fingerprint(edited))
    assert not RateSchedule.objects.filter(pk=draft.pk).exists()


def test_putting_in_force_and_closing_want_the_second_factor(world):
    draft = drafted(world)
    unproven = Actor(
        kind="person",
        portal_id=world.portal.pk,
        account_id=world.accounts["holder"].pk,
        capabilities=frozenset({"account_holder"}),
        proof="needed",
    )
    assert refused(lambda: rates.put_in_force(actor=unproven, schedule=draft)).code == "second_factor_needed"
    assert (
        refused(
            lambda: rates.close_schedule(actor=unproven, schedule=world.schedule, until=date(2027, 1, 1), reason="x")
        ).code
        == "second_factor_needed"
    )


def test_schedule_of_another_portal_is_not_found(world):
    other = build_world(slug="xa-khac")
    with portal_scope(other.portal):
        assert (
            refused(lambda: rates.put_in_force(actor=other.actor("holder"), schedule=world.schedule)).code
            == "not_found"
        )


def test_two_schedules_of_one_code_in_a_run_keep_their_own_rates():
    """A copy may keep the code of what it was copied from."""
    old = schedule_with(until="2026-07-15", genres=one_genre(rate={"basis": "coefficient", "coefficient": 1}))
    new = schedule_with(**{"from": "2026-07-15"}, genres=one_genre(rate={"basis": "coefficient", "coefficient": 2}))
    works = [piece("tin-1", published_on=date(2026, 7, 14)), piece("tin-2", published_on=date(2026, 7, 15))]
    assert [line.amount for line in compute(run_of(old, new), works)] == [253_000, 506_000]


# ── a percent of the parent's table ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def province(world):
    """The world's portal is a page of a province that pays by Ninh Thuận's table."""
    parent = build_world(slug="tinh-mau")
    with portal_scope(parent.portal):
        RateSchedule.objects.filter(pk=parent.schedule.pk).update(effective_until=date(2026, 7, 2))
        table = read_rates("schedules/ninh-thuan-23-2020.yaml") | {"from": "2026-07-02", "code": "tinh-1"}
        rates.put_in_force(
            actor=parent.actor("holder"),
            schedule=rates.draft_schedule(actor=parent.actor("admin"), rules=table),
            gaps_reason="Thử",
        )
    Portal.objects.filter(pk=world.portal.pk).update(parent=parent.portal)
    world.portal.refresh_from_db()
    return parent


THIN = {
    "code": "xa-20",
    "title": {"vi": "20 % biểu của tỉnh"},
    "decision": {"number": "7/QĐ-UBND"},
    "from": "2026-08-01",
    "based_on": "parent",
    "level": 20,
}


def in_force_thin(world, **changes):
    draft = rates.draft_schedule(actor=world.actor("admin"), rules=THIN | changes)
    return rates.put_in_force(actor=world.actor("holder"), schedule=draft, gaps_reason="Theo tỉnh")


def test_portal_pays_its_level_of_the_provinces_table(world, province):
    row = in_force_thin(world)
    assert row.rules == THIN
    schedule = rates.as_dated(rates.schedule_on(world.portal, date(2026, 8, 3)))
    assert (schedule.level, schedule.decision.number, schedule.code) == (20, "7/QĐ-UBND", "xa-20@tinh-1")
    (line,) = lines_of(
        schedule,
        piece(variant="with_photo", coefficient=None, published_on=date(2026, 8, 3)),
        period_until=date(2026, 9, 1),
    )
    assert (line.amount, explain(line.template, line.values)) == (
        75_900,
        "1,5 × 253.000 đ × 20 % = 75.900 đ; làm tròn đến đồng",
    )
    assert read_schedule_file(export_schedule(row).encode()) == THIN
    assert rates.schedule_of(row).genres == schedule.genres


def test_new_table_of_the_province_holds_for_its_portals_from_its_first_day(world, province):
    in_force_thin(world)
    with portal_scope(province.portal):
        table = read_rates("schedules/bac-giang-570-2013.yaml") | {"from": "2026-09-01", "code": "tinh-2"}
        rates.put_in_force(
            actor=province.actor("holder"),
            schedule=rates.draft_schedule(actor=province.actor("admin"), rules=table),
            gaps_reason="Thử",
        )
    rows = rates.schedule_rows(world.portal, date(2026, 7, 1), date(2026, 10, 1))
    assert [(row.rules["code"], row.effective_from, row.effective_until) for row in rows] == [
        ("mau-2026", date(2026, 7, 1), date(2026, 8, 1)),
        ("xa-20@tinh-1", date(2026, 8, 1), date(2026, 9, 1)),
        ("xa-20@tinh-2", date(2026, 9, 1), None),
    ]
    snapshot = rates.snapshot_rules(world.portal, rows)
    schedules, _ = rates.rules_of_snapshot(snapshot)
    assert [(schedule.level, genre_rate(schedule, "art_photo") is not None) for schedule in schedules] == [
        (100, True),
        (20, False),
        (20, True),
    ]


def test_run_over_a_level_of_the_parents_table(world, province, work_jobs):
    from payments.runs import compute_run, freeze_run

    in_force_thin(world)
    with clock.at(at("2026-08-03T09:00")):
        piece_ = world.approved("lan", coefficient="2.5", genre="article")
    with clock.at(at("2026-08-04T09:00")):
        from contributors import newsroom

        newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece_, seen_version=piece_.version, url="https://xa.example/bai"
        )
        run = world.run(since="2026-08-01", until="2026-09-01", pay="2026-09-05")
        run = freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    work_jobs()
    from payments.models import DraftLine

    author = DraftLine.objects.get(run=run, role="author")
    assert (author.amount, Decimal(author.amount)) == (126_500, Decimal("2.5") * 253_000 / 5)


def test_level_of_a_table_that_nobody_has_is_refused(world):
    problem = refused(lambda: rates.draft_schedule(actor=world.actor("admin"), rules=THIN))
    assert (problem.code, problem.field) == ("no_parent_schedule", "based_on")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"based_on": "tỉnh"}, "based_on"),
        ({"level": 0}, "level"),
        ({"genres": []}, "genres"),
        ({"code": 5}, "code"),
        ({"from": "1/8/2026"}, "from"),
    ],
)
def test_level_says_nothing_that_the_table_says(world, province, changes, field):
    problem = refused(lambda: rates.draft_schedule(actor=world.actor("admin"), rules=THIN | changes))
    assert (problem.code, problem.field) == ("schedule_wrong", field)
    assert len(sentences(schedule_text(THIN | changes))) == (0 if field == "from" else 1)


def test_file_that_is_based_on_a_parent_needs_one():
    with pytest.raises(PaymentError, match="schedule_wrong"):
        schedule_in_file(schedule_text(THIN).encode())


def test_guide_of_rates_names_no_file_that_is_not_there():
    guide = (Path(RATES).parents[1] / "docs" / "change-a-rate.md").read_text(encoding="utf-8")
    for name in re.findall(r"`(payments/[\w/.-]+\.(?:yaml|json))`", guide):
        assert (Path(RATES).parents[1] / name).exists(), name
