"""What work is worth: national dated values, and a portal's dated decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.portals import EFFECTIVE_ORDER
from contributors.models.tenancy import TableRule, TenantModel, new_public_id, no_overlap


class BaseSalary(models.Model):
    """Lương cơ sở, national. Loaded from payments/rates/base-salary.yaml."""

    amount = models.BigIntegerField(help_text="Đồng a month")
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    legal_basis = models.CharField(max_length=300)
    doubt = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            TableRule(
                name="basesalary_no_overlap",
                sql="EXCLUDE USING gist (daterange(effective_from, effective_until) WITH &&)",
            ),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="basesalary_order"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="basesalary_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.effective_from}"


class TaxRule(models.Model):
    """A withholding rule of one kind of payee, national. Loaded from payments/rates/tax-rules.yaml."""

    kind = models.CharField(max_length=40)
    rule = models.JSONField()
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    legal_basis = models.CharField(max_length=300)
    doubt = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            TableRule(
                name="taxrule_no_overlap",
                sql=(
                    "EXCLUDE USING gist (int4range(hashtext(kind), hashtext(kind), '[]') WITH &&, "
                    "daterange(effective_from, effective_until) WITH &&)"
                ),
            ),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="taxrule_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.effective_from}"


class ScheduleState(models.TextChoices):
    DRAFT = "draft", _("dự thảo")
    IN_FORCE = "in_force", _("đang áp dụng")
    REPLACED = "replaced", _("đã thay thế")


class RateSchedule(TenantModel):
    """Quy định mức chi nhuận bút: a decision of the portal (or of its parent), dated.

    `rules` is the whole schedule as `payments.royalty.schedule` reads it. Without a decision's number a
    schedule serves what-if only. In force it is frozen, but for closing `effective_until` once.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    title = models.CharField(max_length=300)
    decision_number = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    signer = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=ScheduleState.choices, default=ScheduleState.DRAFT)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    rules = models.JSONField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            no_overlap("rateschedule_no_overlap", "portal_id", where="state <> 'draft'"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="rateschedule_order"),
            models.CheckConstraint(condition=Q(state__in=ScheduleState.values), name="rateschedule_known"),
        ]

    def __str__(self) -> str:
        return self.title


class RuleSnapshot(TenantModel):
    """Schedules, base salaries and legal basis as a run used them, once per content. Immutable."""

    digest = models.CharField(max_length=64)
    content = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "digest"], name="rulesnapshot_digest")]

    def __str__(self) -> str:
        return self.digest[:12]
