"""The check before payment and the exceptions, as their people see them."""

from __future__ import annotations

import re

import pytest

from contributors import clock, registration, seats
from contributors.actors import system_actor
from contributors.models import Contributor
from contributors.spreadsheets import read_table
from payments.models import CheckDelivery, DraftLine, LineCheck, Run
from payments.runs import cancel_run
from tests.factories.world import OPENED, at, new_phone
from tests.payments.steps import AUGUST, computed_run, database_rows
from tests.payments.test_checking import held, key, say, start
from tests.web.conftest import summary_of, texts
from tests.web.test_queries import MOST, asked, same_for_one_and_many


@pytest.fixture
def review(world):
    world.published("lan", title="Đường mới")
    world.published("lan", title="Cầu mới", when="2026-07-12T09:00", coefficient="1")
    world.published("hoa", title="Mùa gặt", when="2026-07-20T09:00", coefficient="1")
    with clock.at(AUGUST):
        yield start(world, computed_run(world))


def prefix(run, title: str) -> str:
    return key(run, title).replace(":", "-")


def test_review_from_opening_to_the_head_through_pages(world, as_, work_jobs):
    world.published("lan", title="Đường mới")
    with clock.at(AUGUST):
        run = computed_run(world)
        accountant, lan = as_("accountant"), as_("lan")
        address = f"/runs/{run.public_id}"
        assert "Mở cho cộng tác viên kiểm tra" in texts(accountant.get(f"{address}/"))
        answer = accountant.post(f"{address}/review/start/", {"version": run.version, "days": "40"})
        assert (answer.status_code, summary_of(answer)) == (422, ["Số ngày kiểm tra phải từ 1 đến 30."])
        answer = accountant.post(f"{address}/review/start/", {"version": run.version, "days": "2"})
        assert answer["Location"] == f"{address}/checks/"

        home = texts(lan.get("/me/"))
        assert "có 1 khoản chờ bạn xem đúng chưa" in home
        page = texts(lan.get("/check/"))
        assert "Trả lời đến hết 05/08/2026" not in page
        assert "trả lời đến hết 05/08/2026" in page
        assert CheckDelivery.objects.get(run=run).way == "opened"
        place = prefix(run, "Đường mới")
        answer = lan.post("/check/", {f"{place}-answer": "missing", f"{place}-reason": " "})
        assert (answer.status_code, summary_of(answer)) == (422, ["Hãy ghi rõ cần xem lại điều gì."])
        assert lan.post("/check/", {f"{place}-answer": "missing", f"{place}-reason": "Thiếu ảnh"}).status_code == 302
        assert held(run) == {"Đường mới": "disputed"}

        page = texts(accountant.get(f"{address}/checks/"))
        assert "đề nghị xem lại" in page
        assert "ReviewStanding(" not in page
        person = world.people["lan"].public_id
        check = LineCheck.objects.get()
        replying = f"{address}/checks/{check.public_id}/reply/"
        answer = accountant.post(replying, {"version": check.version, "outcome": "kept", "reply": ""})
        assert (answer.status_code, summary_of(answer)) == (422, ["Hãy ghi lời trả lời cho người ấy."])
        answer = accountant.post(replying, {"version": check.version, "outcome": "kept", "reply": "Ảnh tính trong bài"})
        assert answer["Location"] == f"{address}/checks/{person}/"
        assert "Ảnh tính trong bài" in texts(lan.get("/check/"))

        head = as_("head")
        run = world.fresh(run)
        answer = head.post(f"{address}/confirm/", {"version": run.version})
        assert answer.status_code == 409
        assert "Cộng tác viên đang kiểm tra" in summary_of(answer)[0]
        answer = accountant.post(f"{address}/review/end/", {"version": run.version, "reason": ""})
        assert answer.status_code == 422
        answer = accountant.post(f"{address}/review/end/", {"version": run.version, "reason": "Kho bạc khoá sổ"})
        assert answer["Location"] == f"{address}/"
        assert head.post(f"{address}/confirm/", {"version": world.fresh(run).version}).status_code == 302
    assert world.fresh(run).state == "confirmed"


