"""How many words a text has, as everybody counts them here: contributors while writing, reviewers, rates.

A word (chữ) is what stands between two spaces or line breaks and has at least one letter or digit: "xã", "2026",
"25/11", "UBND-VX" are one each; "–", "…", "***" are none. It is what word processors count for Vietnamese, but for
lone signs. Titles, captions and documents' particulars are not counted. See docs/dem-chu.md.
"""

from __future__ import annotations


def count_words(text: str) -> int:
    return sum(any(char.isalnum() for char in part) for part in text.split())
