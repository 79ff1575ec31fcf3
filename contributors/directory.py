"""The directory: who belongs to the network, searched and narrowed, in the Vietnamese order of names; counts by unit.

Everything here is asked for an actor: observers see nobody, a focal person sees the people of their own units.
A merged row is never listed; the one that it was merged into is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from contributors import clock
from contributors.access import holds, require
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.models import (
    MAKERS,
    Attendance,
    Category,
    Contributor,
    ContributorState,
    Credit,
    CreditSource,
    Membership,
    PenName,
    Piece,
    PieceState,
    Portal,
    Unit,
)
from contributors.names import search_key
from contributors.own_units import units_within

PAGE = 50
COUNTED_UP_TO = 1000
NO_UNIT = "none"
FEWEST_DIGITS = 4
MOST_WORDS = 10
ROW = ("pk", "public_id", "full_name", "sort_key", "phone", "category", "state", "state_since", "birth_year")
RECEIPT = re.compile(r"[A-Z]{3}-[0-9A-Z]{8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the directory is narrowed by. Empty: everybody.

    `unit` is a unit's public id (units inside it included) or "none"; `active_since` asks for people who have been
    active since that day or earlier; `silent_weeks` for those who sent and made nothing for so many weeks.
    """

    q: str = ""
    unit: UUID | str | None = None
    state: Sequence[str] = ()
    category: str = ""
    active_since: date | None = None
    silent_weeks: int | None = None
    needs_introduction: bool = False


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the directory. `phone` is whole for those who may correct it, else its last digits."""

    id: int
    public_id: UUID
    full_name: str
    pen_names: tuple[str, ...]
    unit: str
    unit_id: UUID | None
    category: str
    state: str
    since: datetime
    phone: str
    birth_year: int | None
    last_piece_on: date | None
    published_this_year: int

    @property
    def state_label(self) -> str:
        return str(ContributorState(self.state).label)

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """`total` is counted up to `COUNTED_UP_TO`, and only for the first page; `after` is the key of the next one."""

    rows: list[PersonRow]
    after: tuple[str, int] | None
    total: int | None = None
    more_than_total: bool = False


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many active people a unit has today."""

    unit_id: UUID
    name: str
    kind: str
    parent: str
    people: int


def seen_people(actor: Actor) -> QuerySet[Contributor]:
    """Whom the actor may see at all. Raises `not_allowed` for those who may see nobody, observers among them."""
    require(actor, "contributor.see")
    people = Contributor.objects.filter(merged_into__isnull=True)
    units = units_within(actor, "contributor.see")
    return people if units is None else people.filter(_in_units(units, clock.today()))


def person_seen(actor: Actor, public_id: UUID) -> Contributor:
    """One person of the directory. Raises `not_found` for whoever is not among `seen_people`."""
    person = seen_people(actor).select_related("registered_by").filter(public_id=public_id).first()
    if person is None:
        raise DomainError("not_found")
    return person


def people_of(
    actor: Actor,
    wanted: PeopleFilter,
    *,
    after: tuple[str, int] | None = None,
    size: int = PAGE,
    also: Q | None = None,
) -> PeoplePage:
    """One page, by Vietnamese name. `also` is a condition of the upper floor. Six queries, whatever the size."""
    people = narrowed(actor, wanted, also=also)
    if after is not None:
        name, last = after
        people = people.filter(Q(sort_key__gt=name) | Q(pk__gt=last), sort_key__gte=name)
    first = after is None
    keys = list(
        people.order_by("sort_key", "pk").values_list("sort_key", "pk")[: COUNTED_UP_TO + 1 if first else size + 1]
    )
    page = keys[:size]
    return PeoplePage(
        rows=rows_shown(actor, [pk for _, pk in page]),
        after=page[-1] if len(keys) > size else None,
        total=min(len(keys), COUNTED_UP_TO) if first else None,
        more_than_total=first and len(keys) > COUNTED_UP_TO,
    )


