"""For every named error of what comes after issue, a situation in which it is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from contributors import clock
from payments import balances, corrections, funds, payouts, runs, tax_statuses, tax_year, unclaimed, waivers
from payments.models import Fund, Statement
from tests.factories.world import World
from tests.payments.steps import approved_run, computed_run, issued_run

Act = Callable[[], object]
CASES: list[tuple[str, str, Callable[[World], Act]]] = []
TODAY = date(2026, 8, 3)  # of every act


def case(code: str, name: str = ""):
    def keep(arrange: Callable[[World], Act]) -> Callable[[World], Act]:
        CASES.append((code, name or code, arrange))
        return arrange

    return keep


def issued_line(world: World, name: str = "lan"):
    world.published(name)
    run = issued_run(world)
    return run, run.lines.filter(contributor=world.people[name], kind="fee").first()


def proposing(world: World, line, amount: int = -1000, reason: str = "Chấm nhầm") -> Act:
    return lambda: corrections.propose_correction(
        actor=world.actor("accountant"), line=line, amount=amount, reason=reason
    )


def confirming(world: World, row, who: str = "holder") -> Act:
    return lambda: corrections.confirm_correction(
        actor=world.actor(who), correction=row, seen_version=world.fresh(row).version
    )


case("correction_zero")(lambda world: proposing(world, issued_line(world)[1], 0))
case("correction_too_large")(lambda world: proposing(world, issued_line(world)[1], 10**16))
case("correction_too_much")(lambda world: proposing(world, issued_line(world)[1], -10_000_000))
case("correction_reason_number")(lambda world: proposing(world, issued_line(world)[1], -1, "CCCD 089200000001"))


@case("correction_not_issued", "proposing")
def correction_not_issued(world: World) -> Act:
    world.published("lan")
    return proposing(world, approved_run(world).lines.first())


@case("correction_not_issued", "looking")
def lines_not_issued(world: World) -> Act:
    world.published("lan")
    row = Statement.objects.filter(run=approved_run(world)).first()
    return lambda: corrections.correctable_lines(actor=world.actor("accountant"), statement=row)


@case("correction_open")
def correction_open(world: World) -> Act:
    _, line = issued_line(world)
    proposing(world, line)()
    return proposing(world, line)


@case("correction_wrong_state")
def correction_wrong_state(world: World) -> Act:
    _, line = issued_line(world)
    row = proposing(world, line)()
    confirming(world, row)()
    return confirming(world, row, "head")


@case("correction_own")
def correction_own(world: World) -> Act:
    """The publisher's fee of posting, confirmed by the publisher who is head meanwhile: the head's own fee here."""
    _, line = issued_line(world)
    own = line.run.lines.filter(contributor=world.people["head"]).first()
    return confirming(world, proposing(world, own)(), "head")


@case("correction_payout_open")
def correction_payout_open(world: World) -> Act:
    run, line = issued_line(world)
    payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return confirming(world, proposing(world, line)())


@case("correction_gone")
def correction_gone(world: World) -> Act:
    row, _ = transferred(world)
    return proposing(world, row.statement.lines.first())


def policy(world: World, **fields) -> Act:
    values = {"floor": 0, "recovery_percent": None, "recovery_dong": None, "effective_from": TODAY} | fields
    return lambda: balances.set_balance_policy(actor=world.actor("holder"), **values)


case("floor_wrong")(lambda world: policy(world, floor=-1))
case("recovery_wrong", "percent")(lambda world: policy(world, recovery_percent=Decimal(101)))
case("recovery_wrong", "đồng")(lambda world: policy(world, recovery_dong=-1))
case("policy_day_past", "of balances")(lambda world: policy(world, effective_from=date(2026, 8, 2)))


def waiving(world: World, who: str = "lan", **fields) -> Act:
    values = {"scope": "standing", "effective_from": TODAY, "agreed": True} | fields
    return lambda: waivers.record_waiver(actor=world.actor(who), contributor=world.people["lan"], **values)


case("waiver_scope_wrong")(lambda world: waiving(world, scope="run"))
case("waiver_no_consent")(lambda world: waiving(world, agreed=False))
case("waiver_day_past")(lambda world: waiving(world, effective_from=date(2026, 8, 2)))
case("sheet_day_missing", "of a waiver")(lambda world: waiving(world, "accountant"))
case("sheet_day_ahead", "of a waiver")(
    lambda world: waiving(world, "accountant", sheet_signed_on=date(2026, 8, 4), agreed=False)
)


@case("waiver_already")
def waiver_already(world: World) -> Act:
    waiving(world)()
    return waiving(world, effective_from=date(2026, 9, 1))


@case("waiver_no_line")
def waiver_no_line(world: World) -> Act:
    world.published("hoa")
    return waiving(world, scope="line", run=computed_run(world), subject_key="credit:0", effective_from=None)


@case("waiver_too_late", "recording")
def waiver_too_late(world: World) -> Act:
    world.published("lan")
    return waiving(world, scope="run", run=approved_run(world), effective_from=None)


@case("waiver_too_late", "withdrawing")
def withdrawing_too_late(world: World) -> Act:
    world.published("lan")
    run = computed_run(world)
    row = waiving(world, scope="run", run=run, effective_from=None)()
    run = runs.confirm_run(actor=world.actor("head"), run=world.fresh(run), seen_version=run.version)
    runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    return lambda: waivers.withdraw_waiver(actor=world.actor("lan"), waiver=row, seen_version=row.version)


@case("waiver_confirmed")
def waiver_confirmed(world: World) -> Act:
    row = waiving(world)()
    return lambda: waivers.confirm_waiver(actor=world.actor("holder"), waiver=row, seen_version=row.version)


@case("waiver_over")
def waiver_over(world: World) -> Act:
    row = waiving(world)()
    row = waivers.withdraw_waiver(actor=world.actor("lan"), waiver=row, seen_version=row.version)
    return lambda: waivers.withdraw_waiver(actor=world.actor("lan"), waiver=row, seen_version=row.version)


def unpaid(world: World) -> Statement:
    run, _ = issued_line(world)
    return Statement.objects.get(run=run, contributor=world.people["lan"])


def noticing(world: World, row: Statement, **fields) -> Act:
    values = {"on": TODAY, "way": "phone"} | fields
    return lambda: unclaimed.record_notice(actor=world.actor("accountant"), statement=row, **values)


case("notice_day_ahead")(lambda world: noticing(world, unpaid(world), on=date(2026, 8, 4)))
case("notice_day_early")(lambda world: noticing(world, unpaid(world), on=date(2026, 8, 2)))
case("notice_way_unknown")(lambda world: noticing(world, unpaid(world), way="pigeon"))


@case("unclaimed_paid")
def unclaimed_paid(world: World) -> Act:
    row = unpaid(world)
    payouts.prepare_payouts(actor=world.actor("accountant"), run=row.run, seen_version=row.run.version)
    return noticing(world, row)


def next_fund(world: World) -> Fund:
    return funds.enter_fund(
        actor=world.actor("accountant"), year=2027, source="Năm sau", amount=1, cut_off=date(2028, 1, 31)
    )


def transferring(world: World, row: Statement, fund: Fund, number: str = "12/QĐ") -> Act:
    return lambda: unclaimed.transfer_unclaimed(
        actor=world.actor("accountant"), statement=row, fund=fund, decision_number=number, reason="Không ai nhận"
    )


def noticed(world: World) -> Statement:
    row = unpaid(world)
    for _ in range(3):
        noticing(world, row)()
    return row


def transferred(world: World):
    fund = next_fund(world)
    return transferring(world, noticed(world), fund)(), fund


case("unclaimed_notices_few")(lambda world: transferring(world, unpaid(world), next_fund(world)))
case("unclaimed_fund_wrong")(lambda world: transferring(world, noticed(world), world.fund))
case("unclaimed_number_missing")(lambda world: transferring(world, noticed(world), next_fund(world), " "))


def reversing(world: World, row) -> Act:
    return lambda: unclaimed.reverse_transfer(
        actor=world.actor("accountant"), decision=row, seen_version=world.fresh(row).version, reason="Đã tới nhận"
    )


@case("unclaimed_not_transferred")
def unclaimed_not_transferred(world: World) -> Act:
    row, _ = transferred(world)
    reversing(world, row)()
    return reversing(world, row)


@case("unclaimed_fund_spent")
def unclaimed_fund_spent(world: World) -> Act:
    row, fund = transferred(world)
    Fund.objects.filter(pk=fund.pk).update(amount=row.amount - 1)
    return reversing(world, row)


@case("unclaimed_year_closed")
def unclaimed_year_closed(world: World) -> Act:
    """As it is asked on the first day of the next year."""
    row, _ = transferred(world)
    act = reversing(world, row)

    def next_year() -> object:
        with clock.at(clock.now().replace(year=2027, month=1, day=2)):
            return act()

    return next_year


@case("asked_not_for_status")
def asked_not_for_status(world: World) -> Act:
    return lambda: tax_statuses.set_tax_status(
        actor=world.actor("accountant"),
        contributor=world.people["lan"],
        status="non_resident",
        effective_from=TODAY,
        withhold_asked=True,
    )


case("tax_year_wrong")(lambda world: lambda: tax_year.tax_of_year(actor=world.actor("accountant"), year=1999))
