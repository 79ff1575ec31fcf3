"""Báo cáo: the office's own report with counted figures, its words, and the monthly accesses of the website."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from contributors.access import holds, require
from contributors.accesses import RIGHT as ACCESS_RIGHT
from contributors.accesses import accesses_template, load_accesses, record_accesses
from contributors.errors import DomainError
from contributors.models import MonthlyAccess
from contributors.report_texts import RIGHT as WORDS_RIGHT
from contributors.report_texts import report_texts, write_report_texts
from payments.access import require_money
from payments.activity_report import RIGHT, activity_report
from payments.papers.report_blocks import Drawn, Part, Report, Said, Table
from payments.papers.report_docx import report_docx
from payments.papers.report_pdf import report_pdf
from payments.report_periods import Period
from web.board.below import sending
from web.board.output import half_to_show
from web.board.report_forms import AccessForm, AccessSheetForm, ReportForm, WordsForm
from web.downloads import made_answer
from web.page import PageRequest, for_members, show

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
BLOCKS = {Part: "part", Said: "said", Table: "table", Drawn: "drawn"}
MONTHS_SHOWN = 60


@for_members
@require_GET
def report_page(request: PageRequest) -> HttpResponseBase:
    """Unasked: the half year that is worth a report. Everything is counted anew each time."""
    require_money(request.actor, RIGHT)
    form = _asked(request)
    context: dict[str, object] = {"may_write": holds(request.actor, WORDS_RIGHT)}
    if form.is_valid():
        with form.refusals():
            made = _made(request, form)
            asked = {name: form.data.get(name, "") for name in ("first", "last", "dated")}
            context |= {
                "report": made,
                "blocks": [(BLOCKS[type(block)], block) for block in made.blocks],
                "query": urlencode(asked),
                **sending(request, Period(*form.period)),
            }
    return show(request, "board/output/report.html", context, form=form)


@for_members
@require_GET
def report_file(request: PageRequest, kind: str) -> HttpResponseBase:
    """The same as a file; a period that is not one leads back to the page, which says what is wrong."""
    require_money(request.actor, RIGHT)
    if kind not in KINDS:
        raise DomainError("not_found")
    form = _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('web:report')}?{request.GET.urlencode()}")
    made = _made(request, form)
    content = report_docx(made) if kind == "docx" else report_pdf(made)
    first, until = form.period
    return made_answer(content, kind=KINDS[kind], name=f"bao-cao-{first:%Y-%m-%d}-{until:%Y-%m-%d}.{kind}")


@for_members
def words_page(request: PageRequest) -> HttpResponseBase:
    """What the office writes itself; the next report begins with it."""
    require(request.actor, WORDS_RIGHT)
    form = WordsForm(request.POST or None, initial=report_texts())
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            write_report_texts(actor=request.actor, texts=form.cleaned_data)
            messages.success(request, _("Đã lưu lời của báo cáo. Kỳ sau dùng lại được."))
            return redirect(f"{reverse('web:report')}?{request.GET.urlencode()}".rstrip("?"))
    return show(request, "board/output/words.html", {"back": request.GET.urlencode()}, form=form)


@for_members
def accesses_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, RIGHT)
    form = AccessForm(request.POST or None, initial=_latest_source())
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = record_accesses(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Đã ghi lượt truy cập tháng %(month)s.") % {"month": f"{row.month:%m/%Y}"})
            return redirect("web:accesses")
    return _shown(request, form=form, sheet=AccessSheetForm(initial=_latest_source()))


@for_members
@require_POST
def accesses_sheet_view(request: PageRequest) -> HttpResponseBase:
    require(request.actor, ACCESS_RIGHT)
    sheet = AccessSheetForm(request.POST, request.FILES)
    if sheet.is_valid():
        with sheet.refusals():
            file = sheet.cleaned_data["file"]
            count = load_accesses(
                actor=request.actor,
                content=file.read(),
                file_name=file.name or "",
                source=sheet.cleaned_data["sheet_source"],
            )
            told = ngettext("Đã ghi %(count)d tháng.", "Đã ghi %(count)d tháng.", count) % {"count": count}
            messages.success(request, told)
            return redirect("web:accesses")
    return _shown(request, form=AccessForm(initial=_latest_source()), sheet=sheet, refused=True)


@for_members
@require_GET
def accesses_template_view(request: PageRequest) -> HttpResponseBase:
    require(request.actor, ACCESS_RIGHT)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return made_answer(accesses_template(), kind=kind, name="mau-luot-truy-cap.xlsx")


def _asked(request: PageRequest) -> ReportForm:
    half = half_to_show(request.portal)
    usual = {"first": half.first.isoformat(), "last": half.last.isoformat(), "dated": ""}
    return ReportForm(request.GET if "first" in request.GET else usual)


def _made(request: PageRequest, form: ReportForm) -> Report:
    first, until = form.period
    request.shown_until = until
    return activity_report(
        actor=request.actor,
        portal=request.portal,
        period=Period(first, until),
        dated=form.cleaned_data["dated"],
    )


def _latest_source() -> dict[str, str]:
    latest = MonthlyAccess.objects.order_by("-month").values_list("source", flat=True).first() or ""
    return {"source": latest, "sheet_source": latest}


def _shown(request: PageRequest, *, form: AccessForm, sheet: AccessSheetForm, refused: bool = False) -> HttpResponse:
    rows = list(MonthlyAccess.objects.order_by("-month")[:MONTHS_SHOWN])
    context = {"rows": rows, "sheet": sheet, "form": form, "may_enter": holds(request.actor, ACCESS_RIGHT)}
    return show(request, "board/output/accesses.html", context, form=sheet if refused else form)
