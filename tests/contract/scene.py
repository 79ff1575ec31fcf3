"""Two portals full of things, everybody who may call, and what their ids are."""

from __future__ import annotations

import base64
import re
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.cache import cache
from rest_framework.test import APIClient

from contributors import clock, seats
from contributors.actors import system_actor
from contributors.models import Account, Contributor, ContributorState, Letterhead, Seat
from contributors.scopes import portal_scope
from tests.factories.world import OPENED, World, _join, at, build_world
from tests.web.pages import one_of_each

NOW = at("2026-08-03T09:00")
PASSWORD = "cay-lua-ngoai-dong"
# Nobody, a wrong password, and somebody of another portal stand beside the roles.
VISITOR, WRONG, OUTSIDER = "visitor", "wrong password", "outsider"
FORMER, LEFT = "former", "left"
KEPT = 40  # ids of one kind; more of them find nothing new


@dataclass
class Scene:
    """`ids` by the address that lists them (`/api/v1/pieces/`); `versions` by id; `words` by the name of a field.

    `things` and `foreign` are what the pages' tests call by name, in the portal of the scene and in a neighbour's.
    `accounts` are everybody with a login; `headers` log them in, and some who are nobody.
    """

    world: World
    accounts: dict[str, Account]
    headers: dict[str, dict[str, str]]
    things: dict[str, str]
    foreign: dict[str, str]
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    versions: dict[str, int] = field(default_factory=dict)
    words: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    @property
    def everything(self) -> list[str]:
        return sorted({one for found in self.ids.values() for one in found})


def build_scene(work_jobs: Callable[[], int]) -> Scene:
    """Everything that the pages' own tests stand on, in the portal of the scene and in its neighbour's."""
    world = build_world()
    with clock.at(NOW), portal_scope(world.portal):
        things = _named(one_of_each(world, work_jobs))
        for seat in ("editor", "rapporteur"):
            _seat(world, seat, seat)
        _gone(world)
    other = build_world(slug="xa-khac")
    with clock.at(NOW), portal_scope(other.portal):
        # Papers are known by a code of what they say: two offices of one name and one sum would have the same.
        Letterhead.objects.update(issuing_body="Uỷ ban nhân dân xã Khác")
        foreign = _named(one_of_each(other, work_jobs))
    accounts = world.accounts | {OUTSIDER: other.accounts["head"]}
    headers = {name: _login(account) for name, account in accounts.items()}
    headers[WRONG] = {"Authorization": _basic(world.accounts["head"].login_phone, "khong-phai")}
    headers[VISITOR] = {}
    scene = Scene(world, accounts, headers, things, foreign)
    with clock.at(NOW):
        _look_around(scene)
    scene.ids["/foreign/"] = sorted(foreign.values())
    return scene


def _named(things: dict[str, object]) -> dict[str, str]:
    return {name: str(thing) for name, thing in things.items() if isinstance(thing, uuid.UUID)}


def _seat(world: World, name: str, seat: str) -> Seat:
    _join(world, name, "Người Một Việc")
    return seats.give_seat(
        actor=system_actor(world.portal),
        contributor=world.people[name],
        seat=seat,
        effective_from=OPENED,
        decision_number="03/QĐ",
    )


def _gone(world: World) -> None:
    """Whose seat has ended, and who has left altogether."""
    ended = _seat(world, FORMER, "deputy")
    seats.end_seat(actor=world.actor("admin"), seat=ended, on=date(2026, 7, 1), decision_number="06/QĐ")
    _join(world, LEFT, "Người Đã Thôi")
    Contributor.objects.filter(pk=world.people[LEFT].pk).update(state=ContributorState.LEFT)


def _login(account: Account) -> dict[str, str]:
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return {"Authorization": _basic(account.login_phone, PASSWORD)}


def _basic(phone: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{phone}:{password}".encode()).decode()


LISTS = [
    "applications",
    "balances",
    "bank-results",
    "books-checks",
    "calls",
    "checks",
    "claims",
    "contributor-imports",
    "contributors",
    "corrections",
    "delegations",
    "documents",
    "events",
    "feed-keys",
    "funds",
    "genres",
    "grants",
    "invitations",
    "jobs",
    "merges",
    "notices",
    "office-notices",
    "payee-details",
    "payout-batches",
    "payout-templates",
    "payouts",
    "pieces",
    "rate-schedules",
    "runs",
    "saved-views",
    "seats",
    "sightings",
    "statements",
    "topics",
    "training-sessions",
    "unclaimed",
    "unit-sheets",
    "units",
    "waivers",
    "what-if/schedules",
]


def _look_around(scene: Scene) -> None:
    """Read every list as somebody who sees much, and the details of what stands in it."""
    for name in ("head", "accountant", "holder", "admin", "lan", "publisher"):
        client = APIClient()
        client.force_authenticate(scene.world.accounts[name])
        for path in LISTS:
            address = f"/api/v1/{path}/"
            answer = client.get(address)
            if answer.status_code != 200:
                continue
            body = answer.json()
            rows = body.get("results", []) if isinstance(body, dict) else body
            for row in rows[:KEPT]:
                _note(scene, address, row)
                if "id" in row and path in {"pieces", "runs", "payout-batches", "corrections", "waivers", "funds"}:
                    _note_below(scene, client, f"{address}{row['id']}/", name)
    cache.clear()


def _note_below(scene: Scene, client: APIClient, address: str, name: str) -> None:
    """What lies under one thing is addressed by ids of its own."""
    answer = client.get(address)
    if answer.status_code == 200:
        _note(scene, "/below/", answer.json())
    if "/runs/" in address and name == "accountant":
        for part in ("lines", "papers", "checks", "exceptions"):
            found = client.get(f"{address}{part}/")
            if found.status_code == 200:
                _note(scene, f"/{part}/", found.json())


def _note(scene: Scene, address: str, value: Any) -> None:
    if isinstance(value, list):
        for each in value[:KEPT]:
            _note(scene, address, each)
    if not isinstance(value, dict):
        return
    own = value.get("id")
    if isinstance(own, str) and own not in scene.ids[address]:
        scene.ids[address].append(own)
    if isinstance(own, str) and isinstance(value.get("version"), int):
        scene.versions[own] = value["version"]
    for name, inner in value.items():
        if isinstance(inner, dict | list):
            _note(scene, f"/{name}/", inner)
        elif isinstance(inner, str) and re.fullmatch(r"[\w.:-]{1,60}", inner) and name not in {"id", "next"}:
            known = scene.words[name]
            if inner not in known and len(known) < KEPT:
                known.append(inner)
