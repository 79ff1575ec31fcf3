"""Correcting what is known of a person: name, phone, year of birth, category, pen names, unit.

What was issued keeps what it printed. The values of before and after stand in the deletable detail of the event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from contributors import clock
from contributors.access import holds, require
from contributors.actors import Actor, in_force
from contributors.applications import LONGEST_PEN_NAME, check_birth_year, check_unit
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Account, Category, Contributor, Event, Membership, PenName, Unit
from contributors.names import normal_phone, person_name, plain_text, search_key, sort_key
from contributors.own_units import require_for_person, require_for_unit

RIGHT = "contributor.correct"
CORRECTED = "contributor.corrected"
PROPOSED = "contributor.unit_proposed"
PROPOSAL_ENDED = "contributor.unit_proposal_declined"


def correct_details(
    *,
    actor: Actor,
    contributor: Contributor,
    seen_version: int,
    full_name: str | None = None,
    phone: str | None = None,
    birth_year: int | None = None,
    category: str | None = None,
    pen_names: Sequence[str] | None = None,
    unit: Unit | None = None,
    moved_on: date | None = None,
) -> Contributor:
    """Correct one's own details, or as head, deputy, admin or (in their units) focal person somebody else's.

    None leaves a value as it is; an empty phone and a year of 0 take it away. `pen_names` are all that hold from
    today: others end, new ones begin. `unit` is moved into from `moved_on` (today); by the board and focal persons
    only, others `propose_unit`. A move on the day of the last one corrects that one. Nothing changed writes nothing.

    Raises `name_missing`, `name_malformed`, `phone_malformed`, `birth_year_wrong`, `pen_name_wrong`,
    `category_by_board`, `unit_by_board`, `unit_closed`, `day_ahead`, `move_before_joining`, `person_erased`,
    `stale_version`.
    """
    for_others = _require(actor, contributor)
    if category is not None and (category not in Category.values or not holds(actor, "contributor.decide")):
        raise DomainError("category_by_board", field="category")
    if unit is not None and not for_others:
        raise DomainError("unit_by_board", field="unit")
    if unit is not None:
        require_for_unit(actor, RIGHT, unit.pk)
    with transaction.atomic():
        row = _locked(contributor, seen_version)
        wanted = _wanted(full_name=full_name, phone=phone, birth_year=birth_year, category=category)
        before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
        after = {name: wanted[name] for name in before}
        facts: dict[str, Any] = {}
        if pen_names is not None:
            old, new = _set_pen_names(row, pen_names)
            if old != new:
                before["pen_names"], after["pen_names"] = old, new
        if unit is not None:
            facts |= _move(row, unit, moved_on or clock.today())
        if not before and not facts:
            return row
        _write(row, {name: value for name, value in after.items() if name != "pen_names"})
        record_event(
            actor=actor,
            kind=CORRECTED,
            subject=row,
            facts={"fields": sorted([*before, *(["unit"] if facts else [])]), "own": not for_others} | facts,
            personal={"before": before, "after": after} if before else None,
        )
    return row


def propose_unit(*, actor: Actor, contributor: Contributor, unit: Unit) -> Event:
    """A person says to which unit they belong now; the board or the focal person moves them, or says no.

    Raises `unit_same`, `unit_closed`, `not_allowed`.
    """
    require(actor, RIGHT, own=contributor.pk == actor.contributor_id)
    check_unit(unit)
    with transaction.atomic():
        row = _locked(contributor, None)
        if Membership.objects.filter(in_force(clock.today()), contributor=row, unit=unit).exists():
            raise DomainError("unit_same", field="unit")
        return record_event(actor=actor, kind=PROPOSED, subject=row, facts={"unit": unit.pk})


def decline_unit(*, actor: Actor, contributor: Contributor) -> None:
    """The proposal is answered with no; the person stays where they are. Raises `not_found` where there is none."""
    require_for_person(actor, RIGHT, contributor)
    with transaction.atomic():
        row = _locked(contributor, None)
        proposed = proposed_unit(row)
        if proposed is None:
            raise DomainError("not_found")
        record_event(actor=actor, kind=PROPOSAL_ENDED, subject=row, facts={"unit": proposed.unit.pk})


@dataclass(frozen=True, slots=True)
class ProposedUnit:
    """A proposal that waits: where to, and when it was made."""

    unit: Unit
    at: datetime


def proposed_unit(person: Contributor) -> ProposedUnit | None:
    """The last proposal of a person that nobody has answered: no move and no refusal came after it. Two queries."""
    last = (
        Event.objects.filter(
            subject_type="contributor", subject_id=person.pk, kind__in=[CORRECTED, PROPOSED, PROPOSAL_ENDED]
        )
        .exclude(kind=CORRECTED, facts__unit__isnull=True)
        .order_by("-pk")
        .first()
    )
    if last is None or last.kind != PROPOSED:
        return None
    unit = Unit.objects.filter(pk=last.facts["unit"]).first()
    return ProposedUnit(unit, last.at) if unit else None


def pen_names_of(person: Contributor) -> list[str]:
    """Pen names that hold today, in the order in which they were taken."""
    return list(
        PenName.objects.filter(in_force(clock.today()), contributor=person)
        .order_by("pk")
        .values_list("name", flat=True)
    )


def may_correct(actor: Actor, contributor: Contributor) -> bool:
    """Whether the actor may correct this person's details at all."""
    try:
        _require(actor, contributor)
    except DomainError:
        return False
    return True


