"""The money that a portal may spend."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contributors.models.portals import EFFECTIVE_ORDER
from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id, no_overlap


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


class FundChange(TenantModel):
    """Bổ sung, cắt giảm: one change of a fund's amount by a decision. Append-only; the fund shows the sum."""

    fund = TenantForeignKey("payments.Fund", related_name="changes")
    amount = models.BigIntegerField(help_text="Đồng; negative is a cut")
    amount_after = models.BigIntegerField(help_text="Đồng; the fund from then on")
    decision_number = models.CharField(max_length=100)
    reason = models.CharField(max_length=500)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="fundchange_not_zero"),
            models.CheckConstraint(condition=Q(amount_after__gte=0), name="fundchange_not_negative"),
            models.CheckConstraint(condition=~Q(decision_number="") & ~Q(reason=""), name="fundchange_has_grounds"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.decision_number}"


class FundPolicy(TenantModel):
    """From how many days before its cut-off a fund warns, dated; without a row the shipped rule holds."""

    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    warn_days = models.PositiveSmallIntegerField()
    decision_number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            no_overlap("fundpolicy_no_overlap", "portal_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="fundpolicy_order"),
        ]

    def __str__(self) -> str:
        return f"{self.warn_days} days from {self.effective_from}"
