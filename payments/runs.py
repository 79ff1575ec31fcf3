"""A period's run from opening to approval. Issuing stands in `payments.issuing`, paying in `payments.payouts`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.jobs import schedule_job
from contributors.models import Event, Job, JobState, Portal
from contributors.names import plain_text
from payments import approving, funds, rates
from payments.access import has_own_maker_line, may_confirm, require_money
from payments.errors import PaymentError
from payments.facts import frozen_facts
from payments.line_writer import LineWriter
from payments.models import Bucket, DraftLine, Fund, Run, RunExclusion, RunItem, RunNotice, RunState
from payments.period_pieces import paying_days, pieces_of_days
from payments.planning import plan_statements
from payments.reviews import check_review_over
from payments.seat_facts import frozen_seats

COMPUTE_TASK = "payments.compute_run"
COPY_ITEMS = "COPY payments_runitem (portal_id, run_id, piece_id, position, facts) FROM STDIN"
READ_AT_ONCE = 1000
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of a run; `word` is what users call it."""

    sources: frozenset[str]
    target: str
    word: str


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


S = RunState
BEFORE_APPROVAL = _from(S.OPEN, S.FROZEN, S.COMPUTED, S.IN_REVIEW, S.CONFIRMED)
TRANSITIONS: Mapping[str, Transition] = {
    "freeze": Transition(_from(S.OPEN), S.FROZEN, "chốt số liệu"),
    "compute": Transition(_from(S.FROZEN, S.COMPUTED, S.IN_REVIEW), S.COMPUTED, "tính nhuận bút"),
    "start_review": Transition(_from(S.COMPUTED), S.IN_REVIEW, "mở cho cộng tác viên kiểm tra"),
    "end_review": Transition(_from(S.IN_REVIEW), S.COMPUTED, "kết thúc kiểm tra"),
    "confirm": Transition(_from(S.COMPUTED, S.IN_REVIEW), S.CONFIRMED, "xác nhận"),
    "approve": Transition(_from(S.CONFIRMED), S.APPROVED, "duyệt chi"),
    "issue": Transition(_from(S.APPROVED), S.ISSUED, "phát hành"),
    "close": Transition(_from(S.ISSUED), S.CLOSED, "kết thúc kỳ"),
    "reopen": Transition(_from(S.FROZEN, S.COMPUTED, S.IN_REVIEW, S.CONFIRMED), S.OPEN, "mở lại"),
    "cancel": Transition(BEFORE_APPROVAL, S.CANCELLED, "huỷ"),
}


def open_run(
    *,
    actor: Actor,
    label: str,
    period_from: date,
    period_until: date,
    payment_date: date,
    fund: Fund | None = None,
) -> Run:
    """A run over `[period_from, period_until)`, to be paid on `payment_date`.

    Raises `label_missing`, `period_wrong`, `payment_date_wrong`, `not_paying`, `period_overlaps`.
    """
    require_money(actor, "run.open")
    name = plain_text(label)[:100]
    if not name:
        raise PaymentError("label_missing", field="label")
    if period_until <= period_from:
        raise PaymentError("period_wrong", field="period_until")
    if payment_date < period_until:
        raise PaymentError("payment_date_wrong", field="payment_date")
    if not paying_days(actor.portal_id, period_from, period_until):
        raise PaymentError("not_paying", field="period_from")
    try:
        with transaction.atomic():
            run = Run.objects.create(
                portal_id=actor.portal_id,
                label=name,
                period_from=period_from,
                period_until=period_until,
                payment_date=payment_date,
                fund=fund,
                opened_by_id=actor.account_id,
            )
            record_event(
                actor=actor,
                kind="run.opened",
                subject=run,
                facts={"from": period_from.isoformat(), "until": period_until.isoformat()},
            )
    except IntegrityError as refused:
        if "run_live_no_overlap" in str(refused):
            raise PaymentError("period_overlaps", field="period_from") from None
        raise
    return run


