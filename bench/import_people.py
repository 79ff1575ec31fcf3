"""A spreadsheet of 10,000 people, from the upload to the last row: `python -m bench.import_people [rows]`.

On throw-away engines, beside a directory of 20,000. Goals: under 20 s in all, and under 300 MB of memory in this process.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from typing import Any

from config.engines.testing import session_engines

ROWS = 10_000
THERE_ALREADY = 20_000
GOAL_SECONDS, GOAL_MEGABYTES = 20.0, 300.0


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with session_engines(), tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ["MEDIA_ROOT"] = folder
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return _measure(rows)


def _measure(rows: int) -> int:
    from bench.directory import FAMILIES, GIVENS, MIDDLES, _write_people
    from contributors import importing, people_sheet
    from contributors.models import Contributor, Job
    from contributors.scopes import portal_scope
    from contributors.spreadsheets import write_table
    from contributors.tasks import task_import_people
    from tests.factories.world import build_world

    world = build_world("xa-nhap")
    chance = random.Random(2)  # noqa: S311 - the same people every time
    headings = [names[0] for names in people_sheet.COLUMNS.values()]

    def person(nth: int) -> list[str]:
        name = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVENS)} {nth % 89}"
        return [name, f"09{nth:08d}", f"Ấp số {nth % 100}", str(1940 + nth % 60), "", f"Bút {nth}", "", "05/01/2026"]

    with portal_scope(world.portal):
        _write_people(world, THERE_ALREADY)
        good = write_table(headings, (person(nth) for nth in range(rows)), "Người")
        bad = write_table(headings, ([*person(nth)[:1], "12", *person(nth)[2:]] for nth in range(rows)), "Người")
        actor = world.actor("head")
        before = Contributor.objects.count()
        base = _megabytes()
        print(f"{rows:,} rows beside {before:,} people; memory before: {base:.0f} MB")
        start = time.perf_counter()
        made = _timed("check", lambda: importing.check_people_sheet(actor=actor, content=good, file_name="nguoi.xlsx"))
        preview = _timed("preview", lambda: importing.preview_import(actor=actor, sheet_import=made))
        _timed("confirm", lambda: importing.confirm_import(actor=actor, sheet_import=made, seen=preview.seen))
        _timed("write", lambda: task_import_people(job_id=Job.objects.get(task=importing.TASK).pk))
        spent = time.perf_counter() - start
        written = Contributor.objects.count() - before
        _timed("check, all wrong", lambda: importing.check_people_sheet(actor=actor, content=bad, file_name="sai.xlsx"))
    memory = _megabytes()
    print(f"written {written:,} in {spent:.1f} s; most memory {memory:.0f} MB")
    kept = spent < GOAL_SECONDS and memory < GOAL_MEGABYTES and written == preview.to_write
    print(f"goal: under {GOAL_SECONDS:.0f} s and {GOAL_MEGABYTES:.0f} MB: {'ok' if kept else 'MISSED'}")
    return not kept


def _timed(name: str, call: Any) -> Any:
    start = time.perf_counter()
    result = call()
    print(f"{name:18}{time.perf_counter() - start:6.2f} s")
    return result


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
