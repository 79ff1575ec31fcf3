"""For somebody else: correcting their details, noting a withdrawn consent, taking their data for them, erasing them."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.access import holds, require
from contributors.consenting import consents_standing, withdraw_consent
from contributors.correction import correct_details, decline_unit, may_correct, proposed_unit
from contributors.directory import person_seen
from contributors.errors import DomainError
from contributors.models import Erasure
from contributors.output import units_of
from contributors.own_units import units_within
from contributors.retention import retention_on, rule_on
from contributors.thanks import want_thanks
from payments.erasing import due_for_erasure, erase, erasure_plan, erasures_done
from payments.own_data import own_files
from payments.own_file import take_own_file
from web.downloads import own_file_answer, plain_name, zip_answer
from web.page import PageRequest, for_members, show
from web.personal import BoardDetailsForm, EraseForm, erasure_words, follow_words, person_address, units_open

SHOWN = 50


@for_members
def correct_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    person = person_seen(request.actor, public_id)
    if not may_correct(request.actor, person):
        raise DomainError("not_allowed")
    decides = holds(request.actor, "contributor.decide")
    proposed = proposed_unit(person)
    units = units_open()
    within = units_within(request.actor, "contributor.correct")
    if within is not None:
        units = units.filter(pk__in=within)
    values = BoardDetailsForm.values_of(person) | {"unit": proposed.unit.public_id if proposed else None}
    form = BoardDetailsForm(request.POST or None, units=units, decides=decides, initial=values)
    if request.method == "POST" and "decline_unit" in request.POST:
        decline_unit(actor=request.actor, contributor=person)
        messages.success(request, _("Đã ghi: không chuyển ấp, ngành."))
        return redirect(person_address(person))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            correct_details(actor=request.actor, contributor=person, seen_version=form.seen_version, **form.wanted())
            messages.success(request, _("Đã sửa thông tin của %(name)s.") % {"name": person.full_name})
            return redirect(person_address(person))
        form.show_newest(person_seen(request.actor, public_id).version)
    context = {
        "person": person,
        "proposed": proposed,
        "unit": units_of([person.pk], clock.today(request.portal.time_zone)).get(person.pk, ""),
        "address": person_address(person),
    }
    return show(request, "personal/correct.html", context, form=form)


@for_members
def consents_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What a person agreed to; a withdrawal said on the phone is noted here."""
    require(request.actor, "consent.withdraw")
    person = person_seen(request.actor, public_id)
    if request.method == "POST":
        done = withdraw_consent(actor=request.actor, contributor=person, purpose=request.POST.get("purpose", ""))
        messages.success(request, " ".join([_("Đã ghi: người này rút lại ý kiến."), *follow_words(done.follows)]))
        return redirect("web:person_consents", public_id=public_id)
    return show(request, "personal/consents.html", {"person": person, "consents": consents_standing(person)})


@for_members
def data_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Taking a person's data to hand over to them (a POST: it is put on record), their consents, erasing."""
    require(request.actor, "contributor.take_data")
    person = person_seen(request.actor, public_id)
    if request.method == "POST":
        files = own_files(actor=request.actor, contributor=person, photos="photos" in request.POST)
        return zip_answer(files, name=plain_name(f"du lieu {person.receipt_number}"))
    context = {
        "person": person,
        "address": person_address(person),
        "may_erase": holds(request.actor, "contributor.erase") and person.erased_at is None,
        "may_withdraw": holds(request.actor, "consent.withdraw"),
    }
    return show(request, "personal/data.html", context)


@for_members
@require_POST
def file_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Hồ sơ of a person, to hand over to them; the verb asks for the right and the second factor."""
    require(request.actor, "contributor.take_data")
    person, form = person_seen(request.actor, public_id), request.POST.get("form", "pdf")
    content = take_own_file(actor=request.actor, contributor=person, form=form)
    return own_file_answer(content, person, form)


@for_members
@require_POST
def thanks_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What a person said about being thanked by name, noted for them."""
    person = person_seen(request.actor, public_id)
    wanted = request.POST.get("wanted") == "yes"
    want_thanks(actor=request.actor, contributor=person, wanted=wanted)
    told = (
        _("Đã ghi: %(name)s lại được cảm ơn.") if wanted else _("Đã ghi: không nêu tên %(name)s trong lời cảm ơn nào.")
    )
    messages.success(request, told % {"name": person.full_name})
    return redirect(person_address(person))


@for_members
def erase_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """As for oneself: first what goes and what stays, then the name typed."""
    require(request.actor, "contributor.erase")
    person = person_seen(request.actor, public_id)
    form = EraseForm(request.POST or None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            erase(
                actor=request.actor,
                contributor=person,
                seen_version=form.seen_version,
                confirmation=form.cleaned_data["confirmation"],
            )
            messages.success(request, _("Đã xoá. Những gì còn giữ, vì sao và đến khi nào, ghi ở dưới."))
            return redirect("web:retention")
        form.show_newest(person_seen(request.actor, public_id).version)
    context = {"person": person, "own": False, "confirming": request.method == "POST" or "confirm" in request.GET}
    return show(request, "personal/erase.html", context | erasure_words(erasure_plan(person)), form=form)


@for_members
def retention_page(request: PageRequest) -> HttpResponseBase:
    """Đến hạn xoá: how long what is kept, what has passed its time, and what was erased."""
    require(request.actor, "contributor.erase")
    today = clock.today(request.portal.time_zone)
    table = retention_on(today)
    context = {
        "due": due_for_erasure(request.portal, today),
        "since": table.effective_from,
        "rules": list(table.rules.values()),
        "erasures": [_told(row) for row in erasures_done(request.actor)[:SHOWN]],
    }
    return show(request, "board/retention.html", context)


def _told(row: Erasure) -> dict[str, object]:
    today = clock.today()
    return {
        "row": row,
        "erased": [str(rule_on(what, today).title) for what in row.erased],
        "kept": [
            (str(rule_on(each["what"], today).title), date.fromisoformat(each["until"]) if each["until"] else None)
            for each in row.kept
        ],
    }
