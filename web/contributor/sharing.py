"""Shared from another app (`share_target` of the manifest). Where the worker runs, it keeps what was shared on the
phone and this is not asked; without it the server takes it at once.
"""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from contributors.sharing import SharedFile, take_shared, words_of
from web.page import PageRequest, for_writers

FIELDS = ("title", "text", "url")
LONGEST = 20_000  # characters of a field that wait in a session for the login
SESSION = "text_at_hand"
OWN_SENDERS = {"none", "same-origin"}  # what browsers say of a share and of our own pages; another site is "cross-site"


@csrf_exempt
def share_page(request: HttpRequest) -> HttpResponseBase:
    """The phone's share sheet has no token of ours, but its browser says that no other site sent this."""
    if request.method != "POST":
        return redirect("web:send")
    refused = _refused(request)
    if refused is not None:
        return refused
    if not request.user.is_authenticated:
        return _after_login(request)
    return _taken(request)


def text_at_hand(request: HttpRequest) -> dict[str, str]:
    """Initial values of a new draft that wait in the session, once: shared before the login, or three answers."""
    kept: dict[str, str] = request.session.pop(SESSION, None) or {}
    return kept


def keep_at_hand(request: HttpRequest, **fields: str) -> None:
    request.session[SESSION] = {name: said[:LONGEST] for name, said in fields.items()}


@for_writers
def _taken(request: PageRequest) -> HttpResponseBase:
    files = [_shared_file(file) for file in request.FILES.getlist("photos")]
    piece, refused = take_shared(
        actor=request.actor, **{name: request.POST.get(name, "") for name in FIELDS}, files=files
    )
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect("web:send_piece_text", public_id=piece.public_id)


def _after_login(request: HttpRequest) -> HttpResponse:
    title, text, url = (request.POST.get(name, "").strip() for name in FIELDS)
    keep_at_hand(request, **dict(zip(("title", "body"), words_of(title=title, text=text, url=url), strict=True)))
    if request.FILES:
        messages.info(request, _("Đăng nhập xong, xin chia sẻ ảnh lại một lần nữa. Phần chữ đã được giữ."))
    return redirect(f"{reverse('web:login')}?{urlencode({'next': reverse('web:send')})}")


def _refused(request: HttpRequest) -> HttpResponseBase | None:
    if request.headers.get("Sec-Fetch-Site") in OWN_SENDERS:
        return None

    def checked(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    guard = CsrfViewMiddleware(checked)
    guard.process_request(request)
    return guard.process_view(request, checked, (), {})


def _shared_file(file: UploadedFile) -> SharedFile:
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    return SharedFile(file.name or "", file.size or 0, digest.hexdigest(), file.chunks())
