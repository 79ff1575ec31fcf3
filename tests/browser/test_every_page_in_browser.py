"""Every page of the map keeps the one design: none is forgotten, since they are counted from the map itself.

Looked for: any violation that axe knows, sideways scroll, targets under 44 px, errors in the console and what the
policy refused. CI looks at the narrowest screen; every width, light and dark, is `long`, and keeps pictures where
SCREENSHOTS names a folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.gallery import Gallery
from tests.web.pages import one_of_each
from tests.web.shown import browsers_of, everything_shown

pytestmark = pytest.mark.browser
NARROW = 320


@pytest.fixture
def gallery(browser, site, committed_world, work_jobs):
    """`gallery(width)` looks at every n-th page of the map from a start on."""
    shown = everything_shown(committed_world, one_of_each(committed_world, work_jobs))
    browsers = browsers_of(committed_world)
    kept = os.environ.get("SCREENSHOTS")
    opened: list[Gallery] = []

    def look(width: int, *, dark: bool = False, start: int = 0, step: int = 1) -> tuple[list[str], dict[str, str]]:
        made = Gallery(browser, site, browsers, width, dark, Path(kept) if kept else None)
        opened.append(made)
        return made.look(shown[start::step]), made.titles

    yield look
    for each in opened:
        each.close()


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_on_the_narrowest_screen(gallery, half):
    wrong, _ = gallery(NARROW, start=half, step=2)
    assert wrong == []


@pytest.mark.long
def test_every_page_at_every_width_in_light_and_dark(gallery):
    wrong = []
    for width, dark in ((360, False), (1280, False), (NARROW, True), (1280, True)):
        wrong += gallery(width, dark=dark)[0]
    assert wrong == []
