"""Phiếu đăng ký và đồng ý: what one person agreed to when joining, to be signed and kept by both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.heads import Letterhead, Signer
from contributors.papers.layout import marks
from contributors.papers.layout.closing import signatures_block
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.lines import broken
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.paragraph import gap, heading, labelled, labelled_pair

CONSENT_TEMPLATE = 1

_TITLE = "PHIẾU ĐĂNG KÝ CỘNG TÁC VIÊN"
_SUMMARY = "và ý kiến về việc dùng thông tin cá nhân"
_TOP, _BOTTOM = 20 * mm, A4_PORTRAIT[1] - 20 * mm
_LEFT, _RIGHT = 30 * mm, A4_PORTRAIT[0] - 15 * mm
_MIDDLE = _LEFT + 95 * mm
_BODY = 13.0
_TEXT = 12.0
_LEADING = 1.32
_BOX = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One question as it was put, with the answer."""

    title: str
    text: str
    kept: str
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSheet:
    """`registered_by` is who entered it for the person, "" where they did it themselves."""

    letterhead: Letterhead
    receipt: str
    applied_on: date
    full_name: str
    pen_name: str
    unit: str
    phone: str
    birth_year: str
    registered_by: str
    purposes: tuple[Purpose, ...]
    rights: str
    legal_basis: str
    version: str
    data_mark: str = ""


def render_consent_sheet(sheet: ConsentSheet, *, faces: Faces | None = None) -> bytes:
    """The PDF: the same sheet and faces give the same bytes."""
    faces = faces or load_faces()
    pages = paginate(_blocks(sheet, faces), top=_TOP, bottom=_BOTTOM, header=gap(0))
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title=f"Phiếu đăng ký cộng tác viên {sheet.receipt}",
        author=sheet.letterhead.issuing_body,
        dated=sheet.applied_on,
    )
    for number, placed in enumerate(pages, start=1):
        page = file.page()
        marks.draw_around(page, number, sheet.data_mark, faces=faces, right=_RIGHT)
        for one in placed:
            one.block.draw(page, one.top)
        file.add(page)
    return file.data()


def _blocks(sheet: ConsentSheet, faces: Faces) -> Iterator[Block]:
    regular, bold, italic = faces.regular, faces.bold, faces.italic
    number = f"Biên nhận: {sheet.receipt}"
    yield letterhead_block(sheet.letterhead, number, sheet.applied_on, faces=faces, left=_LEFT, right=_RIGHT)
    yield gap(12, keep=True)
    yield from heading(_TITLE, bold, 14, left=_LEFT, right=_RIGHT)
    yield from heading(_SUMMARY, bold, _BODY, left=_LEFT, right=_RIGHT)
    yield gap(8)
    for one, other in (
        (("Họ và tên:", sheet.full_name, bold), ("Năm sinh:", sheet.birth_year or "…………", regular)),
        (("Ấp, ngành:", sheet.unit, regular), ("Điện thoại:", sheet.phone or "…………………", regular)),
    ):
        yield from labelled_pair((one, other), label_face=regular, size=_BODY, left=_LEFT, middle=_MIDDLE, right=_RIGHT)
    for label, text in (("Bút danh:", sheet.pen_name), ("Người đăng ký hộ:", sheet.registered_by)):
        yield from labelled(label, text, label_face=regular, face=regular, size=_BODY, left=_LEFT, right=_RIGHT)
    yield gap(6)
    yield from _paragraph("Tôi tự nguyện có ý kiến như sau:", regular, _BODY)
    yield gap(3)
    for purpose in sheet.purposes:
        yield from _purpose(purpose, faces)
    yield from _paragraph(sheet.rights, italic, _TEXT)
    yield gap(3)
    yield from _paragraph(f"Căn cứ: {sheet.legal_basis}. Bản câu hỏi: {sheet.version}.", italic, 11.0)
    yield gap(10, keep=True)
    signers = [Signer(title="NGƯỜI ĐĂNG KÝ", name=sheet.full_name)]
    if sheet.registered_by:
        signers.insert(0, Signer(title="NGƯỜI ĐĂNG KÝ HỘ", name=sheet.registered_by))
    else:
        signers.insert(0, Signer(title="BAN BIÊN TẬP", name=""))
    yield signatures_block(signers, faces=faces, left=_LEFT, right=_RIGHT)


def _purpose(purpose: Purpose, faces: Faces) -> Iterator[Block]:
    """A box, ticked or empty, and beside it the question."""
    indent = _BOX + 6
    title = broken(purpose.title, faces.bold.font, _BODY, _RIGHT - _LEFT - indent)
    for place, line in enumerate(title):
        draw = partial(_draw_title, line=line, face=faces.bold, first=place == 0, agreed=purpose.agreed)
        yield Block(_BODY * _LEADING, draw, keep=True)
    answer = "Đồng ý." if purpose.agreed else "Chưa đồng ý."
    yield from _paragraph(f"{purpose.text} Giữ bao lâu: {purpose.kept}", faces.regular, _TEXT, indent=indent)
    yield from _paragraph(f"Ý kiến của tôi: {answer}", faces.bold, _TEXT, indent=indent)
    yield gap(5)


def _paragraph(text: str, face: Face, size: float, *, indent: float = 0.0) -> Iterator[Block]:
    for line in broken(text, face.font, size, _RIGHT - _LEFT - indent):
        yield Block(size * _LEADING, partial(_draw_line, line=line, face=face, size=size, left=_LEFT + indent))


def _draw_line(page: Page, top: float, *, line: Setting, face: Face, size: float, left: float) -> None:
    page.text(left, top + size, line, face, size)


def _draw_title(page: Page, top: float, *, line: Setting, face: Face, first: bool, agreed: bool) -> None:
    page.text(_LEFT + _BOX + 6, top + _BODY, line, face, _BODY)
    if not first:
        return
    upper = top + _BODY - _BOX
    page.frame(_LEFT, upper, _LEFT + _BOX, upper + _BOX, 0.9)
    if agreed:
        page.operators.append(
            f"1.4 w {_LEFT + 1.8:.2f} {page.height - upper - 4.8:.2f} m "
            f"{_LEFT + 3.8:.2f} {page.height - upper - 7:.2f} l "
            f"{_LEFT + 7.4:.2f} {page.height - upper - 1.8:.2f} l S 0.9 w"
        )
