"""The log by person, kind, day and thing; taken away on record."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from python_calamine import CalamineWorkbook

from contributors import clock, portals
from contributors.models import Event
from tests.factories.world import at
from tests.web.conftest import texts


def kinds(answer) -> list[str]:
    return [row.entry.event.kind for row in answer.context["rows"]]


def test_log_is_narrowed_by_person_kind_day_and_thing(world, as_):
    head = as_("head")
    with clock.at(at("2026-07-03T03:00")):
        unit = portals.open_unit(actor=world.actor("head"), kind="hamlet", name="Ấp Đêm", opened=clock.today())
    world.draft(by="lan")
    mine = f"/events/?by={world.accounts['head'].public_id}"
    assert set(kinds(head.get(f"{mine}&kind=unit"))) == {"unit.opened"}
    assert kinds(head.get(f"{mine}&kind=run")) == []
    assert "Không có việc nào như vậy." in texts(head.get(f"{mine}&kind=run"))
    # the portal's own day, not that of Greenwich
    assert kinds(head.get("/events/?kind=unit&first=2026-07-03&last=2026-07-03")) == ["unit.opened"]
    assert kinds(head.get("/events/?kind=unit&first=2026-07-02&last=2026-07-02")) == []
    assert kinds(head.get(f"/events/?of=unit&id={unit.pk}")) == ["unit.opened"]
    assert "unit.opened" in kinds(head.get("/events/?by=system"))
    assert head.get("/events/?first=hom-qua").status_code == 422


def test_log_is_taken_away_as_filtered_and_on_record(world, as_):
    portals.open_unit(actor=world.actor("head"), kind="hamlet", name="Ấp Mới", opened=clock.today())
    wanted = {"kind": "unit", "by": str(world.accounts["head"].public_id)}
    answer = as_("head").post("/events/export/", wanted)
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[1:4] for row in rows[1:]] == [["Võ Văn Trưởng", "mở đơn vị", "Ấp Mới"]]
    taken = Event.objects.get(kind="event_log.exported")
    assert taken.facts == {"events": 1, "kind": "unit"}
    assert as_("lan").post("/events/export/", wanted).status_code == 403
    assert as_("head").post("/events/export/", {"last": "mai"})["Location"] == "/events/"


def test_observer_filters_by_nobody(world, as_):
    from tests.web.test_seats import observer

    observer(world)
    page = as_("observer").get("/events/")
    assert [code for code, _ in page.context["form"].fields["by"].choices] == ["", "system"]
    hidden = as_("observer").get(f"/events/?by={world.accounts['head'].public_id}")
    assert hidden.context["rows"] == []


def test_day_after_the_last_one_is_left_out(world, as_):
    tomorrow = clock.today() + timedelta(days=1)
    assert kinds(as_("head").get(f"/events/?first={tomorrow:%Y-%m-%d}")) == []
