"""Which printer prints which kind of paper: the same for issued papers and for drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import translation

from contributors.papers.fonts import Faces
from payments.models import Paper, PaperKind, Run, RunSheet, Statement
from payments.paper_rows import RunRows
from payments.papers import run_sheet as pure
from payments.papers import sheets
from payments.papers.beneficiaries import render_beneficiaries
from payments.papers.cover import render_cover
from payments.papers.dossier import Contents, render_dossier
from payments.papers.notices import render_notices
from payments.papers.payment_list import render_payment_list
from payments.papers.payment_request import render_payment_request
from payments.papers.signing_sheets import render_signing_sheets
from payments.papers.summary import render_summary
from payments.papers.withholding import render_withholding
from payments.run_sheets import FIRST

STATEMENT_BATCH = 500


@dataclass(frozen=True, slots=True)
class Material:
    """All that the papers of a run are printed from. `in_full` puts whole account numbers on the treasury's paper."""

    heads: Mapping[str, pure.RunSheet]
    payment_list: sheets.PaymentListSheet
    rows: RunRows
    files: Callable[[], Iterable[pure.FileRow]]
    in_full: bool = False


def printed(kind: str, material: Material, *, faces: Faces) -> bytes:
    """One paper of a whole run. KeyError for a kind that the run has no head of."""
    rows = material.rows
    if kind == PaperKind.PAYMENT_LIST:
        return render_payment_list(material.payment_list, rows.entries(), faces=faces)
    head = material.heads[kind]
    if kind == PaperKind.DOSSIER:
        return render_dossier(_contents(material), faces=faces)
    printers: Mapping[str, Callable[[], bytes]] = {
        PaperKind.PAYMENT_REQUEST: lambda: render_payment_request(head, faces=faces),
        PaperKind.SUMMARY: lambda: render_summary(head, rows.works(), faces=faces),
        PaperKind.BENEFICIARIES: lambda: render_beneficiaries(
            head, rows.beneficiaries_in_full() if material.in_full else rows.beneficiaries(), faces=faces
        ),
        PaperKind.WITHHOLDING: lambda: render_withholding(head, rows.people(), faces=faces),
        PaperKind.SIGNING_SHEETS: lambda: render_signing_sheets(head, rows.people(), faces=faces),
        PaperKind.NOTICES: lambda: render_notices(head, rows.people(), faces=faces),
        PaperKind.COVER: lambda: render_cover(head, material.files(), faces=faces),
    }
    return printers[kind]()


def _contents(material: Material) -> Contents:
    rows = material.rows
    return Contents(
        sheets=material.heads,
        payment_list=material.payment_list,
        files=material.files,
        entries=rows.entries,
        works=rows.works,
        beneficiaries=rows.beneficiaries,
        people=rows.people,
        statements=rows.statements,
    )


def file_rows(run: Run, template_version: int) -> Iterator[pure.FileRow]:
    """Every paper of a run but cover and dossier, in signing order, statements last; from rows that never change."""
    codes: dict[str, str] = dict(RunSheet.objects.filter(run=run).values_list("kind", "code"))
    codes[PaperKind.PAYMENT_LIST] = (run.list_frozen or {}).get("verification_code", "")
    papers = {
        paper.kind: paper for paper in Paper.objects.filter(run=run, template_version=template_version, statement=None)
    }
    for kind in signing_order():
        if kind in papers:
            paper = papers[kind]
            yield pure.FileRow(name=kind_name(kind), number=paper.number, code=codes[kind], sha256=paper.sha256)
    name = kind_name(PaperKind.STATEMENT)
    for paper in statement_papers(run, template_version).iterator(chunk_size=STATEMENT_BATCH):
        yield pure.FileRow(
            name=name,
            number=paper.number,
            code=(paper.statement.code if paper.statement else "") or "",
            sha256=paper.sha256,
        )


def statement_papers(run: Run, template_version: int) -> QuerySet[Paper]:
    """Files of the run's statements, by number."""
    found: QuerySet[Paper] = (
        Paper.objects.filter(statement__in=Statement.objects.filter(run=run), template_version=template_version)
        .select_related("statement")
        .order_by("statement__number")
        .defer("statement__frozen")
    )
    return found


def draft_file_rows(people: int) -> Callable[[], Iterable[pure.FileRow]]:
    """What will stand on the cover, before anything has a number or a file."""

    def rows() -> Iterator[pure.FileRow]:
        for kind in signing_order():
            yield pure.FileRow(name=kind_name(kind), number="…", code="…", sha256="")
        yield pure.FileRow(name=f"{kind_name(PaperKind.STATEMENT)} ({people})", number="…", code="…", sha256="")

    return rows


def signing_order() -> tuple[PaperKind, ...]:
    """Kinds of a run's papers but cover and dossier."""
    return (FIRST[0], PaperKind.PAYMENT_LIST, *FIRST[1:])


def kind_name(kind: PaperKind) -> str:
    """As papers name it."""
    with translation.override("vi"):
        name = str(kind.label)
    return f"{name[:1].upper()}{name[1:]}"
