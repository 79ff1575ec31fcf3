"""The main job on a PostgreSQL and a Redis from outside, as a grown-up installation has them."""

from __future__ import annotations

import pytest
import redis
from django.conf import settings
from django.db import connection

from config.celery import WORK_QUEUE
from contributors import clock, jobs
from payments.books import check_books
from payments.models import Paper, Statement
from tests.factories.world import at
from tests.payments.steps import issued_run

pytestmark = pytest.mark.services


def test_database_is_the_one_from_outside(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150000
    assert not settings.EMBEDDED


def test_main_job_pays_the_same_there(world):
    world.published("lan", photos_by=("hoa",))
    with clock.at(at("2026-08-03T08:00")):
        run = issued_run(world)
    assert (run.gross, run.tax, run.net) == (536_000, 0, 536_000)
    assert Paper.objects.filter(statement__run=run).count() == Statement.objects.filter(run=run).count() == 4
    assert [finding.name for finding in check_books(world.portal, full=True) if not finding.ok] == []


def test_bell_reaches_the_queue_from_outside(committed_world, celery_app):
    queue = redis.Redis.from_url(settings.REDIS_URL)
    before = queue.llen(WORK_QUEUE)
    jobs.schedule_job(portal_id=committed_world.portal.pk, task="payments.compute_run", run_id=0, generation=1)
    assert queue.llen(WORK_QUEUE) == before + 1
    queue.delete(WORK_QUEUE)
