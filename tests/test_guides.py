"""The guides say what is on the pages: names of buttons and links exist, pictures stand there and are small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

DOCS = Path("docs")
GUIDES = sorted(DOCS.glob("huong-dan-*.md"))
EMPHASIS = {
    "Trưởng ban xác nhận, thủ trưởng duyệt chi.",
}


@pytest.fixture(scope="module")
def said() -> list[str]:
    """Everything that pages say, in lower case."""
    with Path("locale/en/LC_MESSAGES/django.po").open("rb") as file:
        rows = read_po(file, locale="en")
    return [(row.id if isinstance(row.id, str) else row.id[0]).lower() for row in rows if row.id]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_what_a_guide_names_is_on_a_page(guide, said):
    vietnamese = guide.read_text(encoding="utf-8").split("## In English")[0]
    bold = {words for words in re.findall(r"\*\*([^*|]+?)\*\*", vietnamese) if words[0].isupper()} - EMPHASIS
    named = {part.strip(" .:…").lower() for words in bold for part in words.split("→")}
    assert len(named) > 5
    assert sorted(words for words in named if not any(each.startswith(words) for each in said)) == []


def test_three_guides_and_the_readme_have_their_pictures():
    assert len(GUIDES) == 3
    shown = {
        path.parent / found
        for path in (*GUIDES, Path("README.md"), Path("README.vi.md"))
        for found in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    }
    assert sorted(path.as_posix() for path in shown) == sorted(
        path.as_posix() for path in (DOCS / "pictures").iterdir()
    )
    assert {path.name: path.stat().st_size for path in shown if path.stat().st_size > 60_000} == {}
