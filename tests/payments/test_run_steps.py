"""From opening to closing: recomputing, going back, what is settled for good, and every step from every state."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Event, Job, Score
from payments import checking, issuing, payouts, runs
from payments.computing import compute_generation
from payments.errors import PaymentError
from payments.models import DraftLine, Line, RunExclusion, RunItem, RunState, Statement
from tests.factories.world import at
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    approved_run,
    closed_run,
    compute,
    computed_run,
    confirmed_run,
    database_rows,
    frozen_run,
    issue,
    issued_run,
    paid,
    work,
)
from tests.payments.test_buckets import posted_document

ACTS = {
    "freeze": lambda world, run, seen: runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=seen),
    "compute": lambda world, run, seen: runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=seen),
    "start_review": lambda world, run, seen: checking.start_review(
        actor=world.actor("accountant"), run=run, seen_version=seen, days=3
    ),
    "end_review": lambda world, run, seen: checking.end_review(
        actor=world.actor("accountant"), run=run, seen_version=seen, reason="Kho bạc khoá sổ"
    ),
    "confirm": lambda world, run, seen: runs.confirm_run(actor=world.actor("head"), run=run, seen_version=seen),
    "approve": lambda world, run, seen: runs.approve_run(actor=world.actor("holder"), run=run, seen_version=seen),
    "issue": lambda world, run, seen: issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=seen),
    "close": lambda world, run, seen: payouts.close_run(actor=world.actor("accountant"), run=run, seen_version=seen),
    "reopen": lambda world, run, seen: runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=seen),
    "cancel": lambda world, run, seen: runs.cancel_run(
        actor=world.actor("accountant"), run=run, seen_version=seen, reason="Mở nhầm kỳ"
    ),
}


def keys(run) -> list[tuple[str, int, int]]:
    return sorted(DraftLine.objects.filter(run=run).values_list("subject_key", "generation", "amount"))


def test_recompute_writes_the_next_generation_and_leaves_one(world):
    world.published("lan", photos_by=("hoa",))
    posted_document(world, "2026-07-12T09:00")
    with clock.at(AUGUST):
        first = computed_run(world)
        before = keys(first)
        second = compute(world, first)
    assert (first.generation, second.generation, second.version) == (1, 2, first.version + 1)
    assert keys(second) == [(key, 2, amount) for key, _, amount in before]
    assert list(RunExclusion.objects.filter(run=second).values_list("generation", flat=True)) == [2]
    assert Event.objects.filter(kind="run.computed", subject_id=second.pk).count() == 2


def test_computing_the_same_generation_again_changes_nothing(world):
    """Delivered twice, and with arguments that are stale by now."""
    world.published("lan")
    with clock.at(AUGUST):
        run = compute(world, computed_run(world))
        before = database_rows()
        for generation in (1, 2):
            compute_generation(run_id=run.pk, generation=generation)
    assert database_rows() == before


def test_reopened_run_is_frozen_again_with_what_came_meanwhile(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = confirmed_run(world)
        print_before = run.fingerprint
        world.published("hoa", when="2026-07-20T09:00", coefficient="1")
        run = runs.reopen_run(actor=world.actor("head"), run=run, seen_version=run.version)
        assert (run.state, run.fingerprint, run.computed_by_id, run.confirmed_by_id) == ("open", "", None, None)
        assert DraftLine.objects.filter(run=run).count() == 0
        accountant = world.actor("accountant")
        run = runs.freeze_run(actor=accountant, run=run, seen_version=run.version)
        assert run.fingerprint != print_before
        assert list(RunItem.objects.filter(run=run).order_by("position").values_list("position", flat=True)) == [1, 2]
        run = compute(world, run)
        assert run.generation == 2
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        run = issue(world, run)
    assert [amount for _, role, amount in paid(run) if role == "author"] == [253_000, 379_500]


def test_freezing_the_same_pieces_again_gives_the_same_fingerprint(world):
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        first = frozen_run(world)
        again = runs.reopen_run(actor=world.actor("accountant"), run=first, seen_version=first.version)
        again = runs.freeze_run(actor=world.actor("accountant"), run=again, seen_version=again.version)
    assert first.fingerprint == again.fingerprint


def test_what_is_edited_after_the_freeze_is_not_read(world):
    """The computation reads the frozen facts: a score changed behind its back moves nothing."""
    piece = world.published("lan", coefficient="1.5")
    with clock.at(AUGUST):
        run = frozen_run(world)
        Score.objects.filter(piece=piece, accepted=True).update(accepted=False)
        Score.objects.create(
            portal=world.portal,
            piece=piece,
            scorer=world.people["head"],
            revision_number=piece.revision_number,
            coefficient=2,
            at=AUGUST,
        )
        run = compute(world, run)
    assert DraftLine.objects.get(run=run, role="author").amount == 379_500


def test_nothing_changes_after_approval(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
        before = database_rows()
        compute_generation(run_id=run.pk, generation=run.generation + 1)
        for action in ("freeze", "compute", "start_review", "end_review", "confirm", "approve", "reopen", "cancel"):
            with pytest.raises(PaymentError, match="run_wrong_state"), transaction.atomic():
                ACTS[action](world, run, run.version)
    assert database_rows() == before


def test_job_of_an_earlier_life_does_not_compute_a_reopened_run(world):
    """A failed computation, the run reopened and frozen again, then the old job is retried: nobody asked for it."""
    world.published("lan")
    with clock.at(AUGUST):
        run = frozen_run(world)
        job = runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        Job.objects.filter(pk=job.pk).update(state="failed")
        run = world.fresh(run)
        run = runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        run = runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        Job.objects.filter(pk=job.pk).update(state="pending")
        work()
    run = world.fresh(run)
    assert (run.state, run.generation) == ("frozen", 0)
    assert DraftLine.objects.filter(run=run).count() == 0


def walk(world):
    """The run in every state a run can have, one after the other."""
    accountant = world.actor("accountant")
    run = world.run()
    yield run
    run = runs.freeze_run(actor=accountant, run=run, seen_version=run.version)
    yield run
    run = compute(world, run)
    yield run
    run = checking.start_review(actor=accountant, run=run, seen_version=run.version, days=3)
    yield run
    run = checking.end_review(actor=accountant, run=run, seen_version=run.version, reason="Kho bạc khoá sổ")
    run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
    yield run
    run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    yield run
    run = issue(world, run)
    work()
    yield world.fresh(run)
    run = world.fresh(run)
    payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
    payouts.confirm_payouts(actor=accountant, run=run)
    yield payouts.close_run(actor=accountant, run=run, seen_version=run.version)
    other = world.run(**NEXT_MONTH)
    yield runs.cancel_run(actor=accountant, run=other, seen_version=other.version, reason="Mở nhầm kỳ")


def attempt(world, run, action: str) -> str:
    """What a step from here leads to: the error's code or "ok"; what it did is undone, what is refused did nothing."""
    try:
        with transaction.atomic():
            ACTS[action](world, run, run.version)
            transaction.set_rollback(True)
    except DomainError as refused:
        return refused.code
    return "ok"


