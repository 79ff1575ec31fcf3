"""What a what-if can reckon by: the schedules in force, one of the portal's drafts, a shipped table, or nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from django.db.models import Q
from django.utils.translation import gettext as _

from contributors.errors import DomainError
from contributors.models import Portal
from payments import rates
from payments.models import RateSchedule, ScheduleState
from payments.royalty.schedule import Schedule

CURRENT = "current"
NONE = "none"
SHIPPED = "shipped:"
LONG_AGO = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice, by its key: "current", "none", a schedule's id, or "shipped:" and the name of a file."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Side:
    """What is reckoned by. Without schedules nothing is paid. `legal_basis` are lines for a paper."""

    key: str
    title: str
    decision_number: str
    schedules: tuple[Schedule, ...]
    legal_basis: tuple[str, ...] = ()


def sides_offered(portal: Portal) -> list[Offer]:
    """Own schedules first, the newest on top, then the parent's in force, then the tables that we ship."""
    return [
        Offer(CURRENT, _("Quy định đang áp dụng")),
        *(Offer(str(row.public_id), _title(row)) for row in _rows(portal)),
        *(Offer(f"{SHIPPED}{name}", _("Mẫu: %(title)s") % {"title": _shipped(name).title.vi}) for name in _names()),
        Offer(NONE, _("Không chi")),
    ]


def usual_sides(portal: Portal, period_until: date) -> tuple[str, str]:
    """What a page compares unasked: the newest draft with what is in force, or what there is with nothing."""
    current = rates.schedule_on(portal, period_until - timedelta(days=1))
    draft = next((row for row in _rows(portal) if row.state == ScheduleState.DRAFT), None)
    if draft is not None:
        return str(draft.public_id), CURRENT if current else NONE
    if current is not None:
        return CURRENT, NONE
    rows = _rows(portal)
    return (str(rows[0].public_id) if rows else f"{SHIPPED}{_names()[0]}"), NONE


def side_of(portal: Portal, key: str, period_from: date, period_until: date) -> Side:
    """A choice, read. All but the schedules in force are taken as if they had held all the time.

    Raises `not_found` for a key that was not offered.
    """
    if key == NONE:
        return Side(NONE, _("Không chi"), "", ())
    if key == CURRENT:
        rows = rates.schedule_rows(portal, period_from, period_until)
        return Side(
            CURRENT,
            "; ".join(dict.fromkeys(row.title for row in rows)) or _("Chưa có quy định nào được áp dụng"),
            "; ".join(dict.fromkeys(row.decision_number for row in rows if row.decision_number)),
            tuple(rates.as_dated(row) for row in rows),
            tuple(dict.fromkeys(basis_line(row) for row in rows)),
        )
    if key.startswith(SHIPPED):
        if key.removeprefix(SHIPPED) not in _names():
            raise DomainError("not_found", field="schedule")
        schedule = _shipped(key.removeprefix(SHIPPED))
        # Its decision is another body's: it is named as where the rates come from, never as ours.
        return Side(key, schedule.title.vi, "", (_always(schedule),), (schedule.title.vi,))
    row = next((row for row in _rows(portal) if str(row.public_id) == _canonical(key)), None)
    if row is None:
        raise DomainError("not_found", field="schedule")
    return Side(key, row.title, row.decision_number, (_always(rates.schedule_of(row)),), (basis_line(row),))


def basis_line(row: RateSchedule) -> str:
    """As papers name a schedule: title, number and day of its decision."""
    number = f" số {row.decision_number}" if row.decision_number else " (dự thảo)"
    day = f" ngày {row.decided_on:%d/%m/%Y}" if row.decided_on else ""
    return f"{row.title}{number}{day}"


def _rows(portal: Portal) -> list[RateSchedule]:
    # A province's table in force is no secret to its communes; its drafts are.
    mine = Q(portal=portal)
    if portal.parent_id is not None:
        mine |= Q(portal_id=portal.parent_id, state__in=rates.IN_FORCE)
    rows = RateSchedule.unscoped.filter(mine).select_related("portal__parent").order_by("-effective_from", "-pk")
    return sorted(rows, key=lambda row: row.portal_id != portal.pk)


def _title(row: RateSchedule) -> str:
    state = ScheduleState(row.state).label
    day = f"{row.effective_from:%d/%m/%Y}"
    return _("%(title)s (%(state)s, từ %(day)s)") % {"title": row.title, "state": state, "day": day}


def _canonical(key: str) -> str:
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return ""


def _always(schedule: Schedule) -> Schedule:
    return replace(schedule, from_day=LONG_AGO, until_day=None)


def _names() -> list[str]:
    return rates.shipped_names()


@cache
def _shipped(name: str) -> Schedule:
    """Files of the product: they change with it only."""
    return rates.read_schedule(rates.shipped_schedule(name))
