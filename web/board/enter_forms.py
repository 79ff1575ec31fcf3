"""Questions to whoever enters a piece for its author."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.genres import offered_genres
from contributors.models import Contributor, ContributorState, CountsAs, Genre, Unit
from web.contributor.forms import ManyFiles, ManyFilesField
from web.forms import ClientKeyForm


class EnterForm(ClientKeyForm):
    """Nhập hộ: who wrote it (someone of the network, or a name that is written down now), what it says, its photos."""

    contributor = forms.ModelChoiceField(
        label=_("Người đã có tên trong danh sách"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Chọn trong danh sách"),
    )
    full_name = forms.CharField(
        label=_("Hoặc ghi họ và tên người mới"),
        help_text=_("Người này chưa đăng ký; nhuận bút được giữ lại tới khi họ nhận."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.ModelChoiceField(
        label=_("Ấp, ngành của người mới"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Không rõ"),
    )

    genre = forms.ModelChoiceField(
        label=_("Thể loại"), queryset=Genre.unscoped.none(), to_field_name="code", empty_label=None
    )
    text = forms.CharField(
        label=_("Dán nội dung"),
        help_text=_("Dán nguyên lời trong Zalo. Dòng đầu làm tiêu đề; ở bước sau còn sửa được."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "tall"}),
    )
    photos = ManyFilesField(
        label=_("Ảnh"),
        help_text=_("Kéo thả hoặc chọn nhiều ảnh một lúc. Không cần biết máy nào chụp, chụp lúc nào."),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/*", "multiple": True}),
    )
    who = forms.ChoiceField(
        label=_("Ảnh do ai chụp?"),
        choices=[("author", _("Tác giả chụp")), ("unknown", _("Không rõ ai chụp"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Contributor.objects.filter(
            state__in=[ContributorState.ACTIVE, ContributorState.RECORDED], merged_into__isnull=True
        )
        self.fields["contributor"].queryset = people.order_by("sort_key", "pk")  # type: ignore[attr-defined]
        genres = offered_genres().exclude(counts_as=CountsAs.DOCUMENT)
        self.fields["genre"].queryset = genres  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.filter(closed__isnull=True).order_by("kind", "sort_key")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("contributor") and not cleaned.get("full_name") and not self.errors:
            self.add_error("contributor", _("Hãy chọn một người, hoặc ghi tên người mới."))
        if cleaned.get("photos") and not cleaned.get("who"):
            self.add_error("who", _("Hãy cho biết ai chụp."))
        return cleaned
