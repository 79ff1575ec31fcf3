"""Keys by which programs act for their owners: within scopes, in one portal, until they end; never as a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from knox.models import AuthToken

from api.portal_view import PortalView
from api.v1.urls import urlpatterns
from contributors import clock, seats, second_factor
from contributors.access_keys import make_access_key, sweep_access_keys
from contributors.actors import system_actor
from contributors.models import AccessKey, Account, Event
from contributors.scopes import portal_scope
from payments.models import Run
from tests.api.conftest import CheckedClient
from tests.factories.world import OPENED, World

API = "/api/v1"


@pytest.fixture
def program(world: World) -> Callable[..., CheckedClient]:
    """`program("head", "read", "write")` is a client with a key of that person."""

    def made(name: str, *scopes: str, days: int = 30) -> CheckedClient:
        with portal_scope(world.portal):
            new = make_access_key(
                actor=world.actor(name),
                name="Cổng huyện",
                scopes=scopes or ("read",),
                last_day=clock.today() + timedelta(days=days),
            )
        client = CheckedClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {new.secret}")
        client.key = new
        return client

    return made


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


def test_key_acts_as_its_owner_and_the_log_names_the_key(world: World, program: Any, create: Any, step: Any) -> None:
    sent = step("lan", create("lan"), "submit").json()
    head = program("head", "read", "write")
    answer = head.post(f"{API}/pieces/{sent['id']}/approve/", {"version": sent["version"], "coefficient": "1.5"})
    assert code(answer) == (200, ""), answer.content
    event = Event.unscoped.get(kind="piece.approve")
    assert (event.actor_kind, event.actor_account_id) == ("token", world.accounts["head"].pk)
    assert event.facts["access_key"] == str(head.key.key.public_id)


def test_key_reads_only_unless_it_was_given_more(world: World, program: Any, create: Any) -> None:
    piece = create("lan")
    lan = program("lan")
    assert lan.get(f"{API}/pieces/{piece['id']}/").status_code == 200
    refused = lan.post(f"{API}/pieces/{piece['id']}/withdraw/", {"version": 1})
    assert code(refused) == (403, "key_scope")
    assert lan.get(f"{API}/pieces/{piece['id']}/").json()["state"] == "draft"
    assert code(program("accountant", "read", "write").get(f"{API}/runs/")) == (403, "key_scope")
    money = program("accountant", "read", "money")
    assert money.get(f"{API}/runs/").status_code == 200
    assert code(money.post(f"{API}/runs/", {})) == (403, "key_scope")


def test_single_answers_with_sums_in_views_without_are_of_money_too(world: World, program: Any, as_: Any) -> None:
    lan = f"{API}/contributors/{world.people['lan'].public_id}"
    own = program("lan", "read", "write")
    for step in ("take-data", "own-file"):
        assert code(own.post(f"{lan}/{step}/", {})) == (403, "key_scope")
    for path in ("", "docx/", "pdf/"):
        asked = f"{API}/output/report/{path}?from=2026-07-01&until=2026-08-01"
        assert code(program("head").get(asked)) == (403, "key_scope")
        assert as_("head").get(asked).status_code == 200


def test_scope_of_money_gives_no_right_that_the_owner_has_not(program: Any) -> None:
    assert code(program("lan", "read", "write", "money").get(f"{API}/runs/")) == (403, "not_allowed")


def test_every_view_of_the_upper_floor_says_that_it_is_of_money() -> None:
    """What is built on payments is closed to keys without that scope, but for what is listed here with its reason."""
    not_money = {
        "PieceView",  # approving asks the upper floor, the answer has no sums
        "PieceReviewView",  # settling a credit likewise; what a score would pay has sums, and says so
        "BankView",  # names of banks
        "ClaimView",  # takes over a recorded person's works
        "ContributorView",  # its steps that touch money want a person; whole files of one say that they have sums
        "MergeView",  # likewise
        "CallView",  # the fee that a call names is public
        "SearchView",  # says names and addresses, never sums
        "OutputView",  # counts pieces; its report has sums, and says so
        "AccessView",  # how often the website was opened
        "ThanksView",  # works and years, never sums
        "JobView",  # background work
        "HealthView",
        "OfficeNoticeView",
    }
    views = {
        pattern.callback.cls
        for pattern in urlpatterns
        if hasattr(pattern, "callback") and issubclass(getattr(pattern.callback, "cls", object), PortalView)
    }
    assert len(views) > 50
    upper = set()
    for view in views:
        module = __import__(view.__module__, fromlist=["x"])
        used = {getattr(value, "__module__", getattr(value, "__name__", "")) or "" for value in vars(module).values()}
        if any(str(name).partition(".")[0] == "payments" for name in used):
            upper.add(view)
    assert {view.__name__ for view in upper if not view.money} <= not_money
    assert not [view.__name__ for view in views if view.money and view.__name__ in not_money]


def test_what_wants_a_person_is_refused_to_a_key_whatever_its_scopes(
    world: World, program: Any, published: Any, as_: Any, work_jobs: Any
) -> None:
    published("lan")
    run = {"label": "T7", "period_from": "2026-07-01", "period_until": "2026-08-01", "payment_date": "2026-08-05"}
    accountant = program("accountant", "read", "write", "money")
    made = accountant.post(f"{API}/runs/", run | {"fund": str(world.fund.public_id)})
    assert code(made) == (201, ""), made.content
    address = f"{API}/runs/{made.json()['id']}"
    version = made.json()["version"]
    for step in ("freeze", "compute"):
        version = accountant.post(f"{address}/{step}/", {"version": version}).json()["version"]
    work_jobs()
    version = (
        as_("head")
        .post(f"{address}/confirm/", {"version": accountant.get(f"{address}/").json()["version"]})
        .json()["version"]
    )
    before = Event.unscoped.count()
    holder = program("holder", "read", "write", "money")
    assert code(holder.post(f"{address}/approve/", {"version": version})) == (403, "person_needed")
    body = {"hold_days": 3, "effective_from": "2026-09-01"}
    assert code(holder.post(f"{API}/payee-policy/", body)) == (403, "person_needed")
    person = world.people["hoa"].public_id
    wish = {"which": "bank_account", "reason": "Ngân hàng hỏi lại"}
    assert code(accountant.post(f"{API}/payee-details/{person}/reveal/", wish)) == (403, "person_needed")
    assert Event.unscoped.count() == before + 1  # the holder's key was made
    assert Run.unscoped.get().state == "confirmed"


def test_code_of_the_second_factor_makes_no_person_of_a_program(world: World, program: Any, monkeypatch: Any) -> None:
    tried: list[str] = []
    monkeypatch.setattr(second_factor, "prove_by_code", lambda **given: tried.append(given["code"]))
    holder = program("holder", "read", "write", "money")
    body = {"hold_days": 3, "effective_from": "2026-09-01"}
    answer = holder.post(f"{API}/payee-policy/", body, HTTP_X_SECOND_FACTOR="123456")
    assert (code(answer), tried) == ((403, "person_needed"), [])


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer a b", "Bearer \xff", "Bearer " + "0" * 64])
def test_key_that_is_none_is_401(world: World, header: str) -> None:
    answer = CheckedClient().get(f"{API}/me/", HTTP_AUTHORIZATION=header)
    assert code(answer) == (401, "key_wrong")
    assert "WWW-Authenticate" in answer


def test_key_ends_with_its_day_and_at_once_when_withdrawn(world: World, program: Any) -> None:
    short = program("lan", days=1)
    assert short.get(f"{API}/me/").status_code == 200
    with clock.at(clock.now() + timedelta(days=2)):
        assert code(short.get(f"{API}/me/")) == (401, "key_wrong")
    own = program("lan", "read", "write")
    [first, second] = own.get(f"{API}/access-keys/").json()
    assert (first["tail"], first["scopes"], first["withdrawn_at"]) == (own.key.secret[-4:], ["read", "write"], None)
    assert own.key.secret not in str(first)
    answer = own.post(f"{API}/access-keys/{first['id']}/withdraw/")
    assert answer.json()["withdrawn_at"] is not None
    assert code(own.get(f"{API}/me/")) == (401, "key_wrong")
    assert second["name"] == "Cổng huyện"
    assert Event.unscoped.filter(kind="access_key.withdrawn").count() == 1


def test_keys_of_others_are_not_found(world: World, program: Any, as_: Any) -> None:
    key = program("lan").key.key
    assert as_("head").get(f"{API}/access-keys/").json() == []
    assert code(as_("head").post(f"{API}/access-keys/{key.public_id}/withdraw/")) == (404, "not_found")
    assert AccessKey.unscoped.get().withdrawn_at is None


def test_key_of_a_closed_login_or_one_in_other_hands_is_over(world: World, program: Any, as_: Any) -> None:
    lan = program("lan")
    Account.objects.filter(pk=world.accounts["lan"].pk).update(is_active=False)
    assert code(lan.get(f"{API}/me/")) == (401, "key_wrong")
    Account.objects.filter(pk=world.accounts["lan"].pk).update(is_active=True)
    assert lan.get(f"{API}/me/").status_code == 200
    address = f"{API}/contributors/{world.people['lan'].public_id}/hand-over-code/"
    assert as_("head").post(address, {"way": "digits", "reset": True}).status_code == 201
    assert code(lan.get(f"{API}/me/")) == (401, "key_wrong")
    assert AuthToken.objects.count() == 0


def test_key_is_of_one_portal(world: World, elsewhere: World, program: Any) -> None:
    with portal_scope(elsewhere.portal):
        seats.propose_grant(
            actor=system_actor(elsewhere.portal),
            account=world.accounts["lan"],
            capability="accountant",
            effective_from=OPENED,
            decision_number="05/QĐ",
        )
    lan = program("lan", "read", "money")
    assert lan.get(f"{API}/me/").json()["here"]["portal"]["slug"] == "xa-mau"  # without X-Portal
    for path in ("me", "pieces", "runs"):
        assert code(lan.get(f"{API}/{path}/", HTTP_X_PORTAL="xa-khac")) == (404, "portal_unknown")


def test_secret_stands_nowhere_and_ended_keys_are_swept(world: World, program: Any) -> None:
    key = program("lan").key
    row = AuthToken.objects.values().get()
    assert key.secret not in str(row)
    assert (len(row["digest"]), len(key.secret)) == (128, 64)
    assert "secret" not in str(Event.unscoped.get(kind="access_key.made").facts)
    AuthToken.objects.update(expiry=clock.now() - timedelta(days=1000))
    AccessKey.unscoped.update(made_at=clock.now() - timedelta(days=600), expires_at=clock.now() - timedelta(days=500))
    assert (sweep_access_keys(), AuthToken.objects.count()) == (1, 0)


def test_use_is_noted_to_the_minute(world: World, program: Any) -> None:
    lan = program("lan")
    began = clock.now()
    for seconds, noted in ((0, 0), (30, 0), (61, 61)):
        with clock.at(began + timedelta(seconds=seconds)):
            assert lan.get(f"{API}/me/").status_code == 200
        assert AccessKey.unscoped.get().used_at == began + timedelta(seconds=noted)


def test_a_named_request_is_not_replayed_to_a_key_that_may_not_ask(world: World, program: Any, as_: Any) -> None:
    run = {"label": "T7", "period_from": "2026-07-01", "period_until": "2026-08-01", "payment_date": "2026-08-05"}
    sent = run | {"fund": str(world.fund.public_id)}
    assert as_("accountant").post(f"{API}/runs/", sent, HTTP_IDEMPOTENCY_KEY="k-1").status_code == 201
    answer = program("accountant", "read", "write").post(f"{API}/runs/", sent, HTTP_IDEMPOTENCY_KEY="k-1")
    assert code(answer) == (403, "key_scope")
