"""Rows of the payment list: one person's lines, subtotal and place to sign, which may go over pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces
from contributors.papers.layout.page import A4_LANDSCAPE, Page
from contributors.papers.layout.table import (
    LEADING,
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
from payments.papers.sheets import PaymentListEntry, PaymentListLine

# Margins of NĐ 30/2020, annex I.
TOP, BOTTOM = 20 * mm, A4_LANDSCAPE[1] - 20 * mm
LEFT, RIGHT = 30 * mm, A4_LANDSCAPE[0] - 15 * mm

COLUMNS = (
    Column("STT", 9 * mm, Align.CENTRE),
    Column("Họ và tên", 32 * mm, Align.LEFT),
    Column("Bút danh", 22 * mm, Align.LEFT),
    Column("Tên tác phẩm", 54 * mm, Align.LEFT),
    Column("Thể loại", 22 * mm, Align.LEFT),
    Column("Ngày đăng", 18 * mm, Align.CENTRE),
    Column("Hệ số", 10 * mm, Align.CENTRE),
    Column("Đơn giá", 15 * mm, Align.RIGHT),
    Column("Thành tiền", 18 * mm, Align.RIGHT),
    Column("Thuế TNCN", 15 * mm, Align.RIGHT),
    Column("Thực lĩnh", 18 * mm, Align.RIGHT),
    Column("Ký nhận", 19 * mm, Align.CENTRE),
)
GRID = Grid(COLUMNS, LEFT)
SIZE = 9.0

_NAME, _PEN_NAME, _TITLE, _GENRE, _DATE, _COEFFICIENT, _UNIT, AMOUNT, TAX, NET, _SIGN = range(1, 12)
_ROOM_TO_SIGN = 26.0
_NOTHING = "–"

_MOST_LINES = 30  # in one row; a title that needs more goes on in another row
SUMS_HEIGHT = SIZE * LEADING + 2 * ROW_PADDING
_OUTER_EDGES = tuple(GRID.edges[place] for place in (0, _NAME, _PEN_NAME, TAX, NET, _SIGN, len(COLUMNS)))
_SUMS_EDGES = (GRID.left, *GRID.edges[AMOUNT:])
_WORK_EDGES = GRID.edges[_TITLE:AMOUNT]
_SPANNED_EDGES = (GRID.edges[AMOUNT],)


@dataclass(slots=True)
class Sums:
    """Of the three columns of money, in đồng."""

    amount: int = 0
    tax: int = 0
    net: int = 0

    def add(self, other: Sums) -> None:
        self.amount += other.amount
        self.tax += other.tax
        self.net += other.net


@dataclass(slots=True)
class Row:
    """One printed row: of a work, or, after all works, of a carried sum or the person's subtotal."""

    cells: list[tuple[int, int, Cell]]  # first column, last column, text
    height: float
    counted: Sums
    is_work: bool = False


@dataclass(slots=True)
class Group:
    """All rows of one person."""

    ordinal: Cell
    name: Cell
    rows: list[Row] = field(default_factory=list)

    @property
    def height(self) -> float:
        return sum(row.height for row in self.rows)


