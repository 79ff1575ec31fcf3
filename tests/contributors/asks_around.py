"""The verbs around the newsroom with the right that each asks for: lists, documents, packages, the website."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date

from django.utils import timezone

from contributors import document_sheets, documents, feeds, past_lists, saved_views, watching
from contributors.accesses import load_accesses, record_accesses
from contributors.actors import Actor
from contributors.alike import compared_pieces
from contributors.errors import DomainError
from contributors.finding import PieceFilter, page_of_pieces
from contributors.messaging import mark_told
from contributors.models import Message, PieceState, Sighting
from contributors.names import search_key
from contributors.packages import package_of
from contributors.readers import record_readers
from contributors.report_texts import write_report_texts
from contributors.thanks import want_thanks
from payments.own_file import take_own_file
from payments.report_periods import Period
from payments.thanks_papers import print_thanks
from tests.contributors.states import HOUR, piece_in
from tests.factories.world import ZONE, World

Try = Callable[[Actor], object]
ACCESSES = "Tháng,Lượt truy cập\n01/2026,1250"
BOOK = "Tháng,Họ và tên\n03/2020,Người Của Sổ"
BOOKED = f"{search_key('Người Của Sổ')}|"
SHEET = "Số, ký hiệu;Trích yếu;Địa chỉ\n1/KH;Kế hoạch;https://xa.example/1".encode()


def check_sheet(actor: Actor):
    return document_sheets.check_documents_sheet(actor=actor, content=SHEET, file_name="vb.csv")


def book(world: World, state: str):
    """An old book of one line: "checked", its columns said ("mapped"), its person chosen, or "done"."""
    head = world.actor("head")
    sheet = past_lists.check_past_list(actor=head, content=BOOK.encode(), file_name="so.csv")
    if state == "checked":
        return sheet
    sheet = past_lists.set_past_columns(actor=head, sheet=sheet, columns=sheet.choices["columns"])
    if state == "mapped":
        return sheet
    sheet = past_lists.choose_past_people(actor=head, sheet=sheet, choices={BOOKED: "new"})
    if state == "chosen":
        return sheet
    seen = past_lists.past_preview(actor=head, sheet=sheet).seen
    return past_lists.confirm_past_list(actor=head, sheet=sheet, seen=seen)


def on_book(state: str, verb: Callable[..., object], **fields: object) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        sheet = book(world, state)
        return lambda actor: verb(actor=actor, sheet=sheet, **fields)

    return arrange


def confirm_book(world: World) -> Try:
    sheet = book(world, "chosen")
    seen = past_lists.past_preview(actor=world.actor("head"), sheet=sheet).seen
    return lambda actor: past_lists.confirm_past_list(actor=actor, sheet=sheet, seen=seen)


def on_sheet(verb: Callable[..., object]) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        sheet = check_sheet(world.actor("deputy"))
        return lambda actor: verb(actor=actor, sheet=sheet)

    return arrange


def post_document(world: World) -> Try:
    document = documents.DocumentToPost("1/KH", "Kế hoạch", "Kế hoạch", url="https://xa.example/vb/1")
    return lambda actor: documents.post_document(actor=actor, client_key=uuid.uuid4(), document=document)


def saved_view(world: World) -> Try:
    return lambda actor: saved_views.save_view(actor=actor, name="Chờ đăng", query={"state": "approved"})


def compare(world: World) -> Try:
    one, other = piece_in(world, PieceState.SUBMITTED), piece_in(world, PieceState.SUBMITTED, by="hoa")
    return lambda actor: compared_pieces(actor=actor, one=one, other=other)


def package(world: World) -> Try:
    piece = piece_in(world, PieceState.APPROVED)
    return lambda actor: package_of(actor=actor, piece=piece)


def revoke(world: World) -> Try:
    row, _ = feeds.make_feed_key(actor=world.actor("head"), name="Trang xã")
    return lambda actor: feeds.revoke_feed_key(actor=actor, public_id=row.public_id)


def set_website(world: World) -> Try:
    return lambda actor: watching.set_website(actor=actor, address="https://xa.example")


def look(world: World) -> Try:
    watching.set_website(actor=world.actor("head"), address="https://xa.example", feed="https://xa.example/rss")
    return lambda actor: watching.ask_for_look(actor=actor)


def answer(world: World) -> Try:
    piece = piece_in(world, PieceState.APPROVED)
    row = Sighting.objects.create(
        portal=world.portal, piece=piece, url="https://xa.example/7", title=piece.title, likeness=100, seen_at=HOUR
    )
    return lambda actor: watching.answer_sighting(
        actor=actor, public_id=row.public_id, accept=True, seen_version=piece.version
    )


def told(kind: str) -> Callable[[World], Try]:
    """Telling a message of this kind; one that the actor does not see is none of theirs."""

    def arrange(world: World) -> Try:
        row = Message.objects.create(
            portal=world.portal,
            contributor=world.people["lan"],
            kind=kind,
            subject_type="piece",
            subject_id=1,
            key=f"{kind}:1",
            state="by_hand",
            created_at=HOUR,
        )

        def attempt(actor: Actor) -> None:
            if not mark_told(actor=actor, messages=[row], way="spoken"):
                raise DomainError("not_allowed")

        return attempt

    return arrange


def readers(world: World) -> Try:
    piece = piece_in(world, PieceState.PUBLISHED)
    day = timezone.localdate(piece.published_at, ZONE)
    return lambda actor: record_readers(actor=actor, piece=piece, count=128, as_of=day)


def print_july(world: World) -> Try:
    world.published("lan")
    july = Period(date(2026, 7, 1), date(2026, 8, 1))
    lan = world.people["lan"].public_id
    return lambda actor: print_thanks(actor=actor, portal=world.portal, period=july, people=[lan])


AROUND: Mapping[str, tuple[str, Callable[[World], Try]]] = {
    "page_of_pieces": ("piece.list", lambda world: lambda actor: page_of_pieces(actor, PieceFilter())),
    "save_view": ("piece.list", saved_view),
    "documents_of": ("piece.list", lambda world: documents.documents_of),
    "compared_pieces": ("piece.compare", compare),
    "package_of": ("piece.take_away", package),
    "post_document": ("document.publish", post_document),
    "check_documents_sheet": ("document.publish", lambda world: check_sheet),
    "confirm_documents_sheet": ("document.publish", on_sheet(document_sheets.confirm_documents_sheet)),
    "discard_documents_sheet": ("document.publish", on_sheet(document_sheets.discard_documents_sheet)),
    "make_feed_key": (
        "website.write",
        lambda world: lambda actor: feeds.make_feed_key(actor=actor, name="Trang xã"),
    ),
    "revoke_feed_key": ("website.write", revoke),
    "set_website": ("website.write", set_website),
    "sightings_waiting": ("sighting.answer", lambda world: watching.sightings_waiting),
    "ask_for_look": ("sighting.answer", look),
    "record_accesses": (
        "access.write",
        lambda world: lambda actor: record_accesses(actor=actor, month=HOUR.date(), count=1250, source="bộ đếm"),
    ),
    "load_accesses": (
        "access.write",
        lambda world: (
            lambda actor: load_accesses(actor=actor, content=ACCESSES.encode(), file_name="luot.csv", source="bộ đếm")
        ),
    ),
    "write_report_texts": (
        "report.write",
        lambda world: lambda actor: write_report_texts(actor=actor, texts={"addressee": f"Phòng {actor.name}"}),
    ),
    "past_lists": ("past.import", lambda world: past_lists.past_lists),
    "check_past_list": (
        "past.import",
        lambda world: lambda actor: past_lists.check_past_list(actor=actor, content=BOOK.encode(), file_name="so.csv"),
    ),
    "set_past_columns": (
        "past.import",
        on_book("checked", past_lists.set_past_columns, columns={"month": "Tháng", "person": "Họ và tên"}),
    ),
    "past_preview": ("past.import", on_book("mapped", past_lists.past_preview)),
    "choose_past_people": ("past.import", on_book("mapped", past_lists.choose_past_people, choices={BOOKED: "skip"})),
    "confirm_past_list": ("past.import", confirm_book),
    "discard_past_list": ("past.import", on_book("checked", past_lists.discard_past_list)),
    "undo_past_list": ("past.import", on_book("done", past_lists.undo_past_list, reason="Nhầm năm")),
    "print_thanks": ("thanks.see", print_july),
    "want_thanks": (
        "contributor.correct",
        lambda world: lambda actor: want_thanks(actor=actor, contributor=world.people["lan"], wanted=False),
    ),
    "take_own_file": (
        "contributor.take_data",
        lambda world: lambda actor: take_own_file(actor=actor, contributor=world.people["lan"], form="xlsx"),
    ),
    "record_readers": ("piece.readers", readers),
    "answer_sighting": ("sighting.answer", answer),
    "mark_told": ("message.see", told("returned")),
    "mark_told of money": ("message.see_money", told("paid")),
}
