"""Ban biên tập và quyền: who sits where, which rights hold, what waits for a second person, what one absence blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors import board, clock, seats
from contributors.access import require
from contributors.models import Grant, Seat
from web.board.place_words import clash_words
from web.board.right_forms import DeclineForm, EndForm, GrantForm, SeatForm
from web.page import PageRequest, for_members, show

STEP_WORDS: Mapping[str, Promise] = {
    "accept": gettext_lazy("Nhận cộng tác viên"),
    "approve": gettext_lazy("Duyệt tin, bài"),
    "publish": gettext_lazy("Đăng"),
    "list": gettext_lazy("Xác nhận danh sách tác phẩm"),
    "count": gettext_lazy("Tính và chi nhuận bút"),
    "spend": gettext_lazy("Duyệt chi"),
    "grant": gettext_lazy("Cấp quyền (cần hai người)"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the work in the words of the page."""

    word: str
    step: board.Step


@for_members
def rights_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "grant.give")
    today = clock.today(request.portal.time_zone)
    waiting = board.waiting_grants()
    context = {
        "board": board.board_on(today),
        "to_come": board.seats_to_come(today),
        "ended": board.seats_before(today),
        "grants": board.grants_on(today),
        "grants_to_come": board.grants_to_come(today),
        "grants_ended": board.grants_before(today),
        "to_confirm": [row for row in waiting if request.actor.account_id not in {row.granted_by_id, row.account_id}],
        "for_others": [row for row in waiting if request.actor.account_id in {row.granted_by_id, row.account_id}],
        "steps": [StepRow(str(STEP_WORDS[step.code]), step) for step in board.what_blocks(today)],
        "clashes": clash_words(board.clashes(today)),
        "me": request.actor.account_id,
    }
    return show(request, "board/rights/rights.html", context)


@for_members
def give_seat_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "seat.give")
    form = SeatForm(request.POST or None, initial={"effective_from": clock.today(request.portal.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = seats.give_seat(actor=request.actor, **form.cleaned_data)
            messages.success(
                request,
                _("Đã cử %(name)s: %(seat)s.") % {"name": row.contributor.full_name, "seat": row.get_seat_display()},
            )
            return redirect("web:rights")
    context = {"title": _("Cử vào Ban biên tập"), "button": _("Cử")}
    return show(request, "board/rights/form.html", context, form=form)


@for_members
def end_seat_page(request: PageRequest, public_id: UUID) -> HttpResponseBase:
    require(request.actor, "seat.give")
    row = Seat.objects.select_related("contributor").filter(public_id=public_id).first()
    if row is None:
        raise Http404
    form = EndForm(request.POST or None, initial={"on": clock.today(request.portal.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            seats.end_seat(actor=request.actor, seat=row, **form.cleaned_data)
            return redirect("web:rights")
    context = {
        "title": _("Cho thôi vai %(seat)s") % {"seat": row.get_seat_display()},
        "meaning": row.contributor.full_name,
        "button": _("Cho thôi"),
        "stop": True,
    }
    return show(request, "board/rights/form.html", context, form=form)


@for_members
def propose_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "grant.give")
    form = GrantForm(request.POST or None, initial={"effective_from": clock.today(request.portal.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            seats.propose_grant_by_phone(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Đã đề nghị. Quyền có hiệu lực khi người thứ hai xác nhận."))
            return redirect("web:rights")
    context = {
        "title": _("Đề nghị cấp quyền"),
        "meaning": _("Trưởng ban hoặc người quản trị khác phải xác nhận thì quyền mới có hiệu lực."),
        "button": _("Đề nghị"),
    }
    return show(request, "board/rights/form.html", context, form=form)


@for_members
@require_POST
def confirm_view(request: PageRequest, public_id: UUID) -> HttpResponseBase:
    row = seats.confirm_grant(actor=request.actor, grant=_grant(public_id))
    messages.success(request, _("Đã xác nhận: %(right)s.") % {"right": row.get_capability_display()})
    return redirect("web:rights")


@for_members
def decline_page(request: PageRequest, public_id: UUID) -> HttpResponseBase:
    require(request.actor, "grant.give")
    row = _grant(public_id)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            seats.decline_grant(actor=request.actor, grant=row, reason=form.cleaned_data["reason"])
            return redirect("web:rights")
    context = {
        "title": _("Không xác nhận quyền này?"),
        "meaning": f"{row.account.name}: {row.get_capability_display()}",
        "button": _("Không xác nhận"),
        "stop": True,
    }
    return show(request, "board/rights/form.html", context, form=form)


@for_members
def end_grant_page(request: PageRequest, public_id: UUID) -> HttpResponseBase:
    require(request.actor, "grant.give")
    row = _grant(public_id)
    form = EndForm(request.POST or None, initial={"on": clock.today(request.portal.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            seats.end_grant(actor=request.actor, grant=row, **form.cleaned_data)
            return redirect("web:rights")
    context = {
        "title": _("Kết thúc quyền %(right)s") % {"right": row.get_capability_display()},
        "meaning": row.account.name,
        "button": _("Kết thúc"),
        "stop": True,
    }
    return show(request, "board/rights/form.html", context, form=form)


def _grant(public_id: UUID) -> Grant:
    row = Grant.objects.select_related("account").filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
