"""What helps to find pieces again: saved views, and prints of texts for near-duplicates."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class SavedView(TenantModel):
    """Filters of the list of pieces under a name; `shared` ones are seen by everybody who sees all pieces."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=100)
    query = models.JSONField(default=dict, help_text="Names of filters to values, as addresses have them")
    shared = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "created_by", "name"], name="savedview_name")]

    def __str__(self) -> str:
        return self.name


class TextPrint(TenantModel):
    """What a sent piece's title and text look like, as numbers of which alike texts share some (docs/likeness.md).

    Derived from the text alone, made again whenever the piece is sent. Written by `contributors.likeness`.
    """

    piece = TenantForeignKey("contributors.Piece", related_name="text_prints")
    revision_number = models.PositiveIntegerField()
    bands = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece"], name="textprint_once")]
        indexes = [GinIndex(fields=["bands"], name="textprint_bands")]

    def __str__(self) -> str:
        return f"print of {self.piece_id}"
