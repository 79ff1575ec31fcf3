"""A period's run: from opening to closing, with the frozen input and the draft lines of each generation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import PortalKey, TableRule, TenantForeignKey, TenantModel, new_public_id


class RunState(models.TextChoices):
    OPEN = "open", _("đang mở")
    FROZEN = "frozen", _("đã chốt số liệu")
    COMPUTED = "computed", _("đã tính")
    IN_REVIEW = "in_review", _("cộng tác viên kiểm tra")
    CONFIRMED = "confirmed", _("trưởng ban đã xác nhận")
    APPROVED = "approved", _("thủ trưởng đã duyệt chi")
    ISSUED = "issued", _("đã phát hành")
    CLOSED = "closed", _("đã xong")
    CANCELLED = "cancelled", _("đã huỷ")


def _person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")


class Run(TenantModel):
    """Kỳ chi trả: everything published before `period_until` that has no live line, paid on `payment_date`.

    Written by `payments.runs` and `payments.issuing`. The accountant computes, the head confirms the works,
    the account holder approves the spending: the database refuses the accountant in the other two chairs.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    label = models.CharField(max_length=100)
    period_from = models.DateField()
    period_until = models.DateField()
    payment_date = models.DateField()
    fund = TenantForeignKey("payments.Fund", null=True, blank=True)
    snapshot = TenantForeignKey("payments.RuleSnapshot", null=True, blank=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.OPEN)
    version = models.PositiveIntegerField(default=1)
    generation = models.PositiveIntegerField(default=0)
    circumstances = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="Frozen beside the pieces: seats held in the period, what the fund has left",
    )
    fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the frozen input")
    frozen_at = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_by = _person()
    computed_by = _person()
    confirmed_by = _person()
    approved_by = _person()
    issued_by = _person()
    gross = models.BigIntegerField(null=True, blank=True)
    tax = models.BigIntegerField(null=True, blank=True)
    net = models.BigIntegerField(null=True, blank=True)
    list_number = models.PositiveIntegerField(null=True, blank=True, help_text="Number of the payment list")
    list_frozen = models.JSONField(null=True, blank=True, help_text="All that the payment list prints, but its rows")
    papers_ready_at = models.DateTimeField(null=True, blank=True)
    review_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Whole days that each person has from the delivery to them"
    )
    review_started_at = models.DateTimeField(null=True, blank=True)
    review_ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            TableRule(
                name="run_live_no_overlap",
                sql=(
                    "EXCLUDE USING gist (int8range(portal_id, portal_id, '[]') WITH &&, "
                    "daterange(period_from, period_until) WITH &&) WHERE (state <> 'cancelled')"
                ),
            ),
            models.CheckConstraint(condition=Q(period_until__gt=F("period_from")), name="run_order"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=Q(computed_by__isnull=True) | Q(approved_by__isnull=True) | ~Q(computed_by=F("approved_by")),
                name="run_approver_is_not_maker",
            ),
            models.CheckConstraint(
                condition=Q(computed_by__isnull=True)
                | Q(confirmed_by__isnull=True)
                | ~Q(computed_by=F("confirmed_by")),
                name="run_confirmer_is_not_maker",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "issued", "closed"]) | Q(approved_by__isnull=False),
                name="run_approved_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RunItem(TenantModel):
    """The frozen facts of one piece: the computation reads nothing else. Immutable."""

    portal = PortalKey(db_constraint=False)
    run = TenantForeignKey("payments.Run", related_name="items", db_index=False)
    piece = TenantForeignKey("contributors.Piece", db_index=False)
    position = models.PositiveIntegerField()
    facts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "piece"], name="runitem_once"),
            models.UniqueConstraint(fields=["run", "position"], name="runitem_position"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position}"


class LineKind(models.TextChoices):
    FEE = "fee", _("nhuận bút, thù lao")
    ALLOWANCE = "allowance", _("khoán tháng")
    DEDUCTION = "deduction", _("khấu trừ")
    CORRECTION = "correction", _("điều chỉnh")
    CARRY_OVER = "carry_over", _("chuyển kỳ")


class Held(models.TextChoices):
    PAYEE_MISSING = "payee_missing", _("chưa có thông tin nhận tiền")
    NOT_REGISTERED = "not_registered", _("tác giả chưa đăng ký")
    TAX_STATUS_MISSING = "tax_status_missing", _("chưa có diện thuế")
    CREDIT_OPEN = "credit_open", _("vai trò chưa xác nhận")
    DISPUTED = "disputed", _("đang xem lại")


class DraftLine(TenantModel):
    """A computed amount before approval. A recompute writes generation n+1, then switches the run to it."""

    portal = PortalKey(db_constraint=False)
    run = TenantForeignKey("payments.Run", related_name="draft_lines", db_index=False)
    generation = models.PositiveIntegerField()
    subject_key = models.CharField(max_length=60)
    contributor = TenantForeignKey("contributors.Contributor", db_index=False)
    piece = TenantForeignKey("contributors.Piece", null=True, blank=True, db_index=False)
    role = models.CharField(max_length=14)
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.FEE)
    amount = models.BigIntegerField(help_text="Đồng")
    exact_numerator = models.DecimalField(max_digits=38, decimal_places=0)
    exact_denominator = models.DecimalField(max_digits=38, decimal_places=0)
    template = models.CharField(max_length=40)
    values = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True, help_text="Why the amount is 0 đồng")
    held = models.CharField(max_length=20, choices=Held.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "generation", "subject_key"], name="draftline_subject")]

    def __str__(self) -> str:
        return self.subject_key


class Bucket(models.TextChoices):
    HELD = "held", _("tạm giữ")
    NO_FEE = "no_fee", _("không tính nhuận bút")
    OUTSIDE_RULES = "outside_rules", _("ngoài quy định mức chi")
    WAITING = "waiting", _("chờ vai trò hoặc điểm chấm")
    PAID_BEFORE = "paid_before", _("đã chi ở kỳ khác")


class RunExclusion(TenantModel):
    """A published piece (or one credit of it) that this generation does not pay, and why.

    `parts` says for how many credits the row stands: one, or all of the piece where `subject_key` is empty (a piece
    without any counts as one).
    """

    portal = PortalKey(db_constraint=False)
    run = TenantForeignKey("payments.Run", related_name="exclusions", db_index=False)
    generation = models.PositiveIntegerField()
    piece = TenantForeignKey("contributors.Piece", db_index=False)
    subject_key = models.CharField(max_length=60, blank=True)
    bucket = models.CharField(max_length=14, choices=Bucket.choices)
    reason = models.CharField(max_length=60)
    parts = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "generation", "piece", "subject_key"], name="runexclusion_once")
        ]

    def __str__(self) -> str:
        return f"{self.piece_id}: {self.bucket}"


class RunNotice(TenantModel):
    """What a generation found above a bound of the schedule. It is paid all the same, or was cut; people look at it.

    `values` belong to the sentence of `code` (`payments.royalty.explanation.explain_notice`).
    """

    portal = PortalKey(db_constraint=False)
    run = TenantForeignKey("payments.Run", related_name="notices")
    generation = models.PositiveIntegerField()
    piece = TenantForeignKey("contributors.Piece", null=True, blank=True, db_index=False)
    contributor = TenantForeignKey("contributors.Contributor", null=True, blank=True, db_index=False)
    code = models.CharField(max_length=40)
    values = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.run_id}: {self.code}"
