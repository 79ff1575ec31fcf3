"""Breaking text into lines: between words, inside a word only when it is longer than a line; never cutting off.

Letterheads, signers, genres, dates and rates come again in every statement of a run, hence the caches.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from contributors.papers.fonts import Font, Setting

_BALANCING_STEPS = 6
_BLANKS = re.compile(" +")


@lru_cache(maxsize=4096)
def broken(text: str, font: Font, size: float, width: float) -> tuple[Setting, ...]:
    """Lines of at most `width` points, in order; blank text has no line.

    All characters but blanks are in them; several blanks are as one. A single character that is wider than
    `width` stands alone.
    """
    text = text.strip(" ")
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    whole = font.set(text)
    room = width * 1000 / size
    if whole.width <= room:
        return () if whole.is_blank else (whole,)
    ends = [0.0, *accumulate(font.advances(whole))]
    last = len(ends) - 1
    lines: list[Setting] = []
    start = 0
    while start < last:
        end = bisect_right(ends, ends[start] + room, start) - 1
        if end < last:
            end = whole.blank_before(start, end + 1) or max(end, start + 1)
        lines.append(font.part(whole, start, end, ends[end] - ends[start]))
        start = end + 1 if whole.is_blank_at(end) else end
    return tuple(lines)


@lru_cache(maxsize=1024)
def balanced(text: str, font: Font, size: float, width: float) -> tuple[Setting, ...]:
    """As few lines as `broken`, but of nearly equal length: for centred headings."""
    lines = broken(text, font, size, width)
    if len(lines) <= 1:
        return lines
    narrow, wide = 0.0, width
    for _ in range(_BALANCING_STEPS):
        tried = (narrow + wide) / 2
        if len(broken.__wrapped__(text, font, size, tried)) > len(lines):
            narrow = tried
        else:
            wide = tried
    return broken(text, font, size, wide)
