"""Giấy ghi nhận (A4 landscape) and thư cảm ơn (A4 portrait): what a board gives its contributors, to sign. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.heads import Letterhead, Signer
from contributors.papers.layout import marks
from contributors.papers.layout.closing import signatures_block
from contributors.papers.layout.colour import GREEN, PALE_GREEN, Colour, border, box, coloured
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.lines import balanced
from contributors.papers.layout.page import A4_LANDSCAPE, A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.paragraph import gap, heading
from payments.papers.prose import paragraph

CERTIFICATE, LETTER = PAPERS = ("certificate", "letter")
_WIDE, _HIGH = A4_LANDSCAPE
_MIDDLE = _WIDE / 2
_EDGE = 9 * mm
_INNER = 12.5 * mm
_INDENT = 24 * mm
_NAME, _SMALLEST_NAME = 30.0, 16.0
_DEED, _SMALLEST_DEED = 15.0, 9.0
_LEADING = 1.36
_LEFT, _RIGHT = 30 * mm, A4_PORTRAIT[0] - 20 * mm  # NĐ 30/2020, annex I
_TOP, _BOTTOM = 20 * mm, A4_PORTRAIT[1] - 20 * mm
_BODY = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksPaper:
    """One person's paper. `deeds` go on after "đã"; `period` is "6 tháng đầu năm 2026"; `body` who thanks."""

    letterhead: Letterhead
    number_label: str
    dated: date | None
    body: str
    name: str
    unit: str
    period: str
    deeds: tuple[str, ...]
    left: bool
    signer: Signer
    data_mark: str = ""


def thanks_pdf(papers: Sequence[ThanksPaper], *, kinds: Sequence[str], faces: Faces | None = None) -> bytes:
    """Each person's certificate and letter, as far as asked for, one person after the other. At least one paper."""
    faces = faces or load_faces()
    file = PaperFile(
        size=A4_LANDSCAPE if CERTIFICATE in kinds else A4_PORTRAIT,
        faces=faces,
        title="Giấy ghi nhận, thư cảm ơn" if len(kinds) > 1 else _title(kinds[0]),
        author=papers[0].letterhead.issuing_body,
        dated=papers[0].dated,
    )
    for paper in papers:
        if CERTIFICATE in kinds:
            _certificate(file, paper, faces)
        if LETTER in kinds:
            _letter(file, paper, faces)
    return file.data()


def _title(kind: str) -> str:
    return "Giấy ghi nhận" if kind == CERTIFICATE else "Thư cảm ơn"


def _certificate(file: PaperFile, paper: ThanksPaper, faces: Faces) -> None:
    """Always one page: the name and what it is given for shrink until there is room."""
    page = file.page(A4_LANDSCAPE)
    _frame(page)
    left, right = _INDENT, _WIDE - _INDENT
    head = letterhead_block(paper.letterhead, paper.number_label, paper.dated, faces=faces, left=left, right=right)
    top = 21 * mm
    head.draw(page, top)
    signing = signatures_block([paper.signer], faces=faces, left=_MIDDLE + 20 * mm, right=right)
    foot = _HIGH - _INNER - 8 * mm - signing.height
    y = max(top + head.height + 6 * mm, 62 * mm)
    with coloured(page, GREEN):
        page.text_centred(_MIDDLE, y + 34, faces.bold.font.set("GIẤY GHI NHẬN"), faces.bold, 38)
    y += 34 + 9 * mm
    y = _centred(page, f"{paper.body} ghi nhận và cảm ơn", faces.italic, 15.0, top=y, width=right - left)
    size = _fitting(paper.name, faces.bold, _NAME, _SMALLEST_NAME, right - left)
    y = _centred(page, paper.name, faces.bold, size, top=y + 2 * mm, width=right - left, colour=GREEN)
    if paper.unit:
        y = _centred(page, paper.unit, faces.regular, 15.0, top=y, width=right - left)
    _deeds(page, _told(paper), faces.regular, top=y + 3 * mm, foot=foot, width=right - left)
    signing.draw(page, foot)
    if paper.data_mark:
        mark = faces.bold.font.set(paper.data_mark)
        page.text(left, _HIGH - _INNER - 6 * mm, mark, faces.bold, 10.0)
    file.add(page)


