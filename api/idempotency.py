"""Idempotency-Key: a POST that names itself takes effect once, however often it is sent.

The answer is written in the transaction of the effect. Whoever holds the advisory lock of (portal, account, key) is the
one that runs; everybody else hears *running*. Only success is kept: a refusal left no effect, so the same key may be
sent again after mending what was wrong.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.errors import ApiError, RunningError, field_error
from contributors import clock
from contributors.errors import DomainError
from contributors.models import Account, KeptAnswer, Portal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
VISIBLE = re.compile(r"[!-~]{1,200}")
KEPT_FOR = timedelta(days=7)
LARGEST_BODY = 64 * 1024
KEPT_HEADERS = ("Content-Type", "Content-Language", "Location", "ETag", "Cache-Control")


@dataclass(slots=True)
class Once:
    """One request that named itself. `known` is the answer to an earlier one of the same name, if there is one."""

    portal: Portal
    account: Account
    key: str
    path: str
    fingerprint: bytes
    for_good: bool
    known: KeptAnswer | None = field(default=None)

    @classmethod
    def named_by(cls, request: Request, *, portal: Portal, account: Account, for_good: bool) -> Self | None:
        """None for a request that is no POST, or has no key. Raises `idempotency_key_wrong`, `key_reused`."""
        given = request.headers.get(HEADER)
        if request.method != "POST" or given is None:
            return None
        key = given.strip().removeprefix('"').removesuffix('"')  # a quoted string by the draft of the IETF
        if not VISIBLE.fullmatch(key):
            raise field_error(HEADER, "idempotency_key_wrong")
        path = request.get_full_path()
        once = cls(portal, account, key, path[:500], _fingerprint("POST", path, request.data), for_good)
        once.known = once.found()
        return once

    def found(self) -> KeptAnswer | None:
        """Raises `key_reused` where the key was used for something else."""
        kept: KeptAnswer | None = (
            KeptAnswer.objects.exclude(expires_at__lte=clock.now()).filter(account=self.account, key=self.key).first()
        )
        if kept is not None and bytes(kept.fingerprint) != self.fingerprint:
            raise ApiError("key_reused", field=HEADER)
        return kept

    def answer(self, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        """The kept answer, or that of `work`, kept with its effect. Raises `request_running`, `answer_not_kept`."""
        refused: DomainError | None = None
        with transaction.atomic():
            if self.known is None:
                self._lock()
                self.known = self.found()
            if self.known is not None:
                return replayed(self.known)
            try:
                answered = work()
            except DomainError as error:
                # A verb takes its own effect back; what it leaves on purpose (a counted try, what a check found) stays.
                refused = error
            else:
                if 200 <= answered.status_code < 300:  # noqa: PLR2004 - success
                    self._keep(answered)
        if refused is not None:
            raise refused
        return answered

    def lock_number(self) -> int:
        """Of the advisory lock that makes one of several the one that runs."""
        name = f"idempotency {self.portal.pk} {self.account.pk} {self.key}".encode()
        return int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True)

    def _lock(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [self.lock_number()])
            if not cursor.fetchone()[0]:
                raise RunningError

    def _keep(self, answer: HttpResponseBase) -> None:
        now = clock.now()
        KeptAnswer.objects.filter(account=self.account, key=self.key, expires_at__lte=now).delete()
        KeptAnswer.objects.create(
            portal=self.portal,
            account=self.account,
            key=self.key,
            path=self.path,
            fingerprint=self.fingerprint,
            status=answer.status_code,
            headers={name: answer[name] for name in KEPT_HEADERS if name in answer},
            body=_body(answer),
            made_at=now,
            expires_at=None if self.for_good else now + KEPT_FOR,
        )


def replayed(kept: KeptAnswer) -> HttpResponse:
    """Raises `answer_not_kept` for one that was too large, or must be kept nowhere."""
    if kept.body is None:
        raise ApiError("answer_not_kept", moment=kept.made_at.isoformat(timespec="seconds"))
    answer = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    answer[REPLAYED] = "true"
    return answer


def sweep_kept_answers() -> int:
    """Drop answers whose time is over; returns how many.

    That a request of money was done is kept for good, but not what it was answered: people's names stand in there, and
    erasing a person does not look for them in the answers of others.
    """
    now = clock.now()
    KeptAnswer.unscoped.filter(expires_at=None, body__isnull=False, made_at__lte=now - KEPT_FOR).update(body=None)
    return KeptAnswer.unscoped.filter(expires_at__lte=now).delete()[0]


def _body(answer: HttpResponseBase) -> bytes | None:
    if not isinstance(answer, HttpResponse) or "no-store" in answer.get("Cache-Control", ""):
        return None
    return answer.content if len(answer.content) <= LARGEST_BODY else None


def _fingerprint(method: str, path: str, body: Any) -> bytes:
    """Of the values, not of the bytes: a form sent again has other boundaries, and files count by their content."""
    found = hashlib.sha256(f"{method} {path}\n".encode())
    for part in _parts(body):
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.digest()


def _parts(body: Any) -> Iterator[bytes]:
    if isinstance(body, QueryDict):
        for name in sorted(body):
            yield name.encode("utf-8", "surrogatepass")
            for value in body.getlist(name):
                yield from _value(value)
    elif isinstance(body, Mapping | list | str | int | float | bool | None):
        yield json.dumps(body, sort_keys=True).encode()
    else:
        yield from _value(body)


def _value(value: Any) -> Iterator[bytes]:
    if not isinstance(value, UploadedFile):
        yield str(value).encode("utf-8", "surrogatepass")
        return
    content = hashlib.sha256()
    for chunk in value.chunks():
        content.update(chunk)
    value.seek(0)
    yield b"file " + content.digest() + str(value.name).encode("utf-8", "surrogatepass")
