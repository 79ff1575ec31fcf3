"""The proof of the money invariants: named questions to the database, each answered by what contradicts it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from contributors.events import first_broken_link
from contributors.files import open_kept
from contributors.models import Portal
from payments.models import Paper


@dataclass(frozen=True, slots=True)
class BookFinding:
    """One invariant: whether it holds, and otherwise which rows break it."""

    name: str
    ok: bool
    detail: str


# Each query returns the ids of rows that break the invariant; %(portal)s is the portal.
INVARIANTS: dict[str, str] = {
    "statement is the sum of its lines": """
        SELECT s.id FROM payments_statement s LEFT JOIN payments_line l ON l.statement_id = s.id
         WHERE s.portal_id = %(portal)s GROUP BY s.id
        HAVING coalesce(sum(l.amount), 0) <> s.line_total OR count(l.id) <> s.line_count""",
    "gross is lines plus carried sums": """
        SELECT id FROM payments_statement WHERE portal_id = %(portal)s
           AND gross <> line_total + carried_in - carried_out""",
    "gross minus tax is net, and net is not negative": """
        SELECT id FROM payments_statement WHERE portal_id = %(portal)s AND (gross - tax <> net OR net < 0)""",
    "run is the sum of its statements": """
        SELECT r.id FROM payments_run r LEFT JOIN payments_statement s ON s.run_id = r.id
         WHERE r.portal_id = %(portal)s AND r.state IN ('approved', 'issued', 'closed') GROUP BY r.id
        HAVING coalesce(sum(s.gross), 0) <> r.gross OR coalesce(sum(s.tax), 0) <> r.tax
            OR coalesce(sum(s.net), 0) <> r.net""",
    "payment list prints what the run pays": """
        SELECT id FROM payments_run WHERE portal_id = %(portal)s AND state IN ('issued', 'closed')
           AND ((list_frozen->>'amount')::bigint <> gross OR (list_frozen->>'net')::bigint <> net
                OR (list_frozen->>'tax')::bigint <> tax)""",
    "frozen statement prints what the row says": """
        SELECT id FROM payments_statement WHERE portal_id = %(portal)s AND state = 'issued'
           AND ((frozen->>'net')::bigint <> net OR (frozen->>'tax')::bigint <> tax
                OR (frozen->>'gross')::bigint <> line_total OR frozen->>'verification_code' <> code
                OR jsonb_array_length(frozen->'lines') <> line_count)""",
    "no credit is paid twice": """
        SELECT min(id) FROM payments_line WHERE portal_id = %(portal)s
           AND kind NOT IN ('correction', 'carry_over') GROUP BY subject_key HAVING count(*) > 1""",
    "statement numbers of a year have no gap": """
        SELECT year FROM payments_statement WHERE portal_id = %(portal)s AND number IS NOT NULL
         GROUP BY year HAVING max(number) <> count(*) OR min(number) <> 1""",
    "counters stand at the last number": """
        SELECT c.id FROM payments_numbercounter c WHERE c.portal_id = %(portal)s AND c.kind = 'statement'
           AND c.last <> (SELECT coalesce(max(number), 0) FROM payments_statement s
                           WHERE s.portal_id = c.portal_id AND s.year = c.year)""",
    "fund covers what was issued from it": """
        SELECT f.id FROM payments_fund f JOIN payments_run r ON r.fund_id = f.id
         WHERE f.portal_id = %(portal)s AND r.state IN ('issued', 'closed')
         GROUP BY f.id HAVING butlang_fund_spent(f.id) > f.amount""",
    "balances close": """
        SELECT coalesce(s.contributor_id, b.contributor_id) FROM
          (SELECT contributor_id, sum(carried_out - carried_in) AS carried FROM payments_statement
            WHERE portal_id = %(portal)s GROUP BY contributor_id) s
          FULL JOIN (SELECT contributor_id, sum(amount) AS kept FROM payments_balanceentry
                      WHERE portal_id = %(portal)s GROUP BY contributor_id) b USING (contributor_id)
         WHERE coalesce(s.carried, 0) <> coalesce(b.kept, 0)""",
    "no line is taken back beyond what it paid": """
        SELECT l.id FROM payments_line l JOIN payments_line c ON c.corrects_id = l.id
         WHERE l.portal_id = %(portal)s GROUP BY l.id, l.amount HAVING l.amount + sum(c.amount) < 0""",
    "corrections were proposed and confirmed by two people": """
        SELECT l.id FROM payments_line l LEFT JOIN payments_correction c ON c.taken_as_id = l.id
         WHERE l.portal_id = %(portal)s AND l.kind = 'correction'
           AND (c.id IS NULL OR c.amount <> l.amount OR c.confirmed_by_id IS NULL
                OR c.confirmed_by_id = c.proposed_by_id)""",
    "a statement paid anew was not paid before": """
        SELECT l.id FROM payments_line l
          JOIN payments_statement s ON s.portal_id = l.portal_id AND l.subject_key = 'statement:' || s.id
          JOIN payments_payout p ON p.statement_id = s.id AND p.live
         WHERE l.portal_id = %(portal)s AND l.kind = 'carry_over'""",
    "maker and checker of a run are two people": """
        SELECT id FROM payments_run WHERE portal_id = %(portal)s
           AND (computed_by_id = approved_by_id OR computed_by_id = confirmed_by_id)""",
    "nobody approved a piece of their own": """
        SELECT a.id FROM contributors_credit a JOIN contributors_credit m ON m.piece_id = a.piece_id
           AND m.contributor_id = a.contributor_id
         WHERE a.portal_id = %(portal)s AND a.role = 'approver' AND a.source = 'log' AND m.source = 'declared'
           AND m.role IN ('author', 'photographer', 'translator', 'collector', 'videographer')""",
    "published pieces carry date and approval, documents a number": """
        SELECT p.id FROM contributors_piece p JOIN contributors_genre g ON g.id = p.genre_id
         WHERE p.portal_id = %(portal)s AND p.state = 'published'
           AND (p.published_at IS NULL OR (g.counts_as <> 'document' AND p.approved_revision IS NULL)
                OR (g.counts_as = 'document' AND p.document_number = ''))""",
    "every piece of an issued run is in a bucket": """
        SELECT i.piece_id FROM payments_runitem i JOIN payments_run r ON r.id = i.run_id
         WHERE i.portal_id = %(portal)s AND r.state IN ('issued', 'closed')
           AND NOT EXISTS (SELECT 1 FROM payments_draftline d WHERE d.run_id = r.id AND d.generation = r.generation
                            AND d.piece_id = i.piece_id)
           AND NOT EXISTS (SELECT 1 FROM payments_runexclusion x WHERE x.run_id = r.id
                            AND x.generation = r.generation AND x.piece_id = i.piece_id)
           AND NOT EXISTS (SELECT 1 FROM payments_line l WHERE l.piece_id = i.piece_id)""",
    "no piece is in two buckets of a run": """
        SELECT d.piece_id FROM payments_draftline d JOIN payments_runexclusion x ON x.run_id = d.run_id
           AND x.generation = d.generation AND x.piece_id = d.piece_id WHERE d.portal_id = %(portal)s""",
    "approved lines are the draft's, held ones left out": """
        SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s AND r.state IN ('approved', 'issued', 'closed')
           AND ((SELECT count(*) FROM payments_line l WHERE l.run_id = r.id AND l.kind = 'fee')
             <> (SELECT count(*) FROM payments_draftline d WHERE d.run_id = r.id AND d.generation = r.generation
                  AND d.held = '' AND d.kind = 'fee'))""",
    "a statement pays the one whose lines it has": """
        SELECT l.id FROM payments_line l JOIN payments_statement s ON s.id = l.statement_id
         WHERE l.portal_id = %(portal)s AND (l.contributor_id <> s.contributor_id OR l.run_id <> s.run_id)""",
    "rounding moved no line by a đồng or more": """
        SELECT id FROM payments_line WHERE portal_id = %(portal)s AND kind = 'fee'
           AND abs(amount * exact_denominator - exact_numerator) > 1000 * exact_denominator""",
    "payouts pay the statement's net": """
        SELECT p.id FROM payments_payout p JOIN payments_statement s ON s.id = p.statement_id
         WHERE p.portal_id = %(portal)s AND (p.amount <> s.net OR s.state <> 'issued')""",
    "closed runs are paid": """
        SELECT s.id FROM payments_statement s JOIN payments_run r ON r.id = s.run_id
         WHERE s.portal_id = %(portal)s AND r.state = 'closed' AND s.net > 0
           AND NOT EXISTS (SELECT 1 FROM payments_payout p JOIN payments_payoutevent e ON e.payout_id = p.id
                            WHERE p.statement_id = s.id AND p.live AND e.outcome = 'confirmed')
           AND NOT EXISTS (SELECT 1 FROM payments_unclaimeddecision d WHERE d.statement_id = s.id
                            AND d.state IN ('transferred', 'owed', 'paid_again'))
           AND NOT EXISTS (SELECT 1 FROM payments_correction c JOIN payments_line l ON l.id = c.line_id
                            WHERE l.statement_id = s.id AND c.replaces AND c.state IN ('confirmed', 'taken'))""",
    "finished runs have every paper": """
        SELECT s.id FROM payments_statement s JOIN payments_run r ON r.id = s.run_id
         WHERE s.portal_id = %(portal)s AND r.papers_ready_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM payments_paper p WHERE p.statement_id = s.id)""",
}


def check_books(portal: Portal, *, full: bool = False) -> list[BookFinding]:
    """Every invariant of a portal. `full` also reads each file and the whole event chain."""
    findings = []
    for name, sql in INVARIANTS.items():
        with connection.cursor() as cursor:
            cursor.execute(sql, {"portal": portal.pk})
            broken = [str(row[0]) for row in cursor.fetchmany(20)]
        findings.append(BookFinding(name, not broken, ", ".join(broken)))
    if full:
        findings.append(_files(portal))
        broken_at = first_broken_link(portal_id=portal.pk)
        findings.append(
            BookFinding("event chain is whole", broken_at is None, "" if broken_at is None else f"link {broken_at}")
        )
    return findings


def _files(portal: Portal) -> BookFinding:
    broken = []
    for paper in Paper.unscoped.filter(portal=portal).iterator(chunk_size=500):
        path = open_kept(paper.path)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != paper.sha256:
            broken.append(paper.number)
    return BookFinding("files are as they were rendered", not broken, ", ".join(broken[:20]))
