"""Funds: entering them, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Sum

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.names import plain_text
from contributors.papers.printable import LONG_NUMBER
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import Fund, Run, RunState

# Seven digits with a chapter or a group behind them, as bodies write it; never as long as a personal number.
BUDGET_CODE = re.compile(r"(?=.{1,40}$)[0-9A-Z]{1,8}(?:[.\-/ ][0-9A-Z]{1,8})*")


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


def position(fund: Fund) -> FundPosition:
    """Derived from runs, never kept."""
    rows = Run.objects.filter(fund=fund).exclude(state=RunState.CANCELLED).values("state").annotate(sum=Sum("gross"))
    sums = {row["state"]: row["sum"] or 0 for row in rows}
    issued = sums.pop(RunState.ISSUED, 0) + sums.pop(RunState.CLOSED, 0)
    return FundPosition(amount=fund.amount, issued=issued, committed=sum(sums.values()))
