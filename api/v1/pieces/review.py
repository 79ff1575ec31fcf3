"""What somebody of the board needs before deciding, and answers of those who are named."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, Words
from api.portal_view import PortalView
from api.v1.pieces.scoring import AmountsAnswer, ScoresBody, amounts_answer
from api.v1.pieces.shapes import Named, ReadersRow
from contributors.access import approver_standing, open_proposal, require
from contributors.crediting import answer_credit, edited_by, settle_credit
from contributors.deadlines import due_of
from contributors.errors import DomainError
from contributors.finding import pieces_seen_by
from contributors.models import Contributor, Credit, CreditState, Piece, PieceState, Role
from contributors.readers import MOST, SOURCE_LENGTH, record_readers
from contributors.urgent import ask_urgently

STANDINGS = ("own", "head_made", "no_head", "waited", "second", "handed")
WHYS = ("review", "publish", "same_day", "scheduled")


class DueRow(serializers.Serializer[Any]):
    """After `half` the deputy may approve for the head."""

    since = serializers.DateTimeField()
    half = serializers.DateTimeField()
    at = serializers.DateTimeField()
    why = serializers.ChoiceField(WHYS)
    late = serializers.BooleanField()


class ProposalRow(serializers.Serializer[Any]):
    """The first of two scores."""

    scorer = Named()
    coefficient = serializers.CharField()
    reason = serializers.CharField()


class EditedRow(serializers.Serializer[Any]):
    """Who changed the text of somebody else's piece, and how many words."""

    contributor = Named()
    words = serializers.IntegerField()


class PieceReview(serializers.Serializer[Any]):
    due = DueRow(allow_null=True)
    standing = serializers.ChoiceField(STANDINGS, allow_null=True, help_text="In which place you approve; null: not.")
    proposal = ProposalRow(allow_null=True)
    edited_by = EditedRow(many=True)


class PartState(serializers.Serializer[Any]):
    contributor = Named()
    role = serializers.ChoiceField(Role.choices)
    state = serializers.ChoiceField(CreditState.choices)


class AskedRow(serializers.Serializer[Any]):
    """Somebody who may approve, heads first; makers of the piece are left out."""

    contributor = Named()
    seat = serializers.CharField(help_text="In the language of the request.")
    phone = serializers.CharField(allow_blank=True, help_text="As you may see it.")


class UrgentAnswer(serializers.Serializer[Any]):
    text = serializers.CharField()
    until = serializers.DateTimeField(help_text="Until then the link works.")
    people = AskedRow(many=True)


class AnswerBody(StrictBody):
    """Your own part. `agrees` false asks to look again and needs a reason."""

    role = serializers.ChoiceField(Role.choices)
    agrees = serializers.BooleanField()
    reason = Words(max_length=500, required=False, allow_blank=True, default="")


class SettleBody(StrictBody):
    """A disputed part: it stands, or it brings no fee."""

    contributor = ByPublicId(Contributor)
    role = serializers.ChoiceField(Role.choices)
    stands = serializers.BooleanField()
    reason = Words(max_length=500, required=False, allow_blank=True, default="")


class ReadersBody(StrictBody):
    """Openings since publication, as of the end of a day. The same day again replaces what stood there."""

    count = serializers.IntegerField(min_value=0, max_value=MOST)
    as_of = serializers.DateField(help_text="From the day of publication to today.")
    source = Words(max_length=SOURCE_LENGTH, required=False, allow_blank=True, default="")  # type: ignore[assignment]


