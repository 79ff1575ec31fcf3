"""Cấp dưới over HTTP: figures of the portals below side by side, one paper about all; reporting to the one above."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody
from api.periods import PERIOD, day_if_asked, period_of
from api.v1.output import DATED, DOCX, PDF, OutputView, file_answer
from payments.access import require_money
from payments.consolidated_report import consolidated_report
from payments.models import SentReport
from payments.papers.report_docx import report_docx
from payments.papers.report_pdf import report_pdf
from payments.report_periods import Period, asked_period
from payments.reporting_up import reports_sent, send_report
from payments.superior_sheet import superior_xlsx
from payments.superiors import ORDERS, RIGHT, USUAL_ORDER, Beside, side_by_side

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WAYS = sorted([*ORDERS, *(f"-{name}" for name in ORDERS)])
ORDER = OpenApiParameter(
    "order",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    enum=WAYS,
    description="The column that rows stand by; with - from the greatest.",
)


class PortalCounts(serializers.Serializer[Any]):
    """What each means stands in docs/figures.md; `silent` of the `units` sent nothing."""

    news = serializers.IntegerField()
    photos = serializers.IntegerField()
    documents = serializers.IntegerField()
    late = serializers.IntegerField()
    contributors = serializers.IntegerField()
    units = serializers.IntegerField()
    silent = serializers.IntegerField()


class BelowTotal(serializers.Serializer[Any]):
    """`spent`, `fund`, `fund_issued` in đồng: the period, and the budget year in which it ends."""

    now = PortalCounts()
    before = PortalCounts(help_text="The period of the same length before it.")
    spent = serializers.IntegerField()
    fund = serializers.IntegerField()
    fund_issued = serializers.IntegerField()


class BelowRow(BelowTotal):
    slug = serializers.CharField()
    name = serializers.CharField()
    depth = serializers.IntegerField(help_text="1: directly below.")
    above = serializers.CharField(help_text="The name of the portal that it belongs to.")
    closed_on = serializers.DateField(allow_null=True)
    due = serializers.BooleanField(help_text="A report of the period is awaited.")
    reported_at = serializers.DateTimeField(allow_null=True)
    changed = serializers.BooleanField(help_text="The figures are no longer those that were reported.")


class BelowAnswer(serializers.Serializer[Any]):
    rows = BelowRow(many=True)
    total = BelowTotal()
    awaited = serializers.IntegerField()
    arrived = serializers.IntegerField()


class SendBody(StrictBody):
    """Days are half-open: `period_until` is the day after the last one."""

    period_from = serializers.DateField()
    period_until = serializers.DateField()


class SentRow(serializers.Serializer[Any]):
    public_id = serializers.UUIDField()
    period_from = serializers.DateField()
    period_until = serializers.DateField()
    round = serializers.IntegerField(help_text="2 and more: sent again.")
    to = serializers.CharField(help_text="Slug of the portal above.")
    figures = serializers.DictField(child=serializers.IntegerField(), help_text="As they were then.")
    sent_at = serializers.DateTimeField()


class BelowView(OutputView):
    """Các trang cấp dưới, gửi báo cáo lên cấp trên."""

    money = True  # what was spent stands beside the pieces
    queryset = SentReport.unscoped.none()  # type: ignore[assignment]

    def known_parameters(self) -> frozenset[str]:
        names = {"side_by_side": {"from", "until", "order"}, "xlsx": {"from", "until", "order"}}
        papers = {"docx": {"from", "until", "dated"}, "pdf": {"from", "until", "dated"}}
        return frozenset((names | papers).get(self.action, ()))

    @extend_schema(operation_id="below_list", parameters=[*PERIOD, ORDER], responses=BelowAnswer)
    def side_by_side(self, request: Request) -> Response:
        """Every portal below, children of children included, each with its own figures; nobody's name."""
        found = side_by_side(actor=self.actor, portal=self.portal, period=self.asked(), order=self.order())
        return Response(
            {
                "rows": [_row(row) for row in found.rows],
                "total": _counts(found.total),
                "awaited": found.awaited,
                "arrived": found.arrived,
            }
        )

    @extend_schema(
        operation_id="below_docx",
        parameters=[*PERIOD, DATED],
        responses={(200, DOCX): OpenApiResponse(OpenApiTypes.BINARY, description="The editable file.")},
    )
    def docx(self, request: Request) -> HttpResponse:
        """One report about all portals below, as an editable file."""
        return file_answer(report_docx(self.made()), DOCX, "tong-hop.docx")

    @extend_schema(
        operation_id="below_pdf",
        parameters=[*PERIOD, DATED],
        responses={(200, PDF): OpenApiResponse(OpenApiTypes.BINARY, description="The paper.")},
    )
    def pdf(self, request: Request) -> HttpResponse:
        """The same report to print and sign."""
        return file_answer(report_pdf(self.made()), PDF, "tong-hop.pdf")

    @extend_schema(
        operation_id="below_xlsx",
        parameters=[*PERIOD, ORDER],
        responses={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, description="The table.")},
    )
    def xlsx(self, request: Request) -> HttpResponse:
        """The table as a spreadsheet."""
        found = side_by_side(actor=self.actor, portal=self.portal, period=self.asked(), order=self.order())
        return file_answer(superior_xlsx(found, self.portal.time_zone), XLSX, "tong-hop.xlsx")

    @extend_schema(operation_id="reports_sent_list", responses=SentRow(many=True))
    def sent(self, request: Request) -> Response:
        """What this portal has reported to the one above it, newest first."""
        return Response([_sent(row) for row in reports_sent(actor=self.actor)])

    @extend_schema(operation_id="reports_send", request=SendBody, responses={201: SentRow})
    def send(self, request: Request) -> Response:
        """Reports a period to the portal above, with the figures as they stand now."""
        body = self.read(SendBody)
        period = asked_period(body["period_from"], body["period_until"], names=("period_from", "period_until"))
        return Response(_sent(send_report(actor=self.actor, portal=self.portal, period=period)), status=201)

    def made(self) -> Any:
        period = self.asked()
        dated = day_if_asked(self.request, "dated")
        return consolidated_report(actor=self.actor, portal=self.portal, period=period, dated=dated)

    def asked(self) -> Period:
        require_money(self.actor, RIGHT)
        return period_of(self.request)

    def order(self) -> str:
        given = self.request.query_params.get("order", USUAL_ORDER)
        try:
            return str(serializers.ChoiceField(WAYS).run_validation(given))
        except serializers.ValidationError as wrong:
            raise serializers.ValidationError({"order": wrong.detail}) from None


def _counts(row: Beside) -> dict[str, Any]:
    money = {name: getattr(row, name) for name in ("spent", "fund", "fund_issued")}
    return {"now": asdict(row.now), "before": asdict(row.before), **money}


def _row(row: Beside) -> dict[str, Any]:
    plain = ("slug", "name", "depth", "above", "closed_on", "due", "changed")
    reported = row.sent.at if row.sent else None
    return {**_counts(row), **{name: getattr(row, name) for name in plain}, "reported_at": reported}


def _sent(row: SentReport) -> dict[str, Any]:
    plain = ("public_id", "period_from", "period_until", "round", "figures", "sent_at")
    return {**{name: getattr(row, name) for name in plain}, "to": row.to_portal.slug}
