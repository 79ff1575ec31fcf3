"""The outbox: work that is promised in the same transaction as its cause; the timer's pulse; who is told what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantModel, new_public_id


class JobState(models.TextChoices):
    PENDING = "pending", _("chờ làm")
    CLAIMED = "claimed", _("đang làm")
    DONE = "done", _("xong")
    FAILED = "failed", _("không làm được")
    QUARANTINED = "quarantined", _("tạm gác")
    CANCELLED = "cancelled", _("đã bỏ")


class Job(TenantModel):
    """One piece of background work. The row is the truth; the queue only carries its id.

    `task` is the Celery name of the function that does it. Written by `contributors.jobs`. A job with `paused_at` is
    claimed by nobody; one that is being worked at when it is paused ends first.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict, help_text="Whole numbers by name; never personal values")
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(null=True, blank=True, help_text="When the queue was last told")
    error = models.TextField(blank=True, help_text="As the machine said it; for administrators")
    error_code = models.CharField(max_length=40, blank=True, help_text="Of contributors.job_causes: what people read")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known")]
        indexes = [
            models.Index(fields=["state", "id"], condition=Q(state__in=["pending", "claimed"]), name="job_to_do"),
            models.Index(
                fields=["portal", "-id"], condition=~Q(state__in=["done", "cancelled"]), name="job_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"


class Heartbeat(models.Model):
    """When a task of the timer last began and ended, of the whole installation. What should beat and does not is late.

    Written by `contributors.heartbeats`, around every task of the timer and by `manage.py record_backup`.
    """

    task = models.CharField(max_length=100, unique=True)
    every_seconds = models.PositiveIntegerField(help_text="How often it is expected")
    first_seen_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, help_text="Kind of the last problem, until it ends well again")

    def __str__(self) -> str:
        return self.task


class OfficeNoticeKind(models.TextChoices):
    PAPERS_READY = "papers_ready", _("giấy tờ của kỳ đã in xong")
    JOB_STOPPED = "job_stopped", _("một việc nền không làm được")
    BOOKS_BROKEN = "books_broken", _("kiểm tra sổ thấy chỗ không khớp")
    PACK_ASKED = "pack_asked", _("có người lập hồ sơ thanh tra")


class OfficeNotice(TenantModel):
    """One message to one account about one thing, once: accountants and administrators may be no contributors.

    `key` names the occasion, so that whoever tells it a second time adds nothing. Written by
    `contributors.office_notices`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=OfficeNoticeKind.choices)
    key = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=200, blank=True, help_text="Of the thing, never a person's name")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "account", "key"], name="officenotice_once"),
            models.CheckConstraint(condition=Q(kind__in=OfficeNoticeKind.values), name="officenotice_kind_known"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], condition=Q(read_at__isnull=True), name="officenotice_unread")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}"
