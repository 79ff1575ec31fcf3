"""The journeys of a contributor, each from its first tap: by finger, by keyboard alone, without JavaScript."""

from __future__ import annotations

import re
import uuid
import zipfile

import pytest

from tests.browser import board_steps as board
from tests.browser import contributor_steps as contributor
from tests.browser.chromium import DESK, PHONE

pytestmark = pytest.mark.browser
WAYS = [(PHONE, "mouse"), (PHONE, "plain"), pytest.param(DESK, "mouse", marks=pytest.mark.long)]
RECEIPT = r"(TB|CTV|[A-Z]{2,4})-[0-9A-Z]{4,12}"


@pytest.fixture
def title() -> str:
    """A title that no other journey has used."""
    return f"Ấp ra quân dọn cỏ {uuid.uuid4().hex[:6]}"


@pytest.mark.parametrize(("width", "how"), WAYS)
def test_from_the_poster_to_the_first_login(walk, stack, width, how):
    """1: join by QR, be accepted. 2: log in by a code, set a PIN, come back by it."""
    tail = f"{uuid.uuid4().int % 10**7:07d}"
    name, phone = f"Lê Thị Thử {tail}", f"091{tail}"
    head, visitor = walk("head", width, how), walk(None, width, how)
    receipt = contributor.join(visitor, board.invite(head), name=name, phone=phone)
    assert re.fullmatch(RECEIPT, receipt)
    visitor.keep("journey-joined")
    board.accept(head, name)
    assert "Báo cho" in head.text
    contributor.log_in_by_code(visitor, stack, phone=phone, pin="583907")
    assert "Gửi tin, bài" in visitor.text
    contributor.come_back_by_pin(visitor, pin="583907")
    assert visitor.path in {"/", "/me/"}
    assert "Gửi tin, bài" in visitor.text


@pytest.mark.parametrize(
    ("how", "widths"),
    [(how, (PHONE, DESK)) for how in ("mouse", "keys", "plain")]
    + [pytest.param("mouse", (DESK, PHONE), marks=pytest.mark.long)],
)
def test_piece_with_a_photo_goes_to_the_website(walk, title, tmp_path, how, widths):
    """3: write, photo, check, receipt. 4: approve. 5: posting package and address; its author sees it is up."""
    phone, desk = widths
    writer, head, publisher = walk("contributor", phone, how), walk("head", desk, how), walk("publisher", phone, how)
    assert re.fullmatch(RECEIPT, contributor.send_piece(writer, title, contributor.photo(tmp_path)))
    writer.keep("journey-receipt")
    board.approve(head, title)
    publisher.open("/desk/")
    publisher.press(title)
    with zipfile.ZipFile(publisher.download("Tải cả bài và ảnh", tmp_path)) as package:
        names = package.namelist()
        assert any(name.endswith(".jpg") for name in names)
        texts = [package.read(name).decode() for name in names if name.endswith((".txt", ".html"))]
        assert any(contributor.BODY in text for text in texts)
    board.post(publisher, title, f"https://tanthanh.example/tin/{uuid.uuid4().hex[:8]}")
    assert "đã đăng" in contributor.standing_of(writer, title)


@pytest.mark.parametrize(
    ("how", "widths"),
    [("mouse", (PHONE, DESK)), ("plain", (PHONE, DESK)), pytest.param("mouse", (DESK, PHONE), marks=pytest.mark.long)],
)
def test_returned_piece_is_mended_and_approved(walk, title, how, widths):
    """6: returned with a reason, mended, sent again; the review shows what is new."""
    writer, head = walk("contributor", widths[0], how), walk("head", widths[1], how)
    contributor.send_piece(writer, title)
    board.review(head, title)
    board.give_back(head, "Xin ghi rõ ai chủ trì.")
    piece = contributor.piece_of(writer, title)
    writer.open(piece)
    writer.press("Sửa và gửi lại")
    assert "Xin ghi rõ ai chủ trì." in writer.text
    contributor.write_text(writer, title, body=contributor.BODY + " Trưởng ấp chủ trì.")
    if "/photos/" in writer.path:
        writer.press("Tiếp tục, không có ảnh")
    contributor.send(writer)
    board.review(head, title)
    assert "Trưởng ấp chủ trì." in head.page.inner_text("article ins")
    head.keep("journey-differences")
    board.score(head, "1")
    head.press("Duyệt")
    assert "đã duyệt" in contributor.standing_of(writer, title)


@pytest.mark.parametrize(("width", "how"), WAYS)
def test_helper_is_asked_and_says_no(walk, title, width, how):
    """7: a helper who is named is asked; what they dispute waits for the board's answer."""
    writer, helper, head = walk("contributor", width, how), walk("writer", width, how), walk("head", DESK, how)
    contributor.send_piece(writer, title)
    piece = contributor.piece_of(writer, title)
    writer.open(f"{piece}credits/")
    people = writer.page.locator("select[name$=person]")
    own = people.nth(0).input_value()
    other = people.nth(1).locator("option").filter(has_text=name_of(helper)).first.get_attribute("value")
    assert own != other
    people.nth(1).select_option(other)
    writer.page.locator("select[name$=role]").nth(1).select_option("author")
    for place, share in enumerate(("70", "30")):
        writer.page.locator("input[name$=share]").nth(place).fill(share)
    writer.press("Lưu")
    helper.open("/me/credits/")
    card = helper.page.locator("section.card", has_text=title)
    assert "30 %" in card.inner_text()
    helper.keep("journey-asked")
    card.locator("summary").click()
    card.locator("[name=reason]").fill("Tôi viết cả đoạn hai")
    card.get_by_role("button", name="Gửi đề nghị").click()
    helper.page.wait_for_load_state()
    helper.here()
    board.review(head, title)
    assert "đề nghị xem lại" in head.text


def name_of(person) -> str:
    person.open("/me/")
    return person.page.locator("footer span").first.inner_text()


@pytest.mark.parametrize(("width", "how"), WAYS)
def test_call_is_taken_and_delivered(walk, title, width, how):
    """8: the board calls, a contributor takes it, writes and delivers."""
    head, writer = walk("head", width, how), walk("contributor", width, how)
    board.call_for(head, title)
    writer.open("/calls/")
    writer.press(title)
    writer.press("Tôi nhận viết")
    writer.press("Bắt đầu viết")
    if "/send/" in writer.path and writer.page.locator("input[name=genre]:visible").count():
        writer.tick("input[name=genre]")
        writer.press("Tiếp tục")
    contributor.write_text(writer, title)
    writer.press("Tiếp tục, không có ảnh")
    contributor.send(writer)
    writer.open("/calls/")
    writer.press(title)
    assert "Bạn đã gửi bài." in writer.text
    writer.keep("journey-delivered")
