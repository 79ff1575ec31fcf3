"""How statements are paid."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class PayoutMethod(models.TextChoices):
    TRANSFER = "transfer", _("chuyển khoản")
    CASH = "cash", _("tiền mặt")


class Payout(TenantModel):
    """One attempt to pay a statement, with the account as it was then. A returned one is not live any more."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    statement = TenantForeignKey("payments.Statement", related_name="payouts")
    method = models.CharField(max_length=8, choices=PayoutMethod.choices)
    amount = models.BigIntegerField(help_text="Đồng; the statement's net")
    bank_bin = models.CharField(max_length=6, blank=True)
    bank_account_tail = models.CharField(max_length=4, blank=True)
    payee_details = TenantForeignKey("payments.PayeeDetails", db_index=False)
    follows = TenantForeignKey("self", null=True, blank=True, db_index=False, help_text="The failed attempt before")
    live = models.BooleanField(default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement"], condition=Q(live=True), name="payout_one_live"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"


class Outcome(models.TextChoices):
    SENT = "sent", _("đã gửi lệnh chi")
    CONFIRMED = "confirmed", _("đã nhận tiền")
    RETURNED = "returned", _("bị trả lại")
    REVOKED = "revoked", _("rút xác nhận")


class PayoutEvent(TenantModel):
    """What became of a payout. Append-only: a wrong confirmation is answered by `revoked`, from a second person.

    `happened_on` is the day on which the money moved, where that is another one than the day of writing it down;
    `received_by` who took cash in the payee's stead.
    """

    payout = TenantForeignKey("payments.Payout", related_name="outcomes")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=500, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    received_by = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payout", "outcome"], name="payoutevent_once"),
            models.CheckConstraint(
                condition=~Q(outcome="returned") | ~Q(reason=""), name="payoutevent_return_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="revoked") | ~Q(reason=""), name="payoutevent_revoking_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id} {self.outcome}"
