"""What a client sends and gets about money going out. All amounts are whole đồng."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from api.bodies import ByPublicId, StrictBody, VersionBody, Words
from api.v1.pieces.shapes import Named
from payments.bank_files import FORMATS
from payments.bank_results import PAID, RETURNED, VERDICTS
from payments.batch_templates import (
    DATE_FORMATS,
    ENCODINGS,
    MOST_COLUMNS,
    NUMBER,
    RESULT_KEYS,
    SEPARATORS,
    SOURCES,
    TEXT,
    Template,
    result_headings,
)
from payments.models import BatchKind, BatchState, PayoutBatch, PayoutMethod, ResultState, Run
from payments.paying import STATES


class PayoutEventRow(serializers.Serializer[Any]):
    outcome = serializers.CharField(help_text="sent, confirmed, returned or revoked.")
    at = serializers.DateTimeField()
    happened_on = serializers.DateField(allow_null=True, help_text="The day of the money, where it is another one.")
    received_by = serializers.CharField(allow_blank=True, help_text="Who took cash in the payee's stead.")
    reason = serializers.CharField(allow_blank=True)


class PayoutRowShape(serializers.Serializer[Any]):
    """The newest attempt to pay one statement. Account numbers are never answered."""

    id = serializers.UUIDField()
    statement = serializers.UUIDField()
    contributor = Named()
    method = serializers.ChoiceField(PayoutMethod.choices)
    bank_bin = serializers.CharField(allow_blank=True)
    account_tail = serializers.CharField(allow_blank=True, help_text="The last four digits.")
    amount = serializers.IntegerField()
    state = serializers.ChoiceField(list(STATES))
    batch = Named(allow_null=True)
    reference = serializers.CharField(allow_blank=True)
    attempts = serializers.IntegerField()
    events = PayoutEventRow(many=True)


class PayingFigures(serializers.Serializer[Any]):
    """Of a run, in people and đồng."""

    people = serializers.IntegerField()
    amount = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="People by state.")
    amounts = serializers.DictField(child=serializers.IntegerField(), help_text="Đồng by state.")
    to_order = serializers.IntegerField(help_text="People without an order who could get one.")
    held = serializers.IntegerField(help_text="People who wait for their payee details.")


class ConfirmBody(StrictBody):
    """Who of a run has the money: the payouts named, those of a batch, or everybody who waits."""

    run = ByPublicId(Run)
    batch = ByPublicId(PayoutBatch, required=False)
    payouts = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)
    happened_on = serializers.DateField(required=False, allow_null=True, default=None)
    received_by = Words(max_length=300, required=False, allow_blank=True, default="")


class ConfirmedCount(serializers.Serializer[Any]):
    payouts = serializers.IntegerField()


class WhyBody(StrictBody):
    reason = Words(max_length=500)


class NewBatch(StrictBody):
    """Gathers every loose payout of the kind's method, or those named."""

    run = ByPublicId(Run)
    kind = serializers.ChoiceField(BatchKind.choices)
    template = serializers.CharField(max_length=40, help_text="Code of a template.")
    purpose = Words(max_length=200, required=False, allow_blank=True, default="")
    payouts = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)


class DissolveBody(VersionBody):
    reason = Words(max_length=500)


class FileBody(StrictBody):
    format = serializers.ChoiceField(FORMATS)


class BatchFinding(serializers.Serializer[Any]):
    code = serializers.CharField()
    stops = serializers.BooleanField(help_text="No file before it is right.")
    sentence = serializers.CharField()
    payout = serializers.UUIDField(allow_null=True)


class BatchRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.IntegerField(help_text="Within its year.")
    year = serializers.IntegerField()
    run = Named()
    kind = serializers.ChoiceField(BatchKind.choices)
    state = serializers.ChoiceField(BatchState.choices)
    template = serializers.CharField()
    template_version = serializers.IntegerField(help_text="0: as it ships.")
    purpose = serializers.CharField()
    payouts = serializers.IntegerField()
    total = serializers.IntegerField()
    paid = serializers.IntegerField(help_text="People.")
    returned = serializers.IntegerField(help_text="People.")
    file_sha256 = serializers.CharField(allow_blank=True, help_text="Of the file that was taken last.")
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


class BatchDetail(BatchRow):
    findings = BatchFinding(many=True)


