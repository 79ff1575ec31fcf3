"""Who may be there twice: the list, two side by side, merging, and parting again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors.access import holds, require
from contributors.actors import Actor
from contributors.directory import PersonRow, person_seen, rows_shown
from contributors.duplicates import Pair, dismiss_pair
from contributors.errors import DomainError
from contributors.merging import better_survivor
from contributors.models import Contributor, Merge
from contributors.person_detail import PersonDetail, person_detail
from payments.merging import merge_people, undo_merge
from payments.network import TotalsOfPerson, duplicate_pairs, totals_of
from web.board.network.forms import MergeForm
from web.forms import PageForm
from web.page import PageRequest, for_members, show

MOST_SHOWN = 100
REASONS = {
    "personal_id": gettext_lazy("cùng số định danh"),
    "phone_and_name": gettext_lazy("cùng số điện thoại, tên giống nhau"),
    "name_and_unit": gettext_lazy("tên giống nhau, cùng đơn vị"),
    "name_and_year": gettext_lazy("tên giống nhau, cùng năm sinh"),
    "name": gettext_lazy("tên giống nhau"),
    "phone": gettext_lazy("cùng số điện thoại (có thể là người nhà)"),
}


@dataclass(frozen=True, slots=True)
class ShownPair:
    """Two rows of the directory. On a person's page `other` is the one whom the page is not about."""

    first: PersonRow
    second: PersonRow
    other: PersonRow
    reason: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of two people side by side."""

    detail: PersonDetail
    totals: TotalsOfPerson


def rows_of_pairs(actor: Actor, pairs: Sequence[Pair], *others: int) -> dict[int, PersonRow]:
    """Everybody in the pairs that are shown, and `others`, read at once."""
    ids = [*others, *(pk for pair in pairs[:MOST_SHOWN] for pk in (pair.first, pair.second))]
    return {row.id: row for row in rows_shown(actor, list(dict.fromkeys(ids)))}


def shown_pairs(pairs: Sequence[Pair], rows: Mapping[int, PersonRow], *, about: int = 0) -> list[ShownPair]:
    """The strongest pairs with both people."""
    return [
        ShownPair(
            rows[pair.first],
            rows[pair.second],
            rows[pair.first if pair.second == about else pair.second],
            str(REASONS[pair.reason]),
            pair.reason != "phone",
        )
        for pair in pairs[:MOST_SHOWN]
    ]


@for_members
def duplicates_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "contributor.see")
    pairs = duplicate_pairs(request.actor)
    undone = Merge.objects.filter(undone_at__isnull=True).select_related("survivor", "merged", "merged_by")
    context = {
        "pairs": shown_pairs(pairs, rows_of_pairs(request.actor, pairs)),
        "count": len(pairs),
        "more": len(pairs) > MOST_SHOWN,
        "may_merge": holds(request.actor, "contributor.merge"),
        "merges": undone.order_by("-pk")[:10] if holds(request.actor, "contributor.merge") else [],
    }
    return show(request, "board/network/duplicates.html", context)


@for_members
def compare_page(request: PageRequest, one: uuid.UUID, other: uuid.UUID) -> HttpResponseBase:
    """Two people side by side; which row stays is asked, the better one is chosen beforehand."""
    require(request.actor, "contributor.merge")
    people = {str(public_id): person_seen(request.actor, public_id) for public_id in (one, other)}
    if len(people) == 1:
        raise DomainError("merge_itself")
    first, second = people.values()
    form = MergeForm(request.POST or None, initial={"survivor": str(better_survivor(first, second).public_id)})
    form.fields["survivor"].choices = [  # type: ignore[attr-defined]
        (key, _("%(name)s, biên nhận %(number)s") % {"name": person.full_name, "number": person.receipt_number})
        for key, person in people.items()
    ]
    if request.method == "POST" and form.is_valid():
        survivor = people[form.cleaned_data["survivor"]]
        merged = second if survivor.pk == first.pk else first
        with form.refusals():
            merge_people(actor=request.actor, survivor=survivor, merged=merged, reason=form.cleaned_data["reason"])
            messages.success(request, _("Đã gộp vào %(name)s.") % {"name": survivor.full_name})
            return redirect("web:network_person", public_id=survivor.public_id)
    rows = rows_shown(request.actor, [first.pk, second.pk])
    sides = [
        Side(person_detail(person, row), totals_of(person.pk))
        for person, row in zip((first, second), rows, strict=True)
    ]
    return show(request, "board/network/compare.html", {"sides": sides, "one": first, "other": second}, form=form)


@for_members
@require_POST
def dismiss_view(request: PageRequest, one: uuid.UUID, other: uuid.UUID) -> HttpResponseBase:
    """They are two people; the pair is not proposed again."""
    dismiss_pair(actor=request.actor, one=person_seen(request.actor, one), other=person_seen(request.actor, other))
    messages.success(request, _("Đã ghi: đây là hai người khác nhau."))
    return redirect("web:network_duplicates")


@for_members
def undo_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Asks first, then parts the two again."""
    require(request.actor, "contributor.merge")
    merge = Merge.objects.select_related("survivor", "merged", "merged_by").filter(public_id=public_id).first()
    if merge is None:
        raise DomainError("not_found")
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            undo_merge(actor=request.actor, merge=merge)
            messages.success(request, _("Đã tách lại thành hai người."))
            return redirect("web:network_person", public_id=_kept(merge).public_id)
    return show(request, "board/network/undo.html", {"merge": merge}, form=form)


def _kept(merge: Merge) -> Contributor:
    return Contributor.objects.get(pk=merge.survivor_id)
