"""Every right of the ground floor for every role, generated from the table: its verbs ask for it and for nothing else.

What a holder is told beyond that (a version, a state) is the business of each verb's own tests.
"""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from contributors import registration, seats
from contributors.access import RIGHTS, looks_after
from contributors.actors import Actor, actor_for, system_actor
from contributors.errors import DomainError
from contributors.models import Capability, SeatName
from contributors.workflow import TRANSITIONS
from payments import permissions_page, permissions_words
from payments.access import PAYMENT_RIGHTS
from payments.management.commands import write_permissions
from tests.contributors.asks import ASKS, BARRED, DECISION, SAME_AS_REFUSED, SET_UP, Try, second_unit
from tests.factories.world import OPENED, World, build_world, new_phone

ROLES = [*(f"seat:{seat}" for seat in SeatName.values), *(f"grant:{right}" for right in Capability.values)]


def cast(world: World) -> dict[str, Actor]:
    """One person for each role and no other right; a seat's holder is a contributor, a grant's an account alone."""
    found: dict[str, Actor] = {}
    for role in ROLES:
        kind, _, name = role.partition(":")
        account = registration.open_account(login_phone=new_phone(), name="Người Một Việc", password=None)
        if kind == "grant":
            seats.propose_grant(
                actor=system_actor(world.portal),
                account=account,
                capability=name,
                effective_from=OPENED,
                decision_number=DECISION,
            )
            found[role] = actor_for(account, world.portal)
            assert (found[role].capabilities, found[role].seats) == ({name}, set())
        else:
            found[role] = replace(world.actor("publisher"), account_id=account.pk, seats=frozenset({name}))
    found["nobody"] = actor_for(
        registration.open_account(login_phone=new_phone(), name="Người Ngoài", password=None), world.portal
    )
    found["contributor"] = world.actor("hoa")
    found["system"] = system_actor(world.portal)
    other = build_world(slug="xa-khac")
    found["of another portal"] = actor_for(other.accounts["head"], world.portal)
    return found


def outcome(attempt: Try, actor: Actor) -> str:
    """ "ok", or the code of the refusal; what it did is undone."""
    try:
        with transaction.atomic():
            attempt(actor)
            transaction.set_rollback(True)
    except DomainError as refused:
        return refused.code
    return "ok"


@pytest.fixture(scope="module")
def actors(standing) -> dict[str, Actor]:
    return cast(standing)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.mark.parametrize("verb", ASKS)
def test_verb_is_allowed_to_those_of_the_table_and_nobody_else(actors, cell, verb):
    right, arrange = ASKS[verb]
    attempt = arrange(cell)
    seen = {name: outcome(attempt, actor) for name, actor in actors.items()}
    holders = RIGHTS[right].holders
    members = {*(role for role in ROLES if role.startswith("seat:")), "contributor"} if "member" in holders else set()
    allowed = {role for role in ROLES if role in holders and (verb, role) not in BARRED} | members
    allowed |= {"system"} if verb in SET_UP else set()
    assert {name for name, code in seen.items() if code not in SAME_AS_REFUSED} == allowed
    if allowed - {"system"}:
        assert "ok" in {seen[name] for name in allowed}


def test_every_right_of_the_ground_floor_is_asked_by_a_verb():
    assert {right for right, _ in ASKS.values()} == set(RIGHTS)


@pytest.mark.parametrize(
    "verb",
    [
        "correct_details",
        "leave",
        "own_data",
        "take_own_file",
        "want_thanks",
        "withdraw_consent",
        "submit",
        "edit",
        "withdraw",
        "may_see",
        "answer_credit",
    ],
)
def test_own_things_are_open_to_their_person(cell, verb):
    right, arrange = ASKS[verb]
    assert "own" in RIGHTS[right].holders
    attempt = arrange(cell)
    assert outcome(attempt, cell.actor("lan")) == "ok"
    assert outcome(attempt, cell.actor("hoa")) == "not_allowed"


def test_focal_person_of_one_unit_looks_after_no_other(cell):
    second = second_unit(cell)
    seats.propose_grant(
        actor=system_actor(cell.portal),
        account=cell.accounts["hoa"],
        capability="focal_person",
        effective_from=OPENED,
        decision_number=DECISION,
        unit=second,
    )
    actor = cell.actor("hoa")
    assert looks_after(actor, second.pk)
    assert not looks_after(actor, cell.unit.pk)
    for verb in ("make_invitation", "correct_details", "apply_to_join for another", "hand_over_code"):
        assert outcome(ASKS[verb][1](cell), actor) == "not_allowed", verb


def test_transitions_name_rights_of_the_table():
    steps = [*TRANSITIONS.values(), *registration.TRANSITIONS.values()]
    assert {step.right for step in steps} <= set(RIGHTS)


def test_page_of_permissions_is_what_the_tables_say(monkeypatch):
    call_command("write_permissions", check=True)
    monkeypatch.setitem(permissions_words.MEANINGS, "event.see", "Khác hẳn")
    with pytest.raises(CommandError, match="write_permissions"):
        call_command("write_permissions", check=True)


def test_page_of_permissions_has_every_right_in_both_languages():
    assert set(permissions_words.MEANINGS) == set(RIGHTS) | set(PAYMENT_RIGHTS)
    page = permissions_page.permissions_page()
    for right, row in (RIGHTS | PAYMENT_RIGHTS).items():
        assert page.count(f"| `{right}` | {permissions_words.MEANINGS[right]} | ") == 1
        assert row.meaning in page
        for holder in row.holders:
            kind, _, name = holder.partition(":")
            assert kind in {"seat", "grant", "own", "member"}, holder
            assert not name or name in {*SeatName.values, *Capability.values}, holder


def test_command_writes_the_page(monkeypatch, tmp_path):
    monkeypatch.setattr(write_permissions, "__file__", str(tmp_path / "a" / "b" / "c" / "d.py"))
    (tmp_path / "docs").mkdir()
    out = StringIO()
    call_command("write_permissions", stdout=out)
    assert "written" in out.getvalue()
    assert (tmp_path / "docs" / "permissions.md").read_text() == Path("docs/permissions.md").read_text()