class ResultRowShape(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="As the sheet numbers it.")
    name = serializers.CharField(allow_blank=True)
    amount = serializers.CharField(allow_blank=True)
    status = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField([PAID, RETURNED], allow_blank=True)
    verdict = serializers.ChoiceField(VERDICTS)
    problem = serializers.CharField(allow_blank=True, help_text="A code.")
    sentence = serializers.CharField(allow_blank=True)
    payout = serializers.UUIDField(allow_null=True)


class BankResultDetail(serializers.Serializer[Any]):
    """A bank's answer. `rows` are empty once it is over: what they said is forgotten."""

    id = serializers.UUIDField()
    batch = Named()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    state = serializers.ChoiceField(ResultState.choices)
    row_count = serializers.IntegerField()
    applied = serializers.IntegerField(help_text="People whose outcome it wrote down.")
    rows = ResultRowShape(many=True)
    silent = serializers.ListField(child=serializers.UUIDField(), help_text="Payouts that the file lacks.")


class ColumnBody(StrictBody):
    title = Words(max_length=60)
    source = serializers.ChoiceField(list(SOURCES))  # type: ignore[assignment]
    type = serializers.ChoiceField([TEXT, NUMBER], required=False, default=TEXT)
    value = Words(max_length=100, required=False, allow_blank=True, default="", help_text="For a fixed column.")
    date_format = serializers.ChoiceField(list(DATE_FORMATS), required=False, default="dd/mm/yyyy")


class ResultWords(StrictBody):
    """Headings and words of the bank's answer; what is left out is read by the usual ones."""

    def get_fields(self) -> dict[str, Any]:
        return {
            key: serializers.ListField(child=Words(max_length=60), required=False, max_length=20) for key in RESULT_KEYS
        }


class TemplateBody(StrictBody):
    """The portal's own layout; one that ships is overlaid by the same code."""

    code = serializers.CharField(max_length=40)
    title = Words(max_length=100)
    kind = serializers.ChoiceField(BatchKind.choices)
    unaccented = serializers.BooleanField(required=False, default=False)
    capitals = serializers.BooleanField(required=False, default=False)
    longest_name = serializers.IntegerField(required=False, default=100)
    total = serializers.BooleanField(required=False, default=False)
    separator = serializers.ChoiceField(list(SEPARATORS), required=False, default=";")
    encoding = serializers.ChoiceField(list(ENCODINGS), required=False, default=ENCODINGS[0])
    columns = ColumnBody(many=True, max_length=MOST_COLUMNS)  # type: ignore[call-arg]
    result = ResultWords(required=False)


class TemplateRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    version = serializers.IntegerField(help_text="0: as it ships.")
    title = serializers.CharField()
    kind = serializers.ChoiceField(BatchKind.choices)
    unaccented = serializers.BooleanField()
    capitals = serializers.BooleanField()
    longest_name = serializers.IntegerField()
    total = serializers.BooleanField()
    separator = serializers.CharField(trim_whitespace=False)
    encoding = serializers.CharField()
    columns = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)))
    result = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class TemplatePreview(serializers.Serializer[Any]):
    """What invented people would look like."""

    headings = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))


def template_rules(body: Mapping[str, Any]) -> dict[str, Any]:
    """A `TemplateBody` as `payments.batch_templates` reads it."""
    return {
        "code": body["code"],
        "title": body["title"],
        "kind": body["kind"],
        "names": {
            "unaccented": body["unaccented"],
            "capitals": body["capitals"],
            "longest": body["longest_name"],
        },
        "csv": {"separator": body["separator"], "encoding": body["encoding"]},
        "total": body["total"],
        "columns": [
            {name: value for name, value in column.items() if name != "type"} | {"as": column["type"]}
            for column in body["columns"]
        ],
        "result": {key: list(words) for key, words in (body.get("result") or {}).items()},
    }


def template_shown(template: Template) -> dict[str, Any]:
    return {
        "code": template.code,
        "version": template.version,
        "title": template.title,
        "kind": template.kind,
        "unaccented": template.unaccented,
        "capitals": template.capitals,
        "longest_name": template.longest_name,
        "total": template.total,
        "separator": template.separator,
        "encoding": template.encoding,
        "columns": [
            {
                "title": column.title,
                "source": column.source,
                "type": column.kind,
                "value": column.value,
                "date_format": column.date_format,
            }
            for column in template.columns
        ],
        "result": {key: list(words) for key, words in result_headings(template).items()},
    }
