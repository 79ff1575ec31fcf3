"""How the board works together: its dated rules, own days, hand-overs, notices, answers to credits, offered calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.people import SeatName
from contributors.models.pieces import Role
from contributors.models.portals import EFFECTIVE_ORDER
from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id, no_overlap


class BoardRules(TenantModel):
    """What the board promises and how it shares work, from a day on. Written by `contributors.board_rules`.

    A portal that never said anything works by `contributors/board_rules.yaml`.
    """

    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    review_hours = models.DecimalField(max_digits=4, decimal_places=1, help_text="Working hours until a first answer")
    publish_hours = models.DecimalField(max_digits=4, decimal_places=1, help_text="Working hours from approval on")
    leader_same_day = models.BooleanField(default=True, help_text="A leaders' activity goes up on its own day")
    weekdays = models.CharField(max_length=7, default="12345", help_text="ISO numbers of the working days")
    day_from = models.TimeField(default=time(7, 30))
    noon_from = models.TimeField(default=time(11, 30))
    noon_until = models.TimeField(default=time(13, 30))
    day_until = models.TimeField(default=time(17, 0))
    second_score_above = models.DecimalField(
        max_digits=7, decimal_places=3, null=True, blank=True, help_text="A higher coefficient takes two scorers"
    )
    offer_units = models.PositiveSmallIntegerField(default=3, help_text="To how many silent units a call goes first")
    offer_hours = models.PositiveSmallIntegerField(default=24, help_text="For how long it is theirs alone")
    decision_number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            no_overlap("boardrules_no_overlap", "portal_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="boardrules_order"),
            models.CheckConstraint(
                condition=Q(review_hours__gt=Decimal(0)) & Q(publish_hours__gt=Decimal(0)), name="boardrules_hours"
            ),
            models.CheckConstraint(
                condition=Q(day_from__lt=F("noon_from"))
                & Q(noon_from__lte=F("noon_until"))
                & Q(noon_until__lt=F("day_until")),
                name="boardrules_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_hours} h, {self.effective_from}"


class OwnDay(TenantModel):
    """A day that differs from the country's calendar: a day off of the portal, or a Saturday on which it works."""

    on = models.DateField()
    working = models.BooleanField(help_text="False: a day off")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "on"], name="ownday_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.working}"


class HandedRight(models.TextChoices):
    APPROVE = "piece.approve", _("duyệt tin, bài")
    PUBLISH = "piece.publish", _("đăng")


# Whose right it is to hand over; a test holds this against the access table.
HANDED_BY: Mapping[str, frozenset[str]] = {
    HandedRight.APPROVE: frozenset({SeatName.HEAD, SeatName.DEPUTY}),
    HandedRight.PUBLISH: frozenset({SeatName.PUBLISHER, SeatName.DEPUTY}),
}
# What goes along: who approves also returns and declines, who posts also fixes the hour.
COVERS: Mapping[str, frozenset[str]] = {
    HandedRight.APPROVE: frozenset({"piece.approve", "piece.return", "piece.decline"}),
    HandedRight.PUBLISH: frozenset({"piece.publish", "piece.schedule"}),
}


class Delegation(TenantModel):
    """A board member's own right in another member's hands for a time. It never goes further.

    Written by `contributors.delegations`; it holds only while the giver keeps the seat that it comes from.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    giver = TenantForeignKey("contributors.Contributor")
    receiver = TenantForeignKey("contributors.Contributor")
    right = models.CharField(max_length=20, choices=HandedRight.choices)
    effective_from = models.DateField()
    effective_until = models.DateField()
    reason = models.CharField(max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_until__gte=F("effective_from")), name="delegation_order"
            ),  # equal: taken back before it began
            models.CheckConstraint(condition=Q(right__in=HandedRight.values), name="delegation_right_known"),
        ]
        indexes = [models.Index(fields=["receiver", "effective_until"], name="delegation_by_receiver")]

    def __str__(self) -> str:
        return f"{self.right} {self.giver_id} → {self.receiver_id}"


class NoticeKind(models.TextChoices):
    HALF = "half", _("quá nửa thời gian, phó ban duyệt thay được")
    LATE_REVIEW = "late_review", _("quá hạn trả lời tác giả")
    LATE_POSTING = "late_posting", _("quá hạn đăng")
    TO_POST = "to_post", _("tới giờ hẹn đăng")
    CREDIT = "credit", _("có người ghi tên bạn vào tin, bài")
    DISPUTE = "dispute", _("có người đề nghị xem lại phần của mình")
    CALL = "call", _("đơn vị của bạn được đặt bài")
    CALL_SOON = "call_soon", _("bài đã nhận sắp tới hạn")
    CALL_EXPIRED = "call_expired", _("bài đặt quá hạn chưa có người gửi")


class Notice(TenantModel):
    """One reminder to one person, once: `key` names the step that waited, so a second round of the timer adds nothing.

    Written by `contributors.reminding`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contributor = TenantForeignKey("contributors.Contributor")
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    piece = TenantForeignKey("contributors.Piece", null=True, blank=True)
    assignment = TenantForeignKey("contributors.Assignment", null=True, blank=True)
    key = models.CharField(max_length=80)
    due_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contributor", "key"], name="notice_once")]
        indexes = [models.Index(fields=["contributor", "-id"], condition=Q(read_at__isnull=True), name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.kind} {self.contributor_id}"


class CreditAnswer(TenantModel):
    """What a credited person (or, `by_board`, the board as arbiter) said of one part of a piece. Only added to;
    erasing a person takes the reason that they gave.
    """

    piece = TenantForeignKey("contributors.Piece", related_name="credit_answers")
    contributor = TenantForeignKey("contributors.Contributor")
    role = models.CharField(max_length=14, choices=Role.choices)
    share = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    agrees = models.BooleanField(help_text="False: asks to look again")
    by_board = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["piece", "contributor"], name="creditanswer_of_piece")]

    def __str__(self) -> str:
        return f"{self.contributor_id} {self.agrees}"


class AssignmentOffer(TenantModel):
    """A unit to which a call goes before everybody else; `position` tells in which order silence chose it."""

    assignment = TenantForeignKey("contributors.Assignment", related_name="offers")
    unit = TenantForeignKey("contributors.Unit", related_name="offered")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "unit"], name="assignmentoffer_once")]
        indexes = [models.Index(fields=["unit", "-id"], name="assignmentoffer_of_unit")]

    def __str__(self) -> str:
        return f"{self.assignment_id} → {self.unit_id}"
