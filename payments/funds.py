"""Funds: entering them, changing them by decision, and what is left. What may lapse stands in `fund_outlook`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.names import plain_text
from contributors.papers.printable import LONG_NUMBER
from payments.access import require_money
from payments.errors import PaymentError
from payments.fund_policy import shipped_fund_policy
from payments.models import DraftLine, Fund, FundChange, Outcome, Payout, Run, RunState

BEING_PREPARED = (RunState.COMPUTED, RunState.IN_REVIEW, RunState.CONFIRMED)
MOST_AMOUNT = 10**15

# Seven digits with a chapter or a group behind them, as bodies write it; never as long as a personal number.
BUDGET_CODE = re.compile(r"(?=.{1,40}$)[0-9A-Z]{1,8}(?:[.\-/ ][0-9A-Z]{1,8})*")


@dataclass(frozen=True, slots=True)
class FundPosition:
    """All in đồng. `committed`: runs whose spending is approved and that are not issued yet; `preparing`: draft lines
    of runs before approval; `paid` (net) is part of `issued`.
    """

    amount: int
    issued: int
    committed: int
    preparing: int = 0
    paid: int = 0

    @property
    def left(self) -> int:
        """What can still be approved: drafts bind nothing."""
        return self.amount - self.issued - self.committed

    @property
    def issued_percent(self) -> int:
        return self.issued * 100 // self.amount if self.amount else 0

    @property
    def committed_percent(self) -> int:
        return self.committed * 100 // self.amount if self.amount else 0


def enter_fund(*, actor: Actor, year: int, source: str, amount: int, cut_off: date, decision_number: str = "") -> Fund:
    """Money of a budget year. `amount` in đồng.

    Raises `fund_source_missing`, `fund_year_wrong`, `fund_amount_wrong`, `fund_cut_off_wrong`, `fund_twice`.
    """
    require_money(actor, "fund.write")
    name = plain_text(source)[:200]
    policy = shipped_fund_policy()
    last_year = clock.today().year + policy.years_ahead
    if not name:
        raise PaymentError("fund_source_missing", field="source")
    if not policy.first_year <= year <= last_year:
        raise PaymentError("fund_year_wrong", field="year", first=policy.first_year, last=last_year)
    if not 0 < amount <= MOST_AMOUNT:
        raise PaymentError("fund_amount_wrong", field="amount")
    if cut_off.year not in {year, year + 1}:
        raise PaymentError("fund_cut_off_wrong", field="cut_off", year=year, next=year + 1)
    try:
        with transaction.atomic():
            fund = Fund.objects.create(
                portal_id=actor.portal_id,
                year=year,
                source=name,
                amount=amount,
                cut_off=cut_off,
                decision_number=plain_text(decision_number)[:100],
            )
            record_event(actor=actor, kind="fund.entered", subject=fund, facts={"year": year, "amount": amount})
    except IntegrityError as refused:
        if "fund_once" in str(refused):
            raise PaymentError("fund_twice", field="source", year=year) from None
        raise
    return fund


def change_fund(*, actor: Actor, fund: Fund, change: int, decision_number: str, reason: str) -> FundChange:
    """Add to a fund, or cut it (`change` < 0), by a decision; the change stays as a row of its own.

    Raises `fund_change_missing`, `fund_decision_missing`, `reason_missing`, `fund_cut_too_deep`, `fund_amount_wrong`.
    """
    require_money(actor, "fund.write")
    require_proof(actor)
    decision, words = plain_text(decision_number)[:100], plain_text(reason)[:500]
    if not change:
        raise PaymentError("fund_change_missing", field="change")
    if not decision:
        raise PaymentError("fund_decision_missing", field="decision_number")
    if not words:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = Fund.objects.select_for_update().filter(pk=fund.pk).first()
        if row is None:
            raise DomainError("not_found")
        left = position(row).left
        if change < 0 and left + change < 0:
            raise PaymentError("fund_cut_too_deep", field="change", left=f"{max(left, 0):,}".replace(",", "."))
        if row.amount + change > MOST_AMOUNT:
            raise PaymentError("fund_amount_wrong", field="change")
        made = move_amount(actor=actor, locked=row, change=change, decision_number=decision, reason=words)
        record_event(
            actor=actor,
            kind="fund.changed",
            subject=row,
            facts={"change": change, "after": row.amount, "decision": decision, "reason": words},
        )
    return made


def move_amount(*, actor: Actor, locked: Fund, change: int, decision_number: str, reason: str) -> FundChange:
    """Change a locked fund and keep the change as a row; for verbs that have checked the right and the reason."""
    locked.amount += change
    locked.save(update_fields=["amount"])
    return FundChange.objects.create(
        portal_id=locked.portal_id,
        fund=locked,
        amount=change,
        amount_after=locked.amount,
        decision_number=decision_number,
        reason=reason,
        changed_by_id=actor.account_pk,
        at=clock.now(),
    )


def set_budget_code(*, actor: Actor, fund: Fund, code: str) -> Fund:
    """The code by which the treasury knows the body: letters, digits, dots and hyphens, "" where there is none yet.

    Papers that are issued keep the code that they were issued with. Raises `budget_code_wrong`.
    """
    require_money(actor, "fund.write")
    words = plain_text(code)
    if words and (not BUDGET_CODE.fullmatch(words) or LONG_NUMBER.search(words)):
        raise PaymentError("budget_code_wrong", field="budget_code")
    with transaction.atomic():
        row: Fund | None = Fund.objects.select_for_update().filter(pk=fund.pk).first()
        if row is None:
            raise DomainError("not_found")
        if row.budget_code != words:
            row.budget_code = words
            row.save(update_fields=["budget_code"])
            record_event(actor=actor, kind="fund.budget_code", subject=row, facts={"code": words})
    return row


def fund_of(portal_id: int, year: int) -> Fund | None:
    """The largest fund of a year, which is what small portals have."""
    return Fund.objects.filter(portal_id=portal_id, year=year).order_by("-amount", "pk").first()


def position(fund: Fund, *, paid: bool = False) -> FundPosition:
    """Derived from runs, never kept. Three queries; one more where what was `paid` is asked for."""
    return positions([fund], paid=paid)[fund.pk]


def positions(funds: list[Fund], *, paid: bool = True) -> dict[int, FundPosition]:
    """The same for many, by id. Four queries."""
    ids = [fund.pk for fund in funds]
    issued: dict[int, int] = defaultdict(int)
    committed: dict[int, int] = defaultdict(int)
    drafts: dict[int, int] = defaultdict(int)
    preparing: dict[tuple[int, int], int] = {}  # (run, generation): fund
    rows = Run.objects.filter(fund__in=ids).exclude(state=RunState.CANCELLED)
    for fund_id, state, gross, run_id, generation in rows.values_list("fund_id", "state", "gross", "pk", "generation"):
        spent = issued if state in {RunState.ISSUED, RunState.CLOSED} else committed
        spent[fund_id] += gross or 0
        if state in BEING_PREPARED:
            preparing[run_id, generation] = fund_id
    if preparing:
        for run_id, generation, total in (
            DraftLine.objects.filter(run__in=[run_id for run_id, _ in preparing], held="")
            .values_list("run_id", "generation")
            .annotate(sum=Sum("amount"))
        ):
            if (run_id, generation) in preparing:
                drafts[preparing[run_id, generation]] += total
    received = (
        dict(
            Payout.objects.filter(statement__run__fund__in=ids, live=True, outcomes__outcome=Outcome.CONFIRMED)
            .values_list("statement__run__fund")
            .annotate(sum=Sum("amount"))
        )
        if paid
        else {}
    )
    freed = _paid_anew(funds)
    return {
        fund.pk: FundPosition(
            amount=fund.amount,
            issued=issued[fund.pk] - freed.get(fund.pk, 0),
            committed=committed[fund.pk],
            preparing=drafts[fund.pk],
            paid=received.get(fund.pk, 0),
        )
        for fund in funds
    }


def _paid_anew(funds: list[Fund]) -> dict[int, int]:
    """By fund: issued from it, never paid, and taken over whole by a later run, which freed it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.fund_id, coalesce(sum(s.gross), 0)::bigint FROM payments_line l
              JOIN payments_statement s ON s.portal_id = l.portal_id AND l.subject_key = 'statement:' || s.id
              JOIN payments_run r ON r.id = s.run_id AND r.state IN ('issued', 'closed')
             WHERE l.portal_id = ANY(%s) AND l.kind = 'carry_over' AND r.fund_id = ANY(%s)
             GROUP BY r.fund_id
            """,
            [[fund.portal_id for fund in funds], [fund.pk for fund in funds]],
        )
        return dict(cursor.fetchall())
