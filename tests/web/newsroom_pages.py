"""The newsroom's own pages, and whom they are for; and one of each thing that they are about."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from contributors import clock, past_lists
from contributors.calls import NewCall, make_calls
from contributors.document_sheets import check_documents_sheet, documents_template
from contributors.documents import DocumentToPost, post_document
from contributors.files import keep_file
from contributors.models import Attachment, DocumentFile, Piece, SheetImport
from contributors.newsroom import decline_piece
from contributors.portals import open_portal
from contributors.portals_below import put_below
from contributors.spreadsheets import write_table
from contributors.urgent import ask_urgently
from tests.factories.world import World

BOARD = ("head", "deputy", "writer", "publisher")
PERSONS = (*BOARD, "lan", "hoa")
LEADERS = ("head", "deputy")
CHIEFS = ("head", "admin")
LOOKING = (*BOARD, "accountant", "holder")
READERS = (*LOOKING, "lan")

NEWSROOM_PAGES: dict[str, tuple[str, ...]] = {
    # sending
    "/send/{draft}/media/": ("lan",),
    "/send/{submitted}/photos/{photo}/": ("lan",),
    "/pieces/{submitted}/versions/": READERS,
    "/photos/{photo}/blur/": LEADERS,
    "/media/{media}/": READERS,
    "/genres/": ("admin",),
    "/genres/new/": ("admin",),
    "/genres/news_item/": ("admin",),
    "/topics/new/": ("admin",),
    "/topics/nong-thon-moi/": ("admin",),
    # the board's work
    "/output/timeliness/": BOARD,
    "/output/dashboard/": (*LOOKING, "admin"),
    "/output/dashboard/money/": ("head", "deputy", "accountant", "holder", "admin"),
    "/output/dashboard/months/file.csv": (*LOOKING, "admin"),
    "/output/dashboard/fund/file.xlsx": ("head", "deputy", "accountant", "holder"),
    "/output/thanks/": BOARD,
    "/me/thanks/": PERSONS,
    "/output/report/": (*LOOKING, "admin"),
    "/output/report/words/": LEADERS,
    "/output/report/docx/": (*LOOKING, "admin"),
    "/output/report/pdf/": (*LOOKING, "admin"),
    "/output/report/send/?first=2026-07-01&last=2026-07-31": LEADERS,
    "/below/": (*LEADERS, "accountant", "holder", "admin", "observer"),
    "/below/docx/": (*LEADERS, "accountant", "holder", "admin", "observer"),
    "/below/pdf/": (*LEADERS, "accountant", "holder", "admin", "observer"),
    "/below/csv/": (*LEADERS, "accountant", "holder", "admin", "observer"),
    "/below/file.xlsx": (*LEADERS, "accountant", "holder", "admin", "observer"),
    "/output/past/": LEADERS,
    "/output/past/template/": LEADERS,
    "/output/past/{past_list}/": LEADERS,
    "/output/past/{past_done}/": LEADERS,
    "/output/past/{past_done}/undo/": LEADERS,
    "/output/accesses/": (*LOOKING, "admin"),
    "/output/accesses/template/": (*BOARD, "admin"),
    "/desk/calls/": LEADERS,
    "/desk/calls/new/": LEADERS,
    "/desk/calls/week/": LEADERS,
    "/desk/fund/": LEADERS,
    "/desk/calls/{call}/cancel/": LEADERS,
    "/calls/": PERSONS,
    "/calls/{call}/": PERSONS,
    "/absences/": (*BOARD, "admin"),
    "/absences/hand-over/": ("head", "deputy", "publisher"),
    "/rules/": CHIEFS,
    "/rules/edit/": CHIEFS,
    "/review/{submitted}/retract/": LEADERS,
    "/publish/{approved}/schedule/": ("deputy", "publisher"),
    "/credits/{credit}/settle/": LEADERS,
    "/me/credits/": PERSONS,
    "/pieces/{submitted}/credits/": (*LEADERS, "lan"),
    "/messages/": (*BOARD, "focal", "accountant", "holder"),
    "/messages/call-sheets/": (*BOARD, "focal"),
    "/messages/call-sheets/{unit}/": (*BOARD, "focal"),
    "/messages/call-sheets/{unit}/pdf/": (*BOARD, "focal"),
    "/desk/calendar/": BOARD,
    "/desk/summary/": BOARD,
    "/u/{urgent}/": BOARD,
    # looking up, documents, the website
    "/review/{submitted}/alike/": BOARD,
    "/review/{submitted}/alike/{approved}/": BOARD,
    "/archive/": LOOKING,
    "/documents/files/{file}/": LOOKING,
    "/documents/sheet/": ("deputy",),
    "/documents/sheet/template/": ("deputy",),
    "/documents/sheet/{documents_sheet}/": ("deputy",),
    "/sightings/": ("deputy", "publisher"),
    "/website/": CHIEFS,
}
NEWSROOM_OPEN_TO_ALL = {"feed", "feed_by_header", "feed_photo"}
NEWSROOM_POST_ONLY = {
    *("hand_over_end", "own_day", "own_day_drop", "credit_answer", "notices_read", "call_step"),
    *("photo_remove", "photo_earlier", "upload_drop", "media_remove", "genres_proposed"),
    *("genre_earlier", "genre_retire", "topic_earlier", "topic_retire"),
    *("messages_told", "message_retry", "my_messages", "urgent_ask"),
    *("view_save", "view_delete", "look", "sighting_answer", "feed_key_make", "feed_key_revoke"),
    *("accesses_sheet", "want_thanks", "my_file", "person_file", "person_thanks"),
}


def one_of_the_newsroom(world: World, submitted: Piece) -> dict[str, object]:
    """What stands between braces in NEWSROOM_PAGES and not in PAGES."""
    deputy = world.actor("deputy")
    _family(world)
    document = post_document(
        actor=deputy,
        client_key=uuid.uuid4(),
        document=DocumentToPost("45/KH", "Kế hoạch", "Kế hoạch năm"),
        file=("ke-hoach.pdf", b"%PDF-1.7"),
    )
    sheet = check_documents_sheet(actor=deputy, content=documents_template(), file_name="vb.xlsx")
    wanted = NewCall(uuid.uuid4(), "Lễ ra quân", clock.now() + timedelta(days=3))
    recording = keep_file(folder="media", content=b"ID3", suffix=".mp3")
    media = Attachment.objects.create(
        portal_id=submitted.portal_id,
        piece=submitted,
        position=9,
        kind="audio",
        path=recording.path,
        media_type="audio/mpeg",
    )
    gone = world.submitted(title="Đã trả lời rồi")  # while it waits, its link leads on to the review
    asked = ask_urgently(actor=world.actor("writer"), piece=gone)
    decline_piece(actor=world.actor("head"), piece=gone, seen_version=gone.version, reason="Trùng")
    old = [past_list_of(world, title=title) for title in ("Mùa gặt", "Hội làng")]
    done = choose_new_people(world, old[1])
    return {
        "past_list": old[0].public_id,
        "past_done": done.public_id,
        "urgent": re.search(r"/u/([^/]+)/", asked.text)[1],
        "call": make_calls(actor=world.actor("head"), new=[wanted], units=[])[0].public_id,
        "credit": submitted.credits.first().pk,
        "media": media.public_id,
        "file": DocumentFile.objects.get(piece=document).public_id,
        "documents_sheet": sheet.public_id,
    }


def _family(world: World) -> None:
    """A portal above, and two below, one of them with its own below it."""
    above, below, deeper = (
        open_portal(name=name, slug=f"{slug}-{world.portal.slug}")
        for name, slug in (("Trang của tỉnh", "tinh"), ("Trang phường Hai", "hai"), ("Trang ấp Ba", "ba"))
    )
    put_below(portal=world.portal, parent=above)
    put_below(portal=below, parent=world.portal)
    put_below(portal=deeper, parent=below)


def past_list_of(world: World, *, title: str) -> SheetImport:
    """An old book of two lines, its columns said; a name of it is not clear."""
    head = world.actor("head")
    rows = [["03/2020", "Nguyễn Thị Lan", "Ấp Mẫu", title, "1", "50000"], ["04/2020", "Người Của Sổ", "", "", "2", ""]]
    content = write_table(["Tháng", "Họ và tên", "Đơn vị", "Tên bài", "Số lượng", "Thành tiền"], rows, "Sổ")
    sheet = past_lists.check_past_list(actor=head, content=content, file_name="so-cu.xlsx")
    return past_lists.set_past_columns(actor=head, sheet=sheet, columns=sheet.choices["columns"])


def choose_new_people(world: World, sheet: SheetImport) -> SheetImport:
    """Written, with the unclear name as somebody new."""
    head = world.actor("head")
    doubts = past_lists.past_preview(actor=head, sheet=sheet).doubts
    sheet = past_lists.choose_past_people(actor=head, sheet=sheet, choices={one.key: "new" for one in doubts})
    seen = past_lists.past_preview(actor=head, sheet=sheet).seen
    return past_lists.confirm_past_list(actor=head, sheet=sheet, seen=seen)
