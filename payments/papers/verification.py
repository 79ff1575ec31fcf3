"""The code by which anyone who holds a printed paper can ask the portal whether it is ours.

Twelve characters of Crockford's base32 (no I, L, O, U), grouped "7K4M-92QF-XD8B": eleven carry 55 bits of an
HMAC over the frozen sheet, so that a code can be neither guessed nor computed without the key; the twelfth
is a check character that finds every single mistyped character and every two that changed places.
"""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PURPOSE = b"but-lang paper verification 1\0"
_CARRYING = 11
_GROUP = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
_SHORTEST_KEY = 32


def verification_code(key: bytes, payload: bytes) -> str:
    """The code of a sheet; `payload` is its `signing_payload()`, `key` at least 32 bytes, a secret of its own.

    The same key and payload give the same code for ever, so a paper rendered again keeps its code.
    """
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"a verification key has at least {_SHORTEST_KEY} bytes")
    digest = hmac.digest(key, _PURPOSE + payload, hashlib.sha256)
    number = int.from_bytes(digest[:8], "big") >> (64 - 5 * _CARRYING)
    symbols = [number >> (5 * place) & 31 for place in reversed(range(_CARRYING))]
    symbols.append(_check(symbols))
    return _grouped("".join(ALPHABET[symbol] for symbol in symbols))


def canonical_code(typed: str) -> str | None:
    """What a person typed, as the code is printed: any case, O for 0, I or L for 1, dashes and blanks free.

    None if it cannot be a code (length, characters, check character).
    """
    plain = typed.upper().translate(_READ_AS)
    if len(plain) != _CARRYING + 1 or any(character not in ALPHABET for character in plain):
        return None
    symbols = [ALPHABET.index(character) for character in plain]
    if _check(symbols[:-1]) != symbols[-1]:
        return None
    return _grouped(plain)


def is_well_formed(code: str) -> bool:
    """Whether this can be a code at all; asked before any question to the database."""
    return canonical_code(code) is not None


def same_code(one: str, other: str) -> bool:
    """Compared in constant time, after both were read as a person may type them."""
    left, right = canonical_code(one), canonical_code(other)
    return left is not None and right is not None and hmac.compare_digest(left, right)


def verification_url(base_url: str, code: str) -> str:
    """The address in the QR code: `base_url` names the page of the portal, the code follows without dashes."""
    return f"{base_url.rstrip('/')}/{code.replace('-', '')}"


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def _check(symbols: list[int]) -> int:
    """Horner's rule at the generator of GF(32): places differ by distinct non-zero powers of it."""
    total = 0
    for symbol in symbols:
        total = _times_generator(total ^ symbol)
    return total


def _times_generator(element: int) -> int:
    """Times x in GF(2)[x] / (x^5 + x^2 + 1)."""
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
