"""Proposals to move to another unit: made by the person, answered by the board or the focal person."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, VersionBody
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.contributors.person_steps import PersonSteps
from api.v1.contributors.shapes import ContributorDetail
from api.v1.pieces.shapes import Named
from contributors.correction import correct_details, decline_unit, may_correct, propose_unit, proposed_unit
from contributors.errors import DomainError
from contributors.models import Contributor, Event, Unit
from contributors.unit_proposals import unit_proposals


class ProposalOfUnit(serializers.Serializer[Any]):
    contributor = Named()
    unit = Named(help_text="Where to.")
    at = serializers.DateTimeField()


class ProposeUnitBody(StrictBody):
    unit = ByPublicId(Unit)


class AcceptUnitBody(VersionBody):
    """`unit` is the one that you saw proposed; another one by now is refused with 409."""

    unit = ByPublicId(Unit)
    moved_on = serializers.DateField(required=False, help_text="Today if left out.")


class UnitProposalsView(PortalView):
    """Đề nghị chuyển ấp, ngành."""

    queryset = Event.unscoped.none()

    @extend_schema(operation_id="unit_proposals_list", responses=ProposalOfUnit(many=True))
    def list(self, request: Request) -> Response:
        """Those that wait for an answer, newest first; a focal person sees those of their people."""
        page = self.paginate_queryset(unit_proposals(self.actor))
        return self.get_paginated_response(_rows(page or []))


class UnitProposalView(PersonSteps):
    """A person's own proposal, and the answer to it."""

    queryset = Contributor.unscoped.none()
    pagination_class = None

    @extend_schema(operation_id="unit_proposal_retrieve", responses=ProposalOfUnit)
    def waiting(self, request: Request, public_id: str) -> Response:
        """What waits for an answer; 404 where nothing does. For the person and who may answer."""
        return self.proposal_of(self.corrected())

    @extend_schema(operation_id="unit_proposal_make", request=ProposeUnitBody, responses={201: ProposalOfUnit})
    def propose(self, request: Request, public_id: str) -> Response:
        """To which unit you belong now. The newest proposal counts."""
        person = self.person()
        propose_unit(actor=self.actor, contributor=person, **self.read(ProposeUnitBody))
        return self.proposal_of(person, status=201)

    @extend_schema(
        operation_id="unit_proposal_accept", request=AcceptUnitBody, responses=ContributorDetail, parameters=[IF_MATCH]
    )
    def accept(self, request: Request, public_id: str) -> Response:
        """Moves the person there."""
        person, body = self.corrected(), self.read(AcceptUnitBody)
        proposed = proposed_unit(person)
        if proposed is None:
            raise DomainError("not_found")
        if proposed.unit.pk != body["unit"].pk:
            raise DomainError("stale_version", field="unit")
        body["seen_version"] = body.pop("version")
        return self.detail_of(correct_details(actor=self.actor, contributor=person, **body))

    @extend_schema(operation_id="unit_proposal_decline", request=None, responses={204: None})
    def refuse(self, request: Request, public_id: str) -> Response:
        """The person stays where they are."""
        decline_unit(actor=self.actor, contributor=self.person())
        return Response(status=204)

    def corrected(self) -> Contributor:
        person = self.person()
        if not may_correct(self.actor, person):
            raise DomainError("not_allowed")
        return person

    def proposal_of(self, person: Contributor, *, status: int = 200) -> Response:
        found = proposed_unit(person)
        if found is None:
            raise DomainError("not_found")
        return Response(_row(person, found.unit, found.at), status=status)


def _rows(events: Sequence[Any]) -> list[dict[str, Any]]:
    """Two queries, however many there are."""
    people = {row.pk: row for row in Contributor.objects.filter(pk__in=[event.subject_id for event in events])}
    units = {row.pk: row for row in Unit.objects.filter(pk__in=[event.wanted for event in events])}
    return [_row(people[event.subject_id], units[event.wanted], event.at) for event in events]


def _row(person: Contributor, unit: Unit, at: Any) -> dict[str, Any]:
    return {
        "contributor": {"id": person.public_id, "name": person.full_name},
        "unit": {"id": unit.public_id, "name": unit.name},
        "at": at,
    }
