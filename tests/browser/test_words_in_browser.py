"""What stands on every page, and a message on its way from a decision to the clipboard, on a phone and on a desk."""

from __future__ import annotations

import pytest

from contributors import newsroom
from contributors.models import Message
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser
PAGES = (
    "/messages/",
    "/messages/call-sheets/",
    "/desk/calendar/",
    "/desk/summary/",
    "/search/?q=duong+hoa",
    "/notices/",
)


def test_decision_is_told_and_everything_is_found(visitor, committed_world):
    world = committed_world
    piece = world.submitted(title="Đường hoa ấp Mẫu")
    other = world.submitted(title="Đường hoa ấp bên")
    newsroom.return_piece(actor=world.actor("head"), piece=other, seen_version=other.version, reason="Thiếu ảnh")
    wrong = []
    for width in (PHONE, DESK):
        head = visitor("head", width=width)
        head.context.grant_permissions(["clipboard-read", "clipboard-write"])
        head.go("/desk/")
        told = Message.objects.get(subject_id=other.pk)
        wrong += head.look("desk-told")
        button = head.page.locator("button[data-copy]").first
        button.focus()
        head.page.keyboard.press("Enter")  # a keyboard is enough
        head.page.get_by_role("button", name="Đã chép").wait_for()
        assert head.page.evaluate("navigator.clipboard.readText()") == told.text
        head.page.locator(".more summary").click()
        assert head.page.get_by_role("heading", name="Cài đặt và theo dõi").is_visible()
        wrong += head.look("menu-open")
        head.go(f"/review/{piece.public_id}/")
        assert head.page.locator(".trail a").all_inner_texts() == ["Việc cần làm"]
        assert not head.page.locator(".back").first.is_visible()  # the way back is not shown twice
        for page in PAGES:
            assert head.go(page) == 200
            wrong += head.look(page.strip("/").split("?")[0].replace("/", "-"))
    plain = visitor("head", width=PHONE, scripts=False)
    plain.go("/messages/")
    assert plain.page.locator("textarea").first.input_value() == told.text
    plain.page.get_by_role("button", name="Đã gọi hoặc gặp").click()
    told.refresh_from_db()
    assert (told.state, told.way) == ("told", "spoken")
    plain.go("/desk/")
    plain.page.click(".find-link")
    plain.page.fill("#q", "duong hoa")
    plain.page.locator("main").get_by_role("button", name="Tìm").click()
    assert plain.page.get_by_role("link", name="Đường hoa ấp Mẫu").is_visible()
    assert wrong == [], wrong


def test_urgent_link_from_a_locked_phone(visitor, committed_world):
    """Zalo opens it where nobody is logged in: login, then straight to the review at 360 px."""
    world = committed_world
    piece = world.submitted(title="Tin cần lên ngay")
    writer = visitor("writer", width=PHONE)
    writer.go(f"/review/{piece.public_id}/")
    writer.page.get_by_text("Nhờ duyệt gấp…").click()
    writer.press("Làm tin nhắn")
    text = writer.page.locator("textarea").input_value()
    assert writer.look("urgent") == []
    path = "/u/" + text.split("/u/")[1].split("/")[0] + "/"
    head = visitor(None, width=PHONE)
    head.go(path)
    assert head.path == "/login/"
    head.page.fill("#id_phone", world.accounts["head"].login_phone)
    head.page.fill("#id_password", PASSWORD)
    head.page.click("main button")
    head.page.wait_for_load_state()
    assert head.path == f"/review/{piece.public_id}/"
    assert head.look("review-from-link") == []
