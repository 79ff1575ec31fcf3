"""Pieces, their revisions, photos, credits and scores."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id


class CountsAs(models.TextChoices):
    PIECE = "piece", _("tin, bài")
    PHOTO = "photo", _("ảnh")
    VIDEO = "video", _("video")
    DOCUMENT = "document", _("văn bản")


class Genre(TenantModel):
    """A kind of piece, as data of the portal; `code` is the word of rate schedules."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    counts_as = models.CharField(max_length=8, choices=CountsAs.choices, default=CountsAs.PIECE)
    guidance = models.CharField(max_length=300, blank=True, help_text="One sentence for contributors")
    example = models.CharField(max_length=300, blank=True, help_text="What such a piece is like")
    position = models.PositiveSmallIntegerField(default=0)
    for_contributors = models.BooleanField(default=True)
    least_words = models.PositiveIntegerField(default=0)
    least_photos = models.PositiveSmallIntegerField(default=0)
    needs_duration = models.BooleanField(default=False, help_text="A film or a recording that says how long it is")
    needs_document_number = models.BooleanField(default=False)
    retired_on = models.DateField(null=True, blank=True, help_text="From then on nothing new is begun in it")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "code"], name="genre_code")]

    def __str__(self) -> str:
        return self.name


class Topic(TenantModel):
    """Chuyên mục: a column of the website."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)
    leader_activity = models.BooleanField(default=False, help_text="A piece begun in it is about the leaders' work")
    retired_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "code"], name="topic_code")]

    def __str__(self) -> str:
        return self.name


class PieceState(models.TextChoices):
    DRAFT = "draft", _("bản nháp")
    SUBMITTED = "submitted", _("đang duyệt")
    RETURNED = "returned", _("cần sửa")
    DECLINED = "declined", _("không dùng")
    WITHDRAWN = "withdrawn", _("đã rút")
    APPROVED = "approved", _("đã duyệt, chờ đăng")
    SCHEDULED = "scheduled", _("đã hẹn giờ đăng")
    PUBLISHED = "published", _("đã đăng")
    RETRACTED = "retracted", _("đã gỡ")


class Origin(models.TextChoices):
    ORIGINAL = "original", _("tự viết")
    ADAPTED = "adapted", _("biên soạn lại")
    COLLECTED = "collected", _("sưu tầm")
    TRANSLATED = "translated", _("dịch")
    REPOSTED = "reposted", _("đăng lại")


class Piece(TenantModel):
    """News item, article, photos, video or document on its way to the website.

    `state` changes only through `contributors.newsroom` and `contributors.approval`, each raising `version`.
    `unit` is copied at submission, so a report shows it as it was named then.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    client_key = models.UUIDField(help_text="Made by the sender's device: sending twice is one piece.")
    genre = TenantForeignKey("contributors.Genre")
    topic = TenantForeignKey("contributors.Topic", null=True, blank=True)
    leader_activity = models.BooleanField(default=False)
    title = models.CharField(max_length=500)
    body = models.TextField(blank=True)
    search_key = models.CharField(max_length=500, editable=False)
    event_on = models.DateField(null=True, blank=True)
    event_place = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ORIGINAL)
    source = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=8, default="vi")
    practice = models.BooleanField(default=False, help_text="Written to learn: never approved, counts nowhere")
    state = models.CharField(max_length=10, choices=PieceState.choices, default=PieceState.DRAFT)
    state_since = models.DateTimeField()
    state_reason = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    revision_number = models.PositiveIntegerField(default=0, help_text="The newest revision")
    approved_revision = models.PositiveIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    contributor = TenantForeignKey("contributors.Contributor", related_name="pieces")
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    receipt_number = models.CharField(max_length=20, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    scheduled_for = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_url = models.URLField(max_length=1000, null=True, blank=True)
    document_number = models.CharField(max_length=100, blank=True)
    document_type = models.CharField(max_length=60, blank=True)
    document_on = models.DateField(null=True, blank=True)
    document_signer = models.CharField(max_length=200, blank=True)
    document_issuer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "client_key"], name="piece_client_key"),
            models.UniqueConstraint(
                fields=["portal", "published_url"],
                condition=Q(published_url__isnull=False),
                name="piece_published_url",
            ),
            models.CheckConstraint(condition=Q(state__in=PieceState.values), name="piece_state_known"),
            models.CheckConstraint(
                condition=Q(practice=False) | Q(state__in=["draft", "submitted", "returned", "declined", "withdrawn"]),
                name="piece_practice_stays_inside",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retracted"]) | Q(published_at__isnull=False),
                name="piece_published_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "scheduled"]) | Q(approved_revision__isnull=False),
                name="piece_approved_what",
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "state", "-id"], name="piece_by_state"),
            models.Index(fields=["portal", "published_at", "id"], name="piece_by_publication"),
            # What figures are made of, so that they need not read the texts.
            models.Index(
                fields=["portal", "published_at"],
                include=["id", "unit", "genre", "topic", "leader_activity", "event_on"],
                condition=Q(state="published"),
                name="piece_counted",
            ),
            models.Index(fields=["contributor", "submitted_at"], name="piece_by_contributor"),
            models.Index(fields=["portal", "genre", "-id"], name="piece_by_genre"),
            models.Index(fields=["portal", "topic", "-id"], name="piece_by_topic"),
            models.Index(fields=["portal", "unit", "-id"], name="piece_by_unit"),
            models.Index(fields=["portal", "created_at", "id"], name="piece_by_beginning"),
            models.Index(fields=["portal", "submitted_at", "id"], name="piece_by_submission"),
            models.Index(fields=["portal", "approved_at", "id"], name="piece_by_approval"),
            models.Index(fields=["portal", "event_on", "id"], name="piece_by_event"),
            # Only what is rare: the usual value needs no index.
            models.Index(fields=["portal", "origin", "-id"], condition=~Q(origin="original"), name="piece_by_origin"),
            models.Index(fields=["portal", "language", "-id"], condition=~Q(language="vi"), name="piece_by_language"),
            models.Index(fields=["portal", "-id"], condition=Q(leader_activity=True), name="piece_of_leaders"),
            models.Index(fields=["portal", "-id"], condition=Q(practice=True), name="piece_practice"),
            models.Index(
                fields=["portal", "document_number"], condition=~Q(document_number=""), name="piece_by_document"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(TenantModel):
    """Every saved version of text, photos and declared credits. A decision binds to one. Append-only."""

    piece = TenantForeignKey("contributors.Piece", related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=500)
    body = models.TextField(blank=True)
    photos = models.JSONField(default=list, help_text="[[sha256, caption, photographer id or null], …]")
    credits = models.JSONField(default=list, help_text="[[contributor id, role, share or null, quantity or null], …]")
    facts = models.JSONField(default=dict, help_text="Origin, source, language, event, topic, attachments")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece", "number"], name="revision_number")]

    def __str__(self) -> str:
        return f"{self.piece_id} r{self.number}"


class Photo(TenantModel):
    """A decoded and re-encoded picture of a piece. The photographer is never assumed to be the uploader."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    piece = TenantForeignKey("contributors.Piece", related_name="photos")
    position = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, help_text="Below MEDIA_ROOT")
    small_path = models.CharField(max_length=200, blank=True, help_text="A small copy for lists")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes")
    caption = models.CharField(max_length=500, blank=True)
    photographer = TenantForeignKey("contributors.Contributor", null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    likeness = ArrayField(models.IntegerField(), null=True, editable=False, help_text="See contributors.likeness")

    class Meta:
        indexes = [
            GinIndex(fields=["likeness"], name="photo_likeness"),
            models.Index(fields=["portal", "piece"], condition=Q(removed_at__isnull=True), name="photo_counted"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "sha256"], condition=Q(removed_at__isnull=True), name="photo_once_in_piece"
            )
        ]

    def __str__(self) -> str:
        return self.caption or str(self.public_id)


class Role(models.TextChoices):
    AUTHOR = "author", _("tác giả")
    PHOTOGRAPHER = "photographer", _("chụp ảnh")
    VIDEOGRAPHER = "videographer", _("quay phim")
    TRANSLATOR = "translator", _("dịch")
    COLLECTOR = "collector", _("sưu tầm")
    EDITOR = "editor", _("biên tập")
    APPROVER = "approver", _("duyệt")
    PUBLISHER = "publisher", _("đăng")
    DATA_PROVIDER = "data_provider", _("cung cấp dữ liệu")


# Roles whose people made the work: they share it by percent and may not approve or score it.
AUTHOR_LIKE = frozenset({Role.AUTHOR, Role.TRANSLATOR, Role.COLLECTOR, Role.VIDEOGRAPHER})
MAKERS = AUTHOR_LIKE | {Role.PHOTOGRAPHER}


class CreditState(models.TextChoices):
    PROPOSED = "proposed", _("chờ xác nhận")
    CONFIRMED = "confirmed", _("đã xác nhận")
    DISPUTED = "disputed", _("đề nghị xem lại")


class CreditSource(models.TextChoices):
    DECLARED = "declared", _("khai báo")
    LOG = "log", _("theo nhật ký")


class Credit(TenantModel):
    """Who did what in a piece. Shares of a role sum to 100 at approval; photographers have a quantity."""

    piece = TenantForeignKey("contributors.Piece", related_name="credits")
    contributor = TenantForeignKey("contributors.Contributor", related_name="credits")
    role = models.CharField(max_length=14, choices=Role.choices)
    share = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True, help_text="Percent")
    quantity = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=CreditState.choices, default=CreditState.CONFIRMED)
    source = models.CharField(max_length=8, choices=CreditSource.choices, default=CreditSource.DECLARED)
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    no_fee_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["piece", "contributor", "role"], name="credit_once_per_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="credit_role_known"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100), name="credit_share_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.contributor_id}"


class Score(TenantModel):
    """A coefficient or grade given to a piece or to one photo; the accepted one counts. Append-only but for that."""

    piece = TenantForeignKey("contributors.Piece", related_name="scores")
    photo = TenantForeignKey("contributors.Photo", null=True, blank=True, related_name="scores")
    scorer = TenantForeignKey("contributors.Contributor")
    revision_number = models.PositiveIntegerField()
    coefficient = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    accepted = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["piece"], condition=Q(accepted=True, photo__isnull=True), name="score_one_per_piece"
            ),
            models.UniqueConstraint(
                fields=["photo"], condition=Q(accepted=True, photo__isnull=False), name="score_one_per_photo"
            ),
            models.CheckConstraint(condition=Q(coefficient__isnull=False) | ~Q(grade=""), name="score_says_something"),
            models.CheckConstraint(
                condition=Q(coefficient__isnull=True) | Q(coefficient__gte=0), name="score_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coefficient or self.grade}"


class Assignment(TenantModel):
    """Đặt bài: a call with topic, place, deadline and expected fee."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    genre = TenantForeignKey("contributors.Genre", null=True, blank=True)
    topic = TenantForeignKey("contributors.Topic", null=True, blank=True)
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    title = models.CharField(max_length=300)
    brief = models.TextField(blank=True)
    place = models.CharField(max_length=300, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    leader_activity = models.BooleanField(default=False)
    deadline = models.DateTimeField()
    fee_low = models.BigIntegerField(null=True, blank=True)
    fee_high = models.BigIntegerField(null=True, blank=True)
    client_key = models.UUIDField(null=True, blank=True, help_text="Sending twice is one call")
    offered_until = models.DateTimeField(null=True, blank=True, help_text="Until then for its offers' units alone")
    taken_by = TenantForeignKey("contributors.Contributor", null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    piece = TenantForeignKey("contributors.Piece", null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True, help_text="When it was seen that the deadline had passed")
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "client_key"], name="assignment_client_key"),
            models.UniqueConstraint(
                fields=["piece"], condition=Q(piece__isnull=False), name="assignment_one_per_piece"
            ),
        ]
        indexes = [models.Index(fields=["portal", "deadline", "id"], name="assignment_by_deadline")]

    def __str__(self) -> str:
        return self.title
