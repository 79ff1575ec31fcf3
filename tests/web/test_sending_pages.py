"""Pages around a piece: writing with autosave's key, photos one by one, films, versions, blurring, genres set up."""

from __future__ import annotations

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from contributors import autosave, drafting, photos
from contributors.models import Attachment, Genre, Photo, Piece, Topic, Upload
from tests.contributors.sending import MP3, begin, noisy, put
from tests.factories.world import picture
from tests.web.conftest import summary_of, texts


def test_form_of_a_draft_that_was_kept_meanwhile_goes_on_with_it(world, as_):
    client, key = as_("lan"), uuid.uuid4()
    asked = {"actor": world.actor("lan"), "client_key": key, "genre": world.genres["news_item"]}
    autosave.keep_draft(**asked, seen_version=None, fields={"title": "Ấp", "body": "Tối"})
    answers = {"client_key": str(key), "genre": "news_item", "title": "Ấp họp", "body": "Tối qua ấp họp."}
    done = client.post("/send/text/", answers | {"version": "1", "topic": "nong-thon-moi", "language": "km"})
    piece = Piece.objects.get()
    assert done["Location"] == f"/send/{piece.public_id}/photos/"
    assert (piece.title, piece.topic, piece.language, piece.revision_number) == ("Ấp họp", world.topic, "km", 2)

    drafting.edit_piece(actor=world.actor("lan"), piece=piece, seen_version=2, body="Viết ở máy khác.")
    both = client.post("/send/text/", answers | {"version": "2", "body": "Viết ở máy này."})
    assert both.status_code == 409
    page = texts(both)
    assert "Viết ở máy khác." in page
    assert "Viết ở máy này.</textarea>" in page
    assert "<del>này.</del><ins>khác.</ins>" in page
    again = client.post("/send/text/", answers | {"version": "3", "body": "Viết ở máy này."})
    assert again.status_code == 302
    assert world.fresh(piece).body == "Viết ở máy này."


def test_text_of_fifty_thousand_words_stays_on_the_page(world, as_):
    body = "xã " * 50_000
    answer = as_("lan").post(
        "/send/text/", {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "Dài", "body": body}
    )
    assert answer.status_code == 422
    assert summary_of(answer) == [
        "Nội dung có 50000 chữ, nhiều nhất là 20000 chữ. Phần vừa viết còn nguyên; hãy chia thành nhiều bài."
    ]
    assert texts(answer).count("xã ") >= 50_000


def test_genre_page_shows_sentence_example_and_needs(world, as_):
    Genre.objects.filter(code="article").update(
        guidance="Có người, có chuyện.", example="Nuôi lươn.", least_words=250, least_photos=1
    )
    page = texts(as_("lan").get("/send/"))
    assert "Có người, có chuyện." in page
    assert "Ví dụ: Nuôi lươn." in page
    assert "Cần ít nhất 250 chữ, ít nhất 1 ảnh." in page
    Genre.objects.filter(code="article").update(retired_on="2026-07-01")
    assert "Nuôi lươn" not in texts(as_("lan").get("/send/"))


def test_photo_of_200_megabytes_is_refused_clearly(world, as_, monkeypatch):
    from contributors import pictures

    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    piece = world.draft()
    answer = as_("lan").post(
        f"/send/{piece.public_id}/photos/",
        {
            "version": 1,
            "who": "unknown",
            "photos": [SimpleUploadedFile("to.jpg", noisy(), "image/jpeg"), SimpleUploadedFile("a.jpg", picture())],
        },
    )
    assert summary_of(answer) == ["to.jpg: Ảnh lớn quá 0 MB hoặc quá nhiều điểm ảnh."]
    assert Upload.objects.count() == 1


