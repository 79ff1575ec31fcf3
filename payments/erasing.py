"""Erasing a person with their money's side, and the sweep of what has been kept long enough.

Payment details go at once where nothing was ever paid; else the versions by which money went stay as long as
accounting papers do. No door calls `contributors.erasure` itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Sum

from contributors import clock, erasure, retention
from contributors.access import require, require_proof
from contributors.actors import Actor
from contributors.erasure import ERASED_NAME, Kept
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.kept_media import drop_attachments
from contributors.merging import rows_of_person
from contributors.models import Contributor, Erasure, EventDetail, Portal
from contributors.retention import Due, rule_on
from payments.earnings import estimate_of
from payments.errors import PaymentError
from payments.inspection import packs
from payments.models import (
    BalanceEntry,
    DraftLine,
    Outcome,
    PayeeDetails,
    Payout,
    PayoutEvent,
    RunState,
    Statement,
    StatementState,
    TaxStatus,
)
from payments.unpaid import ended, waits_for_run

# A run in one of these may still pay by its draft.
LIVE = (RunState.OPEN, RunState.FROZEN, RunState.COMPUTED, RunState.IN_REVIEW, RunState.CONFIRMED, RunState.APPROVED)
EMPTY_PAYEE = {
    "current": False,
    "legal_name": ERASED_NAME,
    "other_payee_name": "",
    "personal_id": b"",
    "personal_id_hmac": b"",
    "personal_id_tail": "",
    "bank_bin": "",
    "bank_account": None,
    "bank_account_hmac": None,
    "bank_account_tail": "",
    "account_name": "",
}


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What erasing a person would take and keep; `blocked` says why it cannot be done now."""

    erased: tuple[str, ...]
    kept: tuple[Kept, ...]
    blocked: DomainError | None


@dataclass(frozen=True, slots=True)
class Swept:
    """How much of one rule went; `skipped` could not go yet (money due, a piece with the board)."""

    what: str
    count: int
    skipped: int = 0


def erase(*, actor: Actor, contributor: Contributor, seen_version: int, confirmation: str = "") -> Erasure:
    """Erase what no law keeps of a person who has left, was declined, or was only named by others. Cannot be undone.

    By the person or an administrator, who types the full name as `confirmation`; the retention sweep need not.
    Raises `second_factor_needed`, `erase_money_due`, and what `contributors.erasure.erase_person` raises.
    """
    if actor.kind != "system":
        require(actor, "contributor.erase", own=contributor.pk == actor.contributor_id)
    require_proof(actor)
    with transaction.atomic():
        person = Contributor.objects.select_for_update().filter(pk=contributor.pk, merged_into__isnull=True).first()
        if person is None:
            raise DomainError("not_found")
        erasure.check_erasable(person)
        ids = rows_of_person(person.pk)
        _refuse_money_due(person, ids)
        erased, kept = _money_side(ids)
        row = erasure.erase_person(
            actor=actor,
            contributor=person,
            seen_version=seen_version,
            confirmation=confirmation,
            also_erased=erased,
            also_kept=kept,
        )
        _erase_payee(ids)
    return row


def erasure_plan(contributor: Contributor) -> ErasurePlan:
    """What the page shows before anything is done. Erased are kinds of values; some may hold nothing."""
    ids = rows_of_person(contributor.pk)
    erased, kept = _money_side(ids)
    blocked: DomainError | None = None
    try:
        erasure.check_erasable(contributor)
        _refuse_money_due(contributor, ids)
    except DomainError as refused:
        blocked = refused
    ground = (
        *("contact_details", "event_details", "drafts", "practice_pieces", "unpublished_photos", "unpublished_films"),
        *("uploads", "own_reasons", "notices", "saved_views", "calls_taken"),
    )
    return ErasurePlan((*ground, *erased), (*erasure.kept_of(ids), *kept), blocked)


def due_for_erasure(portal: Portal, day: date) -> list[Due]:
    """Both floors: what is kept longer than the retention table of `day` says."""
    found = retention.due_for_erasure(portal, day)
    for what, rows in (
        ("payee_details", payee_details_due(day)),
        ("inspection_packs", packs.packs_due(day, ZoneInfo(portal.time_zone))),
    ):
        count = rows.count()
        if count:
            found.append(Due(rule_on(what, day), count, None))
    return found


