"""The end of every paper: signatures, and by what anyone can check that the paper is ours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import segno

from contributors.papers.fonts import Face, Faces, Setting
from contributors.papers.heads import Signer
from contributors.papers.layout.flow import Block
from contributors.papers.layout.lines import balanced, broken
from contributors.papers.layout.page import HAIRLINE, Page
from contributors.papers.layout.table import LEADING

_TITLE_SIZE = 12.0
_HINT_SIZE = 11.0
_NAME_SIZE = 13.0
_ROOM_TO_SIGN = 46.0
_ABREAST = 4
_HINT = "(Ký, ghi rõ họ tên)"

QR_SIDE = 56.0
_GAP = 12.0
_CODE_SIZE = 11.0
_NOTE_SIZE = 9.5
_QR_MASK = 2  # fixed: scoring all eight takes four times as long and readers do not care
_OVERLAP = 0.04  # of a module, so that no hairline shows between runs
_QUIET = 4  # modules of white that readers want around the code


def signatures_block(signers: Sequence[Signer], *, faces: Faces, left: float, right: float) -> Block:
    """Up to four abreast, each with title, room to sign and name."""
    rows = [signers[start : start + _ABREAST] for start in range(0, len(signers), _ABREAST)]
    drawn = [_SignatureRow(row, faces, left, right) for row in rows]

    def draw(page: Page, top: float) -> None:
        for row in drawn:
            row.draw(page, top)
            top += row.height

    return Block(sum(row.height for row in drawn), draw, keep=True)


class _SignatureRow:
    def __init__(self, signers: Sequence[Signer], faces: Faces, left: float, right: float) -> None:
        self._faces = faces
        width = (right - left) / len(signers)
        self._centres = [left + width * (place + 0.5) for place in range(len(signers))]
        bold = faces.bold.font
        self._titles = [
            [
                *balanced(signer.authority, bold, _TITLE_SIZE, width - 6),
                *balanced(signer.title, bold, _TITLE_SIZE, width - 6),
            ]
            for signer in signers
        ]
        self._names = [balanced(signer.name, bold, _NAME_SIZE, width - 6) for signer in signers]
        self._hint = faces.italic.font.set(_HINT)
        self._title_height = max(map(len, self._titles)) * _TITLE_SIZE * LEADING
        self._name_height = max(1, *map(len, self._names)) * _NAME_SIZE * LEADING
        self.height = self._title_height + _HINT_SIZE * LEADING + _ROOM_TO_SIGN + self._name_height

    def draw(self, page: Page, top: float) -> None:
        name_y = top + self.height - self._name_height + _NAME_SIZE
        for centre, titles, names in zip(self._centres, self._titles, self._names, strict=True):
            _centred(page, centre, top + _TITLE_SIZE, titles, self._faces.bold, size=_TITLE_SIZE)
            hint_y = top + len(titles) * _TITLE_SIZE * LEADING + _HINT_SIZE
            page.text_centred(centre, hint_y, self._hint, self._faces.italic, _HINT_SIZE)
            _centred(page, centre, name_y, names, self._faces.bold, size=_NAME_SIZE)


def verification_block(code: str, url: str, *, paper: str, faces: Faces, left: float, right: float) -> Block:
    """QR code, the code in letters, and what to do with them; `paper` is what people call it: "phiếu"."""
    text_left = left + QR_SIDE + 10
    width = right - text_left
    runs, modules = qr_runs(url)
    regular, italic = faces.regular.font, faces.italic.font
    label = regular.set("Mã kiểm tra: ")
    printed_code = faces.bold.font.set(code)
    where = broken(f"Kiểm tra {paper} tại {url}", regular, _NOTE_SIZE, width)
    how = broken(
        f"Quét mã QR hoặc mở địa chỉ trên để biết {paper} này có đúng do cơ quan phát hành hay không.",
        italic,
        _NOTE_SIZE,
        width,
    )
    text_height = _CODE_SIZE * LEADING + (len(where) + len(how)) * _NOTE_SIZE * LEADING
    inner = max(QR_SIDE, text_height)

    known: dict[float, list[str]] = {}  # the code's path by where it stands: a block may be drawn on many pages

    def draw(page: Page, top: float) -> None:
        page.horizontal(left, right, top + _GAP / 2, HAIRLINE)
        top += _GAP
        unit = QR_SIDE / (modules + 2 * _QUIET)
        corner_x, corner_y = left + _QUIET * unit, top + (inner - QR_SIDE) / 2 + _QUIET * unit
        here = page.height - corner_y
        if here in known:
            page.operators.extend(known[here])
        else:
            start = len(page.operators)
            page.filled(
                [
                    (corner_x + x * unit, corner_y + y * unit, length * unit, (1 + _OVERLAP) * unit)
                    for x, y, length in runs
                ]
            )
            known[here] = page.operators[start:]
        y = top + (inner - text_height) / 2 + _CODE_SIZE
        page.text(text_left, y, label, faces.regular, _CODE_SIZE)
        page.text(text_left + label.width * _CODE_SIZE / 1000, y, printed_code, faces.bold, _CODE_SIZE)
        y += _CODE_SIZE * 0.24 + _NOTE_SIZE
        for lines, face in ((where, faces.regular), (how, faces.italic)):
            for line in lines:
                page.text(text_left, y, line, face, _NOTE_SIZE)
                y += _NOTE_SIZE * LEADING

    return Block(inner + _GAP, draw, foot=True)


@lru_cache(maxsize=16)  # a paper of many people's pages has one address
def qr_runs(url: str) -> tuple[list[tuple[int, int, int]], int]:
    """Dark runs (x, y, length) of the QR code and its side in modules, without the quiet zone."""
    code = segno.make(url, error="m", mask=_QR_MASK, micro=False, boost_error=False)
    runs: list[tuple[int, int, int]] = []
    for y, row in enumerate(code.matrix):
        cells = "".join("1" if module else "0" for module in row)
        x = cells.find("1")
        while x >= 0:
            end = cells.find("0", x)
            end = len(cells) if end < 0 else end
            runs.append((x, y, end - x))
            x = cells.find("1", end)
    return runs, len(code.matrix)


def _centred(page: Page, centre: float, y: float, lines: Sequence[Setting], face: Face, *, size: float) -> None:
    for line in lines:
        page.text_centred(centre, y, line, face, size)
        y += size * LEADING
