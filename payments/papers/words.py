"""Amounts in Vietnamese words, as the last line of every paper about money needs them."""

from __future__ import annotations

LARGEST = 10**15
ZERO_TENS = ("linh", "lẻ")
THOUSANDS = ("nghìn", "ngàn")

_FIVE_AFTER_TEN = "lăm"
_AFTER_TENS = {1: "mốt", 4: "tư"}  # hai mươi mốt, hai mươi tư; but mười một, mười bốn
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9


def in_words(amount: int, *, zero_tens: str = "linh", thousand: str = "nghìn") -> str:
    """1205000 → "Một triệu hai trăm linh năm nghìn đồng".

    `amount` is whole đồng, 0 to 10^15. `zero_tens` is the word for an empty tens place ("linh", in the South
    usually "lẻ"), `thousand` is "nghìn" or "ngàn". ValueError outside of these, TypeError for anything but int.
    """
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"an amount in words is a whole number of đồng, not {type(amount).__name__}")
    if not 0 <= amount <= LARGEST:
        raise ValueError(f"amounts in words go from 0 to {LARGEST}, not {amount}")
    if zero_tens not in ZERO_TENS:
        raise ValueError(f"zero_tens is one of {ZERO_TENS}, not {zero_tens!r}")
    if thousand not in THOUSANDS:
        raise ValueError(f"thousand is one of {THOUSANDS}, not {thousand!r}")
    spoken = _whole(amount, zero_tens, thousand) or [_DIGITS[0]]
    sentence = " ".join([*spoken, "đồng"])
    return sentence[0].upper() + sentence[1:]


def says(text: str, amount: int) -> bool:
    """Whether `text` is the amount in words, in any of the regional readings."""
    return any(
        text == in_words(amount, zero_tens=zero_tens, thousand=thousand)
        for zero_tens in ZERO_TENS
        for thousand in THOUSANDS
    )


def _whole(amount: int, zero_tens: str, thousand: str) -> list[str]:
    """Billions are a number of their own ("một nghìn tỷ"), what follows them keeps its inner zeros."""
    billions, rest = divmod(amount, _BILLION)
    spoken: list[str] = []
    if billions:
        spoken += [*_whole(billions, zero_tens, thousand), "tỷ"]
    for scale, unit in ((10**6, "triệu"), (10**3, thousand), (1, "")):
        group = rest // scale % 1000
        if group:
            spoken += _hundreds(group, zero_tens, inner=bool(spoken))
            if unit:
                spoken.append(unit)
    return spoken


def _hundreds(group: int, zero_tens: str, *, inner: bool) -> list[str]:
    """One group of three digits; `inner` groups say their zero hundreds, the first one never does."""
    hundreds, rest = divmod(group, 100)
    tens, units = divmod(rest, 10)
    spoken: list[str] = []
    if hundreds or inner:
        spoken += [_DIGITS[hundreds], "trăm"]
    if tens > 1:
        spoken += [_DIGITS[tens], "mươi"]
    elif tens == 1:
        spoken.append("mười")
    elif units and spoken:
        spoken.append(zero_tens)
    if units:
        spoken.append(_units(tens, units))
    return spoken


def _units(tens: int, units: int) -> str:
    if tens > 1 and units in _AFTER_TENS:
        return _AFTER_TENS[units]
    return _FIVE_AFTER_TEN if tens and _DIGITS[units] == "năm" else _DIGITS[units]
