"""The contributors' check before money moves: told, answered, replied to. Nothing here says for anybody "right".

A dispute holds its own line and no other; a later run takes that line once the dispute is settled. Who is silent is
shown as silent: nothing waits for them, and nothing counts them as agreeing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import looks_after
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Contributor, Membership, Message, MessageKind, MessageWay, Portal
from contributors.names import plain_text
from payments.access import holds_money, require_money
from payments.errors import PaymentError
from payments.holding import hold_again
from payments.models import Answer, CheckDelivery, CheckOutcome, Delivery, DraftLine, Held, LineCheck, Run
from payments.reviews import may_still_answer, open_reviews, pays_today, review_standing
from payments.run_messages import tell_to_check
from payments.run_rules import run_rules
from payments.runs import check_step, computing, lock_run, move_run

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What is said of one line; `subject_key` "" of the list as a whole, of which only `missing` can be said."""

    subject_key: str
    answer: str
    reason: str = ""


def start_review(*, actor: Actor, run: Run, seen_version: int, days: int) -> Run:
    """Let the contributors of a computed run check it. Each has `days` whole days from the day they are told.

    Raises `review_days_wrong`, `not_paying`, `nothing_to_pay`, `still_computing`.
    """
    require_money(actor, "run.review")
    portal = Portal.objects.get(pk=actor.portal_id)
    bounds = run_rules().review_rule_on(clock.today(portal.time_zone))
    if not bounds.least_days <= days <= bounds.most_days:
        raise PaymentError("review_days_wrong", field="days", least=bounds.least_days, most=bounds.most_days)
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "start_review")
        if computing(row):
            raise PaymentError("still_computing")
        if not pays_today(portal):
            raise PaymentError("not_paying")
        if not DraftLine.objects.filter(run=row, generation=row.generation).exists():
            raise PaymentError("nothing_to_pay")
        CheckDelivery.objects.filter(run=row).delete()  # a review started anew is told anew; the log keeps the old
        row.review_days = days
        row.review_started_at = clock.now()
        row.review_ended_at = None
        moved = move_run(actor=actor, run=row, action="start_review", facts={"days": days})
        tell_to_check(actor, moved)
        return moved


def end_review(*, actor: Actor, run: Run, seen_version: int, reason: str = "") -> Run:
    """Close the check: nobody answers any more. Before everybody had their days, only with a reason, on record.

    Raises `review_end_reason`, `still_computing`.
    """
    require_money(actor, "run.review")
    words = plain_text(reason)[:MOST_WORDS]
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "end_review")
        if computing(row):
            raise PaymentError("still_computing")
        standing = review_standing(row)
        if not standing.over and not words:
            raise PaymentError("review_end_reason", field="reason", running=standing.running, untold=standing.untold)
        row.review_ended_at = clock.now()
        facts = {
            "agreed": standing.lines_agreed,
            "disputed": standing.lines_disputed,
            "silent": standing.lines_silent,
            "untold": standing.untold,
        }
        return move_run(actor=actor, run=row, action="end_review", facts=facts | ({"reason": words} if words else {}))


def deliver_check(*, actor: Actor, run: Run, people: Collection[Contributor], way: str) -> int:
    """Record that people were told to check, in person or by a message; from today their days count.

    The accountant for everybody, a focal person for their units. Who was told before, or has nothing in the run,
    is passed over; returns for how many it is new. Raises `delivery_way_unknown`, `not_allowed`, `review_not_open`.
    """
    if way not in {Delivery.PERSON, Delivery.MESSAGE}:
        raise PaymentError("delivery_way_unknown", field="way")
    wanted = [person.pk for person in people]
    if not holds_money(actor, "run.review"):
        require_money(actor, "check.deliver")
        units = units_today(wanted)
        if not all(looks_after(actor, units.get(person)) for person in wanted):
            raise DomainError("not_allowed")
    with transaction.atomic():
        row = lock_open_review(run)
        return _deliver(actor, row, wanted, way)


def record_told(*, actor: Actor, messages: Sequence[Message], **_sent: object) -> None:
    """Messages that asked people to check have reached them, by the gateway or by hand: their days count from now.

    One that came after the check was closed is passed over.
    """
    asked: dict[tuple[int, Delivery], list[int]] = {}
    for message in messages:
        if message.kind == MessageKind.CHECK and message.contributor_id is not None:
            way = Delivery.PERSON if message.way == MessageWay.SPOKEN else Delivery.MESSAGE
            asked.setdefault((message.subject_id, way), []).append(message.contributor_id)
    for (pk, way), people in asked.items():
        with transaction.atomic():
            row = Run.objects.select_for_update().filter(pk=pk).first()
            if row is not None and open_reviews(Portal.objects.get(pk=row.portal_id)).filter(pk=pk).exists():
                _deliver(actor, row, people, way)


