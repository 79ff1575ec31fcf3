"""Applications: who waits, and the board's answer."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import VersionBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from contributors import clock
from contributors.access import require
from contributors.applications import applications_waiting
from contributors.errors import DomainError
from contributors.models import Category, Contributor, ContributorState
from contributors.output import units_of
from contributors.registration import decide_application


class ApplicationRow(serializers.Serializer[Any]):
    """Who applies; `registered_by` entered it for them, null where they did it themselves."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(ContributorState.choices)
    state_reason = serializers.CharField(allow_blank=True)
    receipt_number = serializers.CharField()
    full_name = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    birth_year = serializers.IntegerField(allow_null=True)
    category = serializers.ChoiceField(Category.choices)
    unit = serializers.CharField(allow_null=True)
    registered_by = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField()


class DecideBody(VersionBody):
    """Declining needs a `reason`, which the applicant sees."""

    accept = serializers.BooleanField()
    reason = Words(max_length=500, required=False, allow_blank=True, default="")


class ApplicationView(PortalView):
    """Đăng ký cộng tác viên."""

    queryset = Contributor.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_key = "pk"

    @extend_schema(responses=ApplicationRow(many=True))
    def list(self, request: Request) -> Response:
        """Who came first on top. For those who decide."""
        people = self.paginate_queryset(applications_waiting(self.actor)) or []
        units = units_of([person.pk for person in people], clock.today(self.portal.time_zone))
        return self.get_paginated_response([_row(person, units.get(person.pk)) for person in people])

    @extend_schema(request=DecideBody, responses=ApplicationRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, public_id: str) -> Response:
        """Accepts or declines the version that was seen."""
        require(self.actor, "contributor.decide")
        body = self.read(DecideBody)
        person = Contributor.objects.filter(public_id=public_id).first()
        if person is None:
            raise DomainError("not_found")
        decide_application(
            actor=self.actor,
            contributor=person,
            accept=body["accept"],
            seen_version=body["version"],
            reason=body["reason"],
        )
        person = Contributor.objects.select_related("registered_by").get(pk=person.pk)
        unit = units_of([person.pk], clock.today(self.portal.time_zone)).get(person.pk)
        return Response(_row(person, unit), headers={"ETag": f'"{person.version}"'})


def _row(person: Contributor, unit: str | None) -> dict[str, Any]:
    return {
        "id": person.public_id,
        "version": person.version,
        "state": person.state,
        "state_reason": person.state_reason,
        "receipt_number": person.receipt_number,
        "full_name": person.full_name,
        "phone": person.phone,
        "birth_year": person.birth_year,
        "category": person.category,
        "unit": unit,
        "registered_by": person.registered_by.name if person.registered_by else None,
        "since": person.state_since,
    }
