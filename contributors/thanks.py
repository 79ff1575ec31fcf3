"""A person's wish to be named in no thanks: neither on their own page, nor on papers, nor in public."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.merging import rows_of_person
from contributors.models import Contributor
from contributors.own_units import require_for_person

RIGHT = "contributor.correct"


def want_thanks(*, actor: Actor, contributor: Contributor, wanted: bool) -> Contributor:
    """Write the wish down: one's own, or as who may correct the person's details, on their word. Twice is once.

    Raises `not_allowed`, `person_erased`, `not_found`.
    """
    own = contributor.pk == actor.contributor_id
    if own:
        require(actor, RIGHT, own=True)
    else:
        require_for_person(actor, RIGHT, contributor)
    with transaction.atomic():
        row: Contributor | None = Contributor.objects.select_for_update().filter(pk=contributor.pk).first()
        if row is None or row.merged_into_id is not None:
            raise DomainError("not_found")
        if row.erased_at is not None:
            raise DomainError("person_erased")
        if thanks_wanted(row) == wanted:
            return row
        ids = rows_of_person(row.pk)
        # The wish of a row that was merged into this one is this person's, so both are answered.
        Contributor.objects.filter(pk__in=ids).update(thanks_off_since=None if wanted else clock.now())
        row.version += 1
        row.save(update_fields=["version"])
        record_event(actor=actor, kind="contributor.thanks", subject=row, facts={"wanted": wanted, "own": own})
        row.refresh_from_db()
    return row


def thanks_wanted(contributor: Contributor) -> bool:
    """Whether the person may be thanked by name. One query."""
    rows = Contributor.objects.filter(Q(pk=contributor.pk) | Q(merged_into=contributor.pk))
    return not rows.filter(thanks_off_since__isnull=False).exists()
