"""What nobody took: notices by the dated rule, the transfer to next year's fund, and the way back."""

from __future__ import annotations

from datetime import date

import pytest

from contributors import clock
from contributors.errors import DomainError
from payments import funds, payouts
from payments.models import Fund
from payments.run_rules import run_rules
from payments.tax_year import tax_of_year
from payments.unclaimed import (
    described,
    keep_unclaimed,
    record_notice,
    reverse_transfer,
    transfer_unclaimed,
    unclaimed_statements,
)
from tests.factories.world import at
from tests.payments.after.steps import broken_books, figures, issued, statement, wrote

FEE = 379_500


@pytest.fixture
def next_year(world) -> Fund:
    return funds.enter_fund(
        actor=world.actor("accountant"), year=2027, source="Ngân sách xã", amount=1_000_000, cut_off=date(2028, 1, 31)
    )


@pytest.fixture
def left_lying(world):
    """A statement of July that came back from the bank."""
    wrote(world, 7)
    run = issued(world, 7)
    accountant = world.actor("accountant")
    with clock.at(at("2026-08-05T09:00")):
        made = payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        mine = next(each for each in made if each.statement.contributor == world.people["lan"])
        payouts.return_payout(actor=accountant, payout=mine, reason="Sai số tài khoản")
        payouts.confirm_payouts(actor=accountant, run=run)
    return statement(world, run)


def noticed(world, row, *days: str, way: str = "phone") -> None:
    for day in days:
        with clock.at(at(f"{day}T10:00")):
            record_notice(actor=world.actor("accountant"), statement=row, on=date.fromisoformat(day), way=way)


def transferred(world, row, fund):
    return transfer_unclaimed(
        actor=world.actor("accountant"), statement=row, fund=fund, decision_number="12/QĐ", reason="Không ai nhận"
    )


def test_rule_binds_until_the_end_of_august_2026():
    assert (
        run_rules().payment_rule_on(date(2026, 8, 31)).unclaimed_notices,
        run_rules().payment_rule_on(date(2026, 8, 31)).binds,
    ) == (3, True)
    assert not run_rules().payment_rule_on(date(2026, 9, 1)).binds


def test_three_unanswered_notices_and_the_sum_goes_to_next_years_fund(world, left_lying, next_year):
    accountant = world.actor("accountant")
    noticed(world, left_lying, "2026-08-10", "2026-08-15")
    with clock.at(at("2026-08-20T09:00")), pytest.raises(DomainError) as refused:
        transferred(world, left_lying, next_year)
    assert refused.value.code == "unclaimed_notices_few"
    noticed(world, left_lying, "2026-08-18", way="answer")
    noticed(world, left_lying, "2026-08-20", "2026-08-22", "2026-08-25")
    with clock.at(at("2026-08-28T09:00")):
        assert [each.pk for each in unclaimed_statements(accountant)] == [left_lying.pk]
        found = described(accountant, [left_lying])[0]
        assert (found.unanswered, found.enough, found.returned) == (3, True, "Sai số tài khoản")
        transferred(world, left_lying, next_year)
        run = world.fresh(left_lying.run)
        payouts.close_run(actor=accountant, run=run, seen_version=run.version)
        assert tax_of_year(actor=accountant, year=2026).gross == left_lying.run.gross - FEE
    assert world.fresh(next_year).amount == 1_000_000 + FEE
    assert broken_books(world) == []


def test_after_august_2026_the_rule_only_warns(world, left_lying, next_year):
    with clock.at(at("2026-09-10T09:00")):
        assert transferred(world, left_lying, next_year).state == "transferred"


def test_transfer_is_reversed_while_the_year_lasts(world, left_lying, next_year):
    accountant = world.actor("accountant")
    with clock.at(at("2026-09-10T09:00")):
        row = transferred(world, left_lying, next_year)
        run = world.fresh(left_lying.run)
        assert payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version) == []
        row = reverse_transfer(actor=accountant, decision=row, seen_version=row.version, reason="Đã tới nhận")
        assert (row.state, world.fresh(next_year).amount) == ("reversed", 1_000_000)
        made = payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        assert [each.statement for each in made] == [left_lying]


def test_reversed_after_its_run_was_closed_the_next_run_pays_it(world, left_lying, next_year):
    accountant = world.actor("accountant")
    with clock.at(at("2026-09-10T09:00")):
        row = transferred(world, left_lying, next_year)
        run = world.fresh(left_lying.run)
        payouts.close_run(actor=accountant, run=run, seen_version=run.version)
        row = reverse_transfer(actor=accountant, decision=row, seen_version=row.version, reason="Đã tới nhận")
        assert row.state == "owed"
    wrote(world, 8, by="hoa")
    second = issued(world, 8)
    assert figures(statement(world, second)) == (FEE, 0, 0, FEE, 0, FEE)
    assert world.fresh(row).state == "paid_again"
    assert broken_books(world) == []


def test_closed_year_keeps_the_transfer(world, left_lying, next_year):
    with clock.at(at("2026-12-30T09:00")):
        row = transferred(world, left_lying, next_year)
    with clock.at(at("2027-01-02T09:00")), pytest.raises(DomainError) as refused:
        reverse_transfer(actor=world.actor("accountant"), decision=row, seen_version=row.version, reason="x")
    assert refused.value.code == "unclaimed_year_closed"


def test_fund_that_has_spent_the_money_gives_nothing_back(world, left_lying, next_year):
    with clock.at(at("2026-09-10T09:00")):
        row = transferred(world, left_lying, next_year)
        Fund.objects.filter(pk=next_year.pk).update(amount=FEE - 1)
        with pytest.raises(DomainError) as refused:
            reverse_transfer(actor=world.actor("accountant"), decision=row, seen_version=row.version, reason="x")
    assert refused.value.code == "unclaimed_fund_spent"


def test_kept_sum_stays_payable(world, left_lying):
    with clock.at(at("2026-09-10T09:00")):
        keep_unclaimed(actor=world.actor("accountant"), statement=left_lying, reason="Đang đi xa, sẽ về")
        assert list(unclaimed_statements(world.actor("accountant"))) == [left_lying]
