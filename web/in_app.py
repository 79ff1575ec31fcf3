"""Browsers inside other applications, told by how they call themselves. There photos, notices and the home screen are
not to be had, so the pages offer the way out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest

_NAMES = (("Zalo", re.compile(r"\bZalo", re.IGNORECASE)), ("Facebook", re.compile(r"FBAN|FBAV|FB_IAB")))
_WEBVIEW = re.compile(r"; ?wv\)")  # how Android's WebView names itself
_APPLE = re.compile(r"iPhone|iPad|iPod")


@dataclass(frozen=True, slots=True)
class InApp:
    """`name` of the application, empty where it does not say; `apple`: an iPhone or iPad, else Android."""

    name: str
    apple: bool


def opened_in(request: HttpRequest) -> InApp | None:
    """None in a browser of its own."""
    said = request.headers.get("User-Agent", "")
    name = next((name for name, mark in _NAMES if mark.search(said)), "")
    apple = _APPLE.search(said) is not None
    if name and (apple or "Android" in said):
        return InApp(name, apple)
    return InApp("", apple=False) if _WEBVIEW.search(said) else None
