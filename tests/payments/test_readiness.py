"""What is missing before we can pay: each thing, seen from a portal that lacks just it."""

from __future__ import annotations

from datetime import date

from contributors import clock, seats
from contributors.actors import system_actor
from contributors.models import Grant, PaymentMode, Seat
from payments.models import Fund, PayeeDetails, RateSchedule, TaxStatus
from payments.readiness import what_is_missing
from tests.factories.world import OPENED
from tests.payments.steps import AUGUST, approved_run, computed_run


def seen(world):
    with clock.at(AUGUST):
        return what_is_missing(actor=world.actor("accountant"))


def test_portal_that_has_everything_is_ready(world):
    found = seen(world)
    assert (found.ready, found.missing, found.to_confirm, found.tax_missing, found.units) == (True, 0, 0, 0, [])
    assert (found.account_holder, found.accountant, found.head) == ("Đoàn Văn Ấn", "Tạ Thị Sổ", "Võ Văn Trưởng")
    assert (found.fund_left, found.needed, found.wanting, found.one_person) == (50_000_000, 0, 0, "")


def test_each_thing_that_is_missing_is_named(world):
    Grant.objects.filter(capability="account_holder").delete()
    assert (seen(world).account_holder, seen(world).ready) == ("", False)
    Seat.objects.filter(seat="head").update(effective_until=date(2026, 8, 1))
    assert seen(world).head == ""
    PaymentMode.objects.filter(mode="paying").update(effective_from=date(2026, 9, 1))
    assert (seen(world).pays, seen(world).pays_from) == (False, date(2026, 9, 1))
    Fund.objects.update(cut_off=date(2026, 8, 2))
    assert seen(world).fund is None
    RateSchedule.objects.filter(pk=world.schedule.pk).update(effective_until=date(2026, 8, 1))
    assert (seen(world).schedule, seen(world).decision_number) == ("", "")


def test_fund_is_held_against_what_is_approved_and_what_is_being_prepared(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = computed_run(world)
    assert (seen(world).needed, seen(world).wanting, seen(world).ready) == (409_500, 0, True)
    Fund.objects.update(amount=409_499)
    assert (seen(world).wanting, seen(world).ready) == (1, False)
    Fund.objects.update(amount=409_500)
    del run


def test_what_is_approved_is_no_longer_needed_but_taken(world):
    world.published("lan")
    with clock.at(AUGUST):
        approved_run(world)
    found = seen(world)
    assert (found.fund_left, found.needed) == (50_000_000 - 409_500, 0)


def test_one_person_in_both_chairs_cannot_pay_alone(world):
    Grant.objects.filter(capability="account_holder").delete()
    seats.propose_grant(
        actor=system_actor(world.portal),
        account=world.accounts["accountant"],
        capability="account_holder",
        effective_from=OPENED,
        decision_number="05/QĐ",
    )
    found = seen(world)
    assert (found.one_person, found.ready) == ("Tạ Thị Sổ", False)


def test_units_say_whose_sheets_and_tax_statuses_are_missing(world):
    PayeeDetails.objects.filter(contributor=world.people["lan"]).delete()
    PayeeDetails.objects.filter(contributor=world.people["hoa"]).update(confirmed_at=None)
    TaxStatus.objects.filter(contributor=world.people["head"]).delete()
    found = seen(world)
    assert [(unit.name, unit.missing, unit.to_confirm, unit.tax_missing) for unit in found.units] == [
        ("Ấp Mẫu", 1, 1, 1)
    ]
    assert found.ready  # the others can be paid
