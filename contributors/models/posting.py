"""Between the newsroom and the website: files of documents, keys of feeds, the website that is watched."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class DocumentFile(TenantModel):
    """The file of a document (văn bản) as it was issued. Written by `contributors.documents`."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    piece = TenantForeignKey("contributors.Piece", related_name="document_files")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    path = models.CharField(max_length=200, help_text="Below MEDIA_ROOT")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece"], name="documentfile_once")]

    def __str__(self) -> str:
        return self.file_name


class FeedKey(TenantModel):
    """Lets a website pull approved pieces. Only the hash of the key is kept; it is shown once."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=100, help_text="For whom")
    key_hash = models.BinaryField(unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Website(TenantModel):
    """The portal's own website, and the feed or sitemap that is read there. One a portal."""

    address = models.URLField(max_length=300, help_text="Its front page; nothing is asked of another host")
    feed = models.URLField(max_length=500, blank=True, help_text="RSS, Atom or sitemap on the same host; empty: none")
    version = models.PositiveIntegerField(default=1)
    looked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True, help_text="Code of what went wrong at the last look")
    entries = models.PositiveIntegerField(default=0, help_text="How many it had at the last look that went well")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal"], name="website_once")]

    def __str__(self) -> str:
        return self.address


class SightingState(models.TextChoices):
    PROPOSED = "proposed", _("chờ xác nhận")
    ACCEPTED = "accepted", _("đúng bài")
    DISMISSED = "dismissed", _("không phải")


class Sighting(TenantModel):
    """An address of the website that looks like an approved piece. A person says whether it is."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    piece = TenantForeignKey("contributors.Piece", related_name="sightings")
    url = models.URLField(max_length=1000)
    title = models.CharField(max_length=500)
    posted_at = models.DateTimeField(null=True, blank=True, help_text="As the website says")
    likeness = models.PositiveSmallIntegerField(help_text="Of the titles, percent")
    state = models.CharField(max_length=10, choices=SightingState.choices, default=SightingState.PROPOSED)
    seen_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["piece", "url"], name="sighting_once"),
            models.CheckConstraint(condition=Q(state__in=SightingState.values), name="sighting_state_known"),
        ]

    def __str__(self) -> str:
        return self.url
