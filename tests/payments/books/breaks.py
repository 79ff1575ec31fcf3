"""How to break each invariant behind the database's back, and which others cannot but fail with it.

Code: (SQL by the owner with triggers off, other invariants that fail too). Braces hold what the fixture knows.
"""

from __future__ import annotations

ONE_LINE = "(SELECT min(id) FROM payments_line WHERE run_id = {run})"
ITS_STATEMENT = "(SELECT statement_id FROM payments_line WHERE id = " + ONE_LINE + ")"
ONE_STATEMENT = "(SELECT min(id) FROM payments_statement WHERE run_id = {run})"
LAST_STATEMENT = "(SELECT id FROM payments_statement WHERE run_id = {run} ORDER BY number DESC LIMIT 1)"
LINE_COLUMNS = (
    "portal_id, run_id, statement_id, ordinal, subject_key, contributor_id, role, kind, amount, exact_numerator, "
    'exact_denominator, template, "values", reason'
)
JOINING = (
    f"INSERT INTO payments_line ({LINE_COLUMNS}) SELECT portal_id, run_id, statement_id,"
    " (SELECT max(ordinal) + 1 FROM payments_line o WHERE o.statement_id = l.statement_id), {{key}}, contributor_id, role,"
    " {{kind}}, 0, 0, 1, template, \"values\", '' FROM payments_line l WHERE id = " + ONE_LINE
)


def joining(key: str, kind: str) -> str:
    return JOINING.replace("{{key}}", key).replace("{{kind}}", f"'{kind}'")


ENTRY = (
    "INSERT INTO payments_balanceentry (portal_id, contributor_id, statement_id, amount, reason, at)"
    " SELECT portal_id, {who}, id, {amount}, 'carried_out', now() FROM payments_statement WHERE id = " + ONE_STATEMENT
)


def entry(amount: int, who: str = "contributor_id") -> str:
    return ENTRY.replace("{who}", who).replace("{amount}", str(amount))


EXCLUDED = (
    "INSERT INTO payments_runexclusion (portal_id, run_id, generation, piece_id, subject_key, bucket, reason, parts)"
    " SELECT r.portal_id, r.id, r.generation, {piece}, '', 'outside_rules', {reason}, 1 FROM payments_run r"
    " WHERE r.id = {run}"
)


def excluded(piece: str, reason: str) -> str:
    return EXCLUDED.replace("{piece}", piece).replace("{reason}", f"'{reason}'")


