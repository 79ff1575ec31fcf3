"""Numbers of persons and banks: what opens a ciphertext and what does not, and changing the master key."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from django.utils import timezone

from payments import envelope, payees
from payments.models import DataKey, PayeeDetails

NUMBER = "089200000001"
OLD, NEW = "cu:" + "11" * 32, "moi:" + "22" * 32


def context(details: PayeeDetails, column: str) -> str:
    return f"payments_payeedetails.{column}:{details.contributor_id}:{details.version}"


@pytest.fixture
def details(world, settings):
    """Lan's details, under a master key of this test."""
    settings.BUTLANG_KEYS = [OLD]
    envelope._unwrapped.cache_clear()
    DataKey.objects.create(
        wrapped=envelope._seal(bytes.fromhex("11" * 32), bytes(range(32)), envelope.WRAP_CONTEXT),
        wrapped_by="cu",
        created_at=timezone.now(),
    )
    yield payees.enter_payee_details(
        actor=world.actor("lan"),
        contributor=world.people["lan"],
        legal_name="Nguyễn Thị Lan",
        personal_id=NUMBER,
        bank_bin="970405",
        bank_account="0071000123456",
    )
    envelope._unwrapped.cache_clear()


def rows() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM payments_payeedetails ORDER BY id")
        return cursor.fetchall()


def test_numbers_are_kept_as_ciphertext_and_opened_by_their_own_row(details):
    assert NUMBER.encode() not in bytes(details.personal_id)
    opened = envelope.decrypt(details.personal_id, key=details.data_key, context=context(details, "personal_id"))
    account = envelope.decrypt(details.bank_account, key=details.data_key, context=context(details, "bank_account"))
    assert (opened, account, details.personal_id_tail, details.bank_account_tail) == (
        NUMBER,
        "0071000123456",
        "0001",
        "3456",
    )
    assert payees.masked_id(details) == "•••••••• 0001"


@pytest.mark.parametrize("where", ["another person", "another version", "another column", "another key"])
def test_ciphertext_of_another_place_does_not_open(world, details, where):
    key, place = details.data_key, context(details, "personal_id")
    if where == "another person":
        place = place.replace(f":{details.contributor_id}:", f":{world.people['hoa'].pk}:")
    elif where == "another version":
        place = f"{place}0"
    elif where == "another column":
        place = context(details, "bank_account")
    else:
        wrapped = envelope._seal(bytes.fromhex("11" * 32), bytes(reversed(range(32))), envelope.WRAP_CONTEXT)
        key = DataKey(wrapped=wrapped, wrapped_by="cu")
    with pytest.raises(InvalidTag):
        envelope.decrypt(details.personal_id, key=key, context=place)


def test_one_changed_bit_does_not_open(details):
    for place in (0, envelope.NONCE, -1):
        spoiled = bytearray(details.personal_id)
        spoiled[place] ^= 1
        with pytest.raises(InvalidTag):
            envelope.decrypt(bytes(spoiled), key=details.data_key, context=context(details, "personal_id"))


def test_same_number_twice_is_two_ciphertexts_and_one_fingerprint(world, details):
    again = payees.enter_payee_details(
        actor=world.actor("hoa"), contributor=world.people["hoa"], legal_name="Lê Hoà", personal_id="0892 0000 0001"
    )
    assert bytes(again.personal_id) != bytes(details.personal_id)
    assert bytes(again.personal_id_hmac) == bytes(details.personal_id_hmac)
    assert envelope.fingerprint(NUMBER, purpose="bank account") != bytes(details.personal_id_hmac)


def test_rotation_rewraps_the_data_keys_and_touches_no_row(settings, details):
    before, codes = rows(), envelope.derived_key("verification")
    wrapped = {key.pk: bytes(key.wrapped) for key in DataKey.objects.filter(wrapped_by="cu")}
    assert len(wrapped) == 1
    settings.BUTLANG_KEYS = [NEW, *settings.BUTLANG_KEYS]
    DataKey.objects.exclude(wrapped_by="cu").update(wrapped_by="moi")  # keys of the session's own master key
    assert envelope.rewrap_data_keys() == 1
    assert rows() == before
    key = DataKey.objects.get(pk=next(iter(wrapped)))
    assert (key.wrapped_by, bytes(key.wrapped) != wrapped[key.pk]) == ("moi", True)
    assert envelope.rewrap_data_keys() == 0
    assert envelope.derived_key("verification") == codes
    envelope._unwrapped.cache_clear()
    fresh = PayeeDetails.objects.select_related("data_key").get(pk=details.pk)
    assert envelope.decrypt(fresh.personal_id, key=fresh.data_key, context=context(fresh, "personal_id")) == NUMBER


def test_after_rotation_the_old_master_key_is_not_needed_to_open(settings, details):
    settings.BUTLANG_KEYS = [NEW, OLD]
    DataKey.objects.exclude(wrapped_by="cu").update(wrapped_by="moi")
    envelope.rewrap_data_keys()
    settings.BUTLANG_KEYS = [NEW]
    envelope._unwrapped.cache_clear()
    fresh = PayeeDetails.objects.select_related("data_key").get(pk=details.pk)
    assert envelope.decrypt(fresh.personal_id, key=fresh.data_key, context=context(fresh, "personal_id")) == NUMBER


def test_new_version_replaces_the_current_one_and_keeps_the_old(world, details):
    again = payees.enter_payee_details(
        actor=world.actor("lan"), contributor=world.people["lan"], legal_name="Nguyễn Thị Lan", personal_id=NUMBER
    )
    found = PayeeDetails.objects.filter(contributor=world.people["lan"]).order_by("version")
    assert [(row.version, row.current) for row in found] == [(1, False), (2, False), (3, True)]
    assert again.pk == found.last().pk


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("089200000001", "089200000001"),
        ("0892 0000 0001", "089200000001"),
        ("0892-0000.0001", "089200000001"),
        ("8001234566", "8001234566"),
    ],
)
def test_personal_id_has_twelve_digits_or_ten_with_their_check_digit(typed, kept):
    assert payees.checked_personal_id(typed) == kept
