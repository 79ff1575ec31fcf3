"""Keeping files so that a row never names one that is not whole on the disk."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Path below MEDIA_ROOT, hex SHA-256, size in bytes."""

    path: str
    sha256: str
    size: int


def keep_file(*, folder: str, content: bytes, suffix: str) -> KeptFile:
    """Write to a temporary name, fsync, rename to a name made of the SHA-256. The same content is one file."""
    digest = hashlib.sha256(content).hexdigest()
    return _keep(f"{folder}/{digest[:2]}/{digest}{suffix}", digest, len(content), lambda out: out.write(content))


def adopt_file(*, folder: str, source: Path, suffix: str) -> KeptFile:
    """The same for a file on the disk, copied without being in memory as a whole."""
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()

    def copy(out: BinaryIO) -> None:
        with source.open("rb") as file:
            shutil.copyfileobj(file, out)

    return _keep(f"{folder}/{digest[:2]}/{digest}{suffix}", digest, source.stat().st_size, copy)


def _keep(relative: str, digest: str, size: int, write: Callable[[BinaryIO], object]) -> KeptFile:
    target = Path(settings.MEDIA_ROOT) / relative
    if not (target.exists() and target.stat().st_size == size):
        _make_folder(target.parent)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("wb") as out:
                write(out)
                out.flush()
                os.fsync(out.fileno())
            draft.rename(target)
        except BaseException:
            draft.unlink(missing_ok=True)  # a full disk must not be filled by what did not fit
            raise
    # Also where it was there: whoever renamed it may have died before the name was durable.
    _sync_folder(target.parent)
    return KeptFile(path=relative, sha256=digest, size=size)


def _make_folder(folder: Path) -> None:
    """Make it and what is missing above it, each name durable: a file is not safer than the way to it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_kept(path: str) -> Path:
    """The file on the disk; refuses a path that leaves MEDIA_ROOT."""
    root = Path(settings.MEDIA_ROOT).resolve()
    target = (root / path).resolve()
    if not target.is_relative_to(root):
        message = "path outside the media folder"
        raise ValueError(message)
    return target
