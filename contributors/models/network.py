"""What happens to people of a network: claims, merges, training, imports, erasure."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class ClaimState(models.TextChoices):
    PENDING = "pending", _("chờ duyệt")
    ACCEPTED = "accepted", _("đã nhận")
    DECLINED = "declined", _("không nhận")


class Claim(TenantModel):
    """A claim “Người được nêu tên ấy là tôi”: a contributor says that a recorded person is they. The board decides."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contributor = TenantForeignKey("contributors.Contributor", related_name="claims")
    recorded = TenantForeignKey("contributors.Contributor", related_name="claimed_by")
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.PENDING)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "recorded"], condition=Q(state="pending"), name="claim_one_pending"
            ),
            models.UniqueConstraint(fields=["recorded"], condition=Q(state="accepted"), name="claim_one_accepted"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_known"),
            models.CheckConstraint(condition=~Q(contributor=F("recorded")), name="claim_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} claims {self.recorded_id}"


class Merge(TenantModel):
    """Two rows that were one person. `moved` says what went over, so that it can go back.

    Written by `contributors.merging`, through `payments.merging`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    survivor = TenantForeignKey("contributors.Contributor", related_name="merges")
    merged = TenantForeignKey("contributors.Contributor", related_name="merges_away")
    moved = models.JSONField(default=dict, help_text="Row ids by table; never personal values")
    reason = models.CharField(max_length=500, blank=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_one_alive"),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merge_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class TrainingSession(TenantModel):
    """A meeting at which contributors learn: the introduction, or something further. Written by `training`."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    title = models.CharField(max_length=200)
    introduction = models.BooleanField(default=True, help_text="The one that every newcomer needs")
    held_on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    led_by = TenantForeignKey("contributors.Contributor", null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Attendance(TenantModel):
    """Who came, with the unit of that day copied."""

    session = TenantForeignKey("contributors.TrainingSession", related_name="attendance")
    contributor = TenantForeignKey("contributors.Contributor", related_name="attendance")
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "contributor"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.contributor_id} at {self.session_id}"


class ImportKind(models.TextChoices):
    PEOPLE = "people", _("cộng tác viên")
    UNITS = "units", _("ấp, ngành, đơn vị")
    DOCUMENTS = "document", _("văn bản")
    PAST = "past", _("sổ cũ")


class ImportState(models.TextChoices):
    CHECKED = "checked", _("đã kiểm tra, chờ xác nhận")
    CONFIRMED = "confirmed", _("đang ghi")
    DONE = "done", _("đã ghi")
    FAILED = "failed", _("không ghi được")
    DISCARDED = "discarded", _("đã bỏ")
    UNDONE = "undone", _("đã gỡ")


class SheetImport(TenantModel):
    """A spreadsheet between its check and its confirmation. The file is deleted when this ends.

    `sha256` is of the file whose verdicts the person saw. Written by `contributors.importing`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=ImportKind.choices)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKED)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, blank=True, help_text="Below MEDIA_ROOT; empty once deleted")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    wrong_rows = models.PositiveIntegerField()
    choices = models.JSONField(default=dict, help_text="Row numbers to what the person chose for a duplicate")
    written = models.PositiveIntegerField(default=0)
    job = TenantForeignKey("contributors.Job", null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ImportKind.values), name="sheetimport_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="sheetimport_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class Erasure(TenantModel):
    """What was erased of a person's data, and what is kept, why and until when. Append-only."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contributor = TenantForeignKey("contributors.Contributor", related_name="erasures")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    erased = models.JSONField(help_text="[what, …], in the words of the retention table")
    kept = models.JSONField(help_text="[{what, why, until}, …]")

    def __str__(self) -> str:
        return f"erasure of {self.contributor_id}"
