"""Questions about money: how far a run is, who gets what and why, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import get_language, gettext

from contributors import clock
from contributors.merging import through_merges
from contributors.models import Contributor, Job, JobState, Mode, Piece, Portal, Role
from contributors.output import units_of
from contributors.portals import last_day, payment_mode_on
from payments import rates
from payments.facts import facts_from, frozen_facts
from payments.issuing import LIST_TASK, RENDER_TASK, RUN_PAPER_TASK, is_issued
from payments.law import base_salaries
from payments.line_grounds import grounds_of
from payments.models import (
    Bucket,
    DraftLine,
    Held,
    Line,
    Paper,
    Payout,
    Run,
    RunExclusion,
    RunItem,
    RunSheet,
    RunState,
    Statement,
    StatementState,
)
from payments.royalty.engine import compute
from payments.royalty.explanation import explain, explain_reason
from payments.royalty.facts import RunFacts, ScorePolicy
from payments.royalty.grounds import Ground
from payments.royalty.outcome import ComputedLine
from payments.runs import COMPUTE_TASK, payable_pieces


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is. `done / total` come from rows; `working` while a worker owes something."""

    state: str
    label: str
    done: int
    total: int
    working: bool
    failed_jobs: int
    paused_jobs: int = 0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """Counts, and sums in đồng. `excluded` counts pieces by bucket."""

    pieces: int
    lines: int
    people: int
    gross: int
    tax: int
    net: int
    held_people: int
    held_amount: int
    excluded: dict[str, int]


@dataclass(frozen=True, slots=True)
class PersonOfRun:
    contributor_id: int
    name: str
    unit: str
    line_count: int
    gross: int
    tax: int
    net: int
    held: str
    statement: Statement | None
    payout: Payout | None


@dataclass(frozen=True, slots=True)
class LineOfRun:
    title: str
    published_on: date | None
    genre: str
    role: str
    amount: int
    explanation: str
    held: str
    subject_key: str
    grounds: list[Ground]


