"""Accesses of the website and the words of reports: written, replaced, refused with nothing written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from contributors import clock
from contributors.accesses import accesses_between, load_accesses, month_of, number_of, record_accesses
from contributors.errors import DomainError
from contributors.models import Event, MonthlyAccess, ReportText
from contributors.portals_below import put_below
from contributors.refusals.reporting import MESSAGES
from contributors.report_texts import MOST_LETTERS, report_texts, usual_texts, write_report_texts
from tests.factories.world import World, at

NOW = at("2026-08-03T08:00")
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def record(world: World, name: str = "head", **given) -> MonthlyAccess:
    said = {"month": JUNE, "count": 1250, "source": "bộ đếm trên trang"} | given
    return record_accesses(actor=world.actor(name), **said)


def load(world: World, text: str, source: str = "bên cung cấp trang") -> int:
    return load_accesses(actor=world.actor("head"), content=text.encode(), file_name="luot.csv", source=source)


def test_month_is_entered_replaced_and_summed(world: World) -> None:
    with clock.at(NOW):
        record(world, month=date(2026, 6, 17))
        record(world, count=1300)
        record(world, "publisher", month=JULY, count=900, source="Google Analytics")
    found = accesses_between(date(2026, 1, 1), JULY)
    assert (found.total, found.known, found.months, found.sources) == (1300, 1, 6, ("bộ đếm trên trang",))
    assert accesses_between(JUNE, date(2026, 8, 1)).total == 2200
    assert accesses_between(date(2025, 1, 1), date(2025, 7, 1)).total is None
    facts = Event.objects.filter(kind="accesses.recorded").order_by("pk")[1].facts
    assert (facts["count_before"], facts["count"]) == (1250, 1300)


def test_sheet_is_loaded_whole_or_not_at_all(world: World) -> None:
    with clock.at(NOW):
        assert load(world, "Tháng;Lượt truy cập\n01/2026;1.250\nTháng 2/2026;900\n2026-03;1 100\n") == 3
        assert list(MonthlyAccess.objects.order_by("month").values_list("count", flat=True)) == [1250, 900, 1100]
        with pytest.raises(DomainError) as refused:
            load(world, "Tháng,Lượt truy cập\n04/2026,10\n04/2026,11\n13/2026,5\n05/2026,-1\n09/2026,1\n")
    assert refused.value.code == "accesses_rows_wrong"
    assert "3, 4, 5, 6" in refused.value.message()
    assert MonthlyAccess.objects.count() == 3


@pytest.mark.parametrize(
    ("text", "month"),
    [("01/2026", 1), ("3-2026", 3), ("Tháng 12/2026", 12), ("2026-07-01", 7), ("01/05/2026", 5), (" 2026-9 ", 9)],
)
def test_months_as_people_write_them(text: str, month: int) -> None:
    assert month_of(text) == date(2026, month, 1)


@pytest.mark.parametrize("text", ["1250", "1.250", "1,250", "1 250", "1\u00a0250", "1250.0"])
def test_numbers_as_people_write_them(text: str) -> None:
    assert number_of(text) == 1250


@pytest.mark.parametrize("text", ["1.25", "12.50", "1,2,3", "-5", "nhiều", "", "1e3"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="count_wrong"):
        number_of(text)


def test_words_are_kept_for_the_next_report(world: World) -> None:
    head = world.actor("head")
    assert report_texts() == usual_texts()
    assert write_report_texts(actor=head, texts={**usual_texts(), "addressee": "Phòng Văn hóa xã"}) == 1
    assert report_texts()["addressee"] == "Phòng Văn hóa xã"
    assert write_report_texts(actor=head, texts={"addressee": "Phòng Văn hóa xã"}) == 0
    assert ReportText.objects.count() == Event.objects.filter(kind="report_text.written").count() == 1
    with pytest.raises(DomainError, match="not_allowed"):
        write_report_texts(actor=world.actor("publisher"), texts={"addressee": "Ai đó"})


SITUATIONS: dict[str, Callable[[World], object]] = {
    "month_wrong": lambda world: record(world, month=date(2026, 9, 1)),
    "count_wrong": lambda world: record(world, count=-1),
    "source_missing": lambda world: record(world, source=" \u200b"),
    "accesses_rows_wrong": lambda world: load(world, "Tháng,Lượt truy cập\n0/2026,10\n"),
    "portal_above_itself": lambda world: put_below(portal=world.portal, parent=world.portal),
    "text_too_long": lambda world: write_report_texts(
        actor=world.actor("head"), texts={"addressee": "Phòng", "limits": "ơ" * (MOST_LETTERS + 1)}
    ),
}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_named_error_has_its_situation(world: World, code: str) -> None:
    events = Event.objects.count()
    with clock.at(NOW), pytest.raises(DomainError) as refused:
        SITUATIONS[code](world)
    assert refused.value.code == code
    assert (MonthlyAccess.objects.count(), ReportText.objects.count(), Event.objects.count()) == (0, 0, events)
