"""Funds over HTTP: entering, changing by decision, where the money is, and what would lapse."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.portal_view import PortalView
from api.v1.pieces.shapes import Named
from contributors import clock
from contributors.errors import DomainError
from payments.access import require_money
from payments.fund_outlook import expected, lapsing, months_of
from payments.fund_policy import set_fund_policy, shipped_fund_policy, warn_days_on
from payments.funds import FundPosition, change_fund, enter_fund, fund_of, position, positions
from payments.models import Fund, FundChange

LARGE = 10**16


class FundRow(serializers.Serializer[Any]):
    """All amounts are whole đồng; `left` = amount − issued − committed."""

    id = serializers.UUIDField()
    year = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    decision_number = serializers.CharField(allow_blank=True)
    cut_off = serializers.DateField(help_text="The last day on which a run may be issued from it.")
    amount = serializers.IntegerField()
    issued = serializers.IntegerField()
    committed = serializers.IntegerField(help_text="Approved, not issued yet.")
    preparing = serializers.IntegerField(help_text="Draft lines of runs before approval.")
    paid = serializers.IntegerField(help_text="Net, of what is issued.")
    left = serializers.IntegerField()


class FundChangeRow(serializers.Serializer[Any]):
    change = serializers.IntegerField(help_text="Negative is a cut.")
    amount_after = serializers.IntegerField()
    decision_number = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class FundMonth(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    month = serializers.IntegerField()
    issued = serializers.IntegerField()
    paid = serializers.IntegerField()


class FundDetail(FundRow):
    """What is expected stands at the year's largest fund, while it is open; elsewhere null."""

    expected = serializers.IntegerField(allow_null=True, help_text="Pieces in no run yet; lowest score if none.")
    expected_pieces = serializers.IntegerField(allow_null=True)
    changes = FundChangeRow(many=True)
    months = FundMonth(many=True)


class UnpaidPiece(serializers.Serializer[Any]):
    piece = Named()
    published_on = serializers.DateField(allow_null=True)
    amount = serializers.IntegerField(help_text="At its score, or the lowest.")


class Lapses(serializers.Serializer[Any]):
    """What would be lost at the cut-off: pieces of the fund's year that nobody has been paid for."""

    days = serializers.IntegerField(allow_null=True, help_text="To the cut-off; null once it is over.")
    warns = serializers.BooleanField()
    amount = serializers.IntegerField()
    pieces = UnpaidPiece(many=True)


class NewFund(StrictBody):
    year = serializers.IntegerField(min_value=0, max_value=9999)
    source = Words(max_length=200)  # type: ignore[assignment]
    amount = serializers.IntegerField(min_value=-LARGE, max_value=LARGE)
    cut_off = serializers.DateField()
    decision_number = Words(max_length=100, required=False, allow_blank=True, default="")


class ChangeBody(StrictBody):
    change = serializers.IntegerField(min_value=-LARGE, max_value=LARGE, help_text="Đồng; negative is a cut.")
    decision_number = Words(max_length=100)
    reason = Words(max_length=500)


class FundPolicyRow(serializers.Serializer[Any]):
    warn_days = serializers.IntegerField()
    shipped_warn_days = serializers.IntegerField()
    most_warn_days = serializers.IntegerField()


class FundPolicyBody(StrictBody):
    warn_days = serializers.IntegerField(min_value=-(2**31), max_value=2**31 - 1)
    effective_from = serializers.DateField(help_text="Today or later.")
    decision_number = Words(max_length=100, required=False, allow_blank=True, default="")


