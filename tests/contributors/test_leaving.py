"""Leaving, coming back, taking a consent back: who may, what ends, what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contributors import clock, seats
from contributors.actors import system_actor
from contributors.consenting import consents_standing, give_consent, withdraw_consent
from contributors.errors import DomainError
from contributors.leaving import leave, resume, seats_held, unit_left
from contributors.models import Consent, ContributorState, Grant, Membership, PieceState, Seat
from contributors.portals import open_unit
from contributors.registration import suspend_contributor
from tests.contributors.joining import focal_person, person_in
from tests.contributors.states import HOUR, events_since, everything, last_event
from tests.factories.world import OPENED

TOMORROW = HOUR + timedelta(days=1)


def units_now(world, person) -> list[str]:
    rows = Membership.objects.filter(contributor=person, effective_until__isnull=True)
    return list(rows.values_list("unit__name", flat=True))


def go(world, name: str = "lan", by: str | None = None, reason: str = "Chuyển nhà."):
    person = world.fresh(world.people[name])
    return leave(actor=world.actor(by or name), contributor=person, seen_version=person.version, reason=reason)


def test_leaving_ends_unit_and_seats_and_nothing_else(cell):
    draft, sent = cell.draft("writer"), cell.submitted("writer")
    mark = last_event()
    left = go(cell, "writer", by="head")
    assert (left.state, left.state_reason, left.version) == (ContributorState.LEFT, "Chuyển nhà.", 2)
    assert units_now(cell, left) == []
    assert seats_held(left) == []
    assert Seat.objects.get(contributor=left).effective_until == HOUR.date()
    assert "writer" not in cell.actor("writer").seats
    assert [cell.fresh(piece).state for piece in (draft, sent)] == [PieceState.DRAFT, PieceState.SUBMITTED]
    assert left.account_id is not None
    told = {event.kind: event.facts for event in events_since(mark)}
    assert set(told) == {"seat.ended", "contributor.leave"}
    assert told["contributor.leave"] == {
        "state": "left",
        "own": False,
        "units": [cell.unit.pk],
        "seats": ["writer"],
    }


def test_who_joined_today_leaves_no_membership_of_no_day(cell):
    person = person_in(cell, ContributorState.ACTIVE)
    leave(actor=cell.actor("head"), contributor=person, seen_version=person.version, reason="Nhầm người.")
    assert not Membership.objects.filter(contributor=person).exists()


def test_oneself_leaves_without_a_reason(cell):
    assert go(cell, "lan", reason="").state == ContributorState.LEFT


@pytest.mark.parametrize("by", ["hoa", "writer", "publisher", "accountant", "admin"])
def test_nobody_else_ends_a_collaboration(cell, by):
    before = everything()
    with pytest.raises(DomainError) as refused:
        go(cell, "lan", by=by)
    assert refused.value.code == "not_allowed"
    assert everything() == before


@pytest.mark.parametrize(
    ("reason", "version", "code"), [(" ", 1, "reason_missing"), ("Chuyển nhà.", 7, "stale_version")]
)
def test_leaving_refused_leaves_everything(cell, reason, version, code):
    before = everything()
    with pytest.raises(DomainError) as refused:
        leave(actor=cell.actor("head"), contributor=cell.people["lan"], seen_version=version, reason=reason)
    assert refused.value.code == code
    assert everything() == before


def test_leaving_twice_is_the_wrong_state(cell):
    go(cell)
    with pytest.raises(DomainError) as refused:
        go(cell, by="head")
    assert refused.value.code == "wrong_state"


def test_last_head_cannot_leave_nobody_behind_who_gives_rights(cell):
    Grant.objects.filter(capability="admin").update(effective_until=HOUR.date())
    with pytest.raises(DomainError) as refused:
        go(cell, "head")
    assert refused.value.code == "last_admin"
    assert cell.fresh(cell.people["head"]).state == ContributorState.ACTIVE


def test_leaving_with_a_seat_needs_the_second_proof(cell):
    from dataclasses import replace

    person = cell.people["writer"]
    unproved = replace(cell.actor("writer"), proof="needed")
    with pytest.raises(DomainError) as refused:
        leave(actor=unproved, contributor=person, seen_version=person.version)
    assert refused.value.code == "second_factor_needed"
    assert units_now(cell, person) == ["Ấp Mẫu"]


def test_pay_that_is_due_stays_due(world, work_jobs):
    """Nothing about a run asks whether its people are still there."""
    from payments.models import DraftLine
    from payments.runs import compute_run, freeze_run

    world.published("lan")
    go(world, "lan", by="head")
    with clock.at(HOUR + timedelta(days=30)):
        run = world.run()
        freeze_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
        compute_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
        work_jobs()
    line = DraftLine.objects.get(run=run, contributor=world.people["lan"])
    assert (line.held, line.amount > 0) == ("", True)


def test_left_person_writes_nothing_new(cell):
    go(cell)
    with pytest.raises(DomainError) as refused:
        cell.draft("lan")
    assert refused.value.code == "not_active"


def test_coming_back_goes_to_the_unit_that_was_left(cell):
    left = go(cell)
    assert unit_left(left) == cell.unit
    with clock.at(TOMORROW):
        back = resume(actor=cell.actor("head"), contributor=left, seen_version=left.version, reason="Đã về lại ấp.")
    assert back.state == ContributorState.ACTIVE
    assert units_now(cell, back) == ["Ấp Mẫu"]


def test_coming_back_to_another_unit(cell):
    other = open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Khác", opened=OPENED)
    left = go(cell)
    back = resume(
        actor=cell.actor("deputy"), contributor=left, seen_version=left.version, reason="Về ấp khác.", unit=other
    )
    assert units_now(cell, back) == ["Ấp Khác"]


def test_suspended_person_keeps_the_unit_and_is_taken_up_again(cell):
    person = cell.people["lan"]
    suspended = suspend_contributor(
        actor=cell.actor("head"), contributor=person, seen_version=person.version, reason="Đăng tin sai."
    )
    assert units_now(cell, suspended) == ["Ấp Mẫu"]
    back = resume(actor=cell.actor("head"), contributor=suspended, seen_version=2, reason="Đã giải thích.")
    assert (back.state, units_now(cell, back)) == (ContributorState.ACTIVE, ["Ấp Mẫu"])


@pytest.mark.parametrize("by", ["lan", "admin", "writer"])
def test_nobody_comes_back_by_their_own_word(cell, by):
    left = go(cell)
    with pytest.raises(DomainError) as refused:
        resume(actor=cell.actor(by), contributor=left, seen_version=left.version, reason="Muốn viết tiếp.")
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize("code", ["reason_missing", "wrong_state", "unit_closed", "person_erased"])
def test_coming_back_refused(cell, code):
    left = go(cell) if code != "wrong_state" else cell.people["lan"]
    unit = None
    if code == "unit_closed":
        unit = open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Cũ", opened=OPENED)
        unit.closed = HOUR.date()
        unit.save()
    if code == "person_erased":
        left.erased_at = HOUR
        left.save()
    before = everything()
    with pytest.raises(DomainError) as refused:
        resume(
            actor=cell.actor("head"),
            contributor=left,
            seen_version=left.version,
            reason="" if code == "reason_missing" else "Đã về.",
            unit=unit,
        )
    assert refused.value.code == code
    assert everything() == before


# Consents.


def standing(person) -> dict[str, bool]:
    return {each.text.purpose: each.given for each in consents_standing(person)}


def test_withdrawn_consent_is_one_more_row_and_says_what_follows(cell):
    person = person_in(cell, ContributorState.ACTIVE)
    assert standing(person) == {"registration": True, "publication": True, "thanks": False}
    mark = last_event()
    done = withdraw_consent(actor=cell.actor("admin"), contributor=person, purpose="registration")
    assert done.follows == ("leave", "erase")
    assert standing(person) == {"registration": False, "publication": True, "thanks": False}
    assert Consent.objects.filter(contributor=person).count() == 3
    assert cell.fresh(person).state == ContributorState.ACTIVE
    assert [(event.kind, event.facts["purpose"], event.facts["own"]) for event in events_since(mark)] == [
        ("consent.withdrawn", "registration", False)
    ]


def test_consent_taken_back_and_given_again(cell):
    lan = cell.people["lan"]
    actor = cell.actor("lan")
    give_consent(actor=actor, contributor=lan, purpose="publication", version="2026-01")
    give_consent(actor=actor, contributor=lan, purpose="publication", version="2026-01")
    withdraw_consent(actor=actor, contributor=lan, purpose="publication")
    with pytest.raises(DomainError) as refused:
        withdraw_consent(actor=actor, contributor=lan, purpose="publication")
    assert refused.value.code == "consent_not_given"
    give_consent(actor=actor, contributor=lan, purpose="publication", version="2026-01")
    assert list(Consent.objects.filter(contributor=lan).order_by("pk").values_list("given", flat=True)) == [
        True,
        False,
        True,
    ]


def test_withdrawing_is_for_oneself_focal_person_and_admin(cell):
    person = person_in(cell, ContributorState.ACTIVE)
    other = open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Xa", opened=OPENED)
    near, far = focal_person(cell), focal_person(cell, "far", other)
    for actor in (cell.actor("head"), cell.actor("hoa"), far):
        with pytest.raises(DomainError) as refused:
            withdraw_consent(actor=actor, contributor=person, purpose="publication")
        assert refused.value.code == "not_allowed"
    assert withdraw_consent(actor=near, contributor=person, purpose="publication").consent.given is False


def test_unknown_purpose_was_never_given(cell):
    with pytest.raises(DomainError) as refused:
        withdraw_consent(actor=cell.actor("lan"), contributor=cell.people["lan"], purpose="advertising")
    assert refused.value.code == "consent_not_given"


def test_leaving_ends_a_seat_that_has_not_begun(cell):
    person = cell.people["hoa"]
    seats.give_seat(
        actor=system_actor(cell.portal),
        contributor=person,
        seat="editor",
        effective_from=HOUR.date() + timedelta(days=9),
        decision_number="09/QĐ",
    )
    go(cell, "hoa", by="head")
    assert not Seat.objects.filter(contributor=person).exists()
