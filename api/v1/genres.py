"""Kinds of piece that the portal takes, and columns of the website: read by all, kept by the administrator."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, VersionBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from contributors import genres
from contributors.errors import DomainError
from contributors.models import CountsAs, Genre

NEEDS = ("least_words", "least_photos", "needs_duration", "needs_document_number")
SHOWN = ("code", "name", "counts_as", "guidance", "example", "for_contributors", *NEEDS, "retired_on", "version")
MOST_WORDS = 20_000
MOST_PHOTOS = 100


class GenreRow(serializers.Serializer[Any]):
    """What it needs is checked when a piece is sent in. A retired one is offered no more."""

    code = serializers.CharField()
    name = serializers.CharField()
    counts_as = serializers.ChoiceField(CountsAs.choices)
    guidance = serializers.CharField(help_text="A sentence for contributors.")
    example = serializers.CharField(help_text="What such a piece is like.")
    for_contributors = serializers.BooleanField()
    least_words = serializers.IntegerField()
    least_photos = serializers.IntegerField()
    needs_duration = serializers.BooleanField(help_text="A film or a recording that says how long it is.")
    needs_document_number = serializers.BooleanField()
    retired_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class GenreFields(StrictBody):
    name = Words(max_length=100, required=False, allow_blank=True)
    counts_as = serializers.ChoiceField(CountsAs.choices, required=False)
    guidance = Words(max_length=300, required=False, allow_blank=True)
    example = Words(max_length=300, required=False, allow_blank=True)
    for_contributors = serializers.BooleanField(required=False)
    least_words = serializers.IntegerField(required=False, min_value=0, max_value=MOST_WORDS)
    least_photos = serializers.IntegerField(required=False, min_value=0, max_value=MOST_PHOTOS)
    needs_duration = serializers.BooleanField(required=False)
    needs_document_number = serializers.BooleanField(required=False)


class NewGenre(GenreFields):
    code = Words(max_length=100, help_text="The word of rate schedules; it stays.")
    name = Words(max_length=100, allow_blank=True)
    counts_as = serializers.ChoiceField(CountsAs.choices)


class EditGenre(GenreFields, VersionBody):
    """Changed fields only."""


class OrderBody(StrictBody):
    codes = serializers.ListField(child=Words(max_length=40), max_length=1000, help_text="Every code once.")


class RetireBody(VersionBody):
    retired = serializers.BooleanField(default=True, help_text="False takes it up again.")


class GenreView(PortalView):
    """Thể loại."""

    queryset = Genre.unscoped.none()
    pagination_class = None
    lookup_field = "code"
    lookup_value_converter = "slug"

    @extend_schema(responses=GenreRow(many=True))
    def list(self, request: Request) -> Response:
        """All, in the portal's order."""
        return Response(_all())

    @extend_schema(request=NewGenre, responses={201: GenreRow})
    def create(self, request: Request) -> Response:
        """Offers one more."""
        made = genres.offer_genre(actor=self.actor, **self.read(NewGenre))
        return Response(_one(made), status=201)

    @extend_schema(request=EditGenre, responses=GenreRow, parameters=[IF_MATCH])
    def partial_update(self, request: Request, code: str) -> Response:
        """Changes the fields that are sent."""
        body = self.read(EditGenre)
        seen = body.pop("version")
        return Response(_one(genres.change_genre(actor=self.actor, genre=_by(code), seen_version=seen, **body)))

    @extend_schema(request=RetireBody, responses=GenreRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, code: str) -> Response:
        """Offers it no more, or again. Pieces under way go on."""
        body = self.read(RetireBody)
        row = genres.retire_genre(
            actor=self.actor, genre=_by(code), seen_version=body["version"], retired=body["retired"]
        )
        return Response(_one(row))

    @extend_schema(request=OrderBody, responses=GenreRow(many=True))
    @action(detail=False, methods=["put"])
    def order(self, request: Request) -> Response:
        """Puts them in order."""
        genres.order_genres(actor=self.actor, codes=self.read(OrderBody)["codes"])
        return Response(_all())


def _all() -> list[dict[str, Any]]:
    return list(Genre.objects.order_by("position", "code").values(*SHOWN))


def _one(row: Genre) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SHOWN}


def _by(code: str) -> Genre:
    found = Genre.objects.filter(code=code).first()
    if found is None:
        raise DomainError("not_found")
    return found
