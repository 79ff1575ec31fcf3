"""Training sessions and who came; who still needs the introduction.

A focal person holds and notes for their own units only. Whoever was there keeps the unit of that day beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Attendance, Contributor, ContributorState, Membership, TrainingSession, Unit
from contributors.names import plain_text
from contributors.own_units import require_for_unit, units_within
from contributors.piece_messages import tell_of_training

RIGHT = "training.write"
TITLE_LIMIT = 200  # the columns' widths
PLACE_LIMIT = 200
NOTE_LIMIT = 1000
LONGEST_AHEAD = timedelta(days=366)
LONGEST_AGO = timedelta(days=5 * 366)
EDITABLE = frozenset({"title", "held_on", "place", "unit", "introduction", "led_by", "note"})


def hold_session(
    *,
    actor: Actor,
    title: str,
    held_on: date,
    place: str = "",
    unit: Unit | None = None,
    introduction: bool = True,
    led_by: Contributor | None = None,
    note: str = "",
) -> TrainingSession:
    """Write a session down, planned or held. Without a unit it is for everybody.

    Raises `title_missing`, `title_long`, `session_day_wrong`, `not_allowed`.
    """
    require_for_unit(actor, RIGHT, unit.pk if unit else None)
    fields = _clean({"title": title, "held_on": held_on, "place": place, "note": note})
    with transaction.atomic():
        session = TrainingSession.objects.create(
            portal_id=actor.portal_id,
            unit=unit,
            introduction=introduction,
            led_by=led_by,
            created_by_id=actor.account_pk,
            created_at=clock.now(),
            **fields,
        )
        record_event(actor=actor, kind="training.held", subject=session, facts=_facts(session))
        tell_of_training(actor, session)
    return session


def correct_session(*, actor: Actor, session: TrainingSession, seen_version: int, **fields: Any) -> TrainingSession:
    """Change what stands about a session; `fields` are those of `EDITABLE`.

    Raises `title_missing`, `title_long`, `session_day_wrong`, `session_cancelled`, `stale_version`.
    """
    cleaned = _clean(fields)
    with transaction.atomic():
        row = _locked(actor, session, seen_version)
        if "unit" in cleaned:
            require_for_unit(actor, RIGHT, cleaned["unit"].pk if cleaned["unit"] else None)
        changed = sorted(name for name, value in cleaned.items() if getattr(row, name) != value)
        if not changed:
            return row
        for name in changed:
            setattr(row, name, cleaned[name])
        row.version += 1
        row.save()
        record_event(actor=actor, kind="training.corrected", subject=row, facts={"fields": changed} | _facts(row))
    return row


def cancel_session(*, actor: Actor, session: TrainingSession, seen_version: int, reason: str = "") -> TrainingSession:
    """It did not take place, or does not count; who was noted stays noted, and counts nowhere."""
    with transaction.atomic():
        row = _locked(actor, session, seen_version)
        row.cancelled_at = clock.now()
        row.version += 1
        row.save(update_fields=["cancelled_at", "version"])
        said = plain_text(reason)[:500]
        record_event(
            actor=actor,
            kind="training.cancelled",
            subject=row,
            facts=_facts(row),
            personal={"reason": said} if said else None,
        )
    return row


def note_attendance(
    *, actor: Actor, session: TrainingSession, came: Sequence[Contributor], among: Iterable[int] | None = None
) -> TrainingSession:
    """Who was there. `among` are the ids of the people on the sheet that was filled in: those of them who did not come
    are taken out, everybody else stays as noted before. None: the whole session.

    Two people may fill in the sheets of two hamlets at once, so this changes no version.
    Raises `session_cancelled`, `session_ahead`, `person_unknown`, `not_allowed`.
    """
    wanted = {person.pk for person in came}
    with transaction.atomic():
        row = _locked(actor, session, None, own_unit=False)
        if row.held_on > clock.today():
            raise DomainError("session_ahead")
        noted = set(Attendance.objects.filter(session=row).values_list("contributor_id", flat=True))
        out = (noted & set(among) if among is not None else noted) - wanted
        new = wanted - noted
        units = _units_on(new | out, row.held_on)
        _check_people(actor, new | out, units)
        Attendance.objects.filter(session=row, contributor_id__in=out).delete()
        Attendance.objects.bulk_create(
            Attendance(portal_id=row.portal_id, session=row, contributor_id=person, unit_id=units.get(person))
            for person in sorted(new)
        )
        if new or out:
            facts = {"added": sorted(new), "removed": sorted(out)}
            record_event(actor=actor, kind="training.attended", subject=row, facts=facts)
    return row


@dataclass(frozen=True, slots=True)
class UnitAttendance:
    """One unit at a session: `came` of those who were there, `people` active ones who belong to it today.

    `unit_id` None: people without a unit.
    """

    unit_id: Any
    name: str
    parent: str
    came: int
    people: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a unit's sheet."""

    person: Contributor
    came: bool


