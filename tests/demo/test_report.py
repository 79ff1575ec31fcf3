"""The six-month report over the demo's unpaid half: what the office counted by hand, counted from its rows."""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from contributors.actors import actor_for
from contributors.models import Account, Portal, Seat, SeatName
from payments.activity_report import activity_report
from payments.papers.report_blocks import Drawn, Report, Said, Table
from payments.papers.report_docx import report_docx
from payments.papers.report_pdf import report_pdf
from payments.report_periods import Period
from tests.demo.test_demo_totals import demo

__all__ = ["demo"]
FIRST_HALF = Period(date(2024, 1, 1), date(2024, 7, 1))
COUNTED = (
    "đã đăng 84 tin, bài; 252 ảnh.",
    "Cập nhật được 319 văn bản",
    "Ban biên tập có 05 người (01 trưởng ban, 01 phó ban, 03 thành viên).",
    "chưa có cộng tác viên nào đăng ký",
    "Chưa hỗ trợ tiền nhuận bút",
)


@pytest.fixture
def report(demo: Portal) -> Report:
    head = Seat.objects.filter(seat=SeatName.HEAD).latest("pk").contributor
    account = Account.objects.get(pk=head.account_id)
    return activity_report(actor=actor_for(account, demo), portal=demo, period=FIRST_HALF)


def kept(name: str, content: bytes) -> bytes:
    """For looking at it: REPORTS names a folder."""
    if folder := os.environ.get("REPORTS"):
        Path(folder, name).write_bytes(content)
    return content


def test_report_says_what_the_office_counted(report: Report) -> None:
    said = [block.text for block in report.blocks if isinstance(block, Said)]
    for words in COUNTED:
        assert sum(words in text for text in said) == 1, words
    assert report.summary.endswith("6 tháng đầu năm 2024")
    assert report.closing.endswith("nhiệm vụ 6 tháng cuối năm 2024./.")
    sums = {block.caption: block.rows[-1] for block in report.blocks if isinstance(block, Table) and block.total}
    assert sums["Tin, bài theo ấp, ngành, đơn vị"][-1] == "84"
    assert sums["Tin, bài, văn bản theo thể loại"][-1] == "403"  # documents are a genre too
    assert [sum(bar.value for bar in block.chart.bars) for block in report.blocks if isinstance(block, Drawn)] == [
        84,
        84,
    ]


def test_docx_and_pdf_say_the_same(report: Report) -> None:
    written = Document(io.BytesIO(kept("report.docx", report_docx(report))))
    words = "\n".join(paragraph.text for paragraph in written.paragraphs)
    printed = kept("report.pdf", report_pdf(report))
    pages = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages).split())
    for block in report.blocks:
        if isinstance(block, Said):
            assert block.text in words
            assert block.text.replace(" ", "") in pages.replace(" ", "")
    tables = [
        [tuple(cell.text.strip() for cell in row.cells) for row in table.rows]
        for table in written.tables[1:-1]  # the head and the foot are tables too
    ]
    shown = [block for block in report.blocks if isinstance(block, Table)]
    for table, block in zip(tables, shown, strict=True):
        assert [row[1:] for row in table] == [block.names, *block.rows]
    assert report_docx(report) == report_docx(report)
    assert report_pdf(report) == printed
