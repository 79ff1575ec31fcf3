"""Contributors, the board's seats, grants and invitations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributors.models.portals import EFFECTIVE_ORDER
from contributors.models.tenancy import TableRule, TenantForeignKey, TenantModel, new_public_id, no_overlap


class ContributorState(models.TextChoices):
    RECORDED = "recorded", _("được nêu tên, chưa đăng ký")
    APPLIED = "applied", _("chờ duyệt đăng ký")
    ACTIVE = "active", _("đang cộng tác")
    SUSPENDED = "suspended", _("tạm ngừng")
    DECLINED = "declined", _("không được nhận")
    LEFT = "left", _("đã thôi cộng tác")


class Category(models.TextChoices):
    VOLUNTEER = "volunteer", _("người dân")
    HAMLET_OFFICER = "hamlet_officer", _("người hoạt động không chuyên trách")
    STAFF = "staff", _("cán bộ, công chức của cơ quan")
    OTHER_BODY = "other_body", _("người của cơ quan khác")


class Contributor(TenantModel):
    """A real person in a portal. `account` may be empty: a focal person then acts for them.

    Written by `contributors.registration`. Several people may share one `phone`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    receipt_number = models.CharField(max_length=20, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="contributors"
    )
    full_name = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=700, editable=False)
    search_key = models.CharField(max_length=300, editable=False)
    phone = models.CharField(max_length=16, blank=True, db_index=True, help_text="E.164; may be shared")
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    category = models.CharField(max_length=16, choices=Category.choices, default=Category.VOLUNTEER)
    state = models.CharField(max_length=10, choices=ContributorState.choices)
    state_since = models.DateTimeField()
    state_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    invitation = TenantForeignKey("contributors.Invitation", null=True, blank=True, related_name="joined")
    merged_into = TenantForeignKey("self", null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When personal values were erased")
    messages_off_since = models.DateTimeField(null=True, blank=True, help_text="Wants no messages sent by machine")
    thanks_off_since = models.DateTimeField(null=True, blank=True, help_text="Wants to be named in no thanks")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "account"],
                condition=Q(account__isnull=False, merged_into__isnull=True),
                name="contributor_once_per_account",
            ),
            models.CheckConstraint(condition=Q(state__in=ContributorState.values), name="contributor_state_known"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="contributor_not_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "state", "sort_key", "id"], name="contributor_directory"),
            models.Index(fields=["portal", "sort_key", "id"], name="contributor_by_name"),
        ]

    def __str__(self) -> str:
        return self.full_name


class PenName(TenantModel):
    contributor = TenantForeignKey("contributors.Contributor", related_name="pen_names")
    name = models.CharField(max_length=200)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contributor", "name", "effective_from"], name="penname_once"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="penname_order"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A contributor's unit, dated."""

    contributor = TenantForeignKey("contributors.Contributor", related_name="memberships")
    unit = TenantForeignKey("contributors.Unit", related_name="memberships")
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            no_overlap("membership_no_overlap", "contributor_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="membership_order"),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} in {self.unit_id}"


class Consent(TenantModel):
    """One purpose, agreed to or withdrawn, with the version of the text that was shown. Append-only."""

    contributor = TenantForeignKey("contributors.Contributor", related_name="consents")
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=40)
    given = models.BooleanField(help_text="False: withdrawn")
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.purpose} {self.given}"


class SeatName(models.TextChoices):
    HEAD = "head", _("trưởng ban")
    DEPUTY = "deputy", _("phó ban")
    WRITER = "writer", _("người viết")
    EDITOR = "editor", _("biên tập viên")
    PUBLISHER = "publisher", _("người đăng")
    RAPPORTEUR = "rapporteur", _("người làm báo cáo")


class Seat(TenantModel):
    """A place on the editorial board, dated, by a decision. One person may hold several; one head at a time."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contributor = TenantForeignKey("contributors.Contributor", related_name="seats")
    seat = models.CharField(max_length=12, choices=SeatName.choices)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    decision_number = models.CharField(max_length=100)

    class Meta:
        constraints = [
            no_overlap("seat_one_head", "portal_id", where="seat = 'head'"),
            TableRule(
                name="seat_no_overlap",
                sql=(
                    "EXCLUDE USING gist (int8range(contributor_id, contributor_id, '[]') WITH &&, "
                    "int4range(hashtext(seat), hashtext(seat), '[]') WITH &&, "
                    "daterange(effective_from, effective_until) WITH &&)"
                ),
            ),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="seat_order"),
            models.CheckConstraint(condition=Q(seat__in=SeatName.values), name="seat_known"),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.contributor_id}"


class Capability(models.TextChoices):
    ACCOUNT_HOLDER = "account_holder", _("thủ trưởng (chủ tài khoản)")
    ACCOUNTANT = "accountant", _("kế toán")
    ADMIN = "admin", _("quản trị")
    OBSERVER = "observer", _("người xem số liệu")
    FOCAL_PERSON = "focal_person", _("đầu mối ấp, ngành")


class Grant(TenantModel):
    """A right of an account in a portal, dated. It holds only once a second person has confirmed it.

    `granted_by` is empty only for the rows that set up a new portal; then there is no second person yet.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    capability = models.CharField(max_length=16, choices=Capability.choices)
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    decision_number = models.CharField(max_length=100)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(declined_at__isnull=True), name="grant_one_answer"
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | Q(confirmed_by__isnull=True) | ~Q(granted_by=F("confirmed_by")),
                name="grant_two_people",
            ),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="grant_order"),
            models.CheckConstraint(condition=Q(capability__in=Capability.values), name="grant_known"),
        ]

    def __str__(self) -> str:
        return f"{self.capability} {self.account_id}"


class Invitation(TenantModel):
    """A link or QR of a unit or a person. The token itself is never kept, only its hash.

    Written by `contributors.invitations`.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    unit = TenantForeignKey("contributors.Unit", null=True, blank=True)
    contributor = TenantForeignKey("contributors.Contributor", null=True, blank=True)
    token_hash = models.BinaryField(unique=True)
    uses = models.PositiveIntegerField(help_text="How many may join by it")
    uses_left = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(uses_left__lte=F("uses")), name="invitation_uses"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
