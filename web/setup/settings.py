"""Cài đặt: everything by which the portal is what it is, with what holds now, and where each thing is changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors.access import holds
from contributors.actors import Actor
from payments.access import holds_money, require_money
from payments.settings_now import SettingsNow, settings_now
from web.page import PageRequest, for_members, show

GATEWAYS = {
    "console": gettext_lazy("chưa có: mã hiện trên màn hình máy chủ, đầu mối đọc hoặc chép qua Zalo"),
    "sms_http": gettext_lazy("tin nhắn SMS"),
    "zalo_http": gettext_lazy("tin nhắn Zalo"),
    "email": gettext_lazy("thư điện tử"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """`url` is "" where this person may only read."""

    title: str
    now: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: list[Setting]


@for_members
def settings_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "settings.see")
    now = settings_now(actor=request.actor)
    sections = [
        _portal(request.actor, now),
        _people(request.actor, now),
        _work(request.actor, now),
        _money(request.actor, now),
        _machine(request.actor, now),
    ]
    context = {"sections": sections, "may_set_up": holds(request.actor, "portal.set_up")}
    return show(request, "setup/settings.html", context)


def _to(actor: Actor, right: str, name: str, *, own: bool = False) -> str:
    """The address for who holds a right of either floor; `own`: a page of set-up, which leads back here."""
    if not (holds_money(actor, right) if right in MONEY_RIGHTS else holds(actor, right)):
        return ""
    address = reverse(f"web:{name}")
    return f"{address}?{urlencode({'next': reverse('web:settings')})}" if own else address


MONEY_RIGHTS = frozenset(
    {"whatif.see", "fund.write", "run.see", "payee.policy", "balance.policy", "system.see", "job.manage", "books.check"}
)


def _portal(actor: Actor, now: SettingsNow) -> Section:
    named = f"{now.name} · {now.time_zone}"
    return Section(
        _("Trang"),
        [
            Setting(
                _("Tên trang, múi giờ"),
                named,
                _to(actor, "portal.set_up", "settings_name", own=True),
            ),
            Setting(_("Địa bàn"), now.place, _to(actor, "portal.set_up", "setup_place", own=True)),
            Setting(_("Tiêu đề giấy tờ"), now.letterhead, _to(actor, "portal.set_up", "setup_letterhead", own=True)),
            Setting(_("Ấp, ngành, đoàn thể"), now.units, _to(actor, "unit.write", "units")),
            Setting(_("Trang web của xã"), now.website, _to(actor, "website.write", "website")),
        ],
    )


def _people(actor: Actor, now: SettingsNow) -> Section:
    return Section(
        _("Người và quyền"),
        [
            Setting(_("Ban biên tập và quyền"), now.board, _to(actor, "grant.give", "rights")),
            Setting(_("Nếu một người vắng"), now.weak, _to(actor, "grant.give", "absences")),
            Setting(_("Bước xác nhận thứ hai"), now.second_factor, _to(actor, "portal.set_up", "demand_second_factor")),
            Setting(_("Lời mời"), now.invitations, _to(actor, "invitation.make", "invitations")),
        ],
    )


def _work(actor: Actor, now: SettingsNow) -> Section:
    kept = _("theo quy định; quá hạn thì xoá mỗi ngày")
    return Section(
        _("Nhận và duyệt bài"),
        [
            Setting(_("Thể loại, chuyên mục"), now.genres, _to(actor, "portal.set_up", "genres")),
            Setting(_("Hạn và lịch làm việc"), now.rules, _to(actor, "board.rules", "board_rules")),
            Setting(
                _("Thời hạn giữ dữ liệu"),
                kept,
                _to(actor, "contributor.erase", "retention"),
            ),
        ],
    )


def _money(actor: Actor, now: SettingsNow) -> Section:
    return Section(
        _("Nhuận bút"),
        [
            Setting(_("Chi nhuận bút"), now.mode, _to(actor, "portal.set_up", "setup_mode", own=True)),
            Setting(_("Quy định mức chi"), now.schedule, _to(actor, "whatif.see", "rates")),
            Setting(_("Kế toán và thủ trưởng"), now.officers, _to(actor, "portal.set_up", "setup_officers", own=True)),
            Setting(_("Dự toán"), now.fund, _to(actor, "run.see", "funds")),
            Setting(
                _("Tạm dừng chi khi đổi tài khoản"),
                now.payee_policy,
                _to(actor, "payee.policy", "payee_policy"),
            ),
            Setting(_("Mức chi ít nhất, thu hồi"), now.balance_policy, _to(actor, "balance.policy", "balance_policy")),
        ],
    )


def _machine(actor: Actor, now: SettingsNow) -> Section:
    return Section(
        _("Máy và nhật ký"),
        [
            Setting(_("Gửi mã đăng nhập"), str(GATEWAYS[settings.LOGIN_GATEWAY])),
            Setting(_("Tình trạng hệ thống"), now.health, _to(actor, "system.see", "health")),
            Setting(_("Việc nền"), "", _to(actor, "job.manage", "jobs")),
            Setting(_("Nhật ký"), now.last_event, _to(actor, "event.see", "events")),
        ],
    )
