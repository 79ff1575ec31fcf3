"""Issue: numbers without a gap in the Vietnamese order of names, whole or not at all, once however often asked."""

from __future__ import annotations

import pytest
from django.db import transaction

from contributors import clock, registration
from contributors.actors import system_actor
from contributors.models import Event, Job
from payments import funds, issuing, payees, payouts, runs
from payments.books import checks
from payments.errors import PaymentError
from payments.models import Fund, NumberCounter, Paper, PaperKind, Payout, Run, Statement
from payments.papers.frozen_json import SheetError
from tests.factories.world import OPENED, World, at, new_phone
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    Refusal,
    approved_run,
    at_once,
    confirmed_run,
    database_rows,
    issue,
    issued_run,
)


def join(world: World, *names: str) -> None:
    """More contributors, each by their name."""
    for name in names:
        account = registration.open_account(login_phone=new_phone(), name=name, password=None)
        person = registration.seat_founder(
            actor=system_actor(world.portal),
            full_name=name,
            phone=new_phone(),
            account=account,
            category="volunteer",
            unit=world.unit,
        )
        world.accounts[name], world.people[name] = account, person
        payees.enter_payee_details(
            actor=world.actor(name), contributor=person, legal_name=name, personal_id=f"0893{person.pk:08d}"
        )
        payees.set_tax_status(
            actor=world.actor("accountant"),
            contributor=person,
            status="resident_no_contract",
            effective_from=OPENED,
        )


def numbered(year: int) -> list[tuple[int, str]]:
    found = Statement.objects.filter(year=year).order_by("number")
    return list(found.values_list("number", "contributor__full_name"))


def test_numbers_follow_the_vietnamese_order_of_names(world):
    """By given name, then family name, then the middle; đ after d, ê after e, tones last."""
    names = ["Trần Văn Đức", "Lê Thị Dung", "Lê Thị Đào", "Phạm Én", "Phạm Ếch", "Đỗ Hoà", "Đỗ Hoa", "Bùi Văn Hoà"]
    join(world, *names)
    for number, name in enumerate(names):
        world.published(name, when=f"2026-07-{number + 1:02d}T09:00", coefficient="1")
    with clock.at(AUGUST):
        run = approved_run(world)
        issue(world, run)
    assert numbered(2026) == [
        (1, "Lê Thị Dung"),
        (2, "Lê Thị Đào"),
        (3, "Nguyễn Văn Đăng"),
        (4, "Trần Văn Đức"),
        (5, "Phạm Én"),
        (6, "Phạm Ếch"),
        (7, "Bùi Văn Hoà"),
        (8, "Đỗ Hoa"),
        (9, "Đỗ Hoà"),
        (10, "Võ Văn Trưởng"),
    ]


def test_numbers_go_on_through_runs_and_begin_again_with_the_year(world):
    world.published("lan")
    with clock.at(AUGUST):
        issued_run(world)
    world.published("hoa", when="2026-08-10T09:00", coefficient="1")
    with clock.at(SEPTEMBER):
        second = issued_run(world, **NEXT_MONTH)
    assert numbered(2026) == [
        (1, "Nguyễn Văn Đăng"),
        (2, "Nguyễn Thị Lan"),
        (3, "Võ Văn Trưởng"),
        (4, "Nguyễn Văn Đăng"),
        (5, "Lê Hoà"),
        (6, "Võ Văn Trưởng"),
    ]
    assert second.list_number == 2
    world.published("lan", when="2026-12-30T09:00")
    with clock.at(at("2027-01-04T08:00")):
        third = issued_run(world, since="2026-09-01", until="2027-01-01", pay="2027-01-10")
    assert [number for number, _ in numbered(2026)] == [1, 2, 3, 4, 5, 6]
    assert numbered(2027) == [(1, "Nguyễn Văn Đăng"), (2, "Nguyễn Thị Lan"), (3, "Võ Văn Trưởng")]
    assert third.list_number == 1
    assert list(
        NumberCounter.objects.filter(kind__in=["statement", "payment_list"])
        .order_by("year", "kind")
        .values_list("year", "kind", "last")
    ) == [
        (2026, "payment_list", 2),
        (2026, "statement", 6),
        (2027, "payment_list", 1),
        (2027, "statement", 3),
    ]
    assert sorted(Paper.objects.filter(kind=PaperKind.PAYMENT_LIST).values_list("number", flat=True)) == [
        "1/2026",
        "1/2027",
        "2/2026",
    ]


def test_year_is_that_of_the_portals_own_calendar(world):
    """00:30 on 1 January in Việt Nam is still the old year in UTC."""
    world.published("lan", when="2026-12-30T09:00")
    with clock.at(at("2027-01-01T00:30")):
        issued_run(world, since="2026-12-01", until="2027-01-01", pay="2027-01-10")
    assert [number for number, _ in numbered(2027)] == [1, 2, 3]


