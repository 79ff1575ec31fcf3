"""From draft lines to statements: written once, when the account holder approves."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, connection
from django.db.models import Count, Sum

from contributors.actors import in_force
from payments.errors import PaymentError
from payments.law import tax_rules
from payments.models import DraftLine, PayeeDetails, Run, Statement, TaxStatus
from payments.royalty.tax import TaxStatus as TaxStatusCode
from payments.royalty.tax import withhold

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


@dataclass(frozen=True, slots=True)
class Totals:
    """đồng, and how many statements."""

    gross: int
    tax: int
    net: int
    people: int


def write_statements(run: Run) -> Totals:
    """Statements with tax by the payment date, and their lines, from the run's current draft. In one transaction
    of the caller. Constant number of queries. Raises `people_changed` if someone cannot be paid any more,
    `paid_meanwhile` if another run has taken one of the credits.
    """
    sums = list(
        DraftLine.objects.filter(run=run, generation=run.generation, held="")
        .values("contributor_id")
        .annotate(total=Sum("amount"), count=Count("id"))
        .order_by("contributor_id")
    )
    people = [row["contributor_id"] for row in sums]
    details = {row.contributor_id: row for row in PayeeDetails.objects.filter(contributor_id__in=people, current=True)}
    statuses = {
        row.contributor_id: row
        for row in TaxStatus.objects.filter(in_force(run.payment_date), contributor_id__in=people)
    }
    if len(details) < len(people) or len(statuses) < len(people):
        raise PaymentError("people_changed")
    rules = tax_rules()
    statements: list[Statement] = []
    for row in sums:
        status = statuses[row["contributor_id"]]
        gross = int(row["total"])
        tax = withhold(
            gross,
            status=TaxStatusCode(status.status),
            committed=status.committed_year == run.payment_date.year,
            paid_on=run.payment_date,
            rules=rules,
        )
        statements.append(
            Statement(
                portal_id=run.portal_id,
                run=run,
                contributor_id=row["contributor_id"],
                payee_details=details[row["contributor_id"]],
                line_count=row["count"],
                line_total=gross,
                gross=gross,
                tax=tax.amount,
                net=gross - tax.amount,
                tax_template=tax.template,
                tax_values=list(tax.values),
                tax_status=status.status,
            )
        )
    Statement.objects.bulk_create(statements, batch_size=1000)
    try:
        with connection.cursor() as cursor:
            # The planner knows nothing of rows this young: it would look through all statements for each line.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(COPY_FROM_DRAFT, [run.pk, run.generation])
            cursor.execute("SET LOCAL enable_nestloop = on")
    except IntegrityError as refused:
        if "line_paid_once" in str(refused):
            raise PaymentError("paid_meanwhile") from None
        raise
    return Totals(
        gross=sum(each.gross for each in statements),
        tax=sum(each.tax for each in statements),
        net=sum(each.net for each in statements),
        people=len(statements),
    )
