"""After joining: the receipt, the sheet of what was agreed to, and what became of the application."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from contributors import clock
from contributors.attempts import count_attempt
from contributors.callers import caller_address
from contributors.errors import DomainError
from contributors.joining_papers import consent_pdf, consent_sheet
from contributors.models import Contributor, ContributorState
from contributors.output import units_of
from contributors.receipts import canonical_receipt
from contributors.scopes import portal_scope
from web.downloads import pdf_answer
from web.page import show
from web.public.forms import StatusForm

KEPT = timedelta(hours=2)  # a phone is handed on; the receipt number is on paper or in a photo by then
MOST_KEPT = 10
MOST_ASKED = (20, timedelta(hours=1))
SHORTEST_PHONE = 3


def remember(request: HttpRequest, person: Contributor, token: str) -> None:
    """The browser may show the receipt for a while; no address leads to it."""
    kept = [entry for entry in request.session.get("joined", []) if entry["person"] != person.pk]
    entry = {"person": person.pk, "token": token, "at": timezone.now().isoformat()}
    request.session["joined"] = [*kept, entry][-MOST_KEPT:]


@never_cache
def receipt_page(request: HttpRequest) -> HttpResponse:
    """The number, what happens next, and the way for the next person who uses the phone."""
    entries = _kept(request)
    people = _people(entries)
    if not people:
        return redirect("web:join_status")
    person = people[-1]
    with portal_scope(person.portal), timezone.override(ZoneInfo(person.portal.time_zone)):
        context = _frame(person) | {
            "unit": units_of([person.pk], clock.today(person.portal.time_zone)).get(person.pk, ""),
            "pen_name": person.pen_names.filter(effective_until__isnull=True).first(),
            "others": people[:-1],
            "token": entries[-1]["token"],
        }
        return show(request, "public/joined.html", context)


@never_cache
def own_consent_page(request: HttpRequest) -> HttpResponse:
    """What the last one who joined in this browser agreed to, to read and to print."""
    person = _last(request)
    with portal_scope(person.portal), timezone.override(ZoneInfo(person.portal.time_zone)):
        return show(request, "public/consent.html", _frame(person) | {"sheet": consent_sheet(person)})


@never_cache
def own_consent_pdf(request: HttpRequest) -> HttpResponseBase:
    person = _last(request)
    with portal_scope(person.portal):
        return pdf_answer(consent_pdf(person), name=f"phieu-dang-ky-{person.receipt_number}")


@never_cache
@sensitive_post_parameters()
def status_page(request: HttpRequest) -> HttpResponse:
    """What became of it, to whoever has its number and knows the phone; one answer for all that is wrong."""
    form = StatusForm(request.POST or None)
    context: dict[str, Any] = {"asked": False}
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            address = caller_address(request.META)
            count_attempt(kind="join.status", what=address, most=MOST_ASKED[0], within=MOST_ASKED[1])
            person = _found(form.cleaned_data["receipt"], form.cleaned_data["tail"])
            context = {"asked": True} | (_told(person) if person else {})
    return show(request, "public/join_status.html", context, form=form)


def _found(receipt: str, tail: str) -> Contributor | None:
    """Numbers belong to the whole installation: a visitor names no portal."""
    person: Contributor | None = (
        Contributor.unscoped.select_related("portal", "merged_into")
        .filter(receipt_number=canonical_receipt(receipt))
        .first()
    )
    fits = person is not None and len(tail) == SHORTEST_PHONE and person.phone.endswith(tail)
    return person if fits and person is not None and person.erased_at is None else None


def _told(person: Contributor) -> dict[str, Any]:
    current = person.merged_into or person
    return {
        "state": current.state,
        "reason": current.state_reason if current.state == ContributorState.DECLINED else "",
        "since": current.state_since,
        "portal_name": person.portal.name,
    }


def _kept(request: HttpRequest) -> list[dict[str, Any]]:
    oldest = timezone.now() - KEPT
    return [entry for entry in request.session.get("joined", []) if datetime.fromisoformat(entry["at"]) > oldest]


def _people(entries: list[dict[str, Any]]) -> list[Contributor]:
    """In the order in which they joined; the session is the proof, so no portal is asked."""
    rows = Contributor.unscoped.select_related("portal", "registered_by").in_bulk(
        [entry["person"] for entry in entries]
    )
    return [rows[entry["person"]] for entry in entries if entry["person"] in rows]


def _last(request: HttpRequest) -> Contributor:
    people = _people(_kept(request))
    if not people:
        raise DomainError("not_found")
    return people[-1]


def _frame(person: Contributor) -> dict[str, Any]:
    portal = person.portal
    assumed = portal.assumed_from is not None and portal.assumed_from <= clock.today(portal.time_zone)
    return {"person": person, "portal": portal, "assumed": assumed}
