"""Bìa hồ sơ: what a run's dossier is about, and the SHA-256 of every paper in it, so that each can be proven later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.layout.flow import Block
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from contributors.papers.layout.table import Align, Column, dong
from payments.papers.ledger import RIGHT_MARGIN, Heads, Ledger, Row, Shape, closing, paper_of
from payments.papers.run_sheet import FileRow, RunSheet, check_template

TITLE = "HỒ SƠ CHI TRẢ NHUẬN BÚT"
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN
_COLUMNS = (
    Column("STT", 11 * mm, Align.CENTRE),
    Column("Giấy tờ", 47 * mm, Align.LEFT),
    Column("Số", 16 * mm, Align.CENTRE),
    Column("Mã kiểm tra", 28 * mm, Align.LEFT),
    Column("SHA-256 của tệp", 63 * mm, Align.LEFT),
)
_SHAPE = Shape(_COLUMNS, size=8.0)
_HALF = 32
_HOW = (
    "tệp nào có SHA-256 khác dòng của nó ở đây là tệp đã bị sửa. Trang kiểm tra tính SHA-256 ngay trên máy người xem; "
    "trên máy tính có lệnh sha256sum."
)


def render_cover(sheet: RunSheet, rows: Iterable[FileRow], *, faces: Faces | None = None) -> bytes:
    """The PDF: one row a paper, in signing order, statements last by their numbers."""
    faces = faces or load_faces()
    return paper_of(
        sheet, "Hồ sơ chi trả nhuận bút", faces=faces, add=lambda file: add_cover(file, sheet, rows, faces=faces)
    )


def add_cover(file: PaperFile, sheet: RunSheet, rows: Iterable[FileRow], *, faces: Faces) -> int:
    """Its pages at the end of a file; returns how many."""
    check_template(sheet)
    heads = Heads(title=TITLE, subtitles=(sheet.run_label, sheet.period), unit="")
    ledger = Ledger(file, sheet, heads=heads, shape=_SHAPE, faces=faces)
    count = 0
    for count, row in enumerate(rows, start=1):
        # Two halves: a hash is longer than any line of this column, and people compare it in parts.
        digest = f"{row.sha256[:_HALF]} {row.sha256[_HALF:]}".strip()
        ledger.take(Row((str(count), row.name, row.number, row.code, digest)))
    return ledger.close(_closing(sheet, count, faces))


def _closing(sheet: RunSheet, count: int, faces: Faces) -> Iterator[Block]:
    yield from closing(
        sheet,
        (
            ("Gồm:", f"{count} giấy tờ; {sheet.payees} người, {sheet.works} khoản."),
            ("Tổng:", f"{dong(sheet.gross)} − {dong(sheet.tax)} = {dong(sheet.net)} đồng; nguồn {sheet.fund}."),
            (
                "Cách đối chiếu:",
                _HOW,
            ),
        ),
        paper="hồ sơ",
        signers=sheet.signers,
        faces=faces,
        right=_RIGHT,
        words=("Thực chi bằng chữ:", sheet.net_in_words),
    )
