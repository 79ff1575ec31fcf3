"""Logging in by phone, choosing a portal, choosing a language."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from contributors.errors import DomainError
from contributors.models import Account
from contributors.names import normal_phone
from web.forms import PageForm
from web.language import KNOWN
from web.middleware import SESSION_PORTAL
from web.page import show

log = logging.getLogger(__name__)

MOST_TRIES = 5
WAIT_MINUTES = 15
TOO_MANY_REQUESTS = 429


class LoginForm(PageForm):
    phone = forms.CharField(
        label=_("Số điện thoại"),
        max_length=20,
        help_text=_("Số đã đăng ký với Ban biên tập, ví dụ 0912 345 678"),
        error_messages={"required": _("Hãy ghi số điện thoại.")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Hãy ghi mật khẩu.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    blocked = False

    def clean_phone(self) -> str:
        try:
            return normal_phone(self.cleaned_data["phone"])
        except DomainError as refused:
            raise forms.ValidationError(refused.message()) from None

    def status(self) -> int:
        return TOO_MANY_REQUESTS if self.blocked else super().status()


class Tries:
    """Failed logins of one phone from one address. Kept under a keyed hash: no phone number stands in the cache.

    Without a cache logins go on uncounted; the slow password hash still brakes guessing.
    """

    def __init__(self, phone: str, address: str) -> None:
        self.key = "login:" + salted_hmac("web.login", f"{phone} {address}").hexdigest()

    def exhausted(self) -> bool:
        try:
            return int(cache.get(self.key, 0)) >= MOST_TRIES
        except RedisError as problem:
            log.warning("login tries not counted: %s", type(problem).__name__)
            return False

    def count(self) -> None:
        try:
            cache.add(self.key, 0, WAIT_MINUTES * 60)
            cache.incr(self.key)
        except (RedisError, ValueError) as problem:
            log.warning("login tries not counted: %s", type(problem).__name__)

    def forget(self) -> None:
        try:
            cache.delete(self.key)
        except RedisError as problem:
            log.warning("login tries not forgotten: %s", type(problem).__name__)


@never_cache
@sensitive_post_parameters("password")
def login_page(request: HttpRequest) -> HttpResponse:
    """One answer for an unknown phone, a wrong password and a closed account: nothing tells who is registered."""
    if request.user.is_authenticated:
        return redirect("web:home")
    form = LoginForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        tries = Tries(form.cleaned_data["phone"], request.META.get("REMOTE_ADDR", ""))
        if tries.exhausted():
            form.blocked = True
            form.add_error(
                None,
                _("Đã thử sai %(tries)d lần. Vì an toàn, hãy đợi %(minutes)d phút rồi thử lại, hoặc gọi Ban biên tập.")
                % {"tries": MOST_TRIES, "minutes": WAIT_MINUTES},
            )
            return show(request, "login.html", form=form)
        account = authenticate(request, username=form.cleaned_data["phone"], password=form.cleaned_data["password"])
        if account is not None:
            tries.forget()
            login(request, account)
            return redirect(_safe_next(request, form.cleaned_data["next"]))
        tries.count()
        form.add_error(None, _("Số điện thoại hoặc mật khẩu chưa đúng."))
    return show(request, "login.html", form=form)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    """Only by a form: a link could be fetched by anyone's preview."""
    logout(request)
    return redirect("web:home")


def choose_portal(request: HttpRequest) -> HttpResponse:
    """For a login that works in several portals; without any it says so."""
    if not isinstance(request.user, Account):
        return redirect("web:login")
    portals: list[Any] = request.portals  # type: ignore[attr-defined]
    if request.method == "POST":
        chosen = next((portal for portal in portals if str(portal.public_id) == request.POST.get("portal")), None)
        if chosen is not None:
            request.session[SESSION_PORTAL] = chosen.pk
            return redirect("web:home")
    return show(request, "choose_portal.html", {"choices": portals})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Kept on the account, or in a cookie for a visitor."""
    answer = redirect(_safe_next(request, request.POST.get("next", "")))
    code = request.POST.get("language", "")
    if code in KNOWN:
        if isinstance(request.user, Account):
            Account.objects.filter(pk=request.user.pk).update(language=code)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=settings.SESSION_COOKIE_AGE, samesite="Lax", httponly=True
        )
    return answer


def _safe_next(request: HttpRequest, wanted: str) -> str:
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and allowed else reverse("web:home")
