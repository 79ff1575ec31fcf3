"""What a portal has reported to the one above it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contributors.models.tenancy import TenantModel, new_public_id


class SentReport(TenantModel):
    """Báo cáo đã gửi cấp trên: who sent it, when, to whom, and the figures as they were then.

    Sent again, it is a new row with the next `round`. Append-only; written by `payments.reporting_up`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    period_from = models.DateField()
    period_until = models.DateField()
    round = models.PositiveSmallIntegerField(default=1)
    to_portal = models.ForeignKey("contributors.Portal", models.PROTECT, related_name="+")
    figures = models.JSONField(help_text="Counts by name, and `spent` in đồng")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "period_from", "period_until", "round"], name="sentreport_once_a_round"
            ),
            models.CheckConstraint(condition=Q(period_until__gt=F("period_from")), name="sentreport_order"),
        ]

    def __str__(self) -> str:
        return f"{self.period_from} – {self.period_until}, {self.round}"
