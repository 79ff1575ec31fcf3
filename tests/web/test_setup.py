"""A new portal from the one-time link to the first invitation, step by step, and what it says about who is away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from contributors import clock, portals
from contributors.actors import actor_for, system_actor
from contributors.errors import DomainError
from contributors.founding import Named, found_board, propose_officers, unseat
from contributors.models import (
    Account,
    Contributor,
    Event,
    Genre,
    Grant,
    Letterhead,
    PaymentMode,
    Portal,
    PortalOpening,
    Seat,
    Unit,
)
from contributors.opening import offer_opening
from contributors.scopes import portal_scope
from contributors.seats import confirm_grant, propose_grant
from payments.models import BaseSalary
from payments.setting_up import set_up_of
from tests.factories.world import new_phone
from tests.web.conftest import summary_of, texts

PASSWORD = "con-trau-di-truoc"


def begin_fields(**said) -> dict[str, str]:
    return {
        "name": "Trang thông tin điện tử xã Tân Thạnh",
        "full_name": "Nguyễn Thị Đăng",
        "phone": new_phone(),
        "password": PASSWORD,
        "seat": "publisher",
    } | said


@pytest.fixture
def begun(db):
    """A portal that was opened by its link a moment ago, and its founder's browser."""
    client = Client()
    answer = client.post(f"/setup/begin/{offer_opening()}/", begin_fields())
    assert answer.status_code == 302, summary_of(answer)
    portal = Portal.objects.get()
    with portal_scope(portal):
        yield client, portal


def states(client: Client) -> dict[str, str]:
    return {task.code: task.state for task, _title, _url in client.get("/setup/").context["tasks"]}


def test_command_prints_a_link_and_loads_the_law(db, capsys):
    call_command("open_portal")
    address = capsys.readouterr().out.split("/setup/begin/")[1].split("/")[0]
    assert Client().get(f"/setup/begin/{address}/").status_code == 200
    assert BaseSalary.objects.exists()


def test_first_link_is_offered_only_where_there_is_no_portal(world, capsys):
    call_command("open_portal", "--first")
    assert capsys.readouterr().out == ""
    assert not PortalOpening.objects.exists()


def test_link_opens_one_portal_once(db):
    token = offer_opening()
    client = Client()
    answer = client.post(f"/setup/begin/{token}/", begin_fields())
    assert client.get(answer["Location"], follow=True).status_code == 200
    portal = Portal.objects.get()
    assert portal.slug == "trang-thong-tin-dien-tu-xa-tan-thanh"
    with portal_scope(portal):
        founder = Account.objects.get()
        assert [(row.capability, row.account_id) for row in Grant.objects.all()] == [("admin", founder.pk)]
        assert [row.seat for row in Seat.objects.all()] == ["publisher"]
        assert Event.objects.filter(kind="portal.opened").count() == 1
    again = Client().post(f"/setup/begin/{token}/", begin_fields())
    assert again.status_code == 410
    assert "không dùng được nữa" in texts(again)
    assert Portal.objects.count() == 1


def test_old_link_and_wrong_link_open_nothing(db):
    token = offer_opening()
    PortalOpening.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    for wrong in (token, "x" * 32):
        assert Client().post(f"/setup/begin/{wrong}/", begin_fields()).status_code == 410
    assert not Portal.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " "}, "Hãy ghi tên trang."),
        ({"full_name": ""}, "Hãy ghi họ và tên."),
        ({"phone": "123"}, "Số điện thoại phải có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09."),
        ({"password": "ngan"}, "Mật khẩu phải có ít nhất 8 chữ cái hoặc chữ số."),
    ],
)
def test_what_is_missing_at_the_beginning_is_said_and_nothing_is_opened(db, said, sentence):
    token = offer_opening()
    answer = Client().post(f"/setup/begin/{token}/", begin_fields(**said))
    assert (answer.status_code, summary_of(answer)) == (422, [sentence])
    assert not Portal.objects.exists()
    assert not Account.objects.exists()
    assert PortalOpening.objects.get().used_at is None


def test_second_portal_of_a_known_phone_wants_its_password(begun):
    _client, portal = begun
    phone = Account.objects.get().login_phone
    token = offer_opening()
    wrong = Client().post(f"/setup/begin/{token}/", begin_fields(phone=phone, password="khong-phai-cua-toi"))
    assert wrong.status_code == 422
    assert Portal.objects.count() == 1
    right = Client().post(f"/setup/begin/{token}/", begin_fields(phone=phone, full_name="Ai đó"))
    assert right.status_code == 302
    assert [row.slug for row in Portal.objects.order_by("pk")] == [portal.slug, f"{portal.slug}-2"]
    assert Account.objects.get().name == "Nguyễn Thị Đăng"  # the name of the login stays


