"""What a contributor does, from the poster to the check before closing."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.browser.stack import Stack
from tests.browser.walking import Walker

BODY = "Sáng nay bà con trong ấp cùng nhau dọn cỏ hai bên đường, trồng thêm hoa."


def photo(folder: Path, name: str = "anh", seed: int = 40) -> Path:
    path = folder / f"{name}.jpg"
    Image.effect_mandelbrot((640, 480), (-2, -1.2, 1, 1.2), seed).convert("RGB").save(path)
    return path


def join(visitor: Walker, address: str, *, name: str, phone: str) -> str:
    """From the link behind the QR to the receipt; returns its number."""
    visitor.open(address)
    visitor.write("#id_full_name", name)
    visitor.write("#id_phone", phone)
    for box in visitor.page.locator("main form .choices input[type=checkbox]").all():
        visitor.tick(f"#{box.get_attribute('id')}")
    visitor.press("Đăng ký")
    assert visitor.path == "/joined/"
    return visitor.page.inner_text(".receipt-number")


def log_in_by_code(visitor: Walker, stack: Stack, *, phone: str, pin: str) -> None:
    """A code instead of a password; then a PIN for this phone."""
    visitor.open("/login/")
    visitor.write("#id_phone", phone)
    visitor.press("Nhận mã, không cần mật khẩu")
    visitor.write("#id_code", stack.code_for(phone))
    visitor.press("Vào")
    assert visitor.path == "/security/pin/", "a phone of one's own is asked for a PIN at the first login"
    visitor.write("#id_pin", pin)
    visitor.write("#id_repeated", pin)
    visitor.press("Lưu mã PIN")


def come_back_by_pin(visitor: Walker, *, pin: str) -> None:
    with visitor.page.expect_navigation():  # what waits on the phone is looked at before one leaves
        visitor.page.locator("footer").get_by_text("Đăng xuất").click()
    visitor.open("/login/")
    visitor.write("#id_pin", pin)
    visitor.press("Vào")


def begin(visitor: Walker, title: str, *, body: str = BODY) -> None:
    """From the big button to the page of photos."""
    visitor.open("/me/")
    visitor.press("Gửi tin, bài")
    visitor.tick("input[name=genre]")
    visitor.press("Tiếp tục")
    write_text(visitor, title, body=body)


def write_text(visitor: Walker, title: str, *, body: str = BODY) -> None:
    visitor.write("#id_title", title)
    visitor.write("#id_body", body)
    visitor.press("Tiếp tục")


def add_photo(visitor: Walker, path: Path) -> None:
    """One's own; where scripts run it goes in parts and the worker decodes it."""
    visitor.page.set_input_files("input[type=file]", path)
    if visitor.scripts:  # the questions about all photos give way to those about each
        visitor.page.locator("#photo-rows section").first.wait_for(timeout=30_000)
    visitor.tick("input[value=me]")
    visitor.press("Lưu ảnh", stays=True)
    visitor.page.locator(".photos figure").wait_for(timeout=30_000)
    if "/check/" not in visitor.path:
        visitor.press("Tiếp tục")


def send(visitor: Walker) -> str:
    """From the check to the receipt; returns its number."""
    visitor.press("Gửi")
    visitor.here()
    return visitor.page.inner_text(".receipt-number")


def send_piece(visitor: Walker, title: str, photos: Path | None = None, *, body: str = BODY) -> str:
    begin(visitor, title, body=body)
    if photos is not None:
        add_photo(visitor, photos)
    else:
        visitor.press("Tiếp tục, không có ảnh")
    return send(visitor)


def piece_of(visitor: Walker, title: str) -> str:
    """The address of one's own piece by its title."""
    visitor.open("/me/")
    return visitor.page.locator("main a", has_text=title).first.get_attribute("href")


def standing_of(visitor: Walker, title: str) -> str:
    visitor.open("/me/")
    return visitor.page.locator("main li", has_text=title).first.inner_text()
