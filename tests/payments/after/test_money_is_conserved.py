"""Every đồng that anybody earned is somewhere: paid, waived, in a balance, taken back, or moved to the next fund."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contributors import clock, leaving
from contributors.models import ContributorState
from payments import corrections, funds, payouts, waivers
from payments.models import BalanceEntry, Line, Payout, Statement, UnclaimedDecision
from payments.royalty.carrying import Limits, carry
from payments.unclaimed import transfer_unclaimed, unclaimed_statements
from payments.unpaid import ended
from tests.factories.world import World, at
from tests.payments.after.steps import MONTHS, broken_books, day, issued, policy, wrote

AMOUNTS = st.integers(0, 2_000_000)
MONTHLY = st.fixed_dictionaries(
    {
        "pieces": st.lists(
            st.tuples(st.sampled_from(["lan", "hoa"]), st.sampled_from(["0.5", "1", "2"])), min_size=1, max_size=2
        ),
        "end": st.sampled_from(["paid", "returned", "transferred"]),
        "correct": st.sampled_from([0, 0, -1, 30_000]),
        "leaves": st.sampled_from(["", "", "", "lan"]),
        "waives": st.sampled_from(["", "", "", "hoa"]),
    }
)


@given(
    due=st.integers(-500_000, 2_000_000),
    owed=AMOUNTS,
    balance=st.integers(-2_000_000, 2_000_000),
    floor=st.integers(0, 1_000_000),
    percent=st.one_of(st.none(), st.integers(0, 100)),
    dong=st.one_of(st.none(), AMOUNTS),
    before=AMOUNTS,
    release=st.booleans(),
)
@settings(max_examples=500, deadline=None)
def test_one_statement_carries_every_dong(due, owed, balance, floor, percent, dong, before, release):
    limits = Limits(floor=floor, percent=None if percent is None else Fraction(percent), dong=dong)
    found = carry(due=due, owed=owed, balance=balance, limits=limits, recovered_before=before, release=release)
    assert found.gross == due - owed + found.carried_in - found.carried_out
    assert found.gross >= 0
    assert found.recovered >= 0
    available = max(due, 0) + max(balance, 0)
    assert found.gross + found.recovered <= available
    if percent is not None:
        assert found.recovered * 100 <= available * percent
    if dong is not None:
        assert found.recovered <= max(dong - before, 0)
    if found.held:
        assert 0 < found.carried_out < floor
        assert not release
    elif found.gross:
        assert found.gross >= floor or release or owed or balance < 0 or due < 0


def play(world: World, months: list[dict], floor: int, percent: int) -> None:
    """Some months of a portal's life; every verb as people press it."""
    policy(world, floor=floor, recovery_percent=Decimal(percent))
    accountant, holder = world.actor("accountant"), world.actor("holder")
    fund = funds.enter_fund(actor=accountant, year=2027, source="Năm sau", amount=1, cut_off=date(2028, 1, 31))
    gone: set[str] = set()
    for month, plan in zip((7, 8, 9), months, strict=False):
        for number, (by, coefficient) in enumerate(plan["pieces"], start=10):
            if by not in gone:
                wrote(world, month, coefficient, by, number)
        with clock.at(at(day(month, 25))):
            _decide(world, month, plan, gone)
        if not any(by not in gone for by, _ in plan["pieces"]):
            wrote(world, month, "1", "writer", 20)
        run = issued(world, month)
        with clock.at(at(f"{MONTHS[month]['pay']}T10:00")):
            run = world.fresh(run)
            made = payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
            if made and plan["end"] != "paid":
                payouts.return_payout(actor=accountant, payout=made[0], reason="Sai số tài khoản")
            payouts.confirm_payouts(actor=accountant, run=run)
            lying = unclaimed_statements(accountant).exclude(ended()).first()
            if lying is not None and plan["end"] == "transferred":
                with clock.at(at("2026-10-20T10:00")):
                    transfer_unclaimed(
                        actor=accountant, statement=lying, fund=fund, decision_number="1/QĐ", reason="Không ai nhận"
                    )
            if plan["correct"]:
                _correct(accountant, holder, run, plan["correct"])


def _decide(world: World, month: int, plan: dict, gone: set[str]) -> None:
    """Who waives from today on, and who leaves; each once."""
    if plan["waives"]:
        who = world.people[plan["waives"]]
        if not waivers.waivers_of_person(who.pk).filter(withdrawn_at=None).exists():
            waivers.record_waiver(
                actor=world.actor(plan["waives"]),
                contributor=who,
                scope="standing",
                effective_from=date(2026, month, 25),
                agreed=True,
            )
    if plan["leaves"] and plan["leaves"] not in gone:
        who = world.fresh(world.people[plan["leaves"]])
        leaving.leave(actor=world.actor(plan["leaves"]), contributor=who, seen_version=who.version)
        gone.add(plan["leaves"])


def _correct(accountant, holder, run, amount: int) -> None:
    lines = Line.objects.filter(run=run, kind="fee", amount__gt=0).exclude(
        statement__unclaimed_decisions__state="transferred"
    )
    for line in lines.order_by("pk"):
        room = corrections.room_of([line.pk])[line.pk]
        if room > 0:
            row = corrections.propose_correction(
                actor=accountant, line=line, amount=-room if amount < 0 else amount, reason="Xem lại"
            )
            corrections.confirm_correction(actor=holder, correction=row, seen_version=row.version)
            return


def whereabouts(world: World, name: str) -> tuple[int, int]:
    """(what the person earned, where it is), both in đồng before tax."""
    person = world.people[name]
    lines = Line.objects.filter(contributor=person)
    earned = _sum(lines.filter(kind__in=["fee", "allowance", "correction"]))
    waived = -_sum(lines.filter(kind="deduction"))
    balance = _sum(BalanceEntry.objects.filter(contributor=person))
    mine = Statement.objects.filter(contributor=person)
    paid_out = mine.filter(payouts__live=True, payouts__outcomes__outcome="confirmed")
    paid = paid_out.aggregate(sum=Sum("gross"))["sum"] or 0
    lying = mine.exclude(ended()).exclude(pk__in=paid_out.values("pk")).aggregate(sum=Sum("gross"))["sum"] or 0
    moved = (
        UnclaimedDecision.objects.filter(statement__contributor=person, state="transferred").aggregate(
            sum=Sum("amount")
        )["sum"]
        or 0
    )
    # Confirmed corrections whose statement is not paid any more and has not been taken over by a run yet.
    waiting = sum(
        row.gross
        for row in mine.filter(ended()).exclude(unclaimed_decisions__state="transferred")
        if not Line.objects.filter(kind="carry_over", subject_key=f"statement:{row.pk}").exists()
    )
    return earned, paid + lying + moved + waived + balance + waiting


def _sum(rows) -> int:
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)


@given(
    months=st.lists(MONTHLY, min_size=3, max_size=3),
    floor=st.sampled_from([0, 200_000, 600_000]),
    percent=st.sampled_from([30, 100]),
)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_every_dong_earned_is_somewhere(world, months, floor, percent):
    with transaction.atomic():
        play(world, months, floor, percent)
        for name in ("lan", "hoa", "writer"):
            earned, somewhere = whereabouts(world, name)
            assert earned == somewhere, name
        assert Statement.objects.filter(net__lt=0).count() == 0
        assert Payout.objects.filter(live=True).exclude(statement__in=Statement.objects.exclude(ended())).count() == 0
        assert broken_books(world) == []
        transaction.set_rollback(True)
    for name, person in world.people.items():
        assert world.fresh(person).state == ContributorState.ACTIVE, name