class PieceReviewView(PortalView):
    """Duyệt: hạn, người duyệt thay, điểm chấm lần một; ai làm; số tiền của điểm; nhờ duyệt gấp."""

    money_actions = frozenset({"amounts"})
    queryset = Piece.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    pagination_class = None

    @extend_schema(operation_id="pieces_review", responses=PieceReview)
    @action(detail=True, methods=["get"])
    def review(self, request: Request, public_id: str) -> Response:
        """Due time, in which place you may approve, the first score, who edited. For the board."""
        require(self.actor, "piece.return")
        piece = self.piece()
        due, proposal = due_of(piece), open_proposal(piece)
        waits = piece.state == PieceState.SUBMITTED and not piece.practice
        standing = approver_standing(self.actor, piece) if waits else None
        return Response(
            {
                "due": {name: getattr(due, name) for name in ("since", "half", "at", "why", "late")} if due else None,
                "standing": (standing.why or "own") if standing else None,
                "proposal": {
                    "scorer": _named(proposal.scorer),
                    "coefficient": f"{proposal.coefficient:f}",
                    "reason": proposal.reason,
                }
                if proposal
                else None,
                "edited_by": [
                    {"contributor": _named(each.contributor), "words": each.words} for each in edited_by(piece)
                ],
            }
        )

    @extend_schema(operation_id="pieces_credit_answer", request=AnswerBody, responses=PartState)
    @action(detail=True, methods=["post"], url_path="credit-answer")
    def credit_answer(self, request: Request, public_id: str) -> Response:
        """Confirms your own part, or asks the board to look again."""
        body = self.read(AnswerBody)
        credit = self.part(self.actor.contributor_pk, body["role"])
        row = answer_credit(actor=self.actor, credit=credit, agrees=body["agrees"], reason=body["reason"])
        return Response(_part(row))

    @extend_schema(operation_id="pieces_credit_settlement", request=SettleBody, responses=PartState)
    @action(detail=True, methods=["post"], url_path="credit-settlement")
    def credit_settlement(self, request: Request, public_id: str) -> Response:
        """Decides a disputed part; never by a maker of the piece."""
        body = self.read(SettleBody)
        credit = self.part(body["contributor"].pk, body["role"])
        row = settle_credit(actor=self.actor, credit=credit, stands=body["stands"], reason=body["reason"])
        return Response(_part(row))

    @extend_schema(operation_id="pieces_readers", request=ReadersBody, responses={201: ReadersRow})
    @action(detail=True, methods=["post"])
    def readers(self, request: Request, public_id: str) -> Response:
        """How often a published piece was opened, by the website's own statistics."""
        kept = record_readers(actor=self.actor, piece=self.piece(), **self.read(ReadersBody))
        return Response({name: getattr(kept, name) for name in ("count", "as_of", "source")}, status=201)

    @extend_schema(operation_id="pieces_amounts", request=ScoresBody, responses=AmountsAnswer)
    @action(detail=True, methods=["post"])
    def amounts(self, request: Request, public_id: str) -> Response:
        """What these scores would pay, with the reason of each amount, and what the fund has left. Writes nothing.

        The lawful ranges are in the answer; a score outside of them is reckoned all the same, and refused when it is
        approved. For who approves pieces.
        """
        require(self.actor, "piece.approve")
        body = self.read(ScoresBody)
        return Response(amounts_answer(self.actor, self.piece(), self.portal, body))

    @extend_schema(operation_id="pieces_urgent", request=None, responses={201: UrgentAnswer})
    @action(detail=True, methods=["post"])
    def urgent(self, request: Request, public_id: str) -> Response:
        """A text with a link to this one piece, to send on to who may approve it, and who that is.

        The link grants nothing: who opens it logs in as ever. It stands in this answer only.
        """
        asked = ask_urgently(actor=self.actor, piece=self.piece())
        people = [{"contributor": _named(one.person), "seat": one.seat, "phone": one.phone} for one in asked.people]
        answer = Response({"text": asked.text, "until": asked.until, "people": people}, status=201)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def piece(self) -> Piece:
        found = pieces_seen_by(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def part(self, contributor_id: int, role: str) -> Credit:
        found = Credit.objects.filter(piece=self.piece(), contributor_id=contributor_id, role=role).first()
        if found is None:
            raise DomainError("not_found")
        return found


def _named(person: Contributor) -> dict[str, Any]:
    return {"id": person.public_id, "name": person.full_name}


def _part(row: Credit) -> dict[str, Any]:
    return {"contributor": _named(row.contributor), "role": row.role, "state": row.state}
