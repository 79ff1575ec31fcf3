"""A code handed over by HTTP: answered once, kept and logged nowhere, for those who may."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from contributors import handing
from contributors.errors import DomainError
from contributors.models import Event, EventDetail, LoginCode
from contributors.scopes import portal_scope
from tests.api.conftest import EVERYBODY, CheckedClient
from tests.factories.world import World

As = Callable[[str], CheckedClient]


def address(world: World, whose: str = "lan") -> str:
    return f"/api/v1/contributors/{world.people[whose].public_id}/hand-over-code/"


def test_link_and_digits_are_answered_once_and_kept_nowhere(world: World, as_: As, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, logger="django.db.backends")
    head = as_("head")
    link = head.post(address(world), {"way": "link"})
    assert (link.status_code, link.headers["Cache-Control"]) == (201, "private, no-store")
    told = link.json()
    assert (told["way"], told["purpose"]) == ("link", "login")
    assert told["url"] == f"http://127.0.0.1:8000/l/{told['secret']}/"
    assert reverse("web:enter_by_link", args=[told["secret"]]) == f"/l/{told['secret']}/"
    assert handing.look_at_link(token=told["secret"], address="192.0.2.1").contributor == world.people["lan"]
    digits = head.post(address(world), {"way": "digits", "reset": True}).json()
    assert (len(digits["secret"]), digits["secret"].isdigit(), digits["url"]) == (6, True, None)
    with pytest.raises(DomainError, match="link_spent"):  # the earlier code ended
        handing.look_at_link(token=told["secret"], address="192.0.2.1")
    with portal_scope(world.portal):
        events = list(Event.objects.filter(kind="code.handed_over").order_by("pk"))
        assert [event.facts for event in events] == [
            {"purpose": "login", "way": "link", "reset": False},
            {"purpose": "login", "way": "digits", "reset": True},
        ]
        kept = [*Event.objects.values_list("facts", flat=True), *EventDetail.objects.values_list("values", flat=True)]
        kept += [list(map(str, row)) for row in LoginCode.objects.values_list()]
    for secret in (told["secret"], digits["secret"]):
        assert secret not in json.dumps(kept, default=str)
        assert secret not in caplog.text
    assert head.get(address(world)).status_code == 405


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_hands_over(world: World, as_: As, name: str) -> None:
    answer = as_(name).post(address(world, "hoa"), {"way": "digits"})
    allowed = name in {"head", "deputy", "admin", "focal_person"}
    assert (answer.status_code, answer.json().get("code")) == ((201, None) if allowed else (403, "not_allowed"))
    assert LoginCode.objects.filter(contributor=world.people["hoa"]).count() == int(allowed)


def test_login_of_a_decider_is_the_administrators_with_proof(world: World, as_: As, monkeypatch: Any) -> None:
    from api import portal_view

    refused = as_("deputy").post(address(world, "head"), {"way": "digits"})
    assert (refused.status_code, refused.json()["code"]) == (403, "code_for_decider")
    real = portal_view.actor_for
    monkeypatch.setattr(
        portal_view, "actor_for", lambda *args, **kwargs: replace(real(*args, **kwargs), proof="needed")
    )
    refused = as_("admin").post(address(world, "head"), {"way": "digits"})
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
    monkeypatch.setattr(portal_view, "actor_for", real)
    assert as_("admin").post(address(world, "head"), {"way": "digits"}).status_code == 201


def test_wrong_bodies_foreign_people_and_too_many(world: World, elsewhere: World, as_: As) -> None:
    head = as_("head")
    for body, field in (({}, "way"), ({"way": "sms"}, "way"), ({"way": "link", "phone": "0912000777"}, "phone")):
        answer = head.post(address(world), body)
        assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    foreign = head.post(address(elsewhere), {"way": "link"})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    cache.clear()
    codes = [head.post(address(world), {"way": "digits"}).status_code for _ in range(handing.MOST_HANDED[0] + 1)]
    assert codes == [201] * handing.MOST_HANDED[0] + [429]
