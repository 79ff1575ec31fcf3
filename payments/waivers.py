"""Who accepts no fee: for one amount, for a run, or from a day on; agreed to in words that are kept by their version.

By the person themself, or recorded from a sheet that they signed and confirmed by a second person who has seen it.
What is waived is neither income nor debt: the line stays, with a deduction of the same amount beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import get_language

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.merging import through_merges
from contributors.models import Contributor
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import DraftLine, Run, RunState, Waiver, WaiverScope, WaiverWay
from payments.runs import BEFORE_APPROVAL, lock_run

FILE = Path(__file__).with_name("waiver_words.yaml")


@dataclass(frozen=True, slots=True)
class WaiverWords:
    """What a person agrees to, in both languages, and the version that is kept with their agreement."""

    version: str
    vi: str
    en: str

    @property
    def text(self) -> str:
        return self.en if (get_language() or "vi").startswith("en") else self.vi


@cache
def waiver_words() -> WaiverWords:
    with FILE.open(encoding="utf-8") as source:
        return WaiverWords(**yaml.safe_load(source))


def record_waiver(
    *,
    actor: Actor,
    contributor: Contributor,
    scope: str,
    run: Run | None = None,
    subject_key: str = "",
    effective_from: date | None = None,
    agreed: bool = False,
    sheet_signed_on: date | None = None,
) -> Waiver:
    """A person gives up one amount of a run, all of a run, or everything paid from a day on.

    Their own takes hold at once and needs `agreed`; for somebody else there is a sheet, and a second person confirms.
    Raises `waiver_scope_wrong`, `waiver_too_late`, `waiver_no_line`, `waiver_already`, `waiver_no_consent`,
    `waiver_day_past`, `sheet_day_missing`, `sheet_day_ahead`.
    """
    own = contributor.pk == actor.contributor_id
    require_money(actor, "waiver.write", own=own)
    if own and not agreed:
        raise PaymentError("waiver_no_consent", field="agreed")
    if not own:
        _check_sheet(sheet_signed_on)
    _check_scope(scope, run, subject_key, effective_from)
    now = clock.now()
    try:
        with transaction.atomic():
            person = Contributor.objects.select_for_update(no_key=True).filter(pk=contributor.pk).first()
            if person is None:
                raise DomainError("not_found")
            if run is not None:
                _check_run(lock_run(run, None), person, subject_key)
            row = Waiver.objects.create(
                portal_id=actor.portal_id,
                contributor=person,
                scope=scope,
                run=run,
                subject_key=subject_key,
                effective_from=effective_from if scope == WaiverScope.STANDING else None,
                way=WaiverWay.SELF if own else WaiverWay.SHEET,
                consent=waiver_words().version,
                sheet_signed_on=None if own else sheet_signed_on,
                recorded_by_id=actor.account_pk,
                recorded_at=now,
                confirmed_by_id=actor.account_pk if own else None,
                confirmed_at=now if own else None,
            )
            record_event(
                actor=actor,
                kind="waiver.recorded",
                subject=row,
                facts={"contributor": person.pk, "scope": scope, "own": own, "consent": row.consent},
            )
    except IntegrityError as refused:
        if "waiver_once" in str(refused) or "waiver_standing_no_overlap" in str(refused):
            raise PaymentError("waiver_already") from None
        raise
    return row


def confirm_waiver(*, actor: Actor, waiver: Waiver, seen_version: int) -> Waiver:
    """The second person has the signed sheet in hand.

    Raises `maker_is_checker`, `waiver_confirmed`, `waiver_over`, `waiver_too_late`, `stale_version`.
    """
    require_money(actor, "waiver.confirm")
    require_proof(actor)
    with transaction.atomic():
        row = _lock(waiver, seen_version)
        if row.withdrawn_at is not None:
            raise PaymentError("waiver_over")
        if row.confirmed_at is not None:
            raise PaymentError("waiver_confirmed")
        if row.recorded_by_id == actor.account_id:
            raise PaymentError("maker_is_checker")
        _check_before_approval(row)
        row.confirmed_by_id = actor.account_pk
        row.confirmed_at = clock.now()
        row.version += 1
        row.save()
        record_event(actor=actor, kind="waiver.confirmed", subject=row, facts={"contributor": row.contributor_id})
    return row


def withdraw_waiver(*, actor: Actor, waiver: Waiver, seen_version: int) -> Waiver:
    """The person accepts fees again: of a run that is not approved yet, or of everything that is paid from today on.

    Raises `waiver_over`, `waiver_too_late`, `stale_version`.
    """
    own = waiver.contributor_id == actor.contributor_id
    require_money(actor, "waiver.write", own=own)
    with transaction.atomic():
        row = _lock(waiver, seen_version)
        if row.withdrawn_at is not None:
            raise PaymentError("waiver_over")
        _check_before_approval(row)
        if row.effective_from is not None:
            row.effective_until = max(clock.today(), row.effective_from)
        row.withdrawn_by_id = actor.account_pk
        row.withdrawn_at = clock.now()
        row.version += 1
        row.save()
        record_event(
            actor=actor, kind="waiver.withdrawn", subject=row, facts={"contributor": row.contributor_id, "own": own}
        )
    return row


def waivers(actor: Actor) -> QuerySet[Waiver]:
    """All of a portal, newest first."""
    require_money(actor, "waiver.see")
    return _shown(Waiver.objects.all())


def waivers_of_person(contributor_id: int) -> QuerySet[Waiver]:
    """A person's own, newest first."""
    return _shown(Waiver.objects.filter(through_merges(contributor_id)))


