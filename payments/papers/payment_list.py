"""Bảng kê chi trả nhuận bút: everyone who is paid in a run, with a place to sign, on A4 across.

Rows stream: a page is finished as soon as it is full, so a list of any length takes time in proportion and
little memory. Each page ends with its sums and begins with those brought forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.layout import marks
from contributors.papers.layout.closing import signatures_block, verification_block
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.page import A4_LANDSCAPE, PaperFile
from contributors.papers.layout.paragraph import gap, heading, labelled
from contributors.papers.layout.table import Align, text_cell
from payments.papers.payment_list_rows import (
    AMOUNT,
    BOTTOM,
    GRID,
    LEFT,
    RIGHT,
    SIZE,
    SUMS_HEIGHT,
    TOP,
    Group,
    RowSetter,
    Sums,
    draw_segment,
    draw_sides,
    draw_sums,
    fitting,
)
from payments.papers.sheets import PaymentListEntry, PaymentListSheet, SheetError

_TITLE = "BẢNG KÊ CHI TRẢ NHUẬN BÚT"
_TITLE_SIZE = 14.0
_BODY_SIZE = 13.0
_PERIOD_SIZE = 12.5
_NOTE_SIZE = 10.0
_BROUGHT_FORWARD = {1: "Mang sang", 2: "Luỹ kế mang sang"}  # by template version
_KEPT_WHOLE = 0.5  # of a page: a person whose rows take less is not parted by a page break


def render_payment_list(
    sheet: PaymentListSheet, entries: Iterable[PaymentListEntry], *, faces: Faces | None = None
) -> bytes:
    """The PDF of a payment list; entries in the order in which they are numbered and printed.

    `SheetError` if they do not add up to the sheet. The same input gives the same bytes.
    """
    return _printed(sheet, entries, faces or load_faces()).data()


def write_payment_list(
    sheet: PaymentListSheet, entries: Iterable[PaymentListEntry], out: BinaryIO, *, faces: Faces | None = None
) -> None:
    """As `render_payment_list`, into a file; nothing is written if the list is refused."""
    _printed(sheet, entries, faces or load_faces()).write(out)


def _printed(sheet: PaymentListSheet, entries: Iterable[PaymentListEntry], faces: Faces) -> PaperFile:
    file = PaperFile(
        size=A4_LANDSCAPE,
        faces=faces,
        title=f"Bảng kê chi trả nhuận bút. {sheet.number_label}",
        author=sheet.letterhead.issuing_body,
        dated=sheet.issued_on,
    )
    add_payment_list(file, sheet, entries, faces=faces)
    return file


def add_payment_list(
    file: PaperFile, sheet: PaymentListSheet, entries: Iterable[PaymentListEntry], *, faces: Faces
) -> None:
    """The list's pages at the end of a file, as they are in a file of their own."""
    if sheet.template_version not in _BROUGHT_FORWARD:
        raise SheetError(f"no template of version {sheet.template_version}")
    printer = _Printer(file, sheet, faces)
    for entry in entries:
        printer.take(entry)
    printer.close()


