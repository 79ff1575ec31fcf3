"""The computation of a run: frozen facts in, one generation of draft lines out. Runs in a worker.

It reads nothing but the run's items, its rule snapshot, and who can be paid at all. A recompute writes
generation n+1 beside the old one and then switches the run to it in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from django.db import connection, transaction

from contributors.actors import Actor, in_force
from contributors.events import record_event
from contributors.models import Contributor, ContributorState, Credit, CreditState
from payments import rates
from payments.facts import facts_from
from payments.line_writer import LineWriter
from payments.models import Bucket, DraftLine, Held, Line, PayeeDetails, Run, RunExclusion, RunItem, RunState, TaxStatus
from payments.royalty.engine import compute
from payments.royalty.facts import PieceFacts, RunFacts
from payments.royalty.outcome import ComputedLine, Notice, OutsideRules

CHUNK = 5000
COPY_LINES = """
COPY payments_draftline (portal_id, run_id, generation, subject_key, contributor_id, piece_id, role, kind,
                         amount, exact_numerator, exact_denominator, template, "values", reason, held) FROM STDIN
"""


class FrozenPieces:
    """The items of a run as the engine reads them: from the start again each time, in batches, in order.

    `before_reading` frees the connection, on which lines may just be written. `ids` has the piece of each subject of
    the batch being read, and of no other: memory does not grow with the run.
    """

    def __init__(self, run: Run, before_reading: Callable[[], None]) -> None:
        self.run = run
        self.before_reading = before_reading
        self.ids: dict[str, int] = {}

    def __iter__(self) -> Iterator[PieceFacts]:
        last = 0
        while True:
            self.before_reading()
            batch = list(
                RunItem.objects.filter(run=self.run, position__gt=last)
                .order_by("position")
                .values_list("position", "piece_id", "facts")[:CHUNK]
            )
            if not batch:
                return
            last = batch[-1][0]
            self.ids = {facts["s"]: piece_id for _, piece_id, facts in batch}
            for _, _, facts in batch:
                yield facts_from(facts)


def compute_generation(*, run_id: int, generation: int) -> None:
    """Write the draft lines and exclusions of a generation and move the run to `computed`.

    Doing it twice writes it once: a run that has reached the generation, or left the stage, is let be. So is one
    that was reopened meanwhile: nobody is its maker any more, and maker and checker must be two people.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        stage = run.state in {RunState.FROZEN, RunState.COMPUTED} and run.computed_by_id is not None
        if run.generation >= generation or not stage:
            return
        held = _held_people(run)
        open_credits = _open_credits(run)
        paid = _paid_before(run)
        exclusions: list[RunExclusion] = []
        count = total = 0
        with LineWriter(COPY_LINES) as lines:
            pieces = FrozenPieces(run, lines.settle)
            for outcome in compute(_rules(run), pieces):
                if isinstance(outcome, Notice):
                    continue
                if not isinstance(outcome, ComputedLine):
                    bucket = Bucket.OUTSIDE_RULES if isinstance(outcome, OutsideRules) else Bucket.WAITING
                    exclusions.append(
                        RunExclusion(
                            portal_id=run.portal_id,
                            run=run,
                            generation=generation,
                            piece_id=pieces.ids[outcome.subject],
                            bucket=bucket,
                            reason=outcome.reason,
                        )
                    )
                    continue
                if outcome.subject_key in paid:
                    continue
                reason_held = Held.CREDIT_OPEN if outcome.subject_key in open_credits else held.get(outcome.person, "")
                lines.add(
                    (
                        run.portal_id,
                        run.pk,
                        generation,
                        outcome.subject_key,
                        outcome.person,
                        pieces.ids.get(outcome.piece),
                        outcome.role,
                        outcome.kind,
                        outcome.amount,
                        outcome.exact_numerator,
                        outcome.exact_denominator,
                        outcome.template,
                        _compact(outcome.values),
                        outcome.reason,
                        reason_held,
                    )
                )
                count += 1
                total += outcome.amount
        RunExclusion.objects.bulk_create(exclusions, batch_size=1000)
        DraftLine.objects.filter(run=run, generation__lt=generation).delete()
        RunExclusion.objects.filter(run=run, generation__lt=generation).delete()
        run.generation = generation
        run.state = RunState.COMPUTED
        run.version = run.version + 1
        run.save(update_fields=["generation", "state", "version"])
        record_event(
            actor=Actor(kind="system", portal_id=run.portal_id),
            kind="run.computed",
            subject=run,
            facts={"generation": generation, "lines": count, "total": total, "excluded": len(exclusions)},
        )


# One encoder for all lines: making one for each is most of the cost of a short list.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _rules(run: Run) -> RunFacts:
    if run.snapshot is None:
        message = f"run {run.pk} was never frozen"
        raise ValueError(message)
    schedules, salaries = rates.rules_of_snapshot(run.snapshot)
    return RunFacts(
        period_from=run.period_from,
        period_until=run.period_until,
        rotation=run.period_from.year * 12 + run.period_from.month,
        schedules=schedules,
        base_salaries=salaries,
        payment_date=run.payment_date,
    )


def _people(run: Run) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT (credit->>1)::bigint FROM payments_runitem, jsonb_array_elements(facts->'cr') credit"
            " WHERE run_id = %s",
            [run.pk],
        )
        return {row[0] for row in cursor.fetchall()}


def _held_people(run: Run) -> dict[int, str]:
    """Who cannot be paid now, and why; everybody else is."""
    people = _people(run)
    states = dict(Contributor.objects.filter(pk__in=people).values_list("pk", "state"))
    payable = set(
        PayeeDetails.objects.filter(contributor_id__in=people, current=True).values_list("contributor_id", flat=True)
    )
    taxed = set(
        TaxStatus.objects.filter(in_force(run.payment_date), contributor_id__in=people).values_list(
            "contributor_id", flat=True
        )
    )
    held: dict[int, str] = {}
    for person, state in states.items():
        if state == ContributorState.RECORDED:
            held[person] = Held.NOT_REGISTERED
        elif person not in payable:
            held[person] = Held.PAYEE_MISSING
        elif person not in taxed:
            held[person] = Held.TAX_STATUS_MISSING
    return held


def _open_credits(run: Run) -> set[str]:
    """Credits that their people have not confirmed, or dispute."""
    found: set[str] = set()
    for pieces in _pieces(run):
        keys = Credit.objects.filter(piece__in=pieces).exclude(state=CreditState.CONFIRMED)
        found.update(f"credit:{pk}" for pk in keys.values_list("pk", flat=True))
    return found


def _paid_before(run: Run) -> set[str]:
    """Subject keys of these pieces that an earlier run paid already."""
    found: set[str] = set()
    for pieces in _pieces(run):
        found.update(Line.objects.filter(piece__in=pieces).values_list("subject_key", flat=True))
    return found


def _pieces(run: Run) -> Iterator[list[int]]:
    """Ids of the run's pieces, in batches. By a subquery it would be one question; but of items that were written a
    moment ago the planner knows nothing, takes them for one, and looks through the portal's credits for each.
    """
    last = 0
    while True:
        batch = list(
            RunItem.objects.filter(run=run, position__gt=last)
            .order_by("position")
            .values_list("position", "piece_id")[:CHUNK]
        )
        if not batch:
            return
        last = batch[-1][0]
        yield [piece_id for _, piece_id in batch]
