"""Units from a spreadsheet over HTTP: check, look at every row, confirm or discard."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedForm, BoundedJson
from api.portal_view import PortalView
from api.v1.contributors.pages import AskedPages
from api.v1.contributors.shapes import SheetBody
from contributors import unit_sheets
from contributors.errors import DomainError
from contributors.models import ImportState, SheetImport, UnitKind
from contributors.spreadsheets import MOST_BYTES

VERDICTS = ("new", "there", "wrong")
PROBLEMS = ("name", "kind", "parent", "before_parent", "opened", "twice")
VERDICT = OpenApiParameter("verdict", str, enum=VERDICTS, description="Only rows of one verdict.")
SAME = ("file_name", "state", "rows", "wrong_rows", "written", "created_at", "ended_at")


class UnitSheetRow(serializers.Serializer[Any]):
    """A spreadsheet between its check and its end. `rows` and `wrong_rows` are those of the check."""

    id = serializers.UUIDField()
    file_name = serializers.CharField()
    state = serializers.ChoiceField(ImportState.choices)
    rows = serializers.IntegerField()
    wrong_rows = serializers.IntegerField()
    written = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class UnitSheetCounts(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    there = serializers.IntegerField()
    wrong = serializers.IntegerField()


class UnitSheetPreview(UnitSheetRow):
    """With the rows by verdict against the units of now; null once the sheet is over."""

    counts = UnitSheetCounts(allow_null=True)


class UnitVerdictRow(serializers.Serializer[Any]):
    """One row, as it is numbered in the sheet."""

    number = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(UnitKind.choices, allow_blank=True)
    parent = serializers.CharField(allow_blank=True, help_text="Name of the unit above.")  # type: ignore[assignment]
    opened = serializers.DateField(allow_null=True, help_text="Null: from the day of the confirmation.")
    legal_basis = serializers.CharField(allow_blank=True)
    verdict = serializers.ChoiceField(VERDICTS)
    problems = serializers.ListField(child=serializers.ChoiceField(PROBLEMS))


class UnitSheetView(PortalView):
    """Nhập ấp, ngành, đơn vị từ bảng tính: all rows or none, and only after a confirmation."""

    queryset = SheetImport.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    parser_classes = [BoundedForm]
    paged_actions = frozenset({"list", "rows"})

    def known_parameters(self) -> frozenset[str]:
        return super().known_parameters() | (frozenset({"verdict"}) if self.action == "rows" else frozenset())

    @extend_schema(responses=UnitSheetRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        page = self.paginate_queryset(unit_sheets.units_sheets(self.actor))
        return self.get_paginated_response(UnitSheetRow([_row(sheet) for sheet in page or []], many=True).data)

    @extend_schema(request={"multipart/form-data": SheetBody}, responses={201: UnitSheetPreview})
    def create(self, request: Request) -> Response:
        """Checks a sheet and keeps it; no unit is written."""
        file = self.read(SheetBody)["file"]
        content = file.read(MOST_BYTES + 1)
        sheet = unit_sheets.check_units_sheet(actor=self.actor, content=content, file_name=file.name)
        return self.shown(sheet, status=201)

    @extend_schema(responses=UnitSheetPreview)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """The counts of now."""
        return self.shown(self.sheet())

    @extend_schema(responses=UnitVerdictRow(many=True), parameters=[VERDICT])
    @action(detail=True, pagination_class=AskedPages)
    def rows(self, request: Request, public_id: str) -> Response:
        """Every row with its verdict, in the order of the sheet."""
        wanted = request.query_params.get("verdict")
        if wanted is not None and wanted not in VERDICTS:
            raise ValidationError({"verdict": [ErrorDetail("Not a verdict.", "invalid_choice")]})
        rows = unit_sheets.sheet_verdicts(self.sheet())

        def ask(after: Any, size: int) -> tuple[Any, Any]:
            left = [row for row in rows if (wanted is None or row.verdict == wanted) and row.number > int(after or 0)]
            return left[:size], left[size - 1].number if len(left) > size else None

        shown = cast("AskedPages", self.paginator).pages_of(request, ask)
        return self.get_paginated_response(UnitVerdictRow(shown, many=True).data)

    @extend_schema(request=None, responses=UnitSheetPreview)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def confirm(self, request: Request, public_id: str) -> Response:
        """Opens every new unit of the sheet; one wrong row refuses it whole."""
        return self.shown(unit_sheets.confirm_units_sheet(actor=self.actor, sheet=self.sheet()))

    @extend_schema(request=None, responses=UnitSheetPreview)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def discard(self, request: Request, public_id: str) -> Response:
        """Gives the sheet up; its file is deleted."""
        return self.shown(unit_sheets.discard_units_sheet(actor=self.actor, sheet=self.sheet()))

    def sheet(self) -> SheetImport:
        found = unit_sheets.units_sheets(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def shown(self, sheet: SheetImport, *, status: int = 200) -> Response:
        return Response(UnitSheetPreview(_preview(sheet)).data, status=status)


def _row(sheet: SheetImport) -> dict[str, Any]:
    return {"id": sheet.public_id} | {name: getattr(sheet, name) for name in SAME}


def _preview(sheet: SheetImport) -> dict[str, Any]:
    if sheet.state != ImportState.CHECKED:
        return _row(sheet) | {"counts": None}
    found: Counter[str] = Counter(row.verdict for row in unit_sheets.sheet_verdicts(sheet))
    return _row(sheet) | {"counts": {verdict: found[verdict] for verdict in VERDICTS}}
