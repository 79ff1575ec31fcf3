"""Pieces over HTTP: read, write, and every step of their way."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedForm, StrictBody, VersionBody
from api.files import ZipRenderer, zip_answer
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.contributors.pages import AskedPages
from api.v1.pieces import bodies
from api.v1.pieces.allowed import allowed_actions
from api.v1.pieces.filters import PieceFilters
from api.v1.pieces.likeness import AlikePiece, alike_answer
from api.v1.pieces.rows import listed_by_id, piece_shown
from api.v1.pieces.shapes import PieceDetail, PieceRow
from contributors import drafting, newsroom, photos
from contributors.access import require
from contributors.alike import pieces_alike
from contributors.errors import DomainError
from contributors.finding import ids_of_page, pieces_seen_by
from contributors.models import Genre, Piece, Topic
from contributors.packages import package_of, plain_name
from payments import approvals


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
        return self.get_paginated_response(listed_by_id(page))

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
            genre=_genre(body.pop("genre")),
            topic=_topic(body.pop("topic", None)),
            **body,
        )
        return self.shown(piece, status=200 if known else 201)

    @extend_schema(request=bodies.EditPiece, responses=PieceDetail, parameters=[IF_MATCH])
    def partial_update(self, request: Request, public_id: str) -> Response:
        """Changes the fields that are sent. A change after approval takes the approval back."""
        body = self.read(bodies.EditPiece)
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
        responses={201: PieceDetail},
        parameters=[IF_MATCH],
    )
    @action(detail=True, methods=["post"], parser_classes=[BoundedForm])
    def photos(self, request: Request, public_id: str) -> Response:
        """Adds one photo."""
        body = self.read(bodies.PhotoBody)
        return self.act(
            photos.add_photo,
            status=201,
            seen_version=body["version"],
            content=body["file"].read(),
            caption=body["caption"],
            photographer=body.get("photographer"),
        )

    @extend_schema(responses=AlikePiece(many=True))
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

    @step(VersionBody)
    def submit(self, request: Request, public_id: str) -> Response:
        """Sends it in; the answer has its receipt number."""
        return self.act(newsroom.submit_piece, seen_version=self.read(VersionBody)["version"])

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
        return self.act_for_reason(newsroom.retract_piece)

    @step(bodies.ApproveBody)
    def approve(self, request: Request, public_id: str) -> Response:
        """Approves the version that was seen, with its score. Never by who made it."""
        body = self.read(bodies.ApproveBody)
        return self.act(approvals.approve_piece, seen_version=body.pop("version"), **body)

    @step(bodies.ScheduleBody)
    def schedule(self, request: Request, public_id: str) -> Response:
        """Fixes the hour of publication."""
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
        found = pieces_seen_by(self.actor).select_related("genre").filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def act(self, verb: Callable[..., Any], *, status: int = 200, **inputs: Any) -> Response:
        piece = self.piece()
        verb(actor=self.actor, piece=piece, **inputs)
        return self.shown(Piece.objects.select_related("genre").get(pk=piece.pk), status=status)

    def act_for_reason(self, verb: Callable[..., Any]) -> Response:
        body = self.read(bodies.OptionalReasonBody)
        return self.act(verb, seen_version=body["version"], reason=body["reason"])

    def shown(self, piece: Piece, *, status: int = 200) -> Response:
        """The piece with its version as ETag, which If-Match takes."""
        answer: Mapping[str, Any] = piece_shown(piece.pk) | {"allowed_actions": allowed_actions(self.actor, piece)}
        return Response(answer, status=status, headers={"ETag": f'"{answer["version"]}"'})


def _genre(code: str) -> Genre:
    found = Genre.objects.filter(code=code).first()
    if found is None:
        raise DomainError("genre_unknown", field="genre", genre=code)
    return found


def _topic(code: str | None) -> Topic | None:
    if code is None:
        return None
    found = Topic.objects.filter(code=code).first()
    if found is None:
        raise DomainError("topic_unknown", field="topic", topic=code)
    return found