def test_office_sets_up_a_portal_that_pays_nothing(begun):
    client, _portal = begun
    assert client.get("/")["Location"] == "/desk/"  # the founder sits on the board
    assert set(states(client).values()) == {"open", "later"}
    found = client.get("/setup/place/?words=tan chau").context["found"]
    assert client.post("/setup/place/", {"commune_code": found[0][0]})["Location"] == "/setup/"
    form = client.get("/setup/letterhead/").context["form"]
    assert form.initial["issuing_body"] == f"Uỷ ban nhân dân {found[0][1].split(',')[0]}".upper()
    head = {name: form.initial.get(name, "") for name in form.fields} | {"grounds": "Căn cứ A\n\nCăn cứ B"}
    head["effective_from"] = clock.today().isoformat()
    client.post("/setup/letterhead/", head)
    assert Letterhead.objects.get().grounds == ["Căn cứ A", "Căn cứ B"]
    board = {"decision_number": "45/QĐ-UBND", "effective_from": clock.today().isoformat()}
    board |= {"head_full_name": "Võ Văn Trưởng", "head_phone": new_phone()}
    board |= {"deputy_full_name": "Lê Thị Phó", "deputy_phone": new_phone()}
    board |= {"rapporteur_full_name": "Lê Thị Phó", "rapporteur_phone": board["deputy_phone"]}
    assert client.post("/setup/board/", board).status_code == 302
    assert Contributor.objects.count() == 3
    assert Seat.objects.count() == 4
    checked = client.post("/setup/units/", {"kind": "hamlet", "names": "Ấp Tân Phú\n\n Ấp Tân Đông \n"})
    assert Unit.objects.count() == 0
    assert client.post(checked["Location"], {})["Location"] == "/setup/units/"
    assert [unit.name for unit in Unit.objects.order_by("sort_key")] == ["Ấp Tân Đông", "Ấp Tân Phú"]
    client.post("/setup/genres/", {})
    assert Genre.objects.filter(code="news_item").exists()
    today = {"effective_from": clock.today().isoformat()}
    client.post("/setup/money/", today | {"mode": "unpaid", "decision_number": ""})
    client.post("/invitations/all/", {"uses": "20", "last_day": (clock.today() + timedelta(days=90)).isoformat()})
    page = client.get("/setup/")
    later = {"officers": "later", "schedule": "later", "fund": "later"}
    assert states(client) == dict.fromkeys(states(client), "done") | later
    assert "Trang đã sẵn sàng" in texts(page)
    assert page.context["already"] == []  # nothing of money is held against a portal that pays nothing


def test_each_step_is_undone_or_done_again(begun):
    client, _portal = begun
    today = clock.today()
    seat = Seat.objects.get()
    client.post(f"/setup/board/{seat.public_id}/undo/")
    assert not Seat.objects.exists()
    for mode in ("paying", "unpaid"):
        fields = {"mode": mode, "effective_from": today.isoformat(), "decision_number": "1/QĐ"}
        assert client.post("/setup/money/", fields)["Location"] == "/setup/"
    assert [row.mode for row in PaymentMode.objects.all()] == ["unpaid"]
    later = {"mode": "trial", "effective_from": (today + timedelta(days=30)).isoformat(), "decision_number": ""}
    client.post("/setup/money/", later)
    assert [(row.mode, row.effective_until) for row in PaymentMode.objects.order_by("pk")] == [
        ("unpaid", today + timedelta(days=30)),
        ("trial", None),
    ]
    named = client.post("/settings/name/?next=/settings/", {"name": "Xã Mới", "time_zone": "Asia/Ho_Chi_Minh"})
    assert named["Location"] == "/settings/"
    assert Portal.objects.get().name == "Xã Mới"


def test_mode_is_neither_backdated_nor_paid_without_a_decision(begun):
    client, _portal = begun
    past = {"mode": "trial", "effective_from": (clock.today() - timedelta(days=1)).isoformat()}
    assert client.post("/setup/money/", past).status_code == 422
    bare = client.post("/setup/money/", {"mode": "paying", "effective_from": clock.today().isoformat()})
    assert summary_of(bare) == ["Hãy ghi số quyết định."]
    assert not PaymentMode.objects.exists()


def test_money_page_says_what_a_month_would_cost(begun):
    client, _portal = begun
    call_command("open_portal")
    costs = client.get("/setup/money/?news_item=10&article=0&photo=0").context["costs"]
    assert [name for _title, name, _cost in costs] == ["ninh-thuan-2157-2020", "bac-giang-570-2013"]
    low, high = costs[1][2]
    assert 0 < low < high


def test_board_is_named_whole_or_not_at_all(begun):
    client, _portal = begun
    fields = {"decision_number": "45/QĐ", "effective_from": clock.today().isoformat()}
    fields |= {"head_full_name": "Võ Văn Trưởng", "head_phone": new_phone(), "deputy_full_name": "Lê Thị Phó"}
    answer = client.post("/setup/board/", fields)
    assert answer.status_code == 422
    assert [line.href for line in answer.context["summary"].lines] == ["#id_deputy_phone"]
    assert Seat.objects.count() == 1
    assert Account.objects.count() == 1
    bare = client.post("/setup/board/", fields | {"deputy_full_name": "", "decision_number": ""})
    assert summary_of(bare) == ["Hãy ghi số quyết định."]


