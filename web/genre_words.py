"""What a genre asks for, as a sentence for contributors."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors.models import Genre
from contributors.needs import Need, needs_of


def needs_sentence(genre: Genre) -> str:
    """As in "Cần ít nhất 250 chữ, 2 ảnh."; empty where nothing is asked for."""
    parts = [_part(need) for need in needs_of(genre)]
    return _("Cần %(parts)s.") % {"parts": ", ".join(parts)} if parts else ""


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
