"""Funds: entering them, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Sum

from contributors.actors import Actor
from contributors.events import record_event
from payments.access import require_money
from payments.models import Fund, Run, RunState


@dataclass(frozen=True, slots=True)
class FundPosition:
    """All in đồng. `committed`: runs that are approved or being prepared and not issued yet."""

    amount: int
    issued: int
    committed: int

    @property
    def left(self) -> int:
        return self.amount - self.issued - self.committed

    @property
    def issued_percent(self) -> int:
        return self.issued * 100 // self.amount if self.amount else 0

    @property
    def committed_percent(self) -> int:
        return self.committed * 100 // self.amount if self.amount else 0


def enter_fund(*, actor: Actor, year: int, source: str, amount: int, cut_off: date, decision_number: str = "") -> Fund:
    """Money of a budget year. `amount` in đồng."""
    require_money(actor, "fund.write")
    with transaction.atomic():
        fund = Fund.objects.create(
            portal_id=actor.portal_id,
            year=year,
            source=source,
            amount=amount,
            cut_off=cut_off,
            decision_number=decision_number,
        )
        record_event(actor=actor, kind="fund.entered", subject=fund, facts={"year": year, "amount": amount})
    return fund


def fund_of(portal_id: int, year: int) -> Fund | None:
    """The largest fund of a year, which is what small portals have."""
    return Fund.objects.filter(portal_id=portal_id, year=year).order_by("-amount", "pk").first()


def position(fund: Fund) -> FundPosition:
    """Derived from runs, never kept."""
    rows = Run.objects.filter(fund=fund).exclude(state=RunState.CANCELLED).values("state").annotate(sum=Sum("gross"))
    sums = {row["state"]: row["sum"] or 0 for row in rows}
    issued = sums.pop(RunState.ISSUED, 0) + sums.pop(RunState.CLOSED, 0)
    return FundPosition(amount=fund.amount, issued=issued - _paid_anew(fund), committed=sum(sums.values()))


def _paid_anew(fund: Fund) -> int:
    """Issued from the fund, never paid, and taken over whole by a later run: what that run freed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(s.gross), 0) FROM payments_line l
              JOIN payments_statement s ON s.portal_id = l.portal_id AND l.subject_key = 'statement:' || s.id
              JOIN payments_run r ON r.id = s.run_id AND r.state IN ('issued', 'closed')
             WHERE l.portal_id = %s AND l.kind = 'carry_over' AND r.fund_id = %s
            """,
            [fund.portal_id, fund.pk],
        )
        return int(cursor.fetchone()[0])
