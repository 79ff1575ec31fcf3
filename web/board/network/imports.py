"""People from a spreadsheet: template, upload, every row's verdict, confirmation, progress, the end."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from contributors.access import require
from contributors.errors import DomainError
from contributors.importing import (
    check_people_sheet,
    choose_rows,
    confirm_import,
    discard_import,
    import_progress,
    imports_of,
    preview_import,
)
from contributors.models import ImportState, SheetImport
from contributors.people_sheet import CREATE, KNOWN, LIKELY, OK, SAME, SKIP, TWICE, VERDICTS, WRONG, template_file
from web.board.network.duplicates import REASONS
from web.board.network.forms import ConfirmForm, UploadForm, chosen_rows
from web.board.network.people import workbook
from web.page import PageRequest, for_members, show

A_PAGE = 50
VERDICT_WORDS = {
    OK: gettext_lazy("thêm mới"),
    WRONG: gettext_lazy("có chỗ sai"),
    KNOWN: gettext_lazy("đã có"),
    LIKELY: gettext_lazy("có thể đã có"),
    TWICE: gettext_lazy("lặp trong tệp"),
}
CHOICE_WORDS = {
    SKIP: gettext_lazy("Bỏ qua dòng này"),
    CREATE: gettext_lazy("Thêm thành người mới"),
    SAME: gettext_lazy("Cùng một người, không thêm"),
}


@for_members
def imports_page(request: PageRequest) -> HttpResponseBase:
    """Upload a list; earlier ones stand below."""
    earlier = imports_of(request.actor)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with form.refusals():
            made = check_people_sheet(actor=request.actor, content=file.read(), file_name=file.name)
            return redirect("web:network_import", public_id=made.public_id)
    return show(request, "board/network/imports.html", {"earlier": earlier[:20]}, form=form)


@for_members
@require_GET
def template_view(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "contributor.import")
    return workbook(template_file(), "mau-danh-sach-cong-tac-vien")


@for_members
def import_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What stands in the file and what becomes of it; afterwards how far the writing is."""
    made = _import(request, public_id)
    if made.state != ImportState.CHECKED:
        return show(request, "board/network/import_end.html", {"made": made, "progress": import_progress(made)})
    return _preview(request, made)


@for_members
@require_GET
def progress_fragment(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The moving part, asked for every second while a worker writes."""
    made = _import(request, public_id)
    progress = import_progress(made)
    if not progress.working:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return show(request, "board/network/import_progress.html", {"made": made, "progress": progress})


@for_members
@require_POST
def choose_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    made = _import(request, public_id)
    choose_rows(actor=request.actor, sheet_import=made, choices=chosen_rows(request.POST))
    messages.success(request, _("Đã ghi cách xử lý."))
    page, show_only = request.POST.get("page", "1"), request.POST.get("show", "")
    answer = redirect("web:network_import", public_id=public_id)
    if page.isdecimal() and show_only in {"", *VERDICTS}:
        answer["Location"] += f"?show={show_only}&page={page}"
    return answer


@for_members
@require_POST
def confirm_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    made = _import(request, public_id)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        with form.refusals():
            confirm_import(actor=request.actor, sheet_import=made, seen=form.cleaned_data["seen"])
            return redirect("web:network_import", public_id=public_id)
    return _preview(request, _import(request, public_id), form=form)


@for_members
@require_POST
def discard_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    discard_import(actor=request.actor, sheet_import=_import(request, public_id))
    messages.success(request, _("Đã bỏ, không ghi gì."))
    return redirect("web:network_imports")


def _preview(request: PageRequest, made: SheetImport, *, form: ConfirmForm | None = None) -> HttpResponseBase:
    preview = preview_import(actor=request.actor, sheet_import=made)
    shown = request.GET.get("show", "")
    rows = [row for row in preview.rows if not shown or row.verdict == shown]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "made": made,
        "preview": preview,
        "confirm": ConfirmForm(initial={"seen": preview.seen}),
        "wrong": preview.counts[WRONG],
        "changed": made.error == "import_changed",
        "tabs": [(code, VERDICT_WORDS[code], preview.counts[code]) for code in VERDICTS if preview.counts[code]],
        "shown": shown,
        "page": page,
        "lines": [
            {
                "row": row,
                "word": VERDICT_WORDS[row.verdict],
                "reason": REASONS[row.alike.reason] if row.alike else "",
                "problems": [wrong.message() for wrong in row.problems],
                "choices": [(code, CHOICE_WORDS[code]) for code in row.offered],
            }
            for row in page
        ],
        "has_choices": any(row.offered for row in page),
    }
    return show(request, "board/network/import.html", context, form=form)


def _import(request: PageRequest, public_id: uuid.UUID) -> SheetImport:
    made = imports_of(request.actor).select_related("job").filter(public_id=public_id).first()
    if made is None:
        raise DomainError("not_found")
    return made