def test_all_right_is_one_press_and_pressing_again_writes_nothing(world, as_, review):
    lan = as_("lan")
    assert lan.post("/check/", {"all_right": "1"}).status_code == 302
    assert set(LineCheck.objects.values_list("answer", flat=True)) == {"right"}
    before = database_rows()
    lan.post("/check/", {"all_right": "1"})
    assert database_rows() == before
    assert "Đã trả lời hết" in texts(lan.get("/check/"))


def test_what_is_missing_from_the_list_is_said_and_taken_back(world, as_, review):
    lan = as_("lan")
    lan.post("/check/", {"list-reason": "Thiếu tin họp dân 12/7"})
    check = LineCheck.objects.get()
    assert (check.subject_key, check.answer) == ("", "missing")
    assert "Thiếu tin họp dân 12/7" in texts(lan.get("/check/"))
    lan.post("/check/", {"list-reason": ""})
    assert LineCheck.objects.get().answer == "right"


def test_amount_that_changed_after_the_answer_is_marked(world, as_, review):
    say(world, review, "lan", rest=True)
    line = DraftLine.objects.filter(run=review, role="author", piece__title="Cầu mới")
    line.update(amount=300_000)
    assert "Số tiền đã đổi sau khi trả lời: lúc ấy là 253.000" in texts(as_("lan").get("/check/"))
    page = texts(as_("head").get(f"/runs/{review.public_id}/checks/"))
    assert "số tiền đã đổi sau khi trả lời" in page


def test_after_the_deadline_the_page_only_shows(world, as_, review):
    as_("lan").get("/check/")
    with clock.at(at("2026-08-07T00:00")):
        page = texts(as_("lan").get("/check/"))
        assert "Đã qua hạn trả lời" in page
        assert "radio" not in page
        assert as_("lan").post("/check/", {"all_right": "1"}).status_code == 409
        assert "khoản chờ bạn xem" not in texts(as_("lan").get("/me/"))


def test_message_to_paste_names_the_hamlet_and_no_amount(world, as_, review):
    page = as_("accountant").get(f"/runs/{review.public_id}/checks/?unit={world.unit.public_id}")
    message = page.context["message"]
    assert "cộng tác viên Ấp Mẫu" in message
    assert "/check/" in message
    assert not re.search(r"\d{3}.?đ|\d\.\d{3}", message)


def test_telling_a_hamlet_is_recorded_once(world, as_, review):
    accountant = as_("accountant")
    told = {"unit": str(world.unit.public_id), "way": "message"}
    for _ in range(2):
        answer = accountant.post(f"/runs/{review.public_id}/checks/told/", told)
        assert answer["Location"].endswith(f"?unit={world.unit.public_id}")
    assert set(CheckDelivery.objects.values_list("way", flat=True)) == {"message"}
    assert CheckDelivery.objects.count() == 4


def test_focal_person_tells_and_answers_for_somebody_without_a_login(world, as_, review):
    world.accounts["focal"] = registration.open_account(login_phone=new_phone(), name="Cao Văn Mối", password=None)
    seats.propose_grant(
        actor=system_actor(world.portal),
        account=world.accounts["focal"],
        capability="focal_person",
        effective_from=OPENED,
        decision_number="04/QĐ",
    )
    hoa = world.people["hoa"]
    Contributor.objects.filter(pk=hoa.pk).update(account=None)
    focal = as_("focal")
    page = texts(focal.get("/checks/"))
    assert "Trả lời thay" in page
    assert "253.000" not in page
    assert (
        focal.post(f"/checks/{review.public_id}/told/", {"person": str(hoa.public_id), "way": "person"}).status_code
        == 302
    )
    address = f"/checks/{review.public_id}/{hoa.public_id}/"
    assert "253.000" in texts(focal.get(address))
    assert focal.post(address, {"all_right": "1"})["Location"] == address
    assert LineCheck.objects.get().answered_by_id == world.accounts["focal"].pk
    assert focal.get(f"/checks/{review.public_id}/{world.people['lan'].public_id}/").status_code == 403


