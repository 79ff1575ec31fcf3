"""Generated requests by every caller against every operation, each undone afterwards, each answer judged.

Schemathesis makes the requests from the API's own document, right ones and wrong ones, and judges by all of its
checks; ours come on top. Nothing stops at the first failure: what is wrong is counted by operation and kind.
"""

from __future__ import annotations

import json
import logging
import random
import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.cache import cache
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.db.utils import Error as DatabaseError
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from contributors import clock
from tests.contract.matrix import THINGS, who_gets_in
from tests.contract.scene import NOW, OUTSIDER, VISITOR, WRONG, Scene

ACCEPTED = "Schema-violating request accepted"  # its title in schemathesis
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
STRANGERS = (VISITOR, WRONG)
# A value that the document allows is refused by one of these only if the document lies.
SHAPE_CODES = frozenset(
    {
        *("unknown_field", "unknown_parameter", "required", "null", "not_a_list", "not_a_dict", "max_length"),
        *("min_length", "max_value", "min_value", "invalid_choice", "max_string_length", "max_digits", "blank"),
        *("max_decimal_places", "max_whole_digits", "date", "datetime", "empty"),
        *("invalid", "number_wrong", "page_size_wrong"),
    }
)


@dataclass
class Report:
    """`failures`: (operation, kind) → the first example; `statuses`: how often each was answered."""

    cases: int = 0
    spent: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    callers: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def fail(self, operation: str, kind: str, example: str) -> None:
        self.counts[operation, kind] += 1
        self.failures.setdefault((operation, kind), example)

    def lines(self) -> Iterator[str]:
        answered = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        yield f"{self.cases} requests in {self.spent:.0f} s as {len(self.callers)} callers; answers {answered}"
        for (operation, kind), example in sorted(self.failures.items()):
            yield f"{operation}  {kind}  ({self.counts[operation, kind]} times)\n    {example}"


def campaign(scene: Scene, *, cases: int, chance: int, only: str = "") -> Report:
    """About so many requests, spread evenly over the operations whose label has `only` in it."""
    with _in_one_transaction():
        schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application(), config=_config())
    operations = [found.ok() for found in schema.get_all_operations()]
    operations = [operation for operation in operations if only in operation.label]
    random.Random(chance).shuffle(operations)
    report = Report()
    start = time.monotonic()
    with _in_one_transaction(), clock.at(NOW):
        for nth, operation in enumerate(operations):
            share = cases * (nth + 1) // len(operations) - cases * nth // len(operations)
            if share:
                _try(scene, operation, share, chance, report)
    report.spent = time.monotonic() - start
    return report


def _config() -> Any:
    return SchemathesisConfig.from_dict({"generation": {"allow-x00": False}})


_crashed: list[BaseException] = []


@contextmanager
def _in_one_transaction() -> Iterator[None]:
    """Requests leave the test's connection open, and what broke is kept: its 500 says nothing of it."""

    def note(**_: Any) -> None:
        broken = sys.exc_info()[1]
        if broken is not None:
            _crashed.append(broken)

    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    got_request_exception.connect(note)
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        got_request_exception.disconnect(note)
        for signal in ends:
            signal.connect(close_old_connections)


def _try(scene: Scene, operation: Any, cases: int, chance: int, report: Report) -> None:
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    dice = random.Random(f"{chance} {operation.label}")
    callers = sorted(scene.headers)
    let_in = who_gets_in(operation.label)

    @seed(chance)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=_either(right, wrong, operation))
    def one(case: Any) -> None:
        # Most of the requests are of those who may, for the others do not get far.
        caller = dice.choice(let_in if let_in and dice.random() < 0.7 else callers)
        aim(scene, case, dice.randrange(2**16))
        with _undone(lambda problem: report.fail(operation.label, "breaks at commit", str(problem)[:300])):
            _ask(scene, case, caller, report)

    one()


def _either(right: Any, wrong: Any, operation: Any) -> Any:
    takes = operation.body or operation.query or operation.path_parameters
    return st.one_of(right, right, wrong) if takes else right


@contextmanager
def _undone(broken: Callable[[Exception], None]) -> Iterator[None]:
    """Also what the database would say at the commit that never comes."""
    point = transaction.savepoint()
    try:
        yield
        if not connection.needs_rollback:
            try:
                connection.check_constraints()
            except DatabaseError as problem:
                broken(problem)
    finally:
        connection.needs_rollback = False
        transaction.savepoint_rollback(point)
        transaction.savepoint_commit(point)  # what was rolled back to stands open still, and they would pile up
        cache.clear()


def aim(scene: Scene, case: Any, place: int) -> None:
    """Puts ids, versions and words that exist where the document asks for some; one in eight stays as it was made."""
    if place % 8 == 0:
        return
    negative = case.meta.generation.mode.is_negative if case.meta else False
    target = None
    path = case.path_parameters
    if path:
        for name, value in path.items():
            if isinstance(value, str) and UUID.fullmatch(value):
                known = _known_for(scene, case.operation.path, name, place)
                if known:
                    path[name] = known[_number(value) % len(known)]
                    target = target or path[name]
            elif name in scene.words and isinstance(value, str) and not negative:
                known = scene.words[name]
                path[name] = known[_number(value) % len(known)]
    if not negative and isinstance(case.body, dict):
        _aim_body(scene, case.body, target)
    if not negative and isinstance(case.query, dict):
        _aim_body(scene, case.query, target)


