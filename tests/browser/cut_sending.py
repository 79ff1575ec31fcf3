"""One piece on its way in from a phone, with the network cut once at one step; and what the phone still keeps."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import time
from pathlib import Path

from playwright.sync_api import Error, Page, expect

from contributors.models import Photo, Piece, PieceState, Pledge, Upload
from tests.browser.chromium import Visitor
from tests.browser.cutting import Wire

SOON = 20_000
STEPS = ("text", "photos", "send")
ENDS = ("stay", "reload", "kill")
KEPT = "async () => (await phone.all('photos')).length + (await phone.all('wishes')).length"


def within(question: str, milliseconds: int) -> str:
    """A question to the page that is answered by null when its time is over: `evaluate` itself would wait for ever."""
    return f"() => Promise.race([({question})(), new Promise((done) => setTimeout(() => done(null), {milliseconds}))])"


def wait_until_sent(page: Page) -> None:
    """The page may go on to another one meanwhile."""
    until = time.monotonic() + SOON / 1000
    left = None
    while time.monotonic() < until:
        with contextlib.suppress(Error):
            left = page.evaluate(within(KEPT, 3000))
            if left == 0:
                return
        page.wait_for_timeout(150)
    raise AssertionError(f"still on the phone: {left}")


class Sending:
    """One piece on its way in, with the network cut once at one step."""

    def __init__(self, phone: Visitor, wire: Wire, world, work_jobs, photos: list[str], seed: int) -> None:
        self.phone, self.wire, self.world, self.work_jobs, self.photos = phone, wire, world, work_jobs, photos
        self.chance = random.Random(seed)
        self.cut_at = self.chance.choice(STEPS)
        self.title = f"Ấp Mẫu ra quân, lần {seed}"

    @property
    def page(self) -> Page:
        return self.phone.page

    def piece(self) -> Piece | None:
        found = list(Piece.objects.filter(title=self.title))
        assert len(found) <= 1, f"doubled: {found}"
        return found[0] if found else None

    def break_here(self, step: str, most: int) -> None:
        if step == self.cut_at:
            self.wire.cut_after(self.chance.randrange(most))

    def recover(self, step: str) -> None:
        """The network is back; whatever the person did meanwhile, they open their first page again."""
        if step != self.cut_at:
            return
        self.page.wait_for_timeout(300)
        end = self.chance.choice(ENDS)
        if end == "kill":
            self.page.close()
            self.phone.page = self.phone.context.new_page()
        elif end == "reload":
            with contextlib.suppress(Error):
                self.page.reload()
        self.never_called_sent()
        self.wire.mend()
        self.go_over("/me/")
        self.page.wait_for_function("() => document.readyState === 'complete'")

    def go_over(self, address: str) -> None:
        """A page that sends goes to its receipt by itself; at the same moment, that ends our going there: once more."""
        try:
            self.phone.go(address)
        except Error as ended:
            if "ERR_ABORTED" not in str(ended):
                raise
            self.page.wait_for_load_state()
            self.phone.go(address)

    def never_called_sent(self) -> None:
        """What the page says now is true of the server."""
        piece = self.piece()
        shown = ""
        with contextlib.suppress(Error):  # a page that hangs half loaded says nothing
            shown = self.page.inner_text("body", timeout=2000)
        if piece is None or piece.state == PieceState.DRAFT:
            assert "Đã gửi cho Ban biên tập" not in shown
            assert "Số biên nhận" not in shown

    def write(self) -> None:
        self.phone.go("/send/text/?genre=news_item")
        self.page.fill("#id_title", self.title)
        self.break_here("text", 6000)
        self.page.fill("#id_body", "Sáng nay bà con trong ấp cùng nhau dọn đường.")
        with contextlib.suppress(Error):
            self.page.get_by_role("button", name="Tiếp tục").click()
        self.recover("text")
        if self.cut_at == "text":
            self.page.wait_for_function(
                "() => !Object.keys(localStorage).some((key) => key.startsWith('butlang-writing:'))"
            )
        piece = self.piece()
        assert piece is not None, "text lost"
        assert piece.body.startswith("Sáng nay bà con")

    def add_photos(self) -> None:
        piece = self.piece()
        self.phone.go(f"/send/{piece.public_id}/photos/")
        self.page.set_input_files("input[type=file]", self.photos)
        self.page.locator("#photo-rows section").nth(1).wait_for()
        self.page.check("input[name='who-0'][value='me']")
        self.page.fill("input[name='caption-0']", "Bà con dọn đường")
        self.page.check("input[name='who-1'][value='unknown']")
        self.break_here("photos", 2 * Path(self.photos[0]).stat().st_size + 20_000)
        with contextlib.suppress(Error):
            self.page.get_by_role("button", name="Lưu ảnh").click()
        if self.cut_at == "photos":
            self.page.wait_for_timeout(self.chance.randrange(1200))
        self.recover("photos")
        self.nothing_left()
        self.work_jobs()
        assert Photo.objects.filter(piece=piece).count() == len(self.photos), "photos lost or doubled"

    def send(self) -> None:
        piece = self.piece()
        self.phone.go(f"/send/{piece.public_id}/check/")
        self.break_here("send", 6000)
        with contextlib.suppress(Error):
            self.page.get_by_role("button", name="Gửi cho Ban biên tập").click()
        if self.cut_at == "send":
            self.page.wait_for_timeout(self.chance.randrange(800))
        self.recover("send")
        self.nothing_left()
        self.go_over(f"/send/{piece.public_id}/done/")
        expect(self.page.get_by_text("Đã gửi cho Ban biên tập")).to_be_visible()

    def nothing_left(self) -> None:
        wait_until_sent(self.page)

    def run(self) -> None:
        self.write()
        self.add_photos()
        self.send()
        piece = self.piece()
        assert piece.state == PieceState.SUBMITTED
        assert Pledge.objects.filter(piece=piece).count() == 1
        taken = Photo.objects.filter(piece=piece).order_by("position")
        assert [(photo.caption, photo.photographer_id) for photo in taken] == [
            ("Bà con dọn đường", self.world.people["lan"].pk),
            ("", None),
        ]
        assert Upload.objects.filter(piece=piece).count() == len(self.photos)


def cut_again_and_again(times: int, *given) -> None:
    first = int(os.environ.get("SEED", secrets.randbelow(10**6)))
    print(f"SEED={first}")
    for seed in range(first, first + times):
        sending = Sending(*given, seed)
        try:
            sending.run()
        except BaseException:
            print(f"failed with SEED={seed}, cut at {sending.cut_at}")
            raise
