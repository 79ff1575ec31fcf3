"""Set-up of genres and topics: the list, one of them, their order, what is offered no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contributors import genres
from contributors.access import require
from contributors.errors import DomainError
from contributors.models import Genre, Topic
from web.board.genre_forms import GENRE, EditGenreForm, EditTopicForm, NewGenreForm, NewTopicForm
from web.forms import SeenForm
from web.page import PageRequest, for_members, show

Kind = TypeVar("Kind", Genre, Topic)


@for_members
def genres_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "portal.set_up")
    offered = list(Genre.objects.order_by("position", "pk"))
    there = {genre.code for genre in offered}
    context = {
        "genres": offered,
        "topics": list(Topic.objects.order_by("position", "pk")),
        "proposed": [fields["name"] for code, fields in genres.proposed().items() if code not in there],
    }
    return show(request, "board/genres/list.html", context)


@for_members
def new_genre_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "portal.set_up")
    form = NewGenreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            genres.offer_genre(actor=request.actor, code=form.cleaned_data["code"], **form.genre_fields())
            return redirect("web:genres")
    return show(request, "board/genres/form.html", {"heading": _("Thêm thể loại")}, form=form)


@for_members
def genre_page(request: PageRequest, code: str) -> HttpResponseBase:
    require(request.actor, "portal.set_up")
    row = _by(Genre, code)
    form = EditGenreForm(
        request.POST or None, initial={name: getattr(row, name) for name in GENRE} | {"version": row.version}
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            genres.change_genre(actor=request.actor, genre=row, seen_version=form.seen_version, **form.genre_fields())
            return redirect("web:genres")
        form.show_newest(_by(Genre, code).version)
    return show(request, "board/genres/form.html", {"heading": row.name, "row": row}, form=form)


@for_members
def new_topic_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "portal.set_up")
    form = NewTopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            genres.offer_topic(actor=request.actor, code=form.cleaned_data["code"], **form.topic_fields())
            return redirect("web:genres")
    return show(request, "board/genres/form.html", {"heading": _("Thêm chuyên mục")}, form=form)


@for_members
def topic_page(request: PageRequest, code: str) -> HttpResponseBase:
    require(request.actor, "portal.set_up")
    row = _by(Topic, code)
    first = {"name": row.name, "leader_activity": row.leader_activity, "version": row.version}
    form = EditTopicForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            genres.change_topic(actor=request.actor, topic=row, seen_version=form.seen_version, **form.topic_fields())
            return redirect("web:genres")
        form.show_newest(_by(Topic, code).version)
    return show(request, "board/genres/form.html", {"heading": row.name, "row": row}, form=form)


@for_members
@require_POST
def take_proposed_view(request: PageRequest) -> HttpResponseBase:
    made = genres.take_proposed(actor=request.actor)
    said = ngettext("Đã thêm %(count)d thể loại.", "Đã thêm %(count)d thể loại.", len(made))
    messages.success(request, said % {"count": len(made)})
    return redirect("web:genres")


@for_members
@require_POST
def genre_earlier_view(request: PageRequest, code: str) -> HttpResponseBase:
    genres.order_genres(actor=request.actor, codes=_earlier(Genre.objects.order_by("position", "pk"), code))
    return redirect("web:genres")


@for_members
@require_POST
def topic_earlier_view(request: PageRequest, code: str) -> HttpResponseBase:
    genres.order_topics(actor=request.actor, codes=_earlier(Topic.objects.order_by("position", "pk"), code))
    return redirect("web:genres")


@for_members
@require_POST
def genre_retire_view(request: PageRequest, code: str) -> HttpResponseBase:
    """Offers it no more, or (`again`) once more."""
    row = _by(Genre, code)
    genres.retire_genre(
        actor=request.actor, genre=row, seen_version=_seen(request), retired="again" not in request.POST
    )
    return redirect("web:genres")


@for_members
@require_POST
def topic_retire_view(request: PageRequest, code: str) -> HttpResponseBase:
    row = _by(Topic, code)
    genres.retire_topic(
        actor=request.actor, topic=row, seen_version=_seen(request), retired="again" not in request.POST
    )
    return redirect("web:genres")


def _by(model: type[Kind], code: str) -> Kind:
    found: Kind | None = model.objects.filter(code=code).first()
    if found is None:
        raise DomainError("not_found")
    return found


def _earlier(rows: Iterable[Genre | Topic], code: str) -> list[str]:
    """The codes with this one a place earlier."""
    codes = [row.code for row in rows]
    if code in codes[1:]:
        place = codes.index(code)
        codes[place - 1], codes[place] = codes[place], codes[place - 1]
    return codes


def _seen(request: PageRequest) -> int:
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise DomainError("stale_version", field="version")
    return form.seen_version
