"""Jobs under bad luck: wrong clocks, lost connections, a full disk. What a worker that dies leaves: tests/crashes."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from contributors import jobs
from contributors.files import adopt_file, keep_file
from contributors.models import Job, JobState, Portal

YEAR = timedelta(days=365)


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    """The jobs that were told to the queue."""
    told: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda _, ids: told.extend(ids))
    return told


def promised(world, **fields) -> Job:
    job = jobs.schedule_job(portal_id=world.portal.pk, task="payments.compute_run")
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


class TestClockThatWasWrong:
    def test_claim_that_ends_in_a_year_keeps_nobody_from_the_job(self, world, rung):
        job = promised(world, state=JobState.CLAIMED, attempts=1, claimed_until=timezone.now() + YEAR)
        assert jobs.sweep_jobs() == 1
        assert rung == [job.pk]
        assert jobs.claim(job.pk).attempts == 2

    def test_claim_of_these_seconds_is_left_alone(self, world, rung, settings):
        lease = timedelta(seconds=settings.JOB_LEASE_SECONDS)
        job = promised(world, state=JobState.CLAIMED, attempts=1, claimed_until=timezone.now() + lease)
        assert jobs.sweep_jobs() == 0
        assert jobs.claim(job.pk) is None

    @pytest.mark.parametrize("off", [YEAR, -YEAR])
    def test_bell_of_another_year_is_rung_again(self, world, rung, off):
        job = promised(world, rung_at=timezone.now() + off)
        assert jobs.sweep_jobs() == 1
        assert rung == [job.pk]

    def test_bell_of_these_seconds_is_not(self, world, rung):
        promised(world, rung_at=timezone.now())
        assert jobs.sweep_jobs() == 0


def test_job_whose_connection_was_cut_is_pending_again_at_once(committed_world):
    """Its error goes over a new connection. Over the old one the job would keep its claim until it ends."""
    job = promised(committed_world)

    def work(_: Job) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert jobs.work_job(job.pk, work) is False
    job.refresh_from_db()
    assert (job.state, job.attempts, job.claimed_until) == (JobState.PENDING, 1, None)
    assert job.error.startswith("OperationalError")


def test_connection_stays_cut_without_somebody_who_looks(committed_world):
    """The control: Django itself goes on with the dead connection outside of transactions."""
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(OperationalError):
        Portal.objects.count()
    connection.close()


@contextmanager
def full_disk(at: int):
    """The kernel refuses what goes beyond so many bytes of a file, as a full disk does: in the middle."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


class TestFullDisk:
    @pytest.fixture(autouse=True)
    def media(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "files"
        return settings.MEDIA_ROOT

    def test_what_did_not_fit_is_not_left_behind(self, media):
        with full_disk(at=10_000), pytest.raises(OSError, match="too large"):
            keep_file(folder="papers", content=b"a" * 30_000, suffix=".pdf")
        assert [path for path in media.rglob("*") if path.is_file()] == []

    def test_copy_that_did_not_fit_is_not_left_behind(self, media, tmp_path):
        source = tmp_path / "upload"
        source.write_bytes(b"a" * 30_000)
        with full_disk(at=10_000), pytest.raises(OSError, match="too large"):
            adopt_file(folder="media", source=source, suffix=".mp3")
        assert [path for path in media.rglob("*") if path.is_file()] == []

    def test_there_is_room_again(self, media):
        content = b"a" * 30_000
        with full_disk(at=10_000), pytest.raises(OSError, match="too large"):
            keep_file(folder="papers", content=content, suffix=".pdf")
        kept = keep_file(folder="papers", content=content, suffix=".pdf")
        assert (media / kept.path).read_bytes() == content


class TestNamesThatLast:
    """A file outlives a power cut only if its folder's entry does, and that of the folder, and so on up."""

    @pytest.fixture
    def synced(self, settings, tmp_path, monkeypatch) -> list[str]:
        settings.MEDIA_ROOT = tmp_path
        found: list[str] = []
        from contributors import files

        monkeypatch.setattr(files, "_sync_folder", lambda folder: found.append(str(folder.relative_to(tmp_path))))
        return found

    def test_new_folders_are_durable_too(self, synced):
        kept = keep_file(folder="papers", content=b"one", suffix=".pdf")
        assert synced == [".", "papers", f"papers/{kept.sha256[:2]}"]

    def test_file_that_was_there_is_made_durable_by_who_finds_it(self, synced):
        kept = keep_file(folder="papers", content=b"one", suffix=".pdf")
        synced.clear()
        keep_file(folder="papers", content=b"one", suffix=".pdf")
        assert synced == [f"papers/{kept.sha256[:2]}"]
