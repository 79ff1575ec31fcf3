"""Situations in which papers are refused, for test_named_errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from contributors import clock
from contributors.actors import system_actor
from contributors.models import Letterhead
from contributors.portals import open_portal
from contributors.portals_below import put_below
from payments import archives, funds, office_papers, papers_kept, previews, reporting_up, withholding_years
from payments.inspection import cover, packs
from payments.models import InspectionPack, Paper, PayeeDetails
from payments.report_periods import Period
from tests.factories.world import World
from tests.payments.steps import approved_run, computed_run, frozen_run, issue, issued_run, work

Act = Callable[[], object]
CASES: list[tuple[str, str, Callable[..., Act]]] = []


def case(code: str, name: str = ""):
    """Register an arrangement that returns the act which is refused with `code`."""

    def keep(arrange: Callable[..., Act]) -> Callable[..., Act]:
        CASES.append((code, name or code, arrange))
        return arrange

    return keep


def beneficiaries(world: World) -> Paper:
    world.published("lan")
    issued_run(world)
    return Paper.objects.get(kind="beneficiaries")


@case("preview_not_now", "preview before computing")
def preview_not_now(world: World) -> Act:
    run = frozen_run(world)
    return lambda: previews.preview_paper(actor=world.actor("accountant"), run=run, kind="summary")


@case("preview_not_now", "preview after issue")
def preview_after_issue(world: World) -> Act:
    world.published("lan")
    run = issued_run(world)
    return lambda: previews.preview_paper(actor=world.actor("accountant"), run=run, kind="summary")


@case("preview_not_now", "preflight before computing")
def preflight_not_now(world: World) -> Act:
    run = frozen_run(world)
    return lambda: previews.preflight(actor=world.actor("accountant"), run=run)


@case("paper_not_kept")
def paper_not_kept(world: World) -> Act:
    paper = beneficiaries(world)
    return lambda: papers_kept.paper_file(actor=world.actor("accountant"), paper=paper)


@case("paper_numbers_gone")
def paper_numbers_gone(world: World) -> Act:
    paper = beneficiaries(world)
    PayeeDetails.objects.filter(contributor=world.people["lan"]).update(bank_account=None, bank_account_tail="")
    return lambda: papers_kept.open_beneficiaries(actor=world.actor("accountant"), paper=paper)


@case("paper_differs")
def paper_differs(world: World) -> Act:
    """Somebody with the database's own password changed a frozen statement."""
    paper = beneficiaries(world)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE payments_statement DISABLE TRIGGER USER")
        cursor.execute("UPDATE payments_statement SET frozen = jsonb_set(frozen, '{payee,full_name}', '\"Kẻ Khác\"')")
        cursor.execute("UPDATE payments_payeedetails SET account_name = ''")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE payments_statement ENABLE TRIGGER USER")
    return lambda: papers_kept.open_beneficiaries(actor=world.actor("accountant"), paper=paper)


def issued_only(world: World):
    world.published("lan")
    return issue(world, approved_run(world))


@case("papers_not_complete", "streamed")
def papers_not_complete(world: World) -> Act:
    run = issued_only(world)
    return lambda: archives.stream_archive(actor=world.actor("accountant"), run=run)


@case("papers_not_complete", "packed")
def papers_not_packed(world: World) -> Act:
    run = issued_only(world)
    return lambda: archives.request_archive(actor=world.actor("accountant"), run=run)


@case("archive_large")
def archive_large(world: World, monkeypatch) -> Act:
    world.published("lan")
    run = issued_run(world)
    monkeypatch.setattr(archives, "STREAMED_BYTES", 10)
    return lambda: archives.stream_archive(actor=world.actor("accountant"), run=run)


def coded(code: str) -> Callable[[World], Act]:
    return lambda world: lambda: funds.set_budget_code(actor=world.actor("accountant"), fund=world.fund, code=code)


case("budget_code_wrong", "a tag as code")(coded("<b>"))
case("budget_code_wrong", "a personal number as code")(coded("089123456789"))
case("budget_code_wrong", "a personal number in groups")(coded("089 123 456 789"))


@case("draft_no_letterhead")
def draft_no_letterhead(world: World) -> Act:
    world.published("lan")
    run = computed_run(world)
    Letterhead.objects.all().delete()
    return lambda: office_papers.decision_draft(actor=world.actor("accountant"), run=run)


@case("withholding_year_empty")
def withholding_year_empty(world: World) -> Act:
    return lambda: withholding_years.year_list(actor=world.actor("accountant"), year=2019)


def pack_of(world: World, since: date = date(2026, 7, 1), **fields: str) -> InspectionPack:
    wish = {"reason": "Thanh tra", "handed_to": "Đoàn số 3"} | fields
    return packs.start_pack(actor=world.actor("holder"), since=since, until=date(2026, 8, 1), **wish)


case("pack_reason_missing")(lambda world: lambda: pack_of(world, reason=" \u200b"))
case("pack_receiver_missing")(lambda world: lambda: pack_of(world, handed_to=""))
case("period_wrong", "pack of no day")(lambda world: lambda: pack_of(world, since=date(2026, 8, 1)))


@case("pack_not_ready", "file")
def pack_not_ready(world: World) -> Act:
    pack = pack_of(world)
    return lambda: packs.pack_file(actor=world.actor("holder"), pack=pack)


@case("pack_not_ready", "cover")
def pack_without_cover(world: World) -> Act:
    pack = pack_of(world)
    return lambda: cover.cover_sheet(actor=world.actor("holder"), pack=pack)


@case("pack_removed")
def pack_removed(world: World) -> Act:
    pack = pack_of(world)
    work()
    day = clock.today() + timedelta(days=800)
    packs.remove_due(actor=system_actor(world.portal), day=day, zone=ZoneInfo(world.portal.time_zone))
    return lambda: packs.pack_file(actor=world.actor("holder"), pack=world.fresh(pack))


def below_a_province(world: World) -> None:
    put_below(portal=world.portal, parent=open_portal(name="Trang của tỉnh", slug="tinh"))


def report_of(world: World, month: int, seen: str | None = None) -> Act:
    period = Period(date(2026, month, 1), date(2026, month + 1, 1))
    return lambda: reporting_up.send_report(actor=world.actor("head"), portal=world.portal, period=period, seen=seen)


@case("no_portal_above")
def no_portal_above(world: World) -> Act:
    return report_of(world, 7)


@case("report_period_ahead")
def report_period_ahead(world: World) -> Act:
    below_a_province(world)
    return report_of(world, 9)


@case("report_changed_meanwhile")
def report_changed_meanwhile(world: World) -> Act:
    below_a_province(world)
    return report_of(world, 7, seen="1-2-3")


@case("report_sent_already")
def report_sent_already(world: World) -> Act:
    below_a_province(world)
    report_of(world, 7)()
    return report_of(world, 7)
