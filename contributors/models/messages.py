"""Messages to people outside the pages: what is to be said to whom, by which way it went, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class MessageKind(models.TextChoices):
    RETURNED = "returned", _("bài cần sửa thêm")
    DECLINED = "declined", _("bài không dùng được")
    APPROVED = "approved", _("bài đã duyệt")
    PUBLISHED = "published", _("bài đã lên trang")
    CALL = "call", _("đặt bài")
    WELCOME = "welcome", _("đã nhận làm cộng tác viên")
    NOT_TAKEN = "not_taken", _("chưa nhận làm cộng tác viên")
    REGISTERED = "registered", _("đã đăng ký giúp")
    TRAINING = "training", _("mời tập huấn")
    CHECK = "check", _("mời kiểm tra nhuận bút")
    STATEMENT = "statement", _("có phiếu nhuận bút")
    PAID = "paid", _("đã chi nhuận bút")
    PAID_BACK = "paid_back", _("tiền gửi không tới nơi")


ABOUT_MONEY = (MessageKind.CHECK, MessageKind.STATEMENT, MessageKind.PAID, MessageKind.PAID_BACK)


class MessageState(models.TextChoices):
    BY_HAND = "by_hand", _("cần báo bằng tay")
    QUEUED = "queued", _("chờ gửi")
    SENDING = "sending", _("đang gửi")
    SENT = "sent", _("đã gửi")
    FAILED = "failed", _("không gửi được")
    TOLD = "told", _("đã báo")
    REPLACED = "replaced", _("đã có tin mới hơn")


class MessageWay(models.TextChoices):
    SMS = "sms", _("tin nhắn SMS")
    ZALO = "zalo", _("tin nhắn Zalo")
    EMAIL = "email", _("thư điện tử")
    COPIED = "copied", _("chép gửi qua Zalo")
    SPOKEN = "spoken", _("gọi điện hoặc gặp mặt")


class MessageFault(models.TextChoices):
    NO_PHONE = "no_phone", _("người này không có số điện thoại")
    REFUSED = "refused", _("nhà mạng từ chối")
    AWAY = "away", _("không nối được với nhà mạng")
    UNSURE = "unsure", _("đứt giữa chừng, không rõ đã tới hay chưa")


class Message(TenantModel):
    """One thing to tell one person (or, without one, a unit's group), once: `key` names the occasion.

    `text` holds a name and a title, never an amount, an account number or an identity number; erasing a person empties
    it. `SENDING` is written before the gateway is asked, so that a worker that dies sends nothing twice. Written by
    `contributors.messaging`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contributor = TenantForeignKey("contributors.Contributor", null=True, blank=True)
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    kind = models.CharField(max_length=12, choices=MessageKind.choices)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    text = models.CharField(max_length=700, blank=True)
    state = models.CharField(max_length=10, choices=MessageState.choices)
    way = models.CharField(max_length=10, choices=MessageWay.choices, blank=True)
    fault = models.CharField(max_length=10, choices=MessageFault.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True, help_text="Waits for this moment, then a job is promised")
    ended_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "key"], name="message_once"),
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="message_kind_known"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_known"),
            models.CheckConstraint(condition=Q(way__in=["", *MessageWay.values]), name="message_way_known"),
            models.CheckConstraint(condition=Q(fault__in=["", *MessageFault.values]), name="message_fault_known"),
        ]
        indexes = [
            models.Index(fields=["portal", "state", "-id"], name="message_by_state"),
            models.Index(fields=["portal", "subject_type", "subject_id", "-id"], name="message_about"),
            models.Index(fields=["contributor", "-id"], name="message_of_person"),
            models.Index(fields=["not_before"], condition=Q(state="queued"), name="message_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.contributor_id} {self.state}"
