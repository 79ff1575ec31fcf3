"""Benches run against the tables as they are: what they write by hand is tried here, small."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import books, directory, output, royalty_run, search, statement_page, superiors
from contributors import clock
from contributors.models import Contributor, Piece
from contributors.output_cuts import Cut, makers
from contributors.output_tables import output_of
from contributors.scopes import portal_scope
from payments import computing, runs
from payments.books import check_books
from payments.models import DraftLine, Statement
from payments.report_periods import Period
from payments.searching import everything_found
from payments.superiors import side_by_side
from tests.factories.world import build_world
from tests.payments.steps import AUGUST


def test_royalty_bench_writes_pieces_that_can_be_computed(world):
    royalty_run._write_pieces(world, 3)
    accountant = world.actor("accountant")
    with clock.at(AUGUST):
        run = runs.freeze_run(actor=accountant, run=world.run(), seen_version=1)
        runs.compute_run(actor=accountant, run=run, seen_version=run.version)
        computing.compute_generation(run_id=run.pk, generation=1)
    assert DraftLine.objects.filter(run=run).count() == 9
    rows = royalty_run._rows(connection, run.pk, 1)
    assert len(rows.splitlines()) == 9
    assert royalty_run._copy(connection, rows, 1) > 0
    assert royalty_run._insert_select(connection, run.pk, 1) > 0


def test_books_bench_writes_books_that_agree(world):
    books.write_books(world, 3)
    assert Statement.objects.count() == 3
    broken = {finding.name for finding in check_books(world.portal) if not finding.ok}
    assert broken == {"files_are_as_rendered"}  # the bench writes rows, no files


def test_output_bench_writes_pieces_whose_cuts_agree(world):
    output.write_pieces(world, 60)
    period = (world.portal, output.FIRST, date(2026, 7, 1))
    with clock.at(AUGUST):
        found = output_of(*period)
    total = found.counts.total
    assert (total.news + total.documents, total.photos) == (60, 60)
    assert total.documents == 3
    made = makers(*period, Cut(), counts=found.counts)
    assert sum(each.share for each in made.people) == total.news
    assert sum(row.total for row in found.units) == sum(found.months.news) == total.news


def test_benches_of_people_pieces_and_search_write_what_is_found(world):
    directory._write_people(world, 30)
    assert Contributor.objects.filter(receipt_number__startswith="CTV-").count() >= 30
    of_people, of_pieces = search.questions_of(30)
    found = {name: everything_found(world.actor("head"), text) for name, text in of_people[2].items()}
    assert not found["nobody"]
    assert found["two frequent words"]
    other = build_world("xa-khac")
    with portal_scope(other.portal):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # it makes indexes anew, here within a transaction
        of_pieces[1](other, 30)
        assert Piece.objects.filter(title__contains="hiem").count() == 30
        assert [group.kind for group in everything_found(other.actor("head"), "hiem7")] == ["pieces"]


def test_statement_bench_writes_down_what_is_drawn():
    [first, second] = statement_page.recorded(statement_page.made_up(1))
    assert len(first.texts) > 100
    assert first.strokes
    assert second.texts


def test_superiors_bench_writes_portals_that_are_counted(world):
    superiors.write_portals(world, 2)
    first_half = Period(date(2026, 1, 1), date(2026, 7, 1))
    with CaptureQueriesContext(connection) as asked:
        found = side_by_side(actor=world.actor("head"), portal=world.portal, period=first_half)
    assert [(row.now.news, row.now.photos, row.now.documents) for row in found.rows] == [(80, 160, 120)] * 2
    assert [(row.now.units, row.now.silent, row.fund_issued) for row in found.rows] == [(20, 4, 18_000_000)] * 2
    assert found.total.before.news == 2 * 80
    assert len(asked) < 30