def test_photo_is_changed_moved_and_taken_out(world, as_):
    piece = world.draft()
    made = photos.add_photos(
        actor=world.actor("lan"),
        piece=piece,
        seen_version=1,
        new=[photos.NewPhoto(picture(1), "Một"), photos.NewPhoto(picture(2), "Hai")],
    )
    client, base = as_("lan"), f"/send/{piece.public_id}/photos/"
    page = f"{base}{made[1].public_id}/"
    assert client.get(page).context["form"]["who"].value() == "unknown"
    assert summary_of(client.post(page, {"version": 2, "caption": "Hai mới"})) == ["Hãy cho biết ai chụp."]
    assert summary_of(client.post(page, {"version": 2, "who": "other"})) == ["Hãy chọn tên người chụp."]
    assert client.post(page, {"version": 2, "caption": "Hai mới", "who": "me"})["Location"] == base
    assert client.post(f"{page}earlier/", {"version": 3})["Location"] == base
    in_order = Photo.objects.filter(removed_at__isnull=True).order_by("position")
    assert list(in_order.values_list("caption", "photographer__full_name")) == [
        ("Hai mới", "Nguyễn Thị Lan"),
        ("Một", None),
    ]
    assert client.post(f"{base}{made[0].public_id}/remove/", {"version": 4})["Location"] == base
    assert list(in_order.values_list("caption", flat=True)) == ["Hai mới"]
    assert as_("lan").get(f"/photos/{made[0].public_id}/").status_code == 404
    small = client.get(f"/photos/{made[1].public_id}/?small")
    assert small["Content-Type"] == "image/jpeg"


def test_half_a_file_can_be_dropped(world, as_):
    piece = world.draft()
    upload = put(world, begin(world, piece, noisy(), file_name="nua.jpg"), noisy()[:5000])
    client = as_("lan")
    page = texts(client.get(f"/send/{piece.public_id}/photos/"))
    assert "nua.jpg" in page
    assert "Chọn lại đúng tệp này để gửi tiếp phần còn thiếu." in page
    client.post(f"/send/{piece.public_id}/uploads/{upload.public_id}/drop/")
    assert "nua.jpg" not in texts(client.get(f"/send/{piece.public_id}/photos/"))


def test_film_by_address_and_recording_as_file(world, as_, work_jobs):
    piece = world.draft()
    client, page = as_("lan"), f"/send/{piece.public_id}/media/"
    assert summary_of(client.post(page, {"version": 1, "kind": "video"})) == ["Hãy chọn tệp, hoặc dán địa chỉ."]
    answers = {"version": 1, "kind": "video", "url": "https://phim.example/1"}
    assert summary_of(client.post(page, answers | {"length": "ba phút"})) == ["Hãy ghi thời lượng như 3:20."]
    assert client.post(page, answers | {"length": "3:20"}).status_code == 302
    file = SimpleUploadedFile("ghi.mp3", MP3, "audio/mpeg")
    assert client.post(page, {"version": 2, "kind": "audio", "file": file, "length": "1:00:00"}).status_code == 302
    work_jobs()
    rows = list(Attachment.objects.order_by("position"))
    assert [(row.kind, row.seconds) for row in rows] == [("video", 200), ("audio", 3600)]
    kept = client.get(f"/media/{rows[1].public_id}/")
    assert (kept["Content-Type"], b"".join(kept.streaming_content)) == ("audio/mpeg", MP3)
    assert as_("hoa").get(f"/media/{rows[1].public_id}/").status_code == 404
    assert "3:20" in texts(client.get(f"/send/{piece.public_id}/check/"))
    version = world.fresh(piece).version
    client.post(f"/send/{piece.public_id}/media/{rows[1].public_id}/remove/", {"version": version})
    assert as_("lan").get(f"/media/{rows[1].public_id}/").status_code == 404


