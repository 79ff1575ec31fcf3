"""Two hundred photos at once: what the worker's processes need together. Real processes, real queue."""

from __future__ import annotations

import io
import random
import threading
import time
import uuid
from pathlib import Path

import pytest
from PIL import Image

from contributors import uploads
from contributors.models import Photo, Upload, UploadState
from tests.crashes.test_killed_worker import worker

pytestmark = [pytest.mark.long, pytest.mark.crash]

PHOTOS = 200
A_PIECE = 20
MOST = 500 * 2**20
PATIENCE = 900.0


def as_phones_take_them(number: int) -> tuple[str, bytes]:
    """Mostly 12 million pixels as JPEG; every tenth progressive, every twentieth a PNG of 20 million."""
    dice = random.Random(number)
    tile = Image.frombytes("RGB", (64, 48), dice.randbytes(64 * 48 * 3))
    size = (5160, 3870) if number % 20 == 0 else (4032, 3024)
    picture = tile.resize(size, Image.Resampling.BILINEAR)
    out = io.BytesIO()
    if number % 20 == 0:
        picture.save(out, "PNG", compress_level=1)
    else:
        picture.save(out, "JPEG", quality=88, progressive=number % 10 == 1)
    return f"anh-{number}", out.getvalue()


def memory_of(pid: int) -> int:
    """Bytes of a process and its children; what they share is counted once (PSS). 0 for what has ended."""
    folder = Path("/proc") / str(pid)
    try:
        rollup = (folder / "smaps_rollup").read_text()
        children = (folder / "task" / str(pid) / "children").read_text().split()
    except (OSError, ProcessLookupError):
        return 0
    own = next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
    return own + sum(memory_of(int(child)) for child in children)


def test_two_hundred_photos_at_once_need_less_than_500_megabytes(committed_world, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path))
    settings.MEDIA_ROOT = tmp_path
    world = committed_world
    actor = world.actor("lan")
    pieces = [world.draft("lan") for _ in range(PHOTOS // A_PIECE)]
    files = [as_phones_take_them(number) for number in range(A_PIECE)]
    for number in range(PHOTOS):
        name, content = files[number % A_PIECE]
        begun = uploads.begin_upload(
            actor=actor,
            piece=pieces[number // A_PIECE],
            client_key=uuid.uuid4(),
            kind="photo",
            file_name=name,
            size=len(content),
        )
        uploads.receive_file(actor=actor, upload=begun, parts=[content])
    assert Upload.objects.filter(state=UploadState.PROCESSING).count() == PHOTOS
    most = 0
    done = threading.Event()
    with worker(lease=120) as running:

        def watch() -> None:
            nonlocal most
            while not done.wait(0.05):
                most = max(most, memory_of(running.pid))

        watching = threading.Thread(target=watch)
        watching.start()
        end = time.monotonic() + PATIENCE
        while Upload.objects.filter(state=UploadState.PROCESSING).exists() and time.monotonic() < end:
            time.sleep(0.5)
        done.set()
        watching.join()
    print(f"{PHOTOS} photos, {most / 2**20:.0f} MB at most")
    assert Photo.objects.count() == PHOTOS
    assert most < MOST
