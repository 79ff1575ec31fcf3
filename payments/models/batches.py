"""Payouts that leave the house together, the column templates of their files, and the bank's answers to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class BatchKind(models.TextChoices):
    CASH = "cash", _("tiền mặt")
    BANK = "bank", _("ngân hàng")
    TREASURY = "treasury", _("kho bạc")


class BatchState(models.TextChoices):
    PREPARED = "prepared", _("đã lập")
    SENT = "sent", _("đã gửi")
    DONE = "done", _("đã xong")
    DISSOLVED = "dissolved", _("đã bỏ")


class PayoutTemplate(TenantModel):
    """A portal's own columns of a batch's file. Append-only: a change is the next version, giving it up is one too."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    rules = models.JSONField(help_text="As payments.batch_templates reads it")
    retired = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "code", "version"], name="payouttemplate_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class PayoutBatch(TenantModel):
    """Payouts of one run that are handed over together: a cash list, or one file for a bank or the treasury.

    Written by `payments.batches`. The columns of its file are copied in, so that a template that changes later does
    not change what was sent. `file_sha256` is that of the last file taken; the file itself is kept nowhere.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    run = TenantForeignKey("payments.Run", related_name="batches")
    kind = models.CharField(max_length=8, choices=BatchKind.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(help_text="Within its year, without gaps")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.PREPARED)
    version = models.PositiveIntegerField(default=1)
    template_code = models.CharField(max_length=40)
    template_version = models.PositiveIntegerField()
    rules = models.JSONField(help_text="The template's columns as they were")
    purpose = models.CharField(max_length=200, blank=True, help_text="What the transfer is for")
    payouts = models.PositiveIntegerField(help_text="How many when it was gathered")
    total = models.BigIntegerField(help_text="Đồng, when it was gathered")
    file_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "year", "number"], name="payoutbatch_number"),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="payoutbatch_state_known"),
            models.CheckConstraint(condition=Q(kind__in=BatchKind.values), name="payoutbatch_kind_known"),
            models.CheckConstraint(condition=Q(payouts__gt=0, total__gt=0), name="payoutbatch_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class BatchItem(TenantModel):
    """One payout in a batch. `reference` is what the bank's answer names it by: capitals, digits, once per portal."""

    batch = TenantForeignKey("payments.PayoutBatch", related_name="items", db_index=False)
    payout = TenantForeignKey("payments.Payout", related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    reference = models.CharField(max_length=25)
    live = models.BooleanField(default=True, help_text="False once its batch was dissolved")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="batchitem_position"),
            models.UniqueConstraint(fields=["payout"], condition=Q(live=True), name="batchitem_payout_in_one_batch"),
            models.UniqueConstraint(fields=["portal", "reference"], name="batchitem_reference"),
        ]

    def __str__(self) -> str:
        return self.reference


class ResultState(models.TextChoices):
    CHECKED = "checked", _("chờ xác nhận")
    APPLIED = "applied", _("đã ghi")
    DISCARDED = "discarded", _("đã bỏ")


class BankResult(TenantModel):
    """A bank's answer to a batch, between its check and its end. What the rows said is forgotten at the end."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    batch = TenantForeignKey("payments.PayoutBatch", related_name="results")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ResultState.choices, default=ResultState.CHECKED)
    row_count = models.PositiveIntegerField()
    rows = models.JSONField(help_text="Rows as read, account numbers cut to their last four digits")
    applied = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sha256"], condition=Q(state__in=["checked", "applied"]), name="bankresult_once"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
