"""Codes, links, PINs, shared phones: the pages of the way in, and one's own login."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from contributors import clock, gateways, handing, registration
from contributors.actors import system_actor
from contributors.models import Account, Contributor, DeviceLogin, LoginCode
from tests.contributors.logins import in_savepoint, other_than, rolled_back_world
from tests.web.conftest import summary_of, texts
from web.public.entering import DEVICE_COOKIE

PASSWORD = "con-trau-di-truoc"
PIN = "730915"


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    with rolled_back_world(django_db_blocker) as made:
        yield made


@pytest.fixture
def world(standing):
    with in_savepoint(standing) as made:
        yield made


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def sent(monkeypatch, django_capture_on_commit_callbacks):
    """`sent(client, phone)` asks on the login page and gives what reached the phone, "" for nothing."""
    told: list[str] = []
    monkeypatch.setattr(gateways, "send_code", lambda **message: told.append(message["code"]))

    def ask(client: Client, phone: str, **more) -> str:
        told.clear()
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/login/", {"phone": phone, "way": "code", **more})
        assert (answer.status_code, answer["Location"]) == (302, "/login/code/")
        return told[0] if told else ""

    return ask


def phone_of(world, name: str) -> str:
    return world.people[name].phone


def who_is_in(client: Client) -> Account | None:
    kept = client.session.get("_auth_user_id")
    return Account.objects.get(pk=kept) if kept else None


def log_in(world, name: str, **more) -> Client:
    """By password, on one's own phone."""
    account = world.accounts[name]
    if not account.check_password(PASSWORD):  # setting it anew would end the other visits
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
    client = Client()
    answer = client.post("/login/", {"phone": account.login_phone, "password": PASSWORD, **more})
    assert answer.status_code == 302, summary_of(answer)
    return client


def with_pin(world, name: str = "lan") -> Client:
    client = log_in(world, name)
    assert client.post("/security/pin/", {"pin": PIN, "repeated": PIN}).status_code == 302
    return client


def test_code_lets_in_and_asks_for_a_pin(world, sent):
    client = Client()
    code = sent(client, phone_of(world, "lan"), next="/fees/")
    answer = client.post("/login/code/", {"code": code})
    assert answer["Location"] == "/security/pin/?next=%2Ffees%2F"
    assert who_is_in(client) == world.accounts["lan"]
    assert "Để sau" in texts(client.get(answer["Location"]))
    answer = client.post("/security/pin/", {"pin": PIN, "repeated": PIN, "next": "/fees/"})
    assert answer["Location"] == "/fees/"
    assert DeviceLogin.objects.get().pin


def test_code_page_is_the_same_for_known_and_unknown_phones(world, sent):
    pages = []
    for phone in (phone_of(world, "lan"), "+84987000111"):
        client = Client()
        sent(client, phone)
        page = texts(client.get("/login/code/"))
        wrong = client.post("/login/code/", {"code": "000001"})
        assert (wrong.status_code, summary_of(wrong)) == (
            422,
            ["Mã chưa đúng, đã dùng hoặc đã quá giờ. Hãy xem lại, hoặc xin mã mới."],
        )
        pages.append(re.sub(r'value="[^"]{64}"|\d{4}\W\d{3}\W\d{3}', "*", page))
    assert pages[0] == pages[1]


def test_code_without_having_asked_leads_to_the_login(world):
    assert Client().get("/login/code/")["Location"] == "/login/"


def test_code_of_a_shared_phone_asks_who_and_only_after_the_proof(world, sent):
    Contributor.objects.filter(pk=world.people["hoa"].pk).update(phone=phone_of(world, "lan"))
    Account.objects.filter(pk=world.accounts["hoa"].pk).update(login_phone=None)
    client = Client()
    code = sent(client, phone_of(world, "lan"))
    assert client.get("/login/who/")["Location"] == "/login/"
    assert "Lê Hoà" not in texts(client.post("/login/code/", {"code": other_than(code)}))
    answer = client.post("/login/code/", {"code": code})
    assert answer["Location"] == "/login/who/"
    assert "Lê Hoà" in texts(client.get("/login/who/"))
    assert client.post("/login/who/", {"person": f"a{world.accounts['head'].pk}"}).status_code == 422
    client.post("/login/who/", {"person": f"a{world.accounts['hoa'].pk}"})
    assert who_is_in(client) == world.accounts["hoa"]
    assert client.get("/login/who/")["Location"] == "/login/"


