"""What a board may ask of its figures: a period, and one unit, genre, topic, role or person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contributors.models import Contributor, Genre, Role, Topic, Unit
from contributors.output_cuts import Cut
from web.board.forms import PeriodForm

NOT_THERE = {"invalid_choice": _("Không có trong danh sách. Hãy chọn lại.")}


class UnitChoice(forms.ModelChoiceField):
    """Units of all times: with the one above, as in lists of units, and until when one that is no more was there."""

    def label_from_instance(self, obj: Any) -> str:
        more = [obj.parent.name] if obj.parent else []
        if obj.closed is not None:
            more.append(gettext("đến %(day)s") % {"day": f"{obj.closed:%d/%m/%Y}"})
        return f"{obj.name} ({', '.join(more)})" if more else str(obj.name)


class DashboardForm(PeriodForm):
    unit = UnitChoice(
        label=_("Ấp, ngành"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Mọi nơi"),
        error_messages=NOT_THERE,
    )
    successors = forms.BooleanField(
        label=_("Tính theo tên hôm nay"),
        help_text=_("Nơi đã đổi tên, sáp nhập được tính vào nơi kế tục; không chọn thì theo tên lúc gửi bài."),
        required=False,
    )
    genre = forms.ModelChoiceField(
        label=_("Thể loại"),
        queryset=Genre.unscoped.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Mọi thể loại"),
        error_messages=NOT_THERE,
    )
    topic = forms.ModelChoiceField(
        label=_("Chuyên mục"),
        queryset=Topic.unscoped.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Mọi chuyên mục"),
        error_messages=NOT_THERE,
    )
    role = forms.ChoiceField(
        label=_("Vai trò"), choices=[("", _("Mọi vai trò")), *Role.choices], required=False, error_messages=NOT_THERE
    )
    contributor = forms.ModelChoiceField(
        label=_("Người làm"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.HiddenInput,
        error_messages=NOT_THERE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("unit", Unit.objects.select_related("parent").order_by("sort_key", "pk")),
            ("genre", Genre.objects.order_by("position", "pk")),
            ("topic", Topic.objects.order_by("position", "pk")),
            ("contributor", Contributor.objects.select_related("merged_into")),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def person(self) -> Contributor | None:
        """The one whose pieces are asked for: who a merged row became."""
        chosen: Contributor | None = self.cleaned_data["contributor"]
        return (chosen.merged_into or chosen) if chosen else None

    @property
    def cut(self) -> Cut:
        chosen = self.cleaned_data
        unit, genre, topic, person = chosen["unit"], chosen["genre"], chosen["topic"], self.person
        return Cut(
            unit_id=unit.pk if unit else None,
            genre_id=genre.pk if genre else None,
            topic_id=topic.pk if topic else None,
            contributor_id=person.pk if person else None,
            role=chosen["role"],
            successors=chosen["successors"],
        )
