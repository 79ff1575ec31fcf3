"""What the author changed since the board sent the piece back, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from contributors.models import Event, Piece, Revision

_WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 6000  # beyond it comparing takes longer than reading


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


def changes_since_return(piece: Piece) -> list[Part] | None:
    """The body against the revision that was sent back; None if it never was, or the text is the same."""
    back = Event.objects.filter(subject_type="piece", subject_id=piece.pk, kind="piece.return").order_by("-pk").first()
    if back is None:
        return None
    old = Revision.objects.filter(piece=piece, number=back.facts.get("revision", 0)).first()
    if old is None or old.body == piece.body:
        return None
    return compared(old.body, piece.body)


def compared(old: str, new: str) -> list[Part] | None:
    """Both texts in one row of parts."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        return None
    parts: list[Part] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for step, left, left_end, right, right_end in matcher.get_opcodes():
        if step == "equal":
            parts.append(Part("same", "".join(before[left:left_end])))
            continue
        if left < left_end:
            parts.append(Part("gone", "".join(before[left:left_end])))
        if right < right_end:
            parts.append(Part("new", "".join(after[right:right_end])))
    return parts
