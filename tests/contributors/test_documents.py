"""Documents: singly with a file or an address, by spreadsheet all or none, counted apart."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import document_sheets, documents
from contributors.documents import DocumentToPost, document_counts, post_document
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Credit, DocumentFile, Event, Job, Piece, PieceState, Revision, SheetImport
from contributors.output import figures
from contributors.spreadsheets import write_table

PDF = b"%PDF-1.7\n%invented"
HEADINGS = [names[0] for names in document_sheets.COLUMNS.values()]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def plan(number: str = "45/KH-UBND", **fields) -> DocumentToPost:
    given = {"kind": "Kế hoạch", "title": "Kế hoạch ra quân dọn đường", "issuer": "UBND xã"}
    return DocumentToPost(
        number=number, **(given | {"issued_on": date(2026, 7, 1), "signer": "Nguyễn Văn Ký"} | fields)
    )


def post(world, document: DocumentToPost, **fields) -> Piece:
    return post_document(actor=world.actor("deputy"), client_key=uuid.uuid4(), document=document, **fields)


def test_a_document_goes_up_as_a_file_without_an_address(cell):
    piece = post(cell, plan(), file=("Kế hoạch.PDF", PDF))
    stored = DocumentFile.objects.get(piece=piece)
    assert (piece.state, piece.published_url, piece.version) == (PieceState.PUBLISHED, None, 2)
    assert (piece.document_number, piece.document_issuer, piece.document_on) == (
        *("45/KH-UBND", "UBND xã"),
        date(2026, 7, 1),
    )
    assert (stored.file_name, stored.content_type, stored.size) == ("Kế hoạch.PDF", "application/pdf", len(PDF))
    assert open_kept(stored.path).read_bytes() == PDF
    credit = Credit.objects.get(piece=piece)
    assert (credit.role, credit.source, credit.contributor_id) == ("data_provider", "log", cell.people["deputy"].pk)
    kinds = (
        Event.objects.filter(subject_type="piece", subject_id=piece.pk).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["piece.started", "document.filed", "piece.publish_document"]
    assert not Job.objects.filter(task="contributors.print_piece").exists()


def test_a_document_at_an_address_and_the_same_press_twice(cell):
    key, actor = uuid.uuid4(), cell.actor("deputy")
    document = plan(url="https://xa.example/van-ban/45")
    one, again = (post_document(actor=actor, client_key=key, document=document) for _ in range(2))
    assert (one.pk, one.published_url) == (again.pk, "https://xa.example/van-ban/45")
    assert Piece.objects.count() == 1


def test_a_refused_document_leaves_nothing(cell):
    post(cell, plan(url="https://xa.example/van-ban/45"))
    before = (Piece.objects.count(), Event.objects.count(), Revision.objects.count())
    for document, file, code in (
        (plan(), None, "document_without_place"),
        (plan(" "), ("a.pdf", PDF), "document_number_missing"),
        (plan(title="\u200b"), ("a.pdf", PDF), "title_missing"),
        (plan(), ("a.pdf", PDF), "document_there"),
        (plan("46", url="https://xa.example/van-ban/45"), None, "url_used"),
        (plan("46", url="ftp://xa"), None, "url_malformed"),
        (plan("46"), ("a.pdf", b"MZ a program"), "document_file_kind"),
        (plan("46"), ("a.exe", PDF), "document_file_kind"),
        (plan("46"), ("a.pdf", b"%PDF-" + b"x" * documents.MOST_BYTES), "document_file_large"),
    ):
        with pytest.raises(DomainError) as refused:
            post(cell, document, file=file)
        assert refused.value.code == code
    assert (Piece.objects.count(), Event.objects.count(), Revision.objects.count()) == before
    for by in ("head", "publisher", "lan", "admin"):
        with pytest.raises(DomainError, match="not_allowed"):
            post_document(actor=cell.actor(by), client_key=uuid.uuid4(), document=plan("9", url="https://xa.example/9"))


def test_documents_are_counted_apart(cell):
    post(cell, plan(url="https://xa.example/1"))
    post(cell, plan("46", url="https://xa.example/2"))
    post(cell, plan("1", kind="Quyết định", url="https://xa.example/3"))
    post(cell, plan("2", issued_on=date(2025, 7, 1), url="https://xa.example/4"))
    counts = [(row.kind, row.count) for row in document_counts(date(2026, 1, 1), date(2027, 1, 1))]
    assert counts == [("Kế hoạch", 2), ("Quyết định", 1)]
    shown = figures(cell.portal, date(2026, 7, 1), date(2026, 8, 1))
    assert (shown.news, shown.documents) == (0, 4)


def sheet(*rows) -> bytes:
    return write_table(HEADINGS, rows, "Văn bản")


def row(number: str, url: str, **fields) -> list:
    given = {
        "kind": "Kế hoạch",
        "title": f"Trích yếu {number}",
        "issuer": "UBND xã",
        "issued_on": "01/07/2026",
        "signer": "Nguyễn Văn Ký",
        "posted_on": "02/07/2026",
    } | fields
    return [
        *(number, given["kind"], given["title"], given["issuer"], given["issued_on"], given["signer"]),
        *(url, given["posted_on"]),
    ]


def test_a_sheet_is_checked_row_by_row_and_nothing_is_written(cell):
    post(cell, plan("1/KH", url="https://xa.example/1"))
    content = sheet(
        row("1/KH", "https://xa.example/1", title="Đã có"),
        row("2/KH", "https://xa.example/2"),
        row("2/KH", "https://xa.example/3"),
        row("", "xa.example/4", title=""),
        row("5/KH", "https://xa.example/1"),
        row("6/KH", "https://xa.example/6", issued_on="32/13/2026", posted_on="01/01/2030"),
        row("7" * 101, "https://xa.example/7"),
    )
    actor = cell.actor("deputy")
    checked = document_sheets.check_documents_sheet(actor=actor, content=content, file_name="vb.xlsx")
    verdicts = [(verdict.verdict, verdict.problems) for verdict in document_sheets.document_verdicts(checked)]
    assert verdicts == [
        ("there", ()),
        ("new", ()),
        ("wrong", ("twice",)),
        ("wrong", ("number", "title", "url")),
        ("wrong", ("twice", "url_used")),
        ("wrong", ("issued_on", "posted_on")),
        ("wrong", ("long",)),
    ]
    assert (checked.kind, checked.rows, checked.wrong_rows) == ("document", 7, 5)
    with pytest.raises(DomainError, match="sheet_has_wrong_rows"):
        document_sheets.confirm_documents_sheet(actor=actor, sheet=checked)
    assert Piece.objects.count() == 1


def test_a_whole_sheet_is_written_in_a_constant_number_of_statements_and_once(cell):
    actor, counts = cell.actor("deputy"), []
    for size in (2, 300):
        rows = [row(f"{size}-{nth}/QĐ", f"https://xa.example/{size}/{nth}", kind="Quyết định") for nth in range(size)]
        checked = document_sheets.check_documents_sheet(actor=actor, content=sheet(*rows), file_name="a.xlsx")
        path = open_kept(checked.path)
        with CaptureQueriesContext(connection) as queries:
            done = document_sheets.confirm_documents_sheet(actor=actor, sheet=checked)
        counts.append(len(queries))
        assert (done.state, done.written, path.exists()) == ("done", size, True)  # the file goes when this commits
        with pytest.raises(DomainError, match="sheet_answered"):
            document_sheets.confirm_documents_sheet(actor=actor, sheet=checked)
    assert counts[0] == counts[1]
    pieces = Piece.objects.filter(document_type="Quyết định")
    assert (pieces.count(), Credit.objects.filter(piece__in=pieces).count()) == (302, 302)
    assert Revision.objects.filter(piece__in=pieces, number=1).count() == 302
    first = pieces.order_by("pk").first()
    assert (first.document_issuer, first.published_at.isoformat()) == ("UBND xã", "2026-07-02T05:00:00+00:00")
    kinds = (
        Event.objects.filter(subject_type="piece", subject_id=first.pk).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["piece.started", "piece.publish_document"]
    again = document_sheets.check_documents_sheet(actor=actor, content=sheet(*rows), file_name="a.xlsx")
    assert {verdict.verdict for verdict in document_sheets.document_verdicts(again)} == {"there"}
    document_sheets.discard_documents_sheet(actor=actor, sheet=again)
    assert SheetImport.objects.get(pk=again.pk).state == "discarded"


def test_a_sheet_asks_for_the_right_and_for_its_headings(cell):
    for by in ("head", "publisher", "lan"):
        with pytest.raises(DomainError, match="not_allowed"):
            document_sheets.check_documents_sheet(actor=cell.actor(by), content=sheet(), file_name="a.xlsx")
    deputy = cell.actor("deputy")
    with pytest.raises(DomainError, match="sheet_empty"):
        document_sheets.check_documents_sheet(actor=deputy, content=sheet(), file_name="a.xlsx")
    with pytest.raises(DomainError, match="headings_missing"):
        document_sheets.check_documents_sheet(
            actor=deputy, content=write_table(["Số, ký hiệu"], [["1"]], "x"), file_name="a.xlsx"
        )
    template = document_sheets.check_documents_sheet(
        actor=deputy, content=document_sheets.documents_template(), file_name="mau.xlsx"
    )
    assert [verdict.verdict for verdict in document_sheets.document_verdicts(template)] == ["new"]
