"""Which areas of a photo are to be blurred."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.pictures import Area
from web.forms import SeenForm

DRAWN = re.compile(r"(\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})")
SIDES = ("left", "top", "width", "height")


class BlurForm(SeenForm):
    """`drawn`: areas as the script notes them, in thousandths, "left,top,width,height;…". Typed by hand: percent."""

    drawn = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    left = forms.IntegerField(label=_("Cách mép trái (%)"), required=False, min_value=0, max_value=99)
    top = forms.IntegerField(label=_("Cách mép trên (%)"), required=False, min_value=0, max_value=99)
    width = forms.IntegerField(label=_("Rộng (%)"), required=False, min_value=1, max_value=100)
    height = forms.IntegerField(label=_("Cao (%)"), required=False, min_value=1, max_value=100)

    areas: list[Area]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        drawn = [DRAWN.fullmatch(part) for part in (cleaned.get("drawn") or "").split(";") if part]
        self.areas = [Area(*map(int, found.groups())) for found in drawn if found]
        typed = [cleaned.get(side) for side in SIDES]
        if all(value is not None for value in typed):
            self.areas.append(Area(*(int(value) * 10 for value in typed if value is not None)))
        return cleaned