def open_check(*, actor: Actor, run: Run) -> CheckDelivery | None:
    """The actor looks at their own amounts: that they were told is on record from now. None: nothing to check."""
    told: QuerySet[CheckDelivery] = CheckDelivery.objects.filter(run=run, contributor_id=actor.contributor_pk)
    if not told.exists():
        with transaction.atomic():
            _deliver(actor, lock_open_review(run), [actor.contributor_pk], Delivery.OPENED)
    return told.first()


def answer_lines(
    *, actor: Actor, run: Run, contributor: Contributor, answers: Sequence[LineAnswer], rest_right: bool = False
) -> list[LineCheck]:
    """Say of one's lines: right, something is missing, not mine; `rest_right`: all others without an answer are right.

    Oneself, or the focal person for somebody of their units without a login. Until the deadline an answer may be
    changed; a changed one waits for a reply again. Disputed lines are held, lines agreed to are held no more.
    Raises `not_allowed`, `review_not_open`, `check_over`, `answer_unknown`, `answer_reason_missing`, `line_unknown`.
    """
    require_answerer(actor, contributor)
    said = {each.subject_key: each for each in answers}
    for place, each in enumerate(answers):
        _check_answer(each, f"answers[{place}].")
    with transaction.atomic():
        row = lock_open_review(run)
        lines = dict(
            DraftLine.objects.filter(run=row, generation=row.generation, contributor=contributor)
            .exclude(held=Held.NOT_REGISTERED)
            .order_by("pk")
            .values_list("subject_key", "amount")
        )
        if not lines or said.keys() - lines.keys() - {""}:
            raise PaymentError("line_unknown", field="subject_key")
        own = contributor.pk == actor.contributor_id
        _deliver(actor, row, [contributor.pk], Delivery.OPENED if own else Delivery.PERSON)
        delivery = CheckDelivery.objects.get(run=row, contributor=contributor)
        if not may_still_answer(delivery, clock.now()):
            raise PaymentError("check_over")
        known = {check.subject_key: check for check in LineCheck.objects.filter(run=row, contributor=contributor)}
        if rest_right:
            unsaid = [key for key, amount in lines.items() if key not in said and _needs_answer(known.get(key), amount)]
            said |= {key: LineAnswer(key, Answer.RIGHT) for key in unsaid}
        changed = [
            _answered(actor, delivery, known.get(key) or LineCheck(subject_key=key), each, lines.get(key))
            for key, each in said.items()
            if not _same(known.get(key), each, lines.get(key))
        ]
        LineCheck.objects.bulk_create([check for check in changed if check.pk is None])
        LineCheck.objects.bulk_update([check for check in changed if check.version > 1], ANSWER_COLUMNS)
        if changed:
            keys = [check.subject_key for check in changed if check.subject_key]
            _tell_changes(actor, row, contributor, changed)
            if hold_again(row, contributor.pk, keys):
                _stale(row)
    return list(LineCheck.objects.filter(run=run, contributor=contributor).order_by("pk"))


ANSWER_COLUMNS = (
    *("answer", "reason", "amount", "answered_at", "answered_by", "delivered_at", "deadline"),
    *("outcome", "reply", "replied_by", "replied_at", "version"),
)


def reply_to_check(*, actor: Actor, check: LineCheck, seen_version: int, outcome: str, reply: str) -> LineCheck:
    """The accountant's answer to a dispute. `kept`: the amount stays as it is and is paid from now on. `corrected`:
    what was wrong is put right at its source; the line waits until a computation gives it another amount.

    In a run that is past its draft the line stays held there, and a later run takes it. A reply may be changed.
    Raises `not_allowed`, `stale_version`, `check_not_disputed`, `outcome_unknown`, `reply_missing`.
    """
    require_money(actor, "check.reply")
    words = plain_text(reply)[:MOST_WORDS]
    if outcome not in CheckOutcome.values:
        raise PaymentError("outcome_unknown", field="outcome")
    if not words:
        raise PaymentError("reply_missing", field="reply")
    with transaction.atomic():
        run = lock_run(check.run, None)
        row = LineCheck.objects.select_for_update(of=("self",)).select_related("contributor").get(pk=check.pk)
        if row.version != seen_version:
            raise DomainError("stale_version", field="version")
        if row.answer == Answer.RIGHT:
            raise PaymentError("check_not_disputed")
        row.outcome, row.reply = outcome, words
        row.replied_by_id, row.replied_at = actor.account_pk, clock.now()
        row.version += 1
        row.save(update_fields=["outcome", "reply", "replied_by", "replied_at", "version"])
        record_event(
            actor=actor,
            kind="check.replied",
            subject=row.contributor,
            facts={"run": str(run.public_id), "line": row.subject_key, "outcome": outcome},
            personal={"reply": words},
        )
        if row.subject_key and hold_again(run, row.contributor_id, [row.subject_key]):
            _stale(run)
    return row


