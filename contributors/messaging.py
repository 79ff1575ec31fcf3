"""Telling people outside the pages: promised in the cause's transaction, sent by the office's gateway where there is
one, else told by hand; what became of each message is kept.

A message is sent at most once by machine. `SENDING` is written before the gateway is asked: a worker that dies then
leaves a message of which nobody knows whether it went, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.dispatch import Signal

from contributors import clock
from contributors.access import holds
from contributors.actors import Actor, in_force, system_actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.gateways import NotSentError, notice_gateway
from contributors.jobs import schedule_jobs
from contributors.message_words import LONGEST, without_figures, words_for
from contributors.models import (
    ABOUT_MONEY,
    Contributor,
    Job,
    Membership,
    Message,
    MessageFault,
    MessageState,
    MessageWay,
    Portal,
    Unit,
)
from contributors.own_units import units_within
from contributors.scopes import portal_scope

TASK = "contributors.send_message"
# Sent by machine or told by hand, `messages` of one portal by `actor`, after the commit. A message that somebody's days
# run from is put on record by whoever counts them.
messages_told = Signal()
CHUNK = 500
MOST_TRIES = 3
AGAIN_AFTER = timedelta(minutes=5)
RECENT = timedelta(days=30)
NOT_TOLD = (MessageState.BY_HAND, MessageState.FAILED)
OPEN = (*NOT_TOLD, MessageState.QUEUED)
BY_HAND = (MessageWay.COPIED, MessageWay.SPOKEN)


@dataclass(frozen=True, slots=True)
class ToTell:
    """What somebody is to be told: `values` fill the words of the kind; `occasion` makes it one, however often asked.

    Without a `contributor` it is for a unit's group, or for everybody.
    """

    kind: str
    subject: models.Model
    occasion: str
    contributor: Contributor | None = None
    unit: Unit | None = None
    path: str = ""
    values: tuple[tuple[str, str], ...] = ()


def promise_messages(*, actor: Actor, wanted: Sequence[ToTell]) -> int:
    """Write them in the running transaction and promise to send those that a gateway can carry. What was promised for
    the same occasion before is left as it is; an older one about the same thing, not told yet, is replaced.

    Returns how many are new. A fixed number of queries for every 500.
    """
    new = 0
    portal = Portal.objects.get(pk=actor.portal_id)
    for start in range(0, len(wanted), CHUNK):
        new += _promise(portal, [each for each in wanted[start : start + CHUNK] if _is_to_be_told(actor, each)])
    return new


def _is_to_be_told(actor: Actor, each: ToTell) -> bool:
    """Not oneself, and nobody whose name was erased."""
    person = each.contributor
    return person is None or (person.erased_at is None and person.pk != actor.contributor_id)


def _promise(portal: Portal, wanted: Sequence[ToTell]) -> int:
    keys = {_key(each): each for each in wanted}
    for known in Message.objects.filter(key__in=list(keys)).values_list("key", flat=True):
        del keys[known]
    if not keys:
        return 0
    now = clock.now()
    for subject_type in {each.subject._meta.model_name for each in keys.values()}:
        concerned = [each for each in keys.values() if each.subject._meta.model_name == subject_type]
        Message.objects.filter(
            state__in=OPEN,
            subject_type=subject_type,
            subject_id__in={each.subject.pk for each in concerned},
            contributor__in={each.contributor.pk for each in concerned if each.contributor},
        ).update(state=MessageState.REPLACED, ended_at=now)
    carried = notice_gateway()
    rows = []
    for key, each in keys.items():
        person = each.contributor
        sends = carried is not None and person is not None and person.messages_off_since is None and person.phone
        rows.append(
            Message(
                portal=portal,
                contributor=person,
                unit=each.unit,
                kind=each.kind,
                subject_type=each.subject._meta.model_name or "",
                subject_id=each.subject.pk,
                key=key,
                text=_text(portal, each),
                state=MessageState.QUEUED if sends else MessageState.BY_HAND,
                fault=MessageFault.NO_PHONE if carried is not None and person is not None and not person.phone else "",
                created_at=now,
                not_before=_next_hour(portal, now) if sends else None,
            )
        )
    Message.objects.bulk_create(rows, batch_size=CHUNK)
    at_once = [row for row in rows if row.state == MessageState.QUEUED and row.not_before is None]
    if at_once:
        schedule_jobs(portal_id=portal.pk, task=TASK, each=[{"message": row.pk} for row in at_once])
    return len(rows)


def _key(each: ToTell) -> str:
    whom = f"c{each.contributor.pk}" if each.contributor else f"u{each.unit.pk}" if each.unit else "all"
    return f"{each.kind}:{each.subject._meta.model_name}:{each.subject.pk}:{each.occasion}:{whom}"[:120]


def _text(portal: Portal, each: ToTell) -> str:
    """Vietnamese unless the person reads the pages in another language."""
    person = each.contributor
    language = person.account.language if person is not None and person.account is not None else "vi"
    name = person.full_name if person is not None else each.unit.name if each.unit else "các cộng tác viên"
    given = {"name": name, "portal": portal.name} | dict(each.values)
    text = words_for(each.kind, language=language, path=each.path, **given)
    if not without_figures(text) or len(text) > LONGEST:
        text = words_for(each.kind, language=language, path=each.path, **given | {"title": ""})
    return text[:LONGEST]


def quiet(portal: Portal, moment: datetime) -> bool:
    """Whether nobody is to be woken at this moment."""
    first, last = settings.MESSAGE_HOURS
    return not first <= moment.astimezone(ZoneInfo(portal.time_zone)).hour < last


def _next_hour(portal: Portal, moment: datetime) -> datetime | None:
    """None: now. Else the next morning."""
    if not quiet(portal, moment):
        return None
    here = moment.astimezone(ZoneInfo(portal.time_zone))
    first, last = settings.MESSAGE_HOURS
    day = here.date() + timedelta(days=1 if here.hour >= last else 0)
    return datetime.combine(day, time(first), here.tzinfo)


def send_message(job: Job) -> None:
    """The work of one job: hand the text to the gateway, once."""
    with transaction.atomic():
        row = Message.objects.select_for_update(of=("self",)).filter(pk=job.arguments["message"]).first()
        if row is None or row.state not in {MessageState.QUEUED, MessageState.SENDING}:
            return
        if row.state == MessageState.SENDING:  # a worker died with it in its hands
            _end(row, MessageState.FAILED, fault=MessageFault.UNSURE)
            return
        chosen = notice_gateway()
        person = row.contributor
        if chosen is None or person is None or person.messages_off_since is not None:
            _end(row, MessageState.BY_HAND)
            return
        if not person.phone:
            _end(row, MessageState.BY_HAND, fault=MessageFault.NO_PHONE)
            return
        row.state, row.way, row.fault, row.attempts = MessageState.SENDING, chosen.channel, "", row.attempts + 1
        row.save(update_fields=["state", "way", "fault", "attempts"])
    try:
        chosen.send(phone=person.phone, text=row.text, key=str(row.public_id))
    except NotSentError as problem:
        with transaction.atomic():
            locked = Message.objects.select_for_update().get(pk=row.pk)
            if problem.refused or locked.attempts >= MOST_TRIES:
                _end(locked, MessageState.FAILED, fault=MessageFault.REFUSED if problem.refused else MessageFault.AWAY)
            else:
                locked.state, locked.fault = MessageState.QUEUED, MessageFault.AWAY
                locked.not_before = clock.now() + AGAIN_AFTER * locked.attempts
                locked.save(update_fields=["state", "fault", "not_before"])
        return
    with transaction.atomic():
        sent = Message.objects.select_for_update().get(pk=row.pk)
        _end(sent, MessageState.SENT)
        _say_told(system_actor(sent.portal), [sent])


def send_due_messages(*, limit: int = 500) -> int:
    """Promise jobs for those whose hour has come; on a timer. Returns how many."""
    count = 0
    for portal in Portal.objects.filter(closed_on__isnull=True).order_by("pk"):
        with portal_scope(portal), transaction.atomic():
            now = clock.now()
            if quiet(portal, now):
                continue
            due = Message.objects.select_for_update(skip_locked=True).filter(
                state=MessageState.QUEUED, not_before__lte=now
            )
            ids = list(due.order_by("pk").values_list("pk", flat=True)[:limit])
            Message.objects.filter(pk__in=ids).update(not_before=None)
            schedule_jobs(portal_id=portal.pk, task=TASK, each=[{"message": pk} for pk in ids])
            count += len(ids)
    return count


def _say_told(actor: Actor, rows: Sequence[Message]) -> None:
    """After the commit: who listens locks rows of its own, and what it cannot do takes nothing back."""
    transaction.on_commit(lambda: messages_told.send_robust(sender=Message, actor=actor, messages=rows))


def _end(row: Message, state: str, *, fault: str = "") -> None:
    row.state, row.fault, row.not_before = state, fault, None
    row.ended_at = None if state == MessageState.BY_HAND else clock.now()
    row.save(update_fields=["state", "fault", "not_before", "ended_at"])


def messages_seen_by(actor: Actor) -> QuerySet[Message]:
    """The board's and the accountants' own kinds; a focal person those to people of their units.

    Raises `not_allowed`.
    """
    board, money = holds(actor, "message.see"), holds(actor, "message.see_money")
    if not may_tell(actor):
        raise DomainError("not_allowed")
    seen = Q(kind__in=ABOUT_MONEY) if money else Q(pk__in=[])
    if board:
        units = units_within(actor, "message.see")
        mine = ~Q(kind__in=ABOUT_MONEY)
        if units is not None:
            theirs = Membership.objects.filter(in_force(clock.today()), unit_id__in=units).values("contributor_id")
            mine &= Q(contributor_id__in=theirs) | Q(unit_id__in=units)
        seen |= mine
    rows: QuerySet[Message] = Message.objects.select_related("contributor", "unit", "told_by").filter(seen)
    return rows


def may_tell(actor: Actor) -> bool:
    """Whether any messages are the actor's to tell."""
    return holds(actor, "message.see") or holds(actor, "message.see_money")


