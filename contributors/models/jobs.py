"""The outbox: work that is promised in the same transaction as its cause."""

from __future__ import annotations

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


class Job(TenantModel):
    """One piece of background work. The row is the truth; the queue only carries its id.

    `task` is the Celery name of the function that does it. Written by `contributors.jobs`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict, help_text="Whole numbers by name; never personal values")
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(null=True, blank=True, help_text="When the queue was last told")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known")]
        indexes = [
            models.Index(fields=["state", "id"], condition=Q(state__in=["pending", "claimed"]), name="job_to_do")
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"
