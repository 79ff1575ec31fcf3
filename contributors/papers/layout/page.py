"""The surface that papers are drawn on: one page of PDF operators, and the file that collects the pages.

Lengths are points; `y` runs downward from the upper edge, as one reads. Text stands on its baseline.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from contributors.papers.fonts import Face, Faces, Setting

A4_PORTRAIT = (210 * mm, 297 * mm)
A4_LANDSCAPE = (297 * mm, 210 * mm)
HAIRLINE = 0.4
_UNDATED = date(2000, 1, 1)


class Page:
    """Operators of one page, in drawing order."""

    def __init__(self, document: Any, size: tuple[float, float]) -> None:
        self._document = document
        self.width, self.height = size
        self.operators: list[str] = []
        self._face: Face | None = None
        self._size = 0.0
        self._thickness: float | None = None

    def text(self, x: float, y: float, setting: Setting, face: Face, size: float) -> None:
        """Left end of the baseline at (x, y)."""
        codes = setting.codes
        if codes is None:
            self._text_of_two_fonts(x, y, setting, face, size)
            return
        if face is not self._face or size != self._size:
            self._switch(face, size)
        if face.slant:
            start = f"1 0 {face.slant:.4f} 1 {x:.2f} {self.height - y:.2f} Tm"
        else:
            start = f"{x:.2f} {self.height - y:.2f} Td"
        self.operators.append(f"BT {start} {_string(codes)} Tj ET")

    def lines(
        self, x: float, y: float, settings: Sequence[Setting], face: Face, size: float, *, leading: float
    ) -> None:
        """One under the other, flush left, the first one's baseline at (x, y); nothing for no lines."""
        if not settings:
            return
        coded = [setting.codes for setting in settings if setting.codes is not None]
        if len(settings) == 1 or face.slant or len(coded) < len(settings):
            for place, setting in enumerate(settings):
                self.text(x, y + place * leading, setting, face, size)
            return
        if face is not self._face or size != self._size:
            self._switch(face, size)
        drawn = " Tj T* ".join(map(_string, coded))
        self.operators.append(f"{leading:.2f} TL BT {x:.2f} {self.height - y:.2f} Td {drawn} Tj ET")

    def _text_of_two_fonts(self, x: float, y: float, setting: Setting, face: Face, size: float) -> None:
        for name, codes, width in face.font.runs(setting.text, self._document):
            start = f"1 0 {face.slant:.4f} 1 {x:.2f} {self.height - y:.2f} Tm"
            self.operators.append(f"{name} {size:g} Tf BT {start} <{codes.hex()}> Tj ET")
            x += width * size / 1000
        self._face = None

    def text_right(self, x: float, y: float, setting: Setting, face: Face, size: float) -> None:
        """Right end of the baseline at (x, y)."""
        self.text(x - setting.width * size / 1000, y, setting, face, size)

    def text_centred(self, x: float, y: float, setting: Setting, face: Face, size: float) -> None:
        self.text(x - setting.width * size / 2000, y, setting, face, size)

    def horizontal(self, left: float, right: float, y: float, thickness: float = HAIRLINE) -> None:
        across = f"{self.height - y:.2f}"
        self._stroke(thickness)
        self.operators.append(f"{left:.2f} {across} m {right:.2f} {across} l S")

    def verticals(self, edges: tuple[float, ...], top: float, bottom: float) -> None:
        """Hairlines from `top` down to `bottom`, one at each x of `edges`."""
        start, end = f"{self.height - top:.2f}", f"{self.height - bottom:.2f}"
        self._stroke(HAIRLINE)
        self.operators.extend([f"{x} {start} m {x} {end} l" for x in _written(edges)])
        self.operators.append("S")

    def frame(self, left: float, top: float, right: float, bottom: float, thickness: float) -> None:
        self._stroke(thickness)
        self.operators.append(f"{left:.2f} {self.height - bottom:.2f} {right - left:.2f} {bottom - top:.2f} re S")

    def filled(self, rectangles: list[tuple[float, float, float, float]]) -> None:
        """Black rectangles (left, top, width, height) in one path."""
        self.operators.extend(
            f"{left:.2f} {self.height - top - height:.2f} {width:.2f} {height:.2f} re"
            for left, top, width, height in rectangles
        )
        self.operators.append("f")

    def watermark(self, setting: Setting, face: Face, *, span: float) -> None:
        """Light grey, along the diagonal, `span` points long; to be drawn first, so that all else lies over it."""
        size = min(span / (setting.width / 1000), 130)
        angle = math.atan2(self.height, self.width)
        cosine, sine = math.cos(angle), math.sin(angle)
        half, sink = setting.width * size / 2000, size * 0.35
        x = self.width / 2 - cosine * half + sine * sink
        y = self.height / 2 - sine * half - cosine * sink
        matrix = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {y:.2f}"
        self.operators.append("q 0.92 g")
        parts = [(self._name(face), setting.codes, 0.0)]
        if setting.codes is None:
            parts = list(face.font.runs(setting.text, self._document))
        self.operators.append(f"BT {matrix} Tm")
        self.operators.extend(f"{name} {size:.2f} Tf <{(codes or b'').hex()}> Tj" for name, codes, _ in parts)
        self.operators.append("ET Q")

    def _stroke(self, thickness: float) -> None:
        if self._thickness != thickness:
            self._thickness = thickness
            self.operators.append(f"{thickness:g} w")

    def _switch(self, face: Face, size: float) -> None:
        self._face, self._size = face, size
        self.operators.append(f"{self._name(face)} {size:g} Tf")

    def _name(self, face: Face) -> str:
        name: str = self._document.getInternalFontName(face.font.fontName)
        return name


