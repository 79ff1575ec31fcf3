"""The morning summary, the call sheet of a hamlet, the month, the urgent link: what stands in them, for whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.test import Client

from contributors import clock
from contributors.calls import NewCall, make_calls
from contributors.errors import DomainError
from contributors.message_words import without_figures
from contributors.models import Delegation, Event, OwnDay
from contributors.models.tenancy import new_public_id
from contributors.newsroom import return_piece, schedule_piece
from contributors.summary import morning_summary
from contributors.training import hold_session
from contributors.urgent import LIVES, ask_urgently
from payments.call_sheet import call_sheet, call_sheet_pdf
from tests.web.conftest import texts
from tests.web.test_queries import MOST, asked


def returned(world, title="Đường hoa", by="lan"):
    piece = world.submitted(by=by, title=title)
    return return_piece(actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Thiếu ảnh")


def test_summary_says_what_waits_since_when_and_for_whom(world, as_):
    assert morning_summary(world.actor("writer")).board == ""
    assert "Sáng nay không có việc nào chờ." in texts(as_("writer").get("/desk/summary/"))
    for number in range(7):
        world.submitted(title=f"Tin {number}")
    world.submitted(title="Trao 5.000.000 đ cho hộ nghèo")
    world.approved(title="Bài đã duyệt")
    returned(world)
    found = morning_summary(world.actor("writer"))
    head, publisher = world.people["head"].full_name, world.people["publisher"].full_name
    assert f"Chờ duyệt: 8 (trưởng ban {head})" in found.board
    assert "• Tin 0 – Nguyễn Thị Lan, từ " in found.board
    assert "• và 3 bài nữa" in found.board
    assert f"Chờ đăng: 1 ({_seat(world)} " in found.board
    assert publisher in found.board or world.people["deputy"].full_name in found.board
    assert "Tin chưa báo cho bà con: 2." in found.board  # approved, and returned
    assert "Chờ đăng" not in found.head
    assert without_figures(found.board)
    assert '<textarea id="head" readonly' in texts(as_("deputy").get("/desk/summary/"))
    with pytest.raises(DomainError):
        morning_summary(world.actor("lan"))


def _seat(world) -> str:
    return re.search(r"Chờ đăng: 1 \((\S+ \S+) ", morning_summary(world.actor("head")).board)[1]


def test_call_sheet_names_who_is_to_be_called_and_why(world, as_):
    returned(world)
    sheet = call_sheet(actor=world.actor("head"), unit=world.unit)
    by_name = {line.person.full_name: line.points for line in sheet.lines}
    assert by_name["Nguyễn Thị Lan"][0].startswith("Bài “Đường hoa” trả lại từ ")
    assert "Chưa gửi tin, bài nào." in by_name["Lê Hoà"]
    page = texts(as_("head").get(f"/messages/call-sheets/{world.unit.public_id}/"))
    assert f'href="tel:{world.people["lan"].phone}"' in page
    text = "".join(
        page.get_textpage().get_text_range()
        for page in pypdfium2.PdfDocument(call_sheet_pdf(actor=world.actor("head"), unit=world.unit))
    )
    for words in ("PHIẾU GỌI CỘNG TÁC VIÊN", "Ấp Mẫu", "Nguyễn Thị Lan", "Bài “Đường hoa” trả lại"):
        assert words in text
    with pytest.raises(DomainError):
        call_sheet(actor=world.actor("accountant"), unit=world.unit)


def test_month_shows_what_is_due_on_which_day(world, as_):
    today = clock.today()
    soon = clock.now() + timedelta(days=1)
    make_calls(actor=world.actor("head"), new=[NewCall(new_public_id(), "Lễ ra quân", soon)], units=[])
    approved = world.approved(title="Hẹn đăng sáng mai")
    schedule_piece(actor=world.actor("deputy"), piece=approved, seen_version=approved.version, at=soon)
    hold_session(actor=world.actor("head"), title="Cách chụp ảnh", held_on=today)
    OwnDay.objects.create(portal=world.portal, on=today, working=False, note="Lễ hội đình")
    Delegation.objects.create(
        portal=world.portal,
        giver=world.people["head"],
        receiver=world.people["deputy"],
        right="piece.approve",
        effective_from=today,
        effective_until=today + timedelta(days=1),
        reason="Đi họp",
        created_by=world.accounts["head"],
        created_at=clock.now(),
    )
    page = texts(as_("head").get("/desk/calendar/"))
    for words in ("Cách chụp ảnh", "Lễ hội đình", f"{world.people['head'].full_name} → "):
        assert words in page
    ahead = texts(as_("head").get(f"/desk/calendar/?month={soon.astimezone():%Y-%m}"))
    assert "Lễ ra quân" in ahead
    assert "Hẹn đăng sáng mai" in ahead
    assert texts(as_("head").get("/desk/calendar/?month=xx")).count("<tr>") in {5, 6, 7}
    assert "Tháng này chưa có gì." in texts(as_("writer").get("/desk/calendar/?month=2031-01"))


def test_month_of_runs_is_for_those_who_see_them(world, as_):
    run = world.run(pay="2026-08-05")
    assert run.label in texts(as_("head").get("/desk/calendar/?month=2026-08"))
    assert run.label not in texts(as_("writer").get("/desk/calendar/?month=2026-08"))


def test_these_pages_ask_the_same_for_one_and_many(world, as_):
    head = as_("head")
    unit = f"/messages/call-sheets/{world.unit.public_id}/"
    returned(world)
    world.submitted()
    world.approved()
    pages = ("/desk/summary/", "/desk/calendar/", unit, "/messages/call-sheets/")
    one = [asked(head, page) for page in pages]
    for number in range(6):
        returned(world, title=f"Bài {number}", by=("lan", "hoa")[number % 2])
        world.submitted(title=f"Tin {number}")
        world.approved(title=f"Duyệt {number}")
    assert [asked(head, page) for page in pages] == one
    assert max(one) <= MOST


def test_urgent_link_leads_to_the_one_piece_and_grants_nothing(world, as_):
    piece = world.submitted(title="Tin gấp")
    answer = as_("writer").post(f"/review/{piece.public_id}/urgent/")
    page = texts(answer)
    assert "Tin gấp" in page
    assert world.people["head"].full_name in page
    link = re.search(r"(/u/[^/]+/) dùng|http://127.0.0.1:8000(/u/[^/\s]+/)", page)
    address = link[1] or link[2]
    stranger = Client().get(address)
    assert stranger["Location"].startswith("/login/?next=%2Fu%2F")
    assert as_("lan").get(address).status_code == 403
    assert as_("head").get(address)["Location"] == f"/review/{piece.public_id}/"
    approved = as_("publisher").post(
        f"/review/{piece.public_id}/approve/", {"version": piece.version, "coefficient": "1"}
    )
    assert approved.status_code == 403  # to have been sent the link is no right
    assert as_("head").get("/u/abc:def/").status_code == 410
    row = world.fresh(piece)
    return_piece(actor=world.actor("deputy"), piece=row, seen_version=row.version, reason="Sửa")
    assert "Bài này đã có người quyết định" in texts(as_("head").get(address))
    assert Event.objects.filter(kind="piece.asked_urgently").count() == 1
    with pytest.raises(DomainError) as refusal:
        ask_urgently(actor=world.actor("writer"), piece=world.fresh(piece))
    assert refusal.value.code == "wrong_state"
    with clock.at(clock.now() + LIVES + timedelta(seconds=1)):
        assert as_("head").get(address).status_code == 410


def test_urgent_link_asks_for_the_second_factor_where_one_is_demanded(world, as_, monkeypatch):
    from contributors import urgent

    piece = world.submitted()
    address = "/u/" + re.search(r"/u/([^/]+)/", ask_urgently(actor=world.actor("writer"), piece=piece).text)[1] + "/"

    def needed(actor):
        raise DomainError("second_factor_needed")

    monkeypatch.setattr(urgent, "require_proof", needed)
    answer = as_("head").get(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/prove/")
    assert "next=%2Fu%2F" in answer["Location"]
