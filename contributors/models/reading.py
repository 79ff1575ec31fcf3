"""What the office knows of the readers of a piece."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from contributors.models.tenancy import TenantForeignKey, TenantModel


class ReaderCount(TenantModel):
    """How often a piece had been opened at the end of a day, as the website's statistics said; one a day.

    Written by `contributors.readers`. It says nothing about who read, and no money depends on it.
    """

    piece = TenantForeignKey("contributors.Piece", related_name="reader_counts")
    count = models.PositiveIntegerField()
    as_of = models.DateField()
    source = models.CharField(max_length=100, blank=True, help_text="Where the office read it")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece", "as_of"], name="readercount_once_a_day")]

    def __str__(self) -> str:
        return f"{self.count} ({self.as_of})"
