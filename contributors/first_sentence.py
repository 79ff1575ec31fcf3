"""A first sentence out of three answers, for those who do not know how to begin. Pure."""

from __future__ import annotations

from contributors.names import plain_text

LONGEST_TITLE = 120
ENDS = ".!?…"


def first_sentence(*, what: str, where: str, who: str) -> str:
    """Who did what, where: "Bà con ấp Mẫu ra quân dọn đường, tại tuyến đường số 3." Empty answers are left out."""
    what, where, who = (plain_text(part).strip().rstrip(ENDS + " ") for part in (what, where, who))
    said = " ".join(part for part in (who, _lowered(what) if who else what) if part)
    if where:
        said = f"{said}, tại {_without_at(where)}" if said else where
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def title_of(sentence: str) -> str:
    """The same as a heading: without the full stop, at most 120 letters, no word cut."""
    heading = sentence.rstrip(ENDS)
    if len(heading) <= LONGEST_TITLE:
        return heading
    return heading[:LONGEST_TITLE].rpartition(" ")[0].rstrip(",")


def _lowered(what: str) -> str:
    """The answer began a line of its own; a name keeps its capitals."""
    first, _, rest = what.partition(" ")
    return what if rest[:1].isupper() or first.isupper() else what[:1].lower() + what[1:]


def _without_at(where: str) -> str:
    for word in ("tại ", "ở "):
        if where.lower().startswith(word):
            return where[len(word) :]
    return where
