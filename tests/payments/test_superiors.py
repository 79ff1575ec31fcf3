"""What a superior sees: each child's own figures side by side, children of children, and nobody's name."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from contributors import clock, portals
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.models import Account, Contributor, Event, Letterhead, Portal
from contributors.output import figures
from contributors.output_tables import output_of
from contributors.portals_below import portals_below, put_below
from contributors.scopes import portal_scope, portals_scope
from payments.activity_report import known_of
from payments.consolidated_report import consolidated_report
from payments.errors import PaymentError
from payments.papers.report_blocks import Said, Table
from payments.papers.report_docx import report_docx
from payments.papers.report_pdf import report_pdf
from payments.report_periods import Period
from payments.reporting_up import report_to_send, send_report
from payments.superior_sheet import superior_csv, superior_xlsx
from payments.superiors import reminder, side_by_side
from tests.factories.world import OPENED, World, build_world
from tests.payments.papers.samples import text_of
from tests.payments.steps import AUGUST, issued_run
from tests.payments.xlsx_cells import cells_of

JULY = Period(date(2026, 7, 1), date(2026, 8, 1))


def child_of(parent: Portal, slug: str, name: str) -> World:
    world = build_world(slug=slug)
    Portal.objects.filter(pk=world.portal.pk).update(name=name)
    world.portal.refresh_from_db()
    put_below(portal=world.portal, parent=parent)
    world.portal.refresh_from_db()
    return world


@pytest.fixture
def family(world: World) -> dict[str, World]:
    """`world` is the province; An works and pays, Bình is quiet, Cát belongs to An."""
    an = child_of(world.portal, "xa-an", "Trang xã An")
    binh = child_of(world.portal, "xa-binh", "Trang xã Bình")
    cat = child_of(an.portal, "ap-cat", "Trang ấp Cát")
    with portal_scope(an.portal):
        portals.open_unit(actor=system_actor(an.portal), kind="hamlet", name="Ấp Im Lặng", opened=OPENED)
        an.published("lan", photos_by=("hoa",), event_on=date(2026, 7, 1))
        an.published("writer", when="2026-07-31T23:59", event_on=date(2026, 7, 31))
        an.published("lan", when="2026-06-30T23:59")
        with clock.at(AUGUST):
            issued_run(an)
    with portal_scope(cat.portal):
        cat.published("lan", when="2026-07-20T10:00", title="Bài của Cát")
    return {"province": world, "an": an, "binh": binh, "cat": cat}


def beside(world: World, order: str = "name", period: Period = JULY, name: str = "head"):
    return side_by_side(actor=world.actor(name), portal=world.portal, period=period, order=order)


def test_each_portal_shows_its_own_figures(family) -> None:
    found = beside(family["province"])
    assert [(row.name, row.depth, row.above) for row in found.rows] == [
        ("Trang ấp Cát", 2, "Trang xã An"),
        ("Trang xã An", 1, family["province"].portal.name),
        ("Trang xã Bình", 1, family["province"].portal.name),
    ]
    by_slug = {row.slug: row for row in found.rows}
    for one in (family["an"], family["binh"], family["cat"]):
        row = by_slug[one.portal.slug]
        with portal_scope(one.portal):
            own = figures(one.portal, JULY.first, JULY.until)
            units = [unit for unit in output_of(one.portal, JULY.first, JULY.until).units if unit.name]
            known = known_of(one.portal, JULY)
        assert (row.now.news, row.now.photos, row.now.documents, row.now.late, row.now.contributors) == (
            *(own.news, own.photos, own.documents, own.late, own.contributors_registered),
        )
        assert (row.now.units, row.now.silent) == (len(units), sum(not unit.total for unit in units))
        assert row.spent == known.paid
        assert row.before.news == (known.before.news if known.before else 0)
    an = by_slug["xa-an"]
    assert (an.now.news, an.before.news, an.now.late, an.now.silent) == (2, 1, 1, 1)
    assert an.spent == an.fund_issued > 0
    assert (found.total.now.news, found.total.spent) == (3, an.spent)


def test_each_calendar_is_the_portals_own(family) -> None:
    """Half past midnight of 1 August in Việt Nam is still 31 July in London."""
    cat = family["cat"]
    with portal_scope(cat.portal):
        cat.published("lan", when="2026-08-01T00:30")
    assert next(row for row in beside(family["province"]).rows if row.slug == "ap-cat").now.news == 1
    Portal.objects.filter(pk=cat.portal.pk).update(time_zone="Europe/London")
    row = next(row for row in beside(family["province"]).rows if row.slug == "ap-cat")
    cat.portal.refresh_from_db()
    with portal_scope(cat.portal):
        assert row.now.news == figures(cat.portal, JULY.first, JULY.until).news == 2


def test_a_portal_sees_what_stands_below_it_and_nothing_beside(family) -> None:
    with portal_scope(family["an"].portal):
        assert [row.slug for row in beside(family["an"]).rows] == ["ap-cat"]
    with portal_scope(family["cat"].portal):
        assert beside(family["cat"]).rows == ()
    with portal_scope(family["binh"].portal):
        assert beside(family["binh"]).rows == ()


def test_nobodys_name_or_phone_crosses(family) -> None:
    province, an = family["province"], family["an"]
    with portal_scope(an.portal), clock.at(AUGUST):
        send_report(actor=an.actor("head"), portal=an.portal, period=JULY)
    below = [family[name].portal for name in ("an", "binh", "cat")]
    secret = set(
        Account.objects.exclude(pk__in=[a.pk for a in province.accounts.values()]).values_list("name", flat=True)
    )
    secret |= set(Account.objects.values_list("login_phone", flat=True))
    with portals_scope(below):
        for person in Contributor.objects.all():
            secret |= {person.full_name, person.phone, str(person.public_id)}
    secret |= {"Bài của Cát", "Ấp ra quân dọn đường", "Ấp Im Lặng"}
    secret.discard("")
    found = beside(province)
    made = consolidated_report(actor=province.actor("head"), portal=province.portal, period=JULY)
    [sheet] = cells_of(superior_xlsx(found, "Asia/Ho_Chi_Minh")).values()
    written = Document(io.BytesIO(report_docx(made)))
    shown = [
        json.dumps(asdict(found), default=str, ensure_ascii=False),
        reminder(found),
        superior_csv(found, "Asia/Ho_Chi_Minh").decode("utf-8-sig"),
        str([cell.value for cell in sheet.values()]),
        "\n".join(each.text for each in written.paragraphs),
        "\n".join(cell.text for table in written.tables for row in table.rows for cell in row.cells),
    ]
    letterhead = str(made.signer.name)
    assert [(text[:40], name) for text in shown for name in secret if name in text and name != letterhead] == []


@pytest.mark.parametrize("name", ["lan", "hoa", "writer", "publisher"])
def test_who_may_not_look(family, name) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        beside(family["province"], name=name)
    with pytest.raises(DomainError, match="not_allowed"):
        consolidated_report(actor=family["province"].actor(name), portal=family["province"].portal, period=JULY)


def test_outside_of_the_question_the_wall_stands(family) -> None:
    beside(family["province"])
    assert set(Contributor.objects.values_list("portal_id", flat=True)) == {family["province"].portal.pk}
    with pytest.raises(ValueError, match="portals are needed"):
        portals_scope([])


def test_sent_reports_stay_as_they_were(family) -> None:
    province, an = family["province"], family["an"]
    with portal_scope(an.portal), clock.at(AUGUST):
        seen = report_to_send(actor=an.actor("head"), portal=an.portal, period=JULY).seen
        sent = send_report(actor=an.actor("head"), portal=an.portal, period=JULY, seen=seen)
        assert (sent.figures["news"], sent.to_portal, sent.round) == (2, province.portal, 1)
        assert Event.objects.filter(kind="report.sent", subject_id=sent.pk).count() == 1
    found = beside(province)
    assert [row.name for row in found.missing] == ["Trang ấp Cát", "Trang xã Bình"]
    assert (found.arrived, found.awaited) == (1, 3)
    assert "- Trang xã Bình" in reminder(found)
    assert "Trang xã An" not in reminder(found)
    with portal_scope(an.portal):
        an.published("lan", when="2026-07-25T10:00")
    row = next(row for row in beside(province).rows if row.slug == "xa-an")
    assert (row.now.news, row.sent.figures.news, row.changed, row.missing) == (3, 2, True, False)
    with portal_scope(an.portal), clock.at(AUGUST + timedelta(days=1)):
        again = send_report(actor=an.actor("deputy"), portal=an.portal, period=JULY)
    assert (again.round, again.figures["news"]) == (2, 3)
    row = next(row for row in beside(province).rows if row.slug == "xa-an")
    assert (row.sent.round, row.changed) == (2, False)


def test_what_sending_refuses(family) -> None:
    an, province = family["an"], family["province"]
    head = an.actor("head")

    def refused(code: str, period: Period = JULY, seen: str | None = None) -> None:
        with pytest.raises(PaymentError, match=code):
            send_report(actor=head, portal=an.portal, period=period, seen=seen)

    with portal_scope(an.portal), clock.at(AUGUST):
        refused("report_period_ahead", Period(date(2026, 9, 1), date(2026, 10, 1)))
        refused("report_changed_meanwhile", seen="0-0-0-0-0-0-0-0")
        send_report(actor=head, portal=an.portal, period=JULY)
        refused("report_sent_already")
        with pytest.raises(DomainError, match="not_allowed"):
            send_report(actor=an.actor("writer"), portal=an.portal, period=JULY)
    with clock.at(AUGUST), pytest.raises(PaymentError, match="no_portal_above"):
        send_report(actor=province.actor("head"), portal=province.portal, period=JULY)
    with clock.at(AUGUST), pytest.raises(DomainError, match="not_allowed"):
        send_report(actor=province.actor("head"), portal=an.portal, period=JULY)


@pytest.mark.parametrize(
    ("order", "slugs"),
    [
        ("-news", ["xa-an", "ap-cat", "xa-binh"]),
        ("news", ["xa-binh", "ap-cat", "xa-an"]),
        ("name", ["ap-cat", "xa-an", "xa-binh"]),
        ("-spent", ["xa-an", "ap-cat", "xa-binh"]),
        ("no such column", ["xa-an", "ap-cat", "xa-binh"]),
    ],
)
def test_rows_stand_in_the_asked_order(family, order, slugs) -> None:
    found = [row.slug for row in beside(family["province"], order=order).rows]
    assert sorted(found) == sorted(slugs)
    assert found[0] == slugs[0] or order == "news"
    assert found == slugs or {"ap-cat", "xa-binh"} == set(found[1:])


def test_report_is_one_paper_whose_sums_agree(family) -> None:
    province = family["province"]
    made = consolidated_report(
        actor=province.actor("head"), portal=province.portal, period=JULY, dated=date(2026, 8, 3)
    )
    said = "\n".join(block.text for block in made.blocks if isinstance(block, Said))
    assert "Có 03 trang cấp dưới; 00/03 trang phải báo cáo đã gửi báo cáo tháng 7 năm 2026." in said
    assert "các trang đã đăng 3 tin, bài; 1 ảnh; 0 văn bản (tăng 2 tin, bài so với kỳ trước)." in said
    assert "Có 01 trang không đăng gì trong kỳ: Trang xã Bình." in said
    assert made.closing.endswith(" tháng 7 năm 2026./.")
    tables = [block for block in made.blocks if isinstance(block, Table)]
    assert len(tables) == 2
    for table in tables:
        for column in range(1, len(table.names)):
            numbers = [int(row[column].replace(".", "")) for row in table.rows]
            assert sum(numbers[:-1]) == numbers[-1]
    text = text_of(report_pdf(made))
    assert "Trang ấp Cát" in text.replace("\n", " ")
    assert report_docx(made) == report_docx(made)
    Letterhead.objects.all().delete()
    with pytest.raises(PaymentError, match="report_no_letterhead"):
        consolidated_report(actor=province.actor("head"), portal=province.portal, period=JULY)


def test_sheet_says_what_the_page_says(family) -> None:
    found = beside(family["province"])
    [sheet] = cells_of(superior_xlsx(found, "Asia/Ho_Chi_Minh")).values()
    letters = "ABCDEFGHIJKLMNO"
    rows = [
        [sheet[f"{letter}{number}"].value if f"{letter}{number}" in sheet else "" for letter in letters]
        for number in range(2, 6)
    ]
    assert [row[0] for row in rows] == ["Trang ấp Cát", "Trang xã An", "Trang xã Bình", "Cộng"]
    for column in range(2, 13):
        assert sum(int(row[column]) for row in rows[:-1]) == int(rows[-1][column])
    assert rows[2][-1] == "chưa gửi báo cáo"


def test_csv_runs_nothing(family) -> None:
    Portal.objects.filter(slug="xa-binh").update(name="=1+1")
    text = superior_csv(beside(family["province"]), "Asia/Ho_Chi_Minh").decode("utf-8-sig")
    assert "\n'=1+1," in text


def test_closed_portals_stand_where_they_had_figures_and_owe_nothing(family) -> None:
    Portal.objects.filter(slug="ap-cat").update(closed_on=date(2026, 7, 25))
    row = next(row for row in beside(family["province"]).rows if row.slug == "ap-cat")
    assert (row.now.news, row.due, row.missing) == (1, False, False)
    later = beside(family["province"], period=Period(date(2026, 9, 1), date(2026, 10, 1)))
    assert {row.slug for row in later.rows} == {"xa-an", "xa-binh"}


def test_the_tree_is_no_circle(family) -> None:
    province, cat = family["province"].portal, family["cat"].portal
    for wrong in (cat, province):
        with pytest.raises(DomainError, match="portal_above_itself"):
            put_below(portal=province, parent=wrong)
    put_below(portal=cat, parent=None)
    assert [below.portal.slug for below in portals_below(province)] == ["xa-an", "xa-binh"]
    with portal_scope(cat):
        kept = Event.objects.filter(kind="portal.put_below").order_by("pk").values_list("facts", flat=True)
        assert [facts["parent"] for facts in kept] == ["xa-an", ""]


def test_questions_do_not_grow_with_portals(family) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            beside(family["province"])
        return len(queries)

    few = asked()
    for number in range(4):
        build = Portal.objects.create(name=f"Trang {number}", slug=f"them-{number}")
        put_below(portal=build, parent=family["province"].portal)
    assert asked() == few <= 24


def test_observers_look_without_sitting_on_the_board(family) -> None:
    from tests.web.test_seats import observer

    province = family["province"]
    observer(province)
    assert len(beside(province, name="observer").rows) == 3
