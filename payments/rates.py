"""A portal's rate schedules: drafting, putting in force, closing, and which one holds on a day."""

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
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import plain_text
from payments.access import require_money
from payments.errors import PaymentError
from payments.inherited_rates import check_own_keys, filled_rules, is_inherited, spread_over
from payments.law import base_salaries, read_yaml
from payments.models import RateSchedule, RuleSnapshot, ScheduleState
from payments.rate_gaps import gaps_of
from payments.royalty.facts import BaseSalary
from payments.royalty.schedule import Schedule
from payments.royalty.schedule_error import ScheduleError
from payments.royalty.schedule_mapping import schedule_from_mapping
from payments.royalty.schedule_writing import mapping_from_schedule

SCHEDULES = Path(__file__).resolve().parent / "rates" / "schedules"
IN_FORCE = (ScheduleState.IN_FORCE, ScheduleState.REPLACED)
REASON_LIMIT = 1000


def draft_schedule(*, actor: Actor, rules: Mapping[str, Any]) -> RateSchedule:
    """A schedule as a draft: what-if can use it, no run can. `rules` is a schedule file as plain values.

    Raises `schedule_wrong` naming the entry, `no_parent_schedule` for one that is based on a parent without any.
    """
    _may_write(actor)
    with transaction.atomic():
        row = RateSchedule(portal_id=actor.portal_id)
        _fill(row, rules)
        row.save()
        record_event(actor=actor, kind="schedule.drafted", subject=row, facts={"code": row.rules["code"]})
    return row


def draft_shipped(*, actor: Actor, name: str, effective_from: date) -> RateSchedule:
    """A draft of a table that comes with the product: its lines, but our dates, and our decision still to come."""
    _may_write(actor)
    return draft_schedule(actor=actor, rules=_begun(shipped_schedule(name), name, effective_from))


def draft_copy(*, actor: Actor, schedule: RateSchedule, effective_from: date) -> RateSchedule:
    """A draft that begins as another schedule of the portal; dates and decision are new."""
    _may_write(actor)
    return draft_schedule(actor=actor, rules=_begun(schedule.rules, schedule.rules["code"], effective_from))


def _begun(rules: Mapping[str, Any], code: str, effective_from: date) -> dict[str, Any]:
    kept = {key: value for key, value in rules.items() if key != "decision"}
    return kept | {"code": f"{code}-{effective_from:%Y%m%d}", "from": effective_from.isoformat(), "until": None}


def edit_draft(*, actor: Actor, schedule: RateSchedule, rules: Mapping[str, Any], seen: str) -> RateSchedule:
    """Other rules for a draft. `seen` is its `fingerprint` as the person saw it.

    Raises `stale_version`, `schedule_not_draft`, `schedule_wrong`.
    """
    _may_write(actor)
    with transaction.atomic():
        row = _locked_draft(schedule, seen)
        _fill(row, rules)
        row.save()
        record_event(actor=actor, kind="schedule.edited", subject=row, facts={"code": row.rules["code"]})
    return row


def discard_draft(*, actor: Actor, schedule: RateSchedule, seen: str) -> None:
    """Delete a draft; what was ever in force stays."""
    _may_write(actor)
    with transaction.atomic():
        row = _locked_draft(schedule, seen)
        record_event(actor=actor, kind="schedule.discarded", subject=row, facts={"code": row.rules["code"]})
        row.delete()


def put_in_force(*, actor: Actor, schedule: RateSchedule, gaps_reason: str = "", seen: str = "") -> RateSchedule:
    """Freeze a draft. The schedule before it ends the day it begins. In force already: left as it is.

    Raises `schedule_has_gaps` with the list, unless the gaps are accepted with a reason, which goes on record with
    them; `schedule_overlaps`; `stale_version` where `seen` is given and the draft has changed. The installation
    itself, which sets portals up, is not asked for a reason.
    """
    _may_write(actor)
    require_proof(actor)
    reason = plain_text(gaps_reason)[:REASON_LIMIT]
    try:
        with transaction.atomic():
            row = _locked(schedule)
            if row.state != ScheduleState.DRAFT:
                return row
            if seen and seen != fingerprint(row):
                raise DomainError("stale_version")
            gaps = gaps_of(schedule_of(row))
            if gaps and not reason and actor.kind != "system":
                raise PaymentError(
                    "schedule_has_gaps",
                    field="gaps_reason",
                    count=len(gaps),
                    gaps=" ".join(gap.sentence for gap in gaps),
                )
            RateSchedule.objects.filter(
                state=ScheduleState.IN_FORCE, effective_until__isnull=True, effective_from__lt=row.effective_from
            ).update(effective_until=row.effective_from, state=ScheduleState.REPLACED)
            row.state = ScheduleState.IN_FORCE
            row.save(update_fields=["state"])
            facts: dict[str, Any] = {"from": row.effective_from.isoformat(), "decision": row.decision_number}
            if gaps:
                facts |= {"gaps": [f"{gap.code}:{gap.subject}" for gap in gaps], "reason": reason}
            record_event(actor=actor, kind="schedule.in_force", subject=row, facts=facts)
    except IntegrityError:
        raise PaymentError("schedule_overlaps", field="effective_from") from None
    return row


def close_schedule(*, actor: Actor, schedule: RateSchedule, until: date, reason: str) -> RateSchedule:
    """End a schedule in force without a successor: `until` is the first day on which it no longer counts.

    Once. Raises `schedule_not_open`, `close_day_wrong`, `close_reason_missing`.
    """
    _may_write(actor)
    require_proof(actor)
    told = plain_text(reason)[:REASON_LIMIT]
    if not told:
        raise PaymentError("close_reason_missing", field="reason")
    with transaction.atomic():
        row = _locked(schedule)
        if row.state != ScheduleState.IN_FORCE or row.effective_until is not None:
            raise PaymentError("schedule_not_open")
        if until <= row.effective_from:
            raise PaymentError("close_day_wrong", field="until", day=f"{row.effective_from:%d/%m/%Y}")
        row.effective_until = until
        row.save(update_fields=["effective_until"])
        facts = {"until": until.isoformat(), "reason": told}
        record_event(actor=actor, kind="schedule.closed", subject=row, facts=facts)
    return row


