"""Ten faults and their end: the short profile of `make chaos`, on engines of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from config.environment import ROOT


@pytest.mark.crash
def test_ten_faults_leave_the_run_as_it_would_have_been():
    command = [sys.executable, "-m", "tests.chaos", "--faults", "10", "--seed", "20260801", "--people", "6"]
    done = subprocess.run([*command, "--control", "0"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    assert "10 faults in" in done.stdout
    assert "lost 0;" in done.stdout
    assert "otherwise than the unbroken run: 0" in done.stdout
