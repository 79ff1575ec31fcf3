"""Faces: TrueType fonts cut down once per process to what a Vietnamese paper needs, and ready to embed.

A Vietnamese paper needs ASCII, 134 letters and some signs: one single-byte encoding holds them all. So the
subset, its compression, its widths and its ToUnicode map are made once and copied into every file; any other
character of the font goes through reportlab's dynamic subsets.
"""

from __future__ import annotations

import codecs
import hashlib
import math
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast

import font_source_serif_pro
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from contributors.papers.printable import REFUSED, printable

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_LOWER = [unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES] + ["đ"]
VIETNAMESE = "".join(letter for letter in _LOWER + [letter.upper() for letter in _LOWER] if not letter.isascii())
_ASCII = "".join(map(chr, range(32, 127)))
_SIGNS = "–—‘’“”…•×÷·₫°½²³±≤≥\u2212§«»\u00a0"

# ASCII keeps its codes. Code 0 draws the font's box, for whatever it has no glyph for; 10 and 13 stay unused, as
# a line end within a PDF string does not mean itself.
_UNUSED = "\ufffe"
_OTHERS = VIETNAMESE + _SIGNS
_ENCODED = REFUSED + _OTHERS[:9] + _UNUSED + _OTHERS[9:11] + _UNUSED + _OTHERS[11:29] + _ASCII + _OTHERS[29:]
_CODES = codecs.charmap_build(_ENCODED)
_BLANK_CODES = bytes((_ENCODED.index(" "), _ENCODED.index("\u00a0")))

_SLANT_DEGREES = 11
_SYMBOLIC, _NONSYMBOLIC = 1 << 2, 1 << 5  # PDF 32000-1, table 123
_CMAP_BLOCK = 100  # the most entries that one bfchar block may have


class FontsError(ValueError):
    """A folder without a usable set of faces; the message says which file or letter is missing."""


class Setting(NamedTuple):
    """Text made ready for one font, `width` in thousandths of the font size.

    `codes` in the static encoding, or, where it does not hold all of it, `text` for the dynamic one.
    """

    width: float
    codes: bytes | None
    text: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.text.strip() if self.codes is None else self.codes.strip(_BLANK_CODES))

    def is_blank_at(self, place: int) -> bool:
        """Whether a line may be broken there: no-break spaces do not count."""
        if self.codes is None:
            return self.text[place : place + 1] == " "
        return self.codes[place : place + 1] == b" "

    def blank_before(self, start: int, end: int) -> int:
        """The place of the last blank from `start` on and before `end`, or 0."""
        place = self.text.rfind(" ", start, end) if self.codes is None else self.codes.rfind(b" ", start, end)
        return max(place, 0)