def payee_details_due(day: date) -> QuerySet[PayeeDetails]:
    """Payment details of erased people whose last statement is older than accounting has to keep it."""
    months = rule_on("payee_details", day).months or 0
    kept_years = [
        year for year in range(day.year - months // 12 - 1, day.year + 1) if _until("payee_details", year, day) > day
    ]
    recent = Statement.objects.filter(contributor=OuterRef("contributor"), year__in=kept_years)
    unissued = Statement.objects.filter(contributor=OuterRef("contributor"), state=StatementState.APPROVED)
    rows: QuerySet[PayeeDetails] = PayeeDetails.objects.filter(
        ~Exists(recent), ~Exists(unissued), contributor__erased_at__isnull=False
    )
    return rows.exclude(personal_id_tail="")


def erase_due(*, actor: Actor, portal: Portal, day: date) -> list[Swept]:
    """Erase everything that is due by the table of `day`; the system alone does this. One person at a time: what
    cannot go yet is counted and left.
    """
    if actor.kind != "system":
        raise DomainError("not_allowed")
    zone = ZoneInfo(portal.time_zone)
    swept = []
    for what in ("contact_details", "application_declined"):
        count = skipped = 0
        for person in list(retention.people_due(what, day, zone).order_by("pk")):
            try:
                erase(actor=actor, contributor=person, seen_version=person.version)
            except DomainError:
                skipped += 1
            else:
                count += 1
        swept.append(Swept(what, count, skipped))
    with transaction.atomic():
        retention.messages_due(day, zone).update(text="")  # the words go with the reminders; that it was told stays
        swept += [
            Swept("invitation_use", retention.invitation_uses_due(day, zone).update(invitation=None)),
            Swept("event_details", retention.event_details_due(day, zone).delete()[0]),
            Swept("drafts", erasure.empty_drafts(actor, retention.drafts_due(day, zone, practice=False))),
            Swept("practice_pieces", erasure.empty_drafts(actor, retention.drafts_due(day, zone, practice=True))),
            Swept("unpublished_photos", erasure.drop_photos(retention.photos_due(day, zone))),
            Swept("unpublished_films", _drop_films(day, zone)),
            Swept("notices", retention.notices_due(day, zone).delete()[0]),
            Swept("payee_details", payee_details_due(day).update(**EMPTY_PAYEE)),
            Swept("inspection_packs", packs.remove_due(actor=actor, day=day, zone=zone)),
        ]
        done = {each.what: each.count for each in swept if each.count}
        if done:
            record_event(actor=actor, kind="retention.swept", subject=portal, facts=done)
    return [each for each in swept if each.count or each.skipped]


def erasures_done(actor: Actor) -> QuerySet[Erasure]:
    """Every erasure of the portal, newest first."""
    require(actor, "contributor.erase")
    rows: QuerySet[Erasure] = Erasure.objects.select_related("contributor", "by")
    return rows.order_by("-at", "-pk")


def _drop_films(day: date, zone: ZoneInfo) -> int:
    return drop_attachments(list(retention.films_due(day, zone).values_list("piece_id", flat=True)))


def _refuse_money_due(person: Contributor, ids: Sequence[int]) -> None:
    """Raise `erase_money_due` while anything may still be paid to these rows of a person."""
    confirmed = PayoutEvent.objects.filter(
        payout__statement=OuterRef("pk"), payout__live=True, outcome=Outcome.CONFIRMED
    )
    statements = Statement.objects.filter(contributor__in=ids)
    balance = BalanceEntry.objects.filter(contributor__in=ids).aggregate(sum=Sum("amount"))["sum"]
    due = (
        statements.filter(state=StatementState.APPROVED).exists()
        or statements.filter(~Exists(confirmed), net__gt=0, state=StatementState.ISSUED).exclude(ended()).exists()
        or statements.filter(waits_for_run()).exists()
        or bool(balance)
        or DraftLine.objects.filter(contributor__in=ids, run__state__in=LIVE).exists()
    )
    if not due:
        estimate = estimate_of(person.pk)
        due = estimate is not None and estimate.lines > 0
    if due:
        raise PaymentError("erase_money_due")


def _money_side(ids: Sequence[int]) -> tuple[list[str], list[Kept]]:
    """Words of what goes and what stays of the money's side; empty where there never was any."""
    last = Statement.objects.filter(contributor__in=ids).aggregate(year=Max("year"))["year"]
    if last is not None:
        today = clock.today()
        return [], [Kept(what, _until(what, last, today)) for what in ("payee_details", "accounting_papers")]
    return (["payee_details"] if PayeeDetails.objects.filter(contributor__in=ids).exists() else []), []


def _until(what: str, year: int, day: date) -> date:
    """The first day on which what belongs to a year's books need not be kept any more, by the table of `day`."""
    return retention.later(date(year + 1, 1, 1), rule_on(what, day).months or 0)


def _erase_payee(ids: Sequence[int]) -> None:
    """Every version by which nothing was paid; with the last of them also how the person was taxed."""
    rows = PayeeDetails.objects.filter(contributor__in=ids)
    used = rows.filter(
        Exists(Statement.objects.filter(payee_details=OuterRef("pk")))
        | Exists(Payout.objects.filter(payee_details=OuterRef("pk")))
    )
    kept = list(used.values_list("pk", flat=True))
    gone = rows.exclude(pk__in=kept)
    EventDetail.objects.filter(
        event__subject_type="payeedetails", event__subject_id__in=list(gone.values_list("pk", flat=True))
    ).delete()
    gone.delete()
    if not kept:
        TaxStatus.objects.filter(contributor__in=ids).delete()
