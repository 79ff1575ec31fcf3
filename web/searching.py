"""Search: one field over everything that the person may see, by groups, with the way to each full list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from contributors.access import holds
from contributors.actors import Actor
from contributors.searching import FEWEST_SIGNS, Found, Hit, asked_words
from payments.searching import everything_found
from web.page import PageRequest, for_members, show

HEADINGS: Mapping[str, object] = {
    "pieces": _("Tin, bài"),
    "people": _("Cộng tác viên"),
    "units": _("Ấp, ngành"),
    "calls": _("Bài đặt"),
    "statements": _("Phiếu thanh toán"),
    "runs": _("Kỳ chi trả"),
    "papers": _("Giấy tờ của kỳ"),
}
PAGES = {
    "calls": "web:call",
    "people": "web:network_person",
    "units": "web:unit",
    "statements": "web:statement",
    "runs": "web:run",
    "papers": "web:paper",
}


@dataclass(frozen=True, slots=True)
class FoundLink:
    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """`all_url` leads to the kind's own list, narrowed by the same words where it can be; "" where there is none."""

    heading: object
    count: int
    more: bool
    links: list[FoundLink]
    all_url: str


@for_members
def search_page(request: PageRequest) -> HttpResponseBase:
    typed = request.GET.get("q", "")
    words = asked_words(typed)
    groups = [_group(request.actor, found, words) for found in everything_found(request.actor, typed)]
    context = {"q": " ".join(typed.split()), "words": words, "groups": groups, "fewest": FEWEST_SIGNS}
    return show(request, "search.html", context)


def _group(actor: Actor, found: Found, words: str) -> FoundGroup:
    links = [FoundLink(hit.title, hit.detail, _url(actor, found.kind, hit)) for hit in found.hits]
    return FoundGroup(HEADINGS[found.kind], found.count, found.more, links, _all_url(actor, found, words))


def _url(actor: Actor, kind: str, hit: Hit) -> str:
    if kind == "calls" and holds(actor, "call.write"):
        return f"{reverse('web:calls')}#call-{hit.id}"
    if kind == "pieces":
        return reverse("web:review" if actor.on_board else "web:piece", args=[hit.id])
    return reverse(PAGES[kind], args=[hit.id])


def _all_url(actor: Actor, found: Found, words: str) -> str:
    if found.kind == "pieces" and holds(actor, "piece.list"):
        return f"{reverse('web:archive')}?{urlencode({'q': words})}"
    if found.kind == "people":
        return f"{reverse('web:network')}?{urlencode({'q': words})}"
    plain = {"units": "web:units", "runs": "web:runs"}
    if found.kind == "calls":
        return reverse("web:calls" if holds(actor, "call.write") else "web:my_calls")
    return reverse(plain[found.kind]) if found.kind in plain else ""
