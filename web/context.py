"""What the frame of every page shows: name, navigation, language, the mark of assumed figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import holds
from contributors.actors import Actor
from contributors.models import Account, Mode, Portal, SeatName
from contributors.portals import payment_mode_on
from contributors.second_factor import decides
from payments.access import holds_money
from web.office.notices import told_office

FIRST_PAGES = frozenset({"desk", "runs", "my_pieces", "network", "rights"})
OFFICE_PAGES = FIRST_PAGES | {"units", "health", "books", "jobs"}


MONEY_SECTIONS = ("/runs/", "/papers/", "/payouts/", "/batches/", "/payout-templates/", "/funds/", "/journal/")
IN_THE_BAR = 5  # so many links stand in the bar, on a phone in two lines; the others open under "Thêm"


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Navigation:
    """`bar` is seen at once and always holds the page one is on; `more` opens on demand."""

    bar: list[Link]
    more: list[Link]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values that `base.html` needs; safe on error pages, where no portal may be open."""
    portal: Portal | None = getattr(request, "portal", None)
    actor: Actor | None = getattr(request, "actor", None)
    inside = portal is not None and actor is not None
    return {
        "portal": portal,
        "actor": actor,
        "several_portals": len(getattr(request, "portals", ())) > 1,
        "assumed": portal is not None and shows_assumed(request, portal),
        "navigation": _in_two(_navigation(request, portal, actor))
        if portal is not None and actor is not None
        else None,
        "standing": _standing(actor) if inside and actor is not None else "",
        "office_notices": told_office(actor) if inside and _first_page(request) else [],
        "second_factor_offer": _second_factor_offer(request, portal, actor),
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != get_language()],
    }


def pays_today(portal: Portal) -> bool:
    """Whether contributors of the portal are shown money at all."""
    return payment_mode_on(portal.pk, clock.today(portal.time_zone)) == Mode.PAYING


def shows_assumed(request: HttpRequest, portal: Portal) -> bool:
    """Whether the mark "Số liệu giả định" concerns what the page shows."""
    until = getattr(request, "shown_until", None)
    return portal.assumed_from is not None and (until is None or until > portal.assumed_from)


def _first_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in OFFICE_PAGES


def _second_factor_offer(request: HttpRequest, portal: Portal | None, actor: Actor | None) -> str:
    """On the first page of those who decide and have no second factor: "offered", or "demanded" from the day on."""
    account = getattr(request, "user", None)
    first = request.resolver_match is not None and request.resolver_match.url_name in FIRST_PAGES
    if not (first and portal and actor and isinstance(account, Account)):
        return ""
    if account.second_factor_since is not None or not decides(actor):
        return ""
    day = portal.second_factor_from
    return "demanded" if day is not None and day <= clock.today(portal.time_zone) else "offered"


def _in_two(links: list[Link]) -> Navigation | None:
    if not links:
        return None
    if len(links) <= IN_THE_BAR:
        return Navigation(links, [])
    bar = links[: IN_THE_BAR - 1]
    bar += [link for link in links[IN_THE_BAR - 1 :] if link.current][:1] or [links[IN_THE_BAR - 1]]
    return Navigation(bar, [link for link in links if link not in bar])


def _navigation(request: HttpRequest, portal: Portal, actor: Actor) -> list[Link]:
    """The office first, one's own pieces after it."""
    links = _office_links(request, actor)
    links += _people_links(request, actor)
    links += _set_up_links(request, actor)
    if holds_money(actor, "run.see"):
        links.append(_link(request, "web:runs", _("Kỳ chi trả"), *MONEY_SECTIONS))
    elif holds_money(actor, "check.deliver") and pays_today(portal):
        links.append(_link(request, "web:tell", _("Kiểm tra nhuận bút"), "/checks/"))
    if holds_money(actor, "correction.confirm"):
        links.append(_link(request, "web:after", _("Sau khi phát hành"), "/after/"))
    if holds_money(actor, "whatif.see"):
        links.append(_link(request, "web:rates", _("Mức chi"), "/rates/"))
    if holds_money(actor, "payee.see"):
        links.append(_link(request, "web:payees", _("Người nhận tiền"), "/payees/"))
    links += _machine_links(request, actor)
    if actor.contributor_id is not None:
        mine = _("Bài của tôi") if actor.on_board else _("Tin, bài")
        links.append(_link(request, "web:my_pieces", mine, "/me/", "/send/", "/pieces/"))
        mode = payment_mode_on(portal.pk, clock.today(portal.time_zone))
        if mode == Mode.PAYING:
            links.append(_link(request, "web:my_fees", _("Nhuận bút"), "/fees/"))
        if mode != Mode.UNPAID:  # a portal that only tries out asks already where the money is to go
            links.append(_link(request, "web:my_payee", _("Nhận tiền"), "/payee/"))
        links.append(_link(request, "web:details", _("Thông tin của tôi"), "/details/"))
    return links


