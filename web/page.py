"""What every view shares: the typed request, who may enter, and showing a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from contributors.access import holds
from contributors.errors import DomainError
from payments.access import holds_money

if TYPE_CHECKING:
    from datetime import date

    from django_htmx.middleware import HtmxDetails

    from contributors.actors import Actor
    from contributors.models import Account, Portal
    from web.forms import PageForm


class PageRequest(HttpRequest):
    """A request after `PortalMiddleware`, of someone who is logged in and inside a portal."""

    user: Account
    portal: Portal
    actor: Actor
    portals: list[Portal]
    htmx: HtmxDetails
    mode_today: str  # the portal's mode of payment, where the view has read it
    shown_until: date | None  # the day after the last one that the page shows; None: up to now


P = ParamSpec("P")
View = Callable[Concatenate[PageRequest, P], HttpResponseBase]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def _entry(allowed: Callable[[Actor], bool]) -> Callable[[View[P]], AnyView[P]]:
    def decorate(view: View[P]) -> AnyView[P]:
        @wraps(view)
        def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect(f"{reverse('web:login')}?{urlencode({'next': request.get_full_path()})}")
            actor: Actor | None = request.actor  # type: ignore[attr-defined]
            if actor is None:
                return redirect("web:choose_portal")
            if not allowed(actor):
                raise DomainError("not_allowed")
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        return entered

    return decorate


for_members = _entry(lambda _actor: True)
for_contributors = _entry(lambda actor: actor.contributor_id is not None)
for_writers = _entry(lambda actor: holds(actor, "piece.start") or holds(actor, "piece.start_for_other"))
for_board = _entry(lambda actor: actor.on_board)
for_accounting = _entry(lambda actor: holds_money(actor, "run.see"))


def person_of(request: PageRequest) -> int:
    """The contributor behind a request that `for_contributors` let in."""
    person = request.actor.contributor_id
    if person is None:
        raise DomainError("not_allowed")
    return person


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, form: PageForm | None = None
) -> HttpResponse:
    """Render a page. A form that was refused decides the status (422, 409, …) and fills the error summary."""
    values: dict[str, Any] = dict(context or {})
    status = 200
    if form is not None:
        values.setdefault("form", form)
        values["summary"] = form.summary()
        status = form.status()
    return render(request, f"web/{template}", values, status=status)
