"""Questions about paying a run: how far it is, and what became of each person's money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Sum, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payments.batches import outcome_exists
from payments.models import BatchItem, Outcome, Payout, PayoutBatch, PayoutEvent, Run, Statement
from payments.payout_holds import PayoutHold, sort_payable, unpaid_of

WAITING, SENT, PAID, RETURNED = "waiting", "sent", "paid", "returned"
STATES: dict[str, str | Promise] = {
    WAITING: _("chờ chi"),
    SENT: _("đã gửi lệnh"),
    PAID: _("đã nhận tiền"),
    RETURNED: _("bị trả lại"),
}


@dataclass(frozen=True, slots=True)
class Paying:
    """People and đồng of a run by what became of them; `unordered` has no order yet, `held` cannot get one."""

    people: int
    amount: int
    counts: dict[str, int]
    amounts: dict[str, int]
    payable: int
    payable_amount: int
    held: list[PayoutHold]

    @property
    def paid(self) -> int:
        return self.counts[PAID]

    @property
    def paid_amount(self) -> int:
        return self.amounts[PAID]


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """The newest attempt to pay one person."""

    payout: Payout
    state: str
    batch: PayoutBatch | None
    reference: str
    events: Sequence[PayoutEvent]
    attempts: int

    @property
    def state_label(self) -> str:
        return str(STATES[self.state])

    @property
    def confirmed(self) -> PayoutEvent | None:
        return next((event for event in self.events if event.outcome == Outcome.CONFIRMED), None)

    @property
    def paid_on(self) -> date | datetime | None:
        """The day of the money, or the moment of writing it down."""
        event = self.confirmed
        return (event.happened_on or event.at) if event else None

    @property
    def returned(self) -> PayoutEvent | None:
        return next((event for event in self.events if event.outcome == Outcome.RETURNED), None)


def newest_payouts(run: Run) -> QuerySet[Any]:
    """One payout for each statement that was ever ordered, with `becoming`: one of `STATES`."""
    later = Payout.objects.filter(statement=OuterRef("statement"), pk__gt=OuterRef("pk"))
    found: QuerySet[Any] = (
        Payout.objects.filter(statement__run=run)
        .filter(~Exists(later))
        .annotate(
            becoming=Case(
                When(outcome_exists(Outcome.RETURNED), then=Value(RETURNED)),
                When(outcome_exists(Outcome.CONFIRMED), then=Value(PAID)),
                When(outcome_exists(Outcome.SENT), then=Value(SENT)),
                default=Value(WAITING),
                output_field=CharField(),
            )
        )
    )
    return found


def paying_of(run: Run) -> Paying:
    """Constant number of queries."""
    whole = Statement.objects.filter(run=run, net__gt=0).aggregate(people=Count("pk"), amount=Sum("net"))
    counts, amounts = dict.fromkeys(STATES, 0), dict.fromkeys(STATES, 0)
    for state, count, amount in (
        newest_payouts(run).order_by().values_list("becoming").annotate(count=Count("pk"), sum=Sum("amount"))
    ):
        counts[state], amounts[state] = count, amount
    payable, held = sort_payable(unpaid_of(run))
    return Paying(
        people=whole["people"],
        amount=whole["amount"] or 0,
        counts=counts,
        amounts=amounts,
        payable=len(payable),
        payable_amount=sum(statement.net for statement, _details in payable),
        held=held,
    )


def payouts_listed(run: Run, state: str = "", batch: PayoutBatch | None = None) -> QuerySet[Payout]:
    """For `payout_rows`, a page at a time; in the order of the statements' numbers."""
    rows = newest_payouts(run)
    if state:
        rows = rows.filter(becoming=state)
    if batch is not None:
        rows = Payout.objects.filter(pk__in=BatchItem.objects.filter(batch=batch).values("payout_id")).exclude(
            outcome_exists(Outcome.REVOKED)
        )
    return (
        rows.select_related("statement__contributor", "payee_details")
        .defer("statement__frozen")
        .prefetch_related("outcomes__recorded_by", "items__batch")
        .order_by("statement__number", "pk")
    )


def payout_rows(payouts: Sequence[Payout]) -> list[PayoutRow]:
    """One more query for all, whatever their number."""
    attempts = dict(
        Payout.objects.filter(statement__in=[payout.statement_id for payout in payouts])
        .exclude(Q(outcomes__outcome=Outcome.REVOKED))
        .values_list("statement_id")
        .annotate(count=Count("pk", distinct=True))
    )
    rows = []
    for payout in payouts:
        events = sorted(payout.outcomes.all(), key=lambda event: event.pk)
        outcomes = {event.outcome for event in events}
        item = next((item for item in payout.items.all() if item.live), None)
        state = next(
            (
                state
                for outcome, state in (
                    (Outcome.RETURNED, RETURNED),
                    (Outcome.CONFIRMED, PAID),
                    (Outcome.SENT, SENT),
                )
                if outcome in outcomes
            ),
            WAITING,
        )
        rows.append(
            PayoutRow(
                payout=payout,
                state=state,
                batch=item.batch if item else None,
                reference=item.reference if item else "",
                events=events,
                attempts=attempts.get(payout.statement_id, 1),
            )
        )
    return rows
