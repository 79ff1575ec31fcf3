"""What computing a run costs against writing its rows down: `python -m bench.royalty_run [pieces …]`.

On throw-away engines: so many published pieces, each with an author, an approver and a publisher. The
floor is one COPY of the very same lines into the very same table (its keys and indexes included). Interleaved, so
read the ratios and not the seconds.
"""

from __future__ import annotations

import io
import os
import resource
import statistics
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from config.engines.testing import session_engines

PIECES = 30_000
ROUNDS = 3
GOAL_RATIO, GOAL_BYTES = 2.0, 150
COLUMNS = (
    "portal_id, run_id, generation, subject_key, contributor_id, piece_id, role, kind, amount, exact_numerator, "
    'exact_denominator, template, "values", reason, held'
)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [PIECES]
    with session_engines():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from config.celery import keep_what_is_loaded

        call_command("migrate", verbosity=0)
        keep_what_is_loaded()  # as a worker begins
        for number, pieces in enumerate(sizes):
            _measure(pieces, f"xa-{number}")


def _measure(pieces: int, slug: str) -> None:
    from django.db import connection

    from contributors import clock
    from contributors.scopes import portal_scope
    from payments import computing, runs
    from payments.models import DraftLine
    from tests.factories.world import at, build_world

    world = build_world(slug, amount=10**15)
    with portal_scope(world.portal), clock.at(at("2026-08-03T08:00")):
        _write_pieces(world, pieces)
        accountant = world.actor("accountant")
        run = world.run()
        started = time.perf_counter()
        run = runs.freeze_run(actor=accountant, run=run, seen_version=run.version)
        freeze = time.perf_counter() - started
        runs.compute_run(actor=accountant, run=run, seen_version=run.version)
        ours, floor, select = [], [], []
        grown: float | None = None
        for generation in range(1, ROUNDS + 1):
            before = _peak_from_here()
            started = time.perf_counter()
            computing.compute_generation(run_id=run.pk, generation=generation)
            ours.append(time.perf_counter() - started)
            if grown is None:  # the first: what follows holds all the rows for the floor
                grown = _peak() - before
            floor.append(_copy(connection, _rows(connection, run.pk, generation), generation))
            select.append(_insert_select(connection, run.pk, generation))
        lines = DraftLine.objects.filter(run=run).count()
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT avg(octet_length("values"::text)) FROM payments_draftline WHERE run_id = %s', [run.pk]
            )
            explained = float(cursor.fetchone()[0])
    took, copied, selected = map(statistics.median, (ours, floor, select))
    print(
        f"{pieces:,} pieces, {lines:,} lines: freeze {freeze:.1f} s; compute {took:.2f} s = {lines / took:,.0f} lines/s, "
        f"{took / copied:.2f} × COPY (goal ≤ {GOAL_RATIO}), {took / selected:.2f} × INSERT … SELECT; "
        f"explanation {explained:.0f} bytes a line (goal ≤ {GOAL_BYTES}); memory +{grown:.0f} MB"
    )


def _peak_from_here() -> float:
    """MB of this process now; where the system can do it, the peak is counted from here on."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _write_pieces(world: Any, pieces: int) -> None:
    """Straight into the tables: this is what is there before the clock runs."""
    from django.db import connection

    names = {"portal": world.portal.pk, "genre": world.genres["news_item"].pk, "unit": world.unit.pk}
    names |= {name: world.people[name].pk for name in ("lan", "head", "publisher")}
    names |= {"account": world.accounts["lan"].pk, "pieces": pieces, "salt": uuid.uuid4().hex}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO contributors_piece (portal_id, public_id, client_key, genre_id, title, body, search_key, origin,
              source, language, state, state_since, state_reason, version, revision_number, approved_revision,
              created_by_id, contributor_id, unit_id, created_at, submitted_at, approved_at, published_at,
              leader_activity, event_place, document_number, document_type, document_signer, document_issuer, practice)
            SELECT %(portal)s, gen_random_uuid(), gen_random_uuid(), %(genre)s, 'Tin ' || n, '', 'tin ' || n, 'original',
              '', 'vi', 'published', moment, '', 1, 1, 1, %(account)s, %(lan)s, %(unit)s, moment, moment, moment, moment,
              false, '', '', '', '', '', false
            FROM (SELECT n, timestamptz '2026-07-05 08:00+07' + n %% 600 * interval '1 hour' AS moment
                    FROM generate_series(1, %(pieces)s) n) AS numbered
            """,
            names,
        )
        for role, person, share in (
            ("author", "lan", 100),
            ("approver", "head", None),
            ("publisher", "publisher", None),
        ):
            cursor.execute(
                """
                INSERT INTO contributors_credit (portal_id, piece_id, contributor_id, role, share, state, source,
                  no_fee_reason, unit_id)
                SELECT portal_id, id, %(person)s, %(role)s, %(share)s, 'confirmed', %(source)s, '', unit_id
                  FROM contributors_piece WHERE portal_id = %(portal)s
                """,
                names
                | {"person": names[person], "role": role, "share": share, "source": "declared" if share else "log"},
            )
        cursor.execute(
            """
            INSERT INTO contributors_score (portal_id, piece_id, scorer_id, revision_number, coefficient, grade, reason,
              accepted, at)
            SELECT portal_id, id, %(head)s, 1, 0.5 + id %% 4 * 0.5, '', '', true, published_at
              FROM contributors_piece WHERE portal_id = %(portal)s
            """,
            names,
        )
        cursor.execute("ANALYZE")


def _rows(connection: Any, run_id: int, generation: int) -> bytes:
    out = io.BytesIO()
    with connection.cursor() as cursor:
        query = f"COPY (SELECT {COLUMNS} FROM payments_draftline WHERE run_id = {run_id} AND generation = {generation}) TO STDOUT"
        with cursor.copy(query) as copy:
            for block in copy:
                out.write(block)
    return out.getvalue()


def _copy(connection: Any, rows: bytes, generation: int) -> float:
    """Seconds of writing the same rows once more, as a generation of their own, thrown away afterwards."""
    from django.db import transaction

    other = rows.replace(f"\t{generation}\tcredit:".encode(), b"\t999\tcredit:")
    with transaction.atomic(), connection.cursor() as cursor:
        started = time.perf_counter()
        with cursor.copy(f"COPY payments_draftline ({COLUMNS}) FROM STDIN") as copy:
            copy.write(other)
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent


def _insert_select(connection: Any, run_id: int, generation: int) -> float:
    """Seconds of one statement that makes as many rows of rows that are there."""
    from django.db import transaction

    others = COLUMNS.replace("generation", "998")
    with transaction.atomic(), connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(
            f"INSERT INTO payments_draftline ({COLUMNS}) SELECT {others} FROM payments_draftline "
            f"WHERE run_id = {run_id} AND generation = {generation}"
        )
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent


if __name__ == "__main__":
    main()
