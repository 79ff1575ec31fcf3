from __future__ import annotations

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from contributors.models import Contributor, Credit, Photo, Piece, Pledge, Upload
from contributors.newsroom import decline_piece, return_piece
from contributors.pledges import current_pledge
from tests.factories.world import picture
from tests.web.conftest import summary_of, texts

TEXT = {"title": "Ấp Mẫu họp dân", "body": "Tối qua ấp Mẫu họp dân bàn chuyện đường.", "event_place": "Nhà văn hoá"}


def new_text(client, **changes):
    answers = {"client_key": str(uuid.uuid4()), "genre": "news_item", **TEXT, **changes}
    return client.post("/send/text/", answers)


def upload(number: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"anh-{number}.jpg", picture(number), "image/jpeg")


def check(client, piece, version):
    """Press "send" on the page that shows the whole piece."""
    answers = {"version": version, "pledge": current_pledge().version}
    return client.post(f"/send/{piece.public_id}/check/", answers)


def test_send_from_genre_to_receipt(world, as_, work_jobs):
    client = as_("lan")
    assert client.get("/send/?genre=article&next=1")["Location"] == "/send/text/?genre=article"
    answer = new_text(client, genre="article", event_on="2026-11-22")
    piece = Piece.objects.get()
    assert answer["Location"] == f"/send/{piece.public_id}/photos/"
    assert (piece.title, piece.genre.code, str(piece.event_on)) == ("Ấp Mẫu họp dân", "article", "2026-11-22")
    answer = client.post(
        f"/send/{piece.public_id}/photos/",
        {"version": piece.version, "photos": [upload(1), upload(2)], "caption": "Bà con họp", "who": "me"},
    )
    assert answer["Location"] == f"/send/{piece.public_id}/photos/"
    assert "đang xử lý" in texts(client.get(f"/send/{piece.public_id}/photos/"))
    answer = check(client, piece, world.fresh(piece).version)
    assert (answer.status_code, summary_of(answer)) == (
        409,
        ["Còn 2 tệp chưa gửi xong hoặc đang xử lý. Chờ xong rồi gửi; tệp nào không cần nữa thì bỏ."],
    )
    assert work_jobs() == 2
    assert "đang xử lý" not in texts(client.get(f"/send/{piece.public_id}/photos/"))
    assert (
        list(Photo.objects.values_list("caption", "photographer__full_name")) == [("Bà con họp", "Nguyễn Thị Lan")] * 2
    )
    answer = check(client, piece, world.fresh(piece).version)
    assert answer["Location"] == f"/send/{piece.public_id}/done/"
    sent = world.fresh(piece)
    assert sent.state == "submitted"
    assert sent.receipt_number in texts(client.get(f"/send/{piece.public_id}/done/"))


def test_send_without_a_choice_asks_again(world, as_):
    answer = as_("lan").get("/send/?next=1")
    assert (answer.status_code, summary_of(answer)) == (422, ["Hãy chọn một loại."])


def test_send_the_same_form_twice_is_one_piece(world, as_):
    key = str(uuid.uuid4())
    client = as_("lan")
    first, second = new_text(client, client_key=key), new_text(client, client_key=key)
    assert first["Location"] == second["Location"]
    assert Piece.objects.count() == 1


def test_send_each_shown_form_has_a_key_of_its_own(world, as_):
    client = as_("lan")
    keys = {client.get("/send/text/?genre=news_item").context["form"]["client_key"].value() for _ in range(2)}
    assert len(keys) == 2


def test_send_missing_texts_are_listed_at_the_top_and_at_their_fields(world, as_):
    answer = new_text(as_("lan"), title="", body="")
    assert (answer.status_code, summary_of(answer)) == (422, ["Hãy ghi tiêu đề.", "Hãy viết nội dung."])
    page = texts(answer)
    assert "<title>Có chỗ cần sửa: Viết tin, bài – Bút Làng</title>" in page
    assert '<a href="#id_title">Hãy ghi tiêu đề.</a>' in page
    assert 'id="id_title_error"' in page
    assert 'role="alert"' in page
    assert Piece.objects.count() == 0


def test_send_photos_alone_need_no_text(world, as_):
    assert new_text(as_("lan"), genre="photo", body="").status_code == 302


def test_send_day_typed_by_hand(world, as_):
    new_text(as_("lan"), event_on="05/02/2026")
    assert str(Piece.objects.get().event_on) == "2026-02-05"


def test_send_for_later_keeps_the_draft(world, as_):
    assert new_text(as_("lan"), later="1")["Location"] == "/"
    assert Piece.objects.get().state == "draft"


