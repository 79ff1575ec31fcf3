"""Who logs in, on which device, and the codes that prove it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import new_public_id


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, login_phone: str | None, password: str | None = None, **fields: Any) -> Account:
        account = self.model(login_phone=login_phone, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A login of the whole installation, by phone. What it may do in a portal stands in seats and grants.

    `login_phone` is empty for the second person of a shared phone: they are found by the contributor's phone and
    told apart by what they prove. Written by `contributors.registration` and `contributors.identity`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    login_phone = models.CharField(max_length=16, unique=True, null=True, blank=True, help_text="E.164, +84…")
    name = models.CharField(max_length=300)
    language = models.CharField(max_length=2, default="vi")
    is_active = models.BooleanField(default=True)
    second_factor_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when a second factor is set up; empty: none."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "login_phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class CodePurpose(models.TextChoices):
    LOGIN = "login", _("đăng nhập")
    WELCOME = "welcome", _("vào lần đầu")
    TAKE_OVER = "take_over", _("tự đứng tên")


class CodeChannel(models.TextChoices):
    CONSOLE = "console", _("màn hình máy chủ")
    SMS = "sms", _("tin nhắn SMS")
    ZALO = "zalo", _("tin nhắn Zalo")
    EMAIL = "email", _("thư điện tử")
    COPIED = "copied", _("chép gửi qua Zalo")
    HANDED_OVER = "handed_over", _("đầu mối đọc cho")
    BROWSER = "browser", _("mở sang trình duyệt khác")


class LoginCode(models.Model):
    """One single-use code: six digits typed with the phone number, or a long one inside a link.

    Kept as a keyed hash only. Attempts are counted here, each in a transaction of its own. Written by
    `contributors.identity`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    purpose = models.CharField(max_length=10, choices=CodePurpose.choices)
    channel = models.CharField(max_length=12, choices=CodeChannel.choices)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164; the phone that the code proves")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: the phone"
    )
    contributor = models.ForeignKey("contributors.Contributor", models.PROTECT, null=True, blank=True, related_name="+")
    code_hash = models.BinaryField(db_index=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=CodePurpose.values), name="logincode_purpose_known"),
            models.CheckConstraint(condition=Q(channel__in=CodeChannel.values), name="logincode_channel_known"),
        ]
        indexes = [models.Index(fields=["phone", "-id"], name="logincode_of_phone")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class Device(models.Model):
    """A phone that its owner called their own. The cookie's token is kept as a hash."""

    token_hash = models.BinaryField(unique=True)
    label = models.CharField(max_length=100, blank=True, help_text="What the browser calls itself, in short")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.label or f"device {self.pk}"


class DeviceLogin(models.Model):
    """A person known on a device, with the PIN that unlocks there and nowhere else. Couples have one each."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="logins")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="device_logins")
    pin = models.CharField(max_length=160, blank=True, help_text="Hashed; empty: none chosen yet")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Wrong PINs since the last right one")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "account"], name="devicelogin_once")]

    def __str__(self) -> str:
        return f"{self.account_id} on {self.device_id}"


class AttemptCount(models.Model):
    """How often something was tried within a window; exact, whatever happens to the cache.

    `key` is a keyed hash of what is counted: no phone and no address stands here. Written by `contributors.attempts`.
    """

    key = models.BinaryField(unique=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["since"], name="attemptcount_since")]

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
