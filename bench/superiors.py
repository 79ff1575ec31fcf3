"""How long a superior waits for the portals below it: `python -m bench.superiors [portals]`.

On throw-away engines: so many portals in a tree of two levels, each with two half years of 80 news pieces, 160 photos
and 120 documents, 20 units, 30 people, 12 runs and a fund, written by SQL. Shown: the question itself (goal: below five
seconds for a thousand portals), its ratio to the floor, which is one count of the same pieces and one of the same photos
by portal, and what the papers and the table take on top.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from bench._rows import write_rows
from config.engines.testing import session_engines

PORTALS = 1_000
GOAL_SECONDS = 5.0
TIMES = 3
NEWS, DOCUMENTS, PHOTOS, UNITS, PEOPLE, RUNS = 80, 120, 160, 20, 30, 6  # for each portal and half year


def main() -> None:
    portals = int(sys.argv[1]) if len(sys.argv) > 1 else PORTALS
    with session_engines():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from contributors.scopes import portal_scope
        from tests.factories.world import build_world

        world = build_world()
        started = time.perf_counter()
        write_portals(world, portals)
        print(f"{portals:,} portals written in {time.perf_counter() - started:.0f} s")
        with portal_scope(world.portal):
            _measure(world, portals)


def _measure(world: Any, portals: int) -> None:
    from payments.consolidated_report import consolidated_report
    from payments.papers.report_docx import report_docx
    from payments.papers.report_pdf import report_pdf
    from payments.report_periods import Period
    from payments.superior_sheet import superior_xlsx
    from payments.superiors import side_by_side

    asked = {
        "actor": world.actor("head"),
        "portal": world.portal,
        "period": Period(date(2026, 1, 1), date(2026, 7, 1)),
    }
    floor = _median(_floor)
    whole = _median(lambda: side_by_side(**asked))
    found = side_by_side(**asked)
    if (len(found.rows), found.total.now.news) != (portals, portals * NEWS):
        message = f"{len(found.rows)} portals, {found.total.now.news} pieces"
        raise SystemExit(message)
    verdict = "kept" if whole < GOAL_SECONDS else "MISSED"
    print(
        f"side by side: {whole:.2f} s, {whole / floor:.1f} x the floor ({floor:.2f} s); goal < {GOAL_SECONDS:.0f} s {verdict}"
    )
    report = consolidated_report(**asked)
    for name, make in (
        ("report .docx", lambda: report_docx(report)),
        ("report .pdf", lambda: report_pdf(report)),
        ("table .xlsx", lambda: superior_xlsx(found, "Asia/Ho_Chi_Minh")),
    ):
        spent = _median(make)
        print(f"{name}: {spent:.2f} s on top")


def _floor() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for sql in FLOOR:
            cursor.execute(sql)
            cursor.fetchall()


def _median(act: Callable[[], object]) -> float:
    spent = []
    for _ in range(TIMES):
        started = time.perf_counter()
        act()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def write_portals(world: Any, portals: int) -> None:
    """The first ten stand below `world`'s, the others below those; as the owner of the tables."""
    names = {"above": world.portal.pk, "portals": portals, "account": world.accounts["lan"].pk}
    names |= {"news": NEWS, "documents": DOCUMENTS, "photos": PHOTOS, "units": UNITS, "people": PEOPLE, "runs": RUNS}
    write_rows(PORTAL_ROWS, names)


