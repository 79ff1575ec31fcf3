"""What a personal ID, a tax code and a bank account must look like. No database, no clock.

People type numbers with spaces, dots and hyphens between groups; those are taken out. What is returned has
digits only.
"""

from __future__ import annotations

import re

from contributors.names import search_key
from payments.errors import PaymentError

PERSONAL_ID = re.compile(r"[0-9]{12}")
OLD_TAX_CODE = re.compile(r"[0-9]{10}")
ACCOUNT = re.compile(r"[0-9]{6,19}")
BIN = re.compile(r"[0-9]{6}")
SEPARATORS = re.compile(r"[\s.\-\u00a0\u2010-\u2015]")
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
FIRST_CENTURY = 1900
MASK = "••••••••"
TAIL = 4


def only_digits(text: str) -> str:
    """What was typed, without the signs that people put between groups of digits."""
    return SEPARATORS.sub("", text)


def checked_personal_id(text: str, *, birth_year: int | None = None, this_year: int | None = None) -> str:
    """12 digits (CCCD: place of registration, century and sex, year, serial; no check digit), or an old tax code of
    10 digits with its check digit.

    The year of birth in a CCCD is held against `birth_year` where that is known. Raises `personal_id_malformed`,
    `personal_id_birth_year`, `personal_id_year_ahead`.
    """
    digits = only_digits(text)
    if OLD_TAX_CODE.fullmatch(digits):
        if is_old_tax_code(digits):
            return digits
        raise PaymentError("personal_id_malformed", field="personal_id")
    # Places have three digits: provinces up to 096, countries of birth above; no place is 000.
    if not PERSONAL_ID.fullmatch(digits) or digits.startswith("000"):
        raise PaymentError("personal_id_malformed", field="personal_id")
    born = year_in_personal_id(digits)
    if birth_year is not None and born != birth_year:
        raise PaymentError("personal_id_birth_year", field="personal_id", in_number=born, known=birth_year)
    if this_year is not None and born > this_year:
        raise PaymentError("personal_id_year_ahead", field="personal_id", year=born)
    return digits


def year_in_personal_id(digits: str) -> int:
    """The fourth digit is century and sex (0 and 1: born 1900 to 1999, 2 and 3: from 2000), then two of the year."""
    return FIRST_CENTURY + 100 * (int(digits[3]) // 2) + int(digits[4:6])


def is_old_tax_code(digits: str) -> bool:
    """Whether the tenth digit is the check digit of the nine before it."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, TAX_WEIGHTS, strict=False))
    return 10 - total % 11 == int(digits[9])


def checked_bank(bank_bin: str, bank_account: str) -> tuple[str, str]:
    """A bank's BIN and an account; both empty for cash.

    Raises `bank_malformed`, `bank_missing`, `bank_account_malformed`. Whether there is such a bank is asked elsewhere.
    """
    code, account = only_digits(bank_bin), only_digits(bank_account)
    if code and not BIN.fullmatch(code):
        raise PaymentError("bank_malformed", field="bank_bin")
    if account and not ACCOUNT.fullmatch(account):
        raise PaymentError("bank_account_malformed", field="bank_account")
    if account and not code:
        raise PaymentError("bank_missing", field="bank_bin")
    if code and not account:
        raise PaymentError("bank_account_malformed", field="bank_account")
    return code, account


def names_differ(one: str, other: str) -> bool:
    """Whether two names are different people's: compared without tone marks, capitals and spaces.

    Banks write NGUYEN THI LAN for Nguyễn Thị Lan.
    """
    return _letters(one) != _letters(other)


def _letters(name: str) -> str:
    return "".join(character for character in search_key(name) if character.isalnum())


def masked(tail: str) -> str:
    """What papers and pages show: "•••••••• 1234"; nothing where there is no number."""
    return f"{MASK} {tail}" if tail else ""
