"""A contributor's money: statements, and the reason of each amount in words a person can recompute."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Contributor
from payments.access import holds_money, may_see_statement
from payments.balances import ledger_of
from payments.earnings import estimate_of, lines_of_person, statements_of
from payments.models import Statement, StatementState
from payments.papers_kept import has_notice, own_notice, paper_file
from payments.waivers import record_waiver, waiver_words, waivers_of_person, withdraw_waiver
from web.accounting.after_forms import WaiveForm
from web.context import pays_today
from web.downloads import paper_answer, pdf_answer
from web.forms import SeenForm
from web.page import PageRequest, for_contributors, for_members, person_of, show


@for_contributors
def my_fees_page(request: PageRequest) -> HttpResponseBase:
    person = person_of(request)
    statements = statements_of(person).select_related("run").prefetch_related("papers")
    estimate = estimate_of(person) if pays_today(request.portal) else None
    me = Contributor.objects.get(pk=person)
    ledger = ledger_of(actor=request.actor, contributor=me)
    context = {
        "statements": statements,
        "estimate": estimate,
        "lines": ledger,
        "balance": ledger[-1].after if ledger else 0,
        "waivers": waivers_of_person(person),
        "may_waive": pays_today(request.portal),
    }
    return show(request, "contributor/fees.html", context)


@for_contributors
def my_waive_page(request: PageRequest) -> HttpResponseBase:
    """Give up a fee: of a run that is not approved, or everything from a day on."""
    person = person_of(request)
    if not pays_today(request.portal):
        raise DomainError("not_found")
    initial = {"effective_from": clock.today(request.portal.time_zone)}
    form = WaiveForm(request.POST or None, person=person, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            record_waiver(
                actor=request.actor,
                contributor=Contributor.objects.get(pk=person),
                agreed=form.cleaned_data["agreed"],
                **form.chosen(),
            )
            messages.success(request, _("Đã ghi: bạn không nhận khoản này. Bạn có thể nhận trở lại bất cứ lúc nào."))
            return redirect("web:my_fees")
    return show(request, "contributor/waive.html", {"words": waiver_words()}, form=form)


@for_contributors
def my_waiver_withdraw_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    row = waivers_of_person(person_of(request)).filter(public_id=public_id).first()
    if row is None:
        raise DomainError("not_found")
    form = SeenForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            withdraw_waiver(actor=request.actor, waiver=row, seen_version=form.seen_version)
            messages.success(request, _("Đã ghi: bạn nhận nhuận bút trở lại."))
            return redirect("web:my_fees")
        row.refresh_from_db()
        form.show_newest(row.version)
    return show(request, "contributor/waiver_withdraw.html", {"row": row}, form=form)


@for_members
def statement_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One statement with its lines; each line opens to its explanation."""
    statement = _statement(request, public_id)
    context = {
        "statement": statement,
        "lines": lines_of_person(statement.run, statement.contributor_id),
        "paper": statement.papers.order_by("-template_version").first(),
        "has_notice": has_notice(statement),
        "may_correct": statement.state == StatementState.ISSUED and holds_money(request.actor, "correction.write"),
    }
    return show(request, "contributor/statement.html", context)


@for_members
def statement_pdf(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    statement = _statement(request, public_id)
    paper = statement.papers.order_by("-template_version").first()
    if paper is None:
        raise DomainError("not_found")
    return paper_answer(paper_file(actor=request.actor, paper=paper), paper, shown="show" in request.GET)


@for_members
def notice_pdf(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The person's own page of the run's notices."""
    statement = _statement(request, public_id)
    name = f"thong-bao-{statement.number}-{statement.year}"
    return pdf_answer(own_notice(actor=request.actor, statement=statement), name=name, shown="show" in request.GET)


def _statement(request: PageRequest, public_id: uuid.UUID) -> Statement:
    statement = Statement.objects.select_related("run", "contributor").filter(public_id=public_id).first()
    if statement is None or not may_see_statement(request.actor, statement):
        raise DomainError("not_found")
    return statement
