"""The main job walked in a real Chromium against the whole stack, as `make run` starts it: phone to PDF."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, sync_playwright

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "butlang2024"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
HEAD, DEPUTY, PUBLISHER, ACCOUNTANT, CONTRIBUTOR = "0900000001", "0900000002", "0900000004", "0900000007", "0900000101"


@pytest.fixture(scope="module")
def address():
    """The running product with its demo, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="butlang-browser-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BUTLANG_KEYS"}
    }
    environ |= {"BUTLANG_VAR": str(folder / "var"), "PORT": str(port)}
    running = subprocess.Popen(
        [sys.executable, "-m", "config.serve"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    printed = []
    for line in running.stdout:
        printed.append(line)
        if "Ctrl-C" in line:
            break
    else:
        raise AssertionError("".join(printed))
    assert "20" in next(line for line in printed if "Phiếu thanh toán" in line)
    yield f"http://127.0.0.1:{port}"
    running.send_signal(signal.SIGINT)
    running.wait(60)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.fail("no Chromium: install one, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium, address):
    """Log in on a screen of a size; every page that is opened must answer well and keep within the screen."""
    contexts = []

    def login(phone: str, screen: dict, *, scripts: bool = True) -> Page:
        context = chromium.new_context(viewport=screen, java_script_enabled=scripts, locale="vi-VN", base_url=address)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("response", lambda answer: page.problems.append(answer.url) if answer.status >= 400 else None)
        page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
        page.goto("/login/")
        page.fill("input[type=tel]", phone)
        page.fill("input[type=password]", PASSWORD)
        page.click("main form button")
        return page

    yield login
    for context in contexts:
        context.close()


def look(page: Page) -> None:
    """Nothing missing, nothing wider than the screen, nothing that axe finds."""
    assert page.problems == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def photo(folder: Path) -> Path:
    path = folder / "anh.jpg"
    Image.effect_mandelbrot((640, 480), (-2, -1.2, 1, 1.2), 40).convert("RGB").save(path)
    return path


def send(page: Page, title: str, tmp_path: Path, *, checked: bool) -> str:
    """From the big button to the receipt; returns the receipt's number."""
    page.goto("/me/")
    page.click("text=Gửi tin, bài >> nth=-1")
    page.check("input[name=genre] >> nth=0")
    page.click("button:has-text('Tiếp tục')")
    page.fill("[name=title]", title)
    page.fill("[name=body]", "Sáng nay bà con trong ấp cùng nhau dọn cỏ hai bên đường, trồng thêm hoa.")
    if checked:
        look(page)
    page.click("button:has-text('Tiếp tục')")
    page.set_input_files("input[type=file]", photo(tmp_path))
    page.locator("input[value=me]:visible").first.check()
    if checked:
        look(page)
    page.click("button:has-text('Lưu ảnh')")
    page.locator(".photos figure").wait_for(timeout=30_000)  # sent in parts, decoded by the worker, shown
    if "/check/" not in page.url:
        page.click("a.button:has-text('Tiếp tục')")
    if checked:
        look(page)
    page.click("button:has-text('Gửi cho Ban biên tập')")
    if checked:
        look(page)
    return page.inner_text(".receipt-number")


def test_piece_goes_from_the_phone_to_the_website(enter, tmp_path):
    title = "Ấp ra quân dọn cỏ đường liên ấp"
    contributor = enter(CONTRIBUTOR, PHONE)
    look(contributor)
    assert re.fullmatch(r"TB-[0-9A-Z]{8}", send(contributor, title, tmp_path, checked=True))

    head = enter(HEAD, DESK)
    look(head)
    head.click(f"a:has-text('{title}')")
    look(head)
    head.fill("input[name=coefficient]", "1,5")
    if head.locator("input[name=photo_coefficient]").count():
        head.fill("input[name=photo_coefficient]", "0,5")
    head.click("button:text-is('Duyệt')")
    head.wait_for_url("**/desk/")
    look(head)

    publisher = enter(PUBLISHER, PHONE)
    publisher.goto("/desk/")
    publisher.click(f"a:has-text('{title}')")
    look(publisher)
    publisher.fill("input[name=published_url]", "https://tanthanh.example/tin/don-co")
    publisher.click("main aside form button")
    publisher.wait_for_load_state()
    assert publisher.problems == []

    contributor.goto("/me/")
    assert "đã đăng" in contributor.locator("li", has_text=title).first.inner_text()


def test_sending_needs_no_javascript(enter, tmp_path):
    page = enter(CONTRIBUTOR, PHONE, scripts=False)
    receipt = send(page, "Tin gửi không cần JavaScript", tmp_path, checked=False)
    assert re.fullmatch(r"TB-[0-9A-Z]{8}", receipt)
    assert page.problems == []


def test_score_outside_its_range_is_refused_and_nothing_is_lost(enter, tmp_path):
    contributor = enter(CONTRIBUTOR, PHONE)
    send(contributor, "Tin chấm quá khung", tmp_path, checked=False)
    head = enter(HEAD, DESK, scripts=False)
    head.goto("/desk/")
    head.click("a:has-text('Tin chấm quá khung')")
    head.fill("input[name=coefficient]", "9")
    head.click("button:text-is('Duyệt')")
    assert "từ 0,5 đến 2" in head.inner_text("main")
    assert head.input_value("input[name=coefficient]") == "9"
    assert any("/approve/" in problem for problem in head.problems)


def test_accountant_reads_pays_and_the_paper_is_verified(enter, address):
    page = enter(ACCOUNTANT, DESK)
    look(page)
    page.click("a:has-text('Tháng 12/2024')")
    look(page)
    assert "15.963.600" in page.inner_text("tfoot")
    statement = page.locator("a[href^='/fees/']").first.get_attribute("href")
    page.goto(statement)
    look(page)
    pdf = page.request.get(f"{address}{statement}pdf/")
    assert (pdf.status, pdf.headers["content-type"], pdf.body()[:5]) == (200, "application/pdf", b"%PDF-")
    assert pdf.headers["x-content-type-options"] == "nosniff"

    text = pypdf.PdfReader(io.BytesIO(pdf.body())).pages[-1].extract_text()
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text).group(0)
    page.goto(f"/v/{code}/")
    look(page)
    assert "08/01/2025" in page.inner_text("main") or "06/01/2025" in page.inner_text("main")

    page.goto("/runs/")
    page.click("a:has-text('Tháng 12/2024')")
    page.click("button:has-text('Lập lệnh chi')")
    page.wait_for_load_state()
    look(page)


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360", "1280"])
def test_figures_of_the_founding_report_are_on_the_page(enter, screen):
    page = enter(HEAD, screen)
    page.goto("/output/?first=2024-01-01&last=2024-06-30")
    look(page)
    shown = page.inner_text("main")
    for figure in ("84", "252", "319", "35.190.000", "82.980.000"):
        assert figure in shown


def test_deputy_posts_a_document(enter):
    page = enter(DEPUTY, DESK)
    page.goto("/documents/")
    look(page)
    page.fill("[name=number]", "999/TB-UBND")
    page.fill("[name=kind]", "Thông báo")
    page.fill("[name=title]", "Thông báo lịch trực của Uỷ ban nhân dân xã")
    page.fill("[name=issued_on]", "2025-01-02")
    page.fill("[name=url]", "https://tanthanh.example/van-ban/999")
    page.click("main form button:has-text('Ghi văn bản')")
    page.wait_for_load_state()
    assert "999/TB-UBND" in page.inner_text("main")
