"""What another app on the phone shared with us, made a draft: its words, and its photos on their way into it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from contributors.actors import Actor
from contributors.drafting import start_piece
from contributors.errors import DomainError
from contributors.genres import offered_genres
from contributors.models import CountsAs, Piece, UploadKind
from contributors.uploads import begin_upload, receive_file

TITLE_LENGTH = 120
MOST_FILES = 20
NAMESPACE = uuid.UUID("5d7a3f0e-6c1b-4f0e-9a55-2f1f0f3b6d11")


class SharedFile(NamedTuple):
    """A photo as it came: its name, its size in bytes, its content in parts, and the SHA-256 of all of it."""

    name: str
    size: int
    sha256: str
    parts: Iterable[bytes]


def words_of(*, title: str, text: str, url: str) -> tuple[str, str]:
    """Title and text of the draft: where nothing was named, the first line is the title."""
    said = "\n".join(part.strip() for part in (text, url) if part.strip())
    return title.strip() or said.partition("\n")[0][:TITLE_LENGTH], said


def take_shared(
    *, actor: Actor, title: str, text: str, url: str, files: Sequence[SharedFile]
) -> tuple[Piece, list[str]]:
    """A draft of the portal's first genre with what was shared, and a sentence for each file that was refused.

    The same things shared again by the same person give the same draft. Nobody is named as photographer: the page of
    photos asks. Raises what `start_piece` raises.
    """
    heading, said = words_of(title=title, text=text, url=url)
    seed = "\0".join([str(actor.account_pk), title, text, url, *(file.sha256 for file in files)])
    key = uuid.uuid5(NAMESPACE, hashlib.sha256(seed.encode()).hexdigest())
    piece = Piece.objects.filter(client_key=key, created_by_id=actor.account_pk).first()
    if piece is None:
        genre = offered_genres().filter(for_contributors=True).exclude(counts_as=CountsAs.DOCUMENT).first()
        if genre is None:
            raise DomainError("not_found")
        piece = start_piece(actor=actor, client_key=key, genre=genre, title=heading, body=said)
    refused = []
    for file in files[:MOST_FILES]:
        try:
            begun = begin_upload(
                actor=actor,
                piece=piece,
                client_key=uuid.UUID(file.sha256[:32]),
                kind=UploadKind.PHOTO,
                file_name=file.name,
                size=file.size,
                sha256=file.sha256,
            )
            if not begun.received:
                receive_file(actor=actor, upload=begun, parts=file.parts)
        except DomainError as problem:
            refused.append(f"{file.name}: {problem.message()}")
    return piece, refused
