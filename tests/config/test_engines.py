"""The embedded engines: started, found, recovered, stopped. Real servers, real signals."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from config import engines
from config.engines import APPLICATION_ROLE, OWNER_ROLE, EngineError, RoleTooStrongError
from config.engines.layout import SOCKET_PATH_BYTES, Layout
from config.engines.testing import redis_url_of_worker

ROOT = Path(__file__).resolve().parents[2]


def start(var, **options):
    """Embedded engines whatever addresses the test session itself was given."""
    return engines.start(var, environ={}, **options)


def processes_on(var):
    """Numbers of the processes that work in a folder below `var` (a server's children do too)."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink().is_relative_to(var.resolve()):
                    found.add(int(entry.name))
    return found


def gone_within(seconds, var):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not processes_on(var):
            return True
        time.sleep(0.05)
    return False


def asks(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with start(tmp_path_factory.mktemp("engines") / "var", lasting=False) as up:
        yield up


class TestStart:
    def test_addresses_without_starting_are_those_of_the_running_ones(self, running):
        assert engines.urls(running.postgres.layout.var) == running.addresses

    def test_both_engines_answer_on_their_addresses(self, running):
        assert asks(running.database_url, "SELECT current_user::text") == APPLICATION_ROLE
        assert asks(running.owner_database_url, "SELECT current_user::text") == OWNER_ROLE
        assert redis.Redis.from_url(running.redis_url).ping() is True

    def test_no_engine_listens_on_a_port(self, running):
        assert asks(running.database_url, "SHOW listen_addresses") == ""
        assert redis.Redis.from_url(running.redis_url).config_get("port") == {"port": "0"}

    def test_database_speaks_utf8_and_utc_and_knows_vietnamese_capitals(self, running):
        assert asks(running.database_url, "SHOW server_encoding") == "UTF8"
        assert asks(running.database_url, "SHOW timezone") == "UTC"
        assert asks(running.database_url, "SELECT upper('bút làng đường')") == "BÚT LÀNG ĐƯỜNG"

    def test_broker_refuses_rather_than_forgets_when_memory_is_full(self, running):
        policy = redis.Redis.from_url(running.redis_url).config_get("maxmemory-policy")
        assert policy == {"maxmemory-policy": "noeviction"}

    def test_second_start_finds_them_and_leaves_them_to_their_owner(self, running):
        var = running.postgres.layout.var
        before = engines.status(var)
        with start(var, lasting=False) as second:
            assert (second.postgres.started_here, second.valkey.started_here) == (False, False)
            assert second.addresses == running.addresses
        assert engines.status(var) == before
        assert None not in before.values()

    def test_address_from_outside_leaves_that_engine_where_it_is(self, tmp_path):
        outside = {"DATABASE_URL": "postgresql://u@db/x", "REDIS_URL": "redis://cache/0"}
        with engines.start(tmp_path / "var", environ=outside) as up:
            assert (up.postgres, up.valkey) == (None, None)
            assert up.addresses == engines.Addresses("postgresql://u@db/x", "postgresql://u@db/x", "redis://cache/0")
        assert list(tmp_path.iterdir()) == []

    def test_foreign_folder_is_refused_and_left_as_it_was(self, tmp_path):
        (tmp_path / "postgres").mkdir()
        (tmp_path / "postgres" / "letter.txt").write_text("thư")
        with pytest.raises(EngineError, match="neither empty nor a PostgreSQL cluster"):
            start(tmp_path, lasting=False)
        assert processes_on(tmp_path) == set()
        assert (tmp_path / "postgres" / "letter.txt").read_text() == "thư"

    def test_interrupted_initdb_is_done_again(self, tmp_path):
        draft = tmp_path / "var" / ".postgres.draft"
        draft.mkdir(parents=True)
        (draft / "PG_VERSION").write_text("18\n")
        with start(tmp_path / "var", lasting=False) as up:
            assert asks(up.database_url, "SELECT 1") == 1
        assert not draft.exists()


class TestStop:
    def test_stop_leaves_no_process_no_shared_memory_no_socket(self, tmp_path):
        var = tmp_path / "var"
        up = start(var, lasting=False)
        segment = (var / "postgres" / "postmaster.pid").read_text().splitlines()[6].split()[1]
        maps = Path(f"/proc/{up.postgres.pid}/maps").read_text()
        shared = {line.split()[-1] for line in maps.splitlines() if "/dev/shm/" in line}  # noqa: S108 - where the kernel lists it
        assert segment in {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()}
        assert shared
        assert processes_on(var)
        up.stop()
        assert processes_on(var) == set()
        assert segment not in {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()}
        assert [path for path in shared if Path(path).exists()] == []
        assert [path for path in var.rglob("*") if path.is_socket()] == []

    def test_stop_does_not_wait_for_clients(self, tmp_path):
        up = start(tmp_path / "var", lasting=False)
        client = psycopg.connect(up.database_url)
        client.execute("SELECT 1")
        began = time.monotonic()
        up.stop()
        assert time.monotonic() - began < 5
        assert processes_on(tmp_path) == set()

    @pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
    def test_owner_that_dies_takes_them_along(self, tmp_path, sign):
        var = tmp_path / "var"
        code = (
            "import sys, time; from pathlib import Path; from config import engines;"
            "engines.start(Path(sys.argv[1]), environ={}, lasting=False); print('up', flush=True); time.sleep(60)"
        )
        owner = subprocess.Popen([sys.executable, "-c", code, str(var)], cwd=ROOT, stdout=subprocess.PIPE)
        assert owner.stdout.readline() == b"up\n"
        assert len(processes_on(var)) > 2
        owner.send_signal(sign)
        owner.communicate()
        assert gone_within(10, var)


class TestRecovery:
    def test_killed_servers_come_back_with_what_they_had(self, tmp_path):
        var = tmp_path / "var"
        up = start(var)
        with psycopg.connect(up.owner_database_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(up.redis_url).set("kept", "42")
        for engine in up.embedded:
            os.kill(engine.pid, signal.SIGKILL)
        with start(var) as again:
            assert (again.postgres.started_here, again.valkey.started_here) == (True, True)
            assert asks(again.owner_database_url, "SELECT answer FROM kept") == 42
            assert redis.Redis.from_url(again.redis_url).get("kept") == b"42"

    def test_owner_revives_what_died_and_only_that(self, tmp_path):
        with start(tmp_path / "var", lasting=False) as up:
            survivor, victim = up.valkey.pid, up.postgres.pid
            os.kill(victim, signal.SIGKILL)
            while not up.postgres.died():
                time.sleep(0.02)
            assert up.revive() == [up.postgres.log]
            assert up.valkey.pid == survivor
            assert up.postgres.pid not in {victim, None}
            assert asks(up.database_url, "SELECT 1") == 1

    def test_pid_files_whose_numbers_belong_to_others_now_are_stale(self, tmp_path):
        var = tmp_path / "var"
        start(var, lasting=False).stop()
        stranger = subprocess.Popen(["sleep", "60"])
        try:
            lines = [str(stranger.pid), str(var / "postgres"), "1", "5432", str(var / "postgres"), "", "1 1", "ready"]
            (var / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
            (var / "postgres" / ".s.PGSQL.5432.lock").write_text("\n".join(lines) + "\n")
            (var / "valkey" / "valkey.pid").write_text(f"{stranger.pid}\n")
            assert engines.status(var) == {"Postgres": None, "Valkey": None}
            with start(var, lasting=False) as up:
                assert asks(up.database_url, "SELECT 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()


class TestLongPath:
    def test_sockets_of_a_long_path_are_short_private_and_removed(self, tmp_path):
        var = tmp_path / ("thư mục rất dài " * 6) / ("y" * 120) / "var"
        layout = Layout.of(var)
        with start(var, lasting=False) as up:
            folders = (layout.postgres_sockets, layout.valkey_sockets)
            for folder in folders:
                assert not folder.is_relative_to(var)
                assert folder.stat().st_mode & 0o777 == 0o700
                sockets = [path for path in folder.iterdir() if path.is_socket()]
                assert len(sockets) == 1
                assert len(os.fsencode(sockets[0])) <= SOCKET_PATH_BYTES
            assert asks(up.database_url, "SELECT 1") == 1
            assert redis.Redis.from_url(up.redis_url).ping() is True
        assert [folder for folder in folders if folder.exists()] == []

    def test_short_path_keeps_its_sockets_at_home(self, tmp_path):
        layout = Layout.of(Path("/srv/butlang/var"))
        assert layout.postgres_sockets == layout.postgres
        assert layout.valkey_sockets == layout.valkey

    def test_folder_laid_there_by_somebody_else_is_refused(self, tmp_path):
        var = tmp_path / ("x" * 110) / "var"
        trap = Layout.of(var).postgres_sockets
        trap.symlink_to(tmp_path)
        try:
            with pytest.raises(EngineError, match="is not ours"):
                start(var, lasting=False)
        finally:
            trap.unlink()
        assert processes_on(tmp_path) == set()


class TestRoles:
    @pytest.fixture
    def owner(self, running):
        with psycopg.connect(running.owner_database_url, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS letter, django_migrations, later")
            connection.execute("CREATE TABLE letter (id bigserial PRIMARY KEY, words text)")
            connection.execute("CREATE TABLE django_migrations (id bigserial PRIMARY KEY, name text)")
            engines.grant_application_role(connection, APPLICATION_ROLE)
            engines.grant_application_role(connection, APPLICATION_ROLE)
            yield connection

    @pytest.fixture
    def application(self, running, owner):
        with psycopg.connect(running.database_url, autocommit=True) as connection:
            yield connection

    def test_application_reads_and_writes_rows(self, application):
        application.execute("INSERT INTO letter (words) VALUES ('chào')")
        application.execute("UPDATE letter SET words = 'chào bác'")
        assert application.execute("SELECT words FROM letter").fetchall() == [("chào bác",)]
        assert application.execute("DELETE FROM letter").rowcount == 1

    def test_tables_made_later_are_granted_too(self, owner, application):
        owner.execute("CREATE TABLE later (id bigserial PRIMARY KEY)")
        assert application.execute("INSERT INTO later DEFAULT VALUES").rowcount == 1

    @pytest.mark.parametrize(
        "deed",
        [
            "TRUNCATE letter",
            "DROP TABLE letter",
            "ALTER TABLE letter DISABLE TRIGGER ALL",
            "CREATE TRIGGER t BEFORE INSERT ON letter EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "CREATE TABLE own (id int)",
            "SET session_replication_role = replica",
            f"SET ROLE {OWNER_ROLE}",
            "INSERT INTO django_migrations (name) VALUES ('x')",
            "DELETE FROM django_migrations",
        ],
    )
    def test_application_cannot_get_round_the_database(self, application, deed):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(deed)

    def test_owner_may_act_as_the_application(self, owner):
        owner.execute(f"SET ROLE {APPLICATION_ROLE}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("TRUNCATE letter")
        owner.execute("RESET ROLE")

    @pytest.mark.parametrize("role", [OWNER_ROLE, "postgres", "nobody_at_all"])
    def test_grant_refuses_a_role_that_is_no_wall(self, owner, role):
        with pytest.raises(RoleTooStrongError):
            engines.grant_application_role(owner, role)


class TestBrokerUrl:
    @pytest.mark.parametrize(
        ("given", "wanted"),
        [
            ("unix:///srv/var/valkey.sock?db=0", "redis+socket:///srv/var/valkey.sock?virtual_host=0"),
            ("unix:///srv/var/valkey.sock?db=3", "redis+socket:///srv/var/valkey.sock?virtual_host=3"),
            ("unix:///srv/var/valkey.sock", "redis+socket:///srv/var/valkey.sock?virtual_host=0"),
            ("redis://:secret@cache:6379/2", "redis://:secret@cache:6379/2"),
            ("rediss://cache/0", "rediss://cache/0"),
        ],
    )
    def test_broker_url_names_the_same_server(self, given, wanted):
        assert engines.broker_url(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("unix:///run/valkey.sock?db=0", "unix:///run/valkey.sock?db=2"),
        ("unix:///run/valkey.sock", "unix:///run/valkey.sock?db=2"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/2"),
        ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379/2"),
    ],
)
def test_each_worker_of_a_parallel_test_run_has_a_queue_of_its_own(given, wanted):
    """With one queue for all, a worker of one test answered the bells of another (by its job's number)."""
    assert redis_url_of_worker(given, "gw1") == wanted
