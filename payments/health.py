"""How the whole is: what a person looks at in the morning, and what a monitor asks every minute.

Each check is good, worth a look ("warn"), or bad; only bad ones turn the monitor's answer. Nothing here names a person.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors import heartbeats
from contributors.actors import Actor
from contributors.events import unsealed_before
from contributors.jobs import STOPPED
from contributors.models import Job, JobState, Portal
from payments.access import require_money
from payments.books.checks import last_finished

GOOD, WARN, BAD = "good", "warn", "bad"
PENDING_LATE = timedelta(minutes=10)
SEAL_LATE = timedelta(minutes=10)
BOOKS_LATE = timedelta(hours=30)
BACKUP_LATE = timedelta(hours=48)
DISK_WARN, DISK_BAD = 0.15, 0.05
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`state` is good, warn or bad; `words` are for people, `value` for machines (seconds, rows, bytes)."""

    code: str
    title: str
    state: str
    words: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    checks: list[HealthCheck]
    pulses: list[heartbeats.Pulse]

    @property
    def state(self) -> str:
        states = {check.state for check in self.checks}
        return BAD if BAD in states else WARN if WARN in states else GOOD


def system_health(*, actor: Actor) -> Health:
    """For administrators: the installation, and what concerns their own portal."""
    require_money(actor, "system.see")
    return look(Portal.objects.get(pk=actor.portal_id))


def look(portal: Portal | None = None) -> Health:
    """Of one portal, or of all. Without a database nothing else can be asked."""
    database = _database()
    if database.state == BAD:
        return Health([database, _disk()], [])
    pulses = heartbeats.pulses()
    asks: list[Callable[[], HealthCheck]] = [
        _broker,
        lambda: _timers(pulses),
        lambda: _oldest_job(portal),
        lambda: _expired(portal),
        lambda: _stopped(portal),
        lambda: _seal_lag(portal),
        lambda: _books(portal),
        _backup,
        _disk,
    ]
    return Health([database, *[ask() for ask in asks]], pulses)


def _database() -> HealthCheck:
    title = _("Cơ sở dữ liệu")
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return HealthCheck("database", title, BAD, _("Không nối được."))
    spent = int((time.perf_counter() - began) * 1000)
    return HealthCheck("database", title, GOOD, _("Nối được, trả lời trong %(ms)d ms.") % {"ms": spent}, spent)


def _broker() -> HealthCheck:
    title = _("Hàng đợi")
    try:
        with current_app.connection_for_write() as queue:
            queue.ensure_connection(max_retries=1, timeout=1)
    except Exception:  # noqa: BLE001 - whatever a transport raises, the queue is not there
        words = _("Không nối được. Việc nền chờ trong cơ sở dữ liệu, không mất; nối lại là chạy tiếp.")
        return HealthCheck("broker", title, BAD, words)
    return HealthCheck("broker", title, GOOD, _("Nối được."))


def _timers(pulses: list[heartbeats.Pulse]) -> HealthCheck:
    title = _("Việc định kỳ")
    late = [pulse for pulse in pulses if pulse.late]
    if not late:
        return HealthCheck("timers", title, GOOD, _("Chạy đủ."), 0)
    words = ngettext(
        "%(count)d việc không chạy đúng hẹn. Hãy xem tiến trình hẹn giờ (beat) và tiến trình làm việc nền.",
        "%(count)d việc không chạy đúng hẹn. Hãy xem tiến trình hẹn giờ (beat) và tiến trình làm việc nền.",
        len(late),
    )
    return HealthCheck("timers", title, BAD, words % {"count": len(late)}, len(late))


def _jobs(portal: Portal | None) -> Q:
    return Q(portal=portal) if portal else Q()


def _oldest_job(portal: Portal | None) -> HealthCheck:
    title = _("Việc nền chờ lâu nhất")
    oldest = Job.unscoped.filter(_jobs(portal), state=JobState.PENDING, paused_at__isnull=True).aggregate(
        at=Min("created_at")
    )["at"]
    if oldest is None:
        return HealthCheck("oldest_job", title, GOOD, _("Không có việc nào chờ."), 0)
    age = timezone.now() - oldest
    return HealthCheck(
        "oldest_job",
        title,
        BAD if age > PENDING_LATE else GOOD,
        _("Chờ %(time)s.") % {"time": in_words(age)},
        int(age.total_seconds()),
    )


