"""The journeys of the office: a run from opening to issue, its papers, paying, correcting, the year's tax."""

from __future__ import annotations

import re
import uuid
import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.browser import accounting_steps as office
from tests.browser import board_steps as board
from tests.browser import contributor_steps as contributor
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import DEMO_PASSWORD, PHONES

pytestmark = pytest.mark.browser
WIDTHS = [DESK, pytest.param(PHONE, marks=pytest.mark.long)]
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
DECEMBER = "Tháng 12/2024"


def december(accountant) -> str:
    accountant.open("/runs/")
    accountant.press(DECEMBER)
    return accountant.path


@pytest.mark.parametrize(("width", "ahead"), [(DESK, 0), pytest.param(PHONE, 2, marks=pytest.mark.long)])
def test_run_from_opening_to_issue(walk, known, width, ahead):
    """9: what was posted is frozen, computed, checked by its author, confirmed, approved with a second factor,
    issued and printed. 10: the author disputes a line and has an answer.
    """
    title = f"Ấp họp dân {uuid.uuid4().hex[:6]}"
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    writer, head, publisher = walk("contributor", PHONE), walk("head", width), walk("publisher", width)
    accountant = walk("accountant", width)
    contributor.send_piece(writer, title)
    board.approve(head, title, "1")
    board.post(publisher, title, f"https://tanthanh.example/tin/{uuid.uuid4().hex[:8]}")

    if "codes" not in known:
        known["codes"] = office.set_second_factor(walk("holder", width), DEMO_PASSWORD)
    first = today + timedelta(days=ahead - 1)
    office.enter_fund(accountant, first.year, "200000000")
    run = office.open_run(accountant, f"Thử {title[-6:]}", first, first + timedelta(days=1))
    for word in ("Chốt số liệu", "Tính nhuận bút"):
        office.step(accountant, run, word)
    office.wait_for(accountant, "Cách tính")
    accountant.press("Mở cho cộng tác viên kiểm tra")
    accountant.press("Mở kiểm tra")
    office.check_own(writer, title, wrong="Bài này tôi viết chung với ấp trưởng")
    office.answer_disputes(accountant, run, "Đã đối chiếu, bài đứng tên một người.")
    writer.open("/check/")
    assert "Đã đối chiếu, bài đứng tên một người." in writer.text
    accountant.open(f"{run}checks/")
    accountant.press("Kết thúc kiểm tra")
    if accountant.page.locator("[name=reason]").count():
        accountant.write("[name=reason]", "Đã gọi từng người")
    accountant.press("Kết thúc kiểm tra")

    office.step(head, run, "Xác nhận")
    holder = walk(None, width)
    holder.enter(PHONES["holder"], DEMO_PASSWORD)
    assert "Xác nhận thêm một lần" in holder.text
    holder.write("#id_code", known["codes"].next())
    holder.press("Xác nhận bằng mã")
    office.step(holder, run, "Duyệt chi")
    accountant.open(run)
    accountant.press("Phát hành")
    accountant.keep("journey-issue-asked")
    accountant.press("Phát hành")
    office.wait_for(accountant, "Tải PDF")
    accountant.keep("journey-issued")
    total = accountant.page.locator("tfoot td.num").nth(1).inner_text().replace("\u00a0", " ").removesuffix(" đ")
    paper = accountant.page.locator("aside a[href$='/pdf/']").first.get_attribute("href")
    text = office.pdf_text(accountant.page.request.get(f"{accountant.base}{paper}").body())
    assert total in text
    writer.open("/fees/")
    assert f"Thử {title[-6:]}" in writer.text


