"""What went up in a period, counted every way from the same rows, so that no two cuts can disagree.

A question has one definition of its rows (`pieces_of`); every table is a grouping of them made by PostgreSQL. Totals
count a piece once, however many made it. Where people are told apart, a piece is divided among its authors by their
shares, so that people and pieces add up to the same number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from contributors.merging import through_merges
from contributors.models import (
    AUTHOR_LIKE,
    MAKERS,
    Contributor,
    CountsAs,
    Credit,
    CreditState,
    Genre,
    PastWork,
    Piece,
    Portal,
    Role,
    UnitSuccession,
)
from contributors.output import published_between


@dataclass(frozen=True, slots=True)
class Cut:
    """Which pieces are counted, by the ids of rows; None and "" ask for all.

    `contributor_id`: pieces that the person made (author-like or photographer), or has a part in as `role` where one is
    given; rows merged into the person are the person. Disputed parts count for nobody. `successors` False: units as
    they were named when a piece was sent in; True: each by the unit in which it goes on today, and `unit_id` likewise.
    """

    unit_id: int | None = None
    genre_id: int | None = None
    topic_id: int | None = None
    contributor_id: int | None = None
    role: str = ""
    successors: bool = False

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not (self.unit_id or self.genre_id or self.topic_id or self.contributor_id or self.role)


@dataclass(frozen=True, slots=True)
class Counted:
    """`news` are pieces of any genre but documents; `photos` those of all."""

    news: int = 0
    photos: int = 0
    documents: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.news + other.news, self.photos + other.photos, self.documents + other.documents)


@dataclass(frozen=True, slots=True)
class Counts:
    """One count, grouped; months by their first day, units, genres and topics by id (None: of none).

    `documents` are the genres that count as documents. `lags` counts news by (month, leaders' activity, days from the
    event until it was up; None without an event's day). Works of old books are in all of these but `lags`; `books` has
    them once more by genre, `books_made` by person. `names` (by id) and `codes` are of all genres.
    """

    months: Mapping[tuple[date, int | None], Counted]
    genres: Mapping[int, Counted]
    topics: Mapping[int | None, Counted]
    lags: Mapping[tuple[date, bool, int | None], int]
    documents: tuple[int, ...]
    books: Mapping[int, Counted]
    books_made: Mapping[int, Counted]
    names: Mapping[int, str]
    codes: Mapping[str, str]

    @property
    def books_total(self) -> int:
        """Works of old books among them all."""
        return sum(each.news + each.photos + each.documents for each in self.books.values())

    @property
    def news_up(self) -> int:
        """News that are pieces: without what stands in old books alone."""
        return self.total.news - sum(each.news for each in self.books.values())

    @property
    def total(self) -> Counted:
        return sum(self.months.values(), Counted())


@dataclass(frozen=True, slots=True)
class Maker:
    """A person and what they made: `pieces` in which they are an author, `share` of those that is theirs, `photos`."""

    contributor_id: int
    public_id: str
    name: str
    pieces: int
    share: Fraction
    photos: int


@dataclass(frozen=True, slots=True)
class Makers:
    """Most first. The shares of all and `nobody` (pieces without an author's part) add up to the pieces counted."""

    people: tuple[Maker, ...]
    nobody: Fraction


@dataclass(frozen=True, slots=True)
class RoleCount:
    """Pieces in which somebody has a part as `role`, and how many people that were."""

    role: str
    pieces: int
    people: int


def heirs() -> dict[int, int]:
    """The unit in which each goes on today, through every step; those that go on nowhere are not in it. One query."""
    steps: dict[int, int] = {}
    for old, new in UnitSuccession.objects.order_by("on", "pk").values_list("from_unit_id", "to_unit_id"):
        steps.setdefault(old, new)
    found = {}
    for unit in steps:
        seen, last = {unit}, unit
        while last in steps and steps[last] not in seen:
            last = steps[last]
            seen.add(last)
        found[unit] = last
    return found


def pieces_of(portal: Portal, period_from: date, period_until: date, cut: Cut) -> QuerySet[Piece]:
    """The pieces up that went up in `[period_from, period_until)`, documents too; `day` is annotated. No order."""
    pieces = published_between(portal, period_from, period_until).order_by()
    if cut.unit_id is not None:
        pieces = pieces.filter(unit_id__in=_units(cut.unit_id, successors=cut.successors))
    if cut.genre_id is not None:
        pieces = pieces.filter(genre_id=cut.genre_id)
    if cut.topic_id is not None:
        pieces = pieces.filter(topic_id=cut.topic_id)
    if cut.contributor_id is not None or cut.role:
        whom = Q() if cut.contributor_id is None else through_merges(cut.contributor_id)
        roles = [cut.role] if cut.role else list(MAKERS)
        parts = Credit.objects.filter(whom, role__in=roles).exclude(state=CreditState.DISPUTED)
        pieces = pieces.filter(pk__in=parts.values("piece_id"))
    return pieces


def _units(unit_id: int, *, successors: bool) -> list[int]:
    if not successors:
        return [unit_id]
    goes_on = heirs()
    heir = goes_on.get(unit_id, unit_id)
    return [heir, *sorted(unit for unit, last in goes_on.items() if last == heir)]


def count(portal: Portal, period_from: date, period_until: date, cut: Cut) -> Counts:
    """Four queries, up to two more where a unit is asked for by its successor; none of them grows with the pieces."""
    counted, params = _counted(portal, period_from, period_until, cut)
    sums = _Sums(heirs() if cut.successors else {})
    lags: dict[tuple[date, bool, int | None], int] = {}
    rows = list(Genre.objects.order_by("pk").values_list("pk", "name", "code", "counts_as"))
    documents = [pk for pk, _name, _code, counts_as in rows if counts_as == CountsAs.DOCUMENT]
    for *row, leaders, lag, news, papers in _ask(f"{counted} {GROUPED}", [*params, documents]):
        if row[0] != BY_LAG:
            sums.add(row, Counted(news, 0, papers))
        elif news:
            lags[row[1], leaders, lag] = news
    for *row, photos in _ask(f"{counted} {PHOTOS}", [*params, portal.pk]):
        sums.add(row, Counted(photos=photos))
    books: dict[int, Counted] = defaultdict(Counted)
    books_made: dict[int, Counted] = defaultdict(Counted)
    whose = Coalesce("contributor__merged_into_id", "contributor_id")
    for month, unit, genre, counts_as, person, works in (
        _past_works(period_from, period_until, cut)
        .values_list("month", "unit_id", "genre_id", "genre__counts_as", whose)
        .annotate(works=Sum("quantity"))
    ):
        of_books = _as_figure(counts_as, works)
        books[genre] += of_books
        books_made[person] += of_books
        for which in (BY_MONTH_AND_UNIT, BY_GENRE, BY_TOPIC):
            sums.add((which, month, unit, genre, None), of_books)
    return Counts(
        dict(sums.months),
        dict(sums.genres),
        dict(sums.topics),
        lags,
        tuple(documents),
        dict(books),
        dict(books_made),
        {pk: name for pk, name, _code, _counts_as in rows},
        {code: name for _pk, name, code, _counts_as in rows},
    )


def _past_works(period_from: date, period_until: date, cut: Cut) -> QuerySet[PastWork]:
    """Of the months that begin in the period; a book names one author and no topic."""
    works = PastWork.objects.filter(month__gte=period_from, month__lt=period_until).order_by()
    if cut.topic_id is not None or cut.role not in {"", Role.AUTHOR}:
        return works.none()
    if cut.unit_id is not None:
        works = works.filter(unit_id__in=_units(cut.unit_id, successors=cut.successors))
    if cut.genre_id is not None:
        works = works.filter(genre_id=cut.genre_id)
    if cut.contributor_id is not None:
        works = works.filter(through_merges(cut.contributor_id))
    return works


def _as_figure(counts_as: str, works: int) -> Counted:
    if counts_as == CountsAs.DOCUMENT:
        return Counted(documents=works)
    return Counted(photos=works) if counts_as == CountsAs.PHOTO else Counted(news=works)


class _Sums:
    def __init__(self, goes_on: Mapping[int, int]) -> None:
        self.goes_on = goes_on
        self.months: dict[tuple[date, int | None], Counted] = defaultdict(Counted)
        self.genres: dict[int, Counted] = defaultdict(Counted)
        self.topics: dict[int | None, Counted] = defaultdict(Counted)

    def add(self, row: Sequence[Any], counted: Counted) -> None:
        """`row`: which columns are rolled up, month, unit, genre, topic."""
        which, month, unit, genre, topic = row
        if which == BY_MONTH_AND_UNIT:
            self.months[month, self.goes_on.get(unit, unit)] += counted
        elif which == BY_GENRE:
            self.genres[genre] += counted
        else:
            self.topics[topic] += counted


def makers(portal: Portal, period_from: date, period_until: date, cut: Cut, *, counts: Counts) -> Makers:
    """Who made the news of a cut, of which `count` found `counts`. Three queries."""
    counted, params = _counted(portal, period_from, period_until, cut)
    documents = [*counts.documents]
    authors = [str(role) for role in AUTHOR_LIKE]
    share: dict[int, Fraction] = defaultdict(Fraction)
    made: dict[int, int] = defaultdict(int)
    for person, part, whole, parts, known, times, distinct in _ask(
        f"{counted} {SHARES}", [*params, portal.pk, authors, documents]
    ):
        each = Fraction(part) / Fraction(whole) if known == parts else Fraction(1, parts)
        share[person] += times * each
        made[person] += distinct
    photos = defaultdict(int, _ask(f"{counted} {TAKEN}", [*params, portal.pk, documents]))
    for person, of_books in counts.books_made.items():
        share[person] += of_books.news
        made[person] += of_books.news
        photos[person] += of_books.photos
    everybody = {pk for pk in (*made, *photos) if made[pk] or photos[pk]}
    rows = Contributor.objects.filter(pk__in=everybody).values_list("pk", "public_id", "full_name", "sort_key")
    named = {pk: (str(public_id), name, key) for pk, public_id, name, key in rows}
    order = sorted(everybody, key=lambda pk: (-made[pk], -share[pk], -photos[pk], named[pk][2], pk))
    return Makers(
        people=tuple(Maker(pk, *named[pk][:2], made[pk], share[pk], photos[pk]) for pk in order),
        nobody=counts.total.news - sum(share.values(), Fraction()),
    )


def by_role(portal: Portal, period_from: date, period_until: date, cut: Cut) -> tuple[RoleCount, ...]:
    """Every role that somebody has in the pieces of a cut, documents too. They do not add up: pieces have several."""
    counted, params = _counted(portal, period_from, period_until, cut)
    found = {role: (pieces, people) for role, pieces, people in _ask(f"{counted} {ROLES}", [*params, portal.pk])}
    return tuple(RoleCount(role.value, *found[role]) for role in Role if role in found)


def _counted(portal: Portal, period_from: date, period_until: date, cut: Cut) -> tuple[str, tuple[Any, ...]]:
    rows = pieces_of(portal, period_from, period_until, cut)
    sql, params = rows.values_list(  # type: ignore[misc]  # "day" is annotated
        "pk", "day", "unit_id", "genre_id", "topic_id", "leader_activity", "event_on"
    ).query.sql_with_params()
    return f"WITH counted (piece, day, unit, genre, topic, leaders, event_on) AS ({sql})", params


def _ask(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


# Bits of GROUPING(): 1 where a column is rolled up.
BY_MONTH_AND_UNIT, BY_GENRE, BY_TOPIC, BY_LAG = 0b0011, 0b1101, 0b1110, 0b0111
GROUPED = """
SELECT grouping(month, unit, genre, topic) AS which, month, unit, genre, topic, leaders, lag,
       count(*) FILTER (WHERE NOT document), count(*) FILTER (WHERE document)
  FROM (SELECT date_trunc('month', day)::date AS month, unit, genre, topic, leaders, day - event_on AS lag,
               genre = ANY(%s) AS document FROM counted) each
 GROUP BY GROUPING SETS ((month, unit), (genre), (topic), (month, leaders, lag))
"""
PHOTOS = """
SELECT grouping(month, unit, genre, topic) AS which, month, unit, genre, topic, count(*)
  FROM (SELECT date_trunc('month', day)::date AS month, unit, genre, topic FROM counted
          JOIN contributors_photo f ON f.piece_id = piece AND f.portal_id = %s AND f.removed_at IS NULL) each
 GROUP BY GROUPING SETS ((month, unit), (genre), (topic))
"""
# Parts of one size in pieces of one kind are one row: as many as there are people and ways to share, not pieces.
SHARES = """
SELECT who, share, whole, parts, known, count(*), count(*) FILTER (WHERE nth = 1)
  FROM (SELECT coalesce(p.merged_into_id, p.id) AS who, c.share,
               sum(c.share) OVER one_piece AS whole, count(*) OVER one_piece AS parts,
               count(c.share) OVER one_piece AS known,
               row_number() OVER (PARTITION BY c.piece_id, coalesce(p.merged_into_id, p.id)) AS nth
          FROM counted
          JOIN contributors_credit c ON c.piece_id = piece AND c.portal_id = %s
          JOIN contributors_contributor p ON p.id = c.contributor_id
         WHERE c.role = ANY(%s) AND c.state <> 'disputed' AND genre <> ALL(%s)
        WINDOW one_piece AS (PARTITION BY c.piece_id)) each
 GROUP BY who, share, whole, parts, known
"""
TAKEN = """
SELECT coalesce(p.merged_into_id, p.id), sum(coalesce(c.quantity, 0))::bigint
  FROM counted
  JOIN contributors_credit c ON c.piece_id = piece AND c.portal_id = %s
  JOIN contributors_contributor p ON p.id = c.contributor_id
 WHERE c.role = 'photographer' AND c.state <> 'disputed' AND genre <> ALL(%s)
 GROUP BY 1
"""
ROLES = """
SELECT c.role, count(DISTINCT piece), count(DISTINCT coalesce(p.merged_into_id, p.id))
  FROM counted
  JOIN contributors_credit c ON c.piece_id = piece AND c.portal_id = %s
  JOIN contributors_contributor p ON p.id = c.contributor_id
 WHERE c.state <> 'disputed'
 GROUP BY c.role
"""
