"""What is handed to inspectors: one archive of a period, with the hash of its list of files."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contributors.models.tenancy import TenantModel, new_public_id


class InspectionPack(TenantModel):
    """Hồ sơ thanh tra: everything about `[period_from, period_until)` as one zip, built by a worker in small steps.

    `done` of `total` steps are done (`total` is 0 until the first). What was built says its hashes here and in the
    event log; the file goes when the retention table says so, the row stays. Written by `payments.inspection`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    period_from = models.DateField()
    period_until = models.DateField()
    reason = models.CharField(max_length=500)
    handed_to = models.CharField(max_length=300)
    with_photos = models.BooleanField(default=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="Rows of each table, papers, files, what is missing")
    files = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0, help_text="Bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True, help_text="Of SHA256SUMS inside")
    code = models.CharField(max_length=20, null=True, blank=True, unique=True, help_text="Verification code")
    path = models.CharField(max_length=200, blank=True)
    built_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(period_until__gt=F("period_from")), name="inspectionpack_order"),
            models.CheckConstraint(
                condition=Q(built_at__isnull=True) | ~Q(sha256="") & ~Q(manifest_sha256="") & Q(code__isnull=False),
                name="inspectionpack_built_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"pack {self.period_from}–{self.period_until}"
