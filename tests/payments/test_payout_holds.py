"""Who waits for their money because their payee details changed, and to which account it goes in the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Contributor
from payments import payees, payouts
from payments.models import PayeeDetails, Payout, Statement
from payments.payout_holds import payout_holds
from tests.factories.world import at
from tests.payments.steps import AUGUST, at_once

PAYDAY = at("2026-08-05T09:00")
NEW_ACCOUNT = "0071000777888"


def change(world, by="lan", account=NEW_ACCOUNT) -> PayeeDetails:
    return payees.enter_payee_details(
        actor=world.actor(by),
        contributor=world.people["lan"],
        legal_name="Nguyễn Thị Lan",
        personal_id=None,
        bank_bin="970436",
        bank_account=account,
    )


def prepare(world, run) -> dict[str, Payout]:
    made = payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return {payout.statement.contributor.full_name: payout for payout in made}


def held(run) -> list[tuple[str, str, date | None]]:
    return [(hold.contributor.full_name, hold.reason, hold.until) for hold in payout_holds(run)]


def test_changed_account_waits_and_everybody_else_is_paid(world, issued):
    with clock.at(AUGUST):
        change(world)
    with clock.at(PAYDAY):
        assert held(issued) == [("Nguyễn Thị Lan", "on_hold", date(2026, 8, 10))]
        assert payout_holds(issued)[0].label == "thông tin nhận tiền vừa đổi, chi được từ ngày 10/08/2026"
        assert sorted(prepare(world, issued)) == ["Lê Hoà", "Nguyễn Văn Đăng", "Phan Thị Viết", "Võ Văn Trưởng"]
        with pytest.raises(DomainError, match="payouts_held"):
            prepare(world, issued)
        assert payouts.confirm_payouts(actor=world.actor("accountant"), run=issued) == 4
        with pytest.raises(DomainError, match="payouts_open"):
            payouts.close_run(actor=world.actor("accountant"), run=issued, seen_version=issued.version)
    with clock.at(at("2026-08-09T23:00")):
        assert held(issued) == [("Nguyễn Thị Lan", "on_hold", date(2026, 8, 10))]
    with clock.at(at("2026-08-10T00:01")):
        assert held(issued) == []
        paid = prepare(world, issued)["Nguyễn Thị Lan"]
        payouts.confirm_payouts(actor=world.actor("accountant"), run=issued)
        payouts.close_run(actor=world.actor("accountant"), run=issued, seen_version=issued.version)
    assert (paid.bank_bin, paid.bank_account_tail, paid.amount) == ("970436", "7888", 379_500)
    assert paid.payee_details.version == 2
    frozen = Statement.objects.get(run=issued, contributor=world.people["lan"])
    assert frozen.payee_details.version == 1  # the paper says who was who on the day of issue


def test_unconfirmed_details_wait_however_old_they_are(world, issued):
    with clock.at(AUGUST):
        row = change(world, by="accountant")
    with clock.at(AUGUST + timedelta(days=60)):
        assert held(issued) == [("Nguyễn Thị Lan", "unconfirmed", date(2026, 8, 10))]
        assert payout_holds(issued)[0].label == "thông tin nhận tiền chưa được xác nhận"
        assert "Nguyễn Thị Lan" not in prepare(world, issued)
        payees.confirm_payee_details(actor=world.actor("lan"), details=row)
        assert held(issued) == []
        assert prepare(world, issued)["Nguyễn Thị Lan"].payee_details_id == row.pk


def test_after_confirmation_nobody_is_barred(world, issued):
    """The accountant who typed the sheet pays like everybody else once somebody has confirmed it."""
    with clock.at(AUGUST):
        row = change(world, by="accountant")
        payees.confirm_payee_details(
            actor=world.actor("holder"),
            details=row,
            sheet_signed_on=date(2026, 8, 1),
            personal_id=f"0891{world.people['lan'].pk:08d}",
            bank_account=NEW_ACCOUNT,
        )
    with clock.at(at("2026-08-10T08:00")):
        assert len(prepare(world, issued)) == 5


def test_hold_of_a_confirmed_change_runs_from_the_change(world, issued):
    with clock.at(AUGUST):
        row = change(world, by="accountant")
    with clock.at(PAYDAY):
        payees.confirm_payee_details(actor=world.actor("lan"), details=row)
        assert held(issued) == [("Nguyễn Thị Lan", "on_hold", date(2026, 8, 10))]


def test_payout_prepared_before_a_change_keeps_its_account(world, issued):
    with clock.at(PAYDAY):
        before = prepare(world, issued)["Nguyễn Thị Lan"]
        change(world)
        kept = Payout.objects.get(pk=before.pk)
        assert (kept.payee_details.version, kept.bank_bin, held(issued)) == (1, "970405", [])
        payouts.return_payout(actor=world.actor("accountant"), payout=kept, reason="Sai số tài khoản")
        assert held(issued) == [("Nguyễn Thị Lan", "on_hold", date(2026, 8, 12))]
    with clock.at(at("2026-08-12T08:00")):
        assert prepare(world, issued)["Nguyễn Thị Lan"].payee_details.version == 2


def test_details_that_are_gone_are_named(world, issued):
    PayeeDetails.objects.filter(contributor=world.people["lan"]).update(current=False)
    assert held(issued) == [("Nguyễn Thị Lan", "missing", None)]
    assert payout_holds(issued)[0].label == "chưa có thông tin nhận tiền"


def test_merged_person_is_paid_to_the_details_of_who_stays(world, issued):
    with clock.at(PAYDAY):
        Contributor.objects.filter(pk=world.people["lan"].pk).update(merged_into=world.people["hoa"])
        paid = prepare(world, issued)
    assert paid["Nguyễn Thị Lan"].payee_details.contributor_id == world.people["hoa"].pk


def test_change_at_the_moment_of_paying_is_before_or_after_never_between(committed_world):
    """Either the payout went to the confirmed old account, or it was held; never to an unconfirmed new one."""
    from tests.payments.steps import issued_run

    world = committed_world
    world.published("lan")
    with clock.at(AUGUST):
        run = issued_run(world)
    at_once(
        world,
        [lambda: prepare(world, run), *[lambda n=n: change(world, account=f"00710{n}") for n in (11, 22)]],
        PAYDAY,
    )
    paid = Payout.objects.filter(statement__contributor=world.people["lan"]).first()
    assert paid is None or paid.payee_details.version == 1


def test_holds_ask_three_questions_however_many_wait(world, issued, django_assert_num_queries):
    for details in PayeeDetails.objects.all():
        PayeeDetails.objects.filter(pk=details.pk).update(hold_until=date(2026, 9, 1))
    with clock.at(PAYDAY), django_assert_num_queries(3):
        assert len(payout_holds(issued)) == 5
