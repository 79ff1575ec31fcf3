"""Sealing small secrets that the installation itself must read again (AES-256-GCM).

The key is derived from the first key of BUTLANG_KEYS and named beside the sealed text, so that a new first key
seals what comes then while older ones still open what they sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from contributors.errors import DomainError

NONCE = 12


def seal(text: str, *, context: str) -> str:
    """`name:base64`; opens again only with the same context (what it is, and whose)."""
    name, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return f"{name}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, *, context: str) -> str:
    """Raises `sealed_unreadable`: the key is gone, or the text was moved here from elsewhere."""
    name, _, body = sealed.partition(":")
    key = _keys().get(name)
    if key is None:
        raise DomainError("sealed_unreadable")
    raw = base64.b64decode(body)
    try:
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], context.encode()).decode()
    except InvalidTag:
        raise DomainError("sealed_unreadable") from None


def _keys() -> dict[str, bytes]:
    parts = (key.partition(":") for key in settings.BUTLANG_KEYS)
    return {
        name: hmac.digest(bytes.fromhex(secret), b"butlang contributors.sealing", hashlib.sha256)
        for name, _, secret in parts
    }
