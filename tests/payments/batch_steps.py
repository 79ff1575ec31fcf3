"""Batches as tests take them: an issued run whose payouts are ordered, gathered, taken and sent."""

from __future__ import annotations

from payments import batches, payouts
from payments.models import Payout, PayoutBatch, Run
from tests.factories.world import World, at

PAYDAY = at("2026-08-05T09:00")


def ordered(world: World, run: Run) -> list[Payout]:
    """Payouts of an issued run. Call these steps inside `clock.at(PAYDAY)`."""
    return payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)


def gathered(world: World, run: Run, kind: str = "bank", template: str = "bank-full", **fields) -> PayoutBatch:
    if not Payout.objects.filter(statement__run=run).exists():
        ordered(world, run)
    return batches.gather_batch(actor=world.actor("accountant"), run=run, kind=kind, template=template, **fields)


def taken(world: World, batch: PayoutBatch, kind: str = "csv") -> batches.BatchFile:
    return batches.take_batch_file(actor=world.actor("accountant"), batch=batch, kind=kind)


def sent(world: World, run: Run, **fields) -> PayoutBatch:
    batch = gathered(world, run, **fields)
    taken(world, batch)
    return batches.send_batch(actor=world.actor("accountant"), batch=batch, seen_version=batch.version)


def by_name(batch: PayoutBatch) -> dict[str, Payout]:
    return {item.payout.payee_details.legal_name: item.payout for item in batches.items_of(batch)}
