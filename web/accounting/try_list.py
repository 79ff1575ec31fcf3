"""Tính thử trên danh sách của anh chị: a schedule on somebody's own list. Nothing is stored."""

from __future__ import annotations

import base64

from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from contributors.errors import DomainError
from contributors.spreadsheets import MEGABYTE, MOST_BYTES
from payments.access import require_money
from payments.list_trials import schedule_to_try, try_own_list
from payments.models import RateSchedule
from payments.rate_files import schedule_in_file
from payments.royalty_trial import Trial
from payments.royalty_trial_sheet import as_xlsx, template_xlsx
from web.accounting.rate_forms import TryForm
from web.downloads import made_answer
from web.page import PageRequest, for_members, show

SHOWN = 200  # lines on the page; the sheet has all
MOST_LINES_INSIDE = 5000  # of a larger list the sheet is asked for by its own button
MOST_INSIDE = 256 * 1024  # of a sheet that the page itself carries, so that nobody uploads twice
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_members
def try_page(request: PageRequest) -> HttpResponseBase:
    """The result stands below the questions; "download" gives it as a sheet from the same upload."""
    require_money(request.actor, "whatif.see")
    rows = list(RateSchedule.objects.select_related("portal__parent").order_by("-effective_from", "-pk")[:50])
    if request.method != "POST":
        return show(
            request,
            "accounting/rates/try.html",
            form=TryForm(rows=rows, initial={"schedule": request.GET.get("schedule", "")}),
        )
    form = TryForm(request.POST, request.FILES, rows=rows)
    trial: Trial | None = None
    if form.is_valid():
        with form.refusals():
            trial = _trial(request, form)
            if not trial.problems and request.POST.get("as") == "xlsx":
                return made_answer(as_xlsx(trial), kind=SHEET, name="tinh-thu.xlsx")
    shown = trial.lines[:SHOWN] if trial else []
    context = {
        "trial": trial,
        "lines": shown,
        "more": len(trial.lines) - len(shown) if trial else 0,
        "inside": _inside(trial) if trial and trial.lines else "",
    }
    answer = show(request, "accounting/rates/try.html", context, form=form)
    if trial and trial.problems:
        answer.status_code = 422
    return answer


def _inside(trial: Trial) -> str:
    """The sheet as an address that carries it; "" for one that is too large for a page."""
    if len(trial.lines) > MOST_LINES_INSIDE:
        return ""
    content = as_xlsx(trial)
    return f"data:{SHEET};base64,{base64.b64encode(content).decode()}" if len(content) <= MOST_INSIDE else ""


@for_members
@require_GET
def try_template(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "whatif.see")
    return made_answer(template_xlsx(), kind=SHEET, name="mau-danh-sach.xlsx")


def _trial(request: PageRequest, form: TryForm) -> Trial:
    said = form.cleaned_data
    work: UploadedFile = said["work"]
    if (work.size or 0) > MOST_BYTES:
        raise DomainError("spreadsheet_too_large", field="work", limit=MOST_BYTES // MEGABYTE)
    file: UploadedFile | None = said["schedule_file"]
    if said["schedule"] == "file" and file is not None:
        schedule = schedule_in_file(file.read())
    else:
        schedule = schedule_to_try(request.portal, said["schedule"])
    return try_own_list(
        actor=request.actor, schedule=schedule, content=work.read(), file_name=work.name or "", on=said["on"]
    )
