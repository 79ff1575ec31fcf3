"""Whose proposal to move to another unit still waits for an answer."""

from __future__ import annotations

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, in_force
from contributors.correction import CORRECTED, PROPOSAL_ENDED, PROPOSED, RIGHT
from contributors.models import Contributor, Event, Membership, Unit
from contributors.own_units import units_within


def unit_proposals(actor: Actor) -> QuerySet[Event]:
    """The events of those that no later proposal, move or refusal of the same person answers.

    A focal person sees those of people of their units. `wanted` on each is the unit's key. Raises `not_allowed`.
    """
    require(actor, RIGHT)
    later = Event.objects.filter(
        subject_type="contributor",
        subject_id=OuterRef("subject_id"),
        pk__gt=OuterRef("pk"),
        kind__in=[CORRECTED, PROPOSED, PROPOSAL_ENDED],
    ).exclude(Q(kind=CORRECTED) & Q(facts__unit__isnull=True))
    people = Contributor.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    within = units_within(actor, RIGHT)
    if within is not None:
        theirs = Membership.objects.filter(in_force(clock.today()), unit_id__in=within).values("contributor_id")
        people = people.filter(pk__in=theirs)
    open_ones: QuerySet[Event] = Event.objects.filter(
        ~Exists(later), kind=PROPOSED, subject_type="contributor", subject_id__in=people.values("pk")
    )
    known = Unit.objects.filter(pk=OuterRef("wanted"))
    return open_ones.annotate(wanted=Cast(KT("facts__unit"), BigIntegerField())).filter(Exists(known))
