"""Phiếu gọi của một ấp: names, phones, what to say to each, and a box to tick when it is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.heads import Letterhead
from contributors.papers.layout import marks
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.lines import broken
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.paragraph import gap, heading

_TOP, _BOTTOM = 18 * mm, A4_PORTRAIT[1] - 18 * mm
_LEFT, _RIGHT = 25 * mm, A4_PORTRAIT[0] - 15 * mm
_BODY, _TEXT = 13.0, 12.0
_LEADING = 1.32
_BOX = 10.0
_INDENT = _BOX + 8


@dataclass(frozen=True, slots=True)
class PersonToCall:
    full_name: str
    phone: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetToCall:
    """`calm`: how many others of the unit need no call."""

    letterhead: Letterhead
    unit: str
    on: date
    people: tuple[PersonToCall, ...]
    calm: int
    data_mark: str = ""


def render_call_sheet(sheet: SheetToCall, *, faces: Faces | None = None) -> bytes:
    """The PDF: the same sheet and faces give the same bytes."""
    faces = faces or load_faces()
    pages = paginate(_blocks(sheet, faces), top=_TOP, bottom=_BOTTOM, header=gap(0))
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title=f"Phiếu gọi {sheet.unit}",
        author=sheet.letterhead.issuing_body,
        dated=sheet.on,
    )
    for number, placed in enumerate(pages, start=1):
        page = file.page()
        marks.draw_around(page, number, sheet.data_mark, faces=faces, right=_RIGHT)
        for one in placed:
            one.block.draw(page, one.top)
        file.add(page)
    return file.data()


def _blocks(sheet: SheetToCall, faces: Faces) -> Iterator[Block]:
    yield letterhead_block(sheet.letterhead, "", sheet.on, faces=faces, left=_LEFT, right=_RIGHT)
    yield gap(10, keep=True)
    yield from heading("PHIẾU GỌI CỘNG TÁC VIÊN", faces.bold, 14, left=_LEFT, right=_RIGHT)
    yield from heading(sheet.unit, faces.bold, _BODY, left=_LEFT, right=_RIGHT)
    yield gap(8)
    for person in sheet.people:
        yield from _person(person, faces)
    if not sheet.people:
        yield from _lines("Không có ai cần gọi.", faces.italic, _TEXT, 0.0)
    elif sheet.calm:
        yield from _lines(f"Không cần gọi: {sheet.calm} người.", faces.italic, _TEXT, 0.0)


def _person(person: PersonToCall, faces: Faces) -> Iterator[Block]:
    """A box and the name with the phone, then the points; a person is not parted from their first point."""
    named = " – ".join(part for part in (person.full_name, person.phone or "không có số") if part)
    for place, line in enumerate(broken(named, faces.bold.font, _BODY, _RIGHT - _LEFT - _INDENT)):
        draw = partial(_draw_name, line=line, face=faces.bold, first=place == 0)
        yield Block(_BODY * _LEADING, draw, keep=True)
    for place, point in enumerate(person.points):
        for block in _lines(f"– {point}", faces.regular, _TEXT, _INDENT):
            yield Block(block.height, block.draw, keep=place == 0)
    yield gap(6)


def _lines(text: str, face: Face, size: float, indent: float) -> Iterator[Block]:
    for line in broken(text, face.font, size, _RIGHT - _LEFT - indent):
        yield Block(size * _LEADING, partial(_draw_line, line=line, face=face, size=size, left=_LEFT + indent))


def _draw_line(page: Page, top: float, *, line: Setting, face: Face, size: float, left: float) -> None:
    page.text(left, top + size, line, face, size)


def _draw_name(page: Page, top: float, *, line: Setting, face: Face, first: bool) -> None:
    page.text(_LEFT + _INDENT, top + _BODY, line, face, _BODY)
    if first:
        upper = top + _BODY - _BOX
        page.frame(_LEFT, upper, _LEFT + _BOX, upper + _BOX, 0.9)
