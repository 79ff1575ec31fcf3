"""Tính thử trên danh sách của anh chị: a schedule on somebody's own list. Nothing is stored."""

from __future__ import annotations

import base64
import uuid

from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from contributors.errors import DomainError
from contributors.models import Genre
from contributors.spreadsheets import MEGABYTE, MOST_BYTES
from payments import rates
from payments.access import require_money
from payments.law import base_salaries
from payments.models import RateSchedule
from payments.rate_files import schedule_in_file
from payments.royalty.schedule import Schedule
from payments.royalty_list import read_list
from payments.royalty_trial import Trial, always_in_force, try_list
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
            trial = _trial(form, rows)
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


def _trial(form: TryForm, rows: list[RateSchedule]) -> Trial:
    said = form.cleaned_data
    work: UploadedFile = said["work"]
    if (work.size or 0) > MOST_BYTES:
        raise DomainError("spreadsheet_too_large", field="work", limit=MOST_BYTES // MEGABYTE)
    schedule = always_in_force(_schedule(said["schedule"], said["schedule_file"], rows))
    names = dict(Genre.objects.values_list("name", "code"))
    read = read_list(content=work.read(), file_name=work.name or "", schedules=[schedule], genre_names=names)
    return try_list(read, schedules=[schedule], salaries=base_salaries(), on=said["on"])


def _schedule(chosen: str, file: UploadedFile | None, rows: list[RateSchedule]) -> Schedule:
    if chosen == "file" and file is not None:
        return schedule_in_file(file.read())
    kind, _colon, name = chosen.partition(":")
    if kind == "shipped":
        return rates.read_schedule(rates.shipped_schedule(name))
    return rates.schedule_of(next(row for row in rows if row.public_id == uuid.UUID(chosen)))
