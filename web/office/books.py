"""Kiểm tra sổ: what was checked when, every invariant in a sentence, and a check here and now with its progress."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from payments.books import checks
from payments.books.registry import sentence_of
from payments.models import BooksCheck
from web.forms import PageForm
from web.page import PageRequest, for_members, show


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One answer: the sentence, whether it holds, and otherwise which rows (ids) break it."""

    sentence: str
    ok: bool
    rows: str
    code: str


class AskForm(PageForm):
    """Nothing to fill in; refusals stand in its summary."""


@for_members
def books_page(request: PageRequest) -> HttpResponseBase:
    return _page(request)


@for_members
@require_POST
def ask_view(request: PageRequest) -> HttpResponseBase:
    form = AskForm(request.POST)
    if form.is_valid():
        with form.refusals():
            check = checks.ask_check(actor=request.actor, full=request.POST.get("full") == "1")
            return redirect("web:books_check", public_id=check.public_id)
    return _page(request, form=form)


@for_members
def check_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    check = checks.check_shown(actor=request.actor, public_id=public_id)
    return show(request, "office/check.html", _context(check))


@for_members
@require_GET
def progress_fragment(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The moving part, asked for once a second while a worker asks the books."""
    check = checks.check_shown(actor=request.actor, public_id=public_id)
    if check.finished_at is not None or not _working(check):
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return show(request, "office/check_progress.html", _context(check))


def _page(request: PageRequest, form: AskForm | None = None) -> HttpResponseBase:
    rows = checks.recent_checks(actor=request.actor)
    whole = next((check for check in rows if check.finished_at and check.run_id is None), None)
    context = {"checks": rows, "running": checks.running_check(), "last": whole}
    return show(request, "office/books.html", context, form=form)


def _context(check: BooksCheck) -> dict[str, object]:
    rows = [
        FindingRow(sentence_of(finding["code"]), finding["ok"], finding["detail"], finding["code"])
        for finding in check.findings
    ]
    return {
        "check": check,
        "working": check.finished_at is None and _working(check),
        "asked": len(rows),
        "bad": [row for row in rows if not row.ok],
        "good": [row for row in rows if row.ok],
    }


def _working(check: BooksCheck) -> bool:
    running = checks.running_check()
    return running is not None and running.pk == check.pk
