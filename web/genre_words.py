"""What a genre asks for, as a sentence for contributors."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors.models import CountsAs, Genre
from contributors.needs import Need, needs_of
from web.templatetags.web_format import dong


def needs_sentence(genre: Genre) -> str:
    """As in "Cần ít nhất 250 chữ, 2 ảnh."; empty where nothing is asked for."""
    parts = [_part(need) for need in needs_of(genre)]
    return _("Cần %(parts)s.") % {"parts": ", ".join(parts)} if parts else ""


def fee_sentence(genre: Genre, fees: tuple[int, int] | None) -> str:
    """As in "Nhuận bút từ 253.000 đ đến 506.000 đ, tuỳ điểm chấm."; empty where nothing is paid."""
    if fees is None or not fees[1]:
        return ""
    values = {"low": dong(fees[0]), "high": dong(fees[1])}
    if genre.counts_as == CountsAs.PHOTO:
        if fees[0] == fees[1]:
            return _("Nhuận bút %(high)s mỗi ảnh.") % values
        return _("Nhuận bút mỗi ảnh từ %(low)s đến %(high)s, tuỳ điểm chấm.") % values
    if fees[0] == fees[1]:
        return _("Nhuận bút %(high)s.") % values
    return _("Nhuận bút từ %(low)s đến %(high)s, tuỳ điểm chấm.") % values


def _part(need: Need) -> str:
    least = need.least
    match need.what:
        case "words":
            return ngettext("ít nhất %(count)d chữ", "ít nhất %(count)d chữ", least) % {"count": least}
        case "photos":
            return ngettext("ít nhất %(count)d ảnh", "ít nhất %(count)d ảnh", least) % {"count": least}
        case "duration":
            return _("video hoặc ghi âm, kèm thời lượng")
        case _:
            return _("số, ký hiệu văn bản")
