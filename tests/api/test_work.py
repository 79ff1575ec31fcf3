"""Background work, checks of the books, health and notices through HTTP: who may, what comes back, what is refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors.jobs import schedule_job
from contributors.models import Job, JobState
from contributors.scopes import portal_scope
from payments import runs
from payments.books.checking import questions
from payments.models import Run
from tests.api.conftest import EVERYBODY
from tests.factories.world import World

BASE = "/api/v1"


@pytest.fixture
def waiting(world: World) -> str:
    """The address of a run whose computation waits."""
    with portal_scope(world.portal):
        world.published("lan")
        accountant = world.actor("accountant")
        run = runs.freeze_run(actor=accountant, run=world.run(), seen_version=1)
        Job.objects.update(state=JobState.DONE)
        runs.compute_run(actor=accountant, run=run, seen_version=run.version)
    return f"{BASE}/runs/{run.public_id}/background/"


def fail(**fields: Any) -> Job:
    job = Job.unscoped.get(task=runs.COMPUTE_TASK)
    Job.unscoped.filter(pk=job.pk).update(
        state=JobState.FAILED, attempts=3, error="OSError: full", error_code="disk_full", **fields
    )
    return job


def test_run_is_paused_goes_on_and_is_given_up(world: World, waiting: str, as_: Any, work_jobs: Any) -> None:
    accountant = as_("accountant")
    empty = {"waiting": 0, "working": 0, "paused": 0, "stopped": 0, "causes": []}
    assert accountant.get(waiting).json() == empty | {"waiting": 1}
    assert accountant.post(f"{waiting}pause/", {}).json() == empty | {"paused": 1}
    assert accountant.post(f"{waiting}pause/", {}).json()["code"] == "no_job_to_pause"
    assert as_("admin").post(f"{waiting}resume/", {}).json() == empty | {"waiting": 1}
    assert accountant.post(f"{waiting}cancel/", {}).json() == empty
    assert work_jobs() == 0
    refused = accountant.post(f"{waiting}render/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "run_not_issued")


def test_stopped_work_says_why_and_is_tried_again(world: World, waiting: str, as_: Any, work_jobs: Any) -> None:
    fail()
    told = as_("accountant").get(waiting).json()
    assert (told["stopped"], len(told["causes"])) == (1, 1)
    assert "Ổ đĩa đã đầy" in told["causes"][0]
    assert as_("accountant").post(f"{waiting}retry/", {}).json()["waiting"] == 1
    work_jobs()
    assert Run.unscoped.get().state == "computed"


def test_jobs_are_for_accountants_and_administrators(world: World, waiting: str, as_: Any) -> None:
    job = fail()
    seen = {name for name in EVERYBODY if as_(name).get(f"{BASE}/jobs/").status_code == 200}
    assert seen == {"accountant", "admin"}
    for name in set(EVERYBODY) - seen:
        for word in ("retry", "cancel"):
            assert as_(name).post(f"{BASE}/jobs/{job.public_id}/{word}/", {}).status_code == 403
            assert as_(name).post(f"{waiting}{word}/", {}).status_code == 403
    rows = {name: as_(name).get(f"{BASE}/jobs/").json() for name in seen}
    assert [row["machine_words"] for row in rows["accountant"]] == [""]
    assert [row["machine_words"] for row in rows["admin"]] == ["OSError: full"]
    assert rows["admin"][0]["run"] == str(Run.unscoped.get().public_id)


def test_one_job_is_tried_again_or_given_up(world: World, waiting: str, as_: Any) -> None:
    job = fail()
    admin = as_("admin")
    assert admin.post(f"{BASE}/jobs/{job.public_id}/retry/", {}).status_code == 204
    assert admin.post(f"{BASE}/jobs/{job.public_id}/retry/", {}).json()["code"] == "no_job_stopped"
    assert admin.post(f"{BASE}/jobs/{job.public_id}/cancel/", {}).status_code == 204
    assert admin.get(f"{BASE}/jobs/").json() == []
    assert admin.post(f"{BASE}/jobs/{uuid.uuid4()}/cancel/", {}).status_code == 404


def test_accountant_does_not_touch_the_newsrooms_jobs(world: World, as_: Any) -> None:
    job = schedule_job(portal_id=world.portal.pk, task="contributors.print_piece", piece_id=1)
    assert as_("accountant").post(f"{BASE}/jobs/{job.public_id}/cancel/", {}).status_code == 403
    assert as_("admin").post(f"{BASE}/jobs/{job.public_id}/cancel/", {}).status_code == 204


def test_job_of_another_portal_is_404(world: World, elsewhere: World, as_: Any) -> None:
    job = schedule_job(portal_id=elsewhere.portal.pk, task="contributors.print_piece", piece_id=1)
    assert as_("admin").get(f"{BASE}/jobs/").json() == []
    assert as_("admin").post(f"{BASE}/jobs/{job.public_id}/cancel/", {}).status_code == 404


def test_books_are_checked_on_demand_by_those_who_answer_for_them(world: World, as_: Any, work_jobs: Any) -> None:
    for name in set(EVERYBODY) - {"accountant", "holder", "admin"}:
        assert as_(name).post(f"{BASE}/books-checks/", {}).status_code == 403
        assert as_(name).get(f"{BASE}/books-checks/").status_code == 403
    asked = as_("holder").post(f"{BASE}/books-checks/", {"full": True})
    assert (asked.status_code, asked.json()["asked"], asked.json()["total"]) == (202, 0, questions())
    again = as_("accountant").post(f"{BASE}/books-checks/", {})
    assert (again.status_code, again.json()["code"]) == (409, "books_check_running")
    work_jobs()
    check = as_("accountant").get(asked["Location"]).json()
    assert (check["broken"], check["asked"], check["full"], check["occasion"]) == (0, questions(), True, "on_demand")
    assert all(finding["sentence"].endswith(".") for finding in check["findings"])
    assert [row["id"] for row in as_("admin").get(f"{BASE}/books-checks/").json()] == [check["id"]]
    assert as_("admin").get(f"{BASE}/books-checks/{uuid.uuid4()}/").status_code == 404
    assert as_("admin").post(f"{BASE}/books-checks/", {"all": True}).status_code == 422


def test_health_is_for_administrators(world: World, as_: Any, celery_app: Any) -> None:
    seen = {name for name in EVERYBODY if as_(name).get(f"{BASE}/health/").status_code == 200}
    assert seen == {"admin"}
    health = as_("admin").get(f"{BASE}/health/").json()
    assert health["state"] == "bad"  # no timer ever ran here
    assert {row["code"] for row in health["checks"] if row["state"] == "bad"} >= {"timers"}
    assert {timer["late"] for timer in health["timers"]} == {True}


def test_notices_are_ones_own_and_are_put_away(world: World, waiting: str, as_: Any, work_jobs: Any) -> None:
    with portal_scope(world.portal):
        job = Job.objects.get(task=runs.COMPUTE_TASK)
        from contributors.jobs import _tell_stopped

        _tell_stopped(job)
    for name in ("accountant", "admin"):
        assert [row["kind"] for row in as_(name).get(f"{BASE}/office-notices/").json()] == ["job_stopped"]
    assert as_("head").get(f"{BASE}/office-notices/").json() == []
    assert as_("accountant").post(f"{BASE}/office-notices/read/", {}).json() == {"read": 1}
    assert as_("accountant").get(f"{BASE}/office-notices/").json() == []
    assert len(as_("admin").get(f"{BASE}/office-notices/").json()) == 1


def test_lists_cost_the_same_queries_for_one_and_for_thirty(world: World, as_: Any) -> None:
    admin = as_("admin")

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(address).status_code == 200
        return len(queries)

    def add(count: int) -> None:
        from payments.books import checks

        with portal_scope(world.portal):
            for _ in range(count):
                checks.record_check(portal=world.portal, occasion="command", findings=[])
                schedule_job(portal_id=world.portal.pk, task="contributors.print_piece", piece_id=1)

    add(1)
    one = [cost(f"{BASE}/jobs/"), cost(f"{BASE}/books-checks/"), cost(f"{BASE}/health/")]
    add(29)
    assert [cost(f"{BASE}/jobs/"), cost(f"{BASE}/books-checks/"), cost(f"{BASE}/health/")] == one
