"""Background work of a run: attempts, causes in words, quarantine, pause, giving up, and always a way on."""

from __future__ import annotations

import errno
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone, translation

from contributors import clock, job_causes, jobs
from contributors.job_causes import SENTENCES, cause_of, sentence_of
from contributors.models import Event, Job, JobState, OfficeNotice
from payments import computing, rendering, run_jobs, runs
from payments.earnings import run_progress
from payments.models import Paper, RunSheet
from payments.run_sheets import LAST
from tests.payments.steps import AUGUST, TASKS, approved_run, frozen_run, issue, work
from tests.payments.work_situations import promised


def compute_job() -> Job:
    return Job.objects.get(task=runs.COMPUTE_TASK)


def breaking(problem: Exception):
    def broken(**_: object) -> None:
        raise problem

    return broken


def tries(job: Job, times: int = 3) -> Job:
    """What the sweeper would do, one attempt after the other."""
    for _ in range(times):
        TASKS[job.task](job_id=job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OperationalError("could not extend file: No space left on device"), "disk_full"),
        (OperationalError("server closed the connection"), "database_away"),
        (FileNotFoundError(2, "No such file"), "file_missing"),
        (PermissionError(13, "denied"), "not_permitted"),
        (MemoryError(), "memory_full"),
        (job_causes.SoftTimeLimitExceeded(), "took_too_long"),
    ],
)
def test_known_cause_is_one_sentence_and_the_machines_words_stay_beside_it(world, monkeypatch, problem, code):
    with clock.at(AUGUST):
        run = promised(world)
    monkeypatch.setattr(computing, "compute_generation", breaking(problem))
    job = tries(compute_job())
    assert (job.state, job.attempts, job.error_code) == (JobState.FAILED, 3, code)
    assert type(problem).__name__ in job.error
    assert run_jobs.run_work(run).causes == (str(SENTENCES[code]),)
    with translation.override("en"):
        assert sentence_of(code) != str(run_jobs.run_work(run).causes) != ""


def test_cause_behind_another_error_is_found():
    problem = RuntimeError("could not write")
    problem.__cause__ = OSError(errno.ENOSPC, "full")
    assert cause_of(problem) == "disk_full"


def test_unknown_cause_has_a_short_code_that_is_the_same_each_time(world, monkeypatch):
    with clock.at(AUGUST):
        promised(world)
    monkeypatch.setattr(computing, "compute_generation", breaking(RuntimeError("Nguyễn Thị Lan 089200000001")))
    job = tries(compute_job())
    kind, _, code = job.error_code.partition(":")
    assert (kind, len(code)) == ("unknown", 6)
    assert code in sentence_of(job.error_code)
    assert "089200000001" not in sentence_of(job.error_code)
    jobs.retry_job(job=job)
    assert tries(job).error_code == f"unknown:{code}"


def test_three_crashes_are_counted_in_their_own_transactions_and_quarantine_the_job(world):
    """A crash leaves a claim and nothing else: the attempt was counted before the work began."""
    with clock.at(AUGUST):
        run = promised(world)
    job = compute_job()
    for attempt in (1, 2, 3):
        assert jobs.claim(job.pk).attempts == attempt
        assert jobs.claim(job.pk) is None  # somebody has it
        Job.objects.filter(pk=job.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_code) == (JobState.QUARANTINED, 3, "died")
    assert run_jobs.run_work(run).stopped == 1
    told = OfficeNotice.objects.filter(kind="job_stopped")
    assert set(told.values_list("account__name", flat=True)) == {"Tạ Thị Sổ", "Lưu Thị Quản"}


def test_job_that_stops_twice_is_told_once(world, monkeypatch):
    with clock.at(AUGUST):
        promised(world)
    monkeypatch.setattr(computing, "compute_generation", breaking(RuntimeError("x")))
    job = tries(compute_job())
    jobs.retry_job(job=job)
    tries(job)
    assert OfficeNotice.objects.filter(kind="job_stopped", account=world.accounts["accountant"]).count() == 1


def test_failed_computation_leaves_the_run_a_way_on(world, monkeypatch):
    """Asked for anew, the run is computed; the failed job, tried again afterwards, adds nothing."""
    with clock.at(AUGUST):
        run = promised(world)
        monkeypatch.setattr(computing, "compute_generation", breaking(RuntimeError("x")))
        failed = tries(compute_job())
        monkeypatch.undo()
        accountant = world.actor("accountant")
        runs.compute_run(actor=accountant, run=run, seen_version=world.fresh(run).version)
        work()
        done = world.fresh(run)
        assert (done.state, done.generation) == ("computed", 1)
        run_jobs.retry_run(actor=accountant, run=run)
        work()
        failed.refresh_from_db()
        assert (failed.state, world.fresh(run).generation, world.fresh(run).version) == ("done", 1, done.version)


def test_quarantined_computation_can_be_tried_again_or_the_run_reopened(world):
    with clock.at(AUGUST):
        run = promised(world)
        Job.objects.update(state=JobState.QUARANTINED, attempts=3)
        reopened = runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        assert reopened.state == "open"
        run_jobs.retry_run(actor=world.actor("accountant"), run=run)
        work()
        assert world.fresh(run).state == "open"  # stale arguments: nobody asked for it any more


