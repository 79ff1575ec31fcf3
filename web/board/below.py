"""Cấp dưới: the portals below this one side by side, who has not reported, one paper about all; and reporting up."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contributors.charts import BarChart, bar_chart
from payments.access import holds_money, require_money
from payments.consolidated_report import consolidated_report
from payments.papers.report_docx import report_docx
from payments.papers.report_pdf import report_pdf
from payments.report_periods import Period
from payments.reporting_up import RIGHT as SEND_RIGHT
from payments.reporting_up import report_to_send, send_report
from payments.superior_sheet import superior_csv, superior_xlsx
from payments.superiors import ORDERS, RIGHT, USUAL_ORDER, Beside, reminder, side_by_side
from web.board.output import half_to_show
from web.board.report_forms import ReportForm, SendReportForm
from web.downloads import made_answer
from web.page import PageRequest, for_members, show

A_PAGE = 100
FEWEST_BARS, MOST_BARS = 2, 12
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that can be sorted by: `query` leads to it, `sorted_as` is what readers of the screen are told."""

    label: str
    query: str
    sorted_as: str
    number: bool


@for_members
@require_GET
def below_page(request: PageRequest) -> HttpResponseBase:
    """Unasked: the half year that is worth a report, most pieces first."""
    require_money(request.actor, RIGHT)
    form = _asked(request)
    context: dict[str, object] = {}
    if form.is_valid():
        order, period = _order(request), Period(*form.period)
        request.shown_until = period.until
        found = side_by_side(actor=request.actor, portal=request.portal, period=period, order=order)
        page = Paginator(found.rows, A_PAGE).get_page(request.GET.get("page"))
        asked = {name: form.data.get(name, "") for name in ("first", "last", "dated")}
        context |= {
            "found": found,
            "page": page,
            "start": page.start_index(),
            "headings": _headings(order, asked),
            "chart": _chart(list(page)) if page.number == 1 else None,
            "reminder": reminder(found) if found.missing else "",
            "query": urlencode(asked | {"order": order}),
        }
    return show(request, "board/output/below.html", context, form=form)


@for_members
@require_GET
def below_file(request: PageRequest, kind: str) -> HttpResponseBase:
    """The paper (docx, pdf) or the table (xlsx, csv); a period that is not one leads back to the page."""
    require_money(request.actor, RIGHT)
    form = _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('web:below')}?{request.GET.urlencode()}")
    period = Period(*form.period)
    name = f"tong-hop-{period.first:%Y-%m-%d}-{period.until:%Y-%m-%d}"
    if kind in {"docx", "pdf"}:
        dated = form.cleaned_data["dated"]
        report = consolidated_report(actor=request.actor, portal=request.portal, period=period, dated=dated)
        if kind == "docx":
            return made_answer(report_docx(report), kind=DOCX, name=f"{name}.docx")
        return made_answer(report_pdf(report), kind="application/pdf", name=f"{name}.pdf")
    found = side_by_side(actor=request.actor, portal=request.portal, period=period, order=_order(request))
    zone = request.portal.time_zone
    if kind == "xlsx":
        return made_answer(superior_xlsx(found, zone), kind=XLSX, name=f"{name}.xlsx")
    return made_answer(superior_csv(found, zone), kind="text/csv; charset=utf-8", name=f"{name}.csv")


@for_members
def send_page(request: PageRequest) -> HttpResponseBase:
    """What will be reported is looked at first; what was looked at is what is sent."""
    require_money(request.actor, SEND_RIGHT)
    asked = ReportForm(request.POST or request.GET)
    form = SendReportForm(request.POST or None)
    if not asked.is_valid():
        return redirect(f"{reverse('web:report')}?{request.GET.urlencode()}")
    period = Period(*asked.period)
    query = urlencode({"first": asked.data["first"], "last": asked.data["last"]})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            seen = form.cleaned_data["seen"]
            sent = send_report(actor=request.actor, portal=request.portal, period=period, seen=seen)
            said = _("Đã gửi báo cáo %(period)s lên %(portal)s.")
            messages.success(request, said % {"period": period.name, "portal": sent.to_portal.name})
            return redirect(f"{reverse('web:report')}?{query}")
    made = report_to_send(actor=request.actor, portal=request.portal, period=period)
    context = {"made": made, "period": period, "query": query, "asked": asked}
    return show(request, "board/output/send_report.html", context, form=form)


def sending(request: PageRequest, period: Period) -> dict[str, object]:
    """For the page of the report: what the portal above was told; nothing where there is none."""
    if request.portal.parent_id is None:
        return {}
    made = report_to_send(actor=request.actor, portal=request.portal, period=period)
    return {"to_send": made, "may_send": holds_money(request.actor, SEND_RIGHT)}


def _asked(request: PageRequest) -> ReportForm:
    half = half_to_show(request.portal)
    usual = {"first": half.first.isoformat(), "last": half.last.isoformat(), "dated": ""}
    return ReportForm(request.GET if "first" in request.GET else usual)


def _order(request: PageRequest) -> str:
    order = request.GET.get("order", USUAL_ORDER)
    return order if order.removeprefix("-") in ORDERS else USUAL_ORDER


def _headings(order: str, asked: dict[str, str]) -> list[Heading]:
    """Figures are sorted from the greatest, names from A; a second time the other way round."""
    labels = {
        "name": _("Trang"),
        "news": _("Tin, bài"),
        "before": _("Kỳ trước"),
        "photos": _("Ảnh"),
        "documents": _("Văn bản"),
        "late": _("Đăng muộn"),
        "contributors": _("Cộng tác viên"),
        "silent": _("Ấp, ngành chưa có tin"),
        "spent": _("Đã chi (đ)"),
        "sent": _("Báo cáo"),
    }
    found = []
    for key, label in labels.items():
        number = key not in {"name", "sent"}
        first = key if key in {"name", "sent"} else f"-{key}"
        other = key if first.startswith("-") else f"-{key}"
        here = order.removeprefix("-") == key
        query = urlencode(asked | {"order": other if order == first else first})
        found.append(Heading(label, query, ("descending" if order[0] == "-" else "ascending") if here else "", number))
    return found


def _chart(rows: list[Beside]) -> BarChart | None:
    shown = rows[:MOST_BARS]
    if len(shown) < FEWEST_BARS or not any(row.now.news for row in shown):
        return None
    return bar_chart([(str(place), row.now.news) for place, row in enumerate(shown, start=1)])
