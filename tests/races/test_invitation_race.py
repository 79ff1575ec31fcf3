"""Twenty people at once on an invitation with one use left: one joins, nineteen are told, nothing is lost."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from contributors import clock, registration
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.invitations import make_invitation
from contributors.models import Consent, Contributor, Event, Invitation
from contributors.scopes import portal_scope
from tests.factories.world import at

PEOPLE = 20
ABREAST = 6  # fewer than the connections that a process keeps, so that all of them can stand still at once
NOW = at("2026-07-10T09:00")
CONSENTS = [("registration", "2026-01")]


@pytest.fixture(autouse=True)
def _one_hour():
    with clock.at(NOW):
        yield


@pytest.fixture
def invitation(committed_world):
    return make_invitation(actor=committed_world.actor("head"), unit=committed_world.unit, uses=1)


def at_once(portal, work, count=PEOPLE):
    """`work(number)` in so many threads, each with a connection of its own, all let go at one moment."""
    start = threading.Barrier(count)

    def one(number):
        try:
            with clock.at(NOW), portal_scope(portal):  # a thread has neither of its own
                start.wait(timeout=30)
                return work(number)
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def join(world, invitation, number, key=None):
    return registration.apply_to_join(
        actor=system_actor(world.portal),
        full_name="Trần Thị Mới" if key else f"Người Thứ {number}",
        phone=f"09120000{0 if key else number:02d}",
        unit=None,
        consents=CONSENTS,
        invitation=invitation,
        client_key=key or uuid.uuid4(),
    ).pk


def test_twenty_people_and_one_use_left(committed_world, invitation):
    before = (Contributor.objects.count(), Consent.objects.count(), Event.objects.count())
    found = at_once(committed_world.portal, lambda number: join(committed_world, invitation, number))
    assert sorted(str(one) for one in found if isinstance(one, str)) == ["invitation_used_up"] * (PEOPLE - 1)
    (joined,) = [one for one in found if isinstance(one, int)]
    after = (Contributor.objects.count(), Consent.objects.count(), Event.objects.count())
    assert after == tuple(count + 1 for count in before)
    assert Invitation.objects.get(pk=invitation.pk).uses_left == 0
    assert Contributor.objects.get(pk=joined).invitation_id == invitation.pk


def test_one_press_twenty_times(committed_world, invitation):
    key = uuid.uuid4()
    found = at_once(committed_world.portal, lambda number: join(committed_world, invitation, number, key))
    assert len(set(found)) == 1
    assert isinstance(found[0], int)
    assert Contributor.objects.filter(invitation=invitation).count() == 1


def test_looking_before_taking_would_be_seen(committed_world, invitation, monkeypatch):
    """Negative control: the same harness with a verb that reads, then writes, lets more than one person in."""
    pause = threading.Barrier(ABREAST)

    def careless(row):
        current = Invitation.objects.get(pk=row.pk)
        pause.wait(timeout=30)
        if not current.uses_left:
            raise DomainError("invitation_used_up")
        Invitation.objects.filter(pk=row.pk).update(uses_left=current.uses_left - 1)

    monkeypatch.setattr(registration, "take_one_use", careless)
    found = at_once(committed_world.portal, lambda number: join(committed_world, invitation, number), ABREAST)
    assert sum(isinstance(one, int) for one in found) == ABREAST


def test_revoking_while_people_join_leaves_one_truth(committed_world):
    """Whoever came first joined, whoever came after was refused, and the count says so."""
    from contributors.invitations import revoke_invitation

    head = committed_world.actor("head")
    row = make_invitation(actor=head, unit=committed_world.unit, uses=100)

    def work(number):
        if number == PEOPLE // 2:
            with transaction.atomic():
                revoke_invitation(actor=head, invitation=row)
            return None
        return join(committed_world, row, number)

    found = at_once(committed_world.portal, work)
    joined = [one for one in found if isinstance(one, int)]
    assert {one for one in found if isinstance(one, str)} <= {"invitation_revoked"}
    assert Invitation.objects.get(pk=row.pk).uses_left == 100 - len(joined)
    assert Contributor.objects.filter(invitation=row).count() == len(joined)
