"""Files that leave the house: each through a view that has checked who asks, never by a public address."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from django.http import FileResponse, StreamingHttpResponse

from contributors.files import open_kept
from contributors.models import Photo
from contributors.names import search_key
from payments.models import Paper

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def plain_name(text: str) -> str:
    """A file name that every machine takes: letters without marks, joined by hyphens."""
    return _NOT_PLAIN.sub("-", search_key(text)).strip("-")[:80] or "tep"


def file_answer(path: Path, *, kind: str, name: str, shown: bool = False) -> FileResponse:
    """The file itself, to keep or (`shown`) to look at in the page."""
    answer = FileResponse(path.open("rb"), as_attachment=not shown, filename=name, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def paper_answer(path: Path, paper: Paper, *, shown: bool = False) -> FileResponse:
    return file_answer(path, kind="application/pdf", name=f"{plain_name(paper.number)}.pdf", shown=shown)


def pdf_answer(content: bytes, *, name: str, shown: bool = False) -> FileResponse:
    """A PDF that was made just now and is kept nowhere."""
    answer = FileResponse(
        BytesIO(content), as_attachment=not shown, filename=f"{plain_name(name)}.pdf", content_type="application/pdf"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def photo_answer(photo: Photo, *, name: str, shown: bool) -> FileResponse:
    answer = file_answer(open_kept(photo.path), kind="image/jpeg", name=name, shown=shown)
    if shown:
        # The address names the photo for ever: the same id never shows another picture.
        answer["Cache-Control"] = "private, max-age=86400"
    return answer


def small_answer(photo: Photo) -> FileResponse:
    """The small copy, for lists on weak networks."""
    answer = file_answer(open_kept(photo.small_path), kind="image/jpeg", name=f"{photo.public_id}.jpg", shown=True)
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def zip_answer(files: Iterable[tuple[str, Path | bytes]], *, name: str) -> StreamingHttpResponse:
    """Files in one archive, sent while it is written: memory holds one file at a time."""
    answer = StreamingHttpResponse(_zipped(files), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


class _Outlet:
    """Takes what the archive writes and gives it away; it cannot seek, so the archive never looks back."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.written.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken = b"".join(self.written)
        self.written.clear()
        return taken


def _zipped(files: Iterable[tuple[str, Path | bytes]]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(cast("IO[bytes]", outlet), "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(name, content if isinstance(content, bytes) else content.read_bytes())
            yield outlet.take()
    yield outlet.take()
