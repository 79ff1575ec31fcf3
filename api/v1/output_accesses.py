"""Lượt truy cập over HTTP: monthly accesses of the website, one by one or from a sheet."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.portal_view import PortalView
from api.v1.contributors.shapes import SheetBody
from contributors.accesses import accesses_template, load_accesses, record_accesses
from contributors.models import MonthlyAccess
from payments.access import require_money
from payments.activity_report import RIGHT

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AccessFields(StrictBody):
    """`month`: any day of it. Entered again, it replaces what was there."""

    month = serializers.DateField()
    count = serializers.IntegerField(min_value=0)
    source = Words(max_length=200)  # type: ignore[assignment]


class AccessRow(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="Its first day.")
    count = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]


class AccessSheet(SheetBody):
    """Columns for month and accesses; `source` says who counted."""

    source = Words(max_length=200)  # type: ignore[assignment]


class AccessCount(serializers.Serializer[Any]):
    months = serializers.IntegerField(help_text="How many were written.")


class AccessView(PortalView):
    """Lượt truy cập."""

    queryset = MonthlyAccess.unscoped.none()
    pagination_class = None

    @extend_schema(operation_id="accesses_list", responses=AccessRow(many=True))
    def accesses(self, request: Request) -> Response:
        """Accesses of the website by month, newest first."""
        require_money(self.actor, RIGHT)
        return Response(list(MonthlyAccess.objects.order_by("-month").values("month", "count", "source")))

    @extend_schema(operation_id="accesses_record", request=AccessFields, responses={201: AccessRow})
    def record(self, request: Request) -> Response:
        """What was counted in a month, and by whom."""
        row = record_accesses(actor=self.actor, **self.read(AccessFields))
        return Response({"month": row.month, "count": row.count, "source": row.source}, status=201)

    @extend_schema(
        operation_id="accesses_sheet",
        request={"multipart/form-data": AccessSheet},
        responses={201: AccessCount},
    )
    def load(self, request: Request) -> Response:
        """Every month of a sheet, or none: a wrong row is named and nothing is written."""
        body = self.read(AccessSheet)
        file = body["file"]
        months = load_accesses(actor=self.actor, content=file.read(), file_name=file.name or "", source=body["source"])
        return Response({"months": months}, status=201)

    @extend_schema(
        operation_id="accesses_template",
        responses={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, "An empty sheet with the headings.")},
    )
    def template(self, request: Request) -> HttpResponse:
        """A sheet to fill in."""
        require_money(self.actor, RIGHT)
        answer = HttpResponse(accesses_template(), content_type=XLSX)
        answer["Content-Disposition"] = 'attachment; filename="luot-truy-cap.xlsx"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
