"""Who is at the phone: the people of a phone number, passwords, accounts opened by those who prove themselves.

One phone serves couples and neighbours. So a phone number is never a person: whoever logs in proves something,
and chooses among those whom that proves. Nothing here tells a stranger which phones are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contributors import clock
from contributors.actors import PROVING_CAPABILITIES, PROVING_SEATS, Actor, actor_for, in_force
from contributors.attempts import count_attempt, forget_attempts, refuse_exhausted
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Account, Contributor, ContributorState, DeviceLogin, Grant, Seat

# Whoever the board has once taken; applicants wait, and people whom others named have not asked for a login.
MAY_ENTER = frozenset({ContributorState.ACTIVE, ContributorState.SUSPENDED, ContributorState.LEFT})
MOST_PEOPLE = 12  # of one phone: more hashes than that would be work for an attacker to order
MOST_OF_PHONE_AND_ADDRESS = (5, timedelta(minutes=15))
MOST_OF_PHONE = (60, timedelta(hours=1))
MOST_OF_ADDRESS = (300, timedelta(hours=1))  # a commune's office and mobile networks share one address


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a phone: a login, or a contributor who has none yet (then `account_id` is None)."""

    name: str
    portal: str
    account_id: int | None
    contributor_id: int | None

    @property
    def key(self) -> str:
        """What a form sends back to name the person."""
        return f"a{self.account_id}" if self.account_id is not None else f"c{self.contributor_id}"


def people_of_phone(phone: str) -> list[Person]:
    """Everybody who may log in by this phone (E.164), in the order of their names within portals.

    The phone in a contributor's row can be corrected by others. So it opens the login of somebody who decides about
    money or rights only where that login has no phone of its own.
    """
    found: dict[str, Person] = {}
    own = Account.objects.filter(login_phone=phone, is_active=True).first()
    if own is not None:
        found[f"a{own.pk}"] = Person(own.name, "", own.pk, None)
    rows = (
        Contributor.unscoped.filter(phone=phone, merged_into__isnull=True)
        .select_related("account", "portal")
        .order_by("sort_key", "pk")[:MOST_PEOPLE]
    )
    for row in rows:
        account = row.account
        if account is None:
            if row.state in MAY_ENTER:
                found[f"c{row.pk}"] = Person(row.full_name, row.portal.name, None, row.pk)
        elif account.is_active and (account.login_phone in {None, phone} or not deciding_portals(account.pk)):
            found.setdefault(f"a{account.pk}", Person(account.name, row.portal.name, account.pk, row.pk))
    return list(found.values())


def deciding_portals(account_id: int) -> set[int]:
    """Ids of the portals in which the account decides about money or rights today."""
    today = clock.today()
    seats = Seat.unscoped.filter(
        in_force(today),
        seat__in=PROVING_SEATS,
        contributor__account_id=account_id,
        contributor__merged_into__isnull=True,
    )
    grants = Grant.unscoped.filter(
        in_force(today), account_id=account_id, capability__in=PROVING_CAPABILITIES, confirmed_at__isnull=False
    )
    return {*seats.values_list("portal_id", flat=True), *grants.values_list("portal_id", flat=True)}


def login_by_password(*, phone: str, password: str, address: str) -> list[Account]:
    """The accounts of a phone (E.164) whose password this is: one, or several who chose the same and share a phone.

    Counted before anything is compared, so that many at once are no more than one after the other. Raises
    `login_refused`, the same for an unknown phone, a wrong password and a closed account, and `too_many_attempts`.
    """
    for kind, what, most, within in _limits(phone, address):
        count_attempt(kind=kind, what=what, most=most, within=within)
    matched = _accounts_with(phone, password)
    if not matched:
        raise DomainError("login_refused")
    forget_attempts(kind="password", what=f"{phone} {address}")
    return matched


