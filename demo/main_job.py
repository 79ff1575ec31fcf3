"""The main job on the demo portal: the last run from its open state to printed papers, by the real worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contributors import clock
from contributors.actors import Actor, actor_for
from contributors.models import Account, Contributor, ContributorState, Job, JobState, Piece, PieceState, Portal
from contributors.names import normal_phone
from demo import source
from demo.source import moment
from payments import issuing, runs
from payments.earnings import Progress, run_progress
from payments.models import Line, Paper, PaperKind, Run, RunState, Statement

PATIENCE = 120.0
LOOK_AGAIN = 0.15


class WorkerSilentError(Exception):
    """Nothing moved for a long time."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What `make run` prints; money in đồng."""

    contributors: int
    pieces: int
    lines: int
    total: int
    net: int
    statements: int
    run_label: str
    run_id: str
    statement_path: str
    list_path: str


def last_run() -> Run | None:
    """The demo's last run, whatever became of it."""
    wanted = source.portal_file()["runs"][-1]
    return Run.objects.filter(period_from=wanted["from"]).exclude(state=RunState.CANCELLED).first()


def play(portal: Portal) -> Iterator[tuple[str, Progress]]:
    """Freeze, compute, confirm, approve, issue, print: each step from where the run stands, by whoever may do it.

    Yields what is going on. Raises WorkerSilentError if the worker does nothing.
    """
    given = source.portal_file()
    row = given["runs"][-1]
    phones = {person["ref"]: person["phone"] for person in [*given["board"], *given["officers"]]}

    def actor(ref: str) -> Actor:
        return actor_for(Account.objects.get(login_phone=normal_phone(phones[ref])), portal)

    def computed(run: Run, who: Actor) -> object:
        return None if runs.computing(run) else runs.compute_run(actor=who, run=run, seen_version=run.version)

    steps: dict[str, tuple[str, str, str, Callable[[Run, Actor], object]]] = {
        RunState.OPEN: (
            "chốt số liệu", "frozen_at", "prepared_by",
            lambda run, who: runs.freeze_run(actor=who, run=run, seen_version=run.version),
        ),
        RunState.FROZEN: ("tính nhuận bút", "computed_at", "prepared_by", computed),
        RunState.COMPUTED: (
            "trưởng ban xác nhận", "confirmed_at", "confirmed_by",
            lambda run, who: runs.confirm_run(actor=who, run=run, seen_version=run.version),
        ),
        RunState.CONFIRMED: (
            "chủ tài khoản duyệt chi", "approved_at", "approved_by",
            lambda run, who: runs.approve_run(actor=who, run=run, seen_version=run.version),
        ),
        RunState.APPROVED: (
            "phát hành", "issued_at", "issued_by",
            lambda run, who: issuing.issue_run(actor=who, run=run, seen_version=run.version),
        ),
    }  # fmt: skip
    while (run := last_run()) is not None and run.state in steps:
        word, at, by, do = steps[run.state]
        with clock.at(moment(row[at])):
            do(run, actor(row[by]))
        yield from _until_quiet(run, word)
    if run is not None and run.papers_ready_at is None:
        yield from _until_quiet(run, "in phiếu")


def _until_quiet(run: Run, word: str) -> Iterator[tuple[str, Progress]]:
    """Look at the run until the worker owes nothing, failing when nothing moves."""
    before = -1
    moved = time.monotonic()
    while True:
        run.refresh_from_db()
        progress = run_progress(run)
        yield word, progress
        owed = Job.objects.filter(state__in=[JobState.PENDING, JobState.CLAIMED]).count()
        if owed == 0:
            return
        if owed != before:
            before, moved = owed, time.monotonic()
        elif time.monotonic() - moved > PATIENCE:
            raise WorkerSilentError(word)
        time.sleep(LOOK_AGAIN)


def summary() -> Summary | None:
    """The figures of the last run, for the table."""
    run = last_run()
    if run is None:
        return None
    statement = Paper.objects.filter(statement__run=run).order_by("statement__number").first()
    listed = Paper.objects.filter(run=run, kind=PaperKind.PAYMENT_LIST).first()
    return Summary(
        contributors=Contributor.objects.filter(state=ContributorState.ACTIVE).count(),
        pieces=Piece.objects.filter(state=PieceState.PUBLISHED).count(),
        lines=Line.objects.filter(run=run).count(),
        total=run.gross or 0,
        net=run.net or 0,
        statements=Statement.objects.filter(run=run).count(),
        run_label=run.label,
        run_id=str(run.public_id),
        statement_path=statement.path if statement else "",
        list_path=listed.path if listed else "",
    )
