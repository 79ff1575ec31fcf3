"""Tình trạng hệ thống: what an administrator looks at in the morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributors.heartbeats import Pulse
from payments.health import in_words, system_health
from web.page import PageRequest, for_members, show

# What each task of the timer does, in words; a new one shows its code until it has some.
TIMERS: Mapping[str, Promise] = {
    "contributors.sweep_jobs": _("gọi lại việc nền bị quên"),
    "contributors.seal_events": _("niêm phong nhật ký"),
    "contributors.end_old_imports": _("bỏ bảng tính không ai xác nhận"),
    "contributors.end_old_uploads": _("bỏ tệp tải lên dở dang"),
    "contributors.promise_looks": _("xem trang web có bài mới"),
    "contributors.send_due_messages": _("gửi tin nhắn đang chờ"),
    "contributors.remind": _("nhắc việc tới hạn"),
    "contributors.sweep_logins": _("dọn phiên đăng nhập hết hạn"),
    "api.sweep_kept_answers": _("bỏ câu trả lời của API đã quá hạn giữ"),
    "payments.erase_due": _("xoá dữ liệu hết hạn giữ"),
    "payments.promise_checks": _("kiểm tra sổ mỗi đêm"),
}


@dataclass(frozen=True, slots=True)
class TimerRow:
    pulse: Pulse
    words: str
    every: str


@for_members
def health_page(request: PageRequest) -> HttpResponseBase:
    health = system_health(actor=request.actor)
    rows = [
        TimerRow(pulse, str(TIMERS.get(pulse.task, pulse.task)), _every(pulse))
        for pulse in sorted(health.pulses, key=lambda pulse: not pulse.late)
    ]
    return show(request, "office/health.html", {"health": health, "timers": rows})


def _every(pulse: Pulse) -> str:
    seconds = round(pulse.every.total_seconds())
    return str(_("%(count)d giây") % {"count": seconds}) if seconds < 60 else in_words(pulse.every)  # noqa: PLR2004
