"""Payouts over HTTP: what became of each person's money, and writing it down."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.v1.payouts import shapes
from api.v1.pieces.rows import named
from contributors.errors import DomainError
from payments import paying, payouts
from payments.access import require_money
from payments.models import Payout, Run

RUN = OpenApiParameter("run", OpenApiTypes.UUID, OpenApiParameter.QUERY, required=True, description="The run's id.")
STATE = OpenApiParameter("state", str, enum=list(paying.STATES), description="Only those of one state.")


class PayoutView(PortalView):
    """Khoản chi."""

    money = True
    queryset = Payout.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    paged_actions = frozenset({"list"})
    wide = {"list": shapes.PayoutRowShape}
    page_key = "pk"

    def known_parameters(self) -> frozenset[str]:
        known = {"list": {"run", "state"}, "figures": {"run"}}
        return super().known_parameters() | frozenset(known.get(self.action or "", ()))

    @extend_schema(responses=shapes.PayoutRowShape(many=True), parameters=[RUN, STATE])
    def list(self, request: Request) -> Response:
        """The newest attempt to pay each statement of a run, oldest first."""
        require_money(self.actor, "run.see")
        state = request.query_params.get("state", "")
        if state and state not in paying.STATES:
            raise serializers.ValidationError({"state": "Not a state."})
        page = self.paginate_queryset(paying.payouts_listed(self.asked_run(), state))
        return self.get_paginated_response([shown(row) for row in paying.payout_rows(page or [])])

    @extend_schema(responses=shapes.PayingFigures, parameters=[RUN], filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def figures(self, request: Request) -> Response:
        """How far the paying of a run is."""
        require_money(self.actor, "run.see")
        found = paying.paying_of(self.asked_run())
        return Response(
            {
                "people": found.people,
                "amount": found.amount,
                "counts": found.counts,
                "amounts": found.amounts,
                "to_order": found.payable,
                "held": len(found.held),
            }
        )

    @extend_schema(request=shapes.ConfirmBody, responses=shapes.ConfirmedCount)
    @action(detail=False, methods=["post"])
    def confirm(self, request: Request) -> Response:
        """Those named, or everybody who waits, have the money; in one transaction."""
        require_money(self.actor, "run.pay")
        body = self.read(shapes.ConfirmBody)
        chosen = None
        if "payouts" in body or "batch" in body:
            wanted = Payout.objects.filter(statement__run=body["run"])
            if "batch" in body:
                wanted = wanted.filter(items__batch=body["batch"], items__live=True)
            if "payouts" in body:
                wanted = wanted.filter(public_id__in=body["payouts"])
            chosen = list(wanted.values_list("pk", flat=True))
        count = payouts.confirm_payouts(
            actor=self.actor,
            run=body["run"],
            chosen=chosen,
            happened_on=body["happened_on"],
            received_by=body["received_by"],
        )
        return Response({"payouts": count})

    @extend_schema(request=shapes.WhyBody, responses=shapes.PayoutRowShape)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, public_id: str) -> Response:
        """The money came back; it can be paid again."""
        payout = self.payout()
        payouts.return_payout(actor=self.actor, payout=payout, reason=self.read(shapes.WhyBody)["reason"])
        return self.answer(payout)

    @extend_schema(request=None, responses={201: shapes.PayoutRowShape})
    @action(detail=True, methods=["post"])
    def again(self, request: Request, public_id: str) -> Response:
        """Pays a returned one anew, to the person's details of today."""
        return self.answer(payouts.pay_again(actor=self.actor, payout=self.payout()), status=201)

    @extend_schema(request=shapes.WhyBody, responses=shapes.PayoutRowShape)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, public_id: str) -> Response:
        """A second person takes a wrong confirmation back; the answer is the payout that waits in its place."""
        follower = payouts.revoke_confirmation(
            actor=self.actor, payout=self.payout(), reason=self.read(shapes.WhyBody)["reason"]
        )
        return self.answer(follower)

    def payout(self) -> Payout:
        require_money(self.actor, "run.see")
        found = (
            Payout.objects.select_related("statement__run", "statement__contributor")
            .filter(public_id=self.kwargs["public_id"])
            .first()
        )
        if found is None:
            raise DomainError("not_found")
        return found

    def asked_run(self) -> Run:
        given = self.request.query_params.get("run", "")
        try:
            found = Run.objects.filter(public_id=uuid.UUID(given)).first()
        except ValueError:
            raise serializers.ValidationError({"run": "Give the id of a run."}) from None
        if found is None:
            raise DomainError("not_found")
        return found

    def answer(self, payout: Payout, *, status: int = 200) -> Response:
        rows = (
            Payout.objects.filter(pk=payout.pk)
            .select_related("statement__contributor")
            .prefetch_related("outcomes", "items__batch")
        )
        return Response(shown(paying.payout_rows(list(rows))[0]), status=status)


def shown(row: paying.PayoutRow) -> dict[str, Any]:
    payout = row.payout
    person = payout.statement.contributor
    return {
        "id": payout.public_id,
        "statement": payout.statement.public_id,
        "contributor": named(person.public_id, person.full_name),
        "method": payout.method,
        "bank_bin": payout.bank_bin,
        "account_tail": payout.bank_account_tail,
        "amount": payout.amount,
        "state": row.state,
        "batch": named(row.batch.public_id, str(row.batch)) if row.batch else None,
        "reference": row.reference,
        "attempts": row.attempts,
        "events": [
            {
                "outcome": event.outcome,
                "at": event.at,
                "happened_on": event.happened_on,
                "received_by": event.received_by,
                "reason": event.reason,
            }
            for event in row.events
        ],
    }
