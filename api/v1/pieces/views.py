"""Pieces over HTTP: read, write, and every step of their way."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.bodies import BoundedForm, StrictBody, VersionBody
from api.files import ZipRenderer, zip_answer
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.contributors.pages import AskedPages
from api.v1.pieces import bodies
from api.v1.pieces.base import genre_by, piece_answer, piece_by, topic_by
from api.v1.pieces.filters import PieceFilters
from api.v1.pieces.likeness import AlikePiece, alike_answer
from api.v1.pieces.rows import listed_by_id
from api.v1.pieces.shapes import PieceDetail, PieceRow
from contributors import drafting, entering, newsroom, uploads
from contributors.access import require
from contributors.alike import pieces_alike
from contributors.finding import ids_of_page, pieces_seen_by
from contributors.models import Piece, UploadKind
from contributors.models.tenancy import new_public_id
from contributors.packages import package_of, plain_name
from payments import approvals, corrections


def step(body: type[StrictBody], **options: Any) -> Callable[[Any], Any]:
    """A POST on one piece that answers with the piece as it is afterwards."""

    def decorated(method: Any) -> Any:
        acting = action(detail=True, methods=["post"], **options)(method)
        return extend_schema(request=body, responses=PieceDetail, parameters=[IF_MATCH])(acting)

    return decorated


class PieceView(PortalView):
    """Tin, bài, ảnh, video, văn bản."""

    queryset = Piece.unscoped.none()
    filterset_class = PieceFilters
    pagination_class = AskedPages
    wide = {"list": PieceRow}
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=PieceRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first. Who sits on the board or is responsible for the money sees all, others their own."""
        seen = self.filter_queryset(pieces_seen_by(self.actor))
        searched = bool(request.query_params.get("q", "").strip())

        def ask(after: Any, size: int) -> tuple[list[int], int | None]:
            """The ids first: an index alone answers that, however many rows the filters leave."""
            ids = ids_of_page(seen, after=after, size=size, searched=searched)
            return ids[:size], ids[size - 1] if len(ids) > size else None

        page = cast("AskedPages", self.paginator).pages_of(request, ask)
        credited = self.asked_fields is None or "credits" in self.asked_fields
        return self.get_paginated_response(listed_by_id(page, credited=credited))

    @extend_schema(responses=PieceDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With text, photos, and what you may do with it now."""
        return self.shown(self.piece())

    @extend_schema(
        request=bodies.NewPiece,
        responses={
            201: OpenApiResponse(PieceDetail, "A new draft."),
            200: OpenApiResponse(PieceDetail, "This client_key was here before; nothing was changed."),
        },
    )
    def create(self, request: Request) -> Response:
        """A draft. Sending the same `client_key` again is safe: one piece, 201 first and 200 afterwards."""
        body = self.read(bodies.NewPiece)
        known = Piece.objects.filter(client_key=body["client_key"]).exists()
        piece = drafting.start_piece(
            actor=self.actor,
            genre=genre_by(body.pop("genre")),
            topic=topic_by(body.pop("topic", None)),
            **body,
        )
        return self.shown(piece, status=200 if known else 201)

    @extend_schema(
        request=bodies.EnteredPiece,
        responses={
            201: OpenApiResponse(PieceDetail, "A new draft of its author."),
            200: OpenApiResponse(PieceDetail, "This client_key was here before; nothing was changed."),
        },
    )
    @action(detail=False, methods=["post"])
    def enter(self, request: Request) -> Response:
        """Enters a piece for its author; both names are kept. Who is not registered is recorded by name."""
        body = self.read(bodies.EnteredPiece)
        known = Piece.objects.filter(client_key=body["client_key"]).exists()
        piece = entering.enter_piece(
            actor=self.actor,
            genre=genre_by(body.pop("genre")),
            topic=topic_by(body.pop("topic", None)),
            author=body.pop("contributor", None),
            **body,
        )
        return self.shown(piece, status=200 if known else 201)

    @extend_schema(request=bodies.EditPiece, responses=PieceDetail, parameters=[IF_MATCH])
    def partial_update(self, request: Request, public_id: str) -> Response:
        """Changes the fields that are sent. A change after approval takes the approval back."""
        body = self.read(bodies.EditPiece)
        if "topic" in body:
            body["topic"] = topic_by(body["topic"])
        if "genre" in body:
            body["genre"] = genre_by(body["genre"])
        return self.act(drafting.edit_piece, seen_version=body.pop("version"), **body)

    @extend_schema(request=bodies.CreditsBody, responses=PieceDetail, parameters=[IF_MATCH])
    @action(detail=True, methods=["put"])
    def credits(self, request: Request, public_id: str) -> Response:
        """Replaces the declared credits; those from the event log stay."""
        body = self.read(bodies.CreditsBody)
        declared = [drafting.DeclaredCredit(**credit) for credit in body["credits"]]
        return self.act(drafting.declare_credits, seen_version=body["version"], declared=declared)

    @extend_schema(
        request={"multipart/form-data": bodies.PhotoBody},
        responses={202: PieceDetail},
        parameters=[IF_MATCH],
    )
    @action(detail=True, methods=["post"], parser_classes=[BoundedForm])
    def photos(self, request: Request, public_id: str) -> Response:
        """Takes one photo in one request. It stands among `uploads` until it is worked on, then among `photos`."""
        body = self.read(bodies.PhotoBody)
        file = body["file"]
        piece = self.piece()
        begun = uploads.begin_upload(
            actor=self.actor,
            piece=piece,
            client_key=new_public_id(),
            kind=UploadKind.PHOTO,
            file_name=file.name,
            size=file.size,
            caption=body["caption"],
            photographer=body.get("photographer"),
            seen_version=body["version"],
        )
        uploads.receive_file(actor=self.actor, upload=begun, parts=file.chunks())
        answer = self.shown(piece, status=202)
        answer["Location"] = reverse("upload-detail", [piece.public_id, begun.public_id], request=request)
        return answer

    @extend_schema(responses=AlikePiece(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def alike(self, request: Request, public_id: str) -> Response:
        """Sent pieces that look like it, the most alike first, at most five. A person decides what that means."""
        require(self.actor, "piece.compare")
        return Response([alike_answer(found) for found in pieces_alike(self.piece())])

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[ZipRenderer, JSONRenderer])
    def package(self, request: Request, public_id: str) -> StreamingHttpResponse:
        """Title, text as clean HTML and as plain text, captions and photos in one archive."""
        piece = self.piece()
        return zip_answer(package_of(actor=self.actor, piece=piece), name=plain_name(piece.title))

    @step(bodies.SubmitBody)
    def submit(self, request: Request, public_id: str) -> Response:
        """Sends it in; the answer has its receipt number. Refused while a file of it is still on its way."""
        body = self.read(bodies.SubmitBody)
        return self.act(newsroom.submit_piece, seen_version=body["version"], pledge=body["pledge"])

    @step(VersionBody)
    def withdraw(self, request: Request, public_id: str) -> Response:
        """Takes it back before approval."""
        return self.act(newsroom.withdraw_piece, seen_version=self.read(VersionBody)["version"])

    @step(VersionBody)
    def reopen(self, request: Request, public_id: str) -> Response:
        """Makes a declined piece a draft of its author again."""
        return self.act(newsroom.reopen_piece, seen_version=self.read(VersionBody)["version"])

    @step(bodies.OptionalReasonBody, url_path="return")
    def return_piece(self, request: Request, public_id: str) -> Response:
        """Sends it back to its author with a reason."""
        return self.act_for_reason(newsroom.return_piece)

    @step(bodies.OptionalReasonBody)
    def decline(self, request: Request, public_id: str) -> Response:
        """Declines it with a reason."""
        return self.act_for_reason(newsroom.decline_piece)

    @step(bodies.OptionalReasonBody)
    def retract(self, request: Request, public_id: str) -> Response:
        """Takes it off the website with a reason."""
        return self.act_for_reason(corrections.retract_piece)

    @step(bodies.ApproveBody)
    def approve(self, request: Request, public_id: str) -> Response:
        """Approves the version that was seen, with its score. Never by who made it.

        A score above the board's limit takes two people: after the first one the piece is still `submitted`.
        """
        body = self.read(bodies.ApproveBody)
        scores = body.pop("photo_coefficients", None)
        if scores is not None:
            body["photo_coefficients"] = {each["photo"].pk: each["coefficient"] for each in scores}
        return self.act(approvals.approve_piece, seen_version=body.pop("version"), **body)

    @step(bodies.ScheduleBody)
    def schedule(self, request: Request, public_id: str) -> Response:
        """Fixes the hour of publication, or another one; it lies ahead."""
        body = self.read(bodies.ScheduleBody)
        return self.act(newsroom.schedule_piece, seen_version=body["version"], at=body["at"])

    @step(bodies.PublishBody)
    def publish(self, request: Request, public_id: str) -> Response:
        """Records the address and the hour of publication."""
        body = self.read(bodies.PublishBody)
        return self.act(newsroom.publish_piece, seen_version=body.pop("version"), **body)

    @step(bodies.PublishBody, url_path="publish-document")
    def publish_document(self, request: Request, public_id: str) -> Response:
        """The deputy posts a document without review."""
        body = self.read(bodies.PublishBody)
        return self.act(newsroom.publish_document, seen_version=body.pop("version"), **body)

    def piece(self) -> Piece:
        """The piece of the address; one that the person may not see does not exist for them."""
        return piece_by(self.actor, self.kwargs["public_id"])

    def act(self, verb: Callable[..., Any], *, status: int = 200, **inputs: Any) -> Response:
        piece = self.piece()
        verb(actor=self.actor, piece=piece, **inputs)
        return self.shown(Piece.objects.select_related("genre").get(pk=piece.pk), status=status)

    def act_for_reason(self, verb: Callable[..., Any]) -> Response:
        body = self.read(bodies.OptionalReasonBody)
        return self.act(verb, seen_version=body["version"], reason=body["reason"])

    def shown(self, piece: Piece, *, status: int = 200) -> Response:
        """The piece with its version as ETag, which If-Match takes."""
        return piece_answer(self.actor, piece, status=status)
