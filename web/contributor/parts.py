"""Who took part: named by the sender, answered by those who are named."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors.access import holds, is_own
from contributors.crediting import answer_credit, credits_to_answer
from contributors.drafting import FROM_LOG, DeclaredCredit, declare_credits
from contributors.errors import DomainError
from contributors.models import AUTHOR_LIKE, Contributor, ContributorState, Credit, CreditSource, Piece, Role
from web.forms import CoefficientField, PageForm, SeenForm
from web.page import PageRequest, for_contributors, for_members, person_of, show
from web.pieces import seen_piece

BLANK_LINES = 3
# Photographers follow from the photos, editors, approvers and publishers from the log.
DECLARED = [choice for choice in Role.choices if choice[0] not in FROM_LOG | {Role.PHOTOGRAPHER, Role.EDITOR}]


class PartForm(PageForm):
    """One person's part; an empty line is no part."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Người"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=gettext_lazy("Không có ai"),
    )
    role = forms.ChoiceField(label=gettext_lazy("Làm phần"), choices=DECLARED, required=False)
    share = CoefficientField(
        label=gettext_lazy("Tỷ lệ phần trăm"),
        required=False,
        max_digits=6,
        help_text=gettext_lazy("Mỗi phần cộng lại là 100"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class AnswerForm(PageForm):
    reason = forms.CharField(
        label=gettext_lazy("Cần xem lại điều gì?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@for_members
def credits_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """All declared parts of a piece at once; the verb checks what does not add up only when the piece is sent."""
    piece = seen_piece(request.actor, public_id)
    if not holds(request.actor, "piece.edit", own=is_own(request.actor, piece)):
        raise DomainError("not_found")
    form = SeenForm(request.POST or None, initial={"version": piece.version})
    lines = _lines(request, piece)
    if request.method == "POST" and form.is_valid() and not [line for line in lines if not line.is_valid()]:
        with form.refusals():
            declare_credits(
                actor=request.actor, piece=piece, seen_version=form.seen_version, declared=_declared(piece, lines)
            )
            messages.success(request, _("Đã ghi ai làm."))
            return redirect("web:piece", public_id=public_id)
        piece = seen_piece(request.actor, public_id)
        form.show_newest(piece.version)
    return show(request, "contributor/credits.html", {"piece": piece, "lines": lines}, form=form)


def _lines(request: PageRequest, piece: Piece) -> list[PartForm]:
    named = piece.credits.filter(source=CreditSource.DECLARED).exclude(role__in=[Role.PHOTOGRAPHER, Role.EDITOR])
    there = list(named.select_related("contributor").order_by("pk"))
    people = Contributor.objects.filter(
        state__in=[ContributorState.ACTIVE, ContributorState.RECORDED], merged_into__isnull=True
    ).order_by("sort_key", "pk")
    first: list[dict[str, Any]] = [
        {"person": part.contributor.public_id, "role": part.role, "share": part.share} for part in there
    ]
    first += [{} for _line in range(BLANK_LINES)]
    return [
        PartForm(request.POST or None, people=people, prefix=f"part{place}", initial=initial)
        for place, initial in enumerate(first)
    ]


def _declared(piece: Piece, lines: list[PartForm]) -> list[DeclaredCredit]:
    """The lines that name somebody, and what the page does not show as it was."""
    declared = [
        DeclaredCredit(
            line.cleaned_data["person"],
            line.cleaned_data["role"],
            share=line.cleaned_data["share"] if line.cleaned_data["role"] in AUTHOR_LIKE else None,
            quantity=None if line.cleaned_data["role"] in AUTHOR_LIKE else 1,
        )
        for line in lines
        if line.cleaned_data.get("person")
    ]
    kept = piece.credits.filter(source=CreditSource.DECLARED, role=Role.EDITOR).select_related("contributor")
    return declared + [DeclaredCredit(part.contributor, part.role, part.share, part.quantity) for part in kept]


@for_contributors
def my_credits_page(request: PageRequest) -> HttpResponseBase:
    """Parts that others wrote down in one's name."""
    return show(request, "contributor/my_credits.html", {"parts": _parts(request)})


@for_contributors
@require_POST
def answer_view(request: PageRequest, pk: int) -> HttpResponseBase:
    credit = (
        Credit.objects.select_related("piece", "piece__genre").filter(pk=pk, contributor=person_of(request)).first()
    )
    if credit is None:
        raise DomainError("not_found")
    form = AnswerForm(request.POST)
    agrees = "agree" in request.POST
    if form.is_valid():
        with form.refusals():
            answer_credit(actor=request.actor, credit=credit, agrees=agrees, reason=form.cleaned_data["reason"])
            messages.success(
                request, _("Cảm ơn bạn đã xác nhận.") if agrees else _("Đã gửi đề nghị xem lại cho Ban biên tập.")
            )
            return redirect("web:my_credits")
    return show(request, "contributor/my_credits.html", {"parts": _parts(request, pk, form)}, form=form)


def _parts(request: PageRequest, answered: int = 0, form: AnswerForm | None = None) -> list[dict[str, Any]]:
    return [
        {"credit": credit, "form": form if form and credit.pk == answered else AnswerForm(auto_id=f"a{credit.pk}_%s")}
        for credit in credits_to_answer(person_of(request))
    ]