@dataclass(frozen=True, slots=True)
class UnitNeeds:
    """How many active people of a unit have been to no introduction yet."""

    unit_id: Any
    name: str
    parent: str
    needing: int
    people: int


def sessions_between(actor: Actor, since: date, until: date) -> QuerySet[TrainingSession]:
    """Sessions held or planned in `[since, until)`, latest first, with `came`; a focal person sees their units' and
    those for everybody.
    """
    require(actor, RIGHT)
    rows: QuerySet[TrainingSession] = TrainingSession.objects.filter(held_on__gte=since, held_on__lt=until)
    within = units_within(actor, RIGHT)
    if within is not None:
        rows = rows.filter(Q(unit__in=within) | Q(unit__isnull=True))
    return rows.select_related("unit", "led_by").annotate(came=Count("attendance")).order_by("-held_on", "-pk")


def attendance_by_unit(actor: Actor, session: TrainingSession) -> list[UnitAttendance]:
    """Open units in their order, and closed ones of which somebody came. Three queries."""
    people = _active_by_unit(actor)
    came = dict(
        Attendance.objects.filter(session=session).order_by().values_list("unit_id").annotate(count=Count("pk"))
    )
    return [
        UnitAttendance(public_id, name, parent, came.get(pk, 0), people.get(pk, 0))
        for pk, public_id, name, parent in _units(actor, {*came})
        if came.get(pk) or people.get(pk)
    ]


def sheet_of(actor: Actor, session: TrainingSession, unit: Unit | None) -> list[SheetRow]:
    """Active people of a unit (None: of no unit), and who came as one of it, by name. Two queries."""
    _require_seen(actor, unit)
    noted = set(Attendance.objects.filter(session=session).values_list("contributor_id", flat=True))
    of_then = Attendance.objects.filter(session=session, unit=unit).values("contributor_id")
    mine = Q(state=ContributorState.ACTIVE) & _in_unit(unit)
    people = Contributor.objects.filter(Q(pk__in=of_then) | mine, merged_into__isnull=True)
    return [SheetRow(person, person.pk in noted) for person in people.order_by("sort_key", "pk")]


def needs_introduction(actor: Actor) -> list[UnitNeeds]:
    """By unit: how many active people have been to no introduction. Three queries."""
    people = _active_by_unit(actor)
    needing = _active_by_unit(actor, ~_introduced())
    return [
        UnitNeeds(public_id, name, parent, needing[pk], people.get(pk, 0))
        for pk, public_id, name, parent in _units(actor, set())
        if needing.get(pk)
    ]


def people_needing_introduction(actor: Actor, unit: Unit | None) -> QuerySet[Contributor]:
    """Active people of a unit (None: of no unit) who have been to no introduction, by name."""
    _require_seen(actor, unit)
    people: QuerySet[Contributor] = Contributor.objects.filter(
        ~_introduced(), _in_unit(unit), state=ContributorState.ACTIVE, merged_into__isnull=True
    )
    return people.order_by("sort_key", "pk")


def was_introduced(contributor_id: int) -> bool:
    """Whether a person has been to an introduction that took place."""
    return Contributor.objects.filter(_introduced(), pk=contributor_id).exists()


def units_to_train(actor: Actor) -> QuerySet[Unit]:
    """Open units for which the actor may hold a session."""
    rows: QuerySet[Unit] = Unit.objects.filter(_open_on(clock.today()))
    within = units_within(actor, RIGHT)
    if within is not None:
        rows = rows.filter(pk__in=within)
    return rows.order_by("parent__sort_key", "sort_key", "pk")


