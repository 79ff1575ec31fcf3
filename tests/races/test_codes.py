"""Ten at once: one code lets one in, and no attempt is lost. Real threads on PostgreSQL."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from contributors import clock, codes, devices, gateways, handing, identity, second_factor
from contributors.actors import actor_for
from contributors.attempts import count_attempt
from contributors.errors import DomainError
from contributors.models import Account, AttemptCount, Contributor, DeviceLogin, LoginCode
from tests.contributors.logins import other_than, totp

TEN = 10
ABREAST = 6  # fewer than the connections that a process keeps, so that all of them can stand still at once
HERE = "203.0.113.7"


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _one_moment():
    with clock.at(clock.now()):
        yield


def at_once(work, count: int = TEN) -> list:
    """`work(number)` in so many threads let go at one moment; a DomainError counts as its code."""
    start = threading.Barrier(count)
    moment = clock.now()

    def one(number: int):
        try:
            with clock.at(moment):
                start.wait(timeout=30)
                return work(number)
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


@pytest.fixture
def code(committed_world, monkeypatch) -> str:
    """A code that reached Lan's phone."""
    told: list[str] = []
    monkeypatch.setattr(gateways, "send_code", lambda **message: told.append(message["code"]))
    codes.request_code(phone=committed_world.people["lan"].phone, address=HERE)
    return told[0]


def test_codes_and_counts_when_ten_come_at_once(committed_world, code):
    phone = committed_world.people["lan"].phone

    def use(digits: str):
        return lambda number: codes.use_code(handle=phone, code=digits, address=f"{HERE}{number}")

    wrong = at_once(use(other_than(code)))
    assert wrong == ["code_wrong"] * TEN
    assert LoginCode.objects.get().attempts == codes.MOST_ATTEMPTS

    LoginCode.objects.update(attempts=0)
    outcomes = at_once(use(code))
    assert sum(isinstance(outcome, codes.Proof) for outcome in outcomes) == 1
    assert outcomes.count("code_wrong") == TEN - 1

    # The control: read, compared and marked in three steps, the code lets several in.
    LoginCode.objects.update(attempts=0, used_at=None)
    row = LoginCode.objects.get()
    together = threading.Barrier(ABREAST)

    def careless(_number: int) -> bool:
        read = LoginCode.objects.get(pk=row.pk)
        together.wait(timeout=30)
        right = read.used_at is None and bytes(read.code_hash) == codes.hash_of(read, code)
        LoginCode.objects.filter(pk=row.pk).update(used_at=clock.now())
        return right

    assert sum(at_once(careless, ABREAST)) == ABREAST

    # A link.
    handed = handing.hand_over_code(
        actor=committed_world.actor("head"), contributor=committed_world.people["hoa"], way="link"
    )
    linked = at_once(lambda number: handing.use_link(token=handed.secret, address=f"{HERE}{number}"))
    assert sum(isinstance(outcome, codes.Proof) for outcome in linked) == 1
    assert linked.count("link_spent") == TEN - 1

    # Wrong passwords.
    lan = committed_world.accounts["lan"]
    refused = Counter(
        at_once(lambda _: identity.login_by_password(phone=lan.login_phone, password="sai", address=HERE))
    )
    assert refused == {"login_refused": 5, "too_many_attempts": 5}
    AttemptCount.objects.all().delete()
    assert sorted(at_once(lambda _: count_attempt(kind="x", what="y", most=99, within=codes.LIVES))) == list(
        range(1, TEN + 1)
    )

    # PINs.
    known = devices.remember_device(token="", account=lan)
    devices.choose_pin(actor=committed_world.actor("lan"), login=known.login, pin="730915")
    tried = Counter(at_once(lambda _: devices.enter_by_pin(token=known.token, login_id=known.login.pk, pin="111112")))
    assert tried["pin_wrong"] + tried["pin_locked"] == TEN
    assert tried["pin_locked"] >= 6
    assert DeviceLogin.objects.get().failures == 5

    # One code of an application.
    head = committed_world.accounts["head"]
    new = second_factor.begin_totp(head)
    second_factor.confirm_totp(actor=actor_for(head, committed_world.portal), sealed=new.sealed, code=totp(new.secret))
    proofs = at_once(
        lambda _: second_factor.prove_by_code(account=head, code=totp(new.secret, 1)), second_factor.MOST_TRIES[0]
    )
    assert Counter(proofs) == {None: 1, "second_factor_wrong": 4}

    # Two of the same person take one login over.
    Contributor.objects.filter(pk=committed_world.people["hoa"].pk).update(account=None)
    person = identity.Person("Lê Hoà", "", None, committed_world.people["hoa"].pk)
    before = Account.objects.count()
    opened = at_once(lambda _: identity.account_of(person=person, phone="+84912000999").pk)
    assert len(set(opened)) == 1
    assert Account.objects.count() == before + 1
