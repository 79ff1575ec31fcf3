"""What-if over HTTP: what is offered, a comparison, a list of one's own, and the proposal."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from contributors.models import Letterhead
from contributors.scopes import portal_scope
from payments import rates
from tests.api.conftest import EVERYBODY
from tests.factories.world import World
from tests.payments.sheets import csv_of

BASE = "/api/v1/what-if/"
JULY = "from=2026-07-01&until=2026-08-01"
BODY = {"from": "2026-07-01", "until": "2026-08-01", "schedule": "current"}
WISHES = {"recipient": "UBND tỉnh", "fund_source": "Ngân sách xã", "asked_year": 2027}
READERS = {"head", "deputy", "rapporteur", "accountant", "holder", "admin"}
HEAD = ("Họ và tên", "Thể loại", "Tên tác phẩm", "Ngày đăng", "Hệ số")
LAN = ("Phạm Thị Mới", "Tin", "Mở đường", "05/07/2026", "1,5")


def upload(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    return SimpleUploadedFile("danh-sach.csv", csv_of(HEAD, *rows))


@pytest.fixture
def piece(world: World) -> None:
    with portal_scope(world.portal):
        world.published("lan", coefficient="2")


def test_it_is_for_the_board_and_the_money(world: World, piece: None, as_: Any) -> None:
    for address in ("schedules/", f"comparison/?{JULY}"):
        allowed = {name for name in EVERYBODY if as_(name).get(f"{BASE}{address}").status_code == 200}
        assert allowed == READERS, address
    assert as_("lan").post(f"{BASE}proposal/", BODY | WISHES).status_code == 403
    assert as_("lan").post(f"{BASE}list/", BODY | {"file": upload(LAN)}, format="multipart").status_code == 403


def test_schedules_are_offered_by_key(world: World, as_: Any) -> None:
    offered = [each["key"] for each in as_("accountant").get(f"{BASE}schedules/").json()]
    assert (offered[0], offered[1], offered[-1]) == ("current", str(world.schedule.public_id), "none")
    assert "shipped:bac-giang-570-2013" in offered


def test_draft_is_compared(world: World, piece: None, as_: Any) -> None:
    with portal_scope(world.portal):
        rules = dict(world.schedule.rules) | {"code": "moi", "from": "2026-10-01", "level": 50}
        draft = rates.draft_schedule(actor=world.actor("admin"), rules=rules)
    found = as_("accountant").get(f"{BASE}comparison/?{JULY}&schedule={draft.public_id}&against=current").json()
    assert (found["pieces"], found["open_pieces"], found["names_shown"]) == (1, 0, True)
    assert found["total"] == {
        "by": {"low": 268_000, "high": 268_000},
        "against": {"low": 536_000, "high": 536_000},
        "change": {"low": -268_000, "high": -268_000},
        "verdict": "loses",
    }
    assert found["verdicts"] == {"gains": 0, "loses": 3, "same": 0, "open": 0}
    assert found["year"]["cost"]["by"] == {"low": 3_216_000, "high": 3_216_000}
    assert found["fund"] == {"year": 2026, "amount": 50_000_000, "percent": {"low": 6, "high": 6}}
    lan = next(person for person in found["people"] if person["name"] == "Nguyễn Thị Lan")
    assert (lan["id"], lan["cost"]["change"]["low"]) == (str(world.people["lan"].public_id), -253_000)
    assert as_("rapporteur").get(f"{BASE}comparison/?{JULY}").json()["people"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?from=2026-07-01", "until"),
        ("?from=2023-07-01&until=2026-07-02", "until"),
        ("?from=2026-07-02&until=2026-07-01", "until"),
        (f"?{JULY}&portal=1", "portal"),
    ],
)
def test_comparison_asked_wrongly_is_422(world: World, as_: Any, query: str, field: str) -> None:
    answer = as_("head").get(f"{BASE}comparison/{query}")
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


def test_schedule_of_another_portal_is_not_there(world: World, elsewhere: World, as_: Any) -> None:
    for key in (elsewhere.schedule.public_id, "shipped:none", "x"):
        assert as_("head").get(f"{BASE}comparison/?{JULY}&schedule={key}").status_code == 404


def test_list_is_reckoned_whole_or_not_at_all(world: World, as_: Any) -> None:
    answer = as_("accountant").post(f"{BASE}list/", BODY | {"file": upload(LAN)}, format="multipart").json()
    assert (answer["problems"], answer["comparison"]["total"]["by"]["low"]) == ([], 379_500)
    assert answer["comparison"]["people"][0] | {"cost": None} == {
        "id": None,
        "name": "Phạm Thị Mới",
        "lines": 1,
        "cost": None,
    }
    wrong = ("Lan", "Tin", "Mở kênh", "05/06/2026", "1")
    answer = as_("accountant").post(f"{BASE}list/", BODY | {"file": upload(LAN, wrong)}, format="multipart").json()
    assert answer["comparison"] is None
    assert answer["problems"] == [
        {"row": 3, "column": "Ngày đăng", "sentence": "ngày này nằm ngoài kỳ đã chọn."},
    ]
    answer = as_("accountant").post(f"{BASE}list/", BODY, format="multipart")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "file")


def words_of(answer: Any) -> str:
    file = Document(BytesIO(answer.content))
    return "\n".join(node.text or "" for node in file.element.body.iter() if node.tag.endswith("}t"))


def test_proposal_is_made_of_a_period_and_of_a_list(world: World, piece: None, as_: Any) -> None:
    client = as_("accountant")
    answer = client.post(f"{BASE}proposal/", BODY | WISHES | {"copies": ["Như trên", "Kế toán"]})
    assert answer.status_code == 200
    assert "Đề nghị bố trí 6.432.000 đồng trong dự toán năm 2027" in words_of(answer)
    listed = BODY | WISHES | {"asked": 5_000_000, "file": upload(LAN)}
    words = words_of(client.post(f"{BASE}proposal/", listed, format="multipart"))
    assert "379.500" in words
    assert "Đề nghị bố trí 5.000.000 đồng" in words


def test_proposal_is_refused_by_name(world: World, piece: None, as_: Any) -> None:
    client = as_("accountant")
    wrong = BODY | WISHES | {"file": upload(("Lan", "Thơ", "Mở kênh", "05/07/2026", "1"))}
    answer = client.post(f"{BASE}proposal/", wrong, format="multipart")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "list_wrong")
    answer = client.post(f"{BASE}proposal/", BODY | WISHES | {"asked": 0})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "proposal_amount_wrong")
    with portal_scope(world.portal):
        Letterhead.objects.all().delete()
    answer = client.post(f"{BASE}proposal/", BODY | WISHES)
    assert (answer.status_code, answer.json()["code"]) == (422, "proposal_no_letterhead")