class Font:
    """One font file. To reportlab it is a multi-byte font that adds the same prepared objects to any document."""

    _dynamicFont = 0  # noqa: N815 - these three are how reportlab's canvas asks a font
    _multiByte = 1  # noqa: N815
    substitutionFonts: tuple[()] = ()  # noqa: N815

    def __init__(self, path: Path) -> None:
        self.digest = hashlib.sha256(path.read_bytes()).hexdigest()
        try:
            self.dynamic = TTFont(f"{path.stem}.{self.digest[:12]}.dynamic", str(path))
        except TTFError as wrong:
            raise FontsError(f"{path.name}: {wrong}") from wrong
        self.face: Any = self.dynamic.face
        self.fontName = f"{path.stem}.{self.digest[:12]}"
        glyphs = self.face.charToGlyph
        if missing := [letter for letter in _ASCII + VIETNAMESE if ord(letter) not in glyphs]:
            raise FontsError(f"{path.name} lacks {len(missing)} letters, first of all {missing[0]!r}")
        self._missing = frozenset(sign for sign in _SIGNS if ord(sign) not in glyphs)
        self._widths: tuple[float, ...] = tuple(self.face.getCharWidth(ord(character)) for character in _ENCODED)
        self.blank: float = self.face.getCharWidth(ord(" "))
        self._prepare()

    def set(self, text: str) -> Setting:
        """Text ready to be measured and drawn; whatever cannot be printed has become visible."""
        try:
            codes, _ = codecs.charmap_encode(text, "strict", _CODES)
        except UnicodeEncodeError:
            return self._set_slowly(text)
        if self._missing and not self._missing.isdisjoint(text):
            return self._set_slowly(text)
        return Setting(sum(map(self._widths.__getitem__, codes)), codes)

    def _set_slowly(self, text: str) -> Setting:
        return self._set_printable(printable(text, self.face.charToGlyph))

    def _set_printable(self, text: str) -> Setting:
        try:
            codes, _ = codecs.charmap_encode(text, "strict", _CODES)
        except UnicodeEncodeError:
            return Setting(self.measure(text), None, text)
        return Setting(self.measure(codes), codes)

    def measure(self, part: bytes | str) -> float:
        """Of codes, or of printable characters, in thousandths of the font size."""
        if isinstance(part, bytes):
            return sum(map(self._widths.__getitem__, part))
        return cast("float", sum(self.face.getCharWidth(ord(character)) for character in part))

    def advances(self, setting: Setting) -> Iterable[float]:
        """The width of each character."""
        if setting.codes is None:
            return (self.face.getCharWidth(ord(character)) for character in setting.text)
        return map(self._widths.__getitem__, setting.codes)

    def part(self, setting: Setting, start: int, end: int, width: float) -> Setting:
        """The characters `start` to `end`, whose width is known."""
        if setting.codes is None:
            return self._set_printable(setting.text[start:end])
        return Setting(width, setting.codes[start:end])

    def text(self, setting: Setting) -> str:
        """The characters that a setting draws."""
        return setting.text if setting.codes is None else "".join(map(_ENCODED.__getitem__, setting.codes))

    def runs(self, text: str, document: Any) -> list[tuple[str, bytes, float]]:
        """Printable text cut where the encoding changes: (resource name, codes, width), for the rare dynamic case."""
        found: list[tuple[str, bytes, float]] = []
        for is_static, group in groupby(text, key=_ENCODED.__contains__):
            part = "".join(group)
            if is_static:
                codes, _ = codecs.charmap_encode(part, "strict", _CODES)
                found.append((document.getInternalFontName(self.fontName), codes, self.measure(codes)))
                continue
            for character in part:
                width = self.face.getCharWidth(ord(character))
                for subset, code in self.dynamic.splitString(character, document):
                    found.append((self.dynamic.getSubsetInternalName(subset, document), code, width))
        return found

    def stringWidth(self, text: str, size: float, _encoding: str = "utf8") -> float:  # noqa: N802 - reportlab's name
        return self.set(text).width * size / 1000

    def formatForPdf(self, text: str) -> str:  # noqa: N802 - reportlab's name
        """For drawing by reportlab's own drawString; what only the dynamic font has shows as the box."""
        codes = bytes(max(_ENCODED.find(character), 0) for character in text)
        return "".join(f"\\{code:03o}" for code in codes)

    def _prepare(self) -> None:
        face = self.face
        # The tag makes the embedded name unique: two fonts with one PostScript name would silently share objects.
        tag = "".join(chr(ord("A") + int(digit, 16)) for digit in self.digest[:6])
        self._base_font = f"{tag}+{face.name.decode('ascii', 'replace')}"
        subset = face.makeSubset([ord(character) for character in _ENCODED])
        self._file = zlib.compress(subset, 9)
        self._file_length = len(subset)
        self._to_unicode = zlib.compress(_to_unicode().encode("ascii"), 9)
        self._width_array = _Literal("[" + " ".join(f"{width:g}" for width in self._widths) + "]")
        self._box = _Literal("[" + " ".join(f"{edge:g}" for edge in face.bbox) + "]")

    def addObjects(self, document: Any) -> None:  # noqa: N802 - reportlab's name
        """Called by reportlab once per document, when the font is first used there."""
        name = f"F{len(document.fontMapping) + 1}"
        face = self.face
        file = pdfdoc.PDFStream(
            pdfdoc.PDFDictionary({"Length1": self._file_length, "Filter": pdfdoc.PDFName("FlateDecode")}),
            self._file,
            [],
        )
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": pdfdoc.PDFName(self._base_font),
                "Flags": (face.flags & ~_NONSYMBOLIC) | _SYMBOLIC,
                "FontBBox": self._box,
                "ItalicAngle": face.italicAngle,
                "Ascent": face.ascent,
                "Descent": face.descent,
                "CapHeight": face.capHeight,
                "StemV": face.stemV,
                "FontFile2": document.Reference(file, f"file:{self.fontName}"),
            }
        )
        to_unicode = pdfdoc.PDFStream(
            pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")}), self._to_unicode, []
        )
        font = pdfdoc.PDFTrueTypeFont()
        font.Name, font.BaseFont = name, self._base_font
        font.FirstChar, font.LastChar, font.Widths = 0, len(_ENCODED) - 1, self._width_array
        font.FontDescriptor = document.Reference(descriptor, f"descriptor:{self.fontName}")
        font.ToUnicode = document.Reference(to_unicode, f"unicode:{self.fontName}")
        document.idToObject["BasicFonts"].dict[name] = document.Reference(font, name)
        document.fontMapping[self.fontName] = f"/{name}"


