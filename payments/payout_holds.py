"""Whom an issued run cannot pay yet for the sake of their payee details, and to which details the others are paid.

A statement froze the details of the day of issue, for its paper. Money goes to the person's *current* details, and
only when these are confirmed and no hold runs: whoever changed the account after issue is paid to the new one, but
not before the payee (or a second person with the signed sheet) has confirmed it and the days of the hold are over.
The rest of the list is paid meanwhile. A payout copies the account that it went to; one that was prepared before a
change keeps the account that had been confirmed then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contributors import clock
from contributors.models import Contributor
from payments.models import PayeeDetails, Payout, Run, Statement
from payments.unpaid import ended, stopped

MISSING, UNCONFIRMED, ON_HOLD, CORRECTED = "missing", "unconfirmed", "on_hold", "corrected"


@dataclass(frozen=True, slots=True)
class PayoutHold:
    """One statement that waits. `until` is the first day on which it can be paid, where that is known."""

    statement: Statement
    contributor: Contributor
    reason: str
    until: date | None = None

    @property
    def label(self) -> str:
        """In words, in the language of the request."""
        if self.reason == ON_HOLD and self.until is not None:
            return _("thông tin nhận tiền vừa đổi, chi được từ ngày %(day)s") % {"day": f"{self.until:%d/%m/%Y}"}
        if self.reason == CORRECTED:
            return _("có khoản đang đề nghị điều chỉnh, chờ người thứ hai")
        if self.reason == UNCONFIRMED:
            return _("thông tin nhận tiền chưa được xác nhận")
        return _("chưa có thông tin nhận tiền")


def hold_of(details: PayeeDetails | None, today: date) -> tuple[str, date | None] | None:
    """Why nothing can be paid to these details on a day; None: it can."""
    if details is None:
        return MISSING, None
    if details.confirmed_at is None:
        return UNCONFIRMED, details.hold_until
    if details.hold_until is not None and today < details.hold_until:
        return ON_HOLD, details.hold_until
    return None


def unpaid_of(run: Run) -> QuerySet[Statement]:
    """Statements with an amount for which no payout is alive, in the order of their numbers."""
    alive = Payout.objects.filter(statement__run=run, live=True).values("statement_id")
    found: QuerySet[Statement] = (
        Statement.objects.filter(run=run, net__gt=0)
        .exclude(pk__in=alive)
        .exclude(ended())
        .select_related("contributor")
        .order_by("number")
    )
    return found


def sort_payable(
    statements: Iterable[Statement], *, lock: bool = False
) -> tuple[list[tuple[Statement, PayeeDetails]], list[PayoutHold]]:
    """Statements with the details that each is paid to, and those that wait.

    `lock` keeps the details from being replaced until the transaction ends. A person who was merged into another is
    paid to the details of the one who stays.
    """
    waiting = list(statements)
    today = clock.today()
    payees = [each.contributor.merged_into_id or each.contributor_id for each in waiting]
    corrected = stopped(Statement.objects.filter(pk__in=[each.pk for each in waiting]))
    rows = PayeeDetails.objects.filter(contributor_id__in=payees, current=True).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    details = {row.contributor_id: row for row in rows}
    payable: list[tuple[Statement, PayeeDetails]] = []
    holds: list[PayoutHold] = []
    for statement, payee in zip(waiting, payees, strict=True):
        row = details.get(payee)
        held = (CORRECTED, None) if statement.pk in corrected else hold_of(row, today)
        if held is not None or row is None:
            reason, until = held or (MISSING, None)
            holds.append(PayoutHold(statement, statement.contributor, reason, until))
        else:
            payable.append((statement, row))
    return payable, holds


def payout_holds(run: Run) -> list[PayoutHold]:
    """Everybody of an issued run who waits, with the reason. Three queries."""
    return sort_payable(unpaid_of(run))[1]
