"""What the machine owes and how the whole is: background jobs, checks of the books, health, notices of the office."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.bodies import StrictBody
from api.portal_view import PortalView
from contributors.models import Job, JobState, OfficeNotice, OfficeNoticeKind
from contributors.office_notices import notices_of, read_office_notices
from payments import run_jobs
from payments.books import checks
from payments.books.registry import sentence_of
from payments.health import BAD, GOOD, WARN, system_health
from payments.models import BooksCheck, CheckOccasion

STATES = [(state, state) for state in (GOOD, WARN, BAD)]


class JobRow(serializers.Serializer[Any]):
    """A job that is not done. Nothing in it is personal."""

    id = serializers.UUIDField()
    task = serializers.CharField()
    state = serializers.ChoiceField(JobState.choices)
    paused = serializers.BooleanField()
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    run = serializers.UUIDField(allow_null=True)
    cause = serializers.CharField(help_text="Why it did not succeed, in a sentence; empty where it did not fail.")
    machine_words = serializers.CharField(help_text="What the machine said; empty for who is no administrator.")
    may_manage = serializers.BooleanField()


class JobView(PortalView):
    """Việc nền."""

    queryset = Job.unscoped.none()
    pagination_class = None
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=JobRow(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """What is not done, stopped ones first; at most two hundred."""
        return Response([_job(shown) for shown in run_jobs.open_work(actor=self.actor).jobs])

    @extend_schema(request=StrictBody, responses={204: None})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        """A stopped job begins anew."""
        self.read(StrictBody)
        run_jobs.retry_one(actor=self.actor, public_id=public_id)
        return Response(status=204)

    @extend_schema(request=StrictBody, responses={204: None})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """A job that nobody holds is given up."""
        self.read(StrictBody)
        run_jobs.cancel_one(actor=self.actor, public_id=public_id)
        return Response(status=204)


class FindingRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField(help_text="What must be true, in the language of the request.")
    ok = serializers.BooleanField()
    rows = serializers.CharField(help_text="Which rows break it.")
    milliseconds = serializers.IntegerField()


class BooksCheckRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    occasion = serializers.ChoiceField(CheckOccasion.choices)
    full = serializers.BooleanField()
    run = serializers.UUIDField(allow_null=True)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    asked = serializers.IntegerField(help_text="How many invariants were asked so far, of `total`.")
    total = serializers.IntegerField()
    broken = serializers.IntegerField()


class BooksCheckDetail(BooksCheckRow):
    findings = FindingRow(many=True)


class CheckBody(StrictBody):
    full = serializers.BooleanField(
        default=False, help_text="Every file and the whole log from the beginning, not what is new."
    )


class BooksCheckView(PortalView):
    """Kiểm tra sổ."""

    money = True
    queryset = BooksCheck.unscoped.none()
    pagination_class = None
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=BooksCheckRow(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """The last thirty, newest first."""
        return Response([_check(row) for row in checks.recent_checks(actor=self.actor)])

    @extend_schema(request=CheckBody, responses={202: BooksCheckDetail})
    def create(self, request: Request) -> Response:
        """Has a worker check the books; follow the check by its address."""
        check = checks.ask_check(actor=self.actor, full=self.read(CheckBody)["full"])
        where = reverse("books-check-detail", [check.public_id], request=request)
        return Response(_detail(check), status=202, headers={"Location": where})

    @extend_schema(responses=BooksCheckDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With every answer that is there already."""
        return Response(_detail(checks.check_shown(actor=self.actor, public_id=public_id)))


class HealthRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    words = serializers.CharField()
    value = serializers.IntegerField(allow_null=True, help_text="Seconds, rows, milliseconds or bytes.")


class TimerRow(serializers.Serializer[Any]):
    task = serializers.CharField()
    every_seconds = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    problem = serializers.CharField(help_text="Kind of the last problem; empty where it ended well.")


class SystemHealth(serializers.Serializer[Any]):
    state = serializers.ChoiceField(STATES)
    checks = HealthRow(many=True)
    timers = TimerRow(many=True)


class HealthView(PortalView):
    """Tình trạng hệ thống."""

    queryset = Job.unscoped.none()

    @extend_schema(responses=SystemHealth, filters=False)
    def retrieve(self, request: Request) -> Response:
        """For administrators. Monitors ask `/readyz`, which needs no login and says no more than good or bad."""
        health = system_health(actor=self.actor)
        return Response(
            {
                "state": health.state,
                "checks": [
                    {
                        "code": check.code,
                        "title": check.title,
                        "state": check.state,
                        "words": check.words,
                        "value": check.value,
                    }
                    for check in health.checks
                ],
                "timers": [
                    {
                        "task": pulse.task,
                        "every_seconds": round(pulse.every.total_seconds()),
                        "started_at": pulse.started_at,
                        "finished_at": pulse.finished_at,
                        "late": pulse.late,
                        "problem": pulse.error,
                    }
                    for pulse in health.pulses
                ],
            }
        )


class OfficeNoticeRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(OfficeNoticeKind.choices)
    title = serializers.CharField()
    at = serializers.DateTimeField()


class NoticesRead(serializers.Serializer[Any]):
    read = serializers.IntegerField()


class OfficeNoticeView(PortalView):
    """Tin của hệ thống: papers ready, a job that stopped, books that do not agree."""

    queryset = OfficeNotice.unscoped.none()
    pagination_class = None

    @extend_schema(responses=OfficeNoticeRow(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """Your own unread ones, newest first."""
        return Response(
            [
                {"id": row.public_id, "kind": row.kind, "title": row.title, "at": row.at}
                for row in notices_of(self.actor)
            ]
        )

    @extend_schema(request=StrictBody, responses=NoticesRead)
    def read_all(self, request: Request) -> Response:
        """Puts all of them away."""
        self.read(StrictBody)
        return Response({"read": read_office_notices(actor=self.actor)})


def _job(shown: run_jobs.JobShown) -> dict[str, Any]:
    job = shown.job
    return {
        "id": job.public_id,
        "task": job.task,
        "state": job.state,
        "paused": job.paused_at is not None,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "run": shown.run.public_id if shown.run else None,
        "cause": shown.cause,
        "machine_words": shown.raw,
        "may_manage": shown.may_manage,
    }


def _check(row: BooksCheck) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "occasion": row.occasion,
        "full": row.full,
        "run": row.run.public_id if row.run else None,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "asked": len(row.findings),
        "total": row.total,
        "broken": row.broken,
    }


def _detail(row: BooksCheck) -> dict[str, Any]:
    return _check(row) | {
        "findings": [
            {
                "code": finding["code"],
                "sentence": sentence_of(finding["code"]),
                "ok": finding["ok"],
                "rows": finding["detail"],
                "milliseconds": finding["ms"],
            }
            for finding in row.findings
        ]
    }
