"""The exceptions of a run and the contributors' check over HTTP: for accounting, focal persons and contributors."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.pieces.rows import named
from api.v1.runs import check_shapes as shapes
from contributors import clock
from contributors.errors import DomainError
from contributors.models import Contributor
from payments.access import holds_money, require_money
from payments.check_words import message_to
from payments.checking import LineAnswer, answer_lines, deliver_check, open_check, reply_to_check
from payments.exceptions import balance_of_run, changed_since_freeze
from payments.exceptions_sheet import KINDS, exceptions_file
from payments.models import LineCheck, Run, RunState
from payments.own_checks import OwnCheck, check_of_person, checks_asked, own_check, people_to_tell
from payments.reviews import open_reviews, standing_of
from payments.run_findings import findings_of

KIND = OpenApiParameter("kind", str, enum=list(KINDS), description="By default `xlsx`.")
PERSON = OpenApiParameter("person", OpenApiTypes.UUID, description="Somebody of your units without a login.")


class ExceptionsView(PortalView):
    """Không tính, và vì sao."""

    money = True
    queryset = Run.unscoped.none()

    @extend_schema(operation_id="runs_exceptions", responses=shapes.RunExceptions)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """Every part in one bucket, both sides of the proof, and what to look at before paying."""
        run = self.run()
        found = findings_of(run, clock.today(self.portal.time_zone))
        answer = {
            "balance": balance_of_run(run),
            "held_people": found.held_people,
            "disputes": found.disputes,
            "bounds": found.bounds,
            "fund": found.fund,
            "late": found.late,
            "changed": changed_since_freeze(run),
        }
        return Response(shapes.RunExceptions(answer).data)

    @extend_schema(
        operation_id="runs_exceptions_file",
        parameters=[KIND],
        responses={(200, kind.partition(";")[0]): OpenApiResponse(OpenApiTypes.BINARY) for kind in KINDS.values()},
    )
    def download(self, request: Request, public_id: str) -> HttpResponse:
        """Every part as a row, with the sums and the proof."""
        kind = request.query_params.get("kind", "xlsx")
        answer = HttpResponse(exceptions_file(actor=self.actor, run=self.run(), kind=kind), content_type=KINDS[kind])
        answer["Content-Disposition"] = f'attachment; filename="khong-tinh-va-vi-sao.{kind}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"kind"}) if self.action == "download" else frozenset()

    def run(self) -> Run:
        require_money(self.actor, "run.see")
        found: Run | None = (
            Run.objects.select_related("fund", "portal").filter(public_id=self.kwargs["public_id"]).first()
        )
        if found is None:
            raise DomainError("not_found")
        return found


class RunChecksView(PortalView):
    """Kiểm tra trước khi chi: whom to tell, and what they say."""

    money = True
    queryset = LineCheck.unscoped.none()

    @extend_schema(operation_id="runs_checks", responses=shapes.RunChecks)
    def people(self, request: Request, public_id: str) -> Response:
        """Everybody for accounting; for a focal person those of their units, without amounts."""
        run = self.run()
        people = people_to_tell(actor=self.actor, run=run)
        sees_money = holds_money(self.actor, "run.see")
        standing = standing_of(people)
        answer = {
            "standing": asdict(standing) | {"over": standing.over},
            "message": message_to(portal=self.portal, run=run, names="các cộng tác viên"),
            "people": people,
        }
        shown: dict[str, Any] = dict(shapes.RunChecks(answer).data)
        for row in () if sees_money else shown["people"]:
            row["amount"] = None
        return Response(shown)

    @extend_schema(operation_id="runs_checks_person", responses=shapes.PersonCheck)
    def retrieve(self, request: Request, public_id: str, person_id: str) -> Response:
        """One person's lines with what they said of each."""
        person = _person(person_id)
        return Response(_shown(check_of_person(actor=self.actor, run=self.run(), contributor=person)))

    @extend_schema(operation_id="runs_deliveries", request=shapes.DeliveryBody, responses={200: shapes.DeliveriesMade})
    def deliver(self, request: Request, public_id: str) -> Response:
        """Records that people were told; from today their days count. Who was told before is passed over."""
        run, body = self.run(), self.read(shapes.DeliveryBody)
        people = body.get("people")
        if people is None:
            mine = people_to_tell(actor=self.actor, run=run)
            unit = body.get("unit")
            wanted = [each.contributor_id for each in mine if unit is None or each.unit_id == unit.public_id]
            people = list(Contributor.objects.filter(pk__in=wanted))
        return Response({"people": deliver_check(actor=self.actor, run=run, people=people, way=body["way"])})

    @extend_schema(
        operation_id="line_checks_reply",
        request=shapes.ReplyBody,
        parameters=[IF_MATCH],
        responses={200: shapes.LineCheckRow},
    )
    def reply(self, request: Request, public_id: str) -> Response:
        """The accountant's answer to a dispute."""
        require_money(self.actor, "check.reply")
        body = self.read(shapes.ReplyBody)
        check = LineCheck.objects.select_related("run", "contributor").filter(public_id=public_id).first()
        if check is None:
            raise DomainError("not_found")
        replied = reply_to_check(
            actor=self.actor,
            check=check,
            seen_version=body["version"],
            outcome=body["outcome"],
            reply=body["reply"],
        )
        return Response(shapes.LineCheckRow(replied).data, headers={"ETag": f'"{replied.version}"'})

    def run(self) -> Run:
        """For accounting any run; for a focal person one that is open to be checked."""
        runs = Run.objects.all() if holds_money(self.actor, "run.see") else open_reviews(self.portal)
        if not holds_money(self.actor, "run.see"):
            require_money(self.actor, "check.deliver")
        found: Run | None = runs.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found


