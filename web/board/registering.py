"""Đăng ký hộ: a focal person or the board registers somebody who has no phone. Both names are kept."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from contributors import clock
from contributors.access import require
from contributors.errors import DomainError
from contributors.joining_papers import consent_pdf, consent_sheet, require_consent_sheet
from contributors.messaging import messages_about
from contributors.models import Contributor, Unit
from contributors.output import units_of
from contributors.own_units import require_for_person, units_within
from contributors.registration import apply_again, apply_to_join
from web.board.joining_forms import RegisterForm
from web.board.messages import lines_of
from web.downloads import pdf_answer
from web.page import PageRequest, for_members, show


@for_members
def register_page(request: PageRequest) -> HttpResponseBase:
    """A new person, or (`person`) one whom others named or who was not taken before."""
    require(request.actor, "contributor.register_other")
    known = _person(request.GET["person"]) if request.GET.get("person") else None
    if known is not None:
        require_for_person(request.actor, "contributor.register_other", known)
    form = RegisterForm(
        request.POST or None,
        units=None if known else _units(request),
        named=known is not None,
        initial={"version": known.version if known else None},
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            person = _registered(request, form, known)
            return redirect("web:registered", public_id=person.public_id)
    return show(request, "board/register.html", {"known": known}, form=form)


def _registered(request: PageRequest, form: RegisterForm, known: Contributor | None) -> Contributor:
    given = form.cleaned_data
    if known is not None:
        return apply_again(
            actor=request.actor,
            contributor=known,
            consents=form.consents_given(),
            seen_version=given["version"] or 0,
            phone=given["phone"],
            pen_name=given["pen_name"],
            birth_year=given["birth_year"],
        )
    return apply_to_join(
        actor=request.actor,
        full_name=given["full_name"],
        phone=given["phone"],
        unit=given["unit"],
        consents=form.consents_given(),
        pen_name=given["pen_name"],
        birth_year=given["birth_year"],
        category=given["category"],
        client_key=given["client_key"],
    )


@for_members
def registered_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The receipt, with both names, and the sheet to be signed."""
    person = _seen(request, public_id)
    unit = units_of([person.pk], clock.today(request.portal.time_zone)).get(person.pk, "")
    told = lines_of(request, messages_about(request.actor, person))
    return show(request, "board/registered.html", {"person": person, "unit": unit, "told_lines": told})


@for_members
def consent_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What a person agreed to: for themselves, the board, and the focal person of their unit."""
    person = _seen(request, public_id)
    return show(request, "board/consent.html", {"person": person, "sheet": consent_sheet(person)})


@for_members
def consent_file(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    person = _seen(request, public_id)
    return pdf_answer(consent_pdf(person), name=f"phieu dang ky {person.receipt_number}", shown="show" in request.GET)


def _units(request: PageRequest) -> QuerySet[Unit]:
    units: QuerySet[Unit] = Unit.objects.filter(opened__lte=clock.today(), closed__isnull=True).exclude(kind="commune")
    within = units_within(request.actor, "contributor.register_other")
    if within is not None:
        units = units.filter(pk__in=within)
    return units.order_by("kind", "sort_key", "pk")


def _person(public_id: str | uuid.UUID) -> Contributor:
    try:
        wanted = uuid.UUID(str(public_id))
    except ValueError:
        raise DomainError("not_found") from None
    found: Contributor | None = (
        Contributor.objects.select_related("portal", "registered_by").filter(public_id=wanted).first()
    )
    if found is None:
        raise DomainError("not_found")
    return found


def _seen(request: PageRequest, public_id: uuid.UUID) -> Contributor:
    person = _person(public_id)
    require_consent_sheet(request.actor, person)
    return person
