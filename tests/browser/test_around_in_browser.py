"""Pages around the newsroom in a real browser: nothing sideways, nothing unreachable, at phone and desk width."""

from __future__ import annotations

import uuid

import pytest

from contributors import watching
from contributors.document_sheets import check_documents_sheet
from contributors.documents import DocumentToPost, post_document
from contributors.likeness import print_piece
from contributors.models import Job, Sighting
from contributors.pledges import current_pledge
from contributors.saved_views import save_view
from tests.browser.chromium import DESK, PHONE
from tests.contributors.test_documents import PDF, row, sheet
from tests.contributors.test_likeness import SEEDED, drawn, jpeg

pytestmark = pytest.mark.browser


@pytest.fixture
def things(committed_world) -> dict[str, str]:
    world = committed_world
    from contributors import clock, newsroom
    from contributors.photos import NewPhoto, add_photos

    eel, road = SEEDED["originals"]["eel"], SEEDED["originals"]["road"]

    def sent(by, title, body, seed):
        piece = world.draft(by, title=title, body=body.strip())
        new = [NewPhoto(jpeg(drawn(seed)), "Bể lươn sau hè", world.people[by])]
        add_photos(actor=world.actor(by), piece=piece, seen_version=piece.version, new=new)
        return newsroom.submit_piece(
            actor=world.actor(by), piece=world.fresh(piece), seen_version=piece.version, pledge=current_pledge().version
        )

    old = sent("hoa", eel["title"], eel["body"], 3)
    new = sent("lan", "Tám bể lươn sau hè của chị hội viên", f"Chị em ấp Tân Hoà có cách làm hay.\n\n{eel['body']}", 3)
    approved = world.approved("lan", title=road["title"], body=road["body"].strip(), photos_by=("lan", "hoa"))
    for job in Job.objects.filter(task="contributors.print_piece"):
        print_piece(job)
    deputy = world.actor("deputy")
    document = DocumentToPost("45/KH-UBND", "Kế hoạch", "Kế hoạch ra quân dọn đường làng cuối năm", "UBND xã")
    post_document(actor=deputy, client_key=uuid.uuid4(), document=document, file=("ke-hoach.pdf", PDF))
    kept = check_documents_sheet(
        actor=deputy,
        content=sheet(row("1/KH-UBND", "https://xa.example/1"), row("", "xa.example", issued_on="32/1/2026")),
        file_name="van-ban-2026.xlsx",
    )
    save_view(actor=world.actor("deputy"), name="Chờ đăng", query={"state": "approved,scheduled"}, shared=True)
    save_view(actor=world.actor("deputy"), name="Tin nuôi lươn", query={"q": "nuôi lươn"})
    watching.set_website(actor=world.actor("head"), address="https://xa.example", feed="https://xa.example/rss")
    url = "https://xa.example/tin-tuc/ap-tan-loi-ra-quan-lam-sach-tuyen-duong-nong-thon-123456.html"
    Sighting.objects.create(
        portal=world.portal,
        piece=approved,
        url=url,
        title=f"{road['title']} - Trang thông tin điện tử",
        likeness=91,
        posted_at=clock.now(),
        seen_at=clock.now(),
    )
    return {"old": old.public_id, "new": new.public_id, "approved": approved.public_id, "sheet": kept.public_id}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_around_the_newsroom(visitor, things, width):
    pages = {
        "deputy": (
            *("/archive/", "/archive/?q=nuôi lươn", "/archive/?state=approved,scheduled&genre=news_item"),
            *("/documents/", "/documents/sheet/", "/documents/sheet/{sheet}/", "/sightings/", "/publish/{approved}/"),
            *("/review/{new}/", "/review/{new}/alike/{old}/", "/desk/"),
        ),
        "head": ("/website/",),
    }
    wrong = []
    for name, addresses in pages.items():
        person = visitor(name, width=width)
        for nth, address in enumerate(addresses):
            assert person.go(address.format(**things)) == 200, address
            person.page.wait_for_load_state("networkidle")
            wrong += person.look(f"around-{name}-{nth}-{address.strip('/').split('/')[0].split('?')[0]}")
        if name == "head":
            person.page.fill("#key_name", "Trang chính của xã")
            person.press("Tạo khoá")
            wrong += person.look("around-head-key")
    assert wrong == []
