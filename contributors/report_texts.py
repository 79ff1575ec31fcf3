"""The words that an office writes in its reports, kept for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from django.db import transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import ReportText
from contributors.names import plain_body

RIGHT = "report.write"
MOST_LETTERS = 5000
USUAL = Path(__file__).with_name("report_texts.yaml")


def usual_texts() -> dict[str, str]:
    """What a portal's first report begins with; the keys are all that there are."""
    return {key: str(text).strip() for key, text in yaml.safe_load(USUAL.read_text(encoding="utf-8")).items()}


def report_texts() -> dict[str, str]:
    """The portal's own words, the usual ones where it never wrote any. One query."""
    own = dict(ReportText.objects.values_list("key", "text"))
    return {key: own.get(key, text) for key, text in usual_texts().items()}


def write_report_texts(*, actor: Actor, texts: Mapping[str, str]) -> int:
    """Keep these passages; an empty one is left out of the report. Returns how many changed.

    Raises `text_too_long`, `not_found` for a passage that no report has.
    """
    require(actor, RIGHT)
    known = report_texts()
    changed = {}
    for key, text in texts.items():
        if key not in known:
            raise DomainError("not_found", field=key)
        said = plain_body(text).strip()
        if len(said) > MOST_LETTERS:
            raise DomainError("text_too_long", field=key, limit=MOST_LETTERS)
        if said != known[key]:
            changed[key] = said
    with transaction.atomic():
        for key, text in changed.items():
            row, _ = ReportText.objects.update_or_create(
                portal_id=actor.portal_id,
                key=key,
                defaults={"text": text, "written_by_id": actor.account_pk, "written_at": clock.now()},
            )
            record_event(actor=actor, kind="report_text.written", subject=row, facts={"key": key, "text": text})
    return len(changed)
