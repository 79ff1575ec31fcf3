"""What is to be told stands where people work, with its text to copy; told by hand, sent again."""

from __future__ import annotations

from contributors import clock
from contributors.models import Message
from contributors.newsroom import return_piece
from contributors.training import hold_session
from tests.web.conftest import texts
from tests.web.test_queries import MOST, asked


def returned(world, title="Đường hoa", by="lan"):
    piece = world.submitted(by=by, title=title)
    return return_piece(actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Thiếu ảnh")


def test_returned_piece_is_told_from_the_desk(world, as_):
    piece = returned(world)
    told, head = Message.objects.get(), as_("head")
    for page in ("/desk/", f"/review/{piece.public_id}/", "/messages/"):
        shown = texts(head.get(page))
        assert f'<textarea id="{told.public_id}" readonly' in shown, page
        assert "Sao chép tin nhắn Zalo" in shown
        assert "Đã gọi hoặc gặp" in shown
    answer = head.post("/messages/told/", {"message": told.public_id, "way": "copied", "from": "desk"}, follow=True)
    assert "Đã ghi: báo xong 1 tin." in texts(answer)
    assert answer.redirect_chain[-1][0] == "/desk/"
    assert "Báo cho bà con" not in texts(answer)
    done = texts(head.get("/messages/?show=done"))
    assert "Chép gửi qua Zalo" in done
    assert world.accounts["head"].name in done
    assert "Không còn ai cần báo." in texts(head.get("/messages/"))


def test_each_sees_own_kinds_and_may_send_only_by_a_gateway(world, as_, settings):
    returned(world)
    assert "Không còn ai cần báo." in texts(as_("accountant").get("/messages/"))
    told = Message.objects.get()
    answer = as_("accountant").post(f"/messages/{told.public_id}/retry/")
    assert answer.status_code == 404
    assert as_("head").post(f"/messages/{told.public_id}/retry/").status_code == 409
    assert "Nhờ máy gửi lại" not in texts(as_("head").get("/messages/"))
    settings.MESSAGE_GATEWAY, settings.MESSAGE_GATEWAY_URL = "sms_http", "http://127.0.0.1:1/"
    assert "Nhờ máy gửi lại" in texts(as_("head").get("/messages/"))


def test_call_training_and_run_offer_their_texts(world, as_):
    session = hold_session(actor=world.actor("head"), title="Cách chụp ảnh", held_on=clock.today(), unit=world.unit)
    page = texts(as_("head").get(f"/training/{session.public_id}/"))
    assert "mời Ấp Mẫu dự Cách chụp ảnh" in page
    day = {"title": "Lễ ra quân", "deadline_on": f"{clock.today().year + 1}-01-05", "deadline_at": "17:00"}
    answer = as_("head").post("/desk/calls/new/", day | {"client_key": session.public_id}, follow=True)
    assert "viết: “Lễ ra quân”. Hạn gửi 17:00 05/01/" in texts(answer)


def test_one_may_want_no_messages(world, as_):
    lan = as_("lan")
    assert "Đừng để máy nhắn tin cho tôi" in texts(lan.get("/details/"))
    assert "Từ nay máy không nhắn tin" in texts(lan.post("/details/messages/", {"wanted": "no"}, follow=True))
    assert world.fresh(world.people["lan"]).messages_off_since is not None
    assert "Cho máy nhắn tin lại" in texts(lan.get("/details/"))


def test_pages_ask_the_same_for_one_and_many(world, as_):
    head = as_("head")
    piece = returned(world)
    pages = ("/messages/?show=all", "/desk/", f"/review/{piece.public_id}/")
    one = [asked(head, page) for page in pages]
    for number in range(12):
        returned(world, title=f"Bài {number}", by=("lan", "hoa")[number % 2])
    assert [asked(head, page) for page in pages] == one
    assert max(one) <= MOST
