"""Erasing with the money's side, and the sweep of what has been kept long enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from contributors import clock
from contributors.actors import system_actor
from contributors.erasure import ERASED_NAME
from contributors.errors import DomainError
from contributors.leaving import leave
from contributors.models import Contributor, ContributorState, Event, PieceState
from contributors.retention import later
from contributors.scopes import portal_scope
from payments import payees
from payments.books import check_books
from payments.erasing import due_for_erasure, erase, erase_due, erasure_plan, erasures_done
from payments.models import Line, PayeeDetails, Statement, TaxStatus
from payments.tasks import task_erase_due
from tests.contributors.joining import person_in
from tests.factories.world import World, at, build_world
from tests.payments.steps import AUGUST, approved_run, closed_run, computed_run, database_rows, issued_run


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """One world for the whole module, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        with portal_scope(made.portal):
            yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(standing, settings, tmp_path):
    """`standing` as it was: whatever the test does is rolled back."""
    settings.MEDIA_ROOT = str(tmp_path)
    with transaction.atomic(), clock.at(AUGUST):
        yield standing
        transaction.set_rollback(True)


def gone(world: World, name: str = "lan") -> Contributor:
    person = world.fresh(world.people[name])
    return leave(actor=world.actor("head"), contributor=person, seen_version=person.version, reason="Chuyển đi.")


def erased(world: World, person: Contributor, by: str = "admin", **fields):
    person = world.fresh(person)
    return erase(
        actor=world.actor(by),
        contributor=person,
        seen_version=person.version,
        **{"confirmation": person.full_name} | fields,
    )


def test_details_by_which_nothing_was_paid_go_at_once(world):
    lan = gone(world)
    row = erased(world, lan)
    assert "payee_details" in row.erased
    assert not PayeeDetails.objects.filter(contributor=lan).exists()
    assert not TaxStatus.objects.filter(contributor=lan).exists()


def test_details_by_which_money_went_stay_as_long_as_accounting_must_keep_them(world):
    world.published("lan")
    closed_run(world)
    lan = world.people["lan"]
    statement = Statement.objects.get(contributor=lan)
    payees.enter_payee_details(
        actor=world.actor("lan"),
        contributor=lan,
        legal_name="Nguyễn Thị Lan",
        personal_id=None,
        bank_bin="970405",
        bank_account="0099887766",
    )
    paper = dict(statement.frozen)
    gone(world)
    row = erased(world, lan)
    kept = {each["what"]: each["until"] for each in row.kept}
    assert (kept["payee_details"], kept["accounting_papers"]) == ("2037-01-01", "2037-01-01")
    assert "payee_details" not in row.erased
    (details,) = PayeeDetails.objects.filter(contributor=lan)
    assert (details.pk, details.legal_name) == (statement.payee_details_id, "Nguyễn Thị Lan")
    assert TaxStatus.objects.filter(contributor=lan).exists()
    assert Statement.objects.get(pk=statement.pk).frozen == paper
    assert Line.objects.filter(contributor=lan).count() == 1
    assert [finding for finding in check_books(world.portal) if not finding.ok] == []


@pytest.mark.parametrize("stage", ["published", "computed", "approved", "issued"])
def test_nobody_is_erased_while_money_is_due(world, stage):
    world.published("lan")
    if stage != "published":
        {"computed": computed_run, "approved": approved_run, "issued": issued_run}[stage](world)
    lan = gone(world)
    before = database_rows()
    with pytest.raises(DomainError) as refused:
        erased(world, lan)
    assert refused.value.code == "erase_money_due"
    assert database_rows() == before
    assert erasure_plan(lan).blocked.code == "erase_money_due"


def test_plan_says_what_will_go_and_what_will_stay(world):
    lan = world.people["lan"]
    assert erasure_plan(lan).blocked.code == "erase_needs_leaving"
    plan = erasure_plan(gone(world))
    assert plan.blocked is None
    assert plan.erased[0] == "contact_details"
    assert plan.erased[-1] == "payee_details"
    assert [kept.what for kept in plan.kept] == ["event_log"]


def test_admin_proves_who_they_are(world):
    lan = gone(world)
    unproved = replace(world.actor("admin"), proof="needed")
    with pytest.raises(DomainError) as refused:
        erase(actor=unproved, contributor=lan, seen_version=lan.version, confirmation=lan.full_name)
    assert refused.value.code == "second_factor_needed"


