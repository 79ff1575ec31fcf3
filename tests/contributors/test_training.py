"""Training sessions: who holds them, who came, by unit; who still needs the introduction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contributors.actors import system_actor
from contributors.correction import correct_details
from contributors.errors import DomainError
from contributors.models import Attendance, Contributor, ContributorState, Membership, TrainingSession
from contributors.portals import open_unit
from contributors.training import (
    attendance_by_unit,
    cancel_session,
    correct_session,
    hold_session,
    needs_introduction,
    note_attendance,
    people_needing_introduction,
    sessions_between,
    sheet_of,
    units_to_train,
    was_introduced,
)
from tests.contributors.joining import focal_person, person_in
from tests.contributors.states import HOUR, events_since, everything, last_event
from tests.factories.world import OPENED, World

TODAY = HOUR.date()


def held(world: World, by: str = "head", **fields) -> TrainingSession:
    given = {"title": "Buổi giới thiệu", "held_on": TODAY, "place": "Nhà văn hoá ấp"}
    return hold_session(actor=world.actor(by), **given | fields)


def note(world: World, session, *names: str, by: str = "head", among: tuple[str, ...] | None = None):
    return note_attendance(
        actor=world.actor(by),
        session=session,
        came=[world.people[name] for name in names],
        among=[world.people[name].pk for name in among] if among is not None else None,
    )


def came(session) -> set[str]:
    return set(Attendance.objects.filter(session=session).values_list("contributor__full_name", flat=True))


def far_unit(world: World):
    return open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Xa", opened=OPENED)


def test_session_is_written_down_with_its_event(cell):
    mark = last_event()
    session = held(cell, unit=cell.unit, led_by=cell.people["writer"], note=" Mang  theo máy ")
    assert (session.title, session.note, session.introduction) == ("Buổi giới thiệu", "Mang theo máy", True)
    (event,) = events_since(mark)
    assert (event.kind, event.facts) == (
        "training.held",
        {"on": TODAY.isoformat(), "unit": cell.unit.pk, "introduction": True},
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"title": "x" * 201}, "title_long"),
        ({"held_on": TODAY + timedelta(days=400)}, "session_day_wrong"),
        ({"held_on": TODAY - timedelta(days=4000)}, "session_day_wrong"),
    ],
)
def test_session_refused(cell, fields, code):
    before = everything()
    with pytest.raises(DomainError) as refused:
        held(cell, **fields)
    assert refused.value.code == code
    assert everything() == before


@pytest.mark.parametrize("by", ["lan", "hoa", "accountant", "holder"])
def test_sessions_are_the_boards(cell, by):
    with pytest.raises(DomainError) as refused:
        held(cell, by=by)
    assert refused.value.code == "not_allowed"
    with pytest.raises(DomainError):
        needs_introduction(cell.actor(by))


def test_attendance_keeps_the_unit_of_the_day(cell):
    session = held(cell)
    note(cell, session, "lan", "hoa")
    other = far_unit(cell)
    correct_details(actor=cell.actor("head"), contributor=cell.people["lan"], seen_version=1, unit=other)
    assert set(Attendance.objects.filter(session=session).values_list("unit__name", flat=True)) == {"Ấp Mẫu"}
    rows = {row.name: (row.came, row.people) for row in attendance_by_unit(cell.actor("head"), session)}
    assert rows == {"Ấp Mẫu": (2, 5), "Ấp Xa": (0, 1)}


def test_sheet_takes_out_only_whom_it_shows(cell):
    session = held(cell)
    note(cell, session, "lan", "writer")
    mark = last_event()
    note(cell, session, "hoa", among=("lan", "hoa"))
    assert came(session) == {"Phan Thị Viết", "Lê Hoà"}
    (event,) = events_since(mark)
    assert event.facts == {"added": [cell.people["hoa"].pk], "removed": [cell.people["lan"].pk]}
    mark = last_event()
    note(cell, session, "hoa", among=("lan", "hoa"))
    assert events_since(mark) == []
    rows = {row.person.full_name: row.came for row in sheet_of(cell.actor("head"), session, cell.unit)}
    assert rows == {
        "Nguyễn Văn Đăng": False,
        "Lê Hoà": True,
        "Nguyễn Thị Lan": False,
        "Lê Thị Phó": False,
        "Võ Văn Trưởng": False,
        "Phan Thị Viết": True,
    }


def test_focal_person_notes_their_own_unit(cell):
    other = far_unit(cell)
    stranger = person_in(cell, ContributorState.ACTIVE, unit=other)
    near = focal_person(cell)
    everybody, theirs = (
        held(cell),
        hold_session(actor=near, title="Học viết tin", held_on=TODAY, unit=cell.unit, introduction=False),
    )
    note_attendance(actor=near, session=everybody, came=[cell.people["lan"]])
    for refused_call in (
        lambda: hold_session(actor=near, title="Chung", held_on=TODAY),
        lambda: hold_session(actor=near, title="Xa", held_on=TODAY, unit=other),
        lambda: note_attendance(actor=near, session=everybody, came=[stranger], among=[]),
        lambda: cancel_session(actor=near, session=everybody, seen_version=1),
        lambda: sheet_of(near, theirs, other),
    ):
        with pytest.raises(DomainError) as refused:
            refused_call()
        assert refused.value.code == "not_allowed"
    assert [unit.name for unit in units_to_train(near)] == ["Ấp Mẫu"]
    far = held(cell, unit=other)
    seen = sessions_between(near, TODAY, TODAY + timedelta(days=1))
    assert {session.pk for session in seen} == {everybody.pk, theirs.pk}
    assert far.pk in {session.pk for session in sessions_between(cell.actor("head"), TODAY, TODAY + timedelta(days=1))}


def test_attendance_refused(cell):
    ahead, cancelled = held(cell, held_on=TODAY + timedelta(days=3)), held(cell)
    cancel_session(actor=cell.actor("head"), session=cancelled, seen_version=1, reason="Mưa to")
    merged = person_in(cell, ContributorState.ACTIVE)
    merged.merged_into = cell.people["lan"]
    merged.save()
    before = everything()
    for session, people, code in (
        (ahead, [cell.people["lan"]], "session_ahead"),
        (cancelled, [cell.people["lan"]], "session_cancelled"),
        (held(cell), [merged], "person_unknown"),
    ):
        with pytest.raises(DomainError) as refused:
            note_attendance(actor=cell.actor("head"), session=session, came=people)
        assert refused.value.code == code
    assert not Attendance.objects.exists()
    assert everything() != before  # the third session was written down


def test_session_corrected_once_per_version(cell):
    session = held(cell)
    changed = correct_session(
        actor=cell.actor("writer"), session=session, seen_version=1, title="Viết tin", introduction=False
    )
    assert (changed.title, changed.introduction, changed.version) == ("Viết tin", False, 2)
    assert correct_session(actor=cell.actor("writer"), session=session, seen_version=2, title="Viết tin").version == 2
    with pytest.raises(DomainError) as refused:
        correct_session(actor=cell.actor("head"), session=session, seen_version=1, title="Chụp ảnh")
    assert refused.value.code == "stale_version"


def test_only_an_introduction_that_took_place_counts(cell):
    lan, actor = cell.people["lan"], cell.actor("head")
    further = held(cell, introduction=False)
    note(cell, further, "lan")
    assert not was_introduced(lan.pk)
    first = held(cell)
    note(cell, first, "lan")
    assert was_introduced(lan.pk)
    (row,) = needs_introduction(actor)
    assert (row.name, row.needing, row.people) == ("Ấp Mẫu", 5, 6)
    assert lan not in people_needing_introduction(actor, cell.unit)
    cancel_session(actor=actor, session=first, seen_version=1)
    assert not was_introduced(lan.pk)
    assert needs_introduction(actor)[0].needing == 6


def test_people_without_a_unit_are_asked_for_too(cell):
    Membership.objects.filter(contributor=cell.people["hoa"]).delete()
    rows = {row.name: row.needing for row in needs_introduction(cell.actor("head"))}
    assert rows == {"Ấp Mẫu": 5, "": 1}
    assert list(people_needing_introduction(cell.actor("head"), None)) == [cell.people["hoa"]]


def test_questions_cost_the_same_at_one_and_at_thirty(cell, django_assert_num_queries):
    session = held(cell)

    def ask() -> None:
        attendance_by_unit(cell.actor("head"), session)
        sheet_of(cell.actor("head"), session, cell.unit)
        list(sessions_between(cell.actor("head"), TODAY, TODAY + timedelta(days=1)))
        needs_introduction(cell.actor("head"))

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        ask()
    for number in range(30):
        person = person_in(cell, ContributorState.ACTIVE, name=f"Người Thứ {'ABCDEFGHIJKLMNOPQRSTUVWXYZABCD'[number]}")
        note_attendance(actor=cell.actor("head"), session=session, came=[person], among=[])
        held(cell, title=f"Buổi {number}")
    assert Contributor.objects.filter(state=ContributorState.ACTIVE).count() == 36
    with django_assert_num_queries(len(few)):
        ask()
