"""Papers over HTTP: what a run has, drafts before issue, files, proof, spreadsheets, the archive; tax of a year."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.bodies import StrictBody, Words
from api.files import file_answer
from api.portal_view import PortalView
from api.schema import year
from contributors.errors import DomainError
from contributors.packages import plain_name
from payments import archives, funds, office_papers, papers_kept, previews, run_workbooks, withholding_years
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import Fund, Paper, PaperKind, Run
from payments.paper_rows import tax_kinds
from payments.paper_shelf import run_of, shelf

PDF, ZIP = "application/pdf", "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _file(kind: str, meaning: str) -> Any:
    return {(200, kind): OpenApiResponse(OpenApiTypes.BINARY, meaning)}


KIND = OpenApiParameter(
    "kind",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    required=True,
    description="As `papers/` names it; previews also know `statement`.",
)
FIRST_YEAR, LAST_YEAR = 2000, 2200
YEAR = year("Of payment.", first=FIRST_YEAR, last=LAST_YEAR, required=True)


class PaperFileShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    template_version = serializers.IntegerField()
    rendered_at = serializers.DateTimeField()


class RunPaperShape(serializers.Serializer[Any]):
    """One kind of paper of a run, in signing order."""

    kind = serializers.CharField(help_text="Such as payment_request, payment_list, beneficiaries, dossier.")
    label = serializers.CharField()  # type: ignore[assignment]
    number = serializers.CharField(help_text='"" before issue.')
    code = serializers.CharField(help_text="By which anyone can verify it.")
    file = PaperFileShape(allow_null=True, help_text="Null while it is being printed.")
    may_take = serializers.BooleanField()
    previewed = serializers.BooleanField(help_text="Whether a draft can be looked at now.")
    with_accounts = serializers.BooleanField(help_text="Kept nowhere: POST to `beneficiaries/`, which is recorded.")


class FindingShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    state = serializers.CharField(help_text="ok, warn or stop.")
    text = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField())


class PreflightShape(serializers.Serializer[Any]):
    """What stands in the way of a transfer. Sums in đồng."""

    state = serializers.CharField(help_text="ok, warn or stop.")
    people = serializers.IntegerField()
    net = serializers.IntegerField()
    transfers = serializers.IntegerField()
    transfer_sum = serializers.IntegerField()
    cash = serializers.IntegerField()
    cash_sum = serializers.IntegerField()
    findings = FindingShape(many=True)


class ArchiveShape(serializers.Serializer[Any]):
    """`small`: it is given at once. Else POST to have it packed and ask again until `built_at`."""

    small = serializers.BooleanField()
    complete = serializers.BooleanField(help_text="Whether all papers are rendered.")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    built_at = serializers.DateTimeField(allow_null=True)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    failed = serializers.BooleanField()


class ReprintShape(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    same = serializers.BooleanField(help_text="Whether the bytes are those of the issued paper.")
    kept = serializers.BooleanField(help_text="Whether the issued file lies there.")


class YearPerson(serializers.Serializer[Any]):
    """One taxpayer's year, in đồng."""

    name = serializers.CharField()
    unit = serializers.CharField()
    tax_status = serializers.CharField()
    tax_status_label = serializers.CharField()
    payments = serializers.IntegerField()
    gross = serializers.IntegerField()
    tax = serializers.IntegerField()
    net = serializers.IntegerField()


class BeneficiariesBody(StrictBody):
    form = serializers.ChoiceField((("pdf", "pdf"), ("xlsx", "xlsx")), default="pdf")


class YearBody(StrictBody):
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)


class BudgetCodeBody(StrictBody):
    budget_code = Words(max_length=40, allow_blank=True)


class FundShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    budget_code = serializers.CharField()


