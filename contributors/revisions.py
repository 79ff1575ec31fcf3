"""Versions of a piece, and what is different between any two of them, as people read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors.access import may_see
from contributors.actors import Actor
from contributors.drafting import LANGUAGES
from contributors.errors import DomainError
from contributors.models import AttachmentKind, Contributor, Origin, Piece, Revision, Role
from contributors.words import count_words

_WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 6000  # beyond it comparing word by word takes longer than reading
MOST_CELLS = 4_000_000

Kind = Literal["same", "gone", "new"]
FACTS = {
    "topic": gettext_lazy("Chuyên mục"),
    "leader_activity": gettext_lazy("Hoạt động của lãnh đạo"),
    "event_on": gettext_lazy("Ngày diễn ra"),
    "event_place": gettext_lazy("Nơi diễn ra"),
    "origin": gettext_lazy("Nguồn gốc"),
    "source": gettext_lazy("Lấy từ đâu"),
    "language": gettext_lazy("Ngôn ngữ"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A photo, a person's part, a film or a fact before and after; empty where it was not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """From an older revision to a newer one. `title` and `body` are whole texts in parts."""

    older: Revision
    newer: Revision
    title: list[Part]
    body: list[Part]
    words_before: int
    words_after: int
    photos: list[Change]
    credits: list[Change]
    attachments: list[Change]
    facts: list[Change]

    @property
    def text_changed(self) -> bool:
        return any(part.kind != "same" for part in [*self.title, *self.body])

    @property
    def nothing_changed(self) -> bool:
        return not (self.text_changed or self.photos or self.credits or self.attachments or self.facts)


def revisions_of(actor: Actor, piece: Piece) -> list[Revision]:
    """Newest first, with who saved them, without their texts. Raises `not_allowed`."""
    if not may_see(actor, piece):
        raise DomainError("not_allowed")
    return list(Revision.objects.filter(piece=piece).select_related("saved_by").defer("body").order_by("-number"))


def difference(actor: Actor, piece: Piece, older: int, newer: int) -> Difference:
    """Between two revisions by number, in either order. Raises `not_allowed`, `revision_unknown`. Three queries."""
    if not may_see(actor, piece):
        raise DomainError("not_allowed")
    first, last = sorted((older, newer))
    found = {row.number: row for row in Revision.objects.filter(piece=piece, number__in=[first, last])}
    for number in (first, last):
        if number not in found:
            raise DomainError("revision_unknown", number=number)
    before, after = found[first], found[last]
    names = _names([before, after])
    return Difference(
        older=before,
        newer=after,
        title=compared(before.title, after.title),
        body=compared(before.body, after.body),
        words_before=count_words(before.body),
        words_after=count_words(after.body),
        photos=_photos(before.photos, after.photos, names),
        credits=_credits(before.credits, after.credits, names),
        attachments=_attachments(before.facts.get("attachments", []), after.facts.get("attachments", [])),
        facts=_facts(before.facts, after.facts),
    )


def compared(old: str, new: str) -> list[Part]:
    """Both texts in one row of parts: word by word, and line by line where they are very long."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) <= MOST_WORDS:
        return _joined(_steps(before, after))
    parts: list[Part] = []
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    matcher = SequenceMatcher(None, lines[0], lines[1], autojunk=True)
    for step, left, left_end, right, right_end in matcher.get_opcodes():
        gone, came = "".join(lines[0][left:left_end]), "".join(lines[1][right:right_end])
        if step == "equal":
            parts.append(Part("same", gone))
            continue
        words = _WORDS.findall(gone), _WORDS.findall(came)
        if len(words[0]) * len(words[1]) <= MOST_CELLS:
            parts += _steps(*words)
        else:
            parts += [Part("gone", gone), Part("new", came)]
    return _joined(parts)


