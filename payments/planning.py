"""What approving a run would write: for each person the lines beyond the draft, what is carried, and the tax.

Only reads, in a constant number of queries, so that pages show before approval what `payments.approving` writes then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Q, Sum
from django.db.models.functions import Coalesce

from contributors.actors import in_force
from contributors.models import Contributor, ContributorState, Portal
from payments.balances import CarryRule, balance_rows, carry_rule_on, shipped_balance_policy
from payments.law import tax_rules
from payments.models import (
    BalanceEntry,
    BalancePolicy,
    Correction,
    CorrectionState,
    DraftLine,
    LineKind,
    PayeeDetails,
    Run,
    Statement,
    TaxStatus,
    UnclaimedDecision,
    UnclaimedState,
    Waiver,
    WaiverScope,
)
from payments.royalty.carrying import Carried, Limits, carry
from payments.royalty.explanation import written_number
from payments.royalty.tax import Tax, TaxRules, tax_on_transfer, withhold, withhold_both
from payments.royalty.tax import TaxStatus as TaxStatusCode

DECEMBER = 12


@dataclass(slots=True)
class Added:
    """A line that no rate made. `of_key` names the draft's line that a waiver takes; `corrects_id` an older line."""

    kind: LineKind
    subject_key: str
    amount: int
    template: str
    values: tuple[str, ...]
    piece_id: int | None = None
    role: str = ""
    of_key: str = ""
    corrects_id: int | None = None
    correction: Correction | None = None
    decision: UnclaimedDecision | None = None


@dataclass(slots=True)
class Planned:
    """One person's statement before it is written; đồng."""

    contributor_id: int
    details: PayeeDetails
    status: TaxStatus
    draft_count: int
    draft_total: int
    added: list[Added]
    carried: Carried
    tax: Tax
    released: bool

    @property
    def line_count(self) -> int:
        return self.draft_count + len(self.added)

    @property
    def line_total(self) -> int:
        return self.draft_total + sum(line.amount for line in self.added)

    @property
    def net(self) -> int:
        return self.carried.gross - self.tax.amount

    @property
    def is_held(self) -> bool:
        return self.carried.held

    def total_of(self, kind: LineKind) -> int:
        return sum(line.amount for line in self.added if line.kind == kind)


@dataclass(slots=True)
class Plan:
    """`unpayable` are people of the draft whose details or tax status are gone."""

    rules: TaxRules
    statements: list[Planned] = field(default_factory=list)
    unpayable: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Due:
    draft_count: int = 0
    draft_total: int = 0
    transfer_total: int = 0
    owed: int = 0
    added: list[Added] = field(default_factory=list)

    @property
    def due(self) -> int:
        return self.draft_total + sum(line.amount for line in self.added) + self.owed


def plan_statements(run: Run, *, lock: bool = False) -> Plan:
    """Statements by contributor id. A person whose money waits below the floor has one only when it is released.

    `lock` keeps the corrections and decisions that it takes from being dropped until the transaction ends.
    """
    rule = carry_rule_on(run.portal_id, run.payment_date)
    rules = tax_rules()
    dues = _dues(run, rules, lock=lock)
    balances = balance_rows()
    left = set(
        Contributor.objects.filter(pk__in=balances.keys() - dues.keys(), state=ContributorState.LEFT).values_list(
            "pk", flat=True
        )
    )
    for person, (sum_held, last) in balances.items():
        due_now = sum_held >= rule.floor or person in left or _year_ends(rule, run.payment_date, last)
        if person not in dues and sum_held > 0 and due_now:
            dues[person] = _Due()
    details = {
        row.contributor_id: row
        for row in PayeeDetails.objects.filter(contributor_id__in=dues, current=True).select_related("contributor")
    }
    left |= {person for person, row in details.items() if row.contributor.state == ContributorState.LEFT}
    statuses = {
        row.contributor_id: row for row in TaxStatus.objects.filter(in_force(run.payment_date), contributor_id__in=dues)
    }
    before = _recovered_before(run, dues) if rule.recovery_dong is not None else {}
    plan = Plan(rules)
    for person in sorted(dues):
        due = dues[person]
        if person not in details or person not in statuses:
            if due.draft_count:
                plan.unpayable.append(person)
            continue
        sum_held, last = balances.get(person, (0, date.min))
        release = person in left or (sum_held > 0 and _year_ends(rule, run.payment_date, last))
        carried = carry(
            due=due.due,
            owed=due.owed,
            balance=sum_held,
            limits=Limits() if person in left else rule.limits,
            recovered_before=before.get(person, 0),
            release=release or (rule.release_at_year_end and run.payment_date.month == DECEMBER),
        )
        plan.statements.append(
            Planned(
                contributor_id=person,
                details=details[person],
                status=statuses[person],
                draft_count=due.draft_count,
                draft_total=due.draft_total,
                added=due.added,
                carried=carried,
                tax=_tax(carried, due.transfer_total, statuses[person], run.payment_date, rules),
                released=carried.carried_in > 0 and carried.gross > 0,
            )
        )
    return plan


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What approval adds to one person's draft, in đồng; `gross` is what is then paid."""

    name: str
    corrections: int
    anew: int
    waived: int
    carried_in: int
    carried_out: int
    gross: int


