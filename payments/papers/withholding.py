"""Bảng kê khấu trừ thuế thu nhập cá nhân: of one run, or of a year for the settlement. Personal numbers are masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.layout.flow import Block
from contributors.papers.layout.page import A4_LANDSCAPE, PaperFile
from contributors.papers.layout.table import Align, Column, dong
from payments.papers.frozen_json import SheetError
from payments.papers.ledger import RIGHT_MARGIN, Heads, Ledger, Row, Shape, closing, paper_of
from payments.papers.run_sheet import PersonRow, RunSheet, check_template
from payments.papers.sheets import PaperHead, check_net, check_sum, check_texts
from payments.papers.words import in_words

TITLE = "BẢNG KÊ KHẤU TRỪ THUẾ THU NHẬP CÁ NHÂN"
YEAR_TEMPLATE = 1
_RIGHT = A4_LANDSCAPE[0] - RIGHT_MARGIN
_SUMS = (5, 6, 7)
_COLUMNS = (
    Column("STT", 10 * mm, Align.CENTRE),
    Column("Họ và tên", 54 * mm, Align.LEFT),
    Column("Số định danh", 32 * mm, Align.LEFT),
    Column("Diện thuế", 42 * mm, Align.LEFT),
    Column("Phiếu", 18 * mm, Align.CENTRE),
    Column("Thu nhập", 27 * mm, Align.RIGHT),
    Column("Thuế đã khấu trừ", 27 * mm, Align.RIGHT),
    Column("Còn được nhận", 27 * mm, Align.RIGHT),
    Column("Ghi chú", 15 * mm, Align.LEFT),
)
_SHAPE = Shape(_COLUMNS, _SUMS, size=9.5)
WITHHELD, NOT_WITHHELD = "Khấu trừ", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSheet(PaperHead):
    """The list of a year, as far as statements are issued: `net_in_words` says the tax withheld."""

    year: int
    until: date
    people: int
    payments: int
    gross: int
    tax: int
    net: int
    template_version: int = YEAR_TEMPLATE

    def __post_init__(self) -> None:
        check_texts(self)
        check_net(self.tax, self.net_in_words)
        check_sum("net", self.gross - self.tax, self.net)


def render_withholding(sheet: RunSheet, rows: Iterable[PersonRow], *, faces: Faces | None = None) -> bytes:
    """Everybody of a run with income and tax, the untaxed too: the settlement lists them all."""
    faces = faces or load_faces()
    return paper_of(
        sheet,
        "Bảng kê khấu trừ thuế thu nhập cá nhân",
        faces=faces,
        add=lambda file: add_withholding(file, sheet, rows, faces=faces),
    )


def add_withholding(file: PaperFile, sheet: RunSheet, rows: Iterable[PersonRow], *, faces: Faces) -> int:
    """Its pages at the end of a file; returns how many. `SheetError` unless the rows are the sheet's people."""
    check_template(sheet)
    heads = Heads(
        title=TITLE,
        subtitles=(sheet.run_label, f"{sheet.period}; ngày chi {sheet.payment_date:%d/%m/%Y}"),
    )
    return _add(file, sheet, heads, rows, people=sheet.payees, stated=(sheet.gross, sheet.tax, sheet.net), faces=faces)


def render_year(sheet: YearSheet, rows: Iterable[PersonRow], *, faces: Faces | None = None) -> bytes:
    """The list of a year, one row a person; column "Phiếu" holds how many payments there were."""
    faces = faces or load_faces()
    heads = Heads(title=TITLE, subtitles=(f"Năm {sheet.year}", sheet.period))
    return paper_of(
        sheet,
        f"Bảng kê khấu trừ thuế thu nhập cá nhân năm {sheet.year}",
        faces=faces,
        add=lambda file: _add(
            file, sheet, heads, rows, people=sheet.people, stated=(sheet.gross, sheet.tax, sheet.net), faces=faces
        ),
    )


def _add(
    file: PaperFile,
    sheet: RunSheet | YearSheet,
    heads: Heads,
    rows: Iterable[PersonRow],
    *,
    people: int,
    stated: tuple[int, int, int],
    faces: Faces,
) -> int:
    ledger = Ledger(file, sheet, heads=heads, shape=_SHAPE, faces=faces, size=A4_LANDSCAPE)
    count = withheld = 0
    for count, row in enumerate(rows, start=1):
        withheld += bool(row.tax)
        amounts = (row.amount, row.tax, row.net)
        note = WITHHELD if row.tax else NOT_WITHHELD
        texts = (str(count), row.name, row.masked_id, row.tax_kind, str(row.number or "…"), *map(dong, amounts), note)
        ledger.take(Row(texts, amounts))
    if count != people:
        raise SheetError(f"{count} people are listed, the sheet says {people}")
    return ledger.close(_closing(sheet, stated[1], count, withheld, faces), stated=stated)


def _closing(sheet: RunSheet | YearSheet, tax: int, people: int, withheld: int, faces: Faces) -> Iterator[Block]:
    basis = "; ".join(text for text in sheet.legal_basis if text.strip())
    yield from closing(
        sheet,
        (
            ("Gồm:", f"{people} người có thu nhập, {withheld} người bị khấu trừ."),
            ("Căn cứ:", basis and f"{basis}."),
        ),
        paper="bảng kê",
        signers=sheet.signers,
        faces=faces,
        right=_RIGHT,
        words=("Thuế đã khấu trừ bằng chữ:", in_words(tax)),
    )