def test_choice_of_person_waits_for_a_quarter_of_an_hour_only(world, sent):
    Contributor.objects.filter(pk=world.people["hoa"].pk).update(phone=phone_of(world, "lan"))
    Account.objects.filter(pk=world.accounts["hoa"].pk).update(login_phone=None)
    client = Client()
    client.post("/login/code/", {"code": sent(client, phone_of(world, "lan"))})
    with clock.at(clock.now() + timedelta(minutes=16)):
        answer = client.post("/login/who/", {"person": f"a{world.accounts['hoa'].pk}"})
    assert (answer["Location"], who_is_in(client)) == ("/login/", None)


def test_code_request_too_often_is_429(world, sent):
    for _ in range(3):
        sent(Client(), phone_of(world, "lan"))
    answer = Client().post("/login/", {"phone": phone_of(world, "lan"), "way": "code"})
    assert answer.status_code == 429


def test_own_phone_is_kept_for_ninety_days_with_a_safe_cookie(world, settings):
    settings.SESSION_COOKIE_SECURE = True
    client = log_in(world, "lan")
    cookie = client.cookies[DEVICE_COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"], cookie["secure"]) == (7776000, True, "Lax", True)
    assert abs(client.cookies["sessionid"]["max-age"] - 7776000) < 5


def test_pin_opens_the_own_phone_again(world):
    client = with_pin(world)
    client.post("/logout/")
    assert client.get("/login/")["Location"] == "/login/pin/?next="
    page = client.get("/login/pin/")
    assert "Chào Nguyễn Thị Lan" in texts(page)
    person = page.context["form"].fields["person"].initial
    wrong = client.post("/login/pin/", {"person": person, "pin": "111112"})
    assert (wrong.status_code, summary_of(wrong)) == (422, ["Mã PIN chưa đúng. Còn 4 lần thử."])
    answer = client.post("/login/pin/", {"person": person, "pin": PIN, "next": "/fees/"})
    assert (answer["Location"], who_is_in(client)) == ("/fees/", world.accounts["lan"])


def test_pin_page_of_a_phone_that_knows_nobody_leads_to_the_login(world):
    with_pin(world)
    assert Client().get("/login/pin/")["Location"] == "/login/"
    assert Client().get("/login/").status_code == 200


def test_pin_of_a_couple_on_one_phone(world):
    client = with_pin(world)
    client.post("/logout/")
    account = world.accounts["hoa"]
    account.set_password(PASSWORD)
    account.save()
    client.post("/login/", {"phone": account.login_phone, "password": PASSWORD})
    client.post("/security/pin/", {"pin": "481627", "repeated": "481627"})
    client.post("/logout/")
    page = texts(client.get("/login/pin/"))
    assert "Ai đang dùng máy?" in page
    assert page.index("Lê Hoà") < page.index("Nguyễn Thị Lan")


def test_pin_mistyped_the_second_time(world):
    answer = log_in(world, "lan").post("/security/pin/", {"pin": PIN, "repeated": "730916"})
    assert summary_of(answer) == ["Hai lần ghi chưa giống nhau."]


def test_forget_me_ends_the_visit_and_the_pin(world):
    client = with_pin(world)
    client.post("/security/forget/")
    assert (who_is_in(client), DeviceLogin.objects.count()) == (None, 0)
    assert client.get("/login/").status_code == 200


def test_shared_phone_keeps_nothing(world):
    client = log_in(world, "lan", shared="on")
    assert DEVICE_COOKIE not in client.cookies
    assert client.cookies["sessionid"]["max-age"] == ""
    assert DeviceLogin.objects.count() == 0
    assert "máy này không nhớ bạn" in texts(client.get("/security/"))
    client.post("/logout/")
    assert client.get("/login/").status_code == 200


def test_shared_phone_left_alone_for_half_an_hour_is_logged_out(world):
    start = clock.now()
    with clock.at(start):
        client = log_in(world, "lan", shared="on")
    for minutes, status in ((29, 200), (58, 200), (89, 302)):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get("/me/").status_code == status, minutes
    assert who_is_in(client) is None


def test_logging_out_elsewhere_ends_the_other_phones(world):
    here, there = log_in(world, "lan"), log_in(world, "lan")
    assert there.get("/me/").status_code == 200
    here.post("/security/elsewhere/")
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


def test_password_changed_ends_the_other_phones(world):
    here, there = log_in(world, "lan"), log_in(world, "lan", shared="on")
    asked = {"old": PASSWORD, "new": "cày-sâu-cuốc-bẫm", "repeated": "cày-sâu-cuốc-bẫm"}
    wrong = here.post("/security/password/", asked | {"old": "sai"})
    assert summary_of(wrong) == ["Mật khẩu hiện tại chưa đúng."]
    assert here.post("/security/password/", asked)["Location"] == "/security/"
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


def test_own_login_is_changed_only_by_whoever_came_in_lately(world):
    start = clock.now()
    with clock.at(start):
        client = with_pin(world)
    with clock.at(start + timedelta(minutes=16)):
        answer = client.get("/security/pin/")
        assert answer["Location"] == "/security/again/?next=%2Fsecurity%2Fpin%2F"
        wrong = client.post("/security/again/", {"secret": "sai", "next": "/security/pin/"})
        assert summary_of(wrong) == ["Mật khẩu hoặc mã PIN chưa đúng."]
        assert (
            client.post("/security/again/", {"secret": PIN, "next": "/security/pin/"})["Location"] == "/security/pin/"
        )
        assert client.get("/security/pin/").status_code == 200


def villager(world, phone: str = "0912000777") -> Contributor:
    """Registered by the head; no login."""
    row = registration.seat_founder(
        actor=system_actor(world.portal),
        full_name="Trần Thị Sen",
        phone=phone,
        account=None,
        category="volunteer",
        unit=world.unit,
    )
    Contributor.objects.filter(pk=row.pk).update(registered_by=world.accounts["head"])
    return Contributor.objects.get(pk=row.pk)


def test_message_for_zalo_lets_a_person_take_over(world, as_):
    person = villager(world)
    page = as_("deputy").post(f"/people/{person.public_id}/code/", {"way": "link"})
    message = page.context["message"]
    assert message.startswith("Chào Trần Thị Sen! Đây là đường vào Bút Làng của Trang thông tin điện tử xã Mẫu: ")
    address = re.search(r"/l/[^\s]+/", message)[0]
    client = Client()
    look = client.get(address)
    assert "Chào Trần Thị Sen" in texts(look)
    assert "từ nay bạn tự đứng tên" in texts(look)
    assert LoginCode.objects.get().used_at is None
    assert client.post(address)["Location"].startswith("/security/pin/")
    person.refresh_from_db()
    assert who_is_in(client) == person.account
    assert client.get("/me/").status_code == 200
    for answer in (Client().get(address), Client().post(address)):
        assert answer.status_code == 410
        assert "đã dùng rồi hoặc đã quá hạn" in texts(answer)


def test_digits_read_out_let_a_person_in(world, as_):
    person = villager(world)
    page = as_("deputy").post(f"/people/{person.public_id}/code/", {"way": "digits"})
    code = page.context["handed"].secret
    assert f"{code[:3]} {code[3:]}" in texts(page)
    client = Client()
    wrong = client.post("/login/first/", {"phone": "0912", "code": code})
    assert summary_of(wrong) == ["Số điện thoại phải có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09."]
    assert client.post("/login/first/", {"phone": "0912 000 777", "code": code}).status_code == 302
    person.refresh_from_db()
    assert who_is_in(client) == person.account


@pytest.mark.parametrize("name", ["lan", "writer", "accountant"])
def test_hand_over_page_is_for_those_who_may(world, as_, name):
    assert as_(name).get(f"/people/{villager(world).public_id}/code/").status_code == 403


def test_hand_over_page_of_a_foreign_person_is_404(world, as_):
    from contributors.scopes import portal_scope
    from tests.factories.world import build_world

    elsewhere = build_world("xa-khac")
    with portal_scope(elsewhere.portal):
        foreign = elsewhere.people["lan"].public_id
    assert as_("head").get(f"/people/{foreign}/code/").status_code == 404


def test_reset_ends_what_the_person_has_elsewhere(world, as_):
    client = with_pin(world)
    as_("deputy").post(f"/people/{world.people['lan'].public_id}/code/", {"way": "digits", "reset": "on"})
    assert client.get("/me/").status_code == 302
    assert client.get("/login/").status_code == 200


def test_pages_of_the_own_login_ask_few_questions(world, django_assert_max_num_queries):
    client = with_pin(world)
    for _ in range(30):
        log_in(world, "lan")
    with django_assert_max_num_queries(20):
        assert client.get("/security/").status_code == 200


def test_links_name_the_page_that_others_call(world):
    handed = handing.hand_over_code(actor=world.actor("head"), contributor=world.people["lan"], way="link")
    from django.urls import reverse

    assert Client().get(reverse("web:enter_by_link", args=[handed.secret])).status_code == 200
