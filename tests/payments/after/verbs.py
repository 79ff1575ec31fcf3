"""Every verb and question of what comes after issue, with the right that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from contributors.actors import Actor
from payments import balances, corrections, tax_year, unclaimed, waivers
from payments.models import Correction, Waiver
from tests.factories.world import World
from tests.payments.after.situations import TODAY, issued_line, next_fund, noticed, proposing, transferred, unpaid

Try = Callable[[Actor], object]


def propose(world: World) -> Try:
    _, line = issued_line(world)
    return lambda actor: corrections.propose_correction(actor=actor, line=line, amount=-1, reason="Nhầm")


def proposed(world: World) -> Correction:
    """By the world's own accountant: who tries to confirm it is another one."""
    return proposing(world, issued_line(world)[1])()


def confirm(world: World) -> Try:
    row = proposed(world)
    return lambda actor: corrections.confirm_correction(actor=actor, correction=row, seen_version=row.version)


def cancel(world: World) -> Try:
    row = proposed(world)
    return lambda actor: corrections.cancel_correction(
        actor=actor, correction=row, seen_version=row.version, reason="Đúng rồi"
    )


def look_at_lines(world: World) -> Try:
    row = unpaid(world)
    return lambda actor: corrections.correctable_lines(actor=actor, statement=row)


def set_rule(world: World) -> Try:
    return lambda actor: balances.set_balance_policy(
        actor=actor, floor=0, recovery_percent=None, recovery_dong=None, effective_from=TODAY
    )


def record(world: World) -> Try:
    return lambda actor: waivers.record_waiver(
        actor=actor,
        contributor=world.people["lan"],
        scope="standing",
        effective_from=TODAY,
        sheet_signed_on=date(2026, 8, 1),
    )


def recorded(world: World) -> Waiver:
    return record(world)(world.actor("accountant"))


def confirm_sheet(world: World) -> Try:
    row = recorded(world)
    return lambda actor: waivers.confirm_waiver(actor=actor, waiver=row, seen_version=row.version)


def withdraw(world: World) -> Try:
    row = recorded(world)
    return lambda actor: waivers.withdraw_waiver(actor=actor, waiver=row, seen_version=row.version)


def notice(world: World) -> Try:
    row = unpaid(world)
    return lambda actor: unclaimed.record_notice(actor=actor, statement=row, on=TODAY, way="phone")


def transfer(world: World) -> Try:
    row, fund = noticed(world), next_fund(world)
    return lambda actor: unclaimed.transfer_unclaimed(
        actor=actor, statement=row, fund=fund, decision_number="1", reason="Không ai nhận"
    )


def keep(world: World) -> Try:
    row = unpaid(world)
    return lambda actor: unclaimed.keep_unclaimed(actor=actor, statement=row, reason="Sẽ về")


def reverse(world: World) -> Try:
    row, _ = transferred(world)
    return lambda actor: unclaimed.reverse_transfer(
        actor=actor, decision=row, seen_version=row.version, reason="Đã tới"
    )


VERBS: dict[str, tuple[str, Callable[[World], Try]]] = {
    "propose_correction": ("correction.write", propose),
    "cancel_correction": ("correction.write", cancel),
    "correctable_lines": ("correction.write", look_at_lines),
    "confirm_correction": ("correction.confirm", confirm),
    "corrections": ("correction.confirm", lambda _world: lambda actor: list(corrections.corrections(actor))),
    "balances": ("balance.see", lambda _world: balances.balances),
    "ledger_of": (
        "balance.see",
        lambda world: lambda actor: balances.ledger_of(actor=actor, contributor=world.people["lan"]),
    ),
    "set_balance_policy": ("balance.policy", set_rule),
    "waivers": ("waiver.see", lambda _world: lambda actor: list(waivers.waivers(actor))),
    "record_waiver": ("waiver.write", record),
    "withdraw_waiver": ("waiver.write", withdraw),
    "confirm_waiver": ("waiver.confirm", confirm_sheet),
    "unclaimed_statements": (
        "unclaimed.see",
        lambda _world: lambda actor: list(unclaimed.unclaimed_statements(actor)),
    ),
    "described": ("unclaimed.see", lambda _world: lambda actor: unclaimed.described(actor, [])),
    "record_notice": ("unclaimed.write", notice),
    "transfer_unclaimed": ("unclaimed.write", transfer),
    "keep_unclaimed": ("unclaimed.write", keep),
    "reverse_transfer": ("unclaimed.write", reverse),
    "tax_of_year": ("tax_year.see", lambda _world: lambda actor: tax_year.tax_of_year(actor=actor, year=2026)),
    "tax_years": ("tax_year.see", lambda _world: tax_year.tax_years),
}
