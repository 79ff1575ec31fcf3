"""Pages of rate schedules: reading, drafting, editing, putting in force, closing, trying on a list."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors.models import Portal
from contributors.scopes import portal_scope
from contributors.spreadsheets import read_table
from payments import rates
from payments.models import RateSchedule
from payments.rate_files import read_schedule_file
from tests.factories.world import build_world
from tests.payments.royalty.building import RATES
from tests.payments.sheets import csv_of, workbook
from tests.web.conftest import summary_of, texts

NINH_THUAN = (RATES / "schedules" / "ninh-thuan-23-2020.yaml").read_bytes()
HEAD = ("Họ và tên", "Thể loại", "Tên tác phẩm", "Ngày đăng", "Hệ số", "Thành tiền")
LAN = ("Nguyễn Thị Lan", "Tin", "Dọn đường", "03/07/2026", "1,5", "379.500")
READERS = {"accountant", "holder", "admin", "head", "deputy"}


def drafted(world, since="2026-10-01", **changes):
    rules = dict(world.schedule.rules) | {"code": f"moi-{since}", "from": since} | changes
    return rates.draft_schedule(actor=world.actor("admin"), rules=rules)


def newest():
    return RateSchedule.objects.order_by("-pk").first()


def read(answer):
    """The words of a page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", texts(answer)))


def upload(content: bytes, name: str = "danh-sach.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def line_of(content: bytes, text: bytes) -> int:
    return content[: content.index(text)].count(b"\n") + 1


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_are_for_those_of_the_rights_table(world, as_):
    draft = drafted(world)
    reading = [
        "/rates/",
        f"/rates/{draft.public_id}/",
        "/rates/shipped/bac-giang-570-2013/",
        "/rates/try/",
        "/rates/try/template/",
        "/rates/schema/",
        f"/rates/{draft.public_id}/file/",
    ]
    writing = [
        "/rates/draft/",
        *(f"/rates/{draft.public_id}/{step}/" for step in ("edit", "force", "close", "discard")),
    ]
    for page, expected in [*((page, READERS) for page in reading), *((page, {"holder", "admin"}) for page in writing)]:
        seen = {name: as_(name).get(page).status_code for name in world.accounts}
        assert {name for name, status in seen.items() if status == 200} == expected, page
        assert set(seen.values()) == {200, 403}


def test_schedule_of_another_portal_is_not_there(world, as_):
    other = build_world(slug="xa-khac")
    for step in ("", "file/", "edit/", "force/", "close/", "discard/"):
        assert as_("holder").get(f"/rates/{other.schedule.public_id}/{step}").status_code == 404
    assert as_("holder").get("/rates/shipped/khong-co/").status_code == 404


def test_link_stands_where_the_right_is(world, as_):
    assert 'href="/rates/"' in texts(as_("accountant").get("/runs/"))
    assert 'href="/rates/"' not in texts(as_("lan").get("/me/"))


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_names_state_dates_and_decision(world, as_):
    drafted(world, decision={})
    words = read(as_("accountant").get("/rates/"))
    for said in (
        "Biểu minh hoạ năm 2024",
        "bản nháp" if "bản nháp" in words else "dự thảo",
        "từ 01/07/2026",
        "01/QĐ-UBND, 20/06/2026",
        "chưa có số",
        "Quyết định 570/2013 tỉnh Bắc Giang",
    ):
        assert said in words, said


def test_portal_without_a_schedule_of_its_own_shows_the_parents(world, as_):
    parent = build_world(slug="tinh-mau")
    Portal.objects.filter(pk=world.portal.pk).update(parent=parent.portal)
    RateSchedule.objects.filter(pk=world.schedule.pk).update(effective_until=date(2026, 7, 2), state="replaced")
    assert "đang theo quy định của cấp trên" in read(as_("accountant").get("/rates/"))


def test_schedule_is_readable_as_tables(world, as_):
    draft = rates.draft_schedule(
        actor=world.actor("admin"), rules=read_schedule_file(NINH_THUAN) | {"level": 20, "from": "2026-10-01"}
    )
    words = read(as_("head").get(f"/rates/{draft.public_id}/"))
    for said in (
        "Tin có ảnh hệ số 1,5 Tin không ảnh, tin có ảnh, tin tổng hợp, tin đăng lại",
        "Bài phản ánh hệ số 2 – 2,5",
        "Trang này hưởng 20 % của biểu",
        "Giá trị một hệ số 10 % lương cơ sở",
        "Một hệ số hôm nay 253.000 đ",
        "Thể loại “Tin” chỉ có mức cho từng dạng, chưa có mức chung.",
        "Phần việc “duyệt” (phó ban, trưởng ban) chưa có mức.",
        "Trang này hưởng: 100 % của biểu → 20 % của biểu",
    ):
        assert said in words, said


def test_schedule_is_taken_away_as_a_file(world, as_):
    answer = as_("accountant").get(f"/rates/{world.schedule.public_id}/file/")
    assert read_schedule_file(answer.content) == world.schedule.rules
    assert answer["Content-Disposition"].endswith('.yaml"')
    schema = as_("accountant").get("/rates/schema/")
    assert b"".join(schema.streaming_content) == (RATES / "schedule.schema.json").read_bytes()


def test_pages_ask_the_same_for_one_and_many(world, as_):
    client = as_("holder")
    counts = []
    for more in (1, 8):
        for number in range(more):
            draft = drafted(world, since=f"20{30 + more}-0{number + 1}-01")
        asked = []
        for page in (
            "/rates/",
            f"/rates/{draft.public_id}/",
            "/rates/try/",
            "/rates/draft/",
            f"/rates/{draft.public_id}/force/",
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", ["shipped:bac-giang-570-2013", "copy"])
def test_draft_begins_from_a_table_or_a_copy(world, as_, source):
    chosen = f"copy:{world.schedule.public_id}" if source == "copy" else source
    answer = as_("admin").post("/rates/draft/", {"source": chosen, "effective_from": "2026-09-01"})
    row = newest()
    assert answer["Location"] == f"/rates/{row.public_id}/edit/"
    assert (row.state, row.effective_from, row.decision_number) == ("draft", date(2026, 9, 1), "")


def test_draft_begins_from_a_file_and_a_wrong_one_names_its_lines(world, as_):
    client = as_("admin")
    before = newest().pk
    wrong = NINH_THUAN.replace(b"level: 100", b"level: 400").replace(b"low: 4, high: 5", b"low: 6, high: 5")
    answer = client.post("/rates/draft/", {"source": "file", "file": upload(wrong, "a.yaml")})
    assert answer.status_code == 422
    places = [f"dòng {line_of(wrong, text)}, cột {column}" for text, column in ((b"level: 400", 8), (b"low: 6", 9))]
    assert [sentence.partition(" (")[0] for sentence in summary_of(answer)] == places
    assert newest().pk == before
    answer = client.post("/rates/draft/", {"source": "file", "file": upload(NINH_THUAN, "a.yaml")})
    assert newest().title == "Quyết định 23/2020 tỉnh Ninh Thuận (cổng tỉnh)"


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({}, "Hãy chọn nơi bắt đầu."),
        ({"source": "shipped:bac-giang-570-2013"}, "Hãy ghi ngày bắt đầu áp dụng."),
        ({"source": "file"}, "Hãy chọn tệp."),
        ({"source": "shipped:khong-co", "effective_from": "2026-09-01"}, None),
    ],
)
def test_draft_wants_to_know_where_it_begins(world, as_, posted, sentence):
    answer = as_("admin").post("/rates/draft/", posted)
    assert answer.status_code == 422
    assert sentence is None or summary_of(answer) == [sentence]


