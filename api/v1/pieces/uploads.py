"""Files of a piece in parts: announce, send part by part, ask how far it is, drop it."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from django.http import UnreadablePostError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import parsers, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedJson, ByPublicId, StrictBody, Words, check_size
from api.errors import ApiError, field_error
from api.portal_view import PortalView
from api.schema import whole
from api.v1.pieces.base import piece_by
from api.v1.pieces.rows import upload_shown
from api.v1.pieces.shapes import UploadRow
from contributors import uploads
from contributors.errors import DomainError
from contributors.models import Contributor, Upload, UploadKind

MOST_SIZE = 2**31 - 1
OFFSET = whole(
    "Upload-Offset",
    "Where this part begins, in bytes from the file's beginning.",
    high=MOST_SIZE,
    where="header",
)
READ_AT_ONCE = 64 * 1024


class NewUpload(StrictBody):
    """A file to come. The same `client_key` again gives the same upload, with what is here of it already."""

    client_key = serializers.UUIDField(help_text="Made by your device, once for each file.")
    kind = serializers.ChoiceField(UploadKind.choices)
    file_name = Words(max_length=1000)
    size = serializers.IntegerField(min_value=0, max_value=MOST_SIZE, help_text="Bytes.")
    sha256 = Words(max_length=64, required=False, allow_blank=True, help_text="Checked when all is here.")
    caption = Words(max_length=500, required=False, allow_blank=True)
    photographer = ByPublicId(
        Contributor, required=False, allow_null=True, help_text="Who took the photo; left out: nobody is named."
    )
    seconds = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=86_400)


class RawPart(parsers.BaseParser):
    """The bytes of one part as they are. A request that was cut short gives what arrived of it."""

    media_type = "application/octet-stream"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        check_size(parser_context, uploads.LARGEST_CHUNK)
        arrived = bytearray()
        with suppress(UnreadablePostError):  # the phone's network went: what came counts
            while part := stream.read(min(READ_AT_ONCE, uploads.LARGEST_CHUNK - len(arrived))):
                arrived += part
        return {"part": bytes(arrived)}


class UploadView(PortalView):
    """Tệp đang gửi."""

    queryset = Upload.unscoped.none()
    pagination_class = None
    parser_classes = [BoundedJson, RawPart]

    @extend_schema(operation_id="pieces_uploads_list", responses=UploadRow(many=True))
    def list(self, request: Request, public_id: str) -> Response:
        """What is on its way into the piece, or cannot be used and was not dropped yet."""
        piece = piece_by(self.actor, public_id)
        return Response([upload_shown(upload) for upload in uploads.uploads_open(piece)])

    @extend_schema(
        operation_id="pieces_uploads_create",
        request={"application/json": NewUpload},
        responses={
            201: OpenApiResponse(UploadRow, "A new upload, nothing of it here yet."),
            200: OpenApiResponse(UploadRow, "This client_key is under way: go on from `received`."),
        },
    )
    def create(self, request: Request, public_id: str) -> Response:
        """Announces a file."""
        body = self.read(NewUpload)
        piece = piece_by(self.actor, public_id)
        last = Upload.objects.filter(piece=piece).order_by("-pk").values_list("pk", flat=True).first()
        begun = uploads.begin_upload(actor=self.actor, piece=piece, **body)
        return Response(upload_shown(begun), status=201 if last is None or begun.pk > last else 200)

    @extend_schema(operation_id="pieces_uploads_retrieve", responses=UploadRow)
    def retrieve(self, request: Request, public_id: str, upload_id: str) -> Response:
        """How far it is, and what became of it."""
        return Response(upload_shown(self.upload()))

    @extend_schema(
        operation_id="pieces_uploads_send",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=UploadRow,
        parameters=[OFFSET],
    )
    def partial_update(self, request: Request, public_id: str, upload_id: str) -> Response:
        """One part. The same part again is safe; a gap is refused with 409 and says what is here."""
        stated = request.headers.get("Upload-Offset", "")
        if not (stated.isascii() and stated.isdigit() and len(stated) <= len(str(MOST_SIZE))):
            raise field_error("Upload-Offset", "number_wrong")
        upload = self.upload()
        part = request.data.get("part", b"") if isinstance(request.data, Mapping) else b""
        if not isinstance(part, bytes):  # JSON where bytes belong
            raise ApiError("media_type_unsupported", media_type=request.content_type or "")
        taken = uploads.take_chunk(actor=self.actor, upload=upload, offset=int(stated), content=part)
        return Response(upload_shown(taken))

    @extend_schema(operation_id="pieces_uploads_cancel", request=None, responses={200: UploadRow})
    def destroy(self, request: Request, public_id: str, upload_id: str) -> Response:
        """Drops it; what came of it is deleted."""
        return Response(upload_shown(uploads.cancel_upload(actor=self.actor, upload=self.upload())))

    def upload(self) -> Upload:
        piece = piece_by(self.actor, self.kwargs["public_id"])
        found = (
            Upload.objects.filter(piece=piece, public_id=self.kwargs["upload_id"])
            .select_related("job", "piece", "photo", "attachment")
            .first()
        )
        if found is None:
            raise DomainError("not_found")
        return found
