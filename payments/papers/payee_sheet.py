"""Giấy cung cấp thông tin nhận nhuận bút: one A4 sheet per person, to be filled in and signed by hand.

Names and units are printed, numbers only by their last digits: the sheet asks for them. A unit's sheets follow one
another in one file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.heads import Letterhead, Signer
from contributors.papers.layout import marks
from contributors.papers.layout.closing import signatures_block
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.lines import broken
from contributors.papers.layout.page import A4_PORTRAIT, HAIRLINE, Page, PaperFile
from contributors.papers.layout.paragraph import gap, heading
from contributors.papers.printable import LONG_NUMBER
from payments.papers.frozen_json import SheetError

_TITLE = "GIẤY CUNG CẤP THÔNG TIN NHẬN NHUẬN BÚT"
_SUBTITLE = "(để chi nhuận bút, thù lao và kê khai thuế thu nhập cá nhân)"

# Margins of NĐ 30/2020, annex I: 20–25 above and below, 30–35 left, 15–20 right.
_TOP, _BOTTOM = 20 * mm, A4_PORTRAIT[1] - 20 * mm
_LEFT, _RIGHT = 30 * mm, A4_PORTRAIT[0] - 15 * mm
_WIDTH = _RIGHT - _LEFT

_TITLE_SIZE = 14.0
_SUBTITLE_SIZE = 11.5
_HEAD_SIZE = 11.5
_SIZE = 11.5
_NOTE_SIZE = 9.5
_LEADING = 1.3
_WRITING = 21.0  # height of a line that is written on by hand
_RULE = 0.5
_BOX = 6.6 * mm
_BOX_HEIGHT = 7.6 * mm
_GROUP_GAP = 1.7 * mm
_TICK = 9.0
_ID_GROUPS = (3, 1, 2, 6)  # place, century and sex, year, serial: as the card's number is read
_ACCOUNT_GROUPS = (4, 4, 4, 4, 3)  # the longest account has 19 digits
_MOST_SHOWN = 4

_Field = tuple[float, float, Setting, Sequence[Setting]]  # left, right, label, what is known


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetConsent:
    """The text that the signature agrees to, by its version."""

    title: str
    text: str
    kept: str
    legal_basis: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeSheet:
    """One person's sheet. What is on record already is masked; empty texts leave room for writing."""

    letterhead: Letterhead
    unit: str
    full_name: str
    birth_year: int | None
    masked_id: str
    bank: str
    masked_account: str
    account_name: str
    other_payee_name: str
    tax_kinds: tuple[str, ...]
    commitment: str
    commitment_mark: str
    consent: SheetConsent
    data_mark: str = ""

    def __post_init__(self) -> None:
        shown = (self.masked_id, self.masked_account, self.full_name, self.account_name, self.other_payee_name)
        most = max(sum(map(str.isdigit, text)) for text in shown[:2])
        if most > _MOST_SHOWN or any(LONG_NUMBER.search(text) for text in shown):
            raise SheetError("a payee sheet shows numbers masked, with their last four digits at most")


def render_payee_sheets(sheets: Sequence[PayeeSheet], *, title: str, faces: Faces | None = None) -> bytes:
    """All sheets in one PDF, each beginning on a page of its own. Equal sheets give equal bytes."""
    faces = faces or load_faces()
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title=title,
        author=sheets[0].letterhead.issuing_body if sheets else "",
        dated=None,
    )
    for place, sheet in enumerate(sheets, start=1):
        foot = f"{sheet.unit} · {sheet.full_name}" if sheet.unit else sheet.full_name
        pages = paginate(_Sheet(sheet, faces).blocks(), top=_TOP, bottom=_BOTTOM, header=gap(0))
        for number, placed in enumerate(pages, start=1):
            page = file.page()
            marks.draw_around(page, number, sheet.data_mark, faces=faces, right=_RIGHT)
            for one in placed:
                one.block.draw(page, one.top)
            count = f"Tờ {place}/{len(sheets)}"
            marks.draw_foot(page, foot, count, faces=faces, left=_LEFT, right=_RIGHT)
            file.add(page)
    return file.data()