class RunPapersView(PortalView):
    """Giấy tờ của kỳ chi trả."""

    money = True
    queryset = Run.unscoped.none()
    pagination_class = None

    @extend_schema(responses=RunPaperShape(many=True), filters=False)
    def papers(self, request: Request, public_id: str) -> Response:
        """Every paper about the whole run; statements have their own list."""
        return Response([_shelved(row) for row in shelf(actor=self.actor, run=self.run())])

    @extend_schema(responses=PreflightShape)
    def preflight(self, request: Request, public_id: str) -> Response:
        """Rows, sums, names, accounts and the budget code, asked anew each time."""
        found = previews.preflight(actor=self.actor, run=self.run())
        return Response(asdict(found) | {"state": found.state})

    @extend_schema(request=BudgetCodeBody, responses=FundShape)
    def budget_code(self, request: Request, public_id: str) -> Response:
        """Keeps the treasury's code of the body with the run's fund."""
        run = self.run()
        if run.fund is None:
            raise PaymentError("fund_missing")
        fund: Fund = funds.set_budget_code(
            actor=self.actor, fund=run.fund, code=self.read(BudgetCodeBody)["budget_code"]
        )
        return Response({"id": fund.public_id, "budget_code": fund.budget_code})

    @extend_schema(parameters=[KIND], responses=_file(PDF, "Marked as a draft on every page, without number and code."))
    def preview(self, request: Request, public_id: str) -> HttpResponseBase:
        """A paper as it would be issued now; nothing is kept."""
        kind = request.query_params.get("kind", "")
        content = previews.preview_paper(actor=self.actor, run=self.run(), kind=kind)
        return _made(content, PDF, f"ban-nhap-{kind}.pdf")

    @extend_schema(parameters=[KIND], responses=_file(XLSX, "Text as text, totals as values with a check row."))
    def workbook(self, request: Request, public_id: str) -> HttpResponseBase:
        """The rows of payment_list, summary or withholding."""
        run, kind = self.run(), request.query_params.get("kind", "")
        content = run_workbooks.run_workbook(actor=self.actor, run=run, kind=kind)
        return _made(content, XLSX, f"{plain_name(run_workbooks.workbook_name(run, kind))}.xlsx")

    @extend_schema(
        request=BeneficiariesBody,
        responses={
            (200, PDF): OpenApiResponse(OpenApiTypes.BINARY, "The paper."),
            (200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, "Its rows."),
        },
    )
    def beneficiaries(self, request: Request, public_id: str) -> HttpResponseBase:
        """The treasury's list with account numbers in full: printed for this once, on record."""
        run = self.run()
        if self.read(BeneficiariesBody)["form"] == "xlsx":
            content = run_workbooks.open_workbook(actor=self.actor, run=run)
            return _made(content, XLSX, "danh-sach-thu-huong.xlsx")
        require_money(self.actor, "paper.accounts")
        paper = Paper.objects.select_related("run").filter(run=run, kind=PaperKind.BENEFICIARIES).first()
        if paper is None:
            raise PaymentError("paper_not_ready")
        return _made(papers_kept.open_beneficiaries(actor=self.actor, paper=paper), PDF, "danh-sach-thu-huong.pdf")

    @extend_schema(responses=_file(DOCX, "Editable; the office numbers and signs it."))
    def decision(self, request: Request, public_id: str) -> HttpResponseBase:
        """A draft of the decision on spending."""
        return _made(office_papers.decision_draft(actor=self.actor, run=self.run()), DOCX, "quyet-dinh-chi.docx")

    @extend_schema(responses=ArchiveShape)
    def archive(self, request: Request, public_id: str) -> Response:
        """How far the archive of all papers is."""
        return Response(_archive(archives.archive_state(actor=self.actor, run=self.run())))

    @extend_schema(request=None, responses={202: ArchiveShape})
    def pack(self, request: Request, public_id: str) -> Response:
        """Has a worker pack the archive."""
        self.read(StrictBody)
        run = self.run()
        archives.request_archive(actor=self.actor, run=run)
        follow = reverse("run-archive", [run.public_id], request=request)
        return Response(
            _archive(archives.archive_state(actor=self.actor, run=run)), status=202, headers={"Location": follow}
        )

    @extend_schema(responses=_file(ZIP, "All papers but the one with account numbers, with their hashes."))
    def archive_file(self, request: Request, public_id: str) -> HttpResponseBase:
        """The archive: a small one at once, else the newest packed one."""
        run = self.run()
        taken = archives.taken_archive(actor=self.actor, run=run)
        name = f"{archives.archive_name(run)}.zip"
        if isinstance(taken, Path):
            return file_answer(taken, kind=ZIP, name=name)
        answer = StreamingHttpResponse(taken, content_type=ZIP)
        return _named(answer, name)

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"kind"} if self.action in {"preview", "workbook"} else ())

    def run(self) -> Run:
        """The run of the address, for those who may see runs."""
        require_money(self.actor, "run.see")
        return run_of(self.kwargs["public_id"])