def _office_links(request: HttpRequest, actor: Actor) -> list[Link]:
    """What the board works with every day; who is responsible for the money looks pieces up too."""
    links = []
    if actor.on_board:
        links.append(_link(request, "web:desk", _("Việc cần làm"), "/desk/", "/review/", "/publish/", "/applications/"))
        if holds(actor, "piece.start_for_other"):
            links.append(_link(request, "web:enter", _("Nhập hộ"), "/enter/"))
        if holds(actor, "document.publish"):
            links.append(_link(request, "web:document", _("Văn bản"), "/documents/"))
        links.append(_link(request, "web:archive", _("Tra cứu"), "/archive/"))
        links.append(_link(request, "web:output", _("Thống kê"), "/output/"))
    elif holds(actor, "piece.list"):
        links.append(_link(request, "web:archive", _("Tra cứu"), "/archive/"))
    return links


def _set_up_links(request: HttpRequest, actor: Actor) -> list[Link]:
    """For those who keep units and rights, and those who watch."""
    links = []
    if holds(actor, "website.write"):
        links.append(_link(request, "web:website", _("Trang web"), "/website/"))
    if holds(actor, "unit.write"):
        links.append(_link(request, "web:units", _("Ấp, ngành"), "/units/", "/place/"))
    if holds(actor, "portal.set_up"):
        links.append(_link(request, "web:genres", _("Thể loại, chuyên mục"), "/genres/", "/topics/"))
    if holds(actor, "grant.give"):
        links.append(_link(request, "web:rights", _("Ban biên tập"), "/rights/", "/events/"))
    elif holds(actor, "event.see"):
        links.append(_link(request, "web:events", _("Nhật ký"), "/events/"))
    if holds_money(actor, "settings.see"):
        links.append(_link(request, "web:settings", _("Cài đặt"), "/settings/", "/setup/"))
    if holds(actor, "contributor.erase"):
        links.append(_link(request, "web:retention", _("Thời hạn giữ"), "/retention/"))
    return links


def _machine_links(request: HttpRequest, actor: Actor) -> list[Link]:
    """For those who answer for the books and for the machine."""
    links = []
    if holds_money(actor, "books.check"):
        links.append(_link(request, "web:books", _("Kiểm tra sổ"), "/books/"))
    if holds_money(actor, "job.manage"):
        links.append(_link(request, "web:jobs", _("Việc nền"), "/jobs/"))
    if holds_money(actor, "system.see"):
        links.append(_link(request, "web:health", _("Tình trạng hệ thống"), "/health/"))
    return links


def _people_links(request: HttpRequest, actor: Actor) -> list[Link]:
    links = []
    if holds(actor, "contributor.see"):
        links.append(_link(request, "web:network", _("Cộng tác viên"), "/network/", "/people/"))
    if holds(actor, "training.write"):
        links.append(_link(request, "web:training", _("Tập huấn"), "/training/"))
    if holds(actor, "invitation.make"):
        links.append(_link(request, "web:invitations", _("Mời"), "/invitations/", "/register"))
    return links


def _link(request: HttpRequest, name: str, label: str, *sections: str) -> Link:
    return Link(label, reverse(name), request.path.startswith(sections))


def _standing(actor: Actor) -> str:
    """In which capacity the person is here, for the line under the name."""
    words = [str(SeatName(seat).label) for seat in SeatName.values if seat in actor.seats]
    if "account_holder" in actor.capabilities:
        words.append(_("thủ trưởng"))
    if "accountant" in actor.capabilities:
        words.append(_("kế toán"))
    return ", ".join(words) or (_("cộng tác viên") if actor.contributor_id else "")
