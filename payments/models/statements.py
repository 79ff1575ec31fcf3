"""Statements with their frozen copies, the ledger of balances, and every rendered paper."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class StatementState(models.TextChoices):
    APPROVED = "approved", _("đã duyệt chi")
    ISSUED = "issued", _("đã phát hành")


class Statement(TenantModel):
    """Phiếu thanh toán: one person in one run. Numbered and frozen at issue; immutable from then on.

    gross = Σ lines + carried_in − carried_out; net = gross − tax ≥ 0. All in đồng.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    run = TenantForeignKey("payments.Run", related_name="statements")
    contributor = TenantForeignKey("contributors.Contributor", related_name="statements")
    payee_details = TenantForeignKey("payments.PayeeDetails", db_index=False)
    state = models.CharField(max_length=8, choices=StatementState.choices, default=StatementState.APPROVED)
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Year of issue")
    number = models.PositiveIntegerField(null=True, blank=True)
    line_count = models.PositiveIntegerField()
    line_total = models.BigIntegerField()
    carried_in = models.BigIntegerField(default=0)
    carried_out = models.BigIntegerField(default=0)
    recovered = models.BigIntegerField(
        default=0, db_default=0, help_text="Đồng that this statement takes off what is owed back"
    )
    gross = models.BigIntegerField()
    tax = models.BigIntegerField()
    net = models.BigIntegerField()
    tax_template = models.CharField(max_length=40, blank=True)
    tax_values = models.JSONField(default=list)
    tax_status = models.CharField(max_length=24)
    frozen = models.JSONField(null=True, blank=True, help_text="All that the paper prints")
    code = models.CharField(max_length=20, null=True, blank=True, unique=True, help_text="Verification code")
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "contributor"], name="statement_once"),
            models.UniqueConstraint(
                fields=["portal", "year", "number"],
                condition=Q(number__isnull=False),
                name="statement_number_once",
            ),
            models.CheckConstraint(condition=Q(net=F("gross") - F("tax"), net__gte=0), name="statement_net"),
            models.CheckConstraint(
                condition=Q(gross=F("line_total") + F("carried_in") - F("carried_out")),
                name="statement_gross",
            ),
            models.CheckConstraint(condition=Q(recovered__gte=0), name="statement_recovered_not_negative"),
            models.CheckConstraint(
                condition=Q(state="approved", number__isnull=True, frozen__isnull=True)
                | Q(
                    state="issued",
                    number__isnull=False,
                    year__isnull=False,
                    frozen__isnull=False,
                    code__isnull=False,
                    issued_at__isnull=False,
                ),
                name="statement_issued_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class PaperKind(models.TextChoices):
    STATEMENT = "statement", _("phiếu thanh toán nhuận bút")
    PAYMENT_LIST = "payment_list", _("bảng kê chi trả nhuận bút")
    PAYMENT_REQUEST = "payment_request", _("giấy đề nghị thanh toán")
    SUMMARY = "summary", _("bảng tổng hợp nhuận bút")
    BENEFICIARIES = "beneficiaries", _("danh sách người thụ hưởng")
    SIGNING_SHEETS = "signing_sheets", _("danh sách ký nhận theo đơn vị")
    WITHHOLDING = "withholding", _("bảng kê khấu trừ thuế")
    NOTICES = "notices", _("thông báo chi trả")
    COVER = "cover", _("bìa hồ sơ")
    DOSSIER = "dossier", _("bộ hồ sơ")


class NumberCounter(TenantModel):
    """The last number given to a kind of paper in a year; locked while numbers are taken, so no gap."""

    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "kind", "year"], name="numbercounter_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class BalanceReason(models.TextChoices):
    CARRIED_OUT = "carried_out", _("chuyển kỳ sau")
    CARRIED_IN = "carried_in", _("nhận từ kỳ trước")
    FLOOR = "floor", _("chưa đến mức chi tối thiểu")
    RELEASED = "released", _("chi hết số dư")


class BalanceEntry(TenantModel):
    """The ledger of what is carried over, held below the floor, or owed back. Append-only."""

    contributor = TenantForeignKey("contributors.Contributor", related_name="balance_entries")
    statement = TenantForeignKey("payments.Statement", null=True, blank=True)
    amount = models.BigIntegerField(help_text="Đồng; negative takes from the balance")
    reason = models.CharField(max_length=12, choices=BalanceReason.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="balanceentry_not_zero")]

    def __str__(self) -> str:
        return f"{self.amount} {self.reason}"


class Paper(TenantModel):
    """A rendered file: what it is, its SHA-256, where it lies below MEDIA_ROOT. Append-only."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    run = TenantForeignKey("payments.Run", null=True, blank=True, related_name="papers")
    statement = TenantForeignKey("payments.Statement", null=True, blank=True, related_name="papers")
    number = models.CharField(max_length=60)
    template_version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes")
    path = models.CharField(max_length=200, blank=True, help_text='"" where the file shows account numbers')
    replaces = TenantForeignKey("self", null=True, blank=True, db_index=False)
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "template_version"],
                condition=Q(statement__isnull=False),
                name="paper_once_per_statement",
            ),
            models.UniqueConstraint(
                fields=["run", "kind", "template_version"],
                condition=Q(statement__isnull=True, run__isnull=False),
                name="paper_once_per_run",
            ),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="statement", statement__isnull=False) | ~Q(kind="statement") & Q(run__isnull=False),
                name="paper_of_statement_or_run",
            ),
            # The file with account numbers in full is kept nowhere, and every other one somewhere.
            models.CheckConstraint(
                condition=Q(path="", kind="beneficiaries") | ~Q(path="") & ~Q(kind="beneficiaries"),
                name="paper_with_accounts_is_not_kept",
            ),
        ]

    def __str__(self) -> str:
        return self.number
