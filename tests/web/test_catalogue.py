"""English is complete: every Vietnamese sentence of pages and labels has its translation."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.web.conftest import texts

CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
APPS = ("contributors", "payments", "web")
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
BLOCK = re.compile(r"{% blocktranslate(?P<head>[^%]*)%}(?P<body>.*?){% endblocktranslate %}", re.DOTALL)
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


def in_template(text: str) -> Iterator[str]:
    for found in re.finditer(r'{%\s*translate\s+"([^"]+)"|_\("([^"]+)"\)', text):
        yield found[1] or found[2]
    for found in BLOCK.finditer(text):
        for part in found["body"].split("{% plural %}"):
            yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", part)


def in_code() -> Iterator[str]:
    for app in APPS:
        for path in Path(app).rglob("*.py"):
            for _line, message, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS):
                yield from [message] if isinstance(message, str) else message
    for path in Path("web/templates").rglob("*.html"):
        yield from in_template(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def fields(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]", sentence)) | {
        name for _, name, _, _ in string.Formatter().parse("") if name
    }


def test_catalogue_has_every_sentence_of_the_code(catalogue):
    written = set(in_code())
    assert len(written) > 400
    assert sorted(sentence for sentence in written if sentence not in catalogue) == []


def test_catalogue_is_translated_whole_and_has_nothing_idle(catalogue):
    used = set(in_code())
    for message in catalogue:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(strings), ids
        assert not message.fuzzy, ids
        assert ids[0] in used, f"{ids} is said nowhere"
        for text in strings:
            assert fields(text) == fields(ids[0]), ids


def test_catalogue_keeps_no_vietnamese_in_english(catalogue):
    allowed = {"Bút Làng", "đồng", "Zalo"}
    for message in catalogue:
        for text in [message.string] if isinstance(message.string, str) else message.string:
            bare = text
            for word in allowed:
                bare = bare.replace(word, "")
            assert not message.id or not VIETNAMESE.search(bare.lower()), text


@pytest.mark.parametrize("name", ["lan", "head", "accountant"])
def test_pages_speak_english_when_asked(world, as_, name):
    """What is left in Vietnamese is what people wrote: names, titles, texts."""
    world.accounts[name].language = "en"
    world.accounts[name].save()
    client = as_(name)
    page = texts(client.get("/", follow=True))
    with translation.override("en"):
        assert '<html lang="en">' in page
    assert "Log out" in page
    visible = re.sub(r"<[^>]+>", " ", page)
    for told in (world.portal.name, world.accounts[name].name, "Bút Làng", "Tiếng Việt"):
        visible = visible.replace(told, "")
    assert not VIETNAMESE.search(visible.lower()), VIETNAMESE.search(visible.lower())


def test_visitor_reads_english_after_asking_for_it(db):
    client = Client()
    client.post(reverse("web:language"), {"language": "en", "next": "/login/"})
    assert "Phone number" in texts(client.get("/login/"))
