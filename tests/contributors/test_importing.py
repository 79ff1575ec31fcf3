"""People from a spreadsheet: each row's verdict, all or nothing, and nothing written before somebody has confirmed."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock, importing, people_sheet, portals, registration
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.events import first_broken_link, seal_events
from contributors.importing import (
    check_people_sheet,
    choose_rows,
    confirm_import,
    discard_import,
    end_old_imports,
    import_progress,
    imports_of,
    preview_import,
)
from contributors.models import (
    Consent,
    Contributor,
    Event,
    EventDetail,
    Job,
    JobState,
    Membership,
    PenName,
    SheetImport,
)
from contributors.spreadsheets import write_table
from tests.contributors.states import HOUR
from tests.factories.world import OPENED

HEADINGS = [names[0] for names in people_sheet.COLUMNS.values()]


@pytest.fixture
def world(cell):
    """The world of the whole module, rolled back after each test."""
    return cell


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def row(name="Trần Thị Mới", phone="", unit="", year="", day="", pen="", category="", consent=""):
    return [name, phone, unit, year, day, pen, category, consent]


def sheet(*rows) -> bytes:
    return write_table(HEADINGS, rows, "Người")


def check(world, *rows, by="head", content=None, name="nguoi.xlsx"):
    return check_people_sheet(actor=world.actor(by), content=content or sheet(*rows), file_name=name)


def preview(world, made):
    return preview_import(actor=world.actor("head"), sheet_import=made)


def verdicts(world, *rows):
    return [each.verdict for each in preview(world, check(world, *rows)).rows]


def problems(world, **fields):
    """(field, code) of what is wrong with one row."""
    (only,) = preview(world, check(world, row(**fields))).rows
    return [(wrong.field, wrong.code) for wrong in only.problems]


def confirm(world, made, seen=None):
    return confirm_import(actor=world.actor("head"), sheet_import=made, seen=seen or preview(world, made).seen)


def refused(code, call, *args, **fields):
    with pytest.raises(DomainError) as error:
        call(*args, **fields)
    assert error.value.code == code
    assert error.value.message("vi") != error.value.message("en")
    return error.value


def files() -> list[str]:
    return sorted(path.name for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_a_whole_import_from_file_to_people(world, work_jobs):
    made = check(
        world,
        row("Trần Thị Mới", "0912345678", "Ấp Mẫu", "1968", pen="Hương Quê", consent="05/01/2026"),
        row("Lý Văn Ba", category="người hoạt động không chuyên trách"),
    )
    before = Contributor.objects.count()
    assert (made.rows, made.wrong_rows, made.state, len(files())) == (2, 0, "checked", 1)
    confirm(world, made)
    assert Contributor.objects.count() == before  # promised, not written
    assert import_progress(world.fresh(made)).working
    assert work_jobs() == 1
    made = world.fresh(made)
    assert (made.state, made.written, made.path, import_progress(made).working) == ("done", 2, "", False)
    person = Contributor.objects.get(full_name="Trần Thị Mới")
    assert (person.phone, person.birth_year, person.state) == ("+84912345678", 1968, "active")
    assert Membership.objects.get(contributor=person).unit == world.unit
    assert PenName.objects.get(contributor=person).name == "Hương Quê"
    given = Consent.objects.get(contributor=person)
    assert (given.purpose, given.text_version, given.at.date().isoformat()) == ("registration", "2026-01", "2026-01-05")
    other = Contributor.objects.get(full_name="Lý Văn Ba")
    assert (other.state, other.category, Consent.objects.filter(contributor=other).exists()) == (
        "recorded",
        "hamlet_officer",
        False,
    )
    assert person.receipt_number != other.receipt_number


def test_every_person_of_an_import_has_an_event_and_the_chain_holds(world, work_jobs):
    confirm(world, check(world, row(phone="0912345678"), row("Lý Văn Ba")))
    work_jobs()
    events = list(Event.objects.filter(kind="contributor.imported").order_by("pk"))
    assert [event.facts["row"] for event in events] == [2, 3]
    assert EventDetail.objects.get(event=events[0]).values == {"full_name": "Trần Thị Mới", "phone": "+84912345678"}
    assert not any("Trần" in str(event.facts) for event in Event.objects.all())
    assert Event.objects.get(kind="import.written").facts["people"] == 2
    while seal_events(portal_id=world.portal.pk):
        pass
    assert first_broken_link(portal_id=world.portal.pk) is None


def test_doing_the_job_twice_writes_once(world, work_jobs):
    confirm(world, check(world, row()))
    work_jobs()
    count = Contributor.objects.count()
    importing.write_import(Job.objects.get(task=importing.TASK))
    assert Contributor.objects.count() == count


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "", "year": "1960"}, [("full_name", "name_missing")]),
        ({"name": "12345"}, [("full_name", "name_malformed")]),
        ({"phone": "12345"}, [("phone", "phone_malformed")]),
        ({"phone": "0912 345 678 / 0987 654 321"}, [("phone", "phone_malformed")]),
        ({"unit": "Ấp Không Có"}, [("unit", "unit_unknown")]),
        ({"year": "2030"}, [("birth_year", "birth_ahead")]),
        ({"day": "01/01/2030"}, [("birth_day", "birth_ahead")]),
        ({"year": "1850"}, [("birth_year", "birth_year_wrong")]),
        ({"year": "khoảng 60"}, [("birth_year", "birth_malformed")]),
        ({"day": "31/02/1960"}, [("birth_day", "birth_malformed")]),
        ({"year": "1960", "day": "01/02/1961"}, [("birth_day", "birth_differs")]),
        ({"pen": "x" * 201}, [("pen_name", "pen_name_wrong")]),
        ({"category": "thầy thuốc"}, [("category", "category_unknown")]),
        ({"consent": "có"}, [("consented_on", "consent_day_malformed")]),
        ({"consent": "01/01/2031"}, [("consented_on", "consent_day_malformed")]),
        (
            {"name": "", "phone": "1", "year": "x"},
            [("full_name", "name_missing"), ("phone", "phone_malformed"), ("birth_year", "birth_malformed")],
        ),
    ],
)
def test_what_is_wrong_is_said_by_field(world, fields, wrong):
    assert problems(world, **fields) == wrong


@pytest.mark.parametrize(
    ("phone", "kept", "hints"),
    [
        ("0912345678", "+84912345678", 0),
        ("912345678", "+84912345678", 1),
        ("+84 912 345 678", "+84912345678", 0),
        ("0912.345.678", "+84912345678", 0),
    ],
)
def test_zeros_at_the_front_are_kept_or_put_back(world, phone, kept, hints):
    (only,) = preview(world, check(world, row(phone=phone))).rows
    assert (only.person.phone, len(only.hints)) == (kept, hints)


def test_a_phone_typed_as_a_number_is_repaired(world):
    content = write_table(HEADINGS, [["Trần Thị Mới", 912345678, "", 1968, "", "", "", ""]], "Người")
    (only,) = preview(world, check(world, content=content)).rows
    assert (only.person.phone, only.person.birth_year) == ("+84912345678", 1968)
    assert "0912345678" in only.hints[0]


def test_units_by_name_by_parent_and_without_tone_marks(world):
    system = system_actor(world.portal)
    old = [portals.open_unit(actor=system, kind="commune", name=f"Xã {name}", opened=OPENED) for name in ("Cũ", "Xưa")]
    ones = [portals.open_unit(actor=system, kind="hamlet", name="Ấp 1", opened=OPENED, parent=parent) for parent in old]
    made = check(
        world,
        row("A Một", unit="ap mau"),
        row("B Hai", unit="Ấp 1 (Xã Cũ)"),
        row("C Ba", unit="Xã Xưa / Ấp 1"),
        row("D Bốn", unit="Ấp 1"),
    )
    rows = preview(world, made).rows
    assert [each.person.unit_id for each in rows[:3]] == [world.unit.pk, ones[0].pk, ones[1].pk]
    assert [wrong.code for wrong in rows[3].problems] == ["unit_ambiguous"]
    assert "Ấp 1 (Xã Cũ)" in rows[3].problems[0].message("vi")


def test_a_closed_unit_is_unknown(world):
    closed = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Đóng", opened=OPENED)
    closed.closed = HOUR.date() - timedelta(days=1)
    closed.save()
    assert problems(world, unit="Ấp Đóng") == [("unit", "unit_unknown")]


def test_who_is_there_already_and_who_may_be(world):
    lan = world.people["lan"]
    local = f"0{lan.phone[3:]}"
    registration.record_person(actor=world.actor("head"), full_name="Đào Văn Chép")
    Contributor.objects.filter(pk=world.people["hoa"].pk).update(birth_year=1961)
    made = check(
        world,
        row("Nguyễn Thị Lan", local),  # the same
        row("nguyen thi lan", "", "Ấp Mẫu"),  # like name, same unit
        row("Nguyễn Văn Chồng", local),  # her husband shares the phone
        row("Lê Hòa", year="1961"),  # like name, same year
        row("Lê Hoà", year="1980", unit="Ấp Mẫu"),  # somebody younger
        row("Đào Văn Chép", unit="Ấp Mẫu"),  # named once as an author, with nothing but the name
    )
    rows = preview(world, made).rows
    assert [each.verdict for each in rows] == ["known", "likely", "ok", "likely", "ok", "likely"]
    assert [each.choice for each in rows] == ["skip", "create", "", "create", "", "create"]
    assert rows[0].alike.public_id == lan.public_id
    assert [each.alike.reason for each in (rows[1], rows[3], rows[5])] == ["name_and_unit", "name_and_year", "name"]


def test_twice_in_one_file(world):
    made = check(
        world,
        row("Trần Thị Mới", "0912345678"),
        row("Trần Thị Mới", "0912345678", year="1970"),
        row("Trần Thị Mới", "0912345679"),
        row("Trần Văn Chồng", "0912345678"),
    )
    rows = preview(world, made).rows
    assert [(each.verdict, each.twin) for each in rows] == [("ok", None), ("twice", 2), ("ok", None), ("ok", None)]


def test_choices_decide_what_is_written(world, work_jobs):
    lan = world.people["lan"]
    local = f"0{lan.phone[3:]}"
    made = check(world, row("Nguyễn Thị Lan", local), row("Nguyễn Thị Lan", unit="Ấp Mẫu", year="1950"), row())
    head = world.actor("head")
    refused("choice_unknown", choose_rows, actor=head, sheet_import=made, choices={4: "create"})
    refused("choice_unknown", choose_rows, actor=head, sheet_import=made, choices={2: "merge"})
    before = preview(world, made).seen
    choose_rows(actor=head, sheet_import=made, choices={2: "same", 3: "create"})
    made = world.fresh(made)
    assert preview(world, made).seen != before
    refused("import_changed", confirm, world, made, seen=before)
    confirm(world, made)
    work_jobs()
    assert world.fresh(made).written == 2
    assert Contributor.objects.filter(full_name="Nguyễn Thị Lan").count() == 2
    assert Event.objects.get(kind="contributor.met_again").subject_id == lan.pk


def test_one_wrong_row_refuses_all(world):
    made = check(world, row(), row("Lý Văn Ba", "123"))
    count = Contributor.objects.count()
    error = refused("import_has_errors", confirm, world, made)
    assert error.values == {"count": 1}
    assert (Contributor.objects.count(), Job.objects.count(), world.fresh(made).state) == (count, 0, "checked")


def test_nothing_to_add(world):
    lan = world.people["lan"]
    made = check(world, row("Nguyễn Thị Lan", f"0{lan.phone[3:]}"))
    refused("import_nothing", confirm, world, made)


def test_a_directory_that_changes_asks_for_another_look(world, work_jobs):
    made = check(world, row("Trần Thị Mới", unit="Ấp Mẫu"))
    seen = preview(world, made).seen
    registration.record_person(actor=world.actor("head"), full_name="Trần Thị Mới", unit=world.unit)
    refused("import_changed", confirm, world, made, seen=seen)
    confirm(world, made)
    registration.record_person(actor=world.actor("head"), full_name="Trần Thị Mới")
    count = Contributor.objects.count()
    portals.open_unit(actor=system_actor(world.portal), kind="school", name="ẤP MẪU", opened=OPENED)
    work_jobs()
    made = world.fresh(made)
    assert (made.state, made.error, Contributor.objects.count()) == ("checked", "import_changed", count)
    assert len(files()) == 1


def test_an_ended_import_takes_no_more_words(world):
    head = world.actor("head")
    made = check(world, row())
    seen = preview(world, made).seen
    discard_import(actor=head, sheet_import=made)
    refused("import_ended", confirm, world, made, seen=seen)
    refused("import_ended", discard_import, actor=head, sheet_import=made)
    refused("import_ended", choose_rows, actor=head, sheet_import=made, choices={})
    refused("import_ended", preview, world, world.fresh(made))


def test_files_go_when_the_import_ends_but_not_under_another_import(world, django_capture_on_commit_callbacks):
    content = sheet(row())
    one, other = check(world, content=content), check(world, content=content)
    assert len(files()) == 1
    for made, left in ((one, 1), (other, 0)):
        with django_capture_on_commit_callbacks(execute=True):
            discard_import(actor=world.actor("head"), sheet_import=made)
        assert len(files()) == left


def test_what_nobody_confirms_is_gone_after_a_week(world, django_capture_on_commit_callbacks):
    made = check(world, row())
    with clock.at(clock.now() + timedelta(days=6)):
        assert end_old_imports() == 0
    with clock.at(clock.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        assert end_old_imports() == 1
    assert (world.fresh(made).state, files()) == ("discarded", [])
    assert Event.objects.filter(kind="import.expired").count() == 1


def test_a_writing_that_fails_for_good_is_said_and_its_file_goes(world, django_capture_on_commit_callbacks):
    made = confirm(world, check(world, row()))
    Job.objects.filter(pk=made.job_id).update(state=JobState.FAILED)
    assert import_progress(SheetImport.objects.select_related("job").get(pk=made.pk)).failed
    with django_capture_on_commit_callbacks(execute=True):
        assert end_old_imports() == 1
    assert (world.fresh(made).state, files()) == ("failed", [])


def test_who_may_import(world):
    made = check(world, row())
    for name in ("writer", "publisher", "accountant", "lan"):
        actor = world.actor(name)
        refused("not_allowed", check, world, row(), by=name)
        refused("not_allowed", imports_of, actor)
        refused("not_allowed", preview_import, actor=actor, sheet_import=made)
        refused("not_allowed", choose_rows, actor=actor, sheet_import=made, choices={})
        refused("not_allowed", confirm_import, actor=actor, sheet_import=made, seen="")
        refused("not_allowed", discard_import, actor=actor, sheet_import=made)
    assert [each.pk for each in imports_of(world.actor("deputy"))] == [made.pk]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"%PDF-1.7 not a sheet", "nguoi.xlsx", "not_a_spreadsheet"),
        (b"PK\x03\x04 broken", "nguoi.xlsx", "not_a_spreadsheet"),
        (b"Ten;Tuoi\nLan;50\n", "nguoi.csv", "headings_missing"),
        ("Họ và tên\n".encode(), "nguoi.csv", "import_empty"),
        ("Điện thoại\n0912345678\n".encode(), "nguoi.csv", "headings_missing"),
    ],
)
def test_a_file_that_is_no_sheet_of_people_leaves_nothing(world, content, name, code):
    refused(code, check, world, content=content, name=name)
    assert (SheetImport.objects.count(), files()) == (0, [])


def test_a_zip_bomb_leaves_nothing(world):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/worksheets/sheet1.xml", b"0" * (80 * 1024 * 1024))
    assert len(out.getvalue()) < 200_000
    refused("spreadsheet_unpacks_too_large", check, world, content=out.getvalue())
    assert (SheetImport.objects.count(), files()) == (0, [])


def test_the_template_reads_as_it_is_written(world):
    content = people_sheet.template_file()
    made = check(world, content=content, name="mau.xlsx")
    (only,) = preview(world, made).rows
    assert (only.verdict in {"ok", "wrong"}, only.cells["full_name"], only.cells["phone"]) == (
        True,
        "Nguyễn Thị Lan",
        "0912345678",
    )


def test_questions_do_not_grow_with_rows(world):
    counts = []
    for size in (1, 30):
        made = check(world, *(row(f"Trần Thị {place}a", f"03{place:08d}", "Ấp Mẫu") for place in range(size)))
        with CaptureQueriesContext(connection) as queries:
            preview(world, made)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
