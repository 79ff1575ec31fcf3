"""Sổ cũ: lists of past years for the figures: sent, mapped, people matched, sums proven, written, undone."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contributors import past_lists
from contributors.access import require
from contributors.errors import DomainError
from contributors.models import ImportState, PastWork, SheetImport
from contributors.spreadsheets import MOST_BYTES
from web.board.past_forms import LABELS, PROBLEMS, PastColumnsForm, PastPeopleForm, PastUndoForm
from web.board.unit_forms import ConfirmedForm, SheetForm
from web.downloads import made_answer
from web.page import PageRequest, for_members, show

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 30
MOST_SHOWN = 200


@for_members
def past_lists_page(request: PageRequest) -> HttpResponseBase:
    """What was taken in, and a file to begin with."""
    rows = past_lists.past_lists(request.actor)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            file = form.cleaned_data["file"]
            sheet = past_lists.check_past_list(
                actor=request.actor, content=file.read(MOST_BYTES + 1), file_name=file.name or ""
            )
            return redirect("web:past_list", public_id=sheet.public_id)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return show(request, "board/past/lists.html", {"page": page}, form=form)


@for_members
@require_GET
def past_template_view(request: PageRequest) -> HttpResponseBase:
    require(request.actor, past_lists.RIGHT)
    return made_answer(past_lists.past_template(), kind=SHEET_TYPE, name="mau-so-cu.xlsx")


@for_members
def past_list_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """First the columns, then names, unreadable lines and sums; the last press writes what is shown, or nothing."""
    sheet = past_lists.past_list(request.actor, public_id)
    if sheet.state != ImportState.CHECKED:
        return _ended(request, sheet)
    if request.method == "POST" and "discard" in request.POST:
        past_lists.discard_past_list(actor=request.actor, sheet=sheet)
        return redirect("web:past_lists")
    columns = _columns_form(request, sheet)
    if request.POST.get("step") == "columns" and columns.is_valid():
        with columns.refusals():
            past_lists.set_past_columns(actor=request.actor, sheet=sheet, columns=columns.cleaned_data)
            return redirect("web:past_list", public_id=sheet.public_id)
    if not sheet.choices.get("mapped"):
        return show(request, "board/past/list.html", {"sheet": sheet, "columns": columns}, form=columns)
    return _mapped(request, sheet, columns)


@for_members
def past_undo_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A whole list goes out of the figures, with a reason."""
    sheet = past_lists.past_list(request.actor, public_id)
    if sheet.state != ImportState.DONE:
        raise DomainError("past_list_not_written")
    form = PastUndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            past_lists.undo_past_list(actor=request.actor, sheet=sheet, reason=form.cleaned_data["reason"])
            messages.success(request, _("Đã gỡ “%(name)s” khỏi số liệu.") % {"name": sheet.file_name})
            return redirect("web:past_lists")
    context = {"sheet": sheet, "months": past_lists.written_months(sheet)}
    return show(request, "board/past/undo.html", context, form=form)


def _columns_form(request: PageRequest, sheet: SheetImport) -> PastColumnsForm:
    posted = request.POST if request.POST.get("step") == "columns" else None
    headings = past_lists.headings_of(sheet)
    return PastColumnsForm(posted, headings=headings, initial=sheet.choices["columns"])


def _mapped(request: PageRequest, sheet: SheetImport, columns: PastColumnsForm) -> HttpResponseBase:
    preview = past_lists.past_preview(actor=request.actor, sheet=sheet)
    step = request.POST.get("step")
    people = PastPeopleForm(request.POST if step == "people" else None, people=preview.doubts[:MOST_SHOWN])
    last = ConfirmedForm(request.POST if step == "write" else None)
    if step == "people" and people.is_valid():
        with people.refusals():
            past_lists.choose_past_people(actor=request.actor, sheet=sheet, choices=people.chosen)
            return redirect("web:past_list", public_id=sheet.public_id)
    if step == "write" and last.is_valid():
        with last.refusals():
            done = past_lists.confirm_past_list(actor=request.actor, sheet=sheet, seen=request.POST.get("seen", ""))
            messages.success(request, _("Đã nhập %(count)d dòng từ sổ cũ.") % {"count": done.written})
            return redirect("web:past_list", public_id=sheet.public_id)
    wrong = [
        (row, "; ".join(f"{LABELS[column]}: {PROBLEMS[problem]}" for column, problem in row.problems))
        for row in preview.wrong[:MOST_SHOWN]
    ]
    context = {
        "sheet": sheet,
        "columns": columns,
        "preview": preview,
        "people": people,
        "wrong": wrong,
        "hidden": max(0, len(preview.doubts) - MOST_SHOWN),
    }
    shown = {"columns": columns, "people": people, "write": last}.get(step or "")
    return show(request, "board/past/list.html", context, form=shown)


def _ended(request: PageRequest, sheet: SheetImport) -> HttpResponseBase:
    works = PastWork.objects.filter(sheet=sheet).select_related("contributor", "unit", "genre").order_by("row")
    page = Paginator(works, 100).get_page(request.GET.get("page"))
    context = {"sheet": sheet, "months": past_lists.written_months(sheet), "page": page}
    return show(request, "board/past/ended.html", context)