def _frame(page: Page) -> None:
    with coloured(page, GREEN):
        border(page, _EDGE, _EDGE, _WIDE - 2 * _EDGE, _HIGH - 2 * _EDGE, radius=5 * mm, thickness=2.6)
        border(page, _INNER, _INNER, _WIDE - 2 * _INNER, _HIGH - 2 * _INNER, radius=3 * mm, thickness=0.6)
    side = 7 * mm
    for x in (_EDGE, _WIDE - _EDGE - side):
        for y in (_EDGE, _HIGH - _EDGE - side):
            with coloured(page, PALE_GREEN):
                box(page, x, y, side, side, radius=side / 2)
            with coloured(page, GREEN):
                border(page, x, y, side, side, radius=side / 2, thickness=1.2)
                border(page, x + side / 4, y + side / 4, side / 2, side / 2, radius=side / 4, thickness=0.8)


def _told(paper: ThanksPaper) -> list[str]:
    """When, and then a line for each deed."""
    lines = [f"đã {deed}" for deed in paper.deeds]
    return [f"trong {paper.period}", *(f"{line};" for line in lines[:-1]), f"{lines[-1]}."]


def _deeds(page: Page, told: Sequence[str], face: Face, *, top: float, foot: float, width: float) -> None:
    size = _DEED
    while True:
        lines = [line for text in told for line in balanced(text, face.font, size, width)]
        if size <= _SMALLEST_DEED or len(lines) * size * _LEADING <= foot - top:
            break
        size -= 0.5
    room = foot - top - len(lines) * size * _LEADING
    y = top + max(0.0, min(room / 3, 4 * mm))
    for line in lines:
        page.text_centred(_MIDDLE, y + size, line, face, size)
        y += size * _LEADING


def _fitting(text: str, face: Face, most: float, least: float, width: float) -> float:
    """The largest size in which the text stands on one line."""
    needed = face.font.set(text).width / 1000
    return max(least, min(most, width / needed)) if needed else most


def _centred(
    page: Page, text: str, face: Face, size: float, *, top: float, width: float, colour: Colour | None = None
) -> float:
    """Centred lines; returns the y below them."""
    lines = balanced(text, face.font, size, width)
    if colour is None:
        return _draw(page, lines, face, size, top)
    with coloured(page, colour):
        return _draw(page, lines, face, size, top)


def _draw(page: Page, lines: Sequence[Setting], face: Face, size: float, top: float) -> float:
    for line in lines:
        page.text_centred(_MIDDLE, top + size, line, face, size)
        top += size * _LEADING
    return top


def _letter(file: PaperFile, paper: ThanksPaper, faces: Faces) -> None:
    pages = paginate(_letter_blocks(paper, faces), top=_TOP, bottom=_BOTTOM, header=gap(0))
    for number, placed in enumerate(pages, start=1):
        page = file.page(A4_PORTRAIT)
        for one in placed:
            one.block.draw(page, one.top)
        marks.draw_around(page, number, paper.data_mark, faces=faces, right=_RIGHT)
        file.add(page)


def _letter_blocks(paper: ThanksPaper, faces: Faces) -> Iterator[Block]:
    yield letterhead_block(paper.letterhead, "", paper.dated, faces=faces, left=_LEFT, right=_RIGHT)
    yield gap(26, keep=True)
    yield from heading("THƯ CẢM ƠN", faces.bold, 18.0, left=_LEFT, right=_RIGHT)
    yield gap(14, keep=True)
    yield from heading(f"Kính gửi: Ông (Bà) {paper.name}", faces.bold, _BODY, left=_LEFT, right=_RIGHT)
    if paper.unit:
        yield from heading(paper.unit, faces.regular, _BODY, left=_LEFT, right=_RIGHT)
    yield gap(14, keep=True)
    for text in _letter_texts(paper):
        yield from paragraph(text, faces.regular, _BODY, left=_LEFT, right=_RIGHT)
        yield gap(5)
    yield gap(14, keep=True)
    middle = (_LEFT + _RIGHT) / 2
    yield signatures_block([paper.signer], faces=faces, left=middle, right=_RIGHT)


def _letter_texts(paper: ThanksPaper) -> Iterator[str]:
    deeds = "; ".join(f"đã {deed}" for deed in paper.deeds)
    yield f"Trong {paper.period}, Ông (Bà) {deeds}."
    yield (
        f"{paper.body} trân trọng cảm ơn Ông (Bà) đã dành thời gian, công sức đưa chuyện của quê mình đến với bạn đọc. "
        "Mỗi tin, bài từ ấp, từ ngành là một việc tốt được nhiều người biết, một điều cần sửa được nói ra đúng lúc."
    )
    if paper.left:
        yield "Nay Ông (Bà) đã thôi cộng tác, những tin, bài ấy vẫn còn ở lại với bạn đọc và với quê hương."
    else:
        yield "Rất mong tiếp tục nhận được tin, bài, ảnh của Ông (Bà); một tin mỗi tháng cũng đã là quý."
    yield "Kính chúc Ông (Bà) và gia đình mạnh khỏe, hạnh phúc./."
