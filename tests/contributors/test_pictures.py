"""Pictures: phones' own format, small copies, colours, what would need too much memory, faces made unrecognizable."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from contributors import photos, pictures
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Credit, Event, Photo, Piece, Score
from contributors.pictures import Area
from tests.contributors.sending import noisy
from tests.factories.world import at, picture

PHONE = Path(__file__).with_name("phone.heic")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def encoded(image: Image.Image, form: str = "PNG", **more) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def test_heic_of_a_phone_becomes_jpeg_with_its_hour_and_without_its_place():
    made = pictures.read_photo(PHONE.read_bytes())
    image = opened(made.jpeg)
    assert (image.format, image.size, made.taken) == ("JPEG", (64, 48), at("2026-07-09T06:30"))
    assert dict(image.getexif()) == {}
    assert b"GPS" not in made.jpeg
    left, right = image.getpixel((10, 20)), image.getpixel((50, 20))
    assert left[1] > left[0] + 50
    assert right[0] > right[1] + 50


def test_small_copy_is_small():
    made = pictures.read_photo(noisy((1200, 900)))
    assert opened(made.small).size == (480, 360)
    assert len(made.small) < len(made.jpeg) // 3


def test_what_is_transparent_becomes_white_paper():
    made = pictures.read_photo(encoded(Image.new("RGBA", (40, 30), (0, 0, 0, 0))))
    assert opened(made.jpeg).getpixel((5, 5)) == (255, 255, 255)


def test_palette_and_grey_pictures_are_read():
    for mode in ("P", "L", "LA", "1", "I;16"):
        made = pictures.read_photo(encoded(Image.new(mode, (40, 30))))
        assert opened(made.jpeg).mode == "RGB", mode


def test_own_colours_are_turned_into_those_of_the_web():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = pictures.read_photo(encoded(Image.new("RGB", (40, 30), (120, 60, 30)), "JPEG", icc_profile=profile))
    assert "icc_profile" not in opened(made.jpeg).info
    assert opened(made.jpeg).getpixel((5, 5)) == pytest.approx((120, 60, 30), abs=3)
    broken = pictures.read_photo(encoded(Image.new("RGB", (40, 30), (120, 60, 30)), "JPEG", icc_profile=b"no profile"))
    assert opened(broken.jpeg).size == (40, 30)


def test_progressive_jpeg_is_bounded_like_what_is_decoded_whole(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS_WHOLE", 100)
    plain = Image.new("RGB", (20, 20))
    assert pictures.read_photo(encoded(plain, "JPEG")).width == 20
    for content in (encoded(plain, "JPEG", progressive=True), encoded(plain)):
        with pytest.raises(DomainError) as error:
            pictures.read_photo(content)
        assert error.value.code == "photo_large"


def test_heavy_pictures_take_turns(monkeypatch, cell, django_assert_num_queries):
    plain = encoded(Image.new("RGB", (20, 20)))
    with django_assert_num_queries(0):
        pictures.read_photo(plain)
    monkeypatch.setattr(pictures, "HEAVY_PIXELS", 100)
    with django_assert_num_queries(3):  # savepoint, the lock, release
        pictures.read_photo(plain)


def one(world, content: bytes, by: str = "lan", state: str = "submitted") -> tuple[Piece, Photo]:
    piece = world.draft(by)
    photo = photos.add_photo(
        actor=world.actor(by),
        piece=piece,
        seen_version=1,
        content=content,
        caption="Họp",
        photographer=world.people[by],
    )
    return world.fresh(piece), photo


def test_blurring_takes_the_face_away_for_good(cell, django_capture_on_commit_callbacks):
    piece, old = one(cell, noisy((400, 300)))
    before = opened(open_kept(old.path).read_bytes()).convert("RGB")
    with django_capture_on_commit_callbacks(execute=True):
        new = photos.blur_photo(
            actor=cell.actor("head"), photo=old, seen_version=piece.version, areas=[Area(250, 250, 500, 500)]
        )
    after = opened(open_kept(new.path).read_bytes()).convert("RGB")

    def variety(image, box):
        return len(set(image.crop(box).resize((40, 40)).getdata()))

    inside, outside = (110, 85, 290, 215), (5, 5, 80, 60)
    assert variety(before, inside) > 1500
    assert variety(after, inside) < 700
    assert variety(after, outside) > 1200
    assert (new.caption, new.photographer, new.position) == ("Họp", cell.people["lan"], old.position)
    gone = cell.fresh(old)
    assert (gone.path, gone.small_path, gone.removed_at is not None) == ("", "", True)
    assert not open_kept(f"photos/{old.sha256[:2]}/{old.sha256}.jpg").exists()
    assert not open_kept(old.small_path).exists()
    event = Event.objects.get(kind="photo.blurred")
    assert (event.subject_id, event.facts) == (new.pk, {"instead": old.pk, "areas": 1})
    assert cell.fresh(piece).revision_number == piece.revision_number + 1
    credit = Credit.objects.get(piece=piece, role="photographer")
    assert credit.quantity == 1


def test_picture_that_another_piece_has_too_stays_there(cell, django_capture_on_commit_callbacks):
    _, other = one(cell, noisy((400, 300)), by="hoa")
    piece, old = one(cell, noisy((400, 300)))
    assert other.path == old.path
    with django_capture_on_commit_callbacks(execute=True):
        photos.blur_photo(actor=cell.actor("head"), photo=old, seen_version=piece.version, areas=[Area(0, 0, 10, 10)])
    assert open_kept(other.path).exists()


def test_blurring_after_approval_asks_for_approval_again(cell):
    piece = cell.approved("lan", photos_by=("lan",))
    photo = Photo.objects.get(piece=piece)
    photos.blur_photo(actor=cell.actor("head"), photo=photo, seen_version=piece.version, areas=[Area(0, 0, 300, 300)])
    assert cell.fresh(piece).state == "submitted"
    assert not Score.objects.filter(piece=piece, accepted=True).exists()


def test_caption_photographer_order_and_removal(cell):
    piece = cell.draft("lan")
    actor, hoa = cell.actor("lan"), cell.people["hoa"]
    made = photos.add_photos(
        actor=actor,
        piece=piece,
        seen_version=1,
        new=[photos.NewPhoto(picture(number), f"Ảnh {number}", hoa) for number in range(3)],
    )
    credit = Credit.objects.filter(piece=piece, role="photographer")
    assert credit.get().quantity == 3
    row = photos.order_photos(
        actor=actor, piece=piece, seen_version=2, order=[made[2].public_id, made[0].public_id, made[1].public_id]
    )
    in_order = Photo.objects.filter(piece=piece, removed_at__isnull=True).order_by("position")
    assert list(in_order.values_list("caption", flat=True)) == ["Ảnh 2", "Ảnh 0", "Ảnh 1"]
    row = photos.change_photo(
        actor=actor, photo=made[0], seen_version=row.version, caption="Mới", photographer=cell.people["lan"]
    )
    assert sorted(credit.values_list("contributor__full_name", "quantity")) == [("Lê Hoà", 2), ("Nguyễn Thị Lan", 1)]
    row = photos.change_photo(actor=actor, photo=made[0], seen_version=row.version, caption="Mới", photographer=None)
    assert list(credit.values_list("contributor__full_name", "quantity")) == [("Lê Hoà", 2)]
    row = photos.remove_photo(actor=actor, photo=made[2], seen_version=row.version)
    assert list(in_order.values_list("caption", flat=True)) == ["Mới", "Ảnh 1"]
    assert credit.get().quantity == 1
    assert row.revision_number == 6
