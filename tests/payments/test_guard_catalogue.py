"""Every trigger, constraint and unique index that the database has on our tables, read from its own catalogue: each is
tried, refuses by its own name, and lets the same row through once it is gone. One that nobody tries fails the test.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection, transaction

from contributors import clock
from contributors.events import seal_events
from contributors.models import Event, EventDetail
from payments import payouts
from payments.books import check_books, checks
from payments.models import Payout
from tests.factories.world import build_world
from tests.payments.after.test_guards import REFUSED as REFUSED_AFTER
from tests.payments.guard_money import MONEY_TRIGGERS
from tests.payments.guard_rows import (
    CHECKS,
    OURS,
    WHERE,
    asked,
    constraints,
    insert,
    literal,
    partial_keys,
    refusal,
    relaxed,
    sample,
    triggers,
    types_of,
)
from tests.payments.steps import AUGUST, NEXT_MONTH, approved_run, issued_run
from tests.payments.test_guards import GUARD

# Tried by name elsewhere: what the deferred checks call themselves (tests/payments/test_guards.py and after/).
BY_HAND = {"statement_sums", "run_sums", "statement_balance"}

# Guard: what breaks it while triggers are on. Braces hold ids of the fixture.
TRIGGERS = {
    **MONEY_TRIGGERS,
    "eventdetail_no_update": "UPDATE contributors_eventdetail SET salt = ''",
    "score_no_delete": "DELETE FROM contributors_score",
    "bookscheck_stays": "UPDATE payments_bookscheck SET broken = 7",
    "payout_stays": "UPDATE payments_payout SET amount = amount + 1",
    "payout_confirmed_while_live": """INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason,
        received_by, at, recorded_by_id) SELECT portal_id, id, 'confirmed', '', '', now(), created_by_id FROM payments_payout
        WHERE NOT live""",
    "runitem_joins_open": """INSERT INTO payments_runitem (portal_id, run_id, piece_id, position, facts)
        SELECT portal_id, {run}, {draft}, 99, '{{}}' FROM payments_run WHERE id = {run}""",
    "statement_joins_open": """INSERT INTO payments_statement (public_id, portal_id, run_id, contributor_id,
        payee_details_id, state, line_count, line_total, carried_in, carried_out, gross, tax, net, tax_template,
        tax_values, tax_status) SELECT gen_random_uuid(), portal_id, run_id, {deputy}, payee_details_id, 'approved', 0,
        0, 0, 0, 0, 0, 0, '', '[]', '' FROM payments_statement WHERE run_id = {run} LIMIT 1""",
    "taxrule_stays": "UPDATE payments_taxrule SET legal_basis = 'x'",
    "run_is_sum_of_statements": "UPDATE payments_run SET state = 'issued', gross = gross + 1 WHERE id = {approved}",
    "fund_not_overdrawn": """INSERT INTO payments_run (public_id, portal_id, label, period_from, period_until,
        payment_date, state, version, generation, fingerprint, gross, tax, net, approved_by_id)
        SELECT gen_random_uuid(), portal_id, 'x', '2030-01-01', '2030-02-01', '2030-02-05', 'issued', 1, 0, '', 0, 0, 0,
        approved_by_id FROM payments_run WHERE id = {run}""",
}
CARRIER = {"run_is_sum_of_statements": "run_sums", "fund_not_overdrawn": "run_sums"}


@pytest.fixture
def things(world):
    """A closed run, one payout of which came back, an approved one after it, and a kept check. The log is sealed."""
    world.published("lan", photos_by=("hoa",))
    draft = world.draft(title="Chưa gửi")
    accountant = world.actor("accountant")
    with clock.at(AUGUST):
        run = issued_run(world)
        payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        payouts.return_payout(actor=accountant, payout=Payout.objects.first(), reason="Sai số tài khoản")
        payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        payouts.confirm_payouts(actor=accountant, run=run)
    world.published("lan", when="2026-08-01T09:00")
    with clock.at(AUGUST):
        approved = approved_run(world, **NEXT_MONTH)
    EventDetail.objects.create(portal=world.portal, event=Event.objects.first(), salt=b"x", values={})
    seal_events(portal_id=world.portal.pk)
    checks.record_check(portal=world.portal, occasion="nightly", findings=check_books(world.portal))
    ids = {"run": run.pk, "approved": approved.pk, "draft": draft.pk}
    return ids | {name: person.pk for name, person in world.people.items()}


def test_every_trigger_refuses_by_its_own_name_and_carries_that_refusal(things, as_application):
    wrong = {}
    as_app = f"SET LOCAL ROLE {as_application}"
    for guard, sql in TRIGGERS.items():
        carrier = CARRIER.get(guard, guard)
        broken = sql.format(**things)
        off = f"DROP TRIGGER {carrier} ON {triggers()[carrier]}"
        found = (
            refusal("SET CONSTRAINTS ALL IMMEDIATE", as_app, broken),
            refusal("SET CONSTRAINTS ALL IMMEDIATE", off, broken),
        )
        if found[0] != guard or found[1] == guard:
            wrong[guard] = found
    assert wrong == {}, wrong


def test_what_is_append_only_is_neither_changed_nor_deleted(things, as_application):
    """Where the world has no row of a table, one with nothing in it stands for it."""
    known = {name: table for name, table in triggers().items() if name.endswith("_append_only")}
    assert len(known) >= 12
    wrong = {}
    with transaction.atomic():
        relaxed(keys=False)
        with connection.cursor() as cursor:
            for name, table in known.items():
                if not asked(f"SELECT 1 FROM {table} LIMIT 1"):
                    cursor.execute(insert(table, {"id": "1"}))
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
        for name, table in known.items():
            for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
                found = (
                    refusal(f"SET LOCAL ROLE {as_application}", sql),
                    refusal(f"DROP TRIGGER {name} ON {table}", sql),
                )
                if found != (name, ""):
                    wrong[sql] = found
        transaction.set_rollback(True)
    assert wrong == {}, wrong


def test_nothing_that_must_stay_is_truncated_even_by_the_owner(things, as_application):
    """Each trigger alone, the others gone; the application's role may not truncate at all."""
    known = {name: table for name, table in triggers().items() if name.endswith("_no_truncate")}
    assert len(known) >= 18
    wrong = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, table in known.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for name, table in known.items():
            empty = f"TRUNCATE {table} CASCADE"
            found = (
                refusal(f"ALTER TABLE {table} ENABLE TRIGGER {name}", empty),
                refusal(empty),
                refusal(f"SET LOCAL ROLE {as_application}", empty),
            )
            if found[:2] != (name, "") or "permission denied" not in found[2]:
                wrong[name] = found
        transaction.set_rollback(True)
    assert wrong == {}, wrong


