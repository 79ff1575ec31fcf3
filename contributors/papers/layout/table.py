"""Tables with a full grid, as accounting papers have them: columns, cells, rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from contributors.papers.fonts import Face, Setting
from contributors.papers.layout.lines import balanced, broken
from contributors.papers.layout.page import Page

LEADING = 1.24  # of the font size: stacked tone marks of capitals need it
PADDING = 2.5  # left and right of a cell's text
ROW_PADDING = 2.0  # above and below it
_ASCENT = 0.95


class Align(Enum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: float
    align: Align


class Cell(NamedTuple):
    """Lines of text in one face and size."""

    lines: Sequence[Setting]
    face: Face
    size: float
    align: Align

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING


def text_cell(text: str, face: Face, size: float, width: float, align: Align) -> Cell:
    """Text broken into a cell that is `width` wide, padding included."""
    return Cell(broken(text, face.font, size, width - 2 * PADDING), face, size, align)


@lru_cache(maxsize=2048)
def figure_cell(text: str, face: Face, size: float, width: float) -> Cell:
    """A figure stays on one line, whatever its length: it is set smaller rather than broken."""
    setting = face.font.set(text)
    room = (width - 2 * PADDING) * 1000
    return Cell((setting,), face, min(size, room / setting.width) if setting.width else size, Align.RIGHT)


def sliced(cells: Sequence[Cell], start: int, end: int) -> Sequence[Cell]:
    """The cells of one row with their lines `start` to `end` only: a row may be longer than a page."""
    if start == 0 and all(len(cell.lines) <= end for cell in cells):
        return cells
    return [cell._replace(lines=cell.lines[start:end]) for cell in cells]


def draw_cell(page: Page, cell: Cell, left: float, right: float, top: float) -> None:
    """The cell's lines below `top`; borders are the row's."""
    lines, face, size, align = cell
    y = top + size * _ASCENT
    if align is Align.LEFT:
        page.lines(left + PADDING, y, lines, face, size, leading=size * LEADING)
        return
    across, part = (right - PADDING, size / 1000) if align is Align.RIGHT else ((left + right) / 2, size / 2000)
    for setting in lines:
        page.text(across - setting.width * part, y, setting, face, size)
        y += size * LEADING


class Grid:
    """Where the columns stand."""

    def __init__(self, columns: Sequence[Column], left: float) -> None:
        self.columns = columns
        edges = [left]
        for column in columns:
            edges.append(edges[-1] + column.width)
        self.edges = tuple(edges)
        self.left, self.right = edges[0], edges[-1]

    def width(self, first: int, last: int) -> float:
        """Of the columns `first` to `last`, both included."""
        return self.edges[last + 1] - self.edges[first]

    def header_cells(self, face: Face, size: float) -> list[Cell]:
        return [
            Cell(balanced(column.title, face.font, size, column.width - 2 * PADDING), face, size, Align.CENTRE)
            for column in self.columns
        ]

    def header_height(self, cells: Sequence[Cell]) -> float:
        return max(cell.height for cell in cells) + 2 * ROW_PADDING

    def draw_header(self, page: Page, top: float, cells: Sequence[Cell]) -> None:
        """Titles in the middle of their cells, with all borders."""
        height = self.header_height(cells)
        page.horizontal(self.left, self.right, top)
        for cell, left, right in zip(cells, self.edges, self.edges[1:], strict=False):
            draw_cell(page, cell, left, right, top + (height - cell.height) / 2)
        self.borders(page, top, top + height, self.edges)

    def borders(self, page: Page, top: float, bottom: float, edges: tuple[float, ...]) -> None:
        """A line below, and one at each of `edges`."""
        page.horizontal(self.left, self.right, bottom)
        page.verticals(edges, top, bottom)


def dong(amount: int) -> str:
    """1265000 → "1.265.000", a negative amount with a true minus sign."""
    return f"{amount:,}".replace(",", ".").replace("-", "\u2212")


def day(when: date | None) -> str:
    """05/02/2026, or a dash for what has no date."""
    return f"{when.day:02d}/{when.month:02d}/{when.year}" if when else "–"
