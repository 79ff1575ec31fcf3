"""The contributor's phone in a real browser: nothing is lost, sent twice or called sent when the network breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contributors.models import Photo, Piece, PieceState, Pledge, Upload
from tests.browser.chromium import PHONE, Visitor
from tests.browser.conftest import PASSWORD
from tests.browser.cut_sending import SOON, cut_again_and_again, wait_until_sent, within
from tests.browser.cutting import Wire
from tests.contributors.sending import noisy

pytestmark = pytest.mark.browser


@pytest.fixture
def wire(site) -> Iterator[Wire]:
    made = Wire(site)
    yield made
    made.close()


@pytest.fixture
def phone(browser, wire, committed_world) -> Iterator[Visitor]:
    """Lan's phone, behind the wire."""
    made = Visitor(browser, wire.url, PHONE)
    made.log_in(committed_world.accounts["lan"].login_phone, PASSWORD)
    assert made.page.evaluate(within("() => navigator.serviceWorker.ready.then(() => true)", SOON))
    yield made
    made.close()


@pytest.fixture
def photos(tmp_path) -> list[str]:
    made = []
    for number in (1, 2):
        path = tmp_path / f"anh-{number}.jpg"
        path.write_bytes(noisy((500, 400), seed=number))
        made.append(str(path))
    return made


def test_network_cut_at_random_loses_nothing_and_doubles_nothing(phone, wire, committed_world, work_jobs, photos):
    cut_again_and_again(20, phone, wire, committed_world, work_jobs, photos)


@pytest.mark.long
def test_network_cut_two_hundred_times(phone, wire, committed_world, work_jobs, photos):
    cut_again_and_again(200, phone, wire, committed_world, work_jobs, photos)


def choose(page: Page, photos: list[str]) -> None:
    page.set_input_files("input[type=file]", photos)
    page.locator("#photo-rows section").nth(len(photos) - 1).wait_for()


def answer_who(page: Page, count: int) -> None:
    for place in range(count):
        page.check(f"input[name='who-{place}'][value='me']")


def test_photos_of_a_killed_page_are_there_again_and_only_for_their_owner(
    phone, wire, committed_world, work_jobs, photos
):
    world = committed_world
    piece = world.draft()
    page = phone.page
    phone.go(f"/send/{piece.public_id}/photos/")
    choose(page, photos)
    page.fill("input[name='caption-1']", "Bà con dọn đường")
    page.locator("input[name='caption-1']").blur()
    expect(page.get_by_text("chỉ có trên máy này").first).to_be_visible()
    page.close()
    page = phone.page = phone.context.new_page()
    phone.go("/me/")
    expect(page.locator("#on-phone")).to_contain_text("2 ảnh chưa ghi ai chụp")

    # the piece cannot go without them
    phone.go(f"/send/{piece.public_id}/check/")
    page.get_by_role("button", name="Gửi cho Ban biên tập").click()
    expect(page.locator("#send-state")).to_contain_text("2 ảnh của bài này chỉ có trên máy này")
    assert world.fresh(piece).state == PieceState.DRAFT

    # whoever logs out is told once, and the next one at this phone sees nothing of it
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.locator("#on-phone")).to_contain_text("Đăng xuất thì chúng nằm lại máy này")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(phone.base + "/")
    assert page.evaluate("async () => (await caches.keys()).length") == 1
    page.evaluate("() => fetch('/offline/').then(() => true)")
    phone.log_in(world.accounts["hoa"].login_phone, PASSWORD)
    phone.go("/me/")
    page.wait_for_timeout(500)
    assert "ảnh chưa ghi ai chụp" not in page.inner_text("body")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(phone.base + "/")
    phone.log_in(world.accounts["lan"].login_phone, PASSWORD)
    phone.go(f"/send/{piece.public_id}/photos/")
    page.locator("#photo-rows section").nth(1).wait_for()
    assert page.input_value("input[name='caption-1']") == "Bà con dọn đường"
    answer_who(page, 2)
    page.get_by_role("button", name="Lưu ảnh").click()
    page.get_by_role("heading", name="Đang gửi").wait_for(timeout=SOON)
    assert work_jobs() == 2

    # two quick presses of the last button are one piece
    phone.go(f"/send/{piece.public_id}/check/")
    page.get_by_role("button", name="Gửi cho Ban biên tập").dblclick()
    page.wait_for_url("**/done/", timeout=SOON)
    assert Pledge.objects.filter(piece=piece).count() == 1
    assert world.fresh(piece).receipt_number in page.inner_text("body")


def test_a_full_phone_says_so_and_sends_from_the_page(phone, committed_world, work_jobs, photos):
    piece = committed_world.draft()
    page = phone.page
    page.add_init_script(
        "IDBObjectStore.prototype.put = function () { throw new DOMException('full', 'QuotaExceededError'); };"
        "Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); };"
    )
    phone.go(f"/send/{piece.public_id}/photos/")
    choose(page, photos)
    expect(page.get_by_text("máy không giữ được, đừng đóng trang trước khi gửi xong").first).to_be_visible()
    answer_who(page, 2)
    page.get_by_role("button", name="Lưu ảnh").click()
    page.get_by_role("heading", name="Đang gửi").wait_for(timeout=SOON)
    assert work_jobs() == 2
    phone.go(f"/send/{piece.public_id}/text/")
    page.fill("#id_body", "Máy hết chỗ vẫn lưu được lên máy chủ.")
    expect(page.get_by_text("Máy này hết chỗ")).to_be_visible()
    page.locator("[data-status]", has_text=re.compile(r"^Đã lưu lúc")).wait_for(timeout=SOON)
    phone.go(f"/send/{piece.public_id}/check/")
    page.get_by_role("button", name="Gửi cho Ban biên tập").click()
    page.wait_for_url("**/done/", timeout=SOON)
    assert Photo.objects.filter(piece=piece).count() == 2


