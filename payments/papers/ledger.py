"""A table of any length under the head of an official paper: pages with their sums, carried forward, and a closing.

Rows stream: a page is finished as soon as it is full. Everything is added to a file that may hold other papers before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces
from contributors.papers.layout import marks
from contributors.papers.layout.closing import signatures_block, verification_block
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.paragraph import gap, heading, labelled
from contributors.papers.layout.table import (
    LEADING,
    ROW_PADDING,
    Align,
    Cell,
    Column,
    Grid,
    dong,
    draw_cell,
    figure_cell,
    sliced,
    text_cell,
)
from payments.papers.frozen_json import SheetError
from payments.papers.sheets import PaperHead, Signer

LEFT, TOP = 30 * mm, 20 * mm
RIGHT_MARGIN, BOTTOM_MARGIN = 15 * mm, 20 * mm
TITLE_SIZE = 14.0
BODY_SIZE = 13.0
SMALL_SIZE = 11.0
NOTE_SIZE = 10.0
_MOST_LINES = 30  # of one row on one page; what needs more goes on in another row
BROUGHT, OF_PAGE, OF_ALL = "Luỹ kế mang sang", "Cộng trang", "Tổng cộng"


@dataclass(frozen=True, slots=True)
class Row:
    """Texts of the columns, and the amounts that are counted in the columns of sums, in their order."""

    texts: Sequence[str]
    counted: Sequence[int] = ()
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of a table. `sums`: those that hold amounts and are added up; `tall`: height that people need to sign."""

    columns: Sequence[Column]
    sums: Sequence[int] = ()
    size: float = 10.0
    tall: float = 0.0


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands above the table on its first page. `above`: small lines at the right, like the form's number."""

    title: str
    subtitles: Sequence[str] = ()
    above: Sequence[str] = ()
    unit: str = "Đơn vị tính: đồng"


