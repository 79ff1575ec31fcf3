"""Joining: what is asked, what is kept, what strangers learn (nothing), and every state × action × role."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date

import pytest

from contributors import clock, leaving, portals, registration
from contributors.access import RIGHTS
from contributors.actors import system_actor
from contributors.applications import consents_given, hints_about, wrong_in_application
from contributors.consents import FOLDER, current_consents
from contributors.errors import DomainError
from contributors.invitations import make_invitation
from contributors.models import Consent, Contributor, ContributorState, Unit
from contributors.registration import TRANSITIONS, apply_again, suspend_contributor
from tests.contributors.joining import CONSENTS, apply, decide, focal_person, person_in
from tests.contributors.states import HOUR, events_since, everything, last_event
from tests.factories.world import OPENED, at

REASON = "Chưa rõ là ai."


def refused(code, call, field=...):
    before = everything()
    with pytest.raises(DomainError) as error:
        call()
    assert error.value.code == code
    if field is not ...:
        assert error.value.field == field
    assert everything() == before


# --- applying


def test_application_keeps_what_was_given(cell):
    invitation = make_invitation(actor=cell.actor("head"), unit=cell.unit, uses=3)
    mark = last_event()
    person = apply(
        cell,
        full_name="  Trần   Thị Mới ",
        phone="0912 345 678",
        unit=None,
        pen_name="Hoa Sen",
        birth_year=1956,
        invitation=invitation,
    )
    assert (person.full_name, person.phone, person.birth_year) == ("Trần Thị Mới", "+84912345678", 1956)
    assert (person.state, person.state_since, person.invitation) == (ContributorState.APPLIED, HOUR, invitation)
    assert (person.account, person.registered_by) == (None, None)
    assert person.receipt_number.startswith("CTV-")
    assert len(person.receipt_number) == 12
    assert person.memberships.get().unit == cell.unit
    assert person.pen_names.get().name == "Hoa Sen"
    given = [(row.purpose, row.text_version, row.given, row.at, row.recorded_by) for row in person.consents.all()]
    assert given == [(purpose, version, True, HOUR, None) for purpose, version in CONSENTS]
    (event,) = events_since(mark)
    assert event.kind == "contributor.applied"
    assert event.facts == {"unit": cell.unit.pk, "for_other": False, "invitation": invitation.pk}
    assert event.details.get().values == {"full_name": "Trần Thị Mới", "phone": "+84912345678"}


def test_known_phone_is_no_matter_and_changes_nothing_that_a_stranger_sees(cell):
    wife = apply(cell, phone="0912345678")
    husband = apply(cell, full_name="Lê Văn Chồng", phone="0912345678")
    lan = cell.people["lan"]
    stranger = apply(cell, full_name=lan.full_name, phone=lan.phone)
    assert len({wife.pk, husband.pk, stranger.pk, lan.pk}) == 4
    assert {wife.state, husband.state, stranger.state} == {ContributorState.APPLIED}
    assert cell.fresh(lan).version == lan.version


def test_two_presses_of_one_form_are_one_application(cell):
    key = uuid.uuid4()
    first = apply(cell, client_key=key)
    before = everything()
    assert apply(cell, client_key=key) == first
    assert everything() == before
    other = apply(cell, client_key=key, full_name="Lê Văn Chồng")
    assert other != first
    assert apply(cell, client_key=key, full_name="Lê Văn Chồng") == other
    assert apply(cell, client_key=uuid.uuid4()) != first


def test_second_press_after_the_last_use_finds_the_first(cell):
    invitation = make_invitation(actor=cell.actor("head"), unit=cell.unit, uses=1)
    key = uuid.uuid4()
    first = apply(cell, client_key=key, invitation=invitation)
    assert apply(cell, client_key=key, invitation=invitation) == first


def test_one_key_in_two_portals_is_two_applications(cell):
    from contributors.scopes import portal_scope

    key = uuid.uuid4()
    here = apply(cell, client_key=key)
    elsewhere = portals.open_portal(name="Trang xã Khác", slug="xa-khac")
    with portal_scope(elsewhere):
        unit = portals.open_unit(actor=system_actor(elsewhere), kind="hamlet", name="Ấp Một", opened=OPENED)
        there = apply(cell, actor=system_actor(elsewhere), client_key=key, unit=unit)
    assert here.receipt_number != there.receipt_number


WRONG = {
    "name_missing": ({"full_name": " \u200b"}, "full_name"),
    "name_malformed": ({"full_name": "123"}, "full_name"),
    "phone_missing": ({"phone": ""}, "phone"),
    "phone_malformed": ({"phone": "0212345678"}, "phone"),
    "unit_missing": ({"unit": None}, "unit"),
    "pen_name_wrong": ({"pen_name": "b" * 201}, "pen_name"),
    "birth_year_wrong": ({"birth_year": 2026}, "birth_year"),
    "consent_missing": ({"consents": [("publication", "2026-01")]}, "consents"),
    "consent_unknown": ({"consents": [*CONSENTS, ("registration", "1999-01")]}, "consents"),
}


@pytest.mark.parametrize("code", WRONG)
def test_each_wrong_field_is_named(cell, code):
    given, field = WRONG[code]
    refused(code, lambda: apply(cell, **given), field)


def test_everything_wrong_is_found_at_once(cell):
    Unit.objects.filter(pk=cell.unit.pk).update(closed=date(2026, 2, 1))
    found = wrong_in_application(
        full_name="",
        phone="12",
        unit=cell.fresh(cell.unit),
        consents=[],
        pen_name="b" * 201,
        birth_year=2100,
        alone=True,
    )
    assert [(refusal.code, refusal.field) for refusal in found] == [
        ("name_missing", "full_name"),
        ("phone_malformed", "phone"),
        ("unit_closed", "unit"),
        ("pen_name_wrong", "pen_name"),
        ("birth_year_wrong", "birth_year"),
        ("consent_missing", "consents"),
    ]


# --- on behalf


def test_focal_person_registers_somebody_without_a_phone_in_own_units(cell):
    other = portals.open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Bên", opened=OPENED)
    focal = focal_person(cell)
    person = apply(cell, actor=focal, phone="")
    assert (person.phone, person.registered_by_id, person.account) == ("", focal.account_id, None)
    assert {row.recorded_by_id for row in person.consents.all()} == {focal.account_id}
    assert [agreed.noted_by for agreed in consents_given(person)] == ["Cao Văn Mối"] * 2
    refused("not_allowed", lambda: apply(cell, actor=focal, unit=other))
    refused("not_allowed", lambda: apply(cell, actor=focal, unit=None))
    refused("not_allowed", lambda: apply(cell, actor=cell.actor("lan")))


def test_applying_again_keeps_the_name_that_stands_in_credits(cell):
    recorded = person_in(cell, ContributorState.RECORDED, "Nguyễn Thị Bé Năm")
    person = apply_again(
        actor=cell.actor("writer"),
        contributor=recorded,
        consents=CONSENTS,
        seen_version=recorded.version,
        phone="0912345678",
        pen_name="Bé Năm",
        birth_year=1960,
    )
    assert (person.pk, person.full_name, person.phone) == (recorded.pk, "Nguyễn Thị Bé Năm", "+84912345678")
    assert person.registered_by_id == cell.accounts["writer"].pk
    assert (person.pen_names.get().name, person.memberships.count()) == ("Bé Năm", 1)


# --- the texts


# A text that people agreed to never changes: a new wording is a new file.
KEPT = {
    "2024-07": "d5748155b843121e75aeb6d9e1b0444009e345deaf6bc19961f2bccc21e8943b",
    "2026-01": "c095e42fbc953415cf43317352f0fb0ab85d0358041216ee07a6ecf4c345b2ee",
    "2026-11-thanks": "2f6085cd96af4da2d147f19a4af45beff78c6dc50f12afa1a5a92dad8c147d4a",
}


def test_texts_that_were_agreed_to_never_change():
    files = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.yaml")}
    assert files == KEPT


def test_text_in_force_follows_the_day(cell):
    assert [(text.purpose, text.version, text.required) for text in current_consents()] == [
        ("registration", "2026-01", True),
        ("publication", "2026-01", False),
    ]
    assert [text.purpose for text in current_consents("payment")] == ["payment"]
    with clock.at(at("2025-12-31T23:59")):
        assert {text.version for text in current_consents()} == {"2024-07"}
    with clock.at(at("2020-01-01T00:00")):
        assert {text.version for text in current_consents()} == {"2024-07"}


def test_every_text_has_both_languages_and_its_legal_basis():
    from django.utils.translation import override

    for asked in ("joining", "payment"):
        for day in (date(2024, 7, 1), date(2026, 1, 1)):
            for text in current_consents(asked, on=day):
                for wording in (text.title, text.text, text.kept, text.legal_basis, text.rights):
                    assert wording.vi
                    assert wording.en
                    assert wording.vi != wording.en
                with override("en"):
                    assert str(text.title) == text.title.en


def test_withdrawn_consent_is_no_longer_shown_as_given(cell):
    person = apply(cell)
    Consent.objects.create(
        portal=cell.portal, contributor=person, purpose="publication", text_version="2026-01", given=False, at=HOUR
    )
    assert [agreed.text.purpose for agreed in consents_given(person)] == ["registration"]


# --- what the board sees beside an application


def test_hints_name_phone_and_namesakes_to_the_board_only(cell):
    recorded = person_in(cell, ContributorState.RECORDED, "Chị Bé Năm")
    person_in(cell, ContributorState.RECORDED, "Bé Ba")
    namesake = apply(cell, full_name="NGUYỄN THỊ BE NAM", phone="0901111111")
    wife = apply(cell, full_name="Lê Thị Vợ", phone="0912345678")
    person = apply(cell, full_name="Nguyễn Thị Bé Năm", phone="0912345678")
    hints = hints_about(cell.actor("head"), person)
    assert hints.same_phone == [wife]
    assert hints.like_name == [namesake]
    assert hints.recorded == [recorded]
    refused("not_allowed", lambda: hints_about(cell.actor("lan"), person))


def test_pen_name_finds_a_recorded_person_too(cell):
    recorded = person_in(cell, ContributorState.RECORDED, "Hoa Sen")
    person = apply(cell, full_name="Lê Văn Chồng", pen_name="Hoa Sen")
    assert hints_about(cell.actor("head"), person).recorded == [recorded]


# --- every state × every action × every role

ROLES = {
    "head": {"seat:head", "member"},
    "deputy": {"seat:deputy", "member"},
    "writer": {"seat:writer", "member"},
    "publisher": {"seat:publisher", "member"},
    "lan": {"member"},
    "accountant": {"grant:accountant"},
    "admin": {"grant:admin"},
    "focal": {"grant:focal_person"},
    "focal_elsewhere": set(),  # looks after another unit
    "system": set(),
}
VERBS = {
    "apply": lambda actor, person: apply_again(
        actor=actor, contributor=person, consents=CONSENTS, seen_version=person.version
    ),
    "accept": lambda actor, person: registration.decide_application(
        actor=actor, contributor=person, accept=True, seen_version=person.version
    ),
    "decline": lambda actor, person: registration.decide_application(
        actor=actor, contributor=person, accept=False, seen_version=person.version, reason=REASON
    ),
    "suspend": lambda actor, person: suspend_contributor(
        actor=actor, contributor=person, seen_version=person.version, reason=REASON
    ),
    "resume": lambda actor, person: leaving.resume(
        actor=actor, contributor=person, seen_version=person.version, reason=REASON
    ),
    "leave": lambda actor, person: leaving.leave(
        actor=actor, contributor=person, seen_version=person.version, reason=REASON
    ),
}
SAYS_WHY = {"decline", "suspend", "resume", "leave"}
MOVES = {"state", "state_since", "state_reason", "version"}


@pytest.fixture(scope="module")
def roles(standing):
    elsewhere = portals.open_unit(actor=system_actor(standing.portal), kind="hamlet", name="Ấp Xa", opened=OPENED)
    actors = {role: standing.actor(role) for role in ROLES if role in standing.accounts}
    return actors | {
        "focal": focal_person(standing),
        "focal_elsewhere": focal_person(standing, "focal_elsewhere", elsewhere),
        "system": system_actor(standing.portal),
    }


@pytest.fixture(scope="module")
def people(standing, roles):
    return {state: person_in(standing, state, f"Người {state}") for state in ContributorState.values}


@pytest.fixture(scope="module")
def untouched(people):
    return everything()


@pytest.mark.parametrize("state", ContributorState.values)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", VERBS)
def test_matrix_cell(people, roles, untouched, cell, action, role, state):
    person, actor, transition = people[state], roles[role], TRANSITIONS[action]
    allowed = bool(ROLES[role] & RIGHTS[transition.right].holders)
    expected = "not_allowed" if not allowed else "wrong_state" if state not in transition.sources else None
    if expected:
        with pytest.raises(DomainError) as error:
            VERBS[action](actor, person)
        assert error.value.code == expected
        assert everything() == untouched
        return
    before, mark = Contributor.objects.filter(pk=person.pk).values().get(), last_event()
    moved = VERBS[action](actor, person)
    row = Contributor.objects.filter(pk=person.pk).values().get()
    assert row["state"] == transition.target == moved.state
    assert row["version"] == before["version"] + 1 == moved.version
    assert {name for name, value in row.items() if value != before[name]} <= MOVES | (
        {"registered_by_id"} if action == "apply" else set()
    )
    assert row["state_reason"] == (REASON if action in SAYS_WHY else "")
    (event,) = events_since(mark)
    assert event.kind == ("contributor.applied" if action == "apply" else f"contributor.{action}")
    assert (event.subject_type, event.subject_id, event.actor_account_id) == (
        "contributor",
        person.pk,
        actor.account_id,
    )
    assert Consent.objects.filter(contributor=person).count() == (
        2 * (action == "apply") + 2 * (state != ContributorState.RECORDED)
    )


def test_matrix_has_every_action():
    assert set(VERBS) == set(TRANSITIONS)


def test_transition_table_names_only_rights_and_states_that_exist():
    assert {transition.right for transition in TRANSITIONS.values()} <= set(RIGHTS)
    reached = {transition.target for transition in TRANSITIONS.values()} | {ContributorState.RECORDED}
    assert reached == set(ContributorState.values)
    assert {state for transition in TRANSITIONS.values() for state in transition.sources} == reached


def test_stale_page_decides_nothing(cell):
    person = apply(cell)
    head = cell.actor("head")
    decide(cell, person, accept=False, reason=REASON)
    for call in (
        lambda: registration.decide_application(actor=head, contributor=person, accept=True, seen_version=1),
        lambda: apply_again(actor=head, contributor=person, consents=CONSENTS, seen_version=1),
    ):
        refused("stale_version", call)


@pytest.mark.parametrize("reason", ["", " \t", "\u200b"])
def test_declining_and_suspending_need_a_reason(cell, reason):
    head, person = cell.actor("head"), apply(cell)
    refused(
        "reason_missing",
        lambda: registration.decide_application(
            actor=head, contributor=person, accept=False, seen_version=1, reason=reason
        ),
        "reason",
    )
    refused(
        "reason_missing",
        lambda: suspend_contributor(actor=head, contributor=cell.people["lan"], seen_version=1, reason=reason),
        "reason",
    )
