"""The directory: searched without tone marks, narrowed, in Vietnamese order; who sees whom; counts by unit."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from contributors import clock, portals, registration
from contributors.actors import system_actor
from contributors.directory import (
    PeopleFilter,
    counts_by_state,
    counts_by_unit,
    every_person,
    people_of,
    person_seen,
    rows_shown,
    units_with_nobody,
)
from contributors.errors import DomainError
from contributors.exporting import export_people
from contributors.models import Attendance, Contributor, Event, Membership, PenName, TrainingSession
from tests.contributors.states import HOUR
from tests.factories.world import OPENED, new_phone


@pytest.fixture
def world(cell):
    return cell


def add(world, name, *, unit=None, state="active", phone="", **fields):
    person = registration.seat_founder(
        actor=system_actor(world.portal),
        full_name=name,
        phone=phone or new_phone(),
        account=None,
        category=fields.pop("category", "volunteer"),
        unit=unit,
    )
    Contributor.objects.filter(pk=person.pk).update(state=state, **fields)
    return world.fresh(person)


def unit_of(world, name, parent=None, kind="hamlet"):
    return portals.open_unit(actor=system_actor(world.portal), kind=kind, name=name, opened=OPENED, parent=parent)


def names(world, by="head", **wanted):
    return [row.full_name for row in people_of(world.actor(by), PeopleFilter(**wanted)).rows]


def observer(world):
    return replace(
        world.actor("accountant"), capabilities=frozenset({"observer"}), account_id=None, contributor_id=None
    )


def focal(world, *units):
    return replace(
        observer(world), capabilities=frozenset({"focal_person"}), focal_units=frozenset(unit.pk for unit in units)
    )


def test_vietnamese_order_of_names(world):
    for name in ("Trần Văn Ất", "Lê Thị Ân", "Đỗ Văn An", "Bùi Thị Yến"):
        add(world, name)
    shown = names(world)
    assert [name for name in shown if name.split()[-1] in {"An", "Ân", "Ất", "Yến"}] == [
        "Đỗ Văn An",
        "Lê Thị Ân",
        "Trần Văn Ất",
        "Bùi Thị Yến",
    ]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("lan", ["Nguyễn Thị Lan"]),
        ("LAN nguyen", ["Nguyễn Thị Lan"]),
        ("lê hoà", ["Lê Hoà"]),
        ("Hòa", ["Lê Hoà"]),
        ("đăng", ["Nguyễn Văn Đăng"]),
        ("dang", ["Nguyễn Văn Đăng"]),
        ("không có ai", []),
        ("%", []),
        ("_", []),
    ],
)
def test_search_without_tone_marks(world, q, found):
    assert names(world, q=q) == found


def test_search_by_phone_and_receipt(world):
    lan = world.people["lan"]
    local = f"0{lan.phone[3:]}"
    for q in (local, lan.phone, f"{local[:4]} {local[4:7]} {local[7:]}", lan.phone[-9:], lan.receipt_number.lower()):
        assert "Nguyễn Thị Lan" in names(world, q=q), q
    assert names(world, q="012") == []  # three digits would find half the village
    assert names(world, by="writer", q=local) == []  # who may not see phones cannot guess them either
    assert names(world, by="writer", q=lan.receipt_number) == ["Nguyễn Thị Lan"]


def test_phones_are_masked_for_those_who_may_not_correct_them(world):
    lan = world.people["lan"]
    seen = {by: rows_shown(world.actor(by), [lan.pk])[0].phone for by in ("head", "admin", "writer", "publisher")}
    masked = f"•••• {lan.phone[-3:]}"
    assert seen == {"head": lan.phone, "admin": lan.phone, "writer": masked, "publisher": masked}


def test_filters(world):
    inner = unit_of(world, "Ấp 1", parent=unit_of(world, "Xã Cũ", kind="commune"))
    add(world, "A Trong", unit=inner)
    add(world, "B Ngoài")
    add(world, "C Cán Bộ", unit=inner, category="staff")
    add(world, "D Thôi", state="left", unit=inner)
    assert names(world, unit=inner.public_id) == ["C Cán Bộ", "D Thôi", "A Trong"]
    assert names(world, unit=inner.parent.public_id) == ["C Cán Bộ", "D Thôi", "A Trong"]
    assert names(world, unit="none") == ["B Ngoài"]
    assert names(world, unit=inner.public_id, state=("active",)) == ["C Cán Bộ", "A Trong"]
    assert names(world, category="staff") == ["C Cán Bộ"]
    with pytest.raises(DomainError, match="not_found"):
        names(world, unit=uuid.uuid4())


def test_active_since(world):
    Contributor.objects.update(state_since=HOUR - timedelta(days=10))
    add(world, "A Mới", state_since=HOUR)
    old = add(world, "B Cũ", state_since=HOUR - timedelta(days=400))
    assert names(world, active_since=date(2025, 12, 31)) == [old.full_name]
    assert "A Mới" not in names(world, active_since=HOUR.date() - timedelta(days=1))
    assert "A Mới" in names(world, active_since=HOUR.date())


def test_silent_people(world):
    with clock.at(HOUR - timedelta(weeks=6)):
        world.submitted("lan")
    with clock.at(HOUR - timedelta(weeks=1)):
        world.submitted("hoa", photos_by=("writer",))
    silent = names(world, silent_weeks=4)
    assert "Nguyễn Thị Lan" in silent
    assert {"Lê Hoà", "Phan Thị Viết"}.isdisjoint(silent)
    assert "Nguyễn Thị Lan" not in names(world, silent_weeks=8)
    world.draft("lan")  # a draft is no sign of life that the board could see
    assert "Nguyễn Thị Lan" in names(world, silent_weeks=4)


def test_who_needs_the_introduction(world):
    session = {
        "portal": world.portal,
        "held_on": OPENED,
        "created_by": world.accounts["head"],
        "created_at": HOUR,
    }
    first = TrainingSession.objects.create(title="Nhập môn", **session)
    second = TrainingSession.objects.create(title="Nâng cao", introduction=False, **session)
    cancelled = TrainingSession.objects.create(title="Hoãn", cancelled_at=HOUR, **session)
    for place, who in ((first, "lan"), (second, "hoa"), (cancelled, "writer")):
        Attendance.objects.create(portal=world.portal, session=place, contributor=world.people[who])
    waiting = names(world, needs_introduction=True)
    assert "Nguyễn Thị Lan" not in waiting
    assert {"Lê Hoà", "Phan Thị Viết"} <= set(waiting)


def test_what_a_row_says(world):
    lan = world.people["lan"]
    PenName.objects.create(portal=world.portal, contributor=lan, name="Hương Lúa", effective_from=OPENED)
    PenName.objects.create(
        portal=world.portal, contributor=lan, name="Cũ", effective_from=OPENED, effective_until=date(2026, 2, 1)
    )
    world.published("lan", photos_by=("hoa",), when="2026-07-09T09:00")
    (row,) = people_of(world.actor("head"), PeopleFilter(q="nguyen thi lan")).rows
    assert (row.pen_names, row.unit, row.state_label, row.category_label) == (
        ("Hương Lúa",),
        "Ấp Mẫu",
        "đang cộng tác",
        "người dân",
    )
    assert (row.last_piece_on, row.published_this_year) == (date(2026, 7, 9), 1)
    (other,) = people_of(world.actor("head"), PeopleFilter(q="le hoa")).rows
    assert (other.last_piece_on, other.published_this_year) == (date(2026, 7, 9), 1)  # a photo is work too
    with clock.at(HOUR + timedelta(days=365)):
        (row,) = rows_shown(world.actor("head"), [lan.pk])
    assert row.published_this_year == 0


def test_merged_rows_are_never_listed(world):
    lan = world.people["lan"]
    again = add(world, "Nguyễn Thị Lan", unit=world.unit)
    Contributor.objects.filter(pk=again.pk).update(merged_into=lan)
    assert names(world, q="nguyen thi lan") == ["Nguyễn Thị Lan"]
    with pytest.raises(DomainError, match="not_found"):
        person_seen(world.actor("head"), again.public_id)
    assert counts_by_unit(world.actor("head"))[0].people == 6
    assert counts_by_state(world.actor("head")) == {"active": 6}


def test_who_sees_whom(world):
    mine = unit_of(world, "Ấp Của Tôi")
    add(world, "A Của Tôi", unit=mine)
    for actor in (observer(world), world.actor("accountant"), world.actor("lan")):
        for question in (lambda a: people_of(a, PeopleFilter()), counts_by_state, counts_by_unit, units_with_nobody):
            with pytest.raises(DomainError, match="not_allowed"):
                question(actor)
    actor = focal(world, mine)
    assert [row.full_name for row in people_of(actor, PeopleFilter()).rows] == ["A Của Tôi"]
    assert [unit.name for unit in counts_by_unit(actor)] == ["Ấp Của Tôi"]
    with pytest.raises(DomainError, match="not_found"):
        person_seen(actor, world.people["lan"].public_id)
    assert len(people_of(focal(world), PeopleFilter()).rows) == 7
    both = replace(actor, seats=frozenset({"writer"}))
    assert len(people_of(both, PeopleFilter()).rows) == 7


def test_pages_follow_each_other_without_gap(world):
    for nth in range(23):
        add(world, f"Trần Văn {'Tám' if nth % 2 else 'Chín'}")
    seen, after = [], None
    while True:
        page = people_of(world.actor("head"), PeopleFilter(), after=after, size=5)
        seen += page.rows
        after = page.after
        if after is None:
            break
    whole = list(every_person(world.actor("head"), PeopleFilter()))
    assert [row.id for row in seen] == [row.id for row in whole]
    assert len({row.id for row in seen}) == 29
    first = people_of(world.actor("head"), PeopleFilter(), size=5)
    assert (first.total, first.more_than_total) == (29, False)


def test_counts_by_unit_and_units_with_nobody(world):
    commune = unit_of(world, "Xã Cũ", kind="commune")
    empty = unit_of(world, "Ấp Vắng", parent=commune)
    closed = unit_of(world, "Ấp Đóng")
    closed.closed = HOUR.date()
    closed.save()
    add(world, "A Tạm Ngừng", unit=empty, state="suspended")
    moved = add(world, "B Đã Đi", unit=empty)
    Membership.objects.filter(contributor=moved).update(effective_from=OPENED, effective_until=date(2026, 7, 1))
    counts = {unit.name: unit.people for unit in counts_by_unit(world.actor("head"))}
    assert counts == {"Ấp Mẫu": 6, "Xã Cũ": 0, "Ấp Vắng": 0}
    assert [unit.name for unit in units_with_nobody(world.actor("head"))] == ["Ấp Vắng"]
    assert [unit.parent for unit in units_with_nobody(world.actor("head"))] == ["Xã Cũ"]


def test_export_is_a_right_and_on_record(world):
    for name in ("writer", "publisher", "accountant", "lan"):
        with pytest.raises(DomainError, match="not_allowed"):
            export_people(actor=world.actor(name), wanted=PeopleFilter())
    content = export_people(actor=world.actor("head"), wanted=PeopleFilter(q="lan"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Họ và tên", "Nguyễn Thị Lan"]
    assert rows[1][6] == f"0{world.people['lan'].phone[3:]}"
    event = Event.objects.get(kind="directory.exported")
    assert event.facts == {"people": 1, "searched": True}


def test_questions_do_not_grow_with_rows(world):
    counts = []
    for size in (1, 29):
        for nth in range(size):
            person = add(world, f"Trần Văn {nth}", unit=world.unit)
            PenName.objects.create(portal=world.portal, contributor=person, name="Bút", effective_from=OPENED)
        with CaptureQueriesContext(connection) as queries:
            people_of(world.actor("head"), PeopleFilter(silent_weeks=4, needs_introduction=True))
            counts_by_unit(world.actor("head"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
