"""Break a run in every way we know and compare it with the unbroken one: `make chaos`.

    python -m tests.chaos [--faults 500] [--seed N] [--people 15] [--control 12] [--keep]

On engines of its own, whatever the environment says. Exit code 0: nothing lost, every round the same, and the control
run lost work; 1 otherwise.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config import engines
from config.engines.layout import APPLICATION_ROLE, Layout
from config.engines.migration import grant, migrate

OURS = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "BUTLANG_VAR")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--people", type=int, default=15)
    parser.add_argument("--control", type=int, default=12, help="rounds with Celery as it comes")
    parser.add_argument("--schema", type=Path, help="pg_dump of a migrated database; it spares the migrations")
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.faults} faults, {options.people} people", flush=True)
    for name in OURS:
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="butlang-chaos-"))
    var = folder / "var"
    try:
        # Throw-away engines start again fast; what a commit says is kept all the same (see `_campaign`).
        with engines.start(var, environ={}, lasting=False) as running:
            os.environ["BUTLANG_VAR"] = str(var)
            os.environ["REDIS_URL"] = running.redis_url
            os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
            os.environ.setdefault("BUTLANG_KEYS", f"test:{secrets.token_hex(32)}")
            os.environ["DATABASE_URL"] = Layout.of(var).database_url(APPLICATION_ROLE, "chaos")
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
            os.environ["LOG_LEVEL"] = "ERROR"
            return _campaign(folder, running, options)
    finally:
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _campaign(folder: Path, running: engines.Engines, options: argparse.Namespace) -> int:
    if options.schema is not None:
        assert running.postgres is not None
        psql, address = running.postgres.client("psql")
        words = [psql, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={options.schema}"]
        subprocess.run(words, check=True, env={**os.environ, **address}, stdout=subprocess.DEVNULL)
        grant(running.addresses)
    elif migrate(running.addresses):
        return 1
    from psycopg import sql

    from config.engines.layout import DATABASE as MIGRATED
    from tests.chaos.scene import DATABASE, Scene

    scene = Scene(folder, running)
    with scene.admin() as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (MIGRATED, DATABASE))))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(MIGRATED)))  # the engine looks for it
        # Else the server itself might forget what it committed. Killed servers need no fsync for that: the kernel lives.
        admin.execute(sql.SQL("ALTER ROLE {} SET synchronous_commit TO on").format(sql.Identifier(APPLICATION_ROLE)))
    import django

    django.setup()
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    from tests.chaos import play
    from tests.chaos.campaign import Campaign

    dice = random.Random(options.seed)
    began = time.monotonic()
    try:
        campaign = Campaign(scene, play.build(options.people))
        built = time.monotonic()
        expected = campaign.unbroken()
        print(f"the run made in {built - began:.0f} s, played unbroken in {time.monotonic() - built:.1f} s", flush=True)
        if expected["books"]:
            print(f"the unbroken run itself is wrong: {expected['books']}")
            return 1
        tally = campaign.run(options.faults, dice, expected, lambda text: print(text, flush=True))
        print(f"Bút Làng, seed {options.seed}:\n{tally}", flush=True)
        bites = True
        if options.control:
            control = campaign.control(options.control, dice)
            bites = control.lost > 0
            share = 100 * control.lost // max(control.jobs, 1)
            print(f"Control, Celery as it comes:\n{control}\n  lost {share} %", flush=True)
            if not bites:
                print("the control run lost nothing: this harness proves nothing")
        return int(bool(tally.lost or tally.wrong) or not bites)
    finally:
        scene.stop_worker()


if __name__ == "__main__":
    sys.exit(main())
