"""Logging in: phone and password, a code, a PIN on one's own phone; who of several; out again."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from contributors import codes, devices, gateways
from contributors.handing import look_at_link, use_link
from contributors.identity import Person, login_by_password
from contributors.models import Account
from web.page import show
from web.public.entering import (
    Entering,
    address_of,
    device_token,
    enter_as,
    entering_of,
    go_on,
    let_in,
    safe_next,
)
from web.public.login_forms import CodeForm, HandedForm, LoginForm, PinForm, WhoForm
from web.public.proving import proof_page

ASKED = "code_asked"


@never_cache
@sensitive_post_parameters("password")
def login_page(request: HttpRequest) -> HttpResponse:
    """One answer for an unknown phone, a wrong password and a closed account: nothing tells who is registered."""
    if request.user.is_authenticated:
        return redirect(safe_next(request, request.GET.get("next", "")))
    if request.method == "GET" and "other" not in request.GET and devices.people_on(device_token(request)):
        return redirect(f"{reverse('web:login_pin')}?{urlencode({'next': request.GET.get('next', '')})}")
    form = LoginForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        entering = Entering(how="password", phone=asked["phone"], shared=asked["shared"], next=asked["next"])
        with form.refusals():
            if form.by_code:
                codes.request_code(phone=asked["phone"], address=address_of(request))
                request.session[ASKED] = {"phone": asked["phone"], "shared": asked["shared"], "next": asked["next"]}
                return redirect("web:login_code")
            found = login_by_password(phone=asked["phone"], password=asked["password"], address=address_of(request))
            return go_on(request, entering, [Person(account.name, "", account.pk, None) for account in found])
    return show(request, "login/login.html", form=form)


@never_cache
def code_page(request: HttpRequest) -> HttpResponse:
    """The code that was asked for. The page is the same whether anybody has the phone or not."""
    asked = request.session.get(ASKED)
    if asked is None or request.user.is_authenticated:
        return redirect("web:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            proof = codes.use_code(handle=asked["phone"], code=form.cleaned_data["code"], address=address_of(request))
            request.session.pop(ASKED, None)
            entering = Entering("code", proof.phone, proof.purpose, asked["shared"], asked["next"])
            return go_on(request, entering, proof.people)
    context = {"phone": asked["phone"], "reaches_phones": gateways.reaches_phones()}
    return show(request, "login/code.html", context, form=form)


@never_cache
def first_page(request: HttpRequest) -> HttpResponse:
    """Six digits that a focal person read out."""
    if request.user.is_authenticated:
        return redirect("web:home")
    form = HandedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        with form.refusals():
            proof = codes.use_code(handle=asked["phone"], code=asked["code"], address=address_of(request))
            return go_on(request, Entering("code", proof.phone, proof.purpose, asked["shared"]), proof.people)
    return show(request, "login/first.html", form=form)


@never_cache
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """A link from a Zalo message: looking at it spends nothing, since Zalo looks at it too; the button does."""
    code = look_at_link(token=token, address=address_of(request))
    if request.method == "POST":
        proof = use_link(token=token, address=address_of(request))
        if request.user.is_authenticated:
            logout(request)
        shared, wanted = request.POST.get("shared") == "on", request.GET.get("next", "")
        entering = Entering("link", proof.phone, proof.purpose, shared, wanted)
        return go_on(request, entering, proof.people)
    answer = show(request, "login/link.html", {"code": code, "person": code.contributor})
    answer["X-Robots-Tag"] = "noindex"
    return answer


@never_cache
def who_page(request: HttpRequest) -> HttpResponse:
    """“Ai đang dùng máy?”: the names are shown only to whoever proved the phone or the password."""
    entering = entering_of(request)
    if entering is None or not entering.people:
        return redirect("web:login")
    people = {person.key: person for person in entering.choices}
    several = len({person.portal for person in people.values() if person.portal}) > 1
    shown = [
        (key, f"{person.name} – {person.portal}" if several and person.portal else person.name)
        for key, person in people.items()
    ]
    form = WhoForm(shown, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            return enter_as(request, entering, people[form.cleaned_data["person"]])
    return show(request, "login/who.html", form=form)


@never_cache
def second_page(request: HttpRequest) -> HttpResponse:
    """The second factor of somebody who has one, before the session is opened."""
    entering = entering_of(request)
    account = (
        Account.objects.filter(pk=entering.account_id, is_active=True).first()
        if entering is not None and entering.account_id is not None
        else None
    )
    if entering is None or account is None:
        return redirect("web:login")
    return proof_page(request, account, "login/second.html", lambda: let_in(request, account, entering, proved=True))


@never_cache
@sensitive_post_parameters("pin")
def pin_page(request: HttpRequest) -> HttpResponse:
    """A phone that knows its people: who, and the PIN."""
    if request.user.is_authenticated:
        return redirect("web:home")
    known = {str(row.pk): row for row in devices.people_on(device_token(request))}
    if not known:
        return redirect("web:login")
    people = [(key, row.account.name) for key, row in known.items()]
    form = PinForm(people, request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            token = device_token(request)
            asked = form.cleaned_data
            found = devices.enter_by_pin(token=token, login_id=int(asked["person"]), pin=asked["pin"])
            return let_in(request, found.login.account, Entering("pin", next=asked["next"]))
    only = people[0][1] if len(people) == 1 else ""
    return show(request, "login/pin.html", {"only": only}, form=form)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    """Only by a form: a link could be fetched by anyone's preview. One's own phone still knows its people."""
    logout(request)
    return redirect("web:home")
