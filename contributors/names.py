"""Vietnamese names, phones and texts as keys: for sorting, searching and refusing what misleads."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from contributors.errors import DomainError

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The order of tones in Vietnamese dictionaries: none, huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# Marks that make another letter (ă â ê ô ơ ư) and stay with it.
SHAPES = {"\u0306", "\u0302", "\u031b"}
# Control characters, soft hyphens, zero-width and bidirectional marks, halves of characters (no database takes those).
MISLEADING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def plain_text(text: str) -> str:
    """NFC, without control, bidirectional and zero-width characters, spaces folded."""
    return " ".join(MISLEADING.sub("", unicodedata.normalize("NFC", text)).split())


def plain_body(text: str) -> str:
    """The same for text of several paragraphs."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    return "\n".join(MISLEADING.sub("", line).rstrip() for line in lines).strip()


def search_key(text: str) -> str:
    """Lower case without tone marks, `đ` as `d`: what people type when they search."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def _syllable(text: str) -> tuple[str, str]:
    """Letters as pairs of digits in the alphabet's order, and the tone. Numbers go by value, before letters."""
    if text.isdecimal():
        return f"05{int(text):012d}", "0"
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", text.lower()):
        if char in TONES:
            tones.append(TONES[char])
        elif char in SHAPES and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        elif not unicodedata.combining(char):
            letters.append(char)
    order = "".join(
        f"{ALPHABET.index(letter) + 10}" if letter in ALPHABET else f"99{ord(letter[0]):07d}" for letter in letters
    )
    return order, (tones[-1] if tones else "0")


def _key(syllables: list[str]) -> str:
    """Digits alone, so that every collation of a database sorts alike; what is shorter comes first, tones last."""
    parts = [_syllable(syllable) for syllable in syllables]
    return "01".join(letters for letters, _ in parts) + "00" + "".join(tone for _, tone in parts)


def sort_key(full_name: str) -> str:
    """Orders people as Vietnamese lists do: by given name, then family and middle names, tones last."""
    syllables = full_name.split()
    return _key([*syllables[-1:], *syllables[:-1]])[:700]


def place_key(name: str) -> str:
    """Orders units as they are read, numbers by value: Ấp 2 before Ấp 10."""
    return _key(name.split())[:400]


def normal_phone(text: str) -> str:
    """A Vietnamese mobile number as E.164. Raises `phone_malformed`."""
    if any(char.isalpha() for char in text):  # the library would read 0912LANHOA as keys of a telephone
        raise DomainError("phone_malformed", field="phone")
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        raise DomainError("phone_malformed", field="phone") from None
    national = f"0{number.national_number}"
    if number.country_code != 84 or not re.fullmatch(r"0[35789]\d{8}", national):  # noqa: PLR2004 - Vietnam
        raise DomainError("phone_malformed", field="phone")
    return f"+84{number.national_number}"


def person_name(text: str) -> str:
    """A person's name, whole. Raises `name_missing`, `name_malformed`."""
    name = plain_text(text)
    if not name:
        raise DomainError("name_missing", field="full_name")
    if len(name) > 300 or not any(c.isalpha() for c in name):  # noqa: PLR2004 - the column's width
        raise DomainError("name_malformed", field="full_name")
    return name
