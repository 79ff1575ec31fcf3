"""Two portals become one: people, units and open pieces go on in the other; what was issued stays as it is.

Run by whoever runs the installation. What moves is copied: the old rows stay for the old portal's papers, statements
and chain. What does not move, and why, stands in docs/adr/0014-portals-merge.md.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from contributors import clock, places
from contributors.actors import in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    Consent,
    Contributor,
    ContributorState,
    Credit,
    Membership,
    MovedKind,
    PenName,
    Photo,
    Piece,
    Portal,
    PortalSuccession,
    Unit,
    UnitKind,
)
from contributors.moving import OPEN_PIECES, Moving, rows_of
from contributors.moving_pieces import move_pieces
from contributors.names import place_key, plain_text
from contributors.portals import LEGAL_BASIS_LIMIT, UNIT_NAME_LIMIT
from contributors.receipts import new_receipt

MOVING_PEOPLE = (
    ContributorState.RECORDED,
    ContributorState.APPLIED,
    ContributorState.ACTIVE,
    ContributorState.SUSPENDED,
)


def merge_portals(*, from_portal: Portal, to_portal: Portal, on: date, legal_basis: str) -> PortalSuccession:
    """Everything in one transaction; a second call gives what the first one made.

    Raises `portal_into_itself`, `portal_closed` (one of the two went on elsewhere before), `day_ahead`,
    `legal_basis_missing`.
    """
    basis = plain_text(legal_basis)[:LEGAL_BASIS_LIMIT]
    if from_portal.pk == to_portal.pk:
        raise DomainError("portal_into_itself")
    if not basis:
        raise DomainError("legal_basis_missing", field="legal_basis")
    if on > clock.today(to_portal.time_zone):
        raise DomainError("day_ahead", field="on")
    with transaction.atomic():
        both = Portal.objects.select_for_update(no_key=True).filter(pk__in=[from_portal.pk, to_portal.pk])
        rows = {row.pk: row for row in both.order_by("pk")}
        done = PortalSuccession.objects.filter(from_portal=from_portal, to_portal=to_portal).first()
        if done is not None:
            return done
        for row in rows.values():
            if row.closed_on is not None:
                raise DomainError("portal_closed", portal=_heir_name(row))
        old, new = rows[from_portal.pk], rows[to_portal.pk]
        succession = PortalSuccession.objects.create(
            from_portal=old, to_portal=new, on=on, legal_basis=basis, done_at=clock.now()
        )
        moving = Moving(old, new, on, basis, succession)
        _move_units(moving)
        _move_people(moving)
        move_pieces(moving)
        old.closed_on = on
        old.save(update_fields=["closed_on"])
        facts = {
            "from": old.slug,
            "to": new.slug,
            "on": on.isoformat(),
            "basis": basis,
            "units": len(moving.units),
            "people": len(moving.people),
            "pieces": moving.pieces,
        }
        record_event(actor=moving.here, kind="portal.closed", subject=old, facts=facts)
        record_event(actor=moving.there, kind="portal.continued", subject=new, facts=facts)
    return succession


def _heir_name(portal: Portal) -> str:
    step = PortalSuccession.objects.filter(from_portal=portal).select_related("to_portal").order_by("pk").first()
    return step.to_portal.name if step else portal.name


def _move_units(moving: Moving) -> None:
    """The old portal's units below one that bears the old commune's name."""
    open_then = rows_of(Unit, moving.old).filter(Q(closed__isnull=True) | Q(closed__gt=moving.on))
    rows = list(open_then.order_by("pk"))
    commune = _commune(moving)
    waiting = rows
    while waiting:
        ready = [row for row in waiting if row.parent_id is None or row.parent_id in moving.units]
        # A parent that closed before stays behind; what it held comes below the commune.
        ready = ready or waiting
        for row in ready:
            parent = moving.units.get(row.parent_id or 0, commune.pk)
            made = _open(moving, kind=row.kind, name=row.name, parent_id=parent)
            moving.units[row.pk] = made.pk
            record_event(
                actor=moving.there, kind="unit.moved_in", subject=made, facts={"name": made.name, "from": row.pk}
            )
        waiting = [row for row in waiting if row.pk not in moving.units]
    moving.note(MovedKind.UNIT, moving.units)
    # One that opened on that very day has no day of its own; it stays open in a portal that takes nobody any more.
    rows_of(Unit, moving.old).filter(pk__in=list(moving.units), opened__lt=moving.on).update(closed=moving.on)


def _commune(moving: Moving) -> Unit:
    place = places.commune(moving.old.commune_code)
    name = (f"{place.name[0].upper()}{place.name[1:]}" if place else moving.old.name)[:UNIT_NAME_LIMIT]
    known = rows_of(Unit, moving.new).filter(name=name, parent__isnull=True, closed__isnull=True).first()
    if isinstance(known, Unit):
        return known
    return _open(moving, kind=UnitKind.COMMUNE, name=name, parent_id=None)


def _open(moving: Moving, *, kind: str, name: str, parent_id: int | None) -> Unit:
    return Unit.unscoped.create(
        portal=moving.new,
        kind=kind,
        name=name,
        parent_id=parent_id,
        opened=moving.on,
        legal_basis=moving.basis,
        sort_key=place_key(name),
    )


def _named_in_open_pieces(portal: Portal) -> set[int]:
    """Everybody whom an open piece names: its credits and photographers must not lose their people."""
    pieces = rows_of(Piece, portal).filter(state__in=OPEN_PIECES)
    named = set(pieces.values_list("contributor_id", flat=True))
    named |= set(rows_of(Credit, portal).filter(piece__in=pieces).values_list("contributor_id", flat=True))
    photographers = rows_of(Photo, portal).filter(piece__in=pieces, photographer__isnull=False)
    return named | set(photographers.values_list("photographer_id", flat=True))


def _move_people(moving: Moving) -> None:
    named = _named_in_open_pieces(moving.old)
    staying = Q(state__in=MOVING_PEOPLE, erased_at__isnull=True, merged_into__isnull=True)
    rows = list(rows_of(Contributor, moving.old).filter(staying | Q(pk__in=named)).order_by("pk"))
    survivors = {row.pk: row.merged_into_id for row in rows if row.merged_into_id is not None}
    missing = set(survivors.values()) - {row.pk for row in rows}
    rows += list(rows_of(Contributor, moving.old).filter(pk__in=missing).order_by("pk"))
    accounts = [row.account_id for row in rows if row.account_id is not None]
    known = dict(
        rows_of(Contributor, moving.new)
        .filter(account_id__in=accounts, merged_into__isnull=True)
        .values_list("account_id", "pk")
    )
    moved: dict[int, int] = {}
    for row in rows:
        if row.pk in survivors:
            continue
        same = known.get(row.account_id) if row.account_id is not None else None
        moved[row.pk] = same or _copy_person(moving, row)
        consents = 0 if same else _copy_consents(moving, row.pk, moved[row.pk])
        record_event(
            actor=moving.there,
            kind="contributor.moved_in",
            subject=Contributor.unscoped.get(pk=moved[row.pk]),
            facts={"from": row.pk, "portal": moving.old.slug, "same_person": same is not None, "consents": consents},
        )
    moving.note(MovedKind.CONTRIBUTOR, moved)
    moving.people = moved | {old: moved[survivor] for old, survivor in survivors.items() if survivor in moved}


def _copy_person(moving: Moving, row: Contributor) -> int:
    made = Contributor.unscoped.create(
        portal=moving.new,
        receipt_number=new_receipt("CTV"),
        account_id=row.account_id,
        full_name=row.full_name,
        sort_key=row.sort_key,
        search_key=row.search_key,
        phone=row.phone,
        birth_year=row.birth_year,
        category=row.category,
        state=row.state,
        state_since=row.state_since,
        state_reason=row.state_reason,
        registered_by_id=row.registered_by_id,
        erased_at=row.erased_at,
        thanks_off_since=row.thanks_off_since,
    )
    PenName.unscoped.bulk_create(
        PenName(
            portal=moving.new,
            contributor=made,
            name=pen.name,
            effective_from=pen.effective_from,
            effective_until=pen.effective_until,
        )
        for pen in rows_of(PenName, moving.old).filter(contributor=row).order_by("pk")
    )
    current = rows_of(Membership, moving.old).filter(in_force(moving.on), contributor=row).first()
    if current is not None and current.unit_id in moving.units:
        Membership.unscoped.create(
            portal=moving.new,
            contributor=made,
            unit_id=moving.units[current.unit_id],
            effective_from=moving.on,
            effective_until=current.effective_until,
        )
    return made.pk


def _copy_consents(moving: Moving, old: int, new: int) -> int:
    """What a person agrees to now, with the version of the text and the hour at which they agreed to it."""
    latest: dict[str, Consent] = {}
    for consent in rows_of(Consent, moving.old).filter(contributor_id=old).order_by("at", "pk"):
        latest[consent.purpose] = consent
    made = [
        Consent(
            portal=moving.new,
            contributor_id=new,
            purpose=consent.purpose,
            text_version=consent.text_version,
            given=True,
            at=consent.at,
            recorded_by_id=consent.recorded_by_id,
        )
        for consent in latest.values()
        if consent.given
    ]
    Consent.unscoped.bulk_create(made)
    return len(made)
