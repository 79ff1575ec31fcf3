"""The API under load beside its rivals, a portal of 1,000,000 pieces: `python -m bench.api [pieces] [seconds]`.

One gunicorn, as an installation runs it, serves all three (`bench._api_peers`): the API, the same JSON by plain psycopg,
and a plain ModelViewSet. Three questions: a list of 50 by three filters, one piece, and sending drafts in. Eight
connections at once, by wrk where it is installed, else by threads of this process; what is sent in is always by threads,
for each draft can be sent once. Read the ratios: all three share the machine with who asks.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.pieces import PIECES, _write_pieces
from config.engines.testing import session_engines

CONNECTIONS = 8
SECONDS = 6.0
DRAFTS = 240
GOAL = 3.0  # times what plain psycopg needs
FILTERS = "state=published&genre=photo&topic=chuyen-muc-7"
MODEL_FILTERS = "state=published&genre__code=photo&topic__code=chuyen-muc-7"
CSRF = "a" * 32
UNBOUND = {"ALLOWED_HOSTS": "*", "API_RATE_CALLER": "0", "API_RATE_ADDRESS": "0"}  # one caller asks for many here
LUA = """
done = function(summary, latency)
  io.write(string.format("%.3f %.3f %.1f %d\\n", latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    summary.requests / (summary.duration / 1e6), summary.errors.status))
end
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds, and requests in a second."""

    p50: float
    p95: float
    rate: float


def main() -> int:
    pieces = int(sys.argv[1]) if len(sys.argv) > 1 else PIECES
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    with session_engines():
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["LOG_LEVEL"] = "ERROR"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return _measure(pieces, seconds)


def _measure(pieces: int, seconds: float) -> int:
    from django.db import connection
    from django.test import Client

    from contributors import clock
    from contributors.models import Piece
    from contributors.pledges import current_pledge
    from contributors.scopes import portal_scope
    from tests.factories.world import at, build_world

    world = build_world("xa-lon")
    start = time.perf_counter()
    with clock.at(at("2026-07-01T08:00")), portal_scope(world.portal):
        _write_pieces(world, pieces)
        mine = [world.draft("lan", title=f"Tin số {nth}") for nth in range(3 * DRAFTS)]
        some = [str(one) for one in Piece.objects.filter(state="published").values_list("public_id", flat=True)[:500]]
        pledge = current_pledge().version
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE contributors_piece")
    print(
        f"{pieces:,} pieces in {time.perf_counter() - start:.0f} s; {_maker()}, {CONNECTIONS} connections, {seconds:.0f} s each"
    )
    cookies = {}
    for name in ("head", "lan"):
        client = Client()
        client.force_login(world.accounts[name])
        cookies[name] = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"
    os.environ["BENCH_PORTAL"] = str(world.portal.pk)
    connection.close()
    drafts = [(str(piece.public_id), piece.version) for piece in mine]
    with _served() as port:
        asked: dict[str, tuple[Callable[[], Figures], ...]] = {
            "list of 50, three filters": tuple(
                lambda path=path: _load(port, [path], cookies["head"], seconds)
                for path in (
                    f"/api/v1/pieces/?{FILTERS}",
                    f"/plain/pieces/?{FILTERS}",
                    f"/model/pieces/?{MODEL_FILTERS}",
                )
            ),
            "one piece": tuple(
                lambda door=door: _load(port, [f"/{door}/pieces/{one}/" for one in some], cookies["head"], seconds)
                for door in ("api/v1", "plain", "model")
            ),
            "a draft sent in": (
                lambda: _send(
                    port, "POST", "/api/v1/pieces/{}/submit/", drafts[:DRAFTS], cookies["lan"], {"pledge": pledge}
                ),
                lambda: _send(port, "POST", "/plain/pieces/{}/submit/", drafts[DRAFTS : 2 * DRAFTS], "", {}),
                lambda: _send(
                    port, "PATCH", "/model/pieces/{}/", drafts[2 * DRAFTS :], cookies["lan"], {"state": "submitted"}
                ),
            ),
        }
        missed = 0
        print(
            f"{'p50 / p95 in ms, requests a second':28}{'API':>26}{'plain psycopg':>26}{'ModelViewSet':>26}{'× psycopg':>12}{'× Model':>10}"
        )
        for name, doors in asked.items():
            ours, plain, model = (door() for door in doors)
            shown = "".join(f"{one.p50:10.1f}/{one.p95:6.1f}{one.rate:9.0f}" for one in (ours, plain, model))
            to_plain, to_model = plain.rate / ours.rate, model.rate / ours.rate
            late = name != "a draft sent in" and (to_plain > GOAL or to_model > 1)
            missed += late
            print(f"{name:28}{shown}{to_plain:12.2f}{to_model:10.2f}{' MISSED' if late else ''}", flush=True)
    print(
        f"goals, of reading: within {GOAL:.0f} × plain psycopg and ahead of the ModelViewSet: {'ok' if not missed else 'MISSED'}"
    )
    return missed


def _maker() -> str:
    return "wrk" if shutil.which("wrk") else "threads of this process"


@contextmanager
def _served() -> Iterator[int]:
    """Gunicorn with the settings of an installation, on a free port."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "gunicorn", "--config", str(root / "deploy" / "gunicorn.conf.py")]
    command += ["--bind", f"127.0.0.1:{port}", "--max-requests", "0", "--log-level", "error", "bench._api_peers"]
    server = subprocess.Popen(command, cwd=root, env=os.environ | UNBOUND)
    try:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                _ask(
                    http.client.HTTPConnection("127.0.0.1", port, timeout=5),
                    "GET",
                    "/api/v1/errors/not_found/",
                    "",
                    None,
                )
                break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _ask(to: http.client.HTTPConnection, method: str, path: str, cookie: str, body: Any) -> None:
    headers = {"Cookie": cookie, "Content-Type": "application/json", "X-CSRFToken": CSRF}
    to.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = to.getresponse()
    content = answer.read()
    if answer.status >= 300:
        message = f"{method} {path}: {answer.status} {content[:300]!r}"
        raise SystemExit(message)


