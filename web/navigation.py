"""The ways from every page: some links at once in the bar, all others under headings that say whose work they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from contributors.access import holds
from contributors.actors import Actor
from contributors.messaging import may_tell
from contributors.models import Mode, Portal
from payments.access import holds_money
from web.modes import mode_today, pays_today

MONEY_SECTIONS = ("/runs/", "/papers/", "/payouts/", "/batches/", "/payout-templates/", "/funds/", "/journal/")
IN_THE_BAR = 5  # so many links stand in the bar; the others open under "Thêm"
ON_A_PHONE = 2  # of those in the bar, the page one is on among them; base.css hides the others likewise


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Links of one kind of work, under a heading."""

    heading: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Navigation:
    """`bar` is seen at once and always holds the page one is on; `more` opens on demand, by groups."""

    bar: list[Link]
    more: list[Group]

    @property
    def hidden_on_phones(self) -> list[Link]:
        """Links of the bar for which a phone has no room: there they open with the others."""
        if not self.more:
            return []
        later = any(link.current for link in self.bar[ON_A_PHONE:])
        return [link for link in self.bar[ON_A_PHONE - later :] if not link.current]


def navigation_of(request: HttpRequest, portal: Portal, actor: Actor) -> Navigation | None:
    """The office first, one's own pieces after it; None for who has no link at all."""
    groups = [group for group in _groups(request, portal, actor) if group.links]
    links = [link for group in groups for link in group.links]
    if not links:
        return None
    if len(links) <= IN_THE_BAR:
        return Navigation(links, [])
    bar = links[: IN_THE_BAR - 1]
    bar += [link for link in links[IN_THE_BAR - 1 :] if link.current][:1] or [links[IN_THE_BAR - 1]]
    rest = [Group(group.heading, [link for link in group.links if link not in bar]) for group in groups]
    return Navigation(bar, [group for group in rest if group.links])


def _groups(request: HttpRequest, portal: Portal, actor: Actor) -> Iterator[Group]:
    yield Group(_("Tin, bài"), list(_piece_links(request, portal, actor)))
    yield Group(_("Người và đơn vị"), list(_people_links(request, actor)))
    yield Group(_("Tiền"), list(_money_links(request, portal, actor)))
    yield Group(_("Của tôi"), list(_own_links(request, portal, actor)))
    yield Group(_("Cài đặt và theo dõi"), list(_set_up_links(request, actor)))


def _piece_links(request: HttpRequest, portal: Portal, actor: Actor) -> Iterator[Link]:
    """What the board works with every day; who is responsible for the money looks pieces up too."""
    if actor.on_board:
        yield _link(request, "web:desk", _("Việc cần làm"), "/desk/", "/review/", "/publish/", "/applications/")
        if holds(actor, "piece.start_for_other"):
            yield _link(request, "web:enter", _("Nhập hộ"), "/enter/")
        if holds(actor, "document.publish"):
            yield _link(request, "web:document", _("Văn bản"), "/documents/")
        yield _link(request, "web:archive", _("Tra cứu"), "/archive/")
        yield _link(request, "web:output", _("Thống kê"), "/output/")
    elif holds(actor, "piece.list"):
        yield _link(request, "web:archive", _("Tra cứu"), "/archive/")
    if portal.has_below and holds_money(actor, "below.see"):
        yield _link(request, "web:below", _("Cấp dưới"), "/below/")
    if holds(actor, "website.write"):
        yield _link(request, "web:website", _("Trang web"), "/website/")


def _people_links(request: HttpRequest, actor: Actor) -> Iterator[Link]:
    if may_tell(actor):
        yield _link(request, "web:messages", _("Tin báo"), "/messages/")
    if holds(actor, "contributor.see"):
        yield _link(request, "web:network", _("Cộng tác viên"), "/network/", "/people/")
    if holds(actor, "training.write"):
        yield _link(request, "web:training", _("Tập huấn"), "/training/")
    if holds(actor, "invitation.make"):
        yield _link(request, "web:invitations", _("Mời"), "/invitations/", "/register")
    if holds(actor, "unit.write"):
        yield _link(request, "web:units", _("Ấp, ngành"), "/units/", "/place/")


def _money_links(request: HttpRequest, portal: Portal, actor: Actor) -> Iterator[Link]:
    if holds_money(actor, "run.see"):
        yield _link(request, "web:runs", _("Kỳ chi trả"), *MONEY_SECTIONS)
    elif holds_money(actor, "check.deliver") and pays_today(portal):
        yield _link(request, "web:tell", _("Kiểm tra nhuận bút"), "/checks/")
    if holds_money(actor, "correction.confirm"):
        yield _link(request, "web:after", _("Sau khi phát hành"), "/after/")
    if holds_money(actor, "whatif.see"):
        yield _link(request, "web:rates", _("Mức chi"), "/rates/")
    if holds_money(actor, "payee.see"):
        yield _link(request, "web:payees", _("Người nhận tiền"), "/payees/")
    if holds_money(actor, "books.check"):
        yield _link(request, "web:books", _("Kiểm tra sổ"), "/books/")
    if holds_money(actor, "inspection.pack"):
        yield _link(request, "web:inspection", _("Hồ sơ thanh tra"), "/inspection/")


def _set_up_links(request: HttpRequest, actor: Actor) -> Iterator[Link]:
    """For those who keep the portal and its rights, those who watch, and those who answer for the machine."""
    if holds(actor, "portal.set_up"):
        yield _link(request, "web:genres", _("Thể loại, chuyên mục"), "/genres/", "/topics/")
    if holds(actor, "grant.give"):
        yield _link(request, "web:rights", _("Ban biên tập"), "/rights/", "/events/")
    elif holds(actor, "event.see"):
        yield _link(request, "web:events", _("Nhật ký"), "/events/")
    if holds_money(actor, "settings.see"):
        yield _link(request, "web:settings", _("Cài đặt"), "/settings/", "/setup/")
    if holds(actor, "contributor.erase"):
        yield _link(request, "web:retention", _("Thời hạn giữ"), "/retention/")
    if holds_money(actor, "job.manage"):
        yield _link(request, "web:jobs", _("Việc nền"), "/jobs/")
    if holds_money(actor, "system.see"):
        yield _link(request, "web:health", _("Tình trạng hệ thống"), "/health/")


def _own_links(request: HttpRequest, portal: Portal, actor: Actor) -> Iterator[Link]:
    if actor.contributor_id is None:
        return
    mine = _("Bài của tôi") if actor.on_board else _("Tin, bài")
    yield _link(request, "web:my_pieces", mine, "/me/", "/send/", "/pieces/")
    mode = mode_today(portal)
    if mode == Mode.PAYING:
        yield _link(request, "web:my_fees", _("Nhuận bút"), "/fees/")
    if mode != Mode.UNPAID:  # a portal that only tries out asks already where the money is to go
        yield _link(request, "web:my_payee", _("Nhận tiền"), "/payee/")
    yield _link(request, "web:details", _("Thông tin của tôi"), "/details/")


def _link(request: HttpRequest, name: str, label: str, *sections: str) -> Link:
    return Link(label, reverse(name), request.path.startswith(sections))
