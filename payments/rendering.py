"""Files of issued papers: rendered from frozen copies, as often as needed, to the same bytes. Runs in workers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from contributors.actors import Actor
from contributors.events import record_event
from contributors.files import KeptFile, keep_file, keep_files
from contributors.jobs import schedule_jobs
from contributors.models import OfficeNoticeKind
from contributors.office_notices import holders_of, tell
from contributors.papers.fonts import Faces, load_faces
from payments.errors import PaymentError
from payments.issuing import RUN_PAPER_TASK
from payments.models import Paper, PaperKind, Run, RunSheet, RunState, Statement
from payments.paper_rows import issued_rows
from payments.papers.payment_list import render_payment_list
from payments.papers.statement import render_statement
from payments.run_messages import tell_statements_ready
from payments.run_printing import Material, file_rows, printed
from payments.run_sheets import FIRST, LAST, frozen_heads, rows_of
from payments.statements import frozen_list, frozen_sheet

TEMPLATE_VERSION = 1


def faces() -> Faces:
    """The type faces of papers: Source Serif, or those of the folder that the operator names."""
    return load_faces(settings.FONT_FOLDER or None)


def render_statements(*, run_id: int, first: int, last: int) -> int:
    """Render the statements numbered `first` to `last` that have no file yet; returns how many it made.

    Every file is whole before the rows that name them: a worker killed anywhere leaves nothing half done.
    """
    run = Run.objects.get(pk=run_id)
    waiting = list(
        Statement.objects.filter(run=run, number__gte=first, number__lte=last)
        .exclude(Exists(Paper.objects.filter(statement=OuterRef("pk"), template_version=TEMPLATE_VERSION)))
        .order_by("number")
    )
    contents = [render_statement(frozen_sheet(statement), faces=faces()) for statement in waiting]
    kept = keep_files(folder="papers", contents=contents, suffix=".pdf")
    made = _record(
        [
            _paper(run, kind=PaperKind.STATEMENT, number=f"{statement.number}/{statement.year}", kept=file)
            for statement, file in zip(waiting, kept, strict=True)
        ],
        statements=waiting,
    )
    close_batch(run)
    return made


def render_list(*, run_id: int) -> int:
    """Render the payment list of an issued run unless it is there."""
    run = Run.objects.get(pk=run_id)
    known = Paper.objects.filter(run=run, kind=PaperKind.PAYMENT_LIST, template_version=TEMPLATE_VERSION)
    made = 0
    if not known.exists():
        sheet = frozen_list(run)
        content = render_payment_list(sheet, issued_rows(run, {}).entries(), faces=faces())
        kept = keep_file(folder="papers", content=content, suffix=".pdf")
        year = sheet.issued_on.year if sheet.issued_on else run.payment_date.year
        made = _record([_paper(run, kind=PaperKind.PAYMENT_LIST, number=f"{run.list_number}/{year}", kept=kept)])
    close_batch(run)
    return made


def render_run_paper(*, run_id: int, sheet_id: int) -> int:
    """Render one paper about a whole run unless it is there. The one with account numbers leaves its hash only."""
    run = Run.objects.get(pk=run_id)
    sheet = RunSheet.objects.get(pk=sheet_id, run=run)
    known = Paper.objects.filter(run=run, kind=sheet.kind, template_version=TEMPLATE_VERSION)
    made = 0
    if not known.exists():
        content = run_paper_bytes(run, sheet.kind)
        if sheet.kind == PaperKind.BENEFICIARIES:
            kept = KeptFile(path="", sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        else:
            kept = keep_file(folder="papers", content=content, suffix=".pdf")
        made = _record([_paper(run, kind=sheet.kind, number=f"{sheet.number}/{sheet.year}", kept=kept)])
    close_batch(run)
    return made


def run_paper_bytes(run: Run, kind: str) -> bytes:
    """A paper of an issued run from its frozen copies: the same bytes each time.

    The treasury's paper has whole account numbers. Raises `paper_numbers_gone` once they have been erased by law,
    `paper_not_ready` for a kind that the run has not.
    """
    heads = frozen_heads(run)
    if kind != PaperKind.PAYMENT_LIST and kind not in heads:
        raise PaymentError("paper_not_ready")
    rows = rows_of(run, heads[kind]) if kind in heads else issued_rows(run, {})
    material = Material(heads, frozen_list(run), rows, lambda: file_rows(run, TEMPLATE_VERSION), in_full=True)
    if kind in {PaperKind.BENEFICIARIES, PaperKind.DOSSIER} and accounts_gone(run, heads[kind].transfers):
        raise PaymentError("paper_numbers_gone")
    return printed(kind, material, faces=faces())


def accounts_gone(run: Run, transfers: int) -> bool:
    """Whether numbers that the paper had were erased since: it cannot be printed again, only its hash stays."""
    left = Statement.objects.filter(run=run, net__gt=0).exclude(payee_details__bank_account_tail="").count()
    return left < transfers


def _paper(run: Run, *, kind: str, number: str, kept: KeptFile) -> Paper:
    return Paper(
        portal_id=run.portal_id,
        kind=kind,
        run=run,
        template_version=TEMPLATE_VERSION,
        number=number,
        sha256=kept.sha256,
        size=kept.size,
        path=kept.path,
        rendered_at=timezone.now(),
    )


def _record(papers: Sequence[Paper], *, statements: Sequence[Statement] = ()) -> int:
    """One row per paper, of the run or each of its statement, unless there was one; returns how many are new."""
    for paper, statement in zip(papers, statements, strict=False):
        paper.run, paper.statement = None, statement
    Paper.objects.bulk_create(papers, ignore_conflicts=True)
    return Paper.objects.filter(public_id__in=[paper.public_id for paper in papers]).count()


def close_batch(run: Run) -> bool:
    """Mark the run's papers complete, once, by whoever finds the last one there; then cover and dossier follow."""
    with transaction.atomic():
        # The list comes last: until it is there nobody counts, or ten thousand papers would be counted 500 times.
        if not Paper.objects.filter(run=run, kind=PaperKind.PAYMENT_LIST, template_version=TEMPLATE_VERSION).exists():
            return False
        statements = Statement.objects.filter(run=run).count()
        papers = Paper.objects.filter(statement__run=run, template_version=TEMPLATE_VERSION).count()
        others = Paper.objects.filter(
            run=run, kind__in=[PaperKind.PAYMENT_LIST, *FIRST], template_version=TEMPLATE_VERSION
        ).count()
        sheets = dict(RunSheet.objects.filter(run=run).values_list("kind", "pk"))
        if papers < statements or others < 1 + len(sheets.keys() & set(FIRST)):
            return False
        closed = Run.objects.filter(
            pk=run.pk, papers_ready_at__isnull=True, state__in=[RunState.ISSUED, RunState.CLOSED]
        ).update(papers_ready_at=timezone.now())
        if closed:
            record_event(
                actor=Actor(kind="system", portal_id=run.portal_id),
                kind="run.papers_ready",
                subject=run,
                facts={"papers": papers + others},
            )
            # Cover and dossier tell the hashes of all the others, so they are promised when these are there: once.
            schedule_jobs(
                portal_id=run.portal_id,
                task=RUN_PAPER_TASK,
                each=[{"run_id": run.pk, "sheet_id": sheets[kind]} for kind in LAST if kind in sheets],
            )
            tell_statements_ready(Actor(kind="system", portal_id=run.portal_id), run)
            tell(
                portal=run.portal,
                kind=OfficeNoticeKind.PAPERS_READY,
                key=str(run.pk),
                accounts=holders_of(run.portal, ["accountant"]) | {run.approved_by_id or run.issued_by_id or 0},
                subject=run,
                title=run.label,
            )
        return bool(closed)
