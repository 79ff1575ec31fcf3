"""Statements that nobody took: notices, and what is decided. The id is the statement's."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, ReasonBody, StrictBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors.errors import DomainError
from payments.models import Fund, NoticeWay, Statement, UnclaimedState
from payments.unclaimed import (
    Unclaimed,
    described,
    keep_unclaimed,
    record_notice,
    reverse_transfer,
    transfer_unclaimed,
    unclaimed_statements,
)


class UnclaimedNoticeRow(serializers.Serializer[Any]):
    on = serializers.DateField()
    way = serializers.ChoiceField(NoticeWay.choices)
    note = serializers.CharField(allow_blank=True)


class UnclaimedDecisionRow(serializers.Serializer[Any]):
    """`version` is to be sent back when the transfer is reversed."""

    version = serializers.IntegerField()
    state = serializers.ChoiceField(UnclaimedState.choices)
    amount = serializers.IntegerField()
    fund = Named(allow_null=True)
    decision_number = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()
    reversed_at = serializers.DateTimeField(allow_null=True)


class UnclaimedRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    contributor = Named()
    run = Named()
    number = serializers.IntegerField()
    year = serializers.IntegerField()
    gross = serializers.IntegerField()
    net = serializers.IntegerField()
    returned_reason = serializers.CharField(allow_blank=True)
    notices = UnclaimedNoticeRow(many=True)
    unanswered = serializers.IntegerField(help_text="Notices since the last answer.")
    notices_needed = serializers.IntegerField(allow_null=True)
    rule_binds = serializers.BooleanField(help_text="Otherwise it is a warning only.")
    decision = UnclaimedDecisionRow(allow_null=True)


class NoticeBody(StrictBody):
    """`way` "answer": the person answered, and the count begins anew."""

    on = serializers.DateField()
    way = serializers.ChoiceField(NoticeWay.choices)
    note = Words(max_length=300, required=False, allow_blank=True, default="")


class TransferBody(StrictBody):
    fund = ByPublicId(Fund)
    decision_number = Words(max_length=100)
    reason = Words(max_length=300)


class KeepBody(StrictBody):
    reason = Words(max_length=300)


class UnclaimedView(PortalView):
    """Khoản chưa ai nhận."""

    money = True
    queryset = Statement.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=UnclaimedRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        page = self.paginate_queryset(unclaimed_statements(self.actor))
        return self.get_paginated_response([_row(row) for row in described(self.actor, page or [])])

    @extend_schema(responses=UnclaimedRow)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One statement with its notices and the decision that stands."""
        return self.shown()

    @extend_schema(request=NoticeBody, responses=UnclaimedRow)
    @action(detail=True, methods=["post"])
    def notices(self, request: Request, public_id: str) -> Response:
        """The person was told, or answered."""
        record_notice(actor=self.actor, statement=self.statement(), **self.read(NoticeBody))
        return self.shown()

    @extend_schema(request=TransferBody, responses=UnclaimedRow)
    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, public_id: str) -> Response:
        """The sum goes to a fund of a later year."""
        transfer_unclaimed(actor=self.actor, statement=self.statement(), **self.read(TransferBody))
        return self.shown()

    @extend_schema(request=KeepBody, responses=UnclaimedRow)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, public_id: str) -> Response:
        """The sum stays for the person."""
        keep_unclaimed(actor=self.actor, statement=self.statement(), **self.read(KeepBody))
        return self.shown()

    @extend_schema(request=ReasonBody, responses=UnclaimedRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, public_id: str) -> Response:
        """Takes a transfer back while its year lasts."""
        body = self.read(ReasonBody)
        decision = described(self.actor, [self.statement()])[0].decision
        if decision is None:
            raise DomainError("not_found")
        reverse_transfer(actor=self.actor, decision=decision, seen_version=body["version"], reason=body["reason"])
        return self.shown()

    def statement(self) -> Statement:
        found: Statement | None = unclaimed_statements(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def shown(self) -> Response:
        return Response(_row(described(self.actor, [self.statement()])[0]))


def _row(found: Unclaimed) -> dict[str, Any]:
    statement, decision, rule = found.statement, found.decision, found.rule
    return {
        "id": statement.public_id,
        "contributor": named(statement.contributor.public_id, statement.contributor.full_name),
        "run": named(statement.run.public_id, statement.run.label),
        "number": statement.number,
        "year": statement.year,
        "gross": statement.gross,
        "net": statement.net,
        "returned_reason": found.returned,
        "notices": [{"on": each.on, "way": each.way, "note": each.note} for each in found.notices],
        "unanswered": found.unanswered,
        "notices_needed": rule.unclaimed_notices if rule else None,
        "rule_binds": rule is not None and rule.binds,
        "decision": {
            "version": decision.version,
            "state": decision.state,
            "amount": decision.amount,
            "fund": named(decision.fund.public_id, f"{decision.fund.source} {decision.fund.year}")
            if decision.fund
            else None,
            "decision_number": decision.decision_number,
            "reason": decision.reason,
            "decided_at": decision.decided_at,
            "reversed_at": decision.reversed_at,
        }
        if decision
        else None,
    }
