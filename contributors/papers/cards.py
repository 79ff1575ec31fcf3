"""Cards to hand out: ten of 85 × 54 mm on an A4 sheet, with marks to cut along."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.invitation_sheets import InvitationSheet
from contributors.papers.layout.colour import GREEN, GREY, LIGHT, PALE_GREEN, box, coloured, qr
from contributors.papers.layout.lines import balanced, broken
from contributors.papers.layout.page import A4_PORTRAIT, HAIRLINE, Page, PaperFile
from contributors.papers.layout.table import day

CARDS_TEMPLATE = 1
CARD_WIDTH, CARD_HEIGHT = 85 * mm, 54 * mm
ACROSS, DOWN = 2, 5

_LEFT = (A4_PORTRAIT[0] - ACROSS * CARD_WIDTH) / 2
_TOP = (A4_PORTRAIT[1] - DOWN * CARD_HEIGHT) / 2
_MARK = 4 * mm
_PAD = 4.5 * mm
_QR = 33 * mm
_ARM = 1.5 * mm  # of the crosses between the cards
_LINE = 1.2
_SMALLEST = 6.0  # below it nobody reads


def render_cards(sheets: Sequence[InvitationSheet], *, faces: Faces | None = None) -> bytes:
    """A page of ten equal cards per sheet, in their order. The same sheets and faces give the same bytes."""
    faces = faces or load_faces()
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title="Thẻ mời cộng tác viên",
        author=sheets[0].portal_name if sheets else "",
        dated=None,
    )
    for sheet in sheets:
        page = file.page()
        _cut_marks(page)
        for row in range(DOWN):
            for column in range(ACROSS):
                _card(page, sheet, faces, _LEFT + column * CARD_WIDTH, _TOP + row * CARD_HEIGHT)
        file.add(page)
    return file.data()


def _cut_marks(page: Page) -> None:
    """Short lines outside the cards, where scissors or a cutter begin and end."""
    bottom, right = _TOP + DOWN * CARD_HEIGHT, _LEFT + ACROSS * CARD_WIDTH
    for column in range(ACROSS + 1):
        x = _LEFT + column * CARD_WIDTH
        page.verticals((x,), _TOP - _MARK - 1, _TOP - 1)
        page.verticals((x,), bottom + 1, bottom + _MARK + 1)
    for row in range(DOWN + 1):
        y = _TOP + row * CARD_HEIGHT
        page.horizontal(_LEFT - _MARK - 1, _LEFT - 1, y, HAIRLINE)
        page.horizontal(right + 1, right + _MARK + 1, y, HAIRLINE)

    with coloured(page, LIGHT):
        for column in range(ACROSS + 1):
            for row in range(DOWN + 1):
                x, y = _LEFT + column * CARD_WIDTH, _TOP + row * CARD_HEIGHT
                page.horizontal(x - _ARM, x + _ARM, y, HAIRLINE)
                page.verticals((x,), y - _ARM, y + _ARM)


def _card(page: Page, sheet: InvitationSheet, faces: Faces, left: float, top: float) -> None:
    """QR on the right with its code below; on the left whose card it is, the call, and for whom."""
    regular, bold = faces.regular, faces.bold
    qr_left = left + CARD_WIDTH - _QR - 2 * mm
    width = qr_left - left - _PAD
    x, y = left + _PAD, top + 4.5 * mm
    with coloured(page, GREY):
        y = _stack(page, *_fitting(sheet.portal_name, regular, 8, width, most=3), left=x, top=y)
    with coloured(page, GREEN):
        call = sheet.call.replace("\n", " ")
        y = _stack(page, *_fitting(call, bold, 14.5, width, most=4), left=x, top=y + 1.2 * mm)
    _stack(page, *_fitting(sheet.unit, bold, 11, width, most=3), left=x, top=y + 1.6 * mm)
    qr(page, qr_left, top + 2 * mm, _QR, sheet.url)
    centre = qr_left + _QR / 2
    below = top + 2 * mm + _QR
    page.text_centred(centre, below + 5, bold.font.set(sheet.code), bold, 10)
    until = regular.font.set(f"dùng đến hết {day(sheet.last_day)}")
    with coloured(page, GREY):
        page.text_centred(centre, below + 14, until, regular, 7.5)
    typed, face, size = _fitting(
        f"Quét mã, hoặc mở {sheet.typed_at} rồi gõ mã.", regular, 8.5, CARD_WIDTH - 2 * _PAD, most=1
    )
    with coloured(page, PALE_GREEN):
        box(page, left + 2.5 * mm, top + CARD_HEIGHT - 8.5 * mm, CARD_WIDTH - 5 * mm, 6 * mm, radius=2 * mm)
    _stack(page, typed, face, size, left=x, top=top + CARD_HEIGHT - 8.5 * mm + (6 * mm - size * _LINE) / 2)


def _fitting(text: str, face: Face, size: float, width: float, *, most: int) -> tuple[Sequence[Setting], Face, float]:
    while size > _SMALLEST and len(broken(text, face.font, size, width)) > most:
        size -= 0.5
    return balanced(text, face.font, size, width), face, size


def _stack(page: Page, lines: Sequence[Setting], face: Face, size: float, *, left: float, top: float) -> float:
    for line in lines:
        page.text(left, top + size * 0.96, line, face, size)
        top += size * _LINE
    return top