def test_edit_stale_version_keeps_what_was_typed_and_shows_the_other(world, as_):
    piece = world.draft()
    client = as_("lan")
    first = {"version": piece.version, **TEXT, "title": "Tiêu đề thứ nhất"}
    assert client.post(f"/send/{piece.public_id}/text/", first).status_code == 302
    answer = client.post(f"/send/{piece.public_id}/text/", {**first, "title": "Tiêu đề thứ hai"})
    assert answer.status_code == 409
    assert summary_of(answer) == ["Nội dung đã được người khác thay đổi. Hãy tải lại trang, xem bản mới rồi làm tiếp."]
    page = texts(answer)
    assert "Tiêu đề thứ hai</textarea>" in page
    assert "<b>Tiêu đề thứ nhất</b>" in page
    assert world.fresh(piece).title == "Tiêu đề thứ nhất"
    shown = answer.context["form"]["version"].value()
    answer = client.post(f"/send/{piece.public_id}/text/", {**first, "version": shown, "title": "Tiêu đề thứ hai"})
    assert answer.status_code == 302
    assert world.fresh(piece).title == "Tiêu đề thứ hai"


def test_photos_one_caption_each_with_their_own_photographer(world, as_, work_jobs):
    piece = world.draft()
    answers = {
        "version": piece.version,
        "photos": [upload(1), upload(2), upload(3)],
        "caption-0": "Một",
        "who-0": "me",
        "caption-1": "Hai",
        "who-1": "other",
        "other-1": str(world.people["hoa"].public_id),
        "caption-2": "Ba",
        "who-2": "unknown",
    }
    assert as_("lan").post(f"/send/{piece.public_id}/photos/", answers).status_code == 302
    assert work_jobs() == 3
    assert list(Photo.objects.order_by("position").values_list("caption", "photographer__full_name")) == [
        ("Một", "Nguyễn Thị Lan"),
        ("Hai", "Lê Hoà"),
        ("Ba", None),
    ]
    assert list(
        Credit.objects.filter(role="photographer").order_by("pk").values_list("contributor__full_name", "quantity")
    ) == [
        ("Nguyễn Thị Lan", 1),
        ("Lê Hoà", 1),
    ]


def test_photos_the_photographer_is_never_assumed(world, as_):
    piece = world.draft()
    answer = as_("lan").post(
        f"/send/{piece.public_id}/photos/", {"version": piece.version, "photos": [upload(1)], "caption": "Một"}
    )
    assert (answer.status_code, summary_of(answer)) == (422, ["Hãy cho biết ai chụp."])
    assert (Photo.objects.count(), Upload.objects.count()) == (0, 0)


def test_photos_unreadable_file_is_named_and_the_others_are_kept(world, as_, work_jobs):
    piece = world.draft()
    broken = SimpleUploadedFile("hong.jpg", b"khong phai anh", "image/jpeg")
    client = as_("lan")
    answer = client.post(
        f"/send/{piece.public_id}/photos/",
        {"version": piece.version, "photos": [upload(1), broken, upload(2)], "who": "me"},
    )
    assert answer.status_code == 422
    assert summary_of(answer) == ["hong.jpg: Tệp này không phải ảnh đọc được (JPEG, PNG, WebP, HEIC)."]
    assert work_jobs() == 2
    again = {"version": answer.context["form"]["version"].value(), "photos": [upload(3)], "who": "me"}
    assert client.post(f"/send/{piece.public_id}/photos/", again).status_code == 302
    assert work_jobs() == 1
    assert Photo.objects.count() == 3


def test_photos_none_chosen_says_what_to_do(world, as_):
    piece = world.draft()
    answer = as_("lan").post(f"/send/{piece.public_id}/photos/", {"version": piece.version, "who": "me"})
    assert summary_of(answer) == ["Hãy chọn ít nhất một ảnh, hoặc bấm “Tiếp tục” nếu không có ảnh."]


def test_check_twice_in_a_row_is_one_submission_and_the_same_receipt(world, as_):
    piece = world.draft()
    client = as_("lan")
    first, second = (check(client, piece, piece.version) for _ in range(2))
    assert first["Location"] == second["Location"] == f"/send/{piece.public_id}/done/"
    assert world.fresh(piece).version == piece.version + 1


def test_check_shows_the_least_fee_only_where_the_portal_pays(world, as_):
    from contributors.models import PaymentMode

    piece = world.draft()
    client = as_("lan")
    assert "Nhuận bút dự kiến từ 126.500\u00a0đ" in texts(client.get(f"/send/{piece.public_id}/check/"))
    PaymentMode.objects.update(mode="unpaid")
    page = texts(client.get(f"/send/{piece.public_id}/check/"))
    assert "đ</" not in page
    assert "Nhuận bút" not in page


