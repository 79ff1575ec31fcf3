"""All papers of a run in one file: at once, or packed by a worker while the page tells how far it is."""

from __future__ import annotations

import uuid

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from payments import archives
from payments.paper_shelf import run_of
from web.downloads import file_answer
from web.page import PageRequest, for_accounting, show

ZIP = "application/zip"


@for_accounting
@require_GET
def zip_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A small archive, written while it is sent."""
    run = run_of(public_id)
    parts = archives.stream_archive(actor=request.actor, run=run)
    answer = StreamingHttpResponse(parts, content_type=ZIP)
    answer["Content-Disposition"] = f'attachment; filename="{archives.archive_name(run)}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@for_accounting
@require_POST
def pack_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Have it packed."""
    archives.request_archive(actor=request.actor, run=run_of(public_id))
    return redirect("web:run_papers", public_id=public_id)


@for_accounting
@require_GET
def pack_fragment(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The moving part, asked for once a second."""
    run = run_of(public_id)
    state = archives.archive_state(actor=request.actor, run=run)
    if state.failed or state.archive is None or state.archive.built_at is not None:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return show(request, "accounting/papers/packing.html", {"run": run, "archive": state})


@for_accounting
@require_GET
def packed_file(request: PageRequest, public_id: uuid.UUID, archive_id: uuid.UUID) -> FileResponse:
    run = run_of(public_id)
    path = archives.archive_file(actor=request.actor, archive=archives.archive_of(run, archive_id))
    return file_answer(path, kind=ZIP, name=f"{archives.archive_name(run)}.zip")
