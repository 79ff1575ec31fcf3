"""What a sender vouches for: the text in force, whose version goes along with sending in."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from contributors.models import Pledge
from contributors.pledges import current_pledge


class PledgeText(serializers.Serializer[Any]):
    """In the language of the request. `own` is for who made the piece, `on_behalf` for who enters it for its author."""

    version = serializers.CharField()
    own = serializers.ListField(child=serializers.CharField())
    on_behalf = serializers.ListField(child=serializers.CharField())
    legal_basis = serializers.CharField()


class PledgeView(PortalView):
    """Lời cam đoan."""

    queryset = Pledge.unscoped.none()

    @extend_schema(operation_id="pledge_retrieve", responses=PledgeText)
    def retrieve(self, request: Request) -> Response:
        """The text in force today."""
        text = current_pledge()
        return Response(
            {
                "version": text.version,
                "own": [str(point) for point in text.own],
                "on_behalf": [str(point) for point in text.on_behalf],
                "legal_basis": str(text.legal_basis),
            }
        )
