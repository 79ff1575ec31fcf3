"""For how many days a change of payee details holds payouts: what holds on a day, and a portal's own rule."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.periods import day_if_asked
from api.portal_view import PortalView
from contributors import clock
from payments.access import require_money
from payments.models import PayeePolicy
from payments.payee_policy import policy_on, set_payee_policy, shipped_policy

ON = OpenApiParameter("on", OpenApiTypes.DATE, OpenApiParameter.QUERY, description="The day; today if left out.")


class PayeePolicyRow(serializers.Serializer[Any]):
    """`own`: the portal's decision, in force from `since`; otherwise what comes with the product."""

    hold_days = serializers.IntegerField()
    own = serializers.BooleanField()
    since = serializers.DateField(allow_null=True)
    decision_number = serializers.CharField(allow_blank=True)
    shipped_hold_days = serializers.IntegerField()
    most_hold_days = serializers.IntegerField()


class PayeePolicyBody(StrictBody):
    """Holds that run already keep their last day."""

    hold_days = serializers.IntegerField(min_value=-(2**31), max_value=2**31 - 1)
    effective_from = serializers.DateField(help_text="Today or later.")
    decision_number = Words(max_length=100, required=False, allow_blank=True, default="")


class PayeePolicyView(PortalView):
    """Số ngày giữ khi thông tin nhận tiền thay đổi."""

    money = True
    queryset = PayeePolicy.unscoped.none()
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"on"} if self.action == "retrieve" else ())

    @extend_schema(operation_id="payee_policy_retrieve", parameters=[ON], responses=PayeePolicyRow)
    def retrieve(self, request: Request) -> Response:
        """What holds on a day."""
        require_money(self.actor, "payee.policy")
        return Response(self.of_day(day_if_asked(request, "on") or clock.today(self.portal.time_zone)))

    @extend_schema(operation_id="payee_policy_set", request=PayeePolicyBody, responses={201: PayeePolicyRow})
    def create(self, request: Request) -> Response:
        """The portal's own number of days from a day on; the answer is what holds on that day."""
        row = set_payee_policy(actor=self.actor, **self.read(PayeePolicyBody))
        return Response(self.of_day(row.effective_from), status=201)

    def of_day(self, day: date) -> dict[str, Any]:
        policy, shipped = policy_on(self.portal.pk, day), shipped_policy()
        return {
            "hold_days": policy.hold_days,
            "own": policy.own,
            "since": policy.since,
            "decision_number": policy.decision_number,
            "shipped_hold_days": shipped.hold_days,
            "most_hold_days": shipped.most_hold_days,
        }
