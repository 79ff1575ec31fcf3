"""What reports say beside what the rows know: accesses of the website, and the words of the office."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contributors.models.tenancy import TenantModel


class MonthlyAccess(TenantModel):
    """How often the website was opened in a month, as its counter or its host says. Written by `accesses`."""

    month = models.DateField(help_text="Its first day")
    count = models.PositiveBigIntegerField()
    source = models.CharField(max_length=200, help_text="Who counted")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "month"], name="monthlyaccess_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="monthlyaccess_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}: {self.count}"


class ReportText(TenantModel):
    """A passage that the office writes itself, kept for its next report. Written by `report_texts`."""

    key = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "key"], name="reporttext_once")]

    def __str__(self) -> str:
        return self.key
