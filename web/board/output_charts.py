"""The charts of a period, each with the table that stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from contributors.actors import Actor
from contributors.charts import BarChart, LineChart, bar_chart, percent_line, small_multiples
from contributors.models import Portal
from contributors.output_cuts import Counts, Cut, Maker, makers
from contributors.output_tables import Row, Share, kept_by_span, output_of
from contributors.timeliness import Measure, Timeliness, timeliness

MOST_AUTHORS = 12
SILENT = 2  # one quiet month is no silence


@dataclass(frozen=True, slots=True)
class UnitChart:
    """One unit among others; `silent_from` names the month since which nothing came, empty while something does."""

    name: str
    chart: BarChart
    total: int
    silent_from: str


@dataclass(frozen=True, slots=True)
class Promises:
    title: str
    whole: Measure
    chart: LineChart
    rows: tuple[tuple[str, Measure], ...]


@dataclass(frozen=True, slots=True)
class OutputCharts:
    """`months` are the three bar charts; `silent` counts the units from which nothing came at all."""

    months: tuple[tuple[str, BarChart], ...]
    rows: tuple[tuple[str, int, int, int], ...]
    counts: Counts
    units: tuple[UnitChart, ...]
    unit_rows: tuple[Row, ...]
    labels: tuple[str, ...]
    silent: int
    genres: tuple[Share, ...]
    authors: tuple[Maker, ...]
    people: int
    kept: Timeliness
    promises: tuple[Promises, ...]

    @property
    def promise_rows(self) -> tuple[tuple[str, tuple[Measure, ...]], ...]:
        return tuple(
            (label, tuple(each.rows[place][1] for each in self.promises)) for place, label in enumerate(self.labels)
        )


def output_charts(*, actor: Actor, portal: Portal, period_from: date, period_until: date) -> OutputCharts:
    output = output_of(portal, period_from, period_until, with_topics=False)
    table = output.months
    labels = tuple(span.label for span in table.spans)
    made = makers(portal, period_from, period_until, Cut(), counts=output.counts)
    kept = timeliness(actor=actor, portal=portal, period_from=period_from, period_until=period_until)
    zone = ZoneInfo(portal.time_zone)

    def bars(counts: Sequence[int]) -> BarChart:
        return bar_chart(list(zip(labels, counts, strict=True)))

    def promises(title: str, what: str, whole: Measure) -> Promises:
        found = kept_by_span((step for step in kept.steps if step.what == what), table.spans, zone)
        rows = tuple(zip(labels, found, strict=True))
        return Promises(title, whole, percent_line([(label, each.percent) for label, each in rows]), rows)

    return OutputCharts(
        months=(
            (_("Tin, bài"), bars(table.news)),
            (_("Ảnh"), bars(table.photos)),
            (_("Văn bản"), bars(table.documents)),
        ),
        rows=tuple(zip(labels, table.news, table.photos, table.documents, strict=True)),
        counts=output.counts,
        units=unit_charts(output.units, labels),
        unit_rows=output.units,
        labels=labels,
        silent=sum(row.total == 0 for row in output.units),
        genres=output.genres,
        authors=made.people[:MOST_AUTHORS],
        people=len(made.people),
        kept=kept,
        promises=(
            promises(_("Trả lời tác giả đúng hạn"), "review", kept.review),
            promises(_("Đăng đúng hạn"), "publish", kept.posting),
        ),
    )


def unit_charts(units: Sequence[Row], labels: Sequence[str]) -> tuple[UnitChart, ...]:
    charts = small_multiples([list(zip(labels, row.counts, strict=True)) for row in units])
    return tuple(
        UnitChart(row.name, chart, row.total, labels[-chart.silent_at_end] if chart.silent_at_end >= SILENT else "")
        for row, chart in zip(units, charts, strict=True)
    )