def plan_where_needed(run: Run) -> Plan | None:
    """The plan, or None where approval writes the draft and no more: one query tells."""
    waiting = Run.objects.filter(pk=run.pk).values_list(
        Exists(Correction.objects.filter(state=CorrectionState.CONFIRMED)),
        Exists(UnclaimedDecision.objects.filter(state=UnclaimedState.OWED)),
        Exists(Waiver.objects.filter(confirmed_at__isnull=False)),
        Exists(BalanceEntry.objects.all()),
        Exists(BalancePolicy.objects.filter(in_force(run.payment_date), floor__gt=0)),
    )
    needed = shipped_balance_policy().floor > 0 or any(waiting.get())
    return plan_statements(run) if needed else None


def changes_planned(whole: Plan) -> list[PlannedChange]:
    """Of everybody for whom approval writes more than the draft, by Vietnamese name. One query."""
    plan = [each for each in whole.statements if each.added or each.carried.carried_in or each.is_held]
    people = Contributor.objects.in_bulk([each.contributor_id for each in plan])
    plan.sort(key=lambda each: (people[each.contributor_id].sort_key, each.contributor_id))
    return [
        PlannedChange(
            name=people[each.contributor_id].full_name,
            corrections=each.total_of(LineKind.CORRECTION),
            anew=each.total_of(LineKind.CARRY_OVER),
            waived=-each.total_of(LineKind.DEDUCTION),
            carried_in=each.carried.carried_in,
            carried_out=each.carried.carried_out,
            gross=each.carried.gross,
        )
        for each in plan
    ]


def _year_ends(rule: CarryRule, payment_date: date, last: date) -> bool:
    """The payment of December, or the first of a new year for what was held in the year before."""
    return rule.release_at_year_end and (payment_date.month == DECEMBER or last.year < payment_date.year)


def _tax(carried: Carried, transfers: int, status: TaxStatus, paid_on: date, rules: TaxRules) -> Tax:
    """On what is paid now. Where a kind of payment is a copyright transfer, one payment counts as one contract."""
    if carried.gross == 0 and (carried.carried_in or carried.carried_out):
        return Tax(0, "", "tax_held", ())
    part = min(transfers, carried.gross)
    if not part:
        return _wage_tax(carried.gross, status, paid_on, rules)
    transfer = tax_on_transfer(part, paid_on=paid_on, rules=rules)
    rest = carried.gross - part
    return withhold_both(_wage_tax(rest, status, paid_on, rules), rest, transfer, part) if rest else transfer


def _wage_tax(gross: int, status: TaxStatus, paid_on: date, rules: TaxRules) -> Tax:
    return withhold(
        gross,
        status=TaxStatusCode(status.status),
        committed=status.committed_year == paid_on.year,
        paid_on=paid_on,
        rules=rules,
        asked=status.withhold_asked,
    )


def _dues(run: Run, rules: TaxRules, *, lock: bool) -> dict[int, _Due]:
    dues: dict[int, _Due] = defaultdict(_Due)
    rows = (
        DraftLine.objects.filter(run=run, generation=run.generation, held="")
        .values("contributor_id")
        .annotate(
            total=Sum("amount"),
            count=Count("id"),
            transfers=Sum("amount", filter=Q(kind__in=rules.transfer_kinds), default=0),
        )
    )
    for row in rows:
        dues[row["contributor_id"]].draft_count = row["count"]
        dues[row["contributor_id"]].draft_total = int(row["total"])
        dues[row["contributor_id"]].transfer_total = int(row["transfers"])
    _add_waived(run, dues)
    _add_paid_anew(dues, lock=lock)
    return dues


