"""What somebody was told inside the pages: reminders of their work and messages of the office, as one list."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from contributors import clock
from contributors.actors import Actor
from contributors.models import Notice, OfficeNotice
from contributors.reminding import STILL_WAITS

MOST = 50  # of each kind on the page; what is older has long been done or forgotten
COUNTED_UP_TO = 99
WAITING = Q(*[Q(kind=kind, piece__state__in=states) for kind, states in STILL_WAITS.items()], _connector=Q.OR) | ~Q(
    kind__in=list(STILL_WAITS)
)


@dataclass(frozen=True, slots=True)
class ToldList:
    """Newest first, read and unread."""

    work: list[Notice]
    office: list[OfficeNotice]


def unread_count(actor: Actor) -> int:
    """How many unread ones still matter, counted up to 99. One query; none for who is nobody here."""
    if actor.account_id is None:
        return 0
    office = OfficeNotice.objects.filter(account_id=actor.account_id, read_at__isnull=True)
    rows = office.values_list("key", "pk", "pk").order_by()
    if actor.contributor_id is not None:
        work = Notice.objects.filter(WAITING, contributor_id=actor.contributor_id, read_at__isnull=True)
        rows = rows.union(work.values_list("kind", "piece_id", "assignment_id").order_by())
    return len(rows[:COUNTED_UP_TO])


def everything_told(actor: Actor) -> ToldList:
    """What the actor was told, seen or not. Two queries."""
    work = Notice.objects.filter(contributor_id=actor.contributor_id or 0).select_related("piece", "assignment")
    office = OfficeNotice.objects.filter(account_id=actor.account_pk)
    return ToldList(list(work.order_by("-pk")[:MOST]), list(office.order_by("-pk")[:MOST]))


def read_everything(*, actor: Actor) -> int:
    """All of the actor's own are read; returns how many were not."""
    now = clock.now()
    read = OfficeNotice.objects.filter(account_id=actor.account_pk, read_at__isnull=True).update(read_at=now)
    if actor.contributor_id is not None:
        mine = Notice.objects.filter(contributor_id=actor.contributor_id, read_at__isnull=True)
        read += mine.update(read_at=now)
    return read
