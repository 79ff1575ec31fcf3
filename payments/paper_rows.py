"""Rows of the papers about a run, each from one frozen statement; as many times as asked for, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils import translation

from payments.models import PayeeDetails, Run, Statement, TaxKind
from payments.papers import sheets
from payments.papers.run_sheet import BeneficiaryRow, PersonRow, WorkRow
from payments.payee_cipher import opened
from payments.payees import masked_account

BATCH = 200


@dataclass(frozen=True, slots=True)
class Frozen:
    """One statement as it is printed, with what stands beside it on its own unchangeable row."""

    number: int
    sheet: sheets.StatementSheet
    tax_status: str
    details: PayeeDetails


@dataclass(frozen=True, slots=True)
class RunRows:
    """All rows of a run. `each` gives its statements anew every time; `banks`: names by BIN as on the day of issue."""

    each: Callable[[], Iterator[Frozen]]
    banks: Mapping[str, str]

    def statements(self) -> Iterator[tuple[int, sheets.StatementSheet]]:
        for one in self.each():
            yield one.number, one.sheet

    def entries(self) -> Iterator[sheets.PaymentListEntry]:
        for one in self.each():
            yield entry_of(one.sheet)

    def people(self) -> Iterator[PersonRow]:
        kinds = tax_kinds()
        for one in self.each():
            yield person_row(one, kinds)

    def works(self) -> Iterator[WorkRow]:
        for one in self.each():
            for line in one.sheet.lines:
                yield WorkRow(unit=one.sheet.payee.unit, genre=line.genre, role=line.role, amount=line.amount)

    def beneficiaries(self) -> Iterator[BeneficiaryRow]:
        """With the last four digits of each account."""
        return self._beneficiaries(masked_account)

    def beneficiaries_in_full(self) -> Iterator[BeneficiaryRow]:
        """With whole account numbers: for the treasury's paper alone, never kept; callers write the event."""
        return self._beneficiaries(lambda details: opened(details, "bank_account"))

    def _beneficiaries(self, account: Callable[[PayeeDetails], str]) -> Iterator[BeneficiaryRow]:
        for one in self.each():
            details, sheet = one.details, one.sheet
            if not is_transfer(one):
                continue
            other = f", nhận thay {sheet.payee.full_name}" if details.other_payee_name else ""
            yield BeneficiaryRow(
                holder=details.account_name or details.other_payee_name or sheet.payee.full_name,
                account=account(details),
                bank=self.banks.get(details.bank_bin, details.bank_bin),
                amount=sheet.net,
                note=f"Phiếu {one.number}{other}" if one.number else other.lstrip(", "),
            )


def is_transfer(one: Frozen) -> bool:
    """Whether the money goes to a bank; else it is paid in cash, or there is nothing to pay."""
    return one.sheet.net > 0 and bool(one.details.bank_account_tail)


def issued_rows(run: Run, banks: Mapping[str, str]) -> RunRows:
    """Rows of an issued run, by the numbers of its statements."""

    def each() -> Iterator[Frozen]:
        found = (
            Statement.objects.filter(run=run)
            .select_related("payee_details__data_key")
            .order_by("number")
            .only("number", "frozen", "tax_status", "payee_details")
        )
        for statement in found.iterator(chunk_size=BATCH):
            yield frozen_of(statement)

    return RunRows(each, banks)


def frozen_of(statement: Statement) -> Frozen:
    """An issued statement."""
    sheet = sheets.StatementSheet.from_json(statement.frozen or {})
    return Frozen(statement.number or 0, sheet, statement.tax_status, statement.payee_details)


def person_row(one: Frozen, kinds: Mapping[str, str]) -> PersonRow:
    sheet = one.sheet
    return PersonRow(
        number=one.number,
        name=sheet.payee.full_name,
        unit=sheet.payee.unit,
        masked_id=sheet.payee.masked_id,
        works=len(sheet.lines),
        amount=sheet.gross + sheet.carried_in - sheet.carried_out,
        tax=sheet.tax,
        net=sheet.net,
        tax_kind=kinds.get(one.tax_status, one.tax_status),
        tax_explanation=sheet.tax_explanation,
    )


def tax_kinds() -> dict[str, str]:
    """Papers are Vietnamese in any language of the page."""
    with translation.override("vi"):
        return {kind.value: str(kind.label) for kind in TaxKind}


def entry_of(sheet: sheets.StatementSheet) -> sheets.PaymentListEntry:
    """A statement as the payment list has it."""
    pen = ", ".join(sheet.payee.pen_names)
    return sheets.PaymentListEntry(
        full_name=sheet.payee.full_name,
        lines=tuple(
            sheets.PaymentListLine(
                pen_name=pen,
                title=line.title,
                genre=line.genre,
                role=line.role,
                published_on=line.published_on,
                coefficient=line.coefficient,
                unit_value=line.unit_value,
                amount=line.amount,
            )
            for line in sheet.lines
        ),
        tax=sheet.tax,
        net=sheet.net,
        carried_in=sheet.carried_in,
        carried_out=sheet.carried_out,
    )