def every_person(
    actor: Actor, wanted: PeopleFilter, *, also: Q | None = None, batch: int = 1000
) -> Iterator[PersonRow]:
    """All of them, in batches: for a file that is written as it is read."""
    keys = list(narrowed(actor, wanted, also=also).order_by("sort_key", "pk").values_list("pk", flat=True))
    for start in range(0, len(keys), batch):
        yield from rows_shown(actor, keys[start : start + batch])


def narrowed(actor: Actor, wanted: PeopleFilter, *, also: Q | None = None) -> QuerySet[Contributor]:
    """The condition itself. Raises `not_found` for a unit that is none of this portal."""
    portal = Portal.objects.get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    people = seen_people(actor)
    if wanted.q:
        people = _searched(actor, people, wanted.q)
    if wanted.unit == NO_UNIT:
        people = people.filter(~Exists(Membership.objects.filter(in_force(today), contributor_id=OuterRef("pk"))))
    elif wanted.unit:
        people = people.filter(_in_units(_with_children(wanted.unit), today))
    if wanted.state:
        people = people.filter(state__in=list(wanted.state))
    if wanted.category:
        people = people.filter(category=wanted.category)
    if wanted.active_since is not None:
        end = datetime.combine(wanted.active_since + timedelta(days=1), datetime.min.time(), ZoneInfo(portal.time_zone))
        people = people.filter(state=ContributorState.ACTIVE, state_since__lt=end)
    if wanted.silent_weeks is not None:
        people = people.filter(_silent_since(clock.now() - timedelta(weeks=wanted.silent_weeks)))
    if wanted.needs_introduction:
        came = Attendance.objects.filter(
            contributor_id=OuterRef("pk"), session__introduction=True, session__cancelled_at__isnull=True
        )
        people = people.filter(~Exists(came))
    return people if also is None else people.filter(also)


def _silent_since(moment: datetime) -> Q:
    """Sent nothing in, and had no part in what others sent in. Those credited lately are few: they are found first."""
    sent = Piece.objects.filter(contributor_id=OuterRef("pk"), submitted_at__gte=moment, practice=False)
    made = Credit.objects.filter(
        contributor_id=OuterRef("pk"),
        source=CreditSource.DECLARED,
        piece__submitted_at__gte=moment,
        piece__practice=False,
    )
    return ~Exists(sent) & ~Exists(made)


def _in_units(unit_ids: Iterable[int], day: date) -> Exists:
    return Exists(Membership.objects.filter(in_force(day), contributor_id=OuterRef("pk"), unit_id__in=list(unit_ids)))