SHARE = """(photo) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/share/", enctype: "multipart/form-data" });
  for (const [name, value] of [["title", ""], ["text", "Ấp họp dân tối qua"], ["url", ""]]) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  const files = Object.assign(document.createElement("input"), { type: "file", name: "photos" });
  const held = new DataTransfer();
  held.items.add(new File([Uint8Array.from(photo)], "anh.jpg", { type: "image/jpeg" }));
  files.files = held.files;
  form.append(files);
  document.body.append(form);
  form.submit();
}"""


def test_things_shared_from_another_app_wait_for_the_login_and_become_a_draft(phone, committed_world, photos):
    page = phone.page
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(phone.base + "/")
    page.evaluate(SHARE, list(Path(photos[0]).read_bytes()))
    page.wait_for_url("**/login/**")
    assert not Piece.objects.exists()
    page.fill("#id_phone", committed_world.accounts["lan"].login_phone)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/send/?shared=*")
    page.check("input[value='news_item']")
    phone.press("Tiếp tục")
    page.wait_for_function("() => document.getElementById('id_body').value === 'Ấp họp dân tối qua'")
    page.get_by_text("Đã lưu lúc").wait_for(timeout=SOON)
    phone.press("Tiếp tục")
    page.locator("#photo-rows section").first.wait_for()
    answer_who(page, 1)
    page.get_by_role("button", name="Lưu ảnh").click()
    page.get_by_role("heading", name="Đang gửi").wait_for(timeout=SOON)
    wait_until_sent(page)
    piece = Piece.objects.get()
    assert (piece.title, piece.body, Upload.objects.get().piece_id) == (
        "Ấp họp dân tối qua",
        "Ấp họp dân tối qua",
        piece.pk,
    )


def test_without_a_network_the_phone_shows_what_it_holds(phone, wire, committed_world, photos):
    piece = committed_world.draft()
    page = phone.page
    phone.go(f"/send/{piece.public_id}/photos/")
    choose(page, photos[:1])
    wire.cut_after(0)
    page.goto(wire.url + "/fees/")
    expect(page.get_by_role("heading", name="Chưa có mạng")).to_be_visible()
    expect(page.locator("#on-phone")).to_contain_text("chỉ có trên máy này")
    assert "Nhuận bút" not in page.inner_text("body")
    wrong = phone.look("phone-offline")
    wire.mend()
    assert wrong == []


ZALO = (
    "Mozilla/5.0 (Linux; Android 13; SM-A047F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/120.0.0.0 Mobile Safari/537.36 Zalo android/13050600"
)
NARROW = """
for (const name of ["serviceWorker", "share", "canShare", "locks", "storage"]) {
  Object.defineProperty(Navigator.prototype, name, { value: undefined });
}
Object.defineProperty(window, "indexedDB", { value: undefined });
localStorage.clear();
"""


def test_sending_works_inside_zalo_and_the_login_goes_along_to_chrome(
    browser, site, committed_world, work_jobs, photos
):
    """Android's WebView: no worker, no sharing, no IndexedDB, and storage that is emptied between two pages."""
    world = committed_world
    zalo = browser.new_context(user_agent=ZALO, viewport={"width": PHONE, "height": 640}, locale="vi-VN")
    zalo.add_init_script(NARROW)
    page = zalo.new_page()
    said: list[str] = []
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.goto(f"{site}/login/?next=/send/text/?genre=news_item")
    page.fill("#id_phone", world.accounts["lan"].login_phone)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/send/text/**")
    expect(page.get_by_text("Bạn đang mở trong Zalo")).to_be_visible()
    page.fill("#id_title", "Ấp Mẫu họp dân")
    page.fill("#id_body", "Tối qua ấp Mẫu họp dân.")
    page.get_by_text("Đã lưu lúc").wait_for(timeout=SOON)
    piece = Piece.objects.get()
    page.goto(f"{site}/send/{piece.public_id}/photos/")
    page.set_input_files("input[type=file]", photos)
    page.locator("#photo-rows section").nth(1).wait_for()
    answer_who(page, 2)
    page.get_by_role("button", name="Lưu ảnh").click()
    page.get_by_role("heading", name="Đang gửi").wait_for(timeout=SOON)
    assert work_jobs() == 2
    page.goto(f"{site}/send/{piece.public_id}/check/")
    page.get_by_role("button", name="Mở bằng Chrome").click()
    address = page.input_value("#address")
    assert page.get_attribute("main a.button", "href").startswith("intent://")

    chrome = browser.new_context(viewport={"width": PHONE, "height": 740}, locale="vi-VN")
    there = chrome.new_page()
    there.goto(site + "/" + address.split("/", 3)[3])
    there.get_by_role("button", name="Tôi là người ấy").click()
    there.goto(f"{site}/send/{piece.public_id}/check/")
    there.get_by_role("button", name="Gửi cho Ban biên tập").click()
    there.wait_for_url("**/done/", timeout=SOON)
    assert world.fresh(piece).state == PieceState.SUBMITTED
    assert Photo.objects.filter(piece=piece).count() == 2
    assert said == []
    for each in (zalo, chrome):
        each.close()
