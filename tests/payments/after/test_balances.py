"""What is carried between runs: the floor, debts with their limit, leavers, the year's end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contributors import clock, leaving
from contributors.errors import DomainError
from payments import balances
from payments.models import Payout, Statement
from payments.planning import plan_statements
from tests.factories.world import at
from tests.payments.after.steps import (
    MONTHS,
    balance,
    broken_books,
    corrected,
    figures,
    issued,
    ledger,
    line_of,
    paid,
    policy,
    statement,
    wrote,
)
from tests.payments.steps import computed_run, confirmed_run

FEE = 379_500


def test_below_the_floor_nothing_is_paid_or_taxed_until_the_sum_reaches_it(world):
    policy(world, floor=700_000)
    wrote(world, 7)
    first = paid(world, 7)
    row = statement(world, first)
    assert figures(row) == (FEE, 0, FEE, 0, 0, 0)
    assert (row.tax_template, ledger(world)) == ("tax_held", [(FEE, "floor")])
    assert not Payout.objects.filter(statement=row).exists()
    wrote(world, 8)
    second = paid(world, 8)
    assert figures(statement(world, second)) == (FEE, FEE, 0, 2 * FEE, 0, 2 * FEE)
    assert ledger(world) == [(FEE, "floor"), (-FEE, "released")]
    assert broken_books(world) == []


@pytest.mark.parametrize(("floor", "paid_now"), [(FEE - 1, FEE), (FEE, FEE), (FEE + 1, 0)])
def test_floor_is_the_least_sum_that_is_paid(world, floor, paid_now):
    policy(world, floor=floor)
    wrote(world, 7)
    assert statement(world, issued(world, 7)).gross == paid_now


def test_leaver_gets_what_was_held_in_the_next_run_without_a_line(world):
    policy(world, floor=1_000_000)
    wrote(world, 7)
    paid(world, 7)
    lan = world.people["lan"]
    with clock.at(at("2026-08-20T09:00")):
        leaving.leave(actor=world.actor("lan"), contributor=lan, seen_version=world.fresh(lan).version)
    run = issued(world, 8)
    row = statement(world, run)
    assert (row.line_count, figures(row)) == (0, (0, FEE, 0, FEE, 0, FEE))
    assert row.papers.exists()
    assert balance(world) == 0
    assert broken_books(world) == []


def test_run_with_only_released_money_can_be_confirmed(world):
    """And one with nothing at all still cannot."""
    policy(world, floor=1_000_000)
    wrote(world, 7)
    paid(world, 7)
    with clock.at(at("2026-09-03T09:00")), pytest.raises(DomainError) as refused:
        confirmed_run(world, **MONTHS[8])
    assert refused.value.code == "nothing_to_pay"


@pytest.mark.parametrize(("at_year_end", "gross"), [(True, FEE), (False, 0)])
def test_december_pays_what_was_held(world, at_year_end, gross):
    policy(world, floor=1_000_000, release_at_year_end=at_year_end)
    wrote(world, 11)
    assert statement(world, issued(world, 11)).gross == gross


def test_debt_is_taken_back_within_the_limit_of_each_payment(world):
    policy(world, recovery_percent=Decimal(30))
    wrote(world, 7, coefficient="2")  # 506.000
    corrected(world, line_of(world, paid(world, 7)), -300_000)
    wrote(world, 8)
    second = issued(world, 8)
    # 30 % of 379.500 = 113.850 now, the rest later.
    assert figures(statement(world, second)) == (FEE - 300_000, 0, -186_150, 265_650, 0, 265_650)
    assert (balance(world), statement(world, second).recovered) == (-186_150, 113_850)
    wrote(world, 9)
    third = issued(world, 9)
    assert figures(statement(world, third)) == (FEE, -186_150, -72_300, 265_650, 0, 265_650)
    wrote(world, 10)
    fourth = issued(world, 10)
    assert figures(statement(world, fourth)) == (FEE, -72_300, 0, 307_200, 0, 307_200)
    assert balance(world) == 0
    assert broken_books(world) == []


def test_limit_in_dong_counts_the_whole_month(world):
    policy(world, recovery_percent=None, recovery_dong=50_000)
    wrote(world, 7, coefficient="2")
    corrected(world, line_of(world, paid(world, 7)), -300_000)
    wrote(world, 8)
    first = issued(world, 8)
    assert statement(world, first).recovered == 50_000
    wrote(world, 9)
    with clock.at(at("2026-10-03T09:00")):
        run = computed_run(world, since="2026-09-01", until="2026-10-01", pay="2026-10-05")
    planned = {each.contributor_id: each.carried for each in plan_statements(run).statements}
    assert planned[world.people["lan"].pk].recovered == 50_000
    type(first).objects.filter(pk=run.pk).update(payment_date=date(2026, 9, 30))
    planned = {each.contributor_id: each.carried for each in plan_statements(world.fresh(run)).statements}
    assert planned[world.people["lan"].pk].recovered == 0


def test_shipped_rule_holds_without_a_decision(world):
    rule = balances.carry_rule_on(world.portal.pk, date(2026, 8, 1))
    assert (rule.floor, rule.recovery_percent, rule.own) == (0, Decimal(30), False)
    policy(world, floor=200_000)
    rule = balances.carry_rule_on(world.portal.pk, date(2026, 8, 1))
    assert (rule.floor, rule.own, rule.since) == (200_000, True, date(2026, 7, 1))


def test_reopened_run_leaves_no_balance(world):
    from payments import runs

    policy(world, floor=1_000_000)
    wrote(world, 7)
    with clock.at(at("2026-08-03T09:00")):
        run = confirmed_run(world, **MONTHS[7])
        runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    assert (balance(world), Statement.objects.count()) == (0, 0)


def test_ledger_shows_the_balance_after_each_entry(world):
    policy(world, floor=700_000)
    wrote(world, 7)
    paid(world, 7)
    wrote(world, 8)
    paid(world, 8)
    lan = world.people["lan"]
    rows = balances.ledger_of(actor=world.actor("lan"), contributor=lan)
    assert [(row.amount, row.after) for row in rows] == [(FEE, FEE), (-FEE, 0)]
    with pytest.raises(DomainError):
        balances.ledger_of(actor=world.actor("hoa"), contributor=lan)
