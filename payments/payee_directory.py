"""Whose payee details are there, confirmed, held or missing: the list that accounting works down, and its counts.

Only masks leave this module: the last four digits of a number, never a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.models import Contributor, ContributorState, Membership, Unit
from contributors.names import search_key
from payments.access import holds_money, require_money
from payments.models import PayeeDetails, TaxStatus

# People to whom money may be due: not those who only applied, nor those who were declined.
PAYABLE = (ContributorState.ACTIVE, ContributorState.SUSPENDED, ContributorState.LEFT)
WORKING = (ContributorState.ACTIVE, ContributorState.SUSPENDED)
NEEDS = ("missing", "to_confirm", "on_hold", "name_differs", "same_id", "tax_missing")
NO_UNIT = "none"


@dataclass(frozen=True, slots=True)
class PayeeFilter:
    """What the list is narrowed by. `need` is one of NEEDS; `unit` a unit's public id or "none"."""

    need: str = ""
    unit: UUID | str | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class PayeeRow:
    """One person with their current details, if any, and today's tax status."""

    contributor: Contributor
    unit: str
    details: PayeeDetails | None
    status: TaxStatus | None
    same_id: bool
    today: date

    @property
    def needs(self) -> tuple[str, ...]:
        """What is to be done or known about this person, of NEEDS."""
        found = []
        row = self.details
        if row is None:
            found.append("missing")
        else:
            if row.confirmed_at is None:
                found.append("to_confirm")
            if row.hold_until is not None and self.today < row.hold_until:
                found.append("on_hold")
            if row.name_differs:
                found.append("name_differs")
        if self.same_id:
            found.append("same_id")
        if self.status is None:
            found.append("tax_missing")
        return tuple(found)


def payees_found(*, actor: Actor, narrowed: PayeeFilter = PayeeFilter()) -> QuerySet[Any]:
    """People of the list in the Vietnamese order of names; `payee_rows` gives a page of them their rows."""
    require_money(actor, "payee.see")
    people = _people(clock.today())
    words = search_key(narrowed.q)
    if words:
        people = people.filter(search_key__contains=words)
    if narrowed.unit == NO_UNIT:
        people = people.filter(unit_id__isnull=True)
    elif narrowed.unit:
        people = people.filter(unit_id=Subquery(Unit.objects.filter(public_id=narrowed.unit).values("pk")[:1]))
    if narrowed.need in NEEDS:
        people = people.filter(_need(narrowed.need, clock.today()))
    return people.order_by("sort_key", "pk")


def payees_listed(*, actor: Actor, narrowed: PayeeFilter = PayeeFilter()) -> list[PayeeRow]:
    """The whole list at once, for sheets and small portals."""
    return payee_rows(actor=actor, people=list(payees_found(actor=actor, narrowed=narrowed)))


def payee_rows(*, actor: Actor, people: Sequence[Contributor]) -> list[PayeeRow]:
    """Rows of these people, in their order. Four queries for any number of them."""
    require_money(actor, "payee.see")
    return _rows(people)


def payee_row(*, actor: Actor, contributor: Contributor) -> PayeeRow:
    """One person's row, also for themselves; who else has their number is for accounting alone."""
    require_money(actor, "payee.see", own=contributor.pk == actor.contributor_id)
    (row,) = _rows([contributor])
    return row if holds_money(actor, "payee.see") else replace(row, same_id=False)


def _rows(people: Sequence[Contributor]) -> list[PayeeRow]:
    today = clock.today()
    ids = [person.pk for person in people]
    details = {
        row.contributor_id: row
        for row in PayeeDetails.objects.filter(contributor_id__in=ids, current=True).select_related(
            "changed_by", "confirmed_by"
        )
    }
    statuses = {row.contributor_id: row for row in TaxStatus.objects.filter(in_force(today), contributor_id__in=ids)}
    units = dict(
        Membership.objects.filter(in_force(today), contributor_id__in=ids).values_list("contributor_id", "unit__name")
    )
    twice = _ids_used_twice(row.personal_id_hmac for row in details.values())
    return [
        PayeeRow(
            contributor=person,
            unit=units.get(person.pk, ""),
            details=details.get(person.pk),
            status=statuses.get(person.pk),
            same_id=person.pk in details and bytes(details[person.pk].personal_id_hmac) in twice,
            today=today,
        )
        for person in people
    ]


