"""The queue's settings, seen through what they do: nobody waits long, nothing is taken twice, nothing is forgotten."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from config import engines
from config.celery import PATIENCE_OF_A_PAGE, TIMER_QUEUE, WORK_QUEUE, app, configuration
from config.environment import ROOT


@pytest.fixture
def ring_seconds(settings):
    """How long one ring takes, and how it ended, with the broker at an address."""

    def ring(redis_url):
        settings.REDIS_URL = redis_url
        queue = Celery("ringing", set_as_current=False)
        queue.add_defaults(configuration)
        began = time.monotonic()
        try:
            with queue.producer_or_acquire() as producer:
                queue.send_task("contributors.sweep_jobs", producer=producer, retry=False)
        except OperationalError:
            return "refused", time.monotonic() - began
        finally:
            queue.close()
        return "sent", time.monotonic() - began

    return ring


class TestDeadBroker:
    """A page rings after its commit; whatever the broker does, the page goes on."""

    def test_ring_without_a_server_is_refused_at_once(self, ring_seconds, tmp_path):
        outcome, spent = ring_seconds(f"unix://{tmp_path}/none.sock?db=0")
        assert outcome == "refused"
        assert spent < PATIENCE_OF_A_PAGE

    def test_ring_to_a_server_that_takes_nothing_more_is_refused(self, ring_seconds, tmp_path):
        """Full (`noeviction`), or unable to write its file: it answers, with an error."""
        with engines.start(tmp_path / "var", environ={"DATABASE_URL": "postgresql://elsewhere/x"}) as full:
            redis.Redis.from_url(full.redis_url).config_set("maxmemory", 1)
            outcome, _ = ring_seconds(full.redis_url)
        assert outcome == "refused"

    def test_ring_to_a_server_that_accepts_and_says_nothing_gives_up(self, ring_seconds):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            outcome, spent = ring_seconds(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert outcome == "refused"
        assert PATIENCE_OF_A_PAGE <= spent < PATIENCE_OF_A_PAGE + 0.7

    def test_ring_to_a_server_whose_queue_of_callers_is_full_gives_up(self, ring_seconds):
        with socket.socket() as full, socket.socket() as first, socket.socket() as second:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            for caller in (first, second):
                caller.setblocking(False)
                caller.connect_ex(full.getsockname())
            outcome, spent = ring_seconds(f"redis://127.0.0.1:{full.getsockname()[1]}/0")
        assert outcome == "refused"
        assert spent < PATIENCE_OF_A_PAGE + 0.7

    def test_ring_to_a_frozen_server_gives_up_and_works_again_when_it_thaws(self, ring_seconds, tmp_path):
        with engines.start(tmp_path, environ={"DATABASE_URL": "postgresql://not/used"}, lasting=False) as up:
            os.kill(up.valkey.pid, signal.SIGSTOP)
            try:
                outcome, spent = ring_seconds(up.redis_url)
            finally:
                os.kill(up.valkey.pid, signal.SIGCONT)
            assert outcome == "refused"
            assert spent < PATIENCE_OF_A_PAGE + 0.7
            assert ring_seconds(up.redis_url)[0] == "sent"


class TestLimits:
    @pytest.mark.parametrize("lease", [2, 10, 60, 600])
    def test_task_ends_before_its_claim_expires_and_returns_after(self, settings, lease):
        settings.JOB_LEASE_SECONDS = lease
        conf = configuration()
        back = conf["broker_transport_options"]["visibility_timeout"]
        assert 0 < conf["task_soft_time_limit"] < conf["task_time_limit"] <= lease < back
        assert conf["result_backend_transport_options"] == {"visibility_timeout": back}
        assert conf["visibility_timeout"] == back

    def test_messages_are_json_and_nothing_else(self):
        assert app.conf.accept_content == ["json"]
        assert app.conf.task_serializer == "json"

    def test_results_are_kept_nowhere(self):
        assert app.backend.as_uri() == "disabled://"


class TestTimer:
    def test_timer_names_tasks_that_exist(self):
        app.loader.import_default_modules()
        wanted = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
        assert wanted == {
            "contributors.sweep_jobs": 10.0,
            "contributors.seal_events": 30.0,
            "contributors.end_old_imports": 3600.0,
            "contributors.sweep_logins": 3600.0,
            "api.sweep_kept_answers": 3600.0,
            "contributors.end_old_uploads": 3600.0,
            "contributors.promise_looks": 900.0,
            "contributors.remind": 300.0,
            "payments.erase_due": 3600.0,
            "payments.promise_checks": 3600.0,
            "contributors.send_due_messages": 60.0,
        }
        assert set(wanted) <= set(app.tasks)

    def test_timer_has_a_queue_of_its_own_and_its_turns_expire(self):
        for entry in app.conf.beat_schedule.values():
            assert entry["options"] == {"queue": TIMER_QUEUE, "expires": entry["schedule"]}
        assert {queue.name for queue in app.conf.task_queues} == {WORK_QUEUE, TIMER_QUEUE}


SMALL_PRODUCT = """
import os, time
from pathlib import Path
from django.conf import settings
HERE = Path(__file__).parent
settings.configure(VAR=HERE, TIME_ZONE="UTC", JOB_LEASE_SECONDS=8, REDIS_URL=os.environ["QUEUE"], INSTALLED_APPS=[])
from config.celery import app
@app.task(name="small.note")
def note(seconds):
    with (HERE / "notes").open("a") as notes:
        notes.write(f"{os.getpid()}\\n")
    time.sleep(seconds)
    (HERE / "done").touch()
"""


@pytest.mark.long
@pytest.mark.crash
@pytest.mark.parametrize("victim", ["process", "worker"])
def test_task_of_a_killed_worker_is_done_by_another(tmp_path, victim):
    """`kill -9` of the process that works at it, or of the whole worker: the message returns by itself."""
    (tmp_path / "small.py").write_text(SMALL_PRODUCT)
    notes = tmp_path / "notes"
    with engines.start(tmp_path / "var", environ={"DATABASE_URL": "postgresql://not/used"}) as up:
        environ = os.environ | {"QUEUE": up.redis_url, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
        environ.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "celery", "--app", "small", "worker", "--concurrency=1"]

        def start_worker():
            return subprocess.Popen(
                command, cwd=tmp_path, env=environ, start_new_session=True, stderr=subprocess.DEVNULL
            )

        ring = "from small import note; note.delay(1.5)"
        subprocess.run([sys.executable, "-c", ring], check=True, cwd=tmp_path, env=environ)
        worker = start_worker()
        try:
            end = time.monotonic() + 90
            while not notes.exists() and time.monotonic() < end:
                time.sleep(0.05)
            first = int(notes.read_text())
            os.kill(first if victim == "process" else worker.pid, signal.SIGKILL)
            if victim == "worker":
                worker.wait()
                os.killpg(worker.pid, signal.SIGKILL)
                worker = start_worker()
            while not (tmp_path / "done").exists() and time.monotonic() < end:
                time.sleep(0.05)
            assert (tmp_path / "done").exists()
            pids = notes.read_text().split()
            assert len(pids) == 2
            assert len(set(pids)) == 2
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
