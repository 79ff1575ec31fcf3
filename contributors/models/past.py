"""What offices kept in books before they came: works of the past, for the figures alone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from contributors.models.tenancy import TenantForeignKey, TenantModel


class PastWork(TenantModel):
    """One line of an old book. It is no piece: nothing scores, pays or publishes it (docs/adr/0044).

    Written and taken out again, a sheet at a time, by `contributors.past_lists`.
    """

    sheet = TenantForeignKey("contributors.SheetImport", related_name="past_works")
    row = models.PositiveIntegerField(help_text="Of the sheet")
    month = models.DateField(help_text="Its first day")
    title = models.CharField(max_length=500, blank=True)
    contributor = TenantForeignKey("contributors.Contributor")
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    genre = TenantForeignKey("contributors.Genre")
    quantity = models.PositiveIntegerField(default=1)
    amount = models.PositiveBigIntegerField(null=True, blank=True, help_text="Đồng that the book says were paid")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "row"], name="pastwork_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="pastwork_first_day"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pastwork_quantity"),
        ]
        indexes = [models.Index(fields=["portal", "month"], name="pastwork_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y} {self.title}"
