"""The tenant, its dated letterhead and payment mode, and the units that contributors belong to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributors.models.tenancy import TenantForeignKey, TenantModel, new_public_id, no_overlap

EFFECTIVE_ORDER = Q(effective_until__isnull=True) | Q(effective_until__gt=F("effective_from"))


class Portal(models.Model):
    """One commune's (or department's) site and the wall between tenants. Written by `contributors.portals`."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    domain = models.CharField(max_length=253, null=True, blank=True, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    time_zone = models.CharField(max_length=64, default="Asia/Ho_Chi_Minh")
    promise_days = models.PositiveSmallIntegerField(
        default=3, help_text="A piece goes up within so many days of its event; a leaders' activity on the same day"
    )
    province_code = models.CharField(max_length=2, blank=True, help_text="Of the list in force since 1 July 2025")
    commune_code = models.CharField(max_length=5, blank=True, help_text="Of the same list")
    second_factor_from = models.DateField(
        null=True,
        blank=True,
        help_text="From this day on head, accountant, account holder and admin prove themselves twice.",
    )
    closed_on = models.DateField(null=True, blank=True, help_text="Continued by another portal from this day on")
    assumed_from = models.DateField(
        null=True,
        blank=True,
        help_text="From this day on the portal's rows are assumed, and every paper says so.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    has_below = False  # whether others stand below it, where a question has asked for it (`actors.portals_of`)

    def __str__(self) -> str:
        return self.name


class PortalOpening(models.Model):
    """A one-time link by which the first administrator of a new portal begins. The link's token is kept as a hash.

    Made by whoever runs the installation; spent by `contributors.opening`.
    """

    token_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    portal = models.ForeignKey(Portal, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"opening {self.pk}"


class Letterhead(TenantModel):
    """What stands at the head and the foot of papers, from a date."""

    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    superior_body = models.CharField(max_length=300, blank=True)
    issuing_body = models.CharField(max_length=300)
    place = models.CharField(max_length=100)
    grounds = models.JSONField(default=list, help_text="Legal grounds, a line each.")
    recipients = models.JSONField(default=list, help_text="Nơi nhận, a line each.")

    class Meta:
        constraints = [
            no_overlap("letterhead_no_overlap", "portal_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="letterhead_order"),
        ]

    def __str__(self) -> str:
        return f"{self.issuing_body} {self.effective_from}"


class Mode(models.TextChoices):
    UNPAID = "unpaid", _("chưa chi nhuận bút")
    TRIAL = "trial", _("tính thử")
    PAYING = "paying", _("chi nhuận bút")


class PaymentMode(TenantModel):
    """Whether the portal pays, from a date. Unpaid and trial show contributors no đồng."""

    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    decision_number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            no_overlap("paymentmode_no_overlap", "portal_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="paymentmode_order"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="paymentmode_known"),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.effective_from}"


class UnitKind(models.TextChoices):
    HAMLET = "hamlet", _("ấp, khóm, tổ dân phố")
    DEPARTMENT = "department", _("ngành, đơn vị")
    ASSOCIATION = "association", _("đoàn thể")
    SCHOOL = "school", _("trường học")
    COMMUNE = "commune", _("xã cũ")


class Unit(TenantModel):
    """Where a contributor belongs, `[opened, closed)`. Renames and merges leave the old row and a Succession."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=UnitKind.choices)
    name = models.CharField(max_length=200)
    parent = TenantForeignKey("self", null=True, blank=True)
    opened = models.DateField()
    closed = models.DateField(null=True, blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    sort_key = models.CharField(max_length=400, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "name"],
                condition=Q(closed__isnull=True, parent__isnull=True),
                name="unit_open_name",
            ),
            models.UniqueConstraint(
                fields=["portal", "parent", "name"],
                condition=Q(closed__isnull=True, parent__isnull=False),
                name="unit_open_name_in_parent",
            ),
            models.CheckConstraint(condition=Q(closed__isnull=True) | Q(closed__gt=F("opened")), name="unit_order"),
        ]

    def __str__(self) -> str:
        return self.name


class SuccessionKind(models.TextChoices):
    MERGED = "merged", _("sáp nhập")
    RENAMED = "renamed", _("đổi tên")
    SPLIT = "split", _("chia tách")


class UnitSuccession(TenantModel):
    """From an old unit to the new one, on a date, by a decision. Append-only."""

    from_unit = TenantForeignKey("contributors.Unit", related_name="successors")
    to_unit = TenantForeignKey("contributors.Unit", related_name="predecessors")
    kind = models.CharField(max_length=8, choices=SuccessionKind.choices)
    on = models.DateField()
    legal_basis = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_unit", "to_unit"], name="unitsuccession_once"),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="unitsuccession_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.from_unit_id} → {self.to_unit_id}"


class PortalSuccession(models.Model):
    """From an old portal to the one that continues it. Issued papers, numbers and chains stay with the old one."""

    from_portal = models.ForeignKey(Portal, models.PROTECT, related_name="successors")
    to_portal = models.ForeignKey(Portal, models.PROTECT, related_name="predecessors")
    on = models.DateField()
    legal_basis = models.CharField(max_length=300)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_portal", "to_portal"], name="portalsuccession_once"),
            models.CheckConstraint(condition=~Q(from_portal=F("to_portal")), name="portalsuccession_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.from_portal_id} → {self.to_portal_id}"


class MovedKind(models.TextChoices):
    CONTRIBUTOR = "contributor", _("cộng tác viên")
    UNIT = "unit", _("đơn vị")
    PIECE = "piece", _("tin, bài")


class MovedRow(models.Model):
    """Which row of the old portal goes on as which row of the new one. Append-only."""

    succession = models.ForeignKey(PortalSuccession, models.PROTECT, related_name="moved")
    kind = models.CharField(max_length=12, choices=MovedKind.choices)
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["succession", "kind", "from_id"], name="movedrow_once"),
            models.CheckConstraint(condition=Q(kind__in=MovedKind.values), name="movedrow_kind_known"),
        ]
        indexes = [models.Index(fields=["kind", "to_id"], name="movedrow_to")]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_id} → {self.to_id}"
