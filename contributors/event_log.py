"""Questions to the event log: what happened, newest first, to everything or to one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from contributors.access import holds, require
from contributors.actors import Actor
from contributors.events import record_event
from contributors.models import (
    Account,
    Assignment,
    Contributor,
    Delegation,
    Event,
    EventDetail,
    Genre,
    Grant,
    Photo,
    Piece,
    Portal,
    Seat,
    Topic,
    Unit,
)

PAGE = 50
MOST_EXPORTED = 10_000
SYSTEM = "system"
# Kinds of subjects that the log can name, and by which column.
NAMES: Mapping[str, tuple[Any, str]] = {
    "contributor": (Contributor, "full_name"),
    "unit": (Unit, "name"),
    "piece": (Piece, "title"),
    "seat": (Seat, "contributor__full_name"),
    "grant": (Grant, "account__name"),
    "account": (Account, "name"),
    "assignment": (Assignment, "title"),
    "delegation": (Delegation, "receiver__full_name"),
    "genre": (Genre, "name"),
    "topic": (Topic, "name"),
    "photo": (Photo, "caption"),
}


# Names that say nothing of a person.
IMPERSONAL = frozenset({"unit", "genre", "topic"})


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event. `by` is who did it, None for the system; `subject` is what the thing is called now. Where the reader
    may not see people both are "" and `personal` is empty.
    """

    event: Event
    by: str | None
    subject: str
    personal: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LogPage:
    """`older` is the id to ask from for the page after this one; None at the end."""

    entries: list[LogEntry]
    older: int | None


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What is looked for: a family of kinds ("piece"), one thing, an account by its public id or "system", days."""

    kind: str = ""
    subject_type: str = ""
    subject_id: int | None = None
    by: str = ""
    first: date | None = None
    last: date | None = None


def people_of_log(actor: Actor) -> list[Account]:
    """Those who hold or held a seat or a right here: by whom one may filter. Nobody for who may not see people."""
    require(actor, "event.see")
    if not holds(actor, "contributor.see"):
        return []
    seats = Seat.objects.filter(contributor__account__isnull=False).values("contributor__account")
    rows = Account.objects.filter(Q(pk__in=seats) | Q(pk__in=Grant.objects.values("account")))
    return list(rows.order_by("name", "pk"))


def log_page(
    *,
    actor: Actor,
    before: int | None = None,
    subject_type: str = "",
    subject_id: int | None = None,
    kind: str = "",
    by: str = "",
    first: date | None = None,
    last: date | None = None,
    size: int = PAGE,
) -> LogPage:
    """So many events, newest first. Fifteen queries at most. Raises `not_allowed`.

    Who may only watch (an observer) sees what happened, and nobody's name or values; for them `by` finds nothing.
    """
    require(actor, "event.see")
    wanted = LogFilter(kind, subject_type, subject_id, by, first, last)
    rows = _found(actor, wanted).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    shown = found[:size]
    return LogPage(_entries(actor, shown), shown[-1].pk if len(found) > size else None)


def export_log(*, actor: Actor, wanted: LogFilter) -> list[LogEntry]:
    """The newest events that the filter finds, to take away; that they were taken is itself an event."""
    require(actor, "event.see")
    with transaction.atomic():
        found = list(_found(actor, wanted).order_by("-pk")[:MOST_EXPORTED])
        portal = Portal.objects.get(pk=actor.portal_id)
        facts = {"events": len(found), "kind": wanted.kind}
        record_event(actor=actor, kind="event_log.exported", subject=portal, facts=facts)
        return _entries(actor, found)


def _found(actor: Actor, wanted: LogFilter) -> QuerySet[Event]:
    rows = Event.objects.select_related("actor_account")
    if wanted.subject_type and wanted.subject_id is not None:
        rows = rows.filter(subject_type=wanted.subject_type, subject_id=wanted.subject_id)
    if wanted.kind:
        rows = rows.filter(kind__startswith=f"{wanted.kind}.")
    zone = ZoneInfo(Portal.objects.values_list("time_zone", flat=True).get(pk=actor.portal_id))
    if wanted.first:
        rows = rows.filter(at__gte=datetime.combine(wanted.first, time.min, zone))
    if wanted.last:
        rows = rows.filter(at__lt=datetime.combine(wanted.last + timedelta(days=1), time.min, zone))
    if not wanted.by:
        return rows
    if wanted.by == SYSTEM:
        return rows.filter(actor_account__isnull=True)
    named = next((person for person in people_of_log(actor) if str(person.public_id) == wanted.by), None)
    return rows.filter(actor_account=named) if named else rows.none()


def _entries(actor: Actor, shown: list[Event]) -> list[LogEntry]:
    people = holds(actor, "contributor.see")
    names = _names(shown, people=people)
    details: dict[int, Mapping[str, Any]] = {}
    if people:
        kept = EventDetail.objects.filter(event__in=[event.pk for event in shown])
        details = dict(kept.values_list("event_id", "values"))
    return [
        LogEntry(
            event,
            _by(event, people=people),
            names.get((event.subject_type, event.subject_id), ""),
            details.get(event.pk, {}),
        )
        for event in shown
    ]


def _by(event: Event, *, people: bool) -> str | None:
    if event.actor_account is None:
        return None
    return event.actor_account.name if people else ""


def _names(events: list[Event], *, people: bool) -> dict[tuple[str, int], str]:
    """What subjects are called. A query for each kind of subject on the page."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.subject_type in NAMES and (people or event.subject_type in IMPERSONAL):
            wanted.setdefault(event.subject_type, set()).add(event.subject_id)
    found: dict[tuple[str, int], str] = {}
    for subject_type, ids in wanted.items():
        model, column = NAMES[subject_type]
        for pk, name in model.objects.filter(pk__in=ids).values_list("pk", column):
            found[subject_type, pk] = name
    return found
