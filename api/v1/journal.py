"""Journal entries over HTTP: of a period, proven, and as a file."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.periods import PERIOD, period_of
from api.portal_view import PortalView
from contributors import clock
from payments.access import require_money
from payments.bank_files import FORMATS, MEDIA
from payments.journal import KINDS
from payments.journal_accounts import PARTS, Accounts, accounts_on, set_journal_accounts
from payments.journal_files import SEPARATORS, journal_for, take_journal
from payments.models import JournalAccounts

XLSX, CSV = MEDIA["xlsx"], "text/csv"
ENTRY = ("day", "document", "text", "debit", "credit", "amount", "subject", "name", "kind")


class JournalEntryRow(serializers.Serializer[Any]):
    """Amounts are whole đồng, negative where they take back."""

    day = serializers.DateField()
    document = serializers.CharField()
    text = serializers.CharField()
    debit = serializers.CharField()
    credit = serializers.CharField()
    amount = serializers.IntegerField()
    subject = serializers.CharField(help_text="One person, one code.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(list(KINDS))


class JournalCheck(serializers.Serializer[Any]):
    """One sum of the entries beside the same sum of statements and payouts."""

    name = serializers.CharField()
    entries = serializers.IntegerField()
    source = serializers.IntegerField()  # type: ignore[assignment]
    difference = serializers.IntegerField()


class JournalAnswer(serializers.Serializer[Any]):
    """Entries of `[from, until)` in the order of days."""

    total = serializers.IntegerField()
    difference = serializers.IntegerField(help_text="0: every check agrees.")
    checks = JournalCheck(many=True)
    entries = JournalEntryRow(many=True)


class JournalFileBody(StrictBody):
    """`[from, until)`; `separator` is for csv."""

    until = serializers.DateField()
    format = serializers.ChoiceField(FORMATS)
    separator = serializers.ChoiceField(list(SEPARATORS), required=False, default="semicolon")

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.DateField()}


class AccountsRow(serializers.Serializer[Any]):
    effective_from = serializers.DateField()
    own = serializers.BooleanField(help_text="The portal's decision; else as it ships.")
    accounts = serializers.DictField(child=serializers.CharField())
    legal_basis = serializers.CharField(allow_blank=True)
    doubt = serializers.BooleanField(help_text="Nobody has yet compared it with the original text.")


class AccountsBody(StrictBody):
    effective_from = serializers.DateField(help_text="Today or later.")
    decision_number = Words(max_length=100, required=False, allow_blank=True, default="")

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {part: serializers.CharField(max_length=20) for part in PARTS}


class JournalView(PortalView):
    """Bút toán."""

    money = True
    queryset = JournalAccounts.unscoped.none()
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"from", "until"} if self.action == "retrieve" else ())

    @extend_schema(operation_id="journal_retrieve", parameters=PERIOD, responses=JournalAnswer)
    def retrieve(self, request: Request) -> Response:
        """Every entry of a period, with the checks."""
        require_money(self.actor, "journal.see")
        asked = period_of(request)
        journal = journal_for(actor=self.actor, since=asked.first, until=asked.until)
        return Response(
            {
                "total": journal.total,
                "difference": journal.difference,
                "checks": [
                    {
                        "name": check.label,
                        "entries": check.entries,
                        "source": check.source,
                        "difference": check.difference,
                    }
                    for check in journal.checks
                ],
                "entries": [{name: getattr(entry, name) for name in ENTRY} for entry in journal.entries],
            }
        )

    @extend_schema(
        operation_id="journal_file",
        request=JournalFileBody,
        responses={
            (200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, "The workbook."),
            (200, CSV): OpenApiResponse(OpenApiTypes.BINARY, "UTF-8 with its mark."),
        },
    )
    def file(self, request: Request) -> HttpResponse:
        """The entries as a file that accounting software imports; the taking goes into the log."""
        require_money(self.actor, "journal.see")
        body = self.read(JournalFileBody)
        journal = journal_for(actor=self.actor, since=body["from"], until=body["until"])
        name, content = take_journal(
            actor=self.actor, journal=journal, kind=body["format"], separator=body["separator"]
        )
        answer = HttpResponse(content, content_type=MEDIA[body["format"]])
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer

    @extend_schema(operation_id="journal_accounts_retrieve", responses=AccountsRow)
    def accounts(self, request: Request) -> Response:
        """The ledger accounts of today."""
        require_money(self.actor, "journal.see")
        return Response(_accounts(accounts_on(clock.today(self.portal.time_zone))))

    @extend_schema(operation_id="journal_accounts_set", request=AccountsBody, responses={201: AccountsRow})
    def set_accounts(self, request: Request) -> Response:
        """The portal's own accounts from a day on; the answer is what holds on that day."""
        require_money(self.actor, "journal.write")
        body = self.read(AccountsBody)
        row = set_journal_accounts(
            actor=self.actor,
            accounts={part: body[part] for part in PARTS},
            effective_from=body["effective_from"],
            decision_number=body["decision_number"],
        )
        return Response(_accounts(accounts_on(row.effective_from)), status=201)


def _accounts(found: Accounts) -> dict[str, Any]:
    return {
        "effective_from": found.since,
        "own": found.own,
        "accounts": dict(found.numbers),
        "legal_basis": found.legal_basis,
        "doubt": found.doubt,
    }
