"""Questions about one photo, and about films and recordings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.models import AttachmentKind, Contributor, Photo
from web.contributor.forms import ask_who
from web.forms import SeenForm

SECONDS = 60


class PhotoForm(SeenForm):
    """What is on it, and who took it."""

    caption = forms.CharField(
        label=_("Chú thích"),
        help_text=_("Ai, đang làm gì, ở đâu."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    who = forms.ChoiceField(
        label=_("Ai chụp?"), widget=forms.RadioSelect, error_messages={"required": _("Hãy cho biết ai chụp.")}
    )
    other = forms.ModelChoiceField(
        label=_("Tên người chụp"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Chọn trong danh sách"),
    )

    def __init__(self, *args: Any, photo: Photo, own: bool, **kwargs: Any) -> None:
        taker = photo.photographer
        first: dict[str, Any] = {"caption": photo.caption, "version": photo.piece.version, "who": "unknown"}
        if taker is not None:
            by_author = taker.pk == photo.piece.contributor_id
            first |= {"who": "me" if by_author else "other", "other": None if by_author else taker.public_id}
        super().__init__(*args, initial=first, **kwargs)
        self.photo = photo
        ask_who(self, photo.piece, own=own)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("who") == "other" and not cleaned.get("other"):
            self.add_error("other", _("Hãy chọn tên người chụp."))
        return cleaned

    @property
    def photographer(self) -> Contributor | None:
        who: str = self.cleaned_data["who"]
        if who == "me":
            return self.photo.piece.contributor
        return self.cleaned_data["other"] if who == "other" else None


class MediaForm(SeenForm):
    """A film or a recording: a file, or where it can be seen."""

    kind = forms.ChoiceField(label=_("Đây là"), choices=AttachmentKind.choices, widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Chọn tệp"),
        help_text=_("Không quá 100 MB. Dài hơn thì đưa lên nơi khác rồi dán địa chỉ ở dưới."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "video/*,audio/*"}),
    )
    url = forms.CharField(
        label=_("Hoặc địa chỉ"),
        required=False,
        max_length=1000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    caption = forms.CharField(
        label=_("Chú thích"), required=False, max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    length = forms.CharField(
        label=_("Thời lượng"),
        help_text=_("Phút và giây, ví dụ 3:20"),
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "inputmode": "text"}),
    )

    def clean_length(self) -> int | None:
        """In seconds."""
        said = self.cleaned_data["length"].strip()
        if not said:
            return None
        parts = said.replace(".", ":").split(":")
        if len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004 - hours, minutes, seconds
            raise forms.ValidationError(_("Hãy ghi thời lượng như 3:20."))
        seconds = 0
        for part in parts if len(parts) > 1 else [*parts, "0"]:
            seconds = seconds * SECONDS + int(part)
        if not 0 < seconds <= 24 * SECONDS * SECONDS:
            raise forms.ValidationError(_("Hãy ghi thời lượng như 3:20."))
        return seconds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("file") and not cleaned.get("url") and "file" not in self.errors:
            self.add_error("file", _("Hãy chọn tệp, hoặc dán địa chỉ."))
        return cleaned
