"""How far a new portal is set up: a list of tasks, each with what is there already and what it waits for.

Nothing is kept beside the rows themselves: whoever leaves finds the list as it is when they come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors import clock, places
from contributors.access import require
from contributors.actors import Actor, in_force
from contributors.board import board_on, grants_on, waiting_grants
from contributors.invitations import open_invitations
from contributors.models import Capability, Genre, Letterhead, Mode, PaymentMode, Piece, Portal, SeatName, Unit
from payments import rates
from payments.models import Fund

State = Literal["done", "open", "waits", "later"]
# Who the work cannot go without; the other seats may stay empty.
NEEDED_SEATS = (SeatName.HEAD, SeatName.DEPUTY, SeatName.PUBLISHER)
MONEY = (Capability.ACCOUNTANT, Capability.ACCOUNT_HOLDER)


@dataclass(frozen=True, slots=True)
class Task:
    """`there` says what is set already, `missing` what is not. "waits": somebody else must act; "later": not needed
    as long as the portal pays nothing.
    """

    code: str
    state: State
    there: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class SetUp:
    mode: str
    tasks: list[Task]

    @property
    def left(self) -> int:
        """Tasks that still want somebody of the office."""
        return sum(task.state in {"open", "waits"} for task in self.tasks)

    @property
    def done(self) -> int:
        return sum(task.state == "done" for task in self.tasks)

    @property
    def ready(self) -> bool:
        return self.left == 0


def set_up_of(*, actor: Actor) -> SetUp:
    """The tasks in the order in which an office does them. Raises `not_allowed`."""
    require(actor, "portal.set_up")
    portal = Portal.objects.select_related("parent").get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    coming = PaymentMode.objects.order_by("-effective_from").first()
    now = PaymentMode.objects.filter(in_force(today)).first()
    mode = coming.mode if coming else Mode.UNPAID
    money = mode != Mode.UNPAID
    return SetUp(
        mode=mode,
        tasks=[
            _place(portal),
            _letterhead(),
            _board(today),
            _units(),
            _genres(),
            _mode(now, coming),
            _officers(today, money=money),
            _schedule(portal, today, money=money),
            _fund(today, money=mode == Mode.PAYING),
            _invitations(),
        ],
    )


def is_working(portal: Portal) -> bool:
    """Whether anything was written in the portal already: then what was set up is ended by a decision, not undone."""
    return Piece.objects.filter(portal=portal).exists()


def _place(portal: Portal) -> Task:
    name = places.place_name(portal.commune_code)
    return Task("place", "done" if name else "open", there=name)


def _letterhead() -> Task:
    row = Letterhead.objects.order_by("-effective_from").first()
    return Task("letterhead", "done" if row else "open", there=row.issuing_body if row else "")


def _board(today: date) -> Task:
    held = board_on(today)
    seats = {row.seat for row in held}
    lacking = [str(seat.label) for seat in NEEDED_SEATS if seat not in seats]
    people = len({row.contributor_id for row in held})
    there = ngettext("%(count)d người", "%(count)d người", people) % {"count": people} if people else ""
    missing = _("chưa có %(seats)s") % {"seats": ", ".join(lacking)} if lacking else ""
    return Task("board", "open" if lacking else "done", there, missing)


def _units() -> Task:
    count = Unit.objects.filter(closed__isnull=True).count()
    there = ngettext("%(count)d đơn vị", "%(count)d đơn vị", count) % {"count": count} if count else ""
    return Task("units", "done" if count else "open", there)


def _genres() -> Task:
    count = Genre.objects.filter(retired_on__isnull=True).count()
    there = ngettext("%(count)d thể loại", "%(count)d thể loại", count) % {"count": count} if count else ""
    return Task("genres", "done" if count else "open", there)


def _mode(now: PaymentMode | None, coming: PaymentMode | None) -> Task:
    if coming is None:
        return Task("mode", "open")
    there = str(Mode(coming.mode).label)
    if coming != now:
        there = _("%(mode)s từ ngày %(day)s") % {"mode": there, "day": f"{coming.effective_from:%d/%m/%Y}"}
    return Task("mode", "done", there)


def _officers(today: date, *, money: bool) -> Task:
    held = {row.capability: row.account.name for row in grants_on(today)}
    proposed = {row.capability: row.account.name for row in waiting_grants()}
    there = ", ".join(f"{Capability(right).label}: {held[right]}" for right in MONEY if right in held)
    waiting = [f"{Capability(right).label}: {proposed[right]}" for right in MONEY if right in proposed.keys() - held]
    lacking = [str(Capability(right).label) for right in MONEY if right not in held and right not in proposed]
    if lacking:
        missing = _("chưa có %(people)s") % {"people": ", ".join(lacking)}
        return Task("officers", "open" if money else "later", there, missing)
    if waiting:
        missing = _("chờ người thứ hai xác nhận %(people)s") % {"people": ", ".join(waiting)}
        return Task("officers", "waits", there, missing)
    return Task("officers", "done", there)


def _schedule(portal: Portal, today: date, *, money: bool) -> Task:
    row = rates.schedule_on(portal, today)
    if row is not None:
        return Task("schedule", "done", row.title)
    return Task("schedule", "open" if money else "later")


def _fund(today: date, *, money: bool) -> Task:
    row = Fund.objects.filter(cut_off__gte=today, amount__gt=0).order_by("-year").first()
    if row is not None:
        return Task("fund", "done", f"{row.source} {row.year}")
    return Task("fund", "waits" if money else "later", missing=_("kế toán nhập") if money else "")


def _invitations() -> Task:
    count = open_invitations().count()
    there = ngettext("%(count)d lời mời", "%(count)d lời mời", count) % {"count": count} if count else ""
    return Task("invitations", "done" if count else "open", there)
