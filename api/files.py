"""Files as answers: an archive that is written while it is sent, a file as it lies."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

from contributors.packages import zipped


class ZipRenderer(BaseRenderer):
    """Only so that `Accept: application/zip` is understood; the archive itself is streamed."""

    media_type = "application/zip"
    format = "zip"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> Any:
        return data


class FileRenderer(ZipRenderer):
    """The same for any kind of file."""

    media_type = "application/octet-stream"
    format = "bin"


def zip_answer(files: Iterable[tuple[str, Path | bytes]], *, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(zipped(files), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def file_answer(path: Path, *, kind: str, name: str) -> FileResponse:
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
