"""Changing master keys: rewrapping data keys, and fingerprints where the oldest key was taken away.

How a key goes out of use: put the new one first in BUTLANG_KEYS, run `manage.py rotate_keys`, take the old one out
of the list, run it again. The first run rewraps; the second sees that search fingerprints were made by a key that is
gone, and makes them anew. Until then looking for equal numbers is refused instead of finding nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from payments import envelope
from payments.errors import PaymentError
from payments.models import DataKey, PayeeDetails
from payments.payee_cipher import ACCOUNT_SEARCH, ID_SEARCH, opened

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: data keys rewrapped, rows with new fingerprints, data keys there are."""

    rewrapped: int
    fingerprints: int
    data_keys: int


def rotate_keys(*, new_data_key: bool = False) -> Rotation:
    """Rewrap every data key by the first key of BUTLANG_KEYS and put fingerprints right. Rows' ciphertexts stay.

    Raises `master_key_missing` with nothing changed if a data key is wrapped by a key that is not in the list.
    """
    with transaction.atomic():
        for name in DataKey.objects.values_list("wrapped_by", flat=True).distinct():
            if not envelope.knows_key(name):
                raise PaymentError("master_key_missing", name=name)
        rewrapped = envelope.rewrap_data_keys()
        if new_data_key:
            envelope.new_data_key()
        fingerprints = 0 if search_key_fits() else _fingerprint_all()
    return Rotation(rewrapped, fingerprints, DataKey.objects.count())


def search_key_fits() -> bool:
    """Whether fingerprints in rows are those of the oldest key of the list; looks at the newest row that opens."""
    newest = PayeeDetails.unscoped.select_related("data_key").order_by("-pk")  # keys belong to the installation
    row = next((row for row in newest[:1] if envelope.knows_key(row.data_key.wrapped_by)), None)
    if row is None:
        return True
    number = opened(row, "personal_id")
    return envelope.fingerprint(number, purpose=ID_SEARCH) == bytes(row.personal_id_hmac)


def check_search_key() -> None:
    """Raise `search_key_gone` where a fingerprint made now would not equal one made before."""
    if not search_key_fits():
        raise PaymentError("search_key_gone")


def _fingerprint_all() -> int:
    changed = 0
    last = 0
    while True:
        batch = list(
            PayeeDetails.unscoped.select_related("data_key")  # keys belong to the installation, not to a portal
            .select_for_update(of=("self",))
            .filter(pk__gt=last)
            .order_by("pk")[:BATCH]
        )
        if not batch:
            return changed
        for row in batch:
            row.personal_id_hmac = envelope.fingerprint(opened(row, "personal_id"), purpose=ID_SEARCH)
            if row.bank_account:
                row.bank_account_hmac = envelope.fingerprint(opened(row, "bank_account"), purpose=ACCOUNT_SEARCH)
        PayeeDetails.unscoped.bulk_update(batch, ["personal_id_hmac", "bank_account_hmac"])
        changed += len(batch)
        last = batch[-1].pk
