"""One field over everything that the caller may see."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from contributors.models import Piece
from payments.searching import everything_found

KINDS = ("pieces", "people", "units", "calls", "statements", "runs", "papers")


class HitRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    detail = serializers.CharField(help_text="Tells it from others of that name; never a phone number or an amount.")


class FoundRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)
    count = serializers.IntegerField(help_text="Counted up to 100.")
    more = serializers.BooleanField(help_text="Whether there are more than were counted.")
    hits = HitRow(many=True, help_text="The first five.")


class SearchView(PortalView):
    """Tìm."""

    queryset = Piece.unscoped.none()
    pagination_class = None
    query_names = frozenset({"q"})

    @extend_schema(
        operation_id="search",
        responses=FoundRow(many=True),
        filters=False,
        parameters=[OpenApiParameter("q", str, description="Words without tone marks, a number or a receipt.")],
    )
    def find(self, request: Request) -> Response:
        """By kind, those in which something was found. Nothing for fewer than two signs."""
        found = everything_found(self.actor, request.query_params.get("q", ""))
        return Response(
            [
                {
                    "kind": group.kind,
                    "count": group.count,
                    "more": group.more,
                    "hits": [{"id": hit.id, "title": hit.title, "detail": hit.detail} for hit in group.hits],
                }
                for group in found
            ]
        )
