"""Working hours counted by hand: lunch, weekends, Tết, a Saturday that is worked instead."""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contributors.working_time import WorkingCalendar, end_of_day, public_holidays

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SPANS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
USUAL = WorkingCalendar(ZONE, frozenset({1, 2, 3, 4, 5}), SPANS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-07-10T08:00", 4, "2026-07-10T14:00"),  # Friday; two hours of lunch do not count
        ("2026-07-10T16:30", 4, "2026-07-13T11:00"),  # half an hour on Friday, the rest on Monday
        ("2026-07-11T09:00", 4, "2026-07-13T11:30"),  # Saturday: counting starts on Monday
        ("2026-07-10T12:00", 1, "2026-07-10T14:30"),  # sent in over lunch
        ("2026-07-10T18:00", 1, "2026-07-13T08:30"),
        ("2026-02-13T16:00", 4, "2026-02-23T10:30"),  # over Tết, 16 to 20 February, and its two weekends
        ("2026-04-29T16:00", 2, "2026-05-04T08:30"),  # over 30 April, 1 May and a weekend
    ],
)
def test_due_time_counts_working_hours_alone(since, hours, due):
    assert USUAL.after(at(since), Fraction(hours)) == at(due)
    assert USUAL.hours_between(at(since), at(due)) == hours


def test_own_days_go_before_the_calendar():
    own = {date(2026, 7, 13): False, date(2026, 7, 11): True, date(2026, 2, 17): True}
    calendar = WorkingCalendar(ZONE, USUAL.weekdays, SPANS, own)
    assert calendar.after(at("2026-07-10T16:30"), Fraction(4)) == at("2026-07-11T11:00")
    assert (calendar.works_on(date(2026, 7, 13)), calendar.works_on(date(2026, 2, 17))) == (False, True)


def test_calendar_knows_vietnams_holidays():
    days = public_holidays(2026)
    assert {date(2026, 1, 1), date(2026, 2, 17), date(2026, 4, 30), date(2026, 5, 1), date(2026, 9, 2)} <= days
    assert date(2026, 7, 10) not in days


def test_calendar_without_working_days_never_comes_due():
    never = WorkingCalendar(ZONE, frozenset(), SPANS)
    moment = at("2026-07-10T08:00")
    assert (never.after(moment, Fraction(1)), never.hours_between(moment, at("2026-08-10T08:00"))) == (moment, 0)


def test_backwards_is_no_time():
    assert USUAL.hours_between(at("2026-07-10T10:00"), at("2026-07-10T09:00")) == 0


def test_day_ends_at_midnight():
    assert end_of_day(date(2026, 7, 10), ZONE) == at("2026-07-11T00:00")


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)),  # noqa: DTZ001 - the zone follows
    st.integers(1, 60 * 40),
    st.integers(1, 60 * 40),
)
def test_adding_twice_is_adding_the_sum(moment, one, two):
    start = moment.replace(second=0, microsecond=0, tzinfo=ZONE)
    first = USUAL.after(start, Fraction(one, 60))
    assert USUAL.after(first, Fraction(two, 60)) == USUAL.after(start, Fraction(one + two, 60))
    assert USUAL.hours_between(start, first) == Fraction(one, 60)