class OwnChecksView(PortalView):
    """What I am asked to check before money moves."""

    money = True
    queryset = LineCheck.unscoped.none()

    @extend_schema(operation_id="checks", responses=shapes.ChecksAsked)
    def asked(self, request: Request) -> Response:
        """The open checks with amounts of mine; none where the portal does not pay."""
        asked = checks_asked(portal=self.portal, contributor_id=self.actor.contributor_pk)
        rows = [
            {
                "run": named(each.run.public_id, each.run.label),
                "lines": each.lines,
                "silent": each.silent,
                "deadline": each.deadline,
                "open": each.open,
            }
            for each in asked
        ]
        return Response({"checks": rows})

    @extend_schema(operation_id="checks_lines", parameters=[PERSON], responses=shapes.PersonCheck)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """The lines with what was said of them. Looking at one's own is put on record: one's days count from it."""
        run, person = self.run(), self.person(request.query_params.get("person"))
        if person.pk == self.actor.contributor_id:
            open_check(actor=self.actor, run=run)
        return Response(_shown(own_check(actor=self.actor, run=run, contributor=person)))

    @extend_schema(operation_id="checks_answer", request=shapes.AnswersBody, responses={200: shapes.PersonCheck})
    def answer(self, request: Request, public_id: str) -> Response:
        """Says of lines that they are right, that something is missing, or that they are not mine."""
        run, body = self.run(), self.read(shapes.AnswersBody)
        person = body.get("person") or self.person(None)
        answer_lines(
            actor=self.actor,
            run=run,
            contributor=person,
            answers=[LineAnswer(**each) for each in body.get("answers", [])],
            rest_right=body["rest_right"],
        )
        return Response(_shown(own_check(actor=self.actor, run=run, contributor=person)))

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"person"}) if self.action == "retrieve" else frozenset()

    def run(self) -> Run:
        found: Run | None = open_reviews(self.portal).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def person(self, wanted: str | None) -> Contributor:
        if wanted:
            return _person(wanted)
        return Contributor.objects.get(pk=self.actor.contributor_pk)


def _person(public_id: str | UUID) -> Contributor:
    try:
        found: Contributor | None = Contributor.objects.filter(public_id=UUID(str(public_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise DomainError("not_found")
    return found


def _shown(check: OwnCheck) -> dict[str, Any]:
    lines = [
        {
            **{name: value for name, value in asdict(each.line).items() if name != "grounds"},
            "grounds": [ground._asdict() for ground in each.line.grounds],
            "check": each.check,
            "changed": each.changed,
        }
        for each in check.lines
    ]
    shown: dict[str, Any] = shapes.PersonCheck(
        {
            "run": named(check.run.public_id, check.run.label),
            "person": named(check.person.public_id, check.person.full_name),
            "deadline": check.delivery.deadline if check.delivery else None,
            "open": check.open and check.run.state == RunState.IN_REVIEW,
            "lines": lines,
            "list_check": check.list_check,
        }
    ).data
    return dict(shown)
