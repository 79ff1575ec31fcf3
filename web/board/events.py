"""Nhật ký: who did what, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors.event_log import LogEntry, log_page
from web.board.event_words import words_of
from web.page import PageRequest, for_members, show

FAMILIES = {
    "contributor": gettext_lazy("Cộng tác viên"),
    "unit": gettext_lazy("Đơn vị"),
    "seat": gettext_lazy("Ban biên tập"),
    "grant": gettext_lazy("Quyền"),
    "piece": gettext_lazy("Tin, bài"),
    "invitation": gettext_lazy("Lời mời"),
    "run": gettext_lazy("Kỳ chi trả"),
    "payee": gettext_lazy("Thông tin nhận tiền"),
}


@dataclass(frozen=True, slots=True)
class EventRow:
    who: str
    words: str
    entry: LogEntry
    personal: list[str]


@for_members
def events_page(request: PageRequest) -> HttpResponseBase:
    """Of everything, or with ?of=unit&id=… of one thing; ?before= goes back in time."""
    asked = request.GET
    family = asked.get("kind", "")
    page = log_page(
        actor=request.actor,
        before=_number(asked.get("before")),
        subject_type=asked.get("of", "")[:40],
        subject_id=_number(asked.get("id")),
        kind=family if family in FAMILIES else "",
    )
    seen = asked.copy()
    seen.pop("before", None)
    rows = [
        EventRow(
            who=_("hệ thống") if entry.by is None else entry.by or _("một người"),
            words=words_of(entry.event.kind),
            entry=entry,
            personal=[str(value) for value in entry.personal.values() if isinstance(value, (str, int)) and value != ""],
        )
        for entry in page.entries
    ]
    context = {
        "rows": rows,
        "older": page.older,
        "rest": seen.urlencode(),
        "families": list(FAMILIES.items()),
        "family": family,
    }
    return show(request, "board/events.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004
