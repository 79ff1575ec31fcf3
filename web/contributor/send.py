"""Sending a piece, one thing per page: what → text → photos → check → receipt. The draft is kept from the text on."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from contributors.attachments import attachments_of
from contributors.autosave import write_draft
from contributors.drafting import MOST_WORDS, edit_piece
from contributors.errors import DomainError
from contributors.models import MAKERS, Contributor, CountsAs, Piece, PieceState, Role, UploadKind, UploadState
from contributors.newsroom import submit_piece
from contributors.output import never_wrote
from contributors.pledges import current_pledge
from contributors.revisions import compared
from contributors.uploads import begin_upload, receive_file, uploads_open
from contributors.words import count_words
from payments.approvals import Preview, preview, score_sheet
from payments.calling import fee_range, fee_ranges
from payments.errors import PaymentError
from web.context import pays_today
from web.contributor.forms import (
    EditTextForm,
    GenreForm,
    NewTextForm,
    PhotosForm,
    SubmitForm,
    TextFields,
    genres_for_contributors,
)
from web.contributor.sharing import text_at_hand
from web.forms import SeenForm
from web.genre_words import fee_sentence
from web.page import PageRequest, for_writers, show
from web.pieces import own_piece, photos_of

STEPS = 4


@for_writers
def genre_page(request: PageRequest) -> HttpResponseBase:
    """First step. `for` names the person for whom someone of the board writes."""
    author, practice = request.GET.get("for", ""), "practice" in request.GET
    shared = request.GET.get("shared", "")  # what another app gave us, kept on the phone under this name
    form = GenreForm(request.GET if "next" in request.GET else None, initial={"genre": request.GET.get("genre")})
    if form.is_valid():
        wanted = {"genre": form.cleaned_data["genre"].code} | ({"for": author} if author else {})
        wanted |= {"practice": "1"} if practice else {}
        wanted |= {"shared": shared} if shared else {}
        return redirect(f"{reverse('web:send_text')}?{urlencode(wanted)}")
    context = {
        "for": author,
        "practice": practice,
        "shared": shared,
        "fees": {} if practice else fee_ranges(request.portal, genres_for_contributors()),
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
        begun = {"genre": genre.code, "author": request.GET.get("for"), "practice": practice}
        form = NewTextForm(initial=begun | text_at_hand(request))
        frame = _text_frame(genre.name, None) | {"practice": practice, "shared": request.GET.get("shared", "")}
        frame["fee_words"] = "" if practice else fee_sentence(genre, fee_range(request.portal, genre))
        return show(request, "contributor/text.html", frame, form=form)
    form = NewTextForm(request.POST)
    form.fields["body"].required = _asks_for_text(form["genre"].value())
    if form.is_valid():
        with form.refusals():
            piece = write_draft(
                actor=request.actor,
                client_key=form.cleaned_data["client_key"],
                genre=form.cleaned_data["genre"],
                seen_version=form.cleaned_data["version"],
                contributor=_named(form.cleaned_data["author"]),
                practice=form.cleaned_data["practice"],
                fields=form.piece_fields(),
            )
            return _onward(request, piece)
    known = _kept(request, form) if form.stale else None
    if known is not None:
        form.show_newest(known.version)
    frame = _text_frame("", known, form) | {"practice": form["practice"].value()}
    return show(request, "contributor/text.html", frame, form=form)


@for_writers
def text_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    if request.method != "POST":
        return show(request, "contributor/text.html", _text_frame(piece.genre.name, piece), form=EditTextForm.of(piece))
    form = EditTextForm(request.POST, piece=piece)
    form.fields["body"].required = piece.genre.counts_as == CountsAs.PIECE
    if form.is_valid():
        with form.refusals():
            edit_piece(actor=request.actor, piece=piece, seen_version=form.seen_version, **form.piece_fields())
            return _onward(request, piece)
    newest = own_piece(request.actor, public_id)
    form.show_newest(newest.version)
    return show(request, "contributor/text.html", _text_frame(newest.genre.name, newest, form), form=form)


def _kept(request: PageRequest, form: NewTextForm) -> Piece | None:
    """The draft of a form's key, which another device wrote on."""
    key = form.cleaned_data["client_key"]
    found: Piece | None = Piece.objects.filter(client_key=key, created_by_id=request.actor.account_id).first()
    return found


