"""Code application, recovery codes and passkeys; codes are computed here by hand."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from contributors import clock, passkeys, second_factor
from contributors.actors import actor_for
from contributors.errors import DomainError
from contributors.models import Account, Event
from contributors.second_factor import begin_totp, confirm_totp, factors_of, prove_by_code, remove_factor
from tests.contributors.authenticator import SoftKey
from tests.contributors.logins import as_new, other_than, totp

HOST = "testserver"


@pytest.fixture
def world(cell):
    with as_new(cell) as made:
        yield made


@pytest.fixture
def head(world) -> Account:
    return world.accounts["head"]


def acting(world, name: str = "head", *, proved: bool = True):
    account = Account.objects.get(pk=world.accounts[name].pk)
    return actor_for(account, world.portal, proved_at=clock.now() if proved else None)


def refused(call, code: str) -> DomainError:
    with pytest.raises(DomainError) as error:
        call()
    assert error.value.code == code
    return error.value


@pytest.fixture
def set_up(world, head) -> tuple[str, list[str]]:
    """The head's code application: its secret and the recovery codes."""
    new = begin_totp(head)
    codes = confirm_totp(actor=acting(world), sealed=new.sealed, code=totp(new.secret))
    return new.secret, codes


def test_totp_matches_the_examples_of_the_standard():
    """RFC 6238, appendix B (SHA-1), the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for now, shown in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert second_factor.totp_at(secret, now // 30) == totp(secret, now=now) == shown


def test_totp_counts_only_once_a_code_was_given(world, head):
    new = begin_totp(head)
    assert not factors_of(head).any
    wrong = other_than(totp(new.secret), 7)
    refused(lambda: confirm_totp(actor=acting(world), sealed=new.sealed, code=wrong), "second_factor_wrong")
    assert (factors_of(head).any, acting(world, proved=False).proof) == (False, "not_needed")
    codes = confirm_totp(actor=acting(world), sealed=new.sealed, code=totp(new.secret))
    assert len(set(codes)) == 10
    assert factors_of(head).totp is not None
    assert (acting(world, proved=False).proof, acting(world).proof) == ("needed", "given")


def test_totp_secret_is_sealed_in_the_database(world, head, set_up):
    secret, codes = set_up
    kept = json.dumps([row.data for row in Authenticator.objects.filter(user=head)])
    assert secret not in kept
    assert not any(code.replace("-", "") in kept for code in codes)


def test_totp_secret_of_another_account_does_not_open(world, head):
    new = begin_totp(world.accounts["lan"])
    refused(lambda: confirm_totp(actor=acting(world), sealed=new.sealed, code=totp(new.secret)), "sealed_unreadable")


def test_totp_secret_outlives_a_new_first_key(world, head, set_up, settings):
    settings.BUTLANG_KEYS = [f"mới:{'cd' * 32}", *settings.BUTLANG_KEYS]
    prove_by_code(account=head, code=totp(set_up[0], 1))
    settings.BUTLANG_KEYS = settings.BUTLANG_KEYS[:1]
    refused(lambda: prove_by_code(account=head, code=totp(set_up[0], 1)), "sealed_unreadable")


def test_totp_code_is_not_taken_twice(world, head, set_up):
    secret, _ = set_up
    refused(lambda: prove_by_code(account=head, code=totp(secret)), "second_factor_wrong")
    prove_by_code(account=head, code=totp(secret, 1))
    refused(lambda: prove_by_code(account=head, code=totp(secret, 1)), "second_factor_wrong")
    refused(lambda: prove_by_code(account=head, code=totp(secret, 2)), "second_factor_wrong")


def test_totp_tries_are_limited(world, head, set_up):
    secret, _ = set_up
    for step in range(5):
        wrong = other_than(totp(secret, 1), step + 13)
        refused(lambda wrong=wrong: prove_by_code(account=head, code=wrong), "second_factor_wrong")
    refused(lambda: prove_by_code(account=head, code=totp(secret, 1)), "too_many_attempts")


def test_totp_second_one_is_refused(world, head, set_up):
    new = begin_totp(head)
    refused(
        lambda: confirm_totp(actor=acting(world, proved=False), sealed=new.sealed, code=totp(new.secret)),
        "second_factor_needed",
    )
    refused(lambda: confirm_totp(actor=acting(world), sealed=new.sealed, code=totp(new.secret)), "second_factor_exists")


def test_recovery_code_is_spent(world, head, set_up):
    _, codes = set_up
    prove_by_code(account=head, code=codes[3].lower())
    refused(lambda: prove_by_code(account=head, code=codes[3]), "second_factor_wrong")
    assert factors_of(head).recovery_left == 9


def test_recovery_codes_of_another_person_are_nothing(world, head, set_up):
    refused(lambda: prove_by_code(account=world.accounts["lan"], code=set_up[1][0]), "second_factor_wrong")


def test_recovery_codes_new_ones_end_the_old(world, head, set_up):
    refused(lambda: second_factor.renew_recovery_codes(actor=acting(world, proved=False)), "second_factor_needed")
    new = second_factor.renew_recovery_codes(actor=acting(world))
    refused(lambda: prove_by_code(account=head, code=set_up[1][0]), "second_factor_wrong")
    prove_by_code(account=head, code=new[0])


def test_recovery_codes_without_a_factor_are_refused(world):
    refused(lambda: second_factor.renew_recovery_codes(actor=acting(world)), "not_found")


def test_factor_is_removed_after_a_proof_and_the_recovery_codes_with_it(world, head, set_up):
    factor = factors_of(head).totp.id
    refused(lambda: remove_factor(actor=acting(world, proved=False), factor=factor), "second_factor_needed")
    refused(lambda: remove_factor(actor=acting(world, "lan"), factor=factor), "not_found")
    remove_factor(actor=acting(world), factor=factor)
    head.refresh_from_db()
    assert (head.second_factor_since, Authenticator.objects.filter(user=head).count()) == (None, 0)
    kinds = Event.objects.filter(kind__startswith="second_factor").order_by("pk").values_list("kind", "facts")
    assert list(kinds) == [
        ("second_factor.added", {"type": "totp"}),
        ("second_factor.removed", {"type": "totp"}),
    ]


def test_factor_is_dropped_by_the_operator(world, head, set_up):
    assert second_factor.drop_second_factor(account=head)
    assert acting(world, proved=False).proof == "not_needed"
    assert not second_factor.drop_second_factor(account=head)


# The day from which it is demanded


def test_demanded_day_is_set_by_an_admin_and_holds_for_those_who_decide(world):
    today = clock.today()
    set_from = second_factor.set_second_factor_from
    refused(lambda: set_from(actor=acting(world), portal=world.portal, day=today), "not_allowed")
    yesterday = today - timedelta(days=1)
    refused(lambda: set_from(actor=acting(world, "admin"), portal=world.portal, day=yesterday), "second_factor_day")
    set_from(actor=acting(world, "admin"), portal=world.portal, day=today)
    world.portal.refresh_from_db()
    names = ("head", "accountant", "holder", "admin", "deputy", "lan")
    assert {name: acting(world, name, proved=False).proof for name in names} == {
        "head": "needed",
        "accountant": "needed",
        "holder": "needed",
        "admin": "needed",
        "deputy": "not_needed",
        "lan": "not_needed",
    }
    refused(
        lambda: set_from(actor=acting(world, "admin", proved=False), portal=world.portal, day=None),
        "second_factor_needed",
    )
    set_from(actor=acting(world, "admin"), portal=world.portal, day=None)
    world.portal.refresh_from_db()
    assert world.portal.second_factor_from is None
    assert Event.objects.filter(kind="portal.second_factor").count() == 2


def test_setting_up_is_possible_when_it_is_demanded_already(world, head):
    second_factor.set_second_factor_from(actor=acting(world, "admin"), portal=world.portal, day=clock.today())
    world.portal.refresh_from_db()
    new = begin_totp(head)
    assert confirm_totp(actor=acting(world, proved=False), sealed=new.sealed, code=totp(new.secret))


# Passkeys


@pytest.fixture
def key(world, head) -> SoftKey:
    """A passkey of the head."""
    made = SoftKey()
    options, state = passkeys.begin_passkey(head, HOST)
    passkeys.add_passkey(actor=acting(world), host=HOST, state=state, answer=made.create(options), name="Điện thoại")
    return made


def prove(account, key: SoftKey, host: str = HOST) -> None:
    options, state = passkeys.begin_proof(account, host)
    passkeys.prove_by_passkey(account=account, host=host, state=state, answer=key.get(options))


def test_passkey_proves_again_and_again(world, head, key):
    found = factors_of(head)
    assert ([one.name for one in found.passkeys], found.recovery_left) == (["Điện thoại"], 10)
    prove(head, key)
    prove(head, key)
    assert acting(world, proved=False).proof == "needed"


def test_passkey_answer_of_an_earlier_question_is_refused(world, head, key):
    options, state = passkeys.begin_proof(head, HOST)
    answer = key.get(options)
    passkeys.prove_by_passkey(account=head, host=HOST, state=state, answer=answer)
    _, fresh = passkeys.begin_proof(head, HOST)
    for wrong in (state, fresh):
        refused(
            lambda wrong=wrong: passkeys.prove_by_passkey(account=head, host=HOST, state=wrong, answer=answer),
            "passkey_refused",
        )


def test_passkey_copied_is_seen_by_its_counter(world, head, key):
    prove(head, key)
    key.counter -= 1
    refused(lambda: prove(head, key), "passkey_refused")


@pytest.mark.parametrize("wrong", ["another key", "another origin", "another host", "nonsense", "long", "a list"])
def test_passkey_wrong_is_refused(world, head, key, wrong):
    options, state = passkeys.begin_proof(head, HOST)
    if wrong == "another origin":
        key.origin = "https://la.example"
    elif wrong == "another host":
        key.host = "la.example"
    answer = {
        "another key": lambda: SoftKey(id=key.id).get(options),
        "nonsense": lambda: '{"id": 1}',
        "long": lambda: " " * 30_000,
        "a list": lambda: "[]",
    }.get(wrong, lambda: key.get(options))()
    refused(lambda: passkeys.prove_by_passkey(account=head, host=HOST, state=state, answer=answer), "passkey_refused")


def test_passkey_of_another_person_is_refused(world, head, key):
    lan = world.accounts["lan"]
    assert passkeys.begin_proof(lan, HOST) is None
    _, state = passkeys.begin_proof(head, HOST)
    options, _ = passkeys.begin_proof(head, HOST)
    refused(
        lambda: passkeys.prove_by_passkey(account=lan, host=HOST, state=state, answer=key.get(options)),
        "passkey_refused",
    )


def test_passkey_made_for_another_question_is_not_kept(world, head):
    options, _ = passkeys.begin_passkey(head, HOST)
    _, other = passkeys.begin_passkey(head, HOST)
    answer = SoftKey().create(options)
    refused(
        lambda: passkeys.add_passkey(actor=acting(world), host=HOST, state=other, answer=answer, name=""),
        "passkey_refused",
    )
    assert not factors_of(head).any


def test_passkey_second_one_needs_a_proof(world, head, key):
    options, state = passkeys.begin_passkey(head, HOST)
    answer = SoftKey().create(options)

    def add(*, proved):
        return passkeys.add_passkey(
            actor=acting(world, proved=proved), host=HOST, state=state, answer=answer, name="Khoá USB"
        )

    refused(lambda: add(proved=False), "second_factor_needed")
    assert add(proved=True) == []
    refused(lambda: add(proved=True), "passkey_refused")


@pytest.mark.parametrize(
    ("host", "works"), [("butlang.example.vn", True), ("localhost", True), ("127.0.0.1", False), ("[::1]", False)]
)
def test_passkeys_work_at_names_only(host, works):
    assert passkeys.works_at(host) is works
