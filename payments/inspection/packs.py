"""Packs for inspectors: what one would hold, having one built, who gets it, and when it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import open_kept
from contributors.jobs import OPEN, schedule_job
from contributors.models import Account, Job, OfficeNoticeKind, Portal
from contributors.names import plain_text, sort_key
from contributors.office_notices import holders_of, tell
from contributors.portals import last_day
from contributors.retention import earlier, rule_on
from payments.access import require_money
from payments.errors import PaymentError
from payments.inspection.building import TASK
from payments.inspection.plan import Preview, preview_of
from payments.models import InspectionPack

RIGHT = "inspection.pack"
RULE = "inspection_packs"
TOLD = ("account_holder", "accountant", "admin")
LONGEST_REASON, LONGEST_RECEIVER = 500, 300


@dataclass(frozen=True, slots=True)
class PackState:
    """One pack as it is shown. `working`: a job is on its way; neither that nor built: it stopped.

    `kept_until` is the first day on which the retention table lets its file go.
    """

    pack: InspectionPack
    working: bool
    ready: bool
    kept_until: date | None

    @property
    def last(self) -> date:
        """The last day of its period."""
        return last_day(self.pack.period_until)

    @property
    def stopped(self) -> bool:
        return self.pack.built_at is None and not self.working


def pack_preview(*, actor: Actor, since: date, until: date) -> Preview:
    """What a pack of `[since, until)` would hold now. Raises `not_allowed`, `period_wrong`."""
    require_money(actor, RIGHT)
    _check_period(since, until)
    return preview_of(Portal.objects.get(pk=actor.portal_id), since, until)


def told_of_packs(*, actor: Actor) -> list[str]:
    """Names of those who get a notice when the actor has a pack made, in the order of names."""
    require_money(actor, RIGHT)
    accounts = _told(actor, Portal.objects.get(pk=actor.portal_id))
    return sorted(Account.objects.filter(pk__in=accounts).values_list("name", flat=True), key=sort_key)


def start_pack(
    *, actor: Actor, since: date, until: date, reason: str, handed_to: str, with_photos: bool = True
) -> InspectionPack:
    """Have a worker build a pack of `[since, until)`; the event says why and to whom it goes, and others are told.

    The same wish while it is being built is the same pack. Raises `period_wrong`, `pack_reason_missing`,
    `pack_receiver_missing`, `second_factor_needed`.
    """
    require_money(actor, RIGHT)
    require_proof(actor)
    _check_period(since, until)
    said, receiver = plain_text(reason)[:LONGEST_REASON], plain_text(handed_to)[:LONGEST_RECEIVER]
    if not said:
        raise PaymentError("pack_reason_missing", field="reason")
    if not receiver:
        raise PaymentError("pack_receiver_missing", field="handed_to")
    with transaction.atomic():
        portal = Portal.objects.select_for_update().get(pk=actor.portal_id)  # two presses at once are one
        wish = {
            "period_from": since,
            "period_until": until,
            "reason": said,
            "handed_to": receiver,
            "with_photos": with_photos,
            "requested_by_id": actor.account_pk,
        }
        going = InspectionPack.objects.filter(**wish, built_at__isnull=True).first()
        if going is not None and _working([going.pk]):
            return going
        pack: InspectionPack = InspectionPack.objects.create(portal=portal, requested_at=clock.now(), **wish)
        record_event(
            actor=actor,
            kind="inspection_pack.asked",
            subject=pack,
            facts={"from": since.isoformat(), "last": last_day(until).isoformat(), "photos": with_photos},
            personal={"reason": said, "handed_to": receiver},
        )
        tell(
            portal=portal,
            kind=OfficeNoticeKind.PACK_ASKED,
            key=str(pack.pk),
            accounts=_told(actor, portal),
            subject=pack,
            title=f"{since:%d/%m/%Y} – {last_day(until):%d/%m/%Y}",
        )
        schedule_job(portal_id=portal.pk, task=TASK, pack_id=pack.pk)
    return pack


def packs_made(*, actor: Actor) -> QuerySet[InspectionPack]:
    """Every pack of the portal, newest first."""
    require_money(actor, RIGHT)
    rows: QuerySet[InspectionPack] = InspectionPack.objects.select_related("requested_by")
    return rows.order_by("-pk")


def pack_shown(*, actor: Actor, public_id: UUID | str) -> PackState:
    """One pack by its address. Raises `not_allowed`, `not_found`."""
    found = packs_made(actor=actor).filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return pack_states([found])[0]


def pack_states(packs: list[InspectionPack]) -> list[PackState]:
    """How far each is. Two queries."""
    working = _working([pack.pk for pack in packs if pack.built_at is None])
    rule = rule_on(RULE, clock.today())
    zones = dict(Portal.objects.filter(pk__in={pack.portal_id for pack in packs}).values_list("pk", "time_zone"))
    return [
        PackState(
            pack,
            working=pack.pk in working,
            ready=pack.built_at is not None and pack.removed_at is None,
            kept_until=rule.ends(pack.built_at.astimezone(ZoneInfo(zones[pack.portal_id])).date())
            if pack.built_at
            else None,
        )
        for pack in packs
    ]


def pack_file(*, actor: Actor, pack: InspectionPack) -> Path:
    """The archive; each taking is an event. Raises `second_factor_needed`, `pack_not_ready`, `pack_removed`."""
    require_money(actor, RIGHT)
    require_proof(actor)
    check_built(pack)
    if pack.removed_at is not None or not open_kept(pack.path).exists():
        raise PaymentError("pack_removed")
    record_event(actor=actor, kind="inspection_pack.taken", subject=pack, facts={"sha256": pack.sha256})
    return open_kept(pack.path)


def check_built(pack: InspectionPack) -> None:
    """Raises `pack_not_ready`."""
    if pack.built_at is None:
        raise PaymentError("pack_not_ready")


def pack_name(pack: InspectionPack) -> str:
    """Readable without accents: "ho-so-thanh-tra-20260701-20260930"."""
    return f"ho-so-thanh-tra-{pack.period_from:%Y%m%d}-{last_day(pack.period_until):%Y%m%d}"


def packs_due(day: date, zone: ZoneInfo) -> QuerySet[InspectionPack]:
    """Packs whose file has been kept long enough on `day`."""
    before = datetime.combine(earlier(day, rule_on(RULE, day).months or 0), time.min, tzinfo=zone)
    rows: QuerySet[InspectionPack] = InspectionPack.objects.filter(built_at__lt=before, removed_at__isnull=True)
    return rows


def remove_due(*, actor: Actor, day: date, zone: ZoneInfo) -> int:
    """Their files go, the rows with the hashes stay. The system alone does this; returns how many."""
    if actor.kind != "system":
        raise DomainError("not_allowed")
    count = 0
    for pack in list(packs_due(day, zone).order_by("pk")):
        InspectionPack.objects.filter(pk=pack.pk).update(removed_at=clock.now(), path="")
        record_event(actor=actor, kind="inspection_pack.removed", subject=pack, facts={"sha256": pack.sha256})
        if not InspectionPack.unscoped.filter(path=pack.path).exists():
            path = open_kept(pack.path)
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
        count += 1
    return count


def _told(actor: Actor, portal: Portal) -> set[int]:
    return holders_of(portal, TOLD) - {actor.account_id or 0}


def _working(packs: list[int]) -> set[int]:
    """Those of them that a job is about."""
    if not packs:
        return set()
    jobs = Job.objects.filter(task=TASK, arguments__pack_id__in=packs, state__in=OPEN)
    return {int(arguments["pack_id"]) for arguments in jobs.values_list("arguments", flat=True)}


def _check_period(since: date, until: date) -> None:
    if until <= since:
        raise PaymentError("period_wrong", field="until")