class RowSetter:
    """Makes rows of entries."""

    def __init__(self, faces: Faces) -> None:
        self._faces = faces
        self._known_cell = lru_cache(maxsize=4096)(self._cell)  # of texts that come again and again

    def _cell(self, text: str, column: int, *, bold: bool = False) -> Cell:
        face = self._faces.bold if bold else self._faces.regular
        shape = COLUMNS[column]
        if shape.align is Align.RIGHT:
            return figure_cell(text, face, SIZE, shape.width)
        return text_cell(text, face, SIZE, shape.width, shape.align)

    def group(self, ordinal: int, entry: PaymentListEntry) -> Group:
        """A single line carries the person's tax, net and place to sign itself; several get a subtotal row."""
        group = Group(self._cell(str(ordinal), 0), self._cell(entry.full_name, _NAME, bold=True))
        for line in entry.lines:
            group.rows.extend(self._line_rows(line))
        for label, amount in (
            ("Kỳ trước chuyển sang", entry.carried_in),
            ("Chuyển sang kỳ sau", -entry.carried_out),
        ):
            if amount:
                group.rows.append(self._spanned(label, Sums(amount=amount)))
        if len(group.rows) != 1:
            group.rows.append(self._subtotal(entry.amount))
        last = group.rows[-1]
        last.cells.append((TAX, TAX, self._known_cell(dong(entry.tax), TAX)))
        last.cells.append((NET, NET, self._cell(dong(entry.net), NET, bold=True)))
        last.counted.tax, last.counted.net = entry.tax, entry.net
        last.height += max(0.0, _ROOM_TO_SIGN - group.height)
        return group

    def continued(self, group: Group) -> Cell:
        """The name, where the group goes on over the page."""
        again = group.name.face.font.set("(tiếp theo)")
        return group.name._replace(lines=(*group.name.lines, again))

    def _spanned(self, label: str, counted: Sums) -> Row:
        """An amount that belongs to no work."""
        face = self._faces.italic
        name = text_cell(label, face, SIZE, GRID.width(_PEN_NAME, _UNIT), Align.LEFT)
        amount = self._cell(dong(counted.amount), AMOUNT)
        cells = [(_PEN_NAME, _UNIT, name), (AMOUNT, AMOUNT, amount)]
        return Row(cells, name.height + 2 * ROW_PADDING, counted)

    def _subtotal(self, amount: int) -> Row:
        name = text_cell("Cộng", self._faces.bold, SIZE, GRID.width(_PEN_NAME, _UNIT), Align.LEFT)
        cells = [(_PEN_NAME, _UNIT, name), (AMOUNT, AMOUNT, self._cell(dong(amount), AMOUNT, bold=True))]
        return Row(cells, name.height + 2 * ROW_PADDING, Sums())

    def _line_rows(self, line: PaymentListLine) -> Iterator[Row]:
        unit = _NOTHING if line.unit_value is None else dong(line.unit_value)
        genre = f"{line.genre}, {line.role}" if line.role else line.genre
        cells = (
            self._known_cell(line.pen_name or _NOTHING, _PEN_NAME),
            self._cell(with_masked_numbers(line.title), _TITLE),
            self._known_cell(genre, _GENRE),
            self._known_cell(day(line.published_on), _DATE),
            self._known_cell(line.coefficient or _NOTHING, _COEFFICIENT),
            self._known_cell(unit, _UNIT),
            self._known_cell(dong(line.amount), AMOUNT),
        )
        longest = max([len(cell.lines) for cell in cells])
        for start in range(0, longest, _MOST_LINES):
            part = sliced(cells, start, start + _MOST_LINES) if longest > _MOST_LINES else cells
            yield Row(
                [(column, column, cell) for column, cell in enumerate(part, start=_PEN_NAME)],
                min(longest - start, _MOST_LINES) * SIZE * LEADING + 2 * ROW_PADDING,
                Sums(amount=0 if start else line.amount),
                is_work=True,
            )


def fitting(rows: Sequence[Row], room: float) -> int:
    """How many of a person's rows go on a page with that much room; the last row never stands alone."""
    count, used = 0, 0.0
    while count < len(rows) and used + rows[count].height <= room:
        used += rows[count].height
        count += 1
    if count == len(rows) - 1 and count > 0:
        count -= 1
    return count


def draw_segment(page: Page, top: float, rows: Sequence[Row], *, ordinal: Cell, name: Cell) -> float:
    """A person's rows on one page, as high as the name needs at least; returns the height.

    Ordinal, name, tax, net and signature are one cell each over all rows, so their columns have no inner lines;
    the lines beside them go down the whole page and are drawn with `draw_sides`.
    """
    heights = [row.height for row in rows]
    heights[-1] += max(0.0, name.height + 2 * ROW_PADDING - sum(heights))
    draw_cell(page, ordinal, GRID.edges[0], GRID.edges[1], top + ROW_PADDING)
    draw_cell(page, name, GRID.edges[1], GRID.edges[2], top + ROW_PADDING)
    y = works = top
    for row, height in zip(rows, heights, strict=True):
        if y > top:
            page.horizontal(GRID.edges[_PEN_NAME], GRID.edges[TAX], y)
        for first, last, cell in row.cells:
            draw_cell(page, cell, GRID.edges[first], GRID.edges[last + 1], y + ROW_PADDING)
        y += height
        if row.is_work:
            works = y
    if works > top:
        page.verticals(_WORK_EDGES, top, works)
    page.verticals(_SPANNED_EDGES, top, y)
    page.horizontal(GRID.left, GRID.right, y)
    return y - top


def draw_sides(page: Page, top: float, bottom: float) -> None:
    """The lines that all rows of persons on a page have in common."""
    page.verticals(_OUTER_EDGES, top, bottom)


def draw_sums(page: Page, top: float, *, label: Cell, sums: Sums, faces: Faces) -> None:
    """A row of three sums under the whole table: of the page, brought forward, of everything."""
    draw_cell(page, label, GRID.left, GRID.edges[AMOUNT], top + ROW_PADDING)
    for column, amount in ((AMOUNT, sums.amount), (TAX, sums.tax), (NET, sums.net)):
        cell = figure_cell(dong(amount), faces.bold, SIZE, COLUMNS[column].width)
        draw_cell(page, cell, GRID.edges[column], GRID.edges[column + 1], top + ROW_PADDING)
    GRID.borders(page, top, top + SUMS_HEIGHT, _SUMS_EDGES)