def test_nobody_names_themselves_later(begun):
    _client, portal = begun
    founder = Account.objects.get()
    actor = actor_for(founder, portal)
    me = Named("head", founder.name, founder.login_phone)
    with pytest.raises(DomainError, match="grant_to_oneself"):
        found_board(actor=actor, members=[me], effective_from=clock.today(), decision_number="45/QĐ")
    with pytest.raises(DomainError, match="grant_to_oneself"):
        propose_officers(
            actor=actor,
            officers=[Named("accountant", founder.name, founder.login_phone)],
            effective_from=clock.today(),
            decision_number="45/QĐ",
        )


def test_officers_wait_for_a_second_person(begun):
    client, portal = begun
    actor = actor_for(Account.objects.get(), portal)
    today = clock.today()
    head = Named("head", "Võ Văn Trưởng", new_phone())
    found_board(actor=actor, members=[head], effective_from=today, decision_number="45/QĐ")
    client.post("/setup/money/", {"mode": "trial", "effective_from": today.isoformat()})
    assert states(client)["officers"] == "open"
    fields = {"decision_number": "46/QĐ", "effective_from": today.isoformat()}
    for place, name in (("accountant", "Tạ Thị Sổ"), ("account_holder", "Đoàn Văn Ấn")):
        fields |= {f"{place}_full_name": name, f"{place}_phone": new_phone()}
    assert client.post("/setup/officers/", fields)["Location"] == "/setup/"
    assert states(client)["officers"] == "waits"
    assert states(client)["fund"] == "later"
    second = actor_for(Account.objects.get(name="Võ Văn Trưởng"), portal)
    for grant in Grant.objects.filter(confirmed_at__isnull=True):
        confirm_grant(actor=second, grant=grant)
    assert states(client)["officers"] == "done"


def test_first_code_is_read_out_to_an_officer_of_this_portal_alone(begun):
    client, portal = begun
    actor = actor_for(Account.objects.get(), portal)
    phone = new_phone()
    officer = Named("accountant", "Tạ Thị Sổ", phone)
    propose_officers(actor=actor, officers=[officer], effective_from=clock.today(), decision_number="46/QĐ")
    grant = Grant.objects.get(capability="accountant")
    address = f"/rights/grants/{grant.public_id}/code/"
    assert address in texts(client.get("/setup/officers/"))
    code = client.post(address).context["code"]
    browser = Client()
    assert browser.post("/login/first/", {"phone": phone, "code": code}).status_code == 302
    assert browser.session["_auth_user_id"] == str(grant.account_id)
    refused = client.post(address)  # whoever has entered once is reset by the operator
    assert (refused.status_code, refused.context["code"]) == (403, "")
    assert address not in texts(client.get("/setup/officers/"))
    Account.objects.filter(pk=grant.account_id).update(last_login=None)
    other = portals.open_portal(name="Xã bên", slug="xa-ben")
    with portal_scope(other):
        propose_grant(
            actor=system_actor(other),
            account=grant.account,
            capability="accountant",
            effective_from=clock.today(),
            decision_number="",
        )
    assert client.post(address).status_code == 403


def test_one_person_in_two_places_that_check_each_other_is_told(begun):
    client, portal = begun
    actor = actor_for(Account.objects.get(), portal)
    today = clock.today()
    phone = new_phone()
    both = [Named(place, "Tạ Thị Sổ", phone) for place in ("accountant", "account_holder")]
    found_board(
        actor=actor,
        members=[Named("head", "Võ Văn Trưởng", new_phone())],
        effective_from=today,
        decision_number="45/QĐ",
    )
    propose_officers(actor=actor, officers=both, effective_from=today, decision_number="46/QĐ")
    second = actor_for(Account.objects.get(name="Võ Văn Trưởng"), portal)
    for grant in Grant.objects.filter(confirmed_at__isnull=True):
        confirm_grant(actor=second, grant=grant)
    for page in ("/setup/", "/absences/"):
        assert client.get(page).context["clashes"] == [("Tạ Thị Sổ", "kế toán", "thủ trưởng (chủ tài khoản)")]


def test_undo_ends_with_the_first_piece(world):
    world.submitted()
    admin = world.actor("admin")
    with pytest.raises(DomainError, match="founding_over"):
        unseat(actor=admin, seat=Seat.objects.filter(seat="writer").get())
    assert Seat.objects.filter(seat="writer").exists()


def test_tasks_are_asked_in_few_queries(world, as_):
    from tests.web.test_queries import asked

    assert asked(as_("admin"), "/setup/") <= 30
    assert asked(as_("admin"), "/settings/") <= 30
    assert set_up_of(actor=world.actor("admin")).mode == "paying"


def test_settings_lead_each_person_where_they_may_go(world, as_):
    def links(name: str) -> set[str]:
        sections = as_(name).get("/settings/").context["sections"]
        return {row.title for section in sections for row in section.rows if row.url}

    assert "Bước xác nhận thứ hai" in links("admin")
    assert "Dự toán" not in links("admin")
    assert "Dự toán" in links("head")
    assert "Địa bàn" not in links("head")
    for name in ("admin", "head"):
        client = as_(name)
        for section in client.get("/settings/").context["sections"]:
            for row in section.rows:
                if row.url:
                    assert client.get(row.url).status_code in {200, 302}, row
