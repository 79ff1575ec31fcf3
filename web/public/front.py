"""The front page, and where each one's day begins."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from contributors.access import holds
from contributors.actors import Actor
from contributors.public_face import portals_shown
from web.page import show
from web.public.portal import show_portal
from web.public.samples import samples


def home_page(request: HttpRequest) -> HttpResponseBase:
    """Visitors read what this is; who is logged in goes to what waits for them."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    if actor is not None:
        return redirect(_first_page(actor))
    if request.user.is_authenticated:
        return redirect("web:choose_portal")
    shown = portals_shown()
    if len(shown) == 1:
        return show_portal(request, shown[0])
    return show(request, "public/front.html", {"portals": shown})


def _first_page(actor: Actor) -> str:
    if actor.capabilities & {"accountant", "account_holder"}:
        return "web:runs"
    if actor.on_board:
        return "web:desk"
    if "admin" in actor.capabilities:
        return "web:setup"
    if actor.contributor_id is not None:
        return "web:my_pieces"
    return "web:network" if holds(actor, "contributor.see") else "web:events"


def style_page(request: HttpRequest) -> HttpResponseBase:
    """Every component in its states: the page to look at before making a new one."""
    return show(request, "public/style.html", samples())
