"""What old books add to the figures: works of the past by month, portal, unit and genre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from contributors.models import CountsAs, PastWork


@dataclass(frozen=True, slots=True)
class PastCount:
    """`count` works of one genre and unit in a month; `counts_as` says of which figure they are part."""

    portal_id: int
    month: date
    unit_id: int | None
    genre: str
    counts_as: str
    count: int

    @property
    def figure(self) -> str:
        """Part of `news`, `photos` or `documents`: a line of photos is photos, as books keep them."""
        return {CountsAs.DOCUMENT: "documents", CountsAs.PHOTO: "photos"}.get(CountsAs(self.counts_as), "news")


def past_counts(period_from: date, period_until: date) -> list[PastCount]:
    """Of the months that begin in `[period_from, period_until)`, in the portals of the scope. One query."""
    rows = (
        PastWork.objects.filter(month__gte=period_from, month__lt=period_until)
        .order_by()
        .values_list("portal_id", "month", "unit_id", "genre__name", "genre__counts_as")
        .annotate(count=Sum("quantity"))
    )
    return [PastCount(*row) for row in rows]


def past_figure(counts: Sequence[PastCount], figure: str) -> int:
    return sum(each.count for each in counts if each.figure == figure)
