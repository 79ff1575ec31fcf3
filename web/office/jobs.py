"""Việc nền: what the machine still owes, and what people can do about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from contributors.errors import DomainError
from contributors.jobs import STOPPED
from contributors.models import JobState
from payments import run_jobs
from payments.access import holds_money
from payments.models import Run
from web.office.words_of_jobs import words_of
from web.page import PageRequest, for_members, show

OF_ONE = {"retry": run_jobs.retry_one, "cancel": run_jobs.cancel_one}
OF_RUN = {
    "pause": run_jobs.pause_run,
    "resume": run_jobs.resume_run,
    "retry": run_jobs.retry_run,
    "cancel": run_jobs.cancel_run_work,
    "render": run_jobs.render_missing,
}
DONE: dict[str, str | Promise] = {
    "pause": _("Đã tạm dừng. Việc đang làm dở sẽ xong rồi dừng."),
    "resume": _("Đang chạy tiếp."),
    "retry": _("Đang làm lại."),
    "cancel": _("Đã bỏ các việc chưa làm."),
    "render": _("Đang in các giấy còn thiếu."),
}


@dataclass(frozen=True, slots=True)
class JobRow:
    shown: run_jobs.JobShown
    title: str
    tone: str
    state: str
    may_retry: bool
    may_cancel: bool


@for_members
def jobs_page(request: PageRequest) -> HttpResponseBase:
    work = run_jobs.open_work(actor=request.actor)
    context = {
        "rows": [_row(shown) for shown in work.jobs],
        "runs": work.runs,
        "may_manage_work": True,
        "sees_runs": holds_money(request.actor, "run.see"),
    }
    return show(request, "office/jobs.html", context)


@for_members
@require_POST
def job_view(request: PageRequest, public_id: uuid.UUID, word: str) -> HttpResponseBase:
    verb = OF_ONE.get(word)
    if verb is None:
        raise Http404
    verb(actor=request.actor, public_id=public_id)
    messages.success(request, str(DONE[word]))
    return redirect("web:jobs")


@for_members
@require_POST
def run_work_view(request: PageRequest, public_id: uuid.UUID, word: str) -> HttpResponseBase:
    """A press on a run's page, or beside the run on the page of jobs: the background work of that run alone."""
    verb = OF_RUN.get(word)
    if verb is None:
        raise Http404
    run = Run.objects.filter(public_id=public_id).first()
    if run is None:
        raise DomainError("not_found")
    verb(actor=request.actor, run=run)
    messages.success(request, str(DONE[word]))
    return redirect("web:run", public_id=public_id) if holds_money(request.actor, "run.see") else redirect("web:jobs")


def _row(shown: run_jobs.JobShown) -> JobRow:
    job = shown.job
    stopped = job.state in STOPPED
    paused = job.paused_at is not None and not stopped
    return JobRow(
        shown=shown,
        title=words_of(job),
        tone="stop" if stopped else "still" if paused else "wait",
        state=str(_("tạm dừng")) if paused else str(job.get_state_display()),
        may_retry=shown.may_manage and stopped,
        may_cancel=shown.may_manage and job.state != JobState.CLAIMED,
    )
