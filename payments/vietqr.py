"""The text of a VietQR code (EMVCo: tag, length, value), as banking apps read it. No database, no clock."""

from __future__ import annotations

from contributors.names import search_key

LONGEST_PURPOSE = 25
NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG = "704"


def vietqr_text(*, bank_bin: str, account: str, amount: int, purpose: str) -> str:
    """A transfer of `amount` đồng to an account; the purpose is cut to 25 letters without tone marks."""
    beneficiary = _field("00", bank_bin) + _field("01", account)
    merchant = _field("00", NAPAS) + _field("01", beneficiary) + _field("02", TO_ACCOUNT)
    words = ascii_words(purpose)[:LONGEST_PURPOSE].strip()
    parts = [
        _field("00", "01"),
        _field("01", "12"),
        _field("38", merchant),
        _field("53", DONG),
        _field("54", str(amount)),
        _field("58", "VN"),
        *([_field("62", _field("08", words))] if words else []),
        "6304",
    ]
    text = "".join(parts)
    return f"{text}{crc16(text):04X}"


def ascii_words(text: str) -> str:
    """Letters and digits without tone marks, other signs as spaces; letter case kept."""
    plain = "".join(bare.upper() if char.isupper() else bare for char in text for bare in (search_key(char) or " ",))
    return " ".join("".join(char if char.isascii() and char.isalnum() else " " for char in plain).split())


def crc16(text: str) -> int:
    """CRC-16/CCITT-FALSE."""
    value = 0xFFFF
    for byte in text.encode("ascii"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
        value &= 0xFFFF
    return value


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
