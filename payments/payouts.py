"""Paying issued statements: payouts, their outcomes, and closing the run. Batches stand in `payments.batches`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.names import plain_text
from payments.access import has_own_maker_line, require_money
from payments.batches import outcome_exists, reference_of, settle_batch
from payments.errors import PaymentError
from payments.models import (
    BatchItem,
    BatchKind,
    BatchState,
    Outcome,
    PayeeDetails,
    Payout,
    PayoutBatch,
    PayoutEvent,
    PayoutMethod,
    Run,
    Statement,
)
from payments.payout_holds import sort_payable, unpaid_of
from payments.run_messages import tell_came_back, tell_paid
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
        payouts = _ordered(actor, payable)
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


def _ordered(actor: Actor, payable: Sequence[tuple[Statement, PayeeDetails]]) -> list[Payout]:
    """New payouts, each to the details beside it, each naming the attempt that failed before."""
    statements = [statement.pk for statement, _ in payable]
    before = dict(
        Payout.objects.filter(statement__in=statements, live=False).values_list("statement_id").annotate(last=Max("pk"))
    )
    now = clock.now()
    return Payout.objects.bulk_create(
        [
            Payout(
                portal_id=statement.portal_id,
                statement=statement,
                method=PayoutMethod.TRANSFER if details.bank_account_tail else PayoutMethod.CASH,
                amount=statement.net,
                bank_bin=details.bank_bin,
                bank_account_tail=details.bank_account_tail,
                payee_details=details,
                follows_id=before.get(statement.pk),
                created_by_id=actor.account_pk,
                created_at=now,
            )
            for statement, details in payable
        ],
        batch_size=1000,
    )


def pay_again(*, actor: Actor, payout: Payout) -> Payout:
    """A returned payout anew, to the person's details of today. In no batch yet.

    Raises `own_line`, `run_wrong_state`, `payout_not_live` where one is alive already, `payouts_held`.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    with transaction.atomic():
        row = lock_run(payout.statement.run, None)
        check_step(row, "close")
        if has_own_maker_line(actor, row):
            raise PaymentError("own_line")
        payable, holds = sort_payable(unpaid_of(row).filter(pk=payout.statement_id), lock=True)
        if holds:
            raise PaymentError("payouts_held", count=len(holds))
        if not payable:
            raise PaymentError("payout_not_live")
        made = _ordered(actor, payable)[0]
        record_event(actor=actor, kind="payout.ordered_again", subject=made, facts={"amount": made.amount})
    return made


