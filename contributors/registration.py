"""People of a portal: applying, being accepted, accounts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.applications import check_application, check_birth_year, check_unit
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.invitations import take_one_use, unit_of
from contributors.models import (
    Account,
    Category,
    Consent,
    Contributor,
    ContributorState,
    Invitation,
    Membership,
    MessageKind,
    PenName,
    Unit,
)
from contributors.names import normal_phone, person_name, plain_text, search_key, sort_key
from contributors.own_units import require_for_person, require_for_unit, unit_id_of
from contributors.piece_messages import tell_applicant
from contributors.portals import require_open
from contributors.receipts import new_receipt, receipt_of
from contributors.workflow import Transition

S = ContributorState
TRANSITIONS: Mapping[str, Transition] = {
    "apply": Transition(frozenset({S.RECORDED, S.DECLINED}), S.APPLIED, "đăng ký", "contributor.register_other"),
    "accept": Transition(frozenset({S.APPLIED}), S.ACTIVE, "nhận", "contributor.decide"),
    "decline": Transition(frozenset({S.APPLIED}), S.DECLINED, "từ chối", "contributor.decide", needs_reason=True),
    "suspend": Transition(frozenset({S.ACTIVE}), S.SUSPENDED, "tạm ngừng", "contributor.decide", needs_reason=True),
    "resume": Transition(frozenset({S.SUSPENDED, S.LEFT}), S.ACTIVE, "nhận lại", "contributor.decide"),
    "leave": Transition(frozenset({S.ACTIVE, S.SUSPENDED}), S.LEFT, "cho thôi", "contributor.leave"),
}
TOLD_OF = {"accept": MessageKind.WELCOME, "decline": MessageKind.NOT_TAKEN}
PRESS_LOCK = 7302  # first key of the advisory lock under which one press of a form is worked on at a time
MOST_PEOPLE_PER_KEY = 20


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
    invitation: Invitation | None = None,
    client_key: uuid.UUID | None = None,
) -> Contributor:
    """Apply, for oneself or for somebody who has no phone of their own (`actor` is then recorded too).

    `consents` are (purpose, version of the text shown). The board decides. By an `invitation` the unit is that of
    the poster, and whoever was invited by name becomes an applicant on the row that others wrote. The same
    `client_key` again gives the same application. A phone that somebody else has is no matter.

    Raises the first of what `applications.wrong_in_application` finds, and `invitation_used_up`,
    `invitation_expired`, `invitation_revoked`.
    """
    for_other = actor.kind != "system" and account is None
    if invitation is not None:
        unit = unit_of(invitation) or unit
    if for_other:
        require_for_unit(actor, "contributor.register_other", unit.pk if unit else None)
    invited = invitation.contributor if invitation is not None else None
    check_application(
        full_name=invited.full_name if invited else full_name,
        phone=phone,
        unit=unit,
        consents=consents,
        pen_name=pen_name,
        birth_year=birth_year,
        alone=actor.kind == "system",
        named=invited is not None,
    )
    given = _Given(
        full_name=person_name(invited.full_name if invited else full_name),
        phone=normal_phone(phone) if phone else "",
        unit=unit,
        pen_name=plain_text(pen_name),
        birth_year=birth_year,
    )
    with transaction.atomic():
        receipt = new_receipt("CTV")
        if client_key is not None:
            receipt, known = _press(client_key, actor.portal_id, given)
            if known is not None:
                return known
        if invitation is not None:
            take_one_use(invitation)
        if invited is not None:
            person = _apply_named(actor=actor, person=invited, given=given, invitation=invitation, receipt=receipt)
        else:
            person = _write_person(
                actor=actor,
                given=given,
                category=category,
                state=ContributorState.APPLIED,
                account=account,
                invitation=invitation,
                receipt=receipt,
            )
        _applied(actor, person, consents, for_other=for_other)
    return person


def apply_again(
    *,
    actor: Actor,
    contributor: Contributor,
    consents: Sequence[tuple[str, str]],
    seen_version: int,
    phone: str = "",
    unit: Unit | None = None,
    pen_name: str = "",
    birth_year: int | None = None,
) -> Contributor:
    """Somebody whom others named, or who was not taken, applies; entered by the board or a focal person."""
    require_for_person(actor, "contributor.register_other", contributor)
    check_application(
        full_name=contributor.full_name,
        phone=phone,
        unit=unit,
        consents=consents,
        pen_name=pen_name,
        birth_year=birth_year,
    )
    given = _Given(
        full_name=contributor.full_name,
        phone=normal_phone(phone) if phone else "",
        unit=unit,
        pen_name=plain_text(pen_name),
        birth_year=birth_year,
    )
    with transaction.atomic():
        person = _apply_named(actor=actor, person=contributor, given=given, seen_version=seen_version)
        _applied(actor, person, consents, for_other=True)
    return person


def record_person(*, actor: Actor, full_name: str, unit: Unit | None = None) -> Contributor:
    """Someone named as author by others, not registered yet; pay for their work is held until they claim it."""
    require(actor, "contributor.record")
    with transaction.atomic():
        given = _Given(full_name=person_name(full_name), phone="", unit=unit)
        person = _write_person(actor=actor, given=given, state=ContributorState.RECORDED)
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
        given = _Given(person_name(full_name), normal_phone(phone), unit, plain_text(pen_name), birth_year)
        person = _write_person(
            actor=actor, given=given, category=category, state=ContributorState.ACTIVE, account=account
        )
        record_event(actor=actor, kind="contributor.founded", subject=person)
    return person


@dataclass(frozen=True, slots=True)
class _Given:
    """What is said of a person, in the form in which it is kept."""

    full_name: str
    phone: str
    unit: Unit | None = None
    pen_name: str = ""
    birth_year: int | None = None


def _write_person(
    *,
    actor: Actor,
    given: _Given,
    state: str,
    category: str = Category.VOLUNTEER,
    account: Account | None = None,
    invitation: Invitation | None = None,
    receipt: str = "",
) -> Contributor:
    check_birth_year(given.birth_year)
    check_unit(given.unit)
    try:
        with transaction.atomic():
            person = Contributor.objects.create(
                portal_id=actor.portal_id,
                receipt_number=receipt or new_receipt("CTV"),
                account=account,
                full_name=given.full_name,
                sort_key=sort_key(given.full_name),
                search_key=search_key(given.full_name),
                phone=given.phone,
                birth_year=given.birth_year,
                category=category,
                state=state,
                state_since=clock.now(),
                registered_by_id=actor.account_id,
                invitation=invitation,
            )
    except IntegrityError:
        raise DomainError("already_has_account", field="phone") from None
    _place(person, given)
    return person


def _place(person: Contributor, given: _Given) -> None:
    """The unit, where the person has none yet, and the pen name."""
    today = clock.today()
    if given.unit is not None and unit_id_of(person) is None:
        Membership.objects.create(portal_id=person.portal_id, contributor=person, unit=given.unit, effective_from=today)
    if given.pen_name and not person.pen_names.filter(name=given.pen_name, effective_until__isnull=True).exists():
        PenName.objects.create(
            portal_id=person.portal_id, contributor=person, name=given.pen_name, effective_from=today
        )


def _apply_named(
    *,
    actor: Actor,
    person: Contributor,
    given: _Given,
    invitation: Invitation | None = None,
    receipt: str = "",
    seen_version: int | None = None,
) -> Contributor:
    """The row that others wrote becomes an application; the name stays as it stands in published credits."""
    row = _locked(person, seen_version)
    _step(row, "apply")
    row.phone = given.phone or row.phone
    row.birth_year = given.birth_year or row.birth_year
    row.invitation = invitation or row.invitation
    row.registered_by_id = actor.account_id  # nobody, where they came by their own invitation
    row.receipt_number = receipt or row.receipt_number
    row.save()
    _place(row, given)
    return row


def _applied(actor: Actor, person: Contributor, consents: Sequence[tuple[str, str]], *, for_other: bool) -> None:
    require_open(actor.portal_id)
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
        for purpose, version in dict(consents).items()
    )
    record_event(
        actor=actor,
        kind="contributor.applied",
        subject=person,
        facts={"unit": unit_id_of(person), "for_other": for_other, "invitation": person.invitation_id},
        personal={"full_name": person.full_name, "phone": person.phone},
    )
    if for_other:
        tell_applicant(actor, person, MessageKind.REGISTERED)


def _press(client_key: uuid.UUID, portal_id: int, given: _Given) -> tuple[str, Contributor | None]:
    """The receipt number of this press, and what an earlier press of the same form made.

    The number follows from the key, so the database itself knows the second press; a lock lets one press of a key
    work at a time. A page sent again for another person (or two keys with one number) takes the next number.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PRESS_LOCK, client_key.int % 2**31])
    for nth in range(MOST_PEOPLE_PER_KEY):
        receipt = receipt_of("CTV", f"{portal_id} {client_key} {nth}")
        known = Contributor.unscoped.filter(receipt_number=receipt).first()  # numbers belong to the installation
        if known is None:
            return receipt, None
        if (known.portal_id, known.full_name, known.phone) == (portal_id, given.full_name, given.phone):
            return receipt, known
    return new_receipt("CTV"), None


