"""What is in a piece beside its text: one photo's caption and photographer, its place, films, what is dropped."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors import photos
from contributors.access import may_see
from contributors.attachments import attach_address, attachments_of, remove_attachment
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Attachment, Photo, Piece, Upload
from contributors.uploads import begin_upload, cancel_upload, receive_file, uploads_open
from web.contributor.media_forms import MediaForm, PhotoForm
from web.downloads import file_answer, plain_name
from web.forms import SeenForm
from web.page import PageRequest, for_members, for_writers, show
from web.pieces import own_piece, photos_of


@for_writers
def photo_page(request: PageRequest, public_id: uuid.UUID, photo_id: uuid.UUID) -> HttpResponseBase:
    photo = _photo(request, public_id, photo_id)
    own = photo.piece.contributor_id == request.actor.contributor_id
    form = PhotoForm(request.POST or None, photo=photo, own=own)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            photos.change_photo(
                actor=request.actor,
                photo=photo,
                seen_version=form.seen_version,
                caption=form.cleaned_data["caption"],
                photographer=form.photographer,
            )
            return redirect("web:send_photos", public_id=public_id)
        form.show_newest(own_piece(request.actor, public_id).version)
    return show(request, "contributor/photo.html", {"piece": photo.piece, "photo": photo}, form=form)


@for_writers
@require_POST
def remove_photo_view(request: PageRequest, public_id: uuid.UUID, photo_id: uuid.UUID) -> HttpResponseBase:
    photo = _photo(request, public_id, photo_id)
    photos.remove_photo(actor=request.actor, photo=photo, seen_version=_seen(request))
    messages.success(request, _("Đã bỏ ảnh."))
    return redirect("web:send_photos", public_id=public_id)


@for_writers
@require_POST
def earlier_view(request: PageRequest, public_id: uuid.UUID, photo_id: uuid.UUID) -> HttpResponseBase:
    """One place earlier."""
    piece = own_piece(request.actor, public_id)
    order = [photo.public_id for photo in photos_of(piece)]
    if photo_id in order[1:]:
        place = order.index(photo_id)
        order[place - 1], order[place] = order[place], order[place - 1]
        photos.order_photos(actor=request.actor, piece=piece, seen_version=_seen(request), order=order)
    return redirect("web:send_photos", public_id=public_id)


@for_writers
@require_POST
def drop_upload_view(request: PageRequest, public_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    upload = Upload.objects.filter(piece=piece, public_id=upload_id).first()
    if upload is None:
        raise DomainError("not_found")
    cancel_upload(actor=request.actor, upload=upload)
    messages.success(request, _("Đã bỏ tệp."))
    return redirect("web:send_photos", public_id=public_id)


@for_writers
def media_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Films and recordings: a file of bounded size, or an address."""
    piece = own_piece(request.actor, public_id)
    usual = "audio" if piece.genre.counts_as == "piece" else "video"
    form = MediaForm(request.POST or None, request.FILES or None, initial={"version": piece.version, "kind": usual})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            _add_media(request, piece, form)
            return redirect("web:send_photos", public_id=public_id)
        form.show_newest(own_piece(request.actor, public_id).version)
    context = {"piece": piece, "attachments": attachments_of(piece), "uploads": list(uploads_open(piece))}
    return show(request, "contributor/media.html", context, form=form)


def _add_media(request: PageRequest, piece: Piece, form: MediaForm) -> None:
    said = form.cleaned_data
    if said["url"]:
        attach_address(
            actor=request.actor,
            piece=piece,
            seen_version=form.seen_version,
            kind=said["kind"],
            url=said["url"],
            caption=said["caption"],
            seconds=said["length"],
        )
        return
    file = said["file"]
    begun = begin_upload(
        actor=request.actor,
        piece=piece,
        client_key=uuid.uuid4(),
        kind=said["kind"],
        file_name=file.name,
        size=file.size,
        caption=said["caption"],
        seconds=said["length"],
    )
    receive_file(actor=request.actor, upload=begun, parts=file.chunks())


@for_writers
@require_POST
def remove_media_view(request: PageRequest, public_id: uuid.UUID, attachment_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    found = Attachment.objects.select_related("piece").filter(piece=piece, public_id=attachment_id).first()
    if found is None:
        raise DomainError("not_found")
    remove_attachment(actor=request.actor, attachment=found, seen_version=_seen(request))
    messages.success(request, _("Đã bỏ tệp."))
    return redirect("web:send_photos", public_id=public_id)


@for_members
def media_file(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A film or a recording, to keep."""
    found = Attachment.objects.select_related("piece").filter(public_id=public_id, removed_at__isnull=True).first()
    if found is None or not found.path or not may_see(request.actor, found.piece):
        raise DomainError("not_found")
    path = open_kept(found.path)
    return file_answer(path, kind=found.media_type, name=f"{plain_name(found.piece.title)}{path.suffix}")


def _photo(request: PageRequest, public_id: uuid.UUID, photo_id: uuid.UUID) -> Photo:
    piece = own_piece(request.actor, public_id)
    found = (
        Photo.objects.filter(piece=piece, public_id=photo_id, removed_at__isnull=True)
        .select_related("piece__contributor", "photographer")
        .first()
    )
    if found is None:
        raise DomainError("not_found")
    return found


def _seen(request: PageRequest) -> int:
    """The version that a one-button form carries."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise DomainError("stale_version", field="version")
    return form.seen_version
