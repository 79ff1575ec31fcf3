"""PINs on one's own phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from contributors import devices
from contributors.errors import DomainError
from contributors.models import Account, Device, DeviceLogin
from tests.contributors.logins import as_new

PIN = "730915"


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(cell):
    with as_new(cell) as made:
        yield made


def refused(call, code: str) -> DomainError:
    with pytest.raises(DomainError) as error:
        call()
    assert error.value.code == code
    return error.value


@pytest.fixture
def lan(world):
    """Lan's phone with her PIN."""
    known = devices.remember_device(token="", account=world.accounts["lan"], label="Chrome, Android")
    devices.choose_pin(actor=world.actor("lan"), login=known.login, pin=PIN)
    return known


def test_pin_unlocks_on_its_own_device_and_is_kept_hashed(world, lan):
    assert devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin=PIN).login.account == world.accounts["lan"]
    row = DeviceLogin.objects.get()
    assert PIN not in row.pin
    assert lan.token.encode() not in bytes(Device.objects.get().token_hash)


def test_pin_is_nothing_on_another_device(world, lan):
    other = devices.remember_device(token="", account=world.accounts["hoa"])
    for token in (other.token, "", "đoán-mò"):
        refused(lambda token=token: devices.enter_by_pin(token=token, login_id=lan.login.pk, pin=PIN), "device_unknown")


def test_pin_couple_has_one_each_on_one_phone(world, lan):
    hoa = devices.remember_device(token=lan.token, account=world.accounts["hoa"])
    devices.choose_pin(actor=world.actor("hoa"), login=hoa.login, pin="481627")
    assert hoa.token == lan.token
    assert {row.account.name for row in devices.people_on(lan.token)} == {"Nguyễn Thị Lan", "Lê Hoà"}
    refused(lambda: devices.enter_by_pin(token=lan.token, login_id=hoa.login.pk, pin=PIN), "pin_wrong")
    assert devices.enter_by_pin(token=lan.token, login_id=hoa.login.pk, pin="481627").login == hoa.login


@pytest.mark.parametrize(
    "pin",
    ["000000", "777777", "123456", "654321", "890123", "210987", "121212", "123123", "112233"],
)
def test_pin_easy_to_guess_is_refused(world, lan, pin):
    refused(lambda: devices.choose_pin(actor=world.actor("lan"), login=lan.login, pin=pin), "pin_easy")


def test_pin_end_of_the_phone_number_is_refused(world, lan):
    Account.objects.filter(pk=world.accounts["lan"].pk).update(login_phone="+84912583046")
    refused(lambda: devices.choose_pin(actor=world.actor("lan"), login=lan.login, pin="583046"), "pin_easy")


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12a456", "７３０９１５"])
def test_pin_malformed_is_refused(world, lan, pin):
    refused(lambda: devices.choose_pin(actor=world.actor("lan"), login=lan.login, pin=pin), "pin_malformed")


def test_pin_of_a_device_that_is_not_theirs_is_refused(world, lan):
    refused(lambda: devices.choose_pin(actor=world.actor("hoa"), login=lan.login, pin=PIN), "device_unknown")


def test_pin_locks_after_five_wrong_ones_until_a_proof(world, lan):
    wrong = [
        refused(lambda: devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin="111112"), code)
        for code in ["pin_wrong"] * 4 + ["pin_locked"]
    ]
    assert [error.values.get("left") for error in wrong] == [4, 3, 2, 1, None]
    refused(lambda: devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin=PIN), "pin_locked")
    devices.remember_device(token=lan.token, account=world.accounts["lan"])
    assert devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin=PIN)


def test_pin_right_forgets_the_wrong_ones(world, lan):
    for _ in range(2):
        for _ in range(4):
            refused(lambda: devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin="111112"), "pin_wrong")
        devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin=PIN)


def test_device_is_known_for_ninety_days(world, lan):
    assert abs(DeviceLogin.objects.get().expires_at - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)
    DeviceLogin.objects.update(expires_at=timezone.now())
    refused(lambda: devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin=PIN), "device_unknown")
    assert not devices.still_known(lan.login.pk, world.accounts["lan"].pk)
    assert devices.people_on(lan.token) == []


def test_device_forgets_one_person_and_keeps_the_other(world, lan):
    hoa = devices.remember_device(token=lan.token, account=world.accounts["hoa"])
    devices.forget_on_device(token=lan.token, account=world.accounts["lan"])
    assert devices.people_on(lan.token) == []
    assert devices.still_known(hoa.login.pk, world.accounts["hoa"].pk)


def test_devices_elsewhere_are_forgotten(world, lan):
    devices.remember_device(token="", account=world.accounts["lan"])
    assert devices.forget_elsewhere(actor=world.actor("lan"), keep=lan.login.pk) == 1
    assert [row.pk for row in devices.devices_of(world.accounts["lan"])] == [lan.login.pk]


def test_closed_login_cannot_unlock(world, lan):
    Account.objects.filter(pk=world.accounts["lan"].pk).update(is_active=False)
    refused(lambda: devices.enter_by_pin(token=lan.token, login_id=lan.login.pk, pin=PIN), "device_unknown")


def test_devices_are_swept_when_nobody_is_known_on_them(world, lan):
    long_ago = timezone.now() - timedelta(days=91)
    assert devices.sweep_devices() == 0
    DeviceLogin.objects.update(expires_at=long_ago)
    Device.objects.update(seen_at=long_ago)
    assert devices.sweep_devices() == 2
    assert (Device.objects.count(), DeviceLogin.objects.count()) == (0, 0)
