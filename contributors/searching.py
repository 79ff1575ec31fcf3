"""One field over the ground floor: pieces, people, units and calls by words without tone marks.

Each kind is asked only of those who may see it, with the very questions behind the lists. Doors use
`payments.searching`, which adds what the upper floor has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contributors.access import holds
from contributors.actors import Actor
from contributors.calls import calls_open_to
from contributors.directory import PeopleFilter, people_of
from contributors.finding import PieceFilter, ids_of_page, narrowed, with_words
from contributors.likeness import syllables
from contributors.models import Assignment, Credit, Piece, Unit
from contributors.names import search_key

FEWEST_SIGNS = 2
LONGEST = 200
SHOWN = 5  # of a kind; the rest is one link away, on the kind's own list
COUNTED_UP_TO = 100
NEWEST_CALLS = 1000
RECEIPT = re.compile(r"[A-Z]{2,4}-[0-9A-Z]{8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its public id, what it is called, and a line that tells it from others of that name."""

    id: UUID
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a kind. `count` stops at 100, `more` says so; at most five are shown."""

    kind: str
    count: int
    hits: list[Hit]
    more: bool = False


def asked_words(text: str) -> str:
    """What was typed, without idle space; "" where it is too short to look for."""
    words = " ".join(text[:LONGEST].split())
    return words if len(words) >= FEWEST_SIGNS and syllables(words) else ""


def ground_found(actor: Actor, words: str) -> Iterator[Found]:
    """Kinds in which something was found. A fixed number of queries, whatever there is."""
    yield from _kept(_pieces(actor, words))
    if holds(actor, "contributor.see"):
        yield from _kept(_people(actor, words))
        yield from _kept(_units(words))
    yield from _kept(_calls(actor, words))


def counted(kind: str, ids: Sequence[Any], hits: list[Hit]) -> Found:
    return Found(kind, min(len(ids), COUNTED_UP_TO), hits, more=len(ids) > COUNTED_UP_TO)


def holds_words(text: str, asked: Sequence[str]) -> bool:
    """Whether every asked syllable begins a syllable of the text."""
    there = syllables(text)
    return all(any(word.startswith(each) for word in there) for each in asked)


def _kept(found: Found) -> Iterator[Found]:
    if found.count:
        yield found


def _pieces(actor: Actor, words: str) -> Found:
    """All of the portal for those who list it; for others their own and those they have a part in."""
    receipt = RECEIPT.fullmatch(words) is not None
    if holds(actor, "piece.list"):
        pieces = narrowed(actor, PieceFilter() if receipt else PieceFilter(q=words))
    else:
        person = actor.contributor_id or 0
        own = Piece.objects.filter(contributor_id=person).values("pk")
        own = own.union(Credit.objects.filter(contributor_id=person).values("piece_id"))
        pieces = Piece.objects.filter(pk__in=own)
        pieces = pieces if receipt else with_words(pieces, words)
    if receipt:
        pieces = pieces.filter(receipt_number=words.upper())
    ids = ids_of_page(pieces, after=None, size=COUNTED_UP_TO, searched=not receipt)
    rows = Piece.objects.select_related("contributor", "unit").defer("body").in_bulk(ids[:SHOWN])
    hits = [
        Hit(rows[pk].public_id, rows[pk].title, f"{rows[pk].get_state_display()} · {rows[pk].contributor.full_name}")
        for pk in ids[:SHOWN]
    ]
    return counted("pieces", ids, hits)


def _people(actor: Actor, words: str) -> Found:
    page = people_of(actor, PeopleFilter(q=words), size=SHOWN)
    total = page.total or 0
    hits = [
        Hit(row.public_id, row.full_name, " · ".join(part for part in (row.unit, row.state_label) if part))
        for row in page.rows
    ]
    return Found("people", min(total, COUNTED_UP_TO), hits, more=total > COUNTED_UP_TO)


def _units(words: str) -> Found:
    """All units of a portal are few enough to be read."""
    asked = search_key(words)
    rows = Unit.objects.order_by("closed", "sort_key", "pk").select_related("parent")
    found = [unit for unit in rows if asked in search_key(unit.name)]
    hits = [
        Hit(unit.public_id, unit.name, " · ".join(filter(None, [str(unit.get_kind_display()), _within(unit)])))
        for unit in found[:SHOWN]
    ]
    return counted("units", found, hits)


def _within(unit: Unit) -> str:
    return unit.parent.name if unit.parent else ""


def _calls(actor: Actor, words: str) -> Found:
    """The board's newest thousand; for others those that they can take."""
    rows = Assignment.objects.order_by("-pk") if holds(actor, "call.write") else calls_open_to(actor)
    asked = syllables(words)
    read = rows.values_list("public_id", "title", "place")[:NEWEST_CALLS]
    found = [row for row in read if holds_words(f"{row[1]} {row[2]}", asked)]
    return counted("calls", found, [Hit(*row) for row in found[:SHOWN]])
