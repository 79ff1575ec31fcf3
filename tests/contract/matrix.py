"""Every operation of the router × everybody who may call: asked with the examples of the document, and observed.

Where matrix.yaml stands beside this file it says who gets in where, and generated requests are mostly of those; what is
told to some and not to others (fields) is observed along with the statuses.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.cache import cache as django_cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from rest_framework.test import APIClient

from api.v1.urls import urlpatterns
from contributors.models import AttemptCount
from tests.api.conftest import DOCUMENT
from tests.contract.scene import Scene

MATRIX = Path(__file__).with_name("matrix.yaml")
FIELDS = Path(__file__).with_name("fields.yaml")
REFUSED = frozenset({401, 403, 404})
API = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")

# What stands below an address, by the name that tests give it; what is not named is the first of its list.
THINGS = {
    "pieces": "submitted",
    "runs": "run",
    "statements": "statement",
    "payee-details": "payee",
    "papers": "paper",
    "payouts": "payout",
    "rate-schedules": "schedule",
    "books-checks": "books_check",
    "payout-batches": "batch",
    "bank-results": "bank_result",
    "funds": "fund",
    "contributors": "payee",
    "balances": "payee",
    "checks": "review",
    "corrections": "correction",
    "waivers": "waiver",
    "unclaimed": "unclaimed",
    "invitations": "invitation",
    "units": "unit",
    "seats": "seat",
    "grants": "grant",
    "training-sessions": "session",
    "claims": "claim",
    "merges": "merge",
    "applications": "applied",
    "contributor-imports": "sheet",
    "unit-sheets": "units_sheet",
    "document-sheets": "documents_sheet",
    "calls": "call",
}
INNER = {"photo_id": "photo", "person_id": "no_login"}
CODES = {"genres": "news_item", "topics": "nong-thon-moi", "errors": "not_found"}
ABSENT = str(uuid.UUID(int=7, version=4))


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """`path` with places in braces, as the document has it."""

    method: str
    path: str
    described: dict[str, Any]

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def open_to_all(self) -> bool:
        return not self.described.get("security", [])


def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(DOCUMENT.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return read


def operations(read: dict[str, Any]) -> list[Operation]:
    return [
        Operation(method, path, described)
        for path, methods in sorted(read["paths"].items())
        for method, described in sorted(methods.items())
    ]


def routed() -> Iterator[str]:
    """“GET /api/v1/pieces/” for each method that the router takes, whether or not a document names it."""
    for pattern in urlpatterns:
        actions = getattr(pattern.callback, "actions", None) or {}
        path = re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        for method in actions:
            if method in METHODS:
                yield f"{method.upper()} {API}{path}"


@dataclass(frozen=True, slots=True)
class Observed:
    """`statuses`: who got which; `fields`: who is told what, where not everybody who is let in is told it."""

    statuses: dict[int, str]
    fields: dict[str, str]


def told(value: Any, name: str = "") -> Iterator[str]:
    """Paths of fields that say something; `[]` stands for any entry of a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from told(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for inner in value:
            yield from told(inner, f"{name}[]")
    elif value not in (None, "", False, 0):
        yield name


@cache
def kept_matrix() -> dict[str, dict[int, str]]:
    read: dict[str, dict[int, str]] = yaml.safe_load(MATRIX.read_text(encoding="utf-8")) if MATRIX.exists() else {}
    return read


def who_gets_in(label: str) -> list[str]:
    """By the file, those whom an operation does not turn away."""
    asked = kept_matrix().get(label, {})
    return sorted(name for status, names in asked.items() if status not in REFUSED for name in names.split())


class Asking:
    """Asks every operation as anybody, with the example of the document pointed at what exists."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.things = scene.things
        self.read = document()

    def address(self, operation: Operation, things: dict[str, Any] | None = None, *, absent: bool = False) -> str:
        things = self.things if things is None else things
        words = operation.path.removeprefix(API).split("/")
        listed = words[0]
        target = things.get(THINGS.get(listed, ""))
        if target is None:
            foreign = things is not self.things
            target = ABSENT if foreign else next(iter(self.scene.ids.get(f"{API}{listed}/", [])), ABSENT)
        values = {
            "public_id": ABSENT if absent else target,
            "client_key": str(uuid.UUID(int=11, version=4)),
            "code": CODES.get(listed, "not_found"),
            "token": "khong-co-that",
        }
        for name in ("photo_id", "upload_id", "attachment_id", "person_id"):
            values[name] = ABSENT if absent else things.get(INNER.get(name, ""), ABSENT)
        return operation.path.format(**values)

    def body(self, operation: Operation, address: str) -> tuple[Any, str]:
        content = operation.described.get("requestBody", {}).get("content", {})
        for media_type, described in content.items():
            pointed = described.get("examples", {}).get("example", {}).get("$ref", "").rpartition("/")[2]
            shown = self.read["components"]["examples"][pointed]["value"] if pointed else described.get("example")
            if media_type == "application/json":
                return self.pointed(shown, address), "json"
            if media_type == "multipart/form-data":
                files = {"file", "schedule_file"}
                form = {
                    name: SimpleUploadedFile("tep.csv", b"a,b\n1,2\n") if name in files else str(value)
                    for name, value in self.pointed(shown, address).items()
                }
                return form, "multipart"
        return None, "json"

    def pointed(self, value: Any, address: str, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.pointed(inner, address, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.pointed(inner, address, name) for inner in value]
        if name == "version" and isinstance(value, int):
            target = next((word for word in address.split("/") if word in self.scene.versions), "")
            return self.scene.versions.get(target, value)
        if isinstance(value, str) and len(value) == 36 and value.count("-") == 4 and name != "client_key":
            known = self.scene.ids.get(f"{API}{name}s/") or self.scene.ids[f"{API}contributors/"]
            return known[0]
        return value

    def ask(self, operation: Operation, caller: str, address: str, *, kept: bool = False, extra: Any = None) -> Any:
        """The answer. What it wrote is undone, unless it is to be `kept` where the answer is a refusal."""
        client = APIClient()
        account = self.scene.accounts.get(caller)
        if account is not None:
            client.force_authenticate(account)
        body, form = self.body(operation, address)
        if extra is not None and isinstance(body, dict):
            body = body | extra
        query = {
            each["name"]: each["example"]
            for each in operation.described.get("parameters", [])
            if each["in"] == "query" and each.get("required")
        }
        if query.get("run"):
            query["run"] = str(self.things["run"])
        address += "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
        headers = {"HTTP_UPLOAD_OFFSET": "0"} if "upload_id" in operation.path else {}
        point = transaction.savepoint()
        if operation.method == "get":
            answer = client.get(address)
        else:
            answer = getattr(client, operation.method)(address, body, format=form, **headers)
        if answer.streaming:
            answer.getvalue()  # read to its end, it is closed without its connection
        connection.needs_rollback = False
        if kept and answer.status_code in {401, 403, 404}:
            transaction.savepoint_commit(point)
        else:
            transaction.savepoint_rollback(point)
            transaction.savepoint_commit(point)  # what was rolled back to stands open still, and they would pile up
        return answer

    def callers(self) -> list[str]:
        return list(self.scene.accounts)

    def observed(self, operation: Operation) -> Observed:
        """What everybody is answered, refusals kept."""
        statuses: dict[int, list[str]] = defaultdict(list)
        fields: dict[str, list[str]] = defaultdict(list)
        address = self.address(operation)
        for caller in self.callers():
            # Who gets in is asked, not how often: all callers of a test come from one address.
            AttemptCount.objects.all().delete()
            answer = self.ask(operation, caller, address, kept=True)
            statuses[answer.status_code].append(caller)
            if operation.method == "get" and answer.status_code == 200 and "json" in answer["Content-Type"]:
                for name in set(told(answer.json())):
                    fields[name].append(caller)
        django_cache.clear()
        shown = statuses.get(200, [])
        return Observed(
            {status: " ".join(sorted(names)) for status, names in sorted(statuses.items())},
            {name: " ".join(sorted(who)) for name, who in sorted(fields.items()) if len(who) < len(shown)},
        )
