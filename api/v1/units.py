"""Where contributors belong."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from contributors.models import Unit, UnitKind


class UnitRow(serializers.Serializer[Any]):
    """In being from `opened` up to, not including, `closed`."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(UnitKind.choices)
    name = serializers.CharField()
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]
    opened = serializers.DateField()
    closed = serializers.DateField(allow_null=True)


class UnitView(PortalView):
    """Ấp, ngành, đơn vị, đoàn thể."""

    queryset = Unit.unscoped.none()
    pagination_class = None

    @extend_schema(responses=UnitRow(many=True))
    def list(self, request: Request) -> Response:
        """All, closed ones too, in the Vietnamese order of names."""
        same = ("kind", "name", "opened", "closed")
        rows = Unit.objects.order_by("sort_key", "pk").values("public_id", *same, "parent__public_id")
        return Response(
            [
                {"id": row["public_id"], "parent": row["parent__public_id"]} | {name: row[name] for name in same}
                for row in rows
            ]
        )
