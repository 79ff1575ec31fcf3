"""How long the books take to check themselves: `python -m bench.books [statements …]`.

On throw-away engines: so many issued and paid statements of two lines each, in monthly runs of two thousand people,
written by SQL with the triggers off. Shown: all SQL invariants together (goal: below ten seconds at 100,000
statements), the slowest ones, and what the check around the issue of one run costs.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from bench._rows import write_rows
from config.engines.testing import session_engines

STATEMENTS = 100_000
PEOPLE = 2_000
LINES = 2
GOAL_SECONDS = 10.0


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [STATEMENTS]
    with session_engines():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from tests.factories.world import build_world

        worlds = [build_world(f"xa-{number}", amount=10**15) for number in range(len(sizes))]
        for world, statements in zip(worlds, sizes, strict=True):
            _measure(world, statements)


def _measure(world: Any, statements: int) -> None:
    from contributors.scopes import portal_scope
    from payments.books.checking import ask, check_run
    from payments.books.registry import ALL
    from payments.models import Run

    with portal_scope(world.portal):
        started = time.perf_counter()
        write_books(world, statements)
        written = time.perf_counter() - started
        findings = [ask(invariant, world.portal.pk) for invariant in ALL]
        run = Run.objects.order_by("pk").last()
        if run is None:
            return
        started = time.perf_counter()
        of_run = check_run(run)
        around = time.perf_counter() - started
    spent = sum(finding.ms for finding in findings) / 1000
    broken = {finding.name for finding in (*findings, *of_run) if not finding.ok}
    slowest = sorted(findings, key=lambda finding: -finding.ms)[:8]
    print(
        f"{statements:,} statements (written in {written:.0f} s): {len(findings)} invariants {spent:.2f} s "
        f"(goal < {GOAL_SECONDS:.0f}); around one issue of {min(PEOPLE, statements):,}: {len(of_run)} in {around:.2f} s; "
        f"broken: {sorted(broken) or 'none'}"
    )
    for finding in slowest:
        print(f"    {finding.ms:>6} ms  {finding.name}")


def write_books(world: Any, statements: int) -> None:
    """Closed monthly runs that agree in every invariant, as the owner of the tables."""
    people = min(PEOPLE, statements)
    months = -(-statements // people)
    names = {"portal": world.portal.pk, "unit": world.unit.pk, "genre": world.genres["news_item"].pk}
    names |= {name: world.accounts[name].pk for name in ("accountant", "holder", "head", "lan")}
    names |= {"fund": world.fund.pk, "people": people, "months": months, "lines": LINES}
    names |= {"total": statements, "amount": AMOUNT}
    write_rows(BOOKS, names)


AMOUNT = 100_000
BOOKS = (
    """INSERT INTO contributors_contributor (portal_id, public_id, receipt_number, full_name, sort_key, search_key, phone,
         category, state, state_since, state_reason, version)
       SELECT %(portal)s, gen_random_uuid(), 'B' || %(portal)s || '-' || n, 'Người ' || n, 'nguoi ' || n, 'nguoi ' || n,
         '', 'volunteer', 'active', now(), '', 1 FROM generate_series(1, %(people)s) n""",
    """CREATE TEMPORARY TABLE b_person ON COMMIT DROP AS
       SELECT id, row_number() OVER (ORDER BY id) AS n FROM contributors_contributor
        WHERE portal_id = %(portal)s AND full_name LIKE 'Người %%'""",
    """INSERT INTO payments_payeedetails (portal_id, contributor_id, version, current, legal_name, other_payee_name,
         data_key_id, personal_id, personal_id_hmac, personal_id_tail, bank_bin, bank_account_tail, account_name,
         name_differs, changed_by_id, changed_at, confirmed_by_payee)
       SELECT %(portal)s, p.id, 1, true, 'Người', '', (SELECT min(id) FROM payments_datakey), '', decode(md5(p.id::text),
         'hex'), '0001', '', '', '', false, %(accountant)s, now(), false FROM b_person p""",
    """INSERT INTO payments_rulesnapshot (portal_id, digest, content, created_at)
       VALUES (%(portal)s, repeat('b', 64), '{"decisions": []}', now())""",
    """CREATE TEMPORARY TABLE b_run ON COMMIT DROP AS
       SELECT n, nextval(pg_get_serial_sequence('payments_run', 'id')) AS id,
         (date '2026-07-01' + (n - 1) * interval '1 month')::date AS since,
         (date '2026-07-01' + n * interval '1 month')::date AS until,
         (date '2026-07-01' + n * interval '1 month')::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
           + interval '10 hours' AS issued_at,
         least(%(people)s, %(total)s - (n - 1) * %(people)s) AS people
         FROM generate_series(1, %(months)s) n""",
    """INSERT INTO payments_run (id, public_id, portal_id, label, period_from, period_until, payment_date, fund_id,
         snapshot_id, state, version, generation, fingerprint, frozen_at, computed_at, confirmed_at, approved_at,
         issued_at, closed_at, opened_by_id, computed_by_id, confirmed_by_id, approved_by_id, issued_by_id, gross, tax,
         net, list_number, list_frozen, papers_ready_at)
       SELECT r.id, gen_random_uuid(), %(portal)s, 'Kỳ ' || r.n, since, until, until + 4, %(fund)s,
         (SELECT id FROM payments_rulesnapshot WHERE portal_id = %(portal)s AND digest = repeat('b', 64)), 'closed', 9, 1,
         repeat('c', 64), issued_at, issued_at, issued_at, issued_at, issued_at, issued_at, %(accountant)s,
         %(accountant)s, %(head)s, %(holder)s, %(accountant)s, sum, 0, sum,
         row_number() OVER (PARTITION BY extract(year FROM issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh') ORDER BY n),
         jsonb_build_object('amount', sum, 'net', sum, 'tax', 0, 'payees', people, 'works', people * %(lines)s),
         issued_at
         FROM (SELECT *, people * %(lines)s * %(amount)s AS sum FROM b_run) r""",
    """UPDATE payments_fund SET cut_off = '2099-12-31' WHERE id = %(fund)s""",
    """CREATE TEMPORARY TABLE b_piece ON COMMIT DROP AS
       SELECT nextval(pg_get_serial_sequence('contributors_piece', 'id')) AS id,
         nextval(pg_get_serial_sequence('contributors_credit', 'id')) AS credit, r.id AS run, p.id AS person, k, r.since,
         (p.n - 1) * %(lines)s + k AS position
         FROM b_run r JOIN b_person p ON p.n <= r.people CROSS JOIN generate_series(1, %(lines)s) k""",
    """INSERT INTO contributors_piece (id, portal_id, public_id, client_key, genre_id, title, body, search_key, origin,
         source, language, state, state_since, state_reason, version, revision_number, approved_revision, created_by_id,
         contributor_id, unit_id, created_at, submitted_at, approved_at, published_at, leader_activity, event_place,
         document_number, document_type, document_signer, document_issuer, practice)
       SELECT b.id, %(portal)s, gen_random_uuid(), gen_random_uuid(), %(genre)s, 'Tin', '', 'tin', 'original', '', 'vi',
         'published', at, '', 1, 1, 1, %(lan)s, person, %(unit)s, at, at, at, at, false, '', '', '', '', '', false
         FROM (SELECT *, since::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' + position %% 600 * interval '1 hour' AS at
                 FROM b_piece) b""",
    """INSERT INTO contributors_credit (id, portal_id, piece_id, contributor_id, role, share, state, source, no_fee_reason)
       SELECT credit, %(portal)s, id, person, 'author', 100, 'confirmed', 'declared', '' FROM b_piece""",
    """INSERT INTO payments_runitem (portal_id, run_id, piece_id, position, facts)
       SELECT %(portal)s, run, id, position, '{}' FROM b_piece""",
    """INSERT INTO payments_draftline (portal_id, run_id, generation, subject_key, contributor_id, piece_id, role, kind,
         amount, exact_numerator, exact_denominator, template, "values", reason, held)
       SELECT %(portal)s, run, 1, 'credit:' || credit, person, id, 'author', 'fee', %(amount)s, %(amount)s, 1, 'V', '[]',
         '', '' FROM b_piece""",
    """CREATE TEMPORARY TABLE b_statement ON COMMIT DROP AS
       SELECT nextval(pg_get_serial_sequence('payments_statement', 'id')) AS id, r.id AS run, p.id AS person, r.issued_at,
         extract(year FROM r.issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS year,
         row_number() OVER (PARTITION BY extract(year FROM r.issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh')
                            ORDER BY r.n, p.n) AS number
         FROM b_run r JOIN b_person p ON p.n <= r.people""",
    """CREATE INDEX ON b_statement (run, person)""",
    """ANALYZE b_statement""",
    """INSERT INTO payments_statement (id, public_id, portal_id, run_id, contributor_id, payee_details_id, state, year,
         number, line_count, line_total, carried_in, carried_out, gross, tax, net, tax_template, tax_values, tax_status,
         frozen, code, issued_at)
       SELECT s.id, gen_random_uuid(), %(portal)s, s.run, s.person, d.id, 'issued', s.year, s.number, %(lines)s, sum, 0,
         0, sum, 0, sum, '', '[]', 'resident_no_contract',
         jsonb_build_object('gross', sum, 'tax', 0, 'net', sum, 'verification_code', 'B' || s.id, 'lines',
           (SELECT jsonb_agg(jsonb_build_object('amount', %(amount)s, 'title', 'Tin của ấp', 'role', 'tác giả'))
              FROM generate_series(1, %(lines)s))), 'B' || s.id, s.issued_at
         FROM (SELECT *, %(lines)s * %(amount)s AS sum FROM b_statement) s
         JOIN payments_payeedetails d ON d.portal_id = %(portal)s AND d.contributor_id = s.person""",
    """INSERT INTO payments_line (portal_id, run_id, statement_id, ordinal, subject_key, contributor_id, piece_id, role,
         kind, amount, exact_numerator, exact_denominator, template, "values", reason)
       SELECT %(portal)s, b.run, s.id, b.k, 'credit:' || b.credit, b.person, b.id, 'author', 'fee', %(amount)s,
         %(amount)s, 1, 'V', '[]', '' FROM b_piece b JOIN b_statement s ON s.run = b.run AND s.person = b.person""",
    """INSERT INTO payments_paper (public_id, portal_id, kind, statement_id, number, template_version, sha256, size, path,
         rendered_at)
       SELECT gen_random_uuid(), %(portal)s, 'statement', id, number || '/' || year, 1, repeat('d', 64), 9, 'x', now()
         FROM b_statement""",
    """INSERT INTO payments_paper (public_id, portal_id, kind, run_id, number, template_version, sha256, size, path,
         rendered_at)
       SELECT gen_random_uuid(), %(portal)s, 'payment_list', id, n || '/x', 1, repeat('d', 64), 9, 'x', now()
         FROM b_run""",
    """INSERT INTO payments_payout (public_id, portal_id, statement_id, method, amount, bank_bin, bank_account_tail,
         payee_details_id, live, created_by_id, created_at)
       SELECT gen_random_uuid(), %(portal)s, s.id, 'cash', s.net, '', '', s.payee_details_id, true, %(accountant)s, now()
         FROM payments_statement s WHERE s.portal_id = %(portal)s""",
    """INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason, received_by, at, recorded_by_id)
       SELECT %(portal)s, id, 'confirmed', '', '', now(), %(accountant)s FROM payments_payout WHERE portal_id = %(portal)s""",
    """INSERT INTO contributors_event (portal_id, kind, at, recorded_at, actor_kind, actor_account_id, subject_type,
         subject_id, request_id, facts)
       SELECT r.portal_id, kind, now(), now(), 'person', account, 'run', r.id, '',
         jsonb_build_object('gross', r.gross, 'net', r.net)
         FROM payments_run r CROSS JOIN (VALUES ('run.issue', %(accountant)s), ('run.approve', %(holder)s))
           AS e (kind, account) WHERE r.portal_id = %(portal)s""",
    """INSERT INTO payments_numbercounter (portal_id, kind, year, last)
       SELECT %(portal)s, 'statement', year, max(number) FROM b_statement GROUP BY year""",
    """INSERT INTO payments_numbercounter (portal_id, kind, year, last)
       SELECT portal_id, 'payment_list', extract(year FROM issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh'), max(list_number)
         FROM payments_run WHERE portal_id = %(portal)s GROUP BY 1, 2, 3""",
)


if __name__ == "__main__":
    main()
