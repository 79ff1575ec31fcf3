"""Ten faults and their end: the short profile of `make chaos`, on engines of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import connection

from config.engines.layout import Layout
from config.engines.postgres import Postgres
from config.environment import ROOT


@pytest.fixture
def schema(committed, tmp_path):
    """The test database as the migrations left it, so that they need not run once more."""
    settings = connection.settings_dict
    program, _ = Postgres(Layout.of(tmp_path)).client("pg_dump")
    dump = tmp_path / "schema.sql"
    command = [program, "--no-owner", "--no-privileges", f"--file={dump}", f"--host={settings['HOST']}"]
    command += [f"--port={settings['PORT'] or 5432}", f"--username={settings['USER']}", str(settings["NAME"])]
    subprocess.run(command, check=True)
    return dump


@pytest.mark.crash
def test_ten_faults_leave_the_run_as_it_would_have_been(schema):
    command = [sys.executable, "-m", "tests.chaos", "--faults", "10", "--seed", "20260801", "--people", "6"]
    command += ["--control", "0", "--schema", str(schema)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    assert "10 faults in" in done.stdout
    assert "lost 0;" in done.stdout
    assert "otherwise than the unbroken run: 0" in done.stdout
