"""How somebody proves a pack by hand, in words: no program of ours, no script, nothing to install."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.html import escape

from payments.inspection.markup import page

FILE = Path(__file__).with_name("checklist.yaml")


def checklist_page() -> bytes:
    """The steps with a box to tick on paper before each."""
    steps = "".join(
        f'<li><b><span class="box"></span>{escape(step["title"])}</b><br>{step["words"]}</li>'
        for step in _texts()["steps"]
    )
    return page("Cách kiểm tra hồ sơ", f'<ol class="checks">{steps}</ol>', up="Hồ sơ thanh tra")


def readme() -> str:
    """What somebody reads first who opens the archive without a browser."""
    return str(_texts()["readme"])


@cache
def _texts() -> dict[str, Any]:
    with FILE.open(encoding="utf-8") as source:
        return dict(yaml.safe_load(source))
