"""Setting up a portal: units, letterhead, payment mode. Genres and topics stand in `contributors.genres`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.models import Q

from contributors import clock, places
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    Letterhead,
    Mode,
    PaymentMode,
    Portal,
    PortalSuccession,
    Unit,
    UnitKind,
)
from contributors.names import place_key, plain_text

UNIT_NAME_LIMIT = 200  # the columns' widths
LEGAL_BASIS_LIMIT = 300
PORTAL_NAME_LIMIT = 200
PLACE_LIMIT = 100
DECISION_LIMIT = 100


def open_portal(
    *, name: str, slug: str, time_zone: str = "Asia/Ho_Chi_Minh", assumed_from: date | None = None
) -> Portal:
    """A new portal. Done by whoever runs the installation, so no right inside a portal is asked."""
    return Portal.objects.create(name=name, slug=slug, time_zone=time_zone, assumed_from=assumed_from)


def open_unit(
    *, actor: Actor, kind: str, name: str, opened: date, parent: Unit | None = None, legal_basis: str = ""
) -> Unit:
    """A new hamlet, department, association or school; what happens to it later stands in `contributors.units`.

    Raises `unit_name_missing`, `unit_name_taken`, `unit_kind_unknown`, `unit_parent_wrong`.
    """
    if actor.kind != "system":
        require(actor, "unit.write")
    if kind not in UnitKind.values:
        raise DomainError("unit_kind_unknown", field="kind", kind=plain_text(kind)[:40])
    said = unit_name(name)
    try:
        with transaction.atomic():
            if parent is not None:
                above = Unit.objects.select_for_update(no_key=True).filter(pk=parent.pk).first()
                if above is None or not unit_open_on(above, opened):
                    raise DomainError("unit_parent_wrong", field="parent")
            unit = Unit.objects.create(
                portal_id=actor.portal_id,
                kind=kind,
                name=said,
                parent=parent,
                opened=opened,
                legal_basis=plain_text(legal_basis)[:LEGAL_BASIS_LIMIT],
                sort_key=place_key(said),
            )
            record_event(actor=actor, kind="unit.opened", subject=unit, facts={"name": unit.name})
    except IntegrityError as refused:
        raise_if_taken(refused, said)
        raise
    return unit


def unit_name(text: str) -> str:
    """A unit's name, whole. Raises `unit_name_missing`."""
    name = plain_text(text)[:UNIT_NAME_LIMIT]
    if not any(char.isalnum() for char in name):
        raise DomainError("unit_name_missing", field="name")
    return name


def raise_if_taken(refused: IntegrityError, name: str) -> None:
    """Raise `unit_name_taken` where an open unit of that name was in the way."""
    if "unit_open_name" in str(refused):
        raise DomainError("unit_name_taken", field="name", name=name) from None


def set_place(*, actor: Actor, commune_code: str) -> Portal:
    """Where the portal's commune lies, by the list in force since 1 July 2025. Raises `place_unknown`."""
    require_set_up(actor)
    found = places.commune(commune_code)
    if found is None:
        raise DomainError("place_unknown", field="commune_code")
    with transaction.atomic():
        portal = Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)
        portal.commune_code = found.code
        portal.province_code = found.province_code
        portal.save(update_fields=["commune_code", "province_code"])
        record_event(actor=actor, kind="portal.place_set", subject=portal, facts={"commune": found.code})
    return portal


def require_open(portal_id: int) -> None:
    """Raise `portal_closed` where another portal goes on in this one's place. One query."""
    portal = Portal.objects.get(pk=portal_id)
    if portal.closed_on is None or portal.closed_on > clock.today(portal.time_zone):
        return
    heir = PortalSuccession.objects.filter(from_portal=portal).select_related("to_portal").order_by("pk").first()
    raise DomainError("portal_closed", portal=heir.to_portal.name if heir else "–")


def name_portal(*, actor: Actor, name: str, time_zone: str) -> Portal:
    """What the portal is called and whose clock it keeps. Raises `portal_name_missing`, `time_zone_unknown`."""
    require_set_up(actor)
    said = portal_name(name)
    if time_zone not in available_timezones():
        raise DomainError("time_zone_unknown", field="time_zone")
    with transaction.atomic():
        portal = _locked(actor)
        before = {"name": portal.name, "time_zone": portal.time_zone}
        portal.name, portal.time_zone = said, time_zone
        portal.save(update_fields=["name", "time_zone"])
        facts = {"before": before, "name": said, "time_zone": time_zone}
        record_event(actor=actor, kind="portal.named", subject=portal, facts=facts)
    return portal


