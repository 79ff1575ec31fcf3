"""What the database refuses by itself, tried by raw SQL as the application's role, and that each guard carries."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from contributors.models import Event
from payments.models import Paper, Run, Statement

# name: the SQL that must be refused; %(…)s are filled from the issued run.
REFUSED = {
    "paying a credit twice": """
        INSERT INTO payments_line (portal_id, run_id, statement_id, ordinal, subject_key, contributor_id, role, kind,
          amount, exact_numerator, exact_denominator, template, "values", reason)
        SELECT portal_id, run_id, statement_id, 99, subject_key, contributor_id, role, kind, amount, 1, 1, 'V', '[]', ''
          FROM payments_line WHERE run_id = %(run)s LIMIT 1""",
    "overlapping runs": """
        INSERT INTO payments_run (public_id, portal_id, label, period_from, period_until, payment_date, state, version,
          generation, fingerprint) SELECT gen_random_uuid(), portal_id, 'x', period_from, period_until, payment_date,
          'open', 1, 0, '' FROM payments_run WHERE id = %(run)s""",
    "overlapping base salaries": """
        INSERT INTO payments_basesalary (amount, effective_from, legal_basis, doubt)
        VALUES (1, '2026-08-01', 'x', '')""",
    "overlapping tax rules": """
        INSERT INTO payments_taxrule (kind, rule, effective_from, legal_basis, doubt)
        SELECT kind, rule, effective_from, 'x', '' FROM payments_taxrule LIMIT 1""",
    "overlapping schedules in force": """
        INSERT INTO payments_rateschedule (public_id, portal_id, title, decision_number, signer, state, effective_from,
          rules, note) SELECT gen_random_uuid(), portal_id, 'x', '1', '', 'in_force', '2026-09-01', '{}', ''
          FROM payments_run WHERE id = %(run)s""",
    "two tax statuses at once": """
        INSERT INTO payments_taxstatus (portal_id, contributor_id, status, effective_from)
        SELECT portal_id, contributor_id, status, '2026-09-01' FROM payments_taxstatus LIMIT 1""",
    "two heads at once": """
        INSERT INTO contributors_seat (public_id, portal_id, contributor_id, seat, effective_from, decision_number)
        SELECT gen_random_uuid(), portal_id, contributor_id, 'head', '2026-09-01', 'x' FROM contributors_seat WHERE seat = 'deputy'""",
    "approving what one computed": "UPDATE payments_run SET computed_by_id = approved_by_id WHERE id = %(run)s",
    "changing an issued run": "UPDATE payments_run SET gross = gross + 1 WHERE id = %(run)s",
    "taking an issued run back": "UPDATE payments_run SET state = 'approved' WHERE id = %(run)s",
    "deleting a run": "DELETE FROM payments_run WHERE id = %(run)s",
    "changing an issued statement": "UPDATE payments_statement SET frozen = '{}' WHERE run_id = %(run)s",
    "deleting an issued statement": "DELETE FROM payments_statement WHERE run_id = %(run)s",
    "changing a line": "UPDATE payments_line SET amount = amount + 1 WHERE run_id = %(run)s",
    "deleting a line of an issued statement": "DELETE FROM payments_line WHERE run_id = %(run)s",
    "a line joining an issued statement": """
        INSERT INTO payments_line (portal_id, run_id, statement_id, ordinal, subject_key, contributor_id, role, kind,
          amount, exact_numerator, exact_denominator, template, "values", reason)
        SELECT portal_id, run_id, statement_id, 99, 'new:1', contributor_id, role, kind, 0, 0, 1, 'V', '[]', ''
          FROM payments_line WHERE run_id = %(run)s LIMIT 1""",
    "changing the frozen input": "UPDATE payments_runitem SET facts = '{}' WHERE run_id = %(run)s",
    "deleting the frozen input": "DELETE FROM payments_runitem WHERE run_id = %(run)s",
    "changing rules as used": "UPDATE payments_rulesnapshot SET content = '{}'",
    "changing a paper": "UPDATE payments_paper SET sha256 = ''",
    "deleting a paper": "DELETE FROM payments_paper",
    "changing an event": "UPDATE contributors_event SET kind = 'x'",
    "deleting an event": "DELETE FROM contributors_event",
    "changing a revision": "UPDATE contributors_revision SET body = 'x'",
    "raising an old score": "UPDATE contributors_score SET coefficient = 2",
    "changing a base salary": "UPDATE payments_basesalary SET amount = amount + 1",
    "changing a schedule in force": "UPDATE payments_rateschedule SET rules = '{}'",
    "a fund smaller than what was issued": "UPDATE payments_fund SET amount = 1",
    "emptying statements": "TRUNCATE payments_statement CASCADE",
    "emptying events": "TRUNCATE contributors_event CASCADE",
    "taking triggers off": "ALTER TABLE payments_statement DISABLE TRIGGER ALL",
    "going round triggers": "SET session_replication_role = replica",
    "dropping a constraint": "ALTER TABLE payments_run DROP CONSTRAINT run_live_no_overlap",
}

# What carries each refusal for the owner of the tables, who may take it off; the others rest on ownership.
GUARD = {
    "paying a credit twice": "DROP INDEX line_paid_once; DROP TRIGGER line_joins_open ON payments_line",
    "overlapping runs": "ALTER TABLE payments_run DROP CONSTRAINT run_live_no_overlap",
    "overlapping base salaries": "ALTER TABLE payments_basesalary DROP CONSTRAINT basesalary_no_overlap",
    "overlapping tax rules": "ALTER TABLE payments_taxrule DROP CONSTRAINT taxrule_no_overlap",
    "overlapping schedules in force": "ALTER TABLE payments_rateschedule DROP CONSTRAINT rateschedule_no_overlap",
    "two tax statuses at once": "ALTER TABLE payments_taxstatus DROP CONSTRAINT taxstatus_no_overlap",
    "two heads at once": "ALTER TABLE contributors_seat DROP CONSTRAINT seat_one_head",
    "approving what one computed": (
        "ALTER TABLE payments_run DROP CONSTRAINT run_approver_is_not_maker; DROP TRIGGER run_issued ON payments_run"
    ),
    "changing an issued run": "DROP TRIGGER run_issued ON payments_run; DROP TRIGGER run_sums ON payments_run",
    "taking an issued run back": "DROP TRIGGER run_issued ON payments_run",
    "changing an issued statement": "DROP TRIGGER statement_issued ON payments_statement",
    "changing a line": "DROP TRIGGER line_stays ON payments_line",
    "deleting a line of an issued statement": "DROP TRIGGER line_stays ON payments_line",
    "a line joining an issued statement": "DROP TRIGGER line_joins_open ON payments_line",
    "changing the frozen input": "DROP TRIGGER runitem_frozen ON payments_runitem",
    "deleting the frozen input": "DROP TRIGGER runitem_frozen ON payments_runitem",
    "changing rules as used": "DROP TRIGGER rulesnapshot_append_only ON payments_rulesnapshot",
    "changing a paper": "DROP TRIGGER paper_append_only ON payments_paper",
    "deleting a paper": "DROP TRIGGER paper_append_only ON payments_paper",
    "changing an event": "DROP TRIGGER event_append_only ON contributors_event",
    "changing a revision": "DROP TRIGGER revision_append_only ON contributors_revision",
    "raising an old score": "DROP TRIGGER score_only_superseded ON contributors_score",
    "changing a base salary": "DROP TRIGGER basesalary_stays ON payments_basesalary",
    "changing a schedule in force": "DROP TRIGGER rateschedule_stays ON payments_rateschedule",
    "a fund smaller than what was issued": "DROP TRIGGER fund_covers ON payments_fund",
}


def run_sql(sql: str, run: Run) -> None:
    """Execute, and let deferred checks speak now."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"run": run.pk} if "%(run)s" in sql else None)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("name", REFUSED)
