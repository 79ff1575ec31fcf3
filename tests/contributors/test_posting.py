"""From the newsroom to the website: packages, feeds, and the website that is watched."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock, feeds, fetching, watching
from contributors.errors import DomainError
from contributors.fetching import fetch
from contributors.models import Event, FeedKey, Job, PieceState, Sighting, Website
from contributors.packages import clean_html, package_of, plain_name, zipped
from contributors.website_entries import entries_of
from tests.contributors.states import HOUR, piece_in


@pytest.fixture(autouse=True)
def _own_surroundings(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def unpacked(world, piece, by="publisher") -> dict[str, bytes]:
    content = b"".join(zipped(package_of(actor=world.actor(by), piece=piece)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_package_has_title_html_text_captions_and_photos_in_order(cell):
    piece = cell.approved(
        "lan", photos_by=("hoa", "lan"), title="Ấp <3> dọn đường", body="Một & hai\n\n- việc này\n- việc kia\n\nHết"
    )
    files = unpacked(cell, piece)
    assert list(files) == [
        *("tieu-de.txt", "noi-dung.html", "noi-dung.txt", "chu-thich.txt"),
        *("01-ap-3-don-duong.jpg", "02-ap-3-don-duong.jpg"),
    ]
    assert files["tieu-de.txt"].decode("utf-8-sig") == "Ấp <3> dọn đường"
    page = files["noi-dung.html"].decode()
    assert "<h1>Ấp &lt;3&gt; dọn đường</h1>\n<p>Một &amp; hai</p>\n<ul><li>việc này</li><li>việc kia</li></ul>" in page
    assert "style" not in page
    assert files["chu-thich.txt"].decode("utf-8-sig").split("\r\n") == [
        "01-ap-3-don-duong.jpg: Ảnh 0 (Ảnh: Lê Hoà)",
        "02-ap-3-don-duong.jpg: Ảnh 1 (Ảnh: Nguyễn Thị Lan)",
    ]
    assert files["01-ap-3-don-duong.jpg"].startswith(b"\xff\xd8\xff")
    assert files["01-ap-3-don-duong.jpg"] != files["02-ap-3-don-duong.jpg"]
    for by, code in (("lan", "not_allowed"), ("accountant", "not_allowed")):
        with pytest.raises(DomainError, match=code):
            package_of(actor=cell.actor(by), piece=piece)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("Một\nhai", "<p>Một<br>\nhai</p>"),
        ("Kể:\n- a\n• b\nhết", "<p>Kể:</p>\n<ul><li>a</li><li>b</li></ul>\n<p>hết</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("-5 độ", "<p>-5 độ</p>"),
        ("a\n \n\n\nb", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_html_is_clean(body, html):
    assert clean_html(body) == html


def test_a_file_name_suits_every_machine():
    assert (plain_name("Đường/ấp: 3?"), plain_name("…"), len(plain_name("a" * 300))) == ("duong-ap-3", "tep", 80)


def test_a_feed_key_is_told_once_kept_as_a_hash_and_opens_until_revoked(cell):
    row, key = feeds.make_feed_key(actor=cell.actor("head"), name=" Trang  chính ")
    assert (row.name, key.encode() in bytes(FeedKey.objects.get(pk=row.pk).key_hash)) == ("Trang chính", False)
    assert feeds.portal_of_key(key).pk == cell.portal.pk
    for wrong in ("", key[:-1], key + "x"):
        with pytest.raises(DomainError, match="not_found"):
            feeds.portal_of_key(wrong)
    feeds.revoke_feed_key(actor=cell.actor("admin"), public_id=row.public_id)
    with pytest.raises(DomainError, match="not_found"):
        feeds.portal_of_key(key)
    kinds = Event.objects.filter(subject_type="feedkey").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["feed_key.made", "feed_key.revoked"]


def test_a_feed_has_approved_and_published_pieces_and_nothing_else(cell):
    shown = [piece_in(cell, state, title=f"Tin {state}") for state in (PieceState.APPROVED, PieceState.PUBLISHED)]
    hidden = [s for s in PieceState.values if s not in {PieceState.APPROVED, PieceState.PUBLISHED}]
    for state in hidden:
        piece_in(cell, state, title=f"Tin {state}")
    feed = feeds.feed_of(cell.portal)
    assert {entry.piece.pk for entry in feed.entries} == {piece.pk for piece in shown}
    with clock.at(HOUR + timedelta(hours=4)):  # the hour of the scheduled one has come
        titles = {entry.piece.title for entry in feeds.feed_of(cell.portal).entries}
    assert titles == {"Tin approved", "Tin published", "Tin scheduled"}
    assert {entry.authors for entry in feed.entries} == {("Nguyễn Thị Lan",)}


def test_a_feed_asks_the_same_for_one_and_for_many_and_gives_photos_of_offered_pieces_only(cell):
    one = cell.approved("lan", photos_by=("lan",))
    with CaptureQueriesContext(connection) as queries:
        first = feeds.feed_of(cell.portal)
    for nth in range(4):
        cell.approved("hoa", photos_by=("lan", "hoa"), title=f"Tin {nth}")
    with CaptureQueriesContext(connection) as more:
        assert len(feeds.feed_of(cell.portal).entries) == 5
    assert len(queries) == len(more) == 4
    photo = first.entries[0].photos[0]
    assert feeds.feed_photo(photo.public_id).pk == photo.pk
    submitted = cell.submitted("lan", photos_by=("lan",))
    for public_id in (submitted.photos.get().public_id, one.public_id):
        with pytest.raises(DomainError, match="not_found"):
            feeds.feed_photo(public_id)


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Trang xã</title>
<item><title>Ấp 3 ra quân dọn đường</title><link>{base}/tin/1</link><pubDate>Fri, 10 Jul 2026 08:30:00 +0700</pubDate></item>
<item><title>Không liên quan gì cả</title><link>{base}/tin/2</link></item>
<item><title>Trang khác</title><link>http://evil.example/tin/3</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>Tin một</title>
<link rel="self" href="{base}/x"/><link href="{base}/tin/1"/><updated>2026-07-10T08:30:00Z</updated></entry></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{base}/tin/ap-3-ra-quan-don-duong-12345.html</loc><lastmod>2026-07-10</lastmod></url>
<url><loc>{base}/tin/7</loc><n:news><n:title>Tin bảy</n:title><n:publication_date>2026-07-10T07:00:00+07:00</n:publication_date></n:news></url></urlset>"""


