"""The event log of a pack: for people as a table, for proof as JSON lines from which each link can be computed anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contributors.events import GENESIS, event_body
from contributors.models import EventSeal
from payments.inspection.plan import Plan
from payments.inspection.tables import Cell, Context, Table

JSON_LINES = "nhat-ky/su-kien.jsonl"
BATCH = 2000


def _positions(plan: Plan) -> Sequence[int]:
    return range(plan.first, plan.last + 1) if plan.first else ()


def links(ids: Sequence[int]) -> list[EventSeal]:
    """The links of these places of the chain, in order."""
    if not ids:
        return []
    rows = EventSeal.objects.filter(position__gte=ids[0], position__lte=ids[-1]).select_related("event")
    return list(rows.order_by("position"))


def _events(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    found = links(ids)
    people = context.people(seal.event.actor_account_id for seal in found)
    for seal in found:
        event = seal.event
        by = people.get(event.actor_account_id or 0, "")
        yield (
            *(seal.position, event.pk, context.moment(event.at), event.kind, by or "máy", event.subject_type),
            *(event.subject_id, json.dumps(event.facts, ensure_ascii=False), bytes(seal.hash).hex()),
        )


def json_lines(ids: Sequence[int]) -> bytes:
    """One link a line: its place, the hash before, its own, and the body that both are computed from."""
    return b"".join(
        json.dumps(
            {
                "position": seal.position,
                "previous": bytes(seal.prev_hash).hex(),
                "hash": bytes(seal.hash).hex(),
                "body": event_body(seal.event),
            },
            ensure_ascii=False,
        ).encode()
        + b"\n"
        for seal in links(ids)
    )


def anchors(plan: Plan) -> Mapping[str, Any]:
    """The links between which the pack's part of the chain hangs; nothing where nothing happened."""
    if not plan.first:
        return {}
    found = {
        seal.position: seal
        for seal in EventSeal.objects.filter(position__in=[plan.first - 1, plan.first, plan.last, plan.last + 1])
    }
    before, after = found.get(plan.first - 1), found.get(plan.last + 1)
    return {
        "first": plan.first,
        "last": plan.last,
        "before": {"position": plan.first - 1, "hash": bytes(before.hash if before else GENESIS).hex()},
        "end": {"position": plan.last, "hash": bytes(found[plan.last].hash).hex()},
        "after": {"position": after.position, "previous": bytes(after.prev_hash).hex(), "hash": bytes(after.hash).hex()}
        if after
        else None,
        "unsealed": plan.unsealed,
    }


EVENTS = Table(
    "su-kien",
    "Nhật ký",
    ("Vị trí", "Số sự kiện", "Lúc", "Việc", "Ai", "Về loại", "Về số", "Chi tiết", "Mã của mắt xích"),
    _positions,
    _events,
    frozenset({"Vị trí", "Số sự kiện", "Về số"}),
    batch=BATCH,
    workbook=False,
)
