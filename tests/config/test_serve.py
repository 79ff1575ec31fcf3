"""The supervisor, run for real on a small product of its own: real engines, gunicorn and Celery."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SETTINGS = """
import os
from pathlib import Path
from config import engines
from config.environment import ROOT, read_environment
ENV = read_environment(os.environ)
VAR = ENV["BUTLANG_VAR"]
JOB_LEASE_SECONDS = ENV["JOB_LEASE_SECONDS"]
REDIS_URL = ENV["REDIS_URL"] or engines.urls(VAR).redis_url
SECRET_KEY = ENV["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.staticfiles", "tiny"]
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
if os.environ.get("DATABASE_URL"):
    user, host = "butlang_owner", VAR.resolve() / "postgres"
else:
    user, host = "butlang_app", VAR.resolve() / "postgres"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "butlang", "USER": user,
    "HOST": str(host), "PORT": "5432"}}
"""

FILES = {
    "config/settings.py": SETTINGS,
    "config/urls.py": """
import os
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from config.health import alive
def who(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return HttpResponse(f"{cursor.fetchone()[0]} {os.environ['BASE_URL']}")
urlpatterns = [path("healthz", alive), path("who", who)]
""",
    "tiny/__init__.py": "",
    "tiny/static/tiny.css": "p {}",
    "tiny/tasks.py": """
from celery import shared_task
@shared_task(name="contributors.sweep_jobs")
def sweep(): pass
@shared_task(name="contributors.seal_events")
def seal(): pass
""",
    "tiny/management/__init__.py": "",
    "tiny/management/commands/__init__.py": "",
    "tiny/management/commands/load_demo.py": """
from django.core.management.base import BaseCommand
from django.db import connection
class Command(BaseCommand):
    def handle(self, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_content_type")
        self.stdout.write("demo loaded")
""",
    "tiny/management/commands/run_main_job.py": """
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def handle(self, **options):
        self.stdout.write("main job done")
""",
    "tiny/management/commands/open_portal.py": """
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--first", action="store_true", required=True)
    def handle(self, **options):
        self.stdout.write("link to begin")
""",
}


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {condition}")


def processes_in(folder):
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink().is_relative_to(folder):
                    found.add(int(entry.name))
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Checkout:
    """A small product around the real engine room."""

    def __init__(self, folder):
        self.folder = folder
        self.var = folder / "var"
        self.port = free_port()
        self.started = []

    def write(self, files):
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)

    def serve(self, *options, **environ):
        own = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BUTLANG_KEYS", "DJANGO_SETTINGS_MODULE"}
        }
        own |= {"BUTLANG_VAR": str(self.var), "PORT": str(self.port), "WEB_CONCURRENCY": "1"}
        running = subprocess.Popen(
            [sys.executable, "-m", "config.serve", *options],
            cwd=self.folder,
            env=own | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(running)
        return running

    def serve_until_ready(self, *options, **environ):
        """The running supervisor and what it printed up to the address."""
        running = self.serve(*options, **environ)
        printed = []
        for line in running.stdout:
            printed.append(line)
            if "Ctrl-C" in line:
                return running, "".join(printed)
        raise AssertionError("".join(printed))

    def get(self, path, port=None):
        with urllib.request.urlopen(f"http://127.0.0.1:{port or self.port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def child(self, word):
        """The number of the child whose command has this word and whose parent is the supervisor."""
        children = Path(f"/proc/{self.started[-1].pid}/task/{self.started[-1].pid}/children").read_text()
        for pid in children.split():
            with contextlib.suppress(OSError):
                if word in Path(f"/proc/{pid}/cmdline").read_bytes().decode():
                    return int(pid)
        return None


@pytest.fixture
def checkout(tmp_path):
    made = Checkout(tmp_path)
    ignore = shutil.ignore_patterns("__pycache__", "settings.py", "urls.py")
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=ignore)
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    for name in ("manage.py", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    made.write(FILES)
    yield made
    for running in made.started:
        if running.poll() is None:
            running.kill()
        if not running.stdout.closed:
            sys.stdout.write(running.communicate()[0])
    wait_for(lambda: not processes_in(tmp_path))


def end_of(running, sign):
    """Signal the supervisor; its exit code and what it still printed."""
    running.send_signal(sign)
    printed, _ = running.communicate(timeout=40)
    return running.returncode, printed


def test_serve_starts_everything_and_sigterm_leaves_nothing(checkout):
    running, printed = checkout.serve_until_ready()
    assert printed.index("demo loaded") < printed.index("main job done") < printed.index("Bút Làng: http")
    url = f"http://127.0.0.1:{checkout.port}"
    assert checkout.get("/healthz") == "ok"
    assert checkout.get("/who") == f"butlang_app {url}"
    assert (checkout.var / "static" / "tiny.css").exists()
    assert json.loads((checkout.var / "serve.lock").read_text()) == {"pid": running.pid, "url": url}

    second = checkout.serve()
    printed, _ = second.communicate(timeout=20)
    assert (second.returncode, printed) == (0, f"Bút Làng đang chạy ở {url} (tiến trình {running.pid}).\n")

    code, printed = end_of(running, signal.SIGTERM)
    assert code == 0
    assert printed.endswith("Đã dừng.\n")
    assert processes_in(checkout.folder) == set()
    assert [path for path in checkout.var.rglob("*") if path.is_socket()] == []


@pytest.mark.long
def test_serve_takes_the_next_port_and_says_so(checkout):
    with socket.socket() as other:
        other.bind(("127.0.0.1", checkout.port))
        other.listen()
        running, printed = checkout.serve_until_ready("--no-demo")
        assert f"Cổng {checkout.port} đang có chương trình khác dùng" in printed
        assert "demo loaded" not in printed
        assert "link to begin" in printed
        port = int(re.search(r"Bút Làng: http://127.0.0.1:(\d+)", printed)[1])
        assert checkout.port < port < checkout.port + 50
        assert checkout.get("/who", port) == f"butlang_app http://127.0.0.1:{port}"
        assert end_of(running, signal.SIGINT)[0] == 0
    assert processes_in(checkout.folder) == set()


def test_serve_brings_back_what_was_killed(checkout):
    running, _ = checkout.serve_until_ready("--no-demo")
    web, worker, postgres = (checkout.child(word) for word in ("gunicorn", "celery", "postgres"))
    for pid in (web, worker, postgres):
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: checkout.child("gunicorn") not in {web, None})
    wait_for(lambda: checkout.child("celery") not in {worker, None})
    wait_for(lambda: checkout.child("postgres") not in {postgres, None})
    # The listening socket is the supervisor's: a caller waits, and is never refused.
    assert checkout.get("/healthz") == "ok"
    assert checkout.get("/who").startswith("butlang_app ")
    assert running.poll() is None
    assert end_of(running, signal.SIGTERM)[0] == 0
    assert processes_in(checkout.folder) == set()


@pytest.mark.long
def test_serve_stops_after_three_quick_deaths_and_names_the_log(checkout):
    checkout.write({"config/wsgi.py": "raise RuntimeError('the web is broken')\n"})
    running = checkout.serve("--no-demo")
    printed, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Phần web dừng ba lần liền" in printed
    assert "the web is broken" in printed
    assert str(checkout.var / "log" / "web.log") in printed
    assert processes_in(checkout.folder) == set()


@pytest.mark.long
def test_serve_stops_when_a_step_fails_and_shows_its_log(checkout):
    broken = FILES["tiny/management/commands/load_demo.py"].replace("django_content_type", "no_such_table")
    checkout.write({"tiny/management/commands/load_demo.py": broken})
    running = checkout.serve()
    printed, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Lệnh load_demo không xong" in printed
    assert 'relation "no_such_table" does not exist' in printed
    assert processes_in(checkout.folder) == set()


def test_serve_killed_outright_leaves_nothing_for_long(checkout):
    """Broker, database, web and worker lose each other at the same moment; Celery used to wait for ever here."""
    running, _ = checkout.serve_until_ready("--no-demo")
    assert len(processes_in(checkout.folder)) > 8
    running.kill()
    running.communicate()
    wait_for(lambda: not processes_in(checkout.folder), seconds=10)


@pytest.mark.parametrize("port", ["x", "0", "70000"])
def test_serve_refuses_a_port_that_is_none(checkout, port):
    running = checkout.serve(PORT=port)
    printed, _ = running.communicate(timeout=20)
    assert (running.returncode, printed) == (2, f"PORT must be a port number: '{port}'\n")
