"""Pages of the board's work: rules, hand-overs, hours of posting, taking down, answers to credits, calls, reminders."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contributors import board_rules, calls, clock, crediting
from contributors.deadlines import rules_on, usual_rules
from contributors.drafting import DeclaredCredit, declare_credits, edit_piece
from contributors.models import Assignment, Credit, Delegation, Notice, OwnDay, Piece, Role, Score
from contributors.newsroom import submit_piece
from contributors.pledges import current_pledge
from contributors.reminding import remind_portal
from tests.web.conftest import summary_of, texts

RULES = {
    "review_hours": "2,5",
    "publish_hours": "4",
    "leader_same_day": "1",
    "weekdays": ["1", "2", "3", "4", "5", "6"],
    "day_from": "7h30",
    "noon_from": "11:30",
    "noon_until": "13:00",
    "day_until": "16h30",
    "second_score_above": "1,4",
    "offer_units": "2",
    "offer_hours": "12",
    "decision_number": "07/QC-BBT",
}


def today() -> str:
    return clock.today().isoformat()


def shared(world) -> Piece:
    piece = world.draft("lan")
    parts = [DeclaredCredit(world.people[name], Role.AUTHOR, share=Decimal(50)) for name in ("lan", "hoa")]
    declare_credits(actor=world.actor("lan"), piece=piece, seen_version=piece.version, declared=parts)
    piece = world.fresh(piece)
    return submit_piece(
        actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
    )


def test_rules_are_written_as_people_write_hours(world, as_):
    answer = as_("head").post("/rules/edit/", RULES | {"effective_from": today()})
    assert answer["Location"] == "/rules/"
    row = rules_on(clock.today())
    assert (row.review_hours, row.weekdays, f"{row.day_from:%H:%M}", f"{row.day_until:%H:%M}") == (
        Decimal("2.5"),
        "123456",
        "07:30",
        "16:30",
    )
    page = texts(as_("head").get("/rules/"))
    assert "trong 2,5 giờ làm việc" in page
    assert "khi hệ số cao hơn 1,4" in page


def test_rules_refused_keep_what_was_typed(world, as_):
    answer = as_("head").post("/rules/edit/", RULES | {"effective_from": "2026-01-01"})
    assert (answer.status_code, summary_of(answer)) == (422, ["Ngày bắt đầu đã qua."])
    assert 'value="2,5"' in texts(answer)


def test_own_day_is_set_and_dropped(world, as_):
    client = as_("admin")
    client.post("/rules/days/", {"on": today(), "working": "1", "note": "Làm bù"})
    assert list(OwnDay.objects.values_list("working", "note")) == [(True, "Làm bù")]
    assert client.post(f"/rules/days/{today()}/drop/")["Location"] == "/rules/"
    assert not OwnDay.objects.exists()
    assert client.post("/rules/days/nonsense/drop/").status_code == 404


def test_head_hands_over_and_takes_back(world, as_):
    answer = as_("head").post(
        "/absences/hand-over/",
        {
            "right": "piece.approve",
            "receiver": world.people["writer"].public_id,
            "effective_from": today(),
            "last_day": today(),
            "reason": "Nghỉ phép",
        },
    )
    assert answer["Location"] == "/absences/"
    row = Delegation.objects.get()
    assert row.effective_until - row.effective_from == timedelta(days=1)
    piece = world.submitted()
    assert "Võ Văn Trưởng uỷ quyền cho bạn" in texts(as_("writer").get(f"/review/{piece.public_id}/"))
    assert "Nghỉ phép" in texts(as_("deputy").get("/absences/"))
    assert as_("deputy").post(f"/absences/{row.pk}/end/").status_code == 403
    as_("head").post(f"/absences/{row.pk}/end/")
    assert "Võ Văn Trưởng uỷ quyền" not in texts(as_("writer").get(f"/review/{piece.public_id}/"))


def test_publisher_fixes_and_changes_the_hour(world, as_):
    piece = world.approved()
    day = timezone.localdate() + timedelta(days=1)
    client = as_("publisher")
    for hour in ("8h30", "15:00"):
        piece = world.fresh(piece)
        answer = client.post(
            f"/publish/{piece.public_id}/schedule/", {"version": piece.version, "day": day.isoformat(), "at": hour}
        )
        assert answer["Location"] == f"/publish/{piece.public_id}/"
    assert f"{timezone.localtime(world.fresh(piece).scheduled_for):%H:%M}" == "15:00"
    piece = world.fresh(piece)
    answer = client.post(
        f"/publish/{piece.public_id}/schedule/", {"version": piece.version, "day": "2026-01-01", "at": "8:00"}
    )
    assert summary_of(answer) == ["Giờ hẹn phải ở phía trước."]


def test_taking_down_needs_a_reason_that_the_author_sees(world, as_):
    piece = world.published()
    address = f"/review/{piece.public_id}/retract/"
    assert summary_of(as_("head").post(address, {"version": piece.version, "reason": ""})) == [
        "Hãy ghi lý do để tác giả biết."
    ]
    as_("head").post(address, {"version": piece.version, "reason": "Sai tên người"})
    assert "Sai tên người" in texts(as_("lan").get(f"/pieces/{piece.public_id}/"))


def test_second_scorer_sees_the_first_score_and_agrees(world, as_):
    rules = usual_rules() | {"effective_from": clock.today(), "second_score_above": Decimal("1.4")}
    board_rules.set_board_rules(actor=world.actor("head"), **rules)
    piece = world.submitted()
    address = f"/review/{piece.public_id}/"
    as_("head").post(f"{address}approve/", {"version": piece.version, "coefficient": "1,8", "reason": "Công phu"})
    assert "Bạn có thể chấm lại thấp hơn." in texts(as_("head").get(address))
    page = texts(as_("deputy").get(address))
    assert "Võ Văn Trưởng chấm 1,8" in page
    assert 'value="1,8"' in page
    assert "Chấm lần một, chờ người thứ hai" not in texts(as_("hoa").get("/me/"))
    piece = world.fresh(piece)
    as_("deputy").post(f"{address}approve/", {"version": piece.version, "coefficient": "1,8"})
    assert world.fresh(piece).state == "approved"


def test_photos_can_be_scored_one_by_one(world, as_):
    piece = world.submitted(photos_by=("lan", "hoa"))
    photos = list(piece.photos.order_by("position"))
    answers = {"coefficient": "1", "photo_coefficient": "0,5", f"photo_{photos[1].public_id.hex}": "0,7"}
    client = as_("head")
    shown = client.get(f"/review/{piece.public_id}/amounts/", answers).context["amounts"].shown
    assert [line.amount for line in shown.lines if line.role_label == "chụp ảnh"] == [126_500, 177_100]
    client.post(f"/review/{piece.public_id}/approve/", answers | {"version": piece.version})
    kept = Score.objects.filter(piece=piece, photo__isnull=False).order_by("photo__position")
    assert [str(score.coefficient) for score in kept] == ["0.500", "0.700"]


def test_reviewer_sees_who_edited_and_may_leave_it_uncredited(world, as_):
    piece = world.submitted()
    piece = edit_piece(
        actor=world.actor("deputy"), piece=piece, seen_version=piece.version, body="Cả bài được viết lại."
    )
    assert "Lê Thị Phó · đổi" in texts(as_("head").get(f"/review/{piece.public_id}/"))
    as_("head").post(
        f"/review/{piece.public_id}/approve/",
        {"version": piece.version, "coefficient": "1", "without_editors": "on"},
    )
    assert not Credit.objects.filter(piece=piece, role=Role.EDITOR).exists()


def test_author_names_a_co_author_who_answers(world, as_):
    piece = world.draft("lan")
    address = f"/pieces/{piece.public_id}/credits/"
    lan, hoa = (world.people[name].public_id for name in ("lan", "hoa"))
    lines = {"part0-person": lan, "part0-role": "author", "part0-share": "60"}
    lines |= {"part1-person": hoa, "part1-role": "author", "part1-share": "40"}
    answer = as_("lan").post(address, lines | {"version": piece.version})
    assert answer["Location"] == f"/pieces/{piece.public_id}/"
    piece = world.fresh(piece)
    submit_piece(actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version)
    assert "Có 1 phần người khác ghi tên bạn." in texts(as_("hoa").get("/me/"))
    credit = Credit.objects.get(piece=piece, contributor=world.people["hoa"])
    answer = as_("hoa").post(f"/me/credits/{credit.pk}/answer/", {"look_again": "1", "reason": ""})
    assert (answer.status_code, summary_of(answer)) == (422, ["Hãy ghi lý do để tác giả biết."])
    as_("hoa").post(f"/me/credits/{credit.pk}/answer/", {"look_again": "1", "reason": "Tôi viết một nửa"})
    page = texts(as_("head").get("/desk/"))
    assert f'href="/credits/{credit.pk}/settle/"' in page
    settle = f"/credits/{credit.pk}/settle/"
    assert "Tôi viết một nửa" in texts(as_("head").get(settle))
    as_("head").post(settle, {"stands": "1", "reason": "Đã hỏi cả hai"})
    credit.refresh_from_db()
    assert credit.state == "confirmed"


def test_nobody_answers_for_somebody_else(world, as_):
    credit = Credit.objects.get(piece=shared(world), contributor=world.people["hoa"])
    assert as_("lan").post(f"/me/credits/{credit.pk}/answer/", {"agree": "1"}).status_code == 404


def test_pasted_week_is_looked_at_and_then_called_once(world, as_):
    day = clock.today() + timedelta(days=1)
    text = f"Ngày {day:%d/%m/%Y}\n8h00 Chủ tịch dự lễ ra quân, tại ấp Mẫu\nkhông rõ"
    client = as_("deputy")
    page = client.post("/desk/calls/week/", {"text": text, "client_key": uuid.uuid4(), "look": "1"})
    assert "Đọc được 1 việc" in texts(page)
    assert "dòng 3: không rõ" in texts(page)
    assert not Assignment.objects.exists()
    sent = {"text": text, "client_key": uuid.uuid4(), "make": "1", "genre": "news_item"}
    for _ in range(2):
        assert client.post("/desk/calls/week/", sent)["Location"] == "/desk/calls/"
    assert Assignment.objects.count() == 1
    assert "Chủ tịch dự lễ ra quân" in texts(client.get("/desk/calls/"))


def test_empty_week_and_a_wrong_file_are_said(world, as_):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = as_("head")
    answer = client.post("/desk/calls/week/", {"text": "", "client_key": uuid.uuid4()})
    assert "Không đọc được việc nào trong lịch." in summary_of(answer)[0]
    wrong = SimpleUploadedFile("lich.xlsx", b"PK\x03\x04 no workbook")
    answer = client.post("/desk/calls/week/", {"text": "", "file": wrong, "client_key": uuid.uuid4()})
    assert (answer.status_code, len(summary_of(answer))) == (422, 1)
    sheet = SimpleUploadedFile("lich.csv", "Ngày,Giờ,Nội dung\n12/12/2026,8h,Họp giao ban\n".encode())
    page = client.post("/desk/calls/week/", {"text": "", "file": sheet, "client_key": uuid.uuid4(), "make": "1"})
    assert "8h - Họp giao ban" in texts(page)
    assert not Assignment.objects.exists()


def test_contributor_takes_a_call_and_writes_it(world, as_):
    soon = timezone.localdate() + timedelta(days=3)
    as_("head").post(
        "/desk/calls/new/",
        {
            "client_key": uuid.uuid4(),
            "title": "Hội thi nấu ăn",
            "genre": "news_item",
            "deadline_on": soon.isoformat(),
            "deadline_at": "17:00",
            "unit": [world.unit.public_id],
        },
    )
    made = Assignment.objects.get()
    client = as_("lan")
    assert "Hội thi nấu ăn" in texts(client.get("/me/"))
    assert f"{made.fee_low // 1000}." in texts(client.get(f"/calls/{made.public_id}/"))
    client.post(f"/calls/{made.public_id}/take/", {"client_key": uuid.uuid4()})
    begun = client.post(f"/calls/{made.public_id}/begin/", {"client_key": uuid.uuid4()})
    piece = Piece.objects.get(title="Hội thi nấu ăn")
    assert begun["Location"] == f"/send/{piece.public_id}/text/"
    assert "Nguyễn Thị Lan đã nhận" in texts(as_("head").get("/desk/calls/"))
    assert as_("hoa").get(f"/calls/{made.public_id}/").status_code == 404
    client.post(f"/calls/{made.public_id}/give-back/", {"client_key": uuid.uuid4()})
    assert as_("hoa").get(f"/calls/{made.public_id}/").status_code == 200
    assert summary_of(as_("head").post(f"/desk/calls/{made.public_id}/cancel/", {"reason": ""}))
    as_("head").post(f"/desk/calls/{made.public_id}/cancel/", {"reason": "Hoãn"})
    assert calls.state_of(calls.all_calls().get()) == "cancelled"


def test_reminders_stand_on_the_desk_until_seen(world, as_):
    piece = world.submitted()
    Piece.objects.filter(pk=piece.pk).update(state_since=clock.now() - timedelta(days=10))
    remind_portal(world.portal)
    page = as_("head").get("/desk/")
    assert "Nhắc việc" in texts(page)
    assert "quá hạn trả lời tác giả" in texts(page)
    as_("head").post("/me/notices/read/", {"notice": [each.notice.public_id for each in page.context["notices"]]})
    assert "Nhắc việc" not in texts(as_("head").get("/desk/"))
    assert Notice.objects.filter(read_at__isnull=True).count() == 2  # the deputy's
    assert as_("head").post("/me/notices/read/", {"notice": "x"}).status_code == 302


def test_desk_says_when_a_piece_is_due_and_that_it_is_late(world, as_):
    piece = world.submitted()
    assert "Hạn " in texts(as_("head").get("/desk/"))
    Piece.objects.filter(pk=piece.pk).update(state_since=clock.now() - timedelta(days=10))
    assert "Quá hạn từ" in texts(as_("head").get("/desk/"))
    assert "Quá hạn từ" in texts(as_("head").get(f"/review/{piece.public_id}/"))


def test_timeliness_page_names_what_was_late(world, as_):
    piece = world.submitted()
    long_ago = clock.now() - timedelta(days=10)
    with clock.at(long_ago):
        late = world.submitted(title="Tin chờ lâu")
    as_("head").post(
        f"/review/{late.public_id}/return/", {"version": world.fresh(late).version, "reason": "Thiếu ngày"}
    )
    page = as_("head").get("/output/timeliness/")
    assert page.context["found"].review.total == 1
    assert "Tin chờ lâu" in texts(page)
    assert piece.state == "submitted"


@pytest.mark.parametrize("page", ["/desk/calls/", "/calls/", "/me/credits/", "/absences/", "/output/timeliness/"])
def test_pages_ask_as_many_questions_for_ten_as_for_one(world, as_, page):
    name = "hoa" if page in {"/calls/", "/me/credits/"} else "head"
    client = as_(name)
    counts = []
    for number in (1, 9):
        for _ in range(number):
            shared(world)
            wanted = calls.NewCall(uuid.uuid4(), "Lễ ra quân", clock.now() + timedelta(days=2))
            calls.make_calls(actor=world.actor("head"), new=[wanted], units=[world.unit])
            world.published(when="2026-11-20T09:00")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30


def test_answers_are_bound_to_the_piece(world):
    piece = shared(world)
    credit = Credit.objects.get(piece=piece, contributor=world.people["hoa"])
    assert crediting.last_reasons([credit]) == {credit.pk: ""}


def test_head_of_the_page_names_the_seat_of_who_reviews(world, as_):
    piece = world.submitted()
    page = texts(as_("head").get(f"/review/{piece.public_id}/"))
    assert "· trưởng ban" in page
    assert "Standing(" not in page
