"""Running text and small ruled tables of papers, as blocks that flow over pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from contributors.papers.fonts import Face, Faces, Setting
from contributors.papers.layout.flow import Block
from contributors.papers.layout.lines import broken
from contributors.papers.layout.page import Page
from contributors.papers.layout.table import ROW_PADDING, Align, Cell, Grid, draw_cell, figure_cell, text_cell

_LEADING = 1.4
_AFTER = 0.3  # of the font size, below a paragraph


def paragraph(text: str, face: Face, size: float, *, left: float, right: float, keep: bool = False) -> Iterator[Block]:
    """Lines of one paragraph; blank text has none."""
    lines = broken(text, face.font, size, right - left)
    for place, line in enumerate(lines, start=1):
        after = size * _AFTER if place == len(lines) else 0.0
        draw = partial(_draw_line, line=line, face=face, size=size, left=left)
        yield Block(size * _LEADING + after, draw, keep=keep)


def header_block(grid: Grid, *, faces: Faces, size: float) -> Block:
    """The titles of a table, to stand above its rows on every page."""
    cells = grid.header_cells(faces.bold, size)
    return Block(grid.header_height(cells), partial(grid.draw_header, cells=cells))


def row_block(grid: Grid, texts: Sequence[str], face: Face, size: float, *, keep: bool = False) -> Block:
    """One row of a table that is short enough to be laid out as a whole."""
    cells = [
        figure_cell(text, face, size, column.width)
        if column.align is Align.RIGHT
        else text_cell(text, face, size, column.width, column.align)
        for text, column in zip(texts, grid.columns, strict=True)
    ]
    height = max(cell.height for cell in cells) + 2 * ROW_PADDING
    return Block(height, partial(_draw_row, grid=grid, cells=cells, height=height), row=True, keep=keep)


def band_block(grid: Grid, text: str, face: Face, size: float) -> Block:
    """A title over all columns, kept with the row below it."""
    cell = text_cell(text, face, size, grid.right - grid.left, Align.LEFT)
    height = cell.height + 2 * ROW_PADDING
    return Block(height, partial(_draw_band, grid=grid, cell=cell, height=height), row=True, keep=True)


def _draw_line(page: Page, top: float, *, line: Setting, face: Face, size: float, left: float) -> None:
    page.text(left, top + size, line, face, size)


def _draw_row(page: Page, top: float, *, grid: Grid, cells: Sequence[Cell], height: float) -> None:
    for cell, left, right in zip(cells, grid.edges, grid.edges[1:], strict=False):
        draw_cell(page, cell, left, right, top + ROW_PADDING)
    grid.borders(page, top, top + height, grid.edges)


def _draw_band(page: Page, top: float, *, grid: Grid, cell: Cell, height: float) -> None:
    draw_cell(page, cell, grid.left, grid.right, top + ROW_PADDING)
    grid.borders(page, top, top + height, (grid.left, grid.right))
