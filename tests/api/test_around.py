"""Documents, likeness, packages, views, the website and feed keys over HTTP."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contributors import likeness
from contributors.models import Job, Sighting
from contributors.scopes import portal_scope
from tests.contributors.test_documents import PDF, row, sheet
from tests.factories.world import World, at

API = "/api/v1"


def test_documents_are_posted_listed_counted_and_given_out(as_: Any) -> None:
    body = {"client_key": str(uuid.uuid4()), "number": "45/KH", "type": "Kế hoạch", "title": "Kế hoạch năm"}
    body |= {"issuer": "UBND xã", "issued_on": "2026-07-01", "signer": "Nguyễn Văn Ký"}
    deputy = as_("deputy")

    def post(**fields: Any) -> Any:
        return deputy.post(f"{API}/documents/", body | fields, format="multipart")

    assert post().json()["code"] == "document_without_place"
    made = post(file=SimpleUploadedFile("ke-hoach.pdf", PDF))
    assert made.status_code == 201
    assert made.json()["file_name"] == "ke-hoach.pdf"
    assert post(file=SimpleUploadedFile("ke-hoach.pdf", PDF)).json()["id"] == made.json()["id"]
    answer = as_("head").get(f"{API}/documents/{made.json()['id']}/file/")
    assert b"".join(answer.streaming_content) == PDF
    assert as_("head").get(f"{API}/documents/").json()["results"] == [made.json()]
    assert as_("head").get(f"{API}/documents/counts/?year=2026").json() == [{"type": "Kế hoạch", "count": 1}]
    assert as_("head").get(f"{API}/documents/counts/?year=20x").status_code == 422
    for name in ("lan", "admin"):
        assert as_(name).get(f"{API}/documents/").status_code == 403
    assert as_("head").post(f"{API}/documents/", body, format="multipart").status_code == 403


def test_a_sheet_of_documents_all_or_none(as_: Any) -> None:
    deputy = as_("deputy")

    def check(content: bytes) -> Any:
        file = SimpleUploadedFile("vb.xlsx", content)
        return deputy.post(f"{API}/document-sheets/", {"file": file}, format="multipart").json()

    wrong = check(sheet(row("1/KH", "https://xa.example/1"), row("", "x")))
    assert [(found["verdict"], found["problems"]) for found in wrong["rows"]] == [
        ("new", []),
        ("wrong", ["number", "url"]),
    ]
    assert deputy.post(f"{API}/document-sheets/{wrong['id']}/confirm/").json()["code"] == "sheet_has_wrong_rows"
    assert deputy.post(f"{API}/document-sheets/{wrong['id']}/discard/").json()["state"] == "discarded"
    right = check(sheet(row("1/KH", "https://xa.example/1")))
    assert deputy.get(f"{API}/document-sheets/{right['id']}/").json() == right
    done = deputy.post(f"{API}/document-sheets/{right['id']}/confirm/").json()
    assert (done["state"], done["written"], done["rows"]) == ("done", 1, None)
    assert as_("head").get(f"{API}/document-sheets/{right['id']}/").status_code == 403


def test_alike_pieces_and_the_package(world: World, as_: Any, create: Any, step: Any) -> None:
    body = "Bà con ấp Mẫu cùng nhau phát quang, thu gom rác và trồng hoa hai bên đường làng sáng nay."
    old = step("hoa", create("hoa", title="Tin cũ", body=body), "submit").json()
    new = step("lan", create("lan", title="Tin mới", body=body), "submit").json()
    with portal_scope(world.portal):
        for job in Job.objects.filter(task=likeness.TASK):
            likeness.print_piece(job)
    (found,) = as_("head").get(f"{API}/pieces/{new['id']}/alike/").json()
    assert (found["id"], found["text"], found["photos"]) == (old["id"], 100, [])
    assert as_("lan").get(f"{API}/pieces/{new['id']}/alike/").status_code == 403
    answer = as_("publisher").get(f"{API}/pieces/{new['id']}/package/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == ["tieu-de.txt", "noi-dung.html", "noi-dung.txt"]
    assert as_("lan").get(f"{API}/pieces/{new['id']}/package/").status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("origin=collected", 1),
        ("language=km", 1),
        ("practice=true", 0),
        ("on_website=true", 1),
        ("on_website=false", 2),
        ("for_other=true", 0),
        ("event_from=2026-07-01&event_until=2026-07-02", 1),
        ("created_from=2026-01-01&created_until=2027-01-01", 3),
        ("approved_from=2026-01-01", 1),
        ('q="lam duong"', 3),
        ("q=duong lam", 3),
        ("q=lươn", 1),
        ("published_url=https://xa.example/none", 0),
        ("document_number=1/KH", 0),
    ],
)
def test_filters(create: Any, published: Any, as_: Any, query: str, count: int) -> None:
    create("lan", origin="collected", event_on="2026-07-01")
    create("hoa", language="km", body="Nuôi lươn")
    published("lan")
    answer = as_("head").get(f"{API}/pieces/?{query}")
    assert len(answer.json()["results"]) == count


def test_saved_views(as_: Any) -> None:
    head = as_("head")
    body = {"name": "Chờ duyệt", "query": {"state": "submitted"}, "shared": True}
    made = head.post(f"{API}/saved-views/", body).json()
    assert (made["own"], made["query"]) == (True, {"state": "submitted"})
    assert as_("deputy").get(f"{API}/saved-views/").json() == [made | {"own": False}]
    assert as_("deputy").delete(f"{API}/saved-views/{made['id']}/").status_code == 404
    assert head.post(f"{API}/saved-views/", body | {"query": {"x": "1"}}).json()["code"] == "view_unknown_filter"
    assert head.delete(f"{API}/saved-views/{made['id']}/").status_code == 204
    assert as_("lan").get(f"{API}/saved-views/").status_code == 403


def test_website_sightings_and_feed_keys(world: World, as_: Any, create: Any, step: Any) -> None:
    head = as_("head")
    assert head.get(f"{API}/website/").status_code == 404
    body = {"address": "https://xa.example", "feed": "https://xa.example/rss"}
    made = head.put(f"{API}/website/", body).json()
    assert (made["version"], head.get(f"{API}/website/").json()) == (1, made)
    assert head.put(f"{API}/website/", body).json()["code"] == "stale_version"
    assert as_("lan").get(f"{API}/website/").status_code == 403
    assert as_("publisher").post(f"{API}/sightings/look/").status_code == 202
    piece = step("head", step("lan", create("lan"), "submit").json(), "approve").json()
    with portal_scope(world.portal):
        Sighting.objects.create(
            portal=world.portal,
            piece_id=world.people["lan"].pieces.get().pk,
            url="https://xa.example/7",
            title="Ấp Mẫu làm đường",
            likeness=100,
            seen_at=at("2026-08-03T09:00"),
        )
    (seen,) = as_("publisher").get(f"{API}/sightings/").json()["results"]
    assert (seen["piece"], seen["piece_version"]) == (piece["id"], piece["version"])
    body = {"accept": True, "version": piece["version"]}
    answered = as_("publisher").post(f"{API}/sightings/{seen['id']}/answer/", body).json()
    assert answered["state"] == "accepted"
    assert head.get(f"{API}/pieces/{piece['id']}/").json()["published_url"] == "https://xa.example/7"
    key = head.post(f"{API}/feed-keys/", {"name": "Trang xã"}).json()
    assert len(key["key"]) == 32
    assert [set(row) for row in head.get(f"{API}/feed-keys/").json()["results"]] == [set(key) - {"key"}]
    assert head.post(f"{API}/feed-keys/{key['id']}/revoke/").json()["revoked_at"] is not None
    assert as_("deputy").post(f"{API}/feed-keys/", {"name": "x"}).status_code == 403
