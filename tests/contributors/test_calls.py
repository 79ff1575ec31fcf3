"""Calls: offered to silent units in turn, taken once, begun, handed in, over; the leaders' week as pasted."""

from __future__ import annotations

import uuid
from datetime import date, time, timedelta

import pytest

from contributors import calls, clock, newsroom, portals
from contributors.actors import system_actor
from contributors.calls import NewCall
from contributors.errors import DomainError
from contributors.models import Assignment, Event, Membership
from contributors.pledges import current_pledge
from contributors.weekly_schedule import read_schedule, text_of_sheet
from payments.calling import calls_of_schedule, fee_range, make_calls
from tests.contributors.states import HOUR
from tests.factories.world import OPENED, World

TODAY = HOUR.date()
WEEK = """LỊCH LÀM VIỆC TUẦN 28
Thứ Sáu, ngày 10/7/2026
8h00: Chủ tịch xã dự lễ ra quân làm sạch đường quê, tại nhà văn hoá ấp Mẫu
Chiều: Phó Chủ tịch tiếp công dân. Địa điểm: Trụ sở UBND xã
Thứ Bảy 11/7
- 14 giờ 30 phút, Bí thư thăm gia đình chính sách
Ghi chú: lịch có thể thay đổi
Thứ Năm 09/7
7:30 Họp giao ban
"""


def new(world: World, **fields) -> NewCall:
    given = {"client_key": uuid.uuid4(), "title": "Hội thi cá lóc nướng", "deadline": HOUR + timedelta(days=3)}
    return NewCall(**(given | fields))


def call(world: World, units=None, **fields) -> Assignment:
    (made,) = make_calls(actor=world.actor("head"), portal=world.portal, new=[new(world, **fields)], units=units)
    return made


def hamlet(world: World, name: str, person: str | None = None):
    unit = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name=name, opened=OPENED)
    if person:
        Membership.objects.filter(contributor=world.people[person]).delete()
        Membership.objects.create(
            portal=world.portal, contributor=world.people[person], unit=unit, effective_from=OPENED
        )
    return unit


def test_calls_go_to_silent_units_first_and_then_round(cell):
    second, third = hamlet(cell, "Ấp Hai", "hoa"), hamlet(cell, "Ấp Ba", "writer")
    hamlet(cell, "Ấp Trống")  # nobody lives there
    cell.published(by="lan", when="2026-07-09T09:00")
    cell.published(by="hoa", when="2026-07-06T09:00")
    assert calls.silent_units(9) == [third, second, cell.unit]
    for turn, wanted in enumerate(([third, second, cell.unit], [second, cell.unit, third], [cell.unit, third, second])):
        with clock.at(HOUR + timedelta(minutes=turn)):
            assert calls.silent_units(3) == wanted
            call(cell, units=wanted[:1])


def test_offered_call_waits_for_its_unit_and_is_then_open_to_everybody(cell):
    second = hamlet(cell, "Ấp Hai", "hoa")
    made = call(cell, units=[second])
    assert (made.offered_until, calls.state_of(made)) == (HOUR + timedelta(hours=24), "open")
    assert [row.pk for row in calls.calls_open_to(cell.actor("hoa"))] == [made.pk]
    assert list(calls.calls_open_to(cell.actor("lan"))) == []
    with pytest.raises(DomainError) as refused:
        calls.take_call(actor=cell.actor("lan"), call=made)
    assert refused.value.message("vi") == (
        "Bài này đang dành cho Ấp Hai tới 09:00 11/07/2026. Sau đó ai cũng nhận được."
    )
    with clock.at(HOUR + timedelta(hours=25)):
        assert calls.take_call(actor=cell.actor("lan"), call=made).taken_by_id == cell.people["lan"].pk
        with pytest.raises(DomainError, match="call_taken"):
            calls.take_call(actor=cell.actor("hoa"), call=made)
        assert list(calls.calls_open_to(cell.actor("hoa"))) == []


def test_short_call_is_offered_for_half_of_its_time(cell):
    made = call(cell, units=[cell.unit], deadline=HOUR + timedelta(hours=6))
    assert made.offered_until == HOUR + timedelta(hours=3)


def test_same_key_is_one_call(cell):
    wanted = new(cell)
    first, second = (make_calls(actor=cell.actor("head"), portal=cell.portal, new=[wanted])[0].pk for _ in range(2))
    assert first == second
    assert Event.objects.filter(kind="call.made").count() == 1


