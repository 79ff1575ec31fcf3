"""What texts and pictures look like, as numbers of which alike ones share some (docs/likeness.md).

A text: MinHash over its runs of three syllables without tone marks, in bands; two texts that share half of their runs
share a band almost surely, unrelated ones hardly ever. A picture: which of two neighbouring points is brighter, over
9 × 8 points across and 8 × 9 down: 128 bits in eight parts, so that two pictures of at most seven different bits share
a part. Both stand in GIN indexes, which every PostgreSQL has.

Prints are made by a worker when a piece is sent; whether something is a duplicate is a person's to say.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from PIL import Image, UnidentifiedImageError

from contributors.files import open_kept
from contributors.jobs import schedule_job, schedule_jobs
from contributors.models import CountsAs, Job, Photo, Piece, PieceState, TextPrint
from contributors.names import search_key

TASK = "contributors.print_piece"
RUN = 3  # syllables
TITLE_RUN = 2
MOST_SYLLABLES = 10_000
ROWS = 3
BANDS = 20
TITLE_ROWS = 2
TITLE_BANDS = 6
PRIME = (1 << 61) - 1
SIDE = 8
PARTS = 8
PART_BITS = 16
FLATTEST = 12  # shades between the darkest and the brightest point; below it a picture says nothing

_chance = random.Random("but lang")  # noqa: S311 - the same mixing of numbers on every machine, for ever
MIXERS = [(_chance.randrange(1, PRIME), _chance.randrange(PRIME)) for _ in range(BANDS * ROWS)]


def syllables(text: str) -> list[str]:
    """Syllables and numbers without tone marks and punctuation."""
    return "".join(char if char.isalnum() else " " for char in search_key(text)).split()


def runs(words: Sequence[str], length: int) -> set[str]:
    """All runs of so many syllables; of a shorter text, the text."""
    if len(words) < length:
        return {" ".join(words)} if words else set()
    return {" ".join(words[place : place + length]) for place in range(len(words) - length + 1)}


def text_bands(title: str, body: str) -> list[int]:
    """The numbers that a piece stands under: bands of its title and of its body, never mixed up with each other."""
    found = _bands("t", runs(syllables(title), TITLE_RUN), TITLE_BANDS, TITLE_ROWS)
    return sorted(found | _bands("b", runs(syllables(body)[:MOST_SYLLABLES], RUN), BANDS, ROWS))


def _bands(kind: str, shingles: Iterable[str], bands: int, rows: int) -> set[int]:
    hashes = [_number(shingle.encode(), 7) for shingle in shingles]
    if not hashes:
        return set()
    least = [min((a * number + b) % PRIME for number in hashes) for a, b in MIXERS[: bands * rows]]
    return {
        _number(repr((kind, band, least[band * rows : (band + 1) * rows])).encode(), 8) - (1 << 63)
        for band in range(bands)
    }


def _number(content: bytes, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=size).digest(), "big")


def picture_parts(picture: Image.Image) -> list[int] | None:
    """Eight numbers of a picture, each with its place; None for one of a single shade."""
    grey = picture.convert("L")
    across = grey.resize((SIDE + 1, SIDE), Image.Resampling.BOX).tobytes()
    down = grey.resize((SIDE, SIDE + 1), Image.Resampling.BOX).tobytes()
    if max(across) - min(across) < FLATTEST:
        return None
    bits = [across[y * (SIDE + 1) + x] < across[y * (SIDE + 1) + x + 1] for y in range(SIDE) for x in range(SIDE)]
    bits += [down[y * SIDE + x] < down[(y + 1) * SIDE + x] for y in range(SIDE) for x in range(SIDE)]
    parts = []
    for part in range(PARTS):
        value = 0
        for bit in bits[part * PART_BITS : (part + 1) * PART_BITS]:
            value = value * 2 + bit
        parts.append(part << PART_BITS | value)
    return parts


def different_bits(one: Sequence[int], other: Sequence[int]) -> int:
    """Of 128; pictures that have nothing to do with each other differ in about 64."""
    return sum((left ^ right).bit_count() for left, right in zip(one, other, strict=True))


def promise_prints(piece: Piece) -> None:
    """In the transaction that sends a piece in. A practice piece and a document are compared with nothing."""
    if not piece.practice and piece.genre.counts_as != CountsAs.DOCUMENT:
        schedule_job(portal_id=piece.portal_id, task=TASK, piece_id=piece.pk)


def promise_missing_prints(*, most: int = 10_000) -> int:
    """For pieces that were sent before there were prints, newest first, in the open portal. Returns how many."""
    sent = Piece.objects.filter(practice=False, text_prints__isnull=True).exclude(state=PieceState.DRAFT)
    rows = sent.exclude(genre__counts_as=CountsAs.DOCUMENT).order_by("-pk").values_list("portal_id", "pk")[:most]
    by_portal: dict[int, list[Mapping[str, int]]] = {}
    for portal_id, piece_id in rows:
        by_portal.setdefault(portal_id, []).append({"piece_id": piece_id})
    with transaction.atomic():
        for portal_id, each in by_portal.items():
            schedule_jobs(portal_id=portal_id, task=TASK, each=each)
    return sum(map(len, by_portal.values()))


def print_piece(job: Job) -> None:
    """The worker's part; doing it again writes the same."""
    piece = Piece.objects.filter(pk=job.arguments["piece_id"]).first()
    if piece is None or piece.state == PieceState.DRAFT:
        return
    bands = text_bands(piece.title, piece.body)
    pictures = [
        (photo, _parts_of_file(photo))
        for photo in Photo.objects.filter(piece=piece, removed_at__isnull=True, likeness__isnull=True).exclude(path="")
    ]
    with transaction.atomic():
        TextPrint.objects.update_or_create(
            portal_id=piece.portal_id,
            piece=piece,
            defaults={"revision_number": piece.revision_number, "bands": bands},
        )
        for photo, parts in pictures:
            Photo.objects.filter(pk=photo.pk).update(likeness=parts)


def _parts_of_file(photo: Photo) -> list[int] | None:
    """None too where the file is gone: the row may stay longer than the picture."""
    try:
        with Image.open(open_kept(photo.path)) as picture:
            picture.draft("L", (SIDE * 16, SIDE * 16))
            return picture_parts(picture)
    except (FileNotFoundError, UnidentifiedImageError):
        return None
