"""What programs need at the API's door: keys that stand for a person, and answers given once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantModel, new_public_id


class KeyScope(models.TextChoices):
    READ = "read", _("đọc tin, bài và danh sách")
    WRITE = "write", _("ghi: gửi, sửa, duyệt trong phạm vi quyền của bạn")
    MONEY = "money", _("cả phần nhuận bút, kỳ chi và người nhận tiền")


class AccessKey(TenantModel):
    """Khoá truy cập cho phần mềm: a program acts as its owner, in one portal, within `scopes`, until it expires.

    The secret itself stands nowhere: `token` is the package's row with its hash, gone once the key is withdrawn or
    over. This row stays for a while, so that its owner sees what there was. Written by `contributors.access_keys`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="access_keys")
    token = models.OneToOneField("knox.AuthToken", models.SET_NULL, null=True, related_name="access_key")
    name = models.CharField(max_length=100, help_text="What the program is, in its owner's words")
    tail = models.CharField(max_length=4, help_text="The secret's last letters, to tell keys apart")
    scopes = ArrayField(models.CharField(max_length=8, choices=KeyScope.choices))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scopes__contained_by=KeyScope.values), name="accesskey_scopes_known"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="accesskey_scopes_some"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="accesskey_ends_after"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(token__isnull=True),
                name="accesskey_withdrawn_without_secret",
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="accesskey_of_account")]

    def __str__(self) -> str:
        return f"{self.name} ••••{self.tail}"


class KeptAnswer(TenantModel):
    """The answer to a request that named itself by Idempotency-Key, written with its effect: the same again is told it.

    `fingerprint` is of method, address and body. `body` is empty for what is too large or must be kept nowhere. Without
    `expires_at` the row is kept for good, the body for a while: what touched money is never done twice. Written by
    `api.idempotency`.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=500)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "account", "key"], name="keptanswer_once"),
            models.CheckConstraint(condition=Q(status__range=(200, 299)), name="keptanswer_of_success"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="keptanswer_over"),
            models.Index(fields=["account"], name="keptanswer_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
