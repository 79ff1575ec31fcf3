"""Tax of a real run: by the day of payment, on everything a person gets that day; rates by the day of publication."""

from __future__ import annotations

from datetime import date

import pytest

from contributors import clock
from contributors.actors import system_actor
from contributors.scopes import portal_scope
from payments import payees, rates
from payments.earnings import lines_of_person
from payments.models import Line, Statement, TaxStatus
from tests.factories.world import at, build_world
from tests.payments.steps import AUGUST, approved_run, issued_run

JUNE = date(2026, 6, 1)
HALF_JUNE = {"since": "2026-06-01", "until": "2026-06-16"}


@pytest.fixture
def june(db):
    """The world, paying since 1 June 2026."""
    made = build_world(paying_from=JUNE)
    with portal_scope(made.portal):
        yield made


def priced(world, amount: int, since: str = "2026-06-02") -> None:
    """From a day on every article is worth `amount` đồng, and nobody gets anything else."""
    rules = {
        "code": f"tron-{amount}",
        "title": {"vi": "Biểu tròn bài", "en": "By the piece"},
        "from": since,
        "unit": {"percent_of_base_salary": 10},
        "decision": {"number": "09/QĐ-UBND", "issued_on": "2026-05-20"},
        "genres": [{"genre": "article", "rates": [{"basis": "vnd_per_piece", "vnd": amount}]}],
    }
    founder = system_actor(world.portal)
    rates.put_in_force(actor=founder, schedule=rates.draft_schedule(actor=founder, rules=rules))


def taxed_as(world, name: str, status: str, committed_year: int | None = None) -> None:
    row = payees.set_tax_status(
        actor=world.actor("accountant"),
        contributor=world.people[name],
        status=status,
        effective_from=date(2026, 2, 1),
    )
    # Also years and statuses that the verb refuses: the rule itself must not be taken in by them.
    TaxStatus.objects.filter(pk=row.pk).update(committed_year=committed_year)


def statement_of(world, run, name: str = "lan") -> Statement:
    return Statement.objects.get(run=run, contributor=world.people[name])


@pytest.mark.parametrize(
    ("gross", "payment_date", "tax", "template"),
    [
        (1_999_999, "2026-06-30", 0, "tax_below"),
        (2_000_000, "2026-06-30", 200_000, "tax_percent"),
        (2_000_001, "2026-06-30", 200_000, "tax_percent"),
        (2_000_005, "2026-06-30", 200_001, "tax_percent"),
        (2_000_000, "2026-07-01", 0, "tax_below"),
        (4_999_999, "2026-07-01", 0, "tax_below"),
        (5_000_000, "2026-07-01", 500_000, "tax_percent"),
        (5_000_001, "2026-07-01", 500_000, "tax_percent"),
        (5_000_000, "2026-06-30", 500_000, "tax_percent"),
    ],
)
def test_tax_at_its_threshold_goes_by_the_payment_date(june, gross, payment_date, tax, template):
    """TT 111/2013 Đ25.1.i until 30/6/2026, NĐ 253/2026 Đ50.2 from 1/7/2026; the piece went up in June every time."""
    priced(june, gross)
    june.published("lan", genre="article", when="2026-06-10T09:00", coefficient=None)
    with clock.at(at("2026-06-20T08:00")):
        run = approved_run(june, **HALF_JUNE, pay=payment_date)
    paper = statement_of(june, run)
    assert (paper.gross, paper.tax, paper.net, paper.tax_template) == (gross, tax, gross - tax, template)
    assert (run.gross, run.tax, run.net) == (gross, tax, gross - tax)


def test_tax_looks_at_everything_a_person_gets_on_that_day(june):
    """Two pieces of 2.500.000 đ are one payment of 5.000.000 đ; the other author stays below."""
    priced(june, 2_500_000)
    for by, when in (("lan", "2026-06-05T09:00"), ("lan", "2026-06-09T09:00"), ("hoa", "2026-06-10T09:00")):
        june.published(by, genre="article", when=when, coefficient=None)
    with clock.at(at("2026-07-02T08:00")):
        run = approved_run(june, since="2026-06-01", until="2026-07-01", pay="2026-07-05")
    assert [(each.gross, each.tax) for each in (statement_of(june, run), statement_of(june, run, "hoa"))] == [
        (5_000_000, 500_000),
        (2_500_000, 0),
    ]
    assert (run.gross, run.tax, run.net) == (7_500_000, 500_000, 7_000_000)