def messages_to_tell(actor: Actor, *, kind: str = "", most: int = 5) -> list[Message]:
    """Not told yet and not older than 30 days, newest first; nothing for who tells nobody. One query."""
    if not may_tell(actor):
        return []
    rows = messages_seen_by(actor).filter(state__in=NOT_TOLD, created_at__gte=clock.now() - RECENT)
    return list((rows.filter(kind=kind) if kind else rows).order_by("-pk")[:most])


def messages_about(actor: Actor, subject: models.Model, *, most: int = 5) -> list[Message]:
    """What was said or is to be said about a thing, newest first. One query."""
    if not may_tell(actor):
        return []
    rows = messages_seen_by(actor).filter(subject_type=subject._meta.model_name, subject_id=subject.pk)
    return list(rows.exclude(state=MessageState.REPLACED).order_by("-pk")[:most])


def mark_told(*, actor: Actor, messages: Sequence[Message], way: str) -> int:
    """A person told these by hand; returns how many were still open. Raises `not_allowed`, `message_way_unknown`."""
    if way not in BY_HAND:
        raise DomainError("message_way_unknown", field="way")
    with transaction.atomic():
        rows = list(
            messages_seen_by(actor)
            .select_related(None)
            .select_for_update()
            .filter(pk__in=[message.pk for message in messages], state__in=OPEN)
            .order_by("pk")
        )
        now = clock.now()
        for row in rows:
            row.state, row.way, row.told_by_id, row.ended_at = MessageState.TOLD, way, actor.account_pk, now
            row.not_before = None
        Message.objects.bulk_update(rows, ["state", "way", "told_by", "ended_at", "not_before"], batch_size=CHUNK)
        for row in rows:
            record_event(actor=actor, kind="message.told", subject=row, facts={"kind": row.kind, "way": way})
        _say_told(actor, rows)
    return len(rows)


