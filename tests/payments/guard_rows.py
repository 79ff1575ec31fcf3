"""The database's own catalogue of guards, and rows that break them one by one; see `test_guard_catalogue`."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection, transaction

OURS = "(payments|contributors)_"

# Constraint: a row that breaks it. Other columns stay null, other constraints of its table are off.
CHECKS: dict[str, dict[str, Any]] = {
    "accesskey_ends_after": {"made_at": "2026-01-02", "expires_at": "2026-01-01"},
    "accesskey_scopes_known": {"scopes": "{zz}"},
    "accesskey_scopes_some": {"scopes": "{}"},
    "accesskey_withdrawn_without_secret": {"withdrawn_at": "2026-01-01", "token_id": 1},
    "attachment_file_or_address": {"path": "x", "url": "x"},
    "balanceentry_not_zero": {"amount": 0},
    "balancepolicy_dong": {"recovery_dong": -1},
    "balancepolicy_floor_not_negative": {"floor": -1},
    "balancepolicy_percent": {"recovery_percent": 101},
    "basesalary_positive": {"amount": 0},
    "boardrules_day": {"day_from": "17:00", "noon_from": "08:00", "noon_until": "13:00", "day_until": "17:00"},
    "boardrules_hours": {"review_hours": 0, "publish_hours": 1},
    "claim_not_itself": {"contributor_id": 1, "recorded_id": 1},
    "contributor_not_itself": {"id": 900001, "merged_into_id": 900001},
    "checkdelivery_order": {"delivered_at": "2026-01-02", "deadline": "2026-01-01"},
    "correction_cancel_has_reason": {"state": "cancelled", "cancel_reason": ""},
    "correction_confirmed_by_someone": {"state": "confirmed", "confirmed_by_id": None},
    "correction_not_zero": {"amount": 0},
    "correction_taken_as_line": {"state": "taken", "taken_as_id": None},
    "correction_two_people": {"proposed_by_id": 1, "confirmed_by_id": 1},
    "credit_share_percent": {"share": 101},
    "delegation_order": {"effective_from": "2026-02-01", "effective_until": "2026-01-01"},
    "fund_not_negative": {"amount": -1},
    "fundchange_has_grounds": {"decision_number": "", "reason": "x"},
    "fundchange_not_negative": {"amount_after": -1},
    "fundchange_not_zero": {"amount": 0},
    "grant_one_answer": {"confirmed_at": "2026-01-01", "declined_at": "2026-01-01"},
    "grant_two_people": {"granted_by_id": 1, "confirmed_by_id": 1},
    "inspectionpack_built_is_whole": {"built_at": "2026-01-01", "sha256": "", "manifest_sha256": "x", "code": "x"},
    "inspectionpack_order": {"period_from": "2026-02-01", "period_until": "2026-01-01"},
    "invitation_uses": {"uses": 1, "uses_left": 2},
    "line_correction_names_line": {"kind": "correction", "corrects_id": None},
    "line_not_negative": {"kind": "fee", "amount": -1},
    "keptanswer_of_success": {"status": 422},
    "linecheck_dispute_has_reason": {"answer": "missing", "reason": ""},
    "linecheck_outcome_has_reply": {"outcome": "kept", "reply": ""},
    "linecheck_outcome_of_dispute": {"answer": "right", "outcome": "kept"},
    "merge_not_itself": {"survivor_id": 1, "merged_id": 1},
    "paper_of_statement_or_run": {"kind": "statement", "statement_id": None},
    "paper_with_accounts_is_not_kept": {"kind": "beneficiaries", "path": "x"},
    "monthlyaccess_first_day": {"month": "2026-01-02"},
    "pastwork_first_day": {"month": "2026-01-02"},
    "pastwork_quantity": {"quantity": 0},
    "payeedetails_two_people": {"changed_by_id": 1, "confirmed_by_id": 1, "confirmed_by_payee": False},
    "payout_positive": {"amount": 0},
    "payoutbatch_not_empty": {"payouts": 0, "total": 1},
    "payoutevent_revoking_has_reason": {"outcome": "revoked", "reason": ""},
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
    "sentreport_order": {"period_from": "2026-02-01", "period_until": "2026-01-01"},
    "statement_gross": {"gross": 1, "line_total": 2, "carried_in": 0, "carried_out": 0},
    "statement_issued_is_whole": {"state": "issued", "number": None},
    "statement_net": {"gross": 5, "tax": 1, "net": 5},
    "statement_recovered_not_negative": {"recovered": -1},
    "unclaimed_transfer_whole": {"state": "transferred", "fund_id": None},
    "unit_order": {"opened": "2026-02-01", "closed": "2026-01-01"},
    "unitsuccession_not_itself": {"from_unit_id": 1, "to_unit_id": 1},
    "upload_not_above_size": {"size": 1, "received": 2},
    "waiver_scope_whole": {"scope": "standing", "effective_from": None},
    "waiver_sheet_has_day": {"way": "sheet", "sheet_signed_on": None},
    "waiver_two_people": {"way": "sheet", "recorded_by_id": 1, "confirmed_by_id": 1},
}
# Of a partial key, the values that its condition asks for.
WHERE: dict[str, dict[str, Any]] = {
    "bankresult_once": {"state": "applied"},
    "batchitem_payout_in_one_batch": {"live": True},
    "claim_one_accepted": {"state": "accepted"},
    "claim_one_pending": {"state": "pending"},
    "contributor_once_per_account": {"merged_into_id": None},
    "correction_one_open": {"state": "proposed"},
    "line_carried_once": {"kind": "carry_over"},
    "line_paid_once": {"kind": "fee"},
    "merge_one_alive": {"undone_at": None},
    "payeedetails_one_current": {"current": True},
    "payout_one_live": {"live": True},
    "paper_once_per_run": {"statement_id": None},
    "rateschedule_no_overlap": {"state": "in_force"},
    "runarchive_one_at_a_time": {"built_at": None},
    "run_live_no_overlap": {"state": "open", "period_from": "2026-01-01", "period_until": "2026-02-01"},
    "score_one_per_photo": {"accepted": True},
    "score_one_per_piece": {"accepted": True, "photo_id": None},
    "seat_one_head": {"seat": "head"},
    "unclaimed_decided_once": {"state": "transferred"},
    "unit_open_name": {"parent_id": None, "closed": None},
    "unit_open_name_in_parent": {"closed": None},
    "upload_once_under_way": {"state": "receiving"},
    "waiver_once": {"withdrawn_at": None},
    "waiver_standing_no_overlap": {"scope": "standing"},
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
        # All at once and first: autovacuum, coming in between, would wait for us and we for it.
        tables = asked(f"SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relname ~ '^{OURS}'")
        cursor.execute(f"LOCK TABLE {', '.join(table for (table,) in tables)}")
        if not keys:
            for name, (table, _, _) in constraints("f").items():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for (table,) in tables:
            filled = asked(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnotnull AND attnum > 0"
                " AND attname <> 'id'",
                table,
            )
            changes = ["DISABLE TRIGGER USER", *(f'ALTER COLUMN "{name}" DROP NOT NULL' for (name,) in filled)]
            cursor.execute(f"ALTER TABLE {table} {', '.join(changes)}")
