"""Bộ hồ sơ: all papers of a run in the order in which they are signed, as one PDF with its own page numbers.

Printed twice: the first time only to learn how many pages there are. Rows are asked for anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.layout.flow import Block
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.table import Align, Column, dong
from payments.papers.beneficiaries import add_beneficiaries
from payments.papers.cover import add_cover
from payments.papers.ledger import RIGHT_MARGIN, Heads, Ledger, Row, Shape, closing
from payments.papers.payment_list import add_payment_list
from payments.papers.payment_request import add_payment_request
from payments.papers.run_sheet import BeneficiaryRow, FileRow, PersonRow, RunSheet, WorkRow, check_template
from payments.papers.sheets import PaymentListEntry, PaymentListSheet, StatementSheet
from payments.papers.signing_sheets import add_signing_sheets
from payments.papers.statement import add_statement
from payments.papers.summary import add_summary
from payments.papers.withholding import add_withholding

TITLE = "Bộ hồ sơ chi trả nhuận bút"
REGISTER = "DANH SÁCH PHIẾU THANH TOÁN"
MOST_STATEMENTS = 100  # more of them are listed by number and code; each is a file of its own anyway
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN
_FOOT_SIZE = 9.0
_SHAPE = Shape(
    (
        Column("STT", 11 * mm, Align.CENTRE),
        Column("Họ và tên", 66 * mm, Align.LEFT),
        Column("Phiếu số", 18 * mm, Align.CENTRE),
        Column("Mã kiểm tra", 37 * mm, Align.LEFT),
        Column("Thực lĩnh", 33 * mm, Align.RIGHT),
    ),
    (4,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The sheets of the run's papers by kind, and where the rows of each come from. Accounts are masked here."""

    sheets: Mapping[str, RunSheet]
    payment_list: PaymentListSheet
    files: Callable[[], Iterable[FileRow]]
    entries: Callable[[], Iterable[PaymentListEntry]]
    works: Callable[[], Iterable[WorkRow]]
    beneficiaries: Callable[[], Iterable[BeneficiaryRow]]
    people: Callable[[], Iterable[PersonRow]]
    statements: Callable[[], Iterable[tuple[int, StatementSheet]]]


class _Counter(PaperFile):
    """A file that only counts."""

    def add(self, page: Page) -> None:
        self.count += 1
        page.operators.clear()


def render_dossier(contents: Contents, *, faces: Faces | None = None) -> bytes:
    """Cover, request, payment list, summary, beneficiaries (masked), withholding, signing sheets, statements."""
    faces = faces or load_faces()
    sheet = contents.sheets["dossier"]
    check_template(sheet)
    counter = _Counter(size=A4_PORTRAIT, faces=faces, title="", author="", dated=None)
    _add_all(counter, contents, faces)
    total = counter.count

    label = f"{sheet.number_label[:1].lower()}{sheet.number_label[1:]}"
    code = sheet.verification_code and f" · mã kiểm tra {sheet.verification_code}"

    def numbered(page: Page, number: int) -> None:
        setting = faces.regular.font.set(f"Hồ sơ {label}{code} · tờ {number}/{total}")
        page.text_centred(page.width / 2, page.height - 6 * mm, setting, faces.regular, _FOOT_SIZE)

    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title=f"{TITLE}. {sheet.number_label}",
        author=sheet.letterhead.issuing_body,
        dated=sheet.issued_on,
        on_page=numbered,
    )
    _add_all(file, contents, faces)
    return file.data()


def _add_all(file: PaperFile, contents: Contents, faces: Faces) -> None:
    sheets = contents.sheets
    add_cover(file, sheets["cover"], contents.files(), faces=faces)
    add_payment_request(file, sheets["payment_request"], faces=faces)
    add_payment_list(file, contents.payment_list, contents.entries(), faces=faces)
    add_summary(file, sheets["summary"], contents.works(), faces=faces)
    add_beneficiaries(file, sheets["beneficiaries"], contents.beneficiaries(), faces=faces, copy=True)
    add_withholding(file, sheets["withholding"], contents.people(), faces=faces)
    add_signing_sheets(file, sheets["signing_sheets"], contents.people(), faces=faces)
    if sheets["dossier"].payees <= MOST_STATEMENTS:
        for _, statement in contents.statements():
            add_statement(file, statement, faces=faces)
    else:
        _add_register(file, sheets["dossier"], contents.statements(), faces)


def _add_register(
    file: PaperFile, sheet: RunSheet, statements: Iterable[tuple[int, StatementSheet]], faces: Faces
) -> None:
    heads = Heads(title=REGISTER, subtitles=(sheet.run_label, sheet.period))
    ledger = Ledger(file, sheet, heads=heads, shape=_SHAPE, faces=faces)
    for place, (number, one) in enumerate(statements, start=1):
        texts = (str(place), one.payee.full_name, str(number or "…"), one.verification_code, dong(one.net))
        ledger.take(Row(texts, (one.net,)))
    ledger.close(_closing(sheet, faces), stated=[sheet.net])


def _closing(sheet: RunSheet, faces: Faces) -> Iterator[Block]:
    yield from closing(
        sheet,
        (("Gồm:", f"{sheet.payees} phiếu; mỗi phiếu là một tệp riêng trong gói giấy tờ của kỳ."),),
        paper="hồ sơ",
        signers=sheet.signers,
        faces=faces,
        right=_RIGHT,
        words=("Bằng chữ:", sheet.net_in_words),
    )
