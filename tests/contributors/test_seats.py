"""Seats and grants: by a decision, by two people, never by oneself, and never the last one away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from contributors import board, clock, portals, registration, seats
from contributors.actors import Actor, actor_for, system_actor
from contributors.errors import DomainError
from contributors.models import Account, Event, EventDetail, Grant, Seat
from tests.contributors.states import HOUR, everything
from tests.factories.world import OPENED, World, at, build_world, new_phone

TODAY = HOUR.date()
LATER = TODAY + timedelta(days=30)


def refused(code: str, attempt: Callable[[], object], field: str | None = None) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as error:
        attempt()
    assert (error.value.code, error.value.field) == (code, field)
    assert everything() == before
    return error.value


def newcomer(name: str = "Lê Thị Mới") -> Account:
    return registration.open_account(login_phone=new_phone(), name=name, password=None)


def propose(world: World, by: str = "head", account: Account | None = None, **fields) -> Grant:
    given = {"capability": "accountant", "effective_from": TODAY, "decision_number": "07/QĐ"} | fields
    return seats.propose_grant(actor=world.actor(by), account=account or newcomer(), **given)


def confirmed(world: World, **fields) -> Grant:
    return seats.confirm_grant(actor=world.actor("admin"), grant=propose(world, **fields))


def give(world: World, who: str, seat: str, by: str = "head", **fields) -> Seat:
    given = {"effective_from": TODAY, "decision_number": "08/QĐ"} | fields
    return seats.give_seat(actor=world.actor(by), contributor=world.people[who], seat=seat, **given)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_seat_is_given_from_a_day_and_ended_on_a_day(cell):
    row = give(cell, "lan", "editor", effective_until=LATER)
    assert cell.actor("lan").seats == {"editor"}
    event = Event.objects.get(kind="seat.given", subject_id=row.pk)
    assert event.facts == {
        "seat": "editor",
        "contributor": cell.people["lan"].pk,
        "from": "2026-07-10",
        "until": "2026-08-09",
        "decision": "08/QĐ",
    }
    with clock.at(HOUR + timedelta(days=3)):
        seats.end_seat(actor=cell.actor("admin"), seat=row, on=TODAY + timedelta(days=3), decision_number="09/QĐ")
        assert cell.actor("lan").seats == set()
    row = cell.fresh(row)
    assert (row.effective_until, row.decision_number) == (date(2026, 7, 13), "08/QĐ")
    assert Event.objects.get(kind="seat.ended").facts["decision"] == "09/QĐ"


def test_seat_that_has_not_begun_is_taken_back(cell):
    row = give(cell, "lan", "editor", effective_from=LATER)
    assert [seat.pk for seat in board.seats_to_come(TODAY)] == [row.pk]
    seats.end_seat(actor=cell.actor("head"), seat=row, on=TODAY, decision_number="09/QĐ")
    assert not Seat.objects.filter(pk=row.pk).exists()
    assert kinds()[-1] == "seat.taken_back"
    refused("not_found", lambda: seats.end_seat(actor=cell.actor("head"), seat=row, on=TODAY, decision_number="9"))


def test_seat_is_refused(cell):
    refused("grant_to_oneself", lambda: give(cell, "head", "publisher"), "contributor")
    refused("decision_missing", lambda: give(cell, "lan", "editor", decision_number=" \u200b "), "decision_number")
    refused("dates_wrong", lambda: give(cell, "lan", "editor", effective_until=TODAY), "effective_until")
    refused("not_found", lambda: give(cell, "lan", "king"), "seat")
    refused("seat_taken", lambda: give(cell, "lan", "head"), "seat")
    refused("seat_taken", lambda: give(cell, "writer", "writer"), "seat")
    refused("not_allowed", lambda: give(cell, "lan", "editor", by="deputy"))
    registration.suspend_contributor(
        actor=cell.actor("head"), contributor=cell.people["hoa"], seen_version=1, reason="Đi vắng"
    )
    refused("not_active", lambda: give(cell, "hoa", "editor"), "contributor")
    ended = give(cell, "lan", "editor", effective_from=OPENED, effective_until=date(2026, 3, 1))
    end = lambda: seats.end_seat(actor=cell.actor("head"), seat=ended, on=TODAY, decision_number="9")  # noqa: E731
    refused("already_ended", end, "on")


def test_person_of_another_portal_gets_no_seat(cell):
    other = build_world(slug="xa-khac")
    attempt = lambda: seats.give_seat(  # noqa: E731
        actor=cell.actor("head"),
        contributor=other.people["lan"],
        seat="editor",
        effective_from=TODAY,
        decision_number="08/QĐ",
    )
    refused("person_unknown", attempt, "contributor")


def test_new_head_follows_the_old_one_on_the_same_day(cell):
    old = Seat.objects.get(seat="head")
    seats.end_seat(actor=cell.actor("admin"), seat=old, on=LATER, decision_number="09/QĐ")
    new = give(cell, "deputy", "head", by="admin", effective_from=LATER)
    assert [row.pk for row in board.board_on(LATER) if row.seat == "head"] == [new.pk]
    assert [row.pk for row in board.board_on(LATER - timedelta(days=1)) if row.seat == "head"] == [old.pk]


def test_grant_holds_once_a_second_person_confirmed(cell):
    account = newcomer()
    grant = propose(cell, account=account, effective_until=LATER)
    assert actor_for(account, cell.portal).capabilities == set()
    assert [row.pk for row in board.waiting_grants()] == [grant.pk]
    refused("grant_same_person", lambda: seats.confirm_grant(actor=cell.actor("head"), grant=grant))
    seats.confirm_grant(actor=cell.actor("admin"), grant=grant)
    assert actor_for(account, cell.portal).capabilities == {"accountant"}
    assert board.waiting_grants() == []
    assert kinds()[-2:] == ["grant.proposed", "grant.confirmed"]
    seats.confirm_grant(actor=cell.actor("admin"), grant=grant)  # a second press
    assert kinds()[-1] == "grant.confirmed"
    assert kinds().count("grant.confirmed") == 1


def test_nobody_gives_or_confirms_a_right_of_their_own(cell):
    head, admin = cell.accounts["head"], cell.accounts["admin"]
    refused("grant_to_oneself", lambda: propose(cell, by="head", account=head), "account")
    grant = propose(cell, by="head", account=admin)
    refused("grant_to_oneself", lambda: seats.confirm_grant(actor=cell.actor("admin"), grant=grant))


def test_grant_is_refused(cell):
    account = newcomer()
    refused("not_allowed", lambda: propose(cell, by="deputy", account=account))
    refused("decision_missing", lambda: propose(cell, account=account, decision_number=""), "decision_number")
    refused("dates_wrong", lambda: propose(cell, account=account, effective_until=TODAY), "effective_until")
    refused("not_found", lambda: propose(cell, account=account, capability="owner"), "capability")
    refused("grant_without_unit", lambda: propose(cell, account=account, unit=cell.unit), "unit")
    closed = portals.open_unit(actor=system_actor(cell.portal), kind="hamlet", name="Ấp Cũ", opened=OPENED)
    type(closed).objects.filter(pk=closed.pk).update(closed=TODAY)
    closed.refresh_from_db()
    attempt = lambda: propose(cell, account=account, capability="focal_person", unit=closed)  # noqa: E731
    refused("unit_closed", attempt, "unit")


def test_same_grant_twice_is_refused_and_one_after_the_other_is_not(cell):
    account = newcomer()
    first = propose(cell, account=account, effective_until=LATER)
    refused("grant_twice", lambda: propose(cell, by="admin", account=account), "capability")
    early = {"effective_from": OPENED, "effective_until": TODAY}
    propose(cell, account=account, effective_from=LATER)
    propose(cell, account=account, **early)
    propose(cell, account=account, capability="focal_person")
    propose(cell, account=account, capability="focal_person", unit=cell.unit)
    refused(
        "grant_twice", lambda: propose(cell, account=account, capability="focal_person", unit=cell.unit), "capability"
    )
    assert first.effective_until == LATER


def test_declined_grant_never_holds_and_can_be_proposed_again(cell):
    account = newcomer()
    grant = propose(cell, account=account)
    refused("reason_missing", lambda: seats.decline_grant(actor=cell.actor("admin"), grant=grant, reason=" "), "reason")
    seats.decline_grant(actor=cell.actor("admin"), grant=grant, reason="Chưa có quyết định")
    event = Event.objects.get(kind="grant.declined")
    assert "reason" not in event.facts
    assert EventDetail.objects.get(event=event).values == {"reason": "Chưa có quyết định"}
    for attempt in (
        lambda: seats.confirm_grant(actor=cell.actor("admin"), grant=grant),
        lambda: seats.decline_grant(actor=cell.actor("admin"), grant=grant, reason="Lại"),
        lambda: seats.end_grant(actor=cell.actor("admin"), grant=grant, on=TODAY, decision_number="9"),
    ):
        refused("grant_answered", attempt)
    confirmed(cell, account=account)
    assert actor_for(account, cell.portal).capabilities == {"accountant"}


def test_grant_ends_on_a_day_and_one_of_today_is_taken_back_at_once(cell):
    account = newcomer()
    with clock.at(at("2026-06-01T08:00")):
        grant = confirmed(cell, account=account, effective_from=date(2026, 6, 1))
    seats.end_grant(actor=cell.actor("head"), grant=grant, on=TODAY, decision_number="10/QĐ")
    assert actor_for(account, cell.portal).capabilities == set()
    assert cell.fresh(grant).effective_until == TODAY
    mistaken = confirmed(cell, account=account)
    seats.end_grant(actor=cell.actor("head"), grant=mistaken, on=TODAY, decision_number="11/QĐ")
    assert actor_for(account, cell.portal).capabilities == set()
    assert kinds()[-1] == "grant.taken_back"


def test_last_administrator_stays(cell):
    grant = Grant.objects.get(capability="admin")
    head = Seat.objects.get(seat="head")
    end = lambda: seats.end_grant(actor=cell.actor("head"), grant=grant, on=TODAY, decision_number="9")  # noqa: E731
    assert "cuối cùng" in refused("last_admin", end).message("vi")
    second = confirmed_admin(cell)
    end()
    assert cell.fresh(grant).effective_until == TODAY
    seats.end_seat(actor=second, seat=head, on=LATER, decision_number="10/QĐ")  # an administrator is left
    assert cell.fresh(head).effective_until == LATER


def confirmed_admin(world: World) -> Actor:
    account = newcomer()
    confirmed(world, account=account, capability="admin")
    return actor_for(account, world.portal)


def test_head_stays_where_no_administrator_would_be_left(cell):
    Grant.objects.filter(capability="admin").update(effective_until=LATER)
    head = Seat.objects.get(seat="head")
    refused(
        "last_admin",
        lambda: seats.end_seat(actor=cell.actor("admin"), seat=head, on=LATER, decision_number="9"),
    )


def test_second_factor_is_asked_where_rights_move(cell):
    head = replace(cell.actor("head"), proof="needed")
    seat, grant = give(cell, "lan", "editor"), propose(cell, by="admin")
    for attempt in (
        lambda: seats.give_seat(
            actor=head, contributor=cell.people["hoa"], seat="editor", effective_from=TODAY, decision_number="1"
        ),
        lambda: seats.end_seat(actor=head, seat=seat, on=LATER, decision_number="1"),
        lambda: seats.propose_grant(
            actor=head, account=newcomer(), capability="observer", effective_from=TODAY, decision_number="1"
        ),
        lambda: seats.confirm_grant(actor=head, grant=grant),
        lambda: seats.decline_grant(actor=head, grant=grant, reason="Không"),
        lambda: seats.end_grant(actor=head, grant=grant, on=LATER, decision_number="1"),
    ):
        with pytest.raises(DomainError, match="second_factor_needed"):
            attempt()


def by_phone(world: World, phone: str, name: str) -> Grant:
    return seats.propose_grant_by_phone(
        actor=world.actor("head"),
        phone=phone,
        full_name=name,
        capability="accountant",
        effective_from=TODAY,
        decision_number="07/QĐ",
    )


def test_grant_by_phone_opens_a_login_or_finds_the_one_that_bears_the_name(cell):
    phone = new_phone()
    opened = by_phone(cell, phone, "Tạ Thị Kế").account
    assert (opened.name, opened.has_usable_password()) == ("Tạ Thị Kế", False)
    holder = cell.accounts["holder"]
    assert by_phone(cell, holder.login_phone, "doan van an").account == holder
    refused("person_unknown", lambda: by_phone(cell, holder.login_phone, "Người Khác"), "full_name")
    refused("phone_malformed", lambda: by_phone(cell, "12", "Người Khác"), "phone")
    refused("grant_twice", lambda: by_phone(cell, phone, "Tạ Thị Kế"), "capability")


def test_what_blocks_when_somebody_is_away(cell):
    steps = {step.code: step for step in board.what_blocks()}
    assert {code: step.state for code, step in steps.items()} == {
        "accept": "enough",
        "approve": "one_away",
        "publish": "enough",
        "list": "one_away",
        "count": "one_away",
        "spend": "one_away",
        "grant": "one_away",
    }
    assert steps["approve"].people == ["Võ Văn Trưởng"]
    assert sorted(steps["grant"].people) == ["Lưu Thị Quản", "Võ Văn Trưởng"]
    assert not steps["spend"].same_person
    Seat.objects.filter(seat="head").update(effective_until=TODAY)
    Grant.objects.filter(capability="account_holder").update(effective_until=TODAY)
    steps = {step.code: step for step in board.what_blocks()}
    assert steps["approve"].people == ["Lê Thị Phó"]
    assert {code for code, step in steps.items() if step.state == "blocked"} == {"list", "spend", "grant"}
    accountant = cell.accounts["accountant"]
    confirmed_by = confirmed_admin_side(cell, accountant)
    assert confirmed_by.capability == "account_holder"
    assert next(step for step in board.what_blocks() if step.code == "spend").same_person


def confirmed_admin_side(world: World, account: Account) -> Grant:
    return seats.propose_grant(
        actor=system_actor(world.portal),
        account=account,
        capability="account_holder",
        effective_from=OPENED,
        decision_number="",
    )


def test_questions_about_the_board_take_few_queries(cell, django_assert_num_queries):
    for nth in range(6):
        confirmed(cell, account=newcomer(f"Người Thứ {nth}"))
    with django_assert_num_queries(1):
        assert len([row.account.name for row in board.grants_on(TODAY)]) == 9
    with django_assert_num_queries(1):
        assert [(row.seat, row.contributor.full_name) for row in board.board_on(TODAY)] == [
            ("head", "Võ Văn Trưởng"),
            ("deputy", "Lê Thị Phó"),
            ("writer", "Phan Thị Viết"),
            ("publisher", "Nguyễn Văn Đăng"),
        ]
    with django_assert_num_queries(2):
        board.what_blocks()
