"""Tờ giới thiệu: an A4 poster per unit that invites to write, read from two steps away on a wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.invitation_sheets import InvitationSheet
from contributors.papers.layout.colour import BLACK, GREEN, GREY, PALE_GREEN, WHITE, border, box, coloured, qr
from contributors.papers.layout.lines import balanced, broken
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.table import day

POSTER_TEMPLATE = 1

_WIDTH, _HEIGHT = A4_PORTRAIT
_LEFT, _RIGHT = 18 * mm, _WIDTH - 18 * mm
_SPAN = _RIGHT - _LEFT
_CENTRE = _WIDTH / 2
_BAND_TOP_ROOM = 13 * mm
_STEPS = (
    ("Quét mã", "Mở máy ảnh hoặc Zalo trên điện thoại, đưa vào mã vuông này."),
    ("Ghi tên, số điện thoại", "Chừng một phút. Không cần thư điện tử."),
    ("Gửi tin, ảnh", "Ban biên tập nhận rồi thì gửi được ngay từ điện thoại."),
)
_STEP_GAP = 5 * mm
_STEP_HEAD = 14.5 * mm
_LARGEST_QR, _SMALLEST_QR = 96 * mm, 50 * mm
_SMALLEST_CALL = 26.0
_SMALLEST = 12.0  # still read on a wall
_LINE = 1.22
_DOTS = "…" * 9
_NO_BREAK = "\u00a0"


def render_posters(sheets: Sequence[InvitationSheet], *, faces: Faces | None = None) -> bytes:
    """One page per sheet, in their order. The same sheets and faces give the same bytes."""
    faces = faces or load_faces()
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title="Tờ giới thiệu cộng tác viên",
        author=sheets[0].portal_name if sheets else "",
        dated=None,
    )
    for sheet in sheets:
        page = file.page()
        _Poster(page, sheet, faces).draw()
        file.add(page)
    return file.data()


class _Steps(NamedTuple):
    """The three steps, measured."""

    width: float
    heads: Sequence[Sequence[Setting]]
    texts: Sequence[Sequence[Setting]]
    text_top: float
    height: float


class _Poster:
    """From the top down: band with the call, who it is for, code and steps, foot."""

    def __init__(self, page: Page, sheet: InvitationSheet, faces: Faces) -> None:
        self.page, self.sheet, self.faces = page, sheet, faces

    def draw(self) -> None:
        """The code gets the room that the words leave it."""
        y = self._band()
        y = self._unit(y + 6 * mm) + 4 * mm
        foot = self._foot()
        steps = self._steps()
        room = foot - 6 * mm - steps.height - 5 * mm - self._typing_height() - 3 * mm - y
        side = max(min(room, _LARGEST_QR), _SMALLEST_QR)
        y = self._code(y + max(0.0, room - side) / 2, side)
        self._draw_steps(steps, y + 5 * mm)

    def _band(self) -> float:
        """Green, over the full width: whose poster it is, and the call."""
        sheet, bold = self.sheet, self.faces.bold
        names = balanced(sheet.portal_name, bold.font, 15, _SPAN)
        size, lines = self._call()
        height: float = _BAND_TOP_ROOM + len(names) * 15 * _LINE + 5 * mm + len(lines) * size * _LINE + 9 * mm
        with coloured(self.page, GREEN):
            box(self.page, 0, 0, _WIDTH, height)
        with coloured(self.page, WHITE):
            y = self._stack(names, bold, 15, _BAND_TOP_ROOM)
            self.page.horizontal(_CENTRE - 18 * mm, _CENTRE + 18 * mm, y + 2.6 * mm, 0.9)
            self._stack(lines, bold, size, y + 5 * mm)
        return height

    def _call(self) -> tuple[float, Sequence[Setting]]:
        """In the lines that it is written in, if they fit; else where they happen to break."""
        bold = self.faces.bold
        written = [bold.font.set(line) for line in self.sheet.call.split("\n")]
        size = min(40.0, *(_SPAN / (line.width / 1000) for line in written))
        if size >= _SMALLEST_CALL:
            return size, written
        return self._fitting(self.sheet.call.replace("\n", " "), bold, 36, _SPAN, most=3)

    def _unit(self, y: float) -> float:
        regular, bold = self.faces.regular, self.faces.bold
        if not self.sheet.unit:
            return y
        y = self._stack(balanced(self.sheet.label, regular.font, 16, _SPAN), regular, 16, y)
        size, lines = self._fitting(self.sheet.unit, bold, 30, _SPAN, most=2)
        with coloured(self.page, GREEN):
            return self._stack(lines, bold, size, y)

    def _typing(self) -> Sequence[Setting]:
        return balanced(f"Không quét được? Mở {self.sheet.typed_at} rồi gõ mã:", self.faces.regular.font, 13, _SPAN)

    def _typing_height(self) -> float:
        return len(self._typing()) * 13 * _LINE + 25 * _LINE

    def _code(self, y: float, side: float) -> float:
        """The QR in a frame, and under it the code for those who type."""
        left = _CENTRE - side / 2
        with coloured(self.page, GREEN):
            border(self.page, left, y, side, side, radius=5 * mm, thickness=2.2)
        qr(self.page, left, y, side, self.sheet.url)
        y = self._stack(self._typing(), self.faces.regular, 13, y + side + 3 * mm)
        return self._stack((self.faces.bold.font.set(self.sheet.code),), self.faces.bold, 25, y)

    def _steps(self) -> _Steps:
        regular, bold = self.faces.regular.font, self.faces.bold.font
        width = (_SPAN - 2 * _STEP_GAP) / len(_STEPS)
        heads = [balanced(head, bold, 14, width - 6 * mm) for head, _ in _STEPS]
        texts = [balanced(text, regular, 12, width - 6 * mm) for _, text in _STEPS]
        text_top = _STEP_HEAD + max(map(len, heads)) * 14 * _LINE + 1 * mm
        return _Steps(width, heads, texts, text_top, text_top + max(map(len, texts)) * 12 * _LINE + 3.5 * mm)

    def _draw_steps(self, steps: _Steps, y: float) -> None:
        """Three, side by side."""
        bold, page = self.faces.bold, self.page
        for number, (head, text) in enumerate(zip(steps.heads, steps.texts, strict=True)):
            left = _LEFT + number * (steps.width + _STEP_GAP)
            centre = left + steps.width / 2
            with coloured(page, PALE_GREEN):
                box(page, left, y, steps.width, steps.height, radius=4 * mm)
            with coloured(page, GREEN):
                box(page, centre - 5 * mm, y + 3 * mm, 10 * mm, 10 * mm, radius=5 * mm)
            with coloured(page, WHITE):
                page.text_centred(centre, y + 3 * mm + 20.0, bold.font.set(str(number + 1)), bold, 17)
            self._stack(head, bold, 14, y + _STEP_HEAD, centre=centre)
            self._stack(text, self.faces.regular, 12, y + steps.text_top, centre=centre)

    def _foot(self) -> float:
        """Fees if there are any, whom to ask, until when; stands on the lower edge. Returns where it begins."""
        sheet, regular, bold, italic = self.sheet, self.faces.regular, self.faces.bold, self.faces.italic
        blocks: list[tuple[str, Face, float]] = [(sheet.fee_line, bold, 13.5)]
        for who, phone in sheet.ask or (("Ban biên tập", ""),):
            blocks.append((f"Hỏi thêm: {who}, điện thoại {phone.replace(' ', _NO_BREAK) or _DOTS}", regular, 13.5))
        until = f"Mã dùng đến hết ngày {day(sheet.last_day)}."
        blocks.append((f"{sheet.issuing_body}. {until}" if sheet.issuing_body else until, italic, 11))
        blocks.append((sheet.data_mark, bold, 11))
        set_lines = [(balanced(text, face.font, size, _SPAN), face, size) for text, face, size in blocks]
        start: float = _HEIGHT - 9 * mm - sum(len(lines) * size * _LINE for lines, _, size in set_lines)
        with coloured(self.page, GREEN):
            self.page.horizontal(_LEFT, _RIGHT, start - 2.5 * mm, 0.9)
        y = start
        for lines, face, size in set_lines:
            with coloured(self.page, GREY if face is italic else BLACK):
                y = self._stack(lines, face, size, y)
        return start

    def _fitting(
        self, text: str, face: Face, size: float, width: float, *, most: int
    ) -> tuple[float, Sequence[Setting]]:
        """As large as possible in at most so many lines; a very long name gets smaller letters, never fewer."""
        while size > _SMALLEST and len(broken(text, face.font, size, width)) > most:
            size -= 1
        return size, balanced(text, face.font, size, width)

    def _stack(
        self, lines: Sequence[Setting], face: Face, size: float, top: float, *, centre: float = _CENTRE
    ) -> float:
        """Centred lines below `top`; returns where they end."""
        for line in lines:
            self.page.text_centred(centre, top + size * 0.96, line, face, size)
            top += size * _LINE
        return top
