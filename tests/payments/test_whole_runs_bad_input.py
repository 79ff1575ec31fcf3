"""Whole runs over input that nobody wishes for: each ends whole, or in a clear error with nothing written."""

from __future__ import annotations

import io
import resource
import time

import pytest
from django.utils import translation
from pypdf import PdfReader

from contributors import clock
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Piece
from payments import issuing, runs
from payments.books import check_books
from payments.models import Fund, NumberCounter, Paper, PaperKind, Run, RunState, Statement
from tests.factories.crowd import crowd
from tests.factories.world import at
from tests.payments.steps import (
    AUGUST,
    approved_run,
    computed_run,
    confirmed_run,
    database_rows,
    frozen_run,
    issue,
    issued_run,
    work,
)
from tests.payments.test_issuing import join

LONG_WORD = "Ă" * 300
LONG_NAME = ("Nguyễn Phúc " * 25).strip()
# What a person or a program may send, and what stands on the paper.
NAMES = [
    (LONG_WORD, LONG_WORD),
    (LONG_NAME, LONG_NAME),
    ("Lê <b>Văn</b> <img src=x> & Con", "Lê <b>Văn</b> <img src=x> & Con"),
    ("<para>Lê Chưa Đóng", "<para>Lê Chưa Đóng"),
    ("\u202eAnh Văn Lê\u202c", "Anh Văn Lê"),
    ("Phạm\u200b Thị\u2060 \ufeffKhông", "Phạm Thị Không"),
    ("Đỗ\x00 Văn\x07 Rỗng", "Đỗ Văn Rỗng"),
    ("=HYPERLINK(1) Cột", "=HYPERLINK(1) Cột"),
]


def assert_whole(world, run: Run) -> None:
    """Issued, with numbers without a gap, every paper on the disk, and books that close."""
    assert run.state == RunState.ISSUED
    assert run.papers_ready_at is not None
    statements = Statement.objects.filter(run=run).count()
    assert list(Statement.objects.filter(run=run).order_by("number").values_list("number", flat=True)) == list(
        range(1, statements + 1)
    )
    assert Paper.objects.filter(statement__run=run).count() == statements
    assert [f"{each.name}: {each.detail}" for each in check_books(world.portal, full=True) if not each.ok] == []


