"""Photos: decoded, turned upright, stripped, bounded, kept by content, credited to whoever took them."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import ExifTags, Image

from contributors import drafting, photos, pictures
from contributors.drafting import DeclaredCredit
from contributors.errors import DomainError
from contributors.files import keep_file, open_kept
from contributors.models import Credit, Photo, Revision, Role
from contributors.photos import NewPhoto
from tests.factories.world import at, picture


def read_photo(content: bytes):
    made = pictures.read_photo(content)
    return made.jpeg, made.width, made.height, made.taken


def jpeg(size=(60, 40), *, exif: Image.Exif | None = None, colour=(200, 30, 30)) -> bytes:
    out = io.BytesIO()
    canvas = Image.new("RGB", size, colour)
    canvas.save(out, "JPEG", quality=95, **({"exif": exif} if exif else {}))
    return out.getvalue()


def camera_exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: maker, place, owner, hour."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Máy ảnh"
    exif[ExifTags.Base.Artist] = "Nguyễn Thị Lan"
    exif[ExifTags.Base.Orientation] = orientation
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (10.0, 46.0, 12.5)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = (105.0, 10.0, 30.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:07:09 06:30:00"
    return exif


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises so many pixels in fewer than a hundred bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("anh.jpg", jpeg())
    return out.getvalue()


def add(world, piece, *new: NewPhoto, by: str = "lan"):
    return photos.add_photos(actor=world.actor(by), piece=piece, seen_version=piece.version, new=list(new))


def refused_code(content: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        read_photo(content)
    assert refused.value.field == "photo"
    return refused.value.code


def test_exif_place_maker_and_owner_are_gone_from_the_kept_file(world):
    content = jpeg(exif=camera_exif())
    sent = Image.open(io.BytesIO(content)).getexif()
    assert dict(sent.get_ifd(ExifTags.IFD.GPSInfo)) != {}
    assert sent[ExifTags.Base.Make] != ""

    (photo,) = add(world, world.draft("lan"), NewPhoto(content, "Bà con dọn đường"))

    kept = open_kept(photo.path).read_bytes()
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}
    assert dict(Image.open(io.BytesIO(kept)).getexif().get_ifd(ExifTags.IFD.GPSInfo)) == {}
    assert b"Exif" not in kept
    assert "Nguyễn Thị Lan".encode() not in kept
    assert (hashlib.sha256(kept).hexdigest(), len(kept)) == (photo.sha256, photo.size)
    assert photo.taken_at == at("2026-07-09T06:30")


def test_photo_without_a_camera_hour_has_none(world):
    (photo,) = add(world, world.draft("lan"), NewPhoto(jpeg()))
    assert photo.taken_at is None


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (60, 40), "left top"),
        (3, (60, 40), "right bottom"),
        (6, (40, 60), "right top"),
        (8, (40, 60), "left bottom"),
    ],
)
def test_orientation_is_applied(orientation, size, corner):
    canvas = Image.new("RGB", (60, 40), (255, 255, 255))
    canvas.paste((255, 0, 0), (0, 0, 20, 20))
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=95, exif=camera_exif(orientation))

    content, width, height, _ = read_photo(out.getvalue())

    turned = Image.open(io.BytesIO(content))
    assert (width, height) == turned.size == size
    across, down = corner.split()
    spot = (5 if across == "left" else width - 5, 5 if down == "top" else height - 5)
    red, green, blue = turned.getpixel(spot)
    assert (red > 200, green < 80, blue < 80) == (True, True, True)


@pytest.mark.parametrize(
    ("sent", "kept"), [((3000, 1500), (2048, 1024)), ((1500, 3000), (1024, 2048)), ((90, 50), (90, 50))]
)
def test_longest_edge_is_bounded_and_small_photos_stay(sent, kept):
    _, width, height, _ = read_photo(jpeg(sent))
    assert (width, height) == kept


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_forms_become_jpeg(form):
    out = io.BytesIO()
    Image.new("RGBA", (30, 20), (0, 120, 0, 128)).save(out, form)
    content, width, height, _ = read_photo(out.getvalue())
    assert (Image.open(io.BytesIO(content)).format, width, height) == ("JPEG", 30, 20)


def test_too_many_bytes_are_refused_before_decoding():
    assert refused_code(jpeg() + b"\0" * (pictures.MOST_BYTES - len(jpeg()) + 1)) == "photo_large"
    content, *_ = read_photo(jpeg() + b"\0" * (pictures.MOST_BYTES - len(jpeg())))
    assert len(content) < 10_000


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("width", "height"),
    [(7746, 7747), (9500, 9500), (14_000, 14_000), (65_000, 65_000)],
    ids=["just above", "the library warns", "the library refuses", "bomb"],
)
def test_too_many_pixels_are_refused_by_the_header_alone(width, height):
    assert refused_code(png_header(width, height)) == "photo_large"


@pytest.mark.parametrize(
    "content",
    {
        "empty": b"",
        "text": "không phải ảnh".encode(),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "zip called jpg": zipped(),
        "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        "cut off": jpeg((400, 300))[:900],
        "header only": jpeg()[:20],
        "png without picture": png_header(40, 40),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_no_photo_is_refused(content):
    assert refused_code(content[1]) == "photo_unreadable"


def test_broken_exif_loses_the_hour_and_not_the_photo():
    whole = jpeg(exif=camera_exif())
    broken = whole.replace(b"Exif\x00\x00MM\x00*", b"Exif\x00\x00MM\xff\xff")
    assert broken != whole
    _, width, height, taken = read_photo(broken)
    assert (width, height, taken) == (60, 40, None)


def test_same_photo_twice_is_refused_and_the_other_of_the_two_is_not_kept(world):
    piece = world.draft("lan")
    add(world, piece, NewPhoto(picture(1), "Lần đầu"))
    version = piece.version
    with pytest.raises(DomainError) as refused:
        add(world, piece, NewPhoto(picture(2)), NewPhoto(picture(1), "Lần hai"))
    assert refused.value.code == "photo_twice"
    assert list(Photo.objects.filter(piece=piece).values_list("caption", flat=True)) == ["Lần đầu"]
    assert world.fresh(piece).version == version


def test_same_photo_in_two_pieces_is_one_file(world):
    first, second = world.draft("lan"), world.draft("hoa")
    (one,) = add(world, first, NewPhoto(picture(3)))
    (other,) = add(world, second, NewPhoto(picture(3)), by="hoa")
    assert one.path == other.path
    assert one.pk != other.pk
    assert [path.name for path in open_kept(one.path).parent.glob(f"*{one.sha256}*")] == [f"{one.sha256}.jpg"]


def test_photographer_is_never_assumed(world):
    piece = world.draft("lan")
    (photo,) = add(world, piece, NewPhoto(picture(1), "Không ai nhận"))
    assert photo.photographer is None
    assert list(Credit.objects.filter(piece=piece).values_list("role", flat=True)) == ["author"]


def test_photographers_are_credited_with_how_many_they_took(world):
    lan, hoa = world.people["lan"], world.people["hoa"]
    piece = world.draft("lan")
    add(world, piece, NewPhoto(picture(1), "", hoa), NewPhoto(picture(2), "", lan), NewPhoto(picture(3), "", hoa))
    add(world, piece, NewPhoto(picture(4), "", hoa), NewPhoto(picture(5)))
    taken = Credit.objects.filter(piece=piece, role=Role.PHOTOGRAPHER).order_by("quantity")
    assert list(taken.values_list("contributor_id", "quantity", "source", "unit_id")) == [
        (lan.pk, 1, "declared", world.unit.pk),
        (hoa.pk, 3, "declared", world.unit.pk),
    ]
    assert list(Photo.objects.filter(piece=piece).order_by("position").values_list("position", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_declaring_credits_again_neither_drops_nor_inflates_photographers(world):
    lan, hoa = world.people["lan"], world.people["hoa"]
    piece = world.draft("lan")
    add(world, piece, NewPhoto(picture(1), "", hoa), NewPhoto(picture(2), "", hoa))
    for declared in (
        [DeclaredCredit(lan, Role.AUTHOR, share=Decimal(100))],
        [DeclaredCredit(lan, Role.AUTHOR, share=Decimal(100)), DeclaredCredit(hoa, Role.PHOTOGRAPHER, quantity=99)],
    ):
        piece = drafting.declare_credits(
            actor=world.actor("lan"), piece=piece, seen_version=piece.version, declared=declared
        )
        quantities = Credit.objects.filter(piece=piece, role=Role.PHOTOGRAPHER).values_list("quantity", flat=True)
        assert list(quantities) == [2]


def test_several_photos_are_one_version_and_one_revision(world):
    piece = world.draft("lan")
    add(world, piece, *(NewPhoto(picture(number), f"Ảnh {number}") for number in range(4)))
    row = world.fresh(piece)
    assert (row.version, row.revision_number, piece.version) == (2, 2, 2)
    newest = Revision.objects.get(piece=piece, number=2)
    assert [caption for _, caption, _ in newest.photos] == ["Ảnh 0", "Ảnh 1", "Ảnh 2", "Ảnh 3"]


def test_caption_is_cleaned_and_bounded(world):
    (photo,) = add(world, world.draft("lan"), NewPhoto(picture(1), "  Ảnh\u202e \x00 " + "ă" * 600))
    assert photo.caption == "Ảnh " + "ă" * 496


def test_kept_file_is_whole_or_not_there(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    kept = keep_file(folder="photos", content=b"mot", suffix=".jpg")
    target = tmp_path / kept.path
    assert target.read_bytes() == b"mot"
    target.write_bytes(b"m")  # half a file from a machine that lost its power
    assert keep_file(folder="photos", content=b"mot", suffix=".jpg") == kept
    assert target.read_bytes() == b"mot"
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_kept_path_cannot_leave_the_media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(ValueError, match="outside"):
        open_kept("../etc/passwd")


def test_taken_hour_is_of_vietnam():
    *_, taken = read_photo(jpeg(exif=camera_exif()))
    assert taken.utcoffset() == timedelta(hours=7)
