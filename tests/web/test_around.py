"""Pages around the newsroom: looking up, documents, what looks alike, the website and its feed."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from contributors import clock, document_sheets, feeds, watching
from contributors.likeness import TASK
from contributors.models import DocumentFile, FeedKey, Job, Piece, SavedView, Sighting, Website
from tests.contributors.test_documents import PDF, row, sheet
from tests.web.conftest import summary_of, texts
from tests.web.test_queries import asked, same_for_one_and_many

BODY = "Sáng nay bà con ấp Tân Lợi ra quân phát quang bụi rậm, thu gom rác và trồng hoa hai bên tuyến đường dài."


def rows(answer) -> list[str]:
    return [piece.title for piece in answer.context["page"].rows]


def test_archive_searches_filters_and_goes_on(world, as_):
    for nth in range(53):
        world.draft("lan", title=f"Tin số {nth}")
    world.submitted("hoa", title="Tập huấn nuôi lươn", genre="article")
    head = as_("head")
    first = head.get("/archive/?q=tin so")
    assert rows(first) == [f"Tin số {nth}" for nth in range(52, 2, -1)]
    assert rows(head.get(f"/archive/?{first.context['following']}")) == ["Tin số 2", "Tin số 1", "Tin số 0"]
    assert rows(head.get("/archive/?q=LUON")) == ["Tập huấn nuôi lươn"]
    assert rows(head.get("/archive/?genre=article&state=submitted&state=draft")) == ["Tập huấn nuôi lươn"]
    assert rows(head.get("/archive/?state=submitted,returned")) == ["Tập huấn nuôi lươn"]
    assert rows(head.get(f"/archive/?contributor={world.people['hoa'].public_id}")) == ["Tập huấn nuôi lươn"]
    nothing = head.get("/archive/?q=khongco")
    assert (rows(nothing), "Không tìm thấy tin, bài nào." in texts(nothing)) == ([], True)
    for wrong in ("genre=khac", "unit=x", "first=hôm qua", "state=lạ", "first=2026-07-02&last=2026-07-01"):
        answer = head.get(f"/archive/?{wrong}")
        assert (answer.status_code, rows(answer)) == (422, []), wrong
    assert rows(head.get("/archive/?after=made-up"))[0] == "Tập huấn nuôi lươn"


def test_archive_opens_the_page_that_its_reader_may_see(world, as_):
    piece = world.submitted("lan")
    for name, address in (("head", f"/review/{piece.public_id}/"), ("accountant", f"/pieces/{piece.public_id}/")):
        assert address in texts(as_(name).get("/archive/"))
        assert as_(name).get(address).status_code == 200


def test_archive_asks_a_constant_number_of_questions(world, as_):
    same_for_one_and_many(
        as_("head"), "/archive/?q=tin", lambda count: [world.draft(title=f"Tin {n}") for n in range(count)]
    )


def test_a_view_is_saved_from_the_list_opened_and_deleted(world, as_):
    world.submitted("lan", title="Tin chờ")
    world.draft("lan", title="Tin nháp")
    head, deputy = as_("head"), as_("deputy")
    page = head.get("/archive/?state=submitted&genre=news_item")
    saved = head.post("/archive/views/save/", {"query": page.context["query"], "name": "Chờ duyệt", "shared": "on"})
    view = SavedView.objects.get()
    assert (view.query, view.shared) == ({"state": "submitted", "genre": "news_item"}, True)
    assert rows(head.get(saved["Location"])) == ["Tin chờ"]
    assert "Chờ duyệt" in texts(deputy.get("/archive/"))
    refused = head.post("/archive/views/save/", {"query": page.context["query"], "name": " "})
    assert (refused.status_code, summary_of(refused)) == (422, ["Hãy đặt tên cho bộ lọc."])
    assert deputy.post(f"/archive/views/{view.public_id}/delete/").status_code == 404
    assert head.post(f"/archive/views/{view.public_id}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_document_is_posted_as_a_file_and_given_out_to_keep_only(world, as_):
    deputy = as_("deputy")
    answers = {"client_key": str(uuid.uuid4()), "number": "7/TB", "kind": "Thông báo", "title": "Cúp điện"}
    refused = deputy.post("/documents/", answers)
    assert summary_of(refused) == ["Hãy gửi tệp văn bản, hoặc dán địa chỉ văn bản trên trang."]
    file = io.BytesIO(PDF)
    file.name = "thong-bao.pdf"
    assert deputy.post("/documents/", {**answers, "file": file}).status_code == 302
    stored = DocumentFile.objects.get()
    answer = deputy.get(f"/documents/files/{stored.public_id}/")
    assert (b"".join(answer.streaming_content), answer["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert answer["Content-Disposition"] == 'attachment; filename="thong-bao.pdf"'
    page = deputy.get("/documents/")
    assert (page.context["total"], [piece.document_number for piece in page.context["latest"]]) == (0, ["7/TB"])


def test_documents_page_asks_a_constant_number_of_questions(world, as_):
    def add(count: int) -> None:
        made = [row(f"{uuid.uuid4()}", f"https://xa.example/{uuid.uuid4()}") for _ in range(count)]
        deputy = world.actor("deputy")
        kept = document_sheets.check_documents_sheet(actor=deputy, content=sheet(*made), file_name="a.xlsx")
        document_sheets.confirm_documents_sheet(actor=deputy, sheet=kept)

    same_for_one_and_many(as_("deputy"), "/documents/", add, many=9)


def test_a_sheet_of_documents_is_shown_then_written_or_dropped(world, as_):
    deputy = as_("deputy")
    for name, content, sentence in (
        ("sai.xlsx", sheet(row("", "x")), "thiếu số, ký hiệu"),
        ("dung.xlsx", sheet(row("1/KH", "https://xa.example/1"), row("2/KH", "https://xa.example/2")), "ghi mới"),
    ):
        file = io.BytesIO(content)
        file.name = name
        checked = deputy.post("/documents/sheet/", {"file": file})["Location"]
        page = deputy.get(checked)
        assert sentence in texts(page)
        if name == "sai.xlsx":
            assert "Ghi 1 văn bản" not in texts(page)
            assert deputy.post(checked).status_code == 409
            assert deputy.post(checked, {"discard": "1"})["Location"] == "/documents/"
            continue
        assert "Ghi 2 văn bản" in texts(page)
        assert deputy.post(checked)["Location"] == "/documents/"
    assert list(Piece.objects.order_by("pk").values_list("document_number", flat=True)) == ["1/KH", "2/KH"]
    assert deputy.get("/documents/sheet/template/").content.startswith(b"PK")


def test_review_shows_what_is_alike_and_the_two_beside_each_other(world, as_, work_jobs):
    old = world.submitted("hoa", title="Ấp Tân Lợi dọn đường", body=f"{BODY} Hoà viết.")
    new = world.submitted("lan", title="Đường sạch", body=f"Mở đầu khác. {BODY}")
    work_jobs()
    head = as_("head")
    around = f"/review/{new.public_id}/alike/"
    assert f'hx-get="{around}"' in texts(head.get(f"/review/{new.public_id}/"))
    page, part = texts(head.get(around)), texts(head.get(around, headers={"HX-Request": "true"}))
    address = f"{around}{old.public_id}/"
    assert "<h1>" in page
    assert "<h1>" not in part
    for shown in (page, part):
        assert "Có thể trùng" in shown
        assert address in shown
    both = texts(head.get(address))
    assert f"<mark>{BODY.removesuffix('.')}</mark>" in both
    other = world.submitted("lan", title="Khác", body="Chữ khác hẳn.")
    assert "Không thấy bài nào đã gửi giống bài này." in texts(head.get(f"/review/{other.public_id}/alike/"))
    assert head.get(f"/review/{new.public_id}/alike/{world.draft('hoa').public_id}/").status_code == 404


def test_review_asks_the_same_whatever_is_alike(world, as_, work_jobs):
    piece = world.submitted("lan", body=BODY)
    client, counts = as_("head"), []
    for many in (1, 6):
        for _ in range(many):
            world.submitted("hoa", body=BODY)
        work_jobs()
        counts.append(asked(client, f"/review/{piece.public_id}/alike/"))
    assert counts[0] == counts[1]
    assert Job.objects.filter(task=TASK, state="done").count() == 8


def test_package_in_one_download(world, as_):
    piece = world.approved("lan", photos_by=("lan",), title="Ấp 3")
    answer = as_("publisher").get(f"/publish/{piece.public_id}/zip/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
    assert names == ["tieu-de.txt", "noi-dung.html", "noi-dung.txt", "chu-thich.txt", "01-ap-3.jpg"]
    assert answer["Content-Disposition"] == 'attachment; filename="ap-3.zip"'
    assert "&lt;p&gt;" in texts(as_("publisher").get(f"/publish/{piece.public_id}/"))


def test_a_website_pulls_atom_and_json_and_photos_with_its_key(world, as_):
    piece = world.approved("lan", photos_by=("hoa",), title="Ấp <3> & đường", body="Một\n\nHai")
    head = as_("head")
    page = head.post("/website/keys/", {"name": "Trang xã"})
    key = page.context["key"]
    assert key in texts(page)
    assert key not in texts(head.get("/website/"))
    visitor = Client()
    atom = visitor.get(f"/feed/{key}/atom.xml")
    root = fromstring(atom.content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    (entry,) = root.findall("a:entry", space)
    assert atom["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert entry.findtext("a:title", namespaces=space) == "Ấp <3> & đường"
    assert entry.findtext("a:id", namespaces=space) == f"urn:uuid:{piece.public_id}"
    assert entry.findtext("a:content", namespaces=space).startswith("<p>Một</p>\n<p>Hai</p><figure>")
    enclosure = entry.find("a:link[@rel='enclosure']", space).get("href")
    photo = visitor.get(enclosure.removeprefix("http://127.0.0.1:8000"))
    assert (photo.status_code, photo["Content-Type"]) == (200, "image/jpeg")
    told = json.loads(visitor.get("/feed/feed.json", headers={"X-Feed-Key": key}).content)
    (item,) = told["items"]
    assert (item["title"], item["authors"], len(item["attachments"])) == (
        *("Ấp <3> & đường", [{"name": "Nguyễn Thị Lan"}]),
        1,
    )
    again = visitor.get(f"/feed/{key}/atom.xml", headers={"If-None-Match": atom["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for wrong in (f"/feed/{key}x/atom.xml", "/feed/atom.xml", f"/feed/{key}/rss.xml", "/feed//atom.xml"):
        assert visitor.get(wrong).status_code == 404, wrong
    head.post(f"/website/keys/{FeedKey.objects.get().public_id}/revoke/")
    assert visitor.get(f"/feed/{key}/atom.xml").status_code == 404
    assert visitor.get(enclosure.removeprefix("http://127.0.0.1:8000")).status_code == 404


def test_a_feed_of_another_portal_gives_nothing_of_this_one(world):
    from contributors.scopes import portal_scope
    from tests.factories.world import build_world

    photo = world.approved("lan", photos_by=("lan",)).photos.get()
    other = build_world("xa-khac")
    with portal_scope(other.portal):
        _, key = feeds.make_feed_key(actor=other.actor("head"), name="Khác")
    assert json.loads(Client().get(f"/feed/{key}/feed.json").content)["items"] == []
    assert Client().get(f"/feed/{key}/photos/{photo.public_id}.jpg").status_code == 404


def test_the_website_is_named_and_a_wrong_one_is_told(world, as_):
    admin = as_("admin")
    refused = admin.post("/website/", {"address": "https://xa.example", "feed": "https://khac.example/rss"})
    assert summary_of(refused) == ["Địa chỉ nguồn tin phải nằm trên chính trang xa.example."]
    assert (
        admin.post("/website/", {"address": "https://xa.example", "feed": "https://xa.example/rss"}).status_code == 302
    )
    stale = admin.post("/website/", {"address": "https://xa2.example"})
    assert stale.status_code == 409
    Website.objects.update(problem="website_private", looked_at=clock.now())
    assert "Tên trang dẫn vào mạng nội bộ nên không đọc." in texts(admin.get("/website/"))


def sighting(world, piece, **fields) -> Sighting:
    given = {"url": "https://xa.example/tin/1", "title": piece.title, "likeness": 100, "seen_at": clock.now()}
    return Sighting.objects.create(portal=world.portal, piece=piece, **(given | fields))


@pytest.mark.parametrize(
    ("said", "state", "url"), [("yes", "published", "https://xa.example/tin/1"), ("no", "approved", None)]
)
def test_what_was_seen_is_confirmed_or_dismissed(world, as_, said, state, url):
    with clock.at(clock.now() - timedelta(hours=2)):
        piece = world.approved("lan", title="Ấp 3 ra quân dọn đường")
    seen = sighting(world, piece)
    publisher = as_("publisher")
    assert "1 bài đang chờ đăng có vẻ đã lên trang." in texts(publisher.get("/desk/"))
    assert "Bài này có vẻ đã lên trang." in texts(publisher.get(f"/publish/{piece.public_id}/"))
    assert "https://xa.example/tin/1" in texts(publisher.get("/sightings/"))
    answer = publisher.post(f"/sightings/{seen.public_id}/answer/", {"version": piece.version, "answer": said})
    assert answer["Location"] == "/sightings/"
    piece = world.fresh(piece)
    assert (piece.state, piece.published_url) == (state, url)
    assert publisher.post(f"/sightings/{seen.public_id}/answer/", {"version": 9, "answer": said}).status_code == 409


def test_sightings_ask_a_constant_number_of_questions_and_a_look_is_promised(world, as_):
    def add(count: int) -> None:
        for _ in range(count):
            piece = world.approved("lan", title=f"Tin {uuid.uuid4()}")
            sighting(world, piece, url=f"https://xa.example/{piece.public_id}")

    publisher = as_("publisher")
    assert publisher.post("/sightings/look/").status_code == 409
    watching.set_website(actor=world.actor("head"), address="https://xa.example", feed="https://xa.example/rss")
    Job.objects.all().delete()
    assert publisher.post("/sightings/look/").status_code == 302
    assert Job.objects.filter(task=watching.TASK).count() == 1
    same_for_one_and_many(publisher, "/sightings/", add, many=6)