def test_failed_issue_leaves_no_number_used(world, monkeypatch):
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
        before = database_rows()

        def broken(*_: object, **__: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(issuing, "list_sheet", broken)
        with pytest.raises(OSError, match="disk full"):
            issue(world, run)
        assert database_rows() == before
        monkeypatch.undo()
        issue(world, run)
    assert [number for number, _ in numbered(2026)] == [1, 2, 3]


def test_statement_that_is_not_its_lines_is_not_issued(world, monkeypatch):
    """Somebody raised a sum between approval and issue: the books see it, and the paper reckons once more."""
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
        Statement.objects.filter(run=run, contributor=world.people["lan"]).update(
            line_total=400_000, gross=400_000, net=400_000
        )
        Run.objects.filter(pk=run.pk).update(gross=430_000, net=430_000)
        with pytest.raises(PaymentError) as refused, transaction.atomic():
            issue(world, run)
        assert refused.value.code == "books_do_not_agree"
        monkeypatch.setattr(checks, "before_issue", lambda run: None)
        with pytest.raises(SheetError, match="gross is 400000, reckoned 379500"), transaction.atomic():
            issue(world, run)
    assert numbered(2026) == []


def test_two_clicks_at_once_on_issue_are_one_issue(committed_world):
    world = committed_world
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = approved_run(world)
    click = lambda: issue(world, run).state  # noqa: E731
    results = at_once(world, [click] * 4, AUGUST)
    assert sorted(results, key=str) == [*[Refusal("stale_version")] * 3, "issued"]
    assert [number for number, _ in numbered(2026)] == [1, 2, 3, 4]
    assert Event.objects.filter(kind="run.issue").count() == 1
    assert Job.objects.filter(task__in=[issuing.RENDER_TASK, issuing.LIST_TASK]).count() == 2


def test_two_clicks_without_the_row_locked_are_two_attempts(committed_world, monkeypatch):
    """The control of the race: without the lock both get as far as the guards of the database."""
    world = committed_world
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
    monkeypatch.setattr(issuing, "lock_run", lambda run, _: Run.objects.get(pk=run.pk))
    results = at_once(world, [lambda: issue(world, run).state] * 4, AUGUST)
    assert Refusal("stale_version") not in results
    assert [type(each).__name__ for each in results if each != "issued"] == ["IntegrityError"] * 3


def test_two_approvals_at_once_for_the_last_money_are_one(committed_world):
    """409.500 đ each, 500.000 đ there: whoever is first commits the fund. The July piece is entered last."""
    world = committed_world
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        august = confirmed_run(world, **NEXT_MONTH)
        world.published("lan")
        july = confirmed_run(world)
    Fund.objects.filter(pk=world.fund.pk).update(amount=500_000)
    holder = world.actor("holder")

    def approve(run: Run) -> str:
        return runs.approve_run(actor=holder, run=run, seen_version=run.version).state

    results = at_once(world, [lambda: approve(july), lambda: approve(august)], SEPTEMBER)
    assert sorted(results, key=str) == [Refusal("fund_exhausted"), "approved"]
    assert funds.position(world.fresh(world.fund)).left == 500_000 - 409_500


def test_two_issues_at_once_for_the_last_money_are_one(committed_world, monkeypatch):
    """Two approved runs, the fund cut down to one of them by hand, the application's own check blind."""
    world = committed_world
    world.published("lan")
    with clock.at(SEPTEMBER):
        july = approved_run(world)
        world.published("lan", when="2026-08-10T09:00")
        august = approved_run(world, **NEXT_MONTH)
    Fund.objects.filter(pk=world.fund.pk).update(amount=500_000)
    monkeypatch.setattr(issuing.funds, "position", lambda fund: funds.FundPosition(10**12, 0, 0))
    monkeypatch.setattr(issuing, "lock_fund", lambda run: Fund.objects.get(pk=run.fund_id))
    results = at_once(world, [lambda: issue(world, july).state, lambda: issue(world, august).state], SEPTEMBER)
    assert sorted(results, key=str) == [Refusal("fund_exhausted"), "issued"]
    assert [number for number, _ in numbered(2026)] == [1, 2, 3]


def test_two_people_prepare_payouts_at_once_for_one_payout_each(committed_world):
    world = committed_world
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issued_run(world)
    accountant = world.actor("accountant")
    made = at_once(
        world,
        [lambda: len(payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version))] * 4,
        AUGUST,
    )
    assert sorted(made) == [0, 0, 0, 4]
    assert Payout.objects.filter(live=True).count() == 4
    confirmed = at_once(world, [lambda: payouts.confirm_payouts(actor=accountant, run=run)] * 4, AUGUST)
    assert sorted(confirmed) == [0, 0, 0, 4]
