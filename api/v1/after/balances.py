"""What is carried between runs, a portal's rule for it, and everybody's tax of a year."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.portal_view import PortalView
from api.schema import year
from api.v1.after.corrections import DONG
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors import clock
from payments.access import require_money
from payments.balances import CarryRule, balances, carry_rule_on, ledger_of, person_with_balance, set_balance_policy
from payments.errors import PaymentError
from payments.models import BalancePolicy, TaxKind
from payments.tax_year import TaxOfPerson, tax_of_year

YEAR = year("This year if left out.", first=1000, last=9999)


class BalanceRow(serializers.Serializer[Any]):
    """Whole đồng: positive is held for the person, negative is owed back."""

    contributor = Named()
    amount = serializers.IntegerField()
    changed_at = serializers.DateTimeField()


class LedgerRow(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    reason = serializers.CharField(help_text="In the language of the request.")
    statement = Named(allow_null=True)
    amount = serializers.IntegerField()
    after = serializers.IntegerField(help_text="The balance after this entry.")


class BalancePolicyRow(serializers.Serializer[Any]):
    """`own`: the portal's decision, in force from `since`; otherwise what comes with the product."""

    floor = serializers.IntegerField()
    recovery_percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    recovery_dong = serializers.IntegerField(allow_null=True)
    release_at_year_end = serializers.BooleanField()
    own = serializers.BooleanField()
    since = serializers.DateField(allow_null=True)
    decision_number = serializers.CharField(allow_blank=True)


class BalancePolicyBody(StrictBody):
    """Less than `floor` đồng is held; of a debt one payment takes so many percent, all of a month so many đồng."""

    floor = serializers.IntegerField(**DONG)  # type: ignore[arg-type]
    recovery_percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    recovery_dong = serializers.IntegerField(allow_null=True, **DONG)  # type: ignore[arg-type]
    release_at_year_end = serializers.BooleanField(required=False, default=True)
    effective_from = serializers.DateField(help_text="Today or later.")
    decision_number = Words(max_length=100, required=False, allow_blank=True, default="")


class TaxYearRow(serializers.Serializer[Any]):
    """One person in one status. `committed`: the part of `gross` paid under a commitment."""

    contributor = Named()
    status = serializers.ChoiceField(TaxKind.choices)
    personal_id = serializers.CharField(help_text="Masked.")
    payments = serializers.IntegerField()
    gross = serializers.IntegerField()
    committed = serializers.IntegerField()
    withheld = serializers.IntegerField()
    net = serializers.IntegerField()
    unpaid = serializers.IntegerField(help_text="Net that nobody has confirmed as paid.")


class TaxYearAnswer(serializers.Serializer[Any]):
    """`payroll`: nothing is withheld here, the sums are reported to payroll."""

    year = serializers.IntegerField()
    gross = serializers.IntegerField()
    committed = serializers.IntegerField()
    withheld = serializers.IntegerField()
    withholding = TaxYearRow(many=True)
    payroll = TaxYearRow(many=True)


class BalanceView(PortalView):
    """Số dư chuyển kỳ, and thuế trong năm."""

    money = True
    queryset = BalancePolicy.unscoped.none()
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"year"} if self.action == "tax_year" else ())

    @extend_schema(operation_id="balances_list", responses=BalanceRow(many=True))
    def list(self, request: Request) -> Response:
        """Everybody with a balance other than 0."""
        rows = balances(self.actor)
        return Response(
            [
                {
                    "contributor": named(row.contributor.public_id, row.contributor.full_name),
                    "amount": row.amount,
                    "changed_at": row.changed_at,
                }
                for row in rows
            ]
        )

    @extend_schema(operation_id="balances_ledger", responses=LedgerRow(many=True))
    def ledger(self, request: Request, public_id: Any) -> Response:
        """One person's entries, oldest first; one's own for contributors."""
        rows = ledger_of(actor=self.actor, contributor=person_with_balance(public_id))
        return Response(
            [
                {
                    "at": row.at,
                    "reason": row.reason,
                    "statement": named(row.statement.public_id, f"{row.statement.number}/{row.statement.year}")
                    if row.statement
                    else None,
                    "amount": row.amount,
                    "after": row.after,
                }
                for row in rows
            ]
        )

    @extend_schema(operation_id="balance_policy_retrieve", responses=BalancePolicyRow)
    def policy(self, request: Request) -> Response:
        """What holds today."""
        require_money(self.actor, "balance.see")
        return Response(_policy(carry_rule_on(self.portal.pk, clock.today(self.portal.time_zone))))

    @extend_schema(operation_id="balance_policy_set", request=BalancePolicyBody, responses={201: BalancePolicyRow})
    def set_policy(self, request: Request) -> Response:
        """The portal's own rule from a day on; the answer is what holds on that day."""
        row = set_balance_policy(actor=self.actor, **self.read(BalancePolicyBody))
        return Response(_policy(carry_rule_on(self.portal.pk, row.effective_from)), status=201)

    @extend_schema(operation_id="tax_year_retrieve", parameters=[YEAR], responses=TaxYearAnswer)
    def tax_year(self, request: Request) -> Response:
        """Everybody's tax of a year, by payment date."""
        found = tax_of_year(actor=self.actor, year=self.year())
        return Response(
            {
                "year": found.year,
                "gross": found.gross,
                "committed": found.committed,
                "withheld": found.withheld,
                "withholding": [_taxed(row) for row in found.withholding],
                "payroll": [_taxed(row) for row in found.payroll],
            }
        )

    def year(self) -> int:
        said = self.request.query_params.get("year", str(clock.today(self.portal.time_zone).year))
        if not (said.isascii() and said.isdigit() and len(said) == 4):  # noqa: PLR2004 - digits of a year
            raise PaymentError("tax_year_wrong", field="year")
        return int(said)


def _policy(rule: CarryRule) -> dict[str, Any]:
    percent = rule.recovery_percent
    return {
        "floor": rule.floor,
        "recovery_percent": None if percent is None else f"{percent:.2f}",
        "recovery_dong": rule.recovery_dong,
        "release_at_year_end": rule.release_at_year_end,
        "own": rule.own,
        "since": rule.since,
        "decision_number": rule.decision_number,
    }


def _taxed(row: TaxOfPerson) -> dict[str, Any]:
    return {
        "contributor": named(row.contributor.public_id, row.contributor.full_name),
        "status": row.status,
        "personal_id": row.masked_id,
        "payments": row.payments,
        "gross": row.gross,
        "committed": row.committed,
        "withheld": row.withheld,
        "net": row.net,
        "unpaid": row.unpaid,
    }
