"""Words about genres, files on their way and photos, for templates."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from contributors.models import Genre, Upload
from contributors.uploads import given_up as is_given_up
from contributors.uploads import problem_of
from web.genre_words import fee_sentence, needs_sentence

register = template.Library()


@register.filter
def needs(genre: Genre) -> str:
    return needs_sentence(genre)


@register.filter
def fee(fees: Mapping[int, tuple[int, int]] | None, genre: Genre) -> str:
    """What its author may expect, as a sentence."""
    return fee_sentence(genre, (fees or {}).get(genre.pk))


@register.filter
def problem(upload: Upload) -> str:
    return problem_of(upload)


@register.filter
def given_up(upload: Upload) -> bool:
    return is_given_up(upload)


@register.filter
def percent(upload: Upload) -> int:
    """How much of it is here."""
    return upload.received * 100 // upload.size


@register.filter
def duration(seconds: int | None) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds else ""
