"""Withdrawing a consent, and giving one later. What was agreed to while joining stands in `registration`.

Rows are appended: the last one of a purpose holds. A withdrawal makes nothing wrong that was done before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from contributors import clock
from contributors.access import holds, require
from contributors.actors import Actor
from contributors.consents import JOINING, THANKS, ConsentText, consent_text, current_consents
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Consent, Contributor
from contributors.own_units import require_for_person

# What a withdrawal leads to, by purpose; doors have a sentence for each. Nothing of it happens by itself.
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "registration": ("leave", "erase"),
    "publication": ("asked_before_posting",),
    "payment": ("no_new_payout",),
    "thanks": ("not_thanked_in_public",),
}


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The row that says so, and what follows."""

    consent: Consent
    follows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One purpose as it stands: the text that was shown last (or would be shown now), and the last word on it."""

    text: ConsentText
    last: Consent | None

    @property
    def given(self) -> bool:
        return self.last is not None and self.last.given


def withdraw_consent(*, actor: Actor, contributor: Contributor, purpose: str) -> Withdrawn:
    """Take a consent back: one's own, or as administrator or focal person for who said so. No reason is asked.

    Raises `consent_not_given`, `not_allowed`.
    """
    if contributor.pk != actor.contributor_id:
        require_for_person(actor, "consent.withdraw", contributor)
    else:
        require(actor, "consent.withdraw", own=True)
    with transaction.atomic():
        person = _locked(contributor)
        last = _last(person, purpose)
        if last is None or not last.given:
            raise DomainError("consent_not_given", field="purpose")
        row = _append(actor, person, purpose, last.text_version, given=False)
    return Withdrawn(row, FOLLOWS.get(purpose, ()))


def give_consent(*, actor: Actor, contributor: Contributor, purpose: str, version: str) -> Consent:
    """Agree to a text later on, oneself or noted by who may register others. Twice is once.

    Raises `consent_unknown`, `not_allowed`.
    """
    if contributor.pk != actor.contributor_id:
        require_for_person(actor, "contributor.register_other", contributor)
    consent_text(version, purpose)
    with transaction.atomic():
        person = _locked(contributor)
        last = _last(person, purpose)
        if last is not None and last.given and last.text_version == version:
            return last
        return _append(actor, person, purpose, version, given=True)


def consents_standing(person: Contributor) -> list[Standing]:
    """Every purpose asked while joining or offered later, and every other on which the person once had a word. One
    query.
    """
    last: dict[str, Consent] = {}
    for row in Consent.objects.filter(contributor=person).order_by("at", "pk"):
        last[row.purpose] = row
    shown = [
        Standing(_text(last[text.purpose]) if text.purpose in last else text, last.get(text.purpose))
        for text in (*current_consents(JOINING), *current_consents(THANKS))
    ]
    purposes = {standing.text.purpose for standing in shown}
    return [*shown, *(Standing(_text(row), row) for purpose, row in last.items() if purpose not in purposes)]


def may_withdraw_for(actor: Actor) -> bool:
    """Whether the actor may note a withdrawal for somebody else."""
    return holds(actor, "consent.withdraw")


def _text(row: Consent) -> ConsentText:
    return consent_text(row.text_version, row.purpose)


def _locked(contributor: Contributor) -> Contributor:
    row: Contributor | None = Contributor.objects.select_for_update().filter(pk=contributor.pk).first()
    if row is None or row.merged_into_id is not None:
        raise DomainError("not_found")
    if row.erased_at is not None:
        raise DomainError("person_erased")
    return row


def _last(person: Contributor, purpose: str) -> Consent | None:
    row: Consent | None = Consent.objects.filter(contributor=person, purpose=purpose).order_by("-at", "-pk").first()
    return row


def _append(actor: Actor, person: Contributor, purpose: str, version: str, *, given: bool) -> Consent:
    row = Consent.objects.create(
        portal_id=actor.portal_id,
        contributor=person,
        purpose=purpose,
        text_version=version,
        given=given,
        at=clock.now(),
        recorded_by_id=actor.account_id,
    )
    record_event(
        actor=actor,
        kind="consent.given" if given else "consent.withdrawn",
        subject=person,
        facts={"purpose": purpose, "version": version, "own": person.pk == actor.contributor_id},
    )
    return row
