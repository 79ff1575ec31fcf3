"""Hồ sơ của cộng tác viên: one person's own file, the same tables as a PDF to keep and as a workbook. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from reportlab.lib.units import mm

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.heads import Letterhead
from contributors.papers.layout import marks
from contributors.papers.layout.flow import Block, Placed, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.page import A4_LANDSCAPE, PaperFile
from contributors.papers.layout.paragraph import gap, heading, labelled
from contributors.papers.layout.table import Align, Column, Grid, day, dong
from payments.papers.prose import header_block, paragraph, row_block

Cell = str | int | Decimal | date | None
MADE = datetime(2020, 3, 5, tzinfo=UTC)  # a workbook says nothing of the day on which it was made
_LEFT, _RIGHT = 20 * mm, A4_LANDSCAPE[0] - 15 * mm
_TOP, _BOTTOM = 20 * mm, A4_LANDSCAPE[1] - 18 * mm
_TITLE, _PART, _BODY, _IN_TABLE = 16.0, 13.0, 12.0, 10.5
_NUMBER = 10 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTable:
    """One heading of the file. `widths` are parts of the page's width, one a column; `figures` are the columns that
    hold numbers, `sums` those of them that are added up (whole đồng). `empty` is said where there is no row.
    """

    title: str
    sheet: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    figures: frozenset[int] = frozenset()
    sums: frozenset[int] = frozenset()
    empty: str = "Chưa có gì."

    def total(self, column: int) -> int:
        return sum(value for row in self.rows if isinstance(value := row[column], int))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFileSheet:
    """`about` are labels and texts of the person; `dated` is the day on which the file was made."""

    letterhead: Letterhead
    name: str
    dated: date
    about: tuple[tuple[str, str], ...]
    tables: tuple[OwnTable, ...]
    note: str
    data_mark: str = ""


def own_file_pdf(sheet: OwnFileSheet, *, faces: Faces | None = None) -> bytes:
    """Equal sheets and faces give equal bytes."""
    faces = faces or load_faces()
    file = PaperFile(
        size=A4_LANDSCAPE,
        faces=faces,
        title=f"Hồ sơ cộng tác viên {sheet.name}",
        author=sheet.letterhead.issuing_body,
        dated=sheet.dated,
    )
    pages = _pages(sheet, faces)
    for number, placed in enumerate(pages, start=1):
        page = file.page()
        for one in placed:
            one.block.draw(page, one.top)
        marks.draw_around(page, number, sheet.data_mark, faces=faces, right=_RIGHT)
        marks.draw_foot(page, sheet.name, f"trang {number}/{len(pages)}", faces=faces, left=_LEFT, right=_RIGHT)
        file.add(page)
    return file.data()


def _pages(sheet: OwnFileSheet, faces: Faces) -> list[list[Placed]]:
    """One table after the other down the pages; each repeats its own header where it goes on."""
    pages = paginate(_opening(sheet, faces), top=_TOP, bottom=_BOTTOM, header=gap(0))
    for table in sheet.tables:
        last = pages[-1][-1]
        grid = _grid(table)
        made = paginate(
            _table(table, grid, faces),
            top=_TOP,
            bottom=_BOTTOM,
            header=header_block(grid, faces=faces, size=_IN_TABLE),
            below=last.top + last.block.height,
        )
        pages[-1].extend(made[0])
        pages.extend(made[1:])
    return pages


def _opening(sheet: OwnFileSheet, faces: Faces) -> Iterator[Block]:
    yield letterhead_block(sheet.letterhead, "", sheet.dated, faces=faces, left=_LEFT, right=_RIGHT)
    yield gap(14, keep=True)
    yield from heading("HỒ SƠ CỘNG TÁC VIÊN", faces.bold, _TITLE, left=_LEFT, right=_RIGHT)
    yield from heading(sheet.name, faces.bold, _PART, left=_LEFT, right=_RIGHT)
    yield gap(8)
    for label, text in sheet.about:
        yield from labelled(
            f"{label}:", text, label_face=faces.regular, face=faces.bold, size=_BODY, left=_LEFT, right=_RIGHT
        )
    yield gap(4)
    yield from paragraph(sheet.note, faces.italic, 11.0, left=_LEFT, right=_RIGHT)


def _grid(table: OwnTable) -> Grid:
    room = _RIGHT - _LEFT - _NUMBER
    whole = sum(table.widths)
    columns = [
        Column(name, room * width / whole, Align.RIGHT if place in table.figures else Align.LEFT)
        for place, (name, width) in enumerate(zip(table.columns, table.widths, strict=True))
    ]
    return Grid((Column("STT", _NUMBER, Align.CENTRE), *columns), _LEFT)


def _table(table: OwnTable, grid: Grid, faces: Faces) -> Iterator[Block]:
    yield gap(10, keep=True)
    yield from paragraph(table.title, faces.bold, _PART, left=_LEFT, right=_RIGHT, keep=True)
    if not table.rows:
        yield from paragraph(table.empty, faces.regular, _BODY, left=_LEFT, right=_RIGHT)
        return
    last = len(table.rows)
    for place, row in enumerate(table.rows, start=1):
        texts = (str(place), *(_text(value) for value in row))
        yield row_block(grid, texts, faces.regular, _IN_TABLE, keep=bool(table.sums) and place == last)
    if table.sums:
        sums = [dong(table.total(place)) if place in table.sums else "" for place in range(len(table.columns))]
        first = next((place for place in range(len(sums)) if place not in table.figures), 0)
        sums[first] = "Cộng"
        yield row_block(grid, ("", *sums), faces.bold, _IN_TABLE)


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return dong(value) if isinstance(value, int) else value


def own_file_xlsx(sheet: OwnFileSheet) -> bytes:
    """The same tables, a sheet each: text stays text whatever it begins with, no cell holds a formula."""
    out = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": f"Hồ sơ cộng tác viên {sheet.name}", "created": MADE})
        formats = {
            "bold": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
            "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "number": book.add_format({"num_format": "0.###", "valign": "top"}),
            "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            "sum": book.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
            "label": book.add_format({"bold": True, "top": 1}),
        }
        first = book.add_worksheet("Thông tin")
        first.set_column(0, 0, 24)
        first.set_column(1, 1, 80)
        about = (("Họ và tên", sheet.name), *sheet.about, ("Ghi chú", sheet.note))
        for place, (label, text) in enumerate((*about, *((("Dữ liệu", sheet.data_mark),) if sheet.data_mark else ()))):
            first.write_string(place, 0, label, formats["text"])
            first.write_string(place, 1, text, formats["text"])
        for table in sheet.tables:
            _sheet(book.add_worksheet(table.sheet[:31]), table, formats)
    return out.getvalue()


def _sheet(page: Any, table: OwnTable, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(table.columns, table.widths, strict=True)):
        page.set_column(column, column, max(11, min(60, width * 2)))
        page.write_string(0, column, name, formats["bold"])
    for place, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            _write(page, place, column, value, formats)
    if table.sums and table.rows:
        _totals(page, len(table.rows) + 1, table, formats)


def _totals(page: Any, place: int, table: OwnTable, formats: dict[str, Any]) -> None:
    page.write_string(place, 0, "Cộng", formats["label"])
    for column in sorted(table.sums):
        page.write_number(place, column, table.total(column), formats["sum"])


def _write(page: Any, place: int, column: int, value: Cell, formats: dict[str, Any]) -> None:
    if isinstance(value, str):
        page.write_string(place, column, value, formats["text"])
    elif isinstance(value, date):
        page.write_datetime(place, column, value, formats["day"])
    elif isinstance(value, Decimal):
        page.write_number(place, column, value, formats["number"])
    elif value is not None:
        page.write_number(place, column, value, formats["money"])


def columns_of(*columns: tuple[str, int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Names and widths, told in pairs."""
    return tuple(name for name, _ in columns), tuple(width for _, width in columns)


def rows_of(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in rows)