def _with_children(public_id: UUID | str) -> list[int]:
    """A unit and all that lies inside it. Raises `not_found`."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    root = Unit.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if root is None:
        raise DomainError("not_found", field="unit")
    found, reached = [root], {root}
    for unit in found:
        inside = [child for child, parent in parents.items() if parent == unit and child not in reached]
        reached.update(inside)
        found.extend(inside)
    return found


def _searched(actor: Actor, people: QuerySet[Contributor], q: str) -> QuerySet[Contributor]:
    """By receipt number, by digits of a phone (for those who may see it), else by words of the name."""
    text = q.strip()
    if RECEIPT.fullmatch(text):
        return people.filter(receipt_number=text.upper())
    digits = re.sub(r"[\s.\-+()]", "", text)
    if digits.isdecimal():
        if len(digits) < FEWEST_DIGITS or not sees_phones(actor):
            return people.none()
        whole = digits.removeprefix("84") if len(digits) > 10 else digits  # noqa: PLR2004 - with the country's code
        return people.filter(phone__contains=whole.removeprefix("0"))
    for word in search_key(text).split()[:MOST_WORDS]:
        people = people.filter(search_key__contains=word)
    return people


def sees_phones(actor: Actor) -> bool:
    """Whole numbers are for those who may correct them."""
    return holds(actor, "contributor.correct")


def shown_phone(actor: Actor, phone: str) -> str:
    return phone if not phone or sees_phones(actor) else f"•••• {phone[-3:]}"


def rows_shown(actor: Actor, ids: Sequence[int]) -> list[PersonRow]:
    """People by id, in the order given. Five queries."""
    if not ids:
        return []
    portal = Portal.objects.get(pk=actor.portal_id)
    zone = ZoneInfo(portal.time_zone)
    today = clock.today(portal.time_zone)
    new_year = datetime(today.year, 1, 1, tzinfo=zone)
    people = {row["pk"]: row for row in Contributor.objects.filter(pk__in=ids).values(*ROW)}
    pens: dict[int, list[str]] = {}
    for person, name in (
        PenName.objects.filter(in_force(today), contributor_id__in=ids)
        .order_by("pk")
        .values_list("contributor_id", "name")
    ):
        pens.setdefault(person, []).append(name)
    units = {
        person: (name, unit)
        for person, name, unit in Membership.objects.filter(in_force(today), contributor_id__in=ids).values_list(
            "contributor_id", "unit__name", "unit__public_id"
        )
    }
    sent = dict(
        Piece.objects.filter(contributor_id__in=ids, submitted_at__isnull=False, practice=False)
        .values_list("contributor_id")
        .annotate(last=Max("submitted_at"))
    )
    published = Q(piece__state=PieceState.PUBLISHED, piece__published_at__gte=new_year)
    made = {
        person: (last, count)
        for person, last, count in Credit.objects.filter(
            contributor_id__in=ids, role__in=MAKERS, source=CreditSource.DECLARED, piece__practice=False
        )
        .values_list("contributor_id")
        .annotate(last=Max("piece__submitted_at"), count=Count("piece", filter=published, distinct=True))
    }
    shown = []
    for pk in ids:
        row = people[pk]
        last, count = made.get(pk, (None, 0))
        latest = max((moment for moment in (last, sent.get(pk)) if moment is not None), default=None)
        unit, unit_id = units.get(pk, ("", None))
        shown.append(
            PersonRow(
                id=pk,
                public_id=row["public_id"],
                full_name=row["full_name"],
                pen_names=tuple(pens.get(pk, ())),
                unit=unit,
                unit_id=unit_id,
                category=row["category"],
                state=row["state"],
                since=row["state_since"],
                phone=shown_phone(actor, row["phone"]),
                birth_year=row["birth_year"],
                last_piece_on=latest.astimezone(zone).date() if latest else None,
                published_this_year=count,
            )
        )
    return shown


def counts_by_state(actor: Actor) -> dict[str, int]:
    """How many people are in each state, those with nobody left out. One query."""
    return dict(seen_people(actor).order_by().values_list("state").annotate(count=Count("pk")))


def counts_by_unit(actor: Actor) -> list[UnitCount]:
    """Open units in their order with their active people of today, units with nobody among them. Two queries."""
    people = _active_by_unit(actor)
    open_units = Unit.objects.filter(_open_on(clock.today()))
    within = units_within(actor, "contributor.see")
    if within is not None:
        open_units = open_units.filter(pk__in=within)
    return [
        UnitCount(row["public_id"], row["name"], row["kind"], row["above"] or "", people.get(row["pk"], 0))
        for row in open_units.order_by("parent__sort_key", "sort_key", "pk").values(
            "pk", "public_id", "name", "kind", above=F("parent__name")
        )
    ]


def units_with_nobody(actor: Actor) -> list[UnitCount]:
    """Open units without one active person, those that hold other units left out."""
    holders = set(
        Unit.objects.filter(_open_on(clock.today()), parent__isnull=False).values_list("parent__public_id", flat=True)
    )
    return [unit for unit in counts_by_unit(actor) if not unit.people and unit.unit_id not in holders]


def _open_on(day: date) -> Q:
    return Q(opened__lte=day) & (Q(closed__isnull=True) | Q(closed__gt=day))


def _active_by_unit(actor: Actor) -> Mapping[int, int]:
    require(actor, "contributor.see")
    members: QuerySet[Any] = Membership.objects.filter(
        in_force(clock.today()),
        contributor__merged_into__isnull=True,
        contributor__state=ContributorState.ACTIVE,
    )
    return dict(members.order_by().values_list("unit_id").annotate(count=Count("pk")))
