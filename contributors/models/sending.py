"""What a piece brings along: files on their way here, films and recordings, and what its sender vouched for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class AttachmentKind(models.TextChoices):
    VIDEO = "video", _("video")
    AUDIO = "audio", _("ghi âm")


class UploadKind(models.TextChoices):
    PHOTO = "photo", _("ảnh")
    VIDEO = "video", _("video")
    AUDIO = "audio", _("ghi âm")


class UploadState(models.TextChoices):
    RECEIVING = "receiving", _("đang nhận")
    PROCESSING = "processing", _("đang xử lý")
    DONE = "done", _("xong")
    FAILED = "failed", _("không dùng được")
    CANCELLED = "cancelled", _("đã bỏ")


class Attachment(TenantModel):
    """A film or a recording of a piece: a file of bounded size, or the address where it can be seen.

    Written by `contributors.attachments`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    piece = TenantForeignKey("contributors.Piece", related_name="attachments")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=AttachmentKind.choices)
    caption = models.CharField(max_length=500, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text="As its sender says")
    url = models.URLField(max_length=1000, blank=True)
    path = models.CharField(max_length=200, blank=True, help_text="Below MEDIA_ROOT; empty where there is an address")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="Bytes")
    media_type = models.CharField(max_length=60, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AttachmentKind.values), name="attachment_kind_known"),
            models.CheckConstraint(condition=Q(path="") | Q(url=""), name="attachment_file_or_address"),
            models.UniqueConstraint(
                fields=["piece", "sha256"],
                condition=Q(removed_at__isnull=True) & ~Q(sha256=""),
                name="attachment_once_in_piece",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.url or str(self.public_id)


class Upload(TenantModel):
    """One file on its way into a piece, in parts that may stop and go on. Written by `contributors.uploads`.

    `received` bytes from the beginning are on the disk. The file that came is deleted when the upload ends; what
    became of it is a photo or an attachment. `problem` is the code of a named error.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    client_key = models.UUIDField(help_text="Made by the sender's device: asking twice goes on with one upload")
    piece = TenantForeignKey("contributors.Piece", related_name="uploads")
    kind = models.CharField(max_length=5, choices=UploadKind.choices)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING)
    position = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, blank=True, help_text="Below MEDIA_ROOT; empty once deleted")
    size = models.PositiveIntegerField(help_text="Bytes, as announced")
    received = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, help_text="As announced; empty if it was not")
    caption = models.CharField(max_length=500, blank=True)
    photographer = TenantForeignKey("contributors.Contributor", null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    photo = TenantForeignKey("contributors.Photo", null=True, blank=True)
    attachment = TenantForeignKey("contributors.Attachment", null=True, blank=True)
    job = TenantForeignKey("contributors.Job", null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "client_key"],
                condition=Q(state__in=["receiving", "processing"]),
                name="upload_once_under_way",
            ),
            models.CheckConstraint(condition=Q(kind__in=UploadKind.values), name="upload_kind_known"),
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="upload_not_above_size"),
        ]
        indexes = [
            models.Index(
                fields=["piece", "id"],
                condition=Q(state__in=["receiving", "processing", "failed"]),
                name="upload_of_piece_open",
            ),
            models.Index(fields=["created_at"], condition=Q(state="receiving"), name="upload_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.received}/{self.size}"


class Pledge(TenantModel):
    """What the sender vouched for when a piece was sent in: the version of the text, and for which revision.

    Append-only. The words stand in `contributors.pledges`.
    """

    piece = TenantForeignKey("contributors.Piece", related_name="pledges")
    revision_number = models.PositiveIntegerField()
    text_version = models.CharField(max_length=20)
    on_behalf = models.BooleanField(help_text="Given by who entered the piece for its author")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.piece_id} r{self.revision_number}: {self.text_version}"
