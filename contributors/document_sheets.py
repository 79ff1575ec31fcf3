"""Documents from a spreadsheet: every row's verdict first, nothing written until confirmed, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db import transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.documents import document_genre, lock_documents
from contributors.drafting import TITLE_LIMIT, unit_id_on
from contributors.errors import DomainError
from contributors.events import record_event, record_events
from contributors.files import keep_file, open_kept
from contributors.models import (
    CountsAs,
    Credit,
    CreditSource,
    ImportKind,
    ImportState,
    Piece,
    PieceState,
    Portal,
    Revision,
    Role,
    SheetImport,
)
from contributors.names import plain_text, search_key
from contributors.newsroom import URL_LIMIT
from contributors.spreadsheets import TableRow, read_table, write_table

MOST_DOCUMENTS = 2000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("Số, ký hiệu", "Số ký hiệu", "Số hiệu", "Số văn bản"),
    "kind": ("Loại văn bản", "Loại"),
    "title": ("Trích yếu", "Nội dung", "Tên văn bản", "Trích yếu nội dung"),
    "issuer": ("Cơ quan ban hành", "Nơi ban hành"),
    "issued_on": ("Ngày ban hành", "Ngày văn bản", "Ngày ký"),
    "signer": ("Người ký",),
    "url": ("Địa chỉ trên trang", "Địa chỉ", "Đường dẫn", "Link"),
    "posted_on": ("Ngày đăng",),
}
LIMITS: Mapping[str, int] = {"number": 100, "kind": 60, "title": TITLE_LIMIT, "issuer": 200, "signer": 200}
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
SUFFIXES = frozenset({"xlsx", "xls", "ods", "csv", "txt", "tsv"})
Key = tuple[str, str, str, date | None]


@dataclass(frozen=True, slots=True)
class DocumentVerdict:
    """What becomes of a row. `problems`: number, title, long, issued_on, posted_on, url, url_used, twice."""

    number: int
    document: Mapping[str, str]
    issued_on: date | None
    posted_on: date | None
    verdict: Literal["new", "there", "wrong"]
    problems: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What makes a document the same one."""
        return (self.document["number"], self.document["kind"], self.document["issuer"], self.issued_on)