def _string(codes: bytes) -> str:
    """A PDF string; of what needs escaping, the static encoding has the brackets and the backslash only."""
    if b"(" in codes or b")" in codes or b"\\" in codes:
        codes = codes.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"({codes.decode('latin-1')})"


@lru_cache(maxsize=64)
def _written(edges: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(f"{x:.2f}" for x in edges)


class _Content(pdfdoc.PDFObject):  # type: ignore[misc]
    """A compressed content stream that is written once and then forgotten: a long list would be held twice."""

    __RefOnly__ = 1

    def __init__(self, compressed: bytes) -> None:
        self._compressed = compressed

    def format(self, _document: Any) -> bytes:
        written = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\n" % (
            len(self._compressed),
            self._compressed,
        )
        self._compressed = b""
        return written


class PaperFile:
    """A PDF whose bytes depend on what is drawn and nothing else: no clock, no environment, no random name.

    Each page is compressed as it is finished, so a long list costs its compressed size in memory. `on_page` draws on
    every page before it is finished; it gets the page and its place in the file, from 1.
    """

    def __init__(
        self,
        *,
        size: tuple[float, float],
        faces: Faces,
        title: str,
        author: str,
        dated: date | None,
        on_page: Callable[[Page, int], None] | None = None,
    ) -> None:
        day = dated or _UNDATED
        self.size = size
        self.count = 0
        self._on_page = on_page
        self._canvas = Canvas(
            None,
            pagesize=size,
            pageCompression=1,
            invariant=1,
            initialFontName=faces.regular.font.fontName,
            lang="vi-VN",
        )
        self._document = self._canvas._doc  # noqa: SLF001 - reportlab gives no other way to its objects
        self._document.signature = hashlib.md5(b"but-lang", usedforsecurity=False)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject("")
        self._canvas.setCreator("Bút Làng")
        self._canvas.setDateFormatter(lambda *_: f"D:{day:%Y%m%d}000000+07'00'")

    def page(self, size: tuple[float, float] | None = None) -> Page:
        """A new page, of the file's size unless another one is given."""
        return Page(self._document, size or self.size)

    def add(self, page: Page) -> None:
        """Finish a page: it becomes the last one of the file."""
        self.count += 1
        if self._on_page is not None:
            self._on_page(page, self.count)
        if (page.width, page.height) != self.size:
            self._canvas.setPageSize((page.width, page.height))
        content = "\n".join(page.operators).encode("latin-1")
        page.operators.clear()
        self._document.signature.update(content)
        name = self._document.thisPageName()
        self._canvas.showPage()
        made = self._document.idToObject[name]
        made.stream = None
        made.Contents = _Content(zlib.compress(content))
        if (page.width, page.height) != self.size:
            self._canvas.setPageSize(self.size)

    def data(self) -> bytes:
        """The whole file; once only."""
        finished: bytes = self._canvas.getpdfdata()
        return finished

    def write(self, out: BinaryIO) -> None:
        out.write(self.data())