def broken_row(name: str, columns: list[str], definition: str) -> dict[str, str]:
    """A row that only this check refuses; empty where nobody knows any."""
    row: dict[str, Any] = dict(CHECKS.get(name, {}))
    if not row and name.endswith("_known"):
        row = {columns[0]: "zz"}
    elif not row and name.endswith("_order"):
        row = {"effective_from": "2026-02-01", "effective_until": "2026-01-01"}
    elif not row and name.endswith("_check") and len(columns) == 1 and ">= 0" in definition:
        row = {columns[0]: -1}
    return {key: literal(value) for key, value in row.items()}


def test_every_check_refuses_by_its_own_name(things):
    wrong: dict[str, Any] = {}
    known = constraints("c")
    assert len(known) > 100
    relaxed(keys=False)
    with connection.cursor() as cursor:
        for name, (table, _, _) in constraints("x", "u").items():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    others: dict[str, list[str]] = {}
    for name, (table, _, _) in known.items():
        others.setdefault(table, []).append(name)
    for name, (table, columns, definition) in known.items():
        row = broken_row(name, columns, definition)
        if not row:
            wrong[name] = "nobody tries it"
            continue
        alone = [f'ALTER TABLE {table} DROP CONSTRAINT "{other}"' for other in others[table] if other != name]
        tries = [insert(table, row)]
        off = f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'
        found = (refusal(*alone, *tries), refusal(*alone, off, *tries))
        if found != (name, ""):
            wrong[name] = found
    assert wrong == {}, wrong


