"""The frozen head of every paper about a whole run but the payment list; its rows are the frozen statements.

One shape for all kinds: each prints what it needs of it, and all of them say the same sums. Money is whole đồng.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from payments.papers.frozen_json import SheetError
from payments.papers.sheets import PaperHead, check_net, check_sum, check_texts

RUN_SHEET_TEMPLATE = 1
CHECK_STATES = ("ok", "warn", "stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the preflight: `state` is `ok`, `warn` or `stop`; `text` says what was found, in Vietnamese."""

    code: str
    state: str
    text: str

    def __post_init__(self) -> None:
        if self.state not in CHECK_STATES:
            raise SheetError(f"no check ends {self.state!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankName:
    """What a bank was called on the day of issue."""

    bin: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSheet(PaperHead):
    """Sums of the run: gross − tax = net = by transfer + in cash; `works` lines of `payees` people.

    `line_total` + `carried_in` − `carried_out` = `gross`. `form` names the form that the paper follows and `form_note`
    what is not certain about it; both "" where there is none. `attached` names the other papers of the run.
    """

    kind: str
    payment_date: date
    fund: str
    budget_code: str
    requester: str
    payees: int
    works: int
    line_total: int
    carried_in: int
    carried_out: int
    gross: int
    tax: int
    net: int
    transfers: int
    transfer_sum: int
    cash: int
    cash_sum: int
    statements: str
    attached: tuple[str, ...]
    banks: tuple[BankName, ...]
    checks: tuple[Check, ...]
    form: str = ""
    form_note: str = ""
    template_version: int = RUN_SHEET_TEMPLATE

    def __post_init__(self) -> None:
        check_texts(self)
        check_net(self.net, self.net_in_words)
        check_sum("gross", self.line_total + self.carried_in - self.carried_out, self.gross)
        check_sum("net", self.gross - self.tax, self.net)
        check_sum("transfers and cash", self.transfer_sum + self.cash_sum, self.net)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person of the run as the papers about people show them, from their statement."""

    number: int
    name: str
    unit: str
    masked_id: str
    works: int
    amount: int
    tax: int
    net: int
    tax_kind: str
    tax_explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeneficiaryRow:
    """To whom a bank pays how much. `account` in full, or masked in copies."""

    holder: str
    account: str
    bank: str
    amount: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One line of one statement, as the summary counts it."""

    unit: str
    genre: str
    role: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A rendered paper: what it is called, its number, its code and the SHA-256 of its file."""

    name: str
    number: str
    code: str
    sha256: str


def check_template(sheet: RunSheet) -> None:
    """Raise `SheetError` for a sheet that this version cannot print."""
    if sheet.template_version != RUN_SHEET_TEMPLATE:
        raise SheetError(f"no template of version {sheet.template_version}")


def check_people(sheet: RunSheet, rows: Iterable[PersonRow]) -> None:
    """Raise `SheetError` unless the people add up to the sheet."""
    counted = [0, 0, 0, 0, 0]
    for row in rows:
        for place, value in enumerate((1, row.works, row.amount, row.tax, row.net)):
            counted[place] += value
    stated = [sheet.payees, sheet.works, sheet.gross, sheet.tax, sheet.net]
    if counted != stated:
        raise SheetError(f"people, works, amount, tax, net are {counted}, the sheet says {stated}")
