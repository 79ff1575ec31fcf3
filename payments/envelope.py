"""Envelope encryption of numbers of persons and banks.

A row is encrypted by a data key (AES-256-GCM), bound to its table, column and row, so that a ciphertext moved
elsewhere does not open. Data keys are wrapped by the first key of BUTLANG_KEYS; rotating rewraps them only.
A data key of a certain age is followed by a new one, for the rows that come then. Equality is searched by HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone

from payments.errors import PaymentError
from payments.models import DataKey
from payments.payee_policy import shipped_policy

NONCE = 12
MONTH = timedelta(days=30)
WRAP_CONTEXT = b"butlang data key"


def _master_keys() -> dict[str, bytes]:
    return {name: bytes.fromhex(secret) for name, _, secret in (key.partition(":") for key in settings.BUTLANG_KEYS)}


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose (search, verification codes), from the last key of the list: the oldest, so
    that adding a new first key changes none of them. Taking the last key away does: `payments.key_rotation` sees
    that and makes the fingerprints anew. Verification codes that were given out are kept in rows and stay good.
    """
    oldest = list(_master_keys().values())[-1]
    return hmac.digest(oldest, f"butlang {purpose}".encode(), hashlib.sha256)


def _seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _open(key: bytes, sealed: bytes, context: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context)


def knows_key(name: str) -> bool:
    """Whether BUTLANG_KEYS has a key of this name."""
    return name in _master_keys()


def first_key_name() -> str:
    """The name of the key that wraps what is made now."""
    return next(iter(_master_keys()))


@lru_cache(maxsize=64)
def _unwrapped(wrapped: bytes, wrapped_by: str) -> bytes:
    masters = _master_keys()
    if wrapped_by not in masters:
        raise PaymentError("master_key_missing", name=wrapped_by)
    return _open(masters[wrapped_by], wrapped, WRAP_CONTEXT)


def current_data_key() -> DataKey:
    """The newest data key, or a new one where there is none or where that one has reached its age."""
    newest = DataKey.objects.order_by("-pk").first()
    if newest is not None and not _is_old(newest.created_at):
        return newest
    return new_data_key()


def new_data_key() -> DataKey:
    """A data key for the rows that come from now on; what older keys encrypted stays as it is."""
    name, master = next(iter(_master_keys().items()))
    return DataKey.objects.create(
        wrapped=_seal(master, os.urandom(32), WRAP_CONTEXT), wrapped_by=name, created_at=timezone.now()
    )


def _is_old(created_at: datetime) -> bool:
    return created_at + shipped_policy().data_key_months * MONTH <= timezone.now()


def encrypt(value: str, *, key: DataKey, context: str) -> bytes:
    """Ciphertext of a text; `context` names table, column and row."""
    return _seal(_unwrapped(bytes(key.wrapped), key.wrapped_by), value.encode(), context.encode())


def decrypt(sealed: bytes, *, key: DataKey, context: str) -> str:
    """The text again. A ciphertext of another row or column raises InvalidTag."""
    return _open(_unwrapped(bytes(key.wrapped), key.wrapped_by), bytes(sealed), context.encode()).decode()


def fingerprint(value: str, *, purpose: str) -> bytes:
    """For "is this number known already?" without decrypting."""
    return hmac.digest(derived_key(f"search {purpose}"), value.encode(), hashlib.sha256)


def rewrap_data_keys() -> int:
    """Wrap every data key by the first key of BUTLANG_KEYS; rows stay as they are. Returns how many changed."""
    name, master = next(iter(_master_keys().items()))
    changed = 0
    for row in DataKey.objects.exclude(wrapped_by=name):
        plain = _unwrapped(bytes(row.wrapped), row.wrapped_by)
        row.wrapped = _seal(master, plain, WRAP_CONTEXT)
        row.wrapped_by = name
        row.save(update_fields=["wrapped", "wrapped_by"])
        changed += 1
    return changed
