"""Checks that are kept: around each issue, every night, on demand; only what is new is read; alarms once a day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from contributors import clock
from contributors.events import seal_events
from contributors.files import open_kept
from contributors.models import Job, OfficeNotice
from payments.books import check_books, checks
from payments.books.checking import questions
from payments.errors import PaymentError
from payments.models import BooksCheck, CheckOccasion, Fund, Paper, Statement, VerifiedMark
from tests.payments.books.test_invariants import failing, triggers_off
from tests.payments.steps import AUGUST, approved_run, issue, work


def broken_portal(world) -> None:
    Fund.objects.filter(pk=world.fund.pk).update(cut_off="2026-01-01")


def test_issue_is_asked_before_and_after_and_the_answer_is_kept(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
    check = BooksCheck.objects.get()
    assert (check.occasion, check.run, check.broken) == (CheckOccasion.AFTER_ISSUE, run, 0)
    assert len(check.findings) == check.total == questions(of_run=True) >= 30


def test_issue_of_disagreeing_books_is_refused_and_what_was_found_is_kept(world):
    """The issue is undone as a whole; the check that stopped it stays, and those who answer for it are told."""
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
        Statement.objects.filter(run=run).update(line_count=99)
        with pytest.raises(PaymentError) as refused:
            issue(world, run)
    assert refused.value.code == "books_do_not_agree"
    assert "đủ số khoản" in refused.value.message("vi")
    assert Statement.objects.filter(number__isnull=False).count() == 0
    check = BooksCheck.objects.get()
    assert (check.occasion, check.run) == (CheckOccasion.BEFORE_ISSUE, run)
    assert [finding["code"] for finding in check.findings] == ["statement_is_its_lines"]
    assert set(OfficeNotice.objects.values_list("account__name", "title")) == {
        (name, "statement_is_its_lines") for name in ("Tạ Thị Sổ", "Đoàn Văn Ấn", "Lưu Thị Quản")
    }


def test_alarm_after_an_issue_does_not_undo_it(world, monkeypatch):
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
        found = [checks.BookFinding("list_prints_the_run", ok=False, detail="7")]
        asked = checks.check_run
        monkeypatch.setattr(checks, "check_run", lambda row: found if row.state == "issued" else asked(row))
        assert issue(world, run).state == "issued"
    assert BooksCheck.objects.get().broken == 1
    assert OfficeNotice.objects.filter(kind="books_broken").count() == 3


def test_check_on_demand_is_done_by_a_worker_answer_by_answer(world, monkeypatch):
    check = checks.ask_check(actor=world.actor("accountant"))
    assert (check.finished_at, check.findings, checks.running_check()) == (None, [], check)
    seen = []
    asked = checks.each_finding

    def watched(portal, *, full):
        for finding in asked(portal, full=full):
            yield finding
            seen.append(len(BooksCheck.objects.get(pk=check.pk).findings))

    monkeypatch.setattr(checks, "each_finding", watched)
    work()
    check.refresh_from_db()
    assert seen == list(range(1, questions() + 1))
    assert (check.broken, len(check.findings), check.finished_at is None) == (0, check.total, False)
    assert checks.running_check() is None
    assert checks.last_finished(world.portal.pk) == check


def test_check_whose_worker_died_begins_anew_and_twice_is_once(world):
    check = checks.ask_check(actor=world.actor("holder"))
    BooksCheck.objects.filter(pk=check.pk).update(findings=[{"code": "x", "ok": True, "detail": "", "ms": 0}])
    checks.work_check(check_id=check.pk)
    check.refresh_from_db()
    assert len(check.findings) == questions()
    finished = check.finished_at
    checks.work_check(check_id=check.pk)
    check.refresh_from_db()
    assert check.finished_at == finished


def test_check_that_was_given_up_bars_nobody(world):
    checks.ask_check(actor=world.actor("holder"))
    Job.objects.update(state="cancelled")
    assert checks.ask_check(actor=world.actor("holder")).finished_at is None


def test_finished_check_stays_as_it_was(world):
    broken_portal(world)
    check = checks.record_check(portal=world.portal, occasion="command", findings=check_books(world.portal))
    for change in ("UPDATE payments_bookscheck SET broken = 0", "DELETE FROM payments_bookscheck"):
        with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{change} WHERE id = {check.pk}")


def test_night_is_checked_once_and_a_missed_one_is_made_up_for(world):
    assert checks.promise_nightly_checks() == 1
    assert checks.promise_nightly_checks() == 0
    work()
    BooksCheck.objects.filter(finished_at__isnull=True).update(started_at=timezone.now() - timedelta(days=2))
    assert checks.promise_nightly_checks() == 0
    triggers_off()
    BooksCheck.objects.update(started_at=timezone.now() - timedelta(days=2))
    assert checks.promise_nightly_checks() == 1
    assert set(BooksCheck.objects.values_list("occasion", flat=True)) == {"nightly"}


def test_broken_invariant_is_told_once_a_day(world):
    world.published("lan")
    with clock.at(AUGUST):
        issue(world, approved_run(world))
    broken_portal(world)
    for _ in range(2):
        checks.record_check(portal=world.portal, occasion="command", findings=check_books(world.portal))
    assert OfficeNotice.objects.filter(kind="books_broken", account=world.accounts["holder"]).count() == 1


def test_files_are_read_once_unless_all_are_wanted(world):
    world.published("lan")
    with clock.at(AUGUST):
        issue(world, approved_run(world))
        work()
    assert failing(world) == set()
    last = Paper.objects.order_by("-pk").first()
    assert VerifiedMark.objects.get(kind="papers").until == last.pk
    open_kept(last.path).write_bytes(b"changed")
    assert failing(world) == set()
    assert failing(world, full=True) == {"files_are_as_rendered"}
    VerifiedMark.objects.filter(kind="papers").update(until=last.pk - 1)
    assert failing(world) == {"files_are_as_rendered"}
    assert VerifiedMark.objects.get(kind="papers").until == last.pk - 1  # it stays before what is broken
    open_kept(last.path).unlink()
    assert failing(world) == {"files_are_as_rendered"}


def test_log_is_read_from_the_last_link_on_and_a_cut_off_end_is_seen(world):
    seal_events(portal_id=world.portal.pk)
    assert failing(world) == set()
    mark = VerifiedMark.objects.get(kind="chain")
    world.draft()
    seal_events(portal_id=world.portal.pk)
    triggers_off()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contributors_event SET kind = 'x' WHERE id = (SELECT event_id FROM contributors_eventseal"
                " WHERE portal_id = %s AND position = 1)",
                [world.portal.pk],
            )
        assert failing(world) == set()  # read before
        assert failing(world, full=True) == {"the_log_is_whole"}
        transaction.set_rollback(True)
    assert failing(world) == set()
    assert VerifiedMark.objects.get(kind="chain").until > mark.until
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM contributors_eventseal WHERE position >= %s", [mark.until])
    assert failing(world) == {"the_log_is_whole"}


def test_command_tells_each_portal_and_ends_with_one_where_the_books_disagree(world, capsys):
    call_command("check_books")
    told = capsys.readouterr().out
    assert f"xa-mau: {world.portal.name}: {questions()} invariants" in told
    assert "the books agree" in told
    world.published("lan")
    with clock.at(AUGUST):
        issue(world, approved_run(world))
    broken_portal(world)
    with pytest.raises(CommandError, match="1 invariants are broken"):
        call_command("check_books", portal="xa-mau")
    assert "BAD" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("check_books", json=True, full=True)
    told = json.loads(capsys.readouterr().out)
    bad = [finding["code"] for finding in told["portals"]["xa-mau"] if not finding["ok"]]
    assert (told["broken"], bad) == (1, ["issued_before_the_cut_off"])
    with pytest.raises(CommandError, match="no portal 'khong-co'"):
        call_command("check_books", portal="khong-co")
