"""Tax of a year, by payment date: what each person was paid and what was withheld, and payments that look split."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from contributors import clock
from contributors.actors import Actor
from contributors.models import Contributor
from contributors.spreadsheets import write_table
from payments.access import require_money
from payments.errors import PaymentError
from payments.law import tax_rules
from payments.models import Outcome, PayeeDetails, Payout, Run, RunState, Statement, StatementState, TaxKind
from payments.payee_numbers import masked
from payments.planning import Plan, plan_statements
from payments.royalty.tax import MissingTaxRuleError, TaxRules, TaxWay
from payments.royalty.tax import TaxStatus as TaxStatusCode
from payments.unpaid import ended

FIRST_YEAR = 2000
COMMITTED, PAYROLL = "tax_committed", "tax_payroll"
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class TaxOfPerson:
    """One person in one status over a year; đồng. `committed` is the part of `gross` paid under a commitment.

    `payroll`: nothing is withheld here, the sum is reported to payroll. `unpaid`: net of statements that nobody has
    confirmed as paid yet.
    """

    contributor: Contributor
    status: str
    status_label: str
    masked_id: str
    payments: int
    gross: int
    committed: int
    withheld: int
    net: int
    unpaid: int
    payroll: bool


@dataclass(frozen=True, slots=True)
class TaxYear:
    """`withholding` are those taxed here, `payroll` those only reported; each with its sums."""

    year: int
    withholding: list[TaxOfPerson]
    payroll: list[TaxOfPerson]

    @property
    def gross(self) -> int:
        return sum(row.gross for row in self.withholding)

    @property
    def committed(self) -> int:
        return sum(row.committed for row in self.withholding)

    @property
    def withheld(self) -> int:
        return sum(row.withheld for row in self.withholding)

    @property
    def net(self) -> int:
        return sum(row.net for row in self.withholding)

    @property
    def payroll_gross(self) -> int:
        return sum(row.gross for row in self.payroll)


@dataclass(frozen=True, slots=True)
class SplitWarning:
    """Two or more payments of a month to one person that stay below the threshold each, and reach it together."""

    contributor: Contributor
    here: int
    others: int
    runs: tuple[str, ...]
    threshold: int

    @property
    def together(self) -> int:
        return self.here + self.others


def tax_of_year(*, actor: Actor, year: int) -> TaxYear:
    """Everybody with an issued statement whose payment date lies in the year; statements that will never be paid are
    left out. By Vietnamese name. Four queries, whatever the number of people. Raises `tax_year_wrong`.
    """
    require_money(actor, "tax_year.see")
    if not FIRST_YEAR <= year <= clock.today().year + 1:
        raise PaymentError("tax_year_wrong", field="year")
    issued = Statement.objects.filter(state=StatementState.ISSUED, gross__gt=0, run__payment_date__year=year).exclude(
        ended()
    )
    paid = Payout.objects.filter(live=True, outcomes__outcome=Outcome.CONFIRMED).values("statement_id")
    rows = list(
        issued.values("tax_status", person=Coalesce("contributor__merged_into_id", "contributor_id")).annotate(
            payments=Count("pk"),
            sum_gross=Sum("gross"),
            sum_tax=Sum("tax"),
            sum_net=Sum("net"),
            committed=Sum("gross", filter=Q(tax_template=COMMITTED), default=0),
            at_payroll=Count("pk", filter=Q(tax_template=PAYROLL)),
            unpaid=Sum("net", filter=~Q(pk__in=paid), default=0),
        )
    )
    people = Contributor.objects.in_bulk({row["person"] for row in rows})
    ids = dict(
        PayeeDetails.objects.filter(contributor__in=people, current=True).values_list(
            "contributor_id", "personal_id_tail"
        )
    )
    found = [
        TaxOfPerson(
            contributor=people[row["person"]],
            status=row["tax_status"],
            status_label=str(TaxKind(row["tax_status"]).label),
            masked_id=masked(ids.get(row["person"], "")),
            payments=row["payments"],
            gross=int(row["sum_gross"]),
            committed=int(row["committed"]),
            withheld=int(row["sum_tax"]),
            net=int(row["sum_net"]),
            unpaid=int(row["unpaid"]),
            payroll=row["at_payroll"] > 0,
        )
        for row in rows
    ]
    found.sort(key=lambda row: (row.contributor.sort_key, row.contributor.pk, row.status))
    return TaxYear(year, [row for row in found if not row.payroll], [row for row in found if row.payroll])


def tax_years(actor: Actor) -> list[int]:
    """Years in which something was paid, newest first, this year always."""
    require_money(actor, "tax_year.see")
    dates = Run.objects.filter(state__in=[RunState.ISSUED, RunState.CLOSED]).dates("payment_date", "year")
    return sorted({clock.today().year, *(day.year for day in dates)}, reverse=True)


def tax_year_table(*, actor: Actor, year: int, kind: str) -> bytes:
    """The same as a file: "xlsx" (text stays text) or "csv" (UTF-8 with its mark, formulas defused)."""
    found = tax_of_year(actor=actor, year=year)
    headings = (
        *(_("STT"), _("Họ và tên"), _("Số định danh (che)"), _("Diện thuế"), _("Nơi khấu trừ"), _("Số lần chi")),
        *(_("Thu nhập (đ)"), _("Trong đó có cam kết (đ)"), _("Đã khấu trừ (đ)"), _("Thực chi (đ)")),
        _("Chưa chi xong (đ)"),
    )
    rows = _table_rows([*found.withholding, *found.payroll])
    if kind == "xlsx":
        return write_table(headings, rows, _("Thuế %(year)s") % {"year": year})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _table_rows(rows: Sequence[TaxOfPerson]) -> Iterator[Sequence[str | int | Decimal | date | None]]:
    for place, row in enumerate(rows, start=1):
        yield (
            place,
            row.contributor.full_name,
            row.masked_id,
            row.status_label,
            _("báo bộ phận lương") if row.payroll else _("tại đây"),
            row.payments,
            row.gross,
            row.committed,
            row.withheld,
            row.net,
            row.unpaid,
        )


def _defused(cell: str | int | Decimal | date | None) -> str | int | Decimal | date | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_MARKS) else cell


def split_warnings(run: Run, plan: Plan | None = None) -> list[SplitWarning]:
    """People of a run whom another payment of the same month and portal takes to the threshold, each alone below it.

    A payment is the unit of tax, so nothing is withheld; but nobody may split one to stay below. Constant number of
    queries. `plan` is the run's, where the caller has it. Commitments and payroll statuses have no threshold: left out.
    """
    first = run.payment_date.replace(day=1)
    others: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for person, gross, label in (
        Statement.objects.filter(run__payment_date__year=first.year, run__payment_date__month=first.month, gross__gt=0)
        .exclude(run=run)
        .exclude(ended())
        .annotate(person=Coalesce("contributor__merged_into_id", "contributor_id"))
        .order_by("run__payment_date", "pk")
        .values_list("person", "gross", "run__label")
    ):
        others[person].append((gross, label))
    if not others:
        return []
    here, rules = _amounts_here(run, plan)
    people = Contributor.objects.in_bulk(others.keys() & here.keys())
    found = []
    for person in people:
        elsewhere = others[person]
        gross, status, committed = here[person]
        threshold = 0 if committed else _threshold(status, run.payment_date, rules)
        sums = [amount for amount, _label in elsewhere]
        if threshold and gross + sum(sums) >= threshold and all(each < threshold for each in (gross, *sums)):
            labels = tuple(label for _amount, label in elsewhere)
            found.append(SplitWarning(people[person], gross, sum(sums), labels, threshold))
    return sorted(found, key=lambda row: (row.contributor.sort_key, row.contributor.pk))


def _amounts_here(run: Run, plan: Plan | None) -> tuple[dict[int, tuple[int, str, bool]], TaxRules]:
    """Person → đồng before tax, status, whether committed: as written, or as approval would write it; the rules."""
    written = Statement.objects.filter(run=run, gross__gt=0).values_list(
        Coalesce("contributor__merged_into_id", "contributor_id"), "gross", "tax_status", "tax_template"
    )
    if run.state in {RunState.APPROVED, RunState.ISSUED, RunState.CLOSED}:
        return {row[0]: (row[1], row[2], row[3] == COMMITTED) for row in written}, tax_rules()
    if run.generation == 0 or run.state == RunState.CANCELLED:
        return {}, tax_rules()
    plan = plan or plan_statements(run)
    return {
        each.contributor_id: (each.carried.gross, each.status.status, each.tax.template == COMMITTED)
        for each in plan.statements
        if each.carried.gross
    }, plan.rules


def _threshold(status: str, paid_on: date, rules: TaxRules) -> int:
    try:
        rule = rules.rule_for(TaxStatusCode(status), paid_on)
    except MissingTaxRuleError:
        return 0
    return 0 if rule.way is TaxWay.PAYROLL else rule.threshold
