"""Whether the portal pays today, asked once a page."""

from __future__ import annotations

from contributors import clock
from contributors.models import Mode, Portal
from contributors.portals import payment_mode_on


def mode_today(portal: Portal) -> str:
    """The mode in force, kept with the row that the request holds: the frame and the page both ask."""
    held: dict[str, str] = portal.__dict__
    if "mode_today" not in held:
        held["mode_today"] = payment_mode_on(portal.pk, clock.today(portal.time_zone))
    return held["mode_today"]


def pays_today(portal: Portal) -> bool:
    """Whether contributors of the portal are shown money at all."""
    return mode_today(portal) == Mode.PAYING
