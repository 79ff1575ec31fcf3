"""Every trigger, constraint and unique index that the database has on our tables, read from its own catalogue: each is
tried, refuses by its own name, and lets the same row through once it is gone. One that nobody tries fails the test.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from contributors import clock
from contributors.events import seal_events
from contributors.models import Event, EventDetail
from payments import payouts
from payments.books import check_books, checks
from payments.models import Payout
from tests.factories.world import build_world
from tests.payments.steps import AUGUST, NEXT_MONTH, approved_run, issued_run
from tests.payments.test_guards import GUARD

OURS = "(payments|contributors)_"
# Tried by name elsewhere: what the deferred checks call themselves (tests/payments/test_guards.py).
BY_HAND = {"statement_sums", "run_sums"}

# Guard: what breaks it while triggers are on. Braces hold ids of the fixture.
TRIGGERS = {
    "eventdetail_no_update": "UPDATE contributors_eventdetail SET salt = ''",
    "score_no_delete": "DELETE FROM contributors_score",
    "bookscheck_stays": "UPDATE payments_bookscheck SET broken = 7",
    "payout_stays": "UPDATE payments_payout SET amount = amount + 1",
    "payout_confirmed_while_live": """INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason, at,
        recorded_by_id) SELECT portal_id, id, 'confirmed', '', now(), created_by_id FROM payments_payout
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

# Constraint: a row that breaks it. Other columns stay null, other constraints of its table are off.
CHECKS: dict[str, dict[str, Any]] = {
    "attachment_file_or_address": {"path": "x", "url": "x"},
    "balanceentry_not_zero": {"amount": 0},
    "basesalary_positive": {"amount": 0},
    "boardrules_day": {"day_from": "17:00", "noon_from": "08:00", "noon_until": "13:00", "day_until": "17:00"},
    "boardrules_hours": {"review_hours": 0, "publish_hours": 1},
    "claim_not_itself": {"contributor_id": 1, "recorded_id": 1},
    "contributor_not_itself": {"id": 900001, "merged_into_id": 900001},
    "credit_share_percent": {"share": 101},
    "delegation_order": {"effective_from": "2026-02-01", "effective_until": "2026-01-01"},
    "fund_not_negative": {"amount": -1},
    "grant_one_answer": {"confirmed_at": "2026-01-01", "declined_at": "2026-01-01"},
    "grant_two_people": {"granted_by_id": 1, "confirmed_by_id": 1},
    "invitation_uses": {"uses": 1, "uses_left": 2},
    "line_correction_names_line": {"kind": "correction", "corrects_id": None},
    "line_not_negative": {"kind": "fee", "amount": -1},
    "linecheck_dispute_has_reason": {"answer": "missing", "reason": ""},
    "merge_not_itself": {"survivor_id": 1, "merged_id": 1},
    "payeedetails_two_people": {"changed_by_id": 1, "confirmed_by_id": 1, "confirmed_by_payee": False},
    "payout_positive": {"amount": 0},
    "payoutevent_return_has_reason": {"outcome": "returned", "reason": ""},
    "piece_approved_what": {"state": "approved", "approved_revision": None},
    "piece_practice_stays_inside": {"practice": True, "state": "published"},
    "piece_published_when": {"state": "published", "published_at": None},
    "portalsuccession_not_itself": {"from_portal_id": 1, "to_portal_id": 1},
    "run_approved_by_someone": {"state": "approved", "approved_by_id": None},
    "run_approver_is_not_maker": {"computed_by_id": 1, "approved_by_id": 1},
    "run_confirmer_is_not_maker": {"computed_by_id": 1, "confirmed_by_id": 1},
    "run_order": {"period_from": "2026-02-01", "period_until": "2026-01-01"},
    "score_not_negative": {"coefficient": -1, "grade": ""},
    "score_says_something": {"coefficient": None, "grade": ""},
    "statement_gross": {"gross": 1, "line_total": 2, "carried_in": 0, "carried_out": 0},
    "statement_issued_is_whole": {"state": "issued", "number": None},
    "statement_net": {"gross": 5, "tax": 1, "net": 5},
    "unit_order": {"opened": "2026-02-01", "closed": "2026-01-01"},
    "unitsuccession_not_itself": {"from_unit_id": 1, "to_unit_id": 1},
    "upload_not_above_size": {"size": 1, "received": 2},
}
# Of a partial key, the values that its condition asks for.
WHERE: dict[str, dict[str, Any]] = {
    "claim_one_accepted": {"state": "accepted"},
    "claim_one_pending": {"state": "pending"},
    "contributor_once_per_account": {"merged_into_id": None},
    "line_paid_once": {"kind": "fee"},
    "merge_one_alive": {"undone_at": None},
    "payeedetails_one_current": {"current": True},
    "payout_one_live": {"live": True},
    "paper_once_per_run": {"statement_id": None},
    "rateschedule_no_overlap": {"state": "in_force"},
    "run_live_no_overlap": {"state": "open", "period_from": "2026-01-01", "period_until": "2026-02-01"},
    "score_one_per_photo": {"accepted": True},
    "score_one_per_piece": {"accepted": True, "photo_id": None},
    "seat_one_head": {"seat": "head"},
    "unit_open_name": {"parent_id": None, "closed": None},
    "unit_open_name_in_parent": {"closed": None},
    "upload_once_under_way": {"state": "receiving"},
}


