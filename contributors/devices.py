"""Phones that their owners called their own, the people known on each, and the PIN that unlocks there only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from contributors.actors import Actor
from contributors.attempts import count_attempt, forget_attempts
from contributors.codes import SIX_DIGITS
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Account, Device, DeviceLogin

KEPT = timedelta(days=90)
MOST_FAILURES = 5
LONGEST_LABEL = 100


@dataclass(frozen=True, slots=True)
class Known:
    """A device and a person on it. `token` belongs into the device's cookie."""

    token: str
    login: DeviceLogin


def remember_device(*, token: str, account: Account, label: str = "") -> Known:
    """Know a person on a device for 90 days more; the device keeps its token, or gets its first.

    Whoever proves themselves anew unlocks their PIN.
    """
    now = timezone.now()
    with transaction.atomic():
        device = Device.objects.filter(token_hash=_hash(token)).first() if token else None
        if device is None:
            token = secrets.token_urlsafe(32)
            device = Device.objects.create(
                token_hash=_hash(token), label=label[:LONGEST_LABEL], created_at=now, seen_at=now
            )
        else:
            Device.objects.filter(pk=device.pk).update(seen_at=now)
        login, _ = DeviceLogin.objects.update_or_create(
            device=device, account=account, defaults={"failures": 0, "expires_at": now + KEPT, "used_at": now}
        )
    return Known(token, login)


def people_on(token: str) -> list[DeviceLogin]:
    """Who can unlock by PIN on the device with this token, the last one first."""
    if not token:
        return []
    return list(
        _alive()
        .filter(device__token_hash=_hash(token), account__is_active=True)
        .exclude(pin="")
        .select_related("account")
        .order_by("-used_at")
    )


def devices_of(account: Account) -> list[DeviceLogin]:
    """Where a person is known, the last used first."""
    return list(_alive().filter(account=account).select_related("device").order_by("-used_at"))


def still_known(login_id: int, account_id: int) -> bool:
    """Whether a session that began on a device may go on: the person is still known there."""
    return _alive().filter(pk=login_id, account_id=account_id).exists()


def choose_pin(*, actor: Actor, login: DeviceLogin, pin: str) -> DeviceLogin:
    """The PIN of a person on one device. Raises `pin_malformed`, `pin_easy`, `device_unknown`."""
    account = Account.objects.get(pk=actor.account_pk)
    _check_pin(pin, account.login_phone or "")
    hashed = make_password(pin)
    with transaction.atomic():
        row = _alive().select_for_update().filter(pk=login.pk, account=account).first()
        if row is None:
            raise DomainError("device_unknown")
        row.pin = hashed
        row.failures = 0
        row.save(update_fields=["pin", "failures"])
        record_event(actor=actor, kind="pin.chosen", subject=account)
    return row


def enter_by_pin(*, token: str, login_id: int, pin: str) -> Known:
    """Unlock on a known device. Each attempt is counted before it is compared; call it outside of a transaction.

    Raises `device_unknown`, `pin_wrong` (with what is `left`) and `pin_locked`, which a code or password undoes.
    """
    row = next((known for known in people_on(token) if known.pk == login_id), None)
    if row is None:
        raise DomainError("device_unknown")
    with transaction.atomic():
        counted = DeviceLogin.objects.filter(pk=row.pk, failures__lt=MOST_FAILURES).update(failures=F("failures") + 1)
    if not counted:
        raise DomainError("pin_locked", field="pin", tries=MOST_FAILURES)
    if not check_password(pin.strip(), row.pin):
        row.refresh_from_db(fields=["failures"])
        left = MOST_FAILURES - row.failures
        if left <= 0:
            raise DomainError("pin_locked", field="pin", tries=MOST_FAILURES)
        raise DomainError("pin_wrong", field="pin", left=left)
    return remember_device(token=token, account=row.account)


def confirm_owner(*, account: Account, login_id: int | None, secret: str) -> None:
    """Whoever holds an open session shows that they are its person: by password, or by the PIN of this device.

    Raises `confirm_wrong` and `too_many_attempts`.
    """
    count_attempt(kind="confirm", what=str(account.pk), most=MOST_FAILURES, within=timedelta(minutes=15))
    row = _alive().filter(pk=login_id, account=account).exclude(pin="").first() if login_id is not None else None
    right = account.check_password(secret) or (row is not None and check_password(secret.strip(), row.pin))
    if not right:
        raise DomainError("confirm_wrong", field="secret")
    forget_attempts(kind="confirm", what=str(account.pk))


def forget_on_device(*, token: str, account: Account) -> None:
    """“Quên tôi trên máy này”: the person is not known there any more, and their sessions there end."""
    DeviceLogin.objects.filter(device__token_hash=_hash(token), account=account).delete()


def forget_elsewhere(*, actor: Actor, keep: int | None) -> int:
    """End what one has on all other devices; `keep` is the DeviceLogin of this one. Returns how many ended."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_pk)
        ended = DeviceLogin.objects.filter(account=account).exclude(pk=keep or 0).delete()[0]
        record_event(actor=actor, kind="devices.forgotten", subject=account, facts={"count": ended})
    return ended


def sweep_devices() -> int:
    """Drop people whose 90 days are over, and devices on which nobody is known; returns how many rows."""
    now = timezone.now()
    ended = DeviceLogin.objects.filter(expires_at__lte=now).delete()[0]
    # A day's grace: a device that was just made has nobody on it until its transaction commits.
    return ended + Device.objects.filter(logins=None, seen_at__lt=now - timedelta(days=1)).delete()[0]


def _check_pin(pin: str, phone: str) -> None:
    if not SIX_DIGITS.fullmatch(pin):
        raise DomainError("pin_malformed", field="pin")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    same_or_run = len(steps) == 1 and steps <= {0, 1, 9}
    repeated = pin == pin[:2] * 3 or pin == pin[:3] * 2
    pairs = all(pin[at] == pin[at + 1] for at in (0, 2, 4))
    if same_or_run or repeated or pairs or (phone and phone.endswith(pin)):
        raise DomainError("pin_easy", field="pin")


def _alive() -> QuerySet[DeviceLogin]:
    return DeviceLogin.objects.filter(expires_at__gt=timezone.now())


def _hash(token: str) -> bytes:
    return salted_hmac("contributors.devices", token, algorithm="sha256").digest()
