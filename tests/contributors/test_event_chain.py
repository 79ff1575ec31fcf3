"""Whoever changes an event behind the product's back is found by the command, with the place and the event."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from contributors import clock, events, genres, registration
from contributors.models import Event, EventDetail, EventSeal
from tests.factories.world import World, build_world


def verify(**options) -> tuple[bool, str]:
    out = StringIO()
    try:
        call_command("verify_events", stdout=out, **options)
    except CommandError:
        return False, out.getvalue()
    return True, out.getvalue()


def as_owner(sql: str, values: list) -> None:
    """What only the owner of the tables can do: the guards off for one statement."""
    table = sql.split()[1] if sql.startswith("UPDATE") else sql.split()[2]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def sealed(cell: World) -> World:
    cell.submitted("lan")
    registration.record_person(actor=cell.actor("head"), full_name="Lê Được Nêu")
    while events.seal_events(portal_id=cell.portal.pk, limit=7):
        pass
    return cell


def middle(world: World) -> EventSeal:
    return EventSeal.objects.get(position=EventSeal.objects.count() // 2)


def test_whole_chain_is_good(sealed):
    good, told = verify()
    assert good
    assert told == f"ok  {sealed.portal.slug}: {Event.objects.count()} events, chain whole\n"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("facts = %s", '{"altered": true}'),
        ("kind = %s", "piece.approve"),
        ("actor_account_id = %s", None),
        ("at = at + %s::interval", "1 second"),
        ("subject_id = subject_id + %s", 1),
    ],
)
def test_changed_event_is_named(sealed, change, value):
    seal = middle(sealed)
    if change.startswith("actor"):
        seal = EventSeal.objects.filter(event__actor_account__isnull=False).order_by("position")[0]
    as_owner(f"UPDATE contributors_event SET {change} WHERE id = %s", [value, seal.event_id])
    good, told = verify()
    changed = Event.objects.get(pk=seal.event_id)
    assert not good
    assert told == (
        f"BAD {sealed.portal.slug}: broken at position {seal.position} (link): "
        f"event {changed.pk}, {changed.kind}, {changed.at.isoformat()}\n"
    )
    assert events.first_broken_link(portal_id=sealed.portal.pk) == seal.position


def test_event_taken_out_of_the_middle_is_a_gap(sealed):
    seal = middle(sealed)
    as_owner("DELETE FROM contributors_eventseal WHERE id = %s", [seal.pk])
    good, told = verify(lag=0)
    assert not good
    assert told.startswith(f"BAD {sealed.portal.slug}: broken at position {seal.position} (gap)\n")


def test_changed_personal_values_are_named_and_erased_ones_are_not(sealed):
    detail = EventDetail.objects.order_by("pk")[0]
    position = EventSeal.objects.get(event_id=detail.event_id).position
    as_owner("UPDATE contributors_eventdetail SET values = %s WHERE id = %s", ['{"full_name": "Khác"}', detail.pk])
    good, told = verify()
    assert not good
    assert f"broken at position {position} (detail): event {detail.event_id}, " in told
    detail.delete()
    assert verify()[0]


def test_events_that_nobody_seals_are_told(sealed):
    with clock.at(timezone.now()):
        genres.offer_topic(actor=sealed.actor("admin"), code="moi", name="Mới")
        sealed.draft("lan")
    assert verify()[0]  # they are younger than ten minutes
    good, told = verify(lag=0)
    first = Event.objects.order_by("-pk")[1]
    assert not good
    assert f"2 events are not sealed after 0 minutes, the oldest is event {first.pk}, topic.offered" in told
    assert events.unsealed_before(portal_id=sealed.portal.pk, moment=timezone.now() - timedelta(hours=1)) == (0, None)


def test_each_portal_has_its_own_chain(sealed):
    other = build_world(slug="xa-khac")
    while events.seal_events(portal_id=other.portal.pk):
        pass
    seal = middle(sealed)
    as_owner("UPDATE contributors_event SET kind = %s WHERE id = %s", ["x", seal.event_id])
    assert verify(portal="xa-khac") == (
        True,
        f"ok  xa-khac: {Event.unscoped.filter(portal=other.portal).count()} events, chain whole\n",
    )
    good, told = verify()
    assert not good
    assert [line[:12] for line in told.splitlines()] == ["ok  xa-khac:", "BAD xa-mau: "]
    with pytest.raises(CommandError, match="no portal"):
        call_command("verify_events", portal="xa-la")
