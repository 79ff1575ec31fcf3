"""Checks that are kept: every night, on demand, before and after an issue. A broken book raises an alarm.

A check is a row, its work a job: what a killed worker began is done again from the first invariant, which reads only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.jobs import OPEN, schedule_job
from contributors.models import Job, OfficeNoticeKind, Portal
from contributors.office_notices import holders_of, tell
from contributors.scopes import portal_scope
from payments.access import require_money
from payments.books.checking import check_run, each_finding, questions
from payments.books.invariant import BookFinding
from payments.books.registry import sentence_of
from payments.errors import PaymentError
from payments.models import BooksCheck, CheckOccasion, Run

CHECK_TASK = "payments.check_books"
NIGHT = 1  # o'clock, in the portal's zone
TOLD = ("accountant", "account_holder", "admin")
SHOWN = 30


def ask_check(*, actor: Actor, full: bool = False) -> BooksCheck:
    """Promise a check of the portal's books; a worker asks one invariant after the other.

    `full` reads every file and the whole log instead of what is new. Raises `books_check_running`.
    """
    require_money(actor, "books.check")
    with transaction.atomic():
        portal = Portal.objects.select_for_update().get(pk=actor.portal_id)  # two presses are one after the other
        if running_check() is not None:
            raise PaymentError("books_check_running")
        check = _promise(portal, CheckOccasion.ON_DEMAND, full=full, asked_by=actor.account_id)
        record_event(actor=actor, kind="books.check_asked", subject=check, facts={"full": full})
    return check


def running_check() -> BooksCheck | None:
    """The check that a worker still owes, of the active portal."""
    owed = Job.objects.filter(task=CHECK_TASK, state__in=OPEN).values_list("arguments__check_id", flat=True)
    return BooksCheck.objects.filter(pk__in=list(owed), finished_at__isnull=True).order_by("-pk").first()


def promise_nightly_checks() -> int:
    """One check for every portal that had none since one o'clock of its night; returns how many are new.

    Rung every hour: a night on which nothing ran is made up for, and a second round adds nothing.
    """
    made = 0
    for portal in Portal.objects.filter(closed_on__isnull=True).order_by("pk"):
        with portal_scope(portal), transaction.atomic():
            Portal.objects.select_for_update().get(pk=portal.pk)
            since = _last_night(portal)
            if BooksCheck.objects.filter(occasion=CheckOccasion.NIGHTLY, started_at__gte=since).exists():
                continue
            _promise(portal, CheckOccasion.NIGHTLY)
            made += 1
    return made


def _last_night(portal: Portal) -> datetime:
    local = timezone.now().astimezone(ZoneInfo(portal.time_zone))
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night <= local else night - timedelta(days=1)


def _promise(portal: Portal, occasion: str, *, full: bool = False, asked_by: int | None = None) -> BooksCheck:
    check = BooksCheck.objects.create(
        portal=portal,
        occasion=occasion,
        full=full,
        asked_by_id=asked_by,
        started_at=timezone.now(),
        total=questions(),
    )
    schedule_job(portal_id=portal.pk, task=CHECK_TASK, check_id=check.pk)
    return check


def work_check(*, check_id: int) -> None:
    """Ask, keep each answer as it comes, and raise the alarm if one is bad. Doing it twice does it once."""
    check = BooksCheck.objects.get(pk=check_id)
    if check.finished_at is not None:
        return
    findings: list[BookFinding] = []
    for finding in each_finding(check.portal, full=check.full):
        findings.append(finding)
        BooksCheck.objects.filter(pk=check.pk, finished_at__isnull=True).update(findings=_kept(findings))
    finish_check(check, findings)


def finish_check(check: BooksCheck, findings: list[BookFinding]) -> BooksCheck:
    """Close a check with its findings; one that is closed is let be."""
    with transaction.atomic():
        row = BooksCheck.objects.select_for_update().get(pk=check.pk)
        if row.finished_at is None:
            row.findings = _kept(findings)
            row.broken = sum(not finding.ok for finding in findings)
            row.finished_at = timezone.now()
            row.save(update_fields=["findings", "broken", "finished_at"])
            alarm(row)
    return row


def record_check(
    *, portal: Portal, occasion: str, findings: list[BookFinding], run: Run | None = None, full: bool = False
) -> BooksCheck:
    """Keep a check that was made here and now, and raise the alarm if it found something."""
    now = timezone.now()
    check = BooksCheck.unscoped.create(
        portal=portal,
        occasion=occasion,
        run=run,
        full=full,
        started_at=now - timedelta(milliseconds=sum(finding.ms for finding in findings)),
        finished_at=now,
        total=len(findings),
        findings=_kept(findings),
        broken=sum(not finding.ok for finding in findings),
    )
    alarm(check)
    return check


def alarm(check: BooksCheck) -> None:
    """Tell accountants, account holder and administrators once for each invariant that is newly broken."""
    if not check.broken:
        return
    bad = sorted(finding["code"] for finding in check.findings if not finding["ok"])
    portal = check.portal
    day = clock.today(portal.time_zone)
    for code in bad:
        tell(
            portal=portal,
            kind=OfficeNoticeKind.BOOKS_BROKEN,
            key=f"{code}:{day:%Y%m%d}",
            accounts=holders_of(portal, TOLD),
            subject=check,
            title=code,
        )


def before_issue(run: Run) -> None:
    """Raise `books_do_not_agree`, naming the invariant, if what concerns the run does not hold."""
    broken = [finding for finding in check_run(run) if not finding.ok]
    if broken:
        raise BooksDoNotAgreeError(broken)


def after_issue(run: Run) -> BooksCheck:
    """Ask the same once more of the issued run, in the transaction that issued it, and keep the answer."""
    return record_check(portal=run.portal, occasion=CheckOccasion.AFTER_ISSUE, findings=check_run(run), run=run)


class BooksDoNotAgreeError(PaymentError):
    """`books_do_not_agree`, with what was found, so that it can be kept when the issue is undone."""

    def __init__(self, findings: list[BookFinding]) -> None:
        self.findings = findings
        super().__init__("books_do_not_agree", invariant=sentence_of(findings[0].name), rows=findings[0].detail)


def recent_checks(*, actor: Actor) -> list[BooksCheck]:
    """Newest first."""
    require_money(actor, "books.check")
    return list(BooksCheck.objects.select_related("run", "asked_by").order_by("-pk")[:SHOWN])


def check_shown(*, actor: Actor, public_id: UUID | str) -> BooksCheck:
    """One check. Raises `not_found`."""
    require_money(actor, "books.check")
    check = BooksCheck.objects.select_related("run", "asked_by").filter(public_id=public_id).first()
    if check is None:
        raise DomainError("not_found")
    return check


def last_finished(portal_id: int) -> BooksCheck | None:
    """The last check over the whole of a portal's books."""
    whole = BooksCheck.unscoped.filter(portal_id=portal_id, run__isnull=True, finished_at__isnull=False)
    return whole.order_by("-pk").first()


def _kept(findings: Iterable[BookFinding]) -> list[dict[str, object]]:
    return [
        {"code": finding.name, "ok": finding.ok, "detail": finding.detail, "ms": finding.ms} for finding in findings
    ]
