"""Sending a piece, one thing per page: what → text → photos → check → receipt. The draft is kept from the text on."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from contributors.drafting import edit_piece, start_piece
from contributors.errors import DomainError
from contributors.models import MAKERS, Contributor, CountsAs, Piece, PieceState, Role
from contributors.newsroom import submit_piece
from contributors.output import never_wrote
from contributors.photos import add_photo
from payments.approvals import Preview, preview, score_sheet
from payments.errors import PaymentError
from web.context import pays_today
from web.contributor.forms import EditTextForm, GenreForm, NewTextForm, PhotosForm, genres_for_contributors
from web.forms import SeenForm
from web.page import PageRequest, for_writers, show
from web.pieces import own_piece, photos_of

STEPS = 4


@for_writers
def genre_page(request: PageRequest) -> HttpResponseBase:
    """First step. `for` names the person for whom someone of the board writes."""
    author, practice = request.GET.get("for", ""), "practice" in request.GET
    form = GenreForm(request.GET if "next" in request.GET else None, initial={"genre": request.GET.get("genre")})
    if form.is_valid():
        wanted = {"genre": form.cleaned_data["genre"].code} | ({"for": author} if author else {})
        wanted |= {"practice": "1"} if practice else {}
        return redirect(f"{reverse('web:send_text')}?{urlencode(wanted)}")
    context = {
        "for": author,
        "practice": practice,
        "may_practise": not author and not practice and never_wrote(request.actor.contributor_id),
        "step": 1,
        "steps": STEPS,
    }
    return show(request, "contributor/genre.html", context, form=form)


@for_writers
def new_text_page(request: PageRequest) -> HttpResponseBase:
    if request.method != "POST":
        genre = genres_for_contributors().filter(code=request.GET.get("genre", "")).first()
        if genre is None:
            return redirect("web:send")
        practice = "practice" in request.GET
        form = NewTextForm(initial={"genre": genre.code, "author": request.GET.get("for"), "practice": practice})
        frame = _text_frame(genre.name, None) | {"practice": practice}
        return show(request, "contributor/text.html", frame, form=form)
    form = NewTextForm(request.POST)
    form.fields["body"].required = _asks_for_text(form["genre"].value())
    if form.is_valid():
        with form.refusals():
            piece = start_piece(
                actor=request.actor,
                client_key=form.cleaned_data["client_key"],
                genre=form.cleaned_data["genre"],
                contributor=_named(form.cleaned_data["author"]),
                practice=form.cleaned_data["practice"],
                **form.piece_fields(),
            )
            return _onward(request, piece)
    frame = _text_frame("", None) | {"practice": form["practice"].value()}
    return show(request, "contributor/text.html", frame, form=form)


@for_writers
def text_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    if request.method != "POST":
        return show(request, "contributor/text.html", _text_frame(piece.genre.name, piece), form=EditTextForm.of(piece))
    form = EditTextForm(request.POST)
    form.fields["body"].required = piece.genre.counts_as == CountsAs.PIECE
    if form.is_valid():
        with form.refusals():
            edit_piece(actor=request.actor, piece=piece, seen_version=form.seen_version, **form.piece_fields())
            return _onward(request, piece)
    newest = own_piece(request.actor, public_id)
    form.show_newest(newest.version)
    return show(request, "contributor/text.html", _text_frame(newest.genre.name, newest), form=form)


@for_writers
def photos_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    own = piece.contributor_id == request.actor.contributor_id
    form = PhotosForm(piece=piece, own=own, initial={"version": piece.version})
    if request.method == "POST":
        form = PhotosForm(request.POST, request.FILES, piece=piece, own=own)
        if form.is_valid():
            added = _add_photos(request, piece, form)
            if added and not form.errors:
                messages.success(request, _("Đã lưu %(count)d ảnh.") % {"count": added})
                return redirect("web:send_photos", public_id=public_id)
        piece = own_piece(request.actor, public_id)
        if form.stale or form.chosen:
            form.renew(piece.version)  # adding photos overwrites nobody
    context = {
        "piece": piece,
        "photos": photos_of(piece),
        "step": 3,
        "steps": STEPS,
    }
    return show(request, "contributor/photos.html", context, form=form)


def _add_photos(request: PageRequest, piece: Piece, form: PhotosForm) -> int:
    """Each photo by itself: one that cannot be read is named, the others are kept."""
    added = 0
    seen = form.seen_version
    for photo in form.chosen:
        try:
            add_photo(
                actor=request.actor,
                piece=piece,
                seen_version=seen,
                content=photo.file.read(),
                caption=photo.caption,
                photographer=photo.photographer,
            )
        except DomainError as refused:
            if refused.code == "stale_version":
                form.refuse(refused)
                return added
            form.add_error("photos", f"{photo.file.name}: {refused.message()}")
            continue
        seen = piece.version
        added += 1
    return added


@for_writers
def check_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Check your answers, then send. What the verb still misses is said at the top, with the way to it."""
    piece = own_piece(request.actor, public_id)
    form = SeenForm(request.POST or None, initial={"version": piece.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            submit_piece(actor=request.actor, piece=piece, seen_version=form.seen_version)
            return redirect("web:send_done", public_id=public_id)
        if _already_sent(form, public_id, request):
            return redirect("web:send_done", public_id=public_id)
        piece = own_piece(request.actor, public_id)
        form.show_newest(piece.version)
    photos = photos_of(piece)
    context = {
        "piece": piece,
        "photos": photos,
        "without_caption": sum(1 for photo in photos if not photo.caption),
        "words": len(piece.body.split()),
        "fee": _least_fee(request, piece),
        "own": piece.contributor_id == request.actor.contributor_id,
        "step": 4,
        "steps": STEPS,
    }
    return show(request, "contributor/check.html", context, form=form)


def _already_sent(form: SeenForm, public_id: uuid.UUID, request: PageRequest) -> bool:
    """The second of two quick presses finds the piece sent by the first: that is the receipt, no error."""
    if form.refusal is None or form.refusal.code not in {"stale_version", "wrong_state"}:
        return False
    newest = own_piece(request.actor, public_id)
    return newest.state == PieceState.SUBMITTED and newest.version == form.seen_version + 1


@for_writers
def done_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    if piece.receipt_number is None:
        return redirect("web:send_check", public_id=public_id)
    own = piece.contributor_id == request.actor.contributor_id
    return show(request, "contributor/done.html", {"piece": piece, "own": own})


def _least_fee(request: PageRequest, piece: Piece) -> int:
    """What the author gets for the lowest score, in đồng; 0 where the portal does not pay, or nothing can be said."""
    if piece.practice or not pays_today(request.portal):
        return 0
    try:
        sheet = score_sheet(piece)
        shown = preview(piece=piece, coefficient=sheet.low, photo_coefficient=sheet.photo_low, actor=request.actor)
    except PaymentError:
        return 0
    return _authors_part(piece, shown)


def _authors_part(piece: Piece, shown: Preview) -> int:
    roles = {str(Role(role).label) for role in MAKERS}
    return sum(
        line.amount for line in shown.lines if line.role_label in roles and line.name == piece.contributor.full_name
    )


def _text_frame(genre_name: str, piece: Piece | None) -> dict[str, object]:
    practice = piece is not None and piece.practice
    return {"genre_name": genre_name, "piece": piece, "practice": practice, "step": 2, "steps": STEPS}


def _asks_for_text(code: str) -> bool:
    asked: bool = genres_for_contributors().filter(code=code, counts_as=CountsAs.PIECE).exists()
    return asked


def _named(author: uuid.UUID | None) -> Contributor | None:
    if author is None:
        return None
    person = Contributor.objects.filter(public_id=author).first()
    if person is None:
        raise DomainError("person_unknown", field="author")
    return person


def _onward(request: PageRequest, piece: Piece) -> HttpResponseBase:
    if "later" in request.POST:
        messages.success(request, _("Đã giữ bản nháp. Khi nào rảnh, mở lại để viết tiếp."))
        return redirect("web:home")
    return redirect("web:send_photos", public_id=piece.public_id)
