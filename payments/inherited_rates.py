"""A portal that pays a percent of its parent's table: the parent's schedule, whatever it is on the day, at our level.

Such a schedule keeps only what is the portal's own: `based_on: parent`, `level`, dates and its decision. It is filled
in when it is read, so that a new table of the province holds for every portal from its first day (docs/adr/0015).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from payments.errors import PaymentError
from payments.models import RateSchedule
from payments.royalty.schedule_error import ScheduleError

BASED_ON = "based_on"
PARENT = "parent"
OWN_KEYS = (*("code", "title", "decision", "from", "until", BASED_ON, "level"), *("legal_basis", "doubt", "note"))


def is_inherited(rules: Mapping[str, Any]) -> bool:
    return BASED_ON in rules


def check_own_keys(rules: Mapping[str, Any]) -> None:
    """What may stand beside `based_on`: nothing that the parent's table says. Raises `schedule_wrong`."""
    if rules[BASED_ON] != PARENT:
        wrong = ScheduleError(BASED_ON, "not_one_of", found=rules[BASED_ON], allowed=PARENT)
        raise _wrong(BASED_ON, wrong.message())
    for key in rules:
        if key not in OWN_KEYS:
            raise _wrong(str(key), ScheduleError(".", "unknown_key", found=key).message())
    for key in ("code", "level", "from"):
        if not rules.get(key):
            raise _wrong(key, ScheduleError(key, "missing").message())
    if not isinstance(rules["code"], str):
        raise _wrong("code", ScheduleError("code", "not_text").message())


def _wrong(path: str, problem: str) -> PaymentError:
    return PaymentError("schedule_wrong", field=path, problem=f"{path}: {problem}", sentence=problem)


def filled_rules(own: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """The parent's table with what is the portal's own laid over it; the code names both."""
    laid = {key: value for key, value in own.items() if key != BASED_ON}
    bases = [text for text in (own.get("legal_basis", ""), table.get("legal_basis", "")) if text]
    notes = [text for text in (own.get("note", ""), table.get("note", "")) if text]
    filled = {key: value for key, value in table.items() if key not in {"until", "title", "decision"}}
    filled |= laid | {"code": f"{own['code']}@{table['code']}"}
    if own.get("doubt") or table.get("doubt"):
        filled["doubt"] = True
    if bases:
        filled["legal_basis"] = "; ".join(bases)
    if notes:
        filled["note"] = " ".join(notes)
    return filled


def spread_over(row: RateSchedule, tables: Sequence[RateSchedule]) -> list[RateSchedule]:
    """The row once for each table of the parent that holds in its time, with the dates in which both hold.

    Unsaved copies: they are read, never written.
    """
    spread = []
    for table in tables:
        since = max(row.effective_from, table.effective_from)
        ends = [until for until in (row.effective_until, table.effective_until) if until]
        until = min(ends, default=None)
        if until is not None and until <= since:
            continue
        copy = RateSchedule(
            pk=row.pk,
            public_id=row.public_id,
            portal_id=row.portal_id,
            title=row.title,
            decision_number=row.decision_number,
            decided_on=row.decided_on,
            signer=row.signer,
            state=row.state,
            effective_from=since,
            effective_until=until,
            rules=filled_rules(row.rules, table.rules),
            note=row.note,
        )
        spread.append(copy)
    return spread
