"""What a client gets about runs. All amounts are whole đồng."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.v1.pieces.shapes import Named
from contributors.models import Role
from payments.models import Bucket, Held, LineKind, RunState


class RunRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    period_from = serializers.DateField()
    period_until = serializers.DateField()
    payment_date = serializers.DateField()
    state = serializers.ChoiceField(RunState.choices)
    fund = Named(allow_null=True)
    gross = serializers.IntegerField(allow_null=True, help_text="Null before the spending is approved.")
    tax = serializers.IntegerField(allow_null=True)
    net = serializers.IntegerField(allow_null=True)
    fingerprint = serializers.CharField(help_text="SHA-256 of the frozen input.")
    frozen_at = serializers.DateTimeField(allow_null=True)
    computed_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    papers_ready_at = serializers.DateTimeField(allow_null=True)
    review_days = serializers.IntegerField(allow_null=True, help_text="Null: never opened to its contributors.")
    review_started_at = serializers.DateTimeField(allow_null=True)
    review_ended_at = serializers.DateTimeField(allow_null=True)


class RunProgress(serializers.Serializer[Any]):
    """Derived from rows each time it is asked; ask again while `working`."""

    state = serializers.ChoiceField(RunState.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    working = serializers.BooleanField()
    failed_jobs = serializers.IntegerField()
    paused_jobs = serializers.IntegerField()


class RunFigures(serializers.Serializer[Any]):
    pieces = serializers.IntegerField()
    lines = serializers.IntegerField()
    people = serializers.IntegerField()
    gross = serializers.IntegerField()
    tax = serializers.IntegerField()
    net = serializers.IntegerField()
    held_people = serializers.IntegerField()
    held_amount = serializers.IntegerField()
    excluded = serializers.DictField(child=serializers.IntegerField(), help_text="Pieces by bucket.")


class RunDetail(RunRow):
    """A run with its figures, how far it is, and what you may do with it now."""

    progress_address = serializers.URLField()
    summary = RunFigures()
    progress = RunProgress()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class LineGround(serializers.Serializer[Any]):
    """One rule that an amount follows, in the language of the request."""

    rule = serializers.CharField()
    legal_basis = serializers.CharField()
    doubt = serializers.BooleanField(help_text="Nobody has yet read it in the original.")


class RunLine(serializers.Serializer[Any]):
    """One computed amount. `explanation` can be checked with a pocket calculator."""

    subject_key = serializers.CharField(help_text="What is paid; a portal pays it once.")
    kind = serializers.ChoiceField(LineKind.choices)
    contributor = Named()
    piece = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    published_on = serializers.DateField(allow_null=True)
    genre = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    amount = serializers.IntegerField()
    explanation = serializers.CharField()
    grounds = LineGround(many=True)
    held = serializers.ChoiceField(Held.choices, allow_null=True, help_text="Why it is not paid in this run.")


class RunExclusionRow(serializers.Serializer[Any]):
    piece = Named(help_text="The piece's id and title.")
    subject_key = serializers.CharField()
    bucket = serializers.ChoiceField(Bucket.choices)
    parts = serializers.IntegerField(help_text="For how many credits of the piece the row stands.")
    reason = serializers.CharField(help_text="A code.")
    explanation = serializers.CharField()


class PayoutsPrepared(serializers.Serializer[Any]):
    payouts = serializers.IntegerField()
    amount = serializers.IntegerField()


class PayoutsConfirmed(serializers.Serializer[Any]):
    payouts = serializers.IntegerField()


class TaxWarning(serializers.Serializer[Any]):
    """Nothing is withheld, for each payment stays below `threshold`; a payment is never to be split for that."""

    contributor = Named()
    here = serializers.IntegerField()
    others = serializers.IntegerField(help_text="Paid by other runs of the month.")
    together = serializers.IntegerField()
    threshold = serializers.IntegerField()
    runs = serializers.ListField(child=serializers.CharField())
