"""When the books were checked, what was found, and how far files and the log are verified already."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class CheckOccasion(models.TextChoices):
    NIGHTLY = "nightly", _("mỗi đêm")
    ON_DEMAND = "on_demand", _("theo yêu cầu")
    BEFORE_ISSUE = "before_issue", _("trước khi phát hành")
    AFTER_ISSUE = "after_issue", _("sau khi phát hành")
    COMMAND = "command", _("bằng dòng lệnh")


class BooksCheck(TenantModel):
    """One check of a portal's books. `findings` grows invariant by invariant, so progress is its length.

    Each finding is `{"code", "ok", "detail", "ms"}`; `detail` names rows by their ids, never people. Before and after
    an issue only what concerns the run is asked. Written by `payments.books.checks`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    occasion = models.CharField(max_length=12, choices=CheckOccasion.choices)
    full = models.BooleanField(default=False, help_text="Every file and the whole log, from the beginning")
    run = TenantForeignKey("payments.Run", null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveSmallIntegerField(help_text="How many invariants are asked")
    findings = models.JSONField(default=list)
    broken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(occasion__in=CheckOccasion.values), name="bookscheck_occasion_known")
        ]
        indexes = [models.Index(fields=["portal", "-id"], name="bookscheck_newest")]

    def __str__(self) -> str:
        return f"{self.occasion} {self.started_at:%Y-%m-%d}"


class VerifiedMark(TenantModel):
    """How far files ("papers": id of the last paper read) or the log ("chain": position of the last link, and its
    hash) are verified. The next check begins behind it; a full one at the beginning.
    """

    kind = models.CharField(max_length=8)
    until = models.BigIntegerField(default=0)
    hash = models.BinaryField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "kind"], name="verifiedmark_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.until}"
