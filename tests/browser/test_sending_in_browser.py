"""Sending from a phone in a real browser: words counted, drafts kept, a network that is cut, photos in parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contributors.models import Photo, Piece, Upload
from contributors.photos import NewPhoto, add_photos
from contributors.words import count_words
from tests.browser.chromium import DESK, PHONE
from tests.contributors.sending import noisy
from tests.contributors.test_drafts import WORDS
from tests.factories.world import picture

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path) -> list[str]:
    """Two photos of more than one part each."""
    made = []
    for number in (1, 2):
        path = tmp_path / f"anh-{number}.jpg"
        path.write_bytes(noisy((1100, 900), seed=number))
        assert path.stat().st_size > 700_000
        made.append(str(path))
    return made


def test_text_is_counted_and_kept_while_it_is_written(visitor, committed_world):
    phone = visitor("lan", width=PHONE)
    phone.go("/send/text/?genre=news_item")
    page = phone.page
    shown = page.locator("[data-count]")
    for text, words in WORDS:
        page.fill("#id_body", text)
        assert (shown.inner_text(), count_words(text)) == (str(words), words), text
    page.fill("#id_title", "Ấp Mẫu họp dân")
    page.fill("#id_body", "Tối qua ấp Mẫu họp dân.")
    page.get_by_text("Đã lưu lúc").wait_for(timeout=15_000)
    piece = Piece.objects.get()
    assert (piece.title, piece.body, piece.revision_number) == ("Ấp Mẫu họp dân", "Tối qua ấp Mẫu họp dân.", 1)

    phone.context.set_offline(True)
    page.fill("#id_body", "Tối qua ấp Mẫu họp dân. Mất mạng rồi.")
    page.get_by_text("Mạng yếu").wait_for(timeout=15_000)
    kept = page.evaluate(f"localStorage.getItem('butlang-writing:{piece.client_key}')")
    assert json.loads(kept)["text"]["body"].endswith("rồi.")
    phone.context.set_offline(False)
    page.get_by_text("Đã lưu lúc").wait_for(timeout=30_000)
    assert committed_world.fresh(piece).body.endswith("Mất mạng rồi.")

    page.fill("#id_body", "Xong.")
    phone.press("Tiếp tục")
    assert phone.path == f"/send/{piece.public_id}/photos/"
    kept = committed_world.fresh(piece)
    assert (Piece.objects.count(), kept.body, kept.revision_number) == (1, "Xong.", 2)


def test_photos_go_in_parts_and_a_cut_network_goes_on(visitor, committed_world, work_jobs, files):
    piece = committed_world.draft()
    phone = visitor("lan", width=PHONE)
    # The page alone goes on: no worker that wakes up by itself when the network is back.
    phone.context.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
    phone.go(f"/send/{piece.public_id}/photos/")
    page = phone.page
    page.set_input_files("input[type=file]", files)
    page.locator("#photo-rows .new-photo").nth(1).wait_for()
    page.check("input[name='who-0'][value='me']")
    page.fill("input[name='caption-0']", "Một")
    page.get_by_role("button", name="Lưu ảnh").click()
    page.get_by_text("Hãy cho biết ai chụp.").wait_for()
    page.check("input[name='who-1'][value='unknown']")

    parts: list[str] = []

    def cut(route, request):
        parts.append(request.header_value("Upload-Offset") or "")
        if len(parts) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(
        lambda address: "/uploads/" in address,
        lambda route, request: cut(route, request) if request.method == "PATCH" else route.continue_(),
    )
    page.get_by_role("button", name="Lưu ảnh").click()
    page.get_by_text("Mạng bị ngắt").wait_for(timeout=20_000)
    half, other = Upload.objects.order_by("pk")  # the server knows of both before the first is whole
    assert other.received == 0
    assert 0 < half.received < half.size
    page.get_by_role("button", name="Gửi tiếp").click()
    page.get_by_role("heading", name="Đang gửi").wait_for(timeout=20_000)
    assert Upload.objects.count() == 2
    assert work_jobs() == 2
    page.get_by_text("Ảnh: Nguyễn Thị Lan").wait_for(timeout=20_000)
    assert list(Photo.objects.order_by("position").values_list("caption", "photographer__full_name")) == [
        ("Một", "Nguyễn Thị Lan"),
        ("", None),
    ]
    original = Path(files[0]).stat().st_size
    assert half.size == original


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_sending_look_right(visitor, committed_world, width):
    world = committed_world
    piece = world.draft(body="Sáng nay bà con trong ấp cùng nhau dọn đường.\n\nBốn mươi hộ tham gia.")
    actor = world.actor("lan")
    add_photos(
        actor=actor,
        piece=piece,
        seen_version=1,
        new=[NewPhoto(picture(n, (640, 480)), f"Bà con dọn đường, đoạn {n}", world.people["lan"]) for n in (1, 2)],
    )
    sent = world.submitted("hoa", photos_by=("hoa",))
    photo = Photo.objects.get(piece=sent)
    wrong = []
    pages = {
        "lan": ["/send/", "/send/text/?genre=news_item", f"/send/{piece.public_id}/text/"]
        + [f"/send/{piece.public_id}/{step}/" for step in ("photos", "media", "check")]
        + [f"/send/{piece.public_id}/photos/{piece.photos.first().public_id}/", f"/pieces/{piece.public_id}/versions/"],
        "writer": ["/enter/"],
        "head": [f"/review/{sent.public_id}/", f"/photos/{photo.public_id}/blur/"],
        "admin": ["/genres/", "/genres/new/", "/genres/article/", "/topics/nong-thon-moi/"],
    }
    for name, addresses in pages.items():
        person = visitor(name, width=width)
        for number, address in enumerate(addresses):
            assert person.go(address) == 200, address
            wrong += person.look(f"sending-{name}-{number}")
    lan = visitor("lan", width=width)
    lan.go(f"/send/{piece.public_id}/text/")
    from contributors.drafting import edit_piece

    edit_piece(actor=actor, piece=world.fresh(piece), seen_version=2, body="Viết ở máy khác, dài hơn một chút.")
    lan.page.fill("#id_body", "Viết ở máy này.")
    lan.press("Tiếp tục")
    wrong += lan.look("sending-conflict")
    assert wrong == []
