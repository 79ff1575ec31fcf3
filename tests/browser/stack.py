"""The whole product as `make run` starts it, with its demo, in a folder of its own: web, worker, engines."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BUTLANG_KEYS"}
CODE = re.compile(r"LOGIN CODE of the phone ending in (\d{3}): (\d{6})")


@dataclass(frozen=True)
class Stack:
    url: str
    var: Path

    def code_for(self, phone: str) -> str:
        """The newest login code that the operator's console shows for a phone."""
        for _ in range(50):
            told = (self.var / "log" / "web.log").read_text(encoding="utf-8", errors="replace")
            found = [code for tail, code in CODE.findall(told) if phone.endswith(tail)]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no code for {phone} in the log")


@contextmanager
def standing() -> Iterator[Stack]:
    """Until the end of the block. `STACK=http://… STACK_VAR=…` names one that runs already, for whoever writes a test."""
    if given := os.environ.get("STACK"):
        yield Stack(given, Path(os.environ.get("STACK_VAR", ROOT / "var")))
        return
    folder = Path(tempfile.mkdtemp(prefix="butlang-browser-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    environ |= {"BUTLANG_VAR": str(folder / "var"), "PORT": str(port)}
    running = subprocess.Popen(
        [sys.executable, "-m", "config.serve"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    printed = []
    for line in running.stdout:
        printed.append(line)
        if "Ctrl-C" in line:
            break
    else:
        raise AssertionError("".join(printed))
    assert "20" in next(line for line in printed if "Phiếu thanh toán" in line)
    yield Stack(f"http://127.0.0.1:{port}", folder / "var")
    running.send_signal(signal.SIGINT)
    running.wait(60)
    shutil.rmtree(folder, ignore_errors=True)