def payee_counts(*, actor: Actor) -> dict[str, int]:
    """How many people each of NEEDS concerns, and "all". One query."""
    require_money(actor, "payee.see")
    today = clock.today()
    counted: dict[str, int] = _people(today).aggregate(
        all=Count("pk"), **{need: Count("pk", filter=_need(need, today)) for need in NEEDS}
    )
    return counted


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many people of a unit there are, and of how many the details or the tax status are missing or unconfirmed."""

    unit_id: UUID | None
    name: str
    people: int
    missing: int
    to_confirm: int
    tax_missing: int


def counts_by_unit(*, actor: Actor) -> list[UnitCount]:
    """Units with people in them, in their order; last, people without a unit. One query."""
    require_money(actor, "payee.see")
    today = clock.today()
    found = (
        _people(today)
        .values("unit_id")
        .annotate(
            people=Count("pk"),
            missing=Count("pk", filter=_need("missing", today)),
            to_confirm=Count("pk", filter=_need("to_confirm", today)),
            tax_missing=Count("pk", filter=_need("tax_missing", today)),
        )
        .order_by()
    )
    counted = {row["unit_id"]: row for row in found}
    units = [*Unit.objects.filter(pk__in=[key for key in counted if key]).order_by("kind", "sort_key", "pk"), None]
    return [
        UnitCount(
            unit_id=unit.public_id if unit else None,
            name=unit.name if unit else "",
            people=row["people"],
            missing=row["missing"],
            to_confirm=row["to_confirm"],
            tax_missing=row["tax_missing"],
        )
        for unit in units
        if (row := counted.get(unit.pk if unit else None)) is not None
    ]


def _people(today: date) -> QuerySet[Any]:
    """With `unit_id`, the unit of today."""
    here = Membership.objects.filter(in_force(today), contributor=OuterRef("pk")).values("unit_id")[:1]
    return Contributor.objects.filter(state__in=PAYABLE, merged_into__isnull=True).annotate(unit_id=Subquery(here))


def _need(need: str, today: date) -> Q:
    """People whom one of NEEDS concerns. Those who left are asked for details no more."""
    details = PayeeDetails.objects.filter(contributor=OuterRef("pk"), current=True)
    if need == "missing":
        return Q(state__in=WORKING) & ~Q(Exists(details))
    if need == "to_confirm":
        return Q(Exists(details.filter(confirmed_at__isnull=True)))
    if need == "on_hold":
        return Q(Exists(details.filter(hold_until__gt=today)))
    if need == "name_differs":
        return Q(Exists(details.filter(name_differs=True)))
    if need == "same_id":
        others = PayeeDetails.objects.filter(
            current=True, personal_id_hmac=OuterRef("personal_id_hmac"), contributor__merged_into__isnull=True
        ).exclude(contributor_id=OuterRef("contributor_id"))
        return Q(Exists(details.filter(Exists(others))))
    status = TaxStatus.objects.filter(in_force(today), contributor=OuterRef("pk"))
    return Q(state__in=WORKING) & ~Q(Exists(status))


def _ids_used_twice(prints: Any) -> set[bytes]:
    wanted = [bytes(each) for each in prints]
    found = (
        PayeeDetails.objects.filter(current=True, personal_id_hmac__in=wanted, contributor__merged_into__isnull=True)
        .values("personal_id_hmac")
        .annotate(people=Count("contributor_id"))
        .filter(people__gt=1)
        .values_list("personal_id_hmac", flat=True)
    )
    return {bytes(each) for each in found}
