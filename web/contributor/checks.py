"""Before money moves: one's own amounts, or those of somebody whom one looks after, and what one says of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors.errors import DomainError
from contributors.models import Contributor
from payments.access import require_money
from payments.checking import LineAnswer, answer_lines, open_check
from payments.models import Answer, Run
from payments.own_checks import CheckedLine, OwnCheck, checks_asked, own_check, people_to_tell
from payments.reviews import open_reviews, standing_of
from web.forms import PageForm
from web.page import PageRequest, for_contributors, for_members, person_of, show
from web.telling import asked_unit, in_unit, person_of_page, tell_people, told_by_unit

ANSWERS = [
    (Answer.RIGHT, gettext_lazy("Đúng")),
    (Answer.MISSING, gettext_lazy("Còn thiếu")),
    (Answer.NOT_MINE, gettext_lazy("Không phải của tôi")),
]


class LineForm(PageForm):
    """What is said of one line; nothing chosen is no answer."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Khoản này"), choices=ANSWERS, widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Cần xem lại điều gì? (ghi khi chưa đúng)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ListForm(PageForm):
    """Something that is not on the list at all; emptied, it is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Có tin, bài, ảnh nào đã đăng mà không thấy ở đây?"),
        help_text=gettext_lazy("Ghi tên tin, bài và ngày đăng. Không thiếu gì thì để trống."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One line with its form."""

    checked: CheckedLine
    form: LineForm


@for_contributors
def my_check_page(request: PageRequest) -> HttpResponseBase:
    """One's own amounts of the review that is open; of several, the one that the address names or the first."""
    person = Contributor.objects.get(pk=person_of(request))
    asked = checks_asked(portal=request.portal, contributor_id=person.pk)
    wanted = request.GET.get("run", "")
    chosen = next((each for each in asked if str(each.run.public_id) == wanted), asked[0] if asked else None)
    if chosen is None:
        return show(request, "contributor/check_none.html")
    if request.method != "POST":
        open_check(actor=request.actor, run=chosen.run)
    others = [each for each in asked if each is not chosen]
    return _answered(request, chosen.run, person, others=others)


@for_members
def others_check_page(request: PageRequest, public_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponseBase:
    """A focal person reads out the amounts of somebody without a login, and writes down what they say."""
    return _answered(request, _open_run(request, public_id), person_of_page(person_id))


@for_members
def tell_page(request: PageRequest) -> HttpResponseBase:
    """A focal person's people in the open review: whom to tell, and who has no login and is answered for."""
    require_money(request.actor, "check.deliver")
    run = open_reviews(request.portal).first()
    if run is None:
        return show(request, "contributor/tell.html", {"run": None})
    people = people_to_tell(actor=request.actor, run=run)
    unit = request.GET.get("unit", "")
    context = {
        "run": run,
        "counts": standing_of(people),
        "people": in_unit(people, unit),
        **told_by_unit(request, run, people, unit),
    }
    return show(request, "contributor/tell.html", context)


@for_members
@require_POST
def told_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    tell_people(request, _open_run(request, public_id))
    return redirect(f"{reverse('web:tell')}{asked_unit(request)}")


def _answered(request: PageRequest, run: Run, person: Contributor, others: object = ()) -> HttpResponseBase:
    """Shows the questions, or takes the answers; what was refused is shown as it was typed."""
    check = own_check(actor=request.actor, run=run, contributor=person)
    own = person.pk == request.actor.contributor_id
    posted = request.POST if request.method == "POST" else None
    asked = [Asked(each, _line_form(posted, each)) for each in check.lines]
    missing = ListForm(posted, prefix="list", initial={"reason": _missing(check)})
    form = PageForm(posted)
    valid = all([missing.is_valid(), *(each.form.is_valid() for each in asked)]) if posted is not None else False
    if posted is not None and form.is_valid() and valid:
        with form.refusals():
            answer_lines(
                actor=request.actor,
                run=run,
                contributor=person,
                answers=[] if "all_right" in posted else _said(asked, missing, check),
                rest_right="all_right" in posted,
            )
            messages.success(request, _("Đã ghi câu trả lời. Trước hạn vẫn đổi được."))
            if own:
                return redirect(f"{reverse('web:my_check')}?run={run.public_id}")
            return redirect("web:others_check", public_id=run.public_id, person_id=person.public_id)
        _point_out(form, asked)
    context = {
        "run": run,
        "person": person,
        "own": own,
        "check": check,
        "asked": asked,
        "missing": missing,
        "others": others,
    }
    return show(request, "contributor/own_check.html", context, form=form)


def _line_form(posted: QueryDict | None, each: CheckedLine) -> LineForm:
    """Named by its line and not by its place: the list may be computed anew while the page is read."""
    said = each.check
    initial = {"answer": said.answer if said else "", "reason": said.reason if said else ""}
    return LineForm(posted, prefix=each.line.subject_key.replace(":", "-"), initial=initial)


def _said(asked: list[Asked], missing: ListForm, check: OwnCheck) -> list[LineAnswer]:
    """Lines with a choice, and the list as a whole where something was or is missing."""
    said = [
        LineAnswer(each.checked.line.subject_key, each.form.cleaned_data["answer"], each.form.cleaned_data["reason"])
        for each in asked
        if each.form.cleaned_data["answer"]
    ]
    words = missing.cleaned_data["reason"]
    if words or check.list_check:
        said.append(LineAnswer("", Answer.MISSING if words else Answer.RIGHT, words))
    return said


def _point_out(form: PageForm, asked: list[Asked]) -> None:
    """A dispute without a reason is marked at its line too."""
    if form.refusal is not None and form.refusal.code == "answer_reason_missing":
        for each in asked:
            answer = each.form.cleaned_data.get("answer")
            if answer and answer != Answer.RIGHT and not each.form.cleaned_data.get("reason"):
                each.form.add_error("reason", form.refusal.message())


def _missing(check: OwnCheck) -> str:
    said = check.list_check
    return said.reason if said and said.answer == Answer.MISSING else ""


def _open_run(request: PageRequest, public_id: uuid.UUID) -> Run:
    run: Run | None = open_reviews(request.portal).filter(public_id=public_id).first()
    if run is None:
        raise DomainError("not_found")
    return run
