"""What changes money after issue, and what people decide about their own: corrections, waivers, unclaimed sums."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.portals import EFFECTIVE_ORDER
from contributors.models.tenancy import TableRule, TenantForeignKey, TenantModel, new_public_id, no_overlap

# Withdrawn on its first day it holds on none.
WAIVER_ORDER = Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from"))


def _person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")


def _perhaps() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")


class CorrectionState(models.TextChoices):
    PROPOSED = "proposed", _("chờ người thứ hai")
    CONFIRMED = "confirmed", _("chờ kỳ sau")
    TAKEN = "taken", _("đã vào kỳ")
    CANCELLED = "cancelled", _("đã bỏ")


class CorrectionSource(models.TextChoices):
    PERSON = "person", _("có người đề nghị")
    RETRACTED = "retracted", _("bài đã gỡ")


class Correction(TenantModel):
    """Điều chỉnh: a signed amount on an issued line, proposed by one person and confirmed by another.

    The next approval takes it as a line of its own that names the old one. `replaces`: nothing of the old statement
    was ever paid, so it stays unpaid and the next run pays it anew, less this. Written by `payments.corrections`
    and `payments.approving`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    line = TenantForeignKey("payments.Line", related_name="proposed_corrections")
    amount = models.BigIntegerField(help_text="Đồng; negative takes back")
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=10, choices=CorrectionSource.choices, default=CorrectionSource.PERSON)
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    replaces = models.BooleanField(default=False)
    proposed_by = _perhaps()
    proposed_at = models.DateTimeField()
    confirmed_by = _perhaps()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = _perhaps()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    taken_as = TenantForeignKey("payments.Line", null=True, blank=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(state__in=["proposed", "confirmed"]), name="correction_one_open"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="correction_not_zero"),
            models.CheckConstraint(condition=Q(state__in=CorrectionState.values), name="correction_state_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(confirmed_by=F("proposed_by")),
                name="correction_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "taken"]) | Q(confirmed_by__isnull=False),
                name="correction_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="taken", taken_as__isnull=False) | (~Q(state="taken") & Q(taken_as__isnull=True)),
                name="correction_taken_as_line",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="correction_cancel_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on line {self.line_id}"


class BalancePolicy(TenantModel):
    """A portal's own rule for what is carried between runs, dated; without one the shipped rule holds."""

    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    floor = models.BigIntegerField(help_text="Đồng; what is below it is held")
    recovery_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    recovery_dong = models.BigIntegerField(null=True, blank=True, help_text="Đồng a month")
    release_at_year_end = models.BooleanField(default=True)
    decision_number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            no_overlap("balancepolicy_no_overlap", "portal_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="balancepolicy_order"),
            models.CheckConstraint(condition=Q(floor__gte=0), name="balancepolicy_floor_not_negative"),
            models.CheckConstraint(
                condition=Q(recovery_percent__isnull=True) | Q(recovery_percent__gte=0, recovery_percent__lte=100),
                name="balancepolicy_percent",
            ),
            models.CheckConstraint(
                condition=Q(recovery_dong__isnull=True) | Q(recovery_dong__gte=0), name="balancepolicy_dong"
            ),
        ]

    def __str__(self) -> str:
        return f"floor {self.floor} from {self.effective_from}"


class WaiverScope(models.TextChoices):
    LINE = "line", _("một khoản")
    RUN = "run", _("cả kỳ")
    STANDING = "standing", _("từ một ngày trở đi")


class WaiverWay(models.TextChoices):
    SELF = "self", _("tự khai trên trang")
    SHEET = "sheet", _("giấy đã ký")


class Waiver(TenantModel):
    """Từ chối nhận: a person's own decision, by themself or on a signed sheet that a second person has seen.

    A line keeps its amount and gets a deduction of the same amount beside it. Written by `payments.waivers`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contributor = TenantForeignKey("contributors.Contributor", related_name="waivers")
    scope = models.CharField(max_length=8, choices=WaiverScope.choices)
    run = TenantForeignKey("payments.Run", null=True, blank=True)
    subject_key = models.CharField(max_length=60, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_until = models.DateField(null=True, blank=True)
    way = models.CharField(max_length=5, choices=WaiverWay.choices)
    consent = models.CharField(max_length=20, help_text="Version of the words agreed to")
    sheet_signed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_by = _person()
    recorded_at = models.DateTimeField()
    confirmed_by = _perhaps()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = _perhaps()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way="self") | Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="waiver_two_people",
            ),
            models.CheckConstraint(
                condition=Q(way="self") | Q(sheet_signed_on__isnull=False), name="waiver_sheet_has_day"
            ),
            models.CheckConstraint(
                condition=Q(scope="standing", run__isnull=True, subject_key="", effective_from__isnull=False)
                | Q(scope="run", run__isnull=False, subject_key="")
                | (Q(scope="line", run__isnull=False) & ~Q(subject_key="")),
                name="waiver_scope_whole",
            ),
            models.CheckConstraint(condition=WAIVER_ORDER, name="waiver_order"),
            models.UniqueConstraint(
                fields=["run", "contributor", "subject_key"],
                condition=Q(withdrawn_at__isnull=True, run__isnull=False),
                name="waiver_once",
            ),
            TableRule(
                name="waiver_standing_no_overlap",
                sql=(
                    "EXCLUDE USING gist (int8range(contributor_id, contributor_id, '[]') WITH &&, "
                    "daterange(effective_from, effective_until) WITH &&) WHERE (scope = 'standing')"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} of {self.contributor_id}"


class NoticeWay(models.TextChoices):
    PHONE = "phone", _("gọi điện")
    MESSAGE = "message", _("nhắn tin")
    POST = "post", _("gửi thư")
    IN_PERSON = "in_person", _("báo tận nơi")
    ANSWER = "answer", _("người nhận trả lời")


class UnclaimedNotice(TenantModel):
    """One attempt to reach who has not taken their money, or the answer that came. Append-only."""

    statement = TenantForeignKey("payments.Statement", related_name="unclaimed_notices")
    on = models.DateField()
    way = models.CharField(max_length=10, choices=NoticeWay.choices)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = _person()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.way} {self.on}"


class UnclaimedState(models.TextChoices):
    KEPT = "kept", _("giữ lại chờ nhận")
    TRANSFERRED = "transferred", _("đã chuyển quỹ năm sau")
    REVERSED = "reversed", _("đã trả lại người nhận")
    OWED = "owed", _("chờ kỳ sau chi lại")
    PAID_AGAIN = "paid_again", _("đã vào kỳ sau")


class UnclaimedDecision(TenantModel):
    """What the accountant decided about a statement that nobody took. Written by `payments.unclaimed`."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    statement = TenantForeignKey("payments.Statement", related_name="unclaimed_decisions")
    state = models.CharField(max_length=12, choices=UnclaimedState.choices)
    version = models.PositiveIntegerField(default=1)
    amount = models.BigIntegerField(help_text="Đồng before tax")
    fund = TenantForeignKey("payments.Fund", null=True, blank=True)
    decision_number = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=300)
    decided_by = _person()
    decided_at = models.DateTimeField()
    reversed_by = _perhaps()
    reversed_at = models.DateTimeField(null=True, blank=True)
    reverse_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement"], condition=~Q(state__in=["reversed", "kept"]), name="unclaimed_decided_once"
            ),
            models.CheckConstraint(condition=Q(state__in=UnclaimedState.values), name="unclaimed_state_known"),
            models.CheckConstraint(
                condition=Q(state="kept") | (Q(fund__isnull=False) & ~Q(decision_number="")),
                name="unclaimed_transfer_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.amount}"
