"""Joining from a poster: the invitation's page, the receipt, and what became of an application.

Visitors have no login. The portal is the invitation's; nothing here tells which phones or names are known.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.actors import Actor, system_actor
from contributors.attempts import count_attempt
from contributors.callers import caller_address
from contributors.errors import DomainError
from contributors.invitations import canonical_token, find_invitation, open_invitation, unit_of
from contributors.models import Contributor, Invitation, Portal, Unit
from contributors.registration import apply_to_join
from contributors.scopes import portal_scope
from web.page import show
from web.public.forms import CodeForm, JoinForm
from web.public.joined import remember

# A hamlet's evening sits behind one address, and so does a mobile network; machines that try are far above.
MOST_OF_ADDRESS = (60, timedelta(hours=1))
MOST_OF_INVITATION = (300, timedelta(days=1))
MOST_OF_PORTAL = (200, timedelta(days=1))
MOST_WRONG_CODES = (30, timedelta(hours=1))
FIELDS = ("full_name", "phone", "unit", "pen_name", "birth_year", "client_key")


@never_cache
def code_page(request: HttpRequest) -> HttpResponse:
    """Type the code of a poster; where there is one portal only, one may also register without."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        token = canonical_token(form.cleaned_data["code"])
        with form.refusals():
            if token is None:
                raise DomainError("invitation_unknown", field="code")
            return redirect("web:join", token=token)
    return show(request, "public/join_code.html", {"open": only_portal() is not None}, form=form)


@never_cache
@sensitive_post_parameters()
def join_page(request: HttpRequest, token: str) -> HttpResponse:
    """One page, one button. What was typed stays, whatever is refused."""
    try:
        portal, invitation = find_invitation(token)
        if request.method != "POST":
            open_invitation(token)
    except DomainError as refused:
        return _ended(request, refused)
    with _inside(portal):
        person = invitation.contributor
        form = JoinForm(request.POST or None, units=None, named=person is not None)
        if request.method == "POST" and form.is_valid():
            with form.refusals():
                _count(request, "join.invitation", str(invitation.pk), MOST_OF_INVITATION)
                joined = _apply(request, portal, form, unit=_unit_of(invitation), invitation=invitation)
                remember(request, joined, canonical_token(token) or "")
                return redirect("web:joined")
        context = {"place": invitation.unit, "invited": person}
        return _shown(request, portal, context, form)


@never_cache
@sensitive_post_parameters()
def open_page(request: HttpRequest) -> HttpResponse:
    """Registering without a code, where the installation has one portal."""
    portal = only_portal()
    if portal is None:
        return redirect("web:join_code")
    with _inside(portal):
        today = clock.today(portal.time_zone)
        units = Unit.objects.filter(opened__lte=today, closed__isnull=True).exclude(kind="commune")
        form = JoinForm(request.POST or None, units=units.order_by("kind", "sort_key", "pk"))
        if request.method == "POST" and form.is_valid():
            with form.refusals():
                _count(request, "join.portal", str(portal.pk), MOST_OF_PORTAL)
                joined = _apply(request, portal, form, unit=form.cleaned_data["unit"], invitation=None)
                remember(request, joined, "")
                return redirect("web:joined")
        return _shown(request, portal, {}, form)


def only_portal() -> Portal | None:
    """The portal of an installation that has one."""
    portals = list(Portal.objects.filter(closed_on__isnull=True)[:2])
    return portals[0] if len(portals) == 1 else None


def visitor(request: HttpRequest, portal: Portal) -> Actor:
    """Whoever holds a poster acts through the installation: without a name, a seat or a right."""
    actor = system_actor(portal)
    return Actor(kind=actor.kind, portal_id=actor.portal_id, request_id=request.headers.get("X-Request-ID", "")[:64])


def _apply(
    request: HttpRequest, portal: Portal, form: JoinForm, *, unit: Unit | None, invitation: Invitation | None
) -> Contributor:
    given = form.cleaned_data
    return apply_to_join(
        actor=visitor(request, portal),
        full_name=given["full_name"],
        phone=given["phone"],
        unit=unit,
        consents=form.consents_given(),
        pen_name=given["pen_name"],
        birth_year=given["birth_year"],
        invitation=invitation,
        client_key=given["client_key"],
    )


def _count(request: HttpRequest, kind: str, what: str, most: tuple[int, timedelta]) -> None:
    address = caller_address(request.META)
    count_attempt(kind="join.address", what=address, most=MOST_OF_ADDRESS[0], within=MOST_OF_ADDRESS[1])
    count_attempt(kind=kind, what=what, most=most[0], within=most[1])


def _unit_of(invitation: Invitation) -> Unit | None:
    """For the form's own questions; a unit that closed is the verb's to refuse."""
    try:
        return unit_of(invitation)
    except DomainError:
        return invitation.unit


def _ended(request: HttpRequest, refused: DomainError) -> HttpResponse:
    """No form: the invitation is unknown, over, or its hamlet is. Trying codes is counted."""
    if refused.code == "invitation_unknown":
        try:
            address = caller_address(request.META)
            count_attempt(kind="join.code", what=address, most=MOST_WRONG_CODES[0], within=MOST_WRONG_CODES[1])
        except DomainError as too_often:
            refused = too_often
    answer = show(request, "public/join_ended.html", {"refused": refused, "open": only_portal() is not None})
    answer.status_code = refused.status
    return answer


def _shown(request: HttpRequest, portal: Portal, context: dict[str, Any], form: JoinForm) -> HttpResponse:
    assumed = portal.assumed_from is not None and portal.assumed_from <= clock.today(portal.time_zone)
    answer = show(request, "public/join.html", context | {"portal": portal, "assumed": assumed}, form=form)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _inside(portal: Portal) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(timezone.override(ZoneInfo(portal.time_zone)))
    stack.enter_context(portal_scope(portal))
    return stack


@require_POST
def forget_page(request: HttpRequest) -> HttpResponse:
    """A shared phone: nothing of the receipts stays on it."""
    request.session.pop("joined", None)
    return redirect("web:home")
