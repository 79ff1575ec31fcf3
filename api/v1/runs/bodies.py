"""What a client sends about runs."""

from __future__ import annotations

from rest_framework import serializers

from api.bodies import ByPublicId, StrictBody, VersionBody, Words
from payments.models import Fund


class NewRun(StrictBody):
    """Works published in `[period_from, period_until)`, to be paid on `payment_date`."""

    label = Words(max_length=100)  # type: ignore[assignment]
    period_from = serializers.DateField()
    period_until = serializers.DateField(help_text="The day after the last one.")
    payment_date = serializers.DateField(help_text="Decides which tax rule holds.")
    fund = ByPublicId(Fund, required=False, allow_null=True)


class CancelBody(VersionBody):
    reason = Words(max_length=1000, required=False, allow_blank=True, default="")
