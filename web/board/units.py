"""Ấp, ngành, đơn vị: the tree of a day, what becomes of a unit, loading many, and where the portal lies."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from contributors import clock, places, portals, unit_history, unit_sheets, units
from contributors.access import holds, require
from contributors.actors import in_force
from contributors.errors import DomainError
from contributors.models import Capability, Grant, ImportState, Portal, Unit
from contributors.spreadsheets import MOST_BYTES
from web.board.unit_forms import (
    CloseForm,
    ConfirmedForm,
    CorrectForm,
    DayForm,
    MergeForm,
    MoveForm,
    NewUnitForm,
    PlaceForm,
    RenameForm,
    SheetForm,
)
from web.page import PageRequest, for_members, show
from web.public.entering import safe_next

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW_ROWS = 500


@for_members
def units_page(request: PageRequest) -> HttpResponseBase:
    """The tree of today, or of a day in the past with the names of then."""
    require(request.actor, "contributor.see")
    today = clock.today(request.portal.time_zone)
    form = DayForm(request.GET or None)
    asked = form.cleaned_data.get("day") if form.is_bound and form.is_valid() else None
    day = asked or today
    tree = unit_history.tree_with_people(day)
    context = {
        "tree": tree,
        "day": day,
        "past": day != today,
        "count": sum(1 for root in tree for _node in root),
        "closed": [] if asked else unit_history.closed_units(),
        "may_write": holds(request.actor, "unit.write"),
        "may_place": holds(request.actor, "portal.set_up"),
        "place": places.place_name(request.portal.commune_code),
    }
    return show(request, "board/units/tree.html", context, form=form)


@for_members
def unit_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require(request.actor, "contributor.see")
    unit = _unit(public_id)
    today = clock.today(request.portal.time_zone)
    chains = unit_history.Chains()
    focal = Grant.objects.filter(in_force(today), unit=unit, capability=Capability.FOCAL_PERSON)
    context = {
        "unit": unit,
        "past": chains.past(unit),
        "heir": chains.heir(unit),
        "people": unit_history.people_in_units(today).get(unit.pk, 0),
        "parts": Unit.objects.filter(parent=unit, closed__isnull=True).order_by("sort_key", "pk"),
        "focal": [grant.account.name for grant in focal.filter(confirmed_at__isnull=False).select_related("account")],
        "may_write": holds(request.actor, "unit.write") and unit.closed is None,
        "may_call": holds(request.actor, "message.see") and unit.closed is None,
    }
    return show(request, "board/units/unit.html", context)


@for_members
def open_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "unit.write")
    today = clock.today(request.portal.time_zone)
    form = NewUnitForm(request.POST or None, initial={"opened": today, "kind": "hamlet"})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            unit = portals.open_unit(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Đã mở %(name)s.") % {"name": unit.name})
            return redirect("web:units")
    return show(request, "board/units/form.html", {"title": _("Mở đơn vị mới"), "button": _("Mở đơn vị")}, form=form)


@for_members
def rename_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    unit = _writable(request, public_id)
    form = RenameForm(request.POST or None, initial={"seen_name": unit.name, "on": _today(request)})

    def rename(asked: ConfirmedForm) -> Unit:
        given = asked.cleaned_data
        return units.rename_unit(
            actor=request.actor,
            unit=unit,
            new_name=given["name"],
            on=given["on"],
            legal_basis=given["legal_basis"],
            seen_name=given["seen_name"],
        )

    context = {
        "title": _("Đổi tên %(name)s") % {"name": unit.name},
        "meaning": _(
            "Người trong đơn vị chuyển sang tên mới từ ngày đó. Tin, bài và giấy tờ cũ giữ tên lúc đó. "
            "Nếu chỉ gõ sai tên, hãy dùng “Sửa tên gõ sai”."
        ),
        "button": _("Đổi tên"),
        "unit": unit,
    }
    return _asked_twice(request, form, rename, context)


@for_members
def close_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    unit = _writable(request, public_id)
    form = CloseForm(request.POST or None, initial={"on": _today(request)})

    def close(asked: ConfirmedForm) -> Unit:
        given = asked.cleaned_data
        return units.close_unit(actor=request.actor, unit=unit, on=given["on"], legal_basis=given["legal_basis"])

    context = {
        "title": _("Đóng %(name)s") % {"name": unit.name},
        "meaning": _(
            "Không mở lại được. Người trong đơn vị sẽ không thuộc đơn vị nào, lời mời của đơn vị hết tác dụng, đầu mối "
            "hết quyền. Nếu đơn vị nhập vào nơi khác, hãy dùng “Sáp nhập”."
        ),
        "button": _("Đóng đơn vị"),
        "stop": True,
        "unit": unit,
    }
    return _asked_twice(request, form, close, context)


@for_members
def merge_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "unit.write")
    form = MergeForm(request.POST or None, initial={"on": _today(request)})

    def merge(asked: ConfirmedForm) -> Unit:
        given = asked.cleaned_data
        return units.merge_units(
            actor=request.actor,
            units=list(given["units"]),
            into=given["into"] or given["new_name"],
            on=given["on"],
            legal_basis=given["legal_basis"],
        )

    context = {
        "title": _("Sáp nhập đơn vị"),
        "meaning": _(
            "Người, đầu mối và các đơn vị bên trong chuyển sang nơi mới từ ngày đó; đơn vị cũ đóng lại. "
            "Không tách lại được."
        ),
        "button": _("Sáp nhập"),
        "stop": True,
    }
    return _asked_twice(request, form, merge, context)


def _asked_twice(
    request: PageRequest, form: ConfirmedForm, verb: Callable[[ConfirmedForm], Unit], context: dict[str, object]
) -> HttpResponseBase:
    """The first press shows the answers to be checked, the second one does it."""
    context["twice"] = True
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        if not form.cleaned_data["confirmed"]:
            return show(request, "board/units/check.html", context | {"form": form, "answers": form.answers()})
        with form.refusals():
            unit = verb(form)
            messages.success(request, _("Đã ghi: %(name)s.") % {"name": unit.name})
            return redirect("web:unit", public_id=unit.public_id)
        form.ask_again()
    return show(request, "board/units/form.html", context, form=form)


@for_members
def correct_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    unit = _writable(request, public_id)
    form = CorrectForm(request.POST or None, initial={"name": unit.name, "kind": unit.kind, "seen_name": unit.name})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            units.correct_unit(actor=request.actor, unit=unit, **form.cleaned_data)
            return redirect("web:unit", public_id=public_id)
    context = {
        "title": _("Sửa tên gõ sai"),
        "meaning": _("Chỉ dùng khi tên đã gõ nhầm: tên sửa có hiệu lực cả với ngày trước."),
        "button": _("Lưu"),
        "unit": unit,
    }
    return show(request, "board/units/form.html", context, form=form)


@for_members
def move_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    unit = _writable(request, public_id)
    form = MoveForm(request.POST or None, initial={"parent": unit.parent.public_id if unit.parent else None})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            units.move_unit(actor=request.actor, unit=unit, parent=form.cleaned_data["parent"])
            return redirect("web:unit", public_id=public_id)
    context = {"title": _("Xếp lại %(name)s") % {"name": unit.name}, "button": _("Lưu"), "unit": unit}
    return show(request, "board/units/form.html", context, form=form)


@for_members
def sheet_page(request: PageRequest) -> HttpResponseBase:
    """Choose a file; what it would do is shown before anything is written."""
    require(request.actor, "unit.write")
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            file = form.cleaned_data["file"]
            sheet = unit_sheets.check_units_sheet(
                actor=request.actor, content=file.read(MOST_BYTES + 1), file_name=file.name or ""
            )
            address = reverse("web:units_sheet_check", args=[sheet.public_id])
            return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)
    return show(request, "board/units/sheet.html", form=form)


@for_members
def sheet_template(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "unit.write")
    answer = HttpResponse(unit_sheets.units_template(), content_type=SHEET_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="don-vi-mau.xlsx"'
    return answer


@for_members
def sheet_check_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Every row's verdict, and the press that writes all of them or none."""
    sheet = unit_sheets.units_sheets(request.actor).filter(public_id=public_id).first()
    if sheet is None:
        raise Http404
    form = ConfirmedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if "discard" in request.POST:
                unit_sheets.discard_units_sheet(actor=request.actor, sheet=sheet)
                return redirect(_units_or(request))
            done = unit_sheets.confirm_units_sheet(actor=request.actor, sheet=sheet)
            messages.success(request, _("Đã ghi %(count)d đơn vị.") % {"count": done.written})
            return redirect(_units_or(request))
    if sheet.state != ImportState.CHECKED:
        return redirect(_units_or(request))
    rows = unit_sheets.sheet_verdicts(sheet)
    wrong = [row for row in rows if row.verdict == "wrong"]
    context = {
        "sheet": sheet,
        "shown": (wrong or rows)[:PREVIEW_ROWS],
        "hidden": max(0, len(wrong or rows) - PREVIEW_ROWS),
        "wrong": len(wrong),
        "new": sum(row.verdict == "new" for row in rows),
        "there": sum(row.verdict == "there" for row in rows),
    }
    return show(request, "board/units/sheet_check.html", context, form=form)


