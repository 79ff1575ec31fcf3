"""Posting: the copy-out package for the website, and the address where the piece stands."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors.access import may_see, require
from contributors.errors import DomainError
from contributors.models import Photo
from contributors.newsroom import publish_piece
from contributors.packages import clean_html, package_of, photo_name, plain_name
from contributors.watching import sightings_waiting
from web.board.forms import PublishForm
from web.downloads import photo_answer, small_answer, zip_answer
from web.page import PageRequest, for_board, for_members, show
from web.pieces import photos_of, seen_piece
from web.sentences import tell


@for_board
def publish_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require(request.actor, "piece.publish")
    piece = seen_piece(request.actor, public_id)
    form = PublishForm(request.POST or None, initial={"version": piece.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            publish_piece(
                actor=request.actor,
                piece=piece,
                seen_version=form.seen_version,
                url=form.cleaned_data["published_url"],
            )
            messages.success(request, _("Đã ghi: “%(title)s” đã lên trang.") % {"title": piece.title})
            return redirect("web:desk")
        piece = seen_piece(request.actor, public_id)
        form.show_newest(piece.version)
    context = {
        "piece": piece,
        "told": tell(piece),
        "photos": photos_of(piece),
        "html": clean_html(piece.body),
        "seen": sightings_waiting(request.actor).filter(piece=piece).exists(),
    }
    return show(request, "board/publish.html", context, form=form)


@for_members
def photo_file(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One photo, to look at (`?show`, `?small`) or to keep."""
    photo = Photo.objects.select_related("piece").filter(public_id=public_id).first()
    if photo is None or not photo.path or photo.removed_at or not may_see(request.actor, photo.piece):
        raise DomainError("not_found")
    if "small" in request.GET and photo.small_path:
        return small_answer(photo)
    shown = bool({"show", "small"} & set(request.GET))
    return photo_answer(photo, name=photo_name(photo.piece, photo), shown=shown)


@for_board
def photos_zip(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Text and photos of a piece in one download."""
    piece = seen_piece(request.actor, public_id)
    return zip_answer(package_of(actor=request.actor, piece=piece), name=plain_name(piece.title))
