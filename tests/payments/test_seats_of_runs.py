"""What a schedule pays for seats of the board: allowances and shares of a pool, in a run, once, to the people seated."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from contributors import clock, seats
from contributors.actors import system_actor
from contributors.models import Seat
from payments import rates
from payments.books import check_books
from payments.earnings import lines_of_person
from payments.exceptions import balance_of_run
from payments.models import DraftLine, Line, Statement
from payments.seat_facts import frozen_seats
from tests.payments.steps import AUGUST, NEXT_MONTH, SEPTEMBER, compute, computed_run, issued_run

ALLOWANCE = {"allowance": "khoan", "seat": "head", "vnd": 310_000, "each_month": True, "pro_rata": True}
POOL = {"pool": "quy", "percent": 20, "weights": {"head": 3, "deputy": 1}}


@pytest.fixture
def seated(world):
    """From July on the head has 310.000 đ a month, and 20 % of all royalties go to head and deputy, 3 to 1."""
    rules = dict(world.schedule.rules) | {
        "code": "co-khoan",
        "from": "2026-07-02",
        "allowances": [ALLOWANCE],
        "pools": [POOL],
    }
    founder = system_actor(world.portal)
    rates.put_in_force(actor=founder, schedule=rates.draft_schedule(actor=founder, rules=rules))
    world.published("lan", coefficient="2")
    return world


def of_seats(run) -> dict[tuple[str, str], int]:
    rows = DraftLine.objects.filter(run=run, generation=run.generation, piece=None).select_related("contributor")
    return {(row.contributor.full_name, row.kind): row.amount for row in rows}


def test_run_pays_allowance_and_pool(seated):
    with clock.at(AUGUST):
        run = computed_run(seated)
    head, deputy = (seated.people[name].full_name for name in ("head", "deputy"))
    royalties = 2 * 253_000
    pool = royalties * 20 // 100
    assert of_seats(run) == {
        (head, "allowance"): 310_000,
        (head, "fee"): pool * 3 // 4,
        (deputy, "fee"): pool // 4,
    }
    assert balance_of_run(run).closes


def test_what_a_seat_earns_is_issued_explained_and_in_the_books(seated):
    with clock.at(AUGUST):
        run = issued_run(seated)
    head = seated.people["head"]
    statement = Statement.objects.get(run=run, contributor=head)
    lines = Line.objects.filter(statement=statement, piece=None)
    assert {line.kind for line in lines} == {"allowance", "fee"}
    assert statement.line_total >= 310_000
    with translation.override("vi"):
        words = [line.explanation for line in lines_of_person(run, head.pk)]
    assert any("310.000 đ" in each for each in words)
    assert [finding.name for finding in check_books(seated.portal) if not finding.ok] == []


def test_each_period_pays_its_own(seated):
    with clock.at(AUGUST):
        issued_run(seated)
    seated.published("lan", when="2026-08-10T09:00", coefficient="1")
    with clock.at(SEPTEMBER):
        run = computed_run(seated, **NEXT_MONTH)
    head = seated.people["head"].full_name
    assert of_seats(run)[head, "allowance"] == 310_000
    assert of_seats(run)[head, "fee"] == 253_000 * 20 // 100 * 3 // 4


def test_seats_are_frozen_with_the_run(seated):
    """What becomes of the board after the freeze changes nothing; the fingerprint says which seats there were."""
    with clock.at(AUGUST):
        run = computed_run(seated)
        before, fingerprint = of_seats(run), run.fingerprint
        seat = Seat.objects.get(contributor=seated.people["deputy"], seat="deputy")
        seats.end_seat(actor=system_actor(seated.portal), seat=seat, on=date(2026, 8, 3), decision_number="12/QĐ-UBND")
        run = compute(seated, run)
    assert of_seats(run) == before != {}
    assert run.fingerprint == fingerprint
    assert {seat[2] for seat in run.circumstances["seats"]} >= {"head", "deputy"}


def test_days_before_the_portal_pays_earn_nothing(world):
    """The world pays from 1 July on: June's seats are not told of, and July's begin with it."""
    assert frozen_seats(world.portal.pk, date(2026, 6, 1), date(2026, 7, 1)) == []
    for _, _, _, since, until in frozen_seats(world.portal.pk, date(2026, 6, 1), date(2026, 8, 1)):
        assert (since, until) == ("2026-07-01", "2026-08-01")
