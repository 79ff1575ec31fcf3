"""Pages of the board and of rights, and the event log."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from contributors import clock, registration, seats
from contributors.models import Event, Grant, Seat
from tests.factories.world import OPENED, build_world, new_phone
from tests.web.conftest import summary_of, texts


def today() -> str:
    return clock.today().isoformat()


def grant_fields(**fields) -> dict:
    return {
        "full_name": "Tạ Thị Kế",
        "phone": new_phone(),
        "capability": "accountant",
        "unit": "",
        "effective_from": today(),
        "effective_until": "",
        "decision_number": "07/QĐ",
    } | fields


def test_page_shows_seats_rights_and_what_stops(world, as_):
    page = texts(as_("head").get("/rights/"))
    for said in ("Võ Văn Trưởng", "trưởng ban", "Tạ Thị Sổ", "kế toán", "có từ lúc cài đặt", "02/QĐ"):
        assert said in page, said
    assert page.count("vắng một người là dừng") == 5


def test_grant_is_proposed_by_one_and_confirmed_by_another(world, as_):
    assert as_("head").post("/rights/grants/propose/", grant_fields())["Location"] == "/rights/"
    grant = Grant.objects.get(confirmed_at__isnull=True)
    mine = texts(as_("head").get("/rights/"))
    assert "Bạn đã đề nghị nên người khác xác nhận." in mine
    assert f"/rights/grants/{grant.public_id}/confirm/" not in mine
    assert as_("head").post(f"/rights/grants/{grant.public_id}/confirm/").status_code == 403
    assert f"/rights/grants/{grant.public_id}/confirm/" in texts(as_("admin").get("/rights/"))
    assert as_("admin").post(f"/rights/grants/{grant.public_id}/confirm/").status_code == 302
    grant = world.fresh(grant)
    assert (grant.granted_by, grant.confirmed_by) == (world.accounts["head"], world.accounts["admin"])
    assert "Võ Văn Trưởng đề nghị, Lưu Thị Quản xác nhận" in texts(as_("head").get("/rights/"))


def test_grant_is_declined_with_a_reason(world, as_):
    as_("head").post("/rights/grants/propose/", grant_fields())
    grant = Grant.objects.get(confirmed_at__isnull=True)
    address = f"/rights/grants/{grant.public_id}/decline/"
    refused = as_("admin").post(address, {"reason": ""})
    assert (refused.status_code, len(summary_of(refused))) == (422, 1)
    assert as_("admin").post(address, {"reason": "Chưa có quyết định"}).status_code == 302
    assert world.fresh(grant).declined_by == world.accounts["admin"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"phone": "12"}, "Số điện thoại phải có 10 chữ số"),
        ({"decision_number": ""}, "Hãy ghi số quyết định."),
        ({"effective_until": "2020-01-01"}, "Ngày hết phải sau ngày bắt đầu."),
        ({"full_name": ""}, "Hãy ghi họ và tên."),
    ],
)
def test_wrong_proposal_is_said_at_its_field(world, as_, fields, said):
    answer = as_("head").post("/rights/grants/propose/", grant_fields(**fields))
    assert answer.status_code == 422
    assert summary_of(answer)[0].startswith(said)


def test_seat_is_given_and_ended(world, as_):
    fields = {
        "contributor": str(world.people["lan"].public_id),
        "seat": "editor",
        "effective_from": "2026-02-01",
        "effective_until": "",
        "decision_number": "08/QĐ",
    }
    assert as_("head").post("/rights/seats/give/", fields)["Location"] == "/rights/"
    row = Seat.objects.get(seat="editor")
    end = {"on": "2026-03-01", "decision_number": "09/QĐ"}
    assert as_("head").post(f"/rights/seats/{row.public_id}/end/", end).status_code == 302
    assert world.fresh(row).effective_until == date(2026, 3, 1)
    assert "28/02/2026" in texts(as_("head").get("/rights/"))
    mine = as_("head").post("/rights/seats/give/", fields | {"contributor": str(world.people["head"].public_id)})
    assert summary_of(mine) == ["Không ai tự cấp hoặc tự xác nhận quyền cho mình."]


def test_last_administrator_stays(world, as_):
    grant = Grant.objects.get(capability="admin")
    answer = as_("head").post(f"/rights/grants/{grant.public_id}/end/", {"on": today(), "decision_number": "9"})
    assert answer.status_code == 409
    assert summary_of(answer)[0].startswith("Đây là người quản trị cuối cùng.")


def test_pages_are_closed_to_others_and_other_portals(world, as_):
    grant = Grant.objects.get(capability="admin")
    for address in (
        "/rights/",
        "/rights/seats/give/",
        "/rights/grants/propose/",
        f"/rights/grants/{grant.public_id}/end/",
    ):
        for name in ("deputy", "accountant", "lan"):
            assert as_(name).get(address).status_code == 403, address
    build_world(slug="xa-khac")
    foreign = Grant.unscoped.filter(portal__slug="xa-khac").first()
    seat = Seat.unscoped.filter(portal__slug="xa-khac").first()
    assert as_("head").post(f"/rights/grants/{foreign.public_id}/confirm/").status_code == 404
    assert as_("head").get(f"/rights/seats/{seat.public_id}/end/").status_code == 404


def test_rights_page_takes_as_many_queries_for_many_as_for_few(world, as_, django_assert_max_num_queries):
    head = as_("head")

    def propose(name: str):
        account = registration.open_account(login_phone=new_phone(), name=name, password=None)
        return seats.propose_grant(
            actor=world.actor("head"),
            account=account,
            capability="observer",
            effective_from=OPENED,
            decision_number="07/QĐ",
        )

    seats.confirm_grant(actor=world.actor("admin"), grant=propose("Người Một"))
    propose("Người Hai")
    head.get("/rights/")
    with django_assert_max_num_queries(30) as few:
        head.get("/rights/")
    for nth in range(30):
        grant = propose(f"Người Thứ {nth}")
        if nth % 2:
            seats.confirm_grant(actor=world.actor("admin"), grant=grant)
    with django_assert_max_num_queries(30) as many:
        head.get("/rights/")
    assert len(few) == len(many)


def observer(world) -> None:
    account = registration.open_account(login_phone=new_phone(), name="Người Xem", password=None)
    world.accounts["observer"] = account
    grant = seats.propose_grant(
        actor=world.actor("head"),
        account=account,
        capability="observer",
        effective_from=OPENED,
        decision_number="07/QĐ",
    )
    seats.confirm_grant(actor=world.actor("admin"), grant=grant)


def test_event_log_says_who_did_what_and_an_observer_sees_no_names(world, as_):
    registration.record_person(actor=world.actor("head"), full_name="Lê Được Nêu")
    observer(world)
    page = texts(as_("head").get("/events/?kind=contributor"))
    assert re.search(r"ghi tên tác giả chưa đăng ký <a [^>]+><b>Lê Được Nêu</b>", page)
    assert "Võ Văn Trưởng" in page
    watched = as_("observer").get("/events/?kind=contributor")
    assert "Lê Được Nêu" not in texts(watched)
    assert "ghi tên tác giả chưa đăng ký" in texts(watched)
    assert as_("deputy").get("/events/").status_code == 403


def test_event_log_goes_back_page_by_page(world, as_):
    for nth in range(60):
        registration.record_person(actor=world.actor("head"), full_name=f"Lê Văn {nth}")
    head, address, seen = as_("head"), "/events/?kind=contributor", []
    while address:
        page = head.get(address)
        seen += [row.entry.event.pk for row in page.context["rows"]]
        older = page.context["older"]
        address = f"/events/?kind=contributor&before={older}" if older else None
    assert seen == list(
        Event.objects.filter(kind__startswith="contributor.").order_by("-pk").values_list("pk", flat=True)
    )
    one = head.get(f"/events/?of=unit&id={world.unit.pk}")
    assert [row.words for row in one.context["rows"]] == ["mở đơn vị"]
    assert head.get("/events/?before=abc&id=-1&of=unit").status_code == 200


def test_rights_page_keeps_what_ended_and_what_is_to_come(world, as_):
    admin, head = world.actor("admin"), world.actor("head")
    tomorrow = clock.today() + timedelta(days=1)
    for name, first, until in (("Trần Văn Cũ", OPENED, clock.today()), ("Trần Văn Mới", tomorrow, None)):
        grant = seats.propose_grant_by_phone(
            actor=head,
            phone=new_phone(),
            full_name=name,
            capability="observer",
            effective_from=first,
            effective_until=until,
            decision_number="09/QĐ",
        )
        seats.confirm_grant(actor=admin, grant=grant)
    context = as_("head").get("/rights/").context
    assert [row.account.name for row in context["grants_ended"]] == ["Trần Văn Cũ"]
    assert [row.account.name for row in context["grants_to_come"]] == ["Trần Văn Mới"]
    assert {"Trần Văn Cũ", "Trần Văn Mới"}.isdisjoint(row.account.name for row in context["grants"])
