"""What went up in a period by month, unit, genre and topic, silence included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from contributors import clock
from contributors.models import Portal, Topic, Unit, UnitKind
from contributors.output import Figures, people_there
from contributors.output_cuts import Counted, Counts, Cut, count, heirs
from contributors.publication_lags import whole_lag
from contributors.timeliness import Measure, StepTaken

MOST_MONTHS = 24
QUARTER = 3
WHOLE = Cut()


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
    """A genre or a topic with its pieces and photos."""

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
    """Views of the same pieces, with the counts that they are made of.

    `units` holds every unit that existed in the period, silent ones included, by name; pieces of no unit come last
    under an empty name. An old commune that only holds others is left out. `genres` and `topics` include documents,
    most first; pieces of no topic last under an empty name.
    """

    months: MonthTable
    units: tuple[Row, ...]
    genres: tuple[Share, ...]
    topics: tuple[Share, ...]
    counts: Counts


def output_of(
    portal: Portal, period_from: date, period_until: date, cut: Cut = WHOLE, *, with_topics: bool = True
) -> Output:
    """What went up in `[period_from, period_until)` by month, unit, genre and topic, old books included.

    Five queries, one more for topics, two more for successors.
    """
    spans = spans_of(portal, period_from, period_until)
    counts = count(portal, period_from, period_until, cut)
    months: dict[date, Counted] = defaultdict(Counted)
    units: dict[int | None, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for (month, unit), counted in counts.months.items():
        months[month] += counted
        if counted.news:
            units[unit][month] += counted.news
    table = MonthTable(
        spans,
        *(
            _by_span(spans, {month: getattr(each, name) for month, each in months.items()})
            for name in ("news", "photos", "documents")
        ),
    )
    topics = counts.topics if with_topics else {}
    titles = dict(Topic.objects.filter(pk__in=[pk for pk in topics if pk is not None]).values_list("pk", "name"))
    return Output(
        months=table,
        units=tuple(_unit_rows(units, spans, (period_from, period_until), cut)),
        genres=_most_first(
            Share(counts.names[pk], each.news + each.documents, each.photos) for pk, each in counts.genres.items()
        ),
        topics=_most_first(
            Share(titles[pk] if pk is not None else "", each.news + each.documents, each.photos)
            for pk, each in topics.items()
        ),
        counts=counts,
    )


def figures_of(portal: Portal, period_until: date, counts: Counts) -> Figures:
    """The figures of a period that is counted already. One query."""
    total, within = counts.total, whole_lag(counts.lags, portal.promise_days).within
    registered, board = people_there(period_until)
    return Figures(
        news=total.news,
        photos=total.photos,
        documents=total.documents,
        contributors_registered=registered,
        board=board,
        late=within.total - within.kept,
        from_books=counts.books_total,
    )


def _most_first(shares: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda row: (not row.name, -row.pieces, row.name)))


def _unit_rows(
    counts: Mapping[int | None, Mapping[date, int]],
    spans: tuple[Span, ...],
    period: tuple[date, date],
    cut: Cut,
) -> Iterator[Row]:
    there = Q(opened__lt=period[1]) & (Q(closed__isnull=True) | Q(closed__gt=period[0]))
    asked = there & ~Q(kind=UnitKind.COMMUNE) if cut.unit_id is None else Q(pk=cut.unit_id)
    goes_on = heirs() if cut.successors else {}
    rows = Unit.objects.filter(asked | Q(pk__in=[pk for pk in counts if pk is not None]))
    if goes_on:
        rows = Unit.objects.filter(pk__in={goes_on.get(pk, pk) for pk in rows.values_list("pk", flat=True)})
    for pk, name in rows.order_by("sort_key", "pk").values_list("pk", "name"):
        yield Row(name, _by_span(spans, counts.get(pk, {})))
    if None in counts:
        yield Row("", _by_span(spans, counts[None]))


def _by_span(spans: tuple[Span, ...], months: Mapping[date, int]) -> tuple[int, ...]:
    edges = [*[span.first for span in spans[1:]], date.max][: len(spans)]  # none where the period is yet to come
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