def asked(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def refusal(*statements: str) -> str:
    """The name of the guard that refuses, "" where all goes through, the error's own words otherwise. Undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError as refused:
        return (getattr(refused.__cause__, "diag", None) and refused.__cause__.diag.constraint_name) or str(refused)
    return ""


def triggers() -> dict[str, str]:
    return dict(
        asked(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
            f" AND tgrelid::regclass::text ~ '^{OURS}' ORDER BY 1"
        )
    )


def constraints(*kinds: str) -> dict[str, tuple[str, list[str], str]]:
    """Table, columns and definition of each constraint of a kind: c check, u unique, x exclusion, f foreign key."""
    return {
        name: (table, columns, definition)
        for name, table, columns, definition in asked(
            "SELECT conname, conrelid::regclass::text, (SELECT coalesce(array_agg(attname::text), '{}') FROM pg_attribute"
            " WHERE attrelid = conrelid AND attnum = ANY(conkey)), pg_get_constraintdef(c.oid) FROM pg_constraint c"
            f" WHERE contype::text = ANY(%s) AND conrelid::regclass::text ~ '^{OURS}' ORDER BY 1",
            list(kinds),
        )
    }


def partial_keys() -> dict[str, tuple[str, list[str], str]]:
    """Unique indexes that are no constraint: they have a condition."""
    return {
        name: (table, columns, definition)
        for name, table, columns, definition in asked(
            "SELECT indexrelid::regclass::text, indrelid::regclass::text, (SELECT array_agg(attname::text)"
            " FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey)), pg_get_indexdef(indexrelid)"
            f" FROM pg_index i WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text ~ '^{OURS}'"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1"
        )
    }


def types_of(table: str) -> dict[str, str]:
    return dict(
        asked(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped",
            table,
        )
    )


SAMPLES = {
    "uuid": "'01a207cd-eb83-746d-8361-0e00a25519f9'",
    "date": "'2026-01-01'",
    "timestamp with time zone": "'2026-01-01'",
    "time without time zone": "'08:00'",
    "boolean": "true",
    "bytea": "'x'",
    "jsonb": "'{}'",
}


def sample(kind: str) -> str:
    return SAMPLES.get(kind, "'x'" if kind in {"character varying", "text"} else "1")


def literal(value: Any) -> str:
    return "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value).lower()


def insert(table: str, row: dict[str, str]) -> str:
    columns = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(row.values())})"


def relaxed(*, keys: bool) -> None:
    """As the owner: no triggers, nothing must be filled in, and without `keys` nothing points anywhere."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if not keys:
            for name, (table, _, _) in constraints("f").items():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for (table,) in asked(f"SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relname ~ '^{OURS}'"):
            filled = asked(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnotnull AND attnum > 0"
                " AND attname <> 'id'",
                table,
            )
            changes = ["DISABLE TRIGGER USER", *(f'ALTER COLUMN "{name}" DROP NOT NULL' for (name,) in filled)]
            cursor.execute(f"ALTER TABLE {table} {', '.join(changes)}")


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
    with connection.cursor() as cursor:  # rows without dates overlap with everything
        for name, (table, _, _) in constraints("x").items():
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
    by_guards = set(re.findall(r"DROP TRIGGER (\w+)", " ".join(GUARD.values())))
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
