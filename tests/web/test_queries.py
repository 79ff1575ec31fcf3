"""A page asks as many questions for thirty things as for one, and never more than thirty."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payments.runs import compute_run, freeze_run

MOST = 30


def asked(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(queries)


def same_for_one_and_many(client, address: str, add, many: int = 30) -> None:
    add(1)
    one = asked(client, address)
    add(many - 1)
    assert asked(client, address) == one, address
    assert one <= MOST, (address, one)


def test_my_pieces(world, as_):
    same_for_one_and_many(as_("lan"), "/me/", lambda count: [world.draft(title=f"Tin {n}") for n in range(count)])


def test_desk(world, as_):
    same_for_one_and_many(
        as_("head"), "/desk/", lambda count: [world.submitted(title=f"Tin {n}") for n in range(count)]
    )


def test_desk_of_the_publisher(world, as_):
    same_for_one_and_many(
        as_("publisher"), "/desk/", lambda count: [world.approved(title=f"Tin {n}") for n in range(count)]
    )


@pytest.mark.parametrize("page", ["/pieces/{}/", "/review/{}/", "/publish/{}/"])
def test_piece_with_many_photos(world, as_, page):
    one = world.approved(photos_by=("lan",)) if "publish" in page else world.submitted(photos_by=("lan",))
    twelve = ("lan", "hoa") * 6
    many = world.approved(photos_by=twelve) if "publish" in page else world.submitted(photos_by=twelve)
    client = as_("publisher" if "publish" in page else "head")
    counts = [asked(client, page.format(piece.public_id)) for piece in (one, many)]
    assert counts[0] == counts[1] <= MOST


@pytest.mark.parametrize("page", ["text", "photos", "check"])
def test_send(world, as_, page):
    from contributors.photos import NewPhoto, add_photos
    from tests.factories.world import picture

    piece = world.draft()

    def add(count):
        row = world.fresh(piece)
        start = row.photos.count()
        new = [NewPhoto(picture(start + n), f"Ảnh {n}", world.people["lan"]) for n in range(count)]
        add_photos(actor=world.actor("lan"), piece=row, seen_version=row.version, new=new)

    same_for_one_and_many(as_("lan"), f"/send/{piece.public_id}/{page}/", add, many=10)


def test_output(world, as_):
    same_for_one_and_many(
        as_("head"),
        "/output/?first=2026-07-01&last=2026-07-31",
        lambda count: [world.published(title=f"Tin {n}") for n in range(count)],
    )


def test_runs(world, as_):
    months = iter(range(12))

    def add(count):
        for _ in range(count):
            month = next(months)
            year, month = (2026, 7 + month) if month < 6 else (2027, month - 5)
            after = (year, month + 1) if month < 12 else (year + 1, 1)
            world.run(since=f"{year}-{month:02d}-01", until=f"{after[0]}-{after[1]:02d}-01", pay="2028-01-05")

    same_for_one_and_many(as_("accountant"), "/runs/", add, many=10)


def test_run_with_many_lines(world, as_, work_jobs):
    def computed(since, until, pay, count):
        for number in range(count):
            by = ("lan", "hoa", "writer")[number % 3]
            world.published(by=by, when=f"{since[:8]}10T09:00", title=f"Tin {number}")
        run = world.run(since=since, until=until, pay=pay)
        for step in (freeze_run, compute_run):
            step(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
        work_jobs()
        return run

    client = as_("accountant")
    one = computed("2026-07-01", "2026-08-01", "2026-08-05", 1)
    many = computed("2026-08-01", "2026-09-01", "2026-09-05", 30)
    counts = [asked(client, f"/runs/{run.public_id}/") for run in (one, many)]
    assert counts[0] == counts[1] <= MOST
    person = world.people["lan"].public_id
    counts = [asked(client, f"/runs/{run.public_id}/people/{person}/") for run in (one, many)]
    assert counts[0] == counts[1] <= MOST
