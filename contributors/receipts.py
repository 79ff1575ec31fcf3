"""Numbers of receipts: short enough to read out on the phone."""

from __future__ import annotations

import secrets

from django.utils.crypto import salted_hmac

LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"  # no vowels, nothing that looks like another letter
LENGTH = 8


def new_receipt(prefix: str) -> str:
    """A number that nobody can guess."""
    return f"{prefix}-{''.join(secrets.choice(LETTERS) for _ in range(LENGTH))}"


def receipt_of(prefix: str, seed: str) -> str:
    """The number that follows from a seed and the installation's key: the same press of a form, the same number."""
    number = int.from_bytes(salted_hmac("contributors.receipts", seed, algorithm="sha256").digest(), "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return f"{prefix}-{''.join(letters)}"


def canonical_receipt(typed: str) -> str:
    """As people type it: any case, blanks and dashes free."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return f"{plain[:-LENGTH]}-{plain[-LENGTH:]}"
