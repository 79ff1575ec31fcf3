"""Sending over HTTP: drafts kept, files in parts, photos changed and blurred, films, versions, entering, the pledge."""

from __future__ import annotations

import io
import uuid
from typing import Any

from PIL import Image

from contributors.models import Piece, Pledge
from contributors.scopes import portal_scope
from tests.contributors.sending import noisy
from tests.factories.world import World

PIECES = "/api/v1/pieces/"


def photo(colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def announce(client: Any, piece: dict[str, Any], content: bytes, **fields: Any) -> Any:
    asked = {"client_key": str(uuid.uuid4()), "kind": "photo", "file_name": "anh.jpg", "size": len(content)}
    return client.post(f"{PIECES}{piece['id']}/uploads/", asked | fields)


def part(client: Any, piece: dict[str, Any], upload: dict[str, Any], content: bytes, offset: int = 0) -> Any:
    return client.patch(
        f"{PIECES}{piece['id']}/uploads/{upload['id']}/",
        data=content,
        content_type="application/octet-stream",
        HTTP_UPLOAD_OFFSET=str(offset),
    )


def test_draft_is_kept_again_and_again_at_one_address(world: World, as_: Any) -> None:
    client = as_("lan")
    address = f"/api/v1/drafts/{uuid.uuid4()}/"
    first = client.put(address, {"genre": "news_item", "body": "Tối qua ấp họp"})
    assert (first.status_code, first.json()["version"], first.json()["words"]) == (200, 1, 4)
    body = {"genre": "news_item", "title": "Ấp họp", "body": "Tối qua ấp họp dân.", "topic": "nong-thon-moi"}
    second = client.put(address, body | {"version": 1})
    assert (second.json()["version"], second.json()["id"]) == (2, first.json()["id"])
    stale = client.put(address, body | {"version": 1, "title": "Khác"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    piece = client.get(f"{PIECES}{first.json()['id']}/").json()
    assert (piece["title"], piece["topic"]["code"], piece["revisions"], piece["words"]) == (
        "Ấp họp",
        "nong-thon-moi",
        1,
        5,
    )
    other = as_("hoa").put(address, body | {"version": 2})
    assert (other.status_code, other.json()["code"]) == (404, "not_found")
    long = client.put(address, body | {"version": 2, "body": "xã " * 50_000})
    assert (long.status_code, long.json()["code"]) == (422, "text_long")


def test_file_in_parts_over_http(world: World, create: Any, as_: Any, work_jobs: Any, step: Any) -> None:
    client, piece, content = as_("lan"), create("lan"), noisy()
    key = str(uuid.uuid4())
    begun = announce(client, piece, content, client_key=key, caption="Họp", photographer=None)
    assert begun.status_code == 201
    upload = begun.json()
    half = len(content) // 2
    assert part(client, piece, upload, content[:half]).json()["received"] == half
    gap = part(client, piece, upload, content[half + 1 :], half + 1)
    assert (gap.status_code, gap.json()["code"]) == (409, "upload_gap")
    assert gap.json()["detail"] == f"Máy chủ mới nhận được {half} byte. Hãy gửi tiếp từ đó."
    again = announce(client, piece, content, client_key=key)
    assert (again.status_code, again.json()["id"], again.json()["received"]) == (200, upload["id"], half)
    waiting = step("lan", piece, "submit")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "uploads_waiting")
    assert part(client, piece, upload, content[half:], half).json()["state"] == "processing"
    work_jobs()
    address = f"{PIECES}{piece['id']}/uploads/"
    done = client.get(f"{address}{upload['id']}/").json()
    now = client.get(f"{PIECES}{piece['id']}/").json()
    assert (done["state"], done["photo"]) == ("done", now["photos"][0]["id"])
    assert client.get(address).json() == []
    assert (now["photos"][0]["caption"], now["photos"][0]["photographer"]) == ("Họp", None)
    assert step("lan", now, "submit").status_code == 200


def test_upload_asked_for_wrongly(world: World, create: Any, as_: Any) -> None:
    client, piece = as_("lan"), create("lan")
    huge = announce(client, piece, b"", size=200 * 2**20)
    assert (huge.status_code, huge.json()["code"]) == (422, "photo_large")
    upload = announce(client, piece, b"12345").json()
    for offset in ("", "-1", "x", "9" * 20):
        wrong = client.patch(
            f"{PIECES}{piece['id']}/uploads/{upload['id']}/",
            data=b"1",
            content_type="application/octet-stream",
            HTTP_UPLOAD_OFFSET=offset,
        )
        assert wrong.status_code == 422
    large = part(client, piece, upload, b"\0" * (4 * 2**20 + 1))
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert announce(as_("hoa"), piece, b"12345").status_code == 404
    assert announce(as_("writer"), piece, b"12345").status_code == 403
    dropped = client.delete(f"{PIECES}{piece['id']}/uploads/{upload['id']}/")
    assert dropped.json()["state"] == "cancelled"
    again = client.delete(f"{PIECES}{piece['id']}/uploads/{upload['id']}/")
    assert (again.status_code, again.json()["code"]) == (409, "upload_ended")


def test_photos_are_changed_ordered_blurred_and_taken_out(
    world: World, create: Any, as_: Any, work_jobs: Any, step: Any
) -> None:
    client, piece = as_("lan"), create("lan")
    for colour in ("green", "red"):
        content = photo(colour)
        part(client, piece, announce(client, piece, content).json(), content)
    work_jobs()
    now = client.get(f"{PIECES}{piece['id']}/").json()
    first, second = now["photos"]
    address = f"{PIECES}{piece['id']}/photos/"
    hoa = str(world.people["hoa"].public_id)
    body = {"version": now["version"], "caption": "Đường mới", "photographer": hoa}
    now = client.patch(f"{address}{first['id']}/", body).json()
    assert (now["photos"][0]["caption"], now["photos"][0]["photographer"]["id"]) == ("Đường mới", hoa)
    now = client.put(f"{address}order/", {"version": now["version"], "photos": [second["id"], first["id"]]}).json()
    assert [each["id"] for each in now["photos"]] == [second["id"], first["id"]]
    now = client.post(f"{address}{second['id']}/remove/", {"version": now["version"]}).json()
    assert [each["id"] for each in now["photos"]] == [first["id"]]
    sent = step("lan", now, "submit").json()
    areas = [{"left": 100, "top": 100, "width": 300, "height": 300}]
    blur = {"version": sent["version"], "areas": areas}
    assert client.post(f"{address}{first['id']}/blur/", blur).status_code == 403
    blurred = as_("head").post(f"{address}{first['id']}/blur/", blur).json()
    assert blurred["photos"][0]["id"] != first["id"]
    assert blurred["photos"][0]["caption"] == "Đường mới"
    assert as_("head").post(f"{address}{first['id']}/blur/", blur).status_code == 404
    outside = as_("head").post(
        f"{address}{blurred['photos'][0]['id']}/blur/",
        {"version": blurred["version"], "areas": [areas[0] | {"left": 900}]},
    )
    assert (outside.status_code, outside.json()["code"]) == (422, "blur_areas_wrong")


def test_film_by_its_address(world: World, create: Any, as_: Any) -> None:
    client, piece = as_("lan"), create("lan", genre="video", body="")
    address = f"{PIECES}{piece['id']}/attachments/"
    body = {"version": 1, "kind": "video", "url": "https://phim.example/1", "seconds": 200, "caption": "Hội thi"}
    now = client.post(address, body)
    assert now.status_code == 201
    [film] = now.json()["attachments"]
    assert (film["url"], film["seconds"], film["size"]) == ("https://phim.example/1", 200, 0)
    wrong = client.post(address, body | {"version": 2, "url": "ftp://phim.example/1"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "url_malformed")
    gone = client.post(f"{address}{film['id']}/remove/", {"version": 2}).json()
    assert (gone["attachments"], gone["version"]) == ([], 3)
    assert client.post(f"{address}{film['id']}/remove/", {"version": 3}).status_code == 404


def test_versions_and_what_is_different(world: World, create: Any, as_: Any) -> None:
    client, piece = as_("lan"), create("lan", title="Ấp họp", body="Tối qua.")
    client.patch(f"{PIECES}{piece['id']}/", {"version": 1, "title": "Ấp Ba họp", "topic": "nong-thon-moi"})
    rows = client.get(f"{PIECES}{piece['id']}/revisions/").json()
    assert [(row["number"], row["saved_by"]) for row in rows] == [(2, "Nguyễn Thị Lan"), (1, "Nguyễn Thị Lan")]
    found = client.get(f"{PIECES}{piece['id']}/difference/?from=1&to=2").json()
    assert found["title"] == [
        {"kind": "same", "text": "Ấp "},
        {"kind": "new", "text": "Ba "},
        {"kind": "same", "text": "họp"},
    ]
    assert found["facts"] == [{"what": "Chuyên mục", "before": "", "after": "Nông thôn mới"}]
    assert client.get(f"{PIECES}{piece['id']}/difference/?from=1").status_code == 422
    unknown = client.get(f"{PIECES}{piece['id']}/difference/?from=1&to=9")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "revision_unknown")
    assert as_("hoa").get(f"{PIECES}{piece['id']}/revisions/").status_code == 404


def test_pledge_goes_along_with_sending(world: World, create: Any, as_: Any, step: Any) -> None:
    text = as_("lan").get("/api/v1/pledge/").json()
    assert (text["version"], len(text["own"]), len(text["on_behalf"])) == ("2023-07", 4, 3)
    piece = create("lan")
    missing = step("lan", piece, "submit", pledge=None)
    assert (missing.status_code, missing.json()["code"]) == (422, "pledge_missing")
    assert step("lan", piece, "submit", pledge=text["version"]).status_code == 200
    with portal_scope(world.portal):
        assert Pledge.objects.get().text_version == "2023-07"


def test_piece_entered_for_somebody_not_registered(world: World, as_: Any) -> None:
    body = {
        "client_key": str(uuid.uuid4()),
        "genre": "news_item",
        "full_name": "Kiều Văn Mới",
        "unit": str(world.unit.public_id),
        "text": "Ấp có điện\nBà con mừng.",
    }
    made = as_("writer").post(f"{PIECES}enter/", body)
    assert made.status_code == 201
    assert (made.json()["title"], made.json()["contributor"]["name"]) == ("Ấp có điện", "Kiều Văn Mới")
    assert made.json()["entered_by"] == "Phan Thị Viết"
    assert as_("writer").post(f"{PIECES}enter/", body).status_code == 200
    assert as_("lan").post(f"{PIECES}enter/", body | {"client_key": str(uuid.uuid4())}).status_code == 403
    with portal_scope(world.portal):
        assert Piece.objects.count() == 1


def test_genres_and_topics_are_kept_by_the_administrator(world: World, as_: Any) -> None:
    admin = as_("admin")
    new = {"code": "phong_su", "name": "Phóng sự", "counts_as": "piece", "least_words": 500}
    made = admin.post("/api/v1/genres/", new)
    assert (made.status_code, made.json()["least_words"], made.json()["version"]) == (201, 500, 1)
    assert admin.post("/api/v1/genres/", new).json()["code"] == "code_taken"
    assert as_("head").post("/api/v1/genres/", new | {"code": "khac"}).status_code == 403
    changed = admin.patch("/api/v1/genres/phong_su/", {"version": 1, "example": "Một ngày theo đò."}).json()
    assert (changed["example"], changed["version"]) == ("Một ngày theo đò.", 2)
    assert admin.patch("/api/v1/genres/phong_su/", {"version": 1, "name": "Ký"}).status_code == 409
    codes = [row["code"] for row in admin.get("/api/v1/genres/").json()]
    turned = admin.put("/api/v1/genres/order/", {"codes": codes[::-1]}).json()
    assert [row["code"] for row in turned] == codes[::-1]
    assert admin.put("/api/v1/genres/order/", {"codes": codes[1:]}).json()["code"] == "order_incomplete"
    assert admin.post("/api/v1/genres/phong_su/retire/", {"version": 2}).json()["retired_on"] == "2026-08-03"
    refused = as_("lan").post(
        PIECES, {"client_key": str(uuid.uuid4()), "genre": "phong_su", "title": "Tin", "body": "Dài."}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "genre_retired")
    topic = admin.post("/api/v1/topics/", {"code": "lanh-dao", "name": "Lãnh đạo", "leader_activity": True})
    assert topic.status_code == 201
    renamed = admin.patch("/api/v1/topics/lanh-dao/", {"version": 1, "name": "Lãnh đạo xã"}).json()
    assert (renamed["name"], renamed["leader_activity"], renamed["version"]) == ("Lãnh đạo xã", True, 2)
    assert admin.put("/api/v1/topics/order/", {"codes": ["lanh-dao", "nong-thon-moi"]}).status_code == 200
    assert admin.post("/api/v1/topics/lanh-dao/retire/", {"version": 2, "retired": True}).json()["version"] == 3
    assert admin.patch("/api/v1/genres/khong_co/", {"version": 1}).status_code == 404
