"""Claims: somebody says that a person whom others named is they."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, VersionBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors.access import holds
from contributors.claims import claims_of, claims_seen_by, propose_claim
from contributors.errors import DomainError
from contributors.models import Claim, ClaimState, Contributor
from payments.claims import decide_claim


class ClaimRow(serializers.Serializer[Any]):
    """`version` is that of the recorded person, to be sent back with the answer."""

    id = serializers.UUIDField()
    contributor = Named()
    recorded = Named()
    state = serializers.ChoiceField(ClaimState.choices)
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class NewClaim(StrictBody):
    """`contributor` left out: oneself."""

    contributor = ByPublicId(Contributor, required=False, allow_null=True, default=None)
    recorded = ByPublicId(Contributor)


class DecideClaimBody(VersionBody):
    """Declining needs a `reason`, which the claimant sees."""

    accept = serializers.BooleanField()
    reason = Words(max_length=500, required=False, allow_blank=True, default="")


class ClaimView(PortalView):
    """Nhận bài đã nêu tên."""

    queryset = Claim.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=ClaimRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first: all for those who see the network, one's own for others."""
        page = self.paginate_queryset(self.seen())
        return self.get_paginated_response([_row(claim) for claim in page or []])

    @extend_schema(request=NewClaim, responses={201: ClaimRow})
    def create(self, request: Request) -> Response:
        """For oneself only people with a name like one's own can be claimed; claiming twice is one claim."""
        body = self.read(NewClaim)
        person = body["contributor"] or Contributor.objects.get(pk=self.actor.contributor_pk)
        claim = propose_claim(actor=self.actor, contributor=person, recorded=body["recorded"])
        return Response(_row(_fresh(claim)), status=201)

    @extend_schema(request=DecideClaimBody, responses=ClaimRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, public_id: str) -> Response:
        """Accepting merges the recorded person, with works and money, into the claimant."""
        body = self.read(DecideClaimBody)
        claim = self.seen().filter(public_id=public_id).first()
        if claim is None:
            raise DomainError("not_found")
        decide_claim(
            actor=self.actor,
            claim=claim,
            accept=body["accept"],
            seen_version=body["version"],
            reason=body["reason"],
        )
        return Response(_row(_fresh(claim)))

    def seen(self) -> Any:
        if holds(self.actor, "contributor.see"):
            return claims_seen_by(self.actor)
        if self.actor.contributor_id is None:
            return Claim.objects.none()
        return claims_of(Contributor.objects.get(pk=self.actor.contributor_id)).select_related("contributor")


def _fresh(claim: Claim) -> Claim:
    found: Claim = Claim.objects.select_related("contributor", "recorded").get(pk=claim.pk)
    return found


def _row(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.public_id,
        "contributor": named(claim.contributor.public_id, claim.contributor.full_name),
        "recorded": named(claim.recorded.public_id, claim.recorded.full_name),
        "state": claim.state,
        "reason": claim.reason,
        "created_at": claim.created_at,
        "decided_at": claim.decided_at,
        "version": claim.recorded.version,
    }
