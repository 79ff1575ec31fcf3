"""Phiếu gọi: whom of a hamlet to call and what to say to each, from both floors. No amount is on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.calls import NOT_SENT
from contributors.directory import shown_phone
from contributors.joining_papers import ASSUMED, printed_letterhead, written_phone
from contributors.messaging import NOT_TOLD, RECENT
from contributors.models import (
    ABOUT_MONEY,
    Assignment,
    Contributor,
    ContributorState,
    Membership,
    Message,
    Piece,
    PieceState,
    Portal,
    Unit,
)
from contributors.own_units import require_for_unit
from contributors.papers.call_sheet import PersonToCall, SheetToCall, render_call_sheet
from contributors.papers.fonts import load_faces
from payments.models import PayeeDetails
from payments.reviews import open_reviews, pays_today, people_checked

SILENT = timedelta(weeks=8)
MOST_REVIEWS = 2  # more are never open at once but by mistake
SAID_ANYWAY = ("returned",)  # what the piece itself says already


@dataclass(frozen=True, slots=True)
class CallLine:
    """One person, and what to say, the most pressing first."""

    person: Contributor
    phone: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallSheet:
    """`calm`: how many people of the unit need no call."""

    unit: Unit
    on: date
    lines: list[CallLine]
    calm: int


def call_sheet(*, actor: Actor, unit: Unit) -> CallSheet:
    """For the board, and a focal person of the unit. At most 20 queries, whatever there is. Raises `not_allowed`."""
    require_for_unit(actor, "message.see", unit.pk)
    portal = Portal.objects.get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    members = Membership.objects.filter(in_force(today), unit=unit).values("contributor_id")
    people = list(
        Contributor.objects.filter(pk__in=members, state=ContributorState.ACTIVE, merged_into__isnull=True).order_by(
            "sort_key", "pk"
        )
    )
    points: dict[int, list[str]] = {person.pk: [] for person in people}
    for person, words in _points(portal, list(points), today):
        points[person].append(words)
    lines = [
        CallLine(person, shown_phone(actor, person.phone), tuple(points[person.pk]))
        for person in people
        if points[person.pk]
    ]
    return CallSheet(unit, today, lines, len(people) - len(lines))


def call_sheet_pdf(*, actor: Actor, unit: Unit) -> bytes:
    """The same to print, in Vietnamese whoever prints it. Raises `not_allowed`."""
    with translation.override("vi"):
        sheet = call_sheet(actor=actor, unit=unit)
    portal = Portal.objects.get(pk=actor.portal_id)
    printed = SheetToCall(
        letterhead=printed_letterhead(portal, sheet.on),
        unit=unit.name,
        on=sheet.on,
        people=tuple(
            PersonToCall(line.person.full_name, written_phone(line.phone), line.points) for line in sheet.lines
        ),
        calm=sheet.calm,
        data_mark=ASSUMED if portal.assumed_from is not None and portal.assumed_from <= sheet.on else "",
    )
    return render_call_sheet(printed, faces=load_faces(settings.FONT_FOLDER or None))


def _points(portal: Portal, ids: list[int], today: date) -> Iterator[tuple[int, str]]:
    zone = ZoneInfo(portal.time_zone)
    yield from _newsroom(ids, zone)
    if pays_today(portal):
        yield from _money(portal, ids)
    for message in Message.objects.filter(
        contributor__in=ids, state__in=NOT_TOLD, created_at__gte=clock.now() - RECENT
    ).exclude(kind__in=[*ABOUT_MONEY, *SAID_ANYWAY]):
        yield message.contributor_id or 0, _("Chưa được báo: %(what)s.") % {"what": message.get_kind_display()}
    yield from _silent(ids, zone, today)


def _newsroom(ids: list[int], zone: ZoneInfo) -> Iterator[tuple[int, str]]:
    now = clock.now()
    returned = Piece.objects.filter(contributor__in=ids, state=PieceState.RETURNED).order_by("state_since")
    for person, title, since in returned.values_list("contributor_id", "title", "state_since"):
        yield person, _("Bài “%(title)s” trả lại từ %(day)s, chờ sửa.") % {"title": title, "day": _day(since, zone)}
    taken = Assignment.objects.filter(taken_by__in=ids, cancelled_at__isnull=True, deadline__gt=now)
    for call in taken.select_related("piece").order_by("deadline"):
        if call.piece is None or call.piece.state in NOT_SENT:
            words = {"title": call.title, "day": _day(call.deadline, zone)}
            yield call.taken_by_id or 0, _("Đã nhận viết “%(title)s”, hạn %(day)s.") % words


def _money(portal: Portal, ids: list[int]) -> Iterator[tuple[int, str]]:
    known = set(PayeeDetails.objects.filter(contributor__in=ids, current=True).values_list("contributor_id", flat=True))
    for run in open_reviews(portal)[:MOST_REVIEWS]:
        for person in people_checked(run):
            if person.silent and person.contributor_id in ids:
                yield person.contributor_id, _("Chưa trả lời kiểm tra nhuận bút “%(run)s”.") % {"run": run.label}
    for person_id in ids:
        if person_id not in known:
            yield person_id, _("Chưa khai nơi nhận tiền.")


def _silent(ids: list[int], zone: ZoneInfo, today: date) -> Iterator[tuple[int, str]]:
    last: dict[int, datetime] = dict(
        Piece.objects.filter(contributor__in=ids, submitted_at__isnull=False)
        .values_list("contributor_id")
        .annotate(last=Max("submitted_at"))
    )
    for person in ids:
        if person not in last:
            yield person, _("Chưa gửi tin, bài nào.")
        elif last[person].astimezone(zone).date() < today - SILENT:
            yield person, _("Lâu chưa gửi bài, lần cuối %(day)s.") % {"day": _day(last[person], zone)}


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y}"
