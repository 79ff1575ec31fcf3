"""Spreadsheets of an issued run, made when they are asked for, from the frozen copies behind its papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

from contributors.actors import Actor
from contributors.errors import DomainError
from payments.access import holds_money, require_money
from payments.errors import PaymentError
from payments.models import Paper, PaperKind, Run
from payments.papers import workbooks
from payments.papers.summary import summed
from payments.papers_kept import PRIVATE, record_accounts_shown
from payments.rendering import accounts_gone
from payments.run_printing import kind_name
from payments.run_sheets import frozen_heads, rows_of
from payments.statements import frozen_list

KINDS = (PaperKind.PAYMENT_LIST, PaperKind.SUMMARY, PaperKind.WITHHOLDING, PaperKind.BENEFICIARIES)


def run_workbook(*, actor: Actor, run: Run, kind: str) -> bytes:
    """An .xlsx with the rows and sums of a paper. Beneficiaries: `open_workbook` alone, which is on record.

    Raises `paper_not_ready` before issue, `not_found` for a kind without a workbook.
    """
    require_money(actor, "run.see")
    if kind not in KINDS or kind == PaperKind.BENEFICIARIES:
        raise DomainError("not_found")
    if kind in PRIVATE and not holds_money(actor, "statement.see"):
        raise DomainError("not_allowed")
    return _written(run, kind)


def open_workbook(*, actor: Actor, run: Run) -> bytes:
    """The treasury's list as .xlsx, with account numbers in full; each time an event says who. See the PDF's twin."""
    require_money(actor, "paper.accounts")
    paper = Paper.objects.filter(run=run, kind=PaperKind.BENEFICIARIES).order_by("-template_version").first()
    if paper is None:
        raise PaymentError("paper_not_ready")
    content = _written(run, PaperKind.BENEFICIARIES)
    record_accounts_shown(actor, paper, "xlsx")
    return content


def _written(run: Run, kind: str) -> bytes:
    heads = frozen_heads(run)
    if not heads or run.list_frozen is None:
        raise PaymentError("paper_not_ready")
    head = heads[PaperKind.SUMMARY if kind == PaperKind.PAYMENT_LIST else kind]
    rows, out = rows_of(run, head), BytesIO()
    if kind == PaperKind.BENEFICIARIES and accounts_gone(run, head.transfers):
        raise PaymentError("paper_numbers_gone")
    writers: Mapping[str, Callable[[], None]] = {
        PaperKind.PAYMENT_LIST: lambda: workbooks.write_payment_list(out, frozen_list(run), rows.entries()),
        PaperKind.SUMMARY: lambda: workbooks.write_summary(out, head, summed(head, rows.works())),
        PaperKind.WITHHOLDING: lambda: workbooks.write_withholding(out, head, rows.people()),
        PaperKind.BENEFICIARIES: lambda: workbooks.write_beneficiaries(out, head, rows.beneficiaries_in_full()),
    }
    writers[kind]()
    return out.getvalue()


def workbook_name(run: Run, kind: str) -> str:
    """What the file is called before it is made plain."""
    return f"{kind_name(PaperKind(kind))} {run.label}"
