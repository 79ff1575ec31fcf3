"""What paying would have cost: a figure, a comparison, a list of one's own, the proposal for the money."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedForm, BoundedJson, StrictBody, Words
from api.periods import asked_day, day_parameter
from api.portal_view import PortalView
from contributors import clock
from contributors.models import Genre
from payments import whatif
from payments.access import require_money
from payments.errors import PaymentError
from payments.funding_proposals import Wishes, funding_proposal_sheet
from payments.models import RateSchedule
from payments.papers.funding_proposal import funding_proposal
from payments.royalty_list import read_list
from payments.whatif_figures import Comparison, Verdict
from payments.whatif_report import ListComparison, compare_list, compare_period
from payments.whatif_sides import CURRENT, NONE, side_of, sides_offered


class WhatIfRow(serializers.Serializer[Any]):
    genre = serializers.CharField()
    pieces = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()


class WhatIf(serializers.Serializer[Any]):
    """Whole đồng, between the lowest and the highest lawful scores; equal where every piece has its score."""

    pieces = serializers.IntegerField()
    photos = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    rows = WhatIfRow(many=True)
    schedule_title = serializers.CharField()
    decision_number = serializers.CharField(help_text="Empty: a draft, which serves what-if only.")


class WhatIfSchedule(serializers.Serializer[Any]):
    """What can be reckoned by, or held against: `current`, `none`, a schedule's id, or `shipped:` and a name."""

    key = serializers.CharField()
    title = serializers.CharField()


class WhatIfSpan(serializers.Serializer[Any]):
    """Whole đồng where every missing score is the lowest, and where it is the highest."""

    low = serializers.IntegerField()
    high = serializers.IntegerField()


class WhatIfFigure(serializers.Serializer[Any]):
    by = WhatIfSpan()
    against = WhatIfSpan()
    change = WhatIfSpan()
    verdict = serializers.ChoiceField([each.value for each in Verdict], help_text="`open`: scores are missing.")


