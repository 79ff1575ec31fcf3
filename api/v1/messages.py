"""Messages to people: what is still to be told, by which way each went, told by hand, sent again."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody
from api.portal_view import PortalView
from api.v1.message_filters import MessageFilters
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors.directory import shown_phone
from contributors.errors import DomainError
from contributors.gateways import notice_gateway
from contributors.messaging import BY_HAND, NOT_TOLD, mark_told, messages_seen_by, retry_message
from contributors.models import Message, MessageFault, MessageKind, MessageState, MessageWay

MOST_AT_ONCE = 200


class MessageRow(serializers.Serializer[Any]):
    """Without a contributor it is for a unit's group; without either, for everybody."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(MessageKind.choices)
    contributor = Named(allow_null=True)
    phone = serializers.CharField(allow_blank=True, help_text="As you may see it.")
    unit = Named(allow_null=True)
    text = serializers.CharField(allow_blank=True, help_text="Empty once the person is erased.")
    state = serializers.ChoiceField(MessageState.choices)
    way = serializers.ChoiceField(MessageWay.choices, allow_null=True)
    fault = serializers.ChoiceField(MessageFault.choices, allow_null=True, help_text="Why it did not go out.")
    attempts = serializers.IntegerField(help_text="Of the gateway.")
    created_at = serializers.DateTimeField()
    not_before = serializers.DateTimeField(allow_null=True, help_text="Waits until then: nobody is woken at night.")
    ended_at = serializers.DateTimeField(allow_null=True)
    told_by = serializers.CharField(allow_null=True)
    to_tell = serializers.BooleanField(help_text="A person can tell it.")
    may_send = serializers.BooleanField(help_text="A gateway could carry it: `retry/`.")


class ToldBody(StrictBody):
    """Messages that you told by hand. Those that somebody told before are left as they are."""

    messages = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE)
    way = serializers.ChoiceField([(way.value, way.label) for way in BY_HAND])


class ToldCount(serializers.Serializer[Any]):
    told = serializers.IntegerField(help_text="How many were still open.")


class MessageView(PortalView):
    """Tin báo cho cộng tác viên."""

    queryset = Message.unscoped.none()
    filterset_class = MessageFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=MessageRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first: the board's and the accountants' own kinds; a focal person those to people of their units."""
        page = self.paginate_queryset(self.filter_queryset(messages_seen_by(self.actor)))
        return self.get_paginated_response([self.row(message) for message in page or []])

    @extend_schema(responses=MessageRow)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One, and what became of it."""
        return Response(self.row(self.message()))

    @extend_schema(request=None, responses=MessageRow, filters=False)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        """Hands one that failed, or that nobody has told yet, to the gateway once more."""
        retry_message(actor=self.actor, message=self.message())
        return Response(self.row(self.message()))

    @extend_schema(operation_id="messages_told", request=ToldBody, responses=ToldCount, filters=False)
    @action(detail=False, methods=["post"])
    def told(self, request: Request) -> Response:
        """Writes down that a person told them."""
        body = self.read(ToldBody)
        rows = [*messages_seen_by(self.actor).filter(public_id__in=body["messages"])]
        return Response({"told": mark_told(actor=self.actor, messages=rows, way=body["way"])})

    def message(self) -> Message:
        found = messages_seen_by(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def row(self, message: Message) -> dict[str, Any]:
        person, unit = message.contributor, message.unit
        to_tell = message.state in NOT_TOLD
        return {
            "id": message.public_id,
            "contributor": named(person.public_id, person.full_name) if person else None,
            "phone": shown_phone(self.actor, person.phone) if person else "",
            "unit": named(unit.public_id, unit.name) if unit else None,
            "way": message.way or None,
            "fault": message.fault or None,
            "told_by": message.told_by.name if message.told_by else None,
            "to_tell": to_tell,
            "may_send": to_tell and person is not None and bool(message.text) and notice_gateway() is not None,
        } | {
            name: getattr(message, name)
            for name in ("kind", "text", "state", "attempts", "created_at", "not_before", "ended_at")
        }