def portal_name(text: str) -> str:
    """A portal's name, whole. Raises `portal_name_missing`."""
    name = plain_text(text)[:PORTAL_NAME_LIMIT]
    if not any(char.isalnum() for char in name):
        raise DomainError("portal_name_missing", field="name")
    return name


def set_letterhead(
    *,
    actor: Actor,
    effective_from: date,
    issuing_body: str,
    superior_body: str,
    place: str,
    grounds: Sequence[str] = (),
    recipients: Sequence[str] = (),
) -> Letterhead:
    """The heading of papers from a day on; the one before ends the same day, those that were to begin later are gone.

    Papers already issued keep theirs. Raises `letterhead_missing`, `day_past`.
    """
    require_set_up(actor)
    _require_ahead(actor, effective_from)
    for name, said in (("issuing_body", issuing_body), ("place", place)):
        if not plain_text(said):
            raise DomainError("letterhead_missing", field=name)
    with transaction.atomic():
        _locked(actor)
        _make_room(Letterhead, effective_from)
        head = Letterhead.objects.create(
            portal_id=actor.portal_id,
            effective_from=effective_from,
            issuing_body=plain_text(issuing_body)[:LEGAL_BASIS_LIMIT],
            superior_body=plain_text(superior_body)[:LEGAL_BASIS_LIMIT],
            place=plain_text(place)[:PLACE_LIMIT],
            grounds=list(grounds),
            recipients=list(recipients),
        )
        record_event(actor=actor, kind="letterhead.set", subject=head, facts={"from": effective_from.isoformat()})
    return head


def set_payment_mode(*, actor: Actor, mode: str, effective_from: date, decision_number: str = "") -> PaymentMode:
    """Unpaid, trial or paying from a day on. What was published before stays as it was: no arrears.

    A switch that was to come later, or began the same day, is replaced. Raises `day_past` for a day before today and
    `decision_missing` for paying without a decision; the installation, which loads what was, is not asked.
    """
    require_set_up(actor)
    if mode not in Mode.values:
        raise DomainError("not_found", field="mode")
    _require_ahead(actor, effective_from)
    number = plain_text(decision_number)[:DECISION_LIMIT]
    if mode == Mode.PAYING and not number and actor.kind != "system":
        raise DomainError("decision_missing", field="decision_number")
    with transaction.atomic():
        _locked(actor)
        _make_room(PaymentMode, effective_from)
        row = PaymentMode.objects.create(
            portal_id=actor.portal_id,
            mode=mode,
            effective_from=effective_from,
            decision_number=number,
        )
        record_event(
            actor=actor,
            kind="payment_mode.set",
            subject=row,
            facts={"mode": mode, "from": effective_from.isoformat()},
        )
    return row


def _locked(actor: Actor) -> Portal:
    return Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)


def _require_ahead(actor: Actor, day: date) -> None:
    """What is dated holds from today on at the earliest; only the installation writes down what was."""
    if actor.kind != "system" and day < clock.today():
        raise DomainError("day_past", field="effective_from")


def _make_room(model: type[Letterhead | PaymentMode], day: date) -> None:
    """The row that holds ends that day; rows that begin then or later are replaced."""
    model.objects.filter(effective_from__gte=day).delete()
    still = Q(effective_until__isnull=True) | Q(effective_until__gt=day)
    model.objects.filter(still).update(effective_until=day)


def payment_mode_on(portal_id: int, day: date) -> str:
    """The mode in force on a day; a portal that never said anything is unpaid."""
    row = PaymentMode.objects.filter(portal_id=portal_id, effective_from__lte=day).order_by("-effective_from").first()
    return row.mode if row else "unpaid"


def letterhead_on(portal_id: int, day: date) -> Letterhead:
    """The letterhead in force on a day. Raises `not_found`."""
    row = Letterhead.objects.filter(portal_id=portal_id, effective_from__lte=day).order_by("-effective_from").first()
    if row is None:
        raise DomainError("not_found", field="letterhead")
    return row


def unit_open_on(unit: Unit, day: date) -> bool:
    """Whether a contributor can be placed in the unit on a day."""
    return unit.opened <= day and (unit.closed is None or day < unit.closed)


def last_day(until: date) -> date:
    """The last day of a half-open period, as people write it."""
    return until - timedelta(days=1)


def require_set_up(actor: Actor) -> None:
    """An administrator; while a portal is being set up there is none yet, and the installation acts."""
    if actor.kind != "system":
        require(actor, "portal.set_up")
