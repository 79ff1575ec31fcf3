"""What somebody must look at before a run is paid: people, disputes, bounds, the fund, what comes late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import get_language

from contributors.models import Contributor, Piece
from contributors.output import units_of
from contributors.portals import last_day
from payments.models import Answer, CheckOutcome, DraftLine, Held, LineCheck, Run, RunNotice, RunState
from payments.royalty.explanation import explain_notice
from payments.run_rules import PaymentRule, run_rules

MOST = 200  # rows of one list on the page; the file has all parts
ABOUT_PEOPLE = (Held.PAYEE_MISSING, Held.TAX_STATUS_MISSING, Held.NOT_REGISTERED)
OVER = (RunState.APPROVED, RunState.ISSUED, RunState.CLOSED)


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """Somebody who cannot be paid now. `amount` đồng wait in `lines` lines."""

    person_id: UUID
    name: str
    unit: str
    held: str
    label: str
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """One dispute without a reply, or one (of whichever run) that holds a line of this run."""

    check: LineCheck
    person_id: UUID
    name: str
    title: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class AboveBound:
    """One bound of the schedule that was passed, in the words of the request's language. `title` is that of the piece,
    or the name of the person whose bound it is.
    """

    title: str
    piece_id: UUID | None
    sentence: str


@dataclass(frozen=True, slots=True)
class RunOfFund:
    """One run that draws on the fund, in the order of their claims; all đồng. `above`: from here it does not suffice,
    and by how much.
    """

    label: str
    public_id: UUID
    state: str
    amount: int
    left: int
    here: bool

    @property
    def above(self) -> int:
        return max(0, -self.left)


@dataclass(frozen=True, slots=True)
class FundStanding:
    """The fund of a run and all that draws on it. `above`: what is wanting, đồng; `by`: the run that makes it so."""

    source: str
    year: int
    amount: int
    cut_off: date
    closed: bool
    runs: tuple[RunOfFund, ...]

    @property
    def above(self) -> int:
        return self.runs[-1].above if self.runs else 0

    @property
    def by(self) -> RunOfFund | None:
        """The first run for which the fund does not suffice."""
        return next((run for run in self.runs if run.above), None)


@dataclass(frozen=True, slots=True)
class LatePieces:
    """Pieces of one rule that are paid later than its days. `pieces` are the oldest; `count` all."""

    rule: PaymentRule
    count: int
    pieces: tuple[LatePiece, ...]


@dataclass(frozen=True, slots=True)
class LatePiece:
    piece_id: UUID
    title: str
    published_on: date
    days: int


@dataclass(frozen=True, slots=True)
class Findings:
    held_people: list[HeldPerson]
    disputes: list[OpenDispute]
    bounds: list[AboveBound]
    bounds_count: int
    fund: FundStanding | None
    late: list[LatePieces]

    @property
    def late_count(self) -> int:
        return sum(each.count for each in self.late)


def findings_of(run: Run, today: date) -> Findings:
    """Everything in one value. A dozen queries, whatever the size."""
    notices = RunNotice.objects.filter(run=run, generation=run.generation)
    return Findings(
        held_people=held_people_of(run),
        disputes=open_disputes(run),
        bounds=_bounds(notices),
        bounds_count=notices.count(),
        fund=fund_standing(run, today),
        late=late_pieces(run),
    )


def held_people_of(run: Run) -> list[HeldPerson]:
    """People without payee details, tax status or registration, by Vietnamese name."""
    rows = list(
        DraftLine.objects.filter(run=run, generation=run.generation, held__in=ABOUT_PEOPLE)
        .values("contributor_id", "held")
        .annotate(lines=Count("pk"), amount=Sum("amount"))
        .order_by()
    )
    people = {each.pk: each for each in Contributor.objects.filter(pk__in={row["contributor_id"] for row in rows})}
    units = units_of(list(people), last_day(run.period_until))
    rows.sort(key=lambda row: (people[row["contributor_id"]].sort_key, row["contributor_id"]))
    return [
        HeldPerson(
            person_id=people[row["contributor_id"]].public_id,
            name=people[row["contributor_id"]].full_name,
            unit=units.get(row["contributor_id"], ""),
            held=row["held"],
            label=str(Held(row["held"]).label),
            lines=row["lines"],
            amount=int(row["amount"] or 0),
        )
        for row in rows
    ]


def open_disputes(run: Run) -> list[OpenDispute]:
    """Disputes of this run without a reply, and those of any run that hold its lines; oldest first. Two queries."""
    holding = DraftLine.objects.filter(run=run, generation=run.generation, held=Held.DISPUTED).values("subject_key")
    checks = list(
        LineCheck.objects.filter(Q(run=run, outcome="") | Q(subject_key__in=holding))
        .exclude(answer=Answer.RIGHT)
        .exclude(outcome=CheckOutcome.KEPT)
        .select_related("contributor", "run")
        .order_by("answered_at", "pk")[:MOST]
    )
    keys = [check.subject_key for check in checks if check.subject_key]
    lines = DraftLine.objects.filter(run=run, generation=run.generation, subject_key__in=keys).select_related("piece")
    found = {line.subject_key: line for line in lines}
    return [
        OpenDispute(
            check=check,
            person_id=check.contributor.public_id,
            name=check.contributor.full_name,
            title=line.piece.title if line and line.piece else "",
            amount=line.amount if line else check.amount,
        )
        for check in checks
        for line in [found.get(check.subject_key)]
    ]


def _bounds(notices: QuerySet[RunNotice]) -> list[AboveBound]:
    language = (get_language() or "vi")[:2]
    return [
        AboveBound(
            title=notice.piece.title if notice.piece else notice.contributor.full_name if notice.contributor else "",
            piece_id=notice.piece.public_id if notice.piece else None,
            sentence=explain_notice(notice.code, tuple(notice.values), language),
        )
        for notice in notices.select_related("piece", "contributor").order_by("piece__published_at", "pk")[:MOST]
    ]


def fund_standing(run: Run, today: date) -> FundStanding | None:
    """What draws on the run's fund: what is issued, what is approved, then the drafts by their days. Three queries."""
    fund = run.fund
    if fund is None:
        return None
    rows = list(Run.objects.filter(fund=fund).exclude(state=RunState.CANCELLED))
    unsettled = [each.pk for each in rows if each.gross is None]
    amounts = DraftLine.objects.filter(run__in=unsettled, held="").values_list("run_id")
    drawn = dict(amounts.annotate(sum=Sum("amount")).order_by())
    rows.sort(key=lambda each: (each.approved_at.timestamp() if each.approved_at else 0.0, each.pk))
    settled = [each for each in rows if each.state in OVER]
    drafts = sorted((each for each in rows if each.state not in OVER), key=lambda each: (each.period_from, each.pk))
    left = fund.amount
    found = []
    for each in [*settled, *drafts]:
        amount = int(each.gross if each.gross is not None else drawn.get(each.pk, 0))
        left -= amount
        found.append(
            RunOfFund(each.label, each.public_id, str(each.get_state_display()), amount, left, each.pk == run.pk)
        )
    return FundStanding(fund.source, fund.year, fund.amount, fund.cut_off, today > fund.cut_off, tuple(found))


