"""What the database refuses by itself after issue, by raw SQL as the application's role, and that each guard carries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from contributors import clock
from payments.books import checks
from payments.corrections import cancel_correction, confirm_correction, propose_correction
from payments.issuing import issue_run
from payments.models import BalanceEntry, Correction, Line, Statement, Waiver
from payments.unclaimed import record_notice
from payments.waivers import record_waiver
from tests.factories.world import at
from tests.payments.after.steps import approved, issued, line_of, paid, policy, statement, wrote

LATER = at("2026-08-20T09:00")
NEW_LINE = """
    INSERT INTO payments_line (portal_id, run_id, statement_id, ordinal, subject_key, contributor_id, role, kind,
      amount, exact_numerator, exact_denominator, template, "values", reason, corrects_id)
    SELECT portal_id, run_id, id, 99, '{key}', contributor_id, '', '{kind}', {amount}, 1, 1, 'corrected', '[]', '',
      {corrects} FROM payments_statement WHERE id = %(open)s"""
NEW_CORRECTION = """
    INSERT INTO payments_correction (public_id, portal_id, line_id, amount, reason, source, state, version, replaces,
      proposed_by_id, proposed_at, confirmed_by_id, confirmed_at, cancel_reason)
    SELECT gen_random_uuid(), portal_id, {line}, {amount}, 'x', 'person', '{state}', 1, false, {maker}, now(),
      {checker}, now(), '' FROM payments_correction WHERE id = %(correction)s"""
NEW_ENTRY = """
    INSERT INTO payments_balanceentry (portal_id, contributor_id, statement_id, amount, reason, at)
    SELECT portal_id, {person}, id, {amount}, '{reason}', now() FROM payments_statement WHERE id = {statement}"""

# name: (SQL that must be refused, what carries it)
REFUSED = {
    "confirming one's own proposal": (
        "UPDATE payments_correction SET confirmed_by_id = proposed_by_id WHERE id = %(waiting)s",
        "ALTER TABLE payments_correction DROP CONSTRAINT correction_two_people",
    ),
    "confirmed by nobody": (
        "UPDATE payments_correction SET state = 'confirmed', confirmed_by_id = NULL WHERE id = %(waiting)s",
        "ALTER TABLE payments_correction DROP CONSTRAINT correction_confirmed_by_someone",
    ),
    "a correction above what was paid": (
        NEW_CORRECTION.format(line="%(other)s", amount=-999_999_999, state="proposed", maker=1, checker="NULL"),
        "DROP TRIGGER correction_bounded ON payments_correction",
    ),
    "two open corrections of one line": (
        NEW_CORRECTION.format(line="%(line)s", amount=-1, state="proposed", maker=1, checker="NULL"),
        "DROP INDEX correction_one_open",
    ),
    "changing what was confirmed": (
        "UPDATE payments_correction SET amount = -2 WHERE id = %(correction)s",
        "DROP TRIGGER correction_bounded ON payments_correction",
    ),
    "taking a cancelled one up again": (
        "UPDATE payments_correction SET state = 'proposed' WHERE id = %(cancelled)s",
        "DROP TRIGGER correction_bounded ON payments_correction",
    ),
    "deleting a correction": (
        "DELETE FROM payments_correction WHERE id = %(correction)s",
        "DROP TRIGGER correction_no_delete ON payments_correction",
    ),
    "a correction line that nobody confirmed": (
        NEW_LINE.format(key="correction:0", kind="correction", amount=-5, corrects="%(other)s"),
        "DROP TRIGGER line_corrects ON payments_line",
    ),
    "a correction line of another amount": (
        NEW_LINE.format(key="correction:0", kind="correction", amount=-1001, corrects="%(line)s"),
        "DROP TRIGGER line_corrects ON payments_line",
    ),
    "a correction line of what was never paid": (
        "UPDATE payments_correction SET state = 'confirmed', confirmed_by_id = {holder} WHERE id = %(waiting)s; "
        + NEW_LINE.format(key="correction:0", kind="correction", amount=-7, corrects="%(unpaid)s"),
        "DROP TRIGGER line_corrects ON payments_line",
    ),
    "a deduction above its line": (
        NEW_LINE.format(key="waived:0", kind="deduction", amount=-999_999_999, corrects="%(line)s"),
        "DROP TRIGGER line_corrects ON payments_line",
    ),
    "a statement carried over twice": (
        NEW_LINE.format(key="statement:1", kind="carry_over", amount=5, corrects="NULL")
        + ";"
        + NEW_LINE.format(key="statement:1", kind="carry_over", amount=5, corrects="NULL").replace(" 99,", " 98,"),
        "DROP INDEX line_carried_once",
    ),
    "taking more from a balance than there is": (
        NEW_ENTRY.format(person="contributor_id", amount=-999_999_999, reason="released", statement="%(open)s"),
        "DROP TRIGGER balance_covers ON payments_balanceentry",
    ),
    "a balance with another's statement": (
        NEW_ENTRY.format(person="%(hoa)s", amount=5, reason="floor", statement="%(open)s"),
        "DROP TRIGGER balance_covers ON payments_balanceentry",
    ),
    "a balance that joins an issued statement": (
        NEW_ENTRY.format(person="contributor_id", amount=5, reason="floor", statement="%(issued)s"),
        "DROP TRIGGER balance_covers ON payments_balanceentry",
    ),
    "changing the ledger": (
        "UPDATE payments_balanceentry SET amount = amount + 1",
        "DROP TRIGGER balanceentry_append_only ON payments_balanceentry",
    ),
    "paying what is paid anew": (
        """INSERT INTO payments_payout (public_id, portal_id, statement_id, method, amount, bank_bin, bank_account_tail,
             payee_details_id, live, created_by_id, created_at)
           SELECT gen_random_uuid(), portal_id, id, 'cash', net, '', '', payee_details_id, true, {holder}, now()
             FROM payments_statement WHERE id = %(replaced)s""",
        "DROP TRIGGER payout_due ON payments_payout",
    ),
    "recording and confirming a sheet alone": (
        "UPDATE payments_waiver SET confirmed_by_id = recorded_by_id, confirmed_at = now()",
        "ALTER TABLE payments_waiver DROP CONSTRAINT waiver_two_people",
    ),
    "deleting a waiver": ("DELETE FROM payments_waiver", "DROP TRIGGER waiver_no_delete ON payments_waiver"),
    "changing a notice": (
        "UPDATE payments_unclaimednotice SET way = 'post'",
        "DROP TRIGGER unclaimednotice_append_only ON payments_unclaimednotice",
    ),
    "two rules of carrying at once": (
        """INSERT INTO payments_balancepolicy (portal_id, effective_from, floor, release_at_year_end, decision_number)
           SELECT portal_id, '2026-09-01', 0, true, '' FROM payments_balancepolicy LIMIT 1""",
        "ALTER TABLE payments_balancepolicy DROP CONSTRAINT balancepolicy_no_overlap",
    ),
}


@pytest.fixture
def situation(world):
    """July paid to lan; August issued and unpaid, hoa's statement of it replaced; September approved, not issued."""
    policy(world, floor=100_000)
    wrote(world, 7)
    wrote(world, 7, number=12, coefficient="0.6", by="lan")
    wrote(world, 7, number=13, coefficient="0.7", by="hoa")
    july = paid(world, 7)
    wrote(world, 8)
    wrote(world, 8, by="hoa")
    august = issued(world, 8)
    wrote(world, 9)
    september = approved(world, 9)
    with clock.at(at("2026-10-20T09:00")):
        accountant, holder = world.actor("accountant"), world.actor("holder")
        row = propose_correction(actor=accountant, line=line_of(world, july), amount=-1000, reason="Nhầm")
        row = confirm_correction(actor=holder, correction=row, seen_version=row.version)
        gone = propose_correction(actor=accountant, line=line_of(world, july, "hoa"), amount=-1000, reason="Nhầm")
        gone = cancel_correction(actor=accountant, correction=gone, seen_version=gone.version, reason="Đúng rồi")
        anew = propose_correction(actor=accountant, line=line_of(world, august, "hoa"), amount=-1000, reason="Nhầm")
        confirm_correction(actor=holder, correction=anew, seen_version=anew.version)
        waiting = propose_correction(actor=accountant, line=line_of(world, august), amount=-7, reason="Nhầm")
        record_waiver(
            actor=accountant,
            contributor=world.people["lan"],
            scope="standing",
            effective_from=date(2027, 1, 1),
            sheet_signed_on=date(2026, 10, 1),
        )
        record_notice(actor=accountant, statement=statement(world, august), on=date(2026, 10, 2), way="phone")
    return {
        "correction": row.pk,
        "cancelled": gone.pk,
        "waiting": waiting.pk,
        "line": row.line_id,
        "unpaid": waiting.line_id,
        "other": Line.objects.get(statement=statement(world, july), ordinal=2, kind="fee").pk,
        "open": statement(world, september).pk,
        "issued": statement(world, august).pk,
        "replaced": statement(world, august, "hoa").pk,
        "hoa": world.people["hoa"].pk,
        "holder": world.accounts["holder"].pk,
    }