def test_returned_piece_shows_the_reason_and_can_be_sent_again(world, as_):
    piece = world.submitted()
    piece = return_piece(
        actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Ghi tên hộ được hỏi."
    )
    client = as_("lan")
    assert "Cần bạn sửa" in texts(client.get("/me/"))
    assert "Ghi tên hộ được hỏi." in texts(client.get(f"/send/{piece.public_id}/text/"))
    client.post(f"/send/{piece.public_id}/text/", {"version": piece.version, **TEXT})
    check(client, piece, world.fresh(piece).version)
    assert world.fresh(piece).state == "submitted"


def test_withdraw_asks_first(world, as_):
    piece = world.submitted()
    client = as_("lan")
    assert client.get(f"/pieces/{piece.public_id}/withdraw/").status_code == 200
    assert world.fresh(piece).state == "submitted"
    client.post(f"/pieces/{piece.public_id}/withdraw/", {"version": piece.version})
    assert world.fresh(piece).state == "withdrawn"


def test_declined_piece_can_be_written_again(world, as_):
    piece = world.submitted()
    piece = decline_piece(actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Trùng tin khác.")
    client = as_("lan")
    assert "Trùng tin khác." in texts(client.get(f"/pieces/{piece.public_id}/"))
    client.post(f"/pieces/{piece.public_id}/reopen/", {"version": piece.version})
    assert world.fresh(piece).state == "draft"


def test_story_of_a_piece_names_no_one_of_the_board(world, as_):
    piece = world.approved()
    page = texts(as_("lan").get(f"/pieces/{piece.public_id}/"))
    assert "Trưởng ban hoặc phó ban đã duyệt" in page
    assert world.people["head"].full_name not in page


def test_enter_one_page_makes_person_piece_and_photos_once(world, as_, work_jobs):
    client = as_("writer")
    key = str(uuid.uuid4())

    def press():
        answers = {"client_key": key, "full_name": "Kiều Văn Mới", "unit": str(world.unit.public_id)}
        answers |= {"genre": "news_item", "text": "Ấp Mẫu có điện\n\nTối qua ấp có điện. Bà con mừng."}
        return client.post("/enter/", answers | {"photos": [upload(1), upload(2)], "who": "unknown"})

    first, second = press(), press()
    person = Contributor.objects.get(full_name="Kiều Văn Mới")
    piece = Piece.objects.get()
    assert first["Location"] == second["Location"] == f"/send/{piece.public_id}/check/"
    assert person.state == "recorded"
    assert (piece.title, piece.body) == ("Ấp Mẫu có điện", "Tối qua ấp có điện. Bà con mừng.")
    assert (piece.contributor, piece.created_by) == (person, world.accounts["writer"])
    assert work_jobs() == 2
    assert list(Photo.objects.values_list("photographer", flat=True)) == [None, None]
    page = texts(client.get(f"/send/{piece.public_id}/check/"))
    assert "Tôi nhập đúng lời và ảnh tác giả gửi" in page
    assert "của Kiều Văn Mới" in texts(client.get(f"/send/{piece.public_id}/text/"))
    check(client, piece, world.fresh(piece).version)
    assert world.fresh(piece).state == "submitted"
    assert Pledge.objects.get().on_behalf
    assert "Phan Thị Viết nhập hộ" in texts(as_("head").get(f"/review/{piece.public_id}/"))


def test_enter_needs_an_author_a_text_and_who_took_the_photos(world, as_):
    client = as_("writer")
    asked = {"client_key": str(uuid.uuid4()), "genre": "news_item"}
    answer = client.post("/enter/", asked | {"photos": [upload(1)]})
    assert summary_of(answer) == [
        "Hãy chọn một người, hoặc ghi tên người mới.",
        "Hãy cho biết ai chụp.",
    ]
    answer = client.post("/enter/", asked | {"full_name": "Kiều Văn Mới"})
    assert summary_of(answer) == ["Hãy viết nội dung."]
    assert not Contributor.objects.filter(full_name="Kiều Văn Mới").exists()


def test_contributor_cannot_write_for_another(world, as_):
    answer = new_text(as_("lan"), author=str(world.people["hoa"].public_id))
    assert (answer.status_code, summary_of(answer)) == (403, ["Bạn không có quyền làm việc này."])
    assert Piece.objects.count() == 0


def test_genre_can_still_be_changed_while_writing(world, as_):
    piece = world.draft()
    client = as_("lan")
    shown = texts(client.get(f"/send/{piece.public_id}/text/"))
    assert 'value="article"' in shown
    assert 'value="video"' not in shown
    answer = client.post(
        f"/send/{piece.public_id}/text/",
        {"version": piece.version, "title": piece.title, "body": piece.body, "genre": "article"},
    )
    assert answer.status_code == 302
    assert world.fresh(piece).genre.code == "article"
