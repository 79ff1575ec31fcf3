"""The website: where it is, what was seen on it, keys of our feed, saved views of the list of pieces."""

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
from rest_framework.reverse import reverse

from api.bodies import StrictBody, VersionBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from contributors import saved_views, watching
from contributors.errors import DomainError
from contributors.feeds import feed_keys_of, make_feed_key, revoke_feed_key
from contributors.models import FeedKey, SavedView, Sighting, SightingState, Website


class WebsiteBody(StrictBody):
    """`version` as you saw it; left out where nothing is set up yet."""

    address = Words(max_length=300, allow_blank=True)
    feed = Words(max_length=500, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class WebsiteRow(serializers.Serializer[Any]):
    address = serializers.CharField()
    feed = serializers.CharField(help_text="Empty: it is not watched.")
    version = serializers.IntegerField()
    looked_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.CharField(help_text="Code of what went wrong at the last look.")
    entries = serializers.IntegerField()


class WebsiteView(PortalView):
    """Trang web của xã. One a portal."""

    queryset = Website.unscoped.none()

    @extend_schema(responses=WebsiteRow)
    def retrieve(self, request: Request) -> Response:
        """404 until it is set up."""
        row = watching.website_of(self.actor)
        if row is None:
            raise DomainError("not_found")
        return Response(_website(row))

    @extend_schema(request=WebsiteBody, responses=WebsiteRow)
    def update(self, request: Request) -> Response:
        """Names the front page and the feed or sitemap on the same host."""
        body = self.read(WebsiteBody)
        return Response(_website(watching.set_website(actor=self.actor, seen_version=body.pop("version"), **body)))


class SightingRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    piece = serializers.UUIDField()
    piece_version = serializers.IntegerField()
    piece_title = serializers.CharField()
    url = serializers.CharField()
    title = serializers.CharField(help_text="As the website has it.")
    posted_at = serializers.DateTimeField(allow_null=True)
    likeness = serializers.IntegerField(help_text="Of the titles, percent.")
    state = serializers.ChoiceField(SightingState.choices)


class SightingAnswerBody(VersionBody):
    """`version` is the piece's."""

    accept = serializers.BooleanField()


class SightingView(PortalView):
    """Addresses of the website that look like pieces which wait to be posted."""

    queryset = Sighting.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_key = "pk"

    @extend_schema(responses=SightingRow(many=True))
    def list(self, request: Request) -> Response:
        """Those that nobody has answered, oldest first."""
        page = self.paginate_queryset(watching.sightings_waiting(self.actor))
        return self.get_paginated_response([_sighting(row) for row in page or []])

    @extend_schema(request=SightingAnswerBody, responses=SightingRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, public_id: UUID) -> Response:
        """Yes publishes the piece at that address; no is not asked again."""
        body = self.read(SightingAnswerBody)
        row = watching.answer_sighting(
            actor=self.actor, public_id=public_id, accept=body["accept"], seen_version=body["version"]
        )
        return Response(_sighting(Sighting.objects.select_related("piece").get(pk=row.pk)))

    @extend_schema(request=None, responses={202: None})
    @action(detail=False, methods=["post"])
    def look(self, request: Request) -> Response:
        """Looks at the website now; what is found is in the list a little later."""
        watching.ask_for_look(actor=self.actor)
        return Response(status=202, headers={"Location": reverse("sighting-list", request=request)})


class FeedKeyBody(StrictBody):
    name = Words(max_length=100, allow_blank=True, help_text="For which website.")


class FeedKeyRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewFeedKey(FeedKeyRow):
    key = serializers.CharField(help_text="Told this once: /feed/{key}/atom.xml, /feed/{key}/feed.json.")


class FeedKeyView(PortalView):
    """Keys with which websites pull approved pieces."""

    queryset = FeedKey.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=FeedKeyRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first, revoked ones too."""
        page = self.paginate_queryset(feed_keys_of(self.actor))
        return self.get_paginated_response([_key(row) for row in page or []])

    @extend_schema(request=FeedKeyBody, responses={201: NewFeedKey})
    def create(self, request: Request) -> Response:
        """Makes a key; only this answer has it."""
        row, key = make_feed_key(actor=self.actor, name=self.read(FeedKeyBody)["name"])
        return Response(_key(row) | {"key": key}, status=201, headers={"Cache-Control": "private, no-store"})

    @extend_schema(request=None, responses=FeedKeyRow)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, public_id: UUID) -> Response:
        """From now on nobody pulls with it."""
        return Response(_key(revoke_feed_key(actor=self.actor, public_id=public_id)))


class SavedViewBody(StrictBody):
    """`query`: names of filters of the page “Tra cứu” to values. The same name again replaces your own view."""

    name = Words(max_length=100, allow_blank=True)
    query = serializers.DictField(child=serializers.CharField(max_length=300, allow_blank=True))
    shared = serializers.BooleanField(required=False, default=False)


class SavedViewRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    query = serializers.DictField(child=serializers.CharField())
    shared = serializers.BooleanField()
    own = serializers.BooleanField()


class SavedViewView(PortalView):
    """Bộ lọc đã lưu."""

    queryset = SavedView.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    pagination_class = None

    @extend_schema(responses=SavedViewRow(many=True))
    def list(self, request: Request) -> Response:
        """Your own and the shared ones, by name."""
        return Response([self.row(view) for view in saved_views.views_of(self.actor)])

    @extend_schema(request=SavedViewBody, responses={201: SavedViewRow})
    def create(self, request: Request) -> Response:
        """Keeps filters under a name."""
        return Response(self.row(saved_views.save_view(actor=self.actor, **self.read(SavedViewBody))), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, public_id: UUID) -> Response:
        """Your own only."""
        saved_views.delete_view(actor=self.actor, public_id=public_id)
        return Response(status=204)

    def row(self, view: SavedView) -> dict[str, Any]:
        return {
            "id": view.public_id,
            "name": view.name,
            "query": view.query,
            "shared": view.shared,
            "own": view.created_by_id == self.actor.account_id,
        }


def _website(row: Website) -> dict[str, Any]:
    names = ("address", "feed", "version", "looked_at", "problem", "entries")
    return {name: getattr(row, name) for name in names}


def _sighting(row: Sighting) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "piece": row.piece.public_id,
        "piece_version": row.piece.version,
        "piece_title": row.piece.title,
    } | {name: getattr(row, name) for name in ("url", "title", "posted_at", "likeness", "state")}


def _key(row: FeedKey) -> dict[str, Any]:
    return {"id": row.public_id, "name": row.name, "created_at": row.created_at, "revoked_at": row.revoked_at}
