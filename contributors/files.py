"""Keeping files so that a row never names one that is not whole on the disk."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
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
    (kept,) = keep_files(folder=folder, contents=[content], suffix=suffix)
    return kept


def keep_files(*, folder: str, contents: Sequence[bytes], suffix: str) -> list[KeptFile]:
    """The same for several, in order; the disk is waited for once for all of them instead of once for each."""
    kept = []
    for content in contents:
        digest = hashlib.sha256(content).hexdigest()
        kept.append(KeptFile(path=f"{folder}/{digest[:2]}/{digest}{suffix}", sha256=digest, size=len(content)))
    _keep([(file, partial(_write, content)) for file, content in zip(kept, contents, strict=True)])
    return kept


def adopt_file(*, folder: str, source: Path, suffix: str) -> KeptFile:
    """The same for a file on the disk, copied without being in memory as a whole."""
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = KeptFile(path=f"{folder}/{digest[:2]}/{digest}{suffix}", sha256=digest, size=source.stat().st_size)
    _keep([(kept, partial(_copy, source))])
    return kept


def _write(content: bytes, out: BinaryIO) -> None:
    out.write(content)


def _copy(source: Path, out: BinaryIO) -> None:
    with source.open("rb") as file:
        shutil.copyfileobj(file, out)


def _keep(files: Sequence[tuple[KeptFile, Callable[[BinaryIO], None]]]) -> None:
    """All drafts written, then all flushed, then renamed, then the names made durable: the first flush of a disk's
    journal takes the others along.
    """
    drafts: dict[Path, Path] = {}
    folders: dict[Path, None] = {}
    try:
        for kept, write in files:
            target = Path(settings.MEDIA_ROOT) / kept.path
            # Also where it is there: whoever renamed it may have died before the name was durable.
            folders[target.parent] = None
            if target.exists() and target.stat().st_size == kept.size:
                continue
            _make_folder(target.parent)
            draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
            drafts[draft] = target
            with draft.open("wb") as out:
                write(out)
        for draft in drafts:
            fsynced(draft)
        for draft, target in drafts.items():
            draft.rename(target)
    except BaseException:
        for draft in drafts:
            draft.unlink(missing_ok=True)  # a full disk must not be filled by what did not fit
        raise
    for folder in folders:
        _sync_folder(folder)


def fsynced(file: Path) -> None:
    """Return when the disk has it."""
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
