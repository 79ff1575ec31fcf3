"""Who accepts no fee: nothing is paid, taxed or owed for it, and the line is still there to be seen."""

from __future__ import annotations

from datetime import date

import pytest

from contributors import clock
from contributors.errors import DomainError
from payments import runs, waivers
from payments.corrections import propose_correction
from payments.models import DraftLine, Line
from payments.waivers import confirm_waiver, record_waiver, withdraw_waiver
from tests.factories.world import at
from tests.payments.after.steps import MONTHS, balance, broken_books, figures, issued, paid, statement, wrote
from tests.payments.steps import confirmed_run, issue, work

FEE = 379_500
EARLY = at("2026-07-02T09:00")


def test_standing_waiver_takes_every_amount_from_its_day(world):
    wrote(world, 7)
    with clock.at(EARLY):
        record_waiver(
            actor=world.actor("lan"),
            contributor=world.people["lan"],
            scope="standing",
            effective_from=date(2026, 8, 1),
            agreed=True,
        )
    run = issued(world, 7)
    lines = list(Line.objects.filter(statement=statement(world, run)).order_by("ordinal"))
    assert [(line.kind, line.amount, line.reason) for line in lines] == [
        ("fee", FEE, ""),
        ("deduction", -FEE, "waived"),
    ]
    assert lines[1].corrects == lines[0]
    assert figures(statement(world, run)) == (0, 0, 0, 0, 0, 0)
    assert (balance(world), broken_books(world)) == (0, [])
    # What was waived was never paid, so nothing can be taken back.
    with clock.at(at("2026-08-20T09:00")), pytest.raises(DomainError) as refused:
        propose_correction(actor=world.actor("head"), line=lines[0], amount=-1, reason="Nhầm")
    assert refused.value.code == "correction_too_much"


def test_one_amount_of_a_run_is_waived_and_the_other_paid(world):
    wrote(world, 7)
    wrote(world, 7, number=12, coefficient="1")
    with clock.at(at("2026-08-03T09:00")):
        run = confirmed_run(world, **MONTHS[7])
        key = DraftLine.objects.get(run=run, amount=253_000, contributor=world.people["lan"]).subject_key
        record_waiver(
            actor=world.actor("lan"),
            contributor=world.people["lan"],
            scope="line",
            run=run,
            subject_key=key,
            agreed=True,
        )
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        issue(world, run)
        work()
    assert figures(statement(world, run)) == (FEE, 0, 0, FEE, 0, FEE)
    assert broken_books(world) == []


def test_sheet_needs_a_second_person(world):
    wrote(world, 7)
    with clock.at(EARLY):
        row = record_waiver(
            actor=world.actor("accountant"),
            contributor=world.people["lan"],
            scope="standing",
            effective_from=date(2026, 7, 2),
            sheet_signed_on=date(2026, 7, 1),
        )
        with pytest.raises(DomainError) as refused:
            confirm_waiver(actor=world.actor("accountant"), waiver=row, seen_version=row.version)
        assert refused.value.code == "maker_is_checker"
    run = issued(world, 7)
    assert statement(world, run).gross == FEE  # nobody has confirmed it
    wrote(world, 8)
    with clock.at(at("2026-08-20T09:00")):
        confirm_waiver(actor=world.actor("holder"), waiver=row, seen_version=row.version)
    assert statement(world, issued(world, 8)).gross == 0


def test_withdrawn_waiver_ends_with_the_payments_to_come(world):
    with clock.at(EARLY):
        row = record_waiver(
            actor=world.actor("lan"),
            contributor=world.people["lan"],
            scope="standing",
            effective_from=date(2026, 7, 2),
            agreed=True,
        )
    wrote(world, 7)
    assert statement(world, paid(world, 7)).gross == 0
    with clock.at(at("2026-08-20T09:00")):
        row = withdraw_waiver(actor=world.actor("lan"), waiver=row, seen_version=row.version)
    assert row.effective_until == date(2026, 8, 20)
    wrote(world, 8)
    assert statement(world, paid(world, 8)).gross == FEE
    assert not waivers.lines_to_waive(world.people["lan"].pk)


def test_waiver_of_an_approved_run_comes_too_late(world):
    wrote(world, 7)
    with clock.at(at("2026-08-03T09:00")):
        run = confirmed_run(world, **MONTHS[7])
        runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        with pytest.raises(DomainError) as refused:
            record_waiver(actor=world.actor("lan"), contributor=world.people["lan"], scope="run", run=run, agreed=True)
    assert refused.value.code == "waiver_too_late"
