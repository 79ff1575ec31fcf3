"""Kinds of piece that the portal takes."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from contributors.models import CountsAs, Genre

SHOWN = ("code", "name", "counts_as", "guidance", "for_contributors")


class GenreRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    counts_as = serializers.ChoiceField(CountsAs.choices)
    guidance = serializers.CharField(help_text="A sentence and an example for contributors.")
    for_contributors = serializers.BooleanField()


class GenreView(PortalView):
    """Thể loại."""

    queryset = Genre.unscoped.none()
    pagination_class = None

    @extend_schema(responses=GenreRow(many=True))
    def list(self, request: Request) -> Response:
        """All, in the portal's order."""
        return Response(list(Genre.objects.order_by("position", "code").values(*SHOWN)))
