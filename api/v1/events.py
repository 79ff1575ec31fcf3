"""The event log: what happened, newest first."""

from __future__ import annotations

import re
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.v1.contributors.pages import AskedPages
from contributors.event_log import log_page
from contributors.models import Event

FAMILY = re.compile(r"[a-z_]{1,40}")
KIND = OpenApiParameter(
    "kind",
    {"type": "string", "pattern": f"^({FAMILY.pattern})?$"},
    OpenApiParameter.QUERY,
    description="First word of the kind, for example “grant”.",
)


class EventRow(serializers.Serializer[Any]):
    """Names and values are left out for who may not see people, and where they were erased."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    by = serializers.CharField(
        allow_null=True, allow_blank=True, help_text="Null: the system; empty: you may not see who."
    )
    subject_type = serializers.CharField()
    subject = serializers.CharField(allow_blank=True)
    values = serializers.DictField()


class EventView(PortalView):
    """Nhật ký."""

    money = True
    queryset = Event.unscoped.none()
    pagination_class = AskedPages
    wide = {"list": EventRow}

    def known_parameters(self) -> frozenset[str]:
        return super().known_parameters() | {"kind"}

    @extend_schema(
        responses=EventRow(many=True),
        parameters=[KIND],
        filters=False,
    )
    def list(self, request: Request) -> Response:
        """For head, administrator and observers; the chain itself is verified by the operator."""
        family = request.query_params.get("kind", "")
        if family and not FAMILY.fullmatch(family):
            raise ValidationError({"kind": [ErrorDetail("Not a kind of event.", "invalid_choice")]})

        def ask(after: Any, size: int) -> tuple[Any, Any]:
            page = log_page(actor=self.actor, before=int(after) if after else None, kind=family, size=size)
            return page.entries, page.older

        entries = cast("AskedPages", self.paginator).pages_of(request, ask)
        return self.get_paginated_response(
            [
                {
                    "at": entry.event.at,
                    "kind": entry.event.kind,
                    "by": entry.by,
                    "subject_type": entry.event.subject_type,
                    "subject": entry.subject,
                    "values": dict(entry.personal),
                }
                for entry in entries
            ]
        )
