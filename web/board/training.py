"""Training: sessions, who came by unit, who still needs the introduction, a sheet to sign."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import require
from contributors.errors import DomainError
from contributors.messaging import messages_about
from contributors.models import Contributor, TrainingSession, Unit
from contributors.training import (
    attendance_by_unit,
    cancel_session,
    correct_session,
    hold_session,
    may_train_everywhere,
    needs_introduction,
    note_attendance,
    people_needing_introduction,
    sessions_between,
    sheet_of,
    units_to_train,
)
from web.board.messages import lines_of
from web.board.training_forms import CancelForm, EditSessionForm, NewSessionForm
from web.once import FirstPress
from web.page import PageRequest, for_members, show

A_PAGE = 20
NO_UNIT = "none"
SHOWN_YEARS = timedelta(days=3 * 366)
AHEAD = timedelta(days=400)
BLANK_LINES = 8  # for people who come and are in no list yet


@for_members
def sessions_page(request: PageRequest) -> HttpResponseBase:
    today = clock.today(request.portal.time_zone)
    sessions = sessions_between(request.actor, today - SHOWN_YEARS, today + AHEAD)
    page = Paginator(sessions, A_PAGE).get_page(request.GET.get("page"))
    needing = sum(row.needing for row in needs_introduction(request.actor))
    return show(request, "board/training/list.html", {"page": page, "today": today, "needing": needing})


@for_members
def new_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "training.write")
    form = NewSessionForm(request.POST or None, **_choices(request))
    if request.method == "POST" and form.is_valid():
        press = FirstPress(form.cleaned_data["client_key"])
        with form.refusals():
            session = press.kept(TrainingSession)
            if session is None:
                session = hold_session(actor=request.actor, **form.session_fields())
                press.keep(session)
                messages.success(request, _("Đã ghi buổi tập huấn."))
            return redirect("web:training_session", public_id=session.public_id)
    return show(request, "board/training/form.html", {"session": None}, form=form)


@for_members
def session_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Counts by unit; `?unit=` opens the sheet of one of them, with a box for each person."""
    session = _session(request, public_id)
    chosen = request.GET.get("unit")
    context: dict[str, object] = {
        "session": session,
        "rows": attendance_by_unit(request.actor, session),
        "open": session.cancelled_at is None,
        "told_lines": lines_of(request, messages_about(request.actor, session)),
        "held": session.held_on <= clock.today(request.portal.time_zone),
    }
    if chosen:
        unit = _unit(chosen)
        if request.method == "POST":
            _note(request, session, unit)
            messages.success(request, _("Đã ghi ai có mặt."))
            return redirect("web:training_session", public_id=public_id)
        context |= {"chosen": chosen, "unit": unit, "sheet": sheet_of(request.actor, session, unit)}
    return show(request, "board/training/session.html", context)


@for_members
def edit_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    session = _session(request, public_id)
    form = EditSessionForm(request.POST or None, initial=EditSessionForm.values_of(session), **_choices(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            correct_session(
                actor=request.actor, session=session, seen_version=form.seen_version, **form.session_fields()
            )
            messages.success(request, _("Đã sửa buổi tập huấn."))
            return redirect("web:training_session", public_id=public_id)
        form.show_newest(_session(request, public_id).version)
    return show(request, "board/training/form.html", {"session": session}, form=form)


@for_members
def cancel_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    session = _session(request, public_id)
    form = CancelForm(request.POST or None, initial={"version": session.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            cancel_session(
                actor=request.actor,
                session=session,
                seen_version=form.seen_version,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Đã huỷ buổi tập huấn."))
            return redirect("web:training")
        form.show_newest(_session(request, public_id).version)
    return show(request, "board/training/cancel.html", {"session": session}, form=form)


@for_members
def paper_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A sheet to print and sign: one unit, or each unit on a page of its own."""
    session = _session(request, public_id)
    chosen = request.GET.get("unit")
    rows = attendance_by_unit(request.actor, session)
    wanted = [row for row in rows if chosen is None or str(row.unit_id or NO_UNIT) == chosen]
    if len(wanted) > 1:  # each unit has a sheet of its own
        return redirect("web:training_session", public_id=public_id)
    unit = wanted[0] if wanted else None
    people = sheet_of(request.actor, session, _unit(str(unit.unit_id or NO_UNIT))) if unit else []
    context = {"session": session, "unit": unit, "people": people, "blank": range(BLANK_LINES)}
    return show(request, "board/training/paper.html", context)


@for_members
def needed_page(request: PageRequest) -> HttpResponseBase:
    """Units with people who have been to no introduction; `?unit=` names them."""
    rows = needs_introduction(request.actor)
    context: dict[str, object] = {"rows": rows, "count": sum(row.needing for row in rows)}
    chosen = request.GET.get("unit")
    if chosen:
        unit = _unit(chosen)
        people = Paginator(people_needing_introduction(request.actor, unit), 100)
        context |= {"chosen": chosen, "unit": unit, "people": people.get_page(request.GET.get("page"))}
    return show(request, "board/training/needed.html", context)


def _note(request: PageRequest, session: TrainingSession, unit: Unit | None) -> None:
    """The boxes of one sheet; whoever is not on it stays as noted."""
    shown = {str(row.person.public_id): row.person for row in sheet_of(request.actor, session, unit)}
    came: list[Contributor] = [shown[key] for key in request.POST.getlist("came") if key in shown]
    on_sheet = [shown[key].pk for key in request.POST.getlist("shown") if key in shown]
    note_attendance(actor=request.actor, session=session, came=came, among=on_sheet)


def _choices(request: PageRequest) -> dict[str, Any]:
    return {"units": units_to_train(request.actor), "everywhere": may_train_everywhere(request.actor)}


def _session(request: PageRequest, public_id: uuid.UUID) -> TrainingSession:
    """One that the actor may see. Raises `not_found`."""
    found = sessions_between(request.actor, date.min, date.max).filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found


def _unit(chosen: str) -> Unit | None:
    if chosen == NO_UNIT:
        return None
    try:
        unit: Unit | None = Unit.objects.filter(public_id=uuid.UUID(chosen)).first()
    except ValueError:
        unit = None
    if unit is None:
        raise DomainError("not_found")
    return unit
