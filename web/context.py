"""What the frame of every page shows: name, navigation, language, the mark of assumed figures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contributors import clock
from contributors.actors import Actor
from contributors.models import Account, Portal, SeatName
from contributors.second_factor import decides
from contributors.told import unread_count
from web.in_app import opened_in
from web.modes import pays_today
from web.navigation import Link, navigation_of
from web.office.notices import told_office
from web.trail import trail_of

__all__ = ["Link", "frame", "pays_today", "shows_assumed"]

FIRST_PAGES = frozenset({"desk", "runs", "my_pieces", "network", "rights"})
OFFICE_PAGES = FIRST_PAGES | {"units", "health", "books", "jobs"}


WRITING = ("/send/", "/me/", "/pieces/")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values that `base.html` needs; safe on error pages, where no portal may be open."""
    portal: Portal | None = getattr(request, "portal", None)
    actor: Actor | None = getattr(request, "actor", None)
    inside = portal is not None and actor is not None
    return {
        "portal": portal,
        "actor": actor,
        "several_portals": len(getattr(request, "portals", ())) > 1,
        "assumed": portal is not None and shows_assumed(request, portal),
        "navigation": navigation_of(request, portal, actor) if portal is not None and actor is not None else None,
        "unread": unread_count(actor) if inside and actor is not None else 0,
        "trail": trail_of(request, actor) if inside else [],
        "standing": _standing(actor) if inside and actor is not None else "",
        "office_notices": told_office(actor) if inside and _first_page(request) else [],
        "second_factor_offer": _second_factor_offer(request, portal, actor),
        "in_app": opened_in(request) if inside else None,
        "keeps_on_phone": inside and actor is not None and _keeps_on_phone(request, actor),
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != get_language()],
    }


def shows_assumed(request: HttpRequest, portal: Portal) -> bool:
    """Whether the mark "Số liệu giả định" concerns what the page shows."""
    until = getattr(request, "shown_until", None)
    return portal.assumed_from is not None and (until is None or until > portal.assumed_from)


def _keeps_on_phone(request: HttpRequest, actor: Actor) -> bool:
    """Whether the page says and sends what waits on the phone: contributors' pages all, the board's where it writes."""
    if actor.contributor_id is not None and not actor.on_board:
        return True
    return request.path.startswith(WRITING)


def _first_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in OFFICE_PAGES


def _second_factor_offer(request: HttpRequest, portal: Portal | None, actor: Actor | None) -> str:
    """On the first page of those who decide and have no second factor: "offered", or "demanded" from the day on."""
    account = getattr(request, "user", None)
    first = request.resolver_match is not None and request.resolver_match.url_name in FIRST_PAGES
    if not (first and portal and actor and isinstance(account, Account)):
        return ""
    if account.second_factor_since is not None or not decides(actor):
        return ""
    day = portal.second_factor_from
    return "demanded" if day is not None and day <= clock.today(portal.time_zone) else "offered"


def _standing(actor: Actor) -> str:
    """In which capacity the person is here, for the line under the name."""
    words = [str(SeatName(seat).label) for seat in SeatName.values if seat in actor.seats]
    if "account_holder" in actor.capabilities:
        words.append(_("thủ trưởng"))
    if "accountant" in actor.capabilities:
        words.append(_("kế toán"))
    return ", ".join(words) or (_("cộng tác viên") if actor.contributor_id else "")
