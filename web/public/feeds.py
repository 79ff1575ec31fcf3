"""Approved pieces as Atom and as JSON Feed, for websites that pull. The key in the address or the header opens them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from contributors.errors import DomainError
from contributors.feeds import Feed, FeedEntry, feed_of, feed_photo, portal_of_key
from contributors.files import open_kept
from contributors.packages import clean_html, photo_name
from contributors.scopes import portal_scope
from web.downloads import file_answer

ATOM = "http://www.w3.org/2005/Atom"
HEADER = "X-Feed-Key"
NO_XML = {code: None for code in range(32) if code not in {9, 10, 13}}


@require_safe
def feed_view(request: HttpRequest, kind: str, key: str = "") -> HttpResponseBase:
    """`atom.xml` or `feed.json`. An unchanged feed answers 304 to whoever names the one that they have."""
    key = key or request.headers.get(HEADER, "")
    portal = portal_of_key(key)
    with portal_scope(portal):
        feed = feed_of(portal)
    writers = {"atom.xml": (_atom, "application/atom+xml"), "feed.json": (_json, "application/feed+json")}
    if kind not in writers:
        raise DomainError("not_found")
    write, content_type = writers[kind]
    content = write(feed, key)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type=f"{content_type}; charset=utf-8", headers={"ETag": etag})
    answer["Cache-Control"] = "private, max-age=60"
    return get_conditional_response(request, etag=etag, response=answer) or answer


@require_safe
def feed_photo_view(request: HttpRequest, public_id: uuid.UUID, key: str = "") -> HttpResponseBase:
    """A photo of a piece that the feed has now."""
    portal = portal_of_key(key or request.headers.get(HEADER, ""))
    with portal_scope(portal):
        photo = feed_photo(public_id)
        name = photo_name(photo.piece, photo)
    return file_answer(open_kept(photo.path), kind="image/jpeg", name=name, shown=True)


def _address(name: str, *args: Any) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _body(entry: FeedEntry, key: str) -> str:
    """Text, then the photos with their captions."""
    photos = "".join(
        f'<figure><img src="{_address("web:feed_photo", key, photo.public_id)}" alt="">'
        f"<figcaption>{clean_html(photo.caption) or ''}</figcaption></figure>"
        for photo in entry.photos
    )
    return f"{clean_html(entry.piece.body)}{photos}"


def _plain(text: str) -> str:
    return text.translate(NO_XML)


def _add(parent: Element, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> Element:
    made = SubElement(parent, name, dict(attributes or {}))
    made.text = _plain(text) or None
    return made


def _atom(feed: Feed, key: str) -> bytes:
    root = Element("feed", {"xmlns": ATOM})
    _add(root, "id", f"urn:uuid:{feed.portal.public_id}")
    _add(root, "title", feed.portal.name)
    _add(root, "updated", feed.updated.isoformat())
    _add(root, "link", attributes={"rel": "self", "href": _address("web:feed", key, "atom.xml")})
    for entry in feed.entries:
        piece = entry.piece
        item = SubElement(root, "entry", {"xml:lang": piece.language})
        _add(item, "id", f"urn:uuid:{piece.public_id}")
        _add(item, "title", piece.title)
        _add(item, "updated", entry.updated.isoformat())
        if piece.published_at:
            _add(item, "published", piece.published_at.isoformat())
        for author in entry.authors:
            _add(_add(item, "author"), "name", author)
        for category in (piece.genre, piece.topic):
            if category is not None:
                _add(item, "category", attributes={"term": category.code, "label": _plain(category.name)})
        if piece.published_url:
            _add(item, "link", attributes={"rel": "alternate", "href": piece.published_url})
        for photo in entry.photos:
            enclosure = {"rel": "enclosure", "type": "image/jpeg", "length": str(photo.size)}
            href = _address("web:feed_photo", key, photo.public_id)
            _add(item, "link", attributes=enclosure | {"href": href, "title": _plain(photo.caption)})
        _add(item, "content", _body(entry, key), {"type": "html"})
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _json(feed: Feed, key: str) -> bytes:
    items = [
        {
            "id": str(entry.piece.public_id),
            "title": entry.piece.title,
            "content_html": _body(entry, key),
            "content_text": entry.piece.body,
            "language": entry.piece.language,
            "date_modified": entry.updated.isoformat(),
            "authors": [{"name": name} for name in entry.authors],
            "tags": [category.code for category in (entry.piece.genre, entry.piece.topic) if category is not None],
            "attachments": [
                {
                    "url": _address("web:feed_photo", key, photo.public_id),
                    "mime_type": "image/jpeg",
                    "size_in_bytes": photo.size,
                    "title": photo.caption,
                }
                for photo in entry.photos
            ],
        }
        | ({"url": entry.piece.published_url} if entry.piece.published_url else {})
        | ({"date_published": entry.piece.published_at.isoformat()} if entry.piece.published_at else {})
        for entry in feed.entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.portal.name,
        "feed_url": _address("web:feed", key, "feed.json"),
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
