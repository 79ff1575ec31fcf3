"""Decoding pictures: bounded in bytes, pixels and memory, turned upright, without what the camera wrote into them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import pi_heif
from django.db import connection, transaction
from PIL import ExifTags, Image, ImageCms, ImageFilter, ImageOps, UnidentifiedImageError

from contributors.errors import DomainError

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
# What cannot be decoded at a smaller scale stands in memory whole.
MOST_PIXELS_WHOLE = 30_000_000
HEAVY_PIXELS = 12_000_000
HEAVY_TURN = 7303  # key of the advisory lock: one heavy picture at a time in the whole installation
LONGEST_EDGE = 2048
SMALL_EDGE = 480
READABLE = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_AREAS = 30
PER_MILLE = 1000

pi_heif.register_heif_opener(thumbnails=False)


@dataclass(frozen=True, slots=True)
class Decoded:
    """`jpeg` and its `small` copy without EXIF; `taken` is what the camera wrote, as Vietnam's time."""

    jpeg: bytes
    small: bytes
    width: int
    height: int
    taken: datetime | None


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in thousandths of the picture's width and height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def lies_inside(self) -> bool:
        return (
            min(self.left, self.top) >= 0
            and min(self.width, self.height) > 0
            and max(self.left + self.width, self.top + self.height) <= PER_MILLE
        )


def read_photo(content: bytes) -> Decoded:
    """Raises `photo_large`, `photo_unreadable`."""
    return decode(io.BytesIO(content), size=len(content))


def read_photo_file(path: Path) -> Decoded:
    """The same for a file on the disk, which is never in memory as a whole."""
    with path.open("rb") as file:
        return decode(file, size=path.stat().st_size)


def look_at(file: IO[bytes], *, size: int) -> None:
    """What the header alone tells. Raises `photo_large`, `photo_unreadable`."""
    with _named():
        _opened(file, size)


def decode(file: IO[bytes], *, size: int) -> Decoded:
    with _named():
        picture, heavy = _opened(file, size)
        taken = _taken_at(picture)
        with _turn(heavy):
            upright = _upright(picture)
        return _written(upright, taken)


def blurred(content: bytes, areas: Sequence[Area]) -> Decoded:
    """A kept JPEG with areas in which nobody can be made out, nor brought back: they are painted anew from a few
    blocks. Raises `blur_areas_wrong`.
    """
    if not 0 < len(areas) <= MOST_AREAS or not all(area.lies_inside for area in areas):
        raise DomainError("blur_areas_wrong", field="areas", most=MOST_AREAS)
    picture = Image.open(io.BytesIO(content), formats=("JPEG",)).convert("RGB")
    for area in areas:
        _paint_over(picture, area)
    return _written(picture, None)


def _paint_over(picture: Image.Image, area: Area) -> None:
    left, top = area.left * picture.width // PER_MILLE, area.top * picture.height // PER_MILLE
    right = max(left + 1, -(-(area.left + area.width) * picture.width // PER_MILLE))
    bottom = max(top + 1, -(-(area.top + area.height) * picture.height // PER_MILLE))
    box = (left, top, min(right, picture.width), min(bottom, picture.height))
    part = picture.crop(box)
    few = part.resize((min(6, part.width), min(6, part.height)), Image.Resampling.BOX)
    painted = few.resize(part.size, Image.Resampling.NEAREST)
    picture.paste(painted.filter(ImageFilter.GaussianBlur(max(1, min(part.size) // 12))), box)


@contextmanager
def _named() -> Iterator[None]:
    """The library's refusals as named errors."""
    try:
        yield
    except Image.DecompressionBombError:
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError):
        raise DomainError("photo_unreadable", field="photo") from None


def _too_large() -> DomainError:
    return DomainError("photo_large", field="photo", limit=MOST_BYTES // 2**20)


def _opened(file: IO[bytes], size: int) -> tuple[Image.Image, bool]:
    """The picture, not decoded yet, and whether decoding it takes much memory."""
    if size > MOST_BYTES:
        raise _too_large()
    picture = Image.open(file, formats=READABLE)
    pixels = picture.width * picture.height
    # A progressive JPEG is kept whole by the decoder whatever the scale.
    scales = picture.format == "JPEG" and not picture.info.get("progressive")
    if pixels > (MOST_PIXELS if scales else MOST_PIXELS_WHOLE):
        raise _too_large()
    return picture, pixels > HEAVY_PIXELS and not scales


@contextmanager
def _turn(heavy: bool) -> Iterator[None]:  # noqa: FBT001
    """Heavy pictures wait for each other, so that many workers need the memory of one."""
    if not heavy:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [HEAVY_TURN])
        yield


def _upright(picture: Image.Image) -> Image.Image:
    """Small first, then upright: turning needs a second copy."""
    picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
    profile = picture.info.get("icc_profile")
    if picture.mode not in {"RGB", "L", "RGBA", "CMYK"}:
        picture = picture.convert("RGBA")
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    upright = ImageOps.exif_transpose(picture)
    if upright.mode == "RGBA":
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright.getchannel("A"))
        return paper
    return _in_common_colours(upright.convert("RGB"), profile)


def _in_common_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones write wider colours than a website shows; without its profile such a picture looks pale."""
    if not profile:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return changed or picture


def _written(picture: Image.Image, taken: datetime | None) -> Decoded:
    small = picture.copy()
    small.thumbnail((SMALL_EDGE, SMALL_EDGE))
    return Decoded(_jpeg(picture), _jpeg(small, quality=78), picture.width, picture.height, taken)


def _jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    picture.info.clear()  # nothing that came along may be written
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _taken_at(picture: Image.Image) -> datetime | None:
    written = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        moment = datetime.strptime(str(written), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - cameras write no zone
    except ValueError:
        return None
    return moment.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
