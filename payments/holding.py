"""Why a line waits: its credit is open, it is disputed, or its person cannot be paid yet.

One place for the computation of a run, which asks for all lines at once, and for an answer of the contributors'
check, which moves a single line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from contributors.actors import in_force
from contributors.models import Contributor, ContributorState, Credit, CreditState
from payments.models import (
    Answer,
    CheckOutcome,
    DraftLine,
    Held,
    LineCheck,
    PayeeDetails,
    Run,
    RunItem,
    RunState,
    TaxStatus,
)

BATCH = 5000
# The states in which a draft may still be told that a line waits or waits no more.
DRAFT_STATES = frozenset({RunState.COMPUTED, RunState.IN_REVIEW})
Disputes = Mapping[tuple[str, int], int | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What holds lines: unconfirmed credits by subject key, disputes, and people who cannot be paid with the reason."""

    unconfirmed: Collection[str]
    disputes: Disputes
    people: Mapping[int, str]


def what_waits(run: Run, people: Collection[int]) -> Waiting:
    """Everything that holds lines of a run now. Five queries."""
    return Waiting(open_credits(run), standing_disputes(), held_people(people, run.payment_date))


def held_people(people: Collection[int], payment_date: date) -> dict[int, str]:
    """Of these people, who cannot be paid on the day, and why. Three queries."""
    states = dict(Contributor.objects.filter(pk__in=people).values_list("pk", "state"))
    payable = set(
        PayeeDetails.objects.filter(contributor_id__in=people, current=True).values_list("contributor_id", flat=True)
    )
    taxed = set(
        TaxStatus.objects.filter(in_force(payment_date), contributor_id__in=people).values_list(
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


def open_credits(run: Run) -> set[str]:
    """Credits that their people have not confirmed, or dispute."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for pieces in pieces_in_batches(run):
            cursor.execute(
                "SELECT id FROM contributors_credit WHERE portal_id = %s AND piece_id = ANY(%s) AND state <> %s",
                [run.portal_id, pieces, CreditState.CONFIRMED],
            )
            found.update(f"credit:{pk}" for (pk,) in cursor.fetchall())
    return found


def pieces_in_batches(run: Run) -> Iterator[list[int]]:
    """Ids of the run's pieces, in batches, each to be asked with as one array (a list of as many parameters costs more
    than its answer). By a subquery it would be one question; but of items that were written a moment ago the planner
    knows nothing, takes them for one, and looks through the portal's credits for each.
    """
    last = 0
    while True:
        batch = list(
            RunItem.objects.filter(run=run, position__gt=last)
            .order_by("position")
            .values_list("position", "piece_id")[:BATCH]
        )
        if not batch:
            return
        last = batch[-1][0]
        yield [piece_id for _, piece_id in batch]


def standing_disputes(keys: Collection[str] | None = None) -> Disputes:
    """What people dispute: (subject key, person) → None until it is answered; where it "will be corrected", the
    amount in đồng that was disputed, which waits until it is another one. Any run's; the person's last word counts.
    One query.
    """
    disputed = LineCheck.objects.exclude(answer=Answer.RIGHT).exclude(outcome=CheckOutcome.KEPT)
    disputed = disputed.exclude(subject_key="")
    if keys is not None:
        disputed = disputed.filter(subject_key__in=keys)
    last_words = (
        LineCheck.objects.filter(subject_key__in=disputed.values("subject_key"))
        .order_by("subject_key", "contributor_id", "-answered_at", "-pk")
        .distinct("subject_key", "contributor_id")
        .values_list("subject_key", "contributor_id", "contributor__merged_into_id", "answer", "outcome", "amount")
    )
    return {
        (key, merged_into or person): amount if outcome == CheckOutcome.CORRECTED else None
        for key, person, merged_into, answer, outcome, amount in last_words
        if answer != Answer.RIGHT and outcome != CheckOutcome.KEPT
    }


def hold_again(run: Run, person: int, keys: Collection[str]) -> bool:
    """After an answer: give these lines of a person in the run's draft the reason that they have now. The caller has
    locked the run. True where a line changed, so that what somebody else saw of the run is stale.
    """
    if run.state not in DRAFT_STATES or not keys:
        return False
    lines = list(
        DraftLine.objects.filter(run=run, generation=run.generation, contributor_id=person, subject_key__in=keys)
    )
    disputes = standing_disputes(keys)
    credit_ids = [int(line.subject_key.split(":")[1]) for line in lines if line.subject_key.startswith("credit:")]
    open_ids = Credit.objects.filter(pk__in=credit_ids).exclude(state=CreditState.CONFIRMED)
    unconfirmed = {f"credit:{pk}" for pk in open_ids.values_list("pk", flat=True)}
    waiting = Waiting(unconfirmed, disputes, held_people([person], run.payment_date))
    changed = []
    for line in lines:
        held = reason_held(line.subject_key, person, line.amount, waiting)
        if line.held != held:
            line.held = held
            changed.append(line)
    DraftLine.objects.bulk_update(changed, ["held"], batch_size=1000)
    return bool(changed)


def reason_held(key: str, person: int, amount: int, waiting: Waiting) -> str:
    """The first reason that holds, "" where the line is paid: an open credit, a dispute, the person."""
    if key in waiting.unconfirmed:
        return Held.CREDIT_OPEN
    disputes = waiting.disputes
    if disputes and (key, person) in disputes and disputes[key, person] in {None, amount}:
        return Held.DISPUTED
    return waiting.people.get(person, "")
