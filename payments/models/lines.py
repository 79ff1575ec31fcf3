"""Approved amounts, and what contributors say about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import PortalKey, TenantForeignKey, TenantModel, new_public_id
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


class CheckOutcome(models.TextChoices):
    KEPT = "kept", _("giữ nguyên")
    CORRECTED = "corrected", _("sẽ sửa")


class Delivery(models.TextChoices):
    OPENED = "opened", _("đã mở trang xem")
    PERSON = "person", _("đã báo trực tiếp")
    MESSAGE = "message", _("đã nhắn tin")


class CheckDelivery(TenantModel):
    """That a person was told to check their amounts of a run, and until when they may answer.

    The first delivery of a review counts. Written by `payments.checking`; a review that is started anew tells anew.
    """

    run = TenantForeignKey("payments.Run", related_name="deliveries")
    contributor = TenantForeignKey("contributors.Contributor")
    way = models.CharField(max_length=7, choices=Delivery.choices)
    delivered_at = models.DateTimeField()
    delivered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    deadline = models.DateTimeField(help_text="The first moment at which an answer comes too late")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "contributor"], name="checkdelivery_once"),
            models.CheckConstraint(condition=Q(way__in=Delivery.values), name="checkdelivery_way_known"),
            models.CheckConstraint(condition=Q(deadline__gt=F("delivered_at")), name="checkdelivery_order"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.contributor_id} {self.way}"


class LineCheck(TenantModel):
    """What a contributor says of an amount before money moves. No row means: no answer.

    On (run, subject_key), so that it outlives a recompute; `amount` is the one that was answered. An empty
    `subject_key` is about the list as a whole: something is not on it. Written by `payments.checking`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    run = TenantForeignKey("payments.Run", related_name="checks")
    subject_key = models.CharField(max_length=60, blank=True)
    contributor = TenantForeignKey("contributors.Contributor")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    reason = models.CharField(max_length=1000, blank=True)
    amount = models.BigIntegerField(null=True, blank=True, help_text="Đồng, as it stood when answered")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=CheckOutcome.choices, blank=True)
    reply = models.CharField(max_length=1000, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "subject_key", "contributor"], name="linecheck_once"),
            models.CheckConstraint(condition=Q(answer="right") | ~Q(reason=""), name="linecheck_dispute_has_reason"),
            models.CheckConstraint(condition=Q(outcome="") | ~Q(reply=""), name="linecheck_outcome_has_reply"),
            models.CheckConstraint(condition=Q(outcome="") | ~Q(answer="right"), name="linecheck_outcome_of_dispute"),
        ]
        indexes = [
            models.Index(fields=["portal", "subject_key"], condition=~Q(answer="right"), name="linecheck_disputes")
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.subject_key}"
