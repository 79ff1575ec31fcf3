"""Every named error of documents, views, feeds and the website: raised where it belongs, told in both languages."""

from __future__ import annotations

import string
import uuid
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from contributors import documents, feeds, fetching, saved_views, watching
from contributors.documents import DocumentToPost, post_document
from contributors.errors import DomainError
from contributors.models import Event, Genre, Sighting
from contributors.readers import record_readers
from contributors.refusals.posting import MESSAGES
from contributors.website_entries import entries_of
from tests.contributors.states import HOUR, piece_in
from tests.factories.world import World

Refused = Callable[[], object]
URL = "https://xa.example/vb/1"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def post(world: World, *, url: str = URL, file: tuple[str, bytes] | None = None) -> Refused:
    document = DocumentToPost("1/KH", "Kế hoạch", "Kế hoạch năm", url=url)
    return lambda: post_document(actor=world.actor("deputy"), client_key=uuid.uuid4(), document=document, file=file)


def without_genre(world: World) -> Refused:
    Genre.objects.filter(counts_as="document").update(counts_as="piece")
    return post(world)


def twice(world: World) -> Refused:
    post(world)()
    return post(world, url="https://xa.example/vb/2")


def view(world: World, name: str = "Chờ đăng", query: Mapping[str, str] | None = None) -> Refused:
    given = {"state": "approved"} if query is None else query
    return lambda: saved_views.save_view(actor=world.actor("head"), name=name, query=given)


def many_views(world: World) -> Refused:
    for nth in range(saved_views.MOST_VIEWS):
        view(world, name=f"Bộ lọc {nth}")()
    return view(world, name="Thêm một")


def key(world: World, name: str = "Trang xã") -> Refused:
    return lambda: feeds.make_feed_key(actor=world.actor("head"), name=name)


def many_keys(world: World) -> Refused:
    for _ in range(feeds.MOST_KEYS):
        key(world)()
    return key(world)


def revoked(world: World) -> Refused:
    row, _ = key(world)()
    again = lambda: feeds.revoke_feed_key(actor=world.actor("head"), public_id=row.public_id)  # noqa: E731
    again()
    return again


def website(world: World, address: str = "https://xa.example", feed: str = "") -> Refused:
    return lambda: watching.set_website(actor=world.actor("head"), address=address, feed=feed)


def answered(world: World) -> Refused:
    piece = piece_in(world, "approved")
    row = Sighting.objects.create(
        portal=world.portal, piece=piece, url=URL, title=piece.title, likeness=100, seen_at=HOUR, state="dismissed"
    )
    return lambda: watching.answer_sighting(
        actor=world.actor("publisher"), public_id=row.public_id, accept=True, seen_version=piece.version
    )


def readers(world: World, *, state: str = "published", count: int = 128, day: str = "2026-07-10") -> Refused:
    piece = piece_in(world, state)
    return lambda: record_readers(
        actor=world.actor("publisher"), piece=piece, count=count, as_of=date.fromisoformat(day)
    )


CASES: Mapping[str, Callable[[World], Refused]] = {
    "document_genre_missing": without_genre,
    "document_without_place": lambda world: post(world, url=" "),
    "document_there": twice,
    "document_file_kind": lambda world: post(world, file=("a.pdf", b"GIF89a")),
    "document_file_large": lambda world: post(world, file=("a.pdf", b"%PDF-" + b" " * documents.MOST_BYTES)),
    "view_name_missing": lambda world: view(world, name=" \u200b"),
    "view_empty": lambda world: view(world, query={"state": " "}),
    "view_unknown_filter": lambda world: view(world, query={"password": "1"}),
    "too_many_views": many_views,
    "feed_name_missing": lambda world: key(world, name=" "),
    "feed_key_revoked": revoked,
    "too_many_feed_keys": many_keys,
    "website_address_wrong": lambda world: website(world, address="xa.example"),
    "website_elsewhere": lambda world: website(world, feed="https://khac.example/rss"),
    "website_private": lambda world: lambda: fetching.fetch("http://127.0.0.1/rss", host="127.0.0.1"),
    "website_unreachable": lambda world: lambda: fetching.fetch("http://xa.invalid/rss", host="xa.invalid"),
    "website_not_feed": lambda world: lambda: entries_of(b"<html></html>", host="xa.example"),
    "website_without_feed": lambda world: lambda: watching.ask_for_look(actor=world.actor("deputy")),
    "sighting_answered": answered,
    "readers_unpublished": lambda world: readers(world, state="approved"),
    "readers_count_wrong": lambda world: readers(world, count=-1),
    "readers_day_wrong": lambda world: readers(world, day="2020-01-01"),
}
# Seen in test_posting with a website that really answers so.
BY_ANSWER = {"website_refuses", "website_large"}


@pytest.mark.parametrize("code", CASES)
def test_error_is_raised_and_nothing_is_written(cell, code):
    refused = CASES[code](cell)
    before = Event.objects.count()
    with pytest.raises(DomainError) as told:
        refused()
    assert told.value.code == code
    assert Event.objects.count() == before
    for language in ("vi", "en"):
        sentence = told.value.message(language)
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_every_code_has_a_case():
    assert set(CASES) | BY_ANSWER == set(MESSAGES)


def test_both_languages_have_the_same_places_for_values():
    for code, message in MESSAGES.items():
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (message.vi, message.en)
        ]
        assert fields[0] == fields[1], code


@pytest.mark.parametrize(
    "address", ["", "ftp://xa.example", "https://", "https://a b", "https://u:p@xa.example", "https://[x"]
)
def test_an_address_that_is_no_website_is_refused(cell, address):
    with pytest.raises(DomainError, match="website_address_wrong"):
        website(cell, address=address)()
