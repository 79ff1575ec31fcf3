"""What a run's papers cost from issue to the last file: `make bench-statements`.

    python -m bench.statements [payees …] [--lines 20] [--workers 2] [--list rows …] [--no-page]

On engines of its own that flush to the disk, with a real worker: issue, outbox, queue, files, rows. Against it, on as
many cores, the bare rendering of the same sheets. Then the payment list alone, a page against its rivals, and where
the time goes. Read the ratios: other work on the machine moves the seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import multiprocessing
import os
import pstats
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from bench._engines import own_engines

GOAL_RATIO = 1.5
SAMPLE = 1000
PROFILED = 200
GROUPS = (
    ("fsync and rename", ("posix.fsync", "posix.rename", "fsync", "posix.open")),
    ("PostgreSQL, waited for", ("psycopg_binary", "wait_c", "psycopg/waiting")),
    ("psycopg and Django's ORM", ("psycopg", "/django/")),
    ("compressing", ("zlib.",)),
    ("reportlab", ("/reportlab/",)),
    ("our layout and fonts", ("contributors/papers", "payments/papers")),
    ("QR code", ("/segno/",)),
    ("JSON", ("/json/", "_json")),
    ("Celery and the queue", ("/celery/", "/kombu/", "/redis/", "socket")),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-statements", description=__doc__.splitlines()[0])
    parser.add_argument("payees", type=int, nargs="*", default=[100, 300])
    parser.add_argument("--lines", type=int, default=20)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="processes that render")
    parser.add_argument("--list", type=int, nargs="*", default=[2_000, 5_000], metavar="ROWS")
    parser.add_argument("--no-page", action="store_true", help="leave out the page against its rivals")
    options = parser.parse_args()
    missed = 0
    with own_engines() as folder:
        from tests.factories.world import build_world

        took: list[tuple[int, float]] = []
        # All before the crowds come: their copied details are sealed for the one whom they were copied from.
        worlds = [build_world(f"xa-{number}", amount=10**15) for number in range(len(options.payees) + 1)]
        for world, payees in zip(worlds, options.payees, strict=False):
            ratio, seconds = _whole_run(folder, world, payees, options.lines, options.workers)
            took.append((payees, seconds))
            missed += ratio > GOAL_RATIO
        _growth("end to end, seconds a thousand statements", took)
        _where_the_time_goes(worlds[-1], options.lines)
    from bench import payment_list, statement_page

    missed += payment_list.measure(options.list)
    if not options.no_page:
        missed += statement_page.main()
    print(f"goals missed: {missed}")
    return 0


def _approved_run(world: Any, payees: int, lines: int) -> Any:
    """By the product's own steps over people and pieces that were there before."""
    from contributors import clock
    from contributors.models import Job, JobState
    from contributors.scopes import portal_scope
    from payments import computing, runs
    from tests.factories.crowd import crowd
    from tests.factories.world import at

    with portal_scope(world.portal), clock.at(at("2026-08-03T08:00")):
        crowd(world, payees, pieces_each=lines)
        spent = [time.perf_counter()]
        accountant = world.actor("accountant")
        run = world.run()
        run = runs.freeze_run(actor=accountant, run=run, seen_version=run.version)
        job = runs.compute_run(actor=accountant, run=run, seen_version=run.version)
        computing.compute_generation(run_id=run.pk, generation=1)
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
        run = world.fresh(run)
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        spent.append(time.perf_counter())
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        spent.append(time.perf_counter())
    print(
        f"\n{payees:,} payees × {lines} lines: frozen, computed, confirmed in {spent[1] - spent[0]:.1f} s, "
        f"approved in {spent[2] - spent[1]:.1f} s"
    )
    return run


