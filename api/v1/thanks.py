"""Ghi nhận và cảm ơn over HTTP: who is thanked for a period and for what, one's own thanks, papers to sign."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody
from api.periods import PERIOD, period_of
from api.portal_view import PortalView
from api.v1.output import PDF
from contributors.errors import DomainError
from contributors.models import Contributor
from contributors.recognition import Recognition, Thanked, recognition
from contributors.recognition_rules import KINDS, Ground
from payments.papers.thanks import PAPERS
from payments.report_periods import asked_period
from payments.thanks_papers import MOST_PEOPLE, print_thanks, recognised


class GroundRow(serializers.Serializer[Any]):
    """One thing that people are thanked for, in the language of the request."""

    kind = serializers.ChoiceField(KINDS)
    title = serializers.CharField()
    rule = serializers.CharField(help_text="The published formula in words.")
    why = serializers.CharField()


class ReasonRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(KINDS)
    said = serializers.CharField()


class ThankedRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    unit = serializers.CharField(help_text="Where they belonged on the period's last day, or last before it.")
    left = serializers.BooleanField()
    reasons = ReasonRow(many=True)


class ThanksAnswer(serializers.Serializer[Any]):
    """`people` in the order of names; nobody is ranked, and who does not want to be named is not there."""

    pieces = serializers.IntegerField(help_text="What went up in the period, by anybody.")
    months = serializers.IntegerField(help_text="Whole months of the period that are over.")
    months_needed = serializers.IntegerField(allow_null=True, help_text="Null: too short to look at regularity.")
    grounds = GroundRow(many=True)
    people = ThankedRow(many=True)


class ThanksPapersBody(StrictBody):
    """Papers of those of `people` who are thanked for `[since, until)`."""

    since = serializers.DateField()
    until = serializers.DateField(help_text="The day after the last one.")
    people = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST_PEOPLE)
    papers = serializers.ListField(child=serializers.ChoiceField(PAPERS), required=False, allow_empty=False)
    dated = serializers.DateField(required=False, help_text="Without it the day is left to be written by hand.")


class ThanksView(PortalView):
    """Ghi nhận và cảm ơn."""

    queryset = Contributor.unscoped.none()
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"from", "until"} if self.action in {"people", "mine"} else ())

    @extend_schema(operation_id="thanks_list", parameters=PERIOD, responses=ThanksAnswer)
    def people(self, request: Request) -> Response:
        """Who is thanked for `[from, until)`, and for what, by the published formula."""
        found = recognised(actor=self.actor, portal=self.portal, period=period_of(request))
        return Response(_answer(found, found.people))

    @extend_schema(operation_id="thanks_mine", parameters=PERIOD, responses=ThanksAnswer)
    def mine(self, request: Request) -> Response:
        """The same of oneself alone."""
        period, person = period_of(request), self.actor.contributor_id
        if person is None:
            raise DomainError("not_allowed")
        found = recognition(self.portal, period.first, period.until, who=[person])
        return Response(_answer(found, found.people))

    @extend_schema(
        operation_id="thanks_papers",
        request=ThanksPapersBody,
        responses={(200, PDF): OpenApiResponse(OpenApiTypes.BINARY, description="Certificates and letters to sign.")},
    )
    def papers(self, request: Request) -> HttpResponse:
        """Certificates and letters as one PDF. On record, so it is a POST."""
        body = self.read(ThanksPapersBody)
        content = print_thanks(
            actor=self.actor,
            portal=self.portal,
            period=asked_period(body["since"], body["until"]),
            people=body["people"],
            kinds=body.get("papers", PAPERS),
            dated=body.get("dated"),
        )
        answer = HttpResponse(content, content_type=PDF)
        answer["Content-Disposition"] = 'attachment; filename="cam-on.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer


def _answer(found: Recognition, people: tuple[Thanked, ...]) -> dict[str, Any]:
    return {
        "pieces": found.pieces,
        "months": found.months,
        "months_needed": found.months_needed,
        "grounds": [_ground(ground) for ground in found.rules.grounds],
        "people": [
            {
                "id": person.public_id,
                "name": person.name,
                "unit": person.unit,
                "left": person.left,
                "reasons": [{"kind": reason.kind, "said": reason.said} for reason in person.reasons],
            }
            for person in people
        ],
    }


def _ground(ground: Ground) -> dict[str, str]:
    return {
        "kind": ground.kind,
        "title": str(ground.title),
        "rule": str(ground.rule),
        "why": str(ground.why),
    }
