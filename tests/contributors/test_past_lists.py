"""Lists of past years: columns said, people matched, sums proven, written all or none, undone as a whole; no money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Contributor, Credit, Event, PastWork, Piece, SheetImport
from contributors.output import figures
from contributors.output_tables import output_of
from contributors.past_counts import past_counts
from contributors.past_lists import (
    check_past_list,
    choose_past_people,
    confirm_past_list,
    discard_past_list,
    headings_of,
    past_lists,
    past_preview,
    past_template,
    set_past_columns,
    undo_past_list,
    written_months,
)
from contributors.refusals.past import MESSAGES
from contributors.scopes import portal_scope
from contributors.spreadsheets import write_table
from payments.books import check_books
from payments.models import Run
from payments.report_periods import Period
from payments.runs import freeze_run
from payments.superiors import side_by_side
from tests.factories.world import World, at

NOW = at("2026-08-03T08:00")
HEADINGS = ["Tháng", "Họ và tên", "Đơn vị", "Tên bài", "Thể loại", "Số lượng", "Thành tiền"]
COLUMNS = dict(zip(("month", "person", "unit", "title", "genre", "quantity", "amount"), HEADINGS, strict=True))
LAN = ["03/2024", "Nguyễn Thị Lan", "Ấp Mẫu", "Mùa gặt", "Tin", "1", "50.000 đ"]
ROWS = [
    LAN,
    ["15/03/2024", "Nguyễn Thị Lan", "Ấp Mẫu", "Chùm ảnh hội làng", "Chùm ảnh", "6", "120000"],
    ["4/2024", "Người Mới Toanh", "", "", "", "2", "80000"],
    ["", "Cộng", "", "", "", "", "250.000"],
]


@pytest.fixture(autouse=True)
def _august():
    with clock.at(NOW):
        yield


def checked(world: World, rows=ROWS, headings=HEADINGS, name: str = "head", **changed) -> SheetImport:
    content = "\n".join(",".join(row) for row in [headings, *rows]).encode()  # a workbook says when it was made
    sheet = check_past_list(actor=world.actor(name), content=content, file_name="so-cu.csv")
    columns = {key: said for key, said in (COLUMNS | changed).items() if said in headings}
    return set_past_columns(actor=world.actor(name), sheet=sheet, columns=columns)


def preview(world: World, sheet: SheetImport):
    return past_preview(actor=world.actor("head"), sheet=sheet)


def choose(world: World, sheet: SheetImport, **choices: str) -> SheetImport:
    keys = {one.name: one.key for one in preview(world, sheet).people}
    by_key = {keys[name.replace("_", " ")]: choice for name, choice in choices.items()}
    return choose_past_people(actor=world.actor("head"), sheet=sheet, choices=by_key)


def written(world: World, rows=ROWS, choice: str = "new") -> SheetImport:
    sheet = checked(world, rows)
    for one in preview(world, sheet).doubts:
        sheet = choose_past_people(actor=world.actor("head"), sheet=sheet, choices={one.key: choice})
    return confirm_past_list(actor=world.actor("head"), sheet=sheet, seen=preview(world, sheet).seen)


def test_a_list_is_read_as_offices_write_it(world: World) -> None:
    found = preview(world, checked(world))
    assert [(row.number, row.month, row.quantity, row.amount) for row in found.rows] == [
        (2, date(2024, 3, 1), 1, 50_000),
        (3, date(2024, 3, 1), 6, 120_000),
        (4, date(2024, 4, 1), 2, 80_000),
    ]
    assert found.wrong == ()
    lan, new = found.people
    assert (lan.matched, lan.open) == (world.people["lan"].pk, False)
    assert (new.matched, new.open, new.candidates) == (None, True, ())
    assert [(each.works, each.amount, each.equal) for each in found.months] == [(7, 170_000, True), (2, 80_000, True)]


def test_columns_are_said_by_a_person(world: World) -> None:
    headings = ["Tháng", "Ai viết", "Ghi chú", "Tiền"]
    content = write_table(headings, [["3/2024", "Nguyễn Thị Lan", "x", "5000"]], "Sổ")
    sheet = check_past_list(actor=world.actor("head"), content=content, file_name="so.xlsx")
    assert sorted(headings_of(sheet)) == sorted(headings)
    with pytest.raises(DomainError, match="past_columns_open"):
        preview(world, sheet)
    columns = {"month": "Tháng", "person": "Ai viết", "amount": "Tiền", "title": ""}
    sheet = set_past_columns(actor=world.actor("head"), sheet=sheet, columns=columns)
    [row] = preview(world, sheet).rows
    assert (row.name, row.amount, row.title) == ("Nguyễn Thị Lan", 5000, "")


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        (0, "mười ba", "month"),
        (0, "13/2024", "month"),
        (0, "9/2026", "ahead"),
        (0, "7/2026", "in_system"),
        (1, "", "person"),
        (2, "Ấp Không Có", "unit"),
        (4, "Thơ", "genre"),
        (5, "0", "quantity"),
        (5, "hai", "quantity"),
        (6, "năm chục", "amount"),
        (6, "-5000", "amount"),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_column(world: World, column, cell, problem) -> None:
    world.published("lan")
    wrong = [cell if place == column else said for place, said in enumerate(LAN)]
    sheet = checked(world, [LAN, wrong])
    key = list(COLUMNS)[column]
    [row] = preview(world, sheet).wrong
    assert (row.number, row.problems) == (3, ((key, problem),))
    with pytest.raises(DomainError, match="sheet_has_wrong_rows"):
        confirm_past_list(actor=world.actor("head"), sheet=sheet, seen=preview(world, sheet).seen)
    assert not PastWork.objects.exists()


def test_a_line_that_sums_up_is_compared(world: World) -> None:
    total = ["", "Tổng cộng", "", "", "", "", "49.000"]
    [row] = preview(world, checked(world, [LAN, total])).wrong
    assert (row.number, row.problems) == (3, (("amount", "total_differs"),))


@pytest.mark.parametrize("said", ["Cộng", "TỔNG CỘNG", "Tổng số:", "Cộng tháng 3/2024", "Tổng năm 2024"])
def test_lines_that_sum_up_are_known_by_their_words(world: World, said: str) -> None:
    assert preview(world, checked(world, [LAN, [said, *[""] * 5, "50000"]])).rows[-1].number == 2


def test_a_work_without_its_person_is_no_sum(world: World) -> None:
    [row] = preview(world, checked(world, [LAN, ["3/2024", "", "", "Tổng kết phong trào", "", "", ""]])).wrong
    assert row.problems == (("person", "person"),)


def test_same_names_are_asked_about(world: World) -> None:
    other = Contributor.objects.get(pk=world.people["hoa"].pk)
    rows = [[*LAN[:1], other.full_name, "", *LAN[3:]]]
    sheet = checked(world, rows)
    [doubt] = preview(world, sheet).doubts
    assert [each.pk for each in doubt.candidates] == [other.pk]
    with pytest.raises(DomainError, match="past_people_open"):
        confirm_past_list(actor=world.actor("head"), sheet=sheet, seen=preview(world, sheet).seen)
    sheet = choose_past_people(
        actor=world.actor("head"), sheet=sheet, choices={doubt.key: doubt.candidates[0].public_id}
    )
    before = Contributor.objects.count()
    confirm_past_list(actor=world.actor("head"), sheet=sheet, seen=preview(world, sheet).seen)
    assert (PastWork.objects.get().contributor_id, Contributor.objects.count()) == (other.pk, before)


def test_skipped_people_show_as_a_difference(world: World) -> None:
    sheet = choose(world, checked(world), Người_Mới_Toanh="skip")
    found = preview(world, sheet)
    assert [each.equal for each in found.months] == [True, False]
    assert (found.total.works, found.total.kept_works, found.total.kept_amount) == (9, 7, 170_000)
    confirm_past_list(actor=world.actor("head"), sheet=sheet, seen=found.seen)
    assert [row["works"] for row in written_months(sheet)] == [7]


def test_written_works_count_and_are_no_money(world: World) -> None:
    rows_before = (Piece.objects.count(), Credit.objects.count())
    sheet = written(world)
    new = Contributor.objects.get(full_name="Người Mới Toanh")
    assert (new.state, new.account_id) == ("recorded", None)
    assert (Piece.objects.count(), Credit.objects.count()) == rows_before
    year = (date(2024, 1, 1), date(2025, 1, 1))
    found = figures(world.portal, *year)
    assert (found.news, found.photos, found.documents, found.late, found.from_books) == (3, 6, 0, 0, 9)
    output = output_of(world.portal, *year)
    assert (sum(output.months.news), sum(output.months.photos)) == (3, 6)
    assert sum(row.total for row in output.units) == 3 == sum(share.pieces for share in output.genres)
    assert check_books(world.portal)
    assert all(finding.ok for finding in check_books(world.portal))
    assert sheet.written == 3


def test_no_run_pays_works_of_the_past(world: World) -> None:
    written(world, [["6/2026", *LAN[1:]]])
    world.published("lan", when="2026-07-05T08:00")
    run = world.run(since="2026-06-01", until="2026-08-01")
    run = freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    assert Run.objects.get(pk=run.pk).items.count() == 1


def test_superiors_count_them_too(world: World) -> None:
    from tests.payments.test_superiors import child_of

    below = child_of(world.portal, "xa-an", "Trang xã An")
    with portal_scope(below.portal):
        written(below)
        own = figures(below.portal, date(2024, 1, 1), date(2025, 1, 1))
    period = Period(date(2024, 1, 1), date(2025, 1, 1))
    [row] = side_by_side(actor=world.actor("head"), portal=world.portal, period=period).rows
    assert (row.now.news, row.now.photos) == (own.news, own.photos) == (3, 6)
    assert (row.now.units, row.now.silent) == (0, 0)


def test_a_list_is_undone_as_a_whole(world: World) -> None:
    sheet = written(world)
    with pytest.raises(DomainError, match="past_list_twice"):
        checked(world)
    undone = undo_past_list(actor=world.actor("head"), sheet=sheet, reason="Nhầm năm")
    assert (undone.state, PastWork.objects.count(), past_counts(date.min, date.max)) == ("undone", 0, [])
    assert Event.objects.get(kind="past_list.undone").facts == {"rows": 3, "reason": "Nhầm năm"}
    assert written(world).written == 3
    assert past_lists(world.actor("head")).count() == 2


def test_what_was_not_seen_is_not_written(world: World) -> None:
    sheet = choose(world, checked(world), Người_Mới_Toanh="new")
    seen = preview(world, sheet).seen
    choose(world, sheet, Người_Mới_Toanh="skip")
    with pytest.raises(DomainError, match="import_changed"):
        confirm_past_list(actor=world.actor("head"), sheet=sheet, seen=seen)


def test_the_template_reads_itself(world: World) -> None:
    sheet = check_past_list(actor=world.actor("head"), content=past_template(), file_name="mau.xlsx")
    sheet = set_past_columns(actor=world.actor("head"), sheet=sheet, columns=sheet.choices["columns"])
    assert preview(world, sheet).wrong == ()


def _differing(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    sheet = choose(world, checked(world), Người_Mới_Toanh="new")
    seen = preview(world, sheet).seen
    monkeypatch.setattr("contributors.past_lists.written_months", lambda _sheet: [])
    return lambda: confirm_past_list(actor=world.actor("head"), sheet=sheet, seen=seen)


def _open_people(world: World) -> Callable[[], object]:
    sheet = checked(world)
    return lambda: confirm_past_list(actor=world.actor("head"), sheet=sheet, seen="")


def _unmapped(world: World) -> Callable[[], object]:
    sheet = check_past_list(actor=world.actor("head"), content=past_template(), file_name="mau.xlsx")
    return lambda: preview(world, sheet)


def _discarded(world: World) -> Callable[[], object]:
    sheet = discard_past_list(actor=world.actor("head"), sheet=checked(world))
    return lambda: undo_past_list(actor=world.actor("head"), sheet=sheet, reason="Nhầm")


def _again(world: World) -> Callable[[], object]:
    written(world)
    return lambda: checked(world)


SITUATIONS: dict[str, Callable[..., Callable[[], object]]] = {
    "past_list_twice": _again,
    "past_column_wrong": lambda world: lambda: checked(world, person="Thành tiền"),
    "past_columns_open": _unmapped,
    "past_people_open": _open_people,
    "past_list_not_written": _discarded,
}


@pytest.mark.parametrize("code", SITUATIONS)
def test_each_refusal_has_its_situation_and_changes_nothing(world: World, code: str) -> None:
    act = SITUATIONS[code](world)
    before = PastWork.objects.count()
    with pytest.raises(DomainError, match=code):
        act()
    assert PastWork.objects.count() == before


def test_a_difference_after_writing_takes_everything_back(world: World, monkeypatch) -> None:
    act = _differing(world, monkeypatch)
    with pytest.raises(DomainError, match="past_sums_differ"):
        act()
    assert not PastWork.objects.exists()
    assert not Contributor.objects.filter(full_name="Người Mới Toanh").exists()


def test_every_refusal_is_tried() -> None:
    assert SITUATIONS.keys() | {"past_sums_differ"} == MESSAGES.keys()


@pytest.mark.parametrize("name", ["lan", "writer", "publisher", "accountant", "admin"])
def test_who_may_not(world: World, name: str) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        past_lists(world.actor(name))
    with pytest.raises(DomainError, match="not_allowed"):
        check_past_list(actor=world.actor(name), content=past_template(), file_name="mau.xlsx")
