"""The morning summary: what waits, since when, for whom, as a text to paste into the board's group. No amount in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import RIGHTS, require
from contributors.actors import Actor, in_force
from contributors.crediting import disputed_credits
from contributors.deadlines import Timing, timing
from contributors.message_words import without_figures
from contributors.messaging import NOT_TOLD, RECENT
from contributors.models import (
    ABOUT_MONEY,
    Assignment,
    Contributor,
    ContributorState,
    Message,
    Piece,
    PieceState,
    Portal,
    Seat,
    SeatName,
)

NAMED = 5  # of a kind; the others are counted
SOON = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Summary:
    """`board` for everybody's group; `head` only what the head decides. "" where nothing waits."""

    board: str
    head: str


def morning_summary(actor: Actor) -> Summary:
    """For the board; Vietnamese whoever copies it. At most 15 queries, whatever waits. Raises `not_allowed`."""
    require(actor, "piece.compare")
    with translation.override("vi"):
        return _written(Portal.objects.get(pk=actor.portal_id))


def _written(portal: Portal) -> Summary:
    now, zone, when = clock.now(), ZoneInfo(portal.time_zone), timing(portal)
    seats = _seated(portal)
    pieces = Piece.objects.filter(practice=False).select_related("contributor").defer("body")
    submitted = pieces.filter(state=PieceState.SUBMITTED).order_by("submitted_at", "pk")
    to_post = pieces.filter(state__in=[PieceState.APPROVED, PieceState.SCHEDULED]).order_by("approved_at", "pk")
    review = list(_pieces(_("Chờ duyệt"), "piece.approve", submitted, seats, zone, when))
    joining = list(_people(seats, zone))
    disputes = disputed_credits().count()
    disputed = [_("Đề nghị xem lại phần của mình: %(count)d.") % {"count": disputes}] if disputes else []
    post = list(_pieces(_("Chờ đăng"), "piece.publish", to_post, seats, zone, when))
    others = [*_calls(now, zone), *_untold(now)]
    head = _("%(portal)s, sáng %(day)s, việc chờ trưởng ban:")
    board = _("%(portal)s, sáng %(day)s, việc đang chờ:")
    given = {"portal": portal.name, "day": f"{now.astimezone(zone):%d/%m/%Y}"}
    return Summary(
        board=_whole(board % given, [*review, *post, *joining, *disputed, *others]),
        head=_whole(head % given, [*review, *joining, *disputed]),
    )


def _whole(opening: str, lines: Sequence[str]) -> str:
    """The text, ending with where to work; "" without a line."""
    return "\n".join([opening, *lines, f"{settings.BASE_URL}/desk/"]) if lines else ""


def _seated(portal: Portal) -> Mapping[str, str]:
    """Names of who sits today, by seat."""
    found: dict[str, list[str]] = {}
    rows = Seat.objects.filter(in_force(clock.today(portal.time_zone))).select_related("contributor").order_by("pk")
    for row in rows:
        found.setdefault(row.seat, []).append(row.contributor.full_name)
    return {seat: ", ".join(names) for seat, names in found.items()}


def _whose(right: str, seats: Mapping[str, str]) -> str:
    """The first seat of the access table's order that somebody holds today and that has the right, with the name."""
    for seat in SeatName:
        if f"seat:{seat.value}" in RIGHTS[right].holders and seat in seats:
            return f"{seat.label} {seats[seat]}"
    return _("chưa có ai giữ vai này")


def _pieces(  # noqa: PLR0917 - one line's facts, in its order
    what: str, right: str, rows: QuerySet[Piece], seats: Mapping[str, str], zone: ZoneInfo, when: Timing
) -> Iterator[str]:
    count = rows.count()
    if not count:
        return
    yield _("%(what)s: %(count)d (%(who)s)") % {"what": what, "count": count, "who": _whose(right, seats)}
    for piece in rows[:NAMED]:
        due = when.due(piece)
        late = _(", quá hạn") if due is not None and due.late else ""
        title = piece.title if without_figures(piece.title) else _("một bài")
        yield f"• {title} – {piece.contributor.full_name}, {_since(piece.state_since, zone)}{late}"
    if count > NAMED:
        yield _("• và %(count)d bài nữa") % {"count": count - NAMED}


def _people(seats: Mapping[str, str], zone: ZoneInfo) -> Iterator[str]:
    rows = Contributor.objects.filter(state=ContributorState.APPLIED, merged_into__isnull=True)
    count = rows.count()
    if count:
        words = {"what": _("Đăng ký chờ trả lời"), "count": count, "who": _whose("contributor.decide", seats)}
        yield _("%(what)s: %(count)d (%(who)s)") % words
        for person in rows.order_by("state_since", "pk")[:NAMED]:
            yield f"• {person.full_name}, {_since(person.state_since, zone)}"


def _calls(now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Calls that nobody took and that are due soon."""
    rows = Assignment.objects.filter(
        cancelled_at__isnull=True, taken_by__isnull=True, deadline__gt=now, deadline__lte=now + SOON
    )
    for call in rows.order_by("deadline", "pk")[:NAMED]:
        words = {"title": call.title, "moment": f"{call.deadline.astimezone(zone):%H:%M %d/%m}"}
        yield _("Bài đặt chưa ai nhận: %(title)s, hạn %(moment)s.") % words


def _untold(now: datetime) -> Iterator[str]:
    rows = Message.objects.filter(state__in=NOT_TOLD, created_at__gte=now - RECENT).exclude(kind__in=ABOUT_MONEY)
    count = rows.count()
    if count:
        yield _("Tin chưa báo cho bà con: %(count)d.") % {"count": count}


def _since(moment: datetime, zone: ZoneInfo) -> str:
    return _("từ %(moment)s") % {"moment": f"{moment.astimezone(zone):%H:%M %d/%m}"}
