"""Invitations: who makes which, how the token lives, and every way in which one ends."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest

from contributors import clock, invitations, portals, registration
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.invitations import (
    canonical_token,
    find_invitation,
    invitation_state,
    invitation_url,
    make_invitation,
    make_invitations_for_units,
    open_invitation,
    revoke_invitation,
    shown_token,
    token_of,
)
from contributors.models import ContributorState, Event, Invitation, Unit, UnitSuccession
from tests.contributors.joining import apply, decide, focal_person, person_in
from tests.contributors.states import HOUR, everything
from tests.factories.world import OPENED


def refused(code, call, field=...):
    before = everything()
    with pytest.raises(DomainError) as error:
        call()
    assert error.value.code == code
    if field is not ...:
        assert error.value.field == field
    assert everything() == before


@pytest.fixture
def other_unit(cell):
    return portals.open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Bên", opened=OPENED)


def make(world, by="head", **fields):
    return make_invitation(actor=world.actor(by), **{"unit": world.unit, "uses": 5, "days": 30} | fields)


def test_token_is_derived_and_only_its_hash_is_kept(cell):
    row = make(cell, note="Họp ấp tối thứ bảy")
    token = token_of(row)
    assert len(token) == 12
    assert set(token) <= set("23456789BCDFGHJKMNPQRSTVWXZ")
    assert bytes(row.token_hash) == hashlib.sha256(token.encode()).digest()
    assert (row.uses, row.uses_left, row.expires_at) == (5, 5, HOUR + timedelta(days=30))
    assert token not in str(Invitation.objects.values().get(pk=row.pk))
    event = Event.objects.get(kind="invitation.made", subject_id=row.pk)
    assert event.facts == {
        "unit": cell.unit.pk,
        "contributor": None,
        "uses": 5,
        "until": row.expires_at.isoformat(),
    }
    assert token not in str(event.facts)


def test_shown_token_reads_back_however_it_is_typed(cell):
    row = make(cell)
    token = token_of(row)
    shown = shown_token(token)
    assert [len(part) for part in shown.split("-")] == [4, 4, 4]
    for typed in (shown, token.lower(), f" {shown.lower()} ", shown.replace("-", " "), shown.replace("-", "–")):
        assert canonical_token(typed) == token
        assert open_invitation(typed) == (cell.portal, row)
    assert invitation_url(row).endswith(f"/j/{token}/")


@pytest.mark.parametrize("typed", ["", "ABCD", "0000-0000-0000", "2222-2222-222", "2222-2222-22222", "<b>"])
def test_code_that_is_none_is_refused_without_a_question(cell, typed, django_assert_num_queries):
    assert canonical_token(typed) is None
    with django_assert_num_queries(0), pytest.raises(DomainError) as error:
        find_invitation(typed)
    assert error.value.code == "invitation_unknown"


def test_code_of_nobody_is_refused(cell):
    refused("invitation_unknown", lambda: open_invitation("2222-2222-2222"), "code")


def test_poster_is_printed_again_after_the_key_was_changed(cell, settings):
    row = make(cell)
    token = token_of(row)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the installation" * 2
    assert token_of(row) == token
    settings.SECRET_KEY_FALLBACKS = []
    refused("invitation_unprintable", lambda: token_of(row))
    assert open_invitation(token)[1] == row


def test_two_invitations_of_a_unit_have_two_tokens(cell):
    assert token_of(make(cell)) != token_of(make(cell))


@pytest.mark.parametrize("by", ["writer", "publisher", "lan", "accountant", "holder"])
def test_who_may_not_invite(cell, by):
    actor = cell.actor(by)
    refused("not_allowed", lambda: make_invitation(actor=actor, unit=cell.unit))
    refused("not_allowed", lambda: make_invitations_for_units(actor=actor))


@pytest.mark.parametrize("by", ["head", "deputy", "admin"])
def test_who_may_invite_to_any_unit(cell, other_unit, by):
    actor = cell.actor(by)
    row = make_invitation(actor=actor, unit=other_unit)
    assert revoke_invitation(actor=actor, invitation=row).revoked_at == HOUR


def test_focal_person_invites_to_own_units_only(cell, other_unit):
    focal = focal_person(cell)
    own = make_invitation(actor=focal, unit=cell.unit)
    refused("not_allowed", lambda: make_invitation(actor=focal, unit=other_unit))
    foreign = make_invitation(actor=cell.actor("head"), unit=other_unit)
    refused("not_allowed", lambda: revoke_invitation(actor=focal, invitation=foreign))
    assert list(invitations.invitations_seen_by(focal)) == [own]
    assert list(invitations.units_to_invite(focal)) == [cell.unit]
    ours, theirs = (person_in(cell, ContributorState.RECORDED, unit=unit) for unit in (cell.unit, other_unit))
    assert make_invitation(actor=focal, contributor=ours).contributor == ours
    refused("not_allowed", lambda: make_invitation(actor=focal, contributor=theirs))


def test_all_units_at_once_leaves_out_those_that_have_one_and_those_that_closed(cell, other_unit):
    head = cell.actor("head")
    portals.open_unit(actor=system_actor(cell.portal), kind="commune", name="Xã Cũ", opened=OPENED)
    closed = portals.open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Cũ", opened=date(2020, 1, 1))
    Unit.objects.filter(pk=closed.pk).update(closed=date(2026, 2, 1))
    make(cell)
    made = make_invitations_for_units(actor=head, uses=40, days=60)
    assert [row.unit for row in made] == [other_unit]
    assert (made[0].uses_left, made[0].expires_at) == (40, HOUR + timedelta(days=60))
    assert make_invitations_for_units(actor=head) == []
    revoke_invitation(actor=head, invitation=made[0])
    assert [row.unit for row in make_invitations_for_units(actor=head)] == [other_unit]


@pytest.mark.parametrize("uses", [0, -1, 1001])
def test_uses_out_of_range(cell, uses):
    head = cell.actor("head")
    refused("uses_wrong", lambda: make(cell, uses=uses), "uses")
    refused("uses_wrong", lambda: make_invitations_for_units(actor=head, uses=uses), "uses")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"expires_at": HOUR}, "expires_at"),
        ({"expires_at": HOUR + timedelta(days=366, seconds=1)}, "expires_at"),
    ],
)
def test_expiry_out_of_range(cell, given, field):
    refused("expiry_wrong", lambda: make(cell, **given), field)


def test_invitation_is_for_a_unit_or_one_person(cell):
    head = cell.actor("head")
    recorded = person_in(cell, ContributorState.RECORDED)
    refused("invitation_for_whom", lambda: make_invitation(actor=head))
    refused("invitation_for_whom", lambda: make_invitation(actor=head, unit=cell.unit, contributor=recorded))
    refused("invitation_for_whom", lambda: make_invitation(actor=head, contributor=cell.people["lan"]), "contributor")
    assert make_invitation(actor=head, contributor=recorded, uses=9).uses == 1


def test_closed_unit_gets_none(cell):
    Unit.objects.filter(pk=cell.unit.pk).update(closed=HOUR.date())
    refused("unit_closed", lambda: make(cell, unit=cell.fresh(cell.unit)), "unit")


def _expire(world, row):
    return HOUR + timedelta(days=30)


def _revoke(world, row):
    revoke_invitation(actor=world.actor("head"), invitation=row)
    return HOUR


def _use_up(world, row):
    for number in range(row.uses):
        apply(world, full_name=f"Người Thứ {number}", invitation=row)
    return HOUR


@pytest.mark.parametrize(
    ("end", "state"), [(_expire, "expired"), (_revoke, "revoked"), (_use_up, "used_up")], ids=("late", "back", "full")
)
def test_ended_invitation_opens_nothing_and_lets_nobody_in(cell, end, state):
    row = make(cell, uses=2)
    assert invitation_state(row) == "open"
    with clock.at(end(cell, row)):
        row = cell.fresh(row)
        assert invitation_state(row) == state
        refused(f"invitation_{state}", lambda: open_invitation(token_of(row)))
        assert find_invitation(token_of(row))[1] == row
        refused(f"invitation_{state}", lambda: apply(cell, invitation=row, full_name="Người Đến Sau"))


def test_revoking_twice_changes_nothing(cell):
    head, row = cell.actor("head"), make(cell)
    revoke_invitation(actor=head, invitation=row)
    before = everything()
    with clock.at(HOUR + timedelta(hours=1)):
        assert revoke_invitation(actor=head, invitation=row).revoked_at == HOUR
    assert everything() == before


def test_every_use_is_counted_and_given_back_when_joining_fails(cell):
    row = make(cell, uses=2)
    apply(cell, invitation=row)
    assert cell.fresh(row).uses_left == 1
    refused("birth_year_wrong", lambda: apply(cell, invitation=row, birth_year=2030))
    refused("already_has_account", lambda: apply(cell, invitation=row, account=cell.accounts["lan"]))
    assert cell.fresh(row).uses_left == 1


def test_poster_of_a_renamed_hamlet_leads_to_its_successor(cell):
    row = make(cell)
    after = portals.open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Mẫu A", opened=HOUR.date())
    Unit.objects.filter(pk=cell.unit.pk).update(closed=HOUR.date())
    refused("unit_closed", lambda: open_invitation(token_of(row)), "unit")
    _succeed(cell, after)
    person = apply(cell, invitation=open_invitation(token_of(row))[1], unit=None)
    assert person.memberships.get().unit == after
    _succeed(
        cell, portals.open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Mẫu B", opened=HOUR.date())
    )
    refused("unit_closed", lambda: open_invitation(token_of(row)), "unit")


def _succeed(world, unit):
    UnitSuccession.objects.create(
        portal=world.portal, from_unit=world.unit, to_unit=unit, kind="renamed", on=HOUR.date(), legal_basis="NQ 01"
    )


def test_closed_portal_lets_nobody_in(cell):
    row = make(cell)
    type(cell.portal).objects.filter(pk=cell.portal.pk).update(closed_on=HOUR.date())
    refused("unit_closed", lambda: open_invitation(token_of(row)))


def test_personal_invitation_makes_the_same_row_an_applicant(cell):
    recorded = registration.record_person(actor=cell.actor("head"), full_name="Nguyễn Thị Bé Năm", unit=cell.unit)
    row = make_invitation(actor=cell.actor("head"), contributor=recorded)
    person = apply(cell, full_name="Ai Đó Khác", invitation=row, unit=None, phone="0987654321", birth_year=1960)
    assert person.pk == recorded.pk
    assert (person.full_name, person.state) == ("Nguyễn Thị Bé Năm", ContributorState.APPLIED)
    assert (person.phone, person.birth_year, person.invitation_id) == ("+84987654321", 1960, row.pk)
    assert (person.version, person.consents.count(), person.memberships.get().unit) == (2, 2, cell.unit)
    assert (cell.fresh(row).uses_left, invitation_state(cell.fresh(row))) == (0, "used_up")


def test_personal_invitation_ends_when_the_person_came_another_way(cell):
    recorded = person_in(cell, ContributorState.RECORDED)
    first, second = (make_invitation(actor=cell.actor("head"), contributor=recorded) for _ in range(2))
    apply(cell, invitation=first, unit=None)
    refused("invitation_used_up", lambda: open_invitation(token_of(second)))
    decide(cell, recorded)
    refused("wrong_state", lambda: apply(cell, invitation=Invitation.objects.get(pk=second.pk), unit=None))


def test_foreign_portal_sees_no_invitation(cell):
    make(cell)
    from contributors.scopes import portal_scope

    elsewhere = portals.open_portal(name="Trang xã Khác", slug="xa-khac")
    with portal_scope(elsewhere):
        assert list(Invitation.objects.all()) == []
