"""What belongs to a period, pinned once so that all tables of a pack speak of the same rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from contributors.events import seal_events
from contributors.files import open_kept
from contributors.models import Event, EventSeal, Photo, Piece, Portal
from contributors.packages import plain_name
from payments.archives import named_papers
from payments.models import (
    InspectionPack,
    Line,
    Paper,
    Payout,
    RateSchedule,
    Run,
    RunState,
    ScheduleState,
    Statement,
)
from payments.rendering import TEMPLATE_VERSION

# Events that are somebody's decision; those about pieces and runs of the pack are told whenever they happened.
PIECE_DECISIONS = tuple(
    f"piece.{word}"
    for word in (
        *("approve", "score_proposed", "return", "decline", "drop_approval", "schedule"),
        *("publish", "publish_document", "retract"),
    )
)
RUN_DECISIONS = tuple(
    f"run.{word}"
    for word in (
        *("opened", "freeze", "compute", "start_review", "end_review", "confirm", "approve", "issue", "close"),
        *("reopen", "cancel"),
    )
)
OTHER_DECISIONS = (
    *("schedule.in_force", "schedule.closed", "fund.entered", "fund.changed", "payout.returned", "payout.revoked"),
    *("correction.proposed", "correction.confirmed", "correction.cancelled", "waiver.confirmed", "waiver.withdrawn"),
    *("credit.settled", "check.replied", "balance.policy_set", "unclaimed.kept", "unclaimed.transferred"),
)
ISSUED = (RunState.ISSUED, RunState.CLOSED)
_SEALED_AT_MOST = 500  # calls of the sealer, of 2,000 events each


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pack of a period will hold. `photo_bytes` and `paper_bytes` are the large part of its size."""

    pieces: int
    runs: int
    statements: int
    lines: int
    payouts: int
    events: int
    papers: int
    photos: int
    photo_bytes: int
    paper_bytes: int

    @property
    def empty(self) -> bool:
        return not (self.pieces or self.runs or self.payouts or self.events)


@dataclass(slots=True)
class Plan:
    """Ids in the order of the pack; `papers` and `missing` are names in it. Kept as JSON beside the draft."""

    pieces: list[int] = field(default_factory=list)
    in_period: int = 0
    decisions: list[int] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    payouts: list[int] = field(default_factory=list)
    schedules: list[int] = field(default_factory=list)
    papers: list[tuple[str, int]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    unsealed: int = 0
    totals: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, kept: bytes) -> Plan:
        return cls(**json.loads(kept))

    @property
    def empty(self) -> bool:
        return not (self.pieces or self.runs or self.payouts or self.last)


def preview_of(portal: Portal, since: date, until: date) -> Preview:
    """Counts of what a pack of `[since, until)` would hold now. Ten queries."""
    published = _published(portal, since, until)
    runs = _runs(portal, since, until)
    statements = Statement.objects.filter(run__in=runs)
    pieces = Piece.objects.filter(_of_period(published, statements))
    photos = Photo.objects.filter(piece__in=pieces.values("pk"), removed_at__isnull=True).exclude(path="")
    photo = photos.aggregate(count=Count("pk"), bytes=Sum("size", default=0))
    papers = Paper.objects.filter(
        Q(run__in=runs) | Q(statement__in=statements.values("pk")), template_version=TEMPLATE_VERSION
    ).exclude(path="")
    paper = papers.aggregate(count=Count("pk"), bytes=Sum("size", default=0))
    begin, end = moments(portal, since, until)
    return Preview(
        pieces=pieces.count(),
        runs=len(runs),
        statements=statements.count(),
        lines=Line.objects.filter(run__in=runs).count(),
        payouts=_payouts(statements, begin, end).count(),
        events=Event.objects.filter(at__gte=begin, at__lt=end).count(),
        papers=paper["count"],
        photos=photo["count"],
        photo_bytes=photo["bytes"],
        paper_bytes=paper["bytes"],
    )


def planned(pack: InspectionPack) -> Plan:
    """Everything pinned for a pack. Whatever of the log is not sealed yet is sealed first, so that it has its proof."""
    portal = Portal.objects.get(pk=pack.portal_id)
    for _ in range(_SEALED_AT_MOST):
        if not seal_events(portal_id=portal.pk):
            break
    begin, end = moments(portal, pack.period_from, pack.period_until)
    runs = _runs(portal, pack.period_from, pack.period_until)
    statements = Statement.objects.filter(run__in=runs)
    published = _published(portal, pack.period_from, pack.period_until)
    pieces = Piece.objects.filter(_of_period(published, statements)).order_by("published_at", "pk")
    ids = list(pieces.values_list("pk", flat=True))
    papers, missing = _papers(runs)
    first, last, unsealed = _span(begin, end)
    return Plan(
        pieces=ids,
        in_period=published.count(),
        decisions=_decisions(ids, [run.pk for run in runs], begin, end),
        runs=[run.pk for run in runs],
        statements=list(statements.order_by("year", "number").values_list("pk", flat=True)),
        payouts=list(_payouts(statements, begin, end).order_by("pk").values_list("pk", flat=True)),
        schedules=_schedules(pack.period_from, pack.period_until),
        papers=papers,
        missing=missing,
        first=first,
        last=last,
        unsealed=unsealed,
        totals=_totals(statements),
    )