def _whole_run(folder: Path, world: Any, payees: int, lines: int, workers: int) -> tuple[float, float]:
    """Issue and wait for the last file; (ratio to bare rendering, seconds)."""
    from contributors import clock
    from contributors.models import Job
    from contributors.scopes import portal_scope
    from payments import issuing
    from payments.models import Run, Statement
    from payments.statements import frozen_sheet
    from tests.factories.world import at

    run = _approved_run(world, payees, lines)
    with portal_scope(world.portal), _Worker(folder, workers) as worker:
        before, busy = _peak(os.getpid()), worker.cpu_seconds() + time.process_time()
        began = time.perf_counter()
        with clock.at(at("2026-08-03T09:00")):
            issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        issued = time.perf_counter()
        while Run.objects.values_list("papers_ready_at", flat=True).get(pk=run.pk) is None:
            time.sleep(0.05)
        ready = time.perf_counter()
        busy = worker.cpu_seconds() + time.process_time() - busy
        issuer_grew = _peak(os.getpid()) - before
        peak = max(worker.peaks())
        jobs = Job.objects.filter(task__startswith="payments.render").count()
        sample = [frozen_sheet(each) for each in Statement.objects.filter(run=run).order_by("number")[:SAMPLE]]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    before_bare = children.ru_utime + children.ru_stime
    bare = _bare(sample, workers) / len(sample) * payees
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    bare_busy = (children.ru_utime + children.ru_stime - before_bare) / len(sample) * payees
    total = ready - began
    cores = min(workers, os.cpu_count() or 1)
    print(
        f"  issue {issued - began:.1f} s (its process +{issuer_grew:.0f} MB), then all {payees + 1:,} files by {jobs:,} jobs "
        f"in {ready - issued:.1f} s\n"
        f"  {payees / total:.0f} statements/s end to end, {payees / total / cores:.0f} per core; "
        f"peak memory of a worker process {peak:.0f} MB\n"
        f"  bare rendering on {workers} processes {bare:.1f} s\n"
        f"  processor time a statement: {1000 * busy / payees:.1f} ms of issuer and worker, {1000 * bare_busy / payees:.1f} ms bare: "
        f"{busy / bare_busy:.2f} × (PostgreSQL and Valkey not counted; other work on the machine moves this less)\n"
        f"goal: end to end / bare rendering ≤ {GOAL_RATIO}: {total / bare:.2f} "
        f"{'ok' if total / bare <= GOAL_RATIO else 'MISSED'}"
    )
    return total / bare, total


class _Worker:
    """The product's own worker in a process group of its own, warm before the clock starts."""

    def __init__(self, folder: Path, processes: int) -> None:
        self.log = folder / "worker.log"
        command = [sys.executable, "-m", "celery", "--app", "config.celery", "worker", f"--concurrency={processes}"]
        command += ["--beat", "--schedule", str(folder / "beat"), "--without-gossip", "--without-mingle"]
        self.command = [*command, "--loglevel=WARNING"]

    def __enter__(self) -> Self:
        from config.celery import app

        with self.log.open("ab") as out:
            self.process = subprocess.Popen(self.command, stdout=out, stderr=out, start_new_session=True)
        end = time.monotonic() + 120
        while not app.control.ping(timeout=0.5):
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"the worker does not start:\n{self.log.read_text()[-2000:]}")
        return self

    def _processes(self) -> Iterator[tuple[int, list[str]]]:
        """Number and `stat` fields, from the state on, of each process of the worker."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == self.process.pid:
                yield int(stat.parent.name), fields

    def peaks(self) -> list[float]:
        """Peak resident memory in MB of each process of the worker."""
        return [_peak(pid) for pid, _ in self._processes()] or [0.0]

    def cpu_seconds(self) -> float:
        return sum(int(fields[11]) + int(fields[12]) for _, fields in self._processes()) / os.sysconf("SC_CLK_TCK")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024


def _render(share: list[Any]) -> None:
    from payments.papers.statement import render_statement
    from payments.rendering import faces

    for sheet in share:
        render_statement(sheet, faces=faces())


def _bare(sheets: list[Any], processes: int) -> float:
    """Seconds in which so many warm processes render the sheets at once, and do nothing else."""
    _render(sheets[:2])
    context = multiprocessing.get_context("fork")
    shares = [sheets[place::processes] for place in range(processes)]
    running = [context.Process(target=_render, args=(share,)) for share in shares]
    began = time.perf_counter()
    for process in running:
        process.start()
    for process in running:
        process.join()
    return time.perf_counter() - began


def _growth(what: str, took: list[tuple[int, float]]) -> None:
    print(f"\n{what}: " + ", ".join(f"{count:,}: {1000 * seconds / count:.2f}" for count, seconds in took))


def _where_the_time_goes(world: Any, lines: int) -> None:
    """Issue and rendering of a small run in this process, by who spent the time itself."""
    from contributors import clock
    from contributors.scopes import portal_scope
    from payments import issuing, rendering
    from tests.factories.world import at

    run = _approved_run(world, PROFILED, lines)
    with portal_scope(world.portal):
        for what in ("issue", "files"):
            profile = cProfile.Profile()
            profile.enable()
            if what == "issue":
                with clock.at(at("2026-08-03T09:00")):
                    issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
            else:
                rendering.render_statements(run_id=run.pk, first=1, last=PROFILED)
            profile.disable()
            spent: dict[str, float] = {}
            rows: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
            for (file, _, name), (_, _, own, _, _) in rows.items():
                place = f"{file}:{name}"
                group = next((label for label, marks in GROUPS if any(mark in place for mark in marks)), "all else")
                spent[group] = spent.get(group, 0.0) + own
            total = sum(spent.values())
            shares = sorted(spent.items(), key=lambda pair: -pair[1])
            print(
                f"where the time goes, {what}: "
                + ", ".join(f"{label} {100 * part / total:.0f} %" for label, part in shares)
            )


if __name__ == "__main__":
    sys.exit(main())