def test_piece_of_a_call_knows_what_the_call_says_and_hands_it_in(cell):
    made = call(
        cell,
        genre=cell.genres["news_item"],
        topic=cell.topic,
        place="Nhà văn hoá ấp",
        event_at=HOUR,
        leader_activity=True,
    )
    lan = cell.actor("lan")
    calls.take_call(actor=lan, call=made)
    piece = calls.start_for_call(actor=lan, call=made, client_key=uuid.uuid4())
    again = calls.start_for_call(actor=lan, call=made, client_key=uuid.uuid4())
    assert piece.pk == again.pk
    assert (piece.title, piece.event_place, piece.event_on, piece.leader_activity, piece.topic_id) == (
        "Hội thi cá lóc nướng",
        "Nhà văn hoá ấp",
        TODAY,
        True,
        cell.topic.pk,
    )
    piece.body = "Bà con thi nướng cá."
    piece.save()
    newsroom.submit_piece(actor=lan, piece=piece, seen_version=piece.version, pledge=current_pledge().version)
    row = calls.all_calls().get(pk=made.pk)
    assert calls.state_of(row) == "handed_in"
    with pytest.raises(DomainError, match="call_has_piece"):
        calls.give_call_back(actor=lan, call=made)


def test_call_given_back_is_open_to_all(cell):
    made = call(cell, units=[cell.unit])
    calls.take_call(actor=cell.actor("lan"), call=made)
    back = calls.give_call_back(actor=cell.actor("lan"), call=made)
    assert (back.taken_by_id, back.offered_until, calls.state_of(back)) == (None, None, "open")


def test_cancelled_and_past_calls_are_over(cell):
    made = call(cell)
    calls.cancel_call(actor=cell.actor("head"), call=made, reason="Hoãn")
    with pytest.raises(DomainError, match="call_over"):
        calls.take_call(actor=cell.actor("lan"), call=made)
    other = call(cell)
    with clock.at(HOUR + timedelta(days=4)), pytest.raises(DomainError, match="call_over"):
        calls.take_call(actor=cell.actor("lan"), call=other)


def test_fee_range_stands_in_the_call_where_the_portal_pays(cell):
    made = call(cell, genre=cell.genres["news_item"])
    low, high = fee_range(cell.portal, cell.genres["news_item"])
    assert (made.fee_low, made.fee_high) == (low, high)
    assert 0 < low < high
    assert fee_range(cell.portal, cell.genres["document"]) is None
    with clock.at(HOUR - timedelta(days=60)):  # before it pays
        assert fee_range(cell.portal, cell.genres["news_item"]) is None


def test_week_is_read_line_by_line():
    read = read_schedule(WEEK, today=TODAY)
    assert [(each.day, each.hour, each.title, each.place) for each in read.activities] == [
        (
            date(2026, 7, 10),
            time(8, 0),
            "Chủ tịch xã dự lễ ra quân làm sạch đường quê",
            "nhà văn hoá ấp Mẫu",
        ),
        (date(2026, 7, 10), time(13, 30), "Phó Chủ tịch tiếp công dân", "Trụ sở UBND xã"),
        (date(2026, 7, 11), time(14, 30), "Bí thư thăm gia đình chính sách", ""),
        (date(2026, 7, 9), time(7, 30), "Họp giao ban", ""),
    ]
    assert read.skipped == [(1, "LỊCH LÀM VIỆC TUẦN 28"), (7, "Ghi chú: lịch có thể thay đổi")]


@pytest.mark.parametrize(
    ("line", "today", "day"),
    [
        ("02/01: 8h Họp", date(2026, 12, 30), date(2027, 1, 2)),  # the nearest year
        ("Chủ nhật (12/7) 8h Họp", TODAY, date(2026, 7, 12)),
        ("31/6: 8h Họp", TODAY, None),  # no such day
    ],
)
def test_days_without_a_year(line, today, day):
    assert [each.day for each in read_schedule(line, today=today).activities] == ([day] if day else [])


def test_week_makes_a_call_for_what_is_not_over_once(cell):
    key = uuid.uuid4()
    for _ in range(2):
        made = calls_of_schedule(
            actor=cell.actor("head"),
            portal=cell.portal,
            activities=read_schedule(WEEK, today=TODAY).activities,
            form_key=key,
            genre=cell.genres["news_item"],
            topic=None,
        )
    assert [row.title for row in made] == [
        "Chủ tịch xã dự lễ ra quân làm sạch đường quê",
        "Phó Chủ tịch tiếp công dân",
        "Bí thư thăm gia đình chính sách",
    ]
    assert Assignment.objects.count() == 3
    assert {row.leader_activity for row in made} == {True}
    assert made[0].deadline == HOUR.replace(hour=0, minute=0) + timedelta(days=1)


def test_spreadsheet_becomes_lines_that_can_be_corrected():
    sheet = "Ngày,Giờ,Nội dung,Chủ trì,Địa điểm\n2026-07-10,8h00,Họp giao ban,Chủ tịch,Hội trường\n,14h,Tiếp dân,,\n"
    text = text_of_sheet(content=sheet.encode(), file_name="lich.csv")
    assert text == "10/07/2026\n8h00 - Chủ tịch: Họp giao ban, tại Hội trường\n14h - Tiếp dân"
    assert [each.title for each in read_schedule(text, today=TODAY).activities] == [
        "Chủ tịch: Họp giao ban",
        "Tiếp dân",
    ]