def test_entries_of_rss_atom_and_sitemap():
    base = "https://www.xa.example"
    rss = entries_of(RSS.format(base=base).encode(), host="xa.example")
    assert [(entry.url, entry.title) for entry in rss] == [
        (f"{base}/tin/1", "Ấp 3 ra quân dọn đường"),
        (f"{base}/tin/2", "Không liên quan gì cả"),
    ]
    assert rss[0].posted_at.isoformat() == "2026-07-10T08:30:00+07:00"
    (atom,) = entries_of(ATOM.format(base=base).encode(), host="xa.example")
    assert (atom.url, atom.title, atom.posted_at.isoformat()) == (
        f"{base}/tin/1",
        "Tin một",
        "2026-07-10T08:30:00+00:00",
    )
    first, second = entries_of(SITEMAP.format(base=base).encode(), host="www.xa.example")
    assert (first.title, first.by_slug, first.posted_at) == ("ap 3 ra quan don duong", True, None)
    assert (second.title, second.by_slug) == ("Tin bảy", False)


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
)
FILE = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&f;</title></item></channel></rss>'


@pytest.mark.parametrize("content", ["", "<html><body>tin</body></html>", "{}", BOMB, FILE, "<rss>", "\x00\x01"])
def test_what_is_no_feed_is_refused(content):
    with pytest.raises(DomainError, match="website_not_feed"):
        entries_of(content.encode(), host="xa.example")