def waivers_of(run: Run) -> list[Waiver]:
    """Confirmed ones that hold in a run: of the run, of its lines, and those standing on its payment date."""
    standing = Q(scope=WaiverScope.STANDING) & in_force(run.payment_date)
    return list(
        Waiver.objects.filter(
            standing | Q(run=run, withdrawn_at__isnull=True), confirmed_at__isnull=False
        ).select_related("contributor")
    )


def _add_waived(run: Run, dues: dict[int, _Due]) -> None:
    waivers = waivers_of(run)
    if not waivers:
        return
    zone = ZoneInfo(Portal.objects.get(pk=run.portal_id).time_zone)
    whole: dict[int, Waiver] = {}
    single: dict[str, Waiver] = {}
    for waiver in waivers:
        if waiver.scope == WaiverScope.LINE:
            single[waiver.subject_key] = waiver
        else:
            whole[waiver.contributor.merged_into_id or waiver.contributor_id] = waiver
    waived = DraftLine.objects.filter(
        Q(contributor__in=whole) | Q(subject_key__in=single),
        run=run,
        generation=run.generation,
        held="",
        amount__gt=0,
    )
    for line in waived.order_by("pk").values("subject_key", "contributor_id", "amount", "piece_id", "role"):
        person = line["contributor_id"]
        waiver = whole.get(person) or single[line["subject_key"]]
        if (waiver.contributor.merged_into_id or waiver.contributor_id) != person:
            continue  # one's own lines only
        agreed = waiver.sheet_signed_on or waiver.recorded_at.astimezone(zone).date()
        dues[person].added.append(
            Added(
                kind=LineKind.DEDUCTION,
                subject_key=f"waived:{line['subject_key']}",
                amount=-line["amount"],
                template="waived",
                values=(written_number(line["amount"]), f"{agreed:%d/%m/%Y}"),
                piece_id=line["piece_id"],
                role=line["role"],
                of_key=line["subject_key"],
            )
        )


def _add_paid_anew(dues: dict[int, _Due], *, lock: bool) -> None:
    """Statements that were never paid and are paid here as a whole, then every confirmed correction."""
    confirmed = Correction.objects.filter(state=CorrectionState.CONFIRMED)
    decided = UnclaimedDecision.objects.filter(state=UnclaimedState.OWED)
    if lock:
        confirmed, decided = confirmed.select_for_update(of=("self",)), decided.select_for_update(of=("self",))
    corrections = list(confirmed.select_related("line__statement__contributor").order_by("pk"))
    anew: dict[int, tuple[Statement, UnclaimedDecision | None]] = {
        row.line.statement_id: (row.line.statement, None) for row in corrections if row.replaces
    }
    for owed in decided.select_related("statement__contributor").order_by("pk"):
        anew[owed.statement_id] = (owed.statement, owed)
    for statement, decision in anew.values():
        dues[_survivor(statement)].added.append(
            Added(
                kind=LineKind.CARRY_OVER,
                subject_key=f"statement:{statement.pk}",
                amount=statement.gross,
                template="carried",
                values=(f"{statement.number}/{statement.year}", written_number(statement.gross)),
                decision=decision,
            )
        )
    for row in corrections:
        line, statement = row.line, row.line.statement
        person = dues[_survivor(statement)]
        person.added.append(
            Added(
                kind=LineKind.CORRECTION,
                subject_key=f"correction:{row.pk}",
                amount=row.amount,
                template="corrected",
                values=(written_number(line.amount), f"{statement.number}/{statement.year}", row.reason),
                piece_id=line.piece_id,
                role=line.role,
                corrects_id=line.pk,
                correction=row,
            )
        )
        if row.amount < 0 and not row.replaces and statement.net > 0:
            person.owed -= row.amount


def _survivor(statement: Statement) -> int:
    return statement.contributor.merged_into_id or statement.contributor_id


def _recovered_before(run: Run, people: Collection[int]) -> dict[int, int]:
    """What other payments of the same month took off people's debts."""
    first = run.payment_date.replace(day=1)
    rows = (
        Statement.objects.filter(
            run__payment_date__year=first.year, run__payment_date__month=first.month, recovered__gt=0
        )
        .exclude(run=run)
        .filter(Q(contributor__in=people) | Q(contributor__merged_into__in=people))
        .values(person=Coalesce("contributor__merged_into_id", "contributor_id"))
        .annotate(sum=Sum("recovered"))
    )
    return {row["person"]: int(row["sum"]) for row in rows}
