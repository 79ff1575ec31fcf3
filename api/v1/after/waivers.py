"""Who accepts no fee: one's own decision, or a signed sheet that a second person confirms."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, VersionBody
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors.errors import DomainError
from contributors.models import Contributor
from payments.access import holds_money
from payments.models import Run, Waiver, WaiverScope, WaiverWay
from payments.waivers import confirm_waiver, record_waiver, waivers, waivers_of_person, withdraw_waiver


class WaiverRow(serializers.Serializer[Any]):
    """`run` and `subject_key` say what of a run; a standing one holds for payments in [effective_from, until)."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    contributor = Named()
    scope = serializers.ChoiceField(WaiverScope.choices)
    run = Named(allow_null=True)
    subject_key = serializers.CharField(allow_blank=True)
    effective_from = serializers.DateField(allow_null=True)
    effective_until = serializers.DateField(allow_null=True)
    way = serializers.ChoiceField(WaiverWay.choices)
    consent = serializers.CharField(help_text="Version of the words agreed to.")
    sheet_signed_on = serializers.DateField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="Null: without effect yet.")
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class NewWaiver(StrictBody):
    """`contributor` left out: oneself, who must say `agreed`. For somebody else `sheet_signed_on` is needed."""

    contributor = ByPublicId(Contributor, required=False, allow_null=True, default=None)
    scope = serializers.ChoiceField(WaiverScope.choices)
    run = ByPublicId(Run, required=False, allow_null=True, default=None)
    subject_key = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    effective_from = serializers.DateField(required=False, allow_null=True, default=None)
    agreed = serializers.BooleanField(required=False, default=False)
    sheet_signed_on = serializers.DateField(required=False, allow_null=True, default=None)


class WaiverView(PortalView):
    """Từ chối nhận nhuận bút."""

    money = True
    queryset = Waiver.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=WaiverRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first: all for who is responsible for the money, one's own for others."""
        page = self.paginate_queryset(self.seen())
        return self.get_paginated_response([_row(row) for row in page or []])

    @extend_schema(request=NewWaiver, responses={201: WaiverRow})
    def create(self, request: Request) -> Response:
        """Gives up one amount of a run, all of a run, or everything paid from a day on."""
        body = self.read(NewWaiver)
        person = body.pop("contributor") or Contributor.objects.get(pk=self.actor.contributor_pk)
        row = record_waiver(actor=self.actor, contributor=person, **body)
        return Response(_row(row), status=201)

    @extend_schema(request=VersionBody, responses=WaiverRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, public_id: str) -> Response:
        """The second person, with the signed sheet in hand."""
        row = confirm_waiver(actor=self.actor, waiver=self.waiver(), seen_version=self.read(VersionBody)["version"])
        return Response(_row(row))

    @extend_schema(request=VersionBody, responses=WaiverRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> Response:
        """The person accepts fees again, for payments to come."""
        row = withdraw_waiver(actor=self.actor, waiver=self.waiver(), seen_version=self.read(VersionBody)["version"])
        return Response(_row(row))

    def seen(self) -> Any:
        if holds_money(self.actor, "waiver.see"):
            return waivers(self.actor)
        return waivers_of_person(self.actor.contributor_id or 0)

    def waiver(self) -> Waiver:
        found: Waiver | None = self.seen().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found


def _row(row: Waiver) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "version": row.version,
        "contributor": named(row.contributor.public_id, row.contributor.full_name),
        "scope": row.scope,
        "run": named(row.run.public_id, row.run.label) if row.run else None,
        "subject_key": row.subject_key,
        "effective_from": row.effective_from,
        "effective_until": row.effective_until,
        "way": row.way,
        "consent": row.consent,
        "sheet_signed_on": row.sheet_signed_on,
        "recorded_at": row.recorded_at,
        "confirmed_at": row.confirmed_at,
        "withdrawn_at": row.withdrawn_at,
    }
