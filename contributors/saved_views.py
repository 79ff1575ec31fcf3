"""Filters of the list of pieces, kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import SavedView
from contributors.names import plain_text

NAME_LIMIT = 100
MOST_VIEWS = 50
VALUE_LIMIT = 300
# The names of filters as addresses have them; the page and the API read the same ones.
FILTERS = frozenset(
    {"q", "state", "genre", "topic", "unit", "contributor", "origin", "language", "step", "first", "last"}
    | {"event_first", "event_last", "leader_activity", "practice", "on_website", "for_other"}
)


def views_of(actor: Actor) -> QuerySet[SavedView]:
    """One's own and the shared ones, by name. Raises `not_allowed`."""
    require(actor, "piece.list")
    return (
        SavedView.objects.filter(Q(created_by_id=actor.account_id) | Q(shared=True))
        .select_related("created_by")
        .order_by("name", "pk")
    )


def save_view(*, actor: Actor, name: str, query: Mapping[str, str], shared: bool = False) -> SavedView:
    """Keep filters. The same name again replaces one's own view. Raises `view_name_missing`, `view_unknown_filter`,
    `view_empty`, `too_many_views`.
    """
    require(actor, "piece.list")
    said = plain_text(name)[:NAME_LIMIT]
    if not said:
        raise DomainError("view_name_missing", field="name")
    kept = {key: plain_text(str(value)) for key, value in query.items() if str(value).strip()}
    for key, value in kept.items():
        if key not in FILTERS or len(value) > VALUE_LIMIT:
            raise DomainError("view_unknown_filter", field="query", filter=key[:50])
    if not kept:
        raise DomainError("view_empty", field="query")
    own = SavedView.objects.filter(created_by_id=actor.account_pk)
    try:
        with transaction.atomic():
            row = own.select_for_update().filter(name=said).first()
            if row is None and own.count() >= MOST_VIEWS:
                raise DomainError("too_many_views", limit=MOST_VIEWS)
            if row is None:
                row = SavedView(
                    portal_id=actor.portal_id, created_by_id=actor.account_pk, name=said, created_at=clock.now()
                )
            row.query, row.shared = kept, shared
            row.save()
            record_event(actor=actor, kind="view.saved", subject=row, facts={"filters": sorted(kept), "shared": shared})
    except IntegrityError:  # the other one of two presses made it: now it is there to be replaced
        return save_view(actor=actor, name=name, query=query, shared=shared)
    return row


def delete_view(*, actor: Actor, public_id: UUID) -> None:
    """One's own only. Raises `not_found`."""
    require(actor, "piece.list")
    with transaction.atomic():
        row = SavedView.objects.select_for_update().filter(public_id=public_id, created_by_id=actor.account_pk).first()
        if row is None:
            raise DomainError("not_found")
        record_event(actor=actor, kind="view.deleted", subject=row, facts={"shared": row.shared})
        row.delete()
