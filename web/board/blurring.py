"""Making a face in a photo unrecognizable, before it goes up."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors.access import may_see, require
from contributors.errors import DomainError
from contributors.models import Photo, PieceState
from contributors.photos import blur_photo
from web.board.blur_forms import BlurForm
from web.page import PageRequest, for_members, show

DROPS = (PieceState.APPROVED, PieceState.SCHEDULED)


@for_members
def blur_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Areas are drawn on the photo, or typed in percent where there is no script."""
    require(request.actor, "photo.blur")
    photo = _photo(request, public_id)
    form = BlurForm(request.POST or None, initial={"version": photo.piece.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            blur_photo(actor=request.actor, photo=photo, seen_version=form.seen_version, areas=form.areas)
            messages.success(request, _("Đã làm mờ. Ảnh cũ không còn trên trang."))
            return redirect("web:review", public_id=photo.piece.public_id)
        form.show_newest(_photo(request, public_id).piece.version)
    context = {"photo": photo, "piece": photo.piece, "drops": photo.piece.state in DROPS}
    return show(request, "board/blur.html", context, form=form)


def _photo(request: PageRequest, public_id: uuid.UUID) -> Photo:
    photo = Photo.objects.select_related("piece").filter(public_id=public_id, removed_at__isnull=True).first()
    if photo is None or not may_see(request.actor, photo.piece):
        raise DomainError("not_found")
    return photo
