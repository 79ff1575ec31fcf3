"""The page of a superior, and sending a report up: seen, sorted, taken away, sent once."""

from __future__ import annotations

from contributors import clock
from contributors.models import Portal
from contributors.portals import open_portal
from contributors.portals_below import put_below
from contributors.scopes import portal_scope
from payments.models import SentReport
from tests.factories.world import build_world
from tests.payments.steps import AUGUST
from tests.web.conftest import summary_of, texts

JULY = "first=2026-07-01&last=2026-07-31"


def child(world, slug="xa-duoi", name="Trang xã Dưới"):
    below = build_world(slug=slug)
    Portal.objects.filter(pk=below.portal.pk).update(name=name)
    put_below(portal=below.portal, parent=world.portal)
    with portal_scope(below.portal):
        below.published("lan", photos_by=("hoa",), title="Bài không được lộ")
    return below


def test_portals_stand_side_by_side(world, as_):
    child(world)
    child(world, "xa-khac-nua", "Trang xã Ấm")
    page = as_("head").get(f"/below/?{JULY}&order=name")
    shown = texts(page)
    assert shown.index("Trang xã Ấm") < shown.index("Trang xã Dưới")
    assert 'aria-sort="ascending"' in page.content.decode()
    assert "2 trang chưa gửi báo cáo" in shown
    assert "Đề nghị các trang sau gửi báo cáo tháng 7 năm 2026:" in page.content.decode()
    assert "Bài không được lộ" not in page.content.decode()
    assert "Cấp dưới" in texts(as_("head").get("/desk/"))
    for kind in ("docx/", "pdf/", "csv/", "file.xlsx"):
        assert as_("head").get(f"/below/{kind}?{JULY}").status_code == 200
        assert as_("writer").get(f"/below/{kind}?{JULY}").status_code == 403


def test_without_portals_below_nobody_hears_of_them(world, as_):
    assert "Cấp dưới" not in texts(as_("head").get("/desk/"))
    assert "Chưa có trang nào thuộc trang này." in texts(as_("head").get("/below/"))
    assert "Gửi cấp trên" not in texts(as_("head").get(f"/output/report/?{JULY}"))


def test_a_report_is_looked_at_and_sent(world, as_):
    put_below(portal=world.portal, parent=open_portal(name="Trang của tỉnh", slug="tinh"))
    world.published("lan")
    head = as_("head")
    with clock.at(AUGUST):
        assert "Kỳ này chưa gửi báo cáo lên Trang của tỉnh." in texts(head.get(f"/output/report/?{JULY}"))
        assert "Gửi cấp trên" not in texts(as_("writer").get(f"/output/report/?{JULY}"))
        page = head.get(f"/output/report/send/?{JULY}")
        seen = page.context["made"].seen
        body = {"first": "2026-07-01", "last": "2026-07-31", "seen": seen}
        world.published("writer", when="2026-07-20T09:00")
        stale = head.post("/output/report/send/", body)
        assert stale.status_code == 409
        assert any("Số liệu vừa thay đổi" in line for line in summary_of(stale))
        body["seen"] = stale.context["made"].seen
        assert head.post("/output/report/send/", body)["Location"] == f"/output/report/?{JULY}"
        assert head.post("/output/report/send/", body).status_code == 409
        assert as_("writer").post("/output/report/send/", body).status_code == 403
    assert SentReport.objects.get().figures["news"] == 2
    assert "Đã gửi Trang của tỉnh" in texts(head.get(f"/output/report/?{JULY}"))


def test_a_page_asks_as_much_for_one_portal_as_for_many(world, as_):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    head = as_("head")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert head.get(f"/below/?{JULY}").status_code == 200
        return len(queries)

    child(world)
    few = asked()
    for number in range(3):
        put_below(portal=open_portal(name=f"Trang {number}", slug=f"them-{number}"), parent=world.portal)
    assert asked() == few <= 30
