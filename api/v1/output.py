"""Thống kê, báo cáo over HTTP: figures of a period, the office's report and its words."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.errors import field_error
from api.periods import PERIOD, day_if_asked, day_parameter, period_of
from api.portal_view import PortalView
from api.v1.output_query import (
    CUTS,
    NAMES,
    CutQuery,
    LagOutput,
    MakersOutput,
    RoleOutput,
    ShareOutput,
    lag_answer,
    makers_answer,
    roles_answer,
)
from contributors.models import MonthlyAccess
from contributors.output_cuts import by_role, makers
from contributors.output_tables import figures_of, output_of
from contributors.publication_lags import whole_lag
from contributors.report_texts import MOST_LETTERS, report_texts, usual_texts, write_report_texts
from payments.access import require_money
from payments.activity_report import RIGHT, activity_report
from payments.papers.report_blocks import Block, Drawn, Part, Report, Said
from payments.papers.report_docx import report_docx
from payments.papers.report_pdf import report_pdf

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


DATED = day_parameter("dated", "The day on which it is signed; the letterhead is that day's.", required=False)


class FiguresAnswer(serializers.Serializer[Any]):
    """Counts of `[from, until)`; what each means stands in docs/figures.md."""

    news = serializers.IntegerField(help_text="Pieces that went up, of any genre but documents.")
    photos = serializers.IntegerField()
    documents = serializers.IntegerField()
    contributors_registered = serializers.IntegerField()
    board = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Of the pieces, those later than promised.")
    from_books = serializers.IntegerField(help_text="Of news, photos and documents, those of lists of past years.")


class SpanOutput(serializers.Serializer[Any]):
    first = serializers.DateField()
    months = serializers.IntegerField(help_text="1, or 3 and 12 where the period is long.")
    news = serializers.IntegerField()
    photos = serializers.IntegerField()
    documents = serializers.IntegerField()


class UnitOutput(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True, help_text="Empty for pieces of no unit.")
    counts = serializers.ListField(child=serializers.IntegerField(), help_text="By span, in their order.")
    total = serializers.IntegerField()


class OutputAnswer(serializers.Serializer[Any]):
    """Every cut of the same pieces: `news` of `figures` = sum of the spans = of the units = of shares and `nobody`."""

    figures = FiguresAnswer()
    spans = SpanOutput(many=True)
    units = UnitOutput(many=True)
    genres = ShareOutput(many=True)
    topics = ShareOutput(many=True)
    makers = MakersOutput()
    roles = RoleOutput(many=True)
    lag = LagOutput()


class BlockRow(serializers.Serializer[Any]):
    """`part` and `said` have `text`; `table` and `chart` a caption and rows, the first of a table's are its names."""

    kind = serializers.ChoiceField(["part", "said", "table", "chart"])
    text = serializers.CharField(allow_blank=True)
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class ReportAnswer(serializers.Serializer[Any]):
    summary = serializers.CharField()
    addressee = serializers.CharField(allow_blank=True)
    grounds = serializers.ListField(child=serializers.CharField())
    opening = serializers.CharField()
    blocks = BlockRow(many=True)
    closing = serializers.CharField()


@extend_schema_field(
    {
        "type": "object",
        "properties": {key: {"type": "string", "maxLength": MOST_LETTERS} for key in usual_texts()},
        "additionalProperties": False,
        "minProperties": 1,
    }
)
class PassagesField(serializers.DictField):
    """Text by the key of its passage."""


class WordsBody(StrictBody):
    """The passages by key; those that are not named stay."""

    texts = PassagesField(child=Words(max_length=MOST_LETTERS, allow_blank=True), allow_empty=False)


class WordsAnswer(serializers.Serializer[Any]):
    texts = serializers.DictField(child=serializers.CharField(allow_blank=True))