def test_versions_side_by_side(world, as_):
    piece = world.draft(title="Ấp họp", body="Tối qua.")
    client = as_("lan")
    assert "chưa có gì để so" in texts(client.get(f"/pieces/{piece.public_id}/versions/"))
    drafting.edit_piece(
        actor=world.actor("lan"), piece=piece, seen_version=1, title="Ấp Ba họp", body="Tối qua ấp họp."
    )
    page = texts(client.get(f"/pieces/{piece.public_id}/versions/"))
    assert "<ins>Ba </ins>" in page
    assert client.get(f"/pieces/{piece.public_id}/versions/?from=1&to=x").status_code == 404
    assert as_("hoa").get(f"/pieces/{piece.public_id}/versions/").status_code == 404


def test_blurring_by_numbers_and_by_drawing(world, as_):
    piece = world.submitted(photos_by=("lan",))
    photo = Photo.objects.get(piece=piece)
    client = as_("head")
    assert f"/photos/{photo.public_id}/blur/" in texts(client.get(f"/review/{piece.public_id}/"))
    page = f"/photos/{photo.public_id}/blur/"
    nothing = client.post(page, {"version": piece.version})
    assert summary_of(nothing) == ["Hãy chọn từ 1 đến 30 vùng cần làm mờ, nằm trong ảnh."]
    done = client.post(page, {"version": piece.version, "drawn": "100,100,200,200;500,500,100,100"})
    assert done["Location"] == f"/review/{piece.public_id}/"
    new = Photo.objects.get(piece=piece, removed_at__isnull=True)
    assert new.pk != photo.pk
    assert client.get(page).status_code == 404
    numbers = {"left": 10, "top": 10, "width": 20, "height": 20, "version": world.fresh(piece).version}
    assert client.post(f"/photos/{new.public_id}/blur/", numbers).status_code == 302
    assert as_("publisher").get(f"/photos/{new.public_id}/blur/").status_code == 403


def test_genres_and_topics_are_set_up(world, as_):
    client = as_("admin")
    page = texts(client.get("/genres/"))
    assert "Danh sách gợi ý còn:" in page
    new = {"name": "Phóng sự", "code": "phong_su", "counts_as": "piece", "least_words": "500", "for_contributors": "on"}
    assert client.post("/genres/new/", new)["Location"] == "/genres/"
    assert summary_of(client.post("/genres/new/", new)) == ["Mã “phong_su” đã dùng."]
    row = Genre.objects.get(code="phong_su")
    assert (row.least_words, row.for_contributors, row.position) == (500, True, 6)
    changed = {"name": "Ký sự", "counts_as": "piece", "version": 1}
    assert client.post("/genres/phong_su/", changed).status_code == 302
    stale = client.post("/genres/phong_su/", changed | {"name": "Khác"})
    assert stale.status_code == 409
    assert world.fresh(row).name == "Ký sự"
    client.post("/genres/phong_su/earlier/")
    assert list(Genre.objects.order_by("position").values_list("code", flat=True))[-2:] == ["phong_su", "document"]
    client.post("/genres/phong_su/retire/", {"version": world.fresh(row).version})
    assert world.fresh(row).retired_on is not None
    assert "không nhận nữa" in texts(client.get("/genres/"))
    client.post("/genres/phong_su/retire/", {"version": world.fresh(row).version, "again": "1"})
    assert world.fresh(row).retired_on is None
    client.post("/genres/proposed/")
    assert "Danh sách gợi ý còn:" not in texts(client.get("/genres/"))
    assert (
        client.post("/topics/new/", {"name": "Lãnh đạo", "code": "lanh-dao", "leader_activity": "on"}).status_code
        == 302
    )
    topic = Topic.objects.get(code="lanh-dao")
    assert topic.leader_activity
    client.post("/topics/lanh-dao/", {"name": "Lãnh đạo xã", "version": 1})
    client.post("/topics/lanh-dao/earlier/")
    client.post("/topics/lanh-dao/retire/", {"version": 2})
    topic = world.fresh(topic)
    assert (topic.name, topic.leader_activity, topic.retired_on is None) == ("Lãnh đạo xã", False, False)
    assert "Lãnh đạo xã" not in texts(as_("lan").get("/send/text/?genre=news_item"))
    assert as_("head").get("/genres/").status_code == 403
