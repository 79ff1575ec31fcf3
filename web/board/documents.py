"""Văn bản: posted without review, singly or from a spreadsheet, and taken out again."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock, document_sheets
from contributors.access import may_see, require
from contributors.documents import document_counts, documents_of, post_document
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import DocumentFile, ImportState
from contributors.spreadsheets import MOST_BYTES
from web.board.posting_forms import DOCUMENT_TYPES, DocumentForm
from web.board.unit_forms import ConfirmedForm, SheetForm
from web.downloads import file_answer
from web.page import PageRequest, for_members, show

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LATEST = 10
PREVIEW_ROWS = 500


@for_members
def documents_page(request: PageRequest) -> HttpResponseBase:
    """A document goes up without review: written down and posted in one press."""
    require(request.actor, "document.publish")
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            piece = post_document(
                actor=request.actor,
                client_key=form.cleaned_data["client_key"],
                document=form.document,
                file=form.sent_file,
            )
            messages.success(request, _("Đã ghi văn bản %(number)s.") % {"number": piece.document_number})
            return redirect("web:document")
    year = clock.today(request.portal.time_zone).year
    counts = document_counts(date(year, 1, 1), date(year + 1, 1, 1))
    context = {
        "types": DOCUMENT_TYPES,
        "latest": documents_of(request.actor)[:LATEST],
        "year": year,
        "counts": counts,
        "total": sum(row.count for row in counts),
    }
    return show(request, "board/documents/page.html", context, form=form)


@for_members
def document_file(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The file as it was issued, to keep: what others wrote is never opened in our own page."""
    row = DocumentFile.objects.select_related("piece").filter(public_id=public_id).first()
    if row is None or not may_see(request.actor, row.piece):
        raise DomainError("not_found")
    return file_answer(open_kept(row.path), kind=row.content_type, name=row.file_name)


@for_members
def sheet_page(request: PageRequest) -> HttpResponseBase:
    """Choose a file; what it would do is shown before anything is written."""
    require(request.actor, "document.publish")
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            file = form.cleaned_data["file"]
            sheet = document_sheets.check_documents_sheet(
                actor=request.actor, content=file.read(MOST_BYTES + 1), file_name=file.name or ""
            )
            return redirect("web:documents_check", public_id=sheet.public_id)
    return show(request, "board/documents/sheet.html", form=form)


@for_members
def sheet_template(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "document.publish")
    answer = HttpResponse(document_sheets.documents_template(), content_type=SHEET_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="van-ban-mau.xlsx"'
    return answer


@for_members
def sheet_check_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Every row's verdict, and the press that writes all of them or none."""
    sheet = document_sheets.documents_sheet(request.actor, public_id)
    form = ConfirmedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if "discard" in request.POST:
                document_sheets.discard_documents_sheet(actor=request.actor, sheet=sheet)
                return redirect("web:document")
            done = document_sheets.confirm_documents_sheet(actor=request.actor, sheet=sheet)
            messages.success(request, _("Đã ghi %(count)d văn bản.") % {"count": done.written})
            return redirect("web:document")
    if sheet.state != ImportState.CHECKED:
        return redirect("web:document")
    rows = document_sheets.document_verdicts(sheet)
    wrong = [row for row in rows if row.verdict == "wrong"]
    context = {
        "sheet": sheet,
        "shown": (wrong or rows)[:PREVIEW_ROWS],
        "hidden": max(0, len(wrong or rows) - PREVIEW_ROWS),
        "wrong": len(wrong),
        "new": sum(row.verdict == "new" for row in rows),
        "there": sum(row.verdict == "there" for row in rows),
    }
    return show(request, "board/documents/check.html", context, form=form)
