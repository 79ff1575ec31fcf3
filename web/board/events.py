"""Nhật ký: who did what, newest first, by person, kind, day or thing; taken away as a workbook, on record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors.event_log import SYSTEM, LogEntry, LogFilter, LogPage, export_log, log_page, people_of_log
from contributors.models import Account
from contributors.spreadsheets import write_table
from web.board.event_words import words_of
from web.board.network.people import workbook
from web.forms import DayField, PageForm
from web.page import PageRequest, for_members, show

FAMILIES = {
    "contributor": gettext_lazy("Cộng tác viên"),
    "piece": gettext_lazy("Tin, bài"),
    "credit": gettext_lazy("Phần việc trong bài"),
    "unit": gettext_lazy("Đơn vị"),
    "seat": gettext_lazy("Ban biên tập"),
    "grant": gettext_lazy("Quyền"),
    "invitation": gettext_lazy("Lời mời"),
    "run": gettext_lazy("Kỳ chi trả"),
    "payout": gettext_lazy("Chi tiền"),
    "payee": gettext_lazy("Thông tin nhận tiền"),
    "correction": gettext_lazy("Điều chỉnh"),
    "schedule": gettext_lazy("Mức chi"),
    "fund": gettext_lazy("Dự toán"),
    "portal": gettext_lazy("Cài đặt trang"),
    "code": gettext_lazy("Trao mã"),
}


class LogForm(PageForm):
    """Whom, what kind, which days. Everything may be left open."""

    by = forms.ChoiceField(label=gettext_lazy("Ai làm"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại việc"), required=False)
    first = DayField(label=gettext_lazy("Từ ngày"), required=False)
    last = DayField(label=gettext_lazy("Đến ngày"), required=False)
    of = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    id = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(person.public_id), person.name) for person in people]
        self.fields["by"].choices = [("", _("Tất cả")), *named, (SYSTEM, _("hệ thống"))]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("Tất cả")), *FAMILIES.items()]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> LogFilter:
        said = self.cleaned_data
        return LogFilter(said["kind"], said["of"], _number(said["id"]), said["by"], said["first"], said["last"])


@dataclass(frozen=True, slots=True)
class EventRow:
    who: str
    words: str
    entry: LogEntry
    personal: list[str]


@for_members
def events_page(request: PageRequest) -> HttpResponseBase:
    """Of everything, or with ?of=unit&id=… of one thing; ?before= goes back in time."""
    asked = request.GET.copy()
    before = _number(asked.get("before"))
    asked.pop("before", None)
    form = LogForm(asked, people=people_of_log(request.actor))
    found = LogPage([], None)
    if form.is_valid():
        found = log_page(actor=request.actor, before=before, **asdict(form.wanted))
    context = {
        "rows": [_row(entry) for entry in found.entries],
        "older": found.older,
        "rest": asked.urlencode(),
        "narrowed": any(asked.values()),
        "one_thing": found.entries[0].subject if asked.get("of") and found.entries else "",
    }
    return show(request, "board/events.html", context, form=form)


@for_members
@require_POST
def export_view(request: PageRequest) -> HttpResponseBase:
    """What the filters find, as a workbook. It is a POST because it is put on record."""
    form = LogForm(request.POST, people=people_of_log(request.actor))
    if not form.is_valid():
        return redirect("web:events")
    rows = [_row(entry) for entry in export_log(actor=request.actor, wanted=form.wanted)]
    headings = [_("Lúc"), _("Ai làm"), _("Việc"), _("Với"), _("Chi tiết"), _("Mã việc")]
    lines = [
        [
            timezone.localtime(row.entry.event.at).strftime("%d/%m/%Y %H:%M:%S"),
            row.who,
            row.words,
            row.entry.subject,
            " · ".join(row.personal),
            row.entry.event.kind,
        ]
        for row in rows
    ]
    return workbook(write_table(headings, lines, _("Nhật ký")), "nhat-ky")


def _row(entry: LogEntry) -> EventRow:
    return EventRow(
        who=_("hệ thống") if entry.by is None else entry.by or _("một người"),
        words=words_of(entry.event.kind),
        entry=entry,
        personal=[str(value) for value in entry.personal.values() if isinstance(value, (str, int)) and value != ""],
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004
