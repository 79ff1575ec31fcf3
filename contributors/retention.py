"""How long what is kept: the dated table in `retention.yaml`, and what of the ground floor is due by it.

The money's side, and the sweep itself, stand in `payments.erasing`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db.models import QuerySet

from contributors.consents import Wording
from contributors.errors import DomainError
from contributors.models import (
    Attachment,
    Contributor,
    ContributorState,
    EventDetail,
    Message,
    Notice,
    Photo,
    Piece,
    PieceState,
    Portal,
)

FILE = Path(__file__).with_name("retention.yaml")
# Pieces of which nobody has made anything public, nor will without the author.
NEVER_UP = (PieceState.DRAFT, PieceState.RETURNED, PieceState.DECLINED, PieceState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `months` None: as long as the law named stands. `doubt`: the number is an assumption."""

    what: str
    begins: str
    months: int | None
    doubt: bool
    title: Wording
    why: Wording
    legal_basis: Wording

    def ends(self, begun: date) -> date | None:
        """The first day on which it need not be kept any more."""
        return later(begun, self.months) if self.months is not None else None


@dataclass(frozen=True, slots=True)
class Due:
    """What may go: a rule, how many rows have passed their time, and since when the oldest has."""

    rule: Rule
    count: int
    oldest: date | None


@dataclass(frozen=True, slots=True)
class Table:
    effective_from: date
    rules: Mapping[str, Rule]


def retention_on(day: date) -> Table:
    """The table in force on a day; before the first one, that one."""
    tables = _tables()
    return next((table for table in reversed(tables) if table.effective_from <= day), tables[0])


def rule_on(what: str, day: date) -> Rule:
    """One rule; a word that later tables dropped is looked up in the last one that had it. Raises `not_found`."""
    for table in (retention_on(day), *reversed(_tables())):
        if what in table.rules:
            return table.rules[what]
    raise DomainError("not_found")


def later(day: date, months: int) -> date:
    """The same day so many months on, or that month's last."""
    place = day.month - 1 + months
    year, month = day.year + place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def due_for_erasure(portal: Portal, day: date) -> list[Due]:
    """What the ground floor keeps longer than the table of `day` says, in the table's order; nothing due is left out.

    Two queries a rule.
    """
    zone = ZoneInfo(portal.time_zone)
    found = []
    for what, rows, column in (
        ("contact_details", people_due("contact_details", day, zone), "state_since"),
        ("application_declined", people_due("application_declined", day, zone), "state_since"),
        ("invitation_use", invitation_uses_due(day, zone), "invitation__expires_at"),
        ("event_details", event_details_due(day, zone), "event__at"),
        ("drafts", drafts_due(day, zone, practice=False), "state_since"),
        ("practice_pieces", drafts_due(day, zone, practice=True), "state_since"),
        ("unpublished_photos", photos_due(day, zone), "piece__state_since"),
        ("unpublished_films", films_due(day, zone), "piece__state_since"),
        ("notices", notices_due(day, zone), "at"),
    ):
        rule = rule_on(what, day)
        count = rows.count()
        if count:
            oldest: datetime = rows.order_by(column).values_list(column, flat=True)[0]
            found.append(Due(rule, count, rule.ends(oldest.astimezone(zone).date())))
    return found


def people_due(what: str, day: date, zone: ZoneInfo) -> QuerySet[Contributor]:
    """People whose details have been kept long enough: who left, or whose application was declined."""
    state = ContributorState.LEFT if what == "contact_details" else ContributorState.DECLINED
    people: QuerySet[Contributor] = Contributor.objects.filter(
        state=state, erased_at__isnull=True, merged_into__isnull=True, state_since__lt=_before(what, day, zone)
    )
    return people


def invitation_uses_due(day: date, zone: ZoneInfo) -> QuerySet[Contributor]:
    """People of whom is still known by which invitation they came, long after that expired."""
    people: QuerySet[Contributor] = Contributor.objects.filter(
        invitation__isnull=False, invitation__expires_at__lt=_before("invitation_use", day, zone)
    )
    return people