class Ledger:
    """One table being printed. The latest row waits, in case the closing must take it along to a new page."""

    def __init__(
        self,
        file: PaperFile,
        sheet: PaperHead,
        *,
        heads: Heads,
        shape: Shape,
        faces: Faces,
        size: tuple[float, float] = A4_PORTRAIT,
    ) -> None:
        self._file, self._sheet, self._faces, self._shape, self._size = file, sheet, faces, shape, size
        self._grid = Grid(shape.columns, LEFT)
        self._right = size[0] - RIGHT_MARGIN
        self._bottom = size[1] - BOTTOM_MARGIN
        cells = self._grid.header_cells(faces.bold, shape.size)
        self._header = Block(self._grid.header_height(cells), partial(self._grid.draw_header, cells=cells))
        self._sums_height = shape.size * LEADING + 2 * ROW_PADDING if shape.sums else 0.0
        self._before = [0] * len(shape.sums)
        self._here = [0] * len(shape.sums)
        self._waiting: Row | None = None
        self._number = 0
        self._turn_to(heads)

    def take(self, row: Row) -> None:
        """Print a row; the one before it is printed now."""
        self._place_waiting()
        self._waiting = row

    def close(self, closing: Iterable[Block] = (), *, stated: Sequence[int] = ()) -> int:
        """The last row, the total and what follows the table. Returns the number of pages.

        `SheetError` unless the rows add up to `stated`.
        """
        blocks = list(closing)
        if self._waiting is not None:
            needed = self._height(self._waiting) + self._sums_height + sum(block.height for block in blocks)
            fresh = TOP + self._header.height + self._sums_height
            if self._y + needed > self._bottom and self._y > fresh and fresh + needed <= self._bottom:
                self._turn()
        self._place_waiting()
        total = [before + here for before, here in zip(self._before, self._here, strict=True)]
        if list(stated) != total:
            raise SheetError(f"the rows add up to {total}, the sheet says {list(stated)}")
        if self._shape.sums:
            if self._number > 1:
                self._draw_sums(OF_PAGE, self._here)
            self._draw_sums(OF_ALL, total)
        placed = paginate(blocks, top=TOP, bottom=self._bottom, header=gap(0), below=self._y)
        for place, page in enumerate(placed):
            if place:
                self._finish()
                self._blank()
            for one in page:
                one.block.draw(self._page, one.top)
        self._finish()
        return self._number

    def _place_waiting(self) -> None:
        row, self._waiting = self._waiting, None
        if row is None:
            return
        cells = self._cells(row)
        longest = max(len(cell.lines) for cell in cells)
        for start in range(0, max(longest, 1), _MOST_LINES):
            part = sliced(cells, start, start + _MOST_LINES)
            height = max([cell.height for cell in part]) + 2 * ROW_PADDING
            height = max(height, self._shape.tall) if start == 0 else height
            if self._y + height + self._sums_height > self._bottom:
                self._turn()
            for cell, left, right in zip(part, self._grid.edges, self._grid.edges[1:], strict=False):
                draw_cell(self._page, cell, left, right, self._y + ROW_PADDING)
            self._grid.borders(self._page, self._y, self._y + height, self._grid.edges)
            self._y += height
        for place, amount in enumerate(row.counted):
            self._here[place] += amount

    def _cells(self, row: Row) -> list[Cell]:
        face = self._faces.bold if row.bold else self._faces.regular
        return [
            figure_cell(text, face, self._shape.size, column.width)
            if column.align is Align.RIGHT
            else text_cell(text, face, self._shape.size, column.width, column.align)
            for text, column in zip(row.texts, self._shape.columns, strict=True)
        ]

    def _height(self, row: Row) -> float:
        return max(self._shape.tall, *(cell.height + 2 * ROW_PADDING for cell in self._cells(row)))

    def _turn(self) -> None:
        if self._shape.sums:
            self._draw_sums(OF_PAGE, self._here)
        self._before = [before + here for before, here in zip(self._before, self._here, strict=True)]
        self._here = [0] * len(self._here)
        self._finish()
        self._blank()
        self._put(self._header)
        if self._shape.sums:
            self._draw_sums(BROUGHT, self._before)

    def _turn_to(self, heads: Heads) -> None:
        self._blank()
        for block in opening(self._sheet, heads, faces=self._faces, right=self._right):
            self._put(block)
        self._put(self._header)

    def _blank(self) -> None:
        self._number += 1
        self._page = begun_page(self._file, self._sheet, self._number, faces=self._faces, size=self._size)
        self._y = TOP

    def _finish(self) -> None:
        finish_page(self._file, self._page, self._sheet, self._number, faces=self._faces)

    def _put(self, block: Block) -> None:
        block.draw(self._page, self._y)
        self._y += block.height

    def _draw_sums(self, label: str, sums: Sequence[int]) -> None:
        grid, size, bold = self._grid, self._shape.size, self._faces.bold
        first = self._shape.sums[0]
        name = text_cell(label, bold, size, grid.width(0, first - 1), Align.LEFT)
        draw_cell(self._page, name, grid.left, grid.edges[first], self._y + ROW_PADDING)
        for column, amount in zip(self._shape.sums, sums, strict=True):
            cell = figure_cell(dong(amount), bold, size, self._shape.columns[column].width)
            draw_cell(self._page, cell, grid.edges[column], grid.edges[column + 1], self._y + ROW_PADDING)
        edges = (grid.left, *grid.edges[first:])
        grid.borders(self._page, self._y, self._y + self._sums_height, edges)
        self._y += self._sums_height


def begun_page(file: PaperFile, sheet: PaperHead, number: int, *, faces: Faces, size: tuple[float, float]) -> Page:
    """A blank page with the marks that stand on each."""
    page = file.page(size)
    marks.draw_under(page, sheet.draft_mark, faces=faces)
    marks.draw_around(page, number, sheet.data_mark, faces=faces, right=size[0] - RIGHT_MARGIN)
    return page