def test_exceptions_page_shows_the_balance_and_every_bucket(world, as_, review):
    say(world, review, "lan", (key(review, "Cầu mới"), "not_mine", "Bài của anh Ba"))
    client = as_("head")
    page = client.get(f"/runs/{review.public_id}/exceptions/?bucket=held")
    assert page.context["balance"].closes
    text = texts(page)
    assert "không sót phần nào" in text
    assert "Bài của anh Ba" in text
    assert [row.title for row in page.context["rows"]] == ["Cầu mới"]
    assert client.get(f"/runs/{review.public_id}/exceptions/?bucket=khac&page=9").status_code == 200


def test_exceptions_of_an_open_and_of_a_frozen_run_say_what_is_missing(world, as_):
    run = world.run()
    address = f"/runs/{run.public_id}/exceptions/"
    assert "Kỳ chưa chốt số liệu" in texts(as_("head").get(address))


def test_exceptions_file_keeps_text_as_text(world, as_, work_jobs):
    world.published("lan", title="=HYPERLINK(1)")
    with clock.at(AUGUST):
        run = computed_run(world)
        address = f"/runs/{run.public_id}/exceptions/"
        book = as_("head").get(f"{address}xlsx/")
        plain = as_("head").get(f"{address}csv/")
        assert as_("head").get(f"{address}pdf/").status_code == 404
    columns = {"group": ["Nhóm"], "title": ["Tin, bài"], "parts": ["Số phần"]}
    rows = [row.cells for row in read_table(content=book.content, file_name="a.xlsx", columns=columns).rows]
    assert [row["title"] for row in rows[:3]] == ["=HYPERLINK(1)"] * 3
    assert [(row["group"], row["parts"]) for row in rows[-3:]] == [
        ("Cộng các nhóm", "3"),
        ("Đã đăng, còn phải xét", "3"),
        ("Chênh lệch", "0"),
    ]
    text = plain.content.decode("utf-8-sig")
    assert text.count("'=HYPERLINK(1)") == 3
    assert text.splitlines()[-1].startswith("Chênh lệch,,,,,,0")


def test_second_press_of_a_step_tells_the_state_and_writes_nothing(world, as_, work_jobs):
    world.published("lan")
    run = world.run()
    client = as_("accountant")
    with clock.at(AUGUST):
        for step, state in (("freeze", "đã chốt số liệu"), ("compute", "đang tính nhuận bút")):
            seen = world.fresh(run).version
            assert client.post(f"/runs/{run.public_id}/{step}/", {"version": seen}).status_code == 302
            before = database_rows()
            answer = client.post(f"/runs/{run.public_id}/{step}/", {"version": seen}, follow=True)
            assert f"Bước này đã làm rồi: kỳ đang “{state}”." in texts(answer)
            assert {k: v for k, v in database_rows().items() if "account" not in k} == {
                k: v for k, v in before.items() if "account" not in k
            }
            work_jobs()


def test_check_pages_ask_as_many_questions_for_many_lines(world, as_):
    days = iter(range(1, 29))

    def add(count):
        for _ in range(count):
            day = next(days)
            world.published("lan", title=f"Tin {day}", when=f"2026-07-{day:02d}T09:00")
        accountant = world.actor("accountant")
        for run in Run.objects.exclude(state="cancelled"):
            cancel_run(actor=accountant, run=run, seen_version=run.version, reason="Làm lại")
        start(world, computed_run(world))
        as_("lan").get("/check/")

    with clock.at(AUGUST):
        same_for_one_and_many(as_("lan"), "/check/", add, many=8)
        run = Run.objects.get(state="in_review")
        for part in ("", "checks/", f"checks/{world.people['lan'].public_id}/", "exceptions/?bucket=paid"):
            assert asked(as_("accountant"), f"/runs/{run.public_id}/{part}") <= MOST, part
