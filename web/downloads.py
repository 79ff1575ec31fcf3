"""Files that leave the house: each through a view that has checked who asks, never by a public address."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from contributors.files import open_kept
from contributors.models import Contributor, Photo
from contributors.packages import plain_name, zipped
from payments.models import Paper

OWN_FILES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
__all__ = ["file_answer", "paper_answer", "pdf_answer", "photo_answer", "plain_name", "zip_answer"]


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


def made_answer(content: bytes, *, kind: str, name: str) -> HttpResponse:
    """A file that was made just now and is kept nowhere, under a plain name."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def own_file_answer(content: bytes, person: Contributor, form: str) -> HttpResponse:
    """Hồ sơ of a person, `pdf` or `xlsx`."""
    return made_answer(content, kind=OWN_FILES[form], name=f"{plain_name(f'ho so {person.receipt_number}')}.{form}")


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
    answer = StreamingHttpResponse(zipped(files), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
