"""The message that asks people to check, to paste into Zalo: Vietnamese whoever copies it, and never an amount."""

from __future__ import annotations

from contributors.message_words import words_for
from contributors.models import Portal
from payments.models import Run


def message_to(*, portal: Portal, run: Run, names: str) -> str:
    """`names`: whom it greets, one person or a hamlet."""
    days = str(run.review_days or 0)
    return words_for("check", path="/check/", name=names, portal=portal.name, title=run.label, days=days)
