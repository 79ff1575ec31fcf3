"""What holds today of everything that a portal decides about itself, in a few words each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors import clock, places
from contributors.absences import MONEY_STEPS, if_one_is_away
from contributors.actors import Actor, in_force
from contributors.board import board_on, grants_on
from contributors.deadlines import rules_on
from contributors.invitations import open_invitations
from contributors.models import Capability, Event, Genre, Letterhead, Mode, PaymentMode, Portal, Topic, Unit, Website
from payments import rates
from payments.access import require_money
from payments.balances import carry_rule_on
from payments.books.checks import last_finished
from payments.models import Fund
from payments.payee_policy import policy_on
from payments.rate_words import dong


@dataclass(frozen=True, slots=True)
class SettingsNow:
    """Each "" where nothing is set yet."""

    name: str
    time_zone: str
    place: str
    letterhead: str
    units: str
    website: str
    board: str
    weak: str
    second_factor: str
    invitations: str
    genres: str
    rules: str
    mode: str
    schedule: str
    officers: str
    fund: str
    payee_policy: str
    balance_policy: str
    health: str
    last_event: str


def settings_now(*, actor: Actor) -> SettingsNow:
    """Some twenty queries, however much the portal has. Raises `not_allowed`."""
    require_money(actor, "settings.see")
    portal = Portal.objects.select_related("parent").get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    head = Letterhead.objects.filter(in_force(today)).first()
    website = Website.objects.first()
    schedule = rates.schedule_on(portal, today)
    fund = Fund.objects.filter(cut_off__gte=today, amount__gt=0).order_by("-year").first()
    modes = list(PaymentMode.objects.filter(effective_until__isnull=True) | PaymentMode.objects.filter(in_force(today)))
    units, genres = (
        Unit.objects.filter(closed__isnull=True).count(),
        Genre.objects.filter(retired_on__isnull=True).count(),
    )
    topics, open_ones = Topic.objects.filter(retired_on__isnull=True).count(), open_invitations().count()
    last = Event.objects.order_by("-pk").values_list("at", flat=True).first()
    checked = last_finished(portal.pk)
    rules = rules_on(today)
    return SettingsNow(
        name=portal.name,
        time_zone=portal.time_zone,
        place=places.place_name(portal.commune_code),
        letterhead=head.issuing_body if head else "",
        units=ngettext("%(count)d đơn vị", "%(count)d đơn vị", units) % {"count": units} if units else "",
        website=website.address if website else "",
        board=", ".join(f"{row.get_seat_display()}: {row.contributor.full_name}" for row in board_on(today)),
        weak=_weak(today, paying=any(row.mode != Mode.UNPAID for row in modes)),
        second_factor=_("bắt buộc từ ngày %(day)s") % {"day": f"{portal.second_factor_from:%d/%m/%Y}"}
        if portal.second_factor_from
        else _("không bắt buộc, ai muốn thì đặt"),
        invitations=ngettext("%(count)d lời mời đang dùng được", "%(count)d lời mời đang dùng được", open_ones)
        % {"count": open_ones},
        genres=_("%(genres)d thể loại, %(topics)d chuyên mục") % {"genres": genres, "topics": topics},
        rules=_("trả lời trong %(review)s giờ, đăng trong %(publish)s giờ làm việc")
        % {"review": _hours(rules.review_hours), "publish": _hours(rules.publish_hours)},
        mode=_mode(modes),
        schedule=schedule.title if schedule else "",
        officers=", ".join(
            f"{row.get_capability_display()}: {row.account.name}"
            for row in grants_on(today)
            if row.capability in {Capability.ACCOUNTANT, Capability.ACCOUNT_HOLDER, Capability.ADMIN}
        ),
        fund=f"{fund.source} {fund.year}: {dong(fund.amount)}" if fund else "",
        payee_policy=_days(policy_on(portal.pk, today).hold_days),
        balance_policy=_floor(carry_rule_on(portal.pk, today).floor),
        health=_("sổ kiểm tra lần cuối %(moment)s") % {"moment": _moment(checked.finished_at)}
        if checked and checked.finished_at
        else "",
        last_event=_("lần cuối %(moment)s") % {"moment": _moment(last)} if last else "",
    )


def _mode(modes: list[PaymentMode]) -> str:
    said = []
    for row in sorted(modes, key=lambda each: each.effective_from):
        word = str(Mode(row.mode).label)
        day = f"{row.effective_from:%d/%m/%Y}"
        said.append(_("%(mode)s từ ngày %(day)s") % {"mode": word, "day": day})
    return "; ".join(said) or str(Mode.UNPAID.label)


def _weak(today: date, *, paying: bool) -> str:
    """How many people's absence stops something; money counts only where there is any."""
    found = if_one_is_away(today)
    left_out = frozenset() if paying else MONEY_STEPS
    already = [step for step in found.already if step not in left_out]
    stops = sum(any(step not in left_out for step in person.stops) for person in found.people)
    if already:
        return ngettext("%(count)d việc đang không có ai làm", "%(count)d việc đang không có ai làm", len(already)) % {
            "count": len(already)
        }
    if not stops:
        return _("vắng ai cũng có người thay")
    return ngettext("%(count)d người vắng là có việc dừng", "%(count)d người vắng là có việc dừng", stops) % {
        "count": stops
    }


def _days(count: int) -> str:
    return ngettext("%(count)d ngày", "%(count)d ngày", count) % {"count": count}


def _floor(amount: int) -> str:
    return _("chi khi đủ %(amount)s") % {"amount": dong(amount)} if amount else _("chi dù ít")


def _hours(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M %d/%m/%Y")
