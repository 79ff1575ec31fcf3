"""Messages to people: what is still to be told, what went by which way, what did not; told by hand, sent again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.access import holds, require
from contributors.directory import shown_phone
from contributors.errors import DomainError
from contributors.gateways import notice_gateway
from contributors.messaging import NOT_TOLD, RECENT, mark_told, messages_seen_by, retry_message
from contributors.models import ABOUT_MONEY, Message, MessageKind, MessageState, Unit, UnitKind
from contributors.own_units import units_within
from payments.call_sheet import call_sheet, call_sheet_pdf
from web.downloads import pdf_answer
from web.page import PageRequest, for_members, show

A_PAGE = 20
SHOWN = {
    "to_tell": NOT_TOLD,
    "queued": (MessageState.QUEUED, MessageState.SENDING),
    "done": (MessageState.SENT, MessageState.TOLD),
    "failed": (MessageState.FAILED,),
}
TONES = {
    MessageState.BY_HAND: "wait",
    MessageState.FAILED: "stop",
    MessageState.SENT: "done",
    MessageState.TOLD: "done",
    MessageState.REPLACED: "still",
}


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message as the pages show it. `open`: it can still be told; `may_send`: a gateway could carry it."""

    message: Message
    whom: str
    phone: str
    tone: str
    open: bool
    may_send: bool


def lines_of(request: PageRequest, found: list[Message]) -> list[MessageLine]:
    carried = notice_gateway() is not None
    return [
        MessageLine(
            message,
            _whom(message),
            shown_phone(request.actor, message.contributor.phone) if message.contributor else "",
            TONES.get(MessageState(message.state), ""),
            message.state in NOT_TOLD,
            carried and message.state in NOT_TOLD and message.contributor is not None and bool(message.text),
        )
        for message in found
    ]


def _whom(message: Message) -> str:
    if message.contributor is not None:
        return message.contributor.full_name
    return message.unit.name if message.unit else _("mọi người")


@for_members
def messages_page(request: PageRequest) -> HttpResponseBase:
    """Newest first, twenty a page; what is still to be told stands first of the choices."""
    rows = messages_seen_by(request.actor).order_by("-pk")
    chosen = request.GET.get("show", "to_tell")
    kind = request.GET.get("kind", "")
    if chosen in SHOWN:
        rows = rows.filter(state__in=SHOWN[chosen])
    if chosen == "to_tell":  # what is older was never told and is told no more
        rows = rows.filter(created_at__gte=clock.now() - RECENT)
    if kind in MessageKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines_of(request, list(page.object_list)),
        "shown": chosen if chosen in SHOWN else "all",
        "kind": kind,
        "kinds": _kinds(request),
        "here": urlencode({"show": chosen, "kind": kind}),
        "carried": notice_gateway() is not None,
        "may_call": holds(request.actor, "message.see"),
    }
    return show(request, "board/messages/list.html", context)


@for_members
@require_POST
def told_view(request: PageRequest) -> HttpResponseBase:
    """One or several were told by hand."""
    ids = []
    for written in request.POST.getlist("message")[:A_PAGE]:
        try:
            ids.append(uuid.UUID(written))
        except ValueError:
            continue
    rows = list(messages_seen_by(request.actor).filter(public_id__in=ids))
    told = mark_told(actor=request.actor, messages=rows, way=request.POST.get("way", ""))
    words = ngettext("Đã ghi: báo xong %(count)d tin.", "Đã ghi: báo xong %(count)d tin.", told)
    flash.success(request, words % {"count": told} if told else _("Những tin này đã được báo từ trước."))
    return redirect(_back(request))


@for_members
@require_POST
def retry_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    row = messages_seen_by(request.actor).filter(public_id=public_id).first()
    if row is None:
        raise DomainError("not_found")
    sent = retry_message(actor=request.actor, message=row)
    if sent.not_before is not None:
        flash.success(request, _("Đã xếp hàng; máy gửi vào sáng mai, không làm phiền ban đêm."))
    else:
        flash.success(request, _("Đã xếp hàng để gửi lại."))
    return redirect(_back(request))


@for_members
def call_sheet_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Whom of a unit to call, and what to say to each; to print too."""
    sheet = call_sheet(actor=request.actor, unit=_unit(public_id))
    return show(request, "board/messages/call_sheet.html", {"sheet": sheet, "unit": sheet.unit})


@for_members
def call_sheet_file(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    unit = _unit(public_id)
    content = call_sheet_pdf(actor=request.actor, unit=unit)
    return pdf_answer(content, name=f"phieu goi {unit.name}", shown="show" in request.GET)


@for_members
def call_sheets_page(request: PageRequest) -> HttpResponseBase:
    """The units whose people the actor may call."""
    require(request.actor, "message.see")
    within = units_within(request.actor, "message.see")
    units = Unit.objects.filter(closed__isnull=True).exclude(kind=UnitKind.COMMUNE).order_by("kind", "sort_key", "pk")
    if within is not None:
        units = units.filter(pk__in=within)
    return show(request, "board/messages/call_sheets.html", {"units": units})


def _unit(public_id: uuid.UUID) -> Unit:
    unit: Unit | None = Unit.objects.filter(public_id=public_id).first()
    if unit is None:
        raise DomainError("not_found")
    return unit


def _back(request: PageRequest) -> str:
    """The page on which the press was made, of the two that have one."""
    if request.POST.get("from") == "desk" and request.actor.on_board:
        return reverse("web:desk")
    return f"{reverse('web:messages')}?{request.POST.get('here', '')[:200]}"


def _kinds(request: PageRequest) -> list[tuple[str, str]]:
    """Those that the person sees."""
    rights = {kind: "message.see_money" if kind in ABOUT_MONEY else "message.see" for kind in MessageKind}
    return [(kind.value, str(kind.label)) for kind, right in rights.items() if holds(request.actor, right)]
