"""Statements that nobody took: who was told when, and what the accountant decides.

NĐ 18/2014 Đ4.10 sent such sums to next year's fund after three unanswered notices; since 1/9/2026 that only warns
(`rates/run-rules.yaml`). The sum leaves as gross: nothing was paid, so no tax is due on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import plain_text
from payments import funds
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import (
    Fund,
    NoticeWay,
    Outcome,
    Payout,
    Run,
    RunState,
    Statement,
    StatementState,
    UnclaimedDecision,
    UnclaimedNotice,
    UnclaimedState,
)
from payments.run_rules import PaymentRule, run_rules
from payments.unpaid import has_ended

WORDS = 300
_CONFIRMED = ("confirmed", "taken")


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A statement that nobody took, the notices since the last answer, and the decision that stands."""

    statement: Statement
    returned: str
    notices: list[UnclaimedNotice]
    unanswered: int
    decision: UnclaimedDecision | None
    rule: PaymentRule | None

    @property
    def enough(self) -> bool:
        """Whether the rule of the day asks for no more notices."""
        return self.rule is None or self.unanswered >= self.rule.unclaimed_notices


def record_notice(*, actor: Actor, statement: Statement, on: date, way: str, note: str = "") -> UnclaimedNotice:
    """The person was told on a day, or answered. Raises `notice_way_unknown`, `notice_day_ahead`, `notice_day_early`,
    `unclaimed_paid`.
    """
    require_money(actor, "unclaimed.write")
    if way not in NoticeWay.values:
        raise PaymentError("notice_way_unknown", field="way")
    if on > clock.today():
        raise PaymentError("notice_day_ahead", field="on")
    with transaction.atomic():
        row = _lock_unpaid(statement)
        issued = _issue_day(row)
        if on < issued:
            raise PaymentError("notice_day_early", field="on", day=f"{issued:%d/%m/%Y}")
        notice = UnclaimedNotice.objects.create(
            portal_id=actor.portal_id,
            statement=row,
            on=on,
            way=way,
            note=plain_text(note)[:WORDS],
            recorded_by_id=actor.account_pk,
            recorded_at=clock.now(),
        )
        record_event(
            actor=actor,
            kind="unclaimed.noticed",
            subject=row,
            facts={"on": on.isoformat(), "way": way},
            personal={"note": notice.note} if notice.note else None,
        )
    return notice


def transfer_unclaimed(
    *, actor: Actor, statement: Statement, fund: Fund, decision_number: str, reason: str
) -> UnclaimedDecision:
    """The sum goes to a fund of a later year, by a decision with its number. Reversible until the year is over.

    Raises `unclaimed_paid`, `unclaimed_notices_few` (while the rule binds), `unclaimed_fund_wrong`,
    `unclaimed_number_missing`, `reason_missing`.
    """
    require_money(actor, "unclaimed.write")
    require_proof(actor)
    number = plain_text(decision_number)[:100]
    if not number:
        raise PaymentError("unclaimed_number_missing", field="decision_number")
    words = _reason(reason)
    with transaction.atomic():
        row = _lock_unpaid(statement)
        found = _described([row])[0]
        rule = found.rule
        if rule is not None and rule.binds and not found.enough:
            raise PaymentError(
                "unclaimed_notices_few", count=found.unanswered, needed=rule.unclaimed_notices, basis=rule.legal_basis
            )
        target = Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)
        if row.year is None or target.year <= row.year:
            raise PaymentError("unclaimed_fund_wrong", field="fund")
        decision = UnclaimedDecision.objects.create(
            portal_id=actor.portal_id,
            statement=row,
            state=UnclaimedState.TRANSFERRED,
            amount=row.gross,
            fund=target,
            decision_number=number,
            reason=words,
            decided_by_id=actor.account_pk,
            decided_at=clock.now(),
        )
        funds.move_amount(
            actor=actor, locked=target, change=row.gross, decision_number=number, reason=_of_statement(row)
        )
        record_event(
            actor=actor,
            kind="unclaimed.transferred",
            subject=decision,
            facts={
                "statement": row.pk,
                "amount": row.gross,
                "fund": target.pk,
                "decision": number,
                "unanswered": found.unanswered,
                "binding": rule is not None and rule.binds,
            },
            personal={"reason": words},
        )
    return decision


def _of_statement(statement: Statement) -> str:
    """Names the paper and nobody: the change of a fund is read by more people than a statement."""
    return f"Khoản không ai nhận của phiếu số {statement.number}/{statement.year}"


def keep_unclaimed(*, actor: Actor, statement: Statement, reason: str) -> UnclaimedDecision:
    """The sum stays for the person; noted with the reason. Raises `unclaimed_paid`, `reason_missing`."""
    require_money(actor, "unclaimed.write")
    words = _reason(reason)
    with transaction.atomic():
        row = _lock_unpaid(statement)
        decision = UnclaimedDecision.objects.create(
            portal_id=actor.portal_id,
            statement=row,
            state=UnclaimedState.KEPT,
            amount=row.gross,
            reason=words,
            decided_by_id=actor.account_pk,
            decided_at=clock.now(),
        )
        record_event(
            actor=actor,
            kind="unclaimed.kept",
            subject=decision,
            facts={"statement": row.pk, "amount": row.gross},
            personal={"reason": words},
        )
    return decision


