"""Units over time: opened, renamed, merged, moved, closed; the past keeps its names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from contributors import clock, drafting, portals, seats, unit_history, unit_sheets, units
from contributors.actors import actor_for, in_force, system_actor
from contributors.errors import DomainError
from contributors.models import (
    Event,
    Grant,
    ImportState,
    Membership,
    SheetImport,
    Unit,
    UnitSuccession,
)
from contributors.spreadsheets import write_table
from tests.contributors.states import HOUR, everything
from tests.factories.world import OPENED, World, build_world

TODAY = HOUR.date()
JULY = date(2026, 7, 1)
BASIS = "12/NQ-HĐND"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def refused(code: str, attempt: Callable[[], object], field: str | None = None) -> DomainError:
    before = everything(), list(Unit.objects.order_by("pk").values())
    with pytest.raises(DomainError) as error:
        attempt()
    assert (error.value.code, error.value.field) == (code, field)
    assert (everything(), list(Unit.objects.order_by("pk").values())) == before
    return error.value


def open_unit(world: World, name: str, parent: Unit | None = None, kind: str = "hamlet", opened: date = OPENED) -> Unit:
    return portals.open_unit(actor=world.actor("head"), kind=kind, name=name, opened=opened, parent=parent)


def rename(world: World, unit: Unit, new_name: str, on: date = JULY, by: str = "head", **fields) -> Unit:
    given = {"legal_basis": BASIS} | fields
    return units.rename_unit(actor=world.actor(by), unit=unit, new_name=new_name, on=on, **given)


def merge(world: World, gone: list[Unit], into: Unit | str, on: date = JULY) -> Unit:
    return units.merge_units(actor=world.actor("head"), units=gone, into=into, on=on, legal_basis=BASIS)


def unit_of(world: World, name: str, day: date) -> str | None:
    unit = drafting.unit_on(world.people[name], day)
    return unit.name if unit else None


def names(day: date) -> list[tuple[int, str]]:
    return [(node.depth, node.unit.name) for root in unit_history.units_on(day) for node in root]


def test_renamed_unit_takes_its_people_over_and_the_past_keeps_its_name(cell):
    new = rename(cell, cell.unit, "Ấp Mới")
    old = cell.fresh(cell.unit)
    assert (old.name, old.closed, new.opened, new.closed, new.legal_basis) == ("Ấp Mẫu", JULY, JULY, None, BASIS)
    assert [unit_of(cell, "lan", day) for day in (date(2026, 6, 30), JULY, TODAY)] == ["Ấp Mẫu", "Ấp Mới", "Ấp Mới"]
    step = UnitSuccession.objects.get()
    assert (step.from_unit, step.to_unit, step.kind, step.on) == (old, new, "renamed", JULY)
    assert unit_history.unit_name_on(new, date(2026, 6, 30)) == "Ấp Mẫu"
    assert unit_history.unit_name_on(old, TODAY) == "Ấp Mới"
    assert unit_history.unit_name_on(old, date(2026, 2, 1)) == "Ấp Mẫu"
    assert names(date(2026, 6, 30)) == [(0, "Ấp Mẫu")]
    assert names(TODAY) == [(0, "Ấp Mới")]
    assert Event.objects.get(kind="unit.renamed").facts == {
        "from": old.pk,
        "old": "Ấp Mẫu",
        "new": "Ấp Mới",
        "on": "2026-07-01",
        "basis": BASIS,
    }


def test_who_joined_after_the_day_of_a_late_entry_was_in_the_new_unit_all_along(cell):
    lan = cell.people["lan"]
    Membership.objects.filter(contributor=lan).update(effective_from=date(2026, 7, 5))
    rename(cell, cell.unit, "Ấp Mới")
    row = Membership.objects.get(contributor=lan)
    assert (row.unit.name, row.effective_from) == ("Ấp Mới", date(2026, 7, 5))


def test_membership_that_ends_later_ends_there_too(cell):
    hoa = cell.people["hoa"]
    Membership.objects.filter(contributor=hoa).update(effective_until=date(2026, 9, 1))
    rename(cell, cell.unit, "Ấp Mới")
    rows = Membership.objects.filter(contributor=hoa).order_by("effective_from")
    assert [(row.unit.name, row.effective_from, row.effective_until) for row in rows] == [
        ("Ấp Mẫu", OPENED, JULY),
        ("Ấp Mới", JULY, date(2026, 9, 1)),
    ]


def test_published_work_keeps_the_unit_of_its_day(cell):
    with clock.at(HOUR - timedelta(days=20)):
        piece = cell.submitted("lan")
    rename(cell, cell.unit, "Ấp Mới")
    assert cell.fresh(piece).unit.name == "Ấp Mẫu"
    assert cell.submitted("lan").unit.name == "Ấp Mới"


def test_merge_into_a_new_unit(cell):
    second = open_unit(cell, "Ấp Hai")
    commune = open_unit(cell, "Xã Cũ", kind="commune")
    units.move_unit(actor=cell.actor("head"), unit=cell.unit, parent=commune)
    part = open_unit(cell, "Tổ 1", parent=second)
    new = merge(cell, [cell.unit, second], "Ấp Mẫu Hai")
    assert (new.kind, new.parent, cell.fresh(part).parent) == ("hamlet", commune, new)
    assert {row.closed for row in Unit.objects.filter(pk__in=[cell.unit.pk, second.pk])} == {JULY}
    assert unit_of(cell, "lan", TODAY) == "Ấp Mẫu Hai"
    assert unit_history.unit_name_on(new, date(2026, 6, 1)) == "Ấp Hai, Ấp Mẫu"
    assert names(date(2026, 6, 1)) == [(0, "Ấp Hai"), (1, "Tổ 1"), (0, "Xã Cũ"), (1, "Ấp Mẫu")]
    assert names(TODAY) == [(0, "Xã Cũ"), (1, "Ấp Mẫu Hai"), (2, "Tổ 1")]
    assert [(past.unit.name, past.kind) for past in unit_history.predecessors_of(new)] == [
        ("Ấp Mẫu", "merged"),
        ("Ấp Hai", "merged"),
    ]


def test_merge_into_one_that_goes_on(cell):
    second = open_unit(cell, "Ấp Hai")
    assert merge(cell, [cell.unit], second) == second
    assert cell.fresh(second).closed is None
    assert unit_of(cell, "lan", TODAY) == "Ấp Hai"


def test_new_name_may_be_that_of_one_of_the_old(cell):
    second = open_unit(cell, "Ấp Hai")
    new = merge(cell, [cell.unit, second], "Ấp Mẫu")
    assert new.pk != cell.unit.pk
    assert names(TODAY) == [(0, "Ấp Mẫu")]


def test_chain_of_steps_is_followed(cell):
    second = open_unit(cell, "Ấp Hai")
    renamed = rename(cell, cell.unit, "Ấp Mới", on=date(2026, 3, 1))
    again = rename(cell, renamed, "Ấp Mới Nữa", on=date(2026, 4, 1))
    merged = merge(cell, [again, second], "Ấp Chung", on=date(2026, 5, 1))
    assert unit_history.successor_of(cell.unit) == merged
    assert unit_history.successor_of(merged) is None
    assert unit_history.unit_name_on(merged, date(2026, 3, 15)) == "Ấp Hai, Ấp Mới"
    assert unit_history.unit_name_on(cell.fresh(cell.unit), date(2026, 4, 15)) == "Ấp Mới Nữa"
    assert len(unit_history.predecessors_of(merged)) == 4
    assert [unit_of(cell, "lan", date(2026, month, 15)) for month in (2, 3, 4, 5)] == [
        "Ấp Mẫu",
        "Ấp Mới",
        "Ấp Mới Nữa",
        "Ấp Chung",
    ]


def focal(world: World, who: str, unit: Unit, *, confirm: bool = True) -> Grant:
    grant = seats.propose_grant(
        actor=world.actor("head"),
        account=world.accounts[who],
        capability="focal_person",
        effective_from=OPENED,
        decision_number="03/QĐ",
        unit=unit,
    )
    return seats.confirm_grant(actor=world.actor("admin"), grant=grant) if confirm else grant


def test_focal_persons_go_over_confirmed_ones_confirmed(cell):
    second = open_unit(cell, "Ấp Hai")
    confirmed, waiting = focal(cell, "lan", cell.unit), focal(cell, "hoa", cell.unit, confirm=False)
    focal(cell, "lan", second)
    new = merge(cell, [cell.unit, second], "Ấp Chung")
    assert actor_for(cell.accounts["lan"], cell.portal).focal_units == {new.pk}
    assert Grant.objects.filter(in_force(TODAY), account=cell.accounts["lan"]).count() == 1
    assert cell.fresh(confirmed).effective_until == JULY
    waiting = cell.fresh(waiting)
    assert (waiting.unit, waiting.confirmed_at) == (new, None)
    moved = Grant.objects.get(account=cell.accounts["lan"], unit=new)
    assert (moved.granted_by, moved.confirmed_by) == (cell.accounts["head"], cell.accounts["admin"])


def test_closed_unit_leaves_its_people_without_one_and_ends_its_focal_persons(cell):
    focal(cell, "lan", cell.unit)
    waiting = focal(cell, "hoa", cell.unit, confirm=False)
    units.close_unit(actor=cell.actor("head"), unit=cell.unit, on=TODAY, legal_basis=BASIS)
    assert unit_of(cell, "lan", TODAY) is None
    assert unit_of(cell, "lan", TODAY - timedelta(days=1)) == "Ấp Mẫu"
    assert actor_for(cell.accounts["lan"], cell.portal).capabilities == set()
    assert cell.fresh(waiting).declined_at is not None
    assert Event.objects.get(kind="unit.closed").facts["people"] == 6


def test_slip_of_the_pen_is_corrected_in_the_same_row(cell):
    units.correct_unit(actor=cell.actor("admin"), unit=cell.unit, name="Ấp  Mẩu", kind="department", seen_name="Ấp Mẫu")
    row = cell.fresh(cell.unit)
    assert (row.name, row.kind, row.pk) == ("Ấp Mẩu", "department", cell.unit.pk)
    assert not UnitSuccession.objects.exists()
    assert Event.objects.get(kind="unit.corrected").facts["before"] == {"name": "Ấp Mẫu", "kind": "hamlet"}
    stale = lambda: units.correct_unit(actor=cell.actor("admin"), unit=row, name="Ấp Ba", seen_name="Ấp Mẫu")  # noqa: E731
    refused("stale_version", stale)


def test_what_cannot_be_done_with_a_unit_is_refused(cell):
    second = open_unit(cell, "Ấp Hai")
    part = open_unit(cell, "Tổ 1", parent=second)
    deeper = open_unit(cell, "Nhóm 1", parent=part)
    head = cell.actor("head")
    refused("not_allowed", lambda: rename(cell, second, "Ấp Ba", by="deputy"))
    refused("unit_name_missing", lambda: rename(cell, second, " — "), "name")
    refused("unit_name_taken", lambda: rename(cell, second, "Ấp Mẫu"), "name")
    refused("unit_name_taken", lambda: rename(cell, second, "Ấp Hai"), "name")
    refused("legal_basis_missing", lambda: rename(cell, second, "Ấp Ba", legal_basis=""), "legal_basis")
    error = refused("date_before_opening", lambda: rename(cell, second, "Ấp Ba", on=OPENED), "on")
    assert "05/01/2026" in error.message("vi")
    refused("stale_version", lambda: rename(cell, second, "Ấp Ba", seen_name="Ấp 2"))
    refused("unit_name_taken", lambda: open_unit(cell, "Ấp  Hai"), "name")
    refused("unit_kind_unknown", lambda: open_unit(cell, "Ấp Ba", kind="village"), "kind")
    refused("unit_kind_unknown", lambda: units.correct_unit(actor=head, unit=part, name="Tổ", kind="x"), "kind")
    refused("unit_name_taken", lambda: units.correct_unit(actor=head, unit=second, name="Ấp Mẫu"), "name")
    refused("units_too_few", lambda: merge(cell, [second, second], "Ấp Ba"), "units")
    refused("units_too_few", lambda: merge(cell, [second], second), "units")
    refused("unit_parent_wrong", lambda: merge(cell, [second], deeper), "into")
    refused("unit_parent_wrong", lambda: units.move_unit(actor=head, unit=second, parent=deeper), "parent")
    refused("unit_parent_wrong", lambda: units.move_unit(actor=head, unit=second, parent=second), "parent")
    close = lambda unit: units.close_unit(actor=head, unit=unit, on=TODAY, legal_basis=BASIS)  # noqa: E731
    assert "1" in refused("unit_has_children", lambda: close(second)).message("vi")
    Membership.objects.filter(contributor=cell.people["lan"]).update(effective_from=TODAY)
    refused("unit_has_later_members", lambda: close(cell.unit), "on")
    close(deeper)
    refused("unit_closed", lambda: close(deeper), "unit")
    refused("unit_closed", lambda: rename(cell, deeper, "Nhóm 2"), "unit")
    refused("unit_parent_wrong", lambda: open_unit(cell, "Nhóm 3", parent=deeper, opened=TODAY), "parent")


def test_parts_of_the_same_name_stop_a_merge(cell):
    first, second = open_unit(cell, "Xã Một", kind="commune"), open_unit(cell, "Xã Hai", kind="commune")
    open_unit(cell, "Ấp 1", parent=first)
    open_unit(cell, "Ấp 1", parent=second)
    refused("unit_name_taken", lambda: merge(cell, [first, second], "Xã Chung"), "name")


def test_unit_of_another_portal_does_not_exist(cell):
    other = build_world(slug="xa-khac")
    refused("not_found", lambda: rename(cell, other.unit, "Ấp Lạ"))
    refused("not_found", lambda: merge(cell, [cell.unit, other.unit], "Ấp Lạ"))


def test_tree_takes_as_many_queries_for_one_unit_as_for_thirty(cell, django_assert_num_queries):
    with django_assert_num_queries(3):
        unit_history.tree_with_people(TODAY)
    for nth in range(30):
        open_unit(cell, f"Tổ {nth}", parent=cell.unit)
    with django_assert_num_queries(3):
        tree = unit_history.tree_with_people(TODAY)
    assert [(node.unit.name, node.people) for root in tree for node in root][:3] == [
        ("Ấp Mẫu", 6),
        ("Tổ 0", 0),
        ("Tổ 1", 0),
    ]


def sheet_of(*rows: list[str]) -> bytes:
    return write_table(["Tên đơn vị", "Loại", "Thuộc", "Hoạt động từ ngày", "Căn cứ"], rows, "Đơn vị")


def check(world: World, content: bytes, file_name: str = "don-vi.xlsx") -> SheetImport:
    return unit_sheets.check_units_sheet(actor=world.actor("head"), content=content, file_name=file_name)


GOOD = sheet_of(
    ["Xã Cũ", "xã cũ", "", "01/07/2025", BASIS],
    ["Ấp 1", "", "Xã Cũ", "", ""],
    ["Trường Mẫu giáo", "", "", "2025-09-01", ""],
    ["Hội Phụ nữ", "Đoàn thể", "", "", ""],
    ["Ấp Mẫu", "ấp", "", "", ""],
)


def test_sheet_is_checked_first_and_written_when_confirmed(cell, django_capture_on_commit_callbacks):
    before = Unit.objects.count()
    sheet = check(cell, GOOD)
    assert (sheet.rows, sheet.wrong_rows, sheet.state, Unit.objects.count()) == (5, 0, ImportState.CHECKED, before)
    kept = Path(unit_sheets.open_kept(sheet.path))
    assert kept.read_bytes() == GOOD
    assert [(row.number, row.kind, row.verdict) for row in unit_sheets.sheet_verdicts(sheet)] == [
        (2, "commune", "new"),
        (3, "hamlet", "new"),
        (4, "school", "new"),
        (5, "association", "new"),
        (6, "hamlet", "there"),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        done = unit_sheets.confirm_units_sheet(actor=cell.actor("head"), sheet=sheet)
    assert (done.state, done.written, done.path, kept.exists()) == ("done", 4, "", False)
    assert Unit.objects.get(name="Ấp 1").parent.name == "Xã Cũ"
    assert Unit.objects.get(name="Xã Cũ").opened == date(2025, 7, 1)
    refused("sheet_answered", lambda: unit_sheets.confirm_units_sheet(actor=cell.actor("head"), sheet=sheet))
    refused("sheet_answered", lambda: unit_sheets.sheet_verdicts(done))
    again = check(cell, GOOD)
    assert {row.verdict for row in unit_sheets.sheet_verdicts(again)} == {"there"}


def test_sheet_with_a_wrong_row_writes_nothing(cell):
    sheet = check(
        cell,
        sheet_of(
            ["Ấp Một", "ấp", "", "", ""],
            ["  ", "ấp", "", "", BASIS],
            ["Cái Gì Đó", "", "", "", ""],
            ["Ấp Hai", "ấp", "Xã Không Có", "", ""],
            ["Ấp Ba", "ấp", "", "31/02/2026", ""],
            ["Ấp Một", "ấp", "", "", ""],
            ["Ấp Bốn", "ấp", "Ấp Một", "01/01/2020", ""],
            ["Tổ 9", "làng đại học", "", "", ""],
        ),
    )
    assert [row.problems for row in unit_sheets.sheet_verdicts(sheet)] == [
        (),
        ("name",),
        ("kind",),
        ("parent",),
        ("opened",),
        ("twice",),
        ("before_parent",),
        ("kind",),
    ]
    assert sheet.wrong_rows == 7
    error = refused(
        "sheet_has_wrong_rows", lambda: unit_sheets.confirm_units_sheet(actor=cell.actor("head"), sheet=sheet)
    )
    assert "7" in error.message("vi")


def test_sheet_that_another_person_overtook_writes_nothing(cell):
    """A unit that appeared since the check is skipped; one that is in the way stops everything."""
    sheet = check(cell, GOOD)
    open_unit(cell, "Hội Phụ nữ", kind="association")
    done = unit_sheets.confirm_units_sheet(actor=cell.actor("head"), sheet=sheet)
    assert done.written == 3


def test_discarded_sheet_keeps_its_file_while_another_check_needs_it(cell, django_capture_on_commit_callbacks):
    first, second = check(cell, GOOD), check(cell, GOOD)
    kept = Path(unit_sheets.open_kept(first.path))
    with django_capture_on_commit_callbacks(execute=True):
        unit_sheets.discard_units_sheet(actor=cell.actor("head"), sheet=first)
    assert kept.exists()
    with django_capture_on_commit_callbacks(execute=True):
        unit_sheets.discard_units_sheet(actor=cell.actor("head"), sheet=second)
    assert not kept.exists()


def test_sheet_is_refused(cell):
    refused("sheet_empty", lambda: check(cell, sheet_of()), "file")
    refused("headings_missing", lambda: check(cell, "Loại,Thuộc\nấp,".encode(), "a.csv"), "file")
    refused("not_a_spreadsheet", lambda: check(cell, b"MZ" + bytes(200)), "file")
    deputy = cell.actor("deputy")
    refused("not_allowed", lambda: unit_sheets.check_units_sheet(actor=deputy, content=GOOD, file_name="don-vi.xlsx"))
    sheet = check(cell, GOOD)
    refused("not_allowed", lambda: unit_sheets.confirm_units_sheet(actor=deputy, sheet=sheet))
    refused("not_allowed", lambda: unit_sheets.discard_units_sheet(actor=deputy, sheet=sheet))
    other = build_world(slug="xa-khac")
    refused(
        "not_found",
        lambda: unit_sheets.confirm_units_sheet(
            actor=cell.actor("head"), sheet=SheetImport(pk=10**9, portal=other.portal)
        ),
    )


def test_template_is_a_good_sheet(cell):
    sheet = check(cell, unit_sheets.units_template())
    assert (sheet.rows, sheet.wrong_rows) == (2, 0)


def test_installation_opens_the_first_units(cell):
    made = portals.open_unit(actor=system_actor(cell.portal), kind="school", name="Trường Mẫu", opened=OPENED)
    assert made.sort_key