def test_level_of_the_parents_table_is_drafted_and_put_in_force(world, as_):
    parent = build_world(slug="tinh-mau")
    Portal.objects.filter(pk=world.portal.pk).update(parent=parent.portal)
    client = as_("holder")
    answer = client.post("/rates/draft/", {"source": "parent", "effective_from": "2026-08-01"})
    assert summary_of(answer) == ["Hãy ghi tỷ lệ phần trăm."]
    client.post("/rates/draft/", {"source": "parent", "effective_from": "2026-08-01", "level": "20"})
    row = newest()
    assert (row.rules["based_on"], row.rules["level"]) == ("parent", "20")
    form = client.get(f"/rates/{row.public_id}/edit/").context["form"]
    assert "unit_percent" not in form.fields
    assert form.figures == {}
    posted = filled(form) | {"number": "7/QĐ-UBND", "level": "25,5"}
    assert client.post(f"/rates/{row.public_id}/edit/", posted).status_code == 302
    assert "Theo tỷ lệ biểu của cấp trên" in read(client.get(f"/rates/{row.public_id}/"))
    seen = client.get(f"/rates/{row.public_id}/force/").context["form"]["seen"].value()
    assert client.post(f"/rates/{row.public_id}/force/", {"seen": seen, "gaps_reason": "Theo tỉnh"}).status_code == 302
    with portal_scope(world.portal):
        world.portal.refresh_from_db()
        assert str(rates.as_dated(rates.schedule_on(world.portal, date(2026, 8, 1))).level) == "51/2"


def filled(form) -> dict[str, str]:
    """What a browser sends of a form as it is shown."""
    return {field.html_name: str(value) for field in form if (value := field.value()) not in (None, "")}