def _may_write(actor: Actor) -> None:
    if actor.kind != "system":
        require_money(actor, "schedule.write")


def _locked(schedule: RateSchedule) -> RateSchedule:
    row = RateSchedule.objects.select_for_update().filter(pk=schedule.pk).first()
    if row is None:
        raise DomainError("not_found")
    return row


def _locked_draft(schedule: RateSchedule, seen: str) -> RateSchedule:
    row = _locked(schedule)
    if row.state != ScheduleState.DRAFT:
        raise PaymentError("schedule_not_draft")
    if seen != fingerprint(row):
        raise DomainError("stale_version")
    return row


def _fill(row: RateSchedule, rules: Mapping[str, Any]) -> None:
    """The row from checked rules. One that is based on its parent is checked filled in, and stored as it was said."""
    whole = read_schedule(_full(rules, row.portal))
    row.title = (whole.title.vi or whole.code)[:300]
    row.decision_number = whole.decision.number[:100]
    row.decided_on = whole.decision.issued_on
    row.signer = whole.decision.signer[:200]
    row.effective_from = whole.from_day
    row.effective_until = whole.until_day
    row.rules = dict(rules) if is_inherited(rules) else mapping_from_schedule(whole)
    row.note = str(row.rules.get("note", ""))[:500]


def _full(rules: Mapping[str, Any], portal: Portal) -> Mapping[str, Any]:
    if not is_inherited(rules):
        return rules
    check_own_keys(rules)
    since = _day(rules.get("from"))
    table = None
    if portal.parent is not None:
        table = schedule_on(portal.parent, since) or _next_schedule(portal.parent, since)
    if table is None:
        raise PaymentError("no_parent_schedule", field="based_on", day=f"{since:%d/%m/%Y}")
    return filled_rules({"code": "", **rules}, table.rules)


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise PaymentError("schedule_wrong", field="from", problem=f"from: “{text}”") from None


def _next_schedule(portal: Portal, since: date) -> RateSchedule | None:
    later = schedule_rows(portal, since, date.max)
    return later[0] if later else None


def fingerprint(row: RateSchedule) -> str:
    """Changes with every change of the rules: the version of a draft that a person saw."""
    return _digest({"rules": row.rules})[:32]


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_schedule(rules: Mapping[str, Any]) -> Schedule:
    """Plain values as a checked schedule. Raises `schedule_wrong`."""
    try:
        return schedule_from_mapping(rules)
    except ScheduleError as wrong:
        raise PaymentError("schedule_wrong", field=wrong.path, problem=f"{wrong.path}: {wrong.message()}") from wrong


def full_rules(row: RateSchedule) -> Mapping[str, Any]:
    """The rules of a row, filled in from the parent's table on its first day where it is based on one."""
    return _full(row.rules, row.portal) if is_inherited(row.rules) else row.rules


def schedule_of(row: RateSchedule) -> Schedule:
    """The whole schedule of a row, draft or not."""
    return read_schedule(full_rules(row))


def shipped_schedule(name: str) -> Mapping[str, Any]:
    """A schedule file that comes with the product, by its file name without ending. Raises `not_found`."""
    if name not in shipped_names():
        raise DomainError("not_found")
    rules = read_yaml(SCHEDULES / f"{name}.yaml")
    if not isinstance(rules, Mapping):
        raise PaymentError("schedule_wrong", problem=name)
    return rules


def shipped_names() -> list[str]:
    return sorted(path.stem for path in SCHEDULES.glob("*.yaml"))


def schedule_rows(portal: Portal, since: date, until: date) -> list[RateSchedule]:
    """Schedules in force on any day of `[since, until)`: the portal's own, or its parent's where it has none.

    One that is based on the parent comes filled in, once for each table of the parent that it runs over.
    """
    overlap = Q(effective_from__lt=until) & (Q(effective_until__isnull=True) | Q(effective_until__gt=since))
    # The parent's table is read across the wall: rates are no secret between a province and its portals.
    rows = RateSchedule.unscoped.filter(overlap, portal=portal, state__in=IN_FORCE)
    found = list(rows.order_by("effective_from"))
    parent = portal.parent
    if parent is None:
        return found
    if not found:
        return schedule_rows(parent, since, until)
    tables = schedule_rows(parent, since, until) if any(is_inherited(row.rules) for row in found) else []
    return [each for row in found for each in (spread_over(row, tables) if is_inherited(row.rules) else [row])]


def schedule_on(portal: Portal, day: date) -> RateSchedule | None:
    """The schedule that holds on a day."""
    rows = RateSchedule.unscoped.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=day),
        portal=portal,
        state__in=IN_FORCE,
        effective_from__lte=day,
    )
    row = rows.order_by("-effective_from").first()
    parent = portal.parent
    if parent is None:
        return row
    if row is None:
        return schedule_on(parent, day)
    if not is_inherited(row.rules):
        return row
    table = schedule_on(parent, day)
    return next(iter(spread_over(row, [table])), None) if table else None


def as_dated(row: RateSchedule) -> Schedule:
    """The engine's schedule with the dates of the row, which may have been closed after it was written."""
    until = row.effective_until.isoformat() if row.effective_until else None
    rules = {**full_rules(row), "from": row.effective_from.isoformat()}
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
    digest = _digest(content)
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
