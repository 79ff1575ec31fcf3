"""Approved amounts, and what contributors say about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import PortalKey, TenantForeignKey, TenantModel
from payments.models.runs import LineKind


class Line(TenantModel):
    """Khoản nhuận bút: one amount of one person for one credit. Immutable once its statement is issued.

    `subject_key` names what is paid; a portal pays it once, but for corrections and carry-overs.
    """

    portal = PortalKey(db_constraint=False)
    run = TenantForeignKey("payments.Run", related_name="lines", db_index=False)
    statement = TenantForeignKey("payments.Statement", related_name="lines")
    ordinal = models.PositiveIntegerField()
    subject_key = models.CharField(max_length=60)
    contributor = TenantForeignKey("contributors.Contributor", related_name="lines")
    piece = TenantForeignKey("contributors.Piece", null=True, blank=True, db_index=False)
    role = models.CharField(max_length=14)
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.FEE)
    amount = models.BigIntegerField(help_text="Đồng")
    exact_numerator = models.DecimalField(max_digits=38, decimal_places=0)
    exact_denominator = models.DecimalField(max_digits=38, decimal_places=0)
    template = models.CharField(max_length=40)
    values = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)
    corrects = TenantForeignKey("self", null=True, blank=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "subject_key"],
                condition=~Q(kind__in=["correction", "carry_over"]),
                name="line_paid_once",
            ),
            models.UniqueConstraint(
                fields=["portal", "subject_key"], condition=Q(kind="carry_over"), name="line_carried_once"
            ),
            models.UniqueConstraint(fields=["statement", "ordinal"], name="line_ordinal"),
            models.CheckConstraint(
                condition=Q(kind__in=["correction", "carry_over", "deduction"]) | Q(amount__gte=0),
                name="line_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(kind="correction") | Q(corrects__isnull=False), name="line_correction_names_line"
            ),
        ]
        indexes = [models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="line_corrects")]

    def __str__(self) -> str:
        return self.subject_key


class Answer(models.TextChoices):
    RIGHT = "right", _("đúng")
    MISSING = "missing", _("còn thiếu")
    NOT_MINE = "not_mine", _("không phải của tôi")


class LineCheck(TenantModel):
    """What a contributor says of an amount before money moves. No row means: no answer."""

    run = TenantForeignKey("payments.Run", related_name="checks")
    subject_key = models.CharField(max_length=60, blank=True)
    contributor = TenantForeignKey("contributors.Contributor")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    reason = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=1000, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "subject_key", "contributor"], name="linecheck_once"),
            models.CheckConstraint(condition=Q(answer="right") | ~Q(reason=""), name="linecheck_dispute_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.subject_key}"
