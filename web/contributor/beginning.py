"""Three questions that make the first sentence; nobody has to answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from contributors.first_sentence import first_sentence, title_of
from web.contributor.forms import genres_for_contributors
from web.contributor.sharing import keep_at_hand
from web.forms import PageForm
from web.page import PageRequest, for_writers, show

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _line(label: StrPromise, hint: StrPromise, length: int) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=length, widget=widget)


class BeginningForm(PageForm):
    what = _line(_("Chuyện gì?"), _("Ví dụ: ra quân dọn đường"), 300)
    where = _line(_("Ở đâu?"), _("Ví dụ: tuyến đường số 3, ấp Mẫu"), 200)
    who = _line(_("Ai làm, ai tham gia?"), _("Ví dụ: bốn mươi hộ dân trong ấp"), 200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("what") or "").strip() and not self.errors:
            self.add_error("what", _("Hãy ghi chuyện gì đã diễn ra; hai câu kia để trống cũng được."))
        return cleaned


@for_writers
def beginning_page(request: PageRequest) -> HttpResponseBase:
    """The answers go to the page of the text as its first sentence, where everything can be changed."""
    genre = genres_for_contributors().filter(code=request.GET.get("genre", "")).first()
    if genre is None:
        return redirect("web:send")
    form = BeginningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = first_sentence(**form.cleaned_data)
        keep_at_hand(request, title=title_of(said), body=said, event_place=form.cleaned_data["where"])
        wanted = {name: request.GET[name] for name in ("genre", "for", "practice") if name in request.GET}
        return redirect(f"{reverse('web:send_text')}?{urlencode(wanted)}")
    return show(request, "contributor/beginning.html", {"genre": genre}, form=form)
