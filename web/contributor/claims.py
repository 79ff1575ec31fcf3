"""“Người được nêu tên ấy là tôi”: works on which others wrote a name like one's own."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors.claims import claimable_by, claims_of, propose_claim
from contributors.errors import DomainError
from contributors.models import Contributor, Credit
from web.page import PageRequest, for_contributors, person_of, show

MOST_TITLES = 3


@for_contributors
def my_claims_page(request: PageRequest) -> HttpResponseBase:
    """Names like mine that others wrote, and what I have said of them."""
    me = Contributor.objects.get(pk=person_of(request))
    if request.method == "POST":
        propose_claim(actor=request.actor, contributor=me, recorded=_recorded(me, request.POST.get("recorded", "")))
        messages.success(request, _("Đã gửi. Ban biên tập sẽ trả lời."))
        return redirect("web:my_claims")
    possible = list(claimable_by(me))
    titles: dict[int, list[str]] = {}
    for person, title in (
        Credit.objects.filter(contributor__in=possible).order_by("-pk").values_list("contributor_id", "piece__title")
    ):
        if title not in titles.setdefault(person, []) and len(titles[person]) < MOST_TITLES:
            titles[person].append(title)
    context = {
        "possible": [(person, titles.get(person.pk, [])) for person in possible],
        "claims": claims_of(me),
    }
    return show(request, "contributor/claims.html", context)


def _recorded(me: Contributor, public_id: str) -> Contributor:
    """Only somebody whom the page shows: others do not exist here."""
    try:
        found = claimable_by(me).filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise DomainError("not_found")
    return found
