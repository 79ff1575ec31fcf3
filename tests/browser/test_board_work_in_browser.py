"""Pages of the board's work as they stand on a phone and on a desk: nothing sideways, nothing against accessibility."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from contributors import board_rules, calls, clock, crediting, delegations, drafting, newsroom
from contributors.deadlines import usual_rules
from contributors.drafting import DeclaredCredit
from contributors.models import Credit, Piece, Role
from contributors.pledges import current_pledge
from contributors.reminding import remind_portal
from payments.approvals import approve_piece
from payments.calling import make_calls
from tests.browser.chromium import DESK, PHONE

pytestmark = pytest.mark.browser


def furnish(world) -> dict[str, str]:
    """A busy board: something late, a first score, a dispute, a hand-over, calls."""
    today = clock.today()
    rules = usual_rules() | {"effective_from": today, "second_score_above": Decimal("1.4")}
    board_rules.set_board_rules(actor=world.actor("head"), **rules)
    board_rules.set_own_day(actor=world.actor("head"), on=today + timedelta(days=3), working=True, note="Làm bù")
    delegations.hand_over(
        actor=world.actor("publisher"),
        receiver=world.people["writer"],
        right="piece.publish",
        effective_from=today,
        effective_until=today + timedelta(days=5),
        reason="Đi tập huấn chuyển đổi số",
    )
    piece = world.draft("lan", title="Ấp Mẫu ra quân làm sạch tuyến đường hoa dài hai cây số")
    parts = [DeclaredCredit(world.people[name], Role.AUTHOR, share=Decimal(50)) for name in ("lan", "hoa")]
    piece = drafting.declare_credits(actor=world.actor("lan"), piece=piece, seen_version=piece.version, declared=parts)
    piece = newsroom.submit_piece(
        actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
    )
    disputed = Credit.objects.get(piece=piece, contributor=world.people["hoa"])
    crediting.answer_credit(actor=world.actor("hoa"), credit=disputed, agrees=False, reason="Tôi viết cả đoạn hai")
    scored = world.submitted(photos_by=("lan", "hoa"), title="Hội thi nấu ăn ngày gia đình")
    edited = drafting.edit_piece(
        actor=world.actor("deputy"), piece=scored, seen_version=scored.version, body="Sáng 10/7, ấp Mẫu thi nấu ăn."
    )
    approve_piece(
        actor=world.actor("head"),
        piece=edited,
        seen_version=edited.version,
        coefficient=Decimal("1.8"),
        photo_coefficient=Decimal("0.5"),
        reason="Bài công phu",
    )
    late = world.submitted(title="Chủ tịch xã thăm gia đình chính sách", leader_activity=True, event_on=today)
    Piece.objects.filter(pk=late.pk).update(state_since=clock.now() - timedelta(days=6))
    asked = world.draft("hoa", title="Câu lạc bộ đờn ca tài tử ra mắt")
    asked = drafting.declare_credits(
        actor=world.actor("hoa"),
        piece=asked,
        seen_version=asked.version,
        declared=[DeclaredCredit(world.people[name], Role.AUTHOR, share=Decimal(50)) for name in ("hoa", "lan")],
    )
    newsroom.submit_piece(
        actor=world.actor("hoa"), piece=asked, seen_version=asked.version, pledge=current_pledge().version
    )
    with clock.at(clock.now() - timedelta(days=9)):
        returned = world.submitted(title="Tin chờ lâu mới trả lời")
    newsroom.return_piece(
        actor=world.actor("head"), piece=returned, seen_version=returned.version, reason="Thiếu ngày tháng"
    )
    wanted = calls.NewCall(
        uuid.uuid4(),
        "Lễ ra mắt mô hình ấp nông thôn mới kiểu mẫu",
        clock.now() + timedelta(days=2),
        brief="Cần ba ảnh: toàn cảnh, lãnh đạo phát biểu, bà con.",
        place="Nhà văn hoá ấp Mẫu",
        genre=world.genres["news_item"],
    )
    (call,) = make_calls(actor=world.actor("head"), portal=world.portal, new=[wanted], units=[world.unit])
    remind_portal(world.portal)
    approved, published = world.approved(coefficient="1.2"), world.published(coefficient="1.2")
    return {
        "late": str(late.public_id),
        "scored": str(scored.public_id),
        "disputed": str(piece.public_id),
        "credit": str(disputed.pk),
        "call": str(call.public_id),
        "approved": str(approved.public_id),
        "published": str(published.public_id),
    }


PAGES = {
    "head": (
        *("/desk/", "/desk/calls/", "/desk/calls/new/", "/desk/calls/week/", "/desk/calls/{call}/cancel/"),
        *("/absences/", "/absences/hand-over/", "/rules/", "/rules/edit/", "/output/timeliness/", "/rights/"),
        *("/review/{late}/", "/review/{disputed}/", "/review/{published}/retract/", "/credits/{credit}/settle/"),
    ),
    "deputy": ("/review/{scored}/",),
    "publisher": ("/publish/{approved}/", "/publish/{approved}/schedule/"),
    "lan": ("/me/", "/me/credits/", "/calls/", "/calls/{call}/", "/pieces/{disputed}/", "/pieces/{disputed}/credits/"),
}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_the_boards_work_are_in_order(committed_world, visitor, width):
    things = furnish(committed_world)
    wrong = []
    for name, pages in PAGES.items():
        visiting = visitor(name, width=width)
        for page in pages:
            address = page.format(**things)
            status = visiting.go(address)
            shown = page.strip("/").replace("/", "-").replace("{", "").replace("}", "")
            wrong += visiting.look(f"{name}-{shown}") if status == 200 else [f"{name}: {address} answered {status}"]
        visiting.close()
    assert wrong == []


def test_pasted_week_is_read_and_called_for(committed_world, visitor):
    day = clock.today() + timedelta(days=1)
    head = visitor("head", width=PHONE)
    head.go("/desk/calls/week/")
    text = f"Thứ hai, ngày {day:%d/%m/%Y}\n8h00: Chủ tịch xã dự lễ ra quân, tại nhà văn hoá ấp Mẫu\nGhi chú chung"
    head.page.fill("#id_text", text)
    head.press("Xem trước")
    assert "Đọc được 1 việc" in head.page.inner_text("main")
    assert head.look("head-week-read") == []
    head.press("Đặt tất cả")
    assert "Chủ tịch xã dự lễ ra quân" in head.page.inner_text("main")
