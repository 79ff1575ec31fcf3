"""Rate schedules: the list, one as people read it, drafting, editing, putting in force, closing, taking away."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contributors import clock
from contributors.errors import DomainError
from payments import rates
from payments.access import holds_money, require_money
from payments.inherited_rates import is_inherited
from payments.law import base_salaries
from payments.models import RateSchedule, ScheduleState
from payments.rate_differences import differences
from payments.rate_editing import revised_rules
from payments.rate_files import SCHEMA, draft_from_file, export_schedule
from payments.rate_gaps import gaps_of
from payments.rate_words import ASIDE, Said, what_it_says
from payments.royalty.explanation import written_number
from payments.royalty.reckoning import Hold
from payments.royalty.schedule import Schedule
from payments.royalty.units import unit_value
from web.accounting.rate_forms import CloseForm, DraftForm, ForceForm, SeenDraftForm, TermsForm, shipped_titles
from web.downloads import made_answer, plain_name
from web.page import PageRequest, for_members, show

PARTS = ("rules", "genres", "roles", "factors", "duty", "seats", "caps")


@for_members
@require_GET
def rates_page(request: PageRequest) -> HttpResponseBase:
    """Our schedules, newest first; the parent's where we have none; the tables that come with the product."""
    require_money(request.actor, "whatif.see")
    today = clock.today(request.portal.time_zone)
    rows = list(RateSchedule.objects.order_by("-effective_from", "-pk"))
    here = rates.schedule_on(request.portal, today)
    context = {
        "rows": rows,
        "today": today,
        "here": here,
        "of_parent": here if here is not None and here.portal_id != request.portal.pk else None,
        "shipped": shipped_titles(),
        "may_write": holds_money(request.actor, "schedule.write"),
    }
    return show(request, "accounting/rates/list.html", context)


@for_members
@require_GET
def rate_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One schedule as tables; of a draft also what is missing and what it would change."""
    require_money(request.actor, "whatif.see")
    row = _row(public_id)
    schedule = rates.schedule_of(row)
    draft = row.state == ScheduleState.DRAFT
    context = _told(schedule) | {
        "row": row,
        "inherited": is_inherited(row.rules),
        "unit_today": _unit_today(request, schedule),
        "gaps": gaps_of(schedule) if draft else [],
        "changes": _changes(request, row, schedule) if draft else None,
        "seen": rates.fingerprint(row),
        "may_write": holds_money(request.actor, "schedule.write"),
        "may_close": row.state == ScheduleState.IN_FORCE and row.effective_until is None,
    }
    return show(request, "accounting/rates/schedule.html", context)


@for_members
@require_GET
def shipped_page(request: PageRequest, name: str) -> HttpResponseBase:
    """A table that comes with the product, to read."""
    require_money(request.actor, "whatif.see")
    schedule = rates.read_schedule(rates.shipped_schedule(name))
    context = _told(schedule) | {
        "name": name,
        "title": schedule.title.vi,
        "unit_today": _unit_today(request, schedule),
        "may_write": holds_money(request.actor, "schedule.write"),
    }
    return show(request, "accounting/rates/shipped.html", context)


@for_members
def draft_page(request: PageRequest) -> HttpResponseBase:
    """A new draft: from a shipped table, a copy, a level of the parent's table, or a file."""
    require_money(request.actor, "schedule.write")
    copies = list(RateSchedule.objects.order_by("-effective_from", "-pk")[:20])
    has_parent = request.portal.parent_id is not None
    given = request.GET.get("source", "")
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        copies=copies,
        has_parent=has_parent,
        initial={"source": given, "effective_from": clock.today(request.portal.time_zone)},
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = _drafted(request, form, {str(copy.public_id): copy for copy in copies})
            messages.success(request, _("Đã lập bản nháp. Hãy ghi quyết định của cơ quan mình."))
            return redirect("web:rate_edit", public_id=row.public_id)
    return show(request, "accounting/rates/draft.html", form=form)


def _drafted(request: PageRequest, form: DraftForm, copies: dict[str, RateSchedule]) -> RateSchedule:
    said = form.cleaned_data
    kind, _colon, which = said["source"].partition(":")
    since = said["effective_from"]
    match kind:
        case "file":
            return draft_from_file(actor=request.actor, content=said["file"].read())
        case "shipped":
            return rates.draft_shipped(actor=request.actor, name=which, effective_from=since)
        case "copy":
            return rates.draft_copy(actor=request.actor, schedule=copies[which], effective_from=since)
        case _:
            rules = {
                "code": f"{request.portal.slug}-{since:%Y%m%d}",
                "title": {"vi": str(_("Theo tỷ lệ biểu của cấp trên"))},
                "from": since.isoformat(),
                "based_on": "parent",
                "level": said["level"],
            }
            return rates.draft_schedule(actor=request.actor, rules=rules)


