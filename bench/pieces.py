"""A portal of 1,000,000 pieces, listed, filtered and searched: `python -m bench.pieces [pieces]`.

On throw-away engines. Prints for each filter the median of the first page and of a deep one (the cursor stands after
nine tenths of the list), of the question alone and of the API over the whole stack, and how many queries it makes.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from config.engines.testing import session_engines

PIECES = 1_000_000
ROUNDS = 5
LIST_GOAL_MS = 100.0
SEARCH_GOAL_MS = 200.0
YEARS = 10
WORDS = 60
DAY_ONE = date(2016, 7, 1).toordinal()
# Question, and the same as the API asks it.
FILTERS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "everything": ({}, {}),
    "state published": ({"state": ("published",)}, {"state": "published"}),
    "state submitted (few)": ({"state": ("submitted",)}, {"state": "submitted"}),
    "two states": ({"state": ("approved", "scheduled")}, {"state": "approved,scheduled"}),
    "genre, rare": ({"genre": "video"}, {"genre": "video"}),
    "genre and state": ({"genre": "photo", "state": ("returned",)}, {"genre": "photo", "state": "returned"}),
    "topic": ({"topic": "chuyen-muc-7"}, {"topic": "chuyen-muc-7"}),
    "unit": ({"unit": "unit"}, {"unit": "unit"}),
    "contributor": ({"contributor": "person"}, {"contributor": "person"}),
    "leaders' activity": ({"leader_activity": True}, {"leader_activity": "true"}),
    "origin, rare": ({"origin": "translated"}, {"origin": "translated"}),
    "language, rare": ({"language": "km"}, {"language": "km"}),
    "not on the website": ({"on_website": False}, {"on_website": "false"}),
    "published in a month": (
        {"step": "published", "first": date(2020, 3, 1), "last": date(2020, 3, 31)},
        {"published_from": "2020-03-01", "published_until": "2020-04-01"},
    ),
    "published in a year": (
        {"step": "published", "first": date(2018, 1, 1), "last": date(2018, 12, 31)},
        {"published_from": "2018-01-01", "published_until": "2019-01-01"},
    ),
    "sent in a year": (
        {"first": date(2017, 1, 1), "last": date(2017, 12, 31)},
        {"submitted_from": "2017-01-01", "submitted_until": "2018-01-01"},
    ),
    "events of a week": (
        {"event_first": date(2019, 5, 1), "event_last": date(2019, 5, 7)},
        {"event_from": "2019-05-01", "event_until": "2019-05-08"},
    ),
    "unit, genre, half year": (
        {
            "unit": "unit",
            "genre": "news_item",
            "step": "published",
            "first": date(2021, 1, 1),
            "last": date(2021, 6, 30),
        },
        {"unit": "unit", "genre": "news_item", "published_from": "2021-01-01", "published_until": "2021-07-01"},
    ),
}
SEARCHES: dict[str, dict[str, Any]] = {
    "search, in every third": {"q": "am1"},
    "search, in every tenth": {"q": "am5"},
    "search, in one of 200": {"q": "âm120"},
    "search, rare": {"q": "hiem77"},
    "search, nothing": {"q": "khongcoai"},
    "search, three words": {"q": "am3 am9 am40"},
    "search, phrase": {"q": '"am2 am7 am30"'},
    "search, rare and frequent": {"q": "am1 hiem5"},
    "search and unit": {"q": "am30", "unit": "unit"},
    "search and state": {"q": "am5", "state": ("returned",)},
}


def main() -> int:
    pieces = int(sys.argv[1]) if len(sys.argv) > 1 else PIECES
    with session_engines():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return _measure(pieces)


def _measure(pieces: int) -> int:
    from django.db import connection
    from django.test.utils import override_settings
    from rest_framework.test import APIClient

    from contributors import clock
    from contributors.finding import PieceFilter, page_of_pieces
    from contributors.models import Contributor, Piece, Unit
    from contributors.scopes import portal_scope
    from tests.factories.world import at, build_world

    world = build_world("xa-lon")
    with clock.at(at("2026-07-01T08:00")), override_settings(ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        start = time.perf_counter()
        with portal_scope(world.portal):
            _write_pieces(world, pieces)
            ids = {
                "unit": Unit.objects.get(name="Ấp số 7").public_id,
                "person": Contributor.objects.get(full_name="Người 7").public_id,
            }
            actor = world.actor("head")
            deep = Piece.objects.order_by("pk").values_list("pk", flat=True)[pieces // 10]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_size_pretty(pg_total_relation_size('contributors_piece')), pg_size_pretty(pg_relation_size('piece_search_words'))"
            )
            sizes = cursor.fetchone()
        print(
            f"{pieces:,} pieces of {WORDS} words in {time.perf_counter() - start:.0f} s; table {sizes[0]}, search index {sizes[1]}"
        )
        rest = APIClient()
        rest.force_authenticate(world.accounts["head"])
        print(f"{'medians in ms (queries)':28}{'first page':>16}{'deep page':>16}{'API':>16}")
        slow = 0
        every = {
            **FILTERS,
            **{name: (given, {key: _said(value) for key, value in given.items()}) for name, given in SEARCHES.items()},
        }
        for name, (given, asked) in every.items():
            goal = SEARCH_GOAL_MS if name in SEARCHES else LIST_GOAL_MS
            wanted = PieceFilter(
                **{key: ids.get(value, value) if isinstance(value, str) else value for key, value in given.items()}
            )
            query = urlencode({key: ids.get(value, value) for key, value in asked.items()})

            def question(after: int | None = None, wanted: Any = wanted) -> None:
                with portal_scope(world.portal):
                    page_of_pieces(actor, wanted, after=after)

            figures = [
                _median(call)
                for call in (
                    question,
                    lambda q=question: q(deep),
                    lambda a=query: _ok(rest.get(f"/api/v1/pieces/?{a}")),
                )
            ]
            late = [spent for spent, _ in figures if spent > goal]
            slow += len(late)
            print(
                f"{name:28}"
                + "".join(f"{spent:10.1f} ({count:2})" for spent, count in figures[:2])
                + f"{figures[2][0]:16.1f}"
                + (" SLOW" if late else "")
            )
    print(
        f"goals: lists under {LIST_GOAL_MS:.0f} ms, searches under {SEARCH_GOAL_MS:.0f} ms: {'ok' if not slow else f'MISSED {slow} times'}"
    )
    return slow


def _said(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _ok(answer: Any) -> None:
    if answer.status_code != 200:
        message = f"{answer.request['PATH_INFO']}: {answer.status_code} {answer.content[:300]!r}"
        raise SystemExit(message)


def _median(call: Callable[[], None], rounds: int = ROUNDS) -> tuple[float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        call()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), len(queries)


def _write_pieces(world: Any, pieces: int) -> None:
    """By COPY: ten years, the last days still on their way; words as frequent as in a language."""
    from django.db import connection

    from contributors.models import Contributor, Topic, Unit
    from contributors.models.tenancy import new_public_id
    from contributors.names import place_key, sort_key

    chance = random.Random(1)  # noqa: S311 - the same pieces every time
    portal, writer = world.portal.pk, world.accounts["head"].pk
    names = [f"Ấp số {nth}" for nth in range(100)]
    units = [
        row.pk
        for row in Unit.objects.bulk_create(
            Unit(portal_id=portal, kind="hamlet", name=name, opened="2010-01-01", sort_key=place_key(name))
            for name in names
        )
    ]
    people = [
        row.pk
        for row in Contributor.objects.bulk_create(
            Contributor(
                portal_id=portal,
                receipt_number=f"CTV-{portal:02d}-{nth:08d}",
                full_name=f"Người {nth}",
                sort_key=sort_key(f"Người {nth}"),
                search_key=f"nguoi {nth}",
                state="active",
                state_since="2016-01-01T00:00Z",
                category="volunteer",
            )
            for nth in range(2000)
        )
    ]
    topics = [
        row.pk
        for row in Topic.objects.bulk_create(
            Topic(portal_id=portal, code=f"chuyen-muc-{nth}", name=f"Chuyên mục {nth}") for nth in range(12)
        )
    ]
    genres = [world.genres[code].pk for code in ("news_item", "article", "photo", "video")]
    vocabulary = [f"âm{nth}" for nth in range(2000)]
    weights = list(itertools.accumulate(1 / (nth + 4) for nth in range(2000)))
    columns = (
        "public_id, client_key, portal_id, genre_id, topic_id, leader_activity, title, body, search_key, event_on, event_place, origin,"
        " source, language, practice, state, state_since, state_reason, version, revision_number, approved_revision, created_by_id,"
        " contributor_id, unit_id, created_at, submitted_at, approved_at, published_at, published_url, document_number, document_type,"
        " document_signer, document_issuer"
    )
    with connection.cursor() as cursor:
        # A million rows go in several times quicker without the indexes; they are made again as they were.
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'contributors_piece' AND indexdef NOT LIKE 'CREATE UNIQUE%'"
        )
        indexes = cursor.fetchall()
        cursor.execute("".join(f"DROP INDEX {name};" for name, _ in indexes))
        with cursor.copy(f"COPY contributors_piece ({columns}) FROM STDIN") as copy:
            for nth in range(pieces):
                day = date.fromordinal(DAY_ONE + nth * 365 * YEARS // pieces)
                moment = f"{day}T0{nth % 10}:00Z"
                fresh = nth > pieces - 400
                state = (
                    chance.choice(("submitted", "approved", "draft"))
                    if fresh
                    else "returned"
                    if nth % 50 == 0
                    else "published"
                )
                words = chance.choices(vocabulary, cum_weights=weights, k=WORDS)
                title = " ".join([*words[:8], f"hiem{nth % 50_000}"])
                copy.write_row(
                    (
                        *(
                            new_public_id(),
                            new_public_id(),
                            portal,
                            chance.choices(genres, (70, 20, 9, 1))[0],
                            chance.choice(topics),
                        ),
                        *(
                            nth % 40 == 0,
                            title,
                            " ".join(words[8:]),
                            title,
                            day,
                            "",
                            "translated" if nth % 20_000 == 7 else "original",
                        ),
                        *(
                            "",
                            "km" if nth % 5000 == 3 else "vi",
                            False,
                            state,
                            moment,
                            "",
                            3,
                            1,
                            None if state != "approved" else 1,
                        ),
                        *(
                            writer,
                            chance.choice(people),
                            chance.choice(units),
                            moment,
                            None if state == "draft" else moment,
                        ),
                        *(
                            moment if state in {"published", "approved"} else None,
                            moment if state == "published" else None,
                        ),
                        *(f"https://xa.example/tin/{nth}" if state == "published" else None, "", "", "", ""),
                    )
                )
        cursor.execute("".join(f"{made};" for _, made in indexes))
        cursor.execute(
            "VACUUM ANALYZE contributors_piece" if connection.get_autocommit() else "ANALYZE contributors_piece"
        )


if __name__ == "__main__":
    sys.exit(main())
