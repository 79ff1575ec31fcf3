"""Every invariant, in the order in which it is asked and shown. One list per file: add yours at one place."""

from __future__ import annotations

from collections.abc import Mapping

from payments.books.corrections import CORRECTIONS
from payments.books.files import FILES, LOG
from payments.books.invariant import Invariant, sentence_in
from payments.books.lines import LINES
from payments.books.numbers import NUMBERS
from payments.books.payments_made import BALANCES, PAPERS, PAYOUTS
from payments.books.people import PEOPLE
from payments.books.pieces import PIECES
from payments.books.sums import SUMS

ALL: tuple[Invariant, ...] = (*SUMS, *LINES, *NUMBERS, *PEOPLE, *PIECES, *PAYOUTS, *BALANCES, *CORRECTIONS, *PAPERS)
INVARIANTS: Mapping[str, Invariant] = {invariant.code: invariant for invariant in ALL}
OF_RUN: tuple[Invariant, ...] = tuple(invariant for invariant in ALL if invariant.of_run)
# Asked of files and of the log, not of tables.
READ: Mapping[str, tuple[str, str]] = {check.code: (check.vi, check.en) for check in (FILES, LOG)}


def sentence_of(code: str) -> str:
    """What an invariant says, in the language of the request; the code itself where it is known no more."""
    if code in INVARIANTS:
        return INVARIANTS[code].sentence
    return sentence_in(*READ[code]) if code in READ else code
