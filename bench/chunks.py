"""How many statements a job should have: `python -m bench.chunks`.

On throw-away engines, in one run: what a job costs beside its work (row, message to the queue, claim, mark) and what a
page costs (rendering, file with fsync, row). From both: which share of the time is queue at each size, and how much
work a killed worker loses at most. A job should be short beside its lease, and the queue small beside the job.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from config.engines.testing import session_engines

ROUNDS = 60
SIZES = (1, 5, 10, 20, 50, 100)


def main() -> None:
    with session_engines(), tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.MEDIA_ROOT = folder
        call_command("migrate", verbosity=0)
        _measure()


def _measure() -> None:
    from contributors import clock, jobs
    from contributors.files import keep_file
    from contributors.scopes import portal_scope
    from payments.models import Paper, Statement
    from payments.papers.statement import render_statement
    from payments.rendering import faces
    from payments.statements import frozen_sheet
    from tests.factories.world import at, build_world
    from tests.payments.steps import issued_run

    world = build_world()
    with portal_scope(world.portal):
        world.published("lan", photos_by=("hoa",))
        with clock.at(at("2026-08-03T08:00")):
            run = issued_run(world)
        statement = Statement.objects.filter(run=run).first()
        if statement is None:
            return

        def job(_round: int) -> None:
            made = jobs.schedule_job(portal_id=world.portal.pk, task="payments.render_statements", run_id=run.pk)
            jobs.work_job(made.pk, lambda _job: None)

        def page(number: int) -> None:
            content = render_statement(frozen_sheet(statement), faces=faces()) + b"%" * number
            kept = keep_file(folder="papers", content=content, suffix=".pdf")
            Paper.objects.create(
                portal=world.portal,
                kind="statement",
                statement=statement,
                template_version=number + 100,
                number="1/2026",
                sha256=kept.sha256,
                size=kept.size,
                path=kept.path,
                rendered_at=clock.now(),
            )

        beside, work = _median(job), _median(page)
    print(f"a job beside its work {beside * 1000:.1f} ms, a page {work * 1000:.1f} ms")
    for size in SIZES:
        whole = beside + size * work
        print(
            f"    {size:>4} a job: queue {beside / whole:>5.0%} of the time, a killed worker loses {whole:.2f} s at most"
        )


def _median(act: Callable[[int], Any]) -> float:
    spent = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        act(number)
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