def printed(paper: Paper) -> str:
    """The text of a paper on one line, as another program reads it out of the PDF."""
    pages = PdfReader(io.BytesIO(open_kept(paper.path).read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def folded(text: str) -> str:
    """Without blanks: where a long name is broken into lines is the printer's affair."""
    return "".join(text.split())


@pytest.mark.parametrize(("sent", "shown"), NAMES, ids=range(len(NAMES)))
def test_name_is_printed_as_it_is_and_harms_nobody(world, sent, shown):
    join(world, sent)
    world.published(sent)
    with clock.at(AUGUST):
        run = issued_run(world)
    assert_whole(world, run)
    statement = Statement.objects.get(run=run, contributor=world.people[sent])
    assert statement.frozen["payee"]["full_name"] == shown
    assert folded(shown) in folded(printed(Paper.objects.get(statement=statement)))
    assert folded(shown)[:40] in folded(printed(Paper.objects.get(run=run, kind=PaperKind.PAYMENT_LIST)))


@pytest.mark.parametrize("name", ["", "\u200b\u202e\x00", "\u2060 ...", "A" * 301])
def test_name_that_is_none_is_refused_before_anything_is_written(world, name):
    before = database_rows()
    with pytest.raises(DomainError) as refused:
        registrate(world, name)
    assert refused.value.code in {"name_missing", "name_malformed"}
    assert database_rows() == before


def registrate(world, name: str) -> None:
    from contributors.actors import system_actor
    from contributors.registration import seat_founder

    seat_founder(
        actor=system_actor(world.portal),
        full_name=name,
        phone="0987000001",
        account=world.accounts["lan"],
        category="volunteer",
        unit=world.unit,
    )


@pytest.mark.parametrize(
    "title",
    [
        "Tin <b>không đóng & <font size=99>",
        "\u202eTin ngược\u202c có\u200b dấu\x00 ẩn",
        "Từ " + "dài" * 90,
        "Căn cước 089012345678 và số 089 012 345 678",
    ],
    ids=["markup", "marks", "long", "a number like a personal ID"],
)
def test_title_is_printed_and_harms_nobody(world, title):
    world.published("lan", title=title)
    with clock.at(AUGUST):
        run = issued_run(world)
    assert_whole(world, run)
    statement = Statement.objects.get(run=run, contributor=world.people["lan"])
    text = printed(Paper.objects.get(statement=statement))
    assert "089012345678" not in folded(text)
    kept = Piece.objects.get().title
    assert folded(kept)[:7] in folded(text)


def test_run_without_a_line_is_confirmed_by_nobody(world):
    with clock.at(AUGUST):
        run = computed_run(world)
        before = database_rows()
        with pytest.raises(DomainError) as refused:
            runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
    assert refused.value.code == "nothing_to_pay"
    assert database_rows() == before
    assert Statement.objects.count() == NumberCounter.objects.count() == 0


def test_run_in_which_everything_is_held_is_confirmed_by_nobody(world):
    from payments.models import PayeeDetails

    world.published("lan")
    PayeeDetails.objects.all().delete()
    with clock.at(AUGUST):
        run = computed_run(world)
        with pytest.raises(DomainError) as refused:
            runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
    assert refused.value.code == "nothing_to_pay"


def test_papers_speak_vietnamese_whatever_the_accountant_reads(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
        with translation.override("en"):
            issue(world, run)
    roles = {line["role"] for each in Statement.objects.filter(run=run) for line in each.frozen["lines"]}
    assert roles == {"tác giả", "duyệt", "đăng"}


class TestClockMovedByAYear:
    """Between any two steps, there and back. `STEPS` is the order in which a run goes."""

    STEPS = ("freeze", "compute", "confirm", "approve", "issue")

    def step(self, world, name: str, run: Run) -> Run:
        seen = {"run": run, "seen_version": run.version}
        if name == "freeze":
            return runs.freeze_run(actor=world.actor("accountant"), **seen)
        if name == "compute":
            runs.compute_run(actor=world.actor("accountant"), **seen)
            work()
        elif name == "confirm":
            return runs.confirm_run(actor=world.actor("head"), **seen)
        elif name == "approve":
            return runs.approve_run(actor=world.actor("holder"), **seen)
        else:
            issuing.issue_run(actor=world.actor("accountant"), **seen)
            work()
        return world.fresh(run)

    @pytest.mark.parametrize("day", ["2025-08-03T08:00", "2027-08-03T08:00"])
    @pytest.mark.parametrize("moved", STEPS)
    def test_it_ends_whole_or_in_a_clear_error_with_nothing_issued(self, world, moved, day):
        world.published("lan")
        with clock.at(AUGUST):
            run = world.run()
        refusals = []
        for name in self.STEPS:
            with clock.at(at(day) if name == moved else AUGUST):
                before = database_rows()
                try:
                    run = self.step(world, name, run)
                except DomainError as refused:
                    refusals.append(refused.code)
            if refusals and name == moved:
                assert database_rows() == before
                with clock.at(AUGUST):  # the clock was set right: the same step again
                    run = self.step(world, name, run)
        assert set(refusals) <= {"fund_closed", "not_allowed"}
        assert_whole(world, run)


def test_fund_is_paid_to_the_last_dong(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = confirmed_run(world)
        needed = 379_500 + 20_000 + 10_000
        Fund.objects.filter(pk=world.fund.pk).update(amount=needed - 1)
        before = database_rows()
        with pytest.raises(DomainError) as refused:
            runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        assert (refused.value.code, refused.value.values["left"]) == ("fund_exhausted", "409.499")
        assert database_rows() == before
        Fund.objects.filter(pk=world.fund.pk).update(amount=needed)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        issue(world, run)
        work()
        run = world.fresh(run)
        assert run.gross == needed
        assert_whole(world, run)


@pytest.mark.long
@pytest.mark.parametrize("people", [10_000])
def test_ten_thousand_people_in_one_run(committed_world, people):
    """Every step within a page's patience for its size, and memory that does not hold all the papers at once."""
    world = committed_world
    Fund.objects.filter(pk=world.fund.pk).update(amount=10**12)
    crowd(world, people)
    spent: dict[str, float] = {}
    with clock.at(AUGUST):
        began = time.perf_counter()
        run = frozen_run(world)
        runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        work()
        run = world.fresh(run)
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        spent["to approval"] = time.perf_counter() - began
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        issue(world, run)
        spent["issue"] = time.perf_counter() - began
        began = time.perf_counter()
        work()
        spent["papers"] = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print({what: f"{seconds:.1f} s" for what, seconds in spent.items()}, f"memory +{grown:.0f} MB")
    run = world.fresh(run)
    assert Statement.objects.filter(run=run).count() == people
    assert_whole(world, run)
    assert grown < 150