def payable_pieces(portal: Portal, period_from: date, period_until: date) -> list[int]:
    """Ids of pieces published before `period_until` on a paying day, of which something is not paid yet.

    A piece of an earlier period comes again only if an issued run left it neither paid nor settled.
    """
    sql, params = pieces_of_days(portal, date.min, period_until)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT p.id FROM ({sql}) AS p(id, day)
             WHERE (p.day >= %s OR NOT EXISTS (
                     SELECT 1 FROM payments_runexclusion x JOIN payments_run r ON r.id = x.run_id
                      WHERE x.piece_id = p.id AND x.generation = r.generation AND x.bucket = ANY(%s)
                        AND r.state IN ('issued', 'closed')))
               AND (NOT EXISTS (SELECT 1 FROM contributors_credit c WHERE c.piece_id = p.id)
                    OR EXISTS (SELECT 1 FROM contributors_credit c WHERE c.piece_id = p.id
                                AND NOT EXISTS (SELECT 1 FROM payments_line l WHERE l.portal_id = c.portal_id
                                                 AND l.subject_key = 'credit:' || c.id)))
             ORDER BY p.day, p.id
            """,  # noqa: S608 - the inner query is the ORM's own, its values are parameters
            [*params, period_from, [Bucket.OUTSIDE_RULES, Bucket.NO_FEE]],
        )
        return [row[0] for row in cursor.fetchall()]


def freeze_run(*, actor: Actor, run: Run, seen_version: int) -> Run:
    """Copy the facts of every payable piece and the rules; from here the computation reads nothing else.

    Raises `no_schedule` where a schedule is wanting.
    """
    require_money(actor, "run.freeze")
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "freeze")
        portal = Portal.objects.get(pk=actor.portal_id)
        since = min((days[0] for days in paying_days(portal.pk, date.min, row.period_until)), default=row.period_from)
        schedules = rates.schedule_rows(portal, since, row.period_until)
        if not schedules:
            raise PaymentError("no_schedule", day=f"{row.period_from:%d/%m/%Y}")
        row.snapshot = rates.snapshot_rules(portal, schedules)
        RunItem.objects.filter(run=row).delete()
        row.circumstances = {
            "seats": frozen_seats(row.portal_id, row.period_from, row.period_until),
            "fund_left": funds.position(row.fund).left if row.fund is not None else None,
        }
        digest = hashlib.sha256(row.snapshot.digest.encode())
        digest.update(_canonical(row.circumstances).encode())
        payable = payable_pieces(portal, row.period_from, row.period_until)
        with LineWriter(COPY_ITEMS) as items:
            for start in range(0, len(payable), READ_AT_ONCE):
                items.settle()
                for position, (piece_id, facts) in enumerate(
                    frozen_facts(portal, payable[start : start + READ_AT_ONCE]), start=start + 1
                ):
                    text = _canonical(facts)
                    items.add((row.portal_id, row.pk, piece_id, position, text))
                    digest.update(text.encode())
        row.fingerprint = digest.hexdigest()
        row.frozen_at = clock.now()
        return move_run(
            actor=actor, run=row, action="freeze", facts={"items": len(payable), "fingerprint": row.fingerprint}
        )


def compute_run(*, actor: Actor, run: Run, seen_version: int) -> Job:
    """Promise the computation; a worker writes the next generation of draft lines and moves the run on.

    Raises `still_computing` while an earlier promise is not done.
    """
    require_money(actor, "run.compute")
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "compute")
        if computing(row):
            raise PaymentError("still_computing")
        row.computed_by_id = actor.account_id
        row.computed_at = clock.now()
        row.confirmed_by = None
        row.save(update_fields=["computed_by", "computed_at", "confirmed_by"])
        record_event(actor=actor, kind="run.compute_asked", subject=row)
        return schedule_job(portal_id=row.portal_id, task=COMPUTE_TASK, run_id=row.pk, generation=row.generation + 1)


def computing(run: Run) -> bool:
    """Whether a computation of the run is promised or under way."""
    return Job.objects.filter(
        task=COMPUTE_TASK, arguments__run_id=run.pk, state__in=[JobState.PENDING, JobState.CLAIMED]
    ).exists()


def confirm_run(*, actor: Actor, run: Run, seen_version: int) -> Run:
    """The head (or the deputy for them) confirms the list of works.

    While somebody's days to answer run, or somebody was not told, it is refused: those days were promised. Only the
    accountant ends a check before its time, with a reason on record (`payments.checking.end_review`).
    Raises `maker_is_checker`, `own_line`, `nothing_to_pay`, `still_computing`, `review_running`.
    """
    require_money(actor, "run.confirm")
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "confirm")
        if computing(row):
            raise PaymentError("still_computing")
        if row.computed_by_id == actor.account_id:
            raise PaymentError("maker_is_checker")
        if has_own_maker_line(actor, row):
            raise PaymentError("own_line")
        if not may_confirm(actor, row):
            raise DomainError("not_allowed")
        drafted = DraftLine.objects.filter(run=row, generation=row.generation, held="").exists()
        if not drafted and not plan_statements(row).statements:  # a leaver's balance is something to pay
            raise PaymentError("nothing_to_pay")
        if row.state == RunState.IN_REVIEW:
            check_review_over(row)
            row.review_ended_at = clock.now()
        row.confirmed_by_id = actor.account_id
        row.confirmed_at = clock.now()
        return move_run(actor=actor, run=row, action="confirm", facts={"generation": row.generation})


def approve_run(*, actor: Actor, run: Run, seen_version: int) -> Run:
    """The account holder approves the spending: lines and statements are written, held ones left out.

    Raises `maker_is_checker`, `own_line`, `decision_number_missing`, `fund_missing`, `fund_exhausted`,
    `fund_closed`, `people_changed`, `paid_meanwhile`.
    """
    require_money(actor, "run.approve")
    require_proof(actor)
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "approve")
        if row.computed_by_id == actor.account_id:
            raise PaymentError("maker_is_checker")
        if has_own_maker_line(actor, row):
            raise PaymentError("own_line")
        check_decision_numbers(row)
        fund = lock_fund(row)
        totals = approving.write_statements(row)
        left = funds.position(fund).left
        if totals.gross > left:
            raise PaymentError("fund_exhausted", left=dong(left), needed=dong(totals.gross))
        row.gross, row.tax, row.net = totals.gross, totals.tax, totals.net
        row.approved_by_id = actor.account_id
        row.approved_at = clock.now()
        return move_run(
            actor=actor,
            run=row,
            action="approve",
            facts=asdict(totals),
        )


def reopen_run(*, actor: Actor, run: Run, seen_version: int) -> Run:
    """Back to open before approval: frozen input and draft lines are thrown away; what people answered stays."""
    require_money(actor, "run.reopen")
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "reopen")
        if computing(row):
            raise PaymentError("still_computing")
        row.confirmed_by = row.computed_by = None
        row.confirmed_at = row.computed_at = row.frozen_at = None
        row.review_days = row.review_started_at = row.review_ended_at = None
        row.fingerprint, row.circumstances = "", {}
        moved = move_run(actor=actor, run=row, action="reopen")
        DraftLine.objects.filter(run=row).delete()
        RunExclusion.objects.filter(run=row).delete()
        RunNotice.objects.filter(run=row).delete()
        return moved


def cancel_run(*, actor: Actor, run: Run, seen_version: int, reason: str) -> Run:
    """Give the run up before approval; its days are free again."""
    require_money(actor, "run.cancel")
    if not reason.strip():
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = lock_run(run, seen_version)
        check_step(row, "cancel")
        return move_run(actor=actor, run=row, action="cancel", facts={"reason": plain_text(reason)})


def lock_run(run: Run, seen_version: int | None) -> Run:
    """The row, locked and read again. Raises `stale_version`, `not_found`."""
    row = Run.objects.select_for_update().filter(pk=run.pk).first()
    if row is None:
        raise DomainError("not_found")
    if seen_version is not None and row.version != seen_version:
        raise DomainError("stale_version", field="version")
    return row


def lock_fund(run: Run) -> Fund:
    """The run's fund, locked, so that two runs never spend the same đồng. Raises `fund_missing`, `fund_closed`."""
    if run.fund_id is None:
        raise PaymentError("fund_missing", field="fund")
    fund = Fund.objects.select_for_update().get(pk=run.fund_id)
    if clock.today() > fund.cut_off:
        raise PaymentError("fund_closed", field="fund", day=f"{fund.cut_off:%d/%m/%Y}")
    return fund