def lines_to_waive(contributor_id: int) -> list[DraftLine]:
    """A person's amounts in runs that are computed and not approved: what can be waived by run, or one by one."""
    return list(
        DraftLine.objects.filter(
            contributor_id=contributor_id,
            amount__gt=0,
            generation=F("run__generation"),
            run__state__in=[RunState.COMPUTED, RunState.IN_REVIEW, RunState.CONFIRMED],
        )
        .select_related("run", "piece")
        .order_by("run__period_from", "pk")
    )


def _shown(rows: QuerySet[Waiver]) -> QuerySet[Waiver]:
    return rows.select_related("contributor", "run", "recorded_by", "confirmed_by").order_by("-pk")


def _check_sheet(signed_on: date | None) -> None:
    if signed_on is None:
        raise PaymentError("sheet_day_missing", field="sheet_signed_on")
    if signed_on > clock.today():
        raise PaymentError("sheet_day_ahead", field="sheet_signed_on")


def _check_scope(scope: str, run: Run | None, subject_key: str, effective_from: date | None) -> None:
    whole = {
        WaiverScope.STANDING: run is None and not subject_key and effective_from is not None,
        WaiverScope.RUN: run is not None and not subject_key,
        WaiverScope.LINE: run is not None and bool(subject_key),
    }
    if scope not in WaiverScope.values or not whole[WaiverScope(scope)]:
        raise PaymentError("waiver_scope_wrong", field="scope")
    if effective_from is not None and scope == WaiverScope.STANDING and effective_from < clock.today():
        raise PaymentError("waiver_day_past", field="effective_from")


def _check_run(run: Run, person: Contributor, subject_key: str) -> None:
    if run.state not in BEFORE_APPROVAL:
        raise PaymentError("waiver_too_late")
    if (
        subject_key
        and not DraftLine.objects.filter(
            run=run, generation=run.generation, contributor=person, subject_key=subject_key
        ).exists()
    ):
        raise PaymentError("waiver_no_line", field="subject_key")


def _check_before_approval(row: Waiver) -> None:
    if row.run is not None and lock_run(row.run, None).state not in BEFORE_APPROVAL:
        raise PaymentError("waiver_too_late")


def _lock(waiver: Waiver, seen_version: int) -> Waiver:
    row: Waiver | None = (
        Waiver.objects.select_for_update(of=("self",)).select_related("run").filter(pk=waiver.pk).first()
    )
    if row is None:
        raise DomainError("not_found")
    if row.version != seen_version:
        raise DomainError("stale_version", field="version")
    return row
