"""What the database refuses where money goes out, as SQL: one statement that breaks each trigger, rows it needs first."""

from __future__ import annotations

BATCH = """INSERT INTO payments_payoutbatch (public_id, portal_id, run_id, kind, year, number, state, version, template_code,
    template_version, rules, purpose, payouts, total, file_sha256, created_by_id, created_at)
    SELECT gen_random_uuid(), portal_id, id, 'cash', 2026, 900, 'prepared', 1, 'x', 1, '{{}}', '', 1, 1, '', opened_by_id,
    now() FROM payments_run WHERE id = {run};"""
SENT = "UPDATE payments_payoutbatch SET state = 'sent', sent_at = now();"
ITEM = """INSERT INTO payments_batchitem (portal_id, batch_id, payout_id, position, reference, live)
    SELECT b.portal_id, b.id, (SELECT max(id) FROM payments_payout WHERE live), 1, 'x', true
    FROM payments_payoutbatch b WHERE b.number = 900;"""
RESULT = """INSERT INTO payments_bankresult (public_id, portal_id, batch_id, file_name, sha256, state, row_count, rows, applied,
    created_by_id, created_at) SELECT gen_random_uuid(), portal_id, id, 'x', 'x', 'checked', 0, '[]', 0, created_by_id, now()
    FROM payments_payoutbatch WHERE number = 900;"""
OUTCOME = """INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason, received_by, at, recorded_by_id)
    SELECT p.portal_id, p.id, '{outcome}', 'x', '', now(), e.recorded_by_id FROM payments_payout p
    JOIN payments_payoutevent e ON e.payout_id = p.id AND e.outcome = 'confirmed' LIMIT 1"""
ACCOUNTS = """INSERT INTO payments_journalaccounts (portal_id, effective_from, effective_until, accounts, decision_number)
    SELECT portal_id, '2026-01-01', '2026-02-01', '{{}}', '' FROM payments_run WHERE id = {run};"""
DECISION = """INSERT INTO payments_unclaimeddecision (public_id, portal_id, statement_id, state, amount, decision_number, reason,
    decided_by_id, decided_at, reverse_reason, version) SELECT gen_random_uuid(), s.portal_id, s.id, 'kept', 1, '', 'x',
    r.opened_by_id, now(), '', 1 FROM payments_statement s JOIN payments_run r ON r.id = s.run_id WHERE r.id = {run} LIMIT 1;"""
SHEET = """INSERT INTO payments_runsheet (public_id, portal_id, run_id, kind, year, number, frozen, code, issued_at)
    SELECT gen_random_uuid(), portal_id, id, 'summary', 2030, 1, '{{}}', 'x', now() FROM payments_run WHERE id = {approved}"""

MONEY_TRIGGERS = {
    "payoutbatch_stays": BATCH + "UPDATE payments_payoutbatch SET total = total + 1 WHERE number = 900",
    "batchitem_stays": BATCH + ITEM + "DELETE FROM payments_batchitem",
    "batchitem_joins_prepared": BATCH + SENT + ITEM.rstrip(";"),
    "bankresult_stays": BATCH + RESULT + "DELETE FROM payments_bankresult",
    "payout_revoked_by_another": OUTCOME.replace("{outcome}", "revoked"),
    "payout_returned_while_open": OUTCOME.replace("{outcome}", "returned"),
    "journalaccounts_stays": ACCOUNTS + "UPDATE payments_journalaccounts SET decision_number = 'x'",
    "unclaimeddecision_no_delete": DECISION + "DELETE FROM payments_unclaimeddecision",
    "runsheet_joins_issue": SHEET,
}
