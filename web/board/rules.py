"""Hạn và lịch làm việc: what the board promises, its working hours and own days, the limit of a single scorer."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.access import require
from contributors.board_rules import RIGHT, drop_own_day, set_board_rules, set_own_day
from contributors.deadlines import rules_on
from contributors.errors import DomainError
from contributors.models import BoardRules, OwnDay
from contributors.working_time import public_holidays
from web.board.work_forms import OwnDayForm, RulesForm
from web.page import PageRequest, for_members, show


@for_members
def rules_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, RIGHT)
    return _shown(request, OwnDayForm())


@for_members
def edit_rules_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, RIGHT)
    today = clock.today(request.portal.time_zone)
    form = RulesForm(request.POST or None, initial=RulesForm.values_of(rules_on(today)) | {"effective_from": today})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            set_board_rules(actor=request.actor, **form.rules())
            messages.success(request, _("Đã lưu hạn và lịch làm việc."))
            return redirect("web:board_rules")
    return show(request, "board/work/rules_edit.html", form=form)


@for_members
@require_POST
def own_day_view(request: PageRequest) -> HttpResponseBase:
    require(request.actor, RIGHT)
    form = OwnDayForm(request.POST)
    if form.is_valid():
        with form.refusals():
            set_own_day(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Đã ghi ngày này."))
            return redirect("web:board_rules")
    return _shown(request, form)


@for_members
@require_POST
def drop_day_view(request: PageRequest, day: str) -> HttpResponseBase:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise DomainError("not_found") from None
    drop_own_day(actor=request.actor, on=on)
    return redirect("web:board_rules")


def _shown(request: PageRequest, form: OwnDayForm) -> HttpResponseBase:
    today = clock.today(request.portal.time_zone)
    year = today + timedelta(days=365)
    holidays = sorted(day for each in {today.year, year.year} for day in public_holidays(each) if today <= day < year)
    context = {
        "rules": rules_on(today),
        "to_come": BoardRules.objects.filter(effective_from__gt=today).order_by("effective_from"),
        "own_days": OwnDay.objects.filter(on__gte=today - timedelta(days=31)).order_by("on"),
        "holidays": holidays,
    }
    return show(request, "board/work/rules.html", context, form=form)
