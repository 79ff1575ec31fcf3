"""What the board does: invite and accept, return, approve, post, call."""

from __future__ import annotations

from datetime import date, timedelta

from tests.browser.walking import Walker


def invite(head: Walker) -> str:
    """An invitation for the first unit; returns the address behind its QR."""
    head.open("/invitations/new/")
    unit = head.page.locator("#id_unit option").nth(1).get_attribute("value")
    head.choose("#id_unit", unit)
    head.press("Làm lời mời")
    address = head.page.locator("dl.answers div", has_text="Địa chỉ").locator("dd").inner_text()
    return address[address.index("/j/") :]


def accept(head: Walker, name: str) -> None:
    head.open("/applications/")
    head.press(name)
    head.press("Nhận làm cộng tác viên")


def review(member: Walker, title: str) -> None:
    """From the desk to the review of a piece."""
    member.open("/desk/")
    member.press(title)


def give_back(head: Walker, reason: str) -> None:
    head.press("Trả lại để sửa")
    head.write("details[open] [name=reason]", reason)
    head.press("Trả lại")


def score(head: Walker, coefficient: str, photos: str = "0,5") -> None:
    if head.page.locator("input[name=coefficient]").count():
        head.write("input[name=coefficient]", coefficient)
    if head.page.locator("input[name=photo_coefficient]").count():
        head.write("input[name=photo_coefficient]", photos)


def approve(head: Walker, title: str, coefficient: str = "1,5") -> None:
    review(head, title)
    score(head, coefficient)
    head.press("Duyệt")
    assert head.path == "/desk/"


def post(publisher: Walker, title: str, address: str) -> None:
    """From the desk: the address of what was pasted into the website."""
    publisher.open("/desk/")
    publisher.press(title)
    publisher.write("[name=published_url]", address)
    publisher.press("Đã đăng")


def call_for(head: Walker, title: str) -> None:
    head.open("/desk/calls/new/")
    head.write("#id_title", title)
    head.write("#id_deadline_on", (date.today() + timedelta(days=3)).isoformat())  # noqa: DTZ011 - the browser's own day
    for box in head.page.locator("input[name=unit]").all():
        head.tick(f"#{box.get_attribute('id')}")
    head.press("Đặt bài")
