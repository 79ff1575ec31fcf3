"""The contributors' check, as accounting leads it: opening it, who was told, what they say, the replies, its end."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.errors import DomainError
from contributors.gateways import notice_gateway
from payments.access import holds_money, require_money
from payments.check_words import message_to
from payments.checking import end_review, reply_to_check, start_review
from payments.models import CheckOutcome, LineCheck, RunState
from payments.own_checks import OwnCheck, check_of_person, people_to_tell
from payments.reviews import review_standing, standing_of
from payments.run_rules import run_rules
from web.accounting.exceptions import run_of
from web.forms import PageForm, ReasonForm, SeenForm
from web.page import PageRequest, for_accounting, show
from web.telling import asked_unit, in_unit, person_of_page, tell_people, told_by_unit


class StartReviewForm(SeenForm):
    days = forms.IntegerField(
        label=gettext_lazy("Mỗi người có bao nhiêu ngày?"),
        help_text=gettext_lazy("Tính từ ngày người ấy mở trang xem, hoặc từ ngày ghi là đã báo."),
        error_messages={"required": gettext_lazy("Hãy ghi số ngày."), "invalid": gettext_lazy("Hãy ghi số ngày.")},
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )


class ReplyForm(SeenForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Kết quả xem lại"),
        choices=[
            (CheckOutcome.KEPT, gettext_lazy("Giữ nguyên: số tiền đã đúng, chi được")),
            (CheckOutcome.CORRECTED, gettext_lazy("Sẽ sửa: khoản chờ đến khi tính ra số khác")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reply = forms.CharField(
        label=gettext_lazy("Trả lời (người ấy đọc được)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@for_accounting
def start_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    run = run_of(public_id)
    require_money(request.actor, "run.review")
    bounds = run_rules().review_rule_on(clock.today(request.portal.time_zone))
    form = StartReviewForm(request.POST or None, initial={"version": run.version, "days": bounds.usual_days})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            days = form.cleaned_data["days"]
            start_review(actor=request.actor, run=run, seen_version=form.seen_version, days=days)
            if notice_gateway() is None:
                messages.success(request, _("Đã mở cho cộng tác viên kiểm tra. Giờ hãy báo cho từng ấp, ngành."))
            else:
                said = _("Đã mở cho cộng tác viên kiểm tra, đang nhắn từng người. Ai chưa nhận được thì báo bằng tay.")
                messages.success(request, said)
            return redirect("web:run_checks", public_id=public_id)
        run = run_of(public_id)
        form.show_newest(run.version)
    return show(request, "accounting/review_start.html", {"run": run, "bounds": bounds}, form=form)


@for_accounting
def end_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    run = run_of(public_id)
    require_money(request.actor, "run.review")
    form = ReasonForm(request.POST or None, initial={"version": run.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            reason = form.cleaned_data["reason"]
            end_review(actor=request.actor, run=run, seen_version=form.seen_version, reason=reason)
            messages.success(request, _("Đã kết thúc kiểm tra. Chờ trưởng ban xác nhận."))
            return redirect("web:run", public_id=public_id)
        run = run_of(public_id)
        form.show_newest(run.version)
    context = {"run": run, "counts": review_standing(run)}
    return show(request, "accounting/review_end.html", context, form=form)


@for_accounting
def checks_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Everybody with what they said, by unit; the message to paste for the unit that is chosen."""
    run = run_of(public_id)
    people = people_to_tell(actor=request.actor, run=run)
    unit = request.GET.get("unit", "")
    context = {
        "run": run,
        "open": run.state == RunState.IN_REVIEW,
        "counts": standing_of(people),
        "people": in_unit(people, unit),
        "may_tell": run.state == RunState.IN_REVIEW and holds_money(request.actor, "run.review"),
        "may_end": run.state == RunState.IN_REVIEW and holds_money(request.actor, "run.review"),
        **told_by_unit(request, run, people, unit),
    }
    return show(request, "accounting/checks.html", context)


@for_accounting
def check_person_page(request: PageRequest, public_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponseBase:
    """One person's lines with what they said of each, and the replies."""
    run, person = run_of(public_id), person_of_page(person_id)
    return _shown(request, check_of_person(actor=request.actor, run=run, contributor=person))


@for_accounting
@require_POST
def reply_view(request: PageRequest, public_id: uuid.UUID, check_id: uuid.UUID) -> HttpResponseBase:
    check = (
        LineCheck.objects.select_related("run", "contributor")
        .filter(public_id=check_id, run__public_id=public_id)
        .first()
    )
    if check is None:
        raise DomainError("not_found")
    form = ReplyForm(request.POST, auto_id=f"c{check.pk}_%s")
    if form.is_valid():
        with form.refusals():
            reply_to_check(
                actor=request.actor,
                check=check,
                seen_version=form.seen_version,
                outcome=form.cleaned_data["outcome"],
                reply=form.cleaned_data["reply"],
            )
            messages.success(request, _("Đã trả lời %(name)s.") % {"name": check.contributor.full_name})
            return redirect("web:run_check", public_id=public_id, person_id=check.contributor.public_id)
        form.show_newest(LineCheck.objects.get(pk=check.pk).version)
    shown = check_of_person(actor=request.actor, run=check.run, contributor=check.contributor)
    return _shown(request, shown, form, check.pk)


@for_accounting
@require_POST
def deliver_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One person, or everybody of the unit that the page showed: they were told today."""
    tell_people(request, run_of(public_id))
    return redirect(f"{reverse('web:run_checks', args=[public_id])}{asked_unit(request)}")


def _shown(request: PageRequest, check: OwnCheck, form: ReplyForm | None = None, replied: int = 0) -> HttpResponseBase:
    may_reply = holds_money(request.actor, "check.reply")
    listed = [(each, _reply_form(each.check, form, replied)) for each in check.lines]
    others = [*([check.list_check] if check.list_check else []), *check.gone]
    context = {
        "run": check.run,
        "person": check.person,
        "check": check,
        "lines": listed,
        "others": [(each, _reply_form(each, form, replied)) for each in others],
        "may_reply": may_reply,
        "message": message_to(portal=request.portal, run=check.run, names=check.person.full_name)
        if check.run.state == RunState.IN_REVIEW
        else "",
        "may_tell": check.run.state == RunState.IN_REVIEW and holds_money(request.actor, "run.review"),
    }
    return show(request, "accounting/check_person.html", context, form=form)


def _reply_form(check: LineCheck | None, form: ReplyForm | None, replied: int) -> PageForm | None:
    """For a dispute; the one that was refused as it was typed."""
    if check is None or check.answer == "right":
        return None
    if form is not None and check.pk == replied:
        return form
    initial = {"version": check.version, "outcome": check.outcome, "reply": check.reply}
    return ReplyForm(initial=initial, auto_id=f"c{check.pk}_%s")
