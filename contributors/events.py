"""The event log: writing, sealing into a hash chain, verifying the chain."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from contributors import clock
from contributors.actors import Actor
from contributors.copying import copy_rows, take_ids
from contributors.models import Event, EventDetail, EventSeal

GENESIS = b"\0" * 32
SEAL_LOCK = 7301  # first key of the advisory lock that makes the sealer of a portal the only one


def record_event(
    *,
    actor: Actor,
    kind: str,
    subject: models.Model,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> Event:
    """Write one event in the running transaction. `personal` values can be erased later, `facts` cannot."""
    commitment = None
    salt = b""
    if personal:
        salt = secrets.token_bytes(16)
        commitment = hashlib.sha256(salt + _canonical(dict(personal))).digest()
    event = Event.unscoped.create(
        portal_id=actor.portal_id,
        kind=kind,
        at=clock.now(),
        recorded_at=timezone.now(),
        actor_kind=actor.kind,
        actor_account_id=actor.account_id,
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        request_id=actor.request_id,
        facts=_facts(actor, facts),
        detail_commitment=commitment,
    )
    if personal:
        EventDetail.unscoped.create(portal_id=actor.portal_id, event=event, salt=salt, values=dict(personal))
    return event


def record_events(
    *,
    actor: Actor,
    kind: str,
    subject: type[models.Model],
    each: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any] | None]],
) -> None:
    """Many events of one kind on rows of one table: (id, facts, personal values or None). Three statements."""
    now, recorded = clock.now(), timezone.now()
    ids = take_ids(Event, len(each))
    salts = [secrets.token_bytes(16) for _ in each]
    copy_rows(
        Event,
        (
            *("id", "portal_id", "kind", "at", "recorded_at", "actor_kind", "actor_account_id"),
            *("subject_type", "subject_id", "request_id", "facts", "detail_commitment"),
        ),
        (
            (
                *(pk, actor.portal_id, kind, now, recorded, actor.kind, actor.account_id),
                *(
                    subject._meta.model_name,
                    subject_id,
                    actor.request_id,
                    json.dumps(_facts(actor, facts), ensure_ascii=False),
                ),
                hashlib.sha256(salt + _canonical(dict(personal))).digest() if personal else None,
            )
            for pk, salt, (subject_id, facts, personal) in zip(ids, salts, each, strict=True)
        ),
    )
    copy_rows(
        EventDetail,
        ("portal_id", "event_id", "salt", "values"),
        (
            (actor.portal_id, pk, salt, json.dumps(personal, ensure_ascii=False))
            for pk, salt, (_, _, personal) in zip(ids, salts, each, strict=True)
            if personal
        ),
    )


def _facts(actor: Actor, facts: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a program did says by which key."""
    return dict(facts or {}) | ({"access_key": actor.access_key} if actor.access_key else {})


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_body(event: Event) -> dict[str, Any]:
    """What of an event goes into the chain, as JSON: whoever has it and the hash before can compute the link anew."""
    return {
        "id": event.pk,
        "portal": event.portal_id,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "actor": [event.actor_kind, event.actor_account_id],
        "subject": [event.subject_type, event.subject_id],
        "request": event.request_id,
        "facts": event.facts,
        "detail": bytes(event.detail_commitment).hex() if event.detail_commitment else None,
    }


def link_hash(previous: bytes, body: Mapping[str, Any]) -> bytes:
    """SHA-256 over the hash before and the body in one fixed spelling."""
    return hashlib.sha256(previous + _canonical(dict(body))).digest()


def _link(previous: bytes, event: Event) -> bytes:
    return link_hash(previous, event_body(event))


def seal_events(*, portal_id: int, limit: int = 2000) -> int:
    """Append up to `limit` unsealed events of a portal to its chain; returns how many.

    One sealer at a time: another one finds the lock taken and returns 0.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SEAL_LOCK, portal_id % 2**31])
            if not cursor.fetchone()[0]:
                return 0
        head = EventSeal.unscoped.filter(portal_id=portal_id).order_by("-position").first()
        position, previous = (head.position, bytes(head.hash)) if head else (0, GENESIS)
        sealed = EventSeal.unscoped.filter(event_id=models.OuterRef("pk"))
        waiting = Event.unscoped.filter(portal_id=portal_id).filter(~models.Exists(sealed))
        seals: list[EventSeal] = []
        now = timezone.now()
        for event in waiting.order_by("pk")[:limit]:
            position += 1
            current = _link(previous, event)
            seals.append(
                EventSeal(
                    portal_id=portal_id,
                    event=event,
                    position=position,
                    prev_hash=previous,
                    hash=current,
                    sealed_at=now,
                )
            )
            previous = current
        EventSeal.unscoped.bulk_create(seals, batch_size=500)
        return len(seals)


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """Where a chain first breaks: its place in the chain, and the event that stands there (None: the link is gone).

    `what` is "link" (the seal does not follow from its event and its predecessor), "gap" (a position is missing) or
    "detail" (the personal values are not those to which the event is committed).
    """

    position: int
    what: str
    event: Event | None


def first_broken_link(*, portal_id: int) -> int | None:
    """Position of the first seal that does not follow from its event and its predecessor; None: whole chain."""
    broken = broken_link(portal_id=portal_id)
    return broken.position if broken else None


def broken_link(*, portal_id: int, after: int = 0, previous: bytes = GENESIS) -> BrokenLink | None:
    """The first broken link with its event; None: whole chain. Erased personal values break nothing.

    `after` and `previous` (position and hash of a link verified before) leave out what was read already.
    """
    seals = EventSeal.unscoped.filter(portal_id=portal_id, position__gt=after)
    changed = _changed_details(portal_id, seals) if after else _changed_details(portal_id)
    chain = seals.order_by("position").select_related("event")
    for position, seal in enumerate(chain.iterator(chunk_size=2000), start=after + 1):
        if seal.position != position:
            return BrokenLink(position, "gap", None)
        if bytes(seal.prev_hash) != previous or bytes(seal.hash) != _link(previous, seal.event):
            return BrokenLink(position, "link", seal.event)
        if seal.event_id in changed:
            return BrokenLink(position, "detail", seal.event)
        previous = bytes(seal.hash)
    return None


def last_link(*, portal_id: int) -> tuple[int, bytes] | None:
    """Position and hash of the head of a chain; None: nothing is sealed."""
    head = EventSeal.unscoped.filter(portal_id=portal_id).order_by("-position").first()
    return (head.position, bytes(head.hash)) if head else None


def _changed_details(portal_id: int, seals: models.QuerySet[EventSeal] | None = None) -> set[int]:
    """Events (of these seals) whose personal values are no longer those that were written with them."""
    details = EventDetail.unscoped.filter(portal_id=portal_id).select_related("event").order_by("pk")
    if seals is not None:
        details = details.filter(event__in=seals.values("event_id"))
    return {
        detail.event_id
        for detail in details.iterator(chunk_size=2000)
        if hashlib.sha256(bytes(detail.salt) + _canonical(detail.values)).digest()
        != bytes(detail.event.detail_commitment or b"")
    }


def unsealed_before(*, portal_id: int, moment: datetime) -> tuple[int, Event | None]:
    """How many events written before a moment are in no chain yet, and the oldest of them."""
    sealed = EventSeal.unscoped.filter(event_id=models.OuterRef("pk"))
    late = Event.unscoped.filter(portal_id=portal_id, recorded_at__lt=moment).filter(~models.Exists(sealed))
    return late.count(), late.order_by("pk").first()