class OutputView(PortalView):
    """Thống kê, báo cáo."""

    money_actions = frozenset({"report", "docx", "pdf"})
    queryset = MonthlyAccess.unscoped.none()
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        if self.action in {"report", "docx", "pdf"}:
            return frozenset({"from", "until", "dated"})
        return frozenset({"from", "until", *NAMES} if self.action == "figures" else ())

    @extend_schema(operation_id="output_retrieve", parameters=[*PERIOD, *CUTS], responses=OutputAnswer)
    def figures(self, request: Request) -> Response:
        """What went up in `[from, until)`, cut every way; silent units stand with zeros.

        Filters narrow the pieces that are counted, not the people of `contributors_registered` and `board`.
        """
        require_money(self.actor, RIGHT)
        period = period_of(request)
        asked = CutQuery(data={name: request.query_params[name] for name in NAMES & request.query_params.keys()})
        asked.is_valid(raise_exception=True)
        where = (self.portal, period.first, period.until)
        output = output_of(*where, asked.cut)
        months = output.months
        lag = whole_lag(output.counts.lags, self.portal.promise_days)
        spans = [
            {"first": span.first, "months": span.months, "news": news, "photos": photos, "documents": documents}
            for span, news, photos, documents in zip(
                months.spans, months.news, months.photos, months.documents, strict=True
            )
        ]
        return Response(
            {
                "figures": asdict(figures_of(self.portal, period.until, output.counts)),
                "spans": spans,
                "units": [{"name": row.name, "counts": row.counts, "total": row.total} for row in output.units],
                "genres": [asdict(share) for share in output.genres],
                "topics": [asdict(share) for share in output.topics],
                "makers": makers_answer(makers(*where, asked.cut, counts=output.counts)),
                "roles": roles_answer(by_role(*where, asked.cut)),
                "lag": lag_answer(lag),
            }
        )

    @extend_schema(operation_id="report_retrieve", parameters=[*PERIOD, DATED], responses=ReportAnswer)
    def report(self, request: Request) -> Response:
        """The office's report of a period, counted now; its words are Vietnamese, as on paper."""
        made = self.made()
        names = ("summary", "addressee", "grounds", "opening", "closing")
        return Response({name: getattr(made, name) for name in names} | {"blocks": [*map(_block, made.blocks)]})

    @extend_schema(
        operation_id="report_docx",
        parameters=[*PERIOD, DATED],
        responses={(200, DOCX): OpenApiResponse(OpenApiTypes.BINARY, description="The editable file.")},
    )
    def docx(self, request: Request) -> HttpResponse:
        """The report as an editable file by Nghị định 30/2020/NĐ-CP."""
        return file_answer(report_docx(self.made()), DOCX, "bao-cao.docx")

    @extend_schema(
        operation_id="report_pdf",
        parameters=[*PERIOD, DATED],
        responses={(200, PDF): OpenApiResponse(OpenApiTypes.BINARY, description="The paper.")},
    )
    def pdf(self, request: Request) -> HttpResponse:
        """The report to print and sign."""
        return file_answer(report_pdf(self.made()), PDF, "bao-cao.pdf")

    @extend_schema(operation_id="report_words_retrieve", responses=WordsAnswer)
    def words(self, request: Request) -> Response:
        """What the office writes itself, by passage."""
        require_money(self.actor, RIGHT)
        return Response({"texts": report_texts()})

    @extend_schema(operation_id="report_words_set", request=WordsBody, responses=WordsAnswer)
    def set_words(self, request: Request) -> Response:
        """Writes passages for this report and the next ones."""
        texts = self.read(WordsBody)["texts"]
        for key in sorted(texts.keys() - usual_texts().keys()):
            raise field_error(f"texts.{key}", "unknown_field")
        write_report_texts(actor=self.actor, texts=texts)
        return Response({"texts": report_texts()})

    def made(self) -> Report:
        return activity_report(
            actor=self.actor,
            portal=self.portal,
            period=period_of(self.request),
            dated=day_if_asked(self.request, "dated"),
        )


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Part):
        return {"kind": "part", "text": block.text, "rows": []}
    if isinstance(block, Said):
        return {"kind": "said", "text": block.text, "rows": []}
    if isinstance(block, Drawn):
        rows = [[bar.label, str(bar.value)] for bar in block.chart.bars]
        return {"kind": "chart", "text": block.caption, "rows": rows}
    return {"kind": "table", "text": block.caption, "rows": [block.names, *block.rows]}


def file_answer(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file that was made just now and is kept nowhere."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