def reverse_transfer(*, actor: Actor, decision: UnclaimedDecision, seen_version: int, reason: str) -> UnclaimedDecision:
    """The money is the person's again: by the old statement while its run is open, else by the next run as a whole.

    Raises `unclaimed_not_transferred`, `unclaimed_year_closed`, `unclaimed_fund_spent`, `reason_missing`,
    `stale_version`.
    """
    require_money(actor, "unclaimed.write")
    require_proof(actor)
    words = _reason(reason)
    try:
        with transaction.atomic():
            row = _lock_decision(decision, seen_version)
            decided = row.decided_at.astimezone(_zone(row.portal_id)).year
            if decided < clock.today().year:
                raise PaymentError("unclaimed_year_closed", year=decided)
            run = Run.objects.select_for_update().get(pk=row.statement.run_id)
            row.state = UnclaimedState.REVERSED if run.state == RunState.ISSUED else UnclaimedState.OWED
            row.reversed_by_id = actor.account_pk
            row.reversed_at = clock.now()
            row.reverse_reason = words
            row.version += 1
            row.save()
            if row.fund is not None:
                funds.move_amount(
                    actor=actor,
                    locked=Fund.objects.select_for_update(no_key=True).get(pk=row.fund.pk),
                    change=-row.amount,
                    decision_number=row.decision_number,
                    reason=f"Rút lại: {_of_statement(row.statement)}",
                )
            record_event(
                actor=actor,
                kind="unclaimed.reversed",
                subject=row,
                facts={"statement": row.statement_id, "amount": row.amount, "next_run": row.state == "owed"},
                personal={"reason": words},
            )
    except IntegrityError as refused:
        if "fund_covers" in str(refused) or "fund_not_negative" in str(refused) or "cannot go below" in str(refused):
            raise PaymentError("unclaimed_fund_spent") from None
        raise
    return row


def unclaimed_statements(actor: Actor) -> QuerySet[Statement]:
    """Issued statements with an amount and no payout alive, transferred ones too; the oldest first."""
    require_money(actor, "unclaimed.see")
    alive = Payout.objects.filter(live=True).values("statement_id")
    replaced = Q(lines__proposed_corrections__replaces=True, lines__proposed_corrections__state__in=_CONFIRMED)
    found: QuerySet[Statement] = (
        Statement.objects.filter(state=StatementState.ISSUED, net__gt=0)
        .exclude(pk__in=alive)
        .exclude(pk__in=Statement.objects.filter(replaced).values("pk"))
        .select_related("contributor", "run__fund")
        .order_by("issued_at", "number")
    )
    return found


def described(actor: Actor, statements: Sequence[Statement]) -> list[Unclaimed]:
    """With notices, decision and the rule of today. Three queries."""
    require_money(actor, "unclaimed.see")
    return _described(statements)


def _described(statements: Sequence[Statement]) -> list[Unclaimed]:
    ids = [each.pk for each in statements]
    notices: dict[int, list[UnclaimedNotice]] = defaultdict(list)
    for notice in UnclaimedNotice.objects.filter(statement__in=ids).select_related("recorded_by").order_by("on", "pk"):
        notices[notice.statement_id].append(notice)
    decisions = {
        row.statement_id: row
        for row in UnclaimedDecision.objects.filter(statement__in=ids)
        .select_related("fund", "decided_by", "reversed_by")
        .order_by("pk")
    }
    returned: dict[int, str] = {}
    for payout in Payout.objects.filter(statement__in=ids, outcomes__outcome=Outcome.RETURNED).values(
        "statement_id", "outcomes__reason"
    ):
        returned[payout["statement_id"]] = payout["outcomes__reason"]
    rule = run_rules().payment_rule_on(clock.today())
    return [
        Unclaimed(
            statement=each,
            returned=returned.get(each.pk, ""),
            notices=notices[each.pk],
            unanswered=_unanswered(notices[each.pk]),
            decision=decisions.get(each.pk),
            rule=rule,
        )
        for each in statements
    ]


def _unanswered(notices: Sequence[UnclaimedNotice]) -> int:
    count = 0
    for notice in notices:
        count = 0 if notice.way == NoticeWay.ANSWER else count + 1
    return count


def _reason(reason: str) -> str:
    words = plain_text(reason)[:WORDS]
    if not words:
        raise DomainError("reason_missing", field="reason")
    return words


def _lock_unpaid(statement: Statement) -> Statement:
    """Payouts are prepared under the run's lock, so nobody pays it meanwhile. Raises `unclaimed_paid`."""
    row: Statement | None = Statement.objects.filter(pk=statement.pk).select_related("contributor").first()
    if row is None:
        raise DomainError("not_found")
    Run.objects.select_for_update().get(pk=row.run_id)
    if (
        row.state != StatementState.ISSUED
        or row.net == 0
        or Payout.objects.filter(statement=row, live=True).exists()
        or has_ended(row)
    ):
        raise PaymentError("unclaimed_paid")
    return row


def _lock_decision(decision: UnclaimedDecision, seen_version: int) -> UnclaimedDecision:
    row: UnclaimedDecision | None = (
        UnclaimedDecision.objects.select_for_update(of=("self",))
        .select_related("statement", "fund")
        .filter(pk=decision.pk)
        .first()
    )
    if row is None:
        raise DomainError("not_found")
    if row.version != seen_version:
        raise DomainError("stale_version", field="version")
    if row.state != UnclaimedState.TRANSFERRED:
        raise PaymentError("unclaimed_not_transferred")
    return row


def _zone(portal_id: int) -> ZoneInfo:
    return ZoneInfo(Portal.objects.get(pk=portal_id).time_zone)


def _issue_day(statement: Statement) -> date:
    if statement.issued_at is None:
        raise PaymentError("unclaimed_paid")
    return statement.issued_at.astimezone(_zone(statement.portal_id)).date()
