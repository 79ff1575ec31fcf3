"""Messages to accountants and administrators on their first pages, with the way to what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from contributors.actors import Actor
from contributors.models import OfficeNotice, OfficeNoticeKind
from contributors.office_notices import notices_of, read_office_notices
from payments.access import holds_money
from payments.books.registry import sentence_of
from payments.models import Run
from web.page import PageRequest, for_members

PAGES = {
    OfficeNoticeKind.JOB_STOPPED: "web:jobs",
    OfficeNoticeKind.BOOKS_BROKEN: "web:books",
    OfficeNoticeKind.PACK_ASKED: "web:inspection",
}


@dataclass(frozen=True, slots=True)
class OfficeTold:
    notice: OfficeNotice
    words: str
    title: str
    url: str


def told_office(actor: Actor | None) -> list[OfficeTold]:
    """At most two queries; none for who never has any."""
    if actor is None or not (holds_money(actor, "books.check") or holds_money(actor, "job.manage")):
        return []
    return office_rows(notices_of(actor))


def office_rows(found: Sequence[OfficeNotice]) -> list[OfficeTold]:
    """Their words and the way to what they are about. At most one query."""
    about = [notice.subject_id for notice in found if notice.kind == OfficeNoticeKind.PAPERS_READY]
    runs = Run.objects.in_bulk(about) if about else {}
    return [_told(notice, runs.get(notice.subject_id)) for notice in found]


def _told(notice: OfficeNotice, run: Run | None) -> OfficeTold:
    kind = OfficeNoticeKind(notice.kind)
    title = sentence_of(notice.title) if kind == OfficeNoticeKind.BOOKS_BROKEN else notice.title
    if kind == OfficeNoticeKind.PAPERS_READY:
        url = reverse("web:run", args=[run.public_id]) if run else reverse("web:runs")
    else:
        url = reverse(PAGES[kind])
    return OfficeTold(notice, str(notice.get_kind_display()), title, url)


@for_members
@require_POST
def read_view(request: PageRequest) -> HttpResponseBase:
    read_office_notices(actor=request.actor)
    return redirect("web:home")
