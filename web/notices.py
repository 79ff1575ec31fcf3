"""Reminders on the first pages: what waits, with the way to it; "seen" puts them away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors.models import Notice, NoticeKind
from contributors.reminding import notices_for, read_notices
from web.due import moment
from web.page import PageRequest, for_contributors

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