def _require(actor: Actor, person: Contributor) -> bool:
    """Raise `not_allowed` unless it is oneself or the right holds; True where it holds for somebody else's details."""
    if holds(actor, RIGHT):
        try:
            require_for_person(actor, RIGHT, person)
        except DomainError:
            if person.pk != actor.contributor_id:
                raise
        else:
            return True
    require(actor, RIGHT, own=person.pk == actor.contributor_id)
    return False


def _locked(contributor: Contributor, seen_version: int | None) -> Contributor:
    row: Contributor | None = (
        Contributor.objects.select_for_update().filter(pk=contributor.pk, merged_into__isnull=True).first()
    )
    if row is None:
        raise DomainError("not_found")
    if row.erased_at is not None:
        raise DomainError("person_erased")
    if seen_version is not None and row.version != seen_version:
        raise DomainError("stale_version", field="version")
    return row


def _wanted(
    *, full_name: str | None, phone: str | None, birth_year: int | None, category: str | None
) -> dict[str, Any]:
    """What is asked for, in the form in which it is kept."""
    wanted: dict[str, Any] = {}
    if full_name is not None:
        wanted["full_name"] = person_name(full_name)
    if phone is not None:
        wanted["phone"] = normal_phone(phone) if phone.strip() else ""
    if birth_year is not None:
        check_birth_year(birth_year or None)
        wanted["birth_year"] = birth_year or None
    if category is not None:
        wanted["category"] = category
    return wanted


def _write(row: Contributor, values: dict[str, Any]) -> None:
    """An account that carries the old name of this very person takes the new one."""
    if "full_name" in values:
        if row.account_id is not None:
            Account.objects.filter(pk=row.account_id, name=row.full_name).update(name=values["full_name"])
        values = values | {"sort_key": sort_key(values["full_name"]), "search_key": search_key(values["full_name"])}
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])


def _set_pen_names(row: Contributor, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """End those that are not wanted any more, begin the new ones; names before and after."""
    today = clock.today()
    names = list(dict.fromkeys(name for name in map(plain_text, wanted) if name))
    if any(len(name) > LONGEST_PEN_NAME for name in names):
        raise DomainError("pen_name_wrong", field="pen_names", most=LONGEST_PEN_NAME)
    current = list(PenName.objects.filter(in_force(today), contributor=row).order_by("pk"))
    known = [pen.name for pen in current]
    for pen in current:
        if pen.name in names:
            continue
        if pen.effective_from >= today:  # taken today, so it never held
            pen.delete()
        else:
            pen.effective_until = today
            pen.save(update_fields=["effective_until"])
    added = [name for name in names if name not in known]
    # One that ended today begins again as if it had never ended.
    again = PenName.objects.filter(contributor=row, name__in=added, effective_until=today)
    kept = set(again.values_list("name", flat=True))
    again.update(effective_until=None)
    PenName.objects.bulk_create(
        PenName(portal_id=row.portal_id, contributor=row, name=name, effective_from=today)
        for name in added
        if name not in kept
    )
    return known, [*(name for name in known if name in names), *added]


def _move(row: Contributor, unit: Unit, on: date) -> dict[str, Any]:
    """From one unit to another on a day; {} where the person is there already."""
    check_unit(unit)
    if on > clock.today():
        raise DomainError("day_ahead", field="moved_on")
    last = Membership.objects.filter(contributor=row).order_by("-effective_from").first()
    if last is not None and last.unit_id == unit.pk and last.effective_until is None:
        return {}
    first_free = None if last is None else (last.effective_until or last.effective_from)
    if last is not None and first_free is not None and on < first_free:
        raise DomainError("move_before_joining", field="moved_on", day=f"{first_free:%d/%m/%Y}")
    facts = {"unit": unit.pk, "from_unit": last.unit_id if last else None, "on": on.isoformat()}
    if last is not None and last.effective_until is None and on == last.effective_from:
        last.unit = unit
        last.save(update_fields=["unit"])
        return facts
    if last is not None and last.effective_until is None:
        last.effective_until = on
        last.save(update_fields=["effective_until"])
    Membership.objects.create(portal_id=row.portal_id, contributor=row, unit=unit, effective_from=on)
    return facts
