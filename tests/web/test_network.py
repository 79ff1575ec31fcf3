"""The directory's pages: search, a person, imports from upload to done, duplicates, merging and parting."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from contributors import registration
from contributors.models import Contributor, Event, Merge, SheetImport
from contributors.people_sheet import COLUMNS
from contributors.spreadsheets import write_table
from tests.web.conftest import summary_of, texts
from tests.web.test_queries import asked, same_for_one_and_many

HEADINGS = [names[0] for names in COLUMNS.values()]


def recorded(world, name="Nguyễn Thị Lan", unit=None):
    return registration.record_person(actor=world.actor("head"), full_name=name, unit=unit)


def upload(client, *rows, name="nguoi.xlsx", content=None):
    padded = [[*row, *[""] * (len(HEADINGS) - len(row))] for row in rows]
    file = SimpleUploadedFile(name, content if content is not None else write_table(HEADINGS, padded, "Người"))
    return client.post("/network/imports/", {"file": file})


def test_search_finds_without_tone_marks_and_says_when_nobody_is_found(world, as_):
    page = as_("head").get("/network/?q=nguyen+lan")
    assert page.status_code == 200
    assert ("Nguyễn Thị Lan" in texts(page), "Lê Hoà" in texts(page)) == (True, False)
    assert "1 người" in texts(page)
    assert "Không tìm thấy ai." in texts(as_("head").get("/network/?q=xyz"))


@pytest.mark.parametrize(
    "query",
    [
        "unit=none",
        "state=active",
        "category=staff",
        "silent_weeks=8",
        "active_since=2026-01-01",
        "needs_introduction=on",
        "missing_payee=on",
        "after=khong-phai-ma",
    ],
)
def test_every_filter_answers(world, as_, query):
    assert as_("head").get(f"/network/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["unit=khong-co", "state=xyz", "active_since=homqua", "q=%00"])
def test_a_filter_that_cannot_be_read_is_said(world, as_, query):
    page = as_("head").get(f"/network/?{query}")
    assert page.status_code == 422
    assert summary_of(page)


def test_pages_go_on_by_name(world, as_):
    for nth in range(60):
        recorded(world, f"Trần Văn {nth:02d}")
    client = as_("head")
    first = client.get("/network/")
    assert len(first.context["page"].rows) == 50
    second = client.get(f"/network/?{first.context['following']}")
    assert len(second.context["page"].rows) == 16
    names = [row.id for page in (first, second) for row in page.context["page"].rows]
    assert len(set(names)) == 66


@pytest.mark.parametrize("name", ["accountant", "holder", "lan"])
def test_who_has_no_business_here_is_told(world, as_, name):
    lan = world.people["lan"].public_id
    for address in (
        "/network/",
        "/network/units/",
        f"/network/people/{lan}/",
        "/network/duplicates/",
        "/network/imports/",
    ):
        assert as_(name).get(address).status_code == 403, address


def test_the_link_stands_in_the_navigation_of_those_who_may(world, as_):
    assert reverse("web:network") in texts(as_("writer").get("/desk/"))
    assert reverse("web:network") not in texts(as_("lan").get("/me/"))


def test_a_person_of_another_portal_is_not_found(world, as_):
    assert as_("head").get(f"/network/people/{uuid.uuid4()}/").status_code == 404


def test_the_page_of_a_person(world, as_):
    lan = world.people["lan"]
    world.published("lan", title="Đường hoa ấp Mẫu")
    page = texts(as_("head").get(f"/network/people/{lan.public_id}/"))
    for words in ("Nguyễn Thị Lan", "Ấp Mẫu", "Đường hoa ấp Mẫu", lan.receipt_number, "Tạm ngừng"):
        assert words in page, words
    writer = texts(as_("writer").get(f"/network/people/{lan.public_id}/"))
    assert lan.phone not in writer
    assert "Tạm ngừng" not in writer


def test_suspend_needs_a_reason_and_is_undone_by_taking_back(world, as_):
    lan, client = world.people["lan"], as_("head")
    address = f"/network/people/{lan.public_id}/"
    refused = client.post(f"{address}suspend/", {"version": lan.version, "reason": ""})
    assert refused.status_code == 422
    assert summary_of(refused)
    assert client.post(f"{address}suspend/", {"version": lan.version, "reason": "Đi xa"}).status_code == 302
    assert world.fresh(lan).state == "suspended"
    stale = client.post(f"{address}resume/", {"version": lan.version, "reason": "Đã về"})
    assert stale.status_code == 409
    assert client.post(f"{address}resume/", {"version": world.fresh(lan).version, "reason": "Đã về"}).status_code == 302
    assert world.fresh(lan).state == "active"
    assert client.post(f"{address}xyz/", {"version": 1}).status_code == 404


def test_units_with_bars_and_those_with_nobody(world, as_):
    from contributors import portals
    from contributors.actors import system_actor
    from tests.factories.world import OPENED

    portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Vắng", opened=OPENED)
    page = as_("head").get("/network/units/")
    assert [unit.name for unit in page.context["empty"]] == ["Ấp Vắng"]
    assert [(unit.name, unit.people) for unit in page.context["units"]] == [("Ấp Mẫu", 6)]


def test_export_takes_what_the_filter_finds(world, as_):
    answer = as_("head").post("/network/export/", {"q": "lan"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["Nguyễn Thị Lan"]
    assert Event.objects.filter(kind="directory.exported").count() == 1
    assert as_("writer").post("/network/export/", {}).status_code == 403
    assert as_("head").get("/network/export/").status_code == 405


def test_an_import_from_upload_to_done(world, as_, work_jobs):
    client = as_("head")
    answer = upload(client, ["Trần Thị Mới", "0912345678", "Ấp Mẫu"], ["Nguyễn Thị Lan", "", "Ấp Mẫu"])
    made = SheetImport.objects.get()
    assert answer["Location"] == f"/network/imports/{made.public_id}/"
    page = client.get(answer["Location"])
    assert ("Sẽ thêm 2 người" in texts(page), "có thể đã có" in texts(page)) == (True, True)
    client.post(f"/network/imports/{made.public_id}/choose/", {"row-3": "same", "page": "1", "show": ""})
    refused = client.post(f"/network/imports/{made.public_id}/confirm/", {"seen": page.context["preview"].seen})
    assert refused.status_code == 409
    seen = client.get(answer["Location"]).context["preview"].seen
    assert client.post(f"/network/imports/{made.public_id}/confirm/", {"seen": seen}).status_code == 302
    working = client.get(answer["Location"])
    assert "Máy đang ghi" in texts(working)
    assert client.get(f"/network/imports/{made.public_id}/progress/").status_code == 200
    work_jobs()
    assert client.get(f"/network/imports/{made.public_id}/progress/")["HX-Refresh"] == "true"
    assert "Đã thêm 1 người" in texts(client.get(answer["Location"]))
    assert Contributor.objects.filter(full_name="Trần Thị Mới").count() == 1


def test_wrong_rows_are_shown_and_nothing_is_confirmed(world, as_):
    client = as_("head")
    address = upload(client, ["Trần Thị Mới", "12"], ["", "", "Ấp Lạ"])["Location"]
    page = client.get(address)
    assert "2 dòng có chỗ sai" in texts(page)
    assert "Xác nhận và ghi" not in texts(page)
    refused = client.post(f"{address}confirm/", {"seen": page.context["preview"].seen})
    assert refused.status_code == 422
    assert client.get(f"{address}?show=wrong").context["page"].paginator.count == 2
    assert client.post(f"{address}discard/").status_code == 302
    assert "đã bỏ" in texts(client.get(address))


def test_a_file_that_is_no_spreadsheet_is_said_on_the_form(world, as_):
    refused = upload(as_("head"), content=b"%PDF-1.7", name="to-roi.pdf")
    assert refused.status_code == 422
    assert "không phải bảng tính" in summary_of(refused)[0]
    assert SheetImport.objects.count() == 0
    assert upload(as_("head"), content=b"").status_code == 422


def test_the_template_is_a_workbook(world, as_):
    answer = as_("head").get("/network/imports/template/")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == HEADINGS
    assert as_("writer").get("/network/imports/template/").status_code == 403


def test_duplicates_compare_merge_and_part(world, as_):
    lan, again = world.people["lan"], recorded(world, unit=world.unit)
    client = as_("head")
    page = client.get("/network/duplicates/")
    assert [(pair.first.id, pair.second.id) for pair in page.context["pairs"]] == [(lan.pk, again.pk)]
    address = f"/network/duplicates/{again.public_id}/{lan.public_id}/"
    compared = client.get(address)
    assert compared.context["form"].initial["survivor"] == str(lan.public_id)
    refused = client.post(address, {"survivor": str(again.public_id), "reason": ""})
    assert refused.status_code == 422
    assert client.post(address, {"survivor": str(lan.public_id), "reason": "Cùng một người"}).status_code == 302
    merge = Merge.objects.get()
    person = texts(client.get(f"/network/people/{lan.public_id}/"))
    assert "Đã gộp vào đây" in person
    undo = f"/network/merges/{merge.public_id}/undo/"
    assert client.get(undo).status_code == 200
    assert client.post(undo).status_code == 302
    assert world.fresh(again).merged_into_id is None
    assert client.post(undo).status_code == 409


def test_two_people_stay_two(world, as_):
    lan, again = world.people["lan"], recorded(world, unit=world.unit)
    client = as_("head")
    address = f"/network/duplicates/{again.public_id}/{lan.public_id}/dismiss/"
    assert client.post(address).status_code == 302
    assert client.get("/network/duplicates/").context["pairs"] == []
    assert as_("writer").post(address).status_code == 403
    assert as_("writer").get(f"/network/duplicates/{again.public_id}/{lan.public_id}/").status_code == 403


def test_questions_of_the_directory(world, as_):
    names = iter(range(100))
    same_for_one_and_many(
        as_("head"),
        "/network/?silent_weeks=8&missing_payee=on&q=tran",
        lambda count: [recorded(world, f"Trần Văn {next(names)}", world.unit) for _ in range(count)],
    )


def test_questions_of_a_person(world, as_):
    lan = world.people["lan"]

    def add(count):
        for _ in range(count):
            world.published("lan")
            recorded(world, unit=world.unit)

    same_for_one_and_many(as_("head"), f"/network/people/{lan.public_id}/", add, many=8)


def test_questions_of_duplicates_and_units(world, as_):
    for address in ("/network/duplicates/", "/network/units/"):
        same_for_one_and_many(
            as_("head"), address, lambda count: [recorded(world, unit=world.unit) for _ in range(count)], many=12
        )


def test_questions_of_an_import(world, as_):
    client = as_("head")
    counts = []
    for size in (1, 30):
        rows = [[f"Nguyễn Thị Lan {nth}", f"03{nth:08d}", "Ấp Mẫu"] for nth in range(size)]
        counts.append(asked(client, upload(client, *rows)["Location"]))
    assert counts[0] == counts[1] <= 30
