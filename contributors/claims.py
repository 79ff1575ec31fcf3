"""“Người được nêu tên ấy là tôi”: somebody says that a person whom others named is they.

Accepting moves money too, so it is decided in `payments.claims`.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.applications import recorded_like
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Claim, ClaimState, Contributor, ContributorState
from contributors.names import plain_text
from contributors.own_units import require_for_person, units_within

CLAIMING = frozenset({ContributorState.APPLIED, ContributorState.ACTIVE, ContributorState.SUSPENDED})


def propose_claim(*, actor: Actor, contributor: Contributor, recorded: Contributor) -> Claim:
    """By the active person themselves, or for them by the board or a focal person. Claiming twice is one claim.

    Oneself may claim only what one is shown: people with a name like one's own. Raises `claim_needs_person`,
    `claim_not_recorded`, `not_found`.
    """
    own = actor.contributor_id == contributor.pk
    if not own:
        require_for_person(actor, "contributor.register_other", contributor)
    if own and not recorded_like(contributor).filter(pk=recorded.pk).exists():
        raise DomainError("not_found")
    with transaction.atomic():
        claimant, named = _locked(contributor, recorded)
        if claimant.merged_into_id is not None or claimant.state not in (
            {ContributorState.ACTIVE} if own else CLAIMING
        ):
            raise DomainError("claim_needs_person", field="contributor")
        if named.state != ContributorState.RECORDED or named.merged_into_id is not None:
            raise DomainError("claim_not_recorded", field="recorded")
        known = Claim.objects.filter(contributor=claimant, recorded=named, state=ClaimState.PENDING).first()
        if known is not None:
            return known
        claim = Claim.objects.create(
            portal_id=actor.portal_id,
            contributor=claimant,
            recorded=named,
            created_by_id=actor.account_id,
            created_at=clock.now(),
        )
        record_event(
            actor=actor,
            kind="claim.proposed",
            subject=claim,
            facts={"contributor": claimant.pk, "recorded": named.pk, "for_other": not own},
        )
    return claim


def claimable_by(person: Contributor) -> QuerySet[Contributor]:
    """People named by others who may be this active person, without those that they claim already or were refused."""
    if person.state != ContributorState.ACTIVE:
        return Contributor.objects.none()
    tried = Claim.objects.filter(contributor=person).values("recorded")
    return recorded_like(person).exclude(pk__in=tried)


def claims_of(person: Contributor) -> QuerySet[Claim]:
    """A person's own claims, newest first."""
    rows: QuerySet[Claim] = Claim.objects.filter(contributor=person).select_related("recorded", "decided_by")
    return rows.order_by("-created_at", "-pk")


def claims_seen_by(actor: Actor) -> QuerySet[Claim]:
    """Claims of the portal, those that wait first, oldest on top; a focal person sees those of their units."""
    require(actor, "contributor.see")
    rows: QuerySet[Claim] = Claim.objects.select_related("contributor", "recorded", "created_by", "decided_by")
    within = units_within(actor, "contributor.see")
    if within is not None:
        today = clock.today()
        rows = rows.filter(
            contributor__memberships__unit__in=within, contributor__memberships__effective_from__lte=today
        ).exclude(contributor__memberships__effective_until__lte=today)
    return rows.order_by("-state", "created_at", "pk")


def require_to_decide(actor: Actor, claim: Claim) -> None:
    """Head or deputy, but nobody on their own claim. Raises `not_allowed`, `own_claim`."""
    require(actor, "contributor.decide")
    if actor.contributor_id in {claim.contributor_id, claim.recorded_id}:
        raise DomainError("own_claim")


def answer_claim(*, actor: Actor, claim: Claim, accept: bool, seen_version: int, reason: str = "") -> Claim:
    """Write the answer in the running transaction; `payments.claims.decide_claim` merges and calls this.

    `seen_version` is that of the recorded person's row. Other claims on an accepted one end with it. Raises
    `claim_decided`, `stale_version`, `claim_not_recorded`, `reason_missing`.
    """
    require_to_decide(actor, claim)
    said = plain_text(reason)[:500]
    if not accept and not said:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        _, named = _locked(claim.contributor, claim.recorded)
        row = Claim.objects.select_for_update().get(pk=claim.pk)
        if row.state != ClaimState.PENDING:
            raise DomainError("claim_decided")
        if named.version != seen_version:
            raise DomainError("stale_version")
        if accept and (named.state != ContributorState.RECORDED or named.merged_into_id is not None):
            raise DomainError("claim_not_recorded", field="recorded")
        _answer(actor, row, ClaimState.ACCEPTED if accept else ClaimState.DECLINED, said)
        if accept:
            for other in Claim.objects.select_for_update().filter(recorded=named, state=ClaimState.PENDING):
                _answer(actor, other, ClaimState.DECLINED, "Đã nhận một người khác.")
    return row


def _answer(actor: Actor, claim: Claim, state: str, said: str) -> None:
    claim.state = state
    claim.reason = said
    claim.decided_by_id = actor.account_pk
    claim.decided_at = clock.now()
    claim.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record_event(
        actor=actor,
        kind=f"claim.{state}",
        subject=claim,
        facts={"contributor": claim.contributor_id, "recorded": claim.recorded_id},
    )


def _locked(claimant: Contributor, recorded: Contributor) -> tuple[Contributor, Contributor]:
    """Both rows, locked in the order of their ids as merges lock them. Raises `claim_not_recorded` for oneself."""
    if claimant.pk == recorded.pk:
        raise DomainError("claim_not_recorded", field="recorded")
    rows = {
        row.pk: row
        for row in Contributor.objects.select_for_update().filter(pk__in=[claimant.pk, recorded.pk]).order_by("pk")
    }
    if len(rows) < 2:  # noqa: PLR2004 - both
        raise DomainError("not_found")
    return rows[claimant.pk], rows[recorded.pk]
