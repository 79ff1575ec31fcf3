"""The directory with its filters, its file to take away, the units, and the page of a person."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors.access import holds, require
from contributors.consents import consent_text
from contributors.correction import may_correct
from contributors.directory import PeoplePage, counts_by_state, counts_by_unit, person_seen, units_with_nobody
from contributors.errors import DomainError
from contributors.exporting import export_people
from contributors.leaving import leave, may_leave, resume
from contributors.models import Consent, Contributor, ContributorState
from contributors.person_detail import person_detail
from contributors.registration import suspend_contributor
from contributors.thanks import thanks_wanted
from payments.access import holds_money
from payments.network import duplicate_pairs, missing_payee, network_page, totals_of
from web.board.network.duplicates import rows_of_pairs, shown_pairs
from web.board.network.forms import DirectoryForm, StateForm
from web.context import Link
from web.page import PageRequest, for_members, show

PLACE = "web.network.after"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS: Mapping[str, Callable[..., Contributor]] = {"suspend": suspend_contributor, "resume": resume, "leave": leave}


@for_members
def network_page_view(request: PageRequest) -> HttpResponseBase:
    """By Vietnamese name, fifty a page. A filter that cannot be read shows nobody, never a longer list."""
    require(request.actor, "contributor.see")
    form = DirectoryForm(request.GET)
    page = PeoplePage([], None)
    if form.is_valid():
        after = _place(request.GET.get("after", ""))
        page = network_page(request.actor, form.wanted, missing_payee_details=form.missing, after=after)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    following = urlencode(asked | {"after": signing.dumps(page.after, salt=PLACE)}) if page.after else ""
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "query": urlencode(asked),
        "following": following,
        "first": "after" not in request.GET,
        "may_import": holds(request.actor, "contributor.import"),
        "may_export": holds(request.actor, "contributor.export"),
        "may_merge": holds(request.actor, "contributor.merge"),
        "may_invite": holds(request.actor, "invitation.make"),
    }
    return show(request, "board/network/people.html", context, form=form)


def _place(token: str) -> tuple[str, int] | None:
    """The key after which the page begins; a token that nobody gave starts at the beginning."""
    if not token:
        return None
    try:
        name, last = signing.loads(token, salt=PLACE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(name), int(last)


@for_members
@require_POST
def export_view(request: PageRequest) -> HttpResponseBase:
    """What the filters find, as a workbook. It is a POST because it is put on record."""
    form = DirectoryForm(request.POST)
    if not form.is_valid():
        return redirect("web:network")
    content = export_people(actor=request.actor, wanted=form.wanted, also=missing_payee() if form.missing else None)
    return workbook(content, "cong-tac-vien")


def workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@for_members
def units_page(request: PageRequest) -> HttpResponseBase:
    """Active people of each unit, the units with nobody first, and everybody by state."""
    units = counts_by_unit(request.actor)
    states = counts_by_state(request.actor)
    context = {
        "units": [unit for unit in units if unit.people],
        "empty": units_with_nobody(request.actor),
        "most": max((unit.people for unit in units), default=0),
        "states": [(code, label, states[code]) for code, label in ContributorState.choices if states.get(code)],
        "everybody": sum(states.values()),
    }
    return show(request, "board/network/units.html", context)


@for_members
def person_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    return _shown(request, person_seen(request.actor, public_id))


@for_members
@require_POST
def state_view(request: PageRequest, public_id: uuid.UUID, step: str) -> HttpResponseBase:
    """Suspend, take back or end; the verb asks for the right and the reason."""
    verb = STEPS.get(step)
    if verb is None:
        raise Http404
    person = person_seen(request.actor, public_id)
    form = StateForm(request.POST, auto_id=f"{step}_%s")
    if form.is_valid():
        with form.refusals():
            verb(
                actor=request.actor,
                contributor=person,
                seen_version=form.seen_version,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Đã ghi lại tình trạng của %(name)s.") % {"name": person.full_name})
            return redirect("web:network_person", public_id=public_id)
    return _shown(request, person_seen(request.actor, public_id), refused=form, step=step)


def _shown(
    request: PageRequest, person: Contributor, *, refused: StateForm | None = None, step: str = ""
) -> HttpResponseBase:
    if refused is not None:
        refused.show_newest(person.version)
    decides, state = holds(request.actor, "contributor.decide"), person.state
    may = {
        "suspend": decides and state == ContributorState.ACTIVE,
        "resume": decides and state in {ContributorState.SUSPENDED, ContributorState.LEFT},
        "leave": may_leave(request.actor, person)
        and person.pk != request.actor.contributor_id
        and state in {ContributorState.ACTIVE, ContributorState.SUSPENDED},
    }
    words = {"suspend": _("Tạm ngừng"), "resume": _("Nhận lại"), "leave": _("Cho thôi cộng tác")}
    forms = [
        (name, words[name], refused if name == step and refused else _state_form(person, name))
        for name, allowed in may.items()
        if allowed
    ]
    pairs = duplicate_pairs(request.actor, person)
    rows = rows_of_pairs(request.actor, pairs, person.pk)
    detail = person_detail(person, rows[person.pk])
    context = {
        "detail": detail,
        "person": person,
        "registered_by": person.registered_by.name if person.registered_by else "",
        "consents": [(consent, _title(consent)) for consent in detail.consents],
        "forms": forms,
        "links": _links(request, person),
        "may_thank": person.erased_at is None and may_correct(request.actor, person),
        "thanks_wanted": thanks_wanted(person),
        "pairs": shown_pairs(pairs, rows, about=person.pk),
        "may_merge": holds(request.actor, "contributor.merge"),
        "totals": totals_of(person.pk) if holds_money(request.actor, "statement.see") else None,
    }
    return show(request, "board/network/person.html", context, form=refused)


def _state_form(person: Contributor, step: str) -> StateForm:
    return StateForm(initial={"version": person.version}, auto_id=f"{step}_%s")


def _title(consent: Consent) -> str:
    """The purpose in the words that were shown; a text that is no longer kept is named by its purpose."""
    try:
        return str(consent_text(consent.text_version, consent.purpose).title)
    except DomainError:
        return consent.purpose


def _links(request: PageRequest, person: Contributor) -> list[Link]:
    """Pages of other rooms that concern this person, where the actor may use them."""
    actor = request.actor
    offered = [
        (_("Chép tin nhắn, trao mã đăng nhập"), "web:hand_over", holds(actor, "code.hand_over")),
        (_("Sửa tên, điện thoại, đơn vị"), "web:correct", holds(actor, "contributor.correct")),
        (_("Thông tin nhận tiền"), "web:payee", holds_money(actor, "payee.see")),
        (_("Dữ liệu cá nhân: tải về, xoá"), "web:person_data", holds(actor, "contributor.take_data")),
    ]
    links = []
    for label, name, allowed in offered:
        with suppress(NoReverseMatch):
            if allowed:
                links.append(Link(label, reverse(name, args=[person.public_id])))
    return links