@pytest.mark.parametrize(
    ("status", "committed_year", "tax", "template"),
    [
        ("resident_no_contract", None, 600_000, "tax_percent"),
        ("resident_no_contract", 2026, 0, "tax_committed"),
        ("resident_no_contract", 2025, 600_000, "tax_percent"),
        ("hamlet_officer", None, 600_000, "tax_percent"),
        ("civil_servant_here", None, 0, "tax_payroll"),
        ("civil_servant_here", 2026, 0, "tax_payroll"),
        ("other_body", None, 600_000, "tax_percent"),
        ("other_body", 2026, 600_000, "tax_percent"),
        ("non_resident", None, 1_200_000, "tax_flat"),
        ("non_resident", 2026, 1_200_000, "tax_flat"),
    ],
)
def test_tax_goes_by_the_status_of_the_person(june, status, committed_year, tax, template):
    priced(june, 6_000_000)
    taxed_as(june, "lan", status, committed_year)
    june.published("lan", genre="article", when="2026-06-10T09:00", coefficient=None)
    with clock.at(at("2026-07-02T08:00")):
        run = issued_run(june, since="2026-06-01", until="2026-07-01", pay="2026-07-05")
    paper = statement_of(june, run)
    assert (paper.tax_status, paper.tax, paper.net, paper.tax_template) == (status, tax, 6_000_000 - tax, template)


def test_civil_servant_of_the_body_is_sent_to_payroll_and_the_paper_says_so(june):
    priced(june, 6_000_000)
    taxed_as(june, "lan", "civil_servant_here")
    june.published("lan", genre="article", when="2026-06-10T09:00", coefficient=None)
    with clock.at(at("2026-07-02T08:00")):
        run = issued_run(june, since="2026-06-01", until="2026-07-01", pay="2026-07-05")
    printed = statement_of(june, run).frozen
    assert (printed["tax"], printed["net"]) == (0, 6_000_000)
    assert "lương" in printed["tax_explanation"]


def test_status_is_the_one_on_the_payment_date(june):
    """Resident until 1/8, then a civil servant of the body: paid on 31/7 with tax, on 1/8 without."""
    priced(june, 6_000_000)
    payees.set_tax_status(
        actor=june.actor("accountant"),
        contributor=june.people["lan"],
        status="civil_servant_here",
        effective_from=date(2026, 8, 1),
    )
    for month in ("06", "07"):
        june.published("lan", genre="article", when=f"2026-{month}-10T09:00", coefficient=None)
    with clock.at(AUGUST):
        first = approved_run(june, since="2026-06-01", until="2026-07-01", pay="2026-07-31")
        second = approved_run(june, since="2026-07-01", until="2026-08-01", pay="2026-08-01")
    assert statement_of(june, first).tax == 600_000
    assert statement_of(june, second).tax == 0


def test_each_piece_is_worth_the_base_salary_of_its_publication_day(june):
    """30/6: 10 % of 2.340.000; 1/7: 10 % of 2.530.000 (NĐ 161/2026). One run, two unit values."""
    june.published("lan", when="2026-06-30T23:59", coefficient="1.5", title="Tin cuối tháng")
    june.published("lan", when="2026-07-01T00:00", coefficient="1.5", title="Tin đầu tháng")
    with clock.at(AUGUST):
        run = issued_run(june, since="2026-06-16", until="2026-07-16", pay="2026-08-05")
    lines = Line.objects.filter(run=run, role="author").order_by("ordinal").values_list("piece__title", "amount")
    assert list(lines) == [("Tin cuối tháng", 351_000), ("Tin đầu tháng", 379_500)]
    printed = statement_of(june, run).frozen["lines"]
    assert [(line["coefficient"], line["unit_value"]) for line in printed] == [("1,5", 234_000), ("1,5", 253_000)]
    told = [line.explanation for line in lines_of_person(run, june.people["lan"].pk)]
    assert ["234.000" in told[0], "253.000" in told[1]] == [True, True]


def test_schedule_of_the_publication_day_holds_though_another_is_in_force_now(june):
    """Two schedules in one run: the old one for the piece of its time."""
    june.published("lan", when="2026-06-10T09:00", coefficient="2", genre="article", title="Bài theo biểu cũ")
    priced(june, 700_000, since="2026-06-20")
    june.published("lan", when="2026-06-25T09:00", coefficient=None, genre="article", title="Bài theo biểu mới")
    with clock.at(AUGUST):
        run = approved_run(june, since="2026-06-01", until="2026-07-01", pay="2026-08-05")
    lines = Line.objects.filter(run=run, role="author").order_by("ordinal").values_list("piece__title", "amount")
    assert list(lines) == [("Bài theo biểu cũ", 468_000), ("Bài theo biểu mới", 700_000)]
    assert len(run.snapshot.content["schedules"]) == 2