@pytest.mark.parametrize("width", WIDTHS)
def test_papers_are_seen_on_the_page_and_read_back(walk, width, tmp_path):
    """11: preview in the page, the list as PDF, everything as one archive."""
    accountant = walk("accountant", width)
    run = december(accountant)
    assert "15.963.600" in accountant.page.inner_text("tfoot")
    accountant.press("Mọi giấy tờ của kỳ")
    accountant.press("Xem")
    frame = accountant.page.locator("iframe.paper-frame")
    shown = accountant.page.request.get(f"{accountant.base}{frame.get_attribute('src')}")
    text = office.pdf_text(shown.body())
    assert "15.963.600" in text
    accountant.keep("journey-paper")
    stranger = walk(None, width)
    stranger.open(f"/v/{re.search(CODE, text)[0]}/")
    assert "Có giấy tờ này" in stranger.text
    assert "15.963.600" in stranger.text
    accountant.open(f"{run}papers/")
    if accountant.page.get_by_role("button", name="Đóng gói").count():
        accountant.press("Đóng gói")
        office.wait_for(accountant, "Tải gói (ZIP)")
    with zipfile.ZipFile(accountant.download("Tải gói (ZIP)", tmp_path)) as archive:
        statements = [name for name in archive.namelist() if "phieu" in name.lower() and name.endswith(".pdf")]
        assert len(statements) == 20
        assert re.search(r"\d{1,3}(\.\d{3})+", office.pdf_text(archive.read(statements[0])))


def test_one_transfer_comes_back_and_is_paid_again(walk, tmp_path):
    """12: a batch by bank, the bank's answer with one returned, paid again in another batch."""
    accountant = walk("accountant")
    run = december(accountant)
    if accountant.page.get_by_role("button", name="Lập lệnh chi").count():
        accountant.press("Lập lệnh chi")
    accountant.open(f"{run}payouts/")
    accountant.choose("#id_template", "bank:bank-full")
    accountant.press("Lập đợt")
    order = accountant.download("Tải tệp CSV", tmp_path)
    accountant.page.reload()
    accountant.press("Ghi là đã gửi")
    batch = accountant.path
    name = office.bank_answer(order, returned=1, reason="Sai số tài khoản")
    accountant.page.set_input_files("input[type=file]", tmp_path / "ket-qua.csv")
    accountant.press("Đọc tệp kết quả")
    accountant.keep("journey-bank-answer")
    accountant.press("Ghi kết quả của")
    accountant.open(batch)
    row = accountant.page.locator("tbody tr", has=accountant.page.locator(".tag.stop"))
    assert row.count() == 1
    assert "Sai số tài khoản" in row.inner_text()
    assert name
    accountant.press("Chi lại")
    accountant.open(f"{run}payouts/")
    accountant.choose("#id_template", "bank:bank-full")
    accountant.press("Lập đợt")
    assert accountant.page.locator("table.people tbody tr").count() == 1
    accountant.download("Tải tệp CSV", tmp_path)
    accountant.page.reload()
    accountant.press("Ghi là đã gửi")
    accountant.press("Cả đợt đã nhận tiền")
    accountant.open(f"{run}payouts/?state=returned")
    assert "Không có ai như vậy." in accountant.text


@pytest.mark.parametrize("how", ["mouse", "keys"])
def test_correction_is_asked_for_and_confirmed_by_another(walk, how):
    """13: a line of an issued statement is lowered; nothing issued is touched. By keyboard, mistakes included."""
    accountant, head = walk("accountant", DESK, how), walk("head", DESK, how)
    reason = f"Chấm nhầm hệ số {uuid.uuid4().hex[:6]}"
    accountant.open("/after/statements/?q=Ngọc+Bích")
    accountant.page.locator("tbody th a").nth(0 if how == "mouse" else 1).focus()
    accountant.page.keyboard.press("Enter")
    accountant.page.wait_for_url("**/after/statements/*-*/")
    said = accountant.refused("Đề nghị")
    assert "Hãy chọn một khoản." in said
    accountant.tick("input[name=line]")
    accountant.write("#id_amount", "1.000")
    accountant.write("#id_reason", reason)
    accountant.press("Đề nghị")
    correction = accountant.path
    assert "người khác xác nhận" in accountant.text
    head.open(correction)
    head.press("Xác nhận điều chỉnh")
    assert reason in head.text


@pytest.mark.parametrize("width", WIDTHS)
def test_tax_of_the_year_is_the_same_on_the_page_and_on_paper(walk, width):
    """14: the year's withholding, person by person, and its paper."""
    accountant = walk("accountant", width)
    accountant.open("/withholding/?year=2024")
    sums = [cell.inner_text().removesuffix("đ").strip() for cell in accountant.page.locator("tfoot td.num").all()]
    paper = accountant.page.request.get(f"{accountant.base}/withholding/2024/pdf/")
    text = office.pdf_text(paper.body())
    assert [each for each in sums if each not in text] == []
    accountant.keep("journey-year")
