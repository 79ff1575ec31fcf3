"""Documents (văn bản): posted without review, singly or from a spreadsheet."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedForm, BoundedJson, StrictBody, Words
from api.files import FileRenderer, file_answer
from api.portal_view import PortalView
from api.schema import year
from api.v1.contributors.shapes import SheetBody
from contributors import clock, document_sheets
from contributors.access import require
from contributors.document_sheets import DocumentVerdict
from contributors.documents import DocumentToPost, document_counts, documents_of, post_document
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import ImportState, Piece, SheetImport

FIRST_YEAR, LAST_YEAR = 1945, 9998
YEAR = year("Of issue; this year if left out.", first=FIRST_YEAR, last=LAST_YEAR)


class DocumentRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    type = serializers.CharField()
    title = serializers.CharField()
    issuer = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    signer = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    published_at = serializers.DateTimeField()
    file_name = serializers.CharField(allow_null=True, help_text="Null: there is no file here.")


class NewDocument(StrictBody):
    """As multipart/form-data; an address, a file, or both. The same `client_key` again is the same document."""

    client_key = serializers.UUIDField()
    number = Words(max_length=100, allow_blank=True)
    type = Words(max_length=60, required=False, allow_blank=True, default="")
    title = Words(max_length=500, allow_blank=True)
    issuer = Words(max_length=200, required=False, allow_blank=True, default="")
    issued_on = serializers.DateField(required=False, default=None)
    signer = Words(max_length=200, required=False, allow_blank=True, default="")
    url = Words(max_length=2000, required=False, allow_blank=True, default="")
    file = serializers.FileField(required=False, default=None)


class DocumentCountRow(serializers.Serializer[Any]):
    type = serializers.CharField()
    count = serializers.IntegerField()


class DocumentView(PortalView):
    """Văn bản: counted apart from pieces."""

    queryset = Piece.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    parser_classes = [BoundedForm]

    def known_parameters(self) -> frozenset[str]:
        return super().known_parameters() | (frozenset({"year"}) if self.action == "counts" else frozenset())

    @extend_schema(responses=DocumentRow(many=True))
    def list(self, request: Request) -> Response:
        """Posted ones, newest entries first."""
        page = self.paginate_queryset(documents_of(self.actor))
        return self.get_paginated_response([_row(piece) for piece in page or []])

    @extend_schema(request={"multipart/form-data": NewDocument}, responses={201: DocumentRow})
    def create(self, request: Request) -> Response:
        """Writes it down and posts it in one step. For the deputy."""
        body = self.read(NewDocument)
        file = body.pop("file")
        key, kind = body.pop("client_key"), body.pop("type")
        piece = post_document(
            actor=self.actor,
            client_key=key,
            document=DocumentToPost(kind=kind, **body),
            file=(file.name, file.read()) if file else None,
        )
        return Response(_row(documents_of(self.actor).get(pk=piece.pk)), status=201)

    @extend_schema(responses=DocumentCountRow(many=True), parameters=[YEAR])
    @action(detail=False, pagination_class=None)
    def counts(self, request: Request) -> Response:
        """How many of each type were issued in a year."""
        require(self.actor, "piece.list")
        asked = request.query_params.get("year", str(clock.today(self.portal.time_zone).year))
        if not (asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:5]) <= LAST_YEAR):
            raise ValidationError({"year": [ErrorDetail("Not a year.", "invalid_choice")]})
        year = int(asked)
        rows = document_counts(date(year, 1, 1), date(year + 1, 1, 1))
        return Response([{"type": row.kind, "count": row.count} for row in rows])

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[FileRenderer, JSONRenderer])
    def file(self, request: Request, public_id: str) -> HttpResponseBase:
        """The file as it was issued."""
        piece = documents_of(self.actor).filter(public_id=public_id).first()
        row = piece.document_files.first() if piece else None
        if row is None:
            raise DomainError("not_found")
        return file_answer(open_kept(row.path), kind=FileRenderer.media_type, name=row.file_name)


class DocumentVerdictRow(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    number = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    verdict = serializers.ChoiceField(["new", "there", "wrong"])
    problems = serializers.ListField(child=serializers.CharField())


class SheetPreview(serializers.Serializer[Any]):
    """A sheet between its check and its end; `rows` are null afterwards."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(ImportState.choices)
    file_name = serializers.CharField()
    written = serializers.IntegerField()
    rows = DocumentVerdictRow(many=True, allow_null=True)


class DocumentSheetView(PortalView):
    """Nhập văn bản từ bảng tính: all rows or none."""

    queryset = SheetImport.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    parser_classes = [BoundedForm]

    @extend_schema(request={"multipart/form-data": SheetBody}, responses={201: SheetPreview})
    def create(self, request: Request) -> Response:
        """Checks a sheet and keeps it; nothing else is written."""
        file = self.read(SheetBody)["file"]
        sheet = document_sheets.check_documents_sheet(actor=self.actor, content=file.read(), file_name=file.name)
        return Response(_preview(sheet), status=201)

    @extend_schema(responses=SheetPreview)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """Every row's verdict against the documents of now."""
        return Response(_preview(self.sheet()))

    @extend_schema(request=None, responses=SheetPreview)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def confirm(self, request: Request, public_id: str) -> Response:
        """Posts every new document of the sheet; one wrong row refuses it whole."""
        return Response(_preview(document_sheets.confirm_documents_sheet(actor=self.actor, sheet=self.sheet())))

    @extend_schema(request=None, responses=SheetPreview)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def discard(self, request: Request, public_id: str) -> Response:
        """Gives the sheet up; its file is deleted."""
        return Response(_preview(document_sheets.discard_documents_sheet(actor=self.actor, sheet=self.sheet())))

    def sheet(self) -> SheetImport:
        return document_sheets.documents_sheet(self.actor, self.kwargs["public_id"])


def _row(piece: Piece) -> dict[str, Any]:
    files = list(piece.document_files.all())
    return {
        "id": piece.public_id,
        "number": piece.document_number,
        "type": piece.document_type,
        "title": piece.title,
        "issuer": piece.document_issuer,
        "issued_on": piece.document_on,
        "signer": piece.document_signer,
        "url": piece.published_url,
        "published_at": piece.published_at,
        "file_name": files[0].file_name if files else None,
    }


def _preview(sheet: SheetImport) -> dict[str, Any]:
    waits = sheet.state == ImportState.CHECKED
    return {
        "id": sheet.public_id,
        "state": sheet.state,
        "file_name": sheet.file_name,
        "written": sheet.written,
        "rows": [_verdict(row) for row in document_sheets.document_verdicts(sheet)] if waits else None,
    }


def _verdict(row: DocumentVerdict) -> dict[str, Any]:
    return {
        "row": row.number,
        "number": row.document["number"],
        "title": row.document["title"],
        "verdict": row.verdict,
        "problems": list(row.problems),
    }
