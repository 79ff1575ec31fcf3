"""Master keys come and go, data keys grow old: what opens before opens after, and nothing is found wrongly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments import envelope, payees
from payments.errors import PaymentError
from payments.key_rotation import Rotation, rotate_keys, search_key_fits
from payments.models import DataKey, PayeeDetails
from payments.payee_cipher import opened
from tests.factories.world import World, build_world

OLD, NEW = "cu:" + "11" * 32, "moi:" + "22" * 32
NUMBER, ACCOUNT = "089188900777", "0071000777888"


@pytest.fixture
def under_old(db, settings):
    """The world, its numbers encrypted under a master key of this test."""
    from contributors.scopes import portal_scope

    DataKey.objects.all().delete()
    settings.BUTLANG_KEYS = [OLD]
    envelope._unwrapped.cache_clear()
    made = build_world()
    with portal_scope(made.portal):
        enter(made)
        yield made
    envelope._unwrapped.cache_clear()


def enter(world: World, name: str = "lan") -> PayeeDetails:
    return payees.enter_payee_details(
        actor=world.actor(name),
        contributor=world.people[name],
        legal_name="Nguyễn Thị Lan",
        personal_id=NUMBER,
        bank_bin="970436",
        bank_account=ACCOUNT,
    )


def lans(world: World) -> tuple[str, str]:
    row = PayeeDetails.objects.select_related("data_key").get(contributor=world.people["lan"], current=True)
    return opened(row, "personal_id"), opened(row, "bank_account")


def ciphertexts() -> list[tuple[bytes, bytes]]:
    rows = PayeeDetails.objects.order_by("pk").values_list("personal_id", "bank_account")
    return [(bytes(number), bytes(account)) for number, account in rows]


def test_key_goes_out_of_use_in_two_rotations(under_old, settings, capsys):
    before = ciphertexts()
    settings.BUTLANG_KEYS = [NEW, OLD]
    assert rotate_keys() == Rotation(rewrapped=1, fingerprints=0, data_keys=1)
    settings.BUTLANG_KEYS = [NEW]
    envelope._unwrapped.cache_clear()
    assert lans(under_old) == (NUMBER, ACCOUNT)
    # The key that made the fingerprints is gone: nothing is entered, so that nothing is overlooked.
    assert not search_key_fits()
    with pytest.raises(PaymentError, match="search_key_gone"):
        enter(under_old, "hoa")
    call_command("rotate_keys")
    assert "1 data keys, 0 of them rewrapped by “moi”, 7 rows with new search fingerprints" in capsys.readouterr().out
    assert search_key_fits()
    assert ciphertexts() == before
    enter(under_old, "hoa")
    assert list(payees.people_with_same_id(under_old.people["lan"])) == [under_old.people["hoa"]]


def test_key_taken_out_too_early_is_named_and_nothing_changes(under_old, settings):
    settings.BUTLANG_KEYS = [NEW]
    envelope._unwrapped.cache_clear()
    before = list(DataKey.objects.values_list("wrapped", "wrapped_by"))
    with pytest.raises(CommandError, match="BUTLANG_KEYS lacks the key “cu”"):
        call_command("rotate_keys")
    with pytest.raises(PaymentError, match="master_key_missing"):
        lans(under_old)
    assert list(DataKey.objects.values_list("wrapped", "wrapped_by")) == before
    settings.BUTLANG_KEYS = [NEW, OLD]
    rotate_keys()
    assert lans(under_old) == (NUMBER, ACCOUNT)


def test_rotating_twice_does_nothing_the_second_time(under_old, settings):
    settings.BUTLANG_KEYS = [NEW, OLD]
    rotate_keys()
    assert rotate_keys() == Rotation(rewrapped=0, fingerprints=0, data_keys=1)


def test_data_key_of_a_year_is_followed_by_a_new_one(under_old):
    first = DataKey.objects.get()
    DataKey.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=359))
    assert envelope.current_data_key() == first
    DataKey.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=361))
    row = enter(under_old, "hoa")
    assert (DataKey.objects.count(), row.data_key_id != first.pk) == (2, True)
    assert lans(under_old) == (NUMBER, ACCOUNT)
    assert list(payees.people_with_same_id(under_old.people["lan"])) == [under_old.people["hoa"]]


def test_new_data_key_can_be_asked_for(under_old, capsys):
    call_command("rotate_keys", "--new-data-key")
    assert capsys.readouterr().out.startswith("2 data keys, 0 of them rewrapped")
    assert envelope.current_data_key().pk == DataKey.objects.latest("pk").pk
    assert lans(under_old) == (NUMBER, ACCOUNT)
