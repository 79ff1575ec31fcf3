"""Rights of accounts: proposed by one, confirmed by another."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, Words
from api.portal_view import PortalView
from api.v1.pieces.shapes import Named
from api.v1.seats import EndBody
from contributors import seats
from contributors.access import require
from contributors.errors import DomainError
from contributors.models import Capability, Grant, Unit

STATES = (("waiting", "waiting"), ("confirmed", "confirmed"), ("declined", "declined"))
WITH = ("account", "unit", "granted_by", "confirmed_by")


class GrantRow(serializers.Serializer[Any]):
    """It holds between its dates, and only while `state` is `confirmed`."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(STATES)
    capability = serializers.ChoiceField(Capability.choices)
    account = Named()
    unit = Named(allow_null=True, help_text="Of a focal person; null: every unit.")
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)
    decision_number = serializers.CharField()
    granted_by = serializers.CharField(allow_null=True, help_text="Name; null where it came with the set-up.")
    confirmed_by = serializers.CharField(allow_null=True)


class NewGrant(StrictBody):
    """By the phone of their login; where the number has one, the name must agree."""

    phone = Words(max_length=30)
    full_name = Words(max_length=300)
    capability = serializers.ChoiceField(Capability.choices)
    unit = ByPublicId(Unit, required=False, allow_null=True)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(required=False, allow_null=True)
    decision_number = Words(max_length=100)


class DeclineBody(StrictBody):
    reason = Words(max_length=500)


class GrantFilters(django_filters.FilterSet):  # type: ignore[misc]
    capability = django_filters.ChoiceFilter(choices=Capability.choices)
    state = django_filters.ChoiceFilter(choices=STATES, method="of_state")

    class Meta:
        model = Grant
        fields: list[str] = []

    def of_state(self, rows: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        if value == "confirmed":
            return rows.filter(confirmed_at__isnull=False)
        return rows.filter(confirmed_at__isnull=True, declined_at__isnull=value == "waiting")


class GrantView(PortalView):
    """Quyền."""

    queryset = Grant.unscoped.none()
    filterset_class = GrantFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=GrantRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first, for those who give rights."""
        require(self.actor, "grant.give")
        page = self.paginate_queryset(self.filter_queryset(Grant.objects.select_related(*WITH)))
        return self.get_paginated_response([_row(grant) for grant in page or []])

    @extend_schema(request=NewGrant, responses={201: GrantRow})
    def create(self, request: Request) -> Response:
        """Proposes a right; it holds once a second person has confirmed it."""
        made = seats.propose_grant_by_phone(actor=self.actor, **self.read(NewGrant))
        return self.shown(made, status=201)

    @extend_schema(request=None, responses=GrantRow)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, public_id: str) -> Response:
        """The second person says yes."""
        self.read(StrictBody)
        return self.shown(seats.confirm_grant(actor=self.actor, grant=self.grant()))

    @extend_schema(request=DeclineBody, responses=GrantRow)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, public_id: str) -> Response:
        """Not confirmed, or taken back by who proposed it."""
        return self.shown(seats.decline_grant(actor=self.actor, grant=self.grant(), **self.read(DeclineBody)))

    @extend_schema(request=EndBody, responses=GrantRow)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, public_id: str) -> Response:
        """Ends a right; one that has not begun by that day is taken back."""
        return self.shown(seats.end_grant(actor=self.actor, grant=self.grant(), **self.read(EndBody)))

    def grant(self) -> Grant:
        """The grant of the address, for those who give rights."""
        require(self.actor, "grant.give")
        found = Grant.objects.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def shown(self, grant: Grant, *, status: int = 200) -> Response:
        return Response(_row(Grant.objects.select_related(*WITH).get(pk=grant.pk)), status=status)


def _row(grant: Grant) -> dict[str, Any]:
    state = "confirmed" if grant.confirmed_at else "declined" if grant.declined_at else "waiting"
    return {
        "id": grant.public_id,
        "state": state,
        "capability": grant.capability,
        "account": {"id": grant.account.public_id, "name": grant.account.name},
        "unit": {"id": grant.unit.public_id, "name": grant.unit.name} if grant.unit else None,
        "effective_from": grant.effective_from,
        "effective_until": grant.effective_until,
        "decision_number": grant.decision_number,
        "granted_by": grant.granted_by.name if grant.granted_by else None,
        "confirmed_by": grant.confirmed_by.name if grant.confirmed_by else None,
    }
