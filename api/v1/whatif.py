"""What paying would have cost."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from payments import whatif
from payments.access import require_money
from payments.errors import PaymentError


class WhatIfRow(serializers.Serializer[Any]):
    genre = serializers.CharField()
    pieces = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()


class WhatIf(serializers.Serializer[Any]):
    """Whole đồng, between the lowest and the highest lawful scores; equal where every piece has its score."""

    pieces = serializers.IntegerField()
    photos = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    rows = WhatIfRow(many=True)
    schedule_title = serializers.CharField()
    decision_number = serializers.CharField(help_text="Empty: a draft, which serves what-if only.")


def _day(name: str, meaning: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.DATE, OpenApiParameter.QUERY, required=True, description=meaning)


class WhatIfView(PortalView):
    """Tính thử."""

    query_names = frozenset({"from", "until"})
    pagination_class = None

    @extend_schema(
        operation_id="what_if_retrieve",
        parameters=[_day("from", "First day of publication."), _day("until", "The day after the last one.")],
        responses=WhatIf,
    )
    def retrieve(self, request: Request) -> Response:
        """What the works published in `[from, until)` would have cost by the portal's rate schedule."""
        require_money(self.actor, "whatif.see")
        since, until = self.day("from"), self.day("until")
        if until <= since:
            raise PaymentError("period_wrong", field="until")
        found = whatif.would_have_cost(portal=self.portal, period_from=since, period_until=until)
        return Response(asdict(found))

    def day(self, name: str) -> date:
        given = self.request.query_params.get(name, empty)
        try:
            return cast("date", serializers.DateField().run_validation(given))
        except serializers.ValidationError as wrong:
            raise serializers.ValidationError({name: wrong.detail}) from None
