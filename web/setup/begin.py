"""The first page of a new portal, behind a one-time link; whoever fills it in is its first administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from contributors.errors import DomainError
from contributors.opening import look_at_opening, open_by_link
from web.page import show
from web.public.entering import Entering, address_of, enter_new
from web.setup.forms import BeginForm


@never_cache
@sensitive_post_parameters("password")
def begin_page(request: HttpRequest, token: str) -> HttpResponse:
    try:
        look_at_opening(token=token, address=address_of(request))
    except DomainError as refused:
        answer = show(
            request, "setup/begin_ended.html", {"sentence": "" if refused.code == "link_spent" else refused.message()}
        )
        answer.status_code = refused.status
        return answer
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            portal, account = open_by_link(token=token, address=address_of(request), **form.cleaned_data)
            return enter_new(request, account, portal, Entering("password", account.login_phone or ""))
    answer = show(request, "setup/begin.html", form=form)
    answer["X-Robots-Tag"] = "noindex"
    return answer
