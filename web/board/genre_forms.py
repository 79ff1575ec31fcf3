"""Questions about genres and topics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.models import CountsAs
from web.forms import PageForm, SeenForm

GENRE = (
    *("name", "counts_as", "guidance", "example", "for_contributors"),
    *("least_words", "least_photos", "needs_duration", "needs_document_number"),
)
MOST_WORDS = 20_000
MOST_PHOTOS = 100


class CodeField(forms.CharField):
    """The word by which rate schedules and programs know it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Mã"))
        kwargs.setdefault("help_text", _("Chữ thường không dấu, ví dụ phong_su. Đặt rồi không đổi."))
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.widget.attrs.update({"class": "short", "autocomplete": "off", "autocapitalize": "none"})


class NameField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Tên"), required=False, max_length=100, **kwargs)
        self.widget.attrs["autocomplete"] = "off"


class GenreFields(PageForm):
    name = NameField()
    counts_as = forms.ChoiceField(label=_("Tính là"), choices=CountsAs.choices)
    guidance = forms.CharField(
        label=_("Lời hướng dẫn"),
        help_text=_("Một câu cho cộng tác viên."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    example = forms.CharField(
        label=_("Ví dụ"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    least_words = forms.IntegerField(
        label=_("Ít nhất bao nhiêu chữ"), min_value=0, max_value=MOST_WORDS, initial=0, required=False
    )
    least_photos = forms.IntegerField(
        label=_("Ít nhất bao nhiêu ảnh"), min_value=0, max_value=MOST_PHOTOS, initial=0, required=False
    )
    needs_duration = forms.BooleanField(label=_("Phải có video hoặc ghi âm, kèm thời lượng"), required=False)
    needs_document_number = forms.BooleanField(label=_("Phải có số, ký hiệu văn bản"), required=False)
    for_contributors = forms.BooleanField(label=_("Cộng tác viên được gửi"), required=False, initial=True)

    def genre_fields(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in GENRE}
        return given | {name: given[name] or 0 for name in ("least_words", "least_photos")}


class NewGenreForm(GenreFields):
    code = CodeField()
    field_order = ("name", "code")


class EditGenreForm(GenreFields, SeenForm):
    """The code stays."""


class TopicFields(PageForm):
    name = NameField()
    leader_activity = forms.BooleanField(
        label=_("Hoạt động của lãnh đạo"),
        help_text=_("Tin vào chuyên mục này được đánh dấu để đăng ngay trong ngày."),
        required=False,
    )

    def topic_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "leader_activity")}


class NewTopicForm(TopicFields):
    code = CodeField(help_text=_("Chữ thường không dấu, ví dụ nong-thon-moi. Đặt rồi không đổi."))
    field_order = ("name", "code")


class EditTopicForm(TopicFields, SeenForm):
    """The code stays."""
