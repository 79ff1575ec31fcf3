"""Trang web: where the website is, what was seen on it, and keys for websites that pull from us."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contributors import watching
from contributors.access import holds, require
from contributors.errors import DomainError
from contributors.feeds import feed_keys_of, make_feed_key, revoke_feed_key
from contributors.models import Website
from web.board.posting_forms import AnswerForm, FeedKeyForm, WebsiteForm
from web.page import PageRequest, for_members, show


@for_members
def website_page(request: PageRequest) -> HttpResponseBase:
    website = watching.website_of(request.actor)
    form = WebsiteForm(
        request.POST or None,
        initial={"address": website.address, "feed": website.feed, "version": website.version} if website else None,
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            watching.set_website(
                actor=request.actor,
                address=form.cleaned_data["address"],
                feed=form.cleaned_data["feed"],
                seen_version=form.cleaned_data["version"],
            )
            messages.success(request, _("Đã ghi địa chỉ trang."))
            return redirect("web:website")
    return _shown(request, website, form)


@for_members
@require_POST
@never_cache
def make_key_page(request: PageRequest) -> HttpResponseBase:
    """The key stands on this one answer and nowhere else."""
    website = watching.website_of(request.actor)
    form = FeedKeyForm(request.POST, auto_id="key_%s")
    if form.is_valid():
        with form.refusals():
            row, key = make_feed_key(actor=request.actor, name=form.cleaned_data["name"])
            base = f"{settings.BASE_URL}{reverse('web:feed', args=[key, 'atom.xml'])}"
            json = f"{settings.BASE_URL}{reverse('web:feed', args=[key, 'feed.json'])}"
            return show(request, "board/website_key.html", {"row": row, "key": key, "atom": base, "json": json})
    return _shown(request, website, None, making=form)


@for_members
@require_POST
def revoke_key_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    row = revoke_feed_key(actor=request.actor, public_id=public_id)
    messages.success(request, _("Đã thu hồi khoá của “%(name)s”.") % {"name": row.name})
    return redirect("web:website")


@for_members
def sightings_page(request: PageRequest) -> HttpResponseBase:
    """Addresses of the website that look like pieces which wait to be posted."""
    rows = [
        (row, AnswerForm(initial={"version": row.piece.version}, auto_id=f"{row.public_id}_%s"))
        for row in watching.sightings_waiting(request.actor)
    ]
    website = Website.objects.first()
    context = {"rows": rows, "website": website, "watched": bool(website and website.feed)}
    return show(request, "board/sightings.html", context)


@for_members
@require_POST
def look_page(request: PageRequest) -> HttpResponseBase:
    watching.ask_for_look(actor=request.actor)
    messages.success(request, _("Đang xem trang; vài phút nữa hãy tải lại."))
    return redirect("web:sightings")


@for_members
@require_POST
def answer_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require(request.actor, "sighting.answer")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise DomainError("stale_version")
    accept = request.POST.get("answer") == "yes"
    row = watching.answer_sighting(
        actor=request.actor, public_id=public_id, accept=accept, seen_version=form.cleaned_data["version"]
    )
    told = _("Đã ghi: “%(title)s” đã lên trang.") if accept else _("Đã bỏ qua địa chỉ ấy cho “%(title)s”.")
    messages.success(request, told % {"title": row.piece.title})
    return redirect("web:sightings")


def _shown(
    request: PageRequest, website: Website | None, form: WebsiteForm | None, *, making: FeedKeyForm | None = None
) -> HttpResponseBase:
    first = {"address": website.address, "feed": website.feed, "version": website.version} if website else None
    keys = list(feed_keys_of(request.actor))
    context = {
        "website": website,
        "problem": _problem(website),
        "form": form or WebsiteForm(initial=first),
        "making": making or FeedKeyForm(auto_id="key_%s"),
        "keys": [key for key in keys if key.revoked_at is None],
        "revoked": [key for key in keys if key.revoked_at is not None],
        "may_answer": holds(request.actor, "sighting.answer"),
    }
    return show(request, "board/website.html", context, form=making or form)


def _problem(website: Website | None) -> str:
    """What went wrong at the last look, in words."""
    if website is None or not website.problem:
        return ""
    return DomainError(website.problem, host=website.address).message()