@for_members
def place_page(request: PageRequest) -> HttpResponseBase:
    """Where the commune lies: found in the list, never typed."""
    require(request.actor, "portal.set_up")
    if request.method == "POST":
        portals.set_place(actor=request.actor, commune_code=request.POST.get("commune_code", "")[:5])
        messages.success(request, _("Đã ghi địa bàn."))
        return redirect("web:units")
    form = PlaceForm(request.GET or None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    found = [(row.code, places.place_name(row.code)) for row in places.find_communes(words)]
    here = places.place_name(Portal.objects.get(pk=request.portal.pk).commune_code)
    return show(request, "board/units/place.html", {"found": found, "words": words, "here": here}, form=form)


def _units_or(request: PageRequest) -> str:
    """Back to where a sheet was begun: a page of set-up, else the tree."""
    wanted = request.GET.get("next", "")
    return safe_next(request, wanted) if wanted else reverse("web:units")


def _unit(public_id: uuid.UUID) -> Unit:
    found = Unit.objects.select_related("parent").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _writable(request: PageRequest, public_id: uuid.UUID) -> Unit:
    require(request.actor, "unit.write")
    unit = _unit(public_id)
    if unit.closed is not None:
        raise DomainError("unit_closed")
    return unit


def _today(request: PageRequest) -> date:
    return clock.today(request.portal.time_zone)
