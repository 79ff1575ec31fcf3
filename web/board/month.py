"""The board's calendar of a month, and the morning summary to copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributors import clock
from contributors.access import holds
from contributors.summary import morning_summary
from payments.month_calendar import Day, Entry, month_calendar
from web.page import PageRequest, for_board, show

WORDS: Mapping[str, Promise] = {
    "call": _("hạn nộp"),
    "event": _("diễn ra"),
    "posting": _("hẹn đăng"),
    "piece_event": _("sự việc, bài đang chờ"),
    "training": _("tập huấn"),
    "away": _("uỷ quyền"),
    "payment": _("ngày chi"),
    "check": _("hạn kiểm tra nhuận bút"),
}
TONES = {"call": "wait", "posting": "done", "check": "wait", "away": "still", "piece_event": "", "event": ""}
WEEKDAYS = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ Nhật"))
EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True, slots=True)
class EntryLink:
    entry: Entry
    word: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class DayShown:
    day: Day
    weekday: str
    entries: list[EntryLink]


@for_board
def calendar_page(request: PageRequest) -> HttpResponseBase:
    """`?month=2026-11`; this month where that cannot be read."""
    month = month_calendar(request.actor, _first(request))
    weeks = [
        [
            DayShown(day, str(WEEKDAYS[place]), [_linked(request, entry) for entry in day.entries])
            for place, day in enumerate(week)
        ]
        for week in month.weeks
    ]
    context = {
        "month": month,
        "weeks": weeks,
        "weekdays": WEEKDAYS,
        "nothing": not any(day.entries or day.published for day in month.days),
    }
    return show(request, "board/calendar.html", context)


@for_board
def summary_page(request: PageRequest) -> HttpResponseBase:
    return show(request, "board/summary.html", {"summary_text": morning_summary(request.actor)})


def _first(request: PageRequest) -> date:
    today = clock.today(request.portal.time_zone)
    try:
        asked = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if EARLIEST <= asked.year < LATEST else today.replace(day=1)


def _linked(request: PageRequest, entry: Entry) -> EntryLink:
    return EntryLink(entry, str(WORDS[entry.kind]), TONES.get(entry.kind, ""), _url(request, entry))


def _url(request: PageRequest, entry: Entry) -> str:
    if entry.kind in {"call", "event"}:
        return f"{reverse('web:calls')}#call-{entry.id}" if holds(request.actor, "call.write") else ""
    if entry.kind == "away":
        return reverse("web:absences")
    pages = {"training": "web:training_session", "payment": "web:run", "check": "web:run_checks"}
    return reverse(pages.get(entry.kind, "web:review"), args=[entry.id])
