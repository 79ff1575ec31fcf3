"""To whom money goes, and how it is taxed. Numbers of persons and banks are envelope-encrypted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.portals import EFFECTIVE_ORDER
from contributors.models.tenancy import TenantForeignKey, TenantModel, no_overlap


class DataKey(models.Model):
    """A key that encrypts rows, itself wrapped by the first of BUTLANG_KEYS. Rotation writes only `wrapped`."""

    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"data key {self.id}"


class PayeeDetails(TenantModel):
    """One version of a contributor's payment details; a change is a new row. Written by `payments.payees`."""

    contributor = TenantForeignKey("contributors.Contributor", related_name="payee_details")
    version = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    legal_name = models.CharField(max_length=300)
    other_payee_name = models.CharField(max_length=300, blank=True, help_text="Payee other than the contributor")
    data_key = models.ForeignKey("payments.DataKey", models.PROTECT, related_name="+")
    personal_id = models.BinaryField(help_text="Encrypted; 12 digits or old tax code")
    personal_id_hmac = models.BinaryField(db_index=True)
    personal_id_tail = models.CharField(max_length=4)
    bank_bin = models.CharField(max_length=6, blank=True)
    bank_account = models.BinaryField(null=True, blank=True, help_text="Encrypted")
    bank_account_hmac = models.BinaryField(null=True, blank=True)
    bank_account_tail = models.CharField(max_length=4, blank=True)
    account_name = models.CharField(max_length=300, blank=True, help_text="The holder, as the bank writes it")
    name_differs = models.BooleanField(default=False, help_text="Holder and payee differ, compared without tone marks")
    sheet_signed_on = models.DateField(null=True, blank=True, help_text="Day on the payee's signed sheet")
    hold_until = models.DateField(null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by_payee = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contributor"], condition=Q(current=True), name="payeedetails_one_current"),
            models.UniqueConstraint(fields=["contributor", "version"], name="payeedetails_version"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(confirmed_by_payee=True) | ~Q(confirmed_by=F("changed_by")),
                name="payeedetails_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"payee details of {self.contributor_id} v{self.version}"


class TaxKind(models.TextChoices):
    RESIDENT_NO_CONTRACT = "resident_no_contract", _("cá nhân cư trú không ký hợp đồng lao động")
    HAMLET_OFFICER = "hamlet_officer", _("người hoạt động không chuyên trách")
    CIVIL_SERVANT_HERE = "civil_servant_here", _("cán bộ, công chức của cơ quan chi trả")
    OTHER_BODY = "other_body", _("người của cơ quan khác")
    NON_RESIDENT = "non_resident", _("cá nhân không cư trú")


class TaxStatus(TenantModel):
    """Diện thuế, dated. A commitment of a year means: no withholding, listed at year end."""

    contributor = TenantForeignKey("contributors.Contributor", related_name="tax_statuses")
    status = models.CharField(max_length=24, choices=TaxKind.choices)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    committed_year = models.PositiveSmallIntegerField(null=True, blank=True)
    withhold_asked = models.BooleanField(
        default=False, db_default=False, help_text="The person asks for tax below the threshold too"
    )
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            no_overlap("taxstatus_no_overlap", "contributor_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="taxstatus_order"),
            models.CheckConstraint(condition=Q(status__in=TaxKind.values), name="taxstatus_known"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.effective_from}"


class Bank(models.Model):
    """A bank of Vietnam by its BIN. National; loaded from `payments/banks.yaml`, which offices may edit."""

    bin = models.CharField(max_length=6, unique=True)
    short_name = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.short_name


class PayeePolicy(TenantModel):
    """A portal's own rule for changed payee details, dated; without one the shipped rule holds."""

    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    hold_days = models.PositiveSmallIntegerField(help_text="Days without payout after a change")
    decision_number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            no_overlap("payeepolicy_no_overlap", "portal_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="payeepolicy_order"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_days} days from {self.effective_from}"
