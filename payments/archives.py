"""All papers of a run as one zip: streamed at once while it is small, packed by a worker where it is not.

The order, names and times of its files are fixed, so the same papers give the same bytes. The treasury's list with
account numbers is not in it (it is kept nowhere); its copy with the last four digits stands in the dossier.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import open_kept
from contributors.jobs import schedule_job
from contributors.models import Job, JobState
from contributors.packages import plain_name, zipped
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import Paper, PaperKind, Run, RunArchive
from payments.rendering import TEMPLATE_VERSION
from payments.run_printing import kind_name, signing_order, statement_papers
from payments.run_sheets import LAST

ARCHIVE_TASK = "payments.pack_archive"
STREAMED_BYTES = 20 * 1024 * 1024  # more than that is packed in the background
_EVERY = 200  # papers, between two notes of how far it is
_FOLDER = "archives"
README = """Giấy tờ của {label}.

Mỗi tệp có SHA-256 ghi ở SHA256SUMS.txt; kiểm tra bằng lệnh: sha256sum -c SHA256SUMS.txt
Danh sách người thụ hưởng có số tài khoản đầy đủ không nằm trong gói này và không lưu ở đâu: mở ở trang giấy tờ của kỳ
khi cần, mỗi lần mở được ghi lại. Bản che số tài khoản có trong bộ hồ sơ.
"""


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """How far the newest archive is. `failed`: its job will not be tried again by itself."""

    archive: RunArchive | None
    small: bool
    ready: bool
    failed: bool


def archive_state(*, actor: Actor, run: Run) -> ArchiveState:
    """Raises `not_allowed`."""
    require_money(actor, "statement.see")
    archive = RunArchive.objects.filter(run=run).order_by("-pk").first()
    failed = (
        archive is not None
        and archive.built_at is None
        and Job.objects.filter(
            task=ARCHIVE_TASK,
            arguments__archive_id=archive.pk,
            state__in=[JobState.FAILED, JobState.QUARANTINED],
        ).exists()
    )
    return ArchiveState(
        archive=archive, small=_bytes_of(run) <= STREAMED_BYTES, ready=run.papers_ready_at is not None, failed=failed
    )


def stream_archive(*, actor: Actor, run: Run) -> Iterator[bytes]:
    """A small archive, given away while it is written. Raises `papers_not_complete`, `archive_large`."""
    require_money(actor, "statement.see")
    _check_complete(run)
    if _bytes_of(run) > STREAMED_BYTES:
        raise PaymentError("archive_large")
    record_event(actor=actor, kind="run.papers_taken", subject=run, facts={"papers": _papers(run)})
    # Named now: the rows are not asked for any more while the answer is being sent.
    return zipped(list(_files(run)), moment=_moment(run))


def request_archive(*, actor: Actor, run: Run) -> RunArchive:
    """Have a worker pack the archive; the one that is being packed already, if there is one."""
    require_money(actor, "statement.see")
    _check_complete(run)
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)  # two presses at once are one
        going = RunArchive.objects.filter(run=run, built_at__isnull=True).first()
        if going is not None:
            return going
        archive: RunArchive = RunArchive.objects.create(
            portal_id=run.portal_id,
            run=run,
            requested_by_id=actor.account_pk,
            requested_at=clock.now(),
            total=_papers(run),
        )
        record_event(actor=actor, kind="run.archive_asked", subject=run, facts={"papers": archive.total})
        schedule_job(portal_id=run.portal_id, task=ARCHIVE_TASK, archive_id=archive.pk)
    return archive


def archive_file(*, actor: Actor, archive: RunArchive) -> Path:
    """The packed file. Raises `not_allowed`, `paper_not_ready` while it is being packed."""
    require_money(actor, "statement.see")
    if archive.built_at is None or not open_kept(archive.path).exists():
        raise PaymentError("paper_not_ready")
    record_event(actor=actor, kind="run.papers_taken", subject=archive.run, facts={"papers": archive.total})
    return open_kept(archive.path)


def pack_archive(*, archive_id: int) -> bool:
    """Write the archive beside its place, then move it there and say so. Twice is once; a killed worker leaves a
    draft file that the next attempt replaces.
    """
    archive = RunArchive.objects.select_related("run").get(pk=archive_id)
    if archive.built_at is not None:
        return False
    folder = Path(settings.MEDIA_ROOT) / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{archive.public_id}.{secrets.token_hex(4)}"
    digest, size = hashlib.sha256(), 0
    try:
        with draft.open("wb") as out:
            for part in zipped(_noted(archive), moment=_moment(archive.run)):
                out.write(part)
                digest.update(part)
                size += len(part)
            out.flush()
            os.fsync(out.fileno())
        relative = f"{_FOLDER}/{digest.hexdigest()}.zip"
        draft.rename(Path(settings.MEDIA_ROOT) / relative)
    finally:
        draft.unlink(missing_ok=True)
    packed = RunArchive.objects.filter(pk=archive.pk, built_at__isnull=True).update(
        path=relative, sha256=digest.hexdigest(), size=size, done=archive.total, built_at=clock.now()
    )
    _drop_older(archive, relative)
    return bool(packed)


def _drop_older(archive: RunArchive, path: str) -> None:
    """One archive a run is enough: it holds copies alone."""
    for older in RunArchive.objects.filter(run=archive.run, built_at__isnull=False, pk__lt=archive.pk):
        if older.path != path:
            open_kept(older.path).unlink(missing_ok=True)
        older.delete()


def taken_archive(*, actor: Actor, run: Run) -> Path | Iterator[bytes]:
    """What is at hand: a small archive as it is written, else the newest packed one. Raises as these two do."""
    state = archive_state(actor=actor, run=run)
    if state.small or state.archive is None:
        return stream_archive(actor=actor, run=run)
    return archive_file(actor=actor, archive=state.archive)


def archive_name(run: Run) -> str:
    """Readable without accents: "giay-to-thang-07-2026"."""
    return f"giay-to-{plain_name(run.label)}"


def _noted(archive: RunArchive) -> Iterator[tuple[str, Path | bytes]]:
    for place, file in enumerate(_files(archive.run), start=1):
        if place % _EVERY == 0:
            RunArchive.objects.filter(pk=archive.pk, done__lt=place).update(done=place)
        yield file


def _files(run: Run) -> Iterator[tuple[str, Path | bytes]]:
    """Names and files in signing order, statements last; then what proves them."""
    sums: list[str] = []
    for name, paper in named_papers(run):
        sums.append(f"{paper.sha256}  {name}\n")
        yield name, open_kept(paper.path)
    yield "SHA256SUMS.txt", "".join(sums).encode()
    yield "DOC-TRUOC.txt", README.format(label=run.label).encode()


def named_papers(run: Run) -> Iterator[tuple[str, Paper]]:
    """Every kept paper of a run with its name in an archive."""
    papers = {paper.kind: paper for paper in _of_run(run)}
    order = (LAST[0], *signing_order(), LAST[1])
    for place, kind in enumerate(order):
        if kind in papers:
            paper = papers[kind]
            yield f"{place:02d}-{plain_name(kind_name(kind))}-{numbered(paper.number)}.pdf", paper
    for paper in statement_papers(run, TEMPLATE_VERSION).iterator(chunk_size=500):
        yield f"phieu/phieu-thanh-toan-{numbered(paper.number)}.pdf", paper


def numbered(number: str) -> str:
    """From "7/2026" to "2026-00007": names sort as numbers do."""
    first, _, year = number.partition("/")
    return f"{year}-{int(first):05d}"


def _of_run(run: Run) -> Iterable[Paper]:
    found: Iterable[Paper] = Paper.objects.filter(
        run=run, statement__isnull=True, template_version=TEMPLATE_VERSION
    ).exclude(kind=PaperKind.BENEFICIARIES)
    return found


def _papers(run: Run) -> int:
    return Paper.objects.filter(run=run).exclude(kind=PaperKind.BENEFICIARIES).count() + (
        statement_papers(run, TEMPLATE_VERSION).count()
    )


def _bytes_of(run: Run) -> int:
    kept = Paper.objects.filter(run=run).aggregate(sum=Sum("size", default=0))["sum"]
    single = statement_papers(run, TEMPLATE_VERSION).order_by().aggregate(sum=Sum("size", default=0))["sum"]
    return int(kept) + int(single)


def _moment(run: Run) -> datetime:
    return run.issued_at or clock.now()


def _check_complete(run: Run) -> None:
    """All papers are there, cover and dossier too."""
    if run.papers_ready_at is None or _missing_last(run):
        raise PaymentError("papers_not_complete")


def _missing_last(run: Run) -> bool:
    wanted = set(run.sheets.filter(kind__in=LAST).values_list("kind", flat=True))
    there = set(Paper.objects.filter(run=run, kind__in=LAST).values_list("kind", flat=True))
    return bool(wanted - there)


def archive_of(run: Run, public_id: UUID | str) -> RunArchive:
    """By its address. Raises `not_found`."""
    found: RunArchive | None = RunArchive.objects.select_related("run").filter(run=run, public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found
