"""What the papers of a whole run print, frozen at issue; and the run's papers packed into one archive."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id
from payments.models.statements import PaperKind


class RunSheet(TenantModel):
    """Tờ giấy của kỳ: number, code and frozen head of one kind of paper of a run. Its rows are the frozen statements.

    Written by `payments.issuing` in the transaction of the issue; append-only. The payment list has its own place
    on the run. Workers render a `Paper` from it, as often as needed, to the same bytes.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    run = TenantForeignKey("payments.Run", related_name="sheets")
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField(help_text="Year of issue")
    number = models.PositiveIntegerField()
    frozen = models.JSONField(help_text="All that the paper prints, but its rows")
    code = models.CharField(max_length=20, unique=True, help_text="Verification code")
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind"], name="runsheet_once"),
            models.UniqueConstraint(fields=["portal", "kind", "year", "number"], name="runsheet_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=PaperKind.values) & ~Q(kind__in=["statement", "payment_list"]),
                name="runsheet_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}/{self.year}"


class RunArchive(TenantModel):
    """All papers of a run as one zip, packed by a worker; `done` of `total` papers are in. Made anew at will."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    run = TenantForeignKey("payments.Run", related_name="archives")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0, help_text="Bytes")
    path = models.CharField(max_length=200, blank=True)
    built_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run"], condition=Q(built_at__isnull=True), name="runarchive_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"archive of {self.run_id}"
