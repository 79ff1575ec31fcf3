"""Thông tin của tôi: what is known of me, correcting it, my consents, taking it all with me, leaving, being erased."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.consenting import FOLLOWS, Standing, consents_standing, give_consent, withdraw_consent
from contributors.correction import correct_details, pen_names_of, propose_unit, proposed_unit
from contributors.errors import DomainError
from contributors.leaving import leave, seats_held
from contributors.messaging import want_messages
from contributors.models import Contributor, ContributorState
from contributors.output import units_of
from contributors.thanks import thanks_wanted
from payments.erasing import erase, erasure_plan
from payments.own_data import own_files
from payments.own_file import take_own_file
from web.downloads import own_file_answer, plain_name, zip_answer
from web.forms import PageForm
from web.page import PageRequest, for_contributors, person_of, show
from web.personal import DataForm, DetailsForm, EraseForm, LeaveForm, UnitForm, erasure_words, follow_words, units_open

STAYING = frozenset({ContributorState.ACTIVE, ContributorState.SUSPENDED})


@for_contributors
def details_page(request: PageRequest) -> HttpResponseBase:
    person = _me(request)
    context = {
        "person": person,
        "unit": units_of([person.pk], clock.today(request.portal.time_zone)).get(person.pk, ""),
        "proposed": proposed_unit(person),
        "pen_names": pen_names_of(person),
        "consents": consents_standing(person),
        "data_form": DataForm(),
        "thanks_wanted": thanks_wanted(person),
        "may_leave": person.state in STAYING,
        "may_erase": person.state in {ContributorState.LEFT, ContributorState.DECLINED},
    }
    return show(request, "personal/details.html", context)


@for_contributors
def edit_page(request: PageRequest) -> HttpResponseBase:
    person = _me(request)
    form = DetailsForm(request.POST or None, initial=DetailsForm.values_of(person))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            correct_details(actor=request.actor, contributor=person, seen_version=form.seen_version, **form.wanted())
            messages.success(request, _("Đã sửa thông tin của bạn."))
            return redirect("web:details")
        form.show_newest(_me(request).version)
    return show(request, "personal/edit.html", {"back": "web:details"}, form=form)


@for_contributors
def unit_page(request: PageRequest) -> HttpResponseBase:
    """A proposal: the board or the focal person moves."""
    person = _me(request)
    form = UnitForm(request.POST or None, units=units_open())
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            propose_unit(actor=request.actor, contributor=person, unit=form.cleaned_data["unit"])
            messages.success(request, _("Đã gửi đề nghị. Ban biên tập hoặc đầu mối sẽ ghi lại."))
            return redirect("web:details")
    return show(request, "personal/unit.html", form=form)


@for_contributors
def withdraw_consent_page(request: PageRequest, purpose: str) -> HttpResponseBase:
    """Asks once more and says what follows; no reason is asked."""
    person = _me(request)
    standing = _standing(person, purpose)
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            done = withdraw_consent(actor=request.actor, contributor=person, purpose=purpose)
            messages.success(request, " ".join([_("Đã rút lại."), *follow_words(done.follows)]))
            return redirect("web:details")
    context = {"consent": standing, "follows": follow_words(FOLLOWS.get(purpose, ()))}
    return show(request, "personal/withdraw.html", context, form=form)


@for_contributors
@require_POST
def give_consent_view(request: PageRequest, purpose: str) -> HttpResponseBase:
    person = _me(request)
    text = _standing(person, purpose).text
    give_consent(actor=request.actor, contributor=person, purpose=purpose, version=text.version)
    messages.success(request, _("Đã ghi ý kiến đồng ý của bạn."))
    return redirect("web:details")


@for_contributors
@require_POST
def messages_view(request: PageRequest) -> HttpResponseBase:
    """No messages by machine, or again."""
    wanted = request.POST.get("wanted") == "yes"
    want_messages(actor=request.actor, contributor=_me(request), wanted=wanted)
    messages.success(request, _("Máy lại nhắn tin cho bạn.") if wanted else _("Từ nay máy không nhắn tin cho bạn."))
    return redirect("web:details")


@for_contributors
@require_POST
def take_data_view(request: PageRequest) -> HttpResponseBase:
    """A POST, because taking it is put on record."""
    form = DataForm(request.POST)
    form.is_valid()
    files = own_files(
        actor=request.actor,
        contributor=_me(request),
        photos=form.cleaned_data["photos"],
        full_numbers=form.cleaned_data["full_numbers"],
    )
    return zip_answer(files, name=plain_name(f"du lieu cua toi {clock.today(request.portal.time_zone)}"))


@for_contributors
@require_POST
def take_file_view(request: PageRequest) -> HttpResponseBase:
    """Hồ sơ của tôi. A POST, because taking it is put on record."""
    person, form = _me(request), request.POST.get("form", "pdf")
    content = take_own_file(actor=request.actor, contributor=person, form=form)
    return own_file_answer(content, person, form)


@for_contributors
def leave_page(request: PageRequest) -> HttpResponseBase:
    """Asks once more; what stays and what ends is said beforehand."""
    person = _me(request)
    form = LeaveForm(request.POST or None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            leave(
                actor=request.actor,
                contributor=person,
                seen_version=form.seen_version,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Đã ghi: bạn thôi cộng tác. Cảm ơn bạn đã góp tin, bài."))
            return redirect("web:details")
        form.show_newest(_me(request).version)
    return show(request, "personal/leave.html", {"seats": seats_held(person)}, form=form)


@for_contributors
def erase_page(request: PageRequest) -> HttpResponseBase:
    """First what goes and what stays, then (`confirm`) the name typed; there is no way back."""
    person = _me(request)
    form = EraseForm(request.POST or None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            erase(
                actor=request.actor,
                contributor=person,
                seen_version=form.seen_version,
                confirmation=form.cleaned_data["confirmation"],
            )
            logout(request)
            messages.success(request, _("Đã xoá thông tin của bạn. Cảm ơn bạn đã góp tin, bài."))
            return redirect("web:login")
        form.show_newest(_me(request).version)
    context = {"person": person, "own": True, "confirming": request.method == "POST" or "confirm" in request.GET}
    return show(request, "personal/erase.html", context | erasure_words(erasure_plan(person)), form=form)


def _me(request: PageRequest) -> Contributor:
    person: Contributor = Contributor.objects.get(pk=person_of(request))
    return person


def _standing(person: Contributor, purpose: str) -> Standing:
    found = next((each for each in consents_standing(person) if each.text.purpose == purpose), None)
    if found is None:
        raise DomainError("not_found")
    return found