def check_decision_numbers(run: Run) -> None:
    """Without a decision's number: what-if yes, issue no. Raises `decision_number_missing`."""
    if run.snapshot is None:
        raise PaymentError("no_schedule", day=f"{run.period_from:%d/%m/%Y}")
    for decision in run.snapshot.content["decisions"]:
        if not decision["number"]:
            raise PaymentError("decision_number_missing", schedule=decision["title"])


def check_step(run: Run, action: str) -> None:
    """Raise `run_wrong_state` unless the table allows the step."""
    transition = TRANSITIONS[action]
    if run.state not in transition.sources:
        raise PaymentError("run_wrong_state", state=run.get_state_display(), action=transition.word)


def pressed_already(actor: Actor, run: Run, action: str, seen_version: int) -> bool:
    """Whether the actor took this very step a moment ago: a second press of one button does nothing more."""
    if action == "compute" and run.version == seen_version and run.computed_by_id == actor.account_id:
        return computing(run)
    step = TRANSITIONS.get(action)
    if step is None or run.state != step.target or run.version != seen_version + 1:
        return False
    last = Event.objects.filter(subject_type="run", subject_id=run.pk).order_by("-pk").first()
    return last is not None and last.kind == f"run.{action}" and last.actor_account_id == actor.account_id


def move_run(*, actor: Actor, run: Run, action: str, facts: Mapping[str, Any] | None = None) -> Run:
    """Change a locked run's state by the table and write the event; fields set by the caller are saved too."""
    check_step(run, action)
    before = run.state
    run.state = TRANSITIONS[action].target
    run.version = run.version + 1
    run.save()
    record_event(
        actor=actor, kind=f"run.{action}", subject=run, facts={"from": before, "to": run.state, **(facts or {})}
    )
    return run


def dong(amount: int) -> str:
    """1265000 as people write it: 1.265.000."""
    return f"{amount:,}".replace(",", ".")