def decide_application(
    *, actor: Actor, contributor: Contributor, accept: bool, seen_version: int, reason: str = ""
) -> Contributor:
    """The board accepts or declines. Declining needs a reason that the applicant sees."""
    require(actor, "contributor.decide")
    action = "accept" if accept else "decline"
    return move_contributor(
        actor=actor, contributor=contributor, action=action, seen_version=seen_version, reason=reason
    )


def suspend_contributor(*, actor: Actor, contributor: Contributor, seen_version: int, reason: str) -> Contributor:
    require(actor, "contributor.decide")
    return move_contributor(
        actor=actor, contributor=contributor, action="suspend", seen_version=seen_version, reason=reason
    )


def move_contributor(
    *,
    actor: Actor,
    contributor: Contributor,
    action: str,
    seen_version: int,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Contributor:
    """Change a person's state by the table and write the event. The verb that calls has asked for the right."""
    transition = TRANSITIONS[action]
    said = plain_text(reason)[:500]
    if transition.needs_reason and not said:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        person = _locked(contributor, seen_version)
        _step(person, action, said)
        person.save(update_fields=["state", "state_since", "state_reason", "version"])
        record_event(
            actor=actor,
            kind=f"contributor.{action}",
            subject=person,
            facts={"state": person.state, **(facts or {})},
        )
        if action in TOLD_OF:
            tell_applicant(actor, person, TOLD_OF[action])
    return person


def _locked(person: Contributor, seen_version: int | None) -> Contributor:
    """The row, locked and read again. Raises `stale_version` if it is not the version that the person saw."""
    row: Contributor = Contributor.objects.select_for_update().get(pk=person.pk)
    if seen_version is not None and row.version != seen_version:
        raise DomainError("stale_version")
    return row


def _step(person: Contributor, action: str, said: str = "") -> None:
    """Set the state that follows. Raises `wrong_state`; a row merged into another one goes nowhere."""
    transition = TRANSITIONS[action]
    if person.state not in transition.sources or person.merged_into_id is not None:
        raise DomainError("wrong_state", state=person.get_state_display(), action=transition.word)
    person.state = transition.target
    person.state_since = clock.now()
    person.state_reason = said
    person.version += 1
