"""Papers before anything is issued: marked as drafts across each page, without number and code, kept nowhere.

The draft is made by the same code that approval and issue run, inside a transaction that is always rolled back: what
is looked at is what would be issued, and nothing of it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Portal
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from payments.access import holds_money, require_money
from payments.approving import write_statements
from payments.banks import bank_names
from payments.errors import PaymentError
from payments.models import PaperKind, Run, RunState, Statement
from payments.paper_rows import Frozen, RunRows
from payments.papers.statement import add_statement
from payments.papers_kept import PRIVATE
from payments.preflight import Preflight, current_details_of, preflight_of
from payments.rendering import faces
from payments.run_printing import Material, draft_file_rows, printed
from payments.run_sheets import FIRST, LAST, frozen_heads, heads_of, rows_of, sums_of
from payments.statements import SheetBuilder, list_sheet

DRAFT_MARK = "BẢN NHÁP – CHƯA CÓ GIÁ TRỊ"
OPEN_STATEMENT = "Số: ……/………/PTT"
OPEN_LIST = "Số: ……/………/BK"
MOST_STATEMENTS = 20
COMPUTED = frozenset({RunState.COMPUTED, RunState.IN_REVIEW, RunState.CONFIRMED})
PREVIEWED = COMPUTED | {RunState.APPROVED}
KINDS = (PaperKind.PAYMENT_LIST, PaperKind.STATEMENT, *FIRST, *LAST)
_BATCH = 200


def preview_paper(*, actor: Actor, run: Run, kind: str) -> bytes:
    """The PDF of a paper as it would be issued now. Statements: the first twenty in one file.

    Raises `preview_not_now` unless the run is computed and not issued, `not_found` for an unknown kind, and whatever
    would keep the run from being approved (`people_changed`, `paid_meanwhile`).
    """
    require_money(actor, "run.see")
    if kind not in KINDS:
        raise DomainError("not_found")
    if not may_preview_kind(actor, kind):
        raise DomainError("not_allowed")
    with _draft(run) as (material, people):
        if kind == PaperKind.STATEMENT:
            return _statements(material.rows)
        del people
        return printed(kind, material, faces=faces())


def may_preview(run: Run) -> bool:
    """Whether the run has drafts now."""
    return run.state in PREVIEWED


def may_preview_kind(actor: Actor, kind: str) -> bool:
    """What shows people's taxes and own pages is for the books, as a draft too."""
    if kind == PaperKind.STATEMENT or kind in PRIVATE:
        return holds_money(actor, "statement.see")
    return holds_money(actor, "run.see")


def preflight(*, actor: Actor, run: Run) -> Preflight:
    """What stands in the way of a transfer, as it is now. Raises `preview_not_now` before the run is computed."""
    require_money(actor, "run.see")
    if run.state in PREVIEWED:
        with statements_of(run) as row:
            return _checked(row, draft_rows(row, Portal.objects.get(pk=row.portal_id)), changed=False)
    heads = frozen_heads(run)
    if PaperKind.BENEFICIARIES not in heads:
        raise PaymentError("preview_not_now")
    return _checked(run, rows_of(run, heads[PaperKind.BENEFICIARIES]), changed=True)


def _checked(run: Run, rows: RunRows, *, changed: bool) -> Preflight:
    people = Statement.objects.filter(run=run).values_list("contributor_id", flat=True)
    return preflight_of(
        rows.each(),
        run_net=run.net,
        budget_code=run.fund.budget_code if run.fund else "",
        banks=rows.banks,
        payment_date=run.payment_date,
        current=current_details_of(people) if changed else None,
    )


@contextmanager
def statements_of(run: Run) -> Iterator[Run]:
    """The run with statements, made for the while where it has none yet."""
    if run.state not in PREVIEWED:
        raise PaymentError("preview_not_now")
    with transaction.atomic():
        row = (
            Run.objects.select_related("fund", "snapshot", "computed_by", "confirmed_by", "approved_by")
            .filter(pk=run.pk)
            .first()
        )
        if row is None:
            raise DomainError("not_found")
        if row.state in COMPUTED:
            totals = write_statements(row)
            row.gross, row.tax, row.net = totals.gross, totals.tax, totals.net
        yield row
        transaction.set_rollback(True)


@contextmanager
def _draft(run: Run) -> Iterator[tuple[Material, int]]:
    with statements_of(run) as row:
        portal = Portal.objects.get(pk=row.portal_id)
        today = clock.today(portal.time_zone)
        rows = draft_rows(row, portal)
        heads = {
            kind: replace(head, draft_mark=DRAFT_MARK, issued_on=None)
            for kind, head in heads_of(row, portal, rows, issued_on=today, numbers=None).items()
        }
        sums = sums_of(row)
        fund = f"{row.fund.source} {row.fund.year}" if row.fund else ""
        whole = list_sheet(row, portal, issued_on=today, number=0, fund=fund, works=sums.works, payees=sums.people)
        payment_list = replace(
            whole,
            number_label=OPEN_LIST,
            verification_code="",
            verification_url="",
            draft_mark=DRAFT_MARK,
            issued_on=None,
        )
        yield Material(heads, payment_list, rows, draft_file_rows(sums.people)), sums.people


def draft_rows(run: Run, portal: Portal) -> RunRows:
    """Statements that are not issued, as their papers would show them; in the order in which they would be numbered."""

    def each() -> Iterator[Frozen]:
        builder = SheetBuilder(run, portal, clock.today(portal.time_zone))
        ids = list(
            Statement.objects.filter(run=run)
            .order_by("contributor__sort_key", "contributor_id")
            .values_list("pk", flat=True)
        )
        for start in range(0, len(ids), _BATCH):
            found = Statement.objects.select_related("payee_details__data_key").in_bulk(ids[start : start + _BATCH])
            batch = [found[pk] for pk in ids[start : start + _BATCH]]
            for statement, sheet in zip(batch, builder.build(batch, [0] * len(batch)), strict=True):
                draft = replace(
                    sheet,
                    number_label=OPEN_STATEMENT,
                    issued_on=None,
                    verification_code="",
                    verification_url="",
                    draft_mark=DRAFT_MARK,
                )
                yield Frozen(0, draft, statement.tax_status, statement.payee_details)

    return RunRows(each, bank_names())


def _statements(rows: RunRows) -> bytes:
    loaded = faces()
    file = PaperFile(size=A4_PORTRAIT, faces=loaded, title=DRAFT_MARK, author="", dated=None)
    for place, (_number, sheet) in enumerate(rows.statements()):
        if place == MOST_STATEMENTS:
            break
        add_statement(file, sheet, faces=loaded)
    return file.data()
