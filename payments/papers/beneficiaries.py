"""Danh sách người thụ hưởng: whom the treasury transfers how much to. The only paper with account numbers in full.

Copies (in the dossier) show the last four digits; the paper itself is printed when it is asked for and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.layout.flow import Block
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from contributors.papers.layout.table import Align, Column, dong
from payments.papers.frozen_json import SheetError
from payments.papers.ledger import RIGHT_MARGIN, Heads, Ledger, Row, Shape, closing, paper_of
from payments.papers.run_sheet import BeneficiaryRow, RunSheet, check_template
from payments.papers.words import in_words

TITLE = "DANH SÁCH NGƯỜI THỤ HƯỞNG"
COPY = "Bản lưu hồ sơ: số tài khoản chỉ ghi bốn số cuối"
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN
_AMOUNT = 4
_COLUMNS = (
    Column("STT", 10 * mm, Align.CENTRE),
    Column("Họ và tên người thụ hưởng", 43 * mm, Align.LEFT),
    Column("Số tài khoản", 37 * mm, Align.LEFT),
    Column("Ngân hàng", 27 * mm, Align.LEFT),
    Column("Số tiền", 24 * mm, Align.RIGHT),
    Column("Ghi chú", 24 * mm, Align.LEFT),
)
_MARKS = {"ok": "Đạt", "warn": "Lưu ý", "stop": "Chưa đạt"}


def render_beneficiaries(sheet: RunSheet, rows: Iterable[BeneficiaryRow], *, faces: Faces | None = None) -> bytes:
    """The paper for the treasury. `SheetError` unless rows, their sum and the transfer agree."""
    faces = faces or load_faces()
    return paper_of(
        sheet,
        "Danh sách người thụ hưởng",
        faces=faces,
        add=lambda file: add_beneficiaries(file, sheet, rows, faces=faces),
    )


def add_beneficiaries(
    file: PaperFile, sheet: RunSheet, rows: Iterable[BeneficiaryRow], *, faces: Faces, copy: bool = False
) -> int:
    """Its pages at the end of a file; `copy` says that the rows' accounts are masked. Returns how many."""
    check_template(sheet)
    ledger = Ledger(
        file,
        sheet,
        heads=Heads(
            title=TITLE,
            subtitles=(f"{sheet.run_label} – {sheet.period}", COPY if copy else ""),
            above=(sheet.form,),
        ),
        shape=Shape(_COLUMNS, (_AMOUNT,)),
        faces=faces,
    )
    count = 0
    for count, row in enumerate(rows, start=1):
        texts = (str(count), row.holder, row.account, row.bank, dong(row.amount), row.note)
        ledger.take(Row(texts, (row.amount,)))
    if count != sheet.transfers:
        raise SheetError(f"{count} people are listed, {sheet.transfers} are paid by transfer")
    return ledger.close(_closing(sheet, faces), stated=[sheet.transfer_sum])


def _closing(sheet: RunSheet, faces: Faces) -> Iterator[Block]:
    checks = "; ".join(f"{check.text} ({_MARKS[check.state]})" for check in sheet.checks)
    notes = (
        ("Nguồn kinh phí:", sheet.fund),
        ("Mã đơn vị quan hệ ngân sách:", sheet.budget_code or "…………………………"),
        ("Người nhận tiền mặt:", f"{sheet.cash} người, {dong(sheet.cash_sum)} đồng, không ghi ở danh sách này."),
        ("Kiểm tra trước khi chuyển:", checks and f"{checks}."),
        ("Ghi chú:", sheet.form_note),
    )
    yield from closing(
        sheet,
        notes,
        paper="danh sách",
        signers=sheet.signers,
        faces=faces,
        right=_RIGHT,
        words=("Số tiền chuyển bằng chữ:", in_words(sheet.transfer_sum)),
    )
