"""The second factor on the pages: setting up, at login, before money and rights; and the header of the API."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from rest_framework.test import APIClient

from contributors import clock, second_factor
from contributors.models import Account
from payments.models import Run, RunState
from tests.contributors.authenticator import SoftKey
from tests.contributors.logins import in_savepoint, other_than, rolled_back_world, totp
from tests.payments.steps import AUGUST, confirmed_run
from tests.web.conftest import summary_of, texts

PASSWORD = "con-trau-di-truoc"


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


@pytest.fixture(autouse=True)
def _august():
    """A run is due; codes do not change while a test runs."""
    with clock.at(AUGUST):
        yield


def later(minutes: float):
    return clock.at(AUGUST + timedelta(minutes=minutes))


def log_in(world, name: str) -> Client:
    account = world.accounts[name]
    if not account.check_password(PASSWORD):  # setting it anew would end the other visits
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
    client = Client()
    client.post("/login/", {"phone": account.login_phone, "password": PASSWORD})
    return client


def secret_on(page) -> str:
    return re.search(r"secret=([A-Z2-7]+)&amp;", texts(page))[1]


def set_up(client: Client) -> tuple[str, list[str]]:
    """Through the pages: the secret and the recovery codes."""
    secret = secret_on(client.get("/security/totp/"))
    done = client.post("/security/totp/", {"code": totp(secret)})
    assert done.status_code == 200, summary_of(done)
    return secret, done.context["codes"]


def ready_run(world) -> Run:
    world.published()
    return confirmed_run(world)


def approve(client: Client, run: Run, **headers):
    return client.post(f"/runs/{run.public_id}/approve/", {"version": run.version}, **headers)


def test_code_application_counts_after_its_first_code(world):
    client = log_in(world, "holder")
    page = client.get("/security/totp/")
    secret = secret_on(page)
    assert 'src="data:image/svg+xml' in texts(page)
    wrong = client.post("/security/totp/", {"code": other_than(totp(secret), 7)})
    assert (wrong.status_code, wrong.context["uri"]) == (403, page.context["uri"])
    assert Account.objects.get(pk=world.accounts["holder"].pk).second_factor_since is None
    done = client.post("/security/totp/", {"code": totp(secret)})
    assert len(done.context["codes"]) == 10
    assert all(code in texts(done) for code in done.context["codes"])
    assert done.context["codes"][0] not in texts(client.get("/security/recovery/"))
    assert client.get("/security/totp/")["Location"] == "/security/"


def test_secret_of_a_waiting_code_application_is_sealed_in_the_session(world):
    client = log_in(world, "holder")
    secret = secret_on(client.get("/security/totp/"))
    assert secret not in json.dumps(dict(client.session.items()))


def test_login_of_whoever_has_a_second_factor_asks_for_it(world):
    secret, codes = set_up(log_in(world, "holder"))
    with later(1):
        client = log_in(world, "holder")
        assert "_auth_user_id" not in client.session
        assert client.get("/runs/")["Location"].startswith("/login/")
        assert client.get("/login/second/").status_code == 200
        wrong = client.post("/login/second/", {"code": other_than(totp(secret), 7)})
        assert (wrong.status_code, "_auth_user_id" in client.session) == (403, False)
        assert client.post("/login/second/", {"code": totp(secret)})["Location"] == "/"
        assert client.session["_auth_user_id"] == str(world.accounts["holder"].pk)
        other = log_in(world, "holder")
        again = other.post("/login/second/", {"code": totp(secret)})
        assert summary_of(again) == [
            "Mã xác nhận chưa đúng hoặc đã dùng rồi. Hãy đợi mã mới trong ứng dụng rồi thử lại."
        ]
        assert other.post("/login/second/", {"code": codes[0]}).status_code == 302


def test_approving_asks_for_the_second_factor_and_leads_back(world):
    run = ready_run(world)
    client = log_in(world, "holder")
    secret, _ = set_up(client)
    page = f"/runs/{run.public_id}/"
    with later(16):
        answer = approve(client, run, HTTP_REFERER=f"http://testserver{page}")
        assert (answer.status_code, answer["Location"]) == (302, f"/prove/?next={page.replace('/', '%2F')}")
        assert world.fresh(run).state == RunState.CONFIRMED
        assert "Chưa có gì được ghi" in texts(client.get(answer["Location"]))
        proven = client.post("/prove/", {"code": totp(secret), "next": page})
        assert proven["Location"] == page
        assert approve(client, run).status_code == 302
        assert world.fresh(run).state == RunState.APPROVED


def test_proof_holds_for_a_quarter_of_an_hour(world):
    run = ready_run(world)
    client = log_in(world, "holder")
    set_up(client)
    with later(14):
        approve(client, run)
    assert world.fresh(run).state == RunState.APPROVED


@pytest.mark.parametrize("referer", ["https://la.example/x", "//la.example/x", "", "javascript:alert(1)"])
def test_proof_leads_only_to_our_own_pages(world, referer):
    run = ready_run(world)
    client = log_in(world, "holder")
    secret, _ = set_up(client)
    with later(16):
        assert approve(client, run, HTTP_REFERER=referer)["Location"] == "/prove/?next=%2F"
        assert client.post("/prove/", {"code": totp(secret), "next": referer})["Location"] == "/"


def test_proof_demanded_of_whoever_has_none_leads_to_setting_up(world):
    run = ready_run(world)
    world.portal.second_factor_from = AUGUST.date()
    world.portal.save()
    client = log_in(world, "holder")
    assert "Cần đặt bước xác nhận thứ hai" in texts(client.get("/runs/"))
    answer = client.get(approve(client, run)["Location"])
    assert answer["Location"] == "/security/?needed=1"
    assert "Cần đặt bước xác nhận thứ hai" in texts(client.get(answer["Location"]))
    set_up(client)
    approve(client, run)
    assert world.fresh(run).state == RunState.APPROVED


def test_offer_is_shown_to_those_who_decide_until_they_have_one(world):
    words = "Nên đặt bước xác nhận thứ hai"
    shown = {name: words in texts(log_in(world, name).get("/", follow=True)) for name in ("head", "holder", "lan")}
    assert shown == {"head": True, "holder": True, "lan": False}
    client = log_in(world, "holder")
    set_up(client)
    assert words not in texts(client.get("/runs/"))


def test_first_factor_needs_a_fresh_login(world):
    client = log_in(world, "holder")
    with later(16):
        for page in ("totp", "passkeys"):
            assert client.get(f"/security/{page}/")["Location"].startswith("/security/again/")
        client.post("/security/again/", {"secret": PASSWORD})
        assert client.get("/security/totp/").status_code == 200


def test_removing_needs_a_proof_and_says_what_it_means(world):
    client = log_in(world, "holder")
    secret, _ = set_up(client)
    factor = second_factor.factors_of(world.accounts["holder"]).totp.id
    with later(16):
        address = f"/security/factors/{factor}/remove/"
        assert client.get(address)["Location"].startswith("/prove/")
        assert client.post(address)["Location"].startswith("/prove/")
        client.post("/prove/", {"code": totp(secret)})
        assert "cách xác nhận cuối cùng" in texts(client.get(address))
        client.post(address)
    assert not second_factor.factors_of(world.accounts["holder"]).any


def test_factor_of_another_person_is_404(world):
    first, second = log_in(world, "holder"), log_in(world, "accountant")
    set_up(first)
    set_up(second)
    factor = second_factor.factors_of(world.accounts["holder"]).totp.id
    assert second.get(f"/security/factors/{factor}/remove/").status_code == 404


def test_passkey_is_added_and_proves(world):
    client = log_in(world, "holder")
    key = SoftKey()
    page = client.get("/security/passkeys/")
    made = key.create(json.loads(page.context["options"]))
    done = client.post("/security/passkeys/", {"name": "Điện thoại", "passkey": made})
    assert len(done.context["codes"]) == 10
    with later(16):
        page = client.get("/prove/?next=/runs/")
        answer = key.get(json.loads(page.context["options"]))
        assert client.post("/prove/", {"passkey": answer, "next": "/runs/"})["Location"] == "/runs/"
        again = client.post("/prove/", {"passkey": answer, "next": "/runs/"})
        assert (again.status_code, summary_of(again)) == (
            422,
            ["Khoá đăng nhập không được nhận. Hãy thử lại, hoặc dùng mã xác nhận."],
        )


def test_passkey_page_at_a_number_says_why_not(world):
    client = log_in(world, "holder")
    page = client.get("/security/passkeys/", HTTP_HOST="127.0.0.1")
    assert "địa chỉ số" in texts(page)


def test_day_of_the_demand_is_set_by_an_admin(world):
    client = log_in(world, "admin")
    assert client.post("/security/demand/", {"day": "2026-09-01"})["Location"] == "/security/"
    world.portal.refresh_from_db()
    assert world.portal.second_factor_from.isoformat() == "2026-09-01"
    assert "01/09/2026" in texts(client.get("/security/"))
    late = client.post("/security/demand/", {"day": "2026-07-01"})
    assert summary_of(late) == ["Ngày bắt đầu không được ở trước hôm nay."]
    assert log_in(world, "head").post("/security/demand/", {"day": "2026-09-01"}).status_code in {403, 422}


def basic(account: Account) -> APIClient:
    client = APIClient()
    login = base64.b64encode(f"{account.login_phone}:{PASSWORD}".encode()).decode()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {login}")
    return client


def test_api_takes_the_second_factor_by_a_header_once(world):
    run = ready_run(world)
    secret, _ = set_up(log_in(world, "holder"))
    client = basic(world.accounts["holder"])
    address, body = f"/api/v1/runs/{run.public_id}/approve/", {"version": run.version}

    def ask(**headers):
        return client.post(address, body, format="json", **headers)

    with later(1):
        bare = ask()
        assert (bare.status_code, bare.json()["code"]) == (403, "second_factor_needed")
        wrong = ask(HTTP_X_SECOND_FACTOR=other_than(totp(secret), 7))
        assert (wrong.status_code, wrong.json()["code"]) == (403, "second_factor_wrong")
        assert client.get("/api/v1/me/", HTTP_X_SECOND_FACTOR=totp(secret)).status_code == 200
        assert ask(HTTP_X_SECOND_FACTOR=totp(secret)).json()["code"] == "second_factor_wrong"
        assert ask(HTTP_X_SECOND_FACTOR=totp(secret, 1)).status_code == 200
    assert world.fresh(run).state == RunState.APPROVED


def test_api_guesses_of_the_second_factor_are_counted(world):
    secret, _ = set_up(log_in(world, "holder"))
    client = basic(world.accounts["holder"])
    with later(1):
        codes = [other_than(totp(secret), step + 13) for step in range(5)]
        assert [client.get("/api/v1/me/", HTTP_X_SECOND_FACTOR=code).status_code for code in codes] == [403] * 5
        last = client.get("/api/v1/me/", HTTP_X_SECOND_FACTOR=totp(secret))
        assert (last.status_code, last.json()["code"]) == (429, "too_many_attempts")


def test_api_session_of_a_forgotten_device_is_no_login(world):
    client = log_in(world, "lan")
    assert client.get("/api/v1/me/").status_code == 200
    second_device = log_in(world, "lan")
    second_device.post("/security/elsewhere/")
    assert client.get("/api/v1/me/").status_code == 401


def test_console_gateway_is_the_default():
    assert django_settings.LOGIN_GATEWAY == "console"
