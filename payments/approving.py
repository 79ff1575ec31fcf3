"""From draft lines to statements: written once, when the account holder approves.

Beside the draft's lines a statement takes confirmed corrections, waived amounts and statements that are paid anew, and
carries what is held or owed into and out of the ledger of balances (`payments.planning` says how much).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, connection
from django.db.models import F

from contributors import clock
from contributors.models import Portal
from payments.errors import PaymentError
from payments.models import (
    BalanceEntry,
    BalanceReason,
    Correction,
    CorrectionState,
    Line,
    LineKind,
    Run,
    Statement,
    UnclaimedDecision,
    UnclaimedState,
)
from payments.planning import Added, Planned, plan_statements

COPY_FROM_DRAFT = """
INSERT INTO payments_line (portal_id, run_id, statement_id, ordinal, subject_key, contributor_id, piece_id, role,
                           kind, amount, exact_numerator, exact_denominator, template, "values", reason)
SELECT d.portal_id, d.run_id, s.id,
       row_number() OVER (PARTITION BY s.id ORDER BY i.position NULLS LAST, d.id),
       d.subject_key, d.contributor_id, d.piece_id, d.role, d.kind, d.amount, d.exact_numerator,
       d.exact_denominator, d.template, d."values", d.reason
  FROM payments_draftline d
  JOIN payments_statement s ON s.run_id = d.run_id AND s.contributor_id = d.contributor_id
  LEFT JOIN payments_runitem i ON i.run_id = d.run_id AND i.piece_id = d.piece_id
 WHERE d.run_id = %s AND d.generation = %s AND d.held = ''
"""
WAIVED = "waived"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Totals:
    """đồng, and how many statements."""

    gross: int
    tax: int
    net: int
    people: int
    corrections: int = 0
    waived: int = 0
    carried_in: int = 0
    carried_out: int = 0


def write_statements(run: Run) -> Totals:
    """Statements with tax by the payment date, their lines, and the ledger of what is carried. In one transaction of
    the caller; no two approvals of a portal at once, since both could carry in the same balance. Constant number of
    queries. Raises `people_changed` if someone cannot be paid any more, `paid_meanwhile` if another run has taken one
    of the credits.
    """
    Portal.objects.select_for_update(no_key=True).get(pk=run.portal_id)
    plan = plan_statements(run, lock=True)
    if plan.unpayable:
        raise PaymentError("people_changed")
    statements = Statement.objects.bulk_create([_statement(run, each) for each in plan.statements], batch_size=BATCH)
    try:
        with connection.cursor() as cursor:
            # The planner knows nothing of rows this young: it would look through all statements for each line.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(COPY_FROM_DRAFT, [run.pk, run.generation])
            cursor.execute("SET LOCAL enable_nestloop = on")
        _add_lines(run, list(zip(statements, plan.statements, strict=True)))
    except IntegrityError as refused:
        if "line_paid_once" in str(refused) or "line_carried_once" in str(refused):
            raise PaymentError("paid_meanwhile") from None
        raise
    BalanceEntry.objects.bulk_create(_entries(statements), batch_size=BATCH)
    return Totals(
        gross=sum(each.gross for each in statements),
        tax=sum(each.tax for each in statements),
        net=sum(each.net for each in statements),
        people=len(statements),
        corrections=sum(each.total_of(LineKind.CORRECTION) for each in plan.statements),
        waived=-sum(each.total_of(LineKind.DEDUCTION) for each in plan.statements),
        carried_in=sum(each.carried_in for each in statements),
        carried_out=sum(each.carried_out for each in statements),
    )


def _statement(run: Run, planned: Planned) -> Statement:
    carried = planned.carried
    return Statement(
        portal_id=run.portal_id,
        run=run,
        contributor_id=planned.contributor_id,
        payee_details=planned.details,
        line_count=planned.line_count,
        line_total=planned.line_total,
        carried_in=carried.carried_in,
        carried_out=carried.carried_out,
        recovered=carried.recovered,
        gross=carried.gross,
        tax=planned.tax.amount,
        net=planned.net,
        tax_template=planned.tax.template,
        tax_values=list(planned.tax.values),
        tax_status=planned.status.status,
    )


def _add_lines(run: Run, pairs: list[tuple[Statement, Planned]]) -> None:
    """Statements paid anew come first: the database takes a correction of an unpaid line only beside them."""
    waived = {line.of_key for _, planned in pairs for line in planned.added if line.of_key}
    made = dict(Line.objects.filter(run=run, subject_key__in=waived).values_list("subject_key", "pk")) if waived else {}
    added: list[tuple[Added, Line]] = []
    for statement, planned in pairs:
        for place, line in enumerate(planned.added, start=planned.draft_count + 1):
            added.append(
                (
                    line,
                    Line(
                        portal_id=run.portal_id,
                        run=run,
                        statement=statement,
                        ordinal=place,
                        subject_key=line.subject_key,
                        contributor_id=planned.contributor_id,
                        piece_id=line.piece_id,
                        role=line.role,
                        kind=line.kind,
                        amount=line.amount,
                        exact_numerator=line.amount,
                        exact_denominator=1,
                        template=line.template,
                        values=list(line.values),
                        reason=WAIVED if line.of_key else "",
                        corrects_id=made[line.of_key] if line.of_key else line.corrects_id,
                    ),
                )
            )
    added.sort(key=lambda pair: pair[0].kind != LineKind.CARRY_OVER)
    Line.objects.bulk_create([line for _, line in added], batch_size=BATCH)
    taken: list[Correction] = []
    for source, made_line in added:
        if source.correction is not None:
            row = source.correction
            row.state, row.taken_as, row.version = CorrectionState.TAKEN, made_line, row.version + 1
            taken.append(row)
    Correction.objects.bulk_update(taken, ["state", "taken_as", "version"], batch_size=BATCH)
    anew = [source.decision.pk for source, _ in added if source.decision is not None]
    if anew:
        UnclaimedDecision.objects.filter(pk__in=anew).update(state=UnclaimedState.PAID_AGAIN, version=F("version") + 1)


def _entries(statements: Iterable[Statement]) -> list[BalanceEntry]:
    """What goes out of the ledger into a statement, and what goes back: Σ = carried_out − carried_in."""
    now = clock.now()
    found = []
    for each in statements:
        incoming = BalanceReason.RELEASED if each.carried_in > 0 and not each.carried_out else BalanceReason.CARRIED_IN
        outgoing = BalanceReason.FLOOR if each.carried_out > 0 else BalanceReason.CARRIED_OUT
        for amount, reason in ((-each.carried_in, incoming), (each.carried_out, outgoing)):
            if amount:
                found.append(
                    BalanceEntry(
                        portal_id=each.portal_id,
                        contributor_id=each.contributor_id,
                        statement=each,
                        amount=amount,
                        reason=reason,
                        at=now,
                    )
                )
    return found
