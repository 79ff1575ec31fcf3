"""The computation of a run: frozen facts in, one generation of draft lines out. Runs in a worker.

It reads nothing but the run's items, its rule snapshot, and who can be paid at all. A recompute writes
generation n+1 beside the old one and then switches the run to it in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache

from django.db import connection, transaction

from contributors.actors import Actor
from contributors.events import record_event
from contributors.models import Portal
from payments import rates
from payments.facts import facts_from
from payments.holding import pieces_in_batches, reason_held, what_waits
from payments.line_writer import LineWriter
from payments.models import Bucket, DraftLine, Run, RunExclusion, RunNotice, RunState
from payments.period_pieces import pieces_of_days
from payments.royalty.engine import compute
from payments.royalty.facts import PieceFacts, RunFacts
from payments.royalty.outcome import ComputedLine, Notice, OutsideRules
from payments.seat_facts import seats_from

CHUNK = 5000
PAID_BEFORE = "paid_before"  # of the engine's phrases
STAGES = frozenset({RunState.FROZEN, RunState.COMPUTED, RunState.IN_REVIEW})
READ_ITEMS = """
SELECT position, piece_id, facts::text FROM payments_runitem WHERE run_id = %s AND position > %s
 ORDER BY position LIMIT %s
"""
COPY_LINES = """
COPY payments_draftline (portal_id, run_id, generation, subject_key, contributor_id, piece_id, role, kind,
                         amount, exact_numerator, exact_denominator, template, "values", reason, held) FROM STDIN
"""


class FrozenPieces:
    """The items of a run as the engine reads them: from the start again each time, in batches, in order.

    `before_reading` frees the connection, on which lines may just be written. `ids` has the piece of each subject of
    the batch being read and of no other, `parts` how many credits it has: memory does not grow with the run.
    """

    def __init__(self, run: Run, before_reading: Callable[[], None]) -> None:
        self.run = run
        self.before_reading = before_reading
        self.ids: dict[str, int] = {}
        self.parts: dict[str, int] = {}

    def __iter__(self) -> Iterator[PieceFacts]:
        last = 0
        while True:
            self.before_reading()
            with connection.cursor() as cursor:
                cursor.execute(READ_ITEMS, [self.run.pk, last, CHUNK])
                batch = cursor.fetchall()
            if not batch:
                return
            last = batch[-1][0]
            # One text for all: reading five thousand small ones takes three times as long.
            frozen = json.loads(f"[{','.join(text for _, _, text in batch)}]")
            self.ids = {facts["s"]: row[1] for facts, row in zip(frozen, batch, strict=True)}
            self.parts = {facts["s"]: max(1, len(facts["cr"])) for facts in frozen}
            yield from map(facts_from, frozen)


class Remarks:
    """What a generation says besides its lines, in small batches: each is written while the connection is free."""

    def __init__(self, run: Run, generation: int) -> None:
        self.of = {"portal_id": run.portal_id, "run": run, "generation": generation}
        self.exclusions: list[RunExclusion] = []
        self.notices: list[RunNotice] = []
        self.count = 0

    def leave_out(self, *, piece_id: int, bucket: str, reason: str, key: str = "", parts: int = 1) -> None:
        row = RunExclusion(piece_id=piece_id, bucket=bucket, reason=reason, subject_key=key, parts=parts, **self.of)
        self.exclusions.append(row)
        self.count += 1

    def notice(self, notice: Notice, piece_id: int | None) -> None:
        kind, _, person = notice.subject.partition(":")
        row = RunNotice(
            piece_id=piece_id,
            contributor_id=int(person) if kind == "person" else None,
            code=notice.code,
            values=list(notice.values),
            **self.of,
        )
        self.notices.append(row)

    def write(self) -> None:
        """Needs a free connection."""
        RunExclusion.objects.bulk_create(self.exclusions, batch_size=1000)
        RunNotice.objects.bulk_create(self.notices, batch_size=1000)
        self.exclusions, self.notices = [], []


def compute_generation(*, run_id: int, generation: int) -> None:
    """Write the draft lines and exclusions of a generation and move the run to `computed`; a run that its people are
    checking stays where it is, and their answers with it.

    Doing it twice writes it once: a run that has reached the generation, or left the stage, is let be. So is one
    that was reopened meanwhile: nobody is its maker any more, and maker and checker must be two people.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.generation >= generation or run.state not in STAGES or run.computed_by_id is None:
            return
        waiting = what_waits(run, _people(run))
        paid = _paid_before(run)
        remarks = Remarks(run, generation)
        count = total = 0
        with LineWriter(COPY_LINES) as lines:

            def between_batches() -> None:
                lines.settle()
                remarks.write()

            pieces = FrozenPieces(run, between_batches)
            for outcome in compute(_rules(run), pieces):
                if isinstance(outcome, Notice):
                    remarks.notice(outcome, pieces.ids.get(outcome.subject))
                    continue
                if not isinstance(outcome, ComputedLine):
                    bucket = Bucket.OUTSIDE_RULES if isinstance(outcome, OutsideRules) else Bucket.WAITING
                    remarks.leave_out(
                        piece_id=pieces.ids[outcome.subject],
                        bucket=bucket,
                        reason=outcome.reason,
                        parts=pieces.parts[outcome.subject],
                    )
                    continue
                key = outcome.subject_key
                if key in paid:
                    remarks.leave_out(piece_id=paid[key], bucket=Bucket.PAID_BEFORE, reason=PAID_BEFORE, key=key)
                    continue
                lines.add(
                    (
                        run.portal_id,
                        run.pk,
                        generation,
                        key,
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
                        reason_held(key, outcome.person, outcome.amount, waiting),
                    )
                )
                count += 1
                total += outcome.amount
        remarks.write()
        excluded = remarks.count + leave_out_paid_pieces(run, generation)
        for draft in (DraftLine, RunExclusion, RunNotice):
            draft.objects.filter(run=run, generation__lt=generation).delete()
        run.generation = generation
        run.state = RunState.IN_REVIEW if run.state == RunState.IN_REVIEW else RunState.COMPUTED
        run.version = run.version + 1
        run.save(update_fields=["generation", "state", "version"])
        record_event(
            actor=Actor(kind="system", portal_id=run.portal_id),
            kind="run.computed",
            subject=run,
            facts={"generation": generation, "lines": count, "total": total, "excluded": excluded},
        )


