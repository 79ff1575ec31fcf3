"""Tax after issue: thresholds through a whole run, the year's sums, payments that look split, copyright transfers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from contributors import clock
from contributors.errors import DomainError
from payments import payees, planning
from payments.models import TaxStatus
from payments.tax_year import split_warnings, tax_of_year, tax_year_table
from tests.factories.world import at
from tests.payments.after.steps import pay
from tests.payments.steps import AUGUST, computed_run, issued_run
from tests.payments.test_tax_of_runs import HALF_JUNE, june, priced, statement_of, taxed_as

__all__ = ["june"]
FIRST = {"since": "2026-07-01", "until": "2026-07-16", "pay": "2026-08-05"}
SECOND = {"since": "2026-07-16", "until": "2026-08-01", "pay": "2026-08-07"}


@pytest.mark.parametrize(
    ("gross", "pay_on", "asked", "tax"),
    [
        (1_999_999, "2026-06-30", False, 0),
        (2_000_000, "2026-06-30", False, 200_000),
        (2_000_001, "2026-06-30", False, 200_000),
        (1_999_999, "2026-06-30", True, 0),  # no such rule before 1/7/2026
        (4_999_999, "2026-07-01", False, 0),
        (5_000_000, "2026-07-01", False, 500_000),
        (5_000_001, "2026-07-01", False, 500_000),
        (4_999_999, "2026-07-01", True, 500_000),
    ],
)
def test_threshold_through_a_whole_run(june, gross, pay_on, asked, tax):
    priced(june, gross)
    if asked:
        payees.set_tax_status(
            actor=june.actor("accountant"),
            contributor=june.people["lan"],
            status="resident_no_contract",
            effective_from=date(2026, 2, 1),
            withhold_asked=True,
        )
    june.published("lan", genre="article", coefficient=None, when="2026-06-10T09:00")
    with clock.at(at(f"{pay_on}T08:00")):
        row = statement_of(june, issued_run(june, **HALF_JUNE, pay=pay_on))
    assert (row.gross, row.tax, row.net) == (gross, tax, gross - tax)


def two_payments(june, one: int, other: int):
    """lan gets `one` for the first half of July and `other` for the second, both paid in August."""
    priced(june, one, since="2026-07-01")
    june.published("lan", genre="article", coefficient=None, when="2026-07-10T09:00")
    with clock.at(AUGUST):
        first = issued_run(june, **FIRST)
    priced(june, other, since="2026-07-16")
    june.published("lan", genre="article", coefficient=None, when="2026-07-20T09:00")
    with clock.at(AUGUST):
        return first, computed_run(june, **SECOND)


def test_two_payments_that_reach_the_threshold_together_are_shown(june):
    first, second = two_payments(june, 3_000_000, 2_000_000)
    (found,) = split_warnings(second)
    assert (found.contributor, found.here, found.others, found.together, found.threshold) == (
        june.people["lan"],
        2_000_000,
        3_000_000,
        5_000_000,
        5_000_000,
    )
    assert found.runs == (first.label,)


@pytest.mark.parametrize(
    ("one", "other", "status", "committed"),
    [
        (3_000_000, 1_999_999, "resident_no_contract", None),  # together still below
        (5_000_000, 2_000_000, "resident_no_contract", None),  # one was taxed
        (3_000_000, 2_000_000, "resident_no_contract", 2026),
        (3_000_000, 2_000_000, "civil_servant_here", None),
        (3_000_000, 2_000_000, "non_resident", None),
    ],
)
def test_no_warning_where_nothing_was_avoided(june, one, other, status, committed):
    taxed_as(june, "lan", status, committed)
    _, second = two_payments(june, one, other)
    assert split_warnings(second) == []


def test_year_adds_up_each_person_and_keeps_payroll_apart(june):
    taxed_as(june, "hoa", "civil_servant_here")
    priced(june, 6_000_000)
    for name in ("lan", "hoa", "writer"):
        june.published(name, genre="article", coefficient=None, when="2026-06-10T09:00")
    taxed_as(june, "writer", "resident_no_contract", 2026)
    with clock.at(at("2026-07-01T08:00")):
        run = issued_run(june, **HALF_JUNE, pay="2026-07-01")
    pay(june, run)
    accountant = june.actor("accountant")
    with clock.at(AUGUST):
        found = tax_of_year(actor=accountant, year=2026)
    rows = {row.contributor.full_name: row for row in found.withholding}
    lan, writer = rows["Nguyễn Thị Lan"], rows["Phan Thị Viết"]
    assert (lan.gross, lan.withheld, lan.committed, lan.payments, lan.unpaid) == (6_000_000, 600_000, 0, 1, 0)
    assert (writer.gross, writer.withheld, writer.committed) == (6_000_000, 0, 6_000_000)
    assert [(row.contributor.full_name, row.gross, row.withheld) for row in found.payroll] == [("Lê Hoà", 6_000_000, 0)]
    assert (found.gross, found.committed, found.withheld, found.payroll_gross) == (
        12_000_000,
        6_000_000,
        600_000,
        6_000_000,
    )
    with clock.at(AUGUST):
        assert tax_of_year(actor=accountant, year=2025).withholding == []
        with pytest.raises(DomainError) as refused:
            tax_of_year(actor=accountant, year=1999)
        assert refused.value.code == "tax_year_wrong"
        text = tax_year_table(actor=accountant, year=2026, kind="csv").decode("utf-8-sig")
        assert tax_year_table(actor=accountant, year=2026, kind="xlsx").startswith(b"PK")
    table = list(csv.reader(io.StringIO(text)))
    assert [len(line) for line in table] == [11] * 4
    assert {line[1] for line in table[1:]} == {"Nguyễn Thị Lan", "Phan Thị Viết", "Lê Hoà"}


def test_file_defuses_names_that_look_like_formulas(june):
    priced(june, 1_000_000)
    june.published("lan", genre="article", coefficient=None, when="2026-06-10T09:00")
    with clock.at(at("2026-07-01T08:00")):
        issued_run(june, **HALF_JUNE, pay="2026-07-01")
    person = june.people["lan"]
    type(person).objects.filter(pk=person.pk).update(full_name="=HYPERLINK(1)")
    with clock.at(AUGUST):
        text = tax_year_table(actor=june.actor("accountant"), year=2026, kind="csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][1] == "'=HYPERLINK(1)"


def test_asking_for_withholding_is_kept_with_the_status(world):
    with clock.at(AUGUST):
        row = payees.set_tax_status(
            actor=world.actor("accountant"),
            contributor=world.people["lan"],
            status="other_body",
            effective_from=date(2026, 8, 1),
            withhold_asked=True,
        )
        assert TaxStatus.objects.get(pk=row.pk).withhold_asked
        with pytest.raises(DomainError) as refused:
            payees.set_tax_status(
                actor=world.actor("accountant"),
                contributor=world.people["lan"],
                status="non_resident",
                effective_from=date(2026, 8, 2),
                withhold_asked=True,
            )
    assert refused.value.code == "asked_not_for_status"


# ── copyright transfers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_setting_makes_a_whole_run_copyright_transfers(june, monkeypatch):
    rules = planning.tax_rules()
    monkeypatch.setattr(planning, "tax_rules", lambda: replace(rules, transfer_kinds=frozenset({"fee"})))
    priced(june, 30_000_000)
    june.published("lan", genre="article", coefficient=None, when="2026-06-10T09:00")
    with clock.at(at("2026-07-01T08:00")):
        row = statement_of(june, issued_run(june, **HALF_JUNE, pay="2026-07-01"))
    assert (row.gross, row.tax, row.tax_template) == (30_000_000, 500_000, "tax_transfer")
