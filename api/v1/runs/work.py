"""The background work of one run: looking, pausing, going on, trying again, giving up."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.bodies import StrictBody
from api.portal_view import PortalView
from contributors.errors import DomainError
from payments import run_jobs
from payments.access import holds_money, require_money
from payments.models import Run


class RunWorkShape(serializers.Serializer[Any]):
    """Jobs of the run that are not done; `causes` says in sentences why some stopped."""

    waiting = serializers.IntegerField()
    working = serializers.IntegerField()
    paused = serializers.IntegerField()
    stopped = serializers.IntegerField()
    causes = serializers.ListField(child=serializers.CharField())


class RunWorkView(PortalView):
    """Việc nền của kỳ chi trả. Each POST answers with what is left."""

    money = True
    queryset = Run.unscoped.none()

    @extend_schema(responses=RunWorkShape, filters=False)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """What stands open."""
        return self.shown(self.run())

    @extend_schema(request=StrictBody, responses=RunWorkShape)
    def pause(self, request: Request, public_id: str) -> Response:
        """Nothing more is taken up; what a worker holds ends first."""
        return self.act(run_jobs.pause_run)

    @extend_schema(request=StrictBody, responses=RunWorkShape)
    def resume(self, request: Request, public_id: str) -> Response:
        """What was paused goes on."""
        return self.act(run_jobs.resume_run)

    @extend_schema(request=StrictBody, responses=RunWorkShape)
    def retry(self, request: Request, public_id: str) -> Response:
        """What failed or was set aside begins anew."""
        return self.act(run_jobs.retry_run)

    @extend_schema(request=StrictBody, responses=RunWorkShape)
    def cancel(self, request: Request, public_id: str) -> Response:
        """What nobody holds is given up."""
        return self.act(run_jobs.cancel_run_work)

    @extend_schema(request=StrictBody, responses={202: RunWorkShape})
    def render(self, request: Request, public_id: str) -> Response:
        """Promises the papers of an issued run that neither exist nor are promised."""
        answer = self.act(run_jobs.render_missing)
        answer.status_code = 202
        answer["Location"] = reverse("run-work", [public_id], request=request)
        return answer

    def run(self) -> Run:
        """The run of the address, for those who see runs or keep the machine going."""
        if not holds_money(self.actor, "job.manage"):
            require_money(self.actor, "run.see")
        found = Run.objects.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def act(self, verb: Callable[..., int]) -> Response:
        self.read(StrictBody)
        run = self.run()
        verb(actor=self.actor, run=run)
        return self.shown(run)

    def shown(self, run: Run) -> Response:
        return Response(asdict(run_jobs.run_work(run)))
