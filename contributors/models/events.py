"""The event log: who did what on what. Append-only; personal values stand apart and can be erased."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from contributors.models.tenancy import TenantForeignKey, TenantModel


class Event(TenantModel):
    """One thing that happened, written in the transaction that did it.

    `at` is when it happened (for loaded records of the past: then), `recorded_at` when the row was written.
    """

    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=8)
    actor_account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    request_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict, help_text="Never personal values")
    detail_commitment = models.BinaryField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["portal", "subject_type", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["portal", "kind", "at"], include=["actor_account"], name="event_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"


class EventDetail(TenantModel):
    """The personal values of an event. Deletable; the event keeps a salted commitment to it."""

    event = TenantForeignKey("contributors.Event", related_name="details")
    salt = models.BinaryField()
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event"], name="eventdetail_once")]

    def __str__(self) -> str:
        return f"detail of {self.event_id}"


class EventSeal(TenantModel):
    """A link of the portal's hash chain, appended by the one sealer after commit."""

    event = TenantForeignKey("contributors.Event")
    position = models.BigIntegerField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "position"], name="eventseal_position"),
            models.UniqueConstraint(fields=["event"], name="eventseal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.portal_id} #{self.position}"
