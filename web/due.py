"""When a waiting step is due, in words and a tone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from contributors import clock
from contributors.deadlines import Due, Timing
from contributors.models import Piece


@dataclass(frozen=True, slots=True)
class Waiting:
    """A piece on the desk; `due` is "" where nobody promised anything."""

    piece: Piece
    due: str
    tone: str


def waiting(pieces: list[Piece], when: Timing) -> list[Waiting]:
    """No further query."""
    now = clock.now()
    return [waiting_of(piece, when.due(piece, now)) for piece in pieces]


def waiting_of(piece: Piece, due: Due | None) -> Waiting:
    if due is None:
        return Waiting(piece, "", "still")
    values = {"moment": moment(due.at)}
    if due.why == "scheduled":
        words = _("Tới giờ đăng từ %(moment)s") if due.late else _("Hẹn đăng %(moment)s")
    elif due.late:
        words = _("Quá hạn từ %(moment)s")
    elif due.why == "same_day":
        words = _("Hoạt động lãnh đạo, hạn hết ngày: %(moment)s")
    else:
        words = _("Hạn %(moment)s")
    return Waiting(piece, words % values, "stop" if due.late else "wait" if due.half_over else "still")


def moment(value: datetime) -> str:
    """Hour and day; today, yesterday and tomorrow by their names."""
    local, today = timezone.localtime(value), timezone.localtime(clock.now()).date()
    hour = {"hour": f"{local:%H:%M}", "day": f"{local:%d/%m/%Y}"}
    if local.time().hour == 0 and local.time().minute == 0:  # the end of the day before
        hour = {"hour": "24:00", "day": f"{local - timedelta(days=1):%d/%m/%Y}"}
        local -= timedelta(days=1)
    names = {
        today: _("%(hour)s hôm nay"),
        today - timedelta(days=1): _("%(hour)s hôm qua"),
        today + timedelta(days=1): _("%(hour)s ngày mai"),
    }
    return names.get(local.date(), _("%(hour)s ngày %(day)s")) % hour