class FundView(PortalView):
    """Dự toán."""

    money = True
    queryset = Fund.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=FundRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        require_money(self.actor, "run.see")
        page: list[Fund] = self.paginate_queryset(Fund.objects.all()) or []
        found = positions(page)
        return self.get_paginated_response([_row(fund, found[fund.pk]) for fund in page])

    @extend_schema(request=NewFund, responses={201: FundDetail})
    def create(self, request: Request) -> Response:
        """Enters the money of a budget year and source."""
        require_money(self.actor, "fund.write")
        return self.shown(enter_fund(actor=self.actor, **self.read(NewFund)), status=201)

    @extend_schema(responses=FundDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With its changes, its months and what it has to expect."""
        return self.shown(self.fund())

    @extend_schema(request=ChangeBody, responses=FundDetail)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, public_id: str) -> Response:
        """Adds to it or cuts it, by a decision; the change stays as a row."""
        fund = self.fund()
        change_fund(actor=self.actor, fund=fund, **self.read(ChangeBody))
        return self.shown(Fund.objects.get(pk=fund.pk))

    @extend_schema(responses=Lapses, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def unpaid(self, request: Request, public_id: str) -> Response:
        """What would lapse with its cut-off."""
        found = lapsing(self.portal, self.fund())
        if found is None:
            return Response({"days": None, "warns": False, "amount": 0, "pieces": []})
        return Response(
            {
                "days": found.days,
                "warns": found.warns,
                "amount": found.amount,
                "pieces": [
                    {
                        "piece": {"id": row.piece.public_id, "name": row.piece.title},
                        "published_on": row.published_on,
                        "amount": row.amount,
                    }
                    for row in found.pieces
                ],
            }
        )

    def fund(self) -> Fund:
        require_money(self.actor, "run.see")
        found = Fund.objects.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def shown(self, fund: Fund, *, status: int = 200) -> Response:
        main = fund_of(self.portal.pk, fund.year)
        takes = main is not None and main.pk == fund.pk and fund.cut_off >= clock.today(self.portal.time_zone)
        waiting = expected(self.portal) if takes else None
        changes = [
            {
                "change": change.amount,
                "amount_after": change.amount_after,
                "decision_number": change.decision_number,
                "reason": change.reason,
                "at": change.at,
            }
            for change in FundChange.objects.filter(fund=fund).order_by("-pk")
        ]
        months = [
            {"year": month.year, "month": month.month, "issued": month.issued, "paid": month.paid}
            for month in months_of(self.portal, fund)
        ]
        answer = _row(fund, position(fund, paid=True)) | {
            "expected": waiting.amount if waiting and waiting.known else None,
            "expected_pieces": waiting.pieces if waiting else None,
            "changes": changes,
            "months": months,
        }
        return Response(answer, status=status)


class FundPolicyView(PortalView):
    """Báo trước khoá sổ."""

    money = True
    queryset = Fund.unscoped.none()
    pagination_class = None

    @extend_schema(operation_id="fund_policy_retrieve", responses=FundPolicyRow)
    def retrieve(self, request: Request) -> Response:
        """From how many days before its cut-off a fund warns, today."""
        require_money(self.actor, "run.see")
        return Response(self.today())

    @extend_schema(operation_id="fund_policy_set", request=FundPolicyBody, responses={201: FundPolicyRow})
    def create(self, request: Request) -> Response:
        """The portal's own number of days from a day on; the answer is what holds today."""
        require_money(self.actor, "fund.write")
        set_fund_policy(actor=self.actor, **self.read(FundPolicyBody))
        return Response(self.today(), status=201)

    def today(self) -> dict[str, int]:
        shipped = shipped_fund_policy()
        return {
            "warn_days": warn_days_on(clock.today(self.portal.time_zone)),
            "shipped_warn_days": shipped.warn_days,
            "most_warn_days": shipped.most_warn_days,
        }


def _row(fund: Fund, here: FundPosition) -> dict[str, Any]:
    return {
        "id": fund.public_id,
        "year": fund.year,
        "source": fund.source,
        "decision_number": fund.decision_number,
        "cut_off": fund.cut_off,
        "amount": here.amount,
        "issued": here.issued,
        "committed": here.committed,
        "preparing": here.preparing,
        "paid": here.paid,
        "left": here.left,
    }
