"""Nhập hộ: a text that came by Zalo, on paper or by telephone, written down for its author.

Both names are kept: the piece is the author's, `created_by` entered it. Nobody is asked what a camera would know. The
fee of an author who is not registered waits until they claim it (`payments` holds it).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction

from contributors.access import require
from contributors.actors import Actor
from contributors.drafting import TITLE_LIMIT, start_piece
from contributors.errors import DomainError
from contributors.models import Contributor, Genre, Piece, Topic, Unit
from contributors.names import plain_body, plain_text
from contributors.registration import record_person

ENTERING = 7304  # first key of the advisory lock: two quick presses make one person
LONGEST_FIRST_LINE = 200


def enter_piece(
    *,
    actor: Actor,
    client_key: uuid.UUID,
    genre: Genre,
    text: str,
    title: str = "",
    author: Contributor | None = None,
    full_name: str = "",
    unit: Unit | None = None,
    topic: Topic | None = None,
    **fields: Any,
) -> Piece:
    """A draft of `author`, or of someone written down now by name. Without a title the first line is it.

    The same `client_key` again gives the same piece and the same person. Raises `text_missing` for neither title nor
    text, `name_missing`, and what `start_piece` raises.
    """
    require(actor, "piece.start_for_other")
    heading, body = (plain_text(title), plain_body(text)) if title.strip() else split_pasted(text)
    if not heading:
        raise DomainError("text_missing", field="text")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ENTERING, client_key.int % 2**31])
        known = Piece.objects.filter(client_key=client_key, created_by_id=actor.account_id).first()
        if known is not None:
            return known
        if author is None:
            author = record_person(actor=actor, full_name=full_name, unit=unit)
        return start_piece(
            actor=actor,
            client_key=client_key,
            genre=genre,
            title=heading,
            body=body,
            contributor=author,
            topic=topic,
            **fields,
        )


def split_pasted(text: str) -> tuple[str, str]:
    """Title and text of something pasted: a first line that stands alone is the title, otherwise its first words."""
    body = plain_body(text)
    first, _, rest = body.partition("\n")
    if rest.strip() and len(first) <= LONGEST_FIRST_LINE:
        return plain_text(first), plain_body(rest)
    sentence = first.split(". ")[0]
    if len(sentence) > LONGEST_FIRST_LINE:
        sentence = sentence[:LONGEST_FIRST_LINE].rpartition(" ")[0] or sentence[:LONGEST_FIRST_LINE]
    return plain_text(sentence).rstrip(".")[:TITLE_LIMIT], body
