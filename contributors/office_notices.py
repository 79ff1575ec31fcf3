"""Messages to those who answer for money and machine, once each; not all are contributors, so an account has them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.models import Grant, OfficeNotice, Portal

MOST = 20


def holders_of(portal: Portal, capabilities: Iterable[str]) -> set[int]:
    """Accounts that hold one of the rights today, confirmed by a second person."""
    return set(
        Grant.unscoped.filter(
            in_force(clock.today(portal.time_zone)),
            portal=portal,
            capability__in=list(capabilities),
            confirmed_at__isnull=False,
        ).values_list("account_id", flat=True)
    )


def tell(
    *, portal: Portal, kind: str, key: str, accounts: Iterable[int | None], subject: models.Model, title: str = ""
) -> int:
    """One notice to each account, in the running transaction: it is seen only if the cause commits.

    Who was told of this `key` before is told nothing. Returns how many are new.
    """
    wanted = {account for account in accounts if account is not None}
    key = f"{kind}:{key}"
    known = set(OfficeNotice.unscoped.filter(portal=portal, key=key).values_list("account_id", flat=True))
    now = clock.now()
    OfficeNotice.unscoped.bulk_create(
        [
            OfficeNotice(
                portal=portal,
                account_id=account,
                kind=kind,
                key=key,
                subject_type=subject._meta.model_name or "",
                subject_id=subject.pk,
                title=title[:200],
                at=now,
            )
            for account in sorted(wanted - known)
        ],
        ignore_conflicts=True,
    )
    return len(wanted - known)


def notices_of(actor: Actor) -> list[OfficeNotice]:
    """Unread ones of the actor's account in this portal, newest first. One query."""
    if actor.account_id is None:
        return []
    return list(OfficeNotice.objects.filter(account_id=actor.account_id, read_at__isnull=True).order_by("-pk")[:MOST])


def read_office_notices(*, actor: Actor, notices: Iterable[OfficeNotice] | None = None) -> int:
    """The actor's own notices (these, or all) are read; returns how many."""
    mine = Q(account_id=actor.account_pk, read_at__isnull=True)
    if notices is not None:
        mine &= Q(pk__in=[notice.pk for notice in notices])
    return OfficeNotice.objects.filter(mine).update(read_at=clock.now())
