"""Correcting names, phones, years, categories, pen names, units: who may, what is written, what stays as printed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contributors import clock
from contributors.actors import system_actor
from contributors.correction import (
    correct_details,
    decline_unit,
    may_correct,
    pen_names_of,
    propose_unit,
    proposed_unit,
)
from contributors.errors import DomainError
from contributors.models import Account, ContributorState, EventDetail, Membership, PenName, Unit
from contributors.portals import open_unit
from tests.contributors.joining import focal_person, person_in
from tests.contributors.states import HOUR, events_since, everything, last_event
from tests.factories.world import OPENED, World

TODAY = HOUR.date()


def correct(world: World, by: str = "lan", who: str = "lan", **fields):
    person = world.fresh(world.people[who])
    return correct_details(
        actor=world.actor(by), contributor=person, seen_version=fields.pop("seen_version", person.version), **fields
    )


def unit(world: World, name: str = "Ấp Khác") -> Unit:
    return open_unit(actor=system_actor(world.portal), kind="hamlet", name=name, opened=OPENED)


def memberships(person) -> list[tuple[str, object, object]]:
    rows = Membership.objects.filter(contributor=person).order_by("effective_from")
    return list(rows.values_list("unit__name", "effective_from", "effective_until"))


def test_own_name_phone_and_year_with_keys_and_the_login_name(cell):
    mark = last_event()
    lan = correct(cell, full_name=" Nguyễn  Thị Lan Anh ", phone="0987654321", birth_year=1961)
    assert (lan.full_name, lan.phone, lan.birth_year) == ("Nguyễn Thị Lan Anh", "+84987654321", 1961)
    assert lan.search_key == "nguyen thi lan anh"
    assert lan.version == 2
    assert Account.objects.get(pk=lan.account_id).name == "Nguyễn Thị Lan Anh"
    (event,) = events_since(mark)
    assert (event.kind, event.facts) == (
        "contributor.corrected",
        {"fields": ["birth_year", "full_name", "phone"], "own": True},
    )
    values = EventDetail.objects.get(event=event).values
    assert values["before"]["full_name"] == "Nguyễn Thị Lan"
    assert values["after"]["full_name"] == "Nguyễn Thị Lan Anh"


def test_nothing_changed_writes_nothing(cell):
    lan = cell.people["lan"]
    before = everything()
    assert correct(cell, full_name=lan.full_name, phone=lan.phone, pen_names=[]).version == 1
    assert everything() == before


def test_phone_and_year_are_taken_away(cell):
    correct(cell, birth_year=1961)
    lan = correct(cell, phone="", birth_year=0)
    assert (lan.phone, lan.birth_year) == ("", None)


def test_pen_names_begin_and_end_with_their_days(cell):
    correct(cell, pen_names=["Hương Quê", "  Lúa  Mới ", "Hương Quê"])
    lan = cell.people["lan"]
    assert pen_names_of(lan) == ["Hương Quê", "Lúa Mới"]
    with clock.at(HOUR + timedelta(days=3)):
        correct(cell, pen_names=["Lúa Mới"])
        assert pen_names_of(lan) == ["Lúa Mới"]
        assert PenName.objects.get(contributor=lan, name="Hương Quê").effective_until == TODAY + timedelta(days=3)
        correct(cell, pen_names=["Lúa Mới", "Hương Quê"])  # not ended after all
    assert PenName.objects.filter(contributor=lan).count() == 2
    correct(cell, pen_names=[])
    assert not PenName.objects.filter(contributor=lan, effective_until__isnull=True).exists()


def test_move_is_dated_and_a_second_one_of_the_day_corrects_the_first(cell):
    lan, other, third = cell.people["lan"], unit(cell), unit(cell, "Ấp Ba")
    correct(cell, by="head", unit=other, moved_on=TODAY - timedelta(days=5))
    moved = TODAY - timedelta(days=5)
    assert memberships(lan) == [("Ấp Mẫu", OPENED, moved), ("Ấp Khác", moved, None)]
    correct(cell, by="head", unit=third, moved_on=moved)
    assert memberships(lan) == [("Ấp Mẫu", OPENED, moved), ("Ấp Ba", moved, None)]
    before = everything()
    correct(cell, by="head", unit=third)
    assert everything() == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"full_name": " "}, "name_missing"),
        ({"full_name": "1234"}, "name_malformed"),
        ({"phone": "12"}, "phone_malformed"),
        ({"birth_year": 2031}, "birth_year_wrong"),
        ({"birth_year": 1800}, "birth_year_wrong"),
        ({"pen_names": ["x" * 201]}, "pen_name_wrong"),
        ({"category": "staff"}, "category_by_board"),
        ({"seen_version": 9, "phone": ""}, "stale_version"),
    ],
)
def test_own_correction_refused_leaves_everything(cell, fields, code):
    before = everything()
    with pytest.raises(DomainError) as refused:
        correct(cell, **fields)
    assert refused.value.code == code
    assert everything() == before


def test_moves_refused(cell):
    other, closed = unit(cell), unit(cell, "Ấp Cũ")
    closed.closed = TODAY
    closed.save()
    before = everything()
    for by, where, on, code in (
        ("lan", other, None, "unit_by_board"),
        ("head", closed, None, "unit_closed"),
        ("head", other, TODAY + timedelta(days=1), "day_ahead"),
        ("head", other, OPENED - timedelta(days=1), "move_before_joining"),
    ):
        with pytest.raises(DomainError) as refused:
            correct(cell, by=by, unit=where, moved_on=on)
        assert refused.value.code == code
    assert everything() == before


def test_category_is_the_boards(cell):
    assert correct(cell, by="deputy", category="hamlet_officer").category == "hamlet_officer"
    for by in ("admin", "lan"):
        with pytest.raises(DomainError) as refused:
            correct(cell, by=by, category="staff")
        assert refused.value.code == "category_by_board"
    with pytest.raises(DomainError) as refused:
        correct(cell, by="head", category="king")
    assert refused.value.code == "category_by_board"


def test_focal_person_corrects_in_their_unit_alone(cell):
    near, far = focal_person(cell), focal_person(cell, "far", unit(cell, "Ấp Xa"))
    lan = cell.people["lan"]
    assert (may_correct(near, lan), may_correct(far, lan)) == (True, False)
    correct_details(actor=near, contributor=lan, seen_version=1, phone="0987654321")
    for fields in ({"unit": Unit.objects.get(name="Ấp Xa")}, {"category": "staff"}):
        with pytest.raises(DomainError):
            correct_details(actor=near, contributor=lan, seen_version=2, **fields)
    assert cell.fresh(lan).version == 2


@pytest.mark.parametrize("by", ["hoa", "writer", "accountant", "holder"])
def test_others_correct_nobody(cell, by):
    with pytest.raises(DomainError) as refused:
        correct(cell, by=by, full_name="Tên Khác")
    assert refused.value.code == "not_allowed"


def test_erased_and_merged_people_are_not_corrected(cell):
    person = person_in(cell, ContributorState.ACTIVE)
    person.merged_into = cell.people["lan"]
    person.save()
    with pytest.raises(DomainError) as refused:
        correct_details(actor=cell.actor("head"), contributor=person, seen_version=person.version, phone="")
    assert refused.value.code == "not_found"
    person.merged_into, person.erased_at = None, HOUR
    person.save()
    with pytest.raises(DomainError) as refused:
        correct_details(actor=cell.actor("head"), contributor=person, seen_version=person.version, phone="")
    assert refused.value.code == "person_erased"


def test_proposed_unit_waits_until_it_is_answered(cell):
    lan, other, third = cell.people["lan"], unit(cell), unit(cell, "Ấp Ba")
    actor = cell.actor("lan")
    assert proposed_unit(lan) is None
    with pytest.raises(DomainError) as refused:
        propose_unit(actor=actor, contributor=lan, unit=cell.unit)
    assert refused.value.code == "unit_same"
    propose_unit(actor=actor, contributor=lan, unit=other)
    propose_unit(actor=actor, contributor=lan, unit=third)
    correct(cell, phone="0987654321")  # another correction answers nothing
    assert proposed_unit(lan).unit == third
    decline_unit(actor=cell.actor("head"), contributor=lan)
    assert proposed_unit(lan) is None
    with pytest.raises(DomainError) as refused:
        decline_unit(actor=cell.actor("head"), contributor=lan)
    assert refused.value.code == "not_found"
    propose_unit(actor=actor, contributor=lan, unit=other)
    correct(cell, by="head", unit=other)
    assert proposed_unit(lan) is None
    assert memberships(lan)[-1][0] == "Ấp Khác"


def test_proposing_is_for_oneself(cell):
    with pytest.raises(DomainError) as refused:
        propose_unit(actor=cell.actor("hoa"), contributor=cell.people["lan"], unit=unit(cell))
    assert refused.value.code == "not_allowed"
