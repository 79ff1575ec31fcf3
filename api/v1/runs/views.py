"""Runs over HTTP: from opening to closing, with figures, lines and exclusions."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.bodies import StrictBody, VersionBody
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.runs import bodies, rows, shapes
from api.v1.runs.allowed import allowed_actions
from api.v1.runs.check_shapes import EndReview, StartReview
from contributors.errors import DomainError
from payments import checking, earnings, issuing, payouts, runs
from payments.access import require_money
from payments.models import Run, RunState
from payments.tax_year import split_warnings


class RunFilters(django_filters.FilterSet):  # type: ignore[misc]
    state = django_filters.ChoiceFilter(choices=RunState.choices)

    class Meta:
        model = Run
        fields: list[str] = []


def step(
    body: type[StrictBody] | None = VersionBody, answer: Any = shapes.RunDetail, *, status: int = 200, **options: Any
) -> Callable[[Any], Any]:
    """A POST on one run."""

    def decorated(method: Any) -> Any:
        acting = action(detail=True, methods=["post"], **options)(method)
        return extend_schema(request=body, responses={status: answer}, parameters=[IF_MATCH] if body else [])(acting)

    return decorated


class RunView(PortalView):
    """Kỳ chi trả."""

    money = True
    queryset = Run.unscoped.none()
    filterset_class = RunFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    paged_actions = frozenset({"list", "lines", "exclusions"})
    wide = {"lines": shapes.RunLine}

    @property
    def page_key(self) -> str:
        return {"lines": "subject_key", "exclusions": "pk"}.get(self.action or "", "-pk")

    @extend_schema(responses=shapes.RunRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        require_money(self.actor, "run.see")
        page = self.paginate_queryset(self.filter_queryset(Run.objects.all()).values(*rows.LISTED))
        return self.get_paginated_response([rows.run_listed(row) for row in page or []])

    @extend_schema(responses=shapes.RunDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With its figures, how far it is, and what you may do with it now."""
        return self.shown(self.run())

    @extend_schema(request=bodies.NewRun, responses={201: shapes.RunDetail})
    def create(self, request: Request) -> Response:
        """Opens a run."""
        return self.shown(runs.open_run(actor=self.actor, **self.read(bodies.NewRun)), status=201)

    @step()
    def freeze(self, request: Request, public_id: str) -> Response:
        """Copies the works and rules; from here on the computation reads nothing else."""
        return self.act(runs.freeze_run)

    @step(answer=OpenApiResponse(shapes.RunDetail, "Promised; follow `progress_address`."), status=202)
    def compute(self, request: Request, public_id: str) -> Response:
        """Has a worker compute every line."""
        return self.act(runs.compute_run, status=202)

    @step(StartReview, url_path="start-review")
    def start_review(self, request: Request, public_id: str) -> Response:
        """Lets the contributors check their amounts; each has so many whole days from the day they are told."""
        run, body = self.run(), self.read(StartReview)
        return self.done(
            checking.start_review(actor=self.actor, run=run, seen_version=body["version"], days=body["days"])
        )

    @step(EndReview, url_path="end-review")
    def end_review(self, request: Request, public_id: str) -> Response:
        """Closes the check."""
        run, body = self.run(), self.read(EndReview)
        return self.done(
            checking.end_review(actor=self.actor, run=run, seen_version=body["version"], reason=body["reason"])
        )

    @step()
    def confirm(self, request: Request, public_id: str) -> Response:
        """The head confirms the list of works."""
        return self.act(runs.confirm_run)

    @step()
    def approve(self, request: Request, public_id: str) -> Response:
        """The account holder approves the spending."""
        return self.act(runs.approve_run)

    @step(answer=OpenApiResponse(shapes.RunDetail, "Issued; the papers follow."), status=202)
    def issue(self, request: Request, public_id: str) -> Response:
        """Numbers and freezes every statement; workers render the papers."""
        return self.act(issuing.issue_run, status=202)

    @step(answer=shapes.PayoutsPrepared)
    def pay(self, request: Request, public_id: str) -> Response:
        """Prepares a payout for every statement that has none: transfer where there is an account, else cash."""
        made = payouts.prepare_payouts(actor=self.actor, run=self.run(), seen_version=self.version())
        return Response({"payouts": len(made), "amount": sum(payout.amount for payout in made)})

    @step(None, shapes.PayoutsConfirmed, url_path="confirm-payouts")
    def confirm_payouts(self, request: Request, public_id: str) -> Response:
        """Everybody with a prepared payout has the money."""
        self.read(StrictBody)
        return Response({"payouts": payouts.confirm_payouts(actor=self.actor, run=self.run())})

    @step()
    def close(self, request: Request, public_id: str) -> Response:
        """Done: everybody is paid."""
        return self.act(payouts.close_run)

    @step()
    def reopen(self, request: Request, public_id: str) -> Response:
        """Back to open, before the spending is approved."""
        return self.act(runs.reopen_run)

    @step(bodies.CancelBody)
    def cancel(self, request: Request, public_id: str) -> Response:
        """Gives the run up, before the spending is approved."""
        body = self.read(bodies.CancelBody)
        return self.done(
            runs.cancel_run(actor=self.actor, run=self.run(), seen_version=body["version"], reason=body["reason"])
        )

    @extend_schema(responses=shapes.RunProgress)
    @action(detail=True, methods=["get"])
    def progress(self, request: Request, public_id: str) -> Response:
        """How far the workers are."""
        return Response(asdict(earnings.run_progress(self.run())))

    @extend_schema(responses=shapes.RunLine(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def lines(self, request: Request, public_id: str) -> Response:
        """Every computed amount with its explanation; held ones too."""
        page = self.paginate_queryset(rows.lines_of(self.run()))
        return self.get_paginated_response(rows.lines_shown(page or [], self.portal))

    @extend_schema(responses=shapes.RunExclusionRow(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def exclusions(self, request: Request, public_id: str) -> Response:
        """What this run does not pay, and why."""
        page = self.paginate_queryset(rows.exclusions_of(self.run()))
        return self.get_paginated_response([rows.exclusion_shown(row) for row in page or []])

    @extend_schema(operation_id="runs_tax_warnings", responses=shapes.TaxWarning(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path="tax-warnings", pagination_class=None)
    def tax_warnings(self, request: Request, public_id: str) -> Response:
        """People whom another payment of the same month takes to the threshold of tax, each payment alone below it."""
        return Response([rows.warning_shown(row) for row in split_warnings(self.run())])

    def run(self) -> Run:
        """The run of the address, for those who may see runs."""
        require_money(self.actor, "run.see")
        found = Run.objects.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def version(self) -> int:
        version: int = self.read(VersionBody)["version"]
        return version

    def act(self, verb: Callable[..., Any], *, status: int = 200) -> Response:
        run = self.run()
        verb(actor=self.actor, run=run, seen_version=self.version())
        return self.done(run, status=status)

    def done(self, run: Run, *, status: int = 200) -> Response:
        return self.shown(Run.objects.get(pk=run.pk), status=status)

    def shown(self, run: Run, *, status: int = 200) -> Response:
        """The run with its version as ETag; a promise (202) also says where to follow it."""
        progress = reverse("run-progress", [run.public_id], request=self.request)
        answer = rows.run_shown(run) | {
            "progress_address": progress,
            "allowed_actions": allowed_actions(self.actor, run),
        }
        headers = {"ETag": f'"{run.version}"'} | ({"Location": progress} if status == 202 else {})  # noqa: PLR2004
        return Response(answer, status=status, headers=headers)