def verify_password(*, phone: str, password: str, address: str) -> Account:
    """The one account of a phone with this password, for callers that send it with every request.

    Only failures are counted (each of them), and nothing is written for a right password. Raises `login_refused`,
    also where two people of a phone chose the same password, and `too_many_attempts`.
    """
    limits = _limits(phone, address)
    for kind, what, most, within in limits:
        refuse_exhausted(kind=kind, what=what, most=most, within=within)
    matched = _accounts_with(phone, password)
    if len(matched) == 1:
        return matched[0]
    for kind, what, most, within in limits:
        count_attempt(kind=kind, what=what, most=most, within=within)
    raise DomainError("login_refused")


def _limits(phone: str, address: str) -> list[tuple[str, str, int, timedelta]]:
    return [
        ("password", f"{phone} {address}", *MOST_OF_PHONE_AND_ADDRESS),
        ("password.phone", phone, *MOST_OF_PHONE),
        ("password.address", address, *MOST_OF_ADDRESS),
    ]


def _accounts_with(phone: str, password: str) -> list[Account]:
    ids = [person.account_id for person in people_of_phone(phone) if person.account_id is not None]
    accounts = list(Account.objects.filter(pk__in=ids, is_active=True).order_by("pk")) if ids else []
    if not accounts:
        make_password(password)  # an unknown phone takes as long as a known one
    return [account for account in accounts if account.check_password(password)]


def account_of(*, person: Person, phone: str = "", purpose: str = "login") -> Account:
    """The login of somebody who has proven to be this person; opened now if there is none yet.

    `phone` (E.164) is what they log in by; it becomes the login's own unless another login has it. Raises
    `login_refused` if the login was closed meanwhile.
    """
    if person.account_id is not None:
        account = Account.objects.filter(pk=person.account_id, is_active=True).first()
        if account is None:
            raise DomainError("login_refused")
        return account
    with transaction.atomic():
        row = Contributor.unscoped.select_for_update().filter(pk=person.contributor_id or 0).first()
        if row is None or row.merged_into_id is not None or row.state not in MAY_ENTER:
            raise DomainError("login_refused")
        if row.account_id is None:
            row.account = _open(phone or row.phone, row.full_name)
            row.save(update_fields=["account"])
            record_event(
                actor=actor_for(row.account, row.portal),
                kind="account.opened",
                subject=row,
                facts={"purpose": purpose, "registered_by": row.registered_by_id},
            )
        account = Account.objects.get(pk=row.account_id or 0)
    if not account.is_active:
        raise DomainError("login_refused")
    return account


def _open(phone: str, name: str) -> Account:
    """Without a phone of its own where the phone belongs to another login: the second person of a shared phone."""
    if phone:
        try:
            with transaction.atomic():
                return Account.objects.create_user(login_phone=phone, password=None, name=name)
        except IntegrityError:
            pass
    return Account.objects.create_user(login_phone=None, password=None, name=name)


def change_password(
    *, actor: Actor, new: str, old: str = "", address: str = "", keep_device: int | None = None
) -> Account:
    """One's own password, or a first one; `old` is asked where there is one. Other sessions and devices end.

    `keep_device` is the DeviceLogin that stays known. Raises `password_wrong`, `password_short`, `password_common`,
    `too_many_attempts`.
    """
    account = Account.objects.get(pk=actor.account_pk)
    if account.has_usable_password():
        count_attempt(kind="password.old", what=f"{account.pk} {address}", most=10, within=timedelta(minutes=15))
        if not account.check_password(old):
            raise DomainError("password_wrong", field="old")
        forget_attempts(kind="password.old", what=f"{account.pk} {address}")
    check_new_password(new, account)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account.pk)
        account.set_password(new)
        account.save(update_fields=["password"])
        DeviceLogin.objects.filter(account=account).exclude(pk=keep_device or 0).delete()
        record_event(actor=actor, kind="password.changed", subject=account)
    return account


def check_new_password(new: str, account: Account) -> None:
    """Raises `password_short`, `password_common`."""
    try:
        validate_password(new, account)
    except ValidationError as refused:
        codes = {problem.code for problem in refused.error_list}
        if "password_too_short" in codes:
            raise DomainError("password_short", field="new", least=LEAST_LETTERS) from None
        raise DomainError("password_common", field="new") from None


LEAST_LETTERS = 8  # what Django's MinimumLengthValidator asks unless told otherwise
