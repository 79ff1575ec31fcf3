"""A contributor's money: statements, and the reason of each amount in words a person can recompute."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase

from contributors.errors import DomainError
from payments.access import may_see_statement
from payments.earnings import estimate_of, lines_of_person, statements_of
from payments.models import Statement
from payments.papers_kept import has_notice, own_notice, paper_file
from web.context import pays_today
from web.downloads import paper_answer, pdf_answer
from web.page import PageRequest, for_contributors, for_members, person_of, show


@for_contributors
def my_fees_page(request: PageRequest) -> HttpResponseBase:
    person = person_of(request)
    statements = statements_of(person).select_related("run").prefetch_related("papers")
    estimate = estimate_of(person) if pays_today(request.portal) else None
    return show(request, "contributor/fees.html", {"statements": statements, "estimate": estimate})


@for_members
def statement_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One statement with its lines; each line opens to its explanation."""
    statement = _statement(request, public_id)
    context = {
        "statement": statement,
        "lines": lines_of_person(statement.run, statement.contributor_id),
        "paper": statement.papers.order_by("-template_version").first(),
        "has_notice": has_notice(statement),
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
