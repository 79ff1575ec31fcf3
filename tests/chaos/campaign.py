"""Rounds of one and the same run, each hit by a handful of faults; afterwards everything is compared."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import sql

from contributors.models import Portal
from payments import issuing
from payments.models import RunState
from tests.chaos import play, points
from tests.chaos.scene import DATABASE, Scene

BASE = "chaos_base"
FAULTS_A_ROUND = 7
KINDS = (
    ("crash point", 8),
    ("child killed", 3),
    ("worker killed", 2),
    ("Valkey killed", 2),
    ("Valkey emptied", 2),
    ("PostgreSQL restarted", 2),
    ("disk full", 2),
    ("clock a year off", 2),
)


@dataclass
class Tally:
    """What a campaign found. `wrong` names, by round, what differs from the unbroken run."""

    struck: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    jobs: int = 0
    lost: int = 0
    retried: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    drafts: int = 0
    seconds: float = 0.0
    wrong: dict[int, list[str]] = field(default_factory=dict)

    @property
    def faults(self) -> int:
        return self.struck.total()

    def __str__(self) -> str:
        width = max(map(len, self.struck), default=0)
        rows = [f"  {name:{width}}  {count:5}" for name, count in sorted(self.struck.items())]
        return "\n".join(
            [
                *rows,
                f"  {self.faults} faults in {self.rounds} rounds, {self.seconds:.0f} s",
                f"  jobs {self.jobs}, lost {self.lost}; given their attempts back by hand {self.retried}",
                f"  refused to people, who tried again: {dict(self.refused)}",
                f"  rounds that end otherwise than the unbroken run: {len(self.wrong)} {self.wrong or ''}",
            ]
        )


class Campaign:
    """One database in its frozen state, cloned for every round."""

    def __init__(self, scene: Scene, world: play.World) -> None:
        self.scene = scene
        self.world = world
        self.portal: Portal = world.portal
        issuing.CHUNK = play.CHUNK
        connection.close()
        connection.close_pool()
        with scene.admin() as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (DATABASE, BASE))))

    def begin(self) -> None:
        """The frozen run again, nothing printed. What the queue still holds is of an earlier round: stale."""
        connection.close()
        with self.scene.admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(DATABASE), sql.Identifier(BASE))
            )
            # A copied sequence remembers numbers that the copy's log does not: a server killed before the next
            # checkpoint would give them once more.
            admin.execute("CHECKPOINT")
        shutil.rmtree(Path(settings.MEDIA_ROOT) / "papers", ignore_errors=True)
        points.ticket(self.scene.folder).unlink(missing_ok=True)

    def unbroken(self) -> dict[str, list[str]]:
        self.begin()
        self.scene.tend()
        people = play.People(self.world)
        people.start()
        self.scene.wait(120, lambda: not people.is_alive())
        if not people.finished:
            raise AssertionError(
                f"the unbroken run does not end: {people.state} {people.problem}; see {self.scene.log}"
            )
        return play.digest(self.portal)

    def run(
        self, faults: int, dice: random.Random, expected: dict[str, list[str]], say: Callable[[str], None]
    ) -> Tally:
        """Rounds until so many faults have struck."""
        tally = Tally()
        began = time.monotonic()
        while tally.faults < faults:
            tally.rounds += 1
            self._round(tally, min(FAULTS_A_ROUND, faults - tally.faults), dice, expected)
            tally.seconds = time.monotonic() - began
            say(
                f"round {tally.rounds}: {tally.faults} faults, {tally.jobs} jobs, lost {tally.lost}, "
                f"wrong {tally.wrong.get(tally.rounds, 'nothing')}, {tally.seconds:.0f} s"
            )
        return tally

    def _round(self, tally: Tally, faults: int, dice: random.Random, expected: dict[str, list[str]]) -> None:
        self.begin()
        self.scene.tend()
        people = play.People(self.world)
        people.start()
        over = lambda: not people.is_alive()  # noqa: E731
        struck = 0
        while struck < faults and not over():
            # One while it computes, of every second run: a lone job that dies holds up all the others.
            computing = struck == 0 and people.state in {"", RunState.FROZEN} and dice.random() < 0.5
            name = self._strike(dice, computing=computing, over=over)
            if name is not None:
                tally.struck[name] += 1
                struck += 1
        self.scene.wait(play.QUIET_SECONDS * 3, over)
        self._look(tally, people, expected)

    def _look(self, tally: Tally, people: play.People, expected: dict[str, list[str]]) -> None:
        self.scene.tend()
        open_, all_ = play.open_jobs()
        tally.jobs += all_ + 1
        tally.lost += open_ + (people.state in {"", RunState.FROZEN})
        tally.retried += people.retried
        tally.refused += people.refused
        tally.drafts += sum(1 for _ in (Path(settings.MEDIA_ROOT) / "papers").rglob(".*"))
        found = play.digest(self.portal)
        wrong = [name for name in expected if found[name] != expected[name]]
        if people.problem is not None:
            wrong.append(repr(people.problem))
        if not people.finished:
            wrong.append("not finished")
        if wrong:
            tally.wrong[tally.rounds] = wrong
        connection.close()

    def _strike(self, dice: random.Random, *, computing: bool, over: Callable[[], bool]) -> str | None:
        """One fault; its name, or None if it found nothing to strike."""
        scene = self.scene
        kind = "crash point" if computing else dice.choices([name for name, _ in KINDS], [much for _, much in KINDS])[0]
        if kind == "crash point":
            point = dice.choice(points.COMPUTING if computing else points.PRINTING)
            whom = dice.choice(["child", "child", "worker"])
            return f"{whom} at: {point}" if scene.die_at(point, whom, over) else None
        scene.wait(dice.uniform(0.0, 0.8), over)
        if over():
            return None
        struck = {
            "child killed": lambda: scene.kill_child(dice),
            "worker killed": scene.kill_worker,
            "Valkey killed": scene.kill_valkey,
            "Valkey emptied": scene.flush_valkey,
            "PostgreSQL restarted": scene.restart_postgres,
            "disk full": lambda: scene.fill_disk(over),
            "clock a year off": lambda: scene.move_clock(dice.choice([-1, 1])),
        }[kind]()
        scene.wait(dice.uniform(0.0, 0.3), over)
        return kind if struck else None

    def control(self, rounds: int, dice: random.Random) -> Tally:
        """Celery as it comes, hit twice while it prints: who loses nothing here proves nothing elsewhere."""
        tally = Tally()
        began = time.monotonic()
        self.scene.stop_worker()
        self.scene.control = True
        for _ in range(rounds):
            tally.rounds += 1
            self.begin()
            self.scene.queue().flushall()
            self.scene.tend()
            self.scene.wait_for_worker()
            people = play.People(self.world, patience=8.0, helps=False)
            people.start()
            over = lambda: not people.is_alive()  # noqa: B023, E731
            self.scene.wait(60, lambda: over() or people.state == RunState.ISSUED)  # noqa: B023
            for _ in range(2):
                kind = dice.choice(["child killed", "worker killed", "Valkey emptied", "Valkey killed"])
                self.scene.wait(dice.uniform(0.0, 0.3), over)
                struck = {
                    "child killed": lambda: self.scene.kill_child(dice),
                    "worker killed": self.scene.kill_worker,
                    "Valkey killed": self.scene.kill_valkey,
                    "Valkey emptied": self.scene.flush_valkey,
                }[kind]()
                tally.struck[kind] += struck
            self.scene.wait(60, over)
            open_, all_ = play.open_jobs()
            tally.jobs += all_
            tally.lost += open_
            connection.close()
        self.scene.stop_worker()
        self.scene.control = False
        tally.seconds = time.monotonic() - began
        return tally
