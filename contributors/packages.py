"""The copy-out package: a piece as one archive, ready to be put on the website by hand."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import IO, cast

from django.utils.html import escape

from contributors.access import may_see, require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Credit, Photo, Piece, Role
from contributors.names import search_key

PART = 1024 * 1024
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_BULLET = re.compile(r"\s*[-–•*+]\s+")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it old Windows programs read Vietnamese as something else


def plain_name(text: str) -> str:
    """A file name that every machine takes: letters without marks, joined by hyphens."""
    return _NOT_PLAIN.sub("-", search_key(text)).strip("-")[:80] or "tep"


def photo_name(piece: Piece, photo: Photo) -> str:
    return f"{plain_name(piece.title)}-{photo.position}.jpg"


def clean_html(body: str) -> str:
    """Paragraphs, line breaks and lists, nothing else: no style, no class, every sign escaped."""
    blocks = []
    for part in re.split(r"\n\s*\n", body.strip()):
        for bulleted, lines in groupby(part.split("\n"), key=lambda line: bool(_BULLET.match(line))):
            if bulleted:
                items = "".join(f"<li>{escape(_BULLET.sub('', line, count=1).strip())}</li>" for line in lines)
                blocks.append(f"<ul>{items}</ul>")
            else:
                words = "<br>\n".join(escape(line.strip()) for line in lines if line.strip())
                blocks.append(f"<p>{words}</p>" if words else "")
    return "\n".join(block for block in blocks if block)


def package_of(*, actor: Actor, piece: Piece) -> Iterator[tuple[str, Path | bytes]]:
    """Names and contents: title, text as clean HTML and as plain text, captions, photos in their order.

    Raises `not_allowed`, `not_found` before anything is given. Two queries.
    """
    require(actor, "piece.take_away")
    if not may_see(actor, piece):
        raise DomainError("not_found")
    photos = list(
        Photo.objects.filter(piece=piece, removed_at__isnull=True)
        .exclude(path="")
        .select_related("photographer")
        .order_by("position", "pk")
    )
    return _files(piece, photos, byline(piece))


def byline(piece: Piece) -> str:
    """The names of those who wrote it; where nobody is credited so, whose piece it is."""
    names = Credit.objects.filter(piece=piece, role__in=[Role.AUTHOR, Role.TRANSLATOR]).order_by("pk")
    return ", ".join(names.values_list("contributor__full_name", flat=True)) or piece.contributor.full_name


def _files(piece: Piece, photos: list[Photo], names: str) -> Iterator[tuple[str, Path | bytes]]:
    title = escape(piece.title)
    page = (
        f'<!doctype html>\n<html lang="{escape(piece.language)}">\n<head><meta charset="utf-8"><title>{title}</title>'
        f"</head>\n<body>\n<h1>{title}</h1>\n{clean_html(piece.body)}\n<p>{escape(names)}</p>\n</body>\n</html>\n"
    )
    yield "tieu-de.txt", _text(piece.title)
    yield "noi-dung.html", page.encode()
    yield "noi-dung.txt", _text(f"{piece.title}\n\n{piece.body}\n\n{names}")
    if photos:
        yield "chu-thich.txt", _text("\n".join(_caption(piece, photo, place) for place, photo in enumerate(photos, 1)))
    for place, photo in enumerate(photos, 1):
        yield _in_order(piece, place), open_kept(photo.path)


def _in_order(piece: Piece, place: int) -> str:
    return f"{place:02d}-{plain_name(piece.title)[:60]}.jpg"


def _caption(piece: Piece, photo: Photo, place: int) -> str:
    taken = f" (Ảnh: {photo.photographer.full_name})" if photo.photographer else ""
    return f"{_in_order(piece, place)}: {photo.caption}{taken}"


def _text(words: str) -> bytes:
    return BYTE_ORDER_MARK + words.replace("\n", "\r\n").encode()


class _Outlet:
    """Takes what the archive writes and gives it away; it cannot seek, so the archive never looks back."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.written.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken = b"".join(self.written)
        self.written.clear()
        return taken


def zipped(files: Iterable[tuple[str, Path | bytes]], *, moment: datetime | None = None) -> Iterator[bytes]:
    """One archive, given away while it is written: of a file on the disk memory holds one part at a time.

    With `moment` as the time of every file, the same files give the same bytes; else it is the time of writing.
    """
    stamp = moment.timetuple()[:6] if moment else None
    outlet = _Outlet()
    with zipfile.ZipFile(cast("IO[bytes]", outlet), "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            inside = zipfile.ZipInfo(name, stamp or time.localtime()[:6])
            inside.external_attr = 0o600 << 16
            source = BytesIO(content) if isinstance(content, bytes) else content.open("rb")
            with source, archive.open(inside, "w") as target:
                while part := source.read(PART):
                    target.write(part)
                    yield outlet.take()
    yield outlet.take()