def run_sql(sql: str, names: dict[str, int]) -> None:
    filled = sql.replace("{holder}", str(names["holder"]))
    for name, value in names.items():
        filled = filled.replace(f"%({name})s", str(value))
    with connection.cursor() as cursor:
        cursor.execute(filled)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Correction, Line, BalanceEntry, Statement, Waiver))


def test_database_refuses_and_each_guard_carries(situation, as_application):
    """One world for all: every SQL is refused as the application, and goes through once its guard is off."""
    before = rows()
    wrong = []
    for name, (sql, guard) in REFUSED.items():
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute(f"SET LOCAL ROLE {as_application}")
                run_sql(sql, situation)
            wrong.append((name, "went through"))
        except DatabaseError as refused:
            if "violates" not in str(refused) and not refused.__cause__.diag.constraint_name:
                wrong.append((name, str(refused)))
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute(guard)
                run_sql(sql, situation)
                transaction.set_rollback(True)
        except DatabaseError as refused:
            wrong.append((name, f"without its guard: {refused}"))
    assert wrong == []
    assert rows() == before


def test_ledger_that_does_not_carry_what_the_statement_says_is_not_issued(world, monkeypatch):
    policy(world, floor=700_000)
    wrote(world, 7)
    run = approved(world, 7)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_balanceentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM payments_balanceentry")
        cursor.execute("ALTER TABLE payments_balanceentry ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    with pytest.raises(checks.BooksDoNotAgreeError):  # the books see it first
        issued_whole(world, run)
    monkeypatch.setattr(checks, "before_issue", lambda run: None)
    monkeypatch.setattr(checks, "after_issue", lambda run: None)
    with pytest.raises(DatabaseError, match="does not carry"):
        issued_whole(world, run)


def issued_whole(world, run) -> None:
    with clock.at(LATER), transaction.atomic():
        issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        connection.check_constraints()
