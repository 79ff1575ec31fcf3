"""Steps after issue, as tests take them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from contributors import clock
from payments import balances, corrections, payouts, runs
from payments.books import check_books
from payments.models import BalanceEntry, Correction, Line, Run, Statement
from tests.factories.world import World, at
from tests.payments.steps import confirmed_run, issue, work

MONTHS = {
    7: {"since": "2026-07-01", "until": "2026-08-01", "pay": "2026-08-05"},
    8: {"since": "2026-08-01", "until": "2026-09-01", "pay": "2026-09-05"},
    9: {"since": "2026-09-01", "until": "2026-10-01", "pay": "2026-10-05"},
    10: {"since": "2026-10-01", "until": "2026-11-01", "pay": "2026-11-05"},
    11: {"since": "2026-11-01", "until": "2026-12-01", "pay": "2026-12-05"},
}


def day(month: int, number: int = 10) -> str:
    return f"2026-{month:02d}-{number:02d}T09:00"


def wrote(world: World, month: int, coefficient: str = "1.5", by: str = "lan", number: int = 10):
    """A piece of a month; coefficient × 253.000 đồng for its author."""
    return world.published(by, when=day(month, number), coefficient=coefficient)


def approved(world: World, month: int) -> Run:
    with clock.at(at(day(month + 1, 3))):
        run = confirmed_run(world, **MONTHS[month])
        return runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)


def issued(world: World, month: int) -> Run:
    run = approved(world, month)
    with clock.at(at(day(month + 1, 4))):
        run = issue(world, run)
        work()
        return world.fresh(run)


def pay(world: World, run: Run) -> Run:
    """Everybody of an issued run who can be paid has the money."""
    run = world.fresh(run)
    with clock.at(at(f"{run.payment_date}T10:00")):
        accountant = world.actor("accountant")
        payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        payouts.confirm_payouts(actor=accountant, run=run)
    return world.fresh(run)


def paid(world: World, month: int) -> Run:
    return pay(world, issued(world, month))


def statement(world: World, run: Run, name: str = "lan") -> Statement:
    return Statement.objects.get(run=run, contributor=world.people[name])


def line_of(world: World, run: Run, name: str = "lan") -> Line:
    return Line.objects.filter(statement=statement(world, run, name), kind="fee").order_by("ordinal").first()


def corrected(world: World, line: Line, amount: int, when: str = "2026-08-20T09:00") -> Correction:
    """Proposed by the accountant, confirmed by the account holder."""
    with clock.at(at(when)):
        row = corrections.propose_correction(
            actor=world.actor("accountant"), line=line, amount=amount, reason="Chấm nhầm hệ số"
        )
        return corrections.confirm_correction(actor=world.actor("holder"), correction=row, seen_version=row.version)


def policy(world: World, **fields: Any) -> None:
    """From 1 July on: no limit of recovery, no floor, unless said otherwise."""
    values: dict[str, Any] = {
        "floor": 0,
        "recovery_percent": Decimal(100),
        "recovery_dong": None,
        "effective_from": date(2026, 7, 1),
    }
    with clock.at(at("2026-07-01T08:00")):
        balances.set_balance_policy(actor=world.actor("holder"), **(values | fields))


def balance(world: World, name: str = "lan") -> int:
    return balances.balance_of(world.people[name].pk)


def ledger(world: World, name: str = "lan") -> list[tuple[int, str]]:
    rows = BalanceEntry.objects.filter(contributor=world.people[name]).order_by("pk")
    return list(rows.values_list("amount", "reason"))


def figures(row: Statement) -> tuple[int, int, int, int, int, int]:
    """(Σ lines, carried in, carried out, gross, tax, net)."""
    return (row.line_total, row.carried_in, row.carried_out, row.gross, row.tax, row.net)


def broken_books(world: World) -> list[tuple[str, str]]:
    return [(finding.name, finding.detail) for finding in check_books(world.portal) if not finding.ok]