class PaperView(PortalView):
    """One rendered paper."""

    money = True
    queryset = Paper.unscoped.none()

    @extend_schema(responses=_file(PDF, "The issued file."))
    def file(self, request: Request, public_id: str) -> HttpResponseBase:
        """The file as it was issued. 409 `paper_not_kept` for the list with account numbers."""
        paper = self.paper()
        path = papers_kept.paper_file(actor=self.actor, paper=paper)
        return file_answer(path, kind=PDF, name=f"{plain_name(f'{paper.kind}-{paper.number}')}.pdf")

    @extend_schema(request=None, responses=ReprintShape)
    def again(self, request: Request, public_id: str) -> Response:
        """Prints it once more from the frozen copies and compares; nothing is kept."""
        self.read(StrictBody)
        return Response(asdict(papers_kept.prove_paper(actor=self.actor, paper=self.paper())))

    def paper(self) -> Paper:
        """One that the caller may not take does not exist for them."""
        found = Paper.objects.select_related("run", "statement").filter(public_id=self.kwargs["public_id"]).first()
        if found is None or not papers_kept.may_take(self.actor, found):
            raise DomainError("not_found")
        return found


class WithholdingView(PortalView):
    """Thuế khấu trừ của một năm."""

    money = True
    queryset = Paper.unscoped.none()
    pagination_class = None

    @extend_schema(parameters=[YEAR], responses=YearPerson(many=True), filters=False)
    def people(self, request: Request) -> Response:
        """Everybody who was paid in the year, by the payment dates of the runs."""
        kinds = tax_kinds()
        names = ("name", "unit", "tax_status", "payments", "gross", "tax", "net")
        return Response(
            [
                {name: getattr(one, name) for name in names}
                | {"tax_status_label": kinds.get(one.tax_status, one.tax_status)}
                for one in withholding_years.people_of_year(actor=self.actor, year=self.year())
            ]
        )

    @extend_schema(parameters=[YEAR], responses=_file(PDF, "The year's list, numbers of persons masked."))
    def pdf(self, request: Request) -> HttpResponseBase:
        """The list to print and sign."""
        year = self.year()
        return _made(withholding_years.year_list(actor=self.actor, year=year), PDF, f"khau-tru-thue-{year}.pdf")

    @extend_schema(request=YearBody, responses=_file(XLSX, "One row for each person who was taxed."))
    def certificates(self, request: Request) -> HttpResponseBase:
        """Data of certificates of withholding with tax codes in full; on record."""
        year = self.read(YearBody)["year"]
        content = withholding_years.certificate_data(actor=self.actor, year=year)
        return _made(content, XLSX, f"chung-tu-khau-tru-{year}.xlsx")

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"year"} if self.action in {"people", "pdf"} else ())

    def year(self) -> int:
        reader = YearBody(data={"year": self.request.query_params.get("year")})
        reader.is_valid(raise_exception=True)
        return int(reader.validated_data["year"])


class InternalRulesView(PortalView):
    """Dự thảo quy chế chi nhuận bút."""

    money = True
    queryset = Run.unscoped.none()

    @extend_schema(responses=_file(DOCX, "Editable; the office numbers and signs it."))
    def retrieve(self, request: Request) -> HttpResponseBase:
        """A draft of the internal rules from the schedule in force today."""
        return _made(office_papers.internal_rules_draft(actor=self.actor), DOCX, "quy-che-chi-nhuan-but.docx")


def _shelved(row: Any) -> dict[str, Any]:
    paper = row.paper
    names = ("kind", "label", "number", "code", "may_take", "previewed", "with_accounts")
    file = paper and {
        "id": paper.public_id,
        **{name: getattr(paper, name) for name in ("sha256", "size", "template_version", "rendered_at")},
    }
    return {name: getattr(row, name) for name in names} | {"file": file}


def _archive(state: archives.ArchiveState) -> dict[str, Any]:
    archive = state.archive
    return {
        "small": state.small,
        "complete": state.ready,
        "done": archive.done if archive else 0,
        "total": archive.total if archive else 0,
        "built_at": archive.built_at if archive else None,
        "size": archive.size if archive else 0,
        "sha256": archive.sha256 if archive else "",
        "failed": state.failed,
    }


def _made(content: bytes, kind: str, name: str) -> HttpResponseBase:
    return _named(HttpResponse(content, content_type=kind), name)


def _named(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
