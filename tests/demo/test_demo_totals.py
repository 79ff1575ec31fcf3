"""The demo portal, loaded through the product's verbs, equals an independent recount of its source files."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from contributors.output import figures
from contributors.scopes import portal_scope
from demo.loader import demo_portal, load_demo
from demo.main_job import play, summary
from payments.books import check_books
from payments.law import load_law
from payments.models import DraftLine, Line, Run, RunItem, Statement
from payments.whatif import would_have_cost
from tests.factories.standing import empty_database

RECOUNT = Path(__file__).with_name("recount.py")


@pytest.fixture(scope="module")
def recount():
    out = subprocess.run([sys.executable, str(RECOUNT), "--json"], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, loaded once for this module, scope open."""
    with django_db_blocker.unblock():
        load_law()
        for _ in load_demo():
            pass
        portal = demo_portal()
        with portal_scope(portal):
            yield portal
        empty_database()


def the_run(label: str) -> Run:
    return Run.objects.get(label=label)


def told(run: Run) -> dict[str, object]:
    """A run's figures in the recount's words."""
    statements = Statement.objects.filter(run=run)
    return {
        "lines": Line.objects.filter(run=run).count(),
        "gross": run.gross,
        "tax": run.tax,
        "net": run.net,
        "statements": statements.count(),
        "per_person": sorted((each.gross, each.tax, each.net, each.line_count) for each in statements),
    }


def expected(row: dict) -> dict[str, object]:
    return {
        **{key: row[key] for key in ("lines", "gross", "tax", "net", "statements")},
        "per_person": sorted(
            (each["gross"], each["tax"], each["net"], each["lines"]) for each in row["people"].values()
        ),
    }


def test_first_half_says_what_the_report_says(demo, recount):
    half = figures(demo, date(2024, 1, 1), date(2024, 7, 1))
    counted = (half.news, half.photos, half.documents, half.board, half.contributors_registered)
    assert counted == (84, 252, 319, 5, 0)
    again = recount["first_half"]
    assert counted == (
        again["pieces"],
        again["photos"],
        again["documents"],
        again["board_members"],
        again["contributors"],
    )


def test_second_half_counts_equal_the_recount(demo, recount):
    half = figures(demo, date(2024, 7, 1), date(2025, 1, 1))
    again = recount["second_half"]
    assert (half.news, half.photos, half.documents, half.contributors_registered) == (
        again["pieces"],
        again["photos"],
        again["documents"],
        again["contributors"],
    )


def test_what_the_unpaid_half_would_have_cost(demo):
    """By hand: unit 180.000 đ; lowest and highest coefficients of the table, 30.000 đ a piece for helpers."""
    cost = would_have_cost(portal=demo, period_from=date(2024, 1, 1), period_until=date(2024, 7, 1))
    unit = 180_000
    low = 75 * unit // 2 + 9 * 2 * unit + 252 * unit // 2 + 84 * 30_000
    high = 75 * 2 * unit + 9 * 5 * unit + 252 * unit + 84 * 30_000
    assert (cost.pieces, cost.photos, cost.low, cost.high) == (84, 252, low, high)


def test_nothing_of_the_unpaid_half_is_in_any_run(demo):
    assert RunItem.objects.filter(piece__published_at__lt="2024-07-01T00:00+07:00").count() == 0


@pytest.mark.parametrize("month", range(7, 12))
def test_issued_runs_equal_the_recount(demo, recount, month):
    row = next(each for each in recount["runs"] if each["ref"] == f"run-2024-{month:02d}")
    run = the_run(row["label"])
    assert run.state == "closed"
    assert told(run) == expected(row)
    held = DraftLine.objects.filter(run=run, generation=run.generation).exclude(held="")
    assert (held.count(), sum(each.amount for each in held)) == (row["waiting_lines"], row["waiting_gross"])


def test_last_run_played_by_the_main_job_equals_the_recount(demo, recount, celery_app, work_jobs, monkeypatch):
    from contributors import jobs

    work_jobs()  # papers of the runs that were issued long ago
    # In place of the queue and the worker behind it: the task is done when the bell rings.
    monkeypatch.setattr(jobs, "ring", lambda task, ids: [celery_app.tasks[task](job_id=each) for each in ids])
    words = [word for word, _ in play(demo)]
    assert list(dict.fromkeys(words)) == [
        "chốt số liệu",
        "tính nhuận bút",
        "trưởng ban xác nhận",
        "chủ tài khoản duyệt chi",
        "phát hành",
    ]
    row = recount["runs"][-1]
    run = the_run(row["label"])
    assert run.state == "issued"
    assert told(run) == expected(row)
    shown = summary()
    assert shown is not None
    assert (shown.lines, shown.total, shown.net, shown.statements) == (
        row["lines"],
        row["gross"],
        row["net"],
        row["statements"],
    )
    assert list(play(demo)) == []


def test_books_are_in_order_after_everything(demo):
    assert [finding.name for finding in check_books(demo, full=True) if not finding.ok] == []
