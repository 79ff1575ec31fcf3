"""Hẹn giờ đăng, gỡ, and what people dispute: steps of the board beside review."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import require
from contributors.crediting import last_reasons, settle_credit
from contributors.errors import DomainError
from contributors.models import Credit, CreditState
from contributors.newsroom import schedule_piece
from payments.corrections import retract_piece
from web.board.work_forms import ScheduleForm, SettleForm
from web.forms import ReasonForm
from web.page import PageRequest, for_board, show
from web.pieces import seen_piece
from web.sentences import tell
from web.templatetags.web_format import viet_moment


@for_board
def schedule_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require(request.actor, "piece.schedule")
    piece = seen_piece(request.actor, public_id)
    planned = timezone.localtime(piece.scheduled_for or clock.now())
    first = {"version": piece.version, "day": planned.date(), "at": planned.time() if piece.scheduled_for else None}
    form = ScheduleForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            moved = schedule_piece(actor=request.actor, piece=piece, seen_version=form.seen_version, at=form.moment())
            messages.success(request, _("Đã hẹn đăng lúc %(at)s.") % {"at": viet_moment(moved.scheduled_for)})
            return redirect("web:publish", public_id=public_id)
        piece = seen_piece(request.actor, public_id)
        form.show_newest(piece.version)
    return show(request, "board/work/schedule.html", {"piece": piece, "told": tell(piece)}, form=form)


@for_board
def retract_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require(request.actor, "piece.retract")
    piece = seen_piece(request.actor, public_id)
    form = ReasonForm(request.POST or None, initial={"version": piece.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            retract_piece(
                actor=request.actor, piece=piece, seen_version=form.seen_version, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Đã ghi gỡ “%(title)s”.") % {"title": piece.title})
            return redirect("web:review", public_id=public_id)
        piece = seen_piece(request.actor, public_id)
        form.show_newest(piece.version)
    return show(request, "board/work/retract.html", {"piece": piece, "told": tell(piece)}, form=form)


@for_board
def settle_page(request: PageRequest, pk: int) -> HttpResponseBase:
    require(request.actor, "credit.settle")
    credit = Credit.objects.select_related("piece", "contributor").filter(pk=pk).first()
    if credit is None:
        raise DomainError("not_found")
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            settle_credit(actor=request.actor, credit=credit, **form.cleaned_data)
            messages.success(request, _("Đã trả lời đề nghị xem lại."))
            return redirect("web:review", public_id=credit.piece.public_id)
    context = {
        "credit": credit,
        "said": last_reasons([credit])[credit.pk],
        "open": credit.state == CreditState.DISPUTED,
    }
    return show(request, "board/work/settle.html", context, form=form)
