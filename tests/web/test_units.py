"""Pages of units: the tree, the names of then, what is asked twice, sheets, the place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contributors import clock, portals, units
from contributors.models import Portal, SheetImport, Unit
from contributors.spreadsheets import read_table, write_table
from contributors.unit_sheets import COLUMNS
from tests.factories.world import OPENED, build_world
from tests.web.conftest import summary_of, texts

BASIS = "12/NQ-HĐND"


def today() -> date:
    return clock.today()


def open_unit(world, name, parent=None):
    return portals.open_unit(actor=world.actor("head"), kind="hamlet", name=name, opened=OPENED, parent=parent)


def test_tree_shows_units_with_their_people(world, as_):
    open_unit(world, "Tổ 1", world.unit)
    page = texts(as_("head").get("/units/"))
    assert "Ấp Mẫu" in page
    assert "6 cộng tác viên" in page
    assert page.index("Ấp Mẫu") < page.index("Tổ 1")
    assert "/units/new/" in page


def test_names_of_a_day_in_the_past(world, as_):
    units.rename_unit(actor=world.actor("head"), unit=world.unit, new_name="Ấp Mới", on=today(), legal_basis=BASIS)
    yesterday = today() - timedelta(days=1)
    page = texts(as_("head").get(f"/units/?day={yesterday:%Y-%m-%d}"))
    assert "Ấp Mẫu" in page
    assert "Ấp Mới" not in page
    assert "lúc đó" in page
    assert "Ấp Mới" in texts(as_("head").get("/units/"))
    answer = as_("head").get("/units/?day=hôm qua")
    assert answer.status_code == 422
    assert summary_of(answer) == ["Hãy ghi ngày như 05/02/2026."]


def test_unit_is_opened(world, as_):
    fields = {"kind": "school", "name": "Trường Mẫu", "parent": "", "opened": "01/07/2026", "legal_basis": ""}
    assert as_("admin").post("/units/new/", fields)["Location"] == "/units/"
    assert Unit.objects.get(name="Trường Mẫu").opened == date(2026, 7, 1)
    again = as_("admin").post("/units/new/", fields)
    assert again.status_code == 409
    assert summary_of(again) == ["Đã có đơn vị đang hoạt động tên “Trường Mẫu” ở cùng nơi."]


def test_rename_is_shown_to_be_checked_and_done_with_the_second_press(world, as_):
    head, address = as_("head"), f"/units/{world.unit.public_id}/rename/"
    fields = {"name": "Ấp Mới", "on": today().isoformat(), "legal_basis": BASIS, "seen_name": "Ấp Mẫu"}
    check = head.post(address, fields)
    assert check.status_code == 200
    assert 'name="confirmed" value="on"' in texts(check)
    assert Unit.objects.count() == 1
    back = head.post(address, fields | {"again": "1"})
    assert 'value="Ấp Mới"' in texts(back)
    assert Unit.objects.count() == 1
    done = head.post(address, fields | {"confirmed": "on"})
    new = Unit.objects.get(closed__isnull=True)
    assert (new.name, done["Location"]) == ("Ấp Mới", f"/units/{new.public_id}/")
    page = texts(head.get(f"/units/{new.public_id}/"))
    assert "đổi tên" in page
    assert "Ấp Mẫu" in page
    old = texts(head.get(f"/units/{world.unit.public_id}/"))
    assert "Nay là" in old
    assert head.get(address).status_code == 422  # it is closed


def test_refused_second_press_asks_again(world, as_):
    fields = {"name": "Ấp Mới", "on": "2020-01-01", "legal_basis": BASIS, "seen_name": "Ấp Mẫu", "confirmed": "on"}
    answer = as_("head").post(f"/units/{world.unit.public_id}/rename/", fields)
    assert answer.status_code == 422
    assert summary_of(answer) == ["Ngày phải sau ngày 05/01/2026 là ngày đơn vị bắt đầu."]
    assert 'name="confirmed"' not in texts(answer)


def test_merge_through_the_page(world, as_):
    second, third = open_unit(world, "Ấp Hai"), open_unit(world, "Ấp Ba")
    fields = {
        "units": [str(world.unit.public_id), str(second.public_id)],
        "new_name": "Ấp Mẫu Hai",
        "into": "",
        "on": today().isoformat(),
        "legal_basis": BASIS,
    }
    head = as_("head")
    check = texts(head.post("/units/merge/", fields))
    assert check.count('name="units"') == 2
    assert "Ấp Hai, Ấp Mẫu" in check or "Ấp Mẫu, Ấp Hai" in check
    head.post("/units/merge/", fields | {"confirmed": "on"})
    assert set(Unit.objects.filter(closed__isnull=True).values_list("name", flat=True)) == {"Ấp Ba", "Ấp Mẫu Hai"}
    few = head.post("/units/merge/", fields | {"units": [str(third.public_id)], "confirmed": "on"})
    assert summary_of(few) == ["Hãy chọn ít nhất hai đơn vị khác nhau để nhập."]


def test_close_correct_and_move(world, as_):
    second = open_unit(world, "Ấp Hai")
    head = as_("head")
    moved = head.post(f"/units/{second.public_id}/move/", {"parent": str(world.unit.public_id)})
    assert moved.status_code == 302
    assert world.fresh(second).parent == world.unit
    fields = {"name": "Ấp 2", "kind": "hamlet", "seen_name": "Ấp Hai"}
    assert head.post(f"/units/{second.public_id}/correct/", fields).status_code == 302
    assert head.post(f"/units/{second.public_id}/correct/", fields).status_code == 409
    closing = {"on": today().isoformat(), "legal_basis": BASIS, "confirmed": "on"}
    refused = head.post(f"/units/{world.unit.public_id}/close/", closing)
    assert refused.status_code == 409
    assert head.post(f"/units/{second.public_id}/close/", closing).status_code == 302
    assert world.fresh(second).closed == today()


def upload(content: bytes, name: str = "don-vi.xlsx") -> dict:
    return {"file": SimpleUploadedFile(name, content)}


def test_sheet_is_checked_confirmed_and_discarded(world, as_):
    head = as_("head")
    template = head.get("/units/sheet/template/")
    assert template["Content-Disposition"] == 'attachment; filename="don-vi-mau.xlsx"'
    table = read_table(content=template.content, file_name="mau.xlsx", columns=COLUMNS)
    assert table.missing == []
    there = head.post("/units/sheet/", upload(template.content))["Location"]
    page = texts(head.get(there))
    assert "Ấp Mẫu 1" in page
    assert "Mở 2 đơn vị" in page
    assert Unit.objects.count() == 1
    assert head.post(there)["Location"] == "/units/"
    assert Unit.objects.count() == 3
    assert head.get(there)["Location"] == "/units/"
    wrong = write_table(["Tên đơn vị"], [["Cái Gì Đó"], ["Ấp Một"]], "Đơn vị")
    there = head.post("/units/sheet/", upload(wrong))["Location"]
    page = texts(head.get(there))
    assert "không rõ loại đơn vị" in page
    assert "Mở 1 đơn vị" not in page
    assert head.post(there).status_code == 409
    assert head.post(there, {"discard": "1"})["Location"] == "/units/"
    assert set(SheetImport.objects.values_list("state", flat=True)) == {"done", "discarded"}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ" + bytes(100), "don-vi.xlsx", "Tệp này không phải bảng tính đọc được"),
        (b"x" * (5 * 1024 * 1024 + 2), "don-vi.csv", "Tệp lớn quá 5 MB"),
        ("Loại\nấp".encode(), "don-vi.csv", "Không thấy cột “Tên đơn vị”"),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_its_field(world, as_, content, name, said):
    answer = as_("head").post("/units/sheet/", upload(content, name))
    assert answer.status_code == 422
    assert summary_of(answer)[0].startswith(said)


def test_place_is_found_and_chosen(world, as_):
    admin = as_("admin")
    page = texts(admin.get("/place/?words=tan an an giang"))
    assert "xã Tân An, tỉnh An Giang" in page
    assert admin.post("/place/", {"commune_code": "30388"})["Location"] == "/units/"
    assert Portal.objects.get(pk=world.portal.pk).commune_code == "30388"
    assert "xã Tân An, tỉnh An Giang" in texts(admin.get("/units/"))
    assert admin.post("/place/", {"commune_code": "00000"}).status_code == 422
    assert as_("head").get("/place/").status_code == 403


def test_pages_are_closed_to_others(world, as_):
    unit = f"/units/{world.unit.public_id}"
    for address in ("/units/new/", "/units/merge/", "/units/sheet/", f"{unit}/rename/", f"{unit}/close/"):
        assert as_("deputy").get(address).status_code == 403, address
        assert as_("lan").get(address).status_code == 403, address
    assert as_("deputy").get("/units/").status_code == 200
    assert as_("lan").get("/units/").status_code == 403
    assert as_("holder").get(f"{unit}/").status_code == 403


def test_unit_of_another_portal_is_not_found(world, as_):
    other = build_world(slug="xa-khac")
    assert as_("head").get(f"/units/{other.unit.public_id}/").status_code == 404
    assert as_("head").post(f"/units/{other.unit.public_id}/close/", {}).status_code == 404


def test_tree_takes_as_many_queries_for_one_unit_as_for_thirty(world, as_, django_assert_max_num_queries):
    head = as_("head")
    head.get("/units/")
    with django_assert_max_num_queries(30) as first:
        head.get("/units/")
    for nth in range(30):
        open_unit(world, f"Tổ {nth}", world.unit if nth % 2 else None)
    with django_assert_max_num_queries(30) as many:
        head.get("/units/")
    assert len(first) == len(many)
