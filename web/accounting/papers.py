"""Papers of a run: the shelf, previews, the check before a transfer, drafts to edit, spreadsheets, statements."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from contributors.errors import DomainError
from payments import archives, office_papers, papers_kept, previews, run_workbooks
from payments.access import holds_money, require_money
from payments.errors import PaymentError
from payments.funds import set_budget_code
from payments.models import Paper, PaperKind
from payments.paper_shelf import run_of, shelf, statements_found
from payments.run_printing import kind_name
from web.accounting.paper_forms import AccountsForm, BudgetCodeForm
from web.downloads import made_answer, pdf_answer, plain_name
from web.page import PageRequest, for_accounting, for_members, show

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
A_PAGE = 50
WORKBOOKS = (PaperKind.PAYMENT_LIST, PaperKind.SUMMARY, PaperKind.WITHHOLDING)


@for_accounting
def papers_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Every paper of a run: to look at, to take, to prove; before issue, to preview."""
    run = run_of(public_id)
    actor = request.actor
    books = holds_money(actor, "statement.see")
    context = {
        "run": run,
        "rows": shelf(actor=actor, run=run),
        "previewed": previews.may_preview(run),
        "statement_kind": PaperKind.STATEMENT.value,
        "may_see_statements": books,
        "may_see_accounts": holds_money(actor, "paper.accounts"),
        "workbooks": [(kind.value, str(kind.label)) for kind in WORKBOOKS if books or kind not in papers_kept.PRIVATE],
        "archive": archives.archive_state(actor=actor, run=run) if books else None,
    }
    return show(request, "accounting/papers/papers.html", context)


@for_accounting
def preflight_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What stands in the way of a transfer, asked anew each time; and the code that the treasury wants."""
    run = run_of(public_id)
    form = BudgetCodeForm(
        request.POST or None, initial={"budget_code": run.fund.budget_code if run.fund is not None else ""}
    )
    if request.method == "POST" and form.is_valid():
        if run.fund is None:
            raise PaymentError("fund_missing")
        with form.refusals():
            set_budget_code(actor=request.actor, fund=run.fund, code=form.cleaned_data["budget_code"])
            messages.success(request, _("Đã lưu mã đơn vị quan hệ ngân sách."))
            return redirect("web:run_preflight", public_id=public_id)
    context = {
        "run": run,
        "preflight": previews.preflight(actor=request.actor, run=run),
        "may_write": run.fund is not None and holds_money(request.actor, "fund.write"),
    }
    return show(request, "accounting/papers/preflight.html", context, form=form)


@for_accounting
@require_GET
def preview_page(request: PageRequest, public_id: uuid.UUID, kind: str) -> HttpResponseBase:
    """A draft inside the page."""
    run = run_of(public_id)
    if kind not in previews.KINDS:
        raise DomainError("not_found")
    if not previews.may_preview_kind(request.actor, kind):
        raise DomainError("not_allowed")
    if not previews.may_preview(run):
        raise PaymentError("preview_not_now")
    return show(
        request, "accounting/papers/preview.html", {"run": run, "kind": kind, "name": kind_name(PaperKind(kind))}
    )


@for_accounting
@never_cache
@require_GET
def preview_pdf(request: PageRequest, public_id: uuid.UUID, kind: str) -> HttpResponseBase:
    content = previews.preview_paper(actor=request.actor, run=run_of(public_id), kind=kind)
    return pdf_answer(content, name=f"ban-nhap-{kind_name(PaperKind(kind))}", shown="show" in request.GET)


@for_accounting
@require_GET
def workbook_file(request: PageRequest, public_id: uuid.UUID, kind: str) -> HttpResponseBase:
    run = run_of(public_id)
    content = run_workbooks.run_workbook(actor=request.actor, run=run, kind=kind)
    return made_answer(content, kind=XLSX, name=f"{plain_name(run_workbooks.workbook_name(run, kind))}.xlsx")


@for_accounting
@require_GET
def decision_file(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The draft decision on spending, to edit."""
    run = run_of(public_id)
    content = office_papers.decision_draft(actor=request.actor, run=run)
    return made_answer(content, kind=DOCX, name=f"du-thao-quyet-dinh-chi-{plain_name(run.label)}.docx")


@for_accounting
@require_GET
def internal_rules_file(request: PageRequest) -> HttpResponseBase:
    """The draft of the internal spending rules, to edit."""
    content = office_papers.internal_rules_draft(actor=request.actor)
    return made_answer(content, kind=DOCX, name="du-thao-quy-che-chi-nhuan-but.docx")


@for_accounting
@never_cache
def accounts_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Asks once more before account numbers are shown; then gives the list, and the log says to whom."""
    require_money(request.actor, "paper.accounts")
    run = run_of(public_id)
    paper = Paper.objects.select_related("run").filter(run=run, kind=PaperKind.BENEFICIARIES).first()
    if paper is None:
        raise PaymentError("paper_not_ready")
    form = AccountsForm(request.POST or None, initial={"form": "pdf"})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            name = f"danh-sach-thu-huong-{plain_name(run.label)}"
            if form.cleaned_data["form"] == "xlsx":
                content = run_workbooks.open_workbook(actor=request.actor, run=run)
                return made_answer(content, kind=XLSX, name=f"{name}.xlsx")
            return pdf_answer(papers_kept.open_beneficiaries(actor=request.actor, paper=paper), name=name)
    return show(request, "accounting/papers/accounts.html", {"run": run, "paper": paper}, form=form)


@for_members
@require_POST
def prove_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Print once more and say whether it is the same."""
    paper = Paper.objects.select_related("run", "statement__run").filter(public_id=public_id).first()
    if paper is None:
        raise DomainError("not_found")
    proven = papers_kept.prove_paper(actor=request.actor, paper=paper)
    run = paper.run or (paper.statement.run if paper.statement else None)
    return show(request, "accounting/papers/proven.html", {"paper": paper, "run": run, "proven": proven})


@for_accounting
def statements_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """All statements of a run, found by name or number."""
    run = run_of(public_id)
    q = request.GET.get("q", "")[:100]
    page = Paginator(statements_found(actor=request.actor, run=run, q=q), A_PAGE).get_page(request.GET.get("page"))
    return show(request, "accounting/papers/statements.html", {"run": run, "page": page, "q": q})