class _Printer:
    """One list being printed. The latest person waits, in case the closing must take it along to a new page."""

    def __init__(self, file: PaperFile, sheet: PaymentListSheet, faces: Faces) -> None:
        self._sheet = sheet
        self._faces = faces
        self._setter = RowSetter(faces)
        self._file = file
        self._brought = _BROUGHT_FORWARD[sheet.template_version]
        cells = GRID.header_cells(faces.bold, SIZE)
        self._header = Block(GRID.header_height(cells), partial(GRID.draw_header, cells=cells))
        self._labels = {
            label: text_cell(label, faces.bold, SIZE, GRID.width(0, AMOUNT - 1), Align.LEFT)
            for label in ("Cộng trang", self._brought, "Tổng cộng")
        }
        self._payees = self._works = 0
        self._waiting: Group | None = None
        self._before, self._here = Sums(), Sums()
        self._number = 0
        self._open_page()

    def take(self, entry: PaymentListEntry) -> None:
        self._place_waiting()
        self._payees += 1
        self._works += len(entry.lines)
        self._waiting = self._setter.group(self._payees, entry)

    def close(self) -> None:
        """The last person, the grand total, words, signatures: on one page if any page can hold them."""
        closing = sum(block.height for block in self._closing(self._number))
        needed = closing + SUMS_HEIGHT + (self._waiting.height if self._waiting else 0.0)
        fresh = TOP + self._header.height + SUMS_HEIGHT
        if self._waiting and self._y + needed > BOTTOM and self._y > fresh and fresh + needed <= BOTTOM:
            self._turn()
        self._place_waiting()
        self._check()
        self._end_table()
        if self._number > 1 or self._y + closing > BOTTOM:
            self._sum_up()
        self._draw_closing()

    def _place_waiting(self) -> None:
        group = self._waiting
        if group is None:
            return
        self._waiting = None
        kept_whole = group.height <= (BOTTOM - TOP) * _KEPT_WHOLE
        rows, name = group.rows, group.name
        while rows:
            room = BOTTOM - SUMS_HEIGHT - self._y
            count = fitting(rows, room)
            if count == 0 or (count < len(rows) and kept_whole) or name.height > room:
                self._turn()
                count = max(1, fitting(rows, BOTTOM - SUMS_HEIGHT - self._y))
            self._y += draw_segment(self._page, self._y, rows[:count], ordinal=group.ordinal, name=name)
            for row in rows[:count]:
                self._here.add(row.counted)
            rows, name = rows[count:], self._setter.continued(group)

    def _blank_page(self) -> None:
        self._number += 1
        self._page = self._file.page(A4_LANDSCAPE)
        marks.draw_under(self._page, self._sheet.draft_mark, faces=self._faces)
        marks.draw_around(self._page, self._number, self._sheet.data_mark, faces=self._faces, right=RIGHT)
        self._y = TOP

    def _open_page(self) -> None:
        self._blank_page()
        if self._number == 1:
            for block in self._opening():
                self._put(block)
            self._put(self._header)
        else:
            self._put(self._header)
            self._draw_sums(self._brought, self._before)
        self._table_top = self._y

    def _turn(self) -> None:
        self._end_table()
        self._sum_up()
        self._finish_page()
        self._open_page()

    def _end_table(self) -> None:
        draw_sides(self._page, self._table_top, self._y)

    def _sum_up(self) -> None:
        self._draw_sums("Cộng trang", self._here)
        self._before.add(self._here)
        self._here = Sums()

    def _finish_page(self) -> None:
        sheet = self._sheet
        code = sheet.verification_code and f"Mã kiểm tra: {sheet.verification_code}"
        text = " · ".join(filter(None, (sheet.number_label, code)))
        marks.draw_foot(self._page, text, f"Trang {self._number}", faces=self._faces, left=LEFT, right=RIGHT)
        self._file.add(self._page)

    def _put(self, block: Block) -> None:
        block.draw(self._page, self._y)
        self._y += block.height

    def _draw_sums(self, label: str, sums: Sums) -> None:
        draw_sums(self._page, self._y, label=self._labels[label], sums=sums, faces=self._faces)
        self._y += SUMS_HEIGHT

    def _check(self) -> None:
        """The rows say what the sheet says."""
        sheet = self._sheet
        total = Sums(self._before.amount, self._before.tax, self._before.net)
        total.add(self._here)
        printed = (self._payees, self._works, total.amount, total.tax, total.net)
        stated = (sheet.payees, sheet.works, sheet.amount, sheet.tax, sheet.net)
        if printed != stated:
            raise SheetError(f"people, works, amount, tax, net are {printed}, the sheet says {stated}")

    def _opening(self) -> Iterator[Block]:
        sheet, faces = self._sheet, self._faces
        yield letterhead_block(
            sheet.letterhead, sheet.number_label, sheet.issued_on, faces=faces, left=LEFT, right=RIGHT
        )
        yield gap(8)
        yield from heading(_TITLE, faces.bold, _TITLE_SIZE, left=LEFT, right=RIGHT)
        yield from heading(sheet.run_label, faces.bold, _BODY_SIZE, left=LEFT, right=RIGHT)
        yield from heading(sheet.period, faces.italic, _PERIOD_SIZE, left=LEFT, right=RIGHT)
        unit = faces.italic.font.set("Đơn vị tính: đồng")
        yield Block(
            _NOTE_SIZE * 1.6,
            lambda page, top: page.text_right(RIGHT, top + _NOTE_SIZE, unit, faces.italic, _NOTE_SIZE),
        )

    def _closing(self, pages: int) -> Iterator[Block]:
        sheet, faces = self._sheet, self._faces
        total = Sums(sheet.amount, sheet.tax, sheet.net)
        draw = partial(draw_sums, label=self._labels["Tổng cộng"], sums=total, faces=faces)
        yield Block(SUMS_HEIGHT, draw, row=True, keep=True)
        yield gap(5, keep=True)
        basis = "; ".join(text for text in (sheet.rate_schedule, *sheet.legal_basis) if text.strip())
        counted = f"{sheet.payees} người, {sheet.works} khoản, {pages} trang."
        for label, text, face, size in (
            ("Số tiền thực lĩnh bằng chữ:", f"{sheet.net_in_words}.", faces.bold_italic, _BODY_SIZE),
            ("Nguồn kinh phí:", sheet.fund, faces.regular, _NOTE_SIZE),
            ("Căn cứ tính:", basis and f"{basis}.", faces.regular, _NOTE_SIZE),
            ("Bảng kê gồm:", counted, faces.regular, _NOTE_SIZE),
        ):
            yield from labelled(
                label, text, label_face=faces.italic, face=face, size=size, left=LEFT, right=RIGHT, keep=True
            )
        yield gap(7, keep=True)
        if sheet.signers:
            yield signatures_block(sheet.signers, faces=faces, left=LEFT, right=RIGHT)
        if sheet.verification_url:
            yield verification_block(
                sheet.verification_code, sheet.verification_url, paper="bảng kê", faces=faces, left=LEFT, right=RIGHT
            )

    def _draw_closing(self) -> None:
        break_pages = partial(paginate, top=TOP, bottom=BOTTOM, header=self._header, below=self._y)
        placed = break_pages(self._closing(self._number))
        if len(placed) > 1:
            placed = break_pages(self._closing(self._number + len(placed) - 1))
        for place, blocks in enumerate(placed):
            if place:
                self._blank_page()
            for one in blocks:
                one.block.draw(self._page, one.top)
            self._finish_page()
