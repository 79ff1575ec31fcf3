"""People of a phone, passwords and one-time codes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import TestCase
from django.utils import timezone

from contributors import codes, gateways, handing, identity, portals, registration, seats, second_factor
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.identity import MOST_OF_PHONE_AND_ADDRESS
from contributors.models import Account, AttemptCount, Contributor, ContributorState, Event, LoginCode
from contributors.scopes import portal_scope
from tests.contributors.logins import as_new, code_in, newest, other_than, totp
from tests.factories.world import OPENED, build_world, new_phone

PASSWORD = "con-trau-di-truoc"
HERE = "203.0.113.7"


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(cell):
    with as_new(cell) as made:
        yield made


@pytest.fixture
def sent(monkeypatch):
    """`sent(phone)`: ask for a code and give what reached that phone, "" for nothing."""
    told: list[dict] = []
    monkeypatch.setattr(gateways, "send_code", lambda **message: told.append(message))

    def ask(phone: str, address: str = HERE) -> str:
        told.clear()
        with TestCase.captureOnCommitCallbacks(execute=True):
            codes.request_code(phone=phone, address=address)
        return told[0]["code"] if told else ""

    return ask


def villager(world, name: str = "Trần Thị Sen", phone: str | None = None, **fields) -> Contributor:
    """An active contributor whom the head registered; no login."""
    row = registration.seat_founder(
        actor=system_actor(world.portal),
        full_name=name,
        phone=phone or new_phone(),
        account=None,
        category="volunteer",
        unit=world.unit,
    )
    Contributor.objects.filter(pk=row.pk).update(registered_by=world.accounts["head"], **fields)
    return Contributor.objects.get(pk=row.pk)


def refused(call, code: str) -> DomainError:
    with pytest.raises(DomainError) as error:
        call()
    assert error.value.code == code
    return error.value


def use(phone: str, code: str, address: str = HERE):
    return codes.use_code(handle=phone, code=code, address=address)


# People of a phone


def test_people_of_a_phone_are_its_login_and_the_contributors_who_share_it(world):
    lan = world.people["lan"]
    second = registration.seat_founder(
        actor=system_actor(world.portal),
        full_name="Bùi Văn Chung",
        phone=lan.phone,
        account=Account.objects.create_user(login_phone=None, name="Bùi Văn Chung"),
        category="volunteer",
    )
    third = villager(world, "Trần Thị Sen", lan.phone)
    villager(world, "Đã Gộp", lan.phone, merged_into=lan)
    villager(world, "Đang Chờ", lan.phone, state=ContributorState.APPLIED)
    people = identity.people_of_phone(lan.phone)
    assert [(person.name, person.key) for person in people] == [
        ("Nguyễn Thị Lan", f"a{lan.account_id}"),
        ("Bùi Văn Chung", f"a{second.account_id}"),
        ("Trần Thị Sen", f"c{third.pk}"),
    ]


def test_people_of_a_phone_leave_out_closed_logins(world):
    Account.objects.filter(pk=world.accounts["lan"].pk).update(is_active=False)
    assert identity.people_of_phone(world.people["lan"].phone) == []


@pytest.mark.parametrize(("name", "found"), [("lan", True), ("head", False)])
def test_people_of_a_phone_that_others_wrote_into_a_row(world, name, found):
    """Correcting a phone must not open the login of someone who decides."""
    Contributor.objects.filter(pk=world.people[name].pk).update(phone="+84911222333")
    assert bool(identity.people_of_phone("+84911222333")) is found


# Passwords


def test_password_of_one_of_two_who_share_a_phone(world):
    first, second = world.accounts["lan"], world.accounts["hoa"]
    Contributor.objects.filter(account=second).update(phone=first.login_phone)
    for account, password in ((first, PASSWORD), (second, "khác-hẳn-nhau")):
        account.set_password(password)
        account.save()
    found = identity.login_by_password(phone=first.login_phone, password="khác-hẳn-nhau", address=HERE)
    assert [account.pk for account in found] == [second.pk]


def test_password_that_two_of_a_phone_share_gives_both(world):
    first, second = world.accounts["lan"], world.accounts["hoa"]
    Contributor.objects.filter(account=second).update(phone=first.login_phone)
    for account in (first, second):
        account.set_password(PASSWORD)
        account.save()
    found = identity.login_by_password(phone=first.login_phone, password=PASSWORD, address=HERE)
    assert {account.pk for account in found} == {first.pk, second.pk}
    refused(lambda: identity.verify_password(phone=first.login_phone, password=PASSWORD, address=HERE), "login_refused")


def test_password_tries_are_counted_until_none_is_left(world):
    account = world.accounts["lan"]
    account.set_password(PASSWORD)
    account.save()
    most = MOST_OF_PHONE_AND_ADDRESS[0]
    for _ in range(most):
        refused(
            lambda: identity.login_by_password(phone=account.login_phone, password="sai", address=HERE),
            "login_refused",
        )
    for call in (identity.login_by_password, identity.verify_password):
        error = refused(
            lambda call=call: call(phone=account.login_phone, password=PASSWORD, address=HERE), "too_many_attempts"
        )
        assert error.values["minutes"] == 15
    assert identity.login_by_password(phone=account.login_phone, password=PASSWORD, address="203.0.113.8")


def test_password_right_with_every_request_writes_nothing(world):
    account = world.accounts["lan"]
    account.set_password(PASSWORD)
    account.save()
    for _ in range(12):
        assert identity.verify_password(phone=account.login_phone, password=PASSWORD, address=HERE) == account
    assert AttemptCount.objects.count() == 0


def test_password_guessing_by_many_addresses_ends_too(world, monkeypatch):
    monkeypatch.setattr(identity, "MOST_OF_PHONE", (3, timedelta(hours=1)))
    phone = world.accounts["lan"].login_phone
    for number in range(3):
        refused(
            lambda number=number: identity.login_by_password(
                phone=phone, password="sai", address=f"203.0.113.{number}"
            ),
            "login_refused",
        )
    refused(
        lambda: identity.login_by_password(phone=phone, password="sai", address="203.0.113.99"), "too_many_attempts"
    )


def test_password_is_changed_with_the_old_one_and_other_devices_end(world):
    from contributors import devices

    account = world.accounts["lan"]
    here = devices.remember_device(token="", account=account).login
    devices.remember_device(token="", account=account)
    identity.change_password(actor=world.actor("lan"), new=PASSWORD, keep_device=here.pk)
    assert [row.pk for row in devices.devices_of(account)] == [here.pk]
    actor = world.actor("lan")
    refused(lambda: identity.change_password(actor=actor, new="cày-sâu-cuốc-bẫm", old="sai"), "password_wrong")
    refused(lambda: identity.change_password(actor=actor, new="ngắn", old=PASSWORD), "password_short")
    refused(lambda: identity.change_password(actor=actor, new="password1", old=PASSWORD), "password_common")
    identity.change_password(actor=actor, new="cày-sâu-cuốc-bẫm", old=PASSWORD)
    account.refresh_from_db()
    assert account.check_password("cày-sâu-cuốc-bẫm")
    assert Event.objects.filter(kind="password.changed").count() == 2


# Codes asked for


def test_code_proves_the_phone_once(world, sent):
    phone = world.people["lan"].phone
    code = sent(phone)
    proof = use(phone, f" {code[:3]} {code[3:]} ")
    assert [person.account_id for person in proof.people] == [world.accounts["lan"].pk]
    refused(lambda: use(phone, code), "code_wrong")


def test_code_is_kept_as_a_hash_that_differs_by_row(world, sent, monkeypatch):
    monkeypatch.setattr(codes, "new_digits", lambda: "123456")
    for name in ("lan", "hoa"):
        assert sent(world.people[name].phone) == "123456"
    hashes = [bytes(row.code_hash) for row in LoginCode.objects.all()]
    assert len(set(hashes)) == 2
    assert not any(b"123456" in kept for kept in hashes)


def test_code_newest_ends_the_older(world, sent):
    phone = world.people["lan"].phone
    first, second = sent(phone), sent(phone)
    if first != second:
        refused(lambda: use(phone, first), "code_wrong")
    assert use(phone, second).people


def test_code_ends_after_ten_minutes(world, sent):
    phone = world.people["lan"].phone
    code = sent(phone)
    row = newest()
    assert row.expires_at - row.created_at == timedelta(minutes=10)
    LoginCode.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    refused(lambda: use(phone, code), "code_wrong")


def test_code_takes_five_attempts_and_not_the_right_one_after_them(world, sent):
    phone = world.people["lan"].phone
    code = sent(phone)
    for step in range(1, 6):
        refused(lambda step=step: use(phone, other_than(code, step)), "code_wrong")
    refused(lambda: use(phone, code), "code_wrong")
    assert newest().attempts == 5


def test_code_for_an_unknown_phone_is_the_same_but_nothing_is_sent(world, sent):
    known, unknown = world.people["lan"].phone, "+84987000111"
    assert (bool(sent(known)), sent(unknown)) == (True, "")
    rows = {row.phone: row for row in LoginCode.objects.all()}
    shown = [
        (row.purpose, row.channel, row.attempts, len(row.code_hash), row.expires_at - row.created_at)
        for row in (rows[known], rows[unknown])
    ]
    assert shown[0] == shown[1]
    refused(lambda: use(unknown, "123456"), "code_wrong")
    rows[unknown].refresh_from_db()
    assert rows[unknown].attempts == 1


@pytest.mark.parametrize("phone", ["known", "unknown"])
def test_code_requests_are_limited_alike(world, sent, phone):
    number = world.people["lan"].phone if phone == "known" else "+84987000111"
    for _ in range(3):
        sent(number)
    refused(lambda: sent(number, "203.0.113.50"), "too_many_attempts")


def test_code_requests_of_one_address_are_limited(world, sent, monkeypatch):
    monkeypatch.setattr(codes, "REQUESTS_OF_ADDRESS", (2, timedelta(hours=1)))
    for name in ("lan", "hoa"):
        sent(world.people[name].phone)
    refused(lambda: sent(world.people["head"].phone), "too_many_attempts")


def test_code_malformed_costs_no_attempt(world, sent):
    phone = world.people["lan"].phone
    sent(phone)
    for typed in ("", "12345", "1234567", "12345a", "１２３４５６"):
        refused(lambda typed=typed: use(phone, typed), "code_malformed")
    assert newest().attempts == 0


def test_code_of_a_shared_phone_offers_everybody_and_opens_a_login_for_whoever_has_none(world, sent):
    lan = world.people["lan"]
    newcomer = villager(world, "Trần Thị Sen", lan.phone)
    proof = use(lan.phone, sent(lan.phone))
    assert [person.name for person in proof.people] == ["Nguyễn Thị Lan", "Trần Thị Sen"]
    account = identity.account_of(person=proof.people[1], phone=proof.phone)
    newcomer.refresh_from_db()
    assert (newcomer.account_id, account.login_phone, account.name) == (account.pk, None, "Trần Thị Sen")
    assert not account.has_usable_password()
    assert identity.account_of(person=proof.people[1], phone=proof.phone) == account
    event = Event.objects.get(kind="account.opened")
    assert (event.subject_id, event.actor_account_id) == (newcomer.pk, account.pk)


def test_code_gives_the_first_person_of_a_phone_its_login(world, sent):
    person = villager(world)
    proof = use(person.phone, sent(person.phone))
    assert identity.account_of(person=proof.people[0], phone=proof.phone).login_phone == person.phone


# Codes handed over


def test_handed_digits_let_a_person_take_over_what_was_entered_for_them(world):
    person = villager(world)
    handed = handing.hand_over_code(actor=world.actor("deputy"), contributor=person, way="digits")
    assert (handed.purpose, len(handed.secret)) == ("take_over", 6)
    assert newest().expires_at - newest().created_at == timedelta(minutes=30)
    proof = use(person.phone, handed.secret)
    assert [one.contributor_id for one in proof.people] == [person.pk]
    account = identity.account_of(person=proof.people[0], phone=proof.phone, purpose=proof.purpose)
    person.refresh_from_db()
    assert (person.account, person.registered_by) == (account, world.accounts["head"])
    assert Event.objects.get(kind="account.opened").facts == {
        "purpose": "take_over",
        "registered_by": world.accounts["head"].pk,
    }
    refused(lambda: use(person.phone, handed.secret), "code_wrong")


def test_handed_digits_of_someone_without_a_phone_go_with_the_receipt_number(world):
    person = villager(world, phone=new_phone())
    Contributor.objects.filter(pk=person.pk).update(phone="", registered_by=None)
    handed = handing.hand_over_code(actor=world.actor("head"), contributor=person, way="digits")
    assert handed.purpose == "welcome"
    proof = use(person.receipt_number.lower(), handed.secret)
    assert identity.account_of(person=proof.people[0]).login_phone is None


def test_handed_link_is_looked_at_freely_and_used_once(world):
    person = world.people["lan"]
    handed = handing.hand_over_code(actor=world.actor("head"), contributor=person, way="link")
    assert newest().expires_at - newest().created_at == timedelta(hours=72)
    for _ in range(3):
        assert handing.look_at_link(token=handed.secret, address=HERE).contributor == person
    assert handing.use_link(token=handed.secret, address=HERE).people[0].account_id == world.accounts["lan"].pk
    for call in (handing.look_at_link, handing.use_link):
        refused(lambda call=call: call(token=handed.secret, address=HERE), "link_spent")
    refused(lambda: handing.use_link(token="không-có", address=HERE), "link_spent")


def test_handed_link_is_no_code_and_the_newest_ends_the_older(world):
    person, head = world.people["lan"], world.actor("head")
    first = handing.hand_over_code(actor=head, contributor=person, way="link")
    second = handing.hand_over_code(actor=head, contributor=person, way="digits")
    refused(lambda: handing.use_link(token=first.secret, address=HERE), "link_spent")
    refused(lambda: handing.use_link(token=second.secret, address=HERE), "link_spent")
    assert use(person.phone, second.secret).people


def test_handed_code_leaves_no_secret_in_the_log_of_events(world):
    handed = handing.hand_over_code(actor=world.actor("head"), contributor=world.people["lan"], way="link")
    event = Event.objects.get(kind="code.handed_over")
    assert event.facts == {"purpose": "login", "way": "link", "reset": False}
    assert handed.secret not in str(vars(event)) + str(vars(newest()))


def test_reset_ends_devices_pins_and_the_old_password(world):
    from contributors import devices

    account = world.accounts["lan"]
    account.set_password(PASSWORD)
    account.save()
    known = devices.remember_device(token="", account=account)
    devices.choose_pin(actor=world.actor("lan"), login=known.login, pin="730915")
    before = Account.objects.get(pk=account.pk).get_session_auth_hash()
    handing.hand_over_code(actor=world.actor("deputy"), contributor=world.people["lan"], way="digits", reset=True)
    account = Account.objects.get(pk=account.pk)
    assert (account.has_usable_password(), devices.people_on(known.token)) == (False, [])
    assert account.get_session_auth_hash() != before


def test_code_for_a_person_who_may_not_enter_is_refused(world):
    person = villager(world, state=ContributorState.RECORDED)
    refused(lambda: handing.hand_over_code(actor=world.actor("head"), contributor=person, way="link"), "wrong_state")


def focal(world, *units):
    """A focal person of these units."""
    account = registration.open_account(login_phone=new_phone(), name="Cao Văn Mối", password=None)
    for unit in units or (None,):
        seats.propose_grant(
            actor=system_actor(world.portal),
            account=account,
            capability="focal_person",
            effective_from=OPENED,
            decision_number="04/QĐ",
            unit=unit,
        )
    world.accounts["focal"] = account
    return world.actor("focal")


def test_focal_person_hands_codes_to_their_own_units_only(world):
    other = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Khác", opened=OPENED)
    person = villager(world)
    refused(lambda: handing.hand_over_code(actor=focal(world, other), contributor=person, way="digits"), "not_allowed")
    assert handing.hand_over_code(actor=focal(world, world.unit), contributor=person, way="digits").secret


@pytest.mark.parametrize("name", ["writer", "lan", "accountant"])
def test_nobody_else_hands_codes_over(world, name):
    person, actor = villager(world), world.actor(name)
    refused(lambda: handing.hand_over_code(actor=actor, contributor=person, way="digits"), "not_allowed")


@pytest.mark.parametrize(("name", "code"), [("deputy", "code_for_decider"), ("admin", None)])
def test_code_for_the_head_comes_from_an_admin_only(world, name, code):
    def hand():
        return handing.hand_over_code(actor=world.actor(name), contributor=world.people["head"], way="digits")

    if code is None:
        assert hand().secret
    else:
        refused(hand, code)


def test_code_for_somebody_who_decides_in_another_portal_comes_from_nobody_here(world):
    elsewhere = build_world("xa-khac")
    with portal_scope(elsewhere.portal):
        seats.propose_grant(
            actor=system_actor(elsewhere.portal),
            account=world.accounts["lan"],
            capability="accountant",
            effective_from=OPENED,
            decision_number="05/QĐ",
        )
    refused(
        lambda: handing.hand_over_code(actor=world.actor("admin"), contributor=world.people["lan"], way="digits"),
        "code_for_decider",
    )


def test_codes_of_long_ago_are_swept(world, sent):
    sent(world.people["lan"].phone)
    assert codes.sweep_codes() == 0
    LoginCode.objects.update(expires_at=timezone.now() - codes.KEPT - timedelta(minutes=1))
    assert codes.sweep_codes() == 1


# The operator of the server


def test_operator_reads_a_code_out_and_drops_a_lost_second_factor(world, capsys):
    from django.core.management import CommandError, call_command

    account = world.accounts["head"]
    new = second_factor.begin_totp(account)
    second_factor.confirm_totp(actor=world.actor("head"), sealed=new.sealed, code=totp(new.secret))
    call_command("restore_login", account.login_phone, "--drop-second-factor")
    code = code_in(capsys.readouterr().out.partition("phone:")[2])
    account.refresh_from_db()
    assert account.second_factor_since is None
    assert use(account.login_phone, code).people[0].account_id == account.pk
    for phone, *more in (("0987000111",), ("abc",), (account.login_phone, "--drop-second-factor")):
        with pytest.raises(CommandError):
            call_command("restore_login", phone, *more)