def event_details_due(day: date, zone: ZoneInfo) -> QuerySet[EventDetail]:
    """Personal values in the log that have been kept long enough."""
    rows: QuerySet[EventDetail] = EventDetail.objects.filter(event__at__lt=_before("event_details", day, zone))
    return rows


def drafts_due(day: date, zone: ZoneInfo, *, practice: bool) -> QuerySet[Piece]:
    """Drafts never sent, or practice pieces, that nobody has touched for so long; those emptied already left out."""
    what = "practice_pieces" if practice else "drafts"
    rows: QuerySet[Piece] = Piece.objects.filter(practice=practice, state_since__lt=_before(what, day, zone))
    rows = rows.exclude(title="", body="")
    untouched = rows.exclude(revisions__saved_at__gte=_before(what, day, zone))
    if practice:
        return untouched
    return untouched.filter(state__in=[PieceState.DRAFT, PieceState.WITHDRAWN], submitted_at__isnull=True)


def photos_due(day: date, zone: ZoneInfo) -> QuerySet[Photo]:
    """Photos whose file is still there, of pieces that never went up and have stood still for so long."""
    before = _before("unpublished_photos", day, zone)
    rows: QuerySet[Photo] = Photo.objects.filter(
        piece__state__in=NEVER_UP, piece__published_at__isnull=True, piece__state_since__lt=before
    )
    return rows.exclude(path="").exclude(piece__revisions__saved_at__gte=before)


def films_due(day: date, zone: ZoneInfo) -> QuerySet[Attachment]:
    """Films and recordings of pieces that never went up and have stood still for so long; addresses of them too."""
    before = _before("unpublished_films", day, zone)
    rows: QuerySet[Attachment] = Attachment.objects.filter(
        piece__state__in=NEVER_UP, piece__published_at__isnull=True, piece__state_since__lt=before
    )
    return rows.exclude(piece__revisions__saved_at__gte=before)


def notices_due(day: date, zone: ZoneInfo) -> QuerySet[Notice]:
    """Reminders that are old. What still waits then is said anew."""
    rows: QuerySet[Notice] = Notice.objects.filter(at__lt=_before("notices", day, zone))
    return rows


def messages_due(day: date, zone: ZoneInfo) -> QuerySet[Message]:
    """Messages whose words are kept no longer than reminders are; that they were told stays."""
    rows: QuerySet[Message] = Message.objects.filter(created_at__lt=_before("notices", day, zone)).exclude(text="")
    return rows


def _before(what: str, day: date, zone: ZoneInfo) -> datetime:
    """What began before this moment is due on `day`."""
    months = rule_on(what, day).months or 0
    return datetime.combine(earlier(day, months), time.min, tzinfo=zone)


def earlier(day: date, months: int) -> date:
    """The first day whose time is not over on `day`; of what began on a 29th, 30th or 31st nothing goes too early."""
    begun = later(day, -months)
    while later(begun, months) <= day:
        begun = date.fromordinal(begun.toordinal() + 1)
    return begun


@cache
def _tables() -> tuple[Table, ...]:
    with FILE.open(encoding="utf-8") as source:
        read: list[dict[str, Any]] = yaml.safe_load(source)["tables"]
    return tuple(
        Table(table["effective_from"], {what: _rule(what, row) for what, row in table["rules"].items()})
        for table in sorted(read, key=itemgetter("effective_from"))
    )


def _rule(what: str, row: Mapping[str, Any]) -> Rule:
    years, months = row.get("years"), row.get("months")
    return Rule(
        what=what,
        begins=row.get("from", ""),
        months=years * 12 if years is not None else months,
        doubt=bool(row.get("doubt")),
        title=Wording(**row["title"]),
        why=Wording(**row["why"]),
        legal_basis=Wording(**row["legal_basis"]),
    )