class _Sheet:
    """The blocks of one person's sheet."""

    def __init__(self, sheet: PayeeSheet, faces: Faces) -> None:
        self._sheet = sheet
        self._faces = faces

    def blocks(self) -> Iterator[Block]:
        """In reading order."""
        sheet, faces = self._sheet, self._faces
        yield letterhead_block(sheet.letterhead, "", None, faces=faces, left=_LEFT, right=_RIGHT)
        yield gap(8)
        yield from heading(_TITLE, faces.bold, _TITLE_SIZE, left=_LEFT, right=_RIGHT)
        yield from heading(_SUBTITLE, faces.italic, _SUBTITLE_SIZE, left=_LEFT, right=_RIGHT)
        yield gap(5)
        yield from self._person()
        yield from self._account()
        yield from self._tax()
        yield from self._consent()
        yield gap(7)
        yield signatures_block(
            (
                Signer(title="NGƯỜI NHẬP SỐ LIỆU", name=""),
                Signer(title="NGƯỜI XÁC NHẬN", name=""),
                Signer(title="NGƯỜI NHẬN TIỀN", name=""),
            ),
            faces=faces,
            left=_LEFT,
            right=_RIGHT,
        )

    def _person(self) -> Iterator[Block]:
        sheet = self._sheet
        yield self._section("1. Người nhận nhuận bút")
        year = "" if sheet.birth_year is None else f"{sheet.birth_year}"
        yield self._fields((("Họ và tên (như căn cước):", sheet.full_name, 0.72), ("Năm sinh:", year, 0.28)))
        yield self._fields((("Ấp, ngành, đơn vị:", sheet.unit, 1.0),))
        yield self._boxes("Số định danh cá nhân (12 số, trên thẻ căn cước):", _ID_GROUPS)
        yield from self._on_record(sheet.masked_id)

    def _account(self) -> Iterator[Block]:
        sheet = self._sheet
        yield self._section("2. Cách nhận tiền")
        yield self._ticks(("Chuyển khoản", "Tiền mặt"))
        yield self._fields((("Ngân hàng, chi nhánh:", "", 1.0),))
        yield self._boxes("Số tài khoản (ghi từ ô bên trái, thừa thì để trống):", _ACCOUNT_GROUPS)
        yield from self._on_record(" ".join(filter(None, (sheet.bank, sheet.masked_account))))
        yield self._fields((("Tên chủ tài khoản (chữ in, không dấu):", sheet.account_name, 1.0),))
        yield self._fields((("Người nhận thay, nếu có (họ và tên):", sheet.other_payee_name, 1.0),))

    def _tax(self) -> Iterator[Block]:
        sheet = self._sheet
        yield self._section("3. Thuế thu nhập cá nhân (đánh dấu một ô)")
        for start in range(0, len(sheet.tax_kinds), 2):
            yield self._ticks(sheet.tax_kinds[start : start + 2])
        if sheet.commitment:
            yield self._ticks((sheet.commitment,))
            yield from self._note(sheet.commitment_mark)

    def _consent(self) -> Iterator[Block]:
        consent = self._sheet.consent
        yield self._section("4. Đồng ý cho dùng số liệu")
        yield self._ticks((f"Tôi đồng ý: {consent.title[:1].lower()}{consent.title[1:]}.",))
        yield from self._note(
            f"{consent.text} Thời hạn lưu: {consent.kept[:1].lower()}{consent.kept[1:]} Căn cứ: {consent.legal_basis}. "
            f"Bản {consent.version}."
        )

    def _section(self, text: str) -> Block:
        setting = self._faces.bold.font.set(text)
        draw = partial(_draw_line, setting=setting, face=self._faces.bold, size=_HEAD_SIZE, down=_HEAD_SIZE + 5)
        return Block(_HEAD_SIZE * _LEADING + 5, draw, keep=True)

    def _fields(self, fields: Sequence[tuple[str, str, float]]) -> Block:
        """Labels with what is known, or a dotted rule to write on; each takes its part of the width."""
        regular, bold = self._faces.regular, self._faces.bold
        drawn: list[_Field] = []
        left = _LEFT
        for label, value, part in fields:
            right = left + _WIDTH * part
            lines = broken(value, bold.font, _SIZE, right - left - _width(regular, label, _SIZE) - 8) if value else ()
            drawn.append((left, right - (0 if right >= _RIGHT - 1 else 8), regular.font.set(label), lines))
            left = right
        rows = max(1, *(len(lines) for *_, lines in drawn))
        height = _WRITING + (rows - 1) * _SIZE * _LEADING
        return Block(height, partial(_draw_fields, fields=drawn, regular=regular, bold=bold))

    def _boxes(self, label: str, groups: Sequence[int]) -> Block:
        setting = self._faces.regular.font.set(label)
        height = _SIZE * _LEADING + 4 + _BOX_HEIGHT + 3
        return Block(height, partial(_draw_boxes, label=setting, face=self._faces.regular, groups=groups))

    def _ticks(self, labels: Sequence[str]) -> Block:
        """Boxes to tick, each with its label, abreast in equal parts of the width."""
        regular = self._faces.regular
        part = _WIDTH / (2 if len(labels) > 1 else 1)
        lines = [broken(label, regular.font, _SIZE, part - _TICK - 12) for label in labels]
        rows = max(map(len, lines))
        height = rows * _SIZE * _LEADING + 3
        return Block(height, partial(_draw_ticks, labels=lines, face=regular, part=part))

    def _on_record(self, known: str) -> Iterator[Block]:
        if known:
            yield from self._note(f"Đang lưu: {known}. Xin ghi lại đủ số để đối chiếu.")

    def _note(self, text: str) -> Iterator[Block]:
        face = self._faces.italic
        for setting in broken(text, face.font, _NOTE_SIZE, _WIDTH):
            draw = partial(_draw_line, setting=setting, face=face, size=_NOTE_SIZE, down=_NOTE_SIZE)
            yield Block(_NOTE_SIZE * _LEADING, draw)


