"""Invitations: made, revoked, and printed as posters and cards."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, Words
from api.portal_view import PortalView
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from api.v1.statements import PaperRenderer
from contributors.errors import DomainError
from contributors.invitations import (
    USUAL_USES,
    invitation_state,
    invitation_url,
    invitations_of_units,
    invitations_seen_by,
    make_invitation,
    make_invitations_for_units,
    revoke_invitation,
    shown_token,
    token_of,
)
from contributors.joining_papers import cards_pdf, posters_pdf
from contributors.models import Contributor, Invitation, Unit

STATES = ("open", "used_up", "expired", "revoked")


class InvitationRow(serializers.Serializer[Any]):
    """For a unit, or for one person."""

    id = serializers.UUIDField()
    unit = Named(allow_null=True)
    contributor = Named(allow_null=True)
    state = serializers.ChoiceField(STATES)
    uses = serializers.IntegerField()
    uses_left = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)


class InvitationDetail(InvitationRow):
    """`code` and `url` while somebody can join by it; null afterwards."""

    code = serializers.CharField(allow_null=True)
    url = serializers.URLField(allow_null=True)


class ManyInvitations(StrictBody):
    """`uses` people each, until `expires_at`; left out: a hundred people, ninety days."""

    uses = serializers.IntegerField(required=False, default=USUAL_USES)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    note = Words(max_length=200, required=False, allow_blank=True, default="")


class NewInvitation(ManyInvitations):
    """Exactly one of `unit` and `contributor`; one by name is used once."""

    unit = ByPublicId(Unit, required=False, allow_null=True, default=None)
    contributor = ByPublicId(Contributor, required=False, allow_null=True, default=None)


class InvitationView(PortalView):
    """Lời mời, tờ giới thiệu, thẻ mời."""

    queryset = Invitation.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=InvitationRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first; a focal person sees those of their own units."""
        page = self.paginate_queryset(invitations_seen_by(self.actor))
        return self.get_paginated_response([_row(invitation) for invitation in page or []])

    @extend_schema(responses=InvitationDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With its code and address."""
        return Response(_detail(self.invitation()))

    @extend_schema(request=NewInvitation, responses={201: InvitationDetail})
    def create(self, request: Request) -> Response:
        """For a unit, or by name for somebody whom others named."""
        return Response(_detail(make_invitation(actor=self.actor, **self.read(NewInvitation))), status=201)

    @extend_schema(
        operation_id="invitations_for_units", request=ManyInvitations, responses={201: InvitationRow(many=True)}
    )
    @action(detail=False, methods=["post"], url_path="for-units", pagination_class=None)
    def for_units(self, request: Request) -> Response:
        """One for every open unit that has none; sending it again makes none."""
        made = make_invitations_for_units(actor=self.actor, **self.read(ManyInvitations))
        return Response([_row(invitation) for invitation in made], status=201)

    @extend_schema(request=None, responses=InvitationDetail)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, public_id: str) -> Response:
        """From now on nobody joins by it. Revoking twice changes nothing."""
        revoke_invitation(actor=self.actor, invitation=self.invitation())
        return Response(_detail(self.invitation()))

    @extend_schema(operation_id="invitations_posters", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=False, methods=["get"], renderer_classes=[PaperRenderer, JSONRenderer], pagination_class=None)
    def posters(self, request: Request) -> HttpResponseBase:
        """The posters of all units with an open invitation, a page each, in one file."""
        return _pdf(posters_pdf(self.actor, invitations_of_units(self.actor)), "to-gioi-thieu")

    @extend_schema(operation_id="invitations_card_sheets", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(
        detail=False,
        methods=["get"],
        url_path="card-sheets",
        renderer_classes=[PaperRenderer, JSONRenderer],
        pagination_class=None,
    )
    def card_sheets(self, request: Request) -> HttpResponseBase:
        """The card sheets of all units with an open invitation, in one file."""
        return _pdf(cards_pdf(self.actor, invitations_of_units(self.actor)), "the-moi")

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], renderer_classes=[PaperRenderer, JSONRenderer])
    def poster(self, request: Request, public_id: str) -> HttpResponseBase:
        """The A4 poster."""
        return _pdf(posters_pdf(self.actor, [self.invitation()]), "to-gioi-thieu")

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], renderer_classes=[PaperRenderer, JSONRenderer])
    def cards(self, request: Request, public_id: str) -> HttpResponseBase:
        """A sheet of ten cards."""
        return _pdf(cards_pdf(self.actor, [self.invitation()]), "the-moi")

    def invitation(self) -> Invitation:
        found = invitations_seen_by(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found


def _row(invitation: Invitation) -> dict[str, Any]:
    unit, person = invitation.unit, invitation.contributor
    return {
        "id": invitation.public_id,
        "unit": named(unit.public_id, unit.name) if unit else None,
        "contributor": named(person.public_id, person.full_name) if person else None,
        "state": invitation_state(invitation),
        "uses": invitation.uses,
        "uses_left": invitation.uses_left,
        "expires_at": invitation.expires_at,
        "revoked_at": invitation.revoked_at,
        "created_at": invitation.created_at,
        "note": invitation.note,
    }


def _detail(invitation: Invitation) -> dict[str, Any]:
    row = _row(invitation)
    if row["state"] != "open":
        return row | {"code": None, "url": None}
    return row | {"code": shown_token(token_of(invitation)), "url": invitation_url(invitation)}


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
