"""Hồ sơ thanh tra: what a period's pack holds, having it made, and handing it over."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from contributors import clock
from contributors.portals import last_day
from payments.inspection import cover, packs
from payments.report_periods import QUARTER, ROMAN, YEAR, Period
from web.downloads import file_answer, pdf_answer
from web.office.inspection_forms import PackForm
from web.page import PageRequest, for_members, show

ON_A_PAGE = 30
ZIP = "application/zip"
COUNTED = (
    ("tin-bai", _("Tin, bài")),
    ("vai-tro", _("Vai trò")),
    ("diem-cham", _("Điểm chấm")),
    ("quyet-dinh", _("Quyết định")),
    ("phieu", _("Phiếu")),
    ("khoan", _("Khoản nhuận bút")),
    ("su-kien", _("Dòng nhật ký")),
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A period to choose by one press: so many whole months."""

    period: Period
    months: int

    @property
    def quarter(self) -> str:
        return ROMAN[self.period.first.month // QUARTER]

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def last(self) -> date:
        return last_day(self.period.until)


@for_members
def inspection_page(request: PageRequest) -> HttpResponseBase:
    """The packs made, and the question of a new one: first the period and what it holds, then why and for whom."""
    made = packs.packs_made(actor=request.actor)
    form = PackForm(request.POST) if request.method == "POST" else PackForm(_asked(request))
    if request.method == "POST" and form.is_valid():
        since, until = form.period
        with form.refusals():
            pack = packs.start_pack(
                actor=request.actor,
                since=since,
                until=until,
                reason=form.cleaned_data["reason"],
                handed_to=form.cleaned_data["handed_to"],
                with_photos=form.cleaned_data["with_photos"],
            )
            return redirect("web:inspection_pack", public_id=pack.public_id)
    page = Paginator(made, ON_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, object] = {
        "page": page,
        "made": packs.pack_states(list(page.object_list)),
        "offered": list(_offered(clock.today(request.portal.time_zone))),
        "told": packs.told_of_packs(actor=request.actor),
    }
    if not form.errors.keys() & {"first", "last"}:
        since, until = form.period
        context |= {
            "preview": packs.pack_preview(actor=request.actor, since=since, until=until),
            "since": since,
            "last": last_day(until),
        }
    return show(request, "office/inspection.html", context, form=form)


@for_members
@require_GET
def pack_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    state = packs.pack_shown(actor=request.actor, public_id=public_id)
    return show(request, "office/inspection_pack.html", _context(state))


@for_members
@require_GET
def progress_fragment(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The moving part, asked for once a second."""
    state = packs.pack_shown(actor=request.actor, public_id=public_id)
    if not state.working:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return show(request, "office/inspection_progress.html", _context(state))


@for_members
@require_GET
def pack_file(request: PageRequest, public_id: uuid.UUID) -> FileResponse:
    pack = packs.pack_shown(actor=request.actor, public_id=public_id).pack
    path = packs.pack_file(actor=request.actor, pack=pack)
    return file_answer(path, kind=ZIP, name=f"{packs.pack_name(pack)}.zip")


@for_members
@require_GET
def cover_pdf(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    pack = packs.pack_shown(actor=request.actor, public_id=public_id).pack
    content = cover.cover_sheet(actor=request.actor, pack=pack)
    return pdf_answer(content, name=f"phieu ban giao {packs.pack_name(pack)}")


def _context(state: packs.PackState) -> dict[str, object]:
    pack = state.pack
    rows = pack.counts.get("rows", {})
    counts = [(str(label), rows.get(table, 0)) for table, label in COUNTED] if rows else []
    return {"state": state, "pack": pack, "counts": counts, "last": state.last}


def _asked(request: PageRequest) -> dict[str, object]:
    """What the address asks for, else the quarter that ended last."""
    if "first" in request.GET:
        said: dict[str, object] = {name: request.GET.get(name, "") for name in ("first", "last")}
    else:
        quarter = _quarter(clock.today(request.portal.time_zone)).before
        said = {"first": quarter.first.isoformat(), "last": last_day(quarter.until).isoformat()}
    return said | {"with_photos": "on"}


def _quarter(day: date) -> Period:
    return _months(date(day.year, day.month - (day.month - 1) % QUARTER, 1), QUARTER)


def _months(first: date, count: int) -> Period:
    return Period(first, Period(first, first).moved(count).first)


def _offered(today: date) -> Iterator[Offered]:
    """Of month, quarter and year the running one and the one before."""
    for current in (_months(today.replace(day=1), 1), _quarter(today), _months(date(today.year, 1, 1), YEAR)):
        for period in (current, current.before):
            yield Offered(period, period.months or 0)
