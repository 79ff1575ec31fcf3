"""The pages of packs for inspectors: what a period holds, making, progress, handing over, verifying, removal."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from contributors import clock
from contributors.actors import system_actor
from contributors.models import Event, Job, JobState
from payments.erasing import due_for_erasure, erase_due
from payments.inspection.packs import packs_due
from payments.models import InspectionPack
from tests.payments.inspection.making import SEPTEMBER, archive_of
from tests.payments.steps import AUGUST, issued_run
from tests.web.conftest import texts

ASKED = {
    "first": "2026-07-01",
    "last": "2026-08-31",
    "reason": "Thanh tra huyện yêu cầu",
    "handed_to": "Đoàn thanh tra số 3",
    "with_photos": "on",
}


@pytest.fixture
def issued(world):
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        return issued_run(world)


def test_page_shows_what_a_period_holds_and_who_is_told(world, issued, as_):
    with clock.at(SEPTEMBER):
        page = as_("holder").get("/inspection/?first=2026-07-01&last=2026-08-31")
    preview = page.context["preview"]
    assert (preview.pieces, preview.runs) == (1, 1)
    assert page.context["told"] == ["Lưu Thị Quản", "Tạ Thị Sổ"]
    assert "Chưa lập hồ sơ nào." in texts(page)
    assert "Quý II/2026" in texts(page)
    empty = as_("holder").get("/inspection/?first=2020-01-01&last=2020-01-31")
    assert "Gói sẽ nói rõ là không có gì." in texts(empty)
    wrong = as_("holder").get("/inspection/?first=2026-08-01&last=2026-07-01")
    assert (wrong.status_code, "preview" in wrong.context) == (422, False)


def test_pack_is_asked_for_made_and_taken(world, issued, as_, work_jobs):
    client = as_("accountant")
    with clock.at(SEPTEMBER):
        answer = client.post("/inspection/", ASKED)
        pack = InspectionPack.objects.get()
        address = f"/inspection/{pack.public_id}/"
        assert answer["Location"] == address
        assert "Máy đang lập hồ sơ" in texts(client.get(address))
        assert client.get(f"{address}progress/").status_code == 200
        assert client.get(f"{address}file/").status_code == 409
        work_jobs()
    pack.refresh_from_db()
    page = texts(client.get(address))
    assert pack.manifest_sha256 in page
    assert "Đoàn thanh tra số 3" in page
    file = client.get(f"{address}file/")
    assert hashlib.sha256(b"".join(file.streaming_content)).hexdigest() == pack.sha256
    assert 'filename="ho-so-thanh-tra-20260701-20260831.zip"' in file["Content-Disposition"]
    assert Event.objects.filter(kind="inspection_pack.taken").count() == 1
    assert client.get(f"{address}progress/")["HX-Refresh"] == "true"
    assert "đã lập xong" in texts(client.get("/inspection/"))


def test_blank_reason_or_receiver_is_said_at_its_field(world, issued, as_):
    client = as_("holder")
    for name in ("reason", "handed_to"):
        page = client.post("/inspection/", ASKED | {name: " "})
        assert page.status_code == 422
        assert page.context["summary"].lines[0].href == f"#id_{name}"
        assert "Lập gói này" in texts(page)
    assert not InspectionPack.objects.exists()


def test_cover_sheet_prints_the_hashes_and_the_page_of_its_code_tells_them(world, issued, as_, client, work_jobs):
    import pypdf

    with clock.at(SEPTEMBER):
        as_("holder").post("/inspection/", ASKED)
        work_jobs()
        pack = InspectionPack.objects.get()
        answer = as_("holder").get(f"/inspection/{pack.public_id}/cover/pdf/")
    from io import BytesIO

    printed = "".join(
        page.extract_text() for page in pypdf.PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    )
    plain = "".join(printed.split())
    assert pack.manifest_sha256 in plain
    assert pack.sha256 in plain
    assert pack.code in printed
    assert "Đoàn thanh tra số 3" in " ".join(printed.split())
    public = texts(client.get(f"/v/{pack.code.replace('-', '')}/"))
    assert pack.manifest_sha256 in public
    assert "Đoàn thanh tra số 3" not in public
    assert "Thanh tra huyện" not in public


def test_stopped_job_is_said_and_another_portal_sees_nothing(world, issued, as_):
    client = as_("holder")
    client.post("/inspection/", ASKED)
    Job.objects.filter(task="payments.build_inspection_pack").update(state=JobState.FAILED)
    pack = InspectionPack.objects.get()
    assert "Máy không lập tiếp được" in texts(client.get(f"/inspection/{pack.public_id}/"))
    assert client.get(f"/inspection/{world.portal.public_id}/").status_code == 404
    assert as_("writer").get("/inspection/").status_code == 403


def test_file_goes_when_its_time_is_over_and_the_hash_stays(world, issued, as_, work_jobs):
    with clock.at(SEPTEMBER):
        as_("holder").post("/inspection/", ASKED)
        work_jobs()
    pack = InspectionPack.objects.get()
    path, zone = archive_of(pack), ZoneInfo("Asia/Ho_Chi_Minh")
    day = SEPTEMBER.date().replace(year=2027)
    assert not packs_due(day - timedelta(days=1), zone).exists()
    assert [due.count for due in due_for_erasure(world.portal, day) if due.rule.what == "inspection_packs"] == [1]
    swept = {one.what: one.count for one in erase_due(actor=system_actor(world.portal), portal=world.portal, day=day)}
    assert swept["inspection_packs"] == 1
    pack.refresh_from_db()
    assert (pack.path, pack.sha256 != "", pack.removed_at is not None) == ("", True, True)
    assert Event.objects.get(kind="inspection_pack.removed").facts == {"sha256": pack.sha256}
    assert path.exists()  # until the transaction commits
    page = texts(as_("holder").get(f"/inspection/{pack.public_id}/"))
    assert "theo thời hạn giữ" in page
    assert pack.sha256 in page
    assert as_("holder").get(f"/inspection/{pack.public_id}/file/").status_code == 409