def test_paused_work_is_claimed_by_nobody_and_not_swept_until_it_goes_on(world):
    with clock.at(AUGUST):
        run = promised(world)
        accountant = world.actor("accountant")
        job = compute_job()
        assert run_jobs.pause_run(actor=accountant, run=run) == 1
        Job.objects.update(rung_at=timezone.now() - timedelta(hours=1))
        assert jobs.claim(job.pk) is None
        Job.objects.exclude(pk=job.pk).update(state=JobState.DONE)
        assert jobs.sweep_jobs() == 0
        assert (run_progress(run).working, run_progress(run).paused_jobs) == (False, 1)
        assert run_jobs.resume_run(actor=accountant, run=run) == 1
        work()
        assert world.fresh(run).state == "computed"
    assert list(
        Event.objects.filter(kind__startswith="run.jobs").order_by("pk").values_list("kind", "facts__jobs")
    ) == [("run.jobs_pause", 1), ("run.jobs_resume", 1)]


def test_work_under_way_when_it_is_paused_ends_first_and_an_error_waits(world, monkeypatch):
    with clock.at(AUGUST):
        run = promised(world)
        accountant = world.actor("accountant")
        job = compute_job()

        def pausing(**_: object) -> None:
            run_jobs.pause_run(actor=accountant, run=run)
            raise RuntimeError("x")

        monkeypatch.setattr(computing, "compute_generation", pausing)
        TASKS[job.task](job_id=job.pk)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.paused_at is not None) == (JobState.PENDING, 1, True)
        assert jobs.claim(job.pk) is None


def test_given_up_rendering_is_made_up_for_with_only_what_is_missing(world, monkeypatch):
    monkeypatch.setattr("payments.issuing.CHUNK", 1)
    monkeypatch.setattr("payments.run_jobs.CHUNK", 1)
    world.published("lan", photos_by=("hoa",))
    accountant = world.actor("accountant")
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
        first = Job.objects.filter(state="pending").order_by("pk").first()
        TASKS[first.task](job_id=first.pk)
        sheets = RunSheet.objects.filter(run=run).exclude(kind__in=LAST).count()
        assert run_jobs.cancel_run_work(actor=accountant, run=run) == 4 + sheets
        assert (run_jobs.missing_numbers(run), run_progress(run).working) == ([2, 3, 4], False)
        assert run_jobs.papers_missing(run, run_progress(run))
        assert run_jobs.render_missing(actor=accountant, run=run) == 4 + sheets
        assert not run_jobs.papers_missing(run, run_progress(run))
        work()
        assert world.fresh(run).papers_ready_at is not None
        assert Paper.objects.filter(statement__run=run).count() == 4
        assert Paper.objects.filter(run=run).count() == 1 + sheets + len(LAST)
        assert jobs.cancel_jobs(Job.objects.all()) == 0  # done is done


def test_who_works_at_a_job_finishes_it_though_the_rest_is_given_up(world, monkeypatch):
    monkeypatch.setattr("payments.issuing.CHUNK", 1)
    world.published("lan")
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
        held = Job.objects.filter(state="pending").order_by("pk").first()
        original = rendering.render_statements

        def giving_up(**which: int) -> int:
            run_jobs.cancel_run_work(actor=world.actor("accountant"), run=run)
            return original(**which)

        monkeypatch.setattr(rendering, "render_statements", giving_up)
        TASKS[held.task](job_id=held.pk)
        held.refresh_from_db()
        assert held.state == JobState.DONE
        sheets = RunSheet.objects.filter(run=run).exclude(kind__in=LAST).count()
        assert Job.objects.filter(state="cancelled").count() == 3 + sheets


def test_papers_ready_are_told_once_to_those_concerned(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
        assert OfficeNotice.objects.count() == 0
        work()
        told = OfficeNotice.objects.filter(kind="papers_ready", subject_id=run.pk)
        assert set(told.values_list("account__name", flat=True)) == {"Tạ Thị Sổ", "Đoàn Văn Ấn"}
        assert not rendering.close_batch(world.fresh(run))
        assert told.count() == 2


def test_database_that_is_away_leaves_the_claim_to_expire(world, monkeypatch):
    with clock.at(AUGUST):
        promised(world)
    job = compute_job()
    monkeypatch.setattr(computing, "compute_generation", breaking(OperationalError("gone")))
    monkeypatch.setattr(jobs, "_keep_error", lambda *_: (_ for _ in ()).throw(OperationalError("gone")))
    TASKS[job.task](job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.CLAIMED, 1)


def test_accountant_manages_work_of_runs_and_the_administrator_every_job(world):
    with clock.at(AUGUST):
        promised(world)
        print_job = Job.objects.filter(task="contributors.print_piece").first()
        run_job = Job.objects.get(task="payments.compute_run")
    may = {
        name: [run_jobs.may_manage(world.actor(name), job) for job in (run_job, print_job)]
        for name in ("accountant", "admin", "head")
    }
    assert may == {"accountant": [True, False], "admin": [True, True], "head": [False, False]}
    Job.objects.update(error="Traceback", error_code="disk_full")
    raw = {
        name: {shown.raw for shown in run_jobs.open_work(actor=world.actor(name)).jobs}
        for name in ("accountant", "admin")
    }
    assert raw == {"accountant": {""}, "admin": {"Traceback"}}


def test_frozen_run_without_jobs_owes_nothing(world):
    world.published("lan")
    with clock.at(AUGUST):
        work_left = run_jobs.run_work(frozen_run(world))
    assert (work_left.may_pause, work_left.may_cancel, work_left.causes) == (False, False, ())
