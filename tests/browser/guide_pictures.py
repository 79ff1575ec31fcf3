"""The pictures of the guides and of the README, taken anew from a running demo that nobody has worked in yet.

    python tests/browser/guide_pictures.py [--base http://127.0.0.1:8000] [--out docs/pictures]

Logs in as the people of the demo portal. Each picture is a WebP of at most 60 kB. Needs Chromium (CHROMIUM names it).
"""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import DESK, PHONE, Visitor, started  # noqa: E402

MOST_BYTES = 60_000
PHONE_HEIGHT, DESK_HEIGHT = 740, 860
MONTH = "Tháng 12/2024"
WAITING = "Học sinh tiểu học thi gói bánh chưng, bánh tét"


@dataclass(frozen=True)
class Shot:
    """`way` are an address, then words to press one after the other; `top` names what the picture begins with."""

    name: str
    who: str
    width: int
    way: tuple[str, ...]
    top: str = ""
    height: int = 0


SHOTS = (
    Shot("home", "contributor", PHONE, ("/me/",)),
    Shot("send", "contributor", PHONE, ("/send/",)),
    Shot("write", "contributor", PHONE, ("/send/text/?genre=news_item",)),
    Shot("fees", "contributor", PHONE, ("/fees/", "Tháng 11/2024")),
    Shot("desk", "head", DESK, ("/desk/",)),
    Shot("review", "head", DESK, ("/desk/", WAITING)),
    Shot("output", "head", DESK, ("/output/?first=2024-07-01&last=2024-12-31",), top="h2", height=1400),
    Shot("invitations", "head", DESK, ("/invitations/new/",)),
    Shot("run", "accountant", DESK, ("/runs/", MONTH)),
    Shot("exceptions", "accountant", DESK, ("/runs/", MONTH, "Không tính, và vì sao: cân đối của kỳ")),
    Shot("papers", "accountant", DESK, ("/runs/", MONTH, "Mọi giấy tờ của kỳ")),
    Shot("missing", "accountant", DESK, ("/payees/missing/",)),
)


def small(picture: bytes, width: int) -> bytes:
    """WebP, no wider than `width`, as good as 60 kB allow."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if image.width > width:
        image = image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)
    for quality in (82, 70, 58, 46, 34):
        made = io.BytesIO()
        image.save(made, "WEBP", quality=quality, method=6)
        if made.tell() <= MOST_BYTES:
            break
    return made.getvalue()


def take(visitor: Visitor, shot: Shot) -> bytes:
    status = visitor.go(shot.way[0])
    if status != 200:
        message = f"{shot.name}: {shot.way[0]} answered {status}"
        raise RuntimeError(message)
    for words in shot.way[1:]:
        visitor.press(words)
    visitor.page.wait_for_timeout(600)
    usual = PHONE_HEIGHT if shot.width == PHONE else DESK_HEIGHT
    top = visitor.page.locator(f"main {shot.top}").first.bounding_box()["y"] - 24 if shot.top else 0
    whole = visitor.page.evaluate("document.documentElement.scrollHeight")
    height = min(shot.height or usual, whole - top)
    return visitor.page.screenshot(full_page=True, clip={"x": 0, "y": top, "width": shot.width, "height": height})


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--base", default="http://127.0.0.1:8000")
    asked.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    given = asked.parse_args()
    portal = yaml.safe_load((ROOT / "demo" / "data" / "portal.yaml").read_text(encoding="utf-8"))
    phones = {login["role"]: login["phone"] for login in portal["logins"]}
    given.out.mkdir(parents=True, exist_ok=True)
    with started() as browser:
        visitors: dict[tuple[str, int], Visitor] = {}
        for shot in SHOTS:
            key = (shot.who, shot.width)
            if key not in visitors:
                visitors[key] = Visitor(browser, given.base, shot.width)
                visitors[key].log_in(phones[shot.who], portal["demo_password"])
            picture = small(take(visitors[key], shot), 1000)
            (given.out / f"{shot.name}.webp").write_bytes(picture)
            print(f"{shot.name}.webp {len(picture)} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
