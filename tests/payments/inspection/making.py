"""A pack of the world's July and August, and archives with one file changed."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from contributors import clock
from contributors.files import open_kept
from payments.inspection.packs import start_pack
from payments.models import InspectionPack
from tests.factories.world import World, at
from tests.payments.steps import work

SEPTEMBER = at("2026-09-10T08:00")


def made_pack(world: World, since: str = "2026-07-01", until: str = "2026-09-01", **fields) -> InspectionPack:
    with clock.at(SEPTEMBER):
        pack = start_pack(
            actor=world.actor(fields.pop("by", "holder")),
            since=date.fromisoformat(since),
            until=date.fromisoformat(until),
            reason=fields.pop("reason", "Thanh tra huyện yêu cầu"),
            handed_to=fields.pop("handed_to", "Đoàn thanh tra số 3"),
            **fields,
        )
        work()
    return world.fresh(pack)


def archive_of(pack: InspectionPack) -> Path:
    return open_kept(pack.path)


def names_of(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def rewritten(
    path: Path, out: Path, *, change: Callable[[str, bytes], bytes | None], added: dict[str, bytes] | None = None
) -> Path:
    """A copy in which `change` says what becomes of each file (None: it is gone)."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
        for name, content in (added or {}).items():
            target.writestr(name, content)
    return out


def forged(path: Path, out: Path, *, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same by somebody who writes SHA256SUMS anew so that all hashes agree."""
    contents: dict[str, bytes] = {}

    def keep(name: str, content: bytes) -> bytes | None:
        changed = None if name == "SHA256SUMS" else change(name, content)
        if changed is not None:
            contents[name] = changed
        return changed

    rewritten(path, out, change=keep)
    lines = (f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("SHA256SUMS", "".join(lines))
    return out
