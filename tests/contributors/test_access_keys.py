"""Making a key: by a person, with a name, scopes and a last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from contributors import access_keys, clock
from contributors.access_keys import LONGEST_DAYS, make_access_key, withdraw_access_key
from contributors.errors import DomainError
from contributors.models import AccessKey, Event
from tests.contributors.states import HOUR


@pytest.fixture(autouse=True)
def _one_hour():
    with clock.at(HOUR):
        yield


def made(world, **other):
    last_day = HOUR.date() + timedelta(days=30)
    given = {"actor": world.actor("lan"), "name": "Cổng huyện", "scopes": ["read"], "last_day": last_day}
    return make_access_key(**given | other)


@pytest.mark.parametrize(
    ("other", "code", "field"),
    [
        ({"name": "  "}, "access_key_name", "name"),
        ({"name": "x" * 101}, "access_key_name", "name"),
        ({"scopes": []}, "access_key_scopes", "scopes"),
        ({"scopes": ["write"]}, "access_key_scopes", "scopes"),
        ({"scopes": ["read", "all"]}, "access_key_scopes", "scopes"),
        ({"last_day": HOUR.date()}, "access_key_expiry", "last_day"),
        ({"last_day": HOUR.date() + timedelta(days=LONGEST_DAYS + 1)}, "access_key_expiry", "last_day"),
    ],
)
def test_wrong_wishes_are_refused_and_leave_nothing(world, other, code, field):
    with pytest.raises(DomainError) as refused:
        made(world, **other)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (AccessKey.objects.count(), Event.objects.filter(kind="access_key.made").count()) == (0, 0)


def test_program_makes_no_key_and_a_person_proves_themselves_first(world):
    token = replace(world.actor("lan"), kind="token", access_key="x")
    for actor, code in (
        (token, "person_needed"),
        (replace(world.actor("lan"), proof="needed"), "second_factor_needed"),
    ):
        with pytest.raises(DomainError, match=code):
            made(world, actor=actor)


def test_key_lives_a_whole_last_day_and_is_withdrawn_once(world):
    key = made(world, last_day=HOUR.date() + timedelta(days=LONGEST_DAYS)).key
    assert key.expires_at.astimezone(HOUR.tzinfo).date() == HOUR.date() + timedelta(days=LONGEST_DAYS + 1)
    first = withdraw_access_key(actor=world.actor("lan"), key=key).withdrawn_at
    assert withdraw_access_key(actor=world.actor("lan"), key=key).withdrawn_at == first
    assert Event.objects.filter(kind="access_key.withdrawn").count() == 1
    with pytest.raises(DomainError, match="not_found"):
        withdraw_access_key(actor=world.actor("hoa"), key=key)


def test_keys_in_force_are_few(world, monkeypatch):
    monkeypatch.setattr(access_keys, "MOST_IN_FORCE", 2)
    withdraw_access_key(actor=world.actor("lan"), key=made(world).key)
    made(world)
    made(world)
    with pytest.raises(DomainError, match="access_keys_many"):
        made(world)
