"""Whom to call, on pages where something did not go as it should."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.db import DatabaseError
from django.template import Context

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.models import Portal, Seat, SeatName

register = template.Library()


@dataclass(frozen=True, slots=True)
class Called:
    place: str
    name: str
    phone: str


@register.simple_tag(takes_context=True)
def whom_to_call(context: Context) -> list[Called]:
    """Head and deputy of the portal in which one is logged in; nobody for visitors, nor where nothing can be asked."""
    request = context.get("request")
    portal: Portal | None = getattr(request, "portal", None)
    actor: Actor | None = getattr(request, "actor", None)
    if portal is None or actor is None:
        return []
    # An error page may come when no portal is open, so the wall is named here.
    rows = Seat.unscoped.filter(
        in_force(clock.today(portal.time_zone)), portal=portal, seat__in=(SeatName.HEAD, SeatName.DEPUTY)
    )
    try:
        found = list(rows.select_related("contributor").order_by("-seat", "pk"))
    except DatabaseError:
        return []
    return [
        Called(str(row.get_seat_display()), row.contributor.full_name, row.contributor.phone)
        for row in found
        if row.contributor_id != actor.contributor_id
    ]
