"""What the author changed since the board sent the piece back, word by word."""

from __future__ import annotations

from contributors.models import Event, Piece, Revision
from contributors.revisions import Part, compared


def changes_since_return(piece: Piece) -> list[Part] | None:
    """The body against the revision that was sent back; None if it never was, or the text is the same."""
    back = Event.objects.filter(subject_type="piece", subject_id=piece.pk, kind="piece.return").order_by("-pk").first()
    if back is None:
        return None
    old = Revision.objects.filter(piece=piece, number=back.facts.get("revision", 0)).first()
    if old is None or old.body == piece.body:
        return None
    return compared(old.body, piece.body)
