"""Health, background work and checks of the books in a browser: at phone and desk width, without a broken rule."""

from __future__ import annotations

import pytest

from contributors import clock, heartbeats
from contributors.models import Job, JobState
from contributors.scopes import portal_scope
from contributors.tasks import task_sweep_jobs
from payments import run_jobs, runs
from payments.books import check_books, checks
from payments.models import Fund
from tests.browser.chromium import DESK, PHONE
from tests.payments.steps import AUGUST, NEXT_MONTH, approved_run, frozen_run, issue, work

pytestmark = pytest.mark.browser


@pytest.fixture
def office(committed_world):
    """An issued run whose printing failed on a full disk and a second one that computes; books that disagree once."""
    world = committed_world
    with portal_scope(world.portal), clock.at(AUGUST):
        world.published("lan", photos_by=("hoa",))
        run = issue(world, approved_run(world))
        Job.objects.filter(task="payments.render_statements").update(
            state=JobState.FAILED,
            attempts=3,
            error="OSError: [Errno 28] No space left on device",
            error_code="disk_full",
        )
        work()
        world.published("writer", when="2026-08-02T09:00")
        second = frozen_run(world, **NEXT_MONTH)
        runs.compute_run(actor=world.actor("accountant"), run=second, seen_version=second.version)
        run_jobs.pause_run(actor=world.actor("accountant"), run=second)
        checks.record_check(portal=world.portal, occasion="nightly", findings=check_books(world.portal))
        Fund.objects.update(cut_off="2026-01-01")
        checks.record_check(portal=world.portal, occasion="command", findings=check_books(world.portal))
    task_sweep_jobs()
    heartbeats.record_backup()
    return run


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_the_office(office, visitor, width):
    wrong = []
    for name, pages in {
        "admin": ("/health/", "/jobs/", "/books/"),
        "accountant": ("/runs/", f"/runs/{office.public_id}/", "/jobs/", "/books/"),
    }.items():
        person = visitor(name, width=width)
        for page in pages:
            assert person.go(page) == 200, page
            wrong += person.look(f"office-{name}{page.replace('/', '-').replace(str(office.public_id), 'one')}")
    person.press("Xem điều nào")
    wrong += person.look("office-check")
    assert wrong == []
