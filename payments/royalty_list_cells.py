"""Cells of a list as people write them: "1,5" and "1.5", "1.265.000 đ", "05/02/2026", "0,5; 0,5; 1".

Each reader raises CellError with a sentence; who calls knows the row and the column.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from payments.royalty.money import MoneyError, exact

DECIMAL = re.compile(r"\d{1,12}(?:[.,]\d{1,15})?")
LONG_DECIMAL = re.compile(r"\d+[.,]\d{16,}")
MAYBE_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")
GROUPED = re.compile(r"\d{1,3}(?:([. ,])\d{3})(?:\1\d{3})*")
CURRENCY = re.compile(r"\s*(?:đồng|đ|vnđ|vnd)\.?\s*$", re.IGNORECASE)
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
SCORE = re.compile(r"([\d.,]+)\s*(?:[x×*]\s*(\d{1,3}))?", re.IGNORECASE)
MOST_DONG = 1_000_000_000_000
MOST_PHOTOS = 500
LONGEST_QUOTE = 60


class CellError(ValueError):
    """What is wrong with one cell, in a sentence."""


def _quote(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def decimal(text: str, *, grouped_maybe: bool = False) -> Fraction:
    """A number with a comma or a point. `grouped_maybe`: where "1.200" could mean 1200, it is asked back."""
    text = text.strip()
    if text.startswith("-"):
        raise CellError(_("“%(text)s” là số âm.") % {"text": _quote(text)})
    if LONG_DECIMAL.fullmatch(text):
        raise CellError(_("“%(text)s” có quá nhiều chữ số lẻ; hãy làm tròn trong bảng.") % {"text": _quote(text)})
    if not DECIMAL.fullmatch(text):
        raise CellError(_("“%(text)s” không phải là số.") % {"text": _quote(text)})
    if grouped_maybe and MAYBE_THOUSANDS.fullmatch(text):
        raise CellError(
            _("“%(text)s” có thể hiểu hai cách; hãy ghi %(whole)s nếu là hàng nghìn.")
            % {"text": text, "whole": re.sub(r"\D", "", text)}
        )
    return exact(text)


def whole(text: str) -> int:
    number = decimal(text)
    if number.denominator != 1:
        raise CellError(_("“%(text)s” phải là số nguyên.") % {"text": _quote(text)})
    return int(number)


def percent(text: str) -> Fraction:
    """Percent of a whole: "60", "60 %"; a sheet's own percent cell comes as 0.6 (see `royalty_list`)."""
    number = decimal(text.strip().removesuffix("%"))
    if number > 100:  # noqa: PLR2004 - percent
        raise CellError(_("Tỷ lệ %(text)s lớn hơn 100 %%.") % {"text": _quote(text)})
    return number


def dong(text: str) -> int:
    """Whole đồng: 1265000, "1.265.000", "1,265,000 đ"."""
    bare = CURRENCY.sub("", text.strip().replace("\xa0", " "))
    if bare.startswith("-"):
        raise CellError(_("“%(text)s” là số âm.") % {"text": _quote(text)})
    if GROUPED.fullmatch(bare):
        bare = re.sub(r"\D", "", bare)
    if not (bare.isascii() and bare.isdigit()):
        raise CellError(_("“%(text)s” không phải là số đồng.") % {"text": _quote(text)})
    amount = int(bare[:20])
    if amount > MOST_DONG:
        raise CellError(_("“%(text)s” lớn quá mức có thể.") % {"text": _quote(text)})
    return amount


def day(text: str) -> date:
    text = text.strip()
    found = DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text[:10])
    except ValueError:
        raise CellError(_("“%(text)s” không phải là ngày; hãy ghi như 05/02/2026.") % {"text": _quote(text)}) from None


def photo_scores(text: str) -> tuple[Fraction, ...]:
    """The coefficient of each photo: "0,5; 0,5; 1" or "0,5 x 2 + 1"."""
    scores: list[Fraction] = []
    for part in re.split(r"[;+]", text):
        found = SCORE.fullmatch(part.strip())
        if not found:
            raise CellError(_("“%(text)s” không phải là hệ số ảnh; hãy ghi như 0,5; 0,5; 1.") % {"text": _quote(text)})
        times = int(found[2] or 1)
        if len(scores) + times > MOST_PHOTOS:
            raise CellError(_("Quá %(count)s ảnh trong một dòng.") % {"count": MOST_PHOTOS})
        scores += [decimal(found[1])] * times
    return tuple(scores)


def factor(text: str) -> tuple[str, Fraction | None]:
    """The name and percent of "khó khăn: 30 %"; of "tiếng Khmer" the name alone."""
    name, separator, number = text.partition(":")
    if not separator:
        name, separator, number = text.partition("=")
    if not separator:
        return text.strip(), None
    try:
        return name.strip(), exact(number.strip().removesuffix("%").strip())
    except MoneyError:
        raise CellError(_("“%(text)s” không phải là số.") % {"text": _quote(number.strip())}) from None
