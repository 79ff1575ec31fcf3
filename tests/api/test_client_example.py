"""docs/client.py against a real server and a worker."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from contributors import clock
from contributors.models import Piece, PieceState
from tests.factories.world import World, picture
from tests.payments.steps import AUGUST, issued_run

CLIENT = Path(__file__).resolve().parents[2] / "docs" / "client.py"
PASSWORD = "con-trau-di-truoc"
KNOWN = os.environ | {"BUTLANG_PASSWORD": PASSWORD}


@pytest.fixture
def server(committed_world: World, settings: Any, tmp_path: Path) -> Iterator[str]:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    running = LiveServer("127.0.0.1")
    yield running.url
    running.stop()
    connection.close()
    connection.close_pool()


def test_it_sends_a_piece_with_a_photo_and_lists_statements(
    server: str, committed_world: World, work_jobs: Callable[[], int], tmp_path: Path
) -> None:
    lan = committed_world.accounts["lan"]
    lan.set_password(PASSWORD)
    lan.save()
    committed_world.published("lan")
    with clock.at(AUGUST):
        issued_run(committed_world)
    photo = tmp_path / "duong.jpg"
    photo.write_bytes(picture(7, (640, 480)))
    words = [sys.executable, str(CLIENT), server, lan.login_phone, str(photo)]
    client = subprocess.Popen(words, env=KNOWN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ends = time.monotonic() + 60
    while client.poll() is None and time.monotonic() < ends:
        work_jobs()
        time.sleep(0.1)
    said, wrong = client.communicate(timeout=5)
    assert client.returncode == 0, wrong
    sent = Piece.objects.get(state=PieceState.SUBMITTED)
    assert said.splitlines()[0] == f"Sent, receipt {sent.receipt_number}"
    assert "đồng" in said.splitlines()[1]
    assert [photo.photographer for photo in sent.photos.all()] == [committed_world.people["lan"]]


def test_a_refusal_is_told_in_words(server: str, tmp_path: Path) -> None:
    photo = tmp_path / "duong.jpg"
    photo.write_bytes(picture(7))
    words = [sys.executable, str(CLIENT), server, "0900000000", str(photo)]
    answer = subprocess.run(words, env=KNOWN, capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 1
    assert "Số điện thoại hoặc mật khẩu chưa đúng." in answer.stderr


def test_it_has_about_forty_lines() -> None:
    tree = ast.parse(CLIENT.read_text(encoding="utf-8"))
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)}
    assert len(lines) <= 40