def may_train_everywhere(actor: Actor) -> bool:
    """Whether the actor may hold a session for everybody."""
    return units_within(actor, RIGHT) is None


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - EDITABLE
    if unknown:
        message = f"no such field of a session: {', '.join(sorted(unknown))}"
        raise TypeError(message)
    cleaned = dict(fields)
    for name, limit in (("place", PLACE_LIMIT), ("note", NOTE_LIMIT)):
        if name in cleaned:
            cleaned[name] = plain_text(cleaned[name] or "")[:limit]
    if "title" in cleaned:
        cleaned["title"] = plain_text(cleaned["title"] or "")
        if not cleaned["title"]:
            raise DomainError("title_missing", field="title")
        if len(cleaned["title"]) > TITLE_LIMIT:
            raise DomainError("title_long", field="title", limit=TITLE_LIMIT)
    if "held_on" in cleaned:
        today = clock.today()
        first, last = today - LONGEST_AGO, today + LONGEST_AHEAD
        if not first <= cleaned["held_on"] <= last:
            raise DomainError("session_day_wrong", field="held_on", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    return cleaned


def _locked(
    actor: Actor, session: TrainingSession, seen_version: int | None, *, own_unit: bool = True
) -> TrainingSession:
    """`own_unit`: the session's unit must be the actor's too; noting asks for each person's unit instead."""
    require(actor, RIGHT)
    row: TrainingSession | None = TrainingSession.objects.select_for_update().filter(pk=session.pk).first()
    if row is None:
        raise DomainError("not_found")
    if own_unit:
        require_for_unit(actor, RIGHT, row.unit_id)
    if seen_version is not None and row.version != seen_version:
        raise DomainError("stale_version", field="version")
    if row.cancelled_at is not None:
        raise DomainError("session_cancelled")
    return row


def _units_on(people: Iterable[int], day: date) -> dict[int, int]:
    """Units of people on a day; for who joined later, today's."""
    units: dict[int, int] = {}
    for on in (clock.today(), day):
        units |= dict(
            Membership.objects.filter(in_force(on), contributor_id__in=list(people)).values_list(
                "contributor_id", "unit_id"
            )
        )
    return units


def _check_people(actor: Actor, people: set[int], units: Mapping[int, int]) -> None:
    known = Contributor.objects.filter(pk__in=people, merged_into__isnull=True).count()
    if known != len(people):
        raise DomainError("person_unknown", field="people")
    within = units_within(actor, RIGHT)
    if within is not None and any(units.get(person) not in within for person in people):
        raise DomainError("not_allowed")


def _facts(session: TrainingSession) -> dict[str, Any]:
    return {"on": session.held_on.isoformat(), "unit": session.unit_id, "introduction": session.introduction}


def _introduced() -> Exists:
    return Exists(
        Attendance.objects.filter(
            contributor_id=OuterRef("pk"), session__introduction=True, session__cancelled_at__isnull=True
        )
    )


def _in_unit(unit: Unit | None) -> Q:
    here = Membership.objects.filter(in_force(clock.today()), contributor_id=OuterRef("pk"))
    return Q(Exists(here.filter(unit=unit))) if unit is not None else ~Q(Exists(here))


def _active_by_unit(actor: Actor, *conditions: Any) -> dict[int | None, int]:
    """Active people by the unit of today; None: without one."""
    require(actor, RIGHT)
    here = Membership.objects.filter(in_force(clock.today()), contributor_id=OuterRef("pk"))
    people = Contributor.objects.filter(*conditions, state=ContributorState.ACTIVE, merged_into__isnull=True)
    counted = people.order_by().annotate(here=here.values("unit_id")[:1]).values_list("here")
    return dict(counted.annotate(count=Count("pk")))


def _units(actor: Actor, also: set[int | None]) -> list[tuple[int | None, Any, str, str]]:
    """(pk, public id, name, the unit above), those in `also` too; people without a unit last."""
    rows = Unit.objects.filter(_open_on(clock.today()) | Q(pk__in=[pk for pk in also if pk is not None]))
    within = units_within(actor, RIGHT)
    if within is not None:
        rows = rows.filter(pk__in=within)
    found: list[tuple[int | None, Any, str, str]] = [
        (row["pk"], row["public_id"], row["name"], row["above"] or "")
        for row in rows.order_by("parent__sort_key", "sort_key", "pk").values(
            "pk", "public_id", "name", above=F("parent__name")
        )
    ]
    return found if within is not None else [*found, (None, None, "", "")]


def _require_seen(actor: Actor, unit: Unit | None) -> None:
    require_for_unit(actor, RIGHT, unit.pk if unit else None)


def _open_on(day: date) -> Q:
    return Q(opened__lte=day) & (Q(closed__isnull=True) | Q(closed__gt=day))
