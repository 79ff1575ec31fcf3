"""What happens to a unit after it opened: renamed, merged, moved, closed, a slip of the pen corrected.

A unit that gets another name or goes on in another one keeps its row as it was; a `UnitSuccession` leads from the old
row to the new one, people and focal persons go over on that day. The past is asked in `contributors.unit_history`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Grant, Membership, SuccessionKind, Unit, UnitKind, UnitSuccession
from contributors.names import place_key, plain_text
from contributors.portals import LEGAL_BASIS_LIMIT, raise_if_taken, unit_name


def rename_unit(
    *, actor: Actor, unit: Unit, new_name: str, on: date, legal_basis: str, seen_name: str | None = None
) -> Unit:
    """The unit under its new name: another row, open from that day. For a slip of the pen see `correct_unit`.

    Raises `unit_name_taken`, `unit_closed`, `date_before_opening`, `legal_basis_missing`, `stale_version`.
    """
    _require(actor)
    basis = _basis(legal_basis)
    name = unit_name(new_name)
    with transaction.atomic():
        old = _open_row(unit, on, seen_name)
        if name == old.name:
            raise DomainError("unit_name_taken", field="name", name=name)
        new = _successor(actor, kind=old.kind, name=name, parent_id=old.parent_id, on=on, basis=basis, closing=[old])
        _go_over(actor, old=old, new=new, on=on, basis=basis, kind=SuccessionKind.RENAMED)
        record_event(
            actor=actor,
            kind="unit.renamed",
            subject=new,
            facts={"from": old.pk, "old": old.name, "new": new.name, "on": on.isoformat(), "basis": basis},
        )
    return new


def merge_units(
    *,
    actor: Actor,
    units: Sequence[Unit],
    into: Unit | str,
    on: date,
    legal_basis: str,
    kind: str | None = None,
) -> Unit:
    """One unit out of several: a new one of the name `into`, or the unit `into`, which goes on and takes the others in.

    A new one stands where the first of `units` stood, and is of its kind unless `kind` says otherwise. Raises
    `units_too_few`, `unit_name_taken` (also where both have a part of the same name), `unit_parent_wrong`,
    `unit_closed`, `date_before_opening`, `legal_basis_missing`.
    """
    _require(actor)
    basis = _basis(legal_basis)
    gone = list({unit.pk: unit for unit in units if not (isinstance(into, Unit) and unit.pk == into.pk)}.values())
    if len(gone) < (1 if isinstance(into, Unit) else 2):
        raise DomainError("units_too_few", field="units")
    with transaction.atomic():
        rows = [_open_row(unit, on) for unit in sorted(gone, key=lambda unit: unit.pk)]
        first = next(row for row in rows if row.pk == gone[0].pk)
        if isinstance(into, Unit):
            new = _open_row(into, on)
            if _lies_within(new, {row.pk for row in rows}):
                raise DomainError("unit_parent_wrong", field="into")
            _close(rows, on)
        else:
            new = _successor(
                actor,
                kind=kind or first.kind,
                name=unit_name(into),
                parent_id=_outside(first, {row.pk for row in rows}),
                on=on,
                basis=basis,
                closing=rows,
            )
        for row in rows:
            _go_over(actor, old=row, new=new, on=on, basis=basis, kind=SuccessionKind.MERGED)
        record_event(
            actor=actor,
            kind="unit.merged",
            subject=new,
            facts={
                "from": [row.pk for row in rows],
                "old": [row.name for row in rows],
                "new": new.name,
                "on": on.isoformat(),
                "basis": basis,
            },
        )
    return new


def close_unit(*, actor: Actor, unit: Unit, on: date, legal_basis: str) -> Unit:
    """Closed without a successor: its people then belong nowhere, its focal persons' rights end.

    Raises `unit_has_children`, `unit_has_later_members`, `unit_closed`, `date_before_opening`, `legal_basis_missing`.
    """
    _require(actor)
    basis = _basis(legal_basis)
    with transaction.atomic():
        row = _open_row(unit, on)
        inside = Unit.objects.filter(parent=row, closed__isnull=True).count()
        if inside:
            raise DomainError("unit_has_children", count=inside)
        later = Membership.objects.filter(unit=row, effective_from__gte=on).count()
        if later:
            raise DomainError("unit_has_later_members", field="on", count=later)
        left = Membership.objects.filter(_beyond(on), unit=row).update(effective_until=on)
        _end_grants(actor, row, on)
        _close([row], on)
        record_event(
            actor=actor,
            kind="unit.closed",
            subject=row,
            facts={"name": row.name, "on": on.isoformat(), "basis": basis, "people": left},
        )
    return row


def correct_unit(*, actor: Actor, unit: Unit, name: str, kind: str | None = None, seen_name: str | None = None) -> Unit:
    """Write the name (or the kind) as it should have been from the beginning: same row, no succession.

    Raises `unit_name_taken`, `unit_closed`, `unit_kind_unknown`, `stale_version`.
    """
    _require(actor)
    said = unit_name(name)
    if kind is not None and kind not in UnitKind.values:
        raise DomainError("unit_kind_unknown", field="kind", kind=plain_text(kind)[:40])
    try:
        with transaction.atomic():
            row = _open_row(unit, None, seen_name)
            before = {"name": row.name, "kind": row.kind}
            row.name, row.sort_key, row.kind = said, place_key(said), kind or row.kind
            row.save(update_fields=["name", "sort_key", "kind"])
            record_event(
                actor=actor,
                kind="unit.corrected",
                subject=row,
                facts={"before": before, "after": {"name": row.name, "kind": row.kind}},
            )
    except IntegrityError as refused:
        raise_if_taken(refused, said)
        raise
    return row


def move_unit(*, actor: Actor, unit: Unit, parent: Unit | None) -> Unit:
    """Put a unit below another one, or at the top. Raises `unit_parent_wrong`, `unit_name_taken`, `unit_closed`."""
    _require(actor)
    try:
        with transaction.atomic():
            row = _open_row(unit, None)
            if parent is not None:
                above = _open_row(parent, None)
                if above.pk == row.pk or _lies_within(above, {row.pk}):
                    raise DomainError("unit_parent_wrong", field="parent")
            before = row.parent_id
            row.parent_id = parent.pk if parent else None
            row.save(update_fields=["parent"])
            record_event(
                actor=actor,
                kind="unit.moved",
                subject=row,
                facts={"name": row.name, "from": before, "to": row.parent_id},
            )
    except IntegrityError as refused:
        raise_if_taken(refused, unit.name)
        raise
    return row


def _require(actor: Actor) -> None:
    if actor.kind != "system":
        require(actor, "unit.write")


def _basis(text: str) -> str:
    said = plain_text(text)[:LEGAL_BASIS_LIMIT]
    if not said:
        raise DomainError("legal_basis_missing", field="legal_basis")
    return said


def _open_row(unit: Unit, on: date | None, seen_name: str | None = None) -> Unit:
    """The row, locked, if it is not closed and had begun before the day."""
    row = Unit.objects.select_for_update(no_key=True).filter(pk=unit.pk).first()
    if row is None:
        raise DomainError("not_found")
    if row.closed is not None:
        raise DomainError("unit_closed", field="unit")
    if seen_name is not None and row.name != seen_name:
        raise DomainError("stale_version")
    if on is not None and on <= row.opened:
        raise DomainError("date_before_opening", field="on", day=f"{row.opened:%d/%m/%Y}")
    return row


def _close(rows: Sequence[Unit], on: date) -> None:
    for row in rows:
        row.closed = on
        row.save(update_fields=["closed"])


def _successor(
    actor: Actor, *, kind: str, name: str, parent_id: int | None, on: date, basis: str, closing: Sequence[Unit]
) -> Unit:
    """The new row, once the old ones are closed and their names free."""
    _close(closing, on)
    try:
        with transaction.atomic():
            return Unit.objects.create(
                portal_id=actor.portal_id,
                kind=kind,
                name=name,
                parent_id=parent_id,
                opened=on,
                legal_basis=basis,
                sort_key=place_key(name),
            )
    except IntegrityError as refused:
        raise_if_taken(refused, name)
        raise


def _go_over(actor: Actor, *, old: Unit, new: Unit, on: date, basis: str, kind: str) -> None:
    UnitSuccession.objects.create(
        portal_id=actor.portal_id, from_unit=old, to_unit=new, kind=kind, on=on, legal_basis=basis
    )
    try:
        with transaction.atomic():
            Unit.objects.filter(parent=old, closed__isnull=True).exclude(pk=new.pk).update(parent=new)
    except IntegrityError as refused:
        raise_if_taken(refused, new.name)
        raise
    _move_people(actor, old, new, on)
    _move_grants(actor, old, new, on)


def _beyond(on: date) -> Q:
    """Rows that began before a day and hold on it."""
    return Q(effective_from__lt=on) & (Q(effective_until__isnull=True) | Q(effective_until__gt=on))


def _move_people(actor: Actor, old: Unit, new: Unit, on: date) -> None:
    """Who is in the old unit on that day goes on in the new one; who came to it later was in the new one all along."""
    Membership.objects.filter(unit=old, effective_from__gte=on).update(unit=new)
    staying = list(
        Membership.objects.filter(_beyond(on), unit=old).values_list("pk", "contributor_id", "effective_until")
    )
    Membership.objects.filter(pk__in=[pk for pk, _, _ in staying]).update(effective_until=on)
    Membership.objects.bulk_create(
        Membership(portal_id=actor.portal_id, contributor_id=person, unit=new, effective_from=on, effective_until=until)
        for _, person, until in staying
    )


def _live_grants(unit: Unit, on: date) -> list[Grant]:
    return list(
        Grant.objects.select_for_update()
        .filter(Q(effective_until__isnull=True) | Q(effective_until__gt=on), unit=unit, declined_at__isnull=True)
        .order_by("pk")
    )


def _move_grants(actor: Actor, old: Unit, new: Unit, on: date) -> None:
    """Focal persons keep what was confirmed, and proposals stay proposals; twice the same right is once."""
    there = set(
        Grant.objects.filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=on), unit=new, declined_at__isnull=True
        ).values_list("account_id", flat=True)
    )
    for grant in _live_grants(old, on):
        again = grant.account_id in there
        there.add(grant.account_id)
        if grant.effective_from >= on or grant.confirmed_at is None:
            if not again:
                grant.unit = new
                grant.save(update_fields=["unit"])
            continue
        until = grant.effective_until
        grant.effective_until = on
        grant.save(update_fields=["effective_until"])
        if again:
            continue
        moved = Grant.objects.create(
            portal_id=actor.portal_id,
            account_id=grant.account_id,
            capability=grant.capability,
            unit=new,
            effective_from=on,
            effective_until=until,
            decision_number=grant.decision_number,
            granted_by_id=grant.granted_by_id,
            confirmed_by_id=grant.confirmed_by_id,
            confirmed_at=grant.confirmed_at,
        )
        record_event(
            actor=actor,
            kind="grant.moved",
            subject=moved,
            facts={"from": grant.pk, "unit": new.pk, "on": on.isoformat()},
        )


def _end_grants(actor: Actor, unit: Unit, on: date) -> None:
    for grant in _live_grants(unit, on):
        if grant.confirmed_at is None:
            grant.declined_at = clock.now()
            grant.declined_by_id = actor.account_id
            grant.save(update_fields=["declined_at", "declined_by"])
        else:
            grant.effective_until = max(on, grant.effective_from + timedelta(days=1))
            grant.save(update_fields=["effective_until"])
        record_event(
            actor=actor, kind="grant.ended_with_unit", subject=grant, facts={"unit": unit.pk, "on": on.isoformat()}
        )


def _lies_within(unit: Unit, above: set[int]) -> bool:
    """Whether one of `above` is over the unit. A query a level; there are few levels."""
    seen: set[int] = set()
    parent_id = unit.parent_id
    while parent_id is not None and parent_id not in seen:
        if parent_id in above:
            return True
        seen.add(parent_id)
        parent_id = Unit.objects.values_list("parent_id", flat=True).get(pk=parent_id)
    return False


def _outside(unit: Unit, leaving: set[int]) -> int | None:
    """The nearest unit above that does not itself go away."""
    parent_id = unit.parent_id
    while parent_id is not None and parent_id in leaving:
        parent_id = Unit.objects.values_list("parent_id", flat=True).get(pk=parent_id)
    return parent_id
