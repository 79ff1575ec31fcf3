"""Who am I, and what may I do."""

# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalRequest, PortalView
from api.v1.pieces.shapes import Named
from contributors.actors import portals_of
from contributors.models import Account, Capability, Contributor, SeatName


class PortalRow(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="For the header X-Portal.")
    name = serializers.CharField()


class Here(serializers.Serializer[Any]):
    """What you are in the chosen portal today."""

    portal = PortalRow()
    contributor = Named(allow_null=True)
    seats = serializers.ListField(child=serializers.ChoiceField(SeatName.choices))
    capabilities = serializers.ListField(child=serializers.ChoiceField(Capability.choices))


class Me(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    login_phone = serializers.CharField()
    language = serializers.CharField()
    portals = PortalRow(many=True)
    here = Here(allow_null=True, help_text="Null if you belong to several portals and chose none.")


class MeView(PortalView):
    """Tôi."""

    portal_needed = False
    pagination_class = None

    @extend_schema(operation_id="me_retrieve", responses=Me)
    def retrieve(self, request: Request) -> Response:
        """The account, its portals, and seats and capabilities in the chosen one."""
        account = cast("Account", request.user)
        return Response(
            {
                "id": account.public_id,
                "name": account.name,
                "login_phone": account.login_phone,
                "language": account.language,
                "portals": [{"slug": portal.slug, "name": portal.name} for portal in portals_of(account)],
                "here": self.here() if cast("PortalRequest", request).portal else None,
            }
        )

    def here(self) -> dict[str, Any]:
        mine = self.actor.contributor_id
        person = Contributor.objects.filter(pk=mine).first() if mine is not None else None
        return {
            "portal": {"slug": self.portal.slug, "name": self.portal.name},
            "contributor": {"id": person.public_id, "name": person.full_name} if person else None,
            "seats": sorted(self.actor.seats),
            "capabilities": sorted(self.actor.capabilities),
        }
