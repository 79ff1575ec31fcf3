"""The list of pieces: narrowed by everything that is known of one, searched without tone marks, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, F, Func, Max, Min, Q, QuerySet, Value

from contributors.access import holds, require
from contributors.actors import Actor
from contributors.likeness import syllables
from contributors.models import Contributor, Credit, Genre, Piece, Portal, Topic, Unit

PAGE = 50
LONG_SPAN = timedelta(days=400)
NEWEST = 10_000
MOST_WORDS = 12
LONGEST_WORD = 60  # the index has no longer ones that anybody looks for, and refuses very long ones
NO_ID = UUID(int=0)
STEPS = ("created", "submitted", "approved", "published")


@dataclass(frozen=True, slots=True)
class PieceFilter:
    """What the list is narrowed by. Empty: everything. Days are the portal's, both ends included.

    `q` are words, "…" a phrase; `contributor` whose it is or who is credited; `step` names the moment (created,
    submitted, approved, published) that `first` and `last` are about; `on_website`: whether an address is recorded.
    """

    q: str = ""
    state: Sequence[str] = ()
    genre: str = ""
    topic: str = ""
    unit: UUID | None = None
    contributor: UUID | None = None
    origin: str = ""
    language: str = ""
    step: str = "submitted"
    first: date | None = None
    last: date | None = None
    event_first: date | None = None
    event_last: date | None = None
    leader_activity: bool | None = None
    practice: bool | None = None
    on_website: bool | None = None
    for_other: bool | None = None


@dataclass(frozen=True, slots=True)
class PiecePage:
    """`after` is the id to go on from; None on the last page."""

    rows: list[Piece]
    after: int | None


class Finds(Func):
    """Whether the words that the database keeps of a piece (`butlang_words`) answer a question made by `question`.

    The column is the database's own (generated), so no model loads or writes it; its row is found through the key.
    """

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:  # noqa: ARG002
        key, asked = self.get_source_expressions()
        sql, values = compiler.compile(asked)
        alias = compiler.quote_name_unless_alias(key.alias)
        return f"{alias}.search_words @@ {sql}::tsquery", list(values)


def question(text: str) -> str:
    """What was typed as a question to the index: every word, those between quotation marks one after the other."""
    parts: list[str] = []
    for place, part in enumerate(text.replace("“", '"').replace("”", '"').split('"')):
        words = [f"'{word[:LONGEST_WORD]}'" for word in syllables(part)[:MOST_WORDS]]
        if words:
            parts.append(f"({' <-> '.join(words)})" if place % 2 else " & ".join(words))
    return " & ".join(parts)


def with_words(pieces: QuerySet[Piece], text: str) -> QuerySet[Piece]:
    """Those in whose title, text, place, source or document's details all the words stand.

    Signs alone are a question that nothing answers, never a longer list.
    """
    if not text.strip():
        return pieces
    asked = question(text)
    return pieces.filter(Finds(F("pk"), Value(asked))) if asked else pieces.none()


def pieces_seen_by(actor: Actor) -> QuerySet[Piece]:
    """The pieces of which `contributors.access.may_see` is true, as one question."""
    if holds(actor, "piece.see"):
        return Piece.objects.all()
    # A union lets each part use its own index; an OR over the same parts reads the whole portal.
    entered = Piece.objects.filter(created_by_id=actor.account_id).values("pk")
    if actor.contributor_id is None:
        return Piece.objects.filter(pk__in=entered)
    return Piece.objects.filter(pk__in=entered.union(pieces_of(actor.contributor_id)))


def pieces_of(contributor_id: int) -> Any:
    """Ids of the pieces that a contributor sent in or is credited in."""
    sent = Piece.objects.filter(contributor_id=contributor_id).values("pk")
    return sent.union(Credit.objects.filter(contributor_id=contributor_id).values("piece_id"))


def page_of_pieces(actor: Actor, wanted: PieceFilter, *, after: int | None = None, size: int = PAGE) -> PiecePage:
    """Newest first, for those who see all pieces. At most eleven queries, whatever the size."""
    require(actor, "piece.list")
    found = ids_of_page(narrowed(actor, wanted), after=after, size=size, searched=bool(wanted.q.strip()))
    rows = {piece.pk: piece for piece in _listed().filter(pk__in=found[:size])}
    return PiecePage([rows[pk] for pk in found[:size]], found[size - 1] if len(found) > size else None)


def ids_of_page(pieces: QuerySet[Piece], *, after: int | None, size: int, searched: bool) -> list[int]:
    """Ids of one page, newest first, and one more where the list goes on.

    The planner cannot know how rare a word is. A frequent one fills the page from the newest pieces, so those are
    looked through first; a word that does not is rare, and then the index of words is asked, in no order of its own.
    """
    if after is not None:
        pieces = pieces.filter(pk__lt=after)
    newest_first = pieces.order_by("-pk").values_list("pk", flat=True)
    if not searched:
        return list(newest_first[: size + 1])
    top = after or Piece.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    near = list(newest_first.filter(pk__gt=top - NEWEST)[: size + 1])
    if len(near) > size:
        return near
    return list(pieces.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)[: size + 1])


def _listed() -> QuerySet[Piece]:
    """Without the texts, which a list does not show."""
    return Piece.objects.select_related("genre", "topic", "unit", "contributor").defer("body")


def narrowed(actor: Actor, wanted: PieceFilter) -> QuerySet[Piece]:
    """The condition itself. Codes and ids become keys first, so that the database knows how many rows they mean."""
    pieces = with_words(pieces_seen_by(actor), wanted.q)
    for name, rows, given in (
        ("genre_id", Genre.objects.filter(code=wanted.genre), wanted.genre),
        ("topic_id", Topic.objects.filter(code=wanted.topic), wanted.topic),
        ("unit_id", Unit.objects.filter(public_id=wanted.unit or NO_ID), wanted.unit),
    ):
        if given:
            pieces = pieces.filter(**{name: key_of(rows)})
    if wanted.contributor:
        pieces = pieces.filter(pk__in=pieces_of(key_of(Contributor.objects.filter(public_id=wanted.contributor))))
    plain = {
        "state__in": list(wanted.state) or None,
        "origin": wanted.origin or None,
        "language": wanted.language or None,
        "leader_activity": wanted.leader_activity,
        "practice": wanted.practice,
        "published_url__isnull": None if wanted.on_website is None else not wanted.on_website,
        "event_on__gte": wanted.event_first,
        "event_on__lte": wanted.event_last,
    }
    pieces = pieces.filter(**{name: value for name, value in plain.items() if value is not None})
    if wanted.for_other is not None:
        pieces = of_others(pieces, for_other=wanted.for_other)
    return _dated(actor, pieces, wanted)


def of_others(pieces: QuerySet[Piece], *, for_other: bool) -> QuerySet[Piece]:
    """Entered by somebody else than the account of the person whose piece it is, or by that person."""
    own = Q(contributor__account_id=F("created_by_id"))
    return pieces.filter(Q(contributor__account_id__isnull=True) | ~own) if for_other else pieces.filter(own)


def key_of(rows: QuerySet[Any]) -> int:
    """The row's id; 0, which no row has, where there is none."""
    return rows.values_list("pk", flat=True).first() or 0