def _known_for(scene: Scene, path: str, name: str, place: int) -> list[str]:
    if place % 16 == 1:
        return scene.ids["/foreign/"]
    if name == "public_id":
        listed = path.partition("{")[0]
        known = scene.ids.get(listed) or scene.ids[listed.removeprefix("/api/v1")]
        named = scene.things.get(THINGS.get(listed.split("/")[3], ""))
        return known + [named] * max(1, len(known)) if named else known or scene.everything
    kind = {"photo_id": "/photos/", "upload_id": "/uploads/", "attachment_id": "/attachments/"}.get(name)
    return scene.ids.get(kind or "/people/") or scene.everything


def _aim_body(scene: Scene, body: Any, target: str | None) -> None:
    entries = body.items() if isinstance(body, dict) else enumerate(body)
    for name, value in list(entries):
        if isinstance(value, dict | list):
            _aim_body(scene, value, target)
        elif name == "version" and isinstance(value, int) and target in scene.versions:
            body[name] = scene.versions[target]
        elif isinstance(value, str) and UUID.fullmatch(value) and name != "client_key":
            known = scene.ids.get(f"/api/v1/{name}s/") or _ids_of(scene, str(name))
            body[name] = known[_number(value) % len(known)]
        elif isinstance(value, str) and name in {"genre", "topic", "schedule", "against", "code", "template"}:
            known = scene.words.get("code" if name in {"genre", "topic"} else str(name)) or [value]
            body[name] = known[_number(value) % len(known)] if _number(value) % 4 else value


PEOPLE = frozenset({"contributor", "photographer", "survivor", "merged", "person", "people", "author", "payee"})


def _ids_of(scene: Scene, name: str) -> list[str]:
    if name in PEOPLE:
        return scene.ids["/api/v1/contributors/"]
    return scene.everything


def _number(value: str) -> int:
    return zlib.crc32(value.encode())


def _ask(scene: Scene, case: Any, caller: str, report: Report) -> None:
    headers = scene.headers[caller]
    label = case.operation.label
    report.cases += 1
    report.callers[caller] += 1
    _crashed.clear()
    answer = case.call(headers=headers)
    report.statuses[answer.status_code] += 1
    if answer.status_code == 404 and case.meta.generation.mode.is_positive:
        report.lost[label] += 1
    if answer.status_code >= 500:
        broken = _crashed[-1] if _crashed else None
        report.fail(label, f"broke by {type(broken).__name__}", f"{broken!r}"[:300] + " " + _curl(case, caller))
        return
    for kind, said in own_checks(case, caller, answer):
        report.fail(label, kind, f"{said} {_curl(case, caller)}")
    try:
        case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])
    except FailureGroup as group:
        for failure in group.exceptions:
            assert isinstance(failure, Failure)
            if failure.title == ACCEPTED and "" in (case.query or {}).values():
                continue  # an empty parameter of a list asks for nothing; it is taken as not given
            report.fail(label, failure.title, f"{failure.message} {answer.text[:300]} {_curl(case, caller)}")


def own_checks(case: Any, caller: str, answer: Any) -> Iterator[tuple[str, str]]:
    """What the API promises beside its document: nobody unknown gets in, errors are problems, nothing inside shows."""
    open_to_all = not case.operation.definition.raw.get("security", [])
    if caller in STRANGERS and not open_to_all and answer.status_code not in {401, 404, 405}:
        yield "lets strangers in", f"{caller}: {answer.status_code}"
    if caller == OUTSIDER and answer.status_code < 300 and "X-Portal" not in (case.headers or {}):
        yield from _leaks(case, answer)
    if answer.status_code < 400:
        if str(answer.status_code) not in case.operation.definition.raw["responses"]:
            yield "answers a status that the document does not name", str(answer.status_code)
        return
    if answer.headers.get("content-type", [""])[0].partition(";")[0] != "application/problem+json":
        yield "refuses without a problem", answer.text[:200]
        return
    problem = json.loads(answer.content)
    if re.search(r"Traceback|SELECT |INSERT |psycopg|/site-packages/|/tmp/", answer.text):
        yield "shows its inside", answer.text[:300]
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    lies = [one for one in problem["errors"] if one["code"] in SHAPE_CODES]
    if positive and problem["code"] == "invalid" and lies:
        yield f"refuses what its document allows: {lies[0]['field']} {lies[0]['code']}", json.dumps(lies)[:300]


def _leaks(case: Any, answer: Any) -> Iterator[tuple[str, str]]:
    if (case.path_parameters or {}).get("public_id") and "xa-mau" in answer.text:
        yield "shows another portal", answer.text[:200]


def _curl(case: Any, caller: str) -> str:
    body = case.body if isinstance(case.body, dict | list | str | int) else ""
    asked = json.dumps({"query": dict(case.query or {}), "body": body}, ensure_ascii=False, default=str)
    return f"[{caller}: {case.method} {case.formatted_path} {asked[:600]}]"
