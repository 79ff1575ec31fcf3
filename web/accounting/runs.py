"""Runs: the list, opening one, the page of one, its steps, its people and its papers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contributors import clock
from contributors.errors import DomainError
from contributors.messaging import messages_about
from contributors.models import Contributor
from payments.access import holds_money, require_money
from payments.earnings import (
    PersonOfRun,
    exclusions_of_run,
    lines_of_person,
    people_of_run,
    run_progress,
    run_summary,
)
from payments.fund_outlook import funds_that_warn
from payments.funds import position
from payments.issuing import is_issued
from payments.models import Outcome, Paper, PaperKind, Payout, Run, RunState
from payments.papers_kept import paper_file
from payments.payout_holds import payout_holds
from payments.payouts import return_payout
from payments.planning import changes_planned, plan_where_needed
from payments.previews import may_preview
from payments.reviews import review_standing
from payments.run_jobs import papers_missing, run_work
from payments.runs import BEFORE_APPROVAL, cancel_run, open_run, pressed_already
from payments.tax_year import split_warnings
from web.accounting.forms import OpenRunForm, PayoutReturnForm
from web.accounting.steps import VERBS, may_press, task_list
from web.board.messages import lines_of
from web.downloads import paper_answer
from web.forms import ReasonForm, SeenForm
from web.page import PageRequest, for_accounting, for_members, show

ON_RUN = (PaperKind.PAYMENT_LIST, PaperKind.DOSSIER)  # the others stand on the page of papers
TAX_MATTERS = ("confirm", "approve", "issue")
PEOPLE = ("opened_by", "computed_by", "confirmed_by", "approved_by", "issued_by")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of the run, with the address of their page and what became of their payout."""

    person: PersonOfRun
    public_id: uuid.UUID
    outcome: str


@for_accounting
def runs_page(request: PageRequest) -> HttpResponseBase:
    runs = Run.objects.order_by("-period_from", "-pk")
    context = {
        "runs": runs,
        "may_open": holds_money(request.actor, "run.open"),
        "may_see_journal": holds_money(request.actor, "journal.see"),
        "warnings": funds_that_warn(request.portal),
    }
    return show(request, "accounting/runs.html", context)


@for_accounting
def open_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "run.open")
    if request.method != "POST":
        form = OpenRunForm.of_last_month(clock.today(request.portal.time_zone))
        return show(request, "accounting/open.html", form=form)
    form = OpenRunForm(request.POST)
    if form.is_valid():
        with form.refusals():
            run = open_run(
                actor=request.actor,
                label=form.cleaned_data["label"],
                period_from=form.cleaned_data["period_from"],
                period_until=form.until,
                payment_date=form.cleaned_data["payment_date"],
                fund=form.cleaned_data["fund"],
            )
            return redirect("web:run", public_id=run.public_id)
    return show(request, "accounting/open.html", form=form)


@for_accounting
def run_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    return _shown(request, _run(public_id))


