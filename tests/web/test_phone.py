"""The contributor's phone: what makes the pages an app, things shared, the way out of Zalo, cards, readers, help."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from contributors.errors import DomainError
from contributors.first_sentence import first_sentence, title_of
from contributors.handovers import open_elsewhere
from contributors.models import Event, LoginCode, Photo, Piece, ReaderCount, Upload
from contributors.readers import readers_of, record_readers
from tests.factories.world import at, picture
from tests.web.conftest import summary_of, texts

ZALO = "Mozilla/5.0 (Linux; Android 13; SM-A047F; wv) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Zalo android/13050600"
ZALO_APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Zalo iOS/580"
CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"


def test_manifest_names_icons_that_are_there_and_where_to_share(db):
    client = Client()
    answer = client.get("/manifest.webmanifest")
    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["display"], told["share_target"]["action"]) == ("/", "standalone", "/share/")
    assert [icon["purpose"] for icon in told["icons"]] == ["any", "any", "maskable"]
    for icon in told["icons"]:
        drawn = Image.open(io.BytesIO(client.get(icon["src"]).content))
        assert f"{drawn.width}x{drawn.height}" == icon["sizes"]
    maskable = Image.open(io.BytesIO(client.get("/icons/maskable.png").content)).convert("RGB")
    assert maskable.getpixel((0, 0)) == (0x0B, 0x5D, 0x3B)
    assert client.get("/icons/mine.png").status_code == 404


def test_worker_keeps_the_shell_and_nothing_of_a_person(world, as_):
    lan = as_("lan")
    answer = lan.get("/sw.js")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript", "no-cache")
    shell = json.loads(texts(answer).splitlines()[0].removeprefix("self.shell = ").rstrip(";"))
    assert shell["pages"] == {"vi": "/offline/?in=vi", "en": "/offline/?in=en"}
    assert all(file.startswith(("/static/web/", "/offline/")) for file in shell["files"])
    for page in shell["pages"].values():
        shown = texts(lan.get(page))
        for private in (
            "Nguyễn Thị Lan",
            world.portal.name,
            "csrfmiddlewaretoken",
            str(world.accounts["lan"].public_id),
        ):
            assert private not in shown
    assert "No network" in texts(lan.get("/offline/?in=en"))
    assert "worker-src 'self'" in lan.get("/me/")["Content-Security-Policy"]


def share(client: Client, *, site: str | None = "none", **fields):
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    return client.post("/share/", fields, headers=headers)


def test_shared_things_become_one_draft_with_its_photos(world, as_, work_jobs):
    lan = as_("lan")
    for _ in range(2):
        files = [SimpleUploadedFile(f"{n}.jpg", picture(n)) for n in (1, 2)] + [
            SimpleUploadedFile("x.jpg", b"no photo")
        ]
        answer = share(lan, title="", text="Ấp họp dân tối qua\nĐông lắm", url="https://xa.example/1", photos=files)
        piece = Piece.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/send/{piece.public_id}/text/")
    work_jobs()
    assert (piece.title, piece.body) == ("Ấp họp dân tối qua", "Ấp họp dân tối qua\nĐông lắm\nhttps://xa.example/1")
    assert Photo.objects.filter(piece=piece).count() == 2
    assert Upload.objects.exclude(photo=None).count() == 2
    assert "x.jpg: Tệp này không phải ảnh" in texts(lan.get(f"/send/{piece.public_id}/text/"))


def test_another_site_shares_nothing_and_a_visitor_logs_in_first(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.accounts["lan"])
    for site in ("cross-site", "same-site", None):
        assert share(client, site=site, text="Tin").status_code == 403
    assert not Piece.objects.exists()
    visitor = Client()
    photo = SimpleUploadedFile("1.jpg", picture(1))
    answer = share(visitor, text="Ấp họp dân", photos=[photo])
    assert answer["Location"] == "/login/?next=%2Fsend%2F"
    assert "chia sẻ ảnh lại một lần nữa" in texts(visitor.get("/login/"))
    visitor.force_login(world.accounts["lan"])
    form = visitor.get("/send/text/?genre=news_item").context["form"]
    assert (form["title"].value(), form["body"].value()) == ("Ấp họp dân", "Ấp họp dân")
    assert visitor.get("/send/text/?genre=news_item").context["form"]["body"].value() is None


def test_three_answers_make_the_first_sentence(world, as_):
    lan = as_("lan")
    refused = lan.post("/send/begin/?genre=news_item", {"where": "ấp Mẫu"})
    assert (refused.status_code, summary_of(refused)[0][:13]) == (422, "Hãy ghi chuyện"[:13])
    answer = lan.post(
        "/send/begin/?genre=news_item",
        {"what": "Ra quân dọn đường.", "where": "tại tuyến đường số 3", "who": "bốn mươi hộ dân"},
    )
    form = lan.get(answer["Location"]).context["form"]
    assert form["body"].value() == "Bốn mươi hộ dân ra quân dọn đường, tại tuyến đường số 3."
    assert form["title"].value() == "Bốn mươi hộ dân ra quân dọn đường, tại tuyến đường số 3"
    assert form["event_place"].value() == "tại tuyến đường số 3"


@pytest.mark.parametrize(
    ("what", "where", "who", "said"),
    [
        ("họp dân", "", "", "Họp dân."),
        ("Hội Nông dân ra mắt tổ mới", "ấp Mẫu", "Chị Lan", "Chị Lan Hội Nông dân ra mắt tổ mới, tại ấp Mẫu."),
        ("", "ấp Mẫu", "", "Ấp Mẫu."),
        ("UBND xã họp", "Ở hội trường", "", "UBND xã họp, tại hội trường."),
        ("", "", "", ""),
    ],
)
def test_first_sentence(what, where, who, said):
    assert first_sentence(what=what, where=where, who=who) == said
    assert len(title_of("chữ " * 60)) <= 120


def test_way_out_of_another_application_takes_the_login_along_once(world):
    inside = Client(headers={"User-Agent": ZALO})
    inside.force_login(world.accounts["lan"])
    assert "Bạn đang mở trong Zalo" in texts(inside.get("/me/"))
    page = inside.post("/elsewhere/", {"next": "/send/"})
    address, intent = page.context["address"], page.context["intent"]
    assert intent.startswith("intent://")
    assert intent.endswith(";package=com.android.chrome;end")
    path = "/" + address.split("/", 3)[3]
    browser = Client(headers={"User-Agent": CHROME})
    shown = browser.get(path)  # looking spends nothing
    assert "Chào Nguyễn Thị Lan" in texts(shown)
    assert "next=%2Fsend%2F" in browser.post(path)["Location"]
    assert browser.get("/send/").status_code == 200
    assert Client().post(path).status_code != 302
    assert Event.objects.filter(kind="code.taken_along").count() == 1
    assert "Bạn đang mở trong" not in texts(browser.get("/me/"))

    later = inside.post("/elsewhere/", {"next": "https://xau.example/"}).context["address"]
    assert "next=%2F" in later
    assert "xau" not in later
    LoginCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get("/" + later.split("/", 3)[3]).status_code != 200
    apple = Client(headers={"User-Agent": ZALO_APPLE})
    apple.force_login(world.accounts["lan"])
    assert "Mở bằng Safari" in texts(apple.get("/me/"))


def test_those_who_decide_and_shared_phones_take_no_login_along(world):
    head = Client(headers={"User-Agent": ZALO})
    head.force_login(world.accounts["head"])
    page = head.post("/elsewhere/", {"next": "/me/"})
    assert (page.context["along"], page.context["address"].endswith("/me/")) == (False, True)
    with pytest.raises(DomainError, match="not_allowed"):
        open_elsewhere(actor=world.actor("head"))
    lan = Client(headers={"User-Agent": ZALO})
    lan.force_login(world.accounts["lan"])
    session = lan.session
    session["shared_seen"] = timezone.now().timestamp()
    session.save()
    assert lan.post("/elsewhere/", {"next": "/me/"}).context["along"] is False
    assert not LoginCode.objects.exists()


def test_card_for_the_family_has_the_piece_and_nothing_of_money(world, as_):
    piece = world.published(by="lan", photos_by=("lan",))
    lan = as_("lan")
    page = texts(lan.get(f"/pieces/{piece.public_id}/card/"))
    assert "Nguyễn Thị Lan, đăng ngày 10/07/2026" in page
    assert f"/pieces/{piece.public_id}/card/" in texts(lan.get(f"/pieces/{piece.public_id}/"))
    card = Image.open(io.BytesIO(lan.get(f"/pieces/{piece.public_id}/card/png/").content))
    assert (card.width, card.height, card.format) == (1080, 1640, "PNG")
    assert lan.get(f"/pieces/{piece.public_id}/card/pdf/").getvalue().startswith(b"%PDF")
    assert "đ</" not in page.split("<main")[1].split("</main>")[0]
    for name in ("hoa", "head"):
        assert as_(name).get(f"/pieces/{piece.public_id}/card/").status_code == 404
    assert lan.get(f"/pieces/{world.approved(by='lan').public_id}/card/").status_code == 404


def test_readers_are_written_down_by_the_office_and_seen_by_the_author(world, as_):
    piece = world.published(by="lan")
    publisher, address = as_("publisher"), f"/publish/{piece.public_id}/readers/"
    assert "Chưa ghi lần nào" in texts(publisher.get(address))
    for count, day in (("128", "2026-07-12"), ("1.280", "2026-07-20"), ("1.300", "2026-07-20")):
        answer = publisher.post(address, {"count": count, "as_of": day, "source": "Thống kê của trang"})
        assert answer.status_code == 302, summary_of(answer)
    assert list(ReaderCount.objects.order_by("as_of").values_list("count", flat=True)) == [128, 1300]
    assert readers_of(piece).count == 1300
    assert "1.300 lượt xem (tính đến 20/07/2026)" in texts(as_("lan").get(f"/pieces/{piece.public_id}/"))
    assert Event.objects.filter(kind="piece.readers").count() == 3
    refused = publisher.post(address, {"count": "nhiều", "as_of": "2026-07-01"})
    assert summary_of(refused) == ["Hãy ghi một số, ví dụ 1.280."]
    early = publisher.post(address, {"count": "1", "as_of": "2026-07-01"})
    assert summary_of(early) == ["Ngày tính đến phải từ ngày đăng đến hôm nay."]
    with pytest.raises(DomainError, match="not_allowed"):
        record_readers(actor=world.actor("writer"), piece=piece, count=1, as_of=at("2026-07-12T08:00").date())
    shown = as_("lan").get(f"/api/v1/pieces/{piece.public_id}/", headers={"X-Portal": world.portal.slug}).json()
    assert shown["readers"] == {"count": 1300, "as_of": "2026-07-20", "source": "Thống kê của trang"}


def test_fee_stands_before_writing_begins(world, as_):
    lan = as_("lan")
    low_high = re.compile(r"Nhuận bút từ [\d.]+\u00a0đ đến [\d.]+\u00a0đ, tuỳ điểm chấm\.")
    assert low_high.search(texts(lan.get("/send/")))
    assert low_high.search(texts(lan.get("/send/text/?genre=news_item")))
    assert not low_high.search(texts(lan.get("/send/?practice=1")))
    assert "Nhuận bút từ" not in texts(lan.get("/send/text/?genre=news_item&practice=1"))


def test_help_speaks_of_money_only_where_the_portal_pays(world, as_):
    assert "Tiền về" in texts(as_("lan").get("/help/"))
    from contributors.actors import system_actor
    from contributors.portals import set_payment_mode

    set_payment_mode(actor=system_actor(world.portal), mode="unpaid", effective_from=at("2026-07-02T08:00").date())
    page = texts(as_("lan").get("/help/"))
    assert "Chụp ảnh" in page
    assert "Tiền về" not in page