BREAKS: dict[str, tuple[str, set[str]]] = {
    "statement_is_its_lines": (
        (
            f"UPDATE payments_draftline SET amount = amount + 1 WHERE run_id = {{run}} AND subject_key ="
            f" (SELECT subject_key FROM payments_line WHERE id = {ONE_LINE});"
            f"UPDATE payments_line SET amount = amount + 1 WHERE id = {ONE_LINE}"
        ),
        set(),
    ),
    "gross_is_lines_and_carried": (
        "ALTER TABLE payments_statement DROP CONSTRAINT statement_gross;"
        f"UPDATE payments_statement SET carried_in = 5 WHERE id = {ONE_STATEMENT};" + entry(-5),
        set(),
    ),
    "net_is_gross_less_tax": (
        (
            "ALTER TABLE payments_statement DROP CONSTRAINT statement_net;"
            f"UPDATE payments_statement SET net = net - 1 WHERE id = {ONE_STATEMENT}"
        ),
        {"run_is_its_statements", "statement_prints_its_row", "payouts_pay_the_net"},
    ),
    "tax_within_gross": (
        f"UPDATE payments_statement SET tax = -1, net = gross + 1 WHERE id = {ONE_STATEMENT}",
        {"run_is_its_statements", "statement_prints_its_row", "payouts_pay_the_net"},
    ),
    "run_is_its_statements": (
        (
            "UPDATE payments_run SET tax = tax + 1, list_frozen = jsonb_set(list_frozen, '{{tax}}', to_jsonb(tax + 1))"
            " WHERE id = {run}"
        ),
        set(),
    ),
    "list_prints_the_run": (
        "UPDATE payments_run SET list_frozen = jsonb_set(list_frozen, '{{amount}}', '1') WHERE id = {run}",
        set(),
    ),
    "list_counts_people_and_works": (
        "UPDATE payments_run SET list_frozen = jsonb_set(list_frozen, '{{payees}}', '99') WHERE id = {run}",
        set(),
    ),
    "statement_prints_its_row": (
        f"UPDATE payments_statement SET frozen = jsonb_set(frozen, '{{{{tax}}}}', '7') WHERE id = {ONE_STATEMENT}",
        set(),
    ),
    "printed_lines_sum_up": (
        (
            "UPDATE payments_statement SET frozen = jsonb_set(frozen, '{{lines,0,amount}}', '1')"
            f" WHERE id = {ONE_STATEMENT}"
        ),
        set(),
    ),
    "fund_covers_what_was_issued": ("UPDATE payments_fund SET amount = 1", set()),
    "a_changed_fund_is_what_its_changes_say": (
        (
            "INSERT INTO payments_fundchange (portal_id, fund_id, amount, amount_after, decision_number, reason,"
            " changed_by_id, at) SELECT f.portal_id, f.id, 5, f.amount + 5, 'x', 'x', r.opened_by_id, now()"
            " FROM payments_fund f JOIN payments_run r ON r.fund_id = f.id WHERE r.id = {run}"
        ),
        set(),
    ),
    "approved_runs_have_a_fund": ("UPDATE payments_run SET fund_id = NULL WHERE id = {run}", set()),
    "issued_before_the_cut_off": ("UPDATE payments_fund SET cut_off = '2026-01-01'", set()),
    "nothing_is_paid_twice": (
        "DROP INDEX line_paid_once;" + joining("subject_key", "allowance"),
        {"statement_is_its_lines"},
    ),
    "line_pays_a_credit_of_its_piece": (
        f"UPDATE payments_line SET subject_key = 'credit:999999' WHERE id = {ONE_LINE}",
        set(),
    ),
    "statement_pays_its_own_person": (
        (
            f"UPDATE payments_draftline SET contributor_id = {{writer}} WHERE run_id = {{run}} AND subject_key ="
            f" (SELECT subject_key FROM payments_line WHERE id = {ONE_LINE});"
            f"UPDATE payments_line SET contributor_id = {{writer}} WHERE id = {ONE_LINE}"
        ),
        set(),
    ),
    "lines_come_from_the_frozen_input": (
        f"DELETE FROM payments_runitem WHERE piece_id = (SELECT piece_id FROM payments_line WHERE id = {ONE_LINE})",
        set(),
    ),
    "approved_lines_are_the_draft": (
        "DELETE FROM payments_draftline WHERE id = (SELECT min(id) FROM payments_draftline WHERE run_id = {run})",
        set(),
    ),
    "approved_amounts_are_the_drafts": (
        (
            "UPDATE payments_draftline SET amount = amount + 1"
            " WHERE id = (SELECT min(id) FROM payments_draftline WHERE run_id = {run})"
        ),
        set(),
    ),
    "rounding_stays_small": (
        f"UPDATE payments_line SET exact_numerator = exact_numerator + 5000 * exact_denominator WHERE id = {ONE_LINE}",
        set(),
    ),
    "fees_are_not_negative": (
        (
            "ALTER TABLE payments_line DROP CONSTRAINT line_not_negative;"
            f"UPDATE payments_draftline SET amount = -1 WHERE run_id = {{run}} AND subject_key ="
            f" (SELECT subject_key FROM payments_line WHERE id = {ONE_LINE});"
            f"UPDATE payments_line SET amount = -1, exact_numerator = -1, exact_denominator = 1 WHERE id = {ONE_LINE}"
        ),
        {"statement_is_its_lines"},
    ),
    "corrections_name_an_issued_line": (
        "ALTER TABLE payments_line DROP CONSTRAINT line_correction_names_line;"
        + joining("'correction:1'", "correction"),
        {"statement_is_its_lines", "corrections_were_confirmed_by_another"},
    ),
    "lines_are_numbered_through": (f"UPDATE payments_line SET ordinal = ordinal + 50 WHERE id = {ONE_LINE}", set()),
    "statement_numbers_have_no_gap": (
        (
            f"UPDATE payments_statement SET number = number + 1 WHERE id = {LAST_STATEMENT};"
            "UPDATE payments_numbercounter SET last = last + 1 WHERE kind = 'statement';"
            "UPDATE payments_paper p SET number = s.number || '/' || s.year FROM payments_statement s"
            " WHERE s.id = p.statement_id"
        ),
        {"a_run_takes_numbers_in_a_row"},
    ),
    "list_numbers_have_no_gap": (
        (
            "UPDATE payments_run SET list_number = 5 WHERE id = {run};"
            "UPDATE payments_numbercounter SET last = 5 WHERE kind = 'payment_list'"
        ),
        set(),
    ),
    "counters_stand_at_the_last_number": (
        "UPDATE payments_numbercounter SET last = last + 1 WHERE kind = 'statement'",
        set(),
    ),
    "a_run_takes_numbers_in_a_row": (
        f"UPDATE payments_statement SET number = number + 2 WHERE id = {LAST_STATEMENT}",
        {"statement_numbers_have_no_gap", "counters_stand_at_the_last_number", "papers_bear_their_number"},
    ),
    "number_is_of_the_year_of_issue": (
        (
            "UPDATE payments_run SET issued_at = issued_at - interval '1 year' WHERE id = {run};"
            "UPDATE payments_statement SET issued_at = issued_at - interval '1 year' WHERE run_id = {run};"
            "UPDATE payments_numbercounter SET year = year - 1 WHERE kind = 'payment_list'"
        ),
        set(),
    ),
    "issued_statements_are_whole": (
        (
            "ALTER TABLE payments_statement DROP CONSTRAINT statement_issued_is_whole;"
            f"UPDATE payments_statement SET code = NULL WHERE id = {ONE_STATEMENT}"
        ),
        {"statement_prints_its_row"},
    ),
    "statements_are_issued_with_their_run": (
        f"UPDATE payments_statement SET issued_at = issued_at + interval '1 hour' WHERE id = {ONE_STATEMENT}",
        set(),
    ),
    "the_log_says_what_was_issued": (
        "UPDATE contributors_event SET facts = jsonb_set(facts, '{{gross}}', '1') WHERE kind = 'run.issue'",
        {"the_log_is_whole"},
    ),
    "the_log_says_who_approved": (
        "UPDATE contributors_event SET actor_account_id = NULL WHERE kind = 'run.approve'",
        {"the_log_is_whole"},
    ),
    "maker_and_checker_are_two": (
        (
            "ALTER TABLE payments_run DROP CONSTRAINT run_approver_is_not_maker;"
            "UPDATE payments_run SET computed_by_id = approved_by_id WHERE id = {run}"
        ),
        set(),
    ),
    "approved_runs_went_through_every_hand": (
        "UPDATE payments_run SET computed_by_id = NULL WHERE id = {run}",
        set(),
    ),
    "nobody_approved_a_piece_of_their_own": (
        (
            "UPDATE contributors_credit a SET contributor_id = m.contributor_id FROM contributors_credit m"
            " WHERE m.piece_id = a.piece_id AND m.role = 'author' AND a.role = 'approver' AND a.source = 'log'"
        ),
        set(),
    ),
    "nobody_approved_money_for_their_own_piece": (
        (
            "UPDATE contributors_contributor SET account_id = (SELECT approved_by_id FROM payments_run WHERE id = {run})"
            " WHERE id = {lan}"
        ),
        set(),
    ),
    "statement_pays_to_its_persons_details": (
        (
            "UPDATE payments_statement SET payee_details_id ="
            " (SELECT id FROM payments_payeedetails WHERE contributor_id = {hoa} LIMIT 1) WHERE contributor_id = {lan}"
        ),
        set(),
    ),
    "one_current_version_of_payee_details": (
        (
            "DROP INDEX payeedetails_one_current;"
            "UPDATE payments_payeedetails SET contributor_id = {deputy}, version = version + 50"
            " WHERE contributor_id = {publisher}"
        ),
        {"statement_pays_to_its_persons_details", "payouts_go_to_the_persons_account"},
    ),
    "payee_details_were_confirmed_by_another": (
        (
            "ALTER TABLE payments_payeedetails DROP CONSTRAINT payeedetails_two_people;"
            "UPDATE payments_payeedetails SET confirmed_by_id = changed_by_id, confirmed_by_payee = false"
            " WHERE contributor_id = {lan}"
        ),
        set(),
    ),
    "published_pieces_are_whole": (
        "UPDATE contributors_piece SET approved_revision = NULL WHERE state = 'published'",
        set(),
    ),
    "no_published_piece_was_overlooked": (
        (
            "UPDATE contributors_piece SET state = 'published', approved_revision = 1, state_since = '2026-07-15',"
            " published_at = '2026-07-15', published_url = 'https://xa.example/quen' WHERE id = {draft}"
        ),
        set(),
    ),
    "every_frozen_piece_has_its_place": (
        (
            "INSERT INTO payments_runitem (portal_id, run_id, piece_id, position, facts)"
            " SELECT portal_id, id, {draft}, 99, '{{}}' FROM payments_run WHERE id = {run}"
        ),
        set(),
    ),
    "no_piece_is_in_two_places": (
        excluded(f"(SELECT piece_id FROM payments_line WHERE id = {ONE_LINE})", "x"),
        set(),
    ),
    "left_out_pieces_have_a_reason": (excluded("{draft}", ""), set()),
    "shares_of_paid_pieces_sum_to_100": (
        (
            "INSERT INTO contributors_credit (portal_id, piece_id, contributor_id, role, share, state, source,"
            " no_fee_reason) SELECT portal_id, piece_id, {deputy}, 'author', 50, 'confirmed', 'declared', ''"
            " FROM contributors_credit WHERE role = 'author' AND contributor_id = {lan} AND piece_id <> {draft}"
        ),
        set(),
    ),
    "runs_of_a_portal_do_not_overlap": (
        (
            "ALTER TABLE payments_run DROP CONSTRAINT run_live_no_overlap;"
            "INSERT INTO payments_run (public_id, portal_id, label, period_from, period_until, payment_date, state,"
            " version, generation, fingerprint) SELECT gen_random_uuid(), portal_id, 'x', period_from, period_until,"
            " payment_date, 'open', 1, 0, '' FROM payments_run WHERE id = {run}"
        ),
        set(),
    ),
    "payouts_pay_the_net": ("UPDATE payments_payout SET amount = amount + 1 WHERE live", set()),
    "one_live_payout_per_statement": (
        (
            "DROP INDEX payout_one_live;"
            "INSERT INTO payments_payout (public_id, portal_id, statement_id, method, amount, bank_bin, bank_account_tail,"
            " payee_details_id, live, created_by_id, created_at) SELECT gen_random_uuid(), portal_id, statement_id, method,"
            " amount, bank_bin, bank_account_tail, payee_details_id, live, created_by_id, created_at"
            " FROM payments_payout WHERE live"
        ),
        set(),
    ),
    "nobody_received_money_twice": (
        (
            "INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason, received_by, at, recorded_by_id)"
            " SELECT portal_id, id, 'confirmed', '', '', now(), created_by_id FROM payments_payout WHERE NOT live"
        ),
        {"received_money_did_not_come_back"},
    ),
    "returned_payouts_are_not_live": ("DELETE FROM payments_payoutevent WHERE outcome = 'returned'", set()),
    "received_money_did_not_come_back": (
        (
            "INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason, received_by, at, recorded_by_id)"
            " SELECT portal_id, id, 'returned', 'x', '', now(), created_by_id FROM payments_payout WHERE live LIMIT 1"
        ),
        {"returned_payouts_are_not_live"},
    ),
    "payouts_go_to_the_persons_account": (
        "UPDATE payments_payout SET bank_account_tail = '9999' WHERE live",
        set(),
    ),
    "transfers_have_an_account": (
        "UPDATE payments_payout SET bank_account_tail = '' WHERE live",
        {"payouts_go_to_the_persons_account"},
    ),
    "closed_runs_are_paid": ("DELETE FROM payments_payoutevent WHERE outcome = 'confirmed'", set()),
    "balances_close": (entry(5), set()),
    "balances_are_of_the_statements_person": (entry(5, "{deputy}") + ";" + entry(-5, "{deputy}"), set()),
    "no_line_is_taken_back_beyond_what_it_paid": (
        "ALTER TABLE payments_line DROP CONSTRAINT line_correction_names_line;"
        + joining("'correction:1'", "correction")
        + f";UPDATE payments_line SET corrects_id = {ONE_LINE}, amount = -1 - (SELECT amount FROM payments_line WHERE"
        + f" id = {ONE_LINE}) WHERE kind = 'correction'",
        {"statement_is_its_lines", "corrections_were_confirmed_by_another"},
    ),
    "corrections_were_confirmed_by_another": (
        "ALTER TABLE payments_line DROP CONSTRAINT line_correction_names_line;"
        + joining("'correction:1'", "correction")
        + f";UPDATE payments_line SET corrects_id = {ONE_LINE} WHERE kind = 'correction'",
        {"statement_is_its_lines"},
    ),
    "a_statement_paid_anew_is_not_paid_itself": (
        joining(f"'statement:' || {ONE_STATEMENT}", "carry_over"),
        {"statement_is_its_lines"},
    ),
    "finished_runs_have_every_paper": ("DELETE FROM payments_paper WHERE statement_id IS NULL", set()),
    "papers_bear_their_number": (
        "UPDATE payments_paper SET number = '77/2026' WHERE statement_id IS NOT NULL",
        set(),
    ),
    "papers_have_a_place_and_a_hash": ("UPDATE payments_paper SET size = 0", set()),
    "files_are_as_rendered": ("UPDATE payments_paper SET sha256 = repeat('0', 64)", set()),
    "the_log_is_whole": (
        "UPDATE contributors_event SET kind = 'x' WHERE kind = 'run.computed'",
        set(),
    ),
}