def _under_way(piece: Piece) -> dict[str, object]:
    """Files that are not in the piece yet; while one is worked on, the page looks again by itself."""
    uploads = list(uploads_open(piece))
    return {"uploads": uploads, "working": any(upload.state == UploadState.PROCESSING for upload in uploads)}


@for_writers
def photos_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    piece = own_piece(request.actor, public_id)
    own = piece.contributor_id == request.actor.contributor_id
    form = PhotosForm(piece=piece, own=own, initial={"version": piece.version})
    if request.method == "POST":
        form = PhotosForm(request.POST, request.FILES, piece=piece, own=own)
        if form.is_valid():
            added = _take_photos(request, piece, form)
            if added and not form.errors:
                messages.success(request, _("Đã nhận %(count)d ảnh.") % {"count": added})
                return redirect("web:send_photos", public_id=public_id)
        piece = own_piece(request.actor, public_id)
        if form.stale or form.chosen:
            form.renew(piece.version)  # adding photos overwrites nobody
    context = {
        "piece": piece,
        "photos": photos_of(piece),
        **_under_way(piece),
        "attachments": attachments_of(piece),
        "author": piece.contributor.public_id,
        "phone_draft": piece.client_key,
        "editing": True,
        "step": 3,
        "steps": STEPS,
    }
    return show(request, "contributor/photos.html", context, form=form)


def _take_photos(request: PageRequest, piece: Piece, form: PhotosForm) -> int:
    """Each photo by itself: one that cannot be read is named, the others are kept."""
    added = 0
    for photo in form.chosen:
        try:
            begun = begin_upload(
                actor=request.actor,
                piece=piece,
                client_key=uuid.uuid4(),
                kind=UploadKind.PHOTO,
                file_name=photo.file.name or "",
                size=photo.file.size or 0,
                caption=photo.caption,
                photographer=photo.photographer,
            )
            receive_file(actor=request.actor, upload=begun, parts=photo.file.chunks())
        except DomainError as refused:
            form.add_error("photos", f"{photo.file.name}: {refused.message()}")
            continue
        added += 1
    return added


@for_writers
def check_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Check your answers, then send. What the verb still misses is said at the top, with the way to it."""
    piece = own_piece(request.actor, public_id)
    text = current_pledge()
    form = SubmitForm(request.POST or None, initial={"version": piece.version, "pledge": text.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            submit_piece(
                actor=request.actor,
                piece=piece,
                seen_version=form.seen_version,
                pledge=form.cleaned_data["pledge"],
            )
            return redirect("web:send_done", public_id=public_id)
        if _already_sent(form, public_id, request):
            return redirect("web:send_done", public_id=public_id)
        piece = own_piece(request.actor, public_id)
        form.show_newest(piece.version)
    photos = photos_of(piece)
    own = piece.contributor_id == request.actor.contributor_id
    context = {
        "piece": piece,
        "photos": photos,
        "without_caption": sum(1 for photo in photos if not photo.caption),
        **_under_way(piece),
        "attachments": attachments_of(piece),
        "words": count_words(piece.body),
        "fee": _least_fee(request, piece),
        "own": own,
        "points": text.points(on_behalf=not own),
        "pledge": text.version,
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


def _text_frame(genre_name: str, piece: Piece | None, form: TextFields | None = None) -> dict[str, object]:
    practice = piece is not None and piece.practice
    frame: dict[str, object] = {"genre_name": genre_name, "piece": piece, "practice": practice}
    if piece is not None and form is not None and form.stale:
        frame["theirs"] = compared(form["body"].value() or "", piece.body)
    return frame | {"step": 2, "steps": STEPS, "most_words": MOST_WORDS}


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
