"""What one was told: reminders on the first pages, and the page of all, read and unread; "seen" puts them away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contributors.actors import Actor
from contributors.models import Notice, NoticeKind
from contributors.reminding import notices_for, read_notices
from contributors.told import everything_told, read_everything
from web.due import moment
from web.office.notices import office_rows
from web.page import PageRequest, for_contributors, for_members, show

PAGES = {
    NoticeKind.HALF: "web:review",
    NoticeKind.LATE_REVIEW: "web:review",
    NoticeKind.DISPUTE: "web:review",
    NoticeKind.LATE_POSTING: "web:publish",
    NoticeKind.TO_POST: "web:publish",
    NoticeKind.CALL: "web:call",
    NoticeKind.CALL_SOON: "web:call",
}


@dataclass(frozen=True, slots=True)
class Told:
    notice: Notice
    title: str
    words: str
    due: str
    url: str


def told_notices(contributor_id: int | None) -> list[Told]:
    """One query."""
    if contributor_id is None:
        return []
    return [_told(notice) for notice in notices_for(contributor_id)]


def _told(notice: Notice) -> Told:
    thing = notice.piece or notice.assignment
    due = _("hạn %(moment)s") % {"moment": moment(notice.due_at)} if notice.due_at else ""
    return Told(notice, thing.title if thing else "", str(notice.get_kind_display()), due, _url(notice))


def _url(notice: Notice) -> str:
    if notice.kind == NoticeKind.CREDIT:
        return reverse("web:my_credits")
    if notice.kind == NoticeKind.CALL_EXPIRED:
        return reverse("web:calls")
    thing = notice.piece or notice.assignment
    return reverse(PAGES[NoticeKind(notice.kind)], args=[thing.public_id]) if thing else ""


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A line of the page of all."""

    at: datetime
    title: str
    words: str
    due: str
    url: str
    read: bool


def _rows(actor: Actor) -> list[ToldRow]:
    told = everything_told(actor)
    rows = [
        ToldRow(each.notice.at, each.title, each.words, each.due, each.url, each.notice.read_at is not None)
        for each in map(_told, told.work)
    ]
    rows += [
        ToldRow(each.notice.at, each.title, each.words, "", each.url, each.notice.read_at is not None)
        for each in office_rows(told.office)
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


@for_members
def notices_page(request: PageRequest) -> HttpResponseBase:
    """Everything that the person was told, newest first; the press puts all of it away."""
    if request.method == "POST":
        read = read_everything(actor=request.actor)
        words = ngettext("Đã xem %(count)d thông báo.", "Đã xem %(count)d thông báo.", read)
        messages.success(request, words % {"count": read} if read else _("Không còn thông báo nào chưa xem."))
        return redirect("web:notices")
    rows = _rows(request.actor)
    context = {"new": [row for row in rows if not row.read], "old": [row for row in rows if row.read]}
    return show(request, "notices.html", context)


@for_contributors
@require_POST
def read_view(request: PageRequest) -> HttpResponseBase:
    """Those that the page showed; what came meanwhile stays."""
    shown = []
    for written in request.POST.getlist("notice")[:100]:
        try:
            shown.append(uuid.UUID(written))
        except ValueError:
            continue
    read_notices(actor=request.actor, notices=Notice.objects.filter(public_id__in=shown))
    return redirect("web:home")
