"""Counting what must not be tried too often: exact, in the database, in a transaction of its own."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from contributors.errors import DomainError
from contributors.models import AttemptCount

COUNT = """
INSERT INTO contributors_attemptcount AS a (key, since, count) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN a.since <= %(cut)s THEN 1 ELSE a.count + 1 END,
  since = CASE WHEN a.since <= %(cut)s THEN EXCLUDED.since ELSE a.since END
RETURNING count, since
"""


def count_attempt(*, kind: str, what: str, most: int, within: timedelta) -> int:
    """One more attempt of a kind at `what` (a phone, an address, a token); returns how many in this window.

    Call it outside of a transaction: the count must stay when what follows fails. `what` is kept as a keyed
    hash only. Raises `too_many_attempts` (with `minutes` left) above `most`.
    """
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": _key(kind, what), "now": now, "cut": now - within})
        count, since = cursor.fetchone()
    if count > most:
        left = int((since + within - now).total_seconds() // 60) + 1
        raise DomainError("too_many_attempts", minutes=left)
    return int(count)


def refuse_exhausted(*, kind: str, what: str, most: int, within: timedelta) -> None:
    """Raise `too_many_attempts` if `most` are counted already; counts nothing itself.

    For callers that count failures only: between this look and the count, as many more may slip in as run at once.
    """
    now = timezone.now()
    row = AttemptCount.objects.filter(key=_key(kind, what), since__gt=now - within).first()
    if row is not None and row.count >= most:
        raise DomainError("too_many_attempts", minutes=int((row.since + within - now).total_seconds() // 60) + 1)


def forget_attempts(*, kind: str, what: str) -> None:
    """After success: the next window starts empty."""
    AttemptCount.objects.filter(key=_key(kind, what)).delete()


def sweep_attempts(*, older_than: timedelta = timedelta(days=2)) -> int:
    """Drop windows that are long over; returns how many."""
    return AttemptCount.objects.filter(since__lt=timezone.now() - older_than).delete()[0]


def _key(kind: str, what: str) -> bytes:
    return salted_hmac(f"contributors.attempts.{kind}", what, algorithm="sha256").digest()
