"""The tree of portals: which stand below one, however deep, and putting one below another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import place_key
from contributors.scopes import portal_scope


@dataclass(frozen=True, slots=True)
class PortalBelow:
    """`depth` 1 stands directly below; `above` is the name of the portal that it belongs to."""

    portal: Portal
    depth: int
    above: str


def portals_below(portal: Portal) -> list[PortalBelow]:
    """Everything below a portal: each child with its own below it, by name. A query for each level."""
    children: dict[int, list[Portal]] = defaultdict(list)
    level = [portal.pk]
    seen = {portal.pk}
    while level:
        found = [child for child in Portal.objects.filter(parent__in=level) if child.pk not in seen]
        for child in found:
            children[child.parent_id or 0].append(child)
        level = [child.pk for child in found]
        seen.update(level)
    return list(_in_order(portal, children, 1))


def _in_order(above: Portal, children: dict[int, list[Portal]], depth: int) -> list[PortalBelow]:
    found = []
    for child in sorted(children[above.pk], key=lambda one: (place_key(one.name), one.pk)):
        found += [PortalBelow(child, depth, above.name), *_in_order(child, children, depth + 1)]
    return found


def put_below(*, portal: Portal, parent: Portal | None) -> Portal:
    """Which portal sees this one's figures and lends it its rates; None: it stands alone.

    Done by whoever runs the installation, since it lets another portal look in. The log of the portal that is looked
    into says so. Raises `portal_above_itself`.
    """
    with transaction.atomic():
        # In one order, so that two at once cannot put each below the other.
        rows = {row.pk: row for row in Portal.objects.select_for_update().order_by("pk")}
        moved = rows[portal.pk]
        above = parent.pk if parent is not None else None
        step = above
        while step is not None:
            if step == moved.pk:
                raise DomainError("portal_above_itself")
            step = rows[step].parent_id
        before = moved.parent_id
        if before != above:
            moved.parent_id = above
            moved.save(update_fields=["parent"])
            with portal_scope(moved):
                facts = {
                    "before": rows[before].slug if before is not None else "",
                    "parent": rows[above].slug if above is not None else "",
                }
                record_event(actor=system_actor(moved), kind="portal.put_below", subject=moved, facts=facts)
    portal.parent_id = above
    return moved
