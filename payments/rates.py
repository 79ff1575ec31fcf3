"""A portal's rate schedules: drafting, putting in force, and which one holds on a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from contributors import clock
from contributors.actors import Actor
from contributors.events import record_event
from contributors.models import Portal
from payments.access import require_money
from payments.errors import PaymentError
from payments.law import base_salaries, read_yaml
from payments.models import RateSchedule, RuleSnapshot, ScheduleState
from payments.royalty.facts import BaseSalary
from payments.royalty.schedule import Schedule
from payments.royalty.schedule_error import ScheduleError
from payments.royalty.schedule_mapping import schedule_from_mapping
from payments.royalty.schedule_writing import mapping_from_schedule

SCHEDULES = Path(__file__).resolve().parent / "rates" / "schedules"
IN_FORCE = (ScheduleState.IN_FORCE, ScheduleState.REPLACED)


def draft_schedule(*, actor: Actor, rules: Mapping[str, Any]) -> RateSchedule:
    """A schedule as a draft: what-if can use it, no run can. `rules` is a schedule file as plain values.

    Raises `schedule_wrong` naming the entry.
    """
    if actor.kind != "system":
        require_money(actor, "schedule.write")
    schedule = read_schedule(rules)
    with transaction.atomic():
        row = RateSchedule.objects.create(
            portal_id=actor.portal_id,
            title=schedule.title.vi or schedule.code,
            decision_number=schedule.decision.number,
            decided_on=schedule.decision.issued_on,
            signer=schedule.decision.signer,
            effective_from=schedule.from_day,
            effective_until=schedule.until_day,
            rules=mapping_from_schedule(schedule),
            note=schedule.source.note,
        )
        record_event(actor=actor, kind="schedule.drafted", subject=row, facts={"code": schedule.code})
    return row


def read_schedule(rules: Mapping[str, Any]) -> Schedule:
    """Plain values as a checked schedule. Raises `schedule_wrong`."""
    try:
        return schedule_from_mapping(rules)
    except ScheduleError as wrong:
        raise PaymentError("schedule_wrong", field=wrong.path, problem=f"{wrong.path}: {wrong.message()}") from wrong


def shipped_schedule(name: str) -> Mapping[str, Any]:
    """A schedule file that comes with the product, by its file name without ending."""
    rules = read_yaml(SCHEDULES / f"{name}.yaml")
    if not isinstance(rules, Mapping):
        raise PaymentError("schedule_wrong", problem=name)
    return rules


def put_in_force(*, actor: Actor, schedule: RateSchedule) -> RateSchedule:
    """Freeze a draft. The schedule before it ends the day it begins. Raises `schedule_overlaps`."""
    if actor.kind != "system":
        require_money(actor, "schedule.write")
    try:
        with transaction.atomic():
            row = RateSchedule.objects.select_for_update().get(pk=schedule.pk)
            if row.state != ScheduleState.DRAFT:
                return row
            RateSchedule.objects.filter(
                state=ScheduleState.IN_FORCE, effective_until__isnull=True, effective_from__lt=row.effective_from
            ).update(effective_until=row.effective_from, state=ScheduleState.REPLACED)
            row.state = ScheduleState.IN_FORCE
            row.save(update_fields=["state"])
            record_event(
                actor=actor,
                kind="schedule.in_force",
                subject=row,
                facts={"from": row.effective_from.isoformat(), "decision": row.decision_number},
            )
    except IntegrityError:
        raise PaymentError("schedule_overlaps", field="effective_from") from None
    return row


def schedule_rows(portal: Portal, since: date, until: date) -> list[RateSchedule]:
    """Schedules in force on any day of `[since, until)`: the portal's own, or its parent's where it has none."""
    overlap = Q(effective_from__lt=until) & (Q(effective_until__isnull=True) | Q(effective_until__gt=since))
    rows = RateSchedule.unscoped.filter(overlap, portal=portal, state__in=IN_FORCE)
    found = list(rows.order_by("effective_from"))
    if not found and portal.parent is not None:
        return schedule_rows(portal.parent, since, until)
    return found


def schedule_on(portal: Portal, day: date) -> RateSchedule | None:
    """The schedule that holds on a day."""
    rows = RateSchedule.unscoped.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=day),
        portal=portal,
        state__in=IN_FORCE,
        effective_from__lte=day,
    )
    row = rows.order_by("-effective_from").first()
    if row is None and portal.parent is not None:
        return schedule_on(portal.parent, day)
    return row


def as_dated(row: RateSchedule) -> Schedule:
    """The engine's schedule with the dates of the row, which may have been closed after it was written."""
    until = row.effective_until.isoformat() if row.effective_until else None
    rules = {**row.rules, "from": row.effective_from.isoformat()}
    rules.pop("until", None)
    return read_schedule({**rules, "until": until} if until else rules)


def snapshot_rules(portal: Portal, rows: list[RateSchedule]) -> RuleSnapshot:
    """Schedules and base salaries as a run uses them, kept once per content."""
    content = {
        "schedules": [mapping_from_schedule(as_dated(row)) for row in rows],
        "decisions": [
            {
                "title": row.title,
                "number": row.decision_number,
                "on": row.decided_on.isoformat() if row.decided_on else None,
                "signer": row.signer,
                "note": row.note,
            }
            for row in rows
        ],
        "base_salaries": [
            {
                "amount": salary.amount,
                "from": salary.from_day.isoformat(),
                "until": salary.until_day.isoformat() if salary.until_day else None,
                "legal_basis": salary.legal_basis,
            }
            for salary in base_salaries()
        ],
    }
    digest = hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
    known = RuleSnapshot.objects.filter(digest=digest).first()
    return known or RuleSnapshot.objects.create(portal=portal, digest=digest, content=content, created_at=clock.now())


def rules_of_snapshot(snapshot: RuleSnapshot) -> tuple[tuple[Schedule, ...], tuple[BaseSalary, ...]]:
    """What a run computes by: nothing but its snapshot."""
    return (
        tuple(read_schedule(rules) for rules in snapshot.content["schedules"]),
        tuple(
            BaseSalary(
                amount=row["amount"],
                from_day=date.fromisoformat(row["from"]),
                until_day=date.fromisoformat(row["until"]) if row["until"] else None,
                legal_basis=row["legal_basis"],
            )
            for row in snapshot.content["base_salaries"]
        ),
    )


def legal_basis_lines(snapshot: RuleSnapshot) -> list[str]:
    """What papers name as their legal basis: each decision with number, date and signer."""
    lines = []
    for decision in snapshot.content["decisions"]:
        number = f" số {decision['number']}" if decision["number"] else ""
        day = f" ngày {date.fromisoformat(decision['on']):%d/%m/%Y}" if decision["on"] else ""
        lines.append(f"{decision['title']}{number}{day}")
    return lines
