"""Issue: one transaction that locks the fund, takes numbers without a gap, freezes what papers print, and
promises the files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.jobs import schedule_job, schedule_jobs
from contributors.models import Portal
from payments import funds
from payments.access import require_money
from payments.books import checks
from payments.errors import PaymentError
from payments.models import CheckOccasion, Line, PaperKind, Run, RunState, Statement
from payments.numbering import take_numbers
from payments.run_sheets import FIRST, freeze_papers
from payments.runs import check_decision_numbers, check_step, dong, lock_fund, lock_run, move_run
from payments.statements import SheetBuilder, list_sheet

RENDER_TASK = "payments.render_statements"
LIST_TASK = "payments.render_payment_list"
RUN_PAPER_TASK = "payments.render_run_paper"
# Measured by `python -m bench.chunks`: what a job costs beside its work is about one page, so of single pages 41 % of
# the time is queue, of twenty 3 %; a hundred win two more percent and lose five times as much with a killed worker.
CHUNK = 20
FREEZE_BATCH = 500
FREEZE = """
UPDATE payments_statement s
   SET number = v.number, year = %s, frozen = v.frozen, code = v.code, issued_at = %s, state = 'issued'
  FROM jsonb_to_recordset(%s::jsonb) AS v (id bigint, number integer, code text, frozen jsonb)
 WHERE s.id = v.id
"""


def issue_run(*, actor: Actor, run: Run, seen_version: int) -> Run:
    """Number and freeze every statement of an approved run, in the Vietnamese order of names.

    The books are asked before, and once more of the issued run. Raises `books_do_not_agree`, `fund_exhausted`,
    `fund_missing`, `fund_closed`, `decision_number_missing`, `run_wrong_state`.
    """
    require_money(actor, "run.issue")
    require_proof(actor)
    try:
        with transaction.atomic():
            issued = _issue(actor, run, seen_version)
            checks.after_issue(issued)
            return issued
    except checks.BooksDoNotAgreeError as refused:  # the issue is undone, what was found is kept
        checks.record_check(portal=run.portal, occasion=CheckOccasion.BEFORE_ISSUE, findings=refused.findings, run=run)
        raise
    except IntegrityError as refused:
        if "fund_not_overdrawn" in str(refused) or "overdrawn" in str(refused):
            raise PaymentError("fund_exhausted", left="0", needed=dong(run.gross or 0)) from None
        raise


def _issue(actor: Actor, run: Run, seen_version: int) -> Run:
    row = lock_run(run, seen_version)
    check_step(row, "issue")
    check_decision_numbers(row)
    fund = lock_fund(row)
    gross = row.gross or 0
    left = funds.position(fund).left + gross  # this run is among the committed ones
    if gross > left:
        raise PaymentError("fund_exhausted", left=dong(left), needed=dong(gross))
    checks.before_issue(row)
    portal = Portal.objects.get(pk=row.portal_id)
    now = clock.now()
    issued_on = now.astimezone(ZoneInfo(portal.time_zone)).date()
    statements = list(Statement.objects.filter(run=row).order_by("contributor__sort_key", "contributor_id"))
    first = take_numbers(portal.pk, PaperKind.STATEMENT, issued_on.year, len(statements))
    builder = SheetBuilder(row, portal, issued_on)
    for start in range(0, len(statements), FREEZE_BATCH):
        batch = statements[start : start + FREEZE_BATCH]
        numbers = list(range(first + start, first + start + len(batch)))
        frozen, codes = [], []
        for sheet in builder.build(batch, numbers):
            frozen.append(sheet.to_json())
            codes.append(sheet.verification_code)
        _freeze(batch, numbers, frozen, codes, year=issued_on.year, at=now)
    row.list_number = take_numbers(portal.pk, PaperKind.PAYMENT_LIST, issued_on.year, 1)
    payment_list = list_sheet(
        row,
        portal,
        issued_on=issued_on,
        number=row.list_number,
        fund=f"{fund.source} {fund.year}",
        works=Line.objects.filter(run=row).count(),
        payees=len(statements),
    )
    row.list_frozen = json.loads(payment_list.to_json())
    row.issued_by_id = actor.account_id
    row.issued_at = now
    moved = move_run(
        actor=actor,
        run=row,
        action="issue",
        facts={"first": first, "statements": len(statements), "gross": row.gross, "net": row.net},
    )
    ids = [statement.pk for statement in statements]
    schedule_jobs(
        portal_id=portal.pk,
        task=RENDER_TASK,
        each=[
            {"run_id": row.pk, "first": first + start, "last": first + min(start + CHUNK, len(ids)) - 1}
            for start in range(0, len(ids), CHUNK)
        ],
    )
    schedule_job(portal_id=portal.pk, task=LIST_TASK, run_id=row.pk)
    papers = freeze_papers(row, portal, issued_on=issued_on, now=now)
    schedule_jobs(
        portal_id=portal.pk,
        task=RUN_PAPER_TASK,
        each=[{"run_id": row.pk, "sheet_id": paper.pk} for paper in papers if paper.kind in FIRST],
    )
    return moved


def _freeze(
    batch: Sequence[Statement],
    numbers: list[int],
    frozen: list[str],
    codes: list[str],
    *,
    year: int,
    at: datetime,
) -> None:
    """One statement of SQL; the texts, which are JSON already, go to the database as they are and are not kept here."""
    rows = ",".join(
        f'{{"id":{statement.pk},"number":{number},"code":{json.dumps(code)},"frozen":{text}}}'
        for statement, number, code, text in zip(batch, numbers, codes, frozen, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(FREEZE, [year, at, f"[{rows}]"])
        if cursor.rowcount != len(batch):
            message = f"{cursor.rowcount} of {len(batch)} statements frozen"
            raise ValueError(message)


def is_issued(run: Run) -> bool:
    return run.state in {RunState.ISSUED, RunState.CLOSED}
