"""An archive that is written in steps, each of them whole or not at all: a worker may die in any, and another goes on.

After a step its end of the archive (the zip's central directory) is kept beside it; the next one begins by putting it
back, so that whatever a killed step left behind is cut off. Memory holds one part of one file at a time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from contributors.files import fsynced

PART = 1024 * 1024
PACKED = frozenset({".jpg", ".pdf", ".xlsx", ".zip"})  # what does not get smaller by being packed again


@dataclass(slots=True)
class Step:
    """Files of one step, in the order in which they come."""

    archive: zipfile.ZipFile
    moment: tuple[int, int, int, int, int, int]
    sums: list[tuple[str, str]] = field(default_factory=list)

    def put(self, name: str, content: Path | bytes | Iterable[bytes]) -> str:
        """Add one file; returns its SHA-256 in hex."""
        inside = zipfile.ZipInfo(name, self.moment)
        inside.external_attr = 0o644 << 16
        stored = Path(name).suffix in PACKED
        inside.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        digest = hashlib.sha256()
        with self.archive.open(inside, "w", force_zip64=True) as out:
            for part in _parts(content):
                digest.update(part)
                out.write(part)
        self.sums.append((name, digest.hexdigest()))
        return digest.hexdigest()


class Draft:
    """The work folder of one archive. `done` steps of it are whole."""

    def __init__(self, folder: Path, *, moment: datetime) -> None:
        self.folder = folder
        self._moment = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def path(self) -> Path:
        return self.folder / "draft.zip"

    @property
    def done(self) -> int:
        return int(self._state()["done"])

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Whether this process alone works here; False where another one does. Let go when the process ends."""
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    @contextmanager
    def step(self) -> Iterator[Step]:
        """The next step: its files are in the archive when it ends without an error, else none of them."""
        number = self._recovered()
        with zipfile.ZipFile(self.path, "a" if number else "w", allowZip64=True) as archive:
            step = Step(archive, self._moment)
            yield step
        begins = archive.start_dir
        fsynced(self.path)
        with self.path.open("rb") as whole:
            whole.seek(begins)
            self.keep(f"tail-{number + 1}", whole.read())
        self.keep(f"sums-{number:06d}", "".join(f"{digest}  {name}\n" for name, digest in step.sums).encode())
        self.keep("state.json", json.dumps({"done": number + 1, "begins": begins}).encode())
        (self.folder / f"tail-{number}").unlink(missing_ok=True)

    def skip(self) -> None:
        """A step that adds no file."""
        with self.step():
            pass

    def manifest(self) -> Iterator[str]:
        """Lines of SHA256SUMS for all steps done so far."""
        for number in range(self.done):
            yield from (self.folder / f"sums-{number:06d}").read_text(encoding="utf-8").splitlines(keepends=True)

    def last_sum(self) -> str:
        """The hash of the last file of the last step."""
        return list(self.manifest())[-1].split("  ", 1)[0]

    def keep(self, name: str, content: bytes) -> Path:
        """A file of the work folder, whole or not at all."""
        target = self.folder / name
        target.parent.mkdir(exist_ok=True)
        draft = target.with_name(f".{target.name}.draft")
        with draft.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
        return target

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _state(self) -> dict[str, Any]:
        kept = self.folder / "state.json"
        return dict(json.loads(kept.read_bytes())) if kept.exists() else {"done": 0, "begins": 0}

    def _recovered(self) -> int:
        """The archive as the last whole step left it; returns how many those are."""
        state = self._state()
        number = int(state["done"])
        if number:
            with self.path.open("r+b") as whole:
                whole.truncate(state["begins"])
                whole.seek(0, os.SEEK_END)
                whole.write((self.folder / f"tail-{number}").read_bytes())
        return number


def _parts(content: Path | bytes | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with content.open("rb") as source:
            while part := source.read(PART):
                yield part
    else:
        yield from content
