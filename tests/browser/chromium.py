"""A real Chromium, and how a page of ours is looked at in it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # a container's is small, and a browser that finds it full hangs
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
DOWNLOADS = re.compile(r"/(pdf|zip|template|files)/|/photos/[0-9a-f]{8}|/logout/|^/v/")
PHONE, DESK = 360, 1280
_axe = Axe()


def chromium_path() -> str | None:
    """CHROMIUM from the environment, or the first one on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        message = "no Chromium: set CHROMIUM to its path"
        raise FileNotFoundError(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def quiet(said: str) -> bool:
    """What a browser says of every answer that is not 200: the test itself looks at the status."""
    return "Failed to load resource" in said


@dataclass
class Visitor:
    """One person's browser. `look` tells what is wrong with the page that stands there now."""

    browser: Browser
    base: str
    width: int = DESK
    scripts: bool = True
    dark: bool = False
    pictures: Path | None = None
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport={"width": self.width, "height": 740 if self.width < 600 else 900},
            java_script_enabled=self.scripts,
            color_scheme="dark" if self.dark else "light",
            locale="vi-VN",
            accept_downloads=True,
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda problem: self.said.append(str(problem)))

    def log_in(self, phone: str, password: str) -> None:
        self.go("/login/")
        self.page.fill("#id_phone", phone)
        self.page.fill("#id_password", password)
        self.page.click("main button")

    def go(self, address: str) -> int:
        answer = self.page.goto(self.base + address)
        return answer.status if answer else 0

    def press(self, name: str) -> None:
        """A button or link by the words on it."""
        self.page.locator("main").get_by_text(name, exact=True).first.click()
        self.page.wait_for_load_state()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def look(self, name: str) -> list[str]:
        """Sideways scroll, accessibility, refused scripts or styles; keeps a picture where one is wanted."""
        wrong = [
            f"{name}: {found['id']}: {node['html'][:200]}" for found in self._violations() for node in found["nodes"]
        ]
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            wrong.append(f"{name}: {wide} px too wide at {self.width}")
        wrong += [f"{name}: {said}" for said in self.said if not quiet(said)]
        self.said.clear()
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{name}-{self.width}.png", full_page=True)
        return wrong

    def _violations(self) -> list[dict]:
        """By axe, which is a script itself: where scripts are off, a twin with scripts looks at the same address."""
        if self.scripts:
            return _axe.run(self.page).response["violations"]
        twin = self.browser.new_context(storage_state=self.context.storage_state(), viewport=self.page.viewport_size)
        page = twin.new_page()
        page.goto(self.page.url)
        found = _axe.run(page).response["violations"]
        twin.close()
        return found

    def links(self) -> list[str]:
        """Addresses of our own pages that this one leads to."""
        found = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        return [address for address in found if address.startswith("/") and not DOWNLOADS.search(address)]

    def crawl(self, start: str, most: int = 60) -> Iterator[tuple[str, int, list[str]]]:
        """Every kind of page once that links lead to: its name, its status, what is wrong with it."""
        waiting, known = [start], set()
        while waiting and len(known) < most:
            address = waiting.pop(0)
            kind = ID.sub("*", urlsplit(address).path)
            if kind in known:
                continue
            known.add(kind)
            status = self.go(address)
            if ID.sub("*", self.path) != kind and ID.sub("*", self.path) in known:
                continue
            name = re.sub(r"[^a-z*]+", "-", kind).strip("-").replace("*", "one") or "front"
            yield name, status, self.look(name)
            waiting += self.links()

    def close(self) -> None:
        self.context.close()
