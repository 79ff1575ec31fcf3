"""Benches run against the tables as they are: what they write by hand is tried here, small."""

from __future__ import annotations

from datetime import date

from bench import books, output, royalty_run
from contributors import clock
from contributors.output_cuts import Cut, makers
from contributors.output_tables import output_of
from payments import computing, runs
from payments.books import check_books
from payments.models import DraftLine, Statement
from tests.payments.steps import AUGUST


def test_royalty_bench_writes_pieces_that_can_be_computed(world):
    from django.db import connection

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
