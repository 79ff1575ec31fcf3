"""What cannot be asked in SQL: files against their hashes, and the chain of the log. From the last mark on, or all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from contributors.events import GENESIS, broken_link, last_link
from contributors.files import open_kept
from contributors.models import Portal
from payments.books.invariant import BookFinding
from payments.models import Paper, VerifiedMark

SHOWN = 20
KEPT_EVERY = 1000


@dataclass(frozen=True, slots=True)
class ReadCheck:
    """Like an `Invariant`, answered by reading instead of by SQL."""

    code: str
    vi: str
    en: str
    read: Callable[[Portal, bool], BookFinding]


def _files(portal: Portal, full: bool) -> BookFinding:  # noqa: FBT001 - one of two modes, as everywhere here
    mark = _mark(portal, "papers")
    begin = 0 if full else mark.until
    broken: list[str] = []
    last = mark.until
    # One kind is kept nowhere: with whole account numbers it is made anew each time (`papers_kept`).
    papers = Paper.unscoped.filter(portal=portal, pk__gt=begin).exclude(path="").order_by("pk")
    for place, paper in enumerate(papers.iterator(chunk_size=500), start=1):
        if not _as_rendered(paper):
            broken.append(paper.number)
        elif not broken:
            last = max(last, paper.pk)
            if place % KEPT_EVERY == 0:  # whoever goes on after a cut begins here
                _set(mark, last)
    _set(mark, last)
    return BookFinding(FILES.code, not broken, ", ".join(broken[:SHOWN]))


def _as_rendered(paper: Paper) -> bool:
    path = open_kept(paper.path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == paper.sha256
    except FileNotFoundError:
        return False


def _log(portal: Portal, full: bool) -> BookFinding:  # noqa: FBT001
    mark = _mark(portal, "chain")
    after, previous = (0, GENESIS) if full or not mark.until else (mark.until, bytes(mark.hash or b""))
    head = last_link(portal_id=portal.pk)  # read first: what is sealed meanwhile is the next check's
    broken = broken_link(portal_id=portal.pk, after=after, previous=previous)
    if broken is not None:
        return BookFinding(LOG.code, ok=False, detail=f"{broken.what} {broken.position}")
    if head is None or head[0] < mark.until:
        # Links were there and are gone: the rest of a chain that was cut off is whole in itself.
        return BookFinding(LOG.code, mark.until == 0, f"gap {mark.until}" if mark.until else "")
    _set(mark, head[0], head[1])
    return BookFinding(LOG.code, ok=True, detail="")


FILES = ReadCheck(
    "files_are_as_rendered",
    "Tệp giấy tờ còn nguyên như lúc in ra.",
    "Files of papers are as they were rendered.",
    _files,
)
LOG = ReadCheck(
    "the_log_is_whole",
    "Nhật ký còn nguyên, không dòng nào bị sửa, bỏ hay chèn.",
    "The log is whole: no entry was changed, taken out or put in.",
    _log,
)


def _mark(portal: Portal, kind: str) -> VerifiedMark:
    mark = VerifiedMark.unscoped.filter(portal=portal, kind=kind).first()
    return mark or VerifiedMark(portal=portal, kind=kind, at=timezone.now())


def _set(mark: VerifiedMark, until: int, link: bytes | None = None) -> None:
    """Two checks at once leave the one or the other mark: both are verified."""
    if until != mark.until or mark.pk is None:
        VerifiedMark.unscoped.update_or_create(
            portal_id=mark.portal_id,
            kind=mark.kind,
            defaults={"until": until, "hash": link, "at": timezone.now()},
        )
