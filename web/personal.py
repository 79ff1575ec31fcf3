"""What the pages about a person's own data share, whoever opens them: forms, words, the erasure in its two steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contributors import clock
from contributors.correction import pen_names_of
from contributors.erasure import Kept
from contributors.models import Category, Contributor, Unit
from contributors.retention import Rule, rule_on
from payments.erasing import ErasurePlan
from web.forms import DayField, PageForm, SeenForm

# What a withdrawal leads to; `contributors.consenting.FOLLOWS` names the words.
FOLLOWS: Mapping[str, Any] = {
    "leave": _("Không còn ý kiến này thì không cộng tác tiếp được: hãy thôi cộng tác khi bạn sẵn sàng."),
    "erase": _("Thôi cộng tác rồi, bạn có thể xin xoá những gì luật không bắt giữ."),
    "asked_before_posting": _("Từ nay Ban biên tập hỏi lại bạn trước khi ghi tên bạn cạnh bài được đăng."),
    "not_thanked_in_public": _("Từ nay tên bạn không còn trong lời cảm ơn trên trang giới thiệu."),
    "no_new_payout": _("Thông tin nhận tiền không dùng cho lần chi mới; những gì đã chi vẫn lưu theo luật kế toán."),
}


class DetailsForm(SeenForm):
    """Name, phone, year of birth, pen names: what a person corrects themselves."""

    full_name = forms.CharField(
        label=_("Họ và tên"), required=False, max_length=300, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Số điện thoại liên lạc"),
        help_text=_("Số để Ban biên tập gọi. Đổi số này không đổi số đăng nhập."),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "short"}),
    )
    birth_year = forms.IntegerField(
        label=_("Năm sinh (không bắt buộc)"),
        required=False,
        error_messages={"invalid": _("Hãy ghi bốn chữ số, ví dụ 1961.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    pen_names = forms.CharField(
        label=_("Bút danh"),
        help_text=_("Mỗi dòng một bút danh. Xoá dòng nào thì thôi dùng bút danh ấy từ hôm nay."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def values_of(cls, person: Contributor) -> dict[str, Any]:
        return {
            "version": person.version,
            "full_name": person.full_name,
            "phone": f"0{person.phone[3:]}" if person.phone.startswith("+84") else person.phone,
            "birth_year": person.birth_year,
            "pen_names": "\n".join(pen_names_of(person)),
            "category": person.category,
        }

    def wanted(self) -> dict[str, Any]:
        """Arguments of `contributors.correction.correct_details`."""
        given = self.cleaned_data
        return {
            "full_name": given["full_name"],
            "phone": given["phone"],
            "birth_year": given["birth_year"] or 0,
            "pen_names": given["pen_names"].splitlines(),
        }


class BoardDetailsForm(DetailsForm):
    """The same with what the board decides: category and a dated move."""

    category = forms.ChoiceField(label=_("Diện"), choices=Category.choices)
    unit = forms.ModelChoiceField(
        label=_("Chuyển sang ấp, ngành (để trống nếu không chuyển)"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Không chuyển"),
    )
    moved_on = DayField(label=_("Chuyển từ ngày"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], decides: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not decides:
            del self.fields["category"]

    def wanted(self) -> dict[str, Any]:
        moved = {name: self.cleaned_data[name] for name in ("unit", "moved_on")}
        return super().wanted() | moved | {"category": self.cleaned_data.get("category")}


class UnitForm(PageForm):
    unit = forms.ModelChoiceField(
        label=_("Ấp, ngành bạn đang ở"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        empty_label=_("Chọn trong danh sách"),
        error_messages={"required": _("Hãy chọn ấp, ngành.")},
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class LeaveForm(SeenForm):
    reason = forms.CharField(
        label=_("Vì sao bạn thôi (không bắt buộc)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EraseForm(SeenForm):
    """The second step: the full name is typed, so that nothing is erased by a slip of the thumb."""

    confirmation = forms.CharField(
        label=_("Gõ lại họ và tên"),
        help_text=_("Không cần gõ dấu."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DataForm(PageForm):
    photos = forms.BooleanField(label=_("Kèm ảnh đã chụp; phim, ghi âm đã gửi"), required=False)
    full_numbers = forms.BooleanField(label=_("Ghi đủ số định danh và số tài khoản"), required=False)


def units_open() -> QuerySet[Unit]:
    """Units that people can belong to, former communes left out."""
    rows: QuerySet[Unit] = Unit.objects.filter(opened__lte=clock.today(), closed__isnull=True)
    return rows.exclude(kind="commune").order_by("parent__sort_key", "sort_key", "pk")


@dataclass(frozen=True, slots=True)
class KeptWords:
    """A rule of the retention table, with the day on which keeping ends for this person."""

    rule: Rule
    kept: Kept


def erasure_words(plan: ErasurePlan) -> dict[str, Any]:
    """What the first step shows."""
    today = clock.today()
    return {
        "erased": [rule_on(what, today) for what in plan.erased],
        "kept": [KeptWords(rule_on(kept.what, today), kept) for kept in plan.kept],
        "blocked": plan.blocked.message() if plan.blocked else "",
    }


def follow_words(follows: Sequence[str]) -> list[str]:
    return [str(FOLLOWS[follow]) for follow in follows]


def person_address(person: Contributor) -> str:
    """The board's page of a person."""
    return reverse("web:network_person", args=[person.public_id])