def retry_message(*, actor: Actor, message: Message) -> Message:
    """Hand one that failed, or that nobody has told yet, to the gateway once more.

    Raises `message_no_gateway`, `message_off`, `message_done`.
    """
    with transaction.atomic():
        row = messages_seen_by(actor).select_related(None).select_for_update().filter(pk=message.pk).first()
        if row is None:
            raise DomainError("not_found")
        if row.state not in NOT_TOLD or not row.text:
            raise DomainError("message_done")
        if notice_gateway() is None or row.contributor is None or not row.contributor.phone:
            raise DomainError("message_no_gateway")
        if row.contributor.messages_off_since is not None:
            raise DomainError("message_off")
        row.state, row.fault, row.attempts, row.ended_at = MessageState.QUEUED, "", 0, None
        row.not_before = _next_hour(Portal.objects.get(pk=actor.portal_id), clock.now())
        row.save(update_fields=["state", "fault", "attempts", "ended_at", "not_before"])
        record_event(actor=actor, kind="message.retried", subject=row, facts={"kind": row.kind})
        if row.not_before is None:
            schedule_jobs(portal_id=row.portal_id, task=TASK, each=[{"message": row.pk}])
    return row


def want_messages(*, actor: Actor, contributor: Contributor, wanted: bool) -> Contributor:
    """The person's own wish: no messages by machine, or again. What waits in the queue is then told by hand."""
    if contributor.pk != actor.contributor_id:
        raise DomainError("not_allowed")
    with transaction.atomic():
        row: Contributor = Contributor.objects.select_for_update().get(pk=contributor.pk)
        if (row.messages_off_since is None) == wanted:
            return row
        row.messages_off_since = None if wanted else clock.now()
        row.version = F("version") + 1
        row.save(update_fields=["messages_off_since", "version"])
        if not wanted:
            waiting = Message.objects.filter(contributor=row, state=MessageState.QUEUED)
            waiting.update(state=MessageState.BY_HAND, not_before=None)
        record_event(actor=actor, kind="contributor.messages", subject=row, facts={"wanted": wanted})
        row.refresh_from_db()
    return row