def test_application_role_is_refused(issued, as_application, name):
    before = (Statement.objects.count(), Paper.objects.count(), Event.objects.count())
    with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012 - role and SQL belong to one savepoint
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"SET LOCAL ROLE {as_application}")
        run_sql(REFUSED[name], issued)
    assert (Statement.objects.count(), Paper.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize("name", GUARD)
def test_guard_carries_the_refusal(issued, name):
    """Without it the same SQL goes through: so it is this guard that refuses, not a mistake in the SQL."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in GUARD[name].split(";"):
                cursor.execute(statement)
        run_sql(REFUSED[name], issued)
        transaction.set_rollback(True)


def test_statement_that_is_not_its_lines_cannot_be_issued(world, work_jobs):
    from contributors import clock
    from tests.factories.world import at
    from tests.payments.steps import approved_run

    world.published("lan")
    with clock.at(at("2026-08-03T08:00")):
        run = approved_run(world)
    issue = (
        "UPDATE payments_statement SET state = 'issued', number = 1, year = 2026, frozen = '{{}}', code = 'X',"
        " issued_at = now(), line_total = line_total + {0}, gross = gross + {0}, net = net + {0}"
        " WHERE run_id = %(run)s AND contributor_id = " + str(world.people["lan"].pk)
    )
    with pytest.raises(DatabaseError, match="not the sum of its lines"), transaction.atomic():
        run_sql(issue.format(1000), run)
    with pytest.raises(DatabaseError, match="its run is not"), transaction.atomic():
        run_sql(issue.format(0), run)
    assert Run.objects.get(pk=run.pk).state == "approved"


def test_number_gap_is_refused(world, work_jobs):
    from contributors import clock
    from payments import issuing
    from payments.models import NumberCounter
    from tests.factories.world import at
    from tests.payments.steps import approved_run

    world.published("lan")
    with clock.at(at("2026-08-03T08:00")):
        run = approved_run(world)
        NumberCounter.objects.create(portal=world.portal, kind="statement", year=2026, last=7)
        with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012 - the check speaks at the end
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Statement.objects.filter(number__isnull=False).count() == 0


def composite_keys() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'"
            " AND conname LIKE '%same_portal' ORDER BY conname"
        )
        return list(cursor.fetchall())


def test_every_tenant_foreign_key_is_composite(db):
    """Each key between two tenant rows, as the models declare it, is there in SQL with the portal in it."""
    from django.apps import apps

    from contributors.models.tenancy import TenantForeignKey

    declared = {
        f"{model._meta.db_table}_{field.name}_same_portal"[:63]
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    }
    assert {name for _, name in composite_keys()} == declared
    assert len(declared) > 50


def test_row_pointing_into_another_portal_is_refused(world, issued):
    from tests.factories.world import build_world

    other = build_world(slug="xa-khac")
    assert other.people["lan"].portal_id != world.portal.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        run_sql(
            f"UPDATE contributors_piece SET contributor_id = {other.people['lan'].pk}"
            f" WHERE portal_id = {world.portal.pk}",
            issued,
        )