FLOOR = (
    """SELECT portal_id, count(*) FROM contributors_piece WHERE state = 'published'
         AND published_at >= '2025-07-01 00:00+07' AND published_at < '2026-07-01 00:00+07' GROUP BY portal_id""",
    "SELECT portal_id, count(*) FROM contributors_photo WHERE removed_at IS NULL GROUP BY portal_id",
)
PORTAL_ROWS = (
    """INSERT INTO contributors_portal (public_id, name, slug, time_zone, promise_days, province_code, commune_code,
         created_at, parent_id)
       SELECT gen_random_uuid(), 'Trang xã số ' || n, 'duoi-' || n, 'Asia/Ho_Chi_Minh', 3, '', '', now(), %(above)s
         FROM generate_series(1, %(portals)s) n""",
    """UPDATE contributors_portal p SET parent_id = (SELECT id FROM contributors_portal
         WHERE slug = 'duoi-' || (1 + substr(p.slug, 6)::int %% 10)) WHERE p.slug LIKE 'duoi-%%' AND substr(p.slug, 6)::int > 10""",
    """CREATE TEMPORARY TABLE b_portal ON COMMIT DROP AS SELECT id FROM contributors_portal WHERE slug LIKE 'duoi-%%'""",
    """INSERT INTO contributors_unit (portal_id, public_id, kind, name, opened, legal_basis, sort_key)
       SELECT id, gen_random_uuid(), 'hamlet', 'Ấp ' || n, '2020-01-01', '', 'ap ' || n
         FROM b_portal CROSS JOIN generate_series(1, %(units)s) n""",
    """INSERT INTO contributors_genre (portal_id, code, name, counts_as, guidance, example, position, for_contributors,
         least_words, least_photos, needs_duration, needs_document_number, version)
       SELECT id, code, code, code, '', '', 1, true, 0, 0, false, false, 1
         FROM b_portal CROSS JOIN (VALUES ('piece'), ('document')) AS g (code)""",
    """INSERT INTO contributors_contributor (portal_id, public_id, receipt_number, full_name, sort_key, search_key, phone,
         category, state, state_since, state_reason, version)
       SELECT id, gen_random_uuid(), 'B' || id || '-' || n, 'Người ' || n, 'nguoi ' || n, 'nguoi ' || n, '', 'volunteer',
         'active', now(), '', 1 FROM b_portal CROSS JOIN generate_series(1, %(people)s) n""",
    """CREATE TEMPORARY TABLE b_of ON COMMIT DROP AS
       SELECT p.id, array_agg(DISTINCT u.id) AS units, array_agg(DISTINCT c.id) AS people
         FROM b_portal p JOIN contributors_unit u ON u.portal_id = p.id JOIN contributors_contributor c ON c.portal_id = p.id
        GROUP BY p.id""",
    """INSERT INTO contributors_membership (portal_id, contributor_id, unit_id, effective_from)
       SELECT portal_id, c.id, (SELECT units[1] FROM b_of WHERE b_of.id = c.portal_id), '2025-01-01'
         FROM contributors_contributor c WHERE portal_id IN (SELECT id FROM b_portal)""",
    """CREATE TEMPORARY TABLE b_piece ON COMMIT DROP AS
       SELECT nextval(pg_get_serial_sequence('contributors_piece', 'id')) AS id, p.id AS portal, half, n,
         CASE WHEN n <= %(news)s THEN p.units[1 + n %% (%(units)s - 4)] END AS unit, p.people[1 + n %% %(people)s] AS person,
         (SELECT id FROM contributors_genre g WHERE g.portal_id = p.id
            AND g.code = CASE WHEN n <= %(news)s THEN 'piece' ELSE 'document' END) AS genre,
         (half::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh') + n * interval '20 hours' AS at
         FROM b_of p CROSS JOIN (VALUES (date '2025-07-01'), (date '2026-01-01')) AS h (half)
         CROSS JOIN generate_series(1, %(news)s + %(documents)s) n""",
    """INSERT INTO contributors_piece (id, portal_id, public_id, client_key, genre_id, title, body, search_key, origin,
         source, language, state, state_since, state_reason, version, revision_number, approved_revision, created_by_id,
         contributor_id, unit_id, created_at, submitted_at, approved_at, published_at, leader_activity, event_on,
         event_place, document_number, document_type, document_signer, document_issuer, practice)
       SELECT id, portal, gen_random_uuid(), gen_random_uuid(), genre, 'Tin', '', 'tin', 'original', '', 'vi', 'published',
         at, '', 1, 1, 1, %(account)s, person, unit, at, at, at, at, false, (at - n %% 6 * interval '1 day')::date, '', '',
         '', '', '', false FROM b_piece""",
    """INSERT INTO contributors_photo (portal_id, public_id, piece_id, position, caption, photographer_id, path,
         small_path, sha256, width, height, size)
       SELECT portal, gen_random_uuid(), id, k, '', person, 'x', 'x', md5(id || '-' || k), 1, 1, 1
         FROM b_piece CROSS JOIN generate_series(1, %(photos)s / %(news)s) k WHERE n <= %(news)s""",
    """INSERT INTO payments_fund (portal_id, public_id, year, source, amount, cut_off, decision_number, budget_code)
       SELECT id, gen_random_uuid(), 2026, 'Ngân sách xã', 50000000, '2027-01-31', '', '' FROM b_portal""",
    """INSERT INTO payments_run (portal_id, public_id, label, period_from, period_until, payment_date, fund_id, state,
         version, generation, fingerprint, gross, tax, net, approved_by_id)
       SELECT b.id, gen_random_uuid(), 'Kỳ ' || n, (date '2026-01-01' + (n - 1) * interval '1 month')::date,
         (date '2026-01-01' + n * interval '1 month')::date, '2026-12-01', f.id, 'closed', 9, 1, '', 3000000, 0, 3000000, %(account)s
         FROM b_portal b JOIN payments_fund f ON f.portal_id = b.id CROSS JOIN generate_series(1, %(runs)s) n""",
)


if __name__ == "__main__":
    main()