def test_simple_things_of_a_draft_are_edited_in_a_form(world, as_):
    draft = drafted(world)
    client = as_("admin")
    page = f"/rates/{draft.public_id}/edit/"
    form = client.get(page).context["form"]
    assert form["genres-0-rates-0-low"].value() == "0,5"
    posted = filled(form) | {
        "number": "99/QĐ-UBND",
        "issued_on": "2026-09-15",
        "signer": "Người Ký",
        "level": "62,5",
        "unit_percent": "",
        "unit_dong": "200.000",
        "genres-0-rates-0-low": "0,25",
        "genres-0-rates-0-high": "3",
        "roles-0-vnd": "25.000",
    }
    assert client.post(page, posted)["Location"] == f"/rates/{draft.public_id}/"
    row = world.fresh(draft)
    rules = row.rules
    assert (row.decision_number, row.decided_on, row.signer) == ("99/QĐ-UBND", date(2026, 9, 15), "Người Ký")
    assert (rules["level"], rules["unit"], rules["genres"][0]["rates"]) == (
        "62.5",
        {"vnd": 200_000},
        [{"basis": "coefficient_range", "low": "0.25", "high": 3}],
    )
    assert rules["roles"][0]["vnd"] == 25_000
    stale = client.post(page, posted)
    assert (stale.status_code, summary_of(stale)[0][:40]) == (409, "Nội dung đã được người khác thay đổi. Hã")


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"genres-0-rates-0-low": "3"}, "genres-0-rates-0-low", "mức thấp 3 lớn hơn mức cao 2"),
        ({"genres-0-rates-0-high": "500"}, "genres-0-rates-0-high", "500 nằm ngoài khoảng 0 đến 100"),
        ({"genres-0-rates-0-high": "một"}, "genres-0-rates-0-high", "Hãy ghi một số, ví dụ 20 hoặc 62,5."),
        ({"genres-0-rates-0-high": ""}, "genres-0-rates-0-high", "Hãy ghi một số."),
        ({"level": "0"}, "level", "0 nằm ngoài khoảng 0 đến 300"),
        ({"unit_dong": "5"}, "unit_percent", "Hãy ghi đúng một trong hai"),
        ({"effective_until": "2026-09-01"}, "effective_until", "ngày kết thúc không sau ngày bắt đầu"),
        ({"title": ""}, "title", "Hãy ghi tên quy định."),
    ],
)
def test_wrong_figure_is_told_at_its_field(world, as_, changes, field, sentence):
    draft = drafted(world)
    page = f"/rates/{draft.public_id}/edit/"
    client = as_("admin")
    answer = client.post(page, filled(client.get(page).context["form"]) | changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence in summary_of(answer)[0]
    assert world.fresh(draft).rules == draft.rules


def test_gaps_are_shown_and_accepted_with_a_reason(world, as_):
    draft = drafted(world, roles=[])
    client = as_("holder")
    page = f"/rates/{draft.public_id}/force/"
    shown = client.get(page)
    assert "Còn 2 chỗ trống" in read(shown)
    assert "“Biểu minh hoạ năm 2024 (số liệu giả định)” thôi áp dụng từ 01/10/2026" in read(shown)
    seen = shown.context["form"]["seen"].value()
    refused = client.post(page, {"seen": seen})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["gaps_reason"])
    assert client.post(page, {"seen": seen, "gaps_reason": "Ban biên tập không hưởng thù lao"}).status_code == 302
    assert world.fresh(draft).state == "in_force"
    assert world.fresh(world.schedule).state == "replaced"


def test_draft_that_changed_meanwhile_is_not_put_in_force(world, as_):
    draft = drafted(world)
    client = as_("holder")
    seen = client.get(f"/rates/{draft.public_id}/force/").context["form"]["seen"].value()
    rates.edit_draft(
        actor=world.actor("admin"), schedule=draft, rules=draft.rules | {"level": 50}, seen=rates.fingerprint(draft)
    )
    answer = client.post(f"/rates/{draft.public_id}/force/", {"seen": seen})
    assert (answer.status_code, world.fresh(draft).state) == (409, "draft")


def test_schedule_is_closed_and_a_draft_discarded(world, as_):
    client = as_("holder")
    page = f"/rates/{world.schedule.public_id}/close/"
    assert summary_of(client.post(page, {"until": "2026-12-01"})) == ["Hãy ghi lý do kết thúc."]
    assert summary_of(client.post(page, {"until": "2026-07-01", "reason": "x"})) == [
        "Ngày kết thúc phải sau ngày bắt đầu 01/07/2026."
    ]
    assert client.post(page, {"until": "2026-12-01", "reason": "Hết hiệu lực"}).status_code == 302
    assert world.fresh(world.schedule).effective_until == date(2026, 12, 1)
    assert client.post(page, {"until": "2027-12-01", "reason": "x"}).status_code == 409
    draft = drafted(world)
    seen = client.get(f"/rates/{draft.public_id}/discard/").context["form"]["seen"].value()
    assert client.post(f"/rates/{draft.public_id}/discard/", {"seen": seen})["Location"] == "/rates/"
    assert not RateSchedule.objects.filter(pk=draft.pk).exists()


