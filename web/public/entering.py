"""The way in, from what somebody proved to an open session: who of several, the second factor, the device."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from contributors import clock, visits
from contributors.callers import caller_address
from contributors.devices import KEPT, remember_device
from contributors.identity import Person, account_of
from contributors.models import Account, Portal

SESSION = "entering"
SESSION_PORTAL = "portal"  # which of several a login works in
DEVICE_COOKIE = "butlang_device"
BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITS = timedelta(minutes=15)
# The names by which browsers call themselves, the telling one first.
BROWSERS = (("Zalo", "Zalo"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


@dataclass
class Entering:
    """What was proven, and what is still open. Kept in the session between two pages of the way in.

    `how` is password, code or link. With `account_id` the person is chosen and the second factor is awaited.
    """

    how: str
    phone: str = ""
    purpose: str = "login"
    shared: bool = False
    next: str = ""
    people: list[dict[str, Any]] = field(default_factory=list)
    account_id: int | None = None
    since: float = 0.0

    def keep(self, request: HttpRequest) -> None:
        self.since = clock.now().timestamp()
        request.session[SESSION] = asdict(self)

    @property
    def choices(self) -> list[Person]:
        return [Person(**kept) for kept in self.people]


def entering_of(request: HttpRequest) -> Entering | None:
    """What this browser has proven so far; None where it is nothing, or too long ago."""
    kept = request.session.get(SESSION)
    if kept is None:
        return None
    found = Entering(**kept)
    if clock.now().timestamp() - found.since > WAITS.total_seconds():
        del request.session[SESSION]
        return None
    return found


def go_on(request: HttpRequest, entering: Entering, people: list[Person]) -> HttpResponse:
    """The next page for somebody who proved to be one of these people."""
    if len(people) == 1:
        return enter_as(request, entering, people[0])
    entering.people = [asdict(person) for person in people]
    entering.keep(request)
    return redirect("web:login_who")


def enter_as(request: HttpRequest, entering: Entering, person: Person) -> HttpResponse:
    """In, or first to the second factor of whoever has one. Raises `login_refused`."""
    account = account_of(person=person, phone=entering.phone, purpose=entering.purpose)
    if account.second_factor_since is not None:
        entering.people = []
        entering.account_id = account.pk
        entering.keep(request)
        return redirect("web:login_second")
    return let_in(request, account, entering)


def enter_new(request: HttpRequest, account: Account, portal: Portal, entering: Entering) -> HttpResponse:
    """In to a portal that this person has just founded; first to the second factor of whoever has one."""
    entering.next = reverse("web:setup")
    request.session[SESSION_PORTAL] = portal.pk
    if account.second_factor_since is not None:
        entering.account_id = account.pk
        entering.keep(request)
        return redirect("web:login_second")
    answer = let_in(request, account, entering)
    request.session[SESSION_PORTAL] = portal.pk
    return answer


def let_in(request: HttpRequest, account: Account, entering: Entering, *, proved: bool = False) -> HttpResponse:
    """Open the session: for 90 days on one's own phone, on a shared one until the browser is closed."""
    request.session.pop(SESSION, None)
    login(request, account, backend=BACKEND)
    if entering.shared:
        visits.begin_visit(request.session, device_login=None)
        request.session.set_expiry(0)
        answer = redirect(safe_next(request, entering.next))
    else:
        known = remember_device(token=device_token(request), account=account, label=label_of(request))
        visits.begin_visit(request.session, device_login=known.login.pk)
        request.session.set_expiry(KEPT)
        wanted = safe_next(request, entering.next)
        # Whoever came by a code has nothing to come back with until a PIN is chosen here.
        first = entering.how in {"code", "link"} and not known.login.pin
        answer = redirect(f"{reverse('web:my_pin')}?{urlencode({'next': wanted})}" if first else wanted)
        keep_device(answer, known.token)
    if proved:
        visits.note_proof(request.session)
    return answer


def keep_device(answer: HttpResponse, token: str) -> None:
    answer.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def device_token(request: HttpRequest) -> str:
    return request.COOKIES.get(DEVICE_COOKIE, "")


def address_of(request: HttpRequest) -> str:
    return caller_address(request.META)


def safe_next(request: HttpRequest, wanted: str) -> str:
    """An address of ours, or the front page."""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and allowed else reverse("web:home")


def label_of(request: HttpRequest) -> str:
    """What the browser calls itself, short enough to tell one's phones apart: "Chrome, Android"."""
    said = request.META.get("HTTP_USER_AGENT", "")
    model = re.search(r"Android [^;)]*; ([^;)]{2,40})", said)
    names = [next((name for mark, name in table if mark in said), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, [*names, model[1].strip() if model and model[1].strip() != "K" else ""]))