class _Literal(pdfdoc.PDFObject):  # type: ignore[misc]
    """A PDF object that is written as it stands."""

    def __init__(self, text: str) -> None:
        self._text = text.encode("ascii")

    def format(self, _document: Any) -> bytes:
        return self._text


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font as it is drawn: upright, or slanted by `slant` (the tangent) where no true italic has our letters."""

    font: Font
    slant: float = 0.0


@dataclass(frozen=True, slots=True)
class Faces:
    """The four faces of a paper. `stamp` changes when any font file does: other fonts, other bytes."""

    regular: Face
    bold: Face
    italic: Face
    bold_italic: Face
    stamp: str


# Families by file names (without ending, lower case): regular, bold, italic, bold italic.
_FAMILIES = (
    ("times", "timesbd", "timesi", "timesbi"),
    ("times new roman", "times new roman bold", "times new roman italic", "times new roman bold italic"),
    ("times_new_roman", "times_new_roman_bold", "times_new_roman_italic", "times_new_roman_bold_italic"),
    ("liberationserif-regular", "liberationserif-bold", "liberationserif-italic", "liberationserif-bolditalic"),
    ("sourceserifpro-regular", "sourceserifpro-bold", "sourceserifpro-it", "sourceserifpro-boldit"),
)


def load_faces(folder: str | Path | None = None) -> Faces:
    """The faces in `folder` (Times New Roman, Liberation Serif or Source Serif Pro as .ttf), made once per process.

    Without a folder: Source Serif Pro from its package. Its italics lack Vietnamese letters, so they are slanted
    from the upright; a folder's own italics are used if they have all letters. `FontsError` if the upright
    faces are missing or incomplete.
    """
    return _load(str(folder) if folder else font_source_serif_pro.font_directory)


@lru_cache(maxsize=4)
def _load(folder: str) -> Faces:
    found = {path.stem.lower(): path for path in sorted(Path(folder).glob("*.[tT][tT][fF]"))}
    for regular, bold, italic, bold_italic in _FAMILIES:
        if regular in found and bold in found:
            upright, strong = _registered(found[regular]), _registered(found[bold])
            faces = (
                Face(upright),
                Face(strong),
                _italic(found.get(italic), upright),
                _italic(found.get(bold_italic), strong),
            )
            digests = " ".join(f"{face.font.digest} {face.slant:.4f}" for face in faces)
            return Faces(*faces, stamp=hashlib.sha256(digests.encode()).hexdigest()[:16])
    raise FontsError(f"{folder} has no regular and bold .ttf of Times New Roman, Liberation Serif or Source Serif")


def _italic(path: Path | None, upright: Font) -> Face:
    if path is not None:
        try:
            return Face(_registered(path))
        except FontsError:
            pass  # an italic without our letters: slant the upright
    return Face(upright, math.tan(math.radians(_SLANT_DEGREES)))


def _registered(path: Path) -> Font:
    font = Font(path)
    pdfmetrics.registerFont(font)
    return font


def _to_unicode() -> str:
    """The map by which readers copy and search text, in blocks of at most a hundred (PDF 32000-1, 9.10.3)."""
    pairs = [f"<{code:02X}> <{ord(character):04X}>" for code, character in enumerate(_ENCODED) if character != _UNUSED]
    blocks = [pairs[start : start + _CMAP_BLOCK] for start in range(0, len(pairs), _CMAP_BLOCK)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            f"1 begincodespacerange <00> <{len(_ENCODED) - 1:02X}> endcodespacerange",
            *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )
