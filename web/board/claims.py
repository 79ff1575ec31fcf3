"""Claims: somebody says that a person whom others named is they; head or deputy answers."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.access import holds
from contributors.claims import claims_seen_by, propose_claim
from contributors.errors import DomainError
from contributors.models import Claim, ClaimState, Contributor, Credit
from contributors.output import units_of
from payments.claims import decide_claim
from web.forms import ReasonForm
from web.page import PageRequest, for_members, show

A_PAGE = 30
MOST_WORKS = 20


@for_members
def claims_page(request: PageRequest) -> HttpResponseBase:
    page = Paginator(claims_seen_by(request.actor), A_PAGE).get_page(request.GET.get("page"))
    return show(request, "board/claims.html", {"page": page})


@for_members
def claim_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Both people beside each other, the works that would go over, and the answer."""
    claim = _claim(request, public_id)
    form = ReasonForm(request.POST or None, initial={"version": claim.recorded.version})
    if request.method == "POST" and form.is_valid():
        accept = "accept" in request.POST
        with form.refusals():
            decide_claim(
                actor=request.actor,
                claim=claim,
                accept=accept,
                seen_version=form.seen_version,
                reason=form.cleaned_data["reason"],
            )
            told = _("Đã ghi bài của %(name)s sang đúng người.") if accept else _("Đã ghi: không phải %(name)s.")
            messages.success(request, told % {"name": claim.recorded.full_name})
            return redirect("web:claims")
        claim = _claim(request, public_id)
        form.show_newest(claim.recorded.version)
    works = Credit.objects.filter(contributor=claim.recorded).select_related("piece").order_by("-pk")
    names = units_of([claim.contributor_id, claim.recorded_id], clock.today(request.portal.time_zone))
    context = {
        "claim": claim,
        "works": works[:MOST_WORKS],
        "unit": names.get(claim.contributor_id, ""),
        "recorded_unit": names.get(claim.recorded_id, ""),
        "may_decide": claim.state == ClaimState.PENDING
        and holds(request.actor, "contributor.decide")
        and request.actor.contributor_id not in {claim.contributor_id, claim.recorded_id},
        "may_accept": holds(request.actor, "contributor.merge"),
    }
    return show(request, "board/claim.html", context, form=form)


@require_POST
@for_members
def claim_for_view(request: PageRequest) -> HttpResponseBase:
    """The board or a focal person proposes it for the person: from the page of an application."""
    claim = propose_claim(
        actor=request.actor,
        contributor=_person(request.POST.get("contributor", "")),
        recorded=_person(request.POST.get("recorded", "")),
    )
    messages.success(request, _("Đã ghi: có thể là cùng một người. Trưởng ban sẽ trả lời."))
    return redirect("web:claim", public_id=claim.public_id)


def _claim(request: PageRequest, public_id: uuid.UUID) -> Claim:
    found = claims_seen_by(request.actor).filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found


def _person(public_id: str) -> Contributor:
    try:
        found = Contributor.objects.filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise DomainError("not_found")
    return found
