"""How I log in: password, PIN, the phones that know me, the second factor; and leaving each of them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from contributors import devices, visits
from contributors.access import holds, require
from contributors.identity import change_password
from contributors.models import DeviceLogin
from contributors.second_factor import decides, factors_of, set_second_factor_from
from web.page import PageRequest, for_members, show
from web.public.entering import address_of, device_token, safe_next
from web.public.security_forms import AgainForm, DemandForm, NewPasswordForm, NewPinForm


def login_here(request: PageRequest) -> DeviceLogin | None:
    """The person on this device; None on a shared one."""
    kept = request.session.get(visits.DEVICE)
    return DeviceLogin.objects.filter(pk=kept, account=request.user).first() if kept else None


def again(request: PageRequest) -> HttpResponseBase | None:
    """What one changes of one's own login asks first whether it is really they who hold the phone."""
    if visits.entered_lately(request.session):
        return None
    return redirect(f"{reverse('web:login_again')}?{urlencode({'next': request.path})}")


@for_members
@never_cache
def security_page(request: PageRequest) -> HttpResponseBase:
    here = login_here(request)
    context = {
        "here": here,
        "shared": visits.SHARED in request.session,
        "elsewhere": [row for row in devices.devices_of(request.user) if here is None or row.pk != here.pk],
        "factors": factors_of(request.user),
        "decides": decides(request.actor),
        "needed": "needed" in request.GET and request.user.second_factor_since is None,
        "may_demand": holds(request.actor, "portal.set_up"),
        "demanded_from": request.portal.second_factor_from,
    }
    return show(request, "security/security.html", context)


@for_members
@never_cache
@sensitive_post_parameters("secret")
def again_page(request: PageRequest) -> HttpResponseBase:
    """Password or PIN once more; whoever has neither logs in anew."""
    here = login_here(request)
    able = request.user.has_usable_password() or (here is not None and bool(here.pin))
    wanted = request.POST.get("next") or request.GET.get("next", "")
    form = AgainForm(request.POST or None, initial={"next": wanted})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            devices.confirm_owner(
                account=request.user, login_id=here.pk if here else None, secret=form.cleaned_data["secret"]
            )
            visits.note_entry(request.session)
            return redirect(safe_next(request, wanted))
    return show(request, "security/again.html", {"able": able}, form=form)


@for_members
@never_cache
@sensitive_post_parameters("pin", "repeated")
def pin_page(request: PageRequest) -> HttpResponseBase:
    """Choose the PIN of this phone. On a shared one there is none."""
    here = login_here(request)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if here is None:
        return redirect("web:security")
    if (first := again(request)) is not None:
        return first
    form = NewPinForm(request.POST or None, initial={"next": wanted})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            devices.choose_pin(actor=request.actor, login=here, pin=form.cleaned_data["pin"])
            messages.success(request, _("Đã đặt mã PIN cho máy này."))
            return redirect(safe_next(request, wanted) if wanted else "web:security")
    return show(request, "security/pin.html", {"here": here, "later": safe_next(request, wanted)}, form=form)


@for_members
@never_cache
@sensitive_post_parameters("old", "new", "repeated")
def password_page(request: PageRequest) -> HttpResponseBase:
    """A password is of one's choosing; who has one changes it with the old one."""
    has_one = request.user.has_usable_password()
    if not has_one and (first := again(request)) is not None:
        return first
    form = NewPasswordForm(request.POST or None, has_one=has_one)
    if request.method == "POST" and form.is_valid():
        here = login_here(request)
        with form.refusals():
            account = change_password(
                actor=request.actor,
                new=form.cleaned_data["new"],
                old=form.cleaned_data.get("old", ""),
                address=address_of(request),
                keep_device=here.pk if here else None,
            )
            update_session_auth_hash(request, account)
            messages.success(request, _("Đã đổi mật khẩu. Các máy khác phải đăng nhập lại."))
            return redirect("web:security")
    return show(request, "security/password.html", {"has_one": has_one}, form=form)


@require_POST
@for_members
def forget_page(request: PageRequest) -> HttpResponseBase:
    """“Quên tôi trên máy này”."""
    devices.forget_on_device(token=device_token(request), account=request.user)
    logout(request)
    messages.success(request, _("Máy này đã quên bạn."))
    return redirect("web:login")


@require_POST
@for_members
def elsewhere_page(request: PageRequest) -> HttpResponseBase:
    here = login_here(request)
    ended = devices.forget_elsewhere(actor=request.actor, keep=here.pk if here else None)
    messages.success(request, _("Đã đăng xuất %(count)d máy khác.") % {"count": ended})
    return redirect("web:security")


@for_members
@never_cache
def demand_page(request: PageRequest) -> HttpResponseBase:
    """From which day on those who decide must prove themselves twice."""
    require(request.actor, "portal.set_up")
    form = DemandForm(request.POST or None, initial={"day": request.portal.second_factor_from})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            set_second_factor_from(actor=request.actor, portal=request.portal, day=form.cleaned_data["day"])
            messages.success(request, _("Đã lưu."))
            return redirect("web:security")
    return show(request, "security/demand.html", form=form)
