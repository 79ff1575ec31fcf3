"""Every invariant holds on a real portal, is said in both languages, and is broken by just what it speaks of."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from contributors import clock
from contributors.events import seal_events
from payments import payouts
from payments.books import INVARIANTS, check_books
from payments.books.registry import OF_RUN, READ, sentence_of
from payments.models import Payout
from tests.factories.standing import TABLES
from tests.payments.books.breaks import BREAKS
from tests.payments.steps import AUGUST, issued_run


@pytest.fixture
def paid_out(world):
    """A closed run of lan (photo by hoa) and the writer; one payout came back once. The log is sealed."""
    world.published("lan", photos_by=("hoa",))
    world.published("writer", when="2026-07-12T09:00", coefficient="2")
    draft = world.draft(title="Chưa gửi")
    with clock.at(AUGUST):
        run = issued_run(world)
        accountant = world.actor("accountant")
        payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        payouts.return_payout(actor=accountant, payout=Payout.objects.first(), reason="Sai số tài khoản")
        payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        payouts.confirm_payouts(actor=accountant, run=run)
        run = payouts.close_run(actor=accountant, run=run, seen_version=run.version)
    seal_events(portal_id=world.portal.pk)
    return {"run": run.pk, "draft": draft.pk} | {name: person.pk for name, person in world.people.items()}


def failing(world, **how) -> set[str]:
    return {finding.name for finding in check_books(world.portal, **how) if not finding.ok}


def triggers_off() -> None:
    """As only the owner of the tables can, until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(TABLES)
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"LOCK TABLE {', '.join(tables)}")  # before autovacuum comes in between
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_books_of_a_real_portal_agree(world, paid_out):
    assert failing(world, full=True) == set()


def test_each_invariant_is_broken_by_what_it_speaks_of_and_by_nothing_else(world, paid_out):
    """As the owner, with triggers off and, where one stands in the way, its constraint dropped."""
    wrong = {}
    triggers_off()
    for code, (sql, others) in BREAKS.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                touched = 0
                for statement in sql.format(**paid_out).split(";"):
                    cursor.execute(statement)
                    touched += max(cursor.rowcount, 0)
            found = failing(world, full=True)
            if touched == 0 or found != {code} | others:
                wrong[code] = (touched, found ^ ({code} | others))
            transaction.set_rollback(True)
    assert wrong == {}


def test_nobody_forgets_to_show_that_an_invariant_bites():
    assert set(BREAKS) == set(INVARIANTS) | set(READ)
    assert len(BREAKS) >= 30


@pytest.mark.parametrize("code", INVARIANTS)
def test_invariant_is_one_sentence_in_both_languages(code):
    said = INVARIANTS[code]
    assert said.vi != said.en
    assert said.vi.endswith(".")
    assert said.en.endswith(".")
    assert sentence_of(code) in {said.vi, said.en}


def test_what_is_asked_around_an_issue_can_be_limited_to_the_run():
    assert len(OF_RUN) >= 30
    for invariant in INVARIANTS.values():
        assert ("{of_run}" in invariant.sql) == bool(invariant.of_run), invariant.code
