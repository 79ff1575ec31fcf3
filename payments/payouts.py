"""Paying issued statements: payouts, their outcomes, and closing the run."""

from __future__ import annotations

from django.db import transaction

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.names import plain_text
from payments.access import has_own_maker_line, require_money
from payments.errors import PaymentError
from payments.models import Outcome, Payout, PayoutEvent, PayoutMethod, Run, Statement
from payments.payout_holds import sort_payable, unpaid_of
from payments.runs import check_step, lock_run, move_run
from payments.unpaid import ended


def prepare_payouts(*, actor: Actor, run: Run, seen_version: int) -> list[Payout]:
    """A payout for every statement of an issued run that has none alive: transfer where there is an account,
    cash otherwise. Nothing is made for 0 đồng.

    Left out, to be prepared on a later day, is whoever `payments.payout_holds` names: details that nobody has
    confirmed or that changed some days ago. The others are paid to their details of today, copied into the payout.
    Raises `own_line`, `run_wrong_state`, `payouts_held` where nobody is left but these.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "close")
        if has_own_maker_line(actor, row):
            raise PaymentError("own_line")
        payable, holds = sort_payable(unpaid_of(row), lock=True)
        if holds and not payable:
            raise PaymentError("payouts_held", count=len(holds))
        now = clock.now()
        payouts = Payout.objects.bulk_create(
            [
                Payout(
                    portal_id=row.portal_id,
                    statement=statement,
                    method=PayoutMethod.TRANSFER if details.bank_account_tail else PayoutMethod.CASH,
                    amount=statement.net,
                    bank_bin=details.bank_bin,
                    bank_account_tail=details.bank_account_tail,
                    payee_details=details,
                    created_by_id=actor.account_pk,
                    created_at=now,
                )
                for statement, details in payable
            ],
            batch_size=1000,
        )
        if payouts:
            record_event(
                actor=actor,
                kind="run.payouts_prepared",
                subject=row,
                facts={
                    "payouts": len(payouts),
                    "amount": sum(payout.amount for payout in payouts),
                    "held": len(holds),
                },
            )
    return payouts


def confirm_payouts(*, actor: Actor, run: Run) -> int:
    """Everybody whose payout is alive and without an outcome has the money; returns how many. Raises `own_line`."""
    require_money(actor, "run.pay")
    require_proof(actor)
    with transaction.atomic():
        row = lock_run(run, None)
        if has_own_maker_line(actor, row):
            raise PaymentError("own_line")
        waiting = list(
            Payout.objects.select_for_update(of=("self",))
            .filter(statement__run=row, live=True)
            .exclude(outcomes__outcome=Outcome.CONFIRMED)
            .order_by("pk")
        )
        now = clock.now()
        PayoutEvent.objects.bulk_create(
            [
                PayoutEvent(
                    portal_id=row.portal_id,
                    payout=payout,
                    outcome=Outcome.CONFIRMED,
                    at=now,
                    recorded_by_id=actor.account_pk,
                )
                for payout in waiting
            ],
            batch_size=1000,
        )
        if waiting:
            record_event(
                actor=actor,
                kind="run.paid",
                subject=row,
                facts={"payouts": len(waiting), "amount": sum(payout.amount for payout in waiting)},
            )
    return len(waiting)


def return_payout(*, actor: Actor, payout: Payout, reason: str) -> Payout:
    """The money came back; the statement can be paid again. Raises `reason_missing`, `payout_not_live`."""
    require_money(actor, "run.pay")
    words = plain_text(reason)[:500]
    if not words:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = Payout.objects.select_for_update().filter(pk=payout.pk).first()
        if row is None:
            raise DomainError("not_found")
        if not row.live or row.outcomes.filter(outcome=Outcome.CONFIRMED).exists():
            raise PaymentError("payout_not_live")
        PayoutEvent.objects.create(
            portal_id=row.portal_id,
            payout=row,
            outcome=Outcome.RETURNED,
            reason=words,
            at=clock.now(),
            recorded_by_id=actor.account_pk,
        )
        row.live = False
        row.save(update_fields=["live"])
        record_event(actor=actor, kind="payout.returned", subject=row, facts={"amount": row.amount})
    return row


def unpaid_statements(run: Run) -> int:
    """Statements with an amount whose payout nobody has confirmed."""
    paid = PayoutEvent.objects.filter(payout__statement__run=run, payout__live=True, outcome=Outcome.CONFIRMED)
    waiting = Statement.objects.filter(run=run, net__gt=0).exclude(pk__in=paid.values("payout__statement_id"))
    return waiting.exclude(ended()).count()


def close_run(*, actor: Actor, run: Run, seen_version: int) -> Run:
    """The run is done when everybody is paid. Raises `payouts_open`."""
    require_money(actor, "run.close")
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "close")
        still = unpaid_statements(row)
        if still:
            raise PaymentError("payouts_open", count=still)
        row.closed_at = clock.now()
        return move_run(actor=actor, run=row, action="close")
