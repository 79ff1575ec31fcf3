"""Phiếu thanh toán nhuận bút: one person's fees in one run, on A4 as NĐ 30/2020 lays it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.layout import marks
from contributors.papers.layout.closing import signatures_block, verification_block
from contributors.papers.layout.flow import Block, Placed, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.lines import broken
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.paragraph import gap, heading, labelled, labelled_pair
from contributors.papers.layout.table import (
    LEADING,
    PADDING,
    ROW_PADDING,
    Align,
    Cell,
    Column,
    Grid,
    day,
    dong,
    draw_cell,
    figure_cell,
    sliced,
    text_cell,
)
from contributors.papers.printable import with_masked_numbers
from payments.papers.sheets import STATEMENT_TEMPLATE, SheetError, StatementLine, StatementSheet

_TITLE = "PHIẾU THANH TOÁN NHUẬN BÚT"

# Margins of NĐ 30/2020, annex I: 20–25 above and below, 30–35 left, 15–20 right.
_TOP, _BOTTOM = 20 * mm, A4_PORTRAIT[1] - 20 * mm
_LEFT, _RIGHT = 30 * mm, A4_PORTRAIT[0] - 15 * mm
_MIDDLE = _LEFT + 86 * mm

_TITLE_SIZE = 14.0
_BODY_SIZE = 13.0
_PERIOD_SIZE = 12.5
_TABLE_SIZE = 10.0
_NOTE_SIZE = 9.0
_BASIS_SIZE = 10.0

_COLUMNS = (
    Column("STT", 9 * mm, Align.CENTRE),
    Column("Ngày đăng", 19 * mm, Align.CENTRE),
    Column("Tên tác phẩm", 53 * mm, Align.LEFT),
    Column("Thể loại, vai trò", 24 * mm, Align.LEFT),
    Column("Hệ số", 11 * mm, Align.CENTRE),
    Column("Đơn giá (đồng)", 16 * mm, Align.RIGHT),
    Column("Tỷ lệ", 12 * mm, Align.CENTRE),
    Column("Thành tiền (đồng)", 21 * mm, Align.RIGHT),
)
_GRID = Grid(_COLUMNS, _LEFT)
_FIRST_NOTED, _LAST_NOTED = 1, 6  # the explanation of an amount stands under these columns
_NOTE_EDGES = (_GRID.left, _GRID.edges[_FIRST_NOTED], _GRID.edges[_LAST_NOTED + 1], _GRID.right)
_INNER_EDGES = tuple(edge for edge in _GRID.edges if edge not in _NOTE_EDGES)
_TOTAL_EDGES = (_GRID.left, _GRID.edges[-2], _GRID.right)
_ROWS_WITH_TOTALS = 1  # so many rows go along when the totals need a new page
_NOTE_PADDING = 1.2
_FINE = 0.2
_KIND = 3
_NOTHING = "–"


def render_statement(sheet: StatementSheet, *, faces: Faces | None = None) -> bytes:
    """The PDF of a statement: the same sheet and faces give the same bytes, in any process and on any day."""
    faces = faces or load_faces()
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title=f"Phiếu thanh toán nhuận bút. {sheet.number_label}",
        author=sheet.letterhead.issuing_body,
        dated=sheet.issued_on,
    )
    add_statement(file, sheet, faces=faces)
    return file.data()


def add_statement(file: PaperFile, sheet: StatementSheet, *, faces: Faces) -> None:
    """The statement's pages at the end of a file, as they are in a file of their own."""
    if sheet.template_version != STATEMENT_TEMPLATE:
        raise SheetError(f"no template of version {sheet.template_version}")
    layout = _Layout(sheet, faces)
    pages = paginate(layout.blocks(), top=_TOP, bottom=_BOTTOM, header=layout.header)
    for number, placed in enumerate(pages, start=1):
        page = file.page(A4_PORTRAIT)
        _draw_page(page, placed, sheet, faces, number=number, count=len(pages))
        file.add(page)


def _draw_page(
    page: Page, placed: list[Placed], sheet: StatementSheet, faces: Faces, *, number: int, count: int
) -> None:
    marks.draw_under(page, sheet.draft_mark, faces=faces)
    marks.draw_around(page, number, sheet.data_mark, faces=faces, right=_RIGHT)
    for one in placed:
        one.block.draw(page, one.top)
    if count > 1:
        code = sheet.verification_code and f"Mã kiểm tra: {sheet.verification_code}"
        text = " · ".join(filter(None, (sheet.number_label, code)))
        marks.draw_foot(page, text, f"Trang {number}/{count}", faces=faces, left=_LEFT, right=_RIGHT)