def _load(port: int, paths: list[str], cookie: str, seconds: float) -> Figures:
    """The same questions again and again; a second before it does not count."""
    _by_threads(port, (("GET", path, None) for path in itertools.cycle(paths)), cookie, 1.0)
    if shutil.which("wrk"):
        return _by_wrk(port, paths, cookie, seconds)
    return _by_threads(port, (("GET", path, None) for path in itertools.cycle(paths)), cookie, seconds)


def _by_wrk(port: int, paths: list[str], cookie: str, seconds: float) -> Figures:
    """Wrk's own statistics, the 95th of a hundred included, which it does not print by itself."""
    listed = ", ".join(json.dumps(path) for path in paths)
    turns = f"local paths = {{{listed}}}\nlocal nth = 0\nrequest = function() nth = nth % #paths + 1 return wrk.format(nil, paths[nth]) end\n"
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(turns + LUA)
        script.flush()
        words = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds:.0f}s",
            "--timeout",
            "30s",
            "-H",
            f"Cookie: {cookie}",
            "-s",
            script.name,
        ]
        said = subprocess.run([*words, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True).stdout
    p50, p95, rate, wrong = map(float, said.splitlines()[-1].split())
    if wrong:
        message = f"{paths[0]}: {wrong:.0f} answers were no 200"
        raise SystemExit(message)
    return Figures(p50, p95, rate)


def _send(
    port: int, method: str, path: str, drafts: list[tuple[str, int]], cookie: str, body: dict[str, Any]
) -> Figures:
    asked = (
        (method, path.format(piece), {"version": version} | body if "api" in path else body)
        for piece, version in drafts
    )
    return _by_threads(port, asked, cookie, 60.0)


def _by_threads(port: int, asked: Iterator[tuple[str, str, Any]], cookie: str, seconds: float) -> Figures:
    """Until the time is over or nothing is left to ask."""
    lock, spent, ends = threading.Lock(), list[float](), time.monotonic() + seconds

    def work() -> None:
        to = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < ends:
            with lock:
                question = next(asked, None)
            if question is None:
                return
            start = time.perf_counter()
            _ask(to, *question[:2], cookie, question[2])
            spent.append((time.perf_counter() - start) * 1000)

    start = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(spent) / (time.perf_counter() - start)
    return Figures(statistics.median(spent), statistics.quantiles(spent, n=20)[18], rate)


if __name__ == "__main__":
    sys.exit(main())
