"""Pages of what-if and of the funding proposal: who, what they say, what is taken away, and that nothing is stored."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from contributors import clock
from contributors.models import Letterhead, Score
from payments import rates
from tests.factories.world import at, build_world
from tests.payments.sheets import csv_of
from tests.payments.test_whatif_report import rows_of_every_table
from tests.web.conftest import summary_of, texts

JULY = "first=2026-07-01&last=2026-07-31"
PAGE = "/rates/what-if/"
LIST = "/rates/what-if/list/"
PROPOSAL = "/rates/what-if/proposal/"
HEAD = ("Họ và tên", "Thể loại", "Tên tác phẩm", "Ngày đăng", "Hệ số")
LAN = ("Phạm Thị Mới", "Tin", "Mở đường", "05/07/2026", "1,5")
READERS = {"accountant", "holder", "admin", "head", "deputy"}
WISHES = {
    "step": "write",
    "asked": "5.000.000",
    "asked_year": "2027",
    "recipient": "Hội đồng nhân dân xã",
    "source": "Ngân sách xã",
    "signer_title": "CHỦ TỊCH",
    "signer_name": "Trần Văn Chủ",
    "copies": "Như trên\n\n Kế toán ",
}


@pytest.fixture(autouse=True)
def _august():
    with clock.at(at("2026-08-03T09:00")):
        yield


def read(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", texts(answer))).replace("\u00a0", " ")


def upload(content: bytes, name: str = "danh-sach.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def drafted(world, **changes):
    rules = dict(world.schedule.rules) | {"code": "moi", "from": "2026-10-01", "title": {"vi": "Biểu mới"}} | changes
    return rates.draft_schedule(actor=world.actor("admin"), rules=rules)


def asked(**fields) -> dict[str, str]:
    return {"schedule": "current", "against": "none", "first": "2026-07-01", "last": "2026-07-31"} | fields


def words_of(answer) -> str:
    """Every paragraph of a .docx, tables included, one line each."""
    file = Document(BytesIO(answer.content))
    return "\n".join(node.text or "" for node in file.element.body.iter() if node.tag.endswith("}t"))


def test_pages_are_for_those_who_may_ask_what_paying_costs(world, as_):
    world.published("lan")
    for page in (PAGE, LIST, f"{PROPOSAL}?{JULY}&schedule=current"):
        seen = {name: as_(name).get(page).status_code for name in world.accounts}
        assert {name for name, status in seen.items() if status == 200} == READERS, page
        assert set(seen.values()) == {200, 403}
    posted = {name: as_(name).post(PROPOSAL, asked() | WISHES).status_code for name in ("lan", "writer", "accountant")}
    assert posted == {"lan": 403, "writer": 403, "accountant": 200}


def test_pages_are_reached_from_where_people_are(world, as_):
    client = as_("accountant")
    assert f'href="{PAGE}"' in texts(client.get("/rates/"))
    assert f'href="{PAGE}?schedule={world.schedule.public_id}"' in texts(
        client.get(f"/rates/{world.schedule.public_id}/")
    )
    assert f'href="{PAGE}?schedule=shipped:bac-giang-570-2013"' in texts(
        client.get("/rates/shipped/bac-giang-570-2013/")
    )
    assert f'href="{LIST}"' in texts(client.get(PAGE))
    world.published("lan")
    assert f'href="{PAGE}?first=2026-07-01&amp;last=2026-07-31"' in texts(as_("head").get(f"/output/?{JULY}"))
    assert PROPOSAL in texts(client.get(f"{PAGE}?{JULY}"))


def test_unasked_the_last_half_year_by_the_newest_draft(world, as_):
    draft = drafted(world)
    form = as_("accountant").get(PAGE).context["form"]
    assert form.data == {
        "first": "2026-01-01",
        "last": "2026-06-30",
        "schedule": str(draft.public_id),
        "against": "none",  # nothing was in force on the last day of June
    }
    assert as_("accountant").get(f"{PAGE}?{JULY}").context["form"].data["last"] == "2026-07-31"
    assert "Kỳ này chưa có tin, bài nào đã đăng." in read(as_("accountant").get(PAGE))


def test_draft_is_held_against_what_is_in_force(world, as_):
    world.published("lan", coefficient="2")
    world.published("hoa", genre="article", coefficient="2")
    draft = drafted(
        world,
        genres=[
            {"genre": "news_item", "rates": [{"basis": "coefficient", "coefficient": 1}]},
            {"genre": "article", "rates": [{"basis": "coefficient", "coefficient": 4}]},
            {"genre": "photo", "rates": [{"basis": "coefficient", "coefficient": 1}]},
        ],
    )
    before = rows_of_every_table()
    page = f"{PAGE}?{JULY}&schedule={draft.public_id}&against=current"
    words = read(as_("head").get(page))
    for said in (
        "Nếu chi 1.325.000 đ 2 tin, bài, theo “Biểu mới”.",
        "“Biểu minh hoạ năm 2024 (số liệu giả định)”: 1.072.000 đ Chênh lệch: +253.000 đ",
        "Một năm 15.900.000 đ",
        "Trong đó thù lao 60.000 đ",
        "So với dự toán 2026 một năm bằng 31 % của 50.000.000 đ",
        "Bài phản ánh 1 1.042.000 đ 536.000 đ +506.000 đ",
        "1 người được nhiều hơn, 1 người được ít hơn, 2 người không đổi.",
        "Lê Hoà 1 1.012.000 đ 506.000 đ +506.000 đ",
        "Nguyễn Thị Lan 1 253.000 đ 506.000 đ −253.000 đ",
    ):
        assert said in words, said
    hidden = read(as_("admin").get(page))
    assert "Lê Hoà" not in hidden
    assert "1 người được nhiều hơn" in hidden
    assert "Số tiền từng người chỉ hiện với kế toán" in hidden
    changed = {name for name, rows in rows_of_every_table().items() if rows != before[name]}
    assert changed <= {"django_session", "contributors_account"}  # logging in


def test_unscored_pieces_leave_a_span(world, as_):
    piece = world.published("lan", coefficient="2")
    Score.objects.filter(piece=piece).update(accepted=False)
    words = read(as_("accountant").get(f"{PAGE}?{JULY}&schedule=current&against=none"))
    assert "Nếu chi 156.500 – 536.000 đ" in words
    assert "1 tin, bài chưa chấm hệ số" in words
    assert "Chênh lệch" not in words  # against nothing there is nothing to compare


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("first=2026-07-31&last=2026-07-01", "last", "Ngày cuối không được trước ngày đầu."),
        ("first=2023-07-01&last=2026-07-01", "last", "Chỉ tính thử được nhiều nhất hai năm một lần."),
        ("first=x&last=2026-07-31", "first", "Hãy ghi ngày như 05/02/2026."),
        ("schedule=khac", "schedule", None),
        ("schedule=none", "schedule", None),
    ],
)
def test_wrong_question_is_told_at_its_field(world, as_, query, field, sentence):
    answer = as_("accountant").get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence is None or summary_of(answer) == [sentence]


def test_schedule_of_another_portal_is_not_offered(world, as_):
    other = build_world(slug="xa-khac")
    answer = as_("accountant").get(f"{PAGE}?{JULY}&schedule={other.schedule.public_id}")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["schedule"])


def test_pages_ask_the_same_for_one_and_many(world, as_):
    client = as_("accountant")
    counts = []
    for more in (1, 9):
        for number in range(more):
            world.published("lan", title=f"Tin {more} {number}")
        asked_now = []
        for page in (f"{PAGE}?{JULY}&schedule=current", f"{PROPOSAL}?{JULY}&schedule=current"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            asked_now.append(len(queries))
        counts.append(asked_now)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30


# ── a list ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_is_reckoned_and_carried_to_the_proposal(world, as_):
    client = as_("accountant")
    answer = client.post(LIST, asked(work=upload(csv_of(HEAD, LAN))))
    words = read(answer)
    assert answer.status_code == 200
    assert "Nếu chi 379.500 đ 1 tin, bài" in words
    assert "Phạm Thị Mới 1 379.500 đ" in words
    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', texts(answer)))
    carried.pop("csrfmiddlewaretoken", None)
    carried.pop("next", None)
    assert set(carried) == {"carried", "schedule", "first", "last", "list_name"}
    page = client.post(PROPOSAL, carried)
    assert (page.status_code, page.context["form"]["asked"].value()) == (200, "4.554.000")
    assert "danh-sach.csv" in read(page)
    paper = client.post(PROPOSAL, carried | WISHES)
    assert "379.500" in words_of(paper)
    assert client.post(PROPOSAL, carried | {"carried": "%%"} | WISHES)["Location"] == PAGE


def test_list_with_wrong_rows_is_not_reckoned(world, as_):
    client = as_("accountant")
    rows = csv_of(HEAD, ("Lan", "Thơ", "Mở đường", "05/07/2026", "x"), ("Lan", "Tin", "Mở kênh", "05/06/2026", "1"))
    answer = client.post(LIST, asked(work=upload(rows)))
    words = read(answer)
    assert answer.status_code == 422
    for said in (
        "Còn 3 chỗ sai, chưa tính dòng nào",
        "Dòng 2, cột “Thể loại”: không có thể loại “Thơ”",
        "Dòng 2, cột “Hệ số”: “x” không phải là số.",
        "Dòng 3, cột “Ngày đăng”: ngày này nằm ngoài kỳ đã chọn.",
    ):
        assert said in words, said
    assert "Lập tờ trình" not in words
    assert summary_of(client.post(LIST, asked(work=upload(b"\x00\x01")))) != []
    assert summary_of(client.post(LIST, asked())) == ["Hãy chọn tệp danh sách."]
    assert list(client.post(LIST, asked(work=upload(b"a;b"))).context["form"].errors) == ["work"]


# ── the proposal ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_proposal_offers_what_it_knows(world, as_):
    world.published("lan", coefficient="2")
    form = as_("accountant").get(f"{PROPOSAL}?{JULY}&schedule=current").context["form"]
    offered = {name: form[name].value() for name in ("asked", "asked_year", "recipient", "source", "signer_name")}
    assert offered == {
        "asked": "6.432.000",
        "asked_year": 2027,
        "recipient": "Hội đồng nhân dân xã",
        "source": "Ngân sách xã",
        "signer_name": world.accounts["holder"].name,
    }


def test_proposal_is_a_paper_that_can_be_signed(world, as_):
    world.published("lan", coefficient="2")
    answer = as_("head").post(PROPOSAL, asked() | WISHES)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="to-trinh-kinh-phi-2027.docx"'
    words = words_of(answer)
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "TỜ TRÌNH",
        "Kính gửi: Hội đồng nhân dân xã",
        "Trong kỳ từ ngày 01/07/2026 đến hết ngày 31/07/2026, trang đã đăng 1 tin, bài.",
        "Dự kiến một năm cần 6.432.000 đồng",
        "Đề nghị bố trí 5.000.000 đồng trong dự toán năm 2027",
        "Năm triệu đồng",
        "Trần Văn Chủ",
        "- Kế toán;",
        "- Lưu: VT.",
    ):
        assert said in words, said


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"asked": "0"}, "asked", "Số tiền đề nghị phải lớn hơn 0."),
        ({"asked": ""}, "asked", "Hãy ghi số tiền đề nghị."),
        ({"asked_year": "x"}, "asked_year", "Hãy ghi năm."),
        ({"recipient": ""}, "recipient", "Hãy ghi nơi nhận tờ trình."),
        ({"dated": "35/07/2026"}, "dated", "Hãy ghi ngày như 05/02/2026."),
    ],
)
def test_proposal_is_refused_at_its_field(world, as_, changes, field, sentence):
    world.published("lan")
    answer = as_("accountant").post(PROPOSAL, asked() | WISHES | changes)
    assert answer.status_code == 422
    assert (list(answer.context["form"].errors), summary_of(answer)) == ([field], [sentence])


def test_proposal_of_nothing_or_without_letterhead_is_refused(world, as_):
    client = as_("accountant")
    empty = client.post(PROPOSAL, asked() | WISHES)
    assert (empty.status_code, empty.context["form"].refusal.code) == (422, "proposal_empty")
    world.published("lan")
    Letterhead.objects.all().delete()
    bare = client.post(PROPOSAL, asked() | WISHES)
    assert (bare.status_code, bare.context["form"].refusal.code) == (422, "proposal_no_letterhead")
    assert client.get(PROPOSAL)["Location"] == PAGE
    assert client.get(f"{PROPOSAL}?{JULY}&schedule=none")["Location"] == PAGE


def test_personal_number_in_the_proposal_is_refused(world, as_):
    world.published("lan")
    answer = as_("accountant").post(PROPOSAL, asked() | WISHES | {"source": "TK 012345678901"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["source"])
