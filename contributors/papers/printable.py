"""User text as it may be printed: composed, on one line, with everything unprintable made visible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

REFUSED = "\ufffd"  # every face of ours draws its crossed box for it

_NO_BREAK = "\u00a0"
_BLANKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
# A personal ID has 12 digits, the older card 9; people write them in one run or in threes.
LONG_NUMBER = re.compile(r"(?<!\d)(?:\d{9}|\d{12}|\d{3}(?:[ \u00a0-]\d{3}){2,3})(?!\d)")
_MANY_DIGITS = re.compile(r"\d(?:[ \u00a0-]?\d){8}")  # the quicker question, and most titles have none
_LEFT_VISIBLE = 4


def printable(text: str, drawn: Container[int]) -> str:
    """Composed (NFC), blanks as one space, each character without a glyph in `drawn` shown as `REFUSED`.

    Bidirectional marks, zero-width characters, NUL and other controls are never printed as nothing, even where
    a font has an empty glyph for them. What only modifies a refused character (an emoji's variation) joins it.
    """
    shown: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if character == _NO_BREAK:
            shown.append(character)
        elif character in _BLANKS or category == "Zs":
            if not (shown and shown[-1] == " "):
                shown.append(" ")
        elif category[0] != "C" and character not in _JOINERS and ord(character) in drawn:
            shown.append(character)
        elif not (shown and shown[-1] == REFUSED and character in _JOINERS):
            shown.append(REFUSED)
    return "".join(shown)


def with_masked_numbers(title: str) -> str:
    """A title in which a number as long as a personal ID (9 or 12 digits) shows its last digits only, four at most."""
    return LONG_NUMBER.sub(_masked, title) if _MANY_DIGITS.search(title) else title


def _masked(found: re.Match[str]) -> str:
    number = found.group()
    hidden = re.sub(r"\d", "•", number[:-_LEFT_VISIBLE])
    return hidden + number[-_LEFT_VISIBLE:]
