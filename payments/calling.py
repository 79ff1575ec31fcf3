"""Calling for pieces with the fee that may be expected: the verb of both floors. Doors use this one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from contributors import calls, clock
from contributors.access import require
from contributors.actors import Actor
from contributors.calls import NewCall
from contributors.errors import DomainError
from contributors.models import Assignment, CountsAs, Genre, Mode, Portal, Topic, Unit
from contributors.portals import payment_mode_on
from contributors.weekly_schedule import MOST_LINES, Activity
from contributors.working_time import end_of_day
from payments import rates
from payments.law import base_salaries
from payments.royalty.plan import legal_range
from payments.royalty.units import unit_value


def fee_range(portal: Portal, genre: Genre) -> tuple[int, int] | None:
    """What the author of a piece of this genre gets for the lowest and the highest lawful score today, in whole đồng,
    cut; None where the portal does not pay its contributors, or its schedule says nothing of the genre.
    """
    return fee_ranges(portal, [genre]).get(genre.pk)


def fee_ranges(portal: Portal, genres: Iterable[Genre]) -> dict[int, tuple[int, int]]:
    """The same for many, by the genre's pk; the number of queries does not grow with them."""
    today = clock.today(portal.time_zone)
    if payment_mode_on(portal.pk, today) != Mode.PAYING:
        return {}
    row = rates.schedule_on(portal, today)
    if row is None:
        return {}
    schedule = rates.as_dated(row)
    value = Fraction(unit_value(schedule, base_salaries(), today))
    found = {}
    for genre in genres:
        bounds = legal_range(schedule, genre.code) if genre.counts_as != CountsAs.DOCUMENT else None
        if bounds is not None:
            found[genre.pk] = (int(bounds.low * value), int(bounds.high * value))
    return found


def make_calls(
    *, actor: Actor, portal: Portal, new: Sequence[NewCall], units: Sequence[Unit] | None = None
) -> list[Assignment]:
    """See `contributors.calls.make_calls`; the range of the fee stands in each call as it was promised."""
    ranges = {call.genre.pk: fee_range(portal, call.genre) for call in new if call.genre is not None}
    priced = []
    for call in new:
        fees = ranges.get(call.genre.pk) if call.genre is not None else None
        priced.append(replace(call, fee_low=fees[0], fee_high=fees[1]) if fees else call)
    return calls.make_calls(actor=actor, new=priced, units=None if units is None else list(units))


def calls_of_schedule(
    *,
    actor: Actor,
    portal: Portal,
    activities: Sequence[Activity],
    form_key: uuid.UUID,
    genre: Genre | None,
    topic: Topic | None,
) -> list[Assignment]:
    """One call for each activity of the leaders' week; all or none, and sending the form twice makes them once.

    A leaders' activity is due on its own day. What is over already is left out.
    Raises `schedule_empty`, `schedule_too_long` and what `make_calls` does.
    """
    require(actor, "call.write")
    if len(activities) > MOST_LINES:
        raise DomainError("schedule_too_long", field="text", limit=MOST_LINES)
    zone = ZoneInfo(portal.time_zone)
    now = clock.now()
    new = [
        NewCall(
            client_key=uuid.uuid5(form_key, f"{activity.number}"),
            title=activity.title,
            deadline=end_of_day(activity.day, zone),
            place=activity.place,
            event_at=activity.at(zone),
            leader_activity=True,
            genre=genre,
            topic=topic,
        )
        for activity in activities
        if end_of_day(activity.day, zone) > now
    ]
    if not new:
        raise DomainError("schedule_empty", field="text")
    return make_calls(actor=actor, portal=portal, new=new)
