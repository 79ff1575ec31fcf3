"""Pages of the machine and of the books: what is shown to whom, what a press does, and that lists stay cheap."""

from __future__ import annotations

import pytest

from contributors.models import Job, JobState, OfficeNotice
from payments import runs
from payments.books import checks
from payments.books.registry import INVARIANTS, READ
from payments.models import BooksCheck, Run
from tests.web.conftest import summary_of, texts
from tests.web.test_queries import same_for_one_and_many
from web.board.event_words import WORDS
from web.office.health import TIMERS
from web.office.words_of_jobs import TASKS


@pytest.fixture
def waiting(world) -> Run:
    world.published("lan")
    accountant = world.actor("accountant")
    run = runs.freeze_run(actor=accountant, run=world.run(), seen_version=1)
    Job.objects.update(state=JobState.DONE)
    runs.compute_run(actor=accountant, run=run, seen_version=run.version)
    return run


def fail() -> Job:
    job = Job.objects.get(task=runs.COMPUTE_TASK)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, attempts=3, error="OSError: /srv/files full", error_code="disk_full"
    )
    return job


def test_accountant_pauses_and_resumes_a_run_on_its_page(world, as_, waiting, work_jobs):
    client = as_("accountant")
    page = f"/runs/{waiting.public_id}/"
    assert "Tạm dừng" in texts(client.get(page))
    assert client.post(f"{page}background/pause/")["Location"] == page
    shown = texts(client.get(page))
    assert "Chạy tiếp" in shown
    assert "1 tạm dừng" in shown
    assert f"{page}compute/" not in shown
    assert 'hx-trigger="every 1s"' not in shown  # nobody waits for what does not move
    client.post(f"{page}background/resume/")
    work_jobs()
    assert world.fresh(waiting).state == "computed"


def test_failed_computation_shows_its_cause_and_two_ways_on(world, as_, waiting, work_jobs):
    fail()
    client = as_("accountant")
    page = f"/runs/{waiting.public_id}/"
    shown = texts(client.get(page))
    assert "Ổ đĩa đã đầy nên không ghi được tệp." in shown
    assert "/srv/files" not in shown
    assert f"{page}background/retry/" in shown
    assert f"{page}compute/" in shown  # or asked for anew
    client.post(f"{page}background/retry/")
    work_jobs()
    assert world.fresh(waiting).state == "computed"


def test_head_sees_why_a_run_stands_still_but_presses_nothing(as_, waiting):
    fail()
    shown = texts(as_("head").get(f"/runs/{waiting.public_id}/"))
    assert "Ổ đĩa đã đầy" in shown
    assert "background/retry" not in shown
    assert as_("head").post(f"/runs/{waiting.public_id}/background/retry/").status_code in {403, 404}


def test_nothing_to_do_is_said_in_words(as_, waiting):
    answer = as_("accountant").post(f"/runs/{waiting.public_id}/background/resume/")
    assert answer.status_code == 409
    assert "Không có việc nào đang tạm dừng." in texts(answer)
    assert as_("accountant").post(f"/runs/{waiting.public_id}/background/dance/").status_code == 404


def test_jobs_page_for_the_administrator_has_the_machines_words_and_for_the_accountant_not(as_, waiting):
    job = fail()
    assert "OSError: /srv/files full" in texts(as_("admin").get("/jobs/"))
    shown = texts(as_("accountant").get("/jobs/"))
    assert "/srv/files" not in shown
    assert "Ổ đĩa đã đầy" in shown
    assert as_("admin").post(f"/jobs/{job.public_id}/retry/")["Location"] == "/jobs/"
    assert as_("admin").post(f"/runs/{waiting.public_id}/background/pause/")["Location"] == "/jobs/"
    assert as_("admin").post(f"/jobs/{job.public_id}/cancel/")["Location"] == "/jobs/"
    assert "Không còn việc nào chờ." in texts(as_("admin").get("/jobs/"))


def test_check_of_the_books_is_asked_for_followed_and_read(world, as_, work_jobs):
    client = as_("holder")
    assert "Chưa kiểm tra lần nào." in texts(client.get("/books/"))
    answer = client.post("/books/check/", {"full": "1"})
    page = answer["Location"]
    assert 'hx-trigger="every 1s"' in texts(client.get(page))
    assert f"0 trên {len(INVARIANTS) + len(READ)} điều" in texts(client.get(f"{page}progress/"))
    again = as_("accountant").post("/books/check/")
    assert again.status_code == 409
    assert summary_of(again) == ["Máy đang kiểm tra sổ. Hãy chờ lần này xong."]
    work_jobs()
    assert client.get(f"{page}progress/")["HX-Refresh"] == "true"
    shown = texts(client.get(page))
    assert f"Sổ khớp cả {len(INVARIANTS) + len(READ)} điều." in shown
    assert "Mỗi phiếu thanh toán bằng đúng tổng các khoản của nó" in shown
    assert BooksCheck.objects.get().full


def test_broken_books_stand_on_the_first_page_until_they_were_seen(world, as_):
    found = [checks.BookFinding("nothing_is_paid_twice", ok=False, detail="7")]
    check = checks.record_check(portal=world.portal, occasion="nightly", findings=found)
    client = as_("accountant")
    assert "Không phần việc nào được trả hai lần." in texts(client.get("/runs/"))
    assert "1 điều không khớp" in texts(client.get("/books/"))
    shown = texts(client.get(f"/books/{check.public_id}/"))
    assert "đừng phát hành kỳ nào" in shown
    assert "dòng 7" in shown
    client.post("/office-notices/read/")
    assert "Tin của hệ thống" not in texts(client.get("/runs/"))
    assert OfficeNotice.objects.filter(read_at__isnull=True).count() == 2  # the others have not seen theirs


def test_health_names_late_timers_and_the_backup(as_, celery_app):
    shown = texts(as_("admin").get("/health/"))
    assert "Có chỗ hỏng hoặc trễ" in shown
    assert "Chưa ghi nhận lần nào." in shown
    assert "Niêm phong nhật ký" in shown


def test_every_task_and_event_has_words(celery_app):
    entries = celery_app.conf.beat_schedule.values()
    assert {entry["task"] for entry in entries} == set(TIMERS)
    outbox = {name for name in celery_app.tasks if name.startswith(("contributors.", "payments."))} - set(TIMERS)
    assert outbox == set(TASKS)
    assert {f"run.jobs_{word}" for word in ("pause", "resume", "retry", "cancel", "render")} <= set(WORDS)


def test_lists_cost_the_same_for_one_and_for_thirty(world, as_, celery_app):
    def add(count: int) -> None:
        for _ in range(count):
            checks.record_check(portal=world.portal, occasion="command", findings=[])
            Job.objects.create(
                portal=world.portal, task=runs.COMPUTE_TASK, arguments={"run_id": 1}, created_at="2026-08-01T00:00Z"
            )

    for page in ("/jobs/", "/books/", "/health/"):
        same_for_one_and_many(as_("admin"), page, add)