def _expired(portal: Portal | None) -> HealthCheck:
    title = _("Việc nền bị bỏ dở")
    # The sweeper hands an expired claim out within seconds: one that stays is a sweeper that does not run.
    count = Job.unscoped.filter(
        _jobs(portal),
        state=JobState.CLAIMED,
        paused_at__isnull=True,
        claimed_until__lt=timezone.now() - timedelta(seconds=60),
    ).count()
    words = _("Không có.") if not count else _("%(count)d việc, chưa ai nhận lại.") % {"count": count}
    return HealthCheck("expired_claims", title, BAD if count else GOOD, words, count)


def _stopped(portal: Portal | None) -> HealthCheck:
    title = _("Việc nền không làm được")
    count = Job.unscoped.filter(_jobs(portal), state__in=STOPPED).count()
    words = _("Không có.") if not count else _("%(count)d việc, chờ người xem và cho làm lại.") % {"count": count}
    return HealthCheck("stopped_jobs", title, WARN if count else GOOD, words, count)


def _seal_lag(portal: Portal | None) -> HealthCheck:
    title = _("Niêm phong nhật ký")
    moment = timezone.now() - SEAL_LATE
    portals = [portal.pk] if portal else list(Portal.objects.values_list("pk", flat=True))
    late = sum(unsealed_before(portal_id=pk, moment=moment)[0] for pk in portals)
    words = _("Kịp thời.") if not late else _("%(count)d dòng chưa được niêm phong sau 10 phút.") % {"count": late}
    return HealthCheck("seal_lag", title, BAD if late else GOOD, words, late)


def _books(portal: Portal | None) -> HealthCheck:
    title = _("Kiểm tra sổ")
    portals = [portal] if portal else list(Portal.objects.filter(closed_on__isnull=True))
    checks = [last_finished(each.pk) for each in portals]
    done = [check for check in checks if check is not None]
    broken = sum(check.broken for check in done)
    if broken:
        return HealthCheck("books", title, BAD, _("%(count)d điều không khớp.") % {"count": broken}, broken)
    if len(done) < len(checks):
        return HealthCheck("books", title, WARN, _("Chưa kiểm tra lần nào."))
    oldest = min((check.finished_at for check in done if check.finished_at), default=None)
    if oldest is None:
        return HealthCheck("books", title, GOOD, _("Chưa có trang nào."), 0)
    late = timezone.now() - oldest > BOOKS_LATE
    words = _("Khớp, lần cuối %(moment)s.") % {"moment": _moment(oldest)}
    return HealthCheck("books", title, WARN if late else GOOD, words, 0)


def _backup() -> HealthCheck:
    title = _("Sao lưu")
    last = heartbeats.last_backup()
    if last is None:
        return HealthCheck("backup", title, WARN, _("Chưa ghi nhận lần nào."))
    age = timezone.now() - last
    words = _("Lần cuối %(moment)s.") % {"moment": _moment(last)}
    return HealthCheck("backup", title, WARN if age > BACKUP_LATE else GOOD, words, int(age.total_seconds()))


def _disk() -> HealthCheck:
    title = _("Chỗ trống để giữ tệp")
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    disk = shutil.disk_usage(folder)
    share = disk.free / disk.total
    state = BAD if share < DISK_BAD else WARN if share < DISK_WARN else GOOD
    words = _("Còn %(gigabytes)s GB (%(percent)d %%).") % {
        "gigabytes": f"{disk.free / MEGABYTE / 1000:.1f}".replace(".", ","),
        "percent": int(share * 100),
    }
    return HealthCheck("disk", title, state, words, disk.free)


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M %d/%m/%Y")


def in_words(age: timedelta) -> str:
    """As people say it, rounded down: 3 phút, 2 giờ, 5 ngày."""
    minutes = int(age.total_seconds()) // 60
    if minutes < 1:
        return _("chưa đầy một phút")
    if minutes < 120:  # noqa: PLR2004 - up to two hours in minutes
        return ngettext("%(count)d phút", "%(count)d phút", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return ngettext("%(count)d giờ", "%(count)d giờ", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d ngày", "%(count)d ngày", minutes // 1440) % {"count": minutes // 1440}
