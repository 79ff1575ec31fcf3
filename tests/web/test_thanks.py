"""Thanks on the pages: the board's list and papers, one's own words, the public list; the wish; the own file."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from contributors import clock
from contributors.consenting import give_consent, withdraw_consent
from contributors.models import Event
from contributors.recognition import half_before
from contributors.thanks import thanks_wanted
from tests.factories.world import at
from tests.web.conftest import summary_of, texts

JULY = "first=2026-07-01&last=2026-07-31"
PERIOD = {"first": "01/07/2026", "last": "31/07/2026", "dated": ""}


@pytest.fixture
def july(world):
    world.published("lan", photos_by=("hoa",), title="Đường mới ấp Mẫu")
    return world


def chosen(page: str) -> list[str]:
    return re.findall(r'name="people" value="([^"]+)" checked', page)


def test_board_sees_who_is_thanked_for_what_and_the_formula(july, as_):
    page = texts(as_("writer").get(f"/output/thanks/?{JULY}"))
    for said in ("Lê Hoà", "Nguyễn Thị Lan", "Đường mới ấp Mẫu", "90 ngày", "Không xếp hạng"):
        assert said in page, said
    assert page.index("Lê Hoà") < page.index("Nguyễn Thị Lan")
    assert len(chosen(page)) == 2
    assert "chưa xét sự đều đặn" in page
    assert as_("lan").get(f"/output/thanks/?{JULY}").status_code == 403


def test_papers_of_the_marked_people(july, as_):
    head = as_("head")
    people = chosen(texts(head.get(f"/output/thanks/?{JULY}")))
    both = head.post("/output/thanks/", PERIOD | {"people": people, "papers": "all"})
    assert both["Content-Disposition"] == 'attachment; filename="cam-on-2026-07-01-2026-07-31.pdf"'
    assert len(PdfReader(BytesIO(both.content)).pages) == 4
    one = head.post(
        "/output/thanks/", PERIOD | {"people": [people[1], "không-phải-mã"], "papers": "letter", "dated": "03/08/2026"}
    )
    (letter,) = PdfReader(BytesIO(one.content)).pages
    assert "ngày 03 tháng 8 năm 2026" in letter.extract_text()
    assert Event.objects.filter(kind="thanks.printed").count() == 2


def test_nobody_marked_is_said_and_the_page_stays_as_it_was(july, as_):
    answer = as_("head").post("/output/thanks/", PERIOD | {"papers": "all"})
    assert (answer.status_code, len(summary_of(answer))) == (422, 1)
    assert "Nguyễn Thị Lan" in texts(answer)
    assert chosen(texts(answer)) == []


def test_empty_periods_say_why(july, as_):
    head = as_("head")
    assert "chưa có tin, bài nào lên trang" in texts(head.get("/output/thanks/?first=2026-05-01&last=2026-05-31"))
    july.published("writer", "2026-08-10T09:00")
    assert "Kỳ này có 1 tin, bài lên trang" in texts(head.get("/output/thanks/?first=2026-08-01&last=2026-08-31"))
    wrong = head.get("/output/thanks/?first=2026-08-01&last=2026-07-01")
    assert wrong.status_code == 422


def test_one_is_thanked_on_ones_own_pages_for_the_half_year_that_is_over(july, as_):
    lan = as_("lan")
    with clock.at(at("2026-09-01T09:00")):
        assert "Đường mới ấp Mẫu" not in texts(lan.get("/me/thanks/"))
        assert "Đường mới ấp Mẫu" in texts(lan.get("/me/thanks/?now"))
        assert "Cảm ơn bạn" not in texts(lan.get("/me/"))
    with clock.at(at("2027-01-05T09:00")):
        page = texts(lan.get("/me/thanks/"))
        assert "Đường mới ấp Mẫu" in page
        assert "Lê Hoà" not in page
        assert "Cảm ơn bạn" in texts(lan.get("/me/"))


def test_wish_of_oneself_holds_everywhere_at_once(july, as_):
    lan = as_("lan")
    give_consent(actor=july.actor("lan"), contributor=july.people["lan"], purpose="thanks", version="2026-11")
    with clock.at(at("2027-01-05T09:00")):
        assert "Nguyễn Thị Lan" in texts(as_("hoa").get(f"/p/{july.portal.slug}/"))
        assert lan.post("/details/thanks/", {"wanted": "no"})["Location"] == "/details/"
        assert "Cảm ơn tôi cùng mọi người" in texts(lan.get("/details/"))
        assert "Nguyễn Thị Lan" not in texts(as_("head").get(f"/output/thanks/?{JULY}"))
        assert "Nguyễn Thị Lan" not in texts(as_("hoa").get(f"/p/{july.portal.slug}/"))
        assert "Đường mới" not in texts(lan.get("/me/thanks/"))
        assert "Cảm ơn bạn" not in texts(lan.get("/me/"))
        lan.post("/details/thanks/", {"wanted": "yes"})
        assert "Nguyễn Thị Lan" in texts(as_("head").get(f"/output/thanks/?{JULY}"))


def test_board_notes_the_wish_for_somebody(july, as_):
    lan = july.people["lan"]
    address = f"/network/people/{lan.public_id}/"
    head = as_("head")
    assert "Không nêu tên trong lời cảm ơn" in texts(head.get(address))
    assert head.post(f"/people/{lan.public_id}/thanks/", {"wanted": "no"}).status_code == 302
    assert not thanks_wanted(lan)
    assert "muốn được cảm ơn lại" in texts(head.get(address))
    assert as_("writer").post(f"/people/{lan.public_id}/thanks/", {"wanted": "yes"}).status_code == 403
    assert "Không nêu tên trong lời cảm ơn" not in texts(as_("writer").get(address))


def test_public_page_names_only_who_agreed_to_that(july, as_):
    hoa, lan = july.people["hoa"], july.people["lan"]
    give_consent(actor=july.actor("hoa"), contributor=hoa, purpose="publication", version="2026-01")
    with clock.at(at("2027-01-05T09:00")):
        visitor = as_("admin")
        assert "Sáu tháng vừa qua" not in texts(visitor.get(f"/p/{july.portal.slug}/"))
        assert as_("lan").post("/details/consents/thanks/give/").status_code == 302
        page = texts(visitor.get(f"/p/{july.portal.slug}/"))
        assert "Sáu tháng vừa qua" in page
        assert "Bước đầu · Mở tiếng nói" in page
        assert "Lê Hoà" not in page
        withdraw_consent(actor=july.actor("lan"), contributor=lan, purpose="thanks")
        assert "Sáu tháng vừa qua" not in texts(visitor.get(f"/p/{july.portal.slug}/"))


def test_own_file_is_one_click(july, as_):
    paper = as_("lan").post("/details/file/", {"form": "pdf"})
    assert paper["Content-Disposition"].endswith('.pdf"')
    assert "Đường mới ấp Mẫu" in PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    book = as_("lan").post("/details/file/", {"form": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_name("Tin, bài").to_python()
    assert rows[1][0] == "Đường mới ấp Mẫu"
    assert as_("lan").get("/details/file/").status_code == 405
    assert as_("lan").post("/details/file/", {"form": "exe"}).status_code == 404


def test_administrator_takes_it_for_who_left(july, as_):
    lan = july.people["lan"]
    as_("lan").post("/details/leave/", {"version": july.fresh(lan).version})
    assert "Hồ sơ của người này" in texts(as_("admin").get(f"/people/{lan.public_id}/data/"))
    answer = as_("admin").post(f"/people/{lan.public_id}/file/", {"form": "pdf"})
    assert "đã thôi cộng tác" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for name in ("head", "accountant", "hoa"):
        assert as_(name).post(f"/people/{lan.public_id}/file/", {"form": "pdf"}).status_code == 403
    assert as_("lan").post("/details/file/", {"form": "pdf"}).status_code == 200


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        (date(2026, 6, 30), date(2025, 7, 1), date(2026, 1, 1)),
        (date(2026, 7, 1), date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 12, 31), date(2026, 1, 1), date(2026, 7, 1)),
    ],
)
def test_half_year_that_is_over(day, since, until):
    assert half_before(day) == (since, until)
