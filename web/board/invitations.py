"""Invitations and posters: per unit or person, made, printed, copied into Zalo, taken back."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import require
from contributors.errors import DomainError
from contributors.invitations import (
    USUAL_DAYS,
    USUAL_USES,
    invitation_state,
    invitation_url,
    invitations_of_units,
    invitations_seen_by,
    make_invitation,
    make_invitations_for_units,
    open_invitations,
    revoke_invitation,
    shown_token,
    token_of,
    units_to_invite,
)
from contributors.joining_papers import cards_pdf, posters_pdf, zalo_text
from contributors.models import Contributor, Invitation
from web.board.joining_forms import InvitationForm, ManyInvitationsForm
from web.downloads import pdf_answer
from web.once import FirstPress
from web.page import PageRequest, for_members, show

A_PAGE = 30


@for_members
def invitations_page(request: PageRequest) -> HttpResponseBase:
    """Every invitation with what became of it; posters and cards of all that are open."""
    rows = invitations_seen_by(request.actor)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    served = set(rows.filter(pk__in=open_invitations(), contributor__isnull=True).values_list("unit_id", flat=True))
    context = {
        "page": page,
        "rows": [(row, invitation_state(row, now), row.uses - row.uses_left) for row in page.object_list],
        "any_open": rows.filter(pk__in=open_invitations()).exists(),
        "without": [unit for unit in units_to_invite(request.actor) if unit.pk not in served],
    }
    return show(request, "board/invitations.html", context)


@for_members
def new_invitation_page(request: PageRequest) -> HttpResponseBase:
    """For one unit, or by name for somebody whom others named (`person`)."""
    require(request.actor, "invitation.make")
    person = _person(request.GET.get("person", ""))
    form = InvitationForm(
        request.POST or None,
        units=None if person else units_to_invite(request.actor),
        initial={"uses": USUAL_USES, "last_day": _usual_last_day(request)},
    )
    if request.method == "POST" and form.is_valid():
        press = FirstPress(form.cleaned_data["client_key"])
        with form.refusals():
            made = press.kept(Invitation) or make_invitation(
                actor=request.actor,
                unit=form.cleaned_data.get("unit"),
                contributor=person,
                uses=form.cleaned_data.get("uses") or 1,
                expires_at=_end_of(form.cleaned_data["last_day"]),
                note=form.cleaned_data["note"],
            )
            press.keep(made)
            return redirect("web:invitation", public_id=made.public_id)
    return show(request, "board/invitation_new.html", {"person": person}, form=form)


@for_members
def many_invitations_page(request: PageRequest) -> HttpResponseBase:
    """One for every unit that has none."""
    require(request.actor, "invitation.make")
    form = ManyInvitationsForm(request.POST or None, initial={"uses": USUAL_USES, "last_day": _usual_last_day(request)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = make_invitations_for_units(
                actor=request.actor,
                uses=form.cleaned_data["uses"],
                expires_at=_end_of(form.cleaned_data["last_day"]),
            )
            messages.success(request, _("Đã làm %(count)d lời mời.") % {"count": len(made)})
            return redirect("web:invitations")
    return show(request, "board/invitation_many.html", form=form)


@for_members
def invitation_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The code, the link, the message to copy, and who has joined by it."""
    invitation = _invitation(request, public_id)
    state = invitation_state(invitation)
    context: dict[str, Any] = {
        "invitation": invitation,
        "state": state,
        "used": invitation.uses - invitation.uses_left,
        "joined": Contributor.objects.filter(invitation=invitation).order_by("-state_since", "-pk")[:50],
    }
    if state == "open":
        context |= _to_share(request, invitation)
    return show(request, "board/invitation.html", context)


def _to_share(request: PageRequest, invitation: Invitation) -> dict[str, Any]:
    try:
        return {
            "code": shown_token(token_of(invitation)),
            "url": invitation_url(invitation),
            "message": zalo_text(invitation, request.portal),
        }
    except DomainError as refused:
        return {"unprintable": refused.message()}


@for_members
def revoke_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Asks once more: what hangs on the wall stops working."""
    invitation = _invitation(request, public_id)
    if request.method == "POST":
        revoke_invitation(actor=request.actor, invitation=invitation)
        messages.success(request, _("Đã thu lại lời mời."))
        return redirect("web:invitations")
    return show(request, "board/invitation_revoke.html", {"invitation": invitation})


@for_members
def poster_pdf(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    invitation = _invitation(request, public_id)
    content = posters_pdf(request.actor, [invitation], with_phones="phones" in request.GET)
    return pdf_answer(content, name=f"to gioi thieu {_place(invitation)}", shown="show" in request.GET)


@for_members
def card_pdf(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    invitation = _invitation(request, public_id)
    content = cards_pdf(request.actor, [invitation])
    return pdf_answer(content, name=f"the moi {_place(invitation)}", shown="show" in request.GET)


@for_members
def posters_file(request: PageRequest) -> HttpResponseBase:
    """A page for each unit that has an open invitation, in one file."""
    content = posters_pdf(request.actor, invitations_of_units(request.actor), with_phones="phones" in request.GET)
    return pdf_answer(content, name="to gioi thieu cac ap nganh")


@for_members
def cards_file(request: PageRequest) -> HttpResponseBase:
    return pdf_answer(cards_pdf(request.actor, invitations_of_units(request.actor)), name="the moi cac ap nganh")


def _place(invitation: Invitation) -> str:
    return str(invitation.unit.name if invitation.unit else invitation.contributor.full_name)  # type: ignore[union-attr]


def _invitation(request: PageRequest, public_id: uuid.UUID) -> Invitation:
    found = invitations_seen_by(request.actor).filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found


def _person(public_id: str) -> Contributor | None:
    if not public_id:
        return None
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise DomainError("not_found") from None
    found = Contributor.objects.filter(public_id=wanted).first()
    if found is None:
        raise DomainError("not_found")
    return found


def _usual_last_day(request: PageRequest) -> date:
    return clock.today(request.portal.time_zone) + timedelta(days=USUAL_DAYS)


def _end_of(last_day: date) -> datetime:
    """Midnight after the last day, by the portal's calendar."""
    return timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
