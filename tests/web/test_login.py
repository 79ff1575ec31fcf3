from __future__ import annotations

import pytest
from django.test import Client

from contributors.identity import MOST_OF_PHONE_AND_ADDRESS
from contributors.models import Account
from contributors.registration import open_account
from tests.web.conftest import summary_of, texts

PASSWORD = "con-trau-di-truoc"
PHONE = "0912345678"
MOST_TRIES = MOST_OF_PHONE_AND_ADDRESS[0]


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def account(db) -> Account:
    return open_account(login_phone=PHONE, name="Trần Thị Thử", password=PASSWORD)


def post(client: Client, phone: str = PHONE, password: str = PASSWORD, **more):
    return client.post("/login/", {"phone": phone, "password": password, **more})


def test_login_by_phone_as_people_write_it(account):
    client = Client()
    answer = post(client, phone="0912 345 678")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(account.pk)


def test_login_wrong_password_unknown_phone_and_closed_account_answer_alike(account):
    closed = open_account(login_phone="0912345679", name="Lý Văn Nghỉ", password=PASSWORD)
    closed.is_active = False
    closed.save()
    answers = [
        post(Client(), password="sai"),
        post(Client(), phone="0987654321"),
        post(Client(), phone="0912345679"),
    ]
    assert [(answer.status_code, summary_of(answer)) for answer in answers] == [
        (422, ["Số điện thoại hoặc mật khẩu chưa đúng."])
    ] * 3


def test_login_malformed_phone_is_said_at_its_field(account):
    answer = post(Client(), phone="0912")
    assert answer.status_code == 422
    assert summary_of(answer) == ["Số điện thoại phải có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09."]
    assert 'href="#id_phone"' in texts(answer)
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in texts(answer)


def test_login_is_blocked_after_most_tries_even_with_the_right_password(account):
    client = Client()
    for _ in range(MOST_TRIES):
        assert post(client, password="sai").status_code == 422
    answer = post(client)
    assert answer.status_code == 429
    assert summary_of(answer) == ["Đã thử quá nhiều lần. Hãy đợi 15 phút rồi thử lại, hoặc gọi Ban biên tập."]
    assert "_auth_user_id" not in client.session


def test_login_block_of_one_phone_leaves_others(account):
    for _ in range(MOST_TRIES):
        post(Client(), phone="0987654321", password="sai")
    assert post(Client(), phone="0987654321", password="sai").status_code == 429
    assert post(Client()).status_code == 302


def test_login_block_counts_the_address_too(account):
    for _ in range(MOST_TRIES):
        Client(REMOTE_ADDR="203.0.113.9").post("/login/", {"phone": PHONE, "password": "sai"})
    assert post(Client(REMOTE_ADDR="203.0.113.10")).status_code == 302


def test_login_success_forgets_earlier_tries(account):
    for _ in range(MOST_TRIES - 1):
        post(Client(), password="sai")
    assert post(Client()).status_code == 302
    assert post(Client(), password="sai").status_code == 422


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/fees/", "/fees/"), ("https://la.example/", "/"), ("//la.example/", "/"), ("javascript:alert(1)", "/")],
)
def test_login_goes_only_to_our_own_addresses(account, wanted, reached):
    assert post(Client(), next=wanted)["Location"] == reached


def test_logout_only_by_form(account):
    client = Client()
    post(client)
    assert client.get("/logout/").status_code == 405
    assert "_auth_user_id" in client.session
    client.post("/logout/")
    assert "_auth_user_id" not in client.session


def test_language_is_kept_on_the_account(account):
    client = Client()
    post(client)
    client.post("/language/", {"language": "en", "next": "/style/"})
    account.refresh_from_db()
    assert account.language == "en"
    assert '<html lang="en">' in texts(client.get("/style/"))


def test_language_unknown_changes_nothing(account):
    client = Client()
    post(client)
    client.post("/language/", {"language": "xx"})
    account.refresh_from_db()
    assert account.language == "vi"


def test_language_of_a_visitor_is_vietnamese_whatever_the_browser_says(db):
    client = Client()
    assert '<html lang="vi">' in texts(client.get("/", headers={"accept-language": "en"}))
    client.post("/language/", {"language": "en", "next": "/"})
    assert '<html lang="en">' in texts(client.get("/"))
