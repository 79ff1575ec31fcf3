"""A person who walks through the product: by mouse or finger, or by keyboard alone; with scripts or without."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator

from tests.browser.chromium import Visitor

MOST_TABS = 160
FOCUS_SEEN = """element => {
  const style = getComputedStyle(element), label = element.closest("label");
  const outlined = each => each && getComputedStyle(each).outlineStyle !== "none";
  return outlined(element) || outlined(label) || style.boxShadow !== "none";
}"""


@dataclass
class Walker(Visitor):
    """`keys`: nothing is clicked. Every page that is come to must answer well and keep within the screen."""

    keys: bool = False
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.page.on(
            "response",
            lambda answer: self.answers.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
        )

    def enter(self, phone: str, password: str) -> None:
        self.go("/login/")
        self.write("#id_phone", phone)
        self.write("#id_password", password)
        self.press("Đăng nhập")

    def here(self) -> None:
        """What is wrong with the page as it stands; errors that a step expects are taken out by `refused`."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.path} is {wide} px too wide at {self.width}"
        assert self.answers == []
        told = [said for said in self.said if "Failed to load resource" not in said]
        assert told == []

    def keep(self, name: str) -> None:
        """A picture, where pictures are wanted."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{name}-{self.width}.png", full_page=True)

    def open(self, address: str) -> None:
        assert self.go(address) == 200, address
        self.here()

    @property
    def text(self) -> str:
        return self.page.inner_text("main")

    def write(self, where: str, text: str) -> None:
        box = self.page.locator(where).first
        if not self.keys or box.get_attribute("type") in {"date", "time", "file"}:
            box.fill(text)
            return
        self._reach(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, where: str, value: str) -> None:
        """An entry of a drop-down by its value."""
        self.page.locator(where).first.select_option(value)

    def tick(self, where: str) -> None:
        """A radio button or a box."""
        box = self.page.locator(f"{where} >> visible=true").first
        if not self.keys:
            box.check()
            return
        if box.get_attribute("type") == "radio":
            self._reach(self.page.locator(f"input[name={box.get_attribute('name')}]"))
            for _ in range(30):
                if box.is_checked():
                    return
                self.page.keyboard.press("ArrowDown" if self._focused_checked() else "Space")
        else:
            self._reach(box)
            if not box.is_checked():
                self.page.keyboard.press("Space")
        assert box.is_checked(), where

    def press(self, name: str, *, stays: bool = False) -> None:
        """A button, fold or link by its words. Folds open; everything else leads to a page that is looked at, but for
        what `stays` on this one.
        """
        thing = self._thing(name)
        if stays or thing.evaluate("element => element.tagName") == "SUMMARY":
            self._do(thing)
            return
        with self.page.expect_navigation(wait_until="load"):
            self._do(thing)
        self.here()

    def refused(self, name: str, *, status: int = 422) -> str:
        """Press and be refused: the summary has the focus where scripts run. Returns its text."""
        with self.page.expect_navigation(wait_until="load"):
            self._do(self._thing(name))
        assert [answer.split()[0] for answer in self.answers] == [str(status)]
        self.answers.clear()
        if self.scripts:
            self.page.wait_for_function("document.activeElement.id === 'summary'", timeout=5_000)
        self.here()
        return self.page.locator("#summary").inner_text()

    def download(self, name: str, folder: Path) -> Path:
        """The file behind a button or a link."""
        with self.page.expect_download() as waiting:
            self._do(self._thing(name))
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def _thing(self, name: str) -> Locator:
        """What can be pressed and is called so: exactly before only at its beginning, a button before a link."""
        for ending in (r"…?\s*$", ""):
            words = re.compile(rf"^\s*{re.escape(name)}{ending}")
            for kind in ("button", "summary", "a"):
                found = self.page.locator(f"main {kind}").filter(has_text=words).locator("visible=true")
                if found.count():
                    return found.first
        raise AssertionError(f"nothing to press is called {name!r} on {self.path}:\n{self.text}")

    def _do(self, thing: Locator) -> None:
        if self.keys:
            self._reach(thing)
            self.page.keyboard.press("Enter")
        else:
            thing.click()

    def _reach(self, thing: Locator) -> None:
        """Tab until one of the elements has the focus, and see that the focus can be seen."""
        marks = [each.element_handle() for each in thing.all()]
        assert marks, thing
        if not self._at(marks):
            self.page.keyboard.press("Tab")
        for _ in range(MOST_TABS):
            if self._at(marks):
                focused = self.page.evaluate_handle("document.activeElement")
                assert focused.evaluate(FOCUS_SEEN), f"no focus to be seen on {thing}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_TABS} tabs do not lead to {thing} on {self.path}")

    def _at(self, marks: list) -> bool:
        return bool(self.page.evaluate("marks => marks.includes(document.activeElement)", marks))

    def _focused_checked(self) -> bool:
        return bool(self.page.evaluate("document.activeElement.checked === true"))
