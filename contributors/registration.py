"""People of a portal: joining, being accepted, accounts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    Account,
    Category,
    Consent,
    Contributor,
    ContributorState,
    Membership,
    PenName,
    Unit,
)
from contributors.names import normal_phone, person_name, plain_text, search_key, sort_key
from contributors.portals import unit_open_on
from contributors.workflow import Transition

S = ContributorState
TRANSITIONS: Mapping[str, Transition] = {
    "apply": Transition(frozenset({S.RECORDED, S.DECLINED}), S.APPLIED, "đăng ký", "contributor.register_other"),
    "accept": Transition(frozenset({S.APPLIED}), S.ACTIVE, "nhận", "contributor.decide"),
    "decline": Transition(frozenset({S.APPLIED}), S.DECLINED, "từ chối", "contributor.decide", needs_reason=True),
    "suspend": Transition(frozenset({S.ACTIVE}), S.SUSPENDED, "tạm ngừng", "contributor.decide", needs_reason=True),
    "resume": Transition(frozenset({S.SUSPENDED, S.LEFT}), S.ACTIVE, "nhận lại", "contributor.decide"),
    "leave": Transition(frozenset({S.ACTIVE, S.SUSPENDED}), S.LEFT, "cho thôi", "contributor.decide"),
}
OLDEST_AGE = 120


def new_receipt(prefix: str) -> str:
    """A short number to read out on the phone: no vowels, nothing that looks like another letter."""
    return f"{prefix}-{''.join(secrets.choice('23456789BCDFGHJKMNPQRSTVWXZ') for _ in range(8))}"


def open_account(*, login_phone: str, name: str, password: str | None) -> Account:
    """A login. Raises `phone_malformed`, `phone_has_account`."""
    phone = normal_phone(login_phone)
    try:
        with transaction.atomic():
            return Account.objects.create_user(login_phone=phone, password=password, name=person_name(name))
    except IntegrityError:
        raise DomainError("phone_has_account", field="phone") from None


def apply_to_join(
    *,
    actor: Actor,
    full_name: str,
    phone: str,
    unit: Unit | None,
    consents: Sequence[tuple[str, str]],
    pen_name: str = "",
    birth_year: int | None = None,
    category: str = Category.VOLUNTEER,
    account: Account | None = None,
) -> Contributor:
    """Apply, for oneself or for somebody who has no phone of their own (`actor` is then recorded too).

    `consents` are (purpose, version of the text shown). The board decides. Raises `consent_missing`,
    `unit_closed`, `phone_malformed`, `name_missing`, `birth_year_wrong`.
    """
    if actor.kind == "person" and account is None:
        require(actor, "contributor.register_other")
    if not consents:
        raise DomainError("consent_missing", field="consents")
    with transaction.atomic():
        person = _record_person(
            actor=actor,
            full_name=full_name,
            phone=normal_phone(phone) if phone else "",
            unit=unit,
            pen_name=pen_name,
            birth_year=birth_year,
            category=category,
            state=ContributorState.APPLIED,
            account=account,
        )
        now = clock.now()
        Consent.objects.bulk_create(
            Consent(
                portal_id=actor.portal_id,
                contributor=person,
                purpose=purpose,
                text_version=version,
                given=True,
                at=now,
                recorded_by_id=actor.account_id,
            )
            for purpose, version in consents
        )
        record_event(
            actor=actor,
            kind="contributor.applied",
            subject=person,
            facts={"unit": unit.pk if unit else None, "for_other": account is None},
            personal={"full_name": person.full_name, "phone": person.phone},
        )
    return person


def record_person(*, actor: Actor, full_name: str, unit: Unit | None = None) -> Contributor:
    """Someone named as author by others, not registered yet; pay for their work is held until they claim it."""
    require(actor, "contributor.record")
    with transaction.atomic():
        person = _record_person(actor=actor, full_name=full_name, phone="", unit=unit, state=ContributorState.RECORDED)
        record_event(
            actor=actor,
            kind="contributor.recorded",
            subject=person,
            personal={"full_name": person.full_name},
        )
    return person


def seat_founder(
    *,
    actor: Actor,
    full_name: str,
    phone: str,
    account: Account,
    category: str,
    birth_year: int | None = None,
    unit: Unit | None = None,
    pen_name: str = "",
) -> Contributor:
    """A member of the board named by the decision that set the portal up: active from the first day."""
    if actor.kind != "system":
        require(actor, "grant.give")
    with transaction.atomic():
        person = _record_person(
            actor=actor,
            full_name=full_name,
            phone=normal_phone(phone),
            unit=unit,
            pen_name=pen_name,
            birth_year=birth_year,
            category=category,
            state=ContributorState.ACTIVE,
            account=account,
        )
        record_event(actor=actor, kind="contributor.founded", subject=person)
    return person


def _record_person(
    *,
    actor: Actor,
    full_name: str,
    phone: str,
    unit: Unit | None,
    state: str,
    pen_name: str = "",
    birth_year: int | None = None,
    category: str = Category.VOLUNTEER,
    account: Account | None = None,
) -> Contributor:
    name = person_name(full_name)
    today = clock.today()
    if birth_year is not None and not today.year - OLDEST_AGE <= birth_year < today.year:
        raise DomainError("birth_year_wrong", field="birth_year")
    if unit is not None and not unit_open_on(unit, today):
        raise DomainError("unit_closed", field="unit")
    try:
        with transaction.atomic():
            person = Contributor.objects.create(
                portal_id=actor.portal_id,
                receipt_number=new_receipt("CTV"),
                account=account,
                full_name=name,
                sort_key=sort_key(name),
                search_key=search_key(name),
                phone=phone,
                birth_year=birth_year,
                category=category,
                state=state,
                state_since=clock.now(),
                registered_by_id=actor.account_id,
            )
    except IntegrityError:
        raise DomainError("already_has_account", field="phone") from None
    if unit is not None:
        Membership.objects.create(portal_id=actor.portal_id, contributor=person, unit=unit, effective_from=today)
    if pen_name:
        PenName.objects.create(
            portal_id=actor.portal_id, contributor=person, name=plain_text(pen_name), effective_from=today
        )
    return person


def decide_application(
    *, actor: Actor, contributor: Contributor, accept: bool, seen_version: int, reason: str = ""
) -> Contributor:
    """The board accepts or declines. Declining needs a reason that the applicant sees."""
    require(actor, "contributor.decide")
    action = "accept" if accept else "decline"
    return _move(actor=actor, contributor=contributor, action=action, seen_version=seen_version, reason=reason)


def suspend_contributor(*, actor: Actor, contributor: Contributor, seen_version: int, reason: str) -> Contributor:
    require(actor, "contributor.decide")
    return _move(actor=actor, contributor=contributor, action="suspend", seen_version=seen_version, reason=reason)


def _move(*, actor: Actor, contributor: Contributor, action: str, seen_version: int, reason: str) -> Contributor:
    transition = TRANSITIONS[action]
    said = plain_text(reason)[:500]
    if transition.needs_reason and not said:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        person = Contributor.objects.select_for_update().get(pk=contributor.pk)
        if person.version != seen_version:
            raise DomainError("stale_version")
        if person.state not in transition.sources:
            raise DomainError("wrong_state", state=person.get_state_display(), action=transition.word)
        person.state = transition.target
        person.state_since = clock.now()
        person.state_reason = said
        person.version += 1
        person.save(update_fields=["state", "state_since", "state_reason", "version"])
        record_event(actor=actor, kind=f"contributor.{action}", subject=person, facts={"state": person.state})
    return person
