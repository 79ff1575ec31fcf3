"""Asking the invariants of a portal, or those that concern one run."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import connection, transaction

from contributors.models import Portal
from payments.books.files import FILES, LOG
from payments.books.invariant import BookFinding, Invariant
from payments.books.registry import ALL, OF_RUN
from payments.models import Run

SHOWN = 20
LARGE, HUGE = 1000, 5000  # items of a run; a huge one is matched by hashing whatever the planner knows
IS_NEWS = """
SELECT count(*) >= %s AND (count(*) >= %s OR EXISTS (
         SELECT 1 FROM pg_stat_user_tables
          WHERE relname IN ('payments_line', 'payments_runitem', 'payments_draftline', 'payments_statement')
            AND n_mod_since_analyze * 5 > n_live_tup))
  FROM payments_runitem WHERE run_id = %s
"""


def check_books(portal: Portal, *, full: bool = False) -> list[BookFinding]:
    """Every invariant of a portal, then its files and its log: what is new in them, or with `full` all of it."""
    return list(each_finding(portal, full=full))


def each_finding(portal: Portal, *, full: bool = False) -> Iterator[BookFinding]:
    """The same one by one, for whoever shows how far it is."""
    for invariant in ALL:
        yield ask(invariant, portal.pk)
    for check in (FILES, LOG):
        began = time.perf_counter()
        found = check.read(portal, full)
        yield BookFinding(found.name, found.ok, found.detail, int((time.perf_counter() - began) * 1000))


def check_run(run: Run) -> list[BookFinding]:
    """What concerns one run, quick enough to stand inside its issue.

    Of lines that were written since the planner last looked it knows nothing, takes them for a handful, and walks
    all of them for each: of a large run whose lines are news to it, rows are matched by hashing and merging instead.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(IS_NEWS, [LARGE, HUGE, run.pk])
        news = bool(cursor.fetchone()[0])
        if news:
            cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        try:
            return [ask(invariant, run.portal_id, run=run) for invariant in OF_RUN]
        finally:
            if news and not connection.needs_rollback:
                cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")


def ask(invariant: Invariant, portal_id: int, *, run: Run | None = None) -> BookFinding:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(invariant.asked(run=run is not None), {"portal": portal_id, "run": run.pk if run else None})
        broken = [str(row[0]) for row in cursor.fetchmany(SHOWN)]
    spent = int((time.perf_counter() - began) * 1000)
    return BookFinding(invariant.code, not broken, ", ".join(broken), spent)


def questions(*, of_run: bool = False) -> int:
    """How many findings a check will have."""
    return len(OF_RUN) if of_run else len(ALL) + 2
