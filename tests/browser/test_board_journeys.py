"""The journeys of the board that are no contributor's: a refused score, the figures, a document."""

from __future__ import annotations

import uuid

import pytest

from tests.browser import board_steps as board
from tests.browser import contributor_steps as contributor
from tests.browser.chromium import DESK, PHONE

pytestmark = pytest.mark.browser
WIDTHS = [DESK, pytest.param(PHONE, marks=pytest.mark.long)]


@pytest.mark.parametrize("how", ["keys", "plain"])
def test_score_outside_its_range_is_refused_and_nothing_is_lost(walk, how):
    """By keyboard the summary has the focus and leads to the field; without JavaScript the same words stand there."""
    title = f"Tin chấm quá khung {uuid.uuid4().hex[:6]}"
    contributor.send_piece(walk("contributor", PHONE), title)
    head = walk("head", DESK, how)
    board.review(head, title)
    board.score(head, "9")
    assert "từ 0,5 đến 2" in head.refused("Duyệt")
    assert head.page.input_value("input[name=coefficient]") == "9"
    if how == "keys":
        head.page.keyboard.press("Tab")
        head.page.keyboard.press("Enter")
        head.page.wait_for_function("document.activeElement.name === 'coefficient'", timeout=3_000)
    board.score(head, "1")
    head.press("Duyệt")
    assert head.path == "/desk/"


@pytest.mark.parametrize("width", WIDTHS)
def test_figures_of_the_founding_report_are_on_the_page(walk, width):
    head = walk("head", width)
    head.open("/output/?first=2024-01-01&last=2024-06-30")
    for figure in ("84", "252", "319", "35.190.000", "82.980.000"):
        assert figure in head.text
    head.press("Xem bảng theo tháng")
    rows = head.page.locator("details[open] tbody tr")
    counts = [int(rows.nth(place).locator("td").first.inner_text()) for place in range(rows.count())]
    assert (len(counts), sum(counts)) == (6, 84)
    head.keep("journey-output")


@pytest.mark.parametrize("how", ["mouse", "plain"])
def test_deputy_posts_a_document(walk, how):
    deputy = walk("deputy", DESK, how)
    number = f"{uuid.uuid4().int % 10**6}/TB-UBND"
    deputy.open("/documents/")
    deputy.write("[name=number]", number)
    deputy.write("[name=kind]", "Thông báo")
    deputy.write("[name=title]", "Thông báo lịch trực của Uỷ ban nhân dân xã")
    deputy.write("[name=issued_on]", "2025-01-02")
    deputy.write("[name=url]", f"https://tanthanh.example/van-ban/{uuid.uuid4().hex[:8]}")
    deputy.press("Ghi văn bản")
    assert number in deputy.text
