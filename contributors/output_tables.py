"""What went up in a period by month, unit, genre and author, silence included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from contributors import clock
from contributors.models import (
    AUTHOR_LIKE,
    CountsAs,
    Credit,
    CreditState,
    Photo,
    Piece,
    Portal,
    Role,
    Unit,
    UnitKind,
)
from contributors.output import published_between
from contributors.past_counts import past_counts
from contributors.timeliness import Measure, StepTaken

MOST_MONTHS = 24
QUARTER = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A month or, in long periods, a quarter or a year: `[first, until)`, not beyond the period nor today."""

    first: date
    months: int

    @property
    def label(self) -> str:
        """Short, for the foot of a chart: `T6/24`, `Q2/24`, `2024`."""
        if self.months == 1:
            return f"T{self.first.month}/{self.first:%y}"
        if self.months == QUARTER:
            return f"Q{(self.first.month + 2) // QUARTER}/{self.first:%y}"
        return str(self.first.year)


@dataclass(frozen=True, slots=True)
class Row:
    """`counts` are pieces by span, in the order of the table's spans."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class MonthTable:
    """What went up: pieces of any genre but documents, photos, documents."""

    spans: tuple[Span, ...]
    news: tuple[int, ...]
    photos: tuple[int, ...]
    documents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A genre with its pieces, or an author with pieces and photos."""

    name: str
    pieces: int
    photos: int = 0


def spans_of(portal: Portal, period_from: date, period_until: date) -> tuple[Span, ...]:
    """Months of a period as far as they have begun; quarters or years where there would be more than 24."""
    end = min(period_until, clock.today(portal.time_zone) + timedelta(days=1))
    months = max(0, (end.year - period_from.year) * 12 + end.month - period_from.month + (end.day > 1))
    size = 1 if months <= MOST_MONTHS else QUARTER if months <= MOST_MONTHS * QUARTER else 12
    return tuple(_steps(period_from, end, size))


def _steps(period_from: date, end: date, size: int) -> Iterator[Span]:
    month = (period_from.month - 1) // size * size
    first = date(period_from.year, month + 1, 1)
    while first < end:
        yield Span(first, size)
        ahead = first.month - 1 + size
        first = date(first.year + ahead // 12, ahead % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Output:
    """Three views of the same pieces.

    `units` holds every unit that existed in the period, silent ones included, by name; pieces of no unit come last
    under an empty name. An old commune that only holds others is left out. `genres` include documents, most first.
    """

    months: MonthTable
    units: tuple[Row, ...]
    genres: tuple[Share, ...]


def output_of(portal: Portal, period_from: date, period_until: date) -> Output:
    """What went up in `[period_from, period_until)` by month, unit and genre, old books included. Four queries."""
    spans = spans_of(portal, period_from, period_until)
    zone = ZoneInfo(portal.time_zone)
    published = published_between(portal, period_from, period_until).order_by()
    counted = published.values_list(
        TruncMonth("published_at", tzinfo=zone), "unit_id", "genre__name", "genre__counts_as"
    ).annotate(count=Count("pk"))
    news: dict[date, int] = defaultdict(int)
    documents: dict[date, int] = defaultdict(int)
    genres: dict[str, int] = defaultdict(int)
    units: dict[int | None, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for month, unit, genre, counts_as, count in counted:
        day = month.date()
        genres[genre] += count
        if counts_as == CountsAs.DOCUMENT:
            documents[day] += count
        else:
            news[day] += count
            units[unit][day] += count
    photos = {
        month.date(): count
        for month, count in Photo.objects.filter(piece__in=published.values("pk"), removed_at__isnull=True)
        .order_by()
        .values_list(TruncMonth("piece__published_at", tzinfo=zone))
        .annotate(count=Count("pk"))
    }
    photos = defaultdict(int, photos)
    of_figure = {"news": news, "photos": photos, "documents": documents}
    for each in past_counts(period_from, period_until):
        of_figure[each.figure][each.month] += each.count
        if each.figure != "photos":
            genres[each.genre] += each.count
        if each.figure == "news":
            units[each.unit_id][each.month] += each.count
    return Output(
        months=MonthTable(spans, *(_by_span(spans, each) for each in (news, photos, documents))),
        units=tuple(_unit_rows(units, spans, period_from, period_until)),
        genres=tuple(Share(name, count) for name, count in sorted(genres.items(), key=lambda row: (-row[1], row[0]))),
    )


def _unit_rows(
    counts: Mapping[int | None, Mapping[date, int]], spans: tuple[Span, ...], period_from: date, period_until: date
) -> Iterator[Row]:
    there = Q(opened__lt=period_until) & (Q(closed__isnull=True) | Q(closed__gt=period_from))
    units = Unit.objects.filter((there & ~Q(kind=UnitKind.COMMUNE)) | Q(pk__in=[pk for pk in counts if pk is not None]))
    for pk, name in units.order_by("sort_key", "pk").values_list("pk", "name"):
        yield Row(name, _by_span(spans, counts.get(pk, {})))
    if None in counts:
        yield Row("", _by_span(spans, counts[None]))


def _by_span(spans: tuple[Span, ...], months: Mapping[date, int]) -> tuple[int, ...]:
    edges = [*[span.first for span in spans[1:]], date.max]
    return tuple(
        sum(count for day, count in months.items() if span.first <= day < edge)
        for span, edge in zip(spans, edges, strict=True)
    )


def kept_by_span(steps: Iterable[StepTaken], spans: tuple[Span, ...], zone: ZoneInfo) -> tuple[Measure, ...]:
    """Promises kept by the span in which the step ended. No query."""
    kept: dict[date, int] = defaultdict(int)
    ended: dict[date, int] = defaultdict(int)
    for step in steps:
        month = step.until.astimezone(zone).date().replace(day=1)
        ended[month] += 1
        kept[month] += step.kept
    pairs = zip(_by_span(spans, kept), _by_span(spans, ended), strict=True)
    return tuple(Measure(good, whole) for good, whole in pairs)


def by_author(portal: Portal, period_from: date, period_until: date, *, most: int) -> tuple[list[Share], int]:
    """The `most` people who made most of what went up, and how many there are; a shared piece counts for each of them.

    Disputed parts are left out. One query.
    """
    made = Q(role__in=AUTHOR_LIKE)
    parts = (
        Credit.objects.filter(
            made | Q(role=Role.PHOTOGRAPHER), piece__in=_news(portal, period_from, period_until).values("pk")
        )
        .exclude(state=CreditState.DISPUTED)
        .order_by()
        .values(
            who=Coalesce("contributor__merged_into_id", "contributor_id"),
            name=Coalesce("contributor__merged_into__full_name", "contributor__full_name"),
            key=Coalesce("contributor__merged_into__sort_key", "contributor__sort_key"),
        )
        .annotate(pieces=Count("piece", filter=made, distinct=True), photos=Sum("quantity", filter=~made))
    )
    rows = list(parts.order_by("-pieces", F("photos").desc(nulls_last=True), "key", "who"))
    return [Share(row["name"], row["pieces"], row["photos"] or 0) for row in rows[:most]], len(rows)


def _news(portal: Portal, period_from: date, period_until: date) -> QuerySet[Piece]:
    return published_between(portal, period_from, period_until).exclude(genre__counts_as=CountsAs.DOCUMENT).order_by()