def _width(face: Face, text: str, size: float) -> float:
    return face.font.set(text).width * size / 1000


def _draw_line(page: Page, top: float, *, setting: Setting, face: Face, size: float, down: float) -> None:
    page.text(_LEFT, top + down, setting, face, size)


def _draw_fields(page: Page, top: float, *, fields: Sequence[_Field], regular: Face, bold: Face) -> None:
    baseline = top + _WRITING - 5
    for left, right, label, lines in fields:
        page.text(left, baseline, label, regular, _SIZE)
        begin = left + label.width * _SIZE / 1000 + 4
        for place, line in enumerate(lines):
            page.text(begin, baseline + place * _SIZE * _LEADING, line, bold, _SIZE)
        if not lines:
            _dotted(page, begin, right, baseline + 1.5)


def _dotted(page: Page, left: float, right: float, y: float) -> None:
    page.filled([(x, y, _RULE * 1.6, _RULE) for x in _steps(left, right, 2.6)])


def _steps(left: float, right: float, step: float) -> list[float]:
    return [left + place * step for place in range(int((right - left) / step))]


def _draw_boxes(page: Page, top: float, *, label: Setting, face: Face, groups: Sequence[int]) -> None:
    page.text(_LEFT, top + _SIZE + 3, label, face, _SIZE)
    upper = top + _SIZE * _LEADING + 4
    x = _LEFT
    for count in groups:
        page.frame(x, upper, x + count * _BOX, upper + _BOX_HEIGHT, HAIRLINE * 1.6)
        inner = tuple(x + place * _BOX for place in range(1, count))
        if inner:
            page.verticals(inner, upper, upper + _BOX_HEIGHT)
        x += count * _BOX + _GROUP_GAP


def _draw_ticks(page: Page, top: float, *, labels: Sequence[Sequence[Setting]], face: Face, part: float) -> None:
    for place, lines in enumerate(labels):
        left = _LEFT + place * part
        upper = top + 2.5
        page.frame(left, upper, left + _TICK, upper + _TICK, HAIRLINE * 1.6)
        for row, line in enumerate(lines):
            page.text(left + _TICK + 6, upper + _TICK - 0.6 + row * _SIZE * _LEADING, line, face, _SIZE)
