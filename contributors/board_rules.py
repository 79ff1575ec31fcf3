"""Setting the board's promises, working hours and limits, dated; and the portal's own days off and working days."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.deadlines import HOURS
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import BoardRules, OwnDay
from contributors.names import plain_text

RIGHT = "board.rules"
MOST_HOURS = Decimal(200)  # five working weeks; longer is no promise
MOST_UNITS = 50
MOST_OFFER_HOURS = 24 * 14
MOST_COEFFICIENT = Decimal(9999)


def set_board_rules(
    *,
    actor: Actor,
    effective_from: date,
    review_hours: Decimal,
    publish_hours: Decimal,
    leader_same_day: bool,
    weekdays: str,
    day_from: time,
    noon_from: time,
    noon_until: time,
    day_until: time,
    second_score_above: Decimal | None,
    offer_units: int,
    offer_hours: int,
    decision_number: str = "",
) -> BoardRules:
    """What holds from a day on; the rules before end that day, rules that were to begin later are replaced.

    Raises `day_past`, `hours_wrong`, `working_day_wrong`, `limit_wrong`.
    """
    require(actor, RIGHT)
    if effective_from < clock.today():
        raise DomainError("day_past", field="effective_from")
    for name, hours in (("review_hours", review_hours), ("publish_hours", publish_hours)):
        if not (hours.is_finite() and 0 < hours <= MOST_HOURS):
            raise DomainError("hours_wrong", field=name, limit=int(MOST_HOURS))
    days = _checked_days(weekdays, day_from, noon_from, noon_until, day_until)
    above = second_score_above
    if above is not None and not (above.is_finite() and 0 < above <= MOST_COEFFICIENT):
        raise DomainError("limit_wrong", field="second_score_above")
    if not (0 <= offer_units <= MOST_UNITS and 0 <= offer_hours <= MOST_OFFER_HOURS):
        raise DomainError("limit_wrong", field="offer_units")
    hours_of_day = dict(zip(HOURS, (day_from, noon_from, noon_until, day_until), strict=True))
    with transaction.atomic():
        _make_room(effective_from)
        made = BoardRules.objects.create(
            portal_id=actor.portal_id,
            effective_from=effective_from,
            review_hours=review_hours,
            publish_hours=publish_hours,
            leader_same_day=leader_same_day,
            weekdays=days,
            second_score_above=above,
            offer_units=offer_units,
            offer_hours=offer_hours,
            decision_number=plain_text(decision_number)[:100],
            **hours_of_day,
        )
        record_event(actor=actor, kind="board.rules_set", subject=made, facts=_facts(made))
    return made


def _checked_days(weekdays: str, *times: time) -> str:
    days = "".join(sorted(set(weekdays)))
    if not days or set(days) - set("1234567"):
        raise DomainError("working_day_wrong", field="weekdays")
    morning, noon, afternoon, evening = times
    if not morning < noon <= afternoon < evening:
        raise DomainError("working_day_wrong", field="day_from")
    return days


def _make_room(effective_from: date) -> None:
    """Rules that hold end that day; those that were to begin then or later are gone."""
    for row in BoardRules.objects.select_for_update().order_by("effective_from"):
        if row.effective_from >= effective_from:
            row.delete()
        elif row.effective_until is None or row.effective_until > effective_from:
            row.effective_until = effective_from
            row.save(update_fields=["effective_until"])


def set_own_day(*, actor: Actor, on: date, working: bool, note: str = "") -> OwnDay:
    """A day off of the portal, or a day on which it works though the calendar says otherwise. Again: changes it."""
    require(actor, RIGHT)
    with transaction.atomic():
        said = plain_text(note)[:200]
        try:
            with transaction.atomic():
                row, _ = OwnDay.objects.update_or_create(
                    portal_id=actor.portal_id, on=on, defaults={"working": working, "note": said}
                )
        except IntegrityError:  # somebody wrote the same day at the same moment
            row = OwnDay.objects.select_for_update().get(on=on)
            row.working, row.note = working, said
            row.save(update_fields=["working", "note"])
        facts = {"on": on.isoformat(), "working": working, "note": said}
        record_event(actor=actor, kind="board.own_day_set", subject=row, facts=facts)
    return row


def drop_own_day(*, actor: Actor, on: date) -> None:
    """The day follows the calendar again. Raises `not_found`."""
    require(actor, RIGHT)
    with transaction.atomic():
        row = OwnDay.objects.select_for_update().filter(on=on).first()
        if row is None:
            raise DomainError("not_found")
        record_event(actor=actor, kind="board.own_day_dropped", subject=row, facts={"on": on.isoformat()})
        row.delete()


def _facts(row: BoardRules) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "from": row.effective_from.isoformat(),
        "review_hours": f"{row.review_hours}",
        "publish_hours": f"{row.publish_hours}",
        "leader_same_day": row.leader_same_day,
        "weekdays": row.weekdays,
        "second_score_above": None if row.second_score_above is None else f"{row.second_score_above}",
        "offer_units": row.offer_units,
        "offer_hours": row.offer_hours,
        "decision": row.decision_number,
    }
    return plain | {name: f"{getattr(row, name):%H:%M}" for name in HOURS}