@pytest.mark.parametrize("by", ["head", "hoa", "accountant", "holder", "writer"])
def test_nobody_else_erases(world, by):
    lan = gone(world)
    with pytest.raises(DomainError) as refused:
        erased(world, lan, by=by)
    assert refused.value.code == "not_allowed"
    if by != "admin":
        with pytest.raises(DomainError):
            erasures_done(world.actor(by))


def test_name_must_be_typed_here_too(world):
    lan = gone(world)
    with pytest.raises(DomainError) as refused:
        erased(world, lan, confirmation="Ai đó")
    assert refused.value.code == "erase_words_differ"
    assert PayeeDetails.objects.filter(contributor=lan).exists()


# The sweep.


def sweep(world: World, day: date) -> dict[str, tuple[int, int]]:
    with clock.at(at(f"{day.isoformat()}T03:00")):
        done = erase_due(actor=system_actor(world.portal), portal=world.portal, day=day)
    return {each.what: (each.count, each.skipped) for each in done}


def test_sweep_does_what_is_due_and_nothing_before(world):
    lan = gone(world)
    declined = person_in(world, ContributorState.DECLINED)
    draft = world.draft("hoa")
    day = later(AUGUST.date(), 24)
    assert "contact_details" not in sweep(world, day - timedelta(days=1))
    assert world.fresh(declined).full_name == ERASED_NAME  # due since half a year
    assert {each.rule.what for each in due_for_erasure(world.portal, day)} == {"contact_details", "drafts"}
    assert sweep(world, day) == {"contact_details": (1, 0), "drafts": (1, 0)}
    assert (world.fresh(lan).full_name, world.fresh(draft).state) == (ERASED_NAME, PieceState.WITHDRAWN)
    assert sweep(world, day) == {}
    assert due_for_erasure(world.portal, day) == []
    assert Event.objects.get(kind="retention.swept", facts__has_key="drafts").facts == {
        "contact_details": 1,
        "drafts": 1,
    }


def test_sweep_keeps_back_whom_money_is_due(world):
    world.published("lan")
    lan, hoa = gone(world, "lan"), gone(world, "hoa")
    assert sweep(world, later(AUGUST.date(), 25))["contact_details"] == (1, 1)
    assert world.fresh(lan).erased_at is None
    assert world.fresh(hoa).erased_at is not None


def test_payment_details_go_when_accounting_is_over(world):
    world.published("lan")
    closed_run(world)
    lan = gone(world)
    erased(world, lan)
    assert "payee_details" not in sweep(world, date(2036, 12, 31))
    assert sweep(world, date(2037, 1, 1)) == {"payee_details": (1, 0)}
    details = PayeeDetails.objects.get(contributor=lan)
    assert (details.legal_name, bytes(details.personal_id), details.bank_account, details.current) == (
        ERASED_NAME,
        b"",
        None,
        False,
    )
    assert sweep(world, date(2037, 1, 1)) == {}


def test_people_do_not_sweep(world):
    with pytest.raises(DomainError) as refused:
        erase_due(actor=world.actor("admin"), portal=world.portal, day=date(2030, 1, 1))
    assert refused.value.code == "not_allowed"


def test_command_says_first_and_does_then(world):
    person_in(world, ContributorState.DECLINED)
    with clock.at(AUGUST + timedelta(days=365)):
        said, done = StringIO(), StringIO()
        call_command("erase_due", "--dry-run", stdout=said)
        assert said.getvalue() == "xa-mau: due: application_declined 1\n"
        assert not Contributor.objects.filter(full_name=ERASED_NAME).exists()
        call_command("erase_due", "--portal", "xa-mau", stdout=done)
        assert done.getvalue() == "xa-mau: erased: application_declined 1\n"
    with pytest.raises(CommandError, match="no portal"):
        call_command("erase_due", "--portal", "xa-la", stdout=StringIO())


def test_the_timer_sweeps_every_portal(world):
    other = build_world("xa-khac")
    with portal_scope(other.portal):
        strangers = person_in(other, ContributorState.DECLINED)
    mine = person_in(world, ContributorState.DECLINED)
    with clock.at(AUGUST + timedelta(days=365)):
        task_erase_due()
    assert world.fresh(mine).full_name == ERASED_NAME
    with portal_scope(other.portal):
        assert other.fresh(strangers).full_name == ERASED_NAME


def test_erasures_are_listed_for_the_admin(world):
    row = erased(world, gone(world))
    assert list(erasures_done(world.actor("admin"))) == [row]
