"""One field over everything, in a portal of 100,000 people and in one of 100,000 pieces: `python -m bench.search [each]`.

On throw-away engines. Prints for each question the median of the question alone, of the page and of the API over the
whole stack, and how many queries it makes; and how much slower it is than in a portal of a hundredth of the size.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.directory import _median, _ok, _write_people
from bench.pieces import _write_pieces
from config.engines.testing import session_engines

EACH = 100_000
GOAL_MS = 200.0
OF_PEOPLE = {
    "frequent name": "lan",
    "two frequent words": "nguyen lan",
    "family name alone": "Nguyễn",
    "phone": "0900099",
    "pen name": "Bút 9995",
    "receipt": "00000995",
    "a title": "tin 999",
    "nobody": "khong co ai",
}
OF_PIECES = {
    "most frequent word": "âm0",
    "three most frequent words": "âm0 âm1 âm2",
    "rare word": "hiem777",
    "in quotation marks": '"âm0 âm1"',
    "a number": "12/2026",
    "nothing": "chuyen nay khong co",
}


def main() -> int:
    each = int(sys.argv[1]) if len(sys.argv) > 1 else EACH
    with session_engines():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return _measure(each)


def _measure(each: int) -> int:
    from django.conf import settings
    from django.test.utils import override_settings

    from contributors import clock
    from contributors.scopes import portal_scope
    from tests.factories.world import at, build_world

    plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    slow = 0
    with (
        clock.at(at("2026-08-03T08:00")),
        override_settings(STORAGES=plain, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False),
    ):
        for kind, write, questions in questions_of(each):
            found = {}
            for size in (each // 100, each):
                world = build_world(f"xa-{kind}-{size}")
                with portal_scope(world.portal):
                    write(world, size)
                found[size] = {name: _asked(world, text) for name, text in questions.items()}
            print(f"{each:,} {kind}; medians in ms (queries), and times the same among {each // 100:,}")
            print(f"{'':28}{'question':>16}{'page':>16}{'API':>16}{'growth':>10}")
            for name, figures in found[each].items():
                growth = figures[0][0] / max(found[each // 100][name][0][0], 0.1)
                slow += sum(spent > GOAL_MS for spent, _ in figures)
                shown = "".join(f"{spent:10.1f} ({count:2})" for spent, count in figures)
                print(f"{name:28}{shown}{growth:9.1f}×", flush=True)
    print(f"goal: every answer under {GOAL_MS:.0f} ms: {'ok' if not slow else f'MISSED {slow} times'}")
    return slow


def questions_of(each: int) -> list[tuple[str, Callable[[Any, int], None], dict[str, str]]]:
    """What is written and asked; the small portal's people have numbers of their own."""

    def people(world: Any, size: int) -> None:
        _write_people(world, size, start=0 if size == each else 10 * each)

    return [("people", people, OF_PEOPLE), ("pieces", _write_pieces, OF_PIECES)]


def _asked(world: Any, text: str) -> list[tuple[float, int]]:
    from django.test import Client
    from rest_framework.test import APIClient

    from contributors.scopes import portal_scope
    from payments.searching import everything_found

    page, rest = Client(), APIClient()
    page.force_login(world.accounts["head"])
    rest.force_authenticate(world.accounts["head"])
    actor, query = world.actor("head"), urlencode({"q": text})

    def question() -> None:
        with portal_scope(world.portal):
            everything_found(actor, text)

    return [
        _median(question),
        _median(lambda: _ok(page.get(f"/search/?{query}"))),
        _median(lambda: _ok(rest.get(f"/api/v1/search/?{query}"))),
    ]


if __name__ == "__main__":
    sys.exit(main())
