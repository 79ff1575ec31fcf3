"""What the steps of a merge of two portals share: which portals, which day, and old ids to new ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from contributors.actors import Actor, system_actor
from contributors.models import MovedRow, PieceState, Portal, PortalSuccession

OPEN_PIECES = (
    PieceState.DRAFT,
    PieceState.SUBMITTED,
    PieceState.RETURNED,
    PieceState.APPROVED,
    PieceState.SCHEDULED,
)


@dataclass(slots=True)
class Moving:
    """One merge while it runs: old ids to new ones."""

    old: Portal
    new: Portal
    on: date
    basis: str
    succession: PortalSuccession
    units: dict[int, int] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)
    pieces: int = 0

    @property
    def there(self) -> Actor:
        return system_actor(self.new)

    @property
    def here(self) -> Actor:
        return system_actor(self.old)

    def note(self, kind: str, moved: dict[int, int]) -> None:
        MovedRow.objects.bulk_create(
            MovedRow(succession=self.succession, kind=kind, from_id=old, to_id=new) for old, new in moved.items()
        )


# Rows of two portals are read and written here, so no scope fits: every query names its portal.


def rows_of(model: Any, portal: Portal) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.unscoped.filter(portal=portal)
    return rows
