"""Two portals with their people, and a client that holds every answer against docs/openapi.yaml."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache as django_cache
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.test import APIClient

from contributors import clock, drafting, registration, seats
from contributors.actors import system_actor
from contributors.models import Piece
from contributors.pledges import current_pledge
from contributors.scopes import portal_scope
from tests.factories import standing
from tests.factories.world import OPENED, World, _join, at, build_world, new_phone

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
NOW = "2026-08-03T09:00"
SEATS = ("head", "deputy", "writer", "editor", "publisher", "rapporteur")
GRANTS = ("holder", "accountant", "admin", "observer", "focal_person")
EVERYBODY = (*SEATS, *GRANTS, "lan", "hoa")


def full_world(slug: str) -> World:
    """The small portal with every seat and every grant taken. No scope is open: the API opens its own."""
    world = build_world(slug)
    system = system_actor(world.portal)
    with clock.at(at("2026-01-05T08:00")), portal_scope(world.portal):
        for seat, shown in (("editor", "Đỗ Thị Biên"), ("rapporteur", "Hồ Văn Cáo")):
            _join(world, seat, shown)
            seats.give_seat(
                actor=system,
                contributor=world.people[seat],
                seat=seat,
                effective_from=OPENED,
                decision_number="03/QĐ",
            )
        for capability, shown in (("observer", "Trịnh Thị Xem"), ("focal_person", "Cao Văn Mối")):
            world.accounts[capability] = registration.open_account(login_phone=new_phone(), name=shown, password=None)
            seats.propose_grant(
                actor=system,
                account=world.accounts[capability],
                capability=capability,
                effective_from=OPENED,
                decision_number="04/QĐ",
            )
    return world


@cache
def document() -> dict[str, Any]:
    """docs/openapi.yaml with every object closed, so that an undeclared key in an answer is a difference."""
    read: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    for schema in read["components"]["schemas"].values():
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return read


def whole_rows(schema: dict[str, Any]) -> dict[str, Any]:
    """Rows of a list may be parts only where `fields` asked for that."""
    listed = schema["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
    rows = listed.get("properties", {}).get("results", {}).get("items", {})
    if "anyOf" not in rows:
        return schema
    whole = listed["properties"]["results"] | {"items": rows["anyOf"][0]}
    return listed | {
        "properties": listed["properties"] | {"results": whole},
        "components": schema["components"],
    }


def check_answer(response: Any) -> None:
    """Raise unless the document names this answer to this operation, and its body fits."""
    route = "/" + response.resolver_match.route.replace("<uuid:", "{").replace("<slug:", "{").replace(">", "}")
    operation = document()["paths"].get(route, {}).get(response.request["REQUEST_METHOD"].lower())
    if operation is None:
        assert response.status_code in {404, 405} or "/schema/" in route or "/docs/" in route, route
        return
    answers = operation["responses"]
    answer = answers.get(str(response.status_code))
    if answer is None:
        assert response.status_code >= 400 or response.status_code == 304, response.status_code
        answer = answers["default"]
    assert response.status_code != 202 or response["Location"].startswith("http"), "a promise says where to follow it"
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    if response.status_code in {204, 304} or "content" not in answer:
        assert response.content == b""
        return
    assert media_type in answer["content"], media_type
    if media_type.endswith("json"):
        schema = answer["content"][media_type]["schema"] | {"components": document()["components"]}
        if "fields=" not in response.request["QUERY_STRING"]:
            schema = whole_rows(schema)
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(response.json())


class CheckedClient(APIClient):
    """Sends JSON unless told otherwise, and holds each answer against the document."""

    default_format = "json"

    def request(self, **asked: Any) -> Any:
        response = super().request(**asked)
        check_answer(response)
        return response


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    django_cache.clear()
    yield
    django_cache.clear()


@pytest.fixture(autouse=True)
def _quick_hash_and_own_folder(settings: Any, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = str(tmp_path / "files")


@pytest.fixture(autouse=True)
def _early_august() -> Iterator[None]:
    """The portal pays since July; the first run is due."""
    with clock.at(at(NOW)):
        yield


@pytest.fixture
def standing_full_world(django_db_setup: None, django_db_blocker: Any) -> World:
    return standing.world("full", lambda: full_world("xa-mau"), django_db_blocker)


@pytest.fixture
def world(standing_full_world: World, db: None) -> World:
    return standing_full_world


@pytest.fixture
def elsewhere(db: None) -> World:
    return full_world("xa-khac")


@pytest.fixture
def as_(world: World) -> Callable[[str], CheckedClient]:
    """`as_("head")` is a client with that person logged in."""

    def client(name: str) -> CheckedClient:
        made = CheckedClient()
        made.force_authenticate(world.accounts[name])
        return made

    return client


@pytest.fixture
def create(as_: Callable[[str], CheckedClient]) -> Callable[..., dict[str, Any]]:
    """`create("lan", title=…)` sends a new draft and gives the answer."""

    def created(name: str = "lan", **fields: Any) -> dict[str, Any]:
        body = {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "Ấp Mẫu làm đường", "body": "Dài."}
        response = as_(name).post("/api/v1/pieces/", body | fields)
        assert response.status_code == 201, response.content
        return response.json()  # type: ignore[no-any-return]

    return created


@pytest.fixture
def step(as_: Callable[[str], CheckedClient]) -> Callable[..., Any]:
    """`step("lan", piece, "submit")` takes one step with the version that `piece` shows; approving scores 1,5."""

    def taken(name: str, piece: dict[str, Any], action: str, **body: Any) -> Any:
        if action == "approve":
            body = {"coefficient": "1.5"} | body
        if action == "submit":
            body = {"pledge": current_pledge().version} | body
        return as_(name).post(f"/api/v1/pieces/{piece['id']}/{action}/", {"version": piece["version"], **body})

    return taken


@pytest.fixture
def published(create: Callable[..., dict[str, Any]], step: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """A piece taken all the way through HTTP."""

    def made(name: str = "lan", when: str = "2026-07-10T09:00+07:00", **fields: Any) -> dict[str, Any]:
        piece = step(name, create(name, **fields), "submit").json()
        piece = step("head", piece, "approve").json()
        answer = step("publisher", piece, "publish", url=f"https://xa.example/{piece['id']}", at=when)
        assert answer.status_code == 200, answer.content
        return answer.json()  # type: ignore[no-any-return]

    return made


def many_pieces(world: World, count: int, by: str = "lan", credited: int = 1) -> list[Piece]:
    """Drafts by the ground floor's own verbs, each with so many authors."""
    people = [world.people[name] for name in (by, "hoa", "writer")][:credited]
    share = Decimal(100 // credited)
    declared = [
        drafting.DeclaredCredit(person, "author", share=share if nth else 100 - share * (credited - 1))
        for nth, person in enumerate(people)
    ]
    made = []
    with portal_scope(world.portal):
        for position in range(count):
            piece = world.draft(by, title=f"Tin số {position}")
            if credited > 1:
                piece = drafting.declare_credits(
                    actor=world.actor(by), piece=piece, seen_version=piece.version, declared=declared
                )
            made.append(piece)
    return made
