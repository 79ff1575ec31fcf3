"""Answering a claim: accepting it merges the recorded row, with its money, into the claimant."""

from __future__ import annotations

from django.db import transaction

from contributors.access import require_proof
from contributors.actors import Actor
from contributors.claims import answer_claim, require_to_decide
from contributors.models import Claim
from payments.merging import merge_people


def decide_claim(*, actor: Actor, claim: Claim, accept: bool, seen_version: int, reason: str = "") -> Claim:
    """Head or deputy, never on their own claim. Declining needs a reason that the claimant sees.

    `seen_version` is that of the recorded person's row, as the page showed it. Accepting moves what was held for
    the recorded person, so it asks for the second factor and for whatever `merge_people` asks for. Raises
    `claim_decided`, `stale_version`, `claim_not_recorded`, `own_claim`, `reason_missing`, and what a merge refuses.
    """
    require_to_decide(actor, claim)
    if accept:
        require_proof(actor)
    with transaction.atomic():
        answered = answer_claim(actor=actor, claim=claim, accept=accept, seen_version=seen_version, reason=reason)
        if accept:
            merge_people(
                actor=actor,
                survivor=answered.contributor,
                merged=answered.recorded,
                reason=answered.reason or "Nhận bài đã nêu tên",
            )
    return answered