class _Layout:
    """The blocks of one statement."""

    def __init__(self, sheet: StatementSheet, faces: Faces) -> None:
        self._sheet = sheet
        self._faces = faces
        cells = _GRID.header_cells(faces.bold, _TABLE_SIZE)
        self.header = Block(_GRID.header_height(cells), partial(_GRID.draw_header, cells=cells))
        self._tallest_row = _BOTTOM - _TOP - self.header.height

    def blocks(self) -> Iterator[Block]:
        """In reading order."""
        sheet, faces = self._sheet, self._faces
        yield letterhead_block(
            sheet.letterhead, sheet.number_label, sheet.issued_on, faces=faces, left=_LEFT, right=_RIGHT
        )
        yield from self._title()
        yield from self._payee()
        rows = list(chain.from_iterable(map(self._row, sheet.lines)))
        parted = len(rows) - _ROWS_WITH_TOTALS
        for place, row in enumerate(rows):
            yield replace(row, keep=True) if place >= parted else row
        yield from self._totals()
        yield from self._words_and_basis()
        if sheet.signers:
            yield signatures_block(sheet.signers, faces=faces, left=_LEFT, right=_RIGHT)
        if sheet.verification_url:
            yield verification_block(
                sheet.verification_code, sheet.verification_url, paper="phiếu", faces=faces, left=_LEFT, right=_RIGHT
            )

    def _title(self) -> Iterator[Block]:
        sheet, faces = self._sheet, self._faces
        yield gap(10, keep=True)
        yield from heading(_TITLE, faces.bold, _TITLE_SIZE, left=_LEFT, right=_RIGHT)
        yield from heading(sheet.run_label, faces.bold, _BODY_SIZE, left=_LEFT, right=_RIGHT)
        yield from heading(sheet.period, faces.italic, _PERIOD_SIZE, left=_LEFT, right=_RIGHT)
        yield gap(6)

    def _payee(self) -> Iterator[Block]:
        payee, regular, bold = self._sheet.payee, self._faces.regular, self._faces.bold
        who = (("Họ và tên:", payee.full_name, bold), ("Số định danh cá nhân:", payee.masked_id, regular))
        where = (("Bút danh:", ", ".join(payee.pen_names), regular), ("Đơn vị:", payee.unit, regular))
        for pair in (who, where):
            yield from labelled_pair(
                pair, label_face=regular, size=_BODY_SIZE, left=_LEFT, middle=_MIDDLE, right=_RIGHT
            )
        yield gap(5, keep=True)

    def _row(self, line: StatementLine) -> Iterator[Block]:
        """One block, or several if the line is longer than a page."""
        regular = self._faces.regular
        unit = _NOTHING if line.unit_value is None else dong(line.unit_value)
        texts = (
            str(line.ordinal),
            day(line.published_on),
            with_masked_numbers(line.title),
            line.genre,
            line.coefficient or _NOTHING,
            unit,
            line.share or _NOTHING,
            dong(line.amount),
        )
        cells = [
            figure_cell(text, regular, _TABLE_SIZE, column.width)
            if column.align is Align.RIGHT
            else text_cell(text, regular, _TABLE_SIZE, column.width, column.align)
            for text, column in zip(texts, _COLUMNS, strict=True)
        ]
        role = text_cell(line.role, regular, _TABLE_SIZE, _COLUMNS[_KIND].width, Align.LEFT)
        cells[_KIND] = role._replace(lines=(*cells[_KIND].lines, *role.lines))
        notes = broken(
            line.explanation,
            self._faces.italic.font,
            _NOTE_SIZE,
            _GRID.width(_FIRST_NOTED, _LAST_NOTED) - 2 * PADDING,
        )
        above = max(len(cell.lines) for cell in cells)
        at_once = int((self._tallest_row - 2 * ROW_PADDING) / (_TABLE_SIZE * LEADING))
        for start in range(0, above + len(notes), at_once):
            end = start + at_once
            yield self._row_block(sliced(cells, start, end), notes[max(start - above, 0) : max(end - above, 0)])

    def _row_block(self, cells: Sequence[Cell], notes: Sequence[Setting]) -> Block:
        note = Cell(notes, self._faces.italic, _NOTE_SIZE, Align.LEFT)
        inner = max(cell.height for cell in cells) + 2 * ROW_PADDING
        bottom = inner + note.height + 2 * _NOTE_PADDING if notes else inner
        return Block(bottom, partial(_draw_row, cells=cells, note=note, inner=inner, bottom=bottom), row=True)

    def _totals(self) -> Iterator[Block]:
        sheet, regular, bold = self._sheet, self._faces.regular, self._faces.bold
        yield self._total("Cộng tiền nhuận bút", sheet.gross, bold)
        if sheet.carried_in:
            yield self._total("Kỳ trước chuyển sang", sheet.carried_in, regular)
        if sheet.carried_out:
            yield self._total("Chuyển sang kỳ sau", -sheet.carried_out, regular)
        yield self._total("Thuế thu nhập cá nhân khấu trừ", sheet.tax, regular, sheet.tax_explanation)
        yield self._total("Số tiền thực lĩnh", sheet.net, bold)

    def _total(self, label: str, amount: int, face: Face, explanation: str = "") -> Block:
        """The explanation stands beside the label if there is room, else below it."""
        width = _GRID.width(0, _LAST_NOTED)
        name = text_cell(label, face, _TABLE_SIZE, width, Align.LEFT)
        note = text_cell(explanation, self._faces.italic, _NOTE_SIZE, width, Align.LEFT)
        taken = sum(line.width for line in name.lines) * _TABLE_SIZE / 1000 + 2 * PADDING
        beside = len(note.lines) == 1 and taken + note.lines[0].width * _NOTE_SIZE / 1000 + 2 * PADDING <= width
        figure = figure_cell(dong(amount), face, _TABLE_SIZE, _COLUMNS[-1].width)
        height = name.height + (0 if beside else note.height) + 2 * ROW_PADDING
        offset = (taken, _TABLE_SIZE - _NOTE_SIZE) if beside else (0.0, name.height)
        draw = partial(_draw_total, name=name, note=note, figure=figure, offset=offset, height=height)
        return Block(height, draw, row=True, keep=True)

    def _words_and_basis(self) -> Iterator[Block]:
        sheet, faces = self._sheet, self._faces
        yield gap(5, keep=True)
        yield from labelled(
            "Bằng chữ:",
            f"{sheet.net_in_words}.",
            label_face=faces.italic,
            face=faces.bold_italic,
            size=_BODY_SIZE,
            left=_LEFT,
            right=_RIGHT,
            keep=True,
        )
        yield gap(2, keep=True)
        basis = "; ".join(text for text in (sheet.rate_schedule, *sheet.legal_basis) if text.strip())
        if basis:
            yield from labelled(
                "Căn cứ tính:",
                f"{basis}.",
                label_face=faces.italic,
                face=faces.regular,
                size=_BASIS_SIZE,
                left=_LEFT,
                right=_RIGHT,
                keep=True,
            )
        yield gap(7, keep=True)


