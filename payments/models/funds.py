"""The money that a portal may spend."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from contributors.models.tenancy import TenantModel, new_public_id


class Fund(TenantModel):
    """Dự toán: money of a budget year and source. Committed, issued, paid and left are derived, never kept."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    amount = models.BigIntegerField(help_text="Đồng")
    cut_off = models.DateField(help_text="Last day on which a run may be issued from it")
    decision_number = models.CharField(max_length=100, blank=True)
    budget_code = models.CharField(
        max_length=40, blank=True, help_text="Mã đơn vị quan hệ ngân sách, as the treasury knows the body"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "year", "source"], name="fund_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="fund_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"