# One encoder for all lines: making one for each is most of the cost of a short list. The same values come again
# and again (a coefficient, a unit, a share), so their text is remembered.
_compact = lru_cache(maxsize=4096)(json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode)


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
        seats=seats_from(run.circumstances.get("seats", [])),
        fund_left=run.circumstances.get("fund_left"),
    )


def _people(run: Run) -> set[int]:
    """Everybody who may be paid: by a credit of a frozen piece, or for a seat."""
    seated = {seat.person for seat in seats_from(run.circumstances.get("seats", []))}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT (credit->>1)::bigint FROM payments_runitem, jsonb_array_elements(facts->'cr') credit"
            " WHERE run_id = %s",
            [run.pk],
        )
        return seated | {row[0] for row in cursor.fetchall()}


def _paid_before(run: Run) -> dict[str, int]:
    """Subject keys of these pieces that an earlier run paid already, each with its piece."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for pieces in pieces_in_batches(run):
            cursor.execute(
                "SELECT subject_key, piece_id FROM payments_line WHERE portal_id = %s AND piece_id = ANY(%s)",
                [run.portal_id, pieces],
            )
            found.update(cursor.fetchall())
    return found


def leave_out_paid_pieces(run: Run, generation: int) -> int:
    """Pieces of the run's days of which everything was paid elsewhere: they are no items, and have their place too.

    That happens where runs are opened out of their order. Returns how many; one statement, whatever their number. By
    EXCEPT, which always hashes or sorts: of items written a moment ago the planner knows nothing, and NOT EXISTS would
    walk all of them for each piece.
    """
    portal = Portal.objects.get(pk=run.portal_id)
    published, params = pieces_of_days(portal, run.period_from, run.period_until)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH left_out AS MATERIALIZED (
                SELECT p.id FROM ({published}) AS p(id, day)
                EXCEPT SELECT i.piece_id FROM payments_runitem i WHERE i.run_id = %s)
            INSERT INTO payments_runexclusion
                   (portal_id, run_id, generation, piece_id, subject_key, bucket, reason, parts)
            SELECT %s, %s, %s, p.id, '', %s, %s, paid.parts
              FROM left_out p
              JOIN LATERAL (SELECT count(*) AS parts, count(l.id) AS lines
                              FROM contributors_credit c
                              LEFT JOIN payments_line l ON l.portal_id = c.portal_id
                                   AND l.subject_key = 'credit:' || c.id AND l.kind NOT IN ('correction', 'carry_over')
                             WHERE c.piece_id = p.id) AS paid ON paid.parts > 0 AND paid.parts = paid.lines
            """,  # noqa: S608 - the inner query is the ORM's own, its values are parameters
            [*params, run.pk, run.portal_id, run.pk, generation, Bucket.PAID_BEFORE, PAID_BEFORE],
        )
        return int(cursor.rowcount)
