"""What an RSS feed, an Atom feed or a sitemap lists: addresses, titles, times. Pure; nothing in it is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from contributors.errors import DomainError
from contributors.names import plain_text

MOST_ENTRIES = 1000
TITLE_LIMIT = 500
URL_LIMIT = 1000
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_ENDING = re.compile(r"\.(html?|aspx?|php)$", re.IGNORECASE)
_NUMBERS = re.compile(r"(?:^|[-_ ])\d{3,}(?=$|[-_ ])")


@dataclass(frozen=True, slots=True)
class Entry:
    """`by_slug`: the title was read from the address, since a sitemap has none."""

    url: str
    title: str
    posted_at: datetime | None
    by_slug: bool = False


def entries_of(content: bytes, *, host: str) -> list[Entry]:
    """Entries whose addresses lie on `host`. Raises `website_not_feed` for what is none of the three."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise DomainError("website_not_feed", field="feed") from None
    readers = {"rss": _rss, "RDF": _rss, "feed": _atom, "urlset": _sitemap}
    reader = readers.get(_name(root))
    if reader is None:
        raise DomainError("website_not_feed", field="feed")
    found: list[Entry] = []
    for entry in reader(root):
        if len(entry.url) <= URL_LIMIT and entry.title and _on_host(entry.url, host):
            found.append(entry)
        if len(found) == MOST_ENTRIES:
            break
    return found


def _name(element: Element) -> str:
    """Without its namespace: feeds in the wild name several."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _inside(element: Element, *names: str) -> str:
    for name in names:
        for child in element:
            if _name(child) == name and (child.text or "").strip():
                return plain_text(child.text or "")
    return ""


def _rss(root: Element) -> Iterator[Entry]:
    for item in root.iter():
        if _name(item) == "item":
            title = _inside(item, "title")[:TITLE_LIMIT]
            yield Entry(_inside(item, "link", "guid"), title, _moment(_inside(item, "pubDate", "date")))


def _atom(root: Element) -> Iterator[Entry]:
    for item in root:
        if _name(item) != "entry":
            continue
        links = [child for child in item if _name(child) == "link" and child.get("rel", "alternate") == "alternate"]
        url = plain_text(links[0].get("href", "")) if links else ""
        title = _inside(item, "title")[:TITLE_LIMIT]
        yield Entry(url, title, _moment(_inside(item, "published", "updated")))


def _sitemap(root: Element) -> Iterator[Entry]:
    for item in root:
        if _name(item) != "url":
            continue
        url = _inside(item, "loc")
        news = [child for child in item if _name(child) == "news"]
        title = _inside(news[0], "title") if news else ""
        when = _inside(news[0], "publication_date") if news else ""
        moment = _moment(when or _inside(item, "lastmod"))
        yield Entry(url, (title or _slug(url))[:TITLE_LIMIT], moment, by_slug=not title)


def _slug(url: str) -> str:
    """The last part of an address as words."""
    try:
        last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
    return plain_text(re.sub(r"[-_]+", " ", _NUMBERS.sub("", _ENDING.sub("", last))))


def _on_host(url: str, host: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    bare = (parts.hostname or "").lower().removeprefix("www.")
    return parts.scheme in {"http", "https"} and bare == host.lower().removeprefix("www.")


def _moment(text: str) -> datetime | None:
    """As RSS or as ISO writes it; without a zone it is Vietnam's time. A day alone says no hour and is left out."""
    if not text or re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