def moments(portal: Portal, since: date, until: date) -> tuple[datetime, datetime]:
    """The first moment of a period and the first after it, by the portal's clock."""
    zone = ZoneInfo(portal.time_zone)
    return datetime.combine(since, time.min, zone), datetime.combine(until, time.min, zone)


def run_folder(run: Run) -> str:
    """Where a run's papers lie in the pack."""
    return f"giay-to/{run.period_from:%Y%m%d}-{plain_name(run.label)[:40]}"


def _published(portal: Portal, since: date, until: date) -> QuerySet[Piece]:
    begin, end = moments(portal, since, until)
    rows: QuerySet[Piece] = Piece.objects.filter(published_at__gte=begin, published_at__lt=end)
    return rows


def _of_period(published: QuerySet[Piece], statements: QuerySet[Statement]) -> Q:
    """Published in the period, or paid by a statement that was issued in it."""
    paid = Line.objects.filter(statement__in=statements.values("pk"), piece__isnull=False).values("piece")
    return Q(pk__in=published.values("pk")) | Q(pk__in=paid)


def _runs(portal: Portal, since: date, until: date) -> list[Run]:
    begin, end = moments(portal, since, until)
    return list(
        Run.objects.filter(state__in=ISSUED, issued_at__gte=begin, issued_at__lt=end).order_by("issued_at", "pk")
    )


def _payouts(statements: QuerySet[Statement], begin: datetime, end: datetime) -> QuerySet[Payout]:
    """Of the pack's statements, and those with an outcome in the period."""
    moved = Payout.objects.filter(outcomes__at__gte=begin, outcomes__at__lt=end).values("pk")
    rows: QuerySet[Payout] = Payout.objects.filter(Q(statement__in=statements.values("pk")) | Q(pk__in=moved))
    return rows


def _papers(runs: list[Run]) -> tuple[list[tuple[str, int]], list[str]]:
    papers, missing = [], []
    for run in runs:
        for name, paper in named_papers(run):
            inside = f"{run_folder(run)}/{name}"
            if open_kept(paper.path).exists():
                papers.append((inside, paper.pk))
            else:
                missing.append(inside)
    return papers, missing


def _span(begin: datetime, end: datetime) -> tuple[int, int, int]:
    """First and last place in the chain of what happened in the period (0: nothing), and how many have none yet."""
    happened = Event.objects.filter(at__gte=begin, at__lt=end)
    seals = EventSeal.objects.filter(event__in=happened.values("pk"))
    span = seals.aggregate(first=Min("position"), last=Max("position"), count=Count("pk"))
    return span["first"] or 0, span["last"] or 0, happened.count() - span["count"]


def _decisions(pieces: list[int], runs: list[int], begin: datetime, end: datetime) -> list[int]:
    every = (*PIECE_DECISIONS, *RUN_DECISIONS, *OTHER_DECISIONS)
    about = (
        Q(subject_type="piece", subject_id__in=pieces, kind__in=PIECE_DECISIONS)
        | Q(subject_type="run", subject_id__in=runs, kind__in=RUN_DECISIONS)
        | Q(at__gte=begin, at__lt=end, kind__in=every)
    )
    return list(Event.objects.filter(about).order_by("at", "pk").values_list("pk", flat=True))


def _schedules(since: date, until: date) -> list[int]:
    """Decisions on rates that held on any day of the period."""
    rows = RateSchedule.objects.exclude(state=ScheduleState.DRAFT).filter(effective_from__lt=until)
    rows = rows.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=since))
    return list(rows.order_by("effective_from", "pk").values_list("pk", flat=True))


def _totals(statements: QuerySet[Statement]) -> dict[str, int]:
    names = ("line_total", "carried_in", "carried_out", "gross", "tax", "net")
    sums: Mapping[str, Any] = statements.aggregate(**{f"{name}_sum": Sum(name, default=0) for name in names})
    return {name: int(sums[f"{name}_sum"]) for name in names}
