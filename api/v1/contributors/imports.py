"""People from a spreadsheet over HTTP: check, look, choose, confirm, discard."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.bodies import BoundedForm, BoundedJson
from api.portal_view import PortalView
from api.v1.contributors import shapes
from api.v1.contributors.answers import import_answer, preview_answer, verdict_answer
from api.v1.contributors.pages import AskedPages
from contributors.errors import DomainError
from contributors.importing import (
    check_people_sheet,
    choose_rows,
    confirm_import,
    discard_import,
    imports_of,
    preview_import,
)
from contributors.models import ImportState, SheetImport
from contributors.people_sheet import VERDICTS

VERDICT = OpenApiParameter("verdict", str, enum=list(VERDICTS), description="Only rows of one verdict.")


class ContributorImportView(PortalView):
    """Nhập danh sách cộng tác viên: all rows or none are written, and only after a confirmation."""

    queryset = SheetImport.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    parser_classes = [BoundedForm]
    paged_actions = frozenset({"list", "rows"})

    def known_parameters(self) -> frozenset[str]:
        return super().known_parameters() | (frozenset({"verdict"}) if self.action == "rows" else frozenset())

    @extend_schema(responses=shapes.ImportRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        page = self.paginate_queryset(imports_of(self.actor).select_related("job"))
        return self.get_paginated_response([import_answer(made) for made in page or []])

    @extend_schema(request={"multipart/form-data": shapes.SheetBody}, responses={201: shapes.ImportPreview})
    def create(self, request: Request) -> Response:
        """Checks a sheet and keeps it for a week; nobody is written."""
        file = self.read(shapes.SheetBody)["file"]
        made = check_people_sheet(actor=self.actor, content=file.read(), file_name=file.name)
        return self.shown(made, status=201)

    @extend_schema(responses=shapes.ImportPreview)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """The counts of now, and `seen` for the confirmation."""
        return self.shown(self.sheet())

    @extend_schema(responses=shapes.VerdictRow(many=True), parameters=[VERDICT])
    @action(detail=True, pagination_class=AskedPages)
    def rows(self, request: Request, public_id: str) -> Response:
        """Every row with its verdict, in the order of the sheet."""
        wanted = request.query_params.get("verdict")
        if wanted is not None and wanted not in VERDICTS:
            raise ValidationError({"verdict": [ErrorDetail("Not a verdict.", "invalid_choice")]})
        rows = preview_import(actor=self.actor, sheet_import=self.sheet()).rows

        def ask(after: Any, size: int) -> tuple[Any, Any]:
            left = [row for row in rows if (wanted is None or row.verdict == wanted) and row.number > int(after or 0)]
            return left[:size], left[size - 1].number if len(left) > size else None

        shown = cast("AskedPages", self.paginator).pages_of(request, ask)
        return self.get_paginated_response([verdict_answer(row) for row in shown])

    @extend_schema(request=shapes.ChoicesBody, responses=shapes.ImportPreview)
    @action(detail=True, methods=["put"], parser_classes=[BoundedJson])
    def choices(self, request: Request, public_id: str) -> Response:
        """What to do with rows that may be there already; `seen` changes with it."""
        chosen = {row["number"]: row["choice"] for row in self.read(shapes.ChoicesBody)["choices"]}
        return self.shown(choose_rows(actor=self.actor, sheet_import=self.sheet(), choices=chosen))

    @extend_schema(request=shapes.ConfirmImportBody, responses={202: shapes.ImportPreview})
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def confirm(self, request: Request, public_id: str) -> Response:
        """Promises the writing of exactly what was seen; one wrong row refuses the sheet."""
        body = self.read(shapes.ConfirmImportBody)
        made = confirm_import(actor=self.actor, sheet_import=self.sheet(), seen=body["seen"])
        return self.shown(made, status=202)

    @extend_schema(request=None, responses=shapes.ImportPreview)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def discard(self, request: Request, public_id: str) -> Response:
        """Gives the sheet up; its file is deleted."""
        return self.shown(discard_import(actor=self.actor, sheet_import=self.sheet()))

    def sheet(self) -> SheetImport:
        made = imports_of(self.actor).select_related("job").filter(public_id=self.kwargs["public_id"]).first()
        if made is None:
            raise DomainError("not_found")
        return made

    def shown(self, made: SheetImport, *, status: int = 200) -> Response:
        waits = made.state == ImportState.CHECKED
        preview = preview_import(actor=self.actor, sheet_import=made) if waits else None
        follow = reverse("contributor-import-detail", [made.public_id], request=self.request)
        headers = {"Location": follow} if status == 202 else {}  # noqa: PLR2004
        return Response(preview_answer(made, preview), status=status, headers=headers)
