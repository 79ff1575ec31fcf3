"""The two numbers of a row of payee details: sealed into it, opened from it, fingerprinted for search."""

from __future__ import annotations

from typing import Literal

from payments import envelope
from payments.models import DataKey, PayeeDetails

Which = Literal["personal_id", "bank_account"]
ID_SEARCH = "personal id"
ACCOUNT_SEARCH = "bank account"


def sealed(number: str, *, key: DataKey, contributor_id: int, version: int, column: Which) -> bytes:
    """The ciphertext for one column of one version; in any other place it does not open."""
    return envelope.encrypt(number, key=key, context=_context(contributor_id, version, column))


def opened(details: PayeeDetails, column: Which) -> str:
    """The number again; "" where there is none. Callers write the event that says why."""
    ciphertext = getattr(details, column)
    if not ciphertext:
        return ""
    context = _context(details.contributor_id, details.version, column)
    return envelope.decrypt(bytes(ciphertext), key=details.data_key, context=context)


def _context(contributor_id: int, version: int, column: str) -> str:
    return f"payments_payeedetails.{column}:{contributor_id}:{version}"
