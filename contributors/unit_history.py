"""Questions about units over time: the tree of a day, what a unit was called then, what came before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from contributors.actors import in_force
from contributors.models import ContributorState, Membership, Unit, UnitSuccession


@dataclass(slots=True)
class UnitNode:
    """A unit in the tree of a day. `depth` is 0 at the top; `people` counts active people of it alone."""

    unit: Unit
    depth: int = 0
    people: int = 0
    inside: list[UnitNode] = field(default_factory=list)

    def __iter__(self) -> Iterator[UnitNode]:
        """Itself and everything below, as the tree is read."""
        yield self
        for node in self.inside:
            yield from node


@dataclass(frozen=True, slots=True)
class Past:
    """A row from which a unit came, and how."""

    unit: Unit
    kind: str
    on: date
    legal_basis: str
    kind_name: str


class Chains:
    """Every succession of the open portal, read once. One query."""

    def __init__(self) -> None:
        self.after: dict[int, list[UnitSuccession]] = {}
        self.before: dict[int, list[UnitSuccession]] = {}
        for row in UnitSuccession.objects.select_related("from_unit", "to_unit").order_by("on", "pk"):
            self.after.setdefault(row.from_unit_id, []).append(row)
            self.before.setdefault(row.to_unit_id, []).append(row)

    def heir(self, unit: Unit) -> Unit | None:
        """The unit in which this one goes on today, through every step; None where it goes on nowhere."""
        found: Unit | None = None
        seen = {unit.pk}
        steps = self.after.get(unit.pk)
        while steps and steps[0].to_unit_id not in seen:
            found = steps[0].to_unit
            seen.add(found.pk)
            steps = self.after.get(found.pk)
        return found

    def past(self, unit: Unit) -> list[Past]:
        """What the unit came from, nearest first, through every step."""
        found: list[Past] = []
        seen = {unit.pk}
        waiting = [unit.pk]
        while waiting:
            for step in self.before.get(waiting.pop(0), ()):
                if step.from_unit_id not in seen:
                    seen.add(step.from_unit_id)
                    waiting.append(step.from_unit_id)
                    found.append(
                        Past(step.from_unit, step.kind, step.on, step.legal_basis, str(step.get_kind_display()))
                    )
        return found

    def rows_on(self, unit: Unit, day: date) -> list[Unit]:
        """The row, or rows, that this unit was on a day: itself, its predecessors, or what it went on as."""
        if _open(unit, day):
            return [unit]
        if day < unit.opened:
            earlier = [row for row in (past.unit for past in self.past(unit)) if _open(row, day)]
            return sorted(earlier, key=lambda row: (row.sort_key, row.pk))
        later: Unit | None = unit
        seen: set[int] = set()
        while later is not None and not _open(later, day) and later.pk not in seen:
            seen.add(later.pk)
            steps = self.after.get(later.pk)
            later = steps[0].to_unit if steps else None
        return [later] if later is not None and _open(later, day) else []


def _open(unit: Unit, day: date) -> bool:
    return unit.opened <= day and (unit.closed is None or day < unit.closed)


def unit_name_on(unit: Unit, day: date) -> str:
    """What the unit was called on a day; several names where it was several. Its last name after it closed for good."""
    names = [row.name for row in Chains().rows_on(unit, day)]
    return ", ".join(names) if names else unit.name


def successor_of(unit: Unit) -> Unit | None:
    """The unit in which a closed one goes on today, through every rename and merge."""
    return Chains().heir(unit)


def predecessors_of(unit: Unit) -> list[Past]:
    """Everything that a unit came from, nearest first."""
    return Chains().past(unit)


def units_on(day: date, chains: Chains | None = None) -> list[UnitNode]:
    """The units open on a day as a tree, in the Vietnamese order of names. One query, one more for the successions.

    Rows hang below the row that they name; where that one was not open yet, below what it then was.
    """
    rows = list(Unit.objects.filter(opened__lte=day).select_related("parent").order_by("sort_key", "pk"))
    nodes = {row.pk: UnitNode(row) for row in rows if _open(row, day)}
    known = chains or Chains()
    top: list[UnitNode] = []
    for node in nodes.values():
        parent = node.unit.parent
        if parent is not None and parent.pk not in nodes:
            then = [row for row in known.rows_on(parent, day) if row.pk in nodes and row.pk != node.unit.pk]
            parent = then[0] if then else None
        (nodes[parent.pk].inside if parent is not None else top).append(node)
    for root in top:
        _deepen(root, 0)
    return top


def _deepen(node: UnitNode, depth: int) -> None:
    node.depth = depth
    for below in node.inside:
        _deepen(below, depth + 1)


def tree_with_people(day: date, chains: Chains | None = None) -> list[UnitNode]:
    """`units_on` with how many active people each has. Three queries."""
    top = units_on(day, chains)
    counts = people_in_units(day)
    for root in top:
        for node in root:
            node.people = counts.get(node.unit.pk, 0)
    return top


def people_in_units(day: date) -> dict[int, int]:
    """Active people by unit on a day. One query."""
    active = Q(contributor__state=ContributorState.ACTIVE, contributor__merged_into__isnull=True)
    rows = Membership.objects.filter(in_force(day), active).values_list("unit_id").annotate(n=Count("pk"))
    return dict(rows.order_by("unit_id"))


def closed_units() -> list[Unit]:
    """Last closed first. One query."""
    return list(Unit.objects.filter(closed__isnull=False).order_by("-closed", "sort_key", "pk"))