class Site:
    """A website on this machine: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []


@contextmanager
def running() -> Iterator[tuple[Site, str]]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, headers, body = site.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_args) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refused(code: str, address: str, host: str = "127.0.0.1") -> None:
    with pytest.raises(DomainError) as told:
        fetch(address, host=host)
    assert told.value.code == code


def test_fetching_stays_on_the_host_and_within_bounds(settings, monkeypatch):
    settings.PRIVATE_WEBSITES = True
    with running() as (site, base):
        site.answers |= {
            "/ok": (200, {}, b"tin"),
            "/moved": (302, {"Location": "/ok"}, b""),
            "/loop": (301, {"Location": "/loop"}, b""),
            "/away": (302, {"Location": "http://localhost:1/ok"}, b""),
            "/file": (302, {"Location": "file:///etc/hostname"}, b""),
            "/large": (200, {}, b"x" * 3000),
            "/short": (200, {"Content-Length": "900"}, b"x"),
        }
        assert (fetch(f"{base}/ok", host="127.0.0.1"), fetch(f"{base}/moved", host="127.0.0.1")) == (b"tin", b"tin")
        for path, code in (
            ("/loop", "website_refuses"),
            ("/away", "website_elsewhere"),
            ("/file", "website_elsewhere"),
        ):
            refused(code, base + path)
        refused("website_refuses", f"{base}/nothing")
        refused("website_elsewhere", f"{base}/ok", host="xa.example")
        refused("website_elsewhere", base.replace("http://", "http://user@") + "/ok")
        refused("website_elsewhere", "http://127.0.0.1:99999/")
        monkeypatch.setattr(fetching, "MOST_BYTES", 2000)
        refused("website_large", f"{base}/large")
        monkeypatch.setattr(fetching, "SECONDS", -1.0)
        refused("website_unreachable", f"{base}/ok")
    refused("website_unreachable", f"{base}/ok")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.8]", "0.0.0.0"],  # noqa: S104,
)
def test_private_addresses_are_not_asked(host):
    refused("website_private", f"http://{host}/feed", host=host.strip("[]"))


def test_a_name_is_resolved_once_and_a_mixed_answer_is_refused(monkeypatch):
    entry = lambda address: (2, 1, 6, "", (address, 80))  # noqa: E731
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [entry("93.184.216.34"), entry("10.0.0.1")])
    refused("website_private", "http://xa.example/feed", host="xa.example")
    refused("website_elsewhere", "http://xa.example:8080/feed", host="xa.example")


def test_watching_proposes_and_a_person_says_yes_or_no(cell, settings):
    settings.PRIVATE_WEBSITES = True
    with clock.at(HOUR - timedelta(hours=3)):
        right = cell.approved("lan", title="Ấp 3 ra quân dọn đường")
    other = cell.approved("hoa", title="Lớp tập huấn nuôi lươn không bùn")
    with running() as (site, base):
        site.answers["/rss"] = (200, {}, RSS.format(base=base).encode())
        website = watching.set_website(actor=cell.actor("head"), address=base, feed=f"{base}/rss")
        assert watching.promise_looks() == 0  # one waits already
        (job,) = Job.objects.filter(task=watching.TASK)
        watching.look_at_website(job)
        watching.look_at_website(job)
    website = Website.objects.get(pk=website.pk)
    assert (website.problem, website.entries, website.looked_at) == ("", 2, HOUR)
    (seen,) = watching.sightings_waiting(cell.actor("publisher"))
    assert (seen.piece_id, seen.likeness, seen.url) == (right.pk, 100, f"{base}/tin/1")
    for by in ("lan", "head", "admin"):
        with pytest.raises(DomainError, match="not_allowed"):
            watching.answer_sighting(
                actor=cell.actor(by), public_id=seen.public_id, accept=True, seen_version=right.version
            )
    with pytest.raises(DomainError, match="stale_version"):
        watching.answer_sighting(actor=cell.actor("publisher"), public_id=seen.public_id, accept=True, seen_version=99)
    assert Sighting.objects.get(pk=seen.pk).state == "proposed"
    watching.answer_sighting(
        actor=cell.actor("publisher"), public_id=seen.public_id, accept=True, seen_version=right.version
    )
    right = cell.fresh(right)
    assert (right.state, right.published_url, right.published_at.isoformat()) == (
        *(PieceState.PUBLISHED, f"{base}/tin/1"),
        "2026-07-10T01:30:00+00:00",
    )
    assert cell.fresh(other).state == PieceState.APPROVED
    with pytest.raises(DomainError, match="sighting_answered"):
        watching.answer_sighting(actor=cell.actor("deputy"), public_id=seen.public_id, accept=False, seen_version=1)
    assert list(watching.sightings_waiting(cell.actor("deputy"))) == []


def test_what_was_dismissed_is_not_proposed_again_and_questions_do_not_grow(cell):
    cell.approved("lan", title="Ấp 3 ra quân dọn đường")
    entries = entries_of(RSS.format(base="https://xa.example").encode(), host="xa.example")
    (seen,) = watching.propose_sightings(cell.portal, entries, HOUR)
    watching.answer_sighting(actor=cell.actor("deputy"), public_id=seen.public_id, accept=False, seen_version=1)
    with CaptureQueriesContext(connection) as queries:
        assert watching.propose_sightings(cell.portal, entries, HOUR) == []
    for nth in range(9):
        cell.approved("hoa", title=f"Một tin hoàn toàn khác hẳn số {nth}")
    with CaptureQueriesContext(connection) as more:
        assert watching.propose_sightings(cell.portal, entries, HOUR) == []
    assert len(queries) == len(more)
    kinds = Event.objects.filter(kind__startswith="sighting").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["sighting.proposed", "sighting.dismissed"]


def test_a_website_that_does_not_answer_is_told_on_its_page_and_fails_no_job(cell, settings):
    website = watching.set_website(
        actor=cell.actor("admin"), address="http://127.0.0.1", feed="http://127.0.0.1/rss", seen_version=None
    )
    (job,) = Job.objects.filter(task=watching.TASK)
    watching.look_at_website(job)
    assert Website.objects.get(pk=website.pk).problem == "website_private"
    again = watching.set_website(actor=cell.actor("admin"), address="https://xa.example", seen_version=1)
    assert (again.pk, again.problem, again.feed, again.version) == (website.pk, "", "", 2)
    watching.look_at_website(job)  # no feed any more: nothing is asked
    with pytest.raises(DomainError, match="stale_version"):
        watching.set_website(actor=cell.actor("head"), address="https://khac.example", seen_version=1)
