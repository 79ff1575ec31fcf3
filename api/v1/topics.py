"""Columns of the website."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from contributors.models import Topic


class TopicRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class TopicView(PortalView):
    """Chuyên mục."""

    queryset = Topic.unscoped.none()
    pagination_class = None

    @extend_schema(responses=TopicRow(many=True))
    def list(self, request: Request) -> Response:
        """All, in the portal's order."""
        return Response(list(Topic.objects.order_by("position", "code").values("code", "name")))
