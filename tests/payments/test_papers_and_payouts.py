"""Papers of an issued run: their files, hashes and progress; and paying what they say."""

from __future__ import annotations

import hashlib
import io

import pypdf
import pytest

from contributors import clock
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Credit, Event, Job
from payments import issuing, payouts, rendering
from payments.earnings import run_progress
from payments.models import Outcome, Paper, PaperKind, Payout, PayoutEvent, PayoutMethod, Run, RunSheet, Statement
from payments.papers_kept import render_again
from payments.payees import enter_payee_details
from payments.run_sheets import FIRST
from tests.factories.world import at
from tests.payments.steps import AUGUST, TASKS, approved_run, at_once, issue, issued_run, work

PAYDAY = at("2026-08-05T09:00")


def shown(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_every_file_is_what_its_row_says_and_prints_what_the_statement_says(world, issued):
    papers = list(Paper.objects.select_related("statement"))
    kinds = sorted(paper.kind for paper in papers)
    assert kinds == sorted([*set(PaperKind.values) - {"statement"}, *["statement"] * 5])
    for paper in papers:
        if not paper.path:  # the one with account numbers
            continue
        content = open_kept(paper.path).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (paper.sha256, paper.size)
        assert render_again(paper=paper, portal=world.portal) == content
        text = text_of(content)
        wanted = [shown(issued.gross), shown(issued.net)] if paper.kind == PaperKind.PAYMENT_LIST else []
        if paper.statement is not None:
            wanted = [shown(paper.statement.net), paper.statement.code, f"{paper.statement.number:02d}/2026/PTT"]
        assert [part for part in wanted if part not in text] == []


def test_deleted_file_is_rendered_again_to_the_same_hash(world, issued):
    for paper in Paper.objects.all():
        if paper.path:
            open_kept(paper.path).unlink()
        assert hashlib.sha256(render_again(paper=paper, portal=world.portal)).hexdigest() == paper.sha256


def test_what_is_renamed_after_issue_does_not_reach_the_paper(world, issued):
    paper = Paper.objects.get(statement__contributor=world.people["lan"])
    world.people["lan"].full_name = "Tên Khác Hẳn"
    world.people["lan"].save()
    enter_payee_details(
        actor=world.actor("lan"), contributor=world.people["lan"], legal_name="Tên Khác Hẳn", personal_id="089200000009"
    )
    assert hashlib.sha256(render_again(paper=paper, portal=world.portal)).hexdigest() == paper.sha256


def test_rendering_again_makes_no_second_row(issued):
    before = list(Paper.objects.order_by("pk").values_list("pk", "sha256"))
    assert rendering.render_statements(run_id=issued.pk, first=1, last=5) == 0
    assert rendering.render_list(run_id=issued.pk) == 0
    assert list(Paper.objects.order_by("pk").values_list("pk", "sha256")) == before


def test_paper_of_another_portal_is_not_rendered(world, issued):
    paper = Paper.objects.first()
    world.portal.pk += 1
    with pytest.raises(DomainError, match="not_found"):
        render_again(paper=paper, portal=world.portal)


def test_progress_is_read_from_the_rows(world, monkeypatch):
    """Two jobs of two statements and one of one, the list, six papers, then cover and dossier: what is there is told."""
    world.published("lan", photos_by=("hoa",))
    world.published("writer", when="2026-07-12T09:00", coefficient="2")
    monkeypatch.setattr(issuing, "CHUNK", 2)
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
        told = [run_progress(run)]
        for job in Job.objects.filter(arguments__run_id=run.pk).exclude(state="done").order_by("pk"):
            TASKS[job.task](job_id=job.pk)
            told.append(run_progress(world.fresh(run)))
        work()
        told.append(run_progress(world.fresh(run)))
    done = [0, 2, 4, *range(5, 13), 14]
    assert [(each.done, each.total, each.working) for each in told] == [(each, 14, each < 14) for each in done]
    assert [each.label for each in told] == [*["đang in phiếu và bảng kê"] * 11, "đã phát hành"]


def test_progress_names_failed_jobs(world, monkeypatch):
    world.published("lan")
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
        monkeypatch.setattr(rendering, "render_statement", lambda *_, **__: 1 / 0)
        for _ in range(3):
            work()
    progress = run_progress(run)
    assert (progress.done, progress.total, progress.working, progress.failed_jobs) == (7, 12, False, 1)
    assert Job.objects.get(state="failed").error == "ZeroDivisionError: division by zero"
    assert world.fresh(run).papers_ready_at is None


def test_papers_are_complete_once_though_four_chunks_end_at_once(committed_world, monkeypatch):
    world = committed_world
    world.published("lan", photos_by=("hoa",))
    monkeypatch.setattr(issuing, "CHUNK", 1)
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
    rendering.render_list(run_id=run.pk)
    for sheet in RunSheet.objects.filter(run=run, kind__in=FIRST):
        rendering.render_run_paper(run_id=run.pk, sheet_id=sheet.pk)
    results = at_once(
        world,
        [
            lambda number=number: rendering.render_statements(run_id=run.pk, first=number, last=number)
            for number in (1, 2, 3, 4)
        ],
        AUGUST,
    )
    assert results == [1, 1, 1, 1]
    assert Event.objects.filter(kind="run.papers_ready", facts={"papers": 11}).count() == 1
    ready = Run.objects.get(pk=run.pk).papers_ready_at
    assert ready is not None
    assert rendering.close_batch(run) is False
    assert Run.objects.get(pk=run.pk).papers_ready_at == ready


def test_same_chunk_rendered_by_four_at_once_is_one_set_of_papers(committed_world):
    """A message delivered four times."""
    world = committed_world
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
    results = at_once(world, [lambda: rendering.render_statements(run_id=run.pk, first=1, last=4)] * 4, AUGUST)
    assert sum(results) == 4
    assert Paper.objects.filter(statement__run=run).count() == 4


def test_batch_is_not_closed_before_list_and_papers_are_there(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = issue(world, approved_run(world))
        assert rendering.render_statements(run_id=run.pk, first=1, last=3) == 3
        assert world.fresh(run).papers_ready_at is None
        assert rendering.render_list(run_id=run.pk) == 1
        assert world.fresh(run).papers_ready_at is None
        for sheet in RunSheet.objects.filter(run=run, kind__in=FIRST):
            assert world.fresh(run).papers_ready_at is None
            assert rendering.render_run_paper(run_id=run.pk, sheet_id=sheet.pk) == 1
    assert world.fresh(run).papers_ready_at is not None


def test_payout_copies_the_account_and_cash_goes_to_who_has_none(world):
    with clock.at(at("2026-06-01T08:00")):
        enter_payee_details(
            actor=world.actor("hoa"), contributor=world.people["hoa"], legal_name="Lê Hoà", personal_id="089200000002"
        )
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issued_run(world)
    with clock.at(PAYDAY):
        payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)
    details = {payout.statement.contributor.full_name: payout for payout in Payout.objects.all()}
    assert (details["Lê Hoà"].method, details["Lê Hoà"].bank_account_tail) == (PayoutMethod.CASH, "")
    lan = details["Nguyễn Thị Lan"]
    assert (lan.method, lan.bank_bin, lan.bank_account_tail, lan.amount) == (
        PayoutMethod.TRANSFER,
        "970405",
        f"{world.people['lan'].pk:04d}"[-4:],
        379_500,
    )


def test_returned_payout_is_paid_again_and_the_run_closes_when_all_are_paid(world, issued):
    accountant = world.actor("accountant")
    with clock.at(PAYDAY):
        made = payouts.prepare_payouts(actor=accountant, run=issued, seen_version=issued.version)
        assert sorted(payout.amount for payout in made) == [20_000, 40_000, 126_500, 379_500, 506_000]
        assert payouts.prepare_payouts(actor=accountant, run=issued, seen_version=issued.version) == []
        assert payouts.unpaid_statements(issued) == 5
        returned = payouts.return_payout(actor=accountant, payout=made[0], reason="Sai số tài khoản")
        assert payouts.confirm_payouts(actor=accountant, run=issued) == 4
        assert payouts.unpaid_statements(issued) == 1
        with pytest.raises(DomainError, match="payouts_open"):
            payouts.close_run(actor=accountant, run=issued, seen_version=issued.version)
        again = payouts.prepare_payouts(actor=accountant, run=issued, seen_version=issued.version)
        assert [(payout.statement_id, payout.amount) for payout in again] == [(returned.statement_id, returned.amount)]
        assert payouts.confirm_payouts(actor=accountant, run=issued) == 1
        closed = payouts.close_run(actor=accountant, run=issued, seen_version=issued.version)
    assert (closed.state, closed.closed_at) == ("closed", PAYDAY)
    outcomes = PayoutEvent.objects.filter(payout__statement_id=returned.statement_id).order_by("pk")
    assert list(outcomes.values_list("outcome", "reason")) == [
        (Outcome.RETURNED, "Sai số tài khoản"),
        (Outcome.CONFIRMED, ""),
    ]


def test_return_needs_a_reason(world, issued):
    made = payouts.prepare_payouts(actor=world.actor("accountant"), run=issued, seen_version=issued.version)
    with pytest.raises(DomainError, match="reason_missing"):
        payouts.return_payout(actor=world.actor("accountant"), payout=made[0], reason=" \u200b ")
    assert PayoutEvent.objects.count() == 0


def test_statement_of_nothing_needs_no_payout_and_does_not_keep_the_run_open(world):
    piece = world.published("lan")
    Credit.objects.filter(piece=piece, role="author").update(no_fee_reason="tác giả không nhận")
    with clock.at(AUGUST):
        run = issued_run(world)
        accountant = world.actor("accountant")
        made = payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        payouts.confirm_payouts(actor=accountant, run=run)
        closed = payouts.close_run(actor=accountant, run=run, seen_version=run.version)
    assert Statement.objects.get(contributor=world.people["lan"]).net == 0
    assert (len(made), closed.state) == (2, "closed")
    assert Paper.objects.filter(kind=PaperKind.STATEMENT).count() == 3