def late_pieces(run: Run) -> list[LatePieces]:
    """Pieces of the run (but those settled without money) that are older on the payment date than the rule of their
    day allows. Two queries a rule.
    """
    zone = ZoneInfo(run.portal.time_zone)
    found = []
    for rule in run_rules().payments:
        before = run.payment_date - timedelta(days=rule.payment_days)
        until = min(before, rule.until_day) if rule.until_day else before
        if until <= rule.from_day:
            continue
        ids, count = _older(run, rule.from_day, until)
        if not count:
            continue
        pieces = Piece.objects.filter(pk__in=ids).defer("body").order_by("published_at", "pk")
        told = []
        for piece in pieces:
            day = piece.published_at.astimezone(zone).date() if piece.published_at else until
            told.append(LatePiece(piece.public_id, piece.title, day, (run.payment_date - day).days))
        found.append(LatePieces(rule, count, tuple(told)))
    return found


def _older(run: Run, since: date, until: date) -> tuple[list[int], int]:
    """Ids of the oldest items published in `[since, until)` of which something is paid, held or waits; and how many."""
    values: dict[str, Any] = {
        "run": run.pk,
        "generation": run.generation,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.piece_id, count(*) OVER () FROM payments_runitem i
              JOIN (SELECT piece_id FROM payments_draftline
                     WHERE run_id = %(run)s AND generation = %(generation)s AND amount > 0
                    UNION SELECT piece_id FROM payments_runexclusion
                     WHERE run_id = %(run)s AND generation = %(generation)s AND bucket = 'waiting') AS owed
                ON owed.piece_id = i.piece_id
             WHERE i.run_id = %(run)s AND i.facts->>'on' >= %(since)s AND i.facts->>'on' < %(until)s
             ORDER BY i.facts->>'on', i.piece_id LIMIT %(most)s
            """,
            values,
        )
        rows = cursor.fetchall()
    return [row[0] for row in rows], rows[0][1] if rows else 0
