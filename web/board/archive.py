"""Tra cứu: all pieces, searched and filtered, with views that are kept."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors.access import require
from contributors.finding import PiecePage, page_of_pieces
from contributors.saved_views import delete_view, save_view, views_of
from web.board.posting_forms import ArchiveForm, ViewForm
from web.page import PageRequest, for_members, show

PLACE = "web.archive.after"


@for_members
def archive_page(request: PageRequest) -> HttpResponseBase:
    """Newest first, fifty a page. A filter that cannot be read shows nothing, never a longer list."""
    require(request.actor, "piece.list")
    return _shown(request, ArchiveForm(_typed(request.GET)))


@for_members
@require_POST
def save_view_page(request: PageRequest) -> HttpResponseBase:
    """Keep what the list is narrowed by; the filters come along as the address has them."""
    require(request.actor, "piece.list")
    filters = ArchiveForm(_typed(QueryDict(request.POST.get("query", ""))))
    form = ViewForm(request.POST, auto_id="view_%s")
    if filters.is_valid() and form.is_valid():
        with form.refusals():
            view = save_view(
                actor=request.actor,
                name=form.cleaned_data["name"],
                query=filters.asked,
                shared=form.cleaned_data["shared"],
            )
            messages.success(request, _("Đã lưu bộ lọc “%(name)s”.") % {"name": view.name})
            return redirect(f"{reverse('web:archive')}?{urlencode(view.query)}")
    return _shown(request, filters, saving=form)


@for_members
@require_POST
def delete_view_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    delete_view(actor=request.actor, public_id=public_id)
    messages.success(request, _("Đã xoá bộ lọc."))
    return redirect("web:archive")


def _typed(given: QueryDict) -> QueryDict:
    """States may stand with commas in one value, as saved views and the API have them."""
    typed = given.copy()
    states = [part for value in typed.getlist("state") for part in value.split(",") if part]
    typed.setlist("state", states)
    return typed


def _shown(request: PageRequest, form: ArchiveForm, *, saving: ViewForm | None = None) -> HttpResponseBase:
    page, asked = PiecePage([], None), {}
    if form.is_valid():
        asked = form.asked
        page = page_of_pieces(request.actor, form.wanted, after=_place(request.GET.get("after", "")))
    query = urlencode(asked)
    following = urlencode(asked | {"after": signing.dumps(page.after, salt=PLACE)}) if page.after else ""
    views = [
        (view, f"?{urlencode(view.query)}", view.query == asked, view.created_by_id == request.actor.account_id)
        for view in views_of(request.actor)
    ]
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "more": bool(asked.keys() - {"q"}),
        "query": query,
        "following": following,
        "first": "after" not in request.GET,
        "views": views,
        "opens": "web:review" if request.actor.on_board else "web:piece",
        "saving": saving or ViewForm(auto_id="view_%s"),
    }
    return show(request, "board/archive.html", context, form=saving or form)


def _place(token: str) -> int | None:
    """The id after which the page begins; a token that nobody gave starts at the beginning."""
    try:
        return int(signing.loads(token, salt=PLACE)) if token else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