@for_members
def edit_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The simple things of a draft in a form; whatever else there is, in its file."""
    require_money(request.actor, "schedule.write")
    row = _row(public_id)
    if request.method != "POST":
        return show(request, "accounting/rates/edit.html", {"row": row}, form=TermsForm.of(row))
    form = TermsForm(request.POST, rules=row.rules)
    if form.is_valid():
        with form.refusals():
            rules = revised_rules(row.rules, terms=form.terms(), figures=form.changed_figures())
            rates.edit_draft(actor=request.actor, schedule=row, rules=rules, seen=form.cleaned_data["seen"])
            messages.success(request, _("Đã lưu bản nháp."))
            return redirect("web:rate", public_id=public_id)
    return show(request, "accounting/rates/edit.html", {"row": row}, form=form)


@for_members
def force_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Asks once more, with what is missing and what changes; then the draft is frozen."""
    require_money(request.actor, "schedule.write")
    row = _row(public_id)
    schedule = rates.schedule_of(row)
    form = ForceForm(request.POST if request.method == "POST" else None, initial={"seen": rates.fingerprint(row)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            rates.put_in_force(actor=request.actor, schedule=row, **form.cleaned_data)
            messages.success(
                request, _("Quy định áp dụng từ ngày %(day)s.") % {"day": f"{row.effective_from:%d/%m/%Y}"}
            )
            return redirect("web:rate", public_id=public_id)
    context = {
        "row": row,
        "gaps": gaps_of(schedule),
        "changes": _changes(request, row, schedule),
        "before": _before(row),
    }
    return show(request, "accounting/rates/force.html", context, form=form)


@for_members
def close_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require_money(request.actor, "schedule.write")
    row = _row(public_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            rates.close_schedule(actor=request.actor, schedule=row, **form.cleaned_data)
            messages.success(request, _("Đã ghi ngày kết thúc của “%(title)s”.") % {"title": row.title})
            return redirect("web:rate", public_id=public_id)
    return show(request, "accounting/rates/close.html", {"row": row}, form=form)


@for_members
def discard_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require_money(request.actor, "schedule.write")
    row = _row(public_id)
    form = SeenDraftForm(request.POST if request.method == "POST" else None, initial={"seen": rates.fingerprint(row)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            rates.discard_draft(actor=request.actor, schedule=row, seen=form.cleaned_data["seen"])
            messages.success(request, _("Đã bỏ bản nháp “%(title)s”.") % {"title": row.title})
            return redirect("web:rates")
    return show(request, "accounting/rates/discard.html", {"row": row}, form=form)


@for_members
@require_GET
def rate_file(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The schedule as a file that can be drafted from again."""
    require_money(request.actor, "whatif.see")
    row = _row(public_id)
    return made_answer(export_schedule(row).encode(), kind="application/yaml", name=f"{plain_name(row.title)}.yaml")


@for_members
@require_GET
def schema_file(request: PageRequest) -> HttpResponseBase:
    """What editors check such a file by."""
    require_money(request.actor, "whatif.see")
    return FileResponse(SCHEMA.open("rb"), as_attachment=True, filename=SCHEMA.name, content_type="application/json")


def _row(public_id: uuid.UUID) -> RateSchedule:
    row = RateSchedule.objects.select_related("portal__parent").filter(public_id=public_id).first()
    if row is None:
        raise DomainError("not_found")
    return row


def _told(schedule: Schedule) -> dict[str, Any]:
    """What the page shows: the decision, each part as rows, and what is still to be checked."""
    said = what_it_says(schedule)
    parts: dict[str, list[Said]] = {part: [] for part in PARTS}
    for each in said:
        if each.part in parts and each.aspect not in ASIDE and each.words:
            parts[each.part].append(each)
    return {
        "decision": [each for each in said if each.part == "decision" and each.words and each.key != "code"],
        "parts": parts,
        "doubts": [each for each in said if each.aspect == "doubt"],
    }


def _unit_today(request: PageRequest, schedule: Schedule) -> str | None:
    """What one coefficient is worth here today, before the level; None where no base salary is known."""
    try:
        unit = unit_value(schedule, base_salaries(), clock.today(request.portal.time_zone))
    except Hold:
        return None
    return f"{written_number(unit)} đ"


def _before(row: RateSchedule) -> RateSchedule | None:
    """Which schedule ends the day this draft begins."""
    return (
        RateSchedule.objects.filter(
            state=ScheduleState.IN_FORCE, effective_until__isnull=True, effective_from__lt=row.effective_from
        )
        .order_by("-effective_from")
        .first()
    )


def _changes(request: PageRequest, row: RateSchedule, schedule: Schedule) -> Any:
    """Against the schedule that holds on the draft's first day; None where there is none."""
    holds = rates.schedule_on(request.portal, row.effective_from)
    if holds is None:
        return None
    found = differences(rates.as_dated(holds), schedule)
    return {
        "of": holds,
        "list": [change for change in found if not change.aside],
        "aside": [change for change in found if change.aside],
    }
