"""The demo's source files, checked by the independent recount alone: no Django, no database, nothing of the product."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("recount.py")


def _recount() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_recount", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


recount = _recount()
SOURCE = recount.Source(recount.SOURCE)
TREE = recount.figures(SOURCE)
PEOPLE = SOURCE.people()
HALVES = ("first-half", "second-half")
PIECES = {half: {row["ref"]: row for row in SOURCE.rows[f"{half}/pieces"]} for half in HALVES}
UNFINISHED = {row["ref"]: row for row in SOURCE.rows["second-half/unfinished"]}
HOLIDAYS = {f"2024-02-{day:02d}" for day in range(8, 15)} | {  # Tết Giáp Thìn
    *("2024-01-01", "2024-04-18", "2024-04-29", "2024-04-30", "2024-05-01", "2024-09-02", "2024-09-03", "2025-01-01")
}


def _at_work(moment: str) -> bool:
    time = datetime.fromisoformat(moment)
    minute = time.hour * 60 + time.minute
    in_hours = 7 * 60 <= minute <= 11 * 60 + 30 or 13 * 60 + 30 <= minute <= 17 * 60
    return time.weekday() < 5 and moment[:10] not in HOLIDAYS and in_hours


def _credits(half: str, ref: str, *roles: str) -> list[dict[str, str]]:
    return [row for row in SOURCE.rows[f"{half}/credits"] if row["piece"] == ref and row["role"] in roles]


def _run(ref: str) -> dict[str, Any]:
    found: dict[str, Any] = next(run for run in TREE["runs"] if run["ref"] == ref)
    return found


def test_first_half_equals_the_report() -> None:
    assert TREE["first_half"] == {"pieces": 84, "photos": 252, "documents": 319, "board_members": 5, "contributors": 0}
    stated = SOURCE.portal["reported_figures"]
    assert {key: stated[key] for key in TREE["first_half"]} == TREE["first_half"]


def test_board_holds_the_five_duties_of_the_report() -> None:
    duties = ["head", "deputy", "writer", "publisher", "rapporteur"]
    assert [seat["seat"] for seat in SOURCE.portal["board"]] == duties
    assert {seat["from"] for seat in SOURCE.portal["board"]} == {date(2023, 9, 22)}


def test_first_half_has_no_score_and_only_board_credits() -> None:
    board = {seat["ref"] for seat in SOURCE.portal["board"]}
    assert {row["coefficient"] for row in PIECES["first-half"].values()} == {""}
    assert {row["coefficient"] for row in SOURCE.rows["first-half/photos"]} == {""}
    assert {row["person"] for row in SOURCE.rows["first-half/credits"]} <= board


RUNS = [  # pieces, lines, statements, gross, tax, net, held lines and đồng of the period
    ("run-2024-07", 15, 59, 9, 11_120_400, 521_820, 10_598_580, 0, 0),
    ("run-2024-08", 19, 77, 15, 14_727_000, 446_940, 14_280_060, 0, 0),
    ("run-2024-09", 21, 87, 17, 15_372_000, 465_426, 14_906_574, 0, 0),
    ("run-2024-10", 24, 96, 19, 18_340_200, 631_800, 17_708_400, 2, 514_800),
    ("run-2024-11", 23, 88, 18, 16_274_400, 273_780, 16_000_620, 3, 631_800),
    ("run-2024-12", 22, 90, 20, 15_963_600, 521_586, 15_442_014, 2, 538_200),
]


@pytest.mark.parametrize("stated", RUNS, ids=[row[0] for row in RUNS])
def test_run_totals_to_the_dong(stated: tuple[object, ...]) -> None:
    run = _run(str(stated[0]))
    keys = ("ref", "pieces", "lines", "statements", "gross", "tax", "net", "held_lines", "held_gross")
    assert tuple(run[key] for key in keys) == stated


def test_six_runs_cover_every_published_piece_once() -> None:
    assert TREE["total"] == {
        "pieces": 124,
        "lines": 497,
        "gross": 91_797_600,
        "tax": 2_861_352,
        "net": 88_936_248,
        "statements": 98,
        "fund_left": 68_202_400,
    }
    assert TREE["second_half"]["pieces"] == 124


@pytest.mark.parametrize(
    ("run", "person", "pay"),  # lines, gross, tax, net
    [
        ("run-2024-10", "ctv-02", (2, 2_761_200, 276_120, 2_485_080)),  # (9,0 + photos of 2,8) × 234.000
        ("run-2024-07", "ctv-03", (4, 1_638_000, 0, 1_638_000)),  # below 2.000.000: nothing withheld
        ("run-2024-11", "b-head", (24, 2_639_600, 0, 2_639_600)),  # civil servant here: not withheld here
        ("run-2024-11", "b-deputy", (1, 20_000, 0, 20_000)),  # approved the one piece of the head
        ("run-2024-12", "b-writer", (13, 5_215_860, 521_586, 4_694_274)),
        ("run-2024-12", "b-publisher", (22, 220_000, 0, 220_000)),
    ],
)
def test_pay_of_one_person_by_hand(run: str, person: str, pay: tuple[int, int, int, int]) -> None:
    assert tuple(_run(run)["people"][person].values()) == pay


def test_held_people_wait_in_every_later_run() -> None:
    assert [run["waiting"] for run in TREE["runs"]] == [
        {},
        {},
        {},
        {"ctv-17": "no_payee_details"},
        {"ctv-17": "no_payee_details", "ctv-22": "not_registered"},
        {"ctv-17": "no_payee_details", "ctv-22": "not_registered"},
    ]
    assert [run["waiting_lines"] for run in TREE["runs"]] == [0, 0, 0, 2, 5, 7]
    assert [run["waiting_gross"] for run in TREE["runs"]] == [0, 0, 0, 514_800, 1_146_600, 1_684_800]


def test_lines_of_a_piece_with_three_authors() -> None:
    piece = next(row for row in PIECES["second-half"].values() if row["title"].startswith("Ba ngôi trường"))
    lines = recount.lines_of(SOURCE, piece)
    authors = [(line.person, line.amount) for line in lines if line.role == "author"]
    assert authors == [("ctv-09", 238_680), ("ctv-13", 231_660), ("b-writer", 231_660)]  # 3,0 × 234.000 = 702.000
    flat = [(line.person, line.amount) for line in lines if line.role in ("approver", "publisher")]
    assert flat == [("b-head", 20_000), ("b-publisher", 10_000)]


def test_split_gives_the_short_dong_to_the_largest_remainder() -> None:
    shares = [("a", Fraction(34)), ("b", Fraction(33)), ("c", Fraction(33))]
    assert recount.split(101, shares) == [("a", 35), ("b", 33), ("c", 33)]
    with pytest.raises(ValueError, match="ties"):
        recount.split(75_901, [("a", Fraction(50)), ("b", Fraction(50))])


def test_rounding_is_half_up() -> None:
    halves = [Fraction(1, 2), Fraction(3, 2), Fraction(5, 2), Fraction(1, 3)]
    assert [recount.round_half_up(value) for value in halves] == [1, 2, 3, 0]


@pytest.mark.parametrize(
    ("gross", "status", "paid_on", "tax"),
    [
        (1_999_999, "resident_no_contract", date(2024, 8, 8), 0),
        (2_000_000, "resident_no_contract", date(2024, 8, 8), 200_000),
        (2_000_000, "hamlet_officer", date(2026, 6, 30), 200_000),
        (4_999_999, "resident_no_contract", date(2026, 7, 1), 0),
        (5_000_000, "resident_no_contract", date(2026, 7, 1), 500_000),
        (9_000_000, "civil_servant_here", date(2024, 8, 8), 0),
    ],
)
def test_tax_at_the_threshold(gross: int, status: str, paid_on: date, tax: int) -> None:
    assert recount.tax_withheld(SOURCE, gross=gross, status=status, paid_on=paid_on) == tax


def test_author_shares_are_a_hundred() -> None:
    for half in HALVES:
        for ref, piece in [*PIECES[half].items(), *(UNFINISHED.items() if half == "second-half" else [])]:
            creators = _credits(half, ref, "author", "videographer")
            if piece["genre"] == "photo":
                assert creators == [], ref
            else:
                assert sum(int(row["share"]) for row in creators) == 100, ref


def test_photographers_have_as_many_photos_as_credited() -> None:
    for half in HALVES:
        taken = Counter((row["piece"], row["photographer"]) for row in SOURCE.rows[f"{half}/photos"])
        credited = {
            (row["piece"], row["person"]): int(row["quantity"])
            for row in SOURCE.rows[f"{half}/credits"]
            if row["role"] == "photographer"
        }
        assert credited == dict(taken)
        for ref in {piece for piece, _ in credited}:
            numbers = [int(row["n"]) for row in SOURCE.rows[f"{half}/photos"] if row["piece"] == ref]
            assert numbers == list(range(1, len(numbers) + 1)), ref


def test_coefficients_stay_within_the_schedule() -> None:
    ranges = {
        row["genre"]: (Fraction(row["min"]), Fraction(row["max"])) for row in SOURCE.portal["rate_schedule"]["genres"]
    }
    scored = [*PIECES["second-half"].values(), *(row for row in UNFINISHED.values() if row["approved_at"])]
    for row in scored:
        if row["genre"] == "photo":
            assert row["coefficient"] == "", row["ref"]
            continue
        low, high = ranges[row["genre"]]
        assert low <= Fraction(row["coefficient"]) <= high, row["ref"]
        assert row["score_reason"], row["ref"]
    low, high = ranges["photo"]
    paid = {row["ref"] for row in scored}
    photos = [row for row in SOURCE.rows["second-half/photos"] if row["piece"] in paid]
    assert [row for row in photos if not low <= Fraction(row["coefficient"]) <= high] == []


def test_nobody_approves_their_own_work() -> None:
    for half in HALVES:
        for ref, piece in PIECES[half].items():
            hands = {row["person"] for row in _credits(half, ref, "author", "videographer", "photographer")}
            assert piece["approved_by"] not in hands, ref
            assert piece["submitted_by"] in hands, ref
            assert piece["approved_by"] == ("b-deputy" if "b-head" in hands else "b-head"), ref


def test_steps_come_in_order_and_in_office_hours() -> None:
    for half, rows in PIECES.items():
        bounds = next(each for each in SOURCE.portal["halves"] if each["folder"] == half)
        for ref, row in rows.items():
            steps = [row["submitted_at"]]
            if row["returned_at"]:
                steps += [row["returned_at"], row["resubmitted_at"]]
                assert row["return_reason"], ref
            steps += [row["approved_at"], row["published_at"]]
            assert steps == sorted(set(steps)), ref
            assert row["event_date"] <= steps[0][:10], ref
            assert bounds["from"] <= date.fromisoformat(steps[-1][:10]) < bounds["until"], ref
            assert all(_at_work(step) for step in steps[1:]), ref


def test_credits_come_after_registration_and_are_confirmed_before_approval() -> None:
    start = {row["ref"]: row["activated_at"] for row in SOURCE.rows["second-half/contributors"]}
    start |= {seat["ref"]: seat["from"].isoformat() for seat in SOURCE.portal["board"]}
    for half in HALVES:
        for row in SOURCE.rows[f"{half}/credits"]:
            piece = PIECES[half].get(row["piece"])
            if piece is None:
                assert row["piece"] in UNFINISHED
                continue
            if row["person"] == "ctv-22":
                assert row["confirmed_at"] == ""
                continue
            assert "" != start[row["person"]] < piece["submitted_at"], row
            assert piece["submitted_at"] <= row["confirmed_at"] < piece["approved_at"], row


def test_recorded_person_is_named_once_by_another() -> None:
    named = [row for row in SOURCE.rows["second-half/credits"] if row["person"] == "ctv-22"]
    assert [(row["role"], row["share"]) for row in named] == [("author", "40")]
    piece = PIECES["second-half"][named[0]["piece"]]
    person = next(row for row in SOURCE.rows["second-half/contributors"] if row["ref"] == "ctv-22")
    assert person["state"] == "recorded"
    assert (person["recorded_by"], person["recorded_at"]) == (piece["submitted_by"], piece["submitted_at"])


def test_contributors_by_state() -> None:
    states = Counter(row["state"] for row in SOURCE.rows["second-half/contributors"])
    assert states == {"active": 20, "applied": 1, "recorded": 1}
    units = {unit["ref"] for unit in SOURCE.portal["units"]}
    assert {row["unit"] for row in SOURCE.rows["second-half/contributors"]} <= units


def test_payee_details_are_invented_but_well_formed() -> None:
    holders = [*SOURCE.portal["board"], *SOURCE.rows["second-half/contributors"]]
    with_details = [row for row in holders if row["personal_id"]]
    assert len(with_details) == 24
    for row in with_details:
        year = int(row["birth_year"])
        digit = (2 if year >= 2000 else 0) + (row["sex"] == "f")
        assert re.fullmatch(rf"089{digit}{year % 100:02d}9000\d\d", row["personal_id"]), row["ref"]
        assert row["bank_bin"] in {"970405", "970415", "970418", "970422", "970436"}
        assert re.fullmatch(r"009900000\d{3}", row["bank_account"]), row["ref"]
    assert len({row["personal_id"] for row in with_details}) == len({row["bank_account"] for row in with_details}) == 24


def test_phones_follow_the_invented_pattern_and_are_unique() -> None:
    people = [*SOURCE.portal["board"], *SOURCE.portal["officers"], *SOURCE.rows["second-half/contributors"]]
    phones = [row["phone"] for row in people if row["phone"]]
    assert len(phones) == len(set(phones)) == 30
    assert [phone for phone in phones if not re.fullmatch(r"0900000\d{3}", phone)] == []


def test_payee_details_are_two_weeks_old_at_the_first_freeze() -> None:
    given = {
        row["ref"]: row["payee_given_at"] for row in [*SOURCE.portal["board"], *SOURCE.rows["second-half/contributors"]]
    }
    frozen = {run["ref"]: run["frozen_at"] for run in SOURCE.portal["runs"]}
    for run in TREE["runs"]:
        for ref in run["people"]:
            age = date.fromisoformat(frozen[run["ref"]][:10]) - date.fromisoformat(given[ref][:10])
            assert age >= timedelta(days=14), (run["ref"], ref)


def test_runs_follow_each_other_step_by_step() -> None:
    until = date(2024, 7, 1)
    for run in SOURCE.portal["runs"]:
        assert run["from"] == until
        until = run["until"]
        steps = [run[f"{step}_at"] for step in ("frozen", "computed")]
        steps += [run["review_from"], run["review_until"]]
        steps += [run[f"{step}_at"] for step in ("confirmed", "approved", "issued", "paid")]
        assert steps == sorted(set(steps)), run["ref"]
        assert until.isoformat() <= steps[0]
        assert run["paid_at"][:10] == run["payment_date"].isoformat()
        assert all(_at_work(step) for step in steps), run["ref"]
        hands = {
            credit["person"]
            for ref, piece in PIECES["second-half"].items()
            if run["from"].isoformat() <= piece["published_at"] < until.isoformat()
            for credit in _credits("second-half", ref, "author", "videographer", "photographer")
        }
        assert run["confirmed_by"] not in hands, run["ref"]
    assert [run["state"] for run in SOURCE.portal["runs"]] == ["paid"] * 5 + ["open"]


def test_one_piece_in_each_unfinished_state() -> None:
    assert {ref: row["state"] for ref, row in UNFINISHED.items()} == {
        "u-draft": "draft",
        "u-submitted": "submitted",
        "u-late": "submitted",
        "u-returned": "returned",
        "u-declined": "declined",
        "u-withdrawn": "withdrawn",
        "u-approved": "approved",
        "u-scheduled": "scheduled",
        "u-retracted": "retracted",
    }
    reasoned = {ref for ref, row in UNFINISHED.items() if row["reason"]}
    assert reasoned == {"u-returned", "u-declined", "u-withdrawn", "u-retracted"}


def test_refs_urls_and_document_numbers_are_unique() -> None:
    rows = [row for half in HALVES for kind in ("pieces", "documents") for row in SOURCE.rows[f"{half}/{kind}"]]
    rows += UNFINISHED.values()
    refs, urls = [row["ref"] for row in rows], [row["url"] for row in rows if row["url"]]
    titles = [row["title"] for row in rows]
    assert len(set(refs)) == len(refs) == 84 + 319 + 124 + 60 + 9
    assert len(set(urls)) == len(urls) == 84 + 319 + 124 + 60 + 1
    assert [title for title, times in Counter(titles).items() if times > 1] == []
    numbers = [row["number"] for half in HALVES for row in SOURCE.rows[f"{half}/documents"]]
    assert len(set(numbers)) == len(numbers) == 379


def test_documents_carry_number_type_date_and_signer() -> None:
    kinds = SOURCE.portal["document_types"]
    for half in HALVES:
        for row in SOURCE.rows[f"{half}/documents"]:
            assert row["title"].startswith(kinds[row["doc_type"]] + " "), row["ref"]
            assert row["issued_on"] <= row["published_at"][:10], row["ref"]
            assert row["signer"], row["ref"]
            assert _at_work(row["published_at"]), row["ref"]
    split = Counter(row["doc_type"] for row in SOURCE.rows["first-half/documents"])
    assert split == {"decision": 96, "plan": 58, "notice": 61, "report": 64, "official_letter": 40}


def test_texts_are_nfc_and_bodies_have_two_to_five_sentences() -> None:
    for path in sorted(recount.SOURCE.rglob("*.*")):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path.name
    for row in [*PIECES["first-half"].values(), *PIECES["second-half"].values(), *UNFINISHED.values()]:
        sentences = re.findall(r"[.?!…][\"”]?(?=\s+[\"“]?[A-ZĐÀ-Ỹ]|$)", row["body"])
        assert 2 <= len(sentences) <= 5, (row["ref"], len(sentences))
        assert row["topic"] in {topic["code"] for topic in SOURCE.portal["topics"]}, row["ref"]


def test_recount_imports_nothing_of_the_product() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert {name for name in imported if name not in sys.stdlib_module_names} == {"yaml"}


def test_recount_runs_alone(tmp_path: Path) -> None:
    asked = [sys.executable, str(SCRIPT), "--json"]
    printed = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(printed.stdout) == json.loads(json.dumps(TREE))
    table = subprocess.run(asked[:2], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "Tháng 12/2024" in table
    assert "15.963.600" in table