def test_every_step_from_every_state(world):
    """Generated from the table: a step it does not know is `run_wrong_state`, and nothing is written."""
    world.published("lan")
    seen = {}
    with clock.at(SEPTEMBER):
        for run in walk(world):
            before = database_rows()
            for action in runs.TRANSITIONS:
                seen[run.state, action] = attempt(world, run, action)
            assert database_rows() == before
    assert {state for state, _ in seen} == set(RunState.values)
    expected = {
        (state, action): "ok" if state in transition.sources else "run_wrong_state"
        for state in RunState.values
        for action, transition in runs.TRANSITIONS.items()
    }
    expected["issued", "close"] = "payouts_open"  # nobody is paid yet
    expected["in_review", "confirm"] = "review_running"  # nobody was told yet
    assert seen == expected


def test_transition_table_is_the_documented_one():
    """Written out by hand: a change of the table is a decision, not a slip."""
    early = {"open", "frozen", "computed", "in_review", "confirmed"}
    assert {name: (set(step.sources), step.target) for name, step in runs.TRANSITIONS.items()} == {
        "freeze": ({"open"}, "frozen"),
        "compute": ({"frozen", "computed", "in_review"}, "computed"),
        "start_review": ({"computed"}, "in_review"),
        "end_review": ({"in_review"}, "computed"),
        "confirm": ({"computed", "in_review"}, "confirmed"),
        "approve": ({"confirmed"}, "approved"),
        "issue": ({"approved"}, "issued"),
        "close": ({"issued"}, "closed"),
        "reopen": (early - {"open"}, "open"),
        "cancel": (early, "cancelled"),
    }
    assert set(ACTS) == set(runs.TRANSITIONS)


