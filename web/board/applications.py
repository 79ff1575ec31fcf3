"""Applications: who waits, one application with what helps to decide, and the welcome after it."""

from __future__ import annotations

import uuid
from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from contributors import clock
from contributors.access import require
from contributors.applications import applications_waiting, consents_given, hints_about
from contributors.errors import DomainError
from contributors.handing import HandedCode, hand_over_code
from contributors.message_words import words_for
from contributors.models import Contributor, ContributorState
from contributors.output import units_of
from contributors.registration import decide_application
from web.board.forms import DecideForm
from web.forms import PageForm
from web.page import PageRequest, for_board, show

A_PAGE = 30


@for_board
def applications_page(request: PageRequest) -> HttpResponseBase:
    page = Paginator(applications_waiting(request.actor), A_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    names = units_of([person.pk for person in people], clock.today(request.portal.time_zone))
    context = {"page": page, "rows": [(person, names.get(person.pk, "")) for person in people]}
    return show(request, "board/applications.html", context)


@for_board
def application_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One application: accept, or decline with a reason that the person sees."""
    require(request.actor, "contributor.decide")
    person = _applicant(public_id)
    form = DecideForm(request.POST or None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        accept = "accept" in request.POST
        with form.refusals():
            decide_application(
                actor=request.actor,
                contributor=person,
                accept=accept,
                seen_version=form.seen_version,
                reason=form.cleaned_data["reason"],
            )
            told = _("Đã nhận %(name)s làm cộng tác viên.") if accept else _("Đã ghi: không nhận %(name)s.")
            messages.success(request, told % {"name": person.full_name})
            return redirect("web:welcome", public_id=public_id) if accept else redirect("web:desk")
        person = _applicant(public_id)
        form.show_newest(person.version)
    names = units_of([person.pk], clock.today(request.portal.time_zone))
    context = {
        "person": person,
        "unit": names.get(person.pk, ""),
        "pen_names": list(person.pen_names.filter(effective_until__isnull=True).values_list("name", flat=True)),
        "agreed": consents_given(person),
        "hints": hints_about(request.actor, person),
    }
    return show(request, "board/application.html", context, form=form)


@for_board
@never_cache
def welcome_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What to tell the person; with a way in that is made on request, works once, and is shown once."""
    require(request.actor, "contributor.decide")
    person = _applicant(public_id)
    if person.state != ContributorState.ACTIVE:
        return redirect("web:application", public_id=public_id)
    form = PageForm(request.POST if request.method == "POST" else None)
    handed: HandedCode | None = None
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            handed = hand_over_code(actor=request.actor, contributor=person, way="link")
    context = {
        "person": person,
        "handed": handed,
        "message": _welcome(request, person, handed),
        "may_hand": person.account_id is None and _way_in("") != "",
    }
    return show(request, "board/welcome.html", context, form=form)


def _welcome(request: PageRequest, person: Contributor, handed: HandedCode | None) -> str:
    """In Vietnamese whatever the language of the page: it goes to the contributor."""
    kind, link = ("welcome", urljoin(settings.BASE_URL, reverse("web:login")))
    if handed is not None:
        kind, link = ("welcome_once", _way_in(handed.secret))
    return words_for(kind, name=person.full_name, portal=request.portal.name, link=link)


def _way_in(secret: str) -> str:
    """The address of a link by which somebody enters the first time; empty where the installation has no such page."""
    try:
        return urljoin(settings.BASE_URL, reverse("web:enter_by_link", args=[secret or "x"]))
    except NoReverseMatch:
        return ""


def _applicant(public_id: uuid.UUID) -> Contributor:
    person: Contributor | None = (
        Contributor.objects.select_related("registered_by", "invitation").filter(public_id=public_id).first()
    )
    if person is None:
        raise DomainError("not_found")
    return person
