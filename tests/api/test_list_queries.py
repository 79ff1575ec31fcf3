"""Every list of the API, taken from its addresses, asks as many questions for thirty rows as for one.

A world with one of each thing is built by the product's verbs; then the rows that a list is of are copied in the
database, its unique keys taken off for the length of the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from api.v1.urls import urlpatterns
from contributors.models.tenancy import TenantModel
from contributors.scopes import portal_scope
from tests.factories.world import World
from tests.web.pages import EVERYBODY, one_of_each

COPIES = 29
MOST = 30
# What stands between braces in an address: the thing of one_of_each.
OF = {"pieces/<uuid:public_id>": "submitted", "balances/<uuid:public_id>": None, "runs/<uuid:public_id>": "run"}
# Lists that are of no rows of their own kind in that world, or not of rows at all.
NOT_COPIED = {
    "error-list": "codes, from the code",
    "bank-list": "banks, from a file",
    "portals": "one's own portals",
    **dict.fromkeys(
        [
            "access-key-list",
            "application-list",
            "balances",
            "delegation-list",
            "feed-key-list",
            "notices",
            "office-notices",
            "payout-list",
            "payout-template-list",
            "revision-list",
            "saved-view-list",
            "sighting-list",
            "unit-proposals",
            "upload-list",
        ],
        "none stands in that world, or copies of one are not another for the list",
    ),
}

COPY = """
INSERT INTO {table} ({columns})
SELECT {columns} FROM (
SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(row) || jsonb_build_object(
          'id', nextval(pg_get_serial_sequence('{table}', 'id'))) || {fresh})).*
  FROM (SELECT * FROM {table} WHERE id = %s) row, generate_series(1, %s)) made
"""
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
KEYS = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
 WHERE conrelid = %s::regclass AND contype IN ('u', 'x', 'c')
"""
INDEXES = """
SELECT indexrelid::regclass::text FROM pg_index
 WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary
"""


@pytest.fixture
def world(standing_world: World, db: None) -> World:
    return standing_world


@pytest.fixture(autouse=True)
def _early_august() -> Iterator[None]:
    """The pages' world is of today."""
    return


@pytest.fixture
def things(world: World, work_jobs: Any) -> dict[str, object]:
    with portal_scope(world.portal):
        return one_of_each(world, work_jobs)


def lists() -> dict[str, tuple[str, type[Any]]]:
    """(address, view) by name, of every GET that gives a list."""
    found = {}
    for pattern in urlpatterns:
        actions = getattr(getattr(pattern, "callback", None), "actions", None) or {}
        if actions.get("get") == "list":
            found[str(pattern.name)] = (str(pattern.pattern), pattern.callback.cls)
    return found


@contextmanager
def copied(model: type[TenantModel], row: int) -> Iterator[None]:
    """Thirty rows in place of one, until the block ends."""
    table = connection.ops.quote_name(model._meta.db_table)
    uuids = [field.column for field in model._meta.concrete_fields if field.get_internal_type() == "UUIDField"]
    fresh = ", ".join(f"'{column}', gen_random_uuid()" for column in uuids)
    mark = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(KEYS, [model._meta.db_table])
            for owner, name in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {owner} DROP CONSTRAINT "{name}" CASCADE')
            cursor.execute(INDEXES, [model._meta.db_table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name} CASCADE")
            cursor.execute(COLUMNS, [model._meta.db_table])
            columns = cursor.fetchone()[0]
            cursor.execute(
                COPY.format(table=table, columns=columns, fresh=f"jsonb_build_object({fresh})"), [row, COPIES]
            )
        yield
    finally:
        transaction.savepoint_rollback(mark)


def asked(client: APIClient, address: str) -> tuple[int, int, int]:
    """Status, rows and questions."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    body = answer.json() if answer.status_code == 200 else []
    return answer.status_code, len(body["results"] if isinstance(body, dict) else body), len(queries)


def first_seen(clients: list[APIClient], address: str) -> tuple[APIClient | None, int, int]:
    """Somebody who sees rows there, how many, and the questions asked for them."""
    for client in clients:
        status, rows, questions = asked(client, address)
        if status == 200 and rows:
            return client, rows, questions
    return None, 0, 0


def asked_for_thirty(client: APIClient, address: str, model: type[TenantModel], world: World, least: int) -> int:
    """Questions for so many rows, made of one of the newest; 0 where copies of none of them are in the list."""
    newest = model.unscoped.filter(portal=world.portal).order_by("-pk").values_list("pk", flat=True)[:5]
    for row in newest:
        with copied(model, row):
            _, rows, questions = asked(client, address)
        if rows >= least:
            return questions
    return 0


def address_of(route: str, things: dict[str, object]) -> str:
    for part in re.findall(r"\w+/<uuid:\w+>", route):
        route = route.replace(part, f"{part.partition('/')[0]}/{things.get(OF.get(part, ''))}")
    return "/api/v1/" + route


def test_every_list_asks_the_same_for_one_row_and_for_thirty(world: World, things: dict[str, object]) -> None:
    clients = []
    for name in EVERYBODY:
        clients.append(APIClient())
        clients[-1].force_authenticate(world.accounts[name])
    counts, unseen = {}, set()
    for name, (route, view) in lists().items():
        address, paged = address_of(route, things), getattr(view, "pagination_class", None) is not None
        client, rows, one = first_seen(clients, address + ("?page_size=1" if paged else ""))
        many = 0
        if client is not None and issubclass(getattr(getattr(view, "queryset", None), "model", object), TenantModel):
            least = 30 if paged else rows + COPIES
            many = asked_for_thirty(
                client, address + ("?page_size=30" if paged else ""), view.queryset.model, world, least
            )
        if many:
            counts[name] = (one, many)
        else:
            unseen.add(name)
    assert {name: pair for name, pair in counts.items() if pair[0] != pair[1] or pair[0] > MOST} == {}
    assert unseen == set(NOT_COPIED)
    assert len(counts) > 25
