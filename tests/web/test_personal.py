"""One's own details and rights on the pages, the same for somebody else, and training."""

from __future__ import annotations

import io
import uuid
import zipfile

from contributors import portals
from contributors.actors import system_actor
from contributors.models import Attendance, Erasure, TrainingSession
from tests.factories.world import OPENED
from tests.web.conftest import summary_of, texts


def test_own_details_are_corrected_and_wrong_ones_are_said_at_their_fields(world, as_):
    client, lan = as_("lan"), world.people["lan"]
    fields = {"full_name": "Nguyễn Thị Lan", "phone": "0912 345 678", "birth_year": "1980", "pen_names": "Lan Ấp Mẫu"}
    assert client.post("/details/edit/", fields | {"version": lan.version})["Location"] == "/details/"
    lan = world.fresh(lan)
    assert (lan.phone, lan.birth_year, [pen.name for pen in lan.pen_names.all()]) == (
        "+84912345678",
        1980,
        ["Lan Ấp Mẫu"],
    )
    refused = client.post("/details/edit/", fields | {"version": lan.version, "birth_year": "2031", "phone": "12"})
    assert (refused.status_code, len(summary_of(refused))) == (422, 1)
    stale = client.post("/details/edit/", fields | {"version": 1, "birth_year": "1981"})
    assert stale.status_code == 409


def test_a_move_is_proposed_by_oneself_and_made_by_the_board(world, as_):
    unit = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Hai", opened=OPENED)
    lan, address = world.people["lan"], f"/people/{world.people['lan'].public_id}/correct/"
    assert as_("lan").post("/details/unit/", {"unit": str(unit.public_id)})["Location"] == "/details/"
    assert "Ấp Hai" in texts(as_("head").get(address))
    as_("head").post(address, {"decline_unit": "1"})
    as_("lan").post("/details/unit/", {"unit": str(unit.public_id)})
    fields = {"full_name": lan.full_name, "phone": lan.phone, "category": "volunteer", "unit": str(unit.public_id)}
    assert as_("head").post(address, fields | {"version": world.fresh(lan).version}).status_code == 302
    assert "Ấp Hai" in texts(as_("lan").get("/details/"))


def test_consents_data_leaving_and_erasing_oneself(world, as_):
    client, lan = as_("lan"), world.people["lan"]
    assert client.post("/details/consents/publication/give/").status_code == 302
    assert client.post("/details/consents/publication/withdraw/").status_code == 302
    assert lan.consents.order_by("-pk").first().given is False
    taken = client.post("/details/data/")
    assert "du-lieu.json" in zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))).namelist()
    early = client.post("/details/erase/", {"version": lan.version, "confirmation": "nguyen thi lan"})
    assert early.status_code == 409
    assert client.post("/details/leave/", {"version": lan.version}).status_code == 302
    assert world.fresh(lan).state == "left"
    wrong = client.post("/details/erase/", {"version": world.fresh(lan).version, "confirmation": "Lan"})
    assert wrong.status_code == 422
    gone = client.post("/details/erase/", {"version": world.fresh(lan).version, "confirmation": "nguyen thi lan"})
    assert gone["Location"] == "/login/"
    assert world.fresh(lan).full_name != "Nguyễn Thị Lan"
    page = texts(as_("admin").get("/retention/"))
    assert (lan.receipt_number in page, "Nguyễn Thị Lan" in page) == (True, False)
    assert Erasure.objects.count() == 1


def test_training_is_written_down_attended_and_cancelled(world, as_):
    client, lan = as_("head"), world.people["lan"]
    fields = {
        "client_key": str(uuid.uuid4()),
        "title": "Buổi giới thiệu",
        "introduction": "1",
        "held_on": OPENED.isoformat(),
        "place": "Nhà văn hoá ấp",
    }
    made = client.post("/training/new/", fields)
    assert client.post("/training/new/", fields)["Location"] == made["Location"]
    session = TrainingSession.objects.get()
    address = f"/training/{session.public_id}/"
    assert made["Location"] == address
    sheet = f"{address}?unit={world.unit.public_id}"
    people = [str(person.public_id) for person in world.people.values()]
    client.post(sheet, {"shown": people, "came": [str(lan.public_id)]})
    assert [row.contributor_id for row in Attendance.objects.all()] == [lan.pk]
    assert "Nguyễn Thị Lan" not in texts(client.get(f"/training/needed/?unit={world.unit.public_id}"))
    assert "Nguyễn Thị Lan" in texts(client.get(f"{address}sheet/?unit={world.unit.public_id}"))
    client.post(f"{address}cancel/", {"version": world.fresh(session).version, "reason": "Mưa"})
    assert "Nguyễn Thị Lan" in texts(client.get(f"/training/needed/?unit={world.unit.public_id}"))
    assert as_("lan").post("/training/new/", fields).status_code == 403
