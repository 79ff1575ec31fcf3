"""Files of issued papers: rendered from frozen copies, as often as needed, to the same bytes. Runs in workers."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from contributors.actors import Actor
from contributors.events import record_event
from contributors.files import KeptFile, keep_file, keep_files
from contributors.papers.fonts import Faces, load_faces
from payments.models import Paper, PaperKind, Run, RunState, Statement
from payments.papers.payment_list import render_payment_list
from payments.papers.statement import render_statement
from payments.statements import frozen_list, frozen_sheet, list_entries

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
        content = render_payment_list(sheet, list_entries(run), faces=faces())
        kept = keep_file(folder="papers", content=content, suffix=".pdf")
        year = sheet.issued_on.year if sheet.issued_on else run.payment_date.year
        made = _record([_paper(run, kind=PaperKind.PAYMENT_LIST, number=f"{run.list_number}/{year}", kept=kept)])
    close_batch(run)
    return made


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
    """Mark the run's papers complete, once, by whoever finds the last one there."""
    with transaction.atomic():
        # The list comes last: until it is there nobody counts, or ten thousand papers would be counted 500 times.
        if not Paper.objects.filter(run=run, kind=PaperKind.PAYMENT_LIST, template_version=TEMPLATE_VERSION).exists():
            return False
        statements = Statement.objects.filter(run=run).count()
        papers = Paper.objects.filter(statement__run=run, template_version=TEMPLATE_VERSION).count()
        if papers < statements:
            return False
        closed = Run.objects.filter(
            pk=run.pk, papers_ready_at__isnull=True, state__in=[RunState.ISSUED, RunState.CLOSED]
        ).update(papers_ready_at=timezone.now())
        if closed:
            record_event(
                actor=Actor(kind="system", portal_id=run.portal_id),
                kind="run.papers_ready",
                subject=run,
                facts={"papers": papers + 1},
            )
        return bool(closed)
