"""Telling people: what a step promises, how a gateway carries it once, what becomes of what it cannot carry."""

from __future__ import annotations

import json
import re
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from contributors import clock, messaging
from contributors.errors import DomainError
from contributors.message_words import WORDS, without_figures, words_for
from contributors.messaging import (
    mark_told,
    messages_seen_by,
    messages_to_tell,
    retry_message,
    send_due_messages,
    want_messages,
)
from contributors.models import Contributor, Event, Job, Message, MessageKind
from contributors.newsroom import decline_piece, return_piece
from contributors.registration import decide_application, record_person

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 8, 10, 12, 0, tzinfo=VIETNAM)
NIGHT = datetime(2026, 8, 10, 22, 30, tzinfo=VIETNAM)
MORNING = datetime(2026, 8, 11, 7, 0, tzinfo=VIETNAM)


@pytest.fixture
def provider(settings):
    """A provider on this machine: what it was sent, and what it answers next."""
    seen: dict = {"answers": [], "requests": []}

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen["requests"].append((self.headers.get("Authorization"), self.headers.get("Idempotency-Key"), body))
            self.send_response(seen["answers"].pop(0) if seen["answers"] else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MESSAGE_GATEWAY = "zalo_http"
    settings.MESSAGE_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.MESSAGE_GATEWAY_TOKEN = "khoa-nha-mang"
    settings.MESSAGE_GATEWAY_BODY = '{"to": "{digits}", "say": "{text}"}'
    yield seen
    server.shutdown()
    server.server_close()


def returned(world, title="Đường hoa", by="lan"):
    piece = world.submitted(by=by, title=title)
    return return_piece(
        actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Thiếu ảnh 0912345678"
    )


def the_message(**wanted) -> Message:
    return Message.objects.get(**wanted)


def work(message: Message) -> None:
    """What the worker does with the jobs of a message."""
    for job in Job.objects.filter(task=messaging.TASK, state="pending", arguments__message=message.pk):
        messaging.send_message(job)


def test_step_promises_one_text_to_the_author_and_a_newer_one_replaces_it(world):
    piece = returned(world)
    told = the_message()
    assert (told.kind, told.state, told.contributor, told.way) == ("returned", "by_hand", world.people["lan"], "")
    assert told.text == (
        f"Chào Nguyễn Thị Lan. {world.portal.name} đã đọc “Đường hoa” và nhờ sửa thêm."
        f" Xem chỗ cần sửa rồi gửi lại: http://127.0.0.1:8000/pieces/{piece.public_id}/"
    )
    assert not Job.objects.filter(task=messaging.TASK).exists()
    from contributors.newsroom import submit_piece
    from contributors.pledges import current_pledge

    again = submit_piece(
        actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
    )
    decline_piece(actor=world.actor("head"), piece=again, seen_version=again.version, reason="Trùng")
    assert list(Message.objects.order_by("pk").values_list("kind", "state")) == [
        ("returned", "replaced"),
        ("declined", "by_hand"),
    ]


def test_nobody_is_told_of_what_they_did_themselves(world):
    piece = world.submitted(by="writer")
    head = world.people["head"]
    type(piece).objects.filter(pk=piece.pk).update(contributor=head)
    return_piece(actor=world.actor("head"), piece=world.fresh(piece), seen_version=piece.version, reason="Sửa")
    assert not Message.objects.exists()


def test_text_is_in_the_language_of_who_gets_it(world):
    account = world.accounts["lan"]
    account.language = "en"
    account.save()
    returned(world)
    assert the_message().text.startswith("Hello Nguyễn Thị Lan.")


def test_gateway_carries_it_once_whatever_the_worker_does(world, provider):
    with clock.at(NOON):
        returned(world)
        told = the_message()
        assert told.state == "queued"
        work(told)
        for job in Job.objects.filter(task=messaging.TASK):
            messaging.send_message(job)  # the queue rings twice
    ((token, key, body),) = provider["requests"]
    assert (token, key) == ("Bearer khoa-nha-mang", str(told.public_id))
    assert body == {"to": world.people["lan"].phone.removeprefix("+"), "say": told.text}
    told.refresh_from_db()
    assert (told.state, told.way, told.attempts, told.ended_at) == ("sent", "zalo", 1, NOON)


def test_worker_that_died_with_it_in_hand_sends_nothing_twice(world, provider):
    with clock.at(NOON):
        returned(world)
        told = the_message()
        Message.objects.update(state="sending", attempts=1)
        work(told)
    told.refresh_from_db()
    assert (told.state, told.fault, provider["requests"]) == ("failed", "unsure", [])
    assert [message.pk for message in messages_to_tell(world.actor("head"))] == [told.pk]
    with clock.at(NOON + timedelta(days=31)):
        assert messages_to_tell(world.actor("head")) == []


def test_provider_that_refuses_is_not_asked_again_one_that_is_away_thrice(world, provider):
    provider["answers"] = [403]
    with clock.at(NOON):
        returned(world)
        refused = the_message()
        work(refused)
        refused.refresh_from_db()
        assert (refused.state, refused.fault) == ("failed", "refused")
        provider["answers"] = [500, 502, 503]
        returned(world, title="Bài hai", by="hoa")
        away = the_message(contributor=world.people["hoa"])
        work(away)
    away.refresh_from_db()
    assert (away.state, away.fault, away.attempts) == ("queued", "away", 1)
    for minutes in (5, 20):
        Job.objects.filter(task=messaging.TASK).update(state="done")
        with clock.at(NOON + timedelta(minutes=minutes)):
            assert send_due_messages() == 1
            work(away)
    away.refresh_from_db()
    assert (away.state, away.fault, away.attempts, len(provider["requests"])) == ("failed", "away", 3, 4)
    with clock.at(NOON):
        again = retry_message(actor=world.actor("head"), message=away)
        Job.objects.filter(task=messaging.TASK, state="done").delete()
        work(again)
    away.refresh_from_db()
    assert away.state == "sent"
    with pytest.raises(DomainError) as refusal:
        retry_message(actor=world.actor("head"), message=away)
    assert refusal.value.code == "message_done"


def test_nobody_is_woken_at_night(world, provider):
    with clock.at(NIGHT):
        returned(world)
        told = the_message()
        assert (told.state, told.not_before) == ("queued", MORNING)
        assert send_due_messages() == 0
        assert not Job.objects.filter(task=messaging.TASK).exists()
    with clock.at(MORNING):
        assert send_due_messages() == 1
        assert send_due_messages() == 0  # the second round finds nothing left
        work(told)
    told.refresh_from_db()
    assert told.state == "sent"


def test_who_wants_none_or_has_no_phone_is_told_by_hand(world, provider):
    with clock.at(NOON):
        returned(world)
        want_messages(actor=world.actor("lan"), contributor=world.people["lan"], wanted=False)
        assert the_message().state == "by_hand"
        returned(world, title="Bài sau")
        assert set(Message.objects.values_list("state", flat=True)) <= {"by_hand"}
        with pytest.raises(DomainError) as refusal:
            retry_message(actor=world.actor("head"), message=Message.objects.last())
        assert refusal.value.code == "message_off"
        with pytest.raises(DomainError) as refusal:
            want_messages(actor=world.actor("head"), contributor=world.people["lan"], wanted=True)
        assert refusal.value.code == "not_allowed"
        Contributor.objects.filter(pk=world.people["hoa"].pk).update(phone="")
        returned(world, title="Bài ba", by="hoa")
    hers = the_message(contributor=world.people["hoa"])
    assert (hers.state, hers.fault, provider["requests"]) == ("by_hand", "no_phone", [])
    with pytest.raises(DomainError) as refusal:
        retry_message(actor=world.actor("head"), message=hers)
    assert refusal.value.code == "message_no_gateway"


def test_by_mail_it_goes_to_the_address_of_the_phone(world, settings):
    settings.MESSAGE_GATEWAY, settings.MESSAGE_EMAIL_TO = "email", "{digits}@sms.example.vn"
    with clock.at(NOON):
        returned(world)
        work(the_message())
    (letter,) = mail.outbox
    assert letter.to == [f"{world.people['lan'].phone.removeprefix('+')}@sms.example.vn"]
    assert letter.body == the_message().text
    assert the_message().way == "email"


def test_telling_by_hand_says_who_and_how_once(world):
    returned(world)
    told = the_message()
    with pytest.raises(DomainError) as refusal:
        mark_told(actor=world.actor("head"), messages=[told], way="sms")
    assert refusal.value.code == "message_way_unknown"
    with pytest.raises(DomainError) as refusal:
        mark_told(actor=world.actor("lan"), messages=[told], way="copied")
    assert refusal.value.code == "not_allowed"
    assert mark_told(actor=world.actor("writer"), messages=[told], way="spoken") == 1
    assert mark_told(actor=world.actor("head"), messages=[told], way="copied") == 0
    told.refresh_from_db()
    assert (told.state, told.way, told.told_by) == ("told", "spoken", world.accounts["writer"])
    assert Event.objects.filter(kind="message.told").count() == 1


def test_money_is_told_by_those_who_answer_for_it(world):
    row = {"portal": world.portal, "subject_type": "run", "subject_id": 1, "state": "by_hand", "created_at": NOON}
    Message.objects.create(kind="paid", key="a", contributor=world.people["lan"], **row)
    Message.objects.create(kind="published", key="b", contributor=world.people["lan"], **row)
    seen = {name: set(messages_seen_by(world.actor(name)).values_list("kind", flat=True)) for name in SEERS}
    assert seen == {
        "head": {"published"},
        "writer": {"published"},
        "accountant": {"paid"},
        "holder": {"paid"},
    }
    assert messages_to_tell(world.actor("lan")) == []


SEERS = ("head", "writer", "accountant", "holder")
NASTY = "Trao 5.000.000 đ cho hộ nghèo, tài khoản 0123456789012, căn cước 079 201 012345"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_text_holds_an_amount_an_account_or_an_identity_number(language):
    """Canary: every kind of text, filled with titles full of figures."""
    for kind in WORDS:
        values = dict.fromkeys(re.findall(r"%\((\w+)\)s", str(WORDS[kind])), "x") | {
            "title": NASTY,
            "day": "05/02/2026",
        }
        text = words_for(kind, language=language, path="/x/", **{**values, "link": "https://xa.example.vn/p/0190-1"})
        assert without_figures(text), text
        for secret in ("5.000.000", "0123456789012", "079 201"):
            assert secret not in text
    assert set(MessageKind.values) <= set(WORDS)


def test_figures_are_seen_and_days_are_not():
    for bad in ("5.000.000", "5 triệu", "12000 đ", "0123 4567 89", "079201012345", "1,265,000", "200 nghìn đồng"):
        assert not without_figures(bad), bad
    for good in ("ngày 05/02/2026", "17:00 30/11/2026", "kỳ 06.2024", "ấp 12, tổ 3", "đồng bào", "năm 2026", "Quý II"):
        assert without_figures(good), good


def test_erased_person_leaves_no_words(world):
    from contributors.erasure_newsroom import erase_newsroom

    returned(world)
    erase_newsroom([world.people["lan"].pk])
    told = the_message()
    assert (told.text, told.state) == ("", "replaced")


def test_recorded_person_has_no_phone_but_is_told(world, provider):
    person = record_person(actor=world.actor("head"), full_name="Lê Văn Không Máy")
    piece = world.submitted(by="lan")
    type(piece).objects.filter(pk=piece.pk).update(contributor=person)
    return_piece(actor=world.actor("head"), piece=world.fresh(piece), seen_version=piece.version, reason="Sửa")
    assert (the_message().state, the_message().fault) == ("by_hand", "no_phone")


def test_applicant_who_is_not_taken_is_told_where_the_reason_stands(world, provider):
    person = Contributor.objects.create(
        portal=world.portal,
        full_name="Lê Thị Chờ",
        state="applied",
        state_since=NOON,
        phone="+84911222333",
        receipt_number="DK-7",
    )
    head = world.actor("head")
    decide_application(
        actor=head, contributor=person, accept=False, seen_version=person.version, reason="Ở xã khác, 12.000.000 đ"
    )
    told = the_message(kind="not_taken")
    assert (told.contributor, told.state) == (person, "queued")
    assert "biên nhận DK-7" in told.text
    assert "/joined/status/" in told.text
    assert "12.000.000" not in told.text  # the reason is read on the page, not on other people's phones
