"""What a portal still lacks before it can pay."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from payments.models import PayeeDetails
from payments.readiness import what_is_missing

NAMED = ("account_holder", "accountant", "head", "schedule", "decision_number", "one_person")
SAME = (*NAMED, "fund_left", "needed", "wanting", "pays", "pays_from", "missing", "to_confirm", "tax_missing", "ready")


class UnitLack(serializers.Serializer[Any]):
    """People of a unit, and of how many something is missing; units that lack nothing are left out."""

    unit = Named(allow_null=True, help_text="Null: people without a unit.")
    people = serializers.IntegerField()
    missing = serializers.IntegerField()
    to_confirm = serializers.IntegerField()
    tax_missing = serializers.IntegerField()


class ReadinessAnswer(serializers.Serializer[Any]):
    """Empty or null where it is missing. Amounts are whole đồng. `ready`: a run could be taken to its end today."""

    ready = serializers.BooleanField()
    account_holder = serializers.CharField(allow_blank=True)
    accountant = serializers.CharField(allow_blank=True)
    head = serializers.CharField(allow_blank=True)
    one_person = serializers.CharField(
        allow_blank=True, help_text="Who alone is accountant and account holder: nobody could approve what they made."
    )
    schedule = serializers.CharField(allow_blank=True, help_text="The rate schedule of today.")
    decision_number = serializers.CharField(allow_blank=True, help_text="Of the rate schedule.")
    fund = Named(allow_null=True)
    fund_left = serializers.IntegerField(help_text="After what is approved.")
    needed = serializers.IntegerField(help_text="What the drafts of runs under way come to.")
    wanting = serializers.IntegerField(help_text="What the fund lacks for that.")
    pays = serializers.BooleanField()
    pays_from = serializers.DateField(allow_null=True, help_text="The first day of a payment mode to come.")
    missing = serializers.IntegerField(help_text="People without payee details.")
    to_confirm = serializers.IntegerField()
    tax_missing = serializers.IntegerField()
    units = UnitLack(many=True)


class ReadinessView(PortalView):
    """Còn thiếu gì trước khi chi."""

    money = True
    queryset = PayeeDetails.unscoped.none()
    pagination_class = None

    @extend_schema(operation_id="readiness_retrieve", responses=ReadinessAnswer)
    def retrieve(self, request: Request) -> Response:
        """Who, what decision, which fund, whose payee details. For who may see payee details."""
        found = what_is_missing(actor=self.actor)
        units = [
            {"unit": named(unit.unit_id, unit.name)}
            | {name: getattr(unit, name) for name in ("people", "missing", "to_confirm", "tax_missing")}
            for unit in found.units
        ]
        fund = named(found.fund.public_id, f"{found.fund.source} {found.fund.year}") if found.fund else None
        return Response({name: getattr(found, name) for name in SAME} | {"fund": fund, "units": units})