def test_every_unique_key_and_exclusion_refuses_the_second_row_by_its_own_name(things):
    """All others of the table are off; two rows that are equal in its columns, and true in its condition."""
    known = {name: ("CONSTRAINT", *of) for name, of in constraints("u", "x").items()}
    known |= {name: ("INDEX", *of) for name, of in partial_keys().items()}
    assert len(known) > 150
    relaxed(keys=False)
    drop = {
        name: f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' if kind == "CONSTRAINT" else f"DROP INDEX {name}"
        for name, (kind, table, _, _) in known.items()
    }
    of_table: dict[str, list[str]] = {}
    for name, (_, table, _, _) in known.items():
        of_table.setdefault(table, []).append(name)
    checked: dict[str, list[str]] = {}
    for name, (table, _, _) in constraints("c").items():
        checked.setdefault(table, []).append(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    wrong: dict[str, Any] = {}
    for name, (_, table, columns, definition) in known.items():
        types = types_of(table)
        wanted = set(columns) | set(re.findall(r"\b(portal_id|effective_from|\w+_id)\b", definition)) & set(types)
        row = {column: sample(types[column]) for column in sorted(wanted - {"effective_until"})}
        row |= {column: literal(value) for column, value in WHERE.get(name, {}).items()}
        if name.endswith("_tenant"):
            row["id"] = "900000001"
            alone = [f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey CASCADE"]
        else:
            alone = []
        alone += [*checked.get(table, []), *(drop[other] for other in of_table[table] if other != name)]
        tries = [f"DELETE FROM {table}", insert(table, row), insert(table, row)]
        found = (refusal(*alone, *tries), refusal(*alone, drop[name], *tries))
        if found != (name, ""):
            wrong[name] = found
    assert wrong == {}, wrong


def test_every_composite_key_refuses_a_row_of_another_portal(world, as_application):
    """Tried one by one as the application's role; the same row inside the portal goes through."""
    other = build_world(slug="xa-khac")
    keys = {name: of for name, of in constraints("f").items() if name.endswith("_same_portal")}
    assert len(keys) > 80
    relaxed(keys=True)
    with connection.cursor() as cursor:  # rows without dates overlap with everything, those with nothing are no paper
        for name, (table, _, _) in constraints("x", "c").items():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    wrong = {}
    here, there = world.portal.pk, other.portal.pk
    for name, (table, columns, definition) in keys.items():
        (column,) = set(columns) - {"portal_id"}
        target = re.search(r"REFERENCES (\w+)", definition)[1]
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {target} (portal_id) VALUES ({there}) RETURNING id")
                (pk,) = cursor.fetchone()
            rows = {portal: insert(table, {"portal_id": str(portal), column: str(pk)}) for portal in (here, there)}
            as_app = f"SET LOCAL ROLE {as_application}"
            found = (
                refusal(as_app, rows[here]),
                refusal(as_app, rows[there]),
                refusal(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"', rows[here]),
            )
            if found != (name, "", ""):
                wrong[name] = found
            transaction.set_rollback(True)
    assert wrong == {}, wrong


def test_every_trigger_of_the_catalogue_is_tried(db):
    dropped = [*GUARD.values(), *(guard for _, guard in REFUSED_AFTER.values())]
    by_guards = set(re.findall(r"DROP TRIGGER (\w+)", " ".join(dropped)))
    tried = set(TRIGGERS) | set(CARRIER.values()) | by_guards | BY_HAND
    left = {name for name in triggers() if not name.endswith(("_append_only", "_no_truncate"))} - tried
    assert left == set()


def test_trigger_functions_that_read_tables_cannot_be_shown_temporary_ones(things, as_application):
    """A caller's temporary table of the same name does not stand before the real one."""
    open_path = asked(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'butlang\\_%%' AND prosrc ~ %s"
        " AND NOT coalesce(array_to_string(proconfig, ';'), '') LIKE '%%search_path=public, pg_temp%%'",
        rf"(FROM|JOIN|UPDATE|INTO)\s+{OURS}",
    )
    assert open_path == []
    shadow = "CREATE TEMPORARY TABLE payments_payoutevent (payout_id bigint, outcome text)"
    forged = (
        "UPDATE public.payments_payout SET live = false WHERE live"
        " AND id IN (SELECT payout_id FROM public.payments_payoutevent WHERE outcome = 'confirmed')"
    )
    calm = "SET CONSTRAINTS ALL IMMEDIATE"
    assert refusal(calm, f"SET LOCAL ROLE {as_application}", shadow, forged) == "payout_stays"
    weak = "ALTER FUNCTION butlang_payout_stays() RESET search_path"
    assert refusal(calm, weak, f"SET LOCAL ROLE {as_application}", shadow, forged) == ""
