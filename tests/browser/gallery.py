"""Every page of the map in a real browser: what is wrong with it, and its picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import quiet
from tests.web.shown import Shown

TARGET, INLINE = 44, 24  # CSS pixels
PROBE = Path(__file__).with_name("gallery.js").read_text(encoding="utf-8")
AXE = "() => axe.run({resultTypes: ['violations'], iframes: false}).then(found => found.violations)"
_axe = Axe()


@dataclass
class Gallery:
    """One way to look at pages: a width, light or dark. A browser of the map's lends its cookies to each role."""

    browser: Browser
    base: str
    browsers: dict[str, Client]
    width: int
    dark: bool = False
    pictures: Path | None = None
    titles: dict[str, str] = field(default_factory=dict)
    _pages: dict[str, Page] = field(default_factory=dict)
    _said: list[str] = field(default_factory=list)

    def look(self, shown: Iterable[Shown]) -> list[str]:
        """What is wrong, each with the page's name."""
        return [f"{each.page} at {self.width}: {found}" for each in shown for found in self.look_at(each)]

    def look_at(self, shown: Shown) -> list[str]:
        page = self._page_of(shown.who)
        self._said.clear()
        answer = page.goto(self.base + shown.address, wait_until="load")
        if answer is None or answer.status != shown.status:
            return [f"answered {answer and answer.status}"]
        asked = page.evaluate(PROBE, {"target": TARGET, "inline": INLINE})
        page.evaluate(_axe.axe_script)
        wrong: list[str] = asked["wrong"]
        wrong += [f"{found['id']}: {node['html'][:160]}" for found in page.evaluate(AXE) for node in found["nodes"]]
        wrong += [said for said in self._said if not quiet(said)]
        self.titles[shown.page] = asked["title"]
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            name = f"{shown.name}-{self.width}{'-dark' if self.dark else ''}.png"
            page.screenshot(path=self.pictures / name, full_page=True)
        return wrong

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()

    def _page_of(self, who: str) -> Page:
        if who not in self._pages:
            self._pages[who] = self._context(self.browsers[who]).new_page()
            self._pages[who].on("console", lambda said: self._said.append(said.text) if said.type == "error" else None)
            self._pages[who].on("pageerror", lambda problem: self._said.append(str(problem)))
        return self._pages[who]

    def _context(self, client: Client) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": self.width, "height": 740 if self.width < 600 else 900},
            color_scheme="dark" if self.dark else "light",
            locale="vi-VN",
            reduced_motion="reduce",
        )
        context.add_cookies(
            [{"name": name, "value": kept.value, "url": self.base} for name, kept in client.cookies.items()]
        )
        return context