def within(pieces: QuerySet[Piece], step: str, since: datetime | None, until: datetime | None) -> QuerySet[Piece]:
    """Those whose step (created, submitted, approved, published) lies in `[since, until)`.

    A list is read from its newest id on, and the planner does not know that old days have old ids: for a time that lies
    back and is not long, the ids it spans are asked first, of the index alone.
    """
    span = {f"{step}_at__gte": since, f"{step}_at__lt": until}
    pieces = pieces.filter(**{name: moment for name, moment in span.items() if moment is not None})
    if since is None or until is None or until - since > LONG_SPAN:
        return pieces
    key = F("pk") + 0  # as an expression, or the planner would walk the keys after all
    ids = Piece.objects.filter(**span).aggregate(low=Min(key), high=Max(key))
    return pieces.filter(pk__gte=ids["low"], pk__lte=ids["high"]) if ids["high"] is not None else pieces.none()


def _dated(actor: Actor, pieces: QuerySet[Piece], wanted: PieceFilter) -> QuerySet[Piece]:
    step = wanted.step if wanted.step in STEPS else "submitted"
    if wanted.first or wanted.last:
        zone = ZoneInfo(Portal.objects.values_list("time_zone", flat=True).get(pk=actor.portal_id))
        since = datetime.combine(wanted.first, time.min, zone) if wanted.first else None
        until = datetime.combine(wanted.last + timedelta(days=1), time.min, zone) if wanted.last else None
        return within(pieces, step, since, until)
    return pieces
