"""A portal of 100,000 contributors, asked as its board asks: `python -m bench.directory [people]`.

On throw-away engines. Prints, for each filter, the median of the question alone, of the page and of the API over the
whole stack (middleware, login, template or JSON), and how many queries each one makes.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from config.engines.testing import session_engines

PEOPLE = 100_000
ROUNDS = 7
GOAL_MS = 150.0
UNITS = 120
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLES = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Thị Ngọc", "Văn Minh", "Thị Kim", "Quốc")
GIVENS = ("Lan", "Hoà", "Hùng", "Dũng", "Tám", "Sáu", "Bảy", "Phúc", "Thọ", "Lộc", "Năm", "Ánh", "Tư", "Hai", "Yến")
FILTERS: dict[str, dict[str, str]] = {
    "everybody": {},
    "name, frequent": {"q": "lan"},
    "name, two words": {"q": "nguyen anh"},
    "name, nobody": {"q": "khong co ai"},
    "phone": {"q": "0900099999"},
    "unit": {"unit": "…"},
    "no unit": {"unit": "none"},
    "state active": {"state": "active"},
    "state declined (none)": {"state": "declined"},
    "category": {"category": "staff"},
    "active since": {"active_since": "2026-06-01"},
    "silent 8 weeks": {"silent_weeks": "8"},
    "needs introduction": {"needs_introduction": "true"},
    "no payee details": {"missing_payee": "true"},
    "silent, in a unit": {"silent_weeks": "8", "unit": "…"},
    "lan, silent, no payee": {"q": "lan", "silent_weeks": "8", "missing_payee": "true"},
}


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with session_engines():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return _measure(people)


def _measure(people: int) -> int:
    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings
    from rest_framework.test import APIClient

    from contributors import clock
    from contributors.directory import PeopleFilter
    from contributors.models import Unit
    from contributors.scopes import portal_scope
    from payments.network import network_page
    from tests.factories.world import at, build_world

    world = build_world("xa-lon")
    plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with (
        clock.at(at("2026-08-03T08:00")),
        override_settings(STORAGES=plain, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False),
    ):
        with portal_scope(world.portal):
            _write_people(world, people)
            unit = str(Unit.objects.order_by("-pk").values_list("public_id", flat=True)[0])
            actor = world.actor("head")
        page, rest = Client(), APIClient()
        page.force_login(world.accounts["head"])
        rest.force_authenticate(world.accounts["head"])
        print(f"{people:,} contributors, {UNITS} units; medians of {ROUNDS} in ms (queries)")
        print(f"{'':24}{'question':>16}{'page':>16}{'API':>16}")
        slow = 0
        for name, asked in FILTERS.items():
            given = {key: unit if value == "…" else value for key, value in asked.items()}
            wanted = _wanted(PeopleFilter, given)

            def question(wanted: Any = wanted, missing: Any = "missing_payee" in given) -> None:
                with portal_scope(world.portal):
                    network_page(actor, wanted, missing_payee_details=missing)

            query = urlencode(given)
            figures = [
                _median(call)
                for call in (
                    question,
                    lambda q=query: _ok(page.get(f"/network/?{q}")),
                    lambda q=query: _ok(rest.get(f"/api/v1/contributors/?{q}")),
                )
            ]
            slow += sum(spent > GOAL_MS for spent, _ in figures)
            print(f"{name:24}" + "".join(f"{spent:10.1f} ({count:2})" for spent, count in figures))
        for name, address in (("counts by unit", "/network/units/"), ("duplicates", "/network/duplicates/")):
            spent, count = _median(lambda a=address: _ok(page.get(a)), rounds=3)
            print(f"{name:24}{'':16}{spent:10.1f} ({count:2})")
    print(f"goal: every page of the directory under {GOAL_MS:.0f} ms: {'ok' if not slow else f'MISSED {slow} times'}")
    return slow


def _wanted(kind: Any, given: dict[str, str]) -> Any:
    from datetime import date

    return kind(
        q=given.get("q", ""),
        unit=given.get("unit"),
        state=(given["state"],) if "state" in given else (),
        category=given.get("category", ""),
        active_since=date.fromisoformat(given["active_since"]) if "active_since" in given else None,
        silent_weeks=int(given["silent_weeks"]) if "silent_weeks" in given else None,
        needs_introduction="needs_introduction" in given,
    )


def _ok(answer: Any) -> None:
    if answer.status_code != 200:
        message = f"{answer.request['PATH_INFO']}: {answer.status_code} {answer.content[:300]!r}"
        raise SystemExit(message)


def _median(call: Callable[[], None], rounds: int = ROUNDS) -> tuple[float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        call()
    asked = len(queries)  # a later request empties the list
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), asked


def _write_people(world: Any, people: int, start: int = 0) -> None:
    """By COPY: people, units, pen names, and for every third of them a piece with its credit, mostly long ago.

    Whoever writes into two portals of one database gives each a `start` of its own.
    """
    from django.db import connection

    from contributors.models import Unit
    from contributors.names import place_key, search_key, sort_key

    chance = random.Random(1)  # noqa: S311 - the same people every time
    portal = world.portal.pk
    units = Unit.objects.bulk_create(
        Unit(
            portal_id=portal,
            kind="hamlet",
            name=f"Ấp số {nth}",
            opened="2020-01-01",
            sort_key=place_key(f"Ấp số {nth}"),
        )
        for nth in range(UNITS)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM contributors_contributor")
        first = cursor.fetchone()[0] - start
        columns = "id, public_id, portal_id, receipt_number, full_name, sort_key, search_key, phone, birth_year, category, state, state_since, state_reason, version"
        with cursor.copy(f"COPY contributors_contributor ({columns}) FROM STDIN") as copy:
            for nth in range(start, start + people):
                name = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVENS)}"
                copy.write_row(
                    (
                        first + nth,
                        f"00000000-0000-7000-8000-{nth:012d}",
                        portal,
                        f"CTV-{portal:02d}-{nth:08d}",
                        name,
                        sort_key(name),
                        search_key(name),
                        f"+849{nth:08d}",
                        chance.randrange(1940, 2005),
                        "staff" if nth % 50 == 0 else "volunteer",
                        "left" if nth % 20 == 0 else "active",
                        f"2026-0{chance.randrange(1, 8)}-01T00:00Z",
                        "",
                        1,
                    )
                )
        with cursor.copy(
            "COPY contributors_membership (portal_id, contributor_id, unit_id, effective_from) FROM STDIN"
        ) as copy:
            for nth in range(start, start + people):
                if nth % 100:
                    copy.write_row((portal, first + nth, chance.choice(units).pk, "2026-01-05"))
        with cursor.copy(
            "COPY contributors_penname (portal_id, contributor_id, name, effective_from) FROM STDIN"
        ) as copy:
            for nth in range(start, start + people, 5):
                copy.write_row((portal, first + nth, f"Bút {nth}", "2026-01-05"))
        columns = "id, public_id, client_key, portal_id, genre_id, leader_activity, title, body, search_key, event_place, origin, source, language, practice, state, state_since, state_reason, version, revision_number, created_by_id, contributor_id, created_at, submitted_at, approved_at, published_at, document_number, document_type, document_signer, document_issuer"
        genre, writer = world.genres["news_item"].pk, world.accounts["head"].pk
        with cursor.copy(f"COPY contributors_piece ({columns}) FROM STDIN") as copy:
            for nth in range(start, start + people, 3):
                day = f"2026-0{chance.choice((1, 1, 2, 2, 3, 4, 5, 6, 7))}-{chance.randrange(1, 28):02d}T00:00Z"
                key = f"00000000-0000-7000-8001-{nth:012d}"
                copy.write_row(
                    (
                        *(
                            nth + 1,
                            key,
                            key,
                            portal,
                            genre,
                            False,
                            f"Tin {nth}",
                            "",
                            f"tin {nth}",
                            "",
                            "original",
                            "",
                            "vi",
                            False,
                        ),
                        *("published", day, "", 1, 1, writer, first + nth, day, day, day, day, "", "", "", ""),
                    )
                )
        with cursor.copy(
            "COPY contributors_credit (portal_id, piece_id, contributor_id, role, share, state, source, no_fee_reason) FROM STDIN"
        ) as copy:
            for nth in range(start, start + people, 3):
                copy.write_row((portal, nth + 1, first + nth, "author", "100", "confirmed", "declared", ""))
        for table in ("contributor", "membership", "penname", "piece", "credit"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('contributors_{table}', 'id'), (SELECT max(id) FROM contributors_{table}))"
            )
        cursor.execute("VACUUM ANALYZE" if connection.get_autocommit() else "ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