@for_accounting
@require_GET
def progress_fragment(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The moving part of a run's page, asked for once a second while a worker is at it."""
    run = _run(public_id)
    progress = run_progress(run)
    if not progress.working:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"  # over: the whole page has news
        return answer
    return show(request, "accounting/progress.html", {"run": run, "progress": progress})


@for_accounting
def step_page(request: PageRequest, public_id: uuid.UUID, step: str) -> HttpResponseBase:
    """One press of the task list. What cannot be undone asks first, with the figures."""
    verb = VERBS.get(step)
    if verb is None:
        raise Http404
    run = _run(public_id)
    form = SeenForm(request.POST or None, initial={"version": run.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            verb.call(actor=request.actor, run=run, seen_version=form.seen_version)
            return redirect("web:run", public_id=public_id)
        run = _run(public_id)
        if pressed_already(request.actor, run, step, form.seen_version):
            messages.info(request, _("Bước này đã làm rồi: kỳ đang “%(state)s”.") % {"state": run_progress(run).label})
            return redirect("web:run", public_id=public_id)
        form.show_newest(run.version)
    if not verb.question:
        return _shown(request, run, form=form) if request.method == "POST" else redirect("web:run", public_id=public_id)
    context = {
        "run": run,
        "verb": verb,
        "summary_of_run": run_summary(run),
        "may": may_press(request.actor, run, step),
        "splits": split_warnings(run) if step in TAX_MATTERS else [],
    }
    return show(request, "accounting/step.html", context, form=form)


@for_accounting
def cancel_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    run = _run(public_id)
    form = ReasonForm(request.POST or None, initial={"version": run.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            cancel_run(actor=request.actor, run=run, seen_version=form.seen_version, reason=form.cleaned_data["reason"])
            messages.success(request, _("Đã huỷ “%(label)s”.") % {"label": run.label})
            return redirect("web:runs")
        run = _run(public_id)
        form.show_newest(run.version)
    return show(request, "accounting/cancel.html", {"run": run}, form=form)


@for_accounting
def person_page(request: PageRequest, public_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponseBase:
    """One person's lines with their explanations; as a fragment, the lines alone."""
    run = _run(public_id)
    person = Contributor.objects.filter(public_id=person_id).first()
    if person is None:
        raise DomainError("not_found")
    lines = lines_of_person(run, person.pk)
    template = "accounting/why.html" if request.htmx else "accounting/person.html"
    return show(request, template, {"run": run, "person": person, "lines": lines})


@for_accounting
def return_page(request: PageRequest, public_id: uuid.UUID, payout_id: uuid.UUID) -> HttpResponseBase:
    """The bank or the person sent the money back; the statement can be paid again."""
    payout = (
        Payout.objects.select_related("statement__contributor", "statement__run")
        .filter(public_id=payout_id, statement__run__public_id=public_id)
        .first()
    )
    if payout is None:
        raise DomainError("not_found")
    form = PayoutReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            return_payout(actor=request.actor, payout=payout, reason=form.cleaned_data["reason"])
            messages.success(
                request, _("Đã ghi: khoản của %(name)s bị trả lại.") % {"name": payout.statement.contributor.full_name}
            )
            return redirect("web:run", public_id=public_id)
    return show(request, "accounting/return.html", {"payout": payout, "run": payout.statement.run}, form=form)


@for_members
def paper_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A paper inside the page, to look at before it is printed."""
    paper = _paper(public_id)
    if paper.kind == PaperKind.BENEFICIARIES and paper.run is not None:
        return redirect("web:run_accounts", public_id=paper.run.public_id)  # kept nowhere, opened on record
    paper_file(actor=request.actor, paper=paper)
    return show(request, "accounting/paper.html", {"paper": paper, "run": paper.run})


@for_members
def paper_pdf(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    paper = _paper(public_id)
    return paper_answer(paper_file(actor=request.actor, paper=paper), paper, shown="show" in request.GET)


def _shown(request: PageRequest, run: Run, *, form: SeenForm | None = None) -> HttpResponseBase:
    progress = run_progress(run)
    summary = run_summary(run)
    here = position(run.fund) if run.fund else None
    before_approval, issued = run.state in BEFORE_APPROVAL, is_issued(run)
    plan = plan_where_needed(run) if before_approval and run.generation else None
    review = review_standing(run) if run.review_started_at else None
    context = {
        "run": run,
        "progress": progress,
        "steps": task_list(run, request.actor, progress, review if run.state == RunState.IN_REVIEW else None),
        "figures": summary,
        "people": _people(run),
        "exclusions": exclusions_of_run(run),
        "splits": split_warnings(run, plan),
        "plan": changes_planned(plan) if plan else [],
        "fund": here,
        "fund_next": (here.committed if here else 0) + (summary.gross if run.gross is None else 0),
        "fund_left": (here.left if here else 0) - (summary.gross if run.gross is None else 0),
        "holds": payout_holds(run) if run.state == RunState.ISSUED else [],
        # Before issue there are no papers, and nobody to tell of them.
        "lists": Paper.objects.filter(run=run, kind__in=ON_RUN).order_by("-template_version") if issued else [],
        "previewed": may_preview(run),
        "may_see_statements": holds_money(request.actor, "statement.see"),
        "may_pay": holds_money(request.actor, "run.pay") and run.state == RunState.ISSUED,
        "review": review,
        "may_start_review": run.state == RunState.COMPUTED
        and not progress.working
        and holds_money(request.actor, "run.review"),
        "may_recompute": run.state in {RunState.COMPUTED, RunState.IN_REVIEW}
        and holds_money(request.actor, "run.compute")
        and not progress.working,
        "may_reopen": before_approval and run.state != RunState.OPEN and holds_money(request.actor, "run.reopen"),
        "may_cancel": before_approval and holds_money(request.actor, "run.cancel"),
        "version": run.version,
        "work": run_work(run),
        "may_manage_work": holds_money(request.actor, "job.manage"),
        "told_lines": lines_of(request, messages_about(request.actor, run)) if issued else [],
        "papers_missing": papers_missing(run, progress),
    }
    return show(request, "accounting/run.html", context, form=form)


def _people(run: Run) -> list[PersonRow]:
    people = people_of_run(run)
    ids = dict(
        Contributor.objects.filter(pk__in=[person.contributor_id for person in people]).values_list("pk", "public_id")
    )
    return [PersonRow(person, ids[person.contributor_id], _outcome(person.payout)) for person in people]


def _outcome(payout: Payout | None) -> str:
    """`waiting`, `paid`, `returned`, or "" where nothing was ordered yet."""
    if payout is None:
        return ""
    outcomes = {event.outcome for event in payout.outcomes.all()}
    if Outcome.RETURNED in outcomes:
        return "returned"
    return "paid" if Outcome.CONFIRMED in outcomes else "waiting"


def _run(public_id: uuid.UUID) -> Run:
    run = Run.objects.select_related("fund", *PEOPLE).filter(public_id=public_id).first()
    if run is None:
        raise DomainError("not_found")
    return run


def _paper(public_id: uuid.UUID) -> Paper:
    paper = Paper.objects.select_related("run", "statement").filter(public_id=public_id).first()
    if paper is None:
        raise DomainError("not_found")
    return paper