def confirm_payouts(
    *,
    actor: Actor,
    run: Run,
    chosen: Iterable[int] | None = None,
    happened_on: date | None = None,
    received_by: str = "",
) -> int:
    """Everybody whose payout is alive and without an outcome has the money (`chosen`: only these ids, at least one);
    returns how many. `received_by` names who took cash in their stead.

    Raises `own_line`, `payouts_none_chosen`, `payout_day_wrong`, `batch_not_sent` for what stands in a file that
    nobody has sent.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    wanted = None if chosen is None else set(chosen)
    if wanted is not None and not wanted:
        raise PaymentError("payouts_none_chosen")
    with transaction.atomic():
        row = lock_run(run, None)
        if has_own_maker_line(actor, row):
            raise PaymentError("own_line")
        open_ones = Payout.objects.filter(statement__run=row, live=True).filter(~outcome_exists(Outcome.CONFIRMED))
        if wanted is not None:
            open_ones = open_ones.filter(pk__in=wanted)
        waiting = list(open_ones.select_for_update(of=("self",)).order_by("pk"))
        _check_day(waiting, happened_on)
        batches = _sent_batches(waiting)
        now = clock.now()
        PayoutEvent.objects.bulk_create(
            [
                PayoutEvent(
                    portal_id=row.portal_id,
                    payout=payout,
                    outcome=Outcome.CONFIRMED,
                    happened_on=happened_on,
                    received_by=plain_text(received_by)[:300],
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
            tell_paid(actor, row, waiting)
        for batch in batches:
            settle_batch(actor, batch)
    return len(waiting)


def _check_day(payouts: Sequence[Payout], happened_on: date | None) -> None:
    if happened_on is None or not payouts:
        return
    ordered = max(_day_of_order(payout) for payout in payouts)
    if not ordered <= happened_on <= clock.today():
        raise PaymentError("payout_day_wrong", field="happened_on", day=f"{ordered:%d/%m/%Y}")


def _day_of_order(payout: Payout) -> date:
    """The day on which a payout was ordered."""
    with clock.at(payout.created_at):
        return clock.today()


def _sent_batches(payouts: Sequence[Payout]) -> list[PayoutBatch]:
    """The batches in which payouts stand, locked. Raises `batch_not_sent`: no bank answers to what it has not got."""
    ids = BatchItem.objects.filter(payout__in=payouts, live=True).values("batch_id")
    batches = list(PayoutBatch.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for batch in batches:
        if batch.state == BatchState.PREPARED and batch.kind != BatchKind.CASH:
            raise PaymentError("batch_not_sent", number=str(batch))
    return batches


def return_payout(*, actor: Actor, payout: Payout, reason: str) -> Payout:
    """The money came back; the statement can be paid again.

    Raises `reason_missing`, `payout_not_live`, `batch_not_sent`.
    """
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
        batches = _sent_batches([row])
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
        tell_came_back(actor, row)
        for batch in batches:
            settle_batch(actor, batch)
    return row


def revoke_confirmation(*, actor: Actor, payout: Payout, reason: str) -> Payout:
    """A confirmation was wrong. Nothing is deleted: a second person says so, that payout ends, and one that follows
    it, to the same account and in the same batch, waits for its outcome.

    Raises `reason_missing`, `payout_not_confirmed`, `revoker_is_confirmer`, `run_wrong_state` once the run is closed.
    """
    require_money(actor, "payout.revoke")
    require_proof(actor)
    words = plain_text(reason)[:500]
    if not words:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        run = lock_run(payout.statement.run, None)
        check_step(run, "close")
        row = Payout.objects.select_for_update().get(pk=payout.pk)
        confirmed = row.outcomes.filter(outcome=Outcome.CONFIRMED).first()
        if not row.live or confirmed is None:
            raise PaymentError("payout_not_confirmed")
        if confirmed.recorded_by_id == actor.account_id:
            raise PaymentError("revoker_is_confirmer")
        now = clock.now()
        PayoutEvent.objects.create(
            portal_id=row.portal_id,
            payout=row,
            outcome=Outcome.REVOKED,
            reason=words,
            at=now,
            recorded_by_id=actor.account_pk,
        )
        row.live = False
        row.save(update_fields=["live"])
        follower = Payout.objects.create(
            portal_id=row.portal_id,
            statement_id=row.statement_id,
            method=row.method,
            amount=row.amount,
            bank_bin=row.bank_bin,
            bank_account_tail=row.bank_account_tail,
            payee_details_id=row.payee_details_id,
            follows=row,
            created_by_id=actor.account_pk,
            created_at=now,
        )
        _take_the_place(actor, row, follower)
        record_event(actor=actor, kind="payout.revoked", subject=row, facts={"amount": row.amount, "reason": words})
    return follower


def _take_the_place(actor: Actor, ended: Payout, follower: Payout) -> None:
    """The follower joins the batch of the one that ended, so that no second file pays it."""
    item = BatchItem.objects.filter(payout=ended, live=True).first()
    if item is None:
        return
    batch = PayoutBatch.objects.select_for_update().get(pk=item.batch_id)
    position = (BatchItem.objects.filter(batch=batch).aggregate(last=Max("position"))["last"] or 0) + 1
    BatchItem.objects.create(
        portal_id=batch.portal_id,
        batch=batch,
        payout=follower,
        position=position,
        reference=reference_of(batch, position),
    )
    settle_batch(actor, batch)


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
