"""Figures of many portals in one reading: numbers alone, nobody's name. Each is what the portal itself shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from contributors.actors import in_force
from contributors.models import (
    Contributor,
    ContributorState,
    CountsAs,
    Membership,
    Photo,
    Portal,
    Seat,
    Unit,
    UnitKind,
)
from contributors.output import published_in
from contributors.past_counts import PastCount, past_counts
from contributors.scopes import portals_scope


@dataclass(frozen=True, slots=True)
class PortalFigures:
    """Counts of one portal as in `output.Figures`; `units` existed in the period, `silent` of them sent nothing."""

    news: int = 0
    photos: int = 0
    documents: int = 0
    late: int = 0
    contributors: int = 0
    units: int = 0
    silent: int = 0

    def __add__(self, other: PortalFigures) -> PortalFigures:
        return PortalFigures(*(getattr(self, name) + getattr(other, name) for name in FIGURES))

    @property
    def empty(self) -> bool:
        """Nothing went up."""
        return not (self.news or self.photos or self.documents)


FIGURES = tuple(field.name for field in fields(PortalFigures))


def figures_of_portals(portals: Sequence[Portal], period_from: date, period_until: date) -> dict[int, PortalFigures]:
    """By portal, of `[period_from, period_until)` by each portal's own calendar. Five queries for each time zone."""
    of_zone: dict[str, list[Portal]] = defaultdict(list)
    for portal in portals:
        of_zone[portal.time_zone].append(portal)
    found: dict[int, dict[str, int]] = {portal.pk: {} for portal in portals}
    for zone, alike in of_zone.items():
        with portals_scope(alike):
            past = past_counts(period_from, period_until)
            for pk, name, count in _counted(ZoneInfo(zone), period_from, period_until, _units_in(past)):
                found[pk][name] = count
            for each in past:
                found[each.portal_id][each.figure] = found[each.portal_id].get(each.figure, 0) + each.count
    return {pk: PortalFigures(**counts) for pk, counts in found.items()}


def _units_in(past: Sequence[PastCount]) -> set[int]:
    """Units from which an old book has news."""
    return {each.unit_id for each in past if each.figure == "news" and each.unit_id is not None}


def _counted(
    zone: ZoneInfo, period_from: date, period_until: date, in_books: set[int]
) -> Iterable[tuple[int, str, int]]:
    """(portal, figure, count); what is not named is nought. `in_books`: units that are not silent for an old book."""
    published = published_in(zone, period_from, period_until)
    is_document = Q(genre__counts_as=CountsAs.DOCUMENT)
    within = Case(When(leader_activity=True, then=0), default=F("portal__promise_days"), output_field=IntegerField())
    late = Q(event_on__isnull=False, day__gt=F("event_on") + within)
    pieces = (
        published.order_by()
        .values_list("portal_id")
        .annotate(
            news=Count("pk", filter=~is_document),
            documents=Count("pk", filter=is_document),
            late=Count("pk", filter=~is_document & late),
        )
    )
    for pk, news, documents, behind in pieces:
        yield from ((pk, "news", news), (pk, "documents", documents), (pk, "late", behind))
    pictures = Photo.objects.filter(piece__in=published.order_by().values("pk"), removed_at__isnull=True)
    for pk, count in pictures.order_by().values_list("portal_id").annotate(Count("pk")):
        yield pk, "photos", count
    for pk, count in _people(period_until).order_by().values_list("portal_id").annotate(Count("pk")):
        yield pk, "contributors", count
    there = Q(opened__lt=period_until) & (Q(closed__isnull=True) | Q(closed__gt=period_from))
    heard = published.filter(unit=OuterRef("pk")).exclude(is_document)
    units = Unit.objects.filter(there).exclude(kind=UnitKind.COMMUNE).annotate(heard=Exists(heard)).order_by()
    for pk, whole, silent in units.values_list("portal_id").annotate(
        whole=Count("pk"), silent=Count("pk", filter=Q(heard=False) & ~Q(pk__in=in_books))
    ):
        yield from ((pk, "units", whole), (pk, "silent", silent))


def _people(period_until: date) -> QuerySet[Contributor]:
    joined = Membership.objects.filter(contributor=OuterRef("pk"), effective_from__lt=period_until)
    seated = Seat.objects.filter(in_force(period_until - timedelta(days=1)), contributor=OuterRef("pk"))
    return Contributor.objects.filter(
        Exists(joined), ~Exists(seated), state=ContributorState.ACTIVE, merged_into__isnull=True
    )