def finish_page(file: PaperFile, page: Page, sheet: PaperHead, number: int, *, faces: Faces) -> None:
    """The foot that ties the pages of a paper together; then the page is the file's."""
    code = sheet.verification_code and f"Mã kiểm tra: {sheet.verification_code}"
    text = " · ".join(filter(None, (sheet.number_label, code)))
    right = page.width - RIGHT_MARGIN
    marks.draw_foot(page, text, f"Trang {number}", faces=faces, left=LEFT, right=right)
    file.add(page)


def opening(sheet: PaperHead, heads: Heads, *, faces: Faces, right: float) -> Iterator[Block]:
    """Letterhead, title, run and period, unit of money."""
    yield letterhead_block(sheet.letterhead, sheet.number_label, sheet.issued_on, faces=faces, left=LEFT, right=right)
    for text in filter(None, heads.above):
        yield right_line(text, faces=faces, right=right)
    yield gap(8)
    yield from heading(heads.title, faces.bold, TITLE_SIZE, left=LEFT, right=right)
    for place, text in enumerate(filter(None, heads.subtitles)):
        face = faces.italic if place else faces.bold
        yield from heading(text, face, BODY_SIZE - 0.5, left=LEFT, right=right)
    if heads.unit:
        yield right_line(heads.unit, faces=faces, right=right)
    else:
        yield gap(6)


def right_line(text: str, *, faces: Faces, right: float) -> Block:
    setting = faces.italic.font.set(text)

    def draw(page: Page, top: float) -> None:
        page.text_right(right, top + NOTE_SIZE, setting, faces.italic, NOTE_SIZE)

    return Block(NOTE_SIZE * 1.6, draw)


def closing(
    sheet: PaperHead,
    notes: Iterable[tuple[str, str]],
    *,
    paper: str,
    signers: Sequence[Signer],
    faces: Faces,
    right: float,
    words: tuple[str, str] | None = None,
) -> Iterator[Block]:
    """An amount in words with its label, labelled notes, signatures, and by what the paper is checked."""
    yield gap(5, keep=True)
    lines: list[tuple[str, str, float, bool]] = []
    if words:
        lines.append((words[0], f"{words[1]}.", BODY_SIZE, True))
    lines += [(label, text, NOTE_SIZE, False) for label, text in notes]
    for label, text, size, strong in lines:
        yield from labelled(
            label,
            text,
            label_face=faces.italic,
            face=faces.bold_italic if strong else faces.regular,
            size=size,
            left=LEFT,
            right=right,
            keep=True,
        )
    yield gap(7, keep=True)
    if signers:
        yield signatures_block(signers, faces=faces, left=LEFT, right=right)
    if sheet.verification_url:
        yield verification_block(
            sheet.verification_code, sheet.verification_url, paper=paper, faces=faces, left=LEFT, right=right
        )


def add_text_paper(
    file: PaperFile, sheet: PaperHead, blocks: Iterable[Block], *, faces: Faces, size: tuple[float, float] = A4_PORTRAIT
) -> int:
    """A paper without a table, or with small ones: blocks over as many pages as they need; returns their number."""
    pages = paginate(blocks, top=TOP, bottom=size[1] - BOTTOM_MARGIN, header=gap(0))
    for number, placed in enumerate(pages, start=1):
        page = begun_page(file, sheet, number, faces=faces, size=size)
        for one in placed:
            one.block.draw(page, one.top)
        finish_page(file, page, sheet, number, faces=faces)
    return len(pages)


def paper_of(sheet: PaperHead, title: str, *, faces: Faces, add: Callable[[PaperFile], object]) -> bytes:
    """A file of one paper."""
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title=f"{title}. {sheet.number_label}",
        author=sheet.letterhead.issuing_body,
        dated=sheet.issued_on,
    )
    add(file)
    return file.data()
