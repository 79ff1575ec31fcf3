"""Trying a schedule on somebody's own list, for whoever may ask what paying costs. Nothing is stored."""

from __future__ import annotations

from datetime import date, timedelta

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Genre, Portal
from payments.access import require_money
from payments.law import base_salaries
from payments.royalty.schedule import Schedule
from payments.royalty_list import read_list
from payments.royalty_trial import Trial, always_in_force, try_list
from payments.whatif_sides import side_of


def schedule_to_try(portal: Portal, key: str) -> Schedule:
    """By a key of `whatif_sides.sides_offered`. Raises `not_found` where it stands for no schedule."""
    today = clock.today(portal.time_zone)
    schedules = side_of(portal, key, today, today + timedelta(days=1)).schedules
    if not schedules:
        raise DomainError("not_found", field="schedule")
    return schedules[0]


def try_own_list(*, actor: Actor, schedule: Schedule, content: bytes, file_name: str, on: date | None = None) -> Trial:
    """What a list comes to as if the schedule had always been in force. `on` is the day of rows that name none.

    Raises `not_allowed` and what `read_list` does.
    """
    require_money(actor, "whatif.see")
    chosen = always_in_force(schedule)
    names = dict(Genre.objects.values_list("name", "code"))
    read = read_list(content=content, file_name=file_name, schedules=[chosen], genre_names=names)
    return try_list(read, schedules=[chosen], salaries=base_salaries(), on=on)