class WhatIfSide(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    decision_number = serializers.CharField(help_text="Empty: a draft, which serves what-if only.")
    legal_basis = serializers.ListField(child=serializers.CharField())


class WhatIfGenre(serializers.Serializer[Any]):
    genre = serializers.CharField(help_text="Empty: what belongs to seats of the board.")
    name = serializers.CharField()
    pieces = serializers.IntegerField()
    cost = WhatIfFigure()


class WhatIfPerson(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id", allow_null=True, help_text="Null: somebody of an uploaded list.")
    name = serializers.CharField()
    lines = serializers.IntegerField()
    cost = WhatIfFigure()


class WhatIfNotReckoned(serializers.Serializer[Any]):
    reason = serializers.CharField()
    pieces = serializers.IntegerField()


class WhatIfYear(serializers.Serializer[Any]):
    cost = WhatIfFigure()
    assumption = serializers.CharField()


class WhatIfFundShare(serializers.Serializer[Any]):
    """The year's cost in whole percent of the fund, cut."""

    year = serializers.IntegerField()
    amount = serializers.IntegerField()
    percent = WhatIfSpan()


class WhatIfVerdicts(serializers.Serializer[Any]):
    """How many people each way."""

    gains = serializers.IntegerField(default=0)
    loses = serializers.IntegerField(default=0)
    same = serializers.IntegerField(default=0)
    open = serializers.IntegerField(default=0)


class WhatIfComparison(serializers.Serializer[Any]):
    """`people` is empty for who may not see money by name; `not_reckoned` is in no figure."""

    period_from = serializers.DateField()
    period_until = serializers.DateField()
    schedule = WhatIfSide()
    against = WhatIfSide()
    pieces = serializers.IntegerField()
    photos = serializers.IntegerField()
    open_pieces = serializers.IntegerField(help_text="Without a score.")
    total = WhatIfFigure()
    remuneration = WhatIfFigure(help_text="The part of `total` that is thù lao.")
    genres = WhatIfGenre(many=True)
    people = WhatIfPerson(many=True)
    names_shown = serializers.BooleanField()
    verdicts = WhatIfVerdicts()
    not_reckoned = WhatIfNotReckoned(many=True)
    year = WhatIfYear()
    fund = WhatIfFundShare(allow_null=True)


class WhatIfListProblem(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As the sheet numbers it; 0: the whole list.")
    column = serializers.CharField()
    sentence = serializers.CharField()


class WhatIfOfList(serializers.Serializer[Any]):
    """A list is reckoned whole or not at all: with problems there is no comparison."""

    comparison = WhatIfComparison(allow_null=True)
    problems = WhatIfListProblem(many=True)
    remarks = serializers.ListField(child=serializers.CharField())


class AskedPeriod(StrictBody):
    """`[from, until)`, and the schedule by its key from `what-if/schedules/`."""

    schedule = serializers.CharField(max_length=100)
    until = serializers.DateField(help_text="The day after the last one.")

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of the language.
        return {"from": serializers.DateField(help_text="First day of publication.")} | super().get_fields()


class ListBody(AskedPeriod):
    against = serializers.CharField(max_length=100, default=NONE)
    file = serializers.FileField(help_text="A list as .xlsx or .csv, of at most 5 MB.")


class ProposalBody(AskedPeriod):
    """What the office writes itself. With `file` the proposal is about that list."""

    file = serializers.FileField(required=False, help_text="A list as .xlsx or .csv, of at most 5 MB.")
    recipient = Words(max_length=300)
    fund_source = Words(max_length=300, help_text="From which budget, such as Ngân sách xã.")
    asked_year = serializers.IntegerField(min_value=2000, max_value=2100)
    asked = serializers.IntegerField(required=False, help_text="đồng; by default the highest cost of a year.")
    number_label = Words(max_length=60, required=False)
    dated = serializers.DateField(required=False)
    signer_authority = Words(max_length=200, required=False)
    signer_title = Words(max_length=200, required=False)
    signer_name = Words(max_length=200, required=False)
    copies = serializers.ListField(child=Words(max_length=200), required=False, max_length=20)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class WhatIfView(PortalView):
    """Tính thử."""

    money = True
    queryset = RateSchedule.unscoped.none()

    parser_classes = [BoundedJson, BoundedForm]
    pagination_class = None

    @extend_schema(
        operation_id="what_if_retrieve",
        parameters=[
            day_parameter("from", "First day of publication."),
            day_parameter("until", "The day after the last one."),
        ],
        responses=WhatIf,
    )
    def retrieve(self, request: Request) -> Response:
        """What the works published in `[from, until)` would have cost by the portal's rate schedule."""
        require_money(self.actor, "whatif.see")
        since, until = asked_day(request, "from"), asked_day(request, "until")
        if until <= since:
            raise PaymentError("period_wrong", field="until")
        found = whatif.would_have_cost(portal=self.portal, period_from=since, period_until=until)
        return Response(asdict(found))

    @extend_schema(operation_id="what_if_schedules_list", responses=WhatIfSchedule(many=True), parameters=[])
    def schedules(self, request: Request) -> Response:
        """What a what-if can reckon by, own schedules first."""
        require_money(self.actor, "whatif.see")
        return Response(WhatIfSchedule(sides_offered(self.portal), many=True).data)

    @extend_schema(
        operation_id="what_if_comparison_retrieve",
        parameters=[
            day_parameter("from", "First day of publication."),
            day_parameter("until", "The day after the last one."),
            OpenApiParameter("schedule", str, OpenApiParameter.QUERY, description="A key from `what-if/schedules/`."),
            OpenApiParameter("against", str, OpenApiParameter.QUERY, description="The same; by default `none`."),
        ],
        responses=WhatIfComparison,
    )
    def comparison(self, request: Request) -> Response:
        """A schedule over a past period against another one: totals, who gains and loses, the cost of a year."""
        asked = request.query_params
        found = self._of_period(
            asked_day(request, "from"),
            asked_day(request, "until"),
            asked.get("schedule", CURRENT),
            asked.get("against", NONE),
        )
        return Response(WhatIfComparison(found).data)

    @extend_schema(
        operation_id="what_if_list_create",
        request={"multipart/form-data": ListBody},
        responses=WhatIfOfList,
    )
    def of_list(self, request: Request) -> Response:
        """The same over an uploaded list, which is not kept. Every unreadable row is named."""
        require_money(self.actor, "whatif.see")
        body = self.read(ListBody)
        return Response(WhatIfOfList(self._of_list(body, body["against"])).data)

    @extend_schema(
        operation_id="what_if_proposal_create",
        request={"multipart/form-data": ProposalBody, "application/json": ProposalBody},
        responses={(200, DOCX): OpenApiResponse(OpenApiTypes.BINARY, "The proposal, to be signed and sent.")},
    )
    def proposal(self, request: Request) -> HttpResponse:
        """Tờ trình: the money asked for, as a paper by Nghị định 30/2020/NĐ-CP. It is kept nowhere."""
        require_money(self.actor, "whatif.see")
        body = self.read(ProposalBody)
        if body.get("file") is None:
            found = self._of_period(body["from"], body["until"], body["schedule"], NONE)
        else:
            found = self._of_list(body, NONE).whole()
        wishes = {name: value for name, value in body.items() if name not in {"from", "until", "schedule", "file"}}
        wishes["source"] = wishes.pop("fund_source")
        sheet = funding_proposal_sheet(
            actor=self.actor,
            portal=self.portal,
            comparison=found,
            wishes=Wishes(**wishes),
            today=clock.today(self.portal.time_zone),
        )
        answer = HttpResponse(funding_proposal(sheet), content_type=DOCX)
        answer["Content-Disposition"] = f'attachment; filename="to-trinh-{sheet.asked_year}.docx"'
        return answer

    def known_parameters(self) -> frozenset[str]:
        known = {"retrieve": {"from", "until"}, "comparison": {"from", "until", "schedule", "against"}}
        return frozenset(known.get(self.action, ()))

    def _of_period(self, since: date, until: date, schedule: str, against: str) -> Comparison:
        return compare_period(
            actor=self.actor,
            portal=self.portal,
            period_from=since,
            period_until=until,
            schedule=side_of(self.portal, schedule, since, until),
            against=side_of(self.portal, against, since, until),
        )

    def _of_list(self, body: dict[str, Any], against: str) -> ListComparison:
        since, until = body["from"], body["until"]
        side, other = (side_of(self.portal, key, since, until) for key in (body["schedule"], against))
        read = read_list(
            content=body["file"].read(),
            file_name=body["file"].name,
            schedules=[*side.schedules, *other.schedules],
            genre_names=dict(Genre.objects.values_list("name", "code")),
        )
        return compare_list(
            actor=self.actor,
            portal=self.portal,
            read=read,
            period_from=since,
            period_until=until,
            schedule=side,
            against=other,
        )
