"""Everything that a paper prints, frozen: the database keeps a sheet, and the same sheet prints the same bytes.

A sheet checks itself when it is made (sums, amount in words, no personal ID in full), so nothing that
contradicts itself or says too much can reach a printer. Errors are `SheetError`. Money is whole đồng.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Self, TypeVar

from contributors.papers.heads import Letterhead, Signer
from contributors.papers.printable import LONG_NUMBER
from payments.papers import frozen_json
from payments.papers.frozen_json import SheetError
from payments.papers.verification import verification_code, verification_url
from payments.papers.words import LARGEST, says

__all__ = [
    "Letterhead",
    "PaperHead",
    "Payee",
    "PaymentListEntry",
    "PaymentListLine",
    "PaymentListSheet",
    "SheetError",
    "Signer",
    "StatementLine",
    "StatementSheet",
    "check_name",
    "check_net",
    "check_sum",
    "check_texts",
    "sealed",
]

STATEMENT_TEMPLATE = 1
PAYMENT_LIST_TEMPLATE = 2  # 2 says "Luỹ kế mang sang" where 1 said "Mang sang"

_SHOWN_DIGITS = 4
_LONGEST_URL = 300
_LONGEST_NAME = 400  # what a column of the payment list holds on one page
# Titles stand on the public website already, so the printer masks numbers in them instead of refusing the paper.
_UNCHECKED = frozenset({"title", "verification_code", "verification_url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """`masked_id` shows at most four digits: "•••••••• 1234"."""

    full_name: str
    pen_names: tuple[str, ...]
    unit: str
    masked_id: str

    def __post_init__(self) -> None:
        check_name(self.full_name)
        if sum(character.isdigit() for character in self.masked_id) > _SHOWN_DIGITS:
            raise SheetError("a personal ID is printed masked, with its last four digits at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One amount. Texts as printed: coefficient "1,5", share "60 %"; an allowance has no publication date."""

    ordinal: int
    published_on: date | None
    title: str
    genre: str
    role: str
    coefficient: str
    unit_value: int | None
    share: str
    amount: int
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHead:
    """What every paper has: letterhead, number, period, signatures, verification, marks."""

    letterhead: Letterhead
    number_label: str
    issued_on: date | None
    run_label: str
    period: str
    net_in_words: str
    rate_schedule: str
    legal_basis: tuple[str, ...]
    signers: tuple[Signer, ...]
    verification_code: str = ""
    verification_url: str = ""
    data_mark: str = ""
    draft_mark: str = ""

    def to_json(self) -> str:
        """Canonical text of all fields; `from_json` gives an equal sheet back."""
        return frozen_json.dump(self)

    @classmethod
    def from_json(cls, frozen: str | Mapping[str, Any]) -> Self:
        return frozen_json.load(cls, frozen)

    def signing_payload(self) -> bytes:
        """The bytes that the verification code is derived from: all fields but the code and its address."""
        unsigned = replace(self, verification_code="", verification_url="")
        return unsigned.to_json().encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSheet(PaperHead):
    """Phiếu thanh toán nhuận bút. `gross` is the sum of the lines; carried sums of 0 are not printed."""

    payee: Payee
    lines: tuple[StatementLine, ...]
    gross: int
    tax: int
    tax_explanation: str
    net: int
    carried_in: int = 0
    carried_out: int = 0
    template_version: int = STATEMENT_TEMPLATE

    def __post_init__(self) -> None:
        check_texts(self)
        check_net(self.net, self.net_in_words)
        check_sum("gross", sum(line.amount for line in self.lines), self.gross)
        check_sum("net", self.gross + self.carried_in - self.carried_out - self.tax, self.net)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentListLine:
    """One work of one person on the payment list."""

    pen_name: str
    title: str
    genre: str
    role: str
    published_on: date | None
    coefficient: str
    unit_value: int | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentListEntry:
    """One person with all lines: `net` = Σ lines + carried_in − carried_out − `tax`. Rows of the list."""

    full_name: str
    lines: tuple[PaymentListLine, ...]
    tax: int
    net: int
    carried_in: int = 0
    carried_out: int = 0

    def __post_init__(self) -> None:
        check_texts(self)
        check_name(self.full_name)
        check_sum("net of an entry", self.amount - self.tax, self.net)

    @property
    def amount(self) -> int:
        """What is due before tax, carried sums included."""
        return sum(line.amount for line in self.lines) + self.carried_in - self.carried_out


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentListSheet(PaperHead):
    """Bảng kê chi trả nhuận bút, without its rows: the printer counts them and refuses any other sum.

    `works` is the number of lines, `amount` the sum of the entries' amounts.
    """

    fund: str
    payees: int
    works: int
    amount: int
    tax: int
    net: int
    template_version: int = PAYMENT_LIST_TEMPLATE

    def __post_init__(self) -> None:
        check_texts(self)
        check_net(self.net, self.net_in_words)
        check_sum("net", self.amount - self.tax, self.net)


Paper = TypeVar("Paper", bound=PaperHead)


def sealed(sheet: Paper, *, key: bytes, base_url: str) -> Paper:
    """The sheet with its verification code and the address that the QR code opens."""
    code = verification_code(key, sheet.signing_payload())
    return replace(sheet, verification_code=code, verification_url=verification_url(base_url, code))


def check_name(name: str) -> None:
    """On both papers, so that what was issued as statements can also be printed as a list."""
    if len(name) > _LONGEST_NAME:
        raise SheetError(f"a name has at most {_LONGEST_NAME} characters")


def check_net(net: int, words: str) -> None:
    """That it can be paid, and that the words say it."""
    if not 0 <= net <= LARGEST:
        raise SheetError(f"net is {net}: between 0 and {LARGEST} can be paid")
    if not says(words, net):
        raise SheetError(f"the amount in words, {words!r}, is not {net}")


def check_sum(what: str, reckoned: int, stated: int) -> None:
    """In đồng; raises `SheetError` where they differ."""
    if reckoned != stated:
        raise SheetError(f"{what} is {stated}, reckoned {reckoned}")


def check_texts(sheet: PaperHead | PaymentListEntry) -> None:
    """No number as long as a personal ID in any text; no address that a QR code cannot hold."""
    gathered: list[str] = []
    _gather(sheet, gathered)
    if LONG_NUMBER.search("\0".join(gathered)):  # one look at all of them; the place is sought only where there is one
        for where, text in _texts(sheet, type(sheet).__name__):
            if LONG_NUMBER.search(text):
                raise SheetError(f"{where} would print a number that may be a personal ID")
    if isinstance(sheet, PaperHead) and len(sheet.verification_url) > _LONGEST_URL:
        raise SheetError(f"the verification address is longer than {_LONGEST_URL} characters")


@cache
def _checked_fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in _UNCHECKED) if is_dataclass(kind) else ()


def _gather(value: Any, found: list[str]) -> None:
    """Every text that `_texts` yields."""
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _gather(item, found)
    else:
        kind: type = type(value)
        for name in _checked_fields(kind):
            _gather(getattr(value, name), found)


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Every printed text with the path of its field; the path, never the text, goes into an error."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _texts(item, f"{where}[{place}]")
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in _UNCHECKED:
                yield from _texts(getattr(value, field.name), f"{where}.{field.name}")