@dataclass(frozen=True, slots=True)
class Exclusion:
    piece: Piece
    bucket: str
    bucket_label: str
    reason_label: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is published and not paid yet, at the score it has or the lowest one; đồng."""

    amount: int
    lines: int
    until: date


def run_progress(run: Run) -> Progress:
    """Four queries at most, whatever the size."""
    tasks = [COMPUTE_TASK, RENDER_TASK, LIST_TASK, RUN_PAPER_TASK]
    jobs = Job.objects.filter(task__in=tasks, arguments__run_id=run.pk).aggregate(
        owed=Count("id", filter=Q(state__in=[JobState.PENDING, JobState.CLAIMED], paused_at__isnull=True)),
        paused=Count("id", filter=Q(state__in=[JobState.PENDING, JobState.CLAIMED], paused_at__isnull=False)),
        failed=Count("id", filter=Q(state__in=[JobState.FAILED, JobState.QUARANTINED])),
    )
    owed, failed = jobs["owed"], jobs["failed"]
    label, done, total = str(run.get_state_display()), 0, 0
    if is_issued(run):
        total = Statement.objects.filter(run=run).count() + 1 + RunSheet.objects.filter(run=run).count()
        done = Paper.objects.filter(Q(statement__run=run) | Q(run=run)).count()
        if done < total:
            label = gettext("đang in phiếu và bảng kê")
    elif owed:
        label = gettext("đang tính nhuận bút")
        total = RunItem.objects.filter(run=run).count()
    return Progress(
        state=run.state,
        label=label,
        done=done,
        total=total,
        working=bool(owed),
        failed_jobs=failed,
        paused_jobs=jobs["paused"],
    )


def run_summary(run: Run) -> RunSummary:
    """The run as it stands: the current draft before approval, the approved figures afterwards."""
    draft = DraftLine.objects.filter(run=run, generation=run.generation)
    sums = draft.aggregate(
        lines=Count("id", filter=Q(held="")),
        people=Count("contributor", filter=Q(held=""), distinct=True),
        gross=Sum("amount", filter=Q(held="")),
        held_people=Count("contributor", filter=~Q(held=""), distinct=True),
        held_amount=Sum("amount", filter=~Q(held="")),
    )
    excluded = dict(
        RunExclusion.objects.filter(run=run, generation=run.generation)
        .values_list("bucket")
        .annotate(count=Count("piece", distinct=True))
    )
    return RunSummary(
        pieces=RunItem.objects.filter(run=run).count(),
        lines=sums["lines"],
        people=sums["people"],
        gross=int(run.gross if run.gross is not None else sums["gross"] or 0),
        tax=int(run.tax or 0),
        net=int(run.net if run.net is not None else sums["gross"] or 0),
        held_people=sums["held_people"],
        held_amount=int(sums["held_amount"] or 0),
        excluded=excluded,
    )


def people_of_run(run: Run) -> list[PersonOfRun]:
    """Everybody in the run, by Vietnamese name; held people with the reason. Four queries."""
    rows = list(
        DraftLine.objects.filter(run=run, generation=run.generation)
        .values("contributor_id", "held")
        .annotate(count=Count("id"), total=Sum("amount"))
    )
    statements = {row.contributor_id: row for row in Statement.objects.filter(run=run)}
    drafted = {row["contributor_id"] for row in rows if not row["held"]}
    rows += [
        {"contributor_id": person, "held": "", "count": 0, "total": 0} for person in statements if person not in drafted
    ]
    payouts = {
        payout.statement_id: payout
        for payout in Payout.objects.filter(statement__run=run).order_by("live", "pk").prefetch_related("outcomes")
    }
    people = {
        person.pk: person for person in Contributor.objects.filter(pk__in={row["contributor_id"] for row in rows})
    }
    units = units_of(list(people), last_day(run.period_until))
    found = []
    for row in rows:
        person = people[row["contributor_id"]]
        statement = statements.get(person.pk) if not row["held"] else None
        gross = statement.gross if statement else int(row["total"] or 0)
        found.append(
            (
                person.sort_key,
                PersonOfRun(
                    contributor_id=person.pk,
                    name=person.full_name,
                    unit=units.get(person.pk, ""),
                    line_count=statement.line_count if statement else row["count"],
                    gross=gross,
                    tax=statement.tax if statement else 0,
                    net=statement.net if statement else gross,
                    held=str(Held(row["held"]).label) if row["held"] else "",
                    statement=statement,
                    payout=payouts.get(statement.pk) if statement else None,
                ),
            )
        )
    return [person for _, person in sorted(found, key=lambda item: (item[0], item[1].contributor_id))]


def lines_of_person(run: Run, contributor_id: int) -> list[LineOfRun]:
    """One person's lines with their explanation in the request's language, whatever their number.

    Once the spending is approved these are the statement's, corrections and waived sums included, and after them what
    was held.
    """
    drafted = DraftLine.objects.filter(run=run, generation=run.generation, contributor_id=contributor_id).order_by("pk")
    approved = list(Line.objects.filter(run=run, contributor_id=contributor_id).order_by("ordinal"))
    written = run.state in {RunState.APPROVED, RunState.ISSUED, RunState.CLOSED}
    lines: Sequence[DraftLine | Line] = [*approved, *drafted.exclude(held="")] if written else list(drafted)
    return explained(lines, Portal.objects.get(pk=run.portal_id))


def explained(lines: Sequence[DraftLine | Line], portal: Portal) -> list[LineOfRun]:
    """Lines as people read them, in the order given."""
    language = (get_language() or "vi")[:2]
    zone = ZoneInfo(portal.time_zone)
    pieces = {
        piece.pk: piece
        for piece in Piece.objects.filter(pk__in={line.piece_id for line in lines}).select_related("genre")
    }
    found = []
    for line, grounds in zip(lines, grounds_of(lines), strict=True):
        piece = pieces.get(line.piece_id or 0)
        held = getattr(line, "held", "")
        found.append(
            LineOfRun(
                title=piece.title if piece else str(line.get_kind_display()),
                published_on=piece.published_at.astimezone(zone).date() if piece and piece.published_at else None,
                genre=piece.genre.name if piece else "",
                role=str(Role(line.role).label) if line.role in Role.values else "",
                amount=line.amount,
                explanation=explain(line.template, tuple(line.values), language),
                held=str(Held(held).label) if held else "",
                subject_key=line.subject_key,
                grounds=grounds,
            )
        )
    return found


def exclusions_of_run(run: Run) -> list[Exclusion]:
    """What this run does not pay, and why; outside the rules last."""
    language = (get_language() or "vi")[:2]
    rows = (
        RunExclusion.objects.filter(run=run, generation=run.generation)
        .select_related("piece__genre")
        .order_by("bucket", "piece__published_at", "pk")
    )
    return [
        Exclusion(
            piece=row.piece,
            bucket=row.bucket,
            bucket_label=str(Bucket(row.bucket).label),
            reason_label=explain_reason(row.reason, language),
        )
        for row in rows
    ]


def statements_of(contributor_id: int) -> QuerySet[Statement]:
    """A person's issued statements, newest first; those of rows merged into theirs too."""
    return (
        Statement.objects.filter(through_merges(contributor_id), state=StatementState.ISSUED)
        .select_related("run")
        .order_by("-issued_at", "-pk")
    )


def estimate_of(contributor_id: int) -> Estimate | None:
    """What a contributor may expect for what is up and in no run yet; None unless the portal pays."""
    person = Contributor.objects.select_related("portal").get(pk=contributor_id)
    portal = person.portal
    today = clock.today(portal.time_zone)
    if payment_mode_on(portal.pk, today) != Mode.PAYING:
        return None
    tomorrow = date.fromordinal(today.toordinal() + 1)
    last = (
        Run.objects.filter(state__in=[RunState.ISSUED, RunState.CLOSED], period_until__lte=tomorrow)
        .order_by("-period_until")
        .values_list("period_until", flat=True)
        .first()
    )
    since = last or today.replace(day=1)
    ids = payable_pieces(portal, since, tomorrow)
    mine = list(
        Piece.objects.filter(pk__in=ids, credits__contributor_id=contributor_id)
        .distinct()
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    schedules = rates.schedule_rows(portal, since, tomorrow)
    rules = RunFacts(
        period_from=since,
        period_until=max(tomorrow, date.fromordinal(since.toordinal() + 1)),
        rotation=0,
        schedules=tuple(rates.as_dated(row) for row in schedules),
        base_salaries=base_salaries(),
        score_policy=ScorePolicy.LOW,
    )
    amounts: list[Any] = [
        outcome.amount
        for outcome in compute(rules, [facts_from(facts) for _, facts in frozen_facts(portal, mine)])
        if isinstance(outcome, ComputedLine) and outcome.person == contributor_id
    ]
    return Estimate(amount=sum(amounts), lines=len(amounts), until=today)
