"""Looking for a number in whatever a run of everything leaves behind, however it may be written there."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Iterable, Mapping

import pypdf

# What people and papers put between groups of digits. Tabs and line ends part the columns of a dump and stay.
BETWEEN_DIGITS = re.compile(r"(?<=\d)(?:[ .,_\-\u00a0\u2009\u202f\u2010-\u2015]|%20|%C2%A0|&nbsp;)+(?=\d)")


def spellings(number: str) -> set[bytes]:
    """The digits themselves, and as bytes are written by dumps and queues: hexadecimal, base64, two bytes each."""
    plain = number.encode()
    found = {plain, plain.hex().encode(), plain.hex().upper().encode(), number.encode("utf-16-le")}
    for shift in range(3):
        # Of a base64 text only the middle part is the same wherever the number begins in it.
        text = base64.b64encode(b"x" * shift + plain + b"x" * 3)
        found.add(text[-(-8 * shift // 6) : len(text) - 8])
    return found


def holds(content: bytes, numbers: Iterable[str]) -> bool:
    """Whether one of the numbers stands in the content: as it is, in groups, spelt otherwise, or inside a PDF."""
    if content[:5] == b"%PDF-":
        content += b"\n" + _text_of(content)
    elif content[:2] in {b"\x78\x9c", b"\x78\xda"}:
        content += zlib.decompress(content)
    joined = BETWEEN_DIGITS.sub("", content.decode("utf-8", "replace")).encode()
    return any(spelt in content or spelt in joined for number in numbers for spelt in spellings(number))


def hits(artefacts: Mapping[str, bytes], numbers: Iterable[str]) -> list[str]:
    """Names of the artefacts in which one of the numbers stands."""
    wanted = list(numbers)
    return sorted(name for name, content in artefacts.items() if holds(content, wanted))


def _text_of(pdf: bytes) -> bytes:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages).encode()