def _draw_row(page: Page, top: float, *, cells: Sequence[Cell], note: Cell, inner: float, bottom: float) -> None:
    for cell, left, right in zip(cells, _GRID.edges, _GRID.edges[1:], strict=False):
        draw_cell(page, cell, left, right, top + ROW_PADDING)
    if note.lines:
        page.horizontal(_NOTE_EDGES[1], _NOTE_EDGES[2], top + inner, _FINE)
        draw_cell(page, note, _NOTE_EDGES[1], _NOTE_EDGES[2], top + inner + _NOTE_PADDING)
        page.verticals(_NOTE_EDGES, top, top + bottom)
        page.verticals(_INNER_EDGES, top, top + inner)
    else:
        page.verticals(_GRID.edges, top, top + bottom)
    page.horizontal(_GRID.left, _GRID.right, top + bottom)


def _draw_total(
    page: Page, top: float, *, name: Cell, note: Cell, figure: Cell, offset: tuple[float, float], height: float
) -> None:
    amount_left = _TOTAL_EDGES[1]
    across, down = offset
    draw_cell(page, name, _GRID.left, amount_left, top + ROW_PADDING)
    draw_cell(page, note, _GRID.left + across, amount_left, top + ROW_PADDING + down)
    draw_cell(page, figure, amount_left, _GRID.right, top + ROW_PADDING)
    _GRID.borders(page, top, top + height, _TOTAL_EDGES)