def check_documents_sheet(*, actor: Actor, content: bytes, file_name: str) -> SheetImport:
    """Keep the file and say what its rows would do. Raises what `read_table` does, `sheet_empty`."""
    require(actor, "document.publish")
    verdicts = _verdicts(content, file_name)
    if not verdicts:
        raise DomainError("sheet_empty", field="file")
    suffix = file_name.rpartition(".")[2].lower()
    # A folder per portal: the same file in two portals is deleted in one and stays in the other.
    kept = keep_file(
        folder=f"imports/{actor.portal_id}", content=content, suffix=f".{suffix}" if suffix in SUFFIXES else ".bin"
    )
    with transaction.atomic():
        sheet = SheetImport.objects.create(
            portal_id=actor.portal_id,
            kind=ImportKind.DOCUMENTS,
            file_name=plain_text(file_name)[-200:],
            path=kept.path,
            sha256=kept.sha256,
            rows=len(verdicts),
            wrong_rows=sum(row.verdict == "wrong" for row in verdicts),
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        facts = {"rows": sheet.rows, "wrong": sheet.wrong_rows, "sha256": sheet.sha256}
        record_event(actor=actor, kind="documents_sheet.checked", subject=sheet, facts=facts)
    return sheet


def documents_sheet(actor: Actor, public_id: uuid.UUID) -> SheetImport:
    """One of these sheets. Raises `not_allowed`, `not_found`."""
    require(actor, "document.publish")
    sheet = SheetImport.objects.filter(public_id=public_id, kind=ImportKind.DOCUMENTS).first()
    if sheet is None:
        raise DomainError("not_found")
    return sheet


def document_verdicts(sheet: SheetImport) -> list[DocumentVerdict]:
    """Every row against the documents of now. Raises `sheet_answered` once the file is gone."""
    return _verdicts(_content(sheet), sheet.file_name)


def confirm_documents_sheet(*, actor: Actor, sheet: SheetImport) -> SheetImport:
    """Post every new document of the sheet, or none. Raises `sheet_has_wrong_rows`, `sheet_answered`."""
    require(actor, "document.publish")
    with transaction.atomic():
        row = _locked(sheet)
        lock_documents(actor)
        verdicts = _verdicts(_content(row), row.file_name)
        wrong = sum(verdict.verdict == "wrong" for verdict in verdicts)
        if wrong:
            raise DomainError("sheet_has_wrong_rows", count=wrong)
        new = [verdict for verdict in verdicts if verdict.verdict == "new"]
        _write(actor, row, new)
        _end(actor, row, ImportState.DONE, len(new))
    return row


def discard_documents_sheet(*, actor: Actor, sheet: SheetImport) -> SheetImport:
    """Nothing is written, the file goes. Raises `sheet_answered`."""
    require(actor, "document.publish")
    with transaction.atomic():
        row = _locked(sheet)
        _end(actor, row, ImportState.DISCARDED, 0)
    return row


def documents_template() -> bytes:
    """An empty sheet with our headings and a row to overwrite."""
    row = [
        *("45/KH-UBND", "Kế hoạch", "Kế hoạch ra quân dọn đường làng", "UBND xã", "05/01/2026", "Nguyễn Văn Mẫu"),
        *("https://xa-mau.example/van-ban/45", "06/01/2026"),
    ]
    return write_table([names[0] for names in COLUMNS.values()], [row], "Văn bản")


def _write(actor: Actor, sheet: SheetImport, rows: Sequence[DocumentVerdict]) -> None:
    """Pieces, credits, revisions and events, each in one statement or a few."""
    portal = Portal.objects.get(pk=actor.portal_id)
    genre = document_genre()
    unit_id = unit_id_on(actor.contributor_pk, clock.today(portal.time_zone))
    noon, now = time(12, tzinfo=ZoneInfo(portal.time_zone)), clock.now()
    pieces = Piece.objects.bulk_create(
        Piece(
            portal_id=portal.pk,
            client_key=uuid.uuid4(),
            genre=genre,
            contributor_id=actor.contributor_pk,
            created_by_id=actor.account_pk,
            created_at=now,
            state=PieceState.PUBLISHED,
            state_since=now,
            version=2,
            revision_number=1,
            title=row.document["title"],
            search_key=search_key(row.document["title"])[:500],
            document_number=row.document["number"],
            document_type=row.document["kind"],
            document_issuer=row.document["issuer"],
            document_signer=row.document["signer"],
            document_on=row.issued_on,
            published_url=row.document["url"],
            published_at=min(now, datetime.combine(row.posted_on, noon)) if row.posted_on else now,
        )
        for row in rows
    )
    Revision.objects.bulk_create(
        Revision(
            portal_id=portal.pk, piece=piece, number=1, title=piece.title, saved_by_id=actor.account_pk, saved_at=now
        )
        for piece in pieces
    )
    Credit.objects.bulk_create(
        Credit(
            portal_id=portal.pk,
            piece=piece,
            contributor_id=actor.contributor_pk,
            role=Role.DATA_PROVIDER,
            source=CreditSource.LOG,
            unit_id=unit_id,
        )
        for piece in pieces
    )
    started = {"genre": genre.code, "contributor": actor.contributor_pk, "import": sheet.pk}
    moved = {"from": PieceState.DRAFT.value, "to": PieceState.PUBLISHED.value, "revision": 1, "import": sheet.pk}
    for kind, facts in (("piece.started", started), ("piece.publish_document", moved)):
        each = [(piece.pk, facts, None) for piece in pieces]
        record_events(actor=actor, kind=kind, subject=Piece, each=each)


def _end(actor: Actor, row: SheetImport, state: str, written: int) -> None:
    path = row.path
    row.state, row.written, row.path, row.ended_at = state, written, "", clock.now()
    row.save(update_fields=["state", "written", "path", "ended_at"])
    record_event(actor=actor, kind=f"documents_sheet.{state}", subject=row, facts={"written": written})
    transaction.on_commit(lambda: _forget(path))


def _forget(path: str) -> None:
    """The file goes, unless another check of the same content still waits for it."""
    if path and not SheetImport.unscoped.filter(path=path).exists():
        open_kept(path).unlink(missing_ok=True)


def _locked(sheet: SheetImport) -> SheetImport:
    row = SheetImport.objects.select_for_update().filter(pk=sheet.pk, kind=ImportKind.DOCUMENTS).first()
    if row is None:
        raise DomainError("not_found")
    if row.state != ImportState.CHECKED:
        raise DomainError("sheet_answered")
    return row


def _content(sheet: SheetImport) -> bytes:
    if sheet.state != ImportState.CHECKED or not sheet.path:
        raise DomainError("sheet_answered")
    try:
        return open_kept(sheet.path).read_bytes()
    except FileNotFoundError:
        raise DomainError("sheet_answered") from None


def _verdicts(content: bytes, file_name: str) -> list[DocumentVerdict]:
    table = read_table(content=content, file_name=file_name, columns=COLUMNS, most_rows=MOST_DOCUMENTS)
    table.require("number", "title", "url")
    there: set[Key] = set(
        Piece.objects.filter(genre__counts_as=CountsAs.DOCUMENT, state=PieceState.PUBLISHED).values_list(
            "document_number", "document_type", "document_issuer", "document_on"
        )
    )
    addresses = {row.cells["url"].strip() for row in table.rows}
    used = set(Piece.objects.filter(published_url__in=addresses).values_list("published_url", flat=True))
    seen: set[Key] = set()
    seen_urls: set[str] = set()
    return [_verdict(row, there, used, seen, seen_urls) for row in table.rows]


def _verdict(
    row: TableRow, there: set[Key], used: set[str | None], seen: set[Key], seen_urls: set[str]
) -> DocumentVerdict:
    cells = {name: plain_text(row.cells[name]) for name in COLUMNS}
    issued_on, posted_on = _day(cells["issued_on"]), _day(cells["posted_on"])
    key: Key = (cells["number"], cells["kind"], cells["issuer"], issued_on)
    problems = [name for name in ("number", "title") if not cells[name]]
    if any(len(cells[name]) > limit for name, limit in LIMITS.items()):
        problems.append("long")
    if cells["issued_on"] and issued_on is None:
        problems.append("issued_on")
    if (cells["posted_on"] and posted_on is None) or (posted_on and posted_on > clock.today()):
        problems.append("posted_on")
    if not _is_address(cells["url"]):
        problems.append("url")
    if key in seen or (cells["url"] and cells["url"] in seen_urls):
        problems.append("twice")
    if key not in there and cells["url"] in used:
        problems.append("url_used")
    seen.add(key)
    seen_urls.add(cells["url"])
    known: Literal["new", "there"] = "there" if key in there else "new"
    return DocumentVerdict(
        number=row.number,
        document=cells,
        issued_on=issued_on,
        posted_on=posted_on,
        verdict="wrong" if problems else known,
        problems=tuple(problems),
    )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:  # brackets that are no IPv6 address
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text and len(text) <= URL_LIMIT


def _day(text: str) -> date | None:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day
        except ValueError:
            continue
    return None
