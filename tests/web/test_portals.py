from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client

from contributors.actors import system_actor
from contributors.registration import seat_founder
from contributors.scopes import portal_scope
from contributors.seats import propose_grant
from tests.factories.world import OPENED, World, build_world
from tests.web.conftest import texts


@pytest.fixture
def two(db) -> tuple[World, World, Client]:
    """Lan of the first portal is also the accountant of the second."""
    first, second = build_world("xa-mot"), build_world("xa-hai")
    second.portal.name = "Trang của xã Hai"
    second.portal.save()
    with portal_scope(second.portal):
        propose_grant(
            actor=system_actor(second.portal),
            account=first.accounts["lan"],
            capability="accountant",
            effective_from=OPENED,
            decision_number="05/QĐ",
        )
    client = Client()
    client.force_login(first.accounts["lan"])
    return first, second, client


def test_portal_is_asked_for_when_there_are_several(two):
    _, _, client = two
    assert client.get("/me/")["Location"] == "/portals/"
    assert client.get("/")["Location"] == "/portals/"


def test_portal_chosen_is_kept_and_decides_who_one_is(two):
    first, second, client = two
    client.post("/portals/", {"portal": str(second.portal.public_id)})
    assert client.get("/")["Location"] == "/runs/"
    assert "Trang của xã Hai · kế toán" in texts(client.get("/runs/"))
    assert client.get("/me/").status_code == 403
    client.post("/portals/", {"portal": str(first.portal.public_id)})
    assert client.get("/")["Location"] == "/me/"


def test_portal_of_others_cannot_be_chosen(two):
    first, second, _ = two
    client = Client()
    client.force_login(first.accounts["head"])
    client.post("/portals/", {"portal": str(second.portal.public_id)})
    assert client.get("/")["Location"] == "/desk/"
    assert "xã Hai" not in texts(client.get("/desk/"))


def test_piece_of_another_portal_is_not_found(two):
    first, second, _ = two
    with portal_scope(first.portal):
        piece = first.submitted()
    client = Client()
    client.force_login(second.accounts["head"])
    assert client.get(f"/review/{piece.public_id}/").status_code == 404
    client.force_login(first.accounts["head"])
    assert client.get(f"/review/{piece.public_id}/").status_code == 200


def test_login_without_portal_is_told_so(world):
    from contributors.registration import open_account

    client = Client()
    client.force_login(open_account(login_phone="0912345678", name="Trần Thị Thử", password=None))
    assert "Tài khoản này chưa thuộc trang nào" in texts(client.get("/portals/"))


def test_streamed_answer_reads_inside_the_portal(world, as_):
    """The rows of the archive are read while it is sent, after the view is over."""
    piece = world.approved(photos_by=("lan", "hoa"))
    answer = as_("publisher").get(f"/publish/{piece.public_id}/zip/")
    assert answer.streaming
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == [
        "01-ap-ra-quan-don-duong.jpg",
        "02-ap-ra-quan-don-duong.jpg",
        "chu-thich.txt",
        "noi-dung.html",
        "noi-dung.txt",
        "tieu-de.txt",
    ]


def test_request_id_goes_from_request_to_answer(world, as_):
    client = as_("lan")
    assert client.get("/me/", headers={"x-request-id": "abc-12345678"})["X-Request-ID"] == "abc-12345678"
    made = client.get("/me/", headers={"x-request-id": "<script>"})["X-Request-ID"]
    assert made != "<script>"
    assert len(made) == 32


def test_second_portal_person_sees_own_name_only(two):
    """A seat in one portal gives nothing in the other."""
    first, second, client = two
    with portal_scope(second.portal):
        seat_founder(
            actor=system_actor(second.portal),
            full_name="Nguyễn Thị Lan",
            phone="0912345678",
            account=first.accounts["lan"],
            category="volunteer",
        )
    client.post("/portals/", {"portal": str(second.portal.public_id)})
    assert client.get("/desk/").status_code == 403
    assert client.get("/me/").status_code == 200
