"""Payee details over HTTP: masked wherever they are read; one number in full only as the answer to a POST."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any, cast

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.portal_view import PortalView
from contributors.errors import DomainError
from contributors.models import Contributor
from payments import payees, tax_statuses
from payments.models import TaxKind
from payments.payee_directory import NEEDS, PayeeFilter, PayeeRow, payee_row, payee_rows, payees_found
from payments.payee_numbers import masked


class TaxStatusRow(serializers.Serializer[Any]):
    status = serializers.ChoiceField(TaxKind.choices)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True, help_text="The day after the last one.")
    committed_year = serializers.IntegerField(allow_null=True)
    withhold_asked = serializers.BooleanField()


class PayeeDetailsRow(serializers.Serializer[Any]):
    """`id` and `name` are the contributor's. Numbers are masked: "•••••••• 1234"."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    needs = serializers.ListField(child=serializers.ChoiceField(NEEDS), help_text="What is to be done, if anything.")
    version = serializers.IntegerField(help_text="0: there are no details yet.")
    legal_name = serializers.CharField(allow_blank=True)
    other_payee_name = serializers.CharField(allow_blank=True)
    personal_id = serializers.CharField(allow_blank=True)
    bank_bin = serializers.CharField(allow_blank=True, help_text="Empty: cash.")
    bank_account = serializers.CharField(allow_blank=True)
    account_name = serializers.CharField(allow_blank=True)
    name_differs = serializers.BooleanField()
    sheet_signed_on = serializers.DateField(allow_null=True)
    hold_until = serializers.DateField(allow_null=True, help_text="First day on which these details can be paid to.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmed_by_payee = serializers.BooleanField()
    tax_status = TaxStatusRow(allow_null=True)


class Number(serializers.Serializer[Any]):
    number = serializers.CharField()


class DetailsBody(StrictBody):
    """`personal_id` or `bank_account` null keeps the number on record; an empty account means cash."""

    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, help_text="The version you saw; 0 for none.")
    legal_name = Words(max_length=300)
    other_payee_name = Words(max_length=300, required=False, allow_blank=True)
    personal_id = serializers.CharField(max_length=40, allow_null=True)
    bank_bin = serializers.CharField(max_length=6, required=False, allow_blank=True)
    bank_account = serializers.CharField(max_length=60, required=False, allow_blank=True, allow_null=True)
    account_name = Words(max_length=300, required=False, allow_blank=True)
    sheet_signed_on = serializers.DateField(required=False, allow_null=True)
    agreed = serializers.CharField(
        max_length=40, required=False, help_text="Version of the consent text that the payee agreed to."
    )


