"""Columns of the website."""

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
from api.v1.genres import OrderBody, RetireBody
from contributors import genres
from contributors.errors import DomainError
from contributors.models import Topic

SHOWN = ("code", "name", "leader_activity", "retired_on", "version")


class TopicRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    leader_activity = serializers.BooleanField(help_text="What is put into it is marked as the leaders' work.")
    retired_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class TopicFields(StrictBody):
    name = Words(max_length=100, required=False, allow_blank=True)
    leader_activity = serializers.BooleanField(required=False)


class NewTopic(TopicFields):
    code = Words(max_length=100)
    name = Words(max_length=100, allow_blank=True)


class EditTopic(TopicFields, VersionBody):
    """Changed fields only."""


class TopicView(PortalView):
    """Chuyên mục."""

    queryset = Topic.unscoped.none()
    pagination_class = None
    lookup_field = "code"
    lookup_value_converter = "slug"

    @extend_schema(responses=TopicRow(many=True))
    def list(self, request: Request) -> Response:
        """All, in the portal's order."""
        return Response(_all())

    @extend_schema(request=NewTopic, responses={201: TopicRow})
    def create(self, request: Request) -> Response:
        """Offers one more."""
        return Response(_one(genres.offer_topic(actor=self.actor, **self.read(NewTopic))), status=201)

    @extend_schema(request=EditTopic, responses=TopicRow, parameters=[IF_MATCH])
    def partial_update(self, request: Request, code: str) -> Response:
        """Changes the fields that are sent."""
        body = self.read(EditTopic)
        seen = body.pop("version")
        return Response(_one(genres.change_topic(actor=self.actor, topic=_by(code), seen_version=seen, **body)))

    @extend_schema(request=RetireBody, responses=TopicRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, code: str) -> Response:
        """Offers it no more, or again."""
        body = self.read(RetireBody)
        row = genres.retire_topic(
            actor=self.actor, topic=_by(code), seen_version=body["version"], retired=body["retired"]
        )
        return Response(_one(row))

    @extend_schema(request=OrderBody, responses=TopicRow(many=True))
    @action(detail=False, methods=["put"])
    def order(self, request: Request) -> Response:
        """Puts them in order."""
        genres.order_topics(actor=self.actor, codes=self.read(OrderBody)["codes"])
        return Response(_all())


def _all() -> list[dict[str, Any]]:
    return list(Topic.objects.order_by("position", "code").values(*SHOWN))


def _one(row: Topic) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SHOWN}


def _by(code: str) -> Topic:
    found = Topic.objects.filter(code=code).first()
    if found is None:
        raise DomainError("not_found")
    return found
