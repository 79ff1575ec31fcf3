"""Questions to the event log: what happened, newest first, to everything or to one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contributors.access import holds, require
from contributors.actors import Actor
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
    Seat,
    Topic,
    Unit,
)

PAGE = 50
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


def log_page(
    *,
    actor: Actor,
    before: int | None = None,
    subject_type: str = "",
    subject_id: int | None = None,
    kind: str = "",
    size: int = PAGE,
) -> LogPage:
    """So many events, newest first. Fourteen queries at most. Raises `not_allowed`.

    Who may only watch (an observer) sees what happened, and nobody's name or values.
    """
    require(actor, "event.see")
    rows = Event.objects.select_related("actor_account").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if subject_type and subject_id is not None:
        rows = rows.filter(subject_type=subject_type, subject_id=subject_id)
    if kind:
        rows = rows.filter(kind__startswith=f"{kind}.")
    found = list(rows[: size + 1])
    shown = found[:size]
    people = holds(actor, "contributor.see")
    names = _names(shown, people=people)
    details: dict[int, Mapping[str, Any]] = {}
    if people:
        kept = EventDetail.objects.filter(event__in=[event.pk for event in shown])
        details = dict(kept.values_list("event_id", "values"))
    entries = [
        LogEntry(
            event,
            _by(event, people=people),
            names.get((event.subject_type, event.subject_id), ""),
            details.get(event.pk, {}),
        )
        for event in shown
    ]
    return LogPage(entries, shown[-1].pk if len(found) > size else None)


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