def _steps(before: Sequence[str], after: Sequence[str]) -> list[Part]:
    """What both begin and end with is set aside first, so that one change in a repetitive text stays one."""
    most = min(len(before), len(after))
    start = next((place for place in range(most) if before[place] != after[place]), most)
    most -= start
    end = next((place for place in range(most) if before[-1 - place] != after[-1 - place]), most)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    parts = [Part("same", "".join(before[:start]))]
    # Blanks, and words that stand everywhere, anchor nothing: without that, repetitive texts take minutes.
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=True)
    for step, left, left_end, right, right_end in matcher.get_opcodes():
        if step == "equal":
            parts.append(Part("same", "".join(old[left:left_end])))
            continue
        parts += [Part("gone", "".join(old[left:left_end])), Part("new", "".join(new[right:right_end]))]
    return [*parts, Part("same", "".join(before[len(before) - end :]))]


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Without empty parts; neighbours of a kind are one. A blank between two changed words belongs to the change."""
    joined: list[Part] = []
    for part in parts:
        if not part.text:
            continue
        if joined and joined[-1].kind == part.kind:
            joined[-1] = Part(part.kind, joined[-1].text + part.text)
        else:
            joined.append(part)
    return joined


def _names(rows: Sequence[Revision]) -> dict[int, str]:
    ids = {photo[2] for row in rows for photo in row.photos if photo[2]}
    ids |= {credit[0] for row in rows for credit in row.credits}
    return dict(Contributor.objects.filter(pk__in=ids).values_list("pk", "full_name"))


def _changes(before: dict[Any, str], after: dict[Any, str], words: dict[Any, str]) -> list[Change]:
    keys = list(dict.fromkeys([*before, *after]))
    return [
        Change(words[key], before.get(key, ""), after.get(key, ""))
        for key in keys
        if before.get(key, "") != after.get(key, "")
    ]


def _photos(before: list[Any], after: list[Any], names: dict[int, str]) -> list[Change]:
    """By picture: a photo that moved only is no change of itself, but its place is."""

    def told(photos: list[Any]) -> dict[str, str]:
        said = {}
        for place, (sha256, caption, photographer) in enumerate(photos, start=1):
            who = names.get(photographer, "") if photographer else _("không rõ ai chụp")
            said[sha256] = _("%(place)d. %(caption)s (ảnh: %(who)s)") % {
                "place": place,
                "caption": caption or _("chưa có chú thích"),
                "who": who,
            }
        return said

    words = {photo[0]: str(_("Ảnh")) for photo in [*before, *after]}
    return _changes(told(before), told(after), words)


def _credits(before: list[Any], after: list[Any], names: dict[int, str]) -> list[Change]:
    def told(credits_: list[Any]) -> dict[tuple[int, str], str]:
        said = {}
        for person, role, share, quantity in credits_:
            amount = f" {share.rstrip('0').rstrip('.').replace('.', ',')} %" if share else ""
            amount += _(" %(count)d ảnh") % {"count": quantity} if quantity else ""
            said[person, role] = f"{Role(role).label}{amount}"
        return said

    words = {(credit[0], credit[1]): names.get(credit[0], "") for credit in [*before, *after]}
    return _changes(told(before), told(after), words)


def _attachments(before: list[Any], after: list[Any]) -> list[Change]:
    def told(files: list[Any]) -> dict[str, str]:
        return {
            where: " · ".join(filter(None, [caption or (where if "://" in where else ""), _seconds(seconds)]))
            or str(_("tệp"))
            for _kind, where, caption, seconds in files
        }

    words = {file[1]: str(AttachmentKind(file[0]).label) for file in [*before, *after]}
    return _changes(told(before), told(after), words)


def _seconds(seconds: int | None) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds else ""


def _facts(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Revisions of before facts were kept know none: nothing is said of them."""
    if not before or not after:
        return []
    told = [{name: _fact(name, facts.get(name, "")) for name in FACTS} for facts in (before, after)]
    return _changes(told[0], told[1], {name: str(label) for name, label in FACTS.items()})


def _fact(name: str, value: Any) -> str:
    if name == "origin":
        return str(Origin(value).label)
    if name == "language":
        return str(LANGUAGES.get(value, value))
    if name == "leader_activity":
        return str(_("có") if value else _("không"))
    if name == "event_on" and value:
        return "/".join(reversed(str(value).split("-")))
    return str(value)
