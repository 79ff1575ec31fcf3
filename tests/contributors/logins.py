"""Second factors and codes as a person's phone would show them, computed without the product's code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from contributors import clock
from contributors.models import LoginCode
from contributors.scopes import portal_scope
from tests.factories.world import World, build_world


@contextmanager
def rolled_back_world(blocker) -> Iterator[World]:
    """One world for a module, in a transaction that is rolled back; each test in a savepoint of its own."""
    with blocker.unblock(), transaction.atomic():
        made = build_world()
        with portal_scope(made.portal):
            yield made
        transaction.set_rollback(True)


@contextmanager
def in_savepoint(shared: World) -> Iterator[World]:
    with transaction.atomic(), as_new(shared):
        yield shared
        transaction.set_rollback(True)


@contextmanager
def as_new(shared: World) -> Iterator[World]:
    """A world that a module shares, its rows read anew, since what tests changed in them was rolled back."""
    accounts, people = dict(shared.accounts), dict(shared.people)
    for row in (shared.portal, *accounts.values(), *people.values()):
        row.refresh_from_db()
    yield shared
    shared.accounts, shared.people = accounts, people


def totp(secret: str, shift: int = 0, now: float | None = None) -> str:
    """What a code application shows `shift` steps from now (RFC 6238, SHA-1, 30 s, 6 digits)."""
    counter = int(clock.now().timestamp() if now is None else now) // 30 + shift
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[19] % 16
    word = int.from_bytes(digest[offset : offset + 4], "big") % 2**31
    return str(word)[-6:].rjust(6, "0")


def code_in(text: str) -> str:
    """The six digits of a message."""
    return re.search(r"\b\d{6}\b", text)[0]


def other_than(code: str, step: int = 1) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + step) % 10**6:06d}"


def newest() -> LoginCode:
    return LoginCode.objects.order_by("-pk").first()