def require_answerer(actor: Actor, contributor: Contributor) -> None:
    """Oneself; the focal person of one's unit where one has no login. Raises `not_allowed`."""
    if contributor.pk == actor.contributor_id:
        require_money(actor, "check.answer", own=True)
        return
    require_money(actor, "check.answer")
    here = units_today([contributor.pk]).get(contributor.pk)
    if contributor.account_id is not None or not looks_after(actor, here):
        raise DomainError("not_allowed")


def units_today(people: Collection[int]) -> dict[int, int]:
    """Person → id of their unit of today."""
    rows = Membership.objects.filter(in_force(clock.today()), contributor_id__in=people)
    return dict(rows.values_list("contributor_id", "unit_id"))


def lock_open_review(run: Run) -> Run:
    """The run, locked, if its people can check it now: `review_not_open` otherwise."""
    row = lock_run(run, None)
    if not open_reviews(Portal.objects.get(pk=row.portal_id)).filter(pk=row.pk).exists():
        raise PaymentError("review_not_open")
    return row


def deadline_after(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The midnight that ends the last of `days` whole days after the day of the moment."""
    last = moment.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)


def _deliver(actor: Actor, run: Run, people: Collection[int], way: str) -> int:
    """Only whom nobody told yet; who was told first stays. The run is locked, so that two tellers write one row."""
    zone = ZoneInfo(Portal.objects.get(pk=run.portal_id).time_zone)
    now = clock.now()
    told = CheckDelivery.objects.filter(run=run, contributor_id__in=people).values("contributor_id")
    due = (
        DraftLine.objects.filter(run=run, generation=run.generation, contributor_id__in=people)
        .exclude(held=Held.NOT_REGISTERED)
        .exclude(contributor_id__in=told)
        .order_by("contributor_id")
        .values_list("contributor_id", flat=True)
        .distinct()
    )
    rows = [
        CheckDelivery(
            portal_id=run.portal_id,
            run=run,
            contributor_id=person,
            way=way,
            delivered_at=now,
            delivered_by_id=actor.account_id,
            deadline=deadline_after(now, run.review_days or 0, zone),
        )
        for person in due
    ]
    CheckDelivery.objects.bulk_create(rows, batch_size=1000)
    if rows:
        facts = {"way": way, "people": len(rows)}
        record_event(actor=actor, kind="check.delivered", subject=run, facts=facts)
    return len(rows)


def _check_answer(said: LineAnswer, field: str) -> None:
    allowed = {Answer.MISSING, Answer.RIGHT} if not said.subject_key else set(Answer)
    if said.answer not in allowed:
        raise PaymentError("answer_unknown", field=f"{field}answer")
    if said.answer != Answer.RIGHT and not plain_text(said.reason):
        raise PaymentError("answer_reason_missing", field=f"{field}reason")


def _needs_answer(check: LineCheck | None, amount: int) -> bool:
    """Without an answer, or agreed to at another amount. A dispute is not taken back by the way."""
    return check is None or (check.answer == Answer.RIGHT and check.amount != amount)


def _same(check: LineCheck | None, said: LineAnswer, amount: int | None) -> bool:
    """Said already, of the same amount: a second press writes nothing."""
    if check is None:
        return said.subject_key == "" and said.answer == Answer.RIGHT  # nothing is missing, and nobody said it was
    words = plain_text(said.reason)[:MOST_WORDS] if said.answer != Answer.RIGHT else ""
    return (check.answer, check.reason, check.amount) == (said.answer, words, amount)


def _answered(
    actor: Actor, delivery: CheckDelivery, check: LineCheck, said: LineAnswer, amount: int | None
) -> LineCheck:
    """The row as it will be; a new answer asks for a new reply."""
    check.version = check.version + 1 if check.pk else 1
    check.portal_id, check.run_id, check.contributor_id = delivery.portal_id, delivery.run_id, delivery.contributor_id
    check.answer, check.amount = said.answer, amount
    check.reason = plain_text(said.reason)[:MOST_WORDS] if said.answer != Answer.RIGHT else ""
    check.answered_at, check.answered_by_id = clock.now(), actor.account_id
    check.delivered_at, check.deadline = delivery.delivered_at, delivery.deadline
    check.outcome = check.reply = ""
    check.replied_by = check.replied_at = None
    return check


def _tell_changes(actor: Actor, run: Run, contributor: Contributor, changed: list[LineCheck]) -> None:
    """One event for one press, on the person; reasons are personal."""
    record_event(
        actor=actor,
        kind="check.answered",
        subject=contributor,
        facts={
            "run": str(run.public_id),
            "for_other": contributor.pk != actor.contributor_id,
            **{str(answer): sum(check.answer == answer for check in changed) for answer in Answer.values},
        },
        personal={check.subject_key or "list": check.reason for check in changed if check.reason} or None,
    )


def _stale(run: Run) -> None:
    """A line waits or waits no more: who confirms must have seen it."""
    run.version += 1
    run.save(update_fields=["version"])