def test_every_step_writes_one_event_with_both_states(world):
    world.published("lan")
    with clock.at(SEPTEMBER):
        run = closed_run(world)
    told = Event.objects.filter(subject_type="run", subject_id=run.pk, kind__startswith="run.").order_by("pk")
    assert [(event.kind, event.facts.get("from"), event.facts.get("to")) for event in told] == [
        ("run.opened", "2026-07-01", None),
        ("run.freeze", "open", "frozen"),
        ("run.compute_asked", None, None),
        ("run.computed", None, None),
        ("run.confirm", "computed", "confirmed"),
        ("run.approve", "confirmed", "approved"),
        ("run.issue", "approved", "issued"),
        ("run.papers_ready", None, None),
        ("run.payouts_prepared", None, None),
        ("run.paid", None, None),
        ("run.close", "issued", "closed"),
    ]


@pytest.mark.parametrize("action", sorted(ACTS))
def test_stale_version_is_refused_and_writes_nothing(world, action):
    run = world.run()
    before = database_rows()
    with pytest.raises(DomainError) as refused, transaction.atomic():
        ACTS[action](world, run, run.version + 1)
    assert refused.value.code == "stale_version"
    assert database_rows() == before


def test_steps_ask_as_many_questions_for_twelve_pieces_as_for_one(world):
    """Freeze, compute, confirm, approve, issue, pay: no query per piece, person or line."""

    def counted(pieces: int, month: int) -> dict[str, int]:
        for number in range(pieces):
            by = ("lan", "hoa", "writer")[number % min(pieces, 3)]
            world.published(by, when=f"2026-{month:02d}-{number + 1:02d}T09:00", coefficient="1")
        counts = {}

        def step(name, call):
            with CaptureQueriesContext(connection) as asked:
                result = call()
            counts[name] = len(asked)
            return result

        accountant, head, holder = world.actor("accountant"), world.actor("head"), world.actor("holder")
        run = world.run(since=f"2026-{month:02d}-01", until=f"2026-{month + 1:02d}-01", pay=f"2026-{month + 1:02d}-05")
        run = step("freeze", lambda: runs.freeze_run(actor=accountant, run=run, seen_version=run.version))
        runs.compute_run(actor=accountant, run=run, seen_version=run.version)
        step("compute", lambda: compute_generation(run_id=run.pk, generation=run.generation + 1))
        run = world.fresh(run)
        Job.objects.update(state="done")
        run = step("confirm", lambda: runs.confirm_run(actor=head, run=run, seen_version=run.version))
        run = step("approve", lambda: runs.approve_run(actor=holder, run=run, seen_version=run.version))
        run = step("issue", lambda: issuing.issue_run(actor=accountant, run=run, seen_version=run.version))
        step("prepare", lambda: payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version))
        step("pay", lambda: payouts.confirm_payouts(actor=accountant, run=run))
        assert Line.objects.filter(run=run).count() == 3 * pieces
        return counts

    with clock.at(at("2026-11-03T08:00")):
        counted(1, 7)  # the first run of a year also makes the counters and the rule snapshot
        assert counted(1, 8) == counted(12, 9)
    assert sorted(Statement.objects.values_list("run__label").annotate(people=Count("id"))) == [
        ("Kỳ 2026-07-01", 3),
        ("Kỳ 2026-08-01", 3),
        ("Kỳ 2026-09-01", 5),
    ]


def test_issued_twice_is_refused_the_second_time(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = issued_run(world)
        with pytest.raises(PaymentError, match="run_wrong_state"), transaction.atomic():
            issue(world, run)