class ConfirmPayeeBody(StrictBody):
    """The payee sends `version` alone; a second person types the signed sheet once more."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    sheet_signed_on = serializers.DateField(required=False, allow_null=True)
    personal_id = serializers.CharField(max_length=40, required=False, allow_blank=True)
    bank_account = serializers.CharField(max_length=60, required=False, allow_blank=True)


class RevealBody(StrictBody):
    which = serializers.ChoiceField(["personal_id", "bank_account"])
    reason = Words(max_length=500, help_text="Goes into the event log with your name.")


class TaxStatusBody(StrictBody):
    status = serializers.ChoiceField(TaxKind.choices)
    effective_from = serializers.DateField()
    committed_year = serializers.IntegerField(required=False, allow_null=True, min_value=2000, max_value=2200)
    withhold_asked = serializers.BooleanField(
        required=False, default=False, help_text="The person asks for withholding below the threshold too."
    )


class TaxStatusEndBody(StrictBody):
    effective_until = serializers.DateField()


class PayeeFilters(django_filters.FilterSet):  # type: ignore[misc]
    """Read by the view itself: the question belongs to payments."""

    need = django_filters.ChoiceFilter(choices=[(need, need) for need in NEEDS], method="kept")
    unit = extend_schema_field(OpenApiTypes.UUID)(django_filters.UUIDFilter(method="kept"))
    q = extend_schema_field(OpenApiTypes.STR)(
        django_filters.CharFilter(method="kept", help_text="Part of the name, with or without tone marks.")
    )

    class Meta:
        model = Contributor
        fields: list[str] = []

    def kept(self, rows: Any, name: str, value: Any) -> Any:
        return rows


class PayeeDetailsView(PortalView):
    """Thông tin nhận tiền, by contributor."""

    money = True
    queryset = Contributor.unscoped.none()
    filterset_class = PayeeFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_key = "pk"

    @extend_schema(responses=PayeeDetailsRow(many=True))
    def list(self, request: Request) -> Response:
        """Everybody to whom money may be due, with what is missing."""
        filters = PayeeFilters(request.query_params, queryset=Contributor.objects.all(), request=request)
        self.filter_queryset(Contributor.objects.none())  # a malformed value is refused by name
        given = filters.form.cleaned_data if filters.form.is_valid() else {}
        narrowed = PayeeFilter(need=given.get("need") or "", unit=given.get("unit"), q=given.get("q") or "")
        page = self.paginate_queryset(payees_found(actor=self.actor, narrowed=narrowed))
        rows = payee_rows(actor=self.actor, people=cast("list[Contributor]", page or []))
        return self.get_paginated_response([_listed(row) for row in rows])

    @extend_schema(responses=PayeeDetailsRow)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One's own, or anybody's for accounting."""
        return self.shown(self.person())

    @extend_schema(request=DetailsBody, responses=PayeeDetailsRow)
    @action(detail=True, methods=["post"])
    def enter(self, request: Request, public_id: str) -> Response:
        """A new version. What the payee enters is confirmed; what accounting enters waits for somebody else."""
        given = self.read(DetailsBody)
        seen = given.pop("version")
        agreed = given.pop("agreed", None)
        person = self.person()
        payees.enter_payee_details(
            actor=self.actor,
            contributor=person,
            seen_version=seen,
            consents=[(payees.PAYMENT_CONSENT, agreed)] if agreed else None,
            **given,
        )
        return self.shown(person)

    @extend_schema(request=ConfirmPayeeBody, responses=PayeeDetailsRow)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, public_id: str) -> Response:
        """By the payee, or by a second person with the signed sheet."""
        given = self.read(ConfirmPayeeBody)
        person = self.person()
        details = payees.current_details(person.pk)
        if details is None:
            raise DomainError("not_found")
        if details.version != given.pop("version"):
            raise DomainError("stale_version", field="version")
        payees.confirm_payee_details(actor=self.actor, details=details, **given)
        return self.shown(person)

    @extend_schema(request=RevealBody, responses=Number)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, public_id: str) -> Response:
        """One number in full, for this once. The log keeps who and why."""
        given = self.read(RevealBody)
        details = payees.current_details(self.person().pk)
        if details is None:
            raise DomainError("not_found")
        number = payees.reveal_number(actor=self.actor, details=details, which=given["which"], reason=given["reason"])
        return Response({"number": number}, headers={"Cache-Control": "private, no-store"})

    @extend_schema(request=TaxStatusBody, responses=PayeeDetailsRow)
    @action(detail=True, methods=["post"], url_path="tax-status")
    def tax_status(self, request: Request, public_id: str) -> Response:
        """How the person is taxed from a day on; the status before ends that day."""
        person = self.person()
        tax_statuses.set_tax_status(actor=self.actor, contributor=person, **self.read(TaxStatusBody))
        return self.shown(person)

    @extend_schema(request=TaxStatusEndBody, responses=PayeeDetailsRow)
    @action(detail=True, methods=["post"], url_path="end-tax-status")
    def end_tax_status(self, request: Request, public_id: str) -> Response:
        """From this day on the person has none, and their lines are held."""
        person = self.person()
        tax_statuses.end_tax_status(actor=self.actor, contributor=person, **self.read(TaxStatusEndBody))
        return self.shown(person)

    def person(self) -> Contributor:
        found: Contributor | None = Contributor.objects.filter(
            public_id=self.kwargs["public_id"], merged_into__isnull=True
        ).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def shown(self, person: Contributor) -> Response:
        return Response(
            _listed(payee_row(actor=self.actor, contributor=person)), headers={"Cache-Control": "private, no-store"}
        )


def _listed(row: PayeeRow) -> dict[str, Any]:
    details, status = row.details, row.status
    return {
        "id": row.contributor.public_id,
        "name": row.contributor.full_name,
        "unit": row.unit,
        "needs": list(row.needs),
        "version": details.version if details else 0,
        "legal_name": details.legal_name if details else "",
        "other_payee_name": details.other_payee_name if details else "",
        "personal_id": masked(details.personal_id_tail) if details else "",
        "bank_bin": details.bank_bin if details else "",
        "bank_account": masked(details.bank_account_tail) if details else "",
        "account_name": details.account_name if details else "",
        "name_differs": details.name_differs if details else False,
        "sheet_signed_on": details.sheet_signed_on if details else None,
        "hold_until": details.hold_until if details else None,
        "confirmed_at": details.confirmed_at if details else None,
        "confirmed_by_payee": details.confirmed_by_payee if details else False,
        "tax_status": {
            "status": status.status,
            "effective_from": status.effective_from,
            "effective_until": status.effective_until,
            "committed_year": status.committed_year,
            "withhold_asked": status.withhold_asked,
        }
        if status
        else None,
    }
