"""What went up, told apart: every table adds up to the figures above it, and silence is a row of its own."""

from __future__ import annotations

from datetime import date

import pytest

from contributors import clock
from contributors.output import figures
from contributors.output_cuts import Cut, makers
from contributors.output_tables import output_of, spans_of
from tests.factories.world import at

YEAR = (date(2026, 1, 1), date(2027, 1, 1))


@pytest.fixture
def year(world):
    """July: two pieces of lan's, one with a photo by hoa; September: one of the board's writer, and a document."""
    world.published(when="2026-07-10T09:00")
    world.published(when="2026-07-31T23:30", photos_by=("hoa",))
    world.published(by="writer", when="2026-09-01T00:30")
    world.published(by="writer", when="2026-09-02T09:00", genre="document", coefficient=None, photo=None)
    with clock.at(at("2026-10-15T09:00")):
        yield world


def test_tables_add_up_to_the_figures(year):
    whole = figures(year.portal, *YEAR)
    output = output_of(year.portal, *YEAR)
    table = output.months
    assert [span.label for span in table.spans] == [f"T{month}/26" for month in range(1, 11)]
    assert table.news == (0, 0, 0, 0, 0, 0, 2, 0, 1, 0)
    assert (sum(table.news), sum(table.photos), sum(table.documents)) == (whole.news, whole.photos, whole.documents)
    assert (table.photos[6], table.documents[8]) == (1, 1)
    assert sum(share.pieces for share in output.genres) == whole.news + whole.documents
    assert sum(row.total for row in output.units) == whole.news
    assert next(row for row in output.units if row.name == year.unit.name).counts[6] == 2


def test_unit_without_a_piece_is_a_row_of_zeros(year):
    rows = output_of(year.portal, date(2026, 8, 1), date(2026, 9, 1)).units
    assert year.unit.name in [row.name for row in rows]
    assert {row.counts for row in rows} == {(0,)}


def test_people_are_counted_for_what_they_made(year):
    made = makers(year.portal, *YEAR, Cut(), counts=output_of(year.portal, *YEAR).counts)
    names = {key: year.people[key].full_name for key in ("lan", "hoa", "writer")}
    assert [(each.name, each.pieces, each.share, each.photos) for each in made.people] == [
        (names["lan"], 2, 2, 0),
        (names["writer"], 1, 1, 0),
        (names["hoa"], 0, 0, 1),
    ]
    assert made.nobody == 0


@pytest.mark.parametrize(
    ("first", "until", "labels"),
    [
        (date(2026, 7, 1), date(2026, 8, 1), ["T7/26"]),
        (date(2026, 6, 30), date(2026, 7, 2), ["T6/26", "T7/26"]),
        (date(2026, 9, 1), date(2027, 1, 1), ["T9/26", "T10/26"]),
        (date(2024, 2, 1), date(2026, 10, 1), [f"Q{q}/{y}" for y in (24, 25, 26) for q in (1, 2, 3, 4)][:11]),
        (date(2016, 1, 1), date(2026, 1, 1), [str(year) for year in range(2016, 2026)]),
        (date(2026, 11, 1), date(2026, 12, 1), []),
    ],
)
def test_long_periods_are_told_in_quarters_or_years_and_none_beyond_today(world, first, until, labels):
    with clock.at(at("2026-10-15T09:00")):
        assert [span.label for span in spans_of(world.portal, first, until)] == labels
