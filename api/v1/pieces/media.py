"""Photos, films and recordings that are in a piece: captions, photographers, order, blurring, addresses."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, VersionBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.pieces.base import piece_answer, piece_by
from api.v1.pieces.shapes import PieceDetail
from contributors import attachments, photos
from contributors.errors import DomainError
from contributors.models import Attachment, AttachmentKind, Contributor, Photo, Piece
from contributors.pictures import MOST_AREAS, PER_MILLE, Area


class ChangePhoto(VersionBody):
    """Both are replaced; no photographer means that nobody knows who took it."""

    caption = Words(max_length=500, allow_blank=True)
    photographer = ByPublicId(Contributor, allow_null=True)


class OrderPhotos(VersionBody):
    photos = serializers.ListField(child=serializers.UUIDField(), max_length=500, help_text="Every photo once.")


class AreaBody(StrictBody):
    """In thousandths of the photo's width and height."""

    left = serializers.IntegerField(min_value=0, max_value=PER_MILLE)
    top = serializers.IntegerField(min_value=0, max_value=PER_MILLE)
    width = serializers.IntegerField(min_value=1, max_value=PER_MILLE)
    height = serializers.IntegerField(min_value=1, max_value=PER_MILLE)


class BlurPhoto(VersionBody):
    areas = AreaBody(many=True, max_length=MOST_AREAS)  # type: ignore[call-arg]


class NewAddress(VersionBody):
    """Where a film or a recording can be seen or heard."""

    kind = serializers.ChoiceField(AttachmentKind.choices)
    url = Words(max_length=2000, allow_blank=True)
    caption = Words(max_length=500, required=False, allow_blank=True, default="")
    seconds = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=86_400, default=None)


class PhotoView(PortalView):
    """Ảnh trong bài."""

    queryset = Photo.unscoped.none()

    @extend_schema(
        operation_id="pieces_photos_change", request=ChangePhoto, responses=PieceDetail, parameters=[IF_MATCH]
    )
    def partial_update(self, request: Request, public_id: str, photo_id: str) -> Response:
        """Says anew what is on it and who took it. `version` is the piece's."""
        body = self.read(ChangePhoto)
        photo = self.photo()
        photos.change_photo(actor=self.actor, photo=photo, seen_version=body.pop("version"), **body)
        return self.shown(photo.piece)

    @extend_schema(operation_id="pieces_photos_remove", request=VersionBody, responses=PieceDetail)
    def remove(self, request: Request, public_id: str, photo_id: str) -> Response:
        """Takes it out of the piece."""
        photo = self.photo()
        photos.remove_photo(actor=self.actor, photo=photo, seen_version=self.read(VersionBody)["version"])
        return self.shown(photo.piece)

    @extend_schema(operation_id="pieces_photos_blur", request=BlurPhoto, responses=PieceDetail)
    def blur(self, request: Request, public_id: str, photo_id: str) -> Response:
        """Makes faces unrecognizable. A new photo with its own id stands in its place; the old one is gone."""
        body = self.read(BlurPhoto)
        photo = self.photo()
        areas = [Area(**area) for area in body["areas"]]
        photos.blur_photo(actor=self.actor, photo=photo, seen_version=body["version"], areas=areas)
        return self.shown(photo.piece)

    @extend_schema(operation_id="pieces_photos_order", request=OrderPhotos, responses=PieceDetail)
    def order(self, request: Request, public_id: str) -> Response:
        """Puts the photos in order."""
        body = self.read(OrderPhotos)
        piece = piece_by(self.actor, public_id)
        photos.order_photos(actor=self.actor, piece=piece, seen_version=body["version"], order=body["photos"])
        return self.shown(piece)

    def photo(self) -> Photo:
        piece = piece_by(self.actor, self.kwargs["public_id"])
        found = (
            Photo.objects.filter(piece=piece, public_id=self.kwargs["photo_id"], removed_at__isnull=True)
            .select_related("piece__genre")
            .first()
        )
        if found is None:
            raise DomainError("not_found")
        return found

    def shown(self, piece: Piece) -> Response:
        return piece_answer(self.actor, Piece.objects.select_related("genre").get(pk=piece.pk))


class AttachmentView(PortalView):
    """Video, ghi âm của bài."""

    queryset = Attachment.unscoped.none()

    @extend_schema(operation_id="pieces_attachments_create", request=NewAddress, responses={201: PieceDetail})
    def create(self, request: Request, public_id: str) -> Response:
        """Adds an address. A file comes as an upload."""
        body = self.read(NewAddress)
        piece = piece_by(self.actor, public_id)
        attachments.attach_address(actor=self.actor, piece=piece, seen_version=body.pop("version"), **body)
        return piece_answer(self.actor, Piece.objects.select_related("genre").get(pk=piece.pk), status=201)

    @extend_schema(operation_id="pieces_attachments_remove", request=VersionBody, responses=PieceDetail)
    def remove(self, request: Request, public_id: str, attachment_id: str) -> Response:
        """Takes it out of the piece."""
        piece = piece_by(self.actor, public_id)
        found = Attachment.objects.select_related("piece").filter(piece=piece, public_id=attachment_id).first()
        if found is None:
            raise DomainError("not_found")
        version = self.read(VersionBody)["version"]
        attachments.remove_attachment(actor=self.actor, attachment=found, seen_version=version)
        return piece_answer(self.actor, Piece.objects.select_related("genre").get(pk=piece.pk))
