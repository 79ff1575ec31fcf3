"""Keys of programs over HTTP: one's own, and ending one. They are made on the pages, where a person is."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from contributors.access_keys import own_access_key, own_access_keys, withdraw_access_key
from contributors.models import AccessKey, KeyScope


class AccessKeyRow(serializers.Serializer[Any]):
    """The key itself is told nowhere; `tail` is its last letters."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    tail = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(KeyScope.choices))
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class AccessKeyView(PortalView):
    """Khoá truy cập cho phần mềm."""

    queryset = AccessKey.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    pagination_class = None

    @extend_schema(responses=AccessKeyRow(many=True))
    def list(self, request: Request) -> Response:
        """Your own in this portal, newest first."""
        return Response([_row(key) for key in own_access_keys(self.actor)])

    @extend_schema(request=None, responses=AccessKeyRow)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: UUID) -> Response:
        """Ends it at once; a program may end the key that it came with."""
        return Response(_row(withdraw_access_key(actor=self.actor, key=own_access_key(self.actor, public_id))))


def _row(key: AccessKey) -> dict[str, Any]:
    names = ("name", "tail", "scopes", "made_at", "expires_at", "used_at", "withdrawn_at")
    return {"id": key.public_id} | {name: getattr(key, name) for name in names}