# ── trying on a list ─────────────────────────────────────────────────────────────────────────────────────────────────


def tried(client, content: bytes, name: str = "danh-sach.csv", **posted):
    return client.post(
        "/rates/try/", {"schedule": "shipped:bac-giang-570-2013", "work": upload(content, name), "as": "page"} | posted
    )


def test_list_is_tried_and_nothing_is_stored(world, as_):
    before = RateSchedule.objects.count()
    rows = csv_of(
        HEAD,
        LAN,
        ("Lê Hoà", "Bài phản ánh", "Vụ lúa", "10/07/2026", "3", "700.000"),
        ("Tổng cộng", "", "", "", "", "1.079.500"),
    )
    answer = tried(as_("rapporteur") if "rapporteur" in world.accounts else as_("head"), rows)
    words = read(answer)
    assert answer.status_code == 200
    for said in (
        "1.138.500",
        "1,5 × 253.000 đ = 379.500 đ; làm tròn đến đồng",
        "Bảng ghi khác ở 2 chỗ",
        "Dòng 3: bảng ghi 700.000 đ, tính lại là 759.000 đ.",
        "Dòng 4, “Tổng cộng”: bảng ghi 1.079.500 đ, tính lại là 1.138.500 đ.",
    ):
        assert said in words, said
    assert RateSchedule.objects.count() == before


def test_list_that_agrees_says_so_and_is_taken_away(world, as_):
    client = as_("accountant")
    answer = tried(client, csv_of(HEAD, LAN))
    assert "Các số ghi trong bảng đều khớp." in read(answer)
    assert 'download="tinh-thu.xlsx"' in texts(answer)
    sheet = client.post(
        "/rates/try/", {"schedule": str(world.schedule.public_id), "work": upload(csv_of(HEAD, LAN)), "as": "xlsx"}
    )
    table = read_table(content=sheet.content, file_name="a.xlsx", columns={"amount": ["Thành tiền"]})
    assert [row.cells["amount"] for row in table.rows] == ["379500", "379500", "379500"]
    template = client.get("/rates/try/template/")
    assert "Nhập liệu" in read(tried(client, template.content, "mau.xlsx"))


def test_list_is_tried_by_an_uploaded_schedule_and_by_a_draft_as_if_in_force(world, as_):
    client = as_("accountant")
    rows = csv_of(HEAD, ("Nguyễn Thị Lan", "Tin có ảnh", "Dọn đường", "03/07/2026", "", ""))
    answer = tried(
        client, rows, schedule="file", schedule_file=upload(NINH_THUAN.replace(b"level: 100", b"level: 20"), "a.yaml")
    )
    assert "1,5 × 253.000 đ × 20 % = 75.900 đ" in read(answer)
    future = drafted(world, since="2030-01-01", level=50)
    assert "189.750" in read(tried(client, csv_of(HEAD, LAN), schedule=str(future.public_id)))


def test_wrong_rows_and_wrong_files_are_named(world, as_):
    client = as_("accountant")
    answer = tried(client, csv_of(HEAD, ("Lan", "Thơ", "Dọn đường", "03/07/2026", "x", "")))
    words = read(answer)
    assert answer.status_code == 422
    assert "Còn 2 chỗ sai, chưa tính dòng nào" in words
    assert "Dòng 2, cột “Hệ số”: “x” không phải là số." in words
    assert summary_of(tried(client, b"\x00\x01", "a.csv")) != []
    wrong = tried(client, csv_of(HEAD, LAN), schedule="file", schedule_file=upload(b"a: &x 1", "a.yaml"))
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["schedule_file"])
    assert summary_of(wrong) == ["dòng 1, cột 4: không dùng dấu & và * để lặp lại"]
    assert summary_of(tried(client, csv_of(HEAD, LAN), schedule="file")) == ["Hãy chọn tệp quy định."]
    assert summary_of(client.post("/rates/try/", {"schedule": "shipped:bac-giang-570-2013"})) == [
        "Hãy chọn tệp danh sách."
    ]
    formula = workbook(HEAD, ("Lan", "Tin", "Đèn", "03/07/2026", None, None), formulas={"E2": ("=1+0.5", 1.5)})
    assert "ô E2 là công thức" in read(tried(client, formula, "a.xlsx"))
