"""Funds: changes by decision, what is bound and expected, what lapses, and the last money."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Portal
from payments import funds, issuing, payouts, runs
from payments.fund_outlook import expected, funds_that_warn, lapsing, months_of
from payments.fund_policy import set_fund_policy, warn_days_on
from payments.models import Fund, FundChange, FundPolicy, Run
from tests.factories.world import at
from tests.payments.batch_steps import PAYDAY, ordered
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    Refusal,
    approved_run,
    at_once,
    computed_run,
    confirmed_run,
    issued_run,
)


def change(world, amount: int, decision: str = "05/QĐ-UBND", reason: str = "Bổ sung cuối năm") -> FundChange:
    return funds.change_fund(
        actor=world.actor("accountant"), fund=world.fund, change=amount, decision_number=decision, reason=reason
    )


def test_changes_stay_as_rows_and_the_fund_is_their_sum(world):
    change(world, 10_000_000)
    change(world, -4_000_000, reason="Cắt giảm chi thường xuyên")
    assert Fund.objects.get(pk=world.fund.pk).amount == 56_000_000
    assert list(FundChange.objects.order_by("pk").values_list("amount", "amount_after")) == [
        (10_000_000, 60_000_000),
        (-4_000_000, 56_000_000),
    ]
    for sql in ("UPDATE payments_fundchange SET reason = 'x'", "DELETE FROM payments_fundchange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_cut_stops_at_what_is_bound(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
        with pytest.raises(DomainError, match="fund_cut_too_deep") as refused:
            change(world, -(50_000_000 - run.gross + 1))
        assert refused.value.message("vi").startswith("Chỉ cắt giảm được nhiều nhất 49.590.500 đ")
        assert change(world, -(50_000_000 - run.gross)).amount_after == run.gross
        assert funds.position(world.fresh(world.fund)).left == 0


def test_position_follows_a_run_from_draft_to_paid(world):
    world.published("lan")
    fund = world.fund
    with clock.at(AUGUST):
        run = computed_run(world)
        assert funds.position(fund, paid=True) == funds.FundPosition(50_000_000, 0, 0, preparing=409_500)
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        assert funds.position(fund, paid=True) == funds.FundPosition(50_000_000, 0, 409_500)
        run = issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        assert funds.position(fund, paid=True) == funds.FundPosition(50_000_000, 409_500, 0)
    with clock.at(PAYDAY):
        ordered(world, run)
        payouts.confirm_payouts(actor=world.actor("accountant"), run=run)
        assert funds.position(fund, paid=True) == funds.FundPosition(50_000_000, 409_500, 0, paid=409_500)
        months = months_of(Portal.objects.get(pk=world.portal.pk), fund)
    assert [(m.month, m.issued, m.paid, m.issued_height) for m in months if m.issued or m.paid] == [
        (8, 409_500, 409_500, 50)
    ]
    assert [m.month for m in months] == list(range(1, 13))


def test_expected_counts_published_and_approved_pieces_once(world):
    portal = Portal.objects.get(pk=world.portal.pk)
    with clock.at(AUGUST):
        assert (expected(portal).pieces, expected(portal).amount) == (0, 0)
        world.published("lan", title="Đã đăng")
        first = expected(portal)
        # The author's part 1.5 × 253.000; the approver's and the publisher's flat fees.
        assert (first.pieces, first.amount) == (1, 409_500)
        world.approved("lan", coefficient="2", title="Đã duyệt")
        assert expected(portal).pieces == 2
        assert expected(portal).amount > first.amount + 500_000
        world.submitted("lan", title="Chưa duyệt")
        assert expected(portal).pieces == 2
        computed_run(world)
        assert expected(portal).pieces == 1  # what a run prepares is no longer expected beside it


def test_what_lapses_is_of_the_funds_year_unpaid_and_named(world):
    portal = Portal.objects.get(pk=world.portal.pk)
    world.published("lan", title="Tin tháng 12", when="2026-12-30T09:00")
    world.published("lan", title="Tin năm sau", when="2027-01-05T09:00")
    with clock.at(at("2026-12-05T08:00")):
        assert lapsing(portal, world.fund).warns is False  # nothing is up yet
    with clock.at(at("2027-01-06T08:00")):
        outlook = lapsing(portal, world.fund)
        assert [row.piece.title for row in outlook.pieces] == ["Tin tháng 12"]
        assert (outlook.days, outlook.amount, outlook.warns) == (25, 409_500, True)
        assert [each.fund.pk for each in funds_that_warn(portal)] == [world.fund.pk]
        run = issued_run(world, since="2026-12-01", until="2027-01-01", pay="2027-01-06")
        assert run.gross == 409_500
        assert lapsing(portal, world.fund).pieces == []
        assert funds_that_warn(portal) == []
    with clock.at(at("2027-02-01T08:00")):
        assert lapsing(portal, world.fund) is None


def test_days_of_warning_are_a_dated_rule(world):
    portal = Portal.objects.get(pk=world.portal.pk)
    world.published("lan", when="2026-11-20T09:00")
    accountant = world.actor("accountant")
    with clock.at(at("2026-12-01T08:00")):
        assert warn_days_on(date(2026, 12, 1)) == 45
        assert funds_that_warn(portal) == []  # 61 days before
        set_fund_policy(actor=accountant, warn_days=90, effective_from=date(2026, 12, 1), decision_number="07/QĐ")
        assert len(funds_that_warn(portal)) == 1
        set_fund_policy(actor=accountant, warn_days=10, effective_from=date(2026, 12, 20))
        assert len(funds_that_warn(portal)) == 1
    with clock.at(at("2026-12-20T08:00")):
        assert funds_that_warn(portal) == []
    assert list(FundPolicy.objects.order_by("pk").values_list("warn_days", "effective_until")) == [
        (90, date(2026, 12, 20)),
        (10, None),
    ]


def test_two_issues_at_once_for_the_last_money_one_passes(committed_world):
    """Two approved runs, and a fund that holds one of them: approving already refuses the second, so the fund is
    cut in between by hand, as a restored copy would be."""
    world = committed_world
    world.published("lan")
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(AUGUST):
        july = approved_run(world)
    with clock.at(SEPTEMBER):
        august = approved_run(world, **NEXT_MONTH)
    Fund.objects.filter(pk=world.fund.pk).update(amount=409_500)
    accountant = world.actor("accountant")
    results = at_once(
        world,
        [
            lambda run=run: issuing.issue_run(actor=accountant, run=run, seen_version=run.version)
            for run in (july, august)
        ],
        SEPTEMBER,
    )
    # Both are bound, so each sees the other's money as gone: none, or one, passes; never two.
    assert sum(isinstance(each, Run) for each in results) <= 1
    assert all(isinstance(each, (Run, Refusal)) for each in results)
    assert funds.position(Fund.objects.get(pk=world.fund.pk)).issued <= 409_500


def test_two_approvals_at_once_for_the_last_money_one_passes(committed_world):
    world = committed_world
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        august = confirmed_run(world, **NEXT_MONTH)
        world.published("lan")  # after the freeze, so that only the fund stands between the two
        july = confirmed_run(world)
    Fund.objects.filter(pk=world.fund.pk).update(amount=409_500)
    holder = world.actor("holder")
    results = at_once(
        world,
        [lambda run=run: runs.approve_run(actor=holder, run=run, seen_version=run.version) for run in (july, august)],
        SEPTEMBER,
    )
    assert sorted(getattr(each, "code", "approved") for each in results) == ["approved", "fund_exhausted"]
