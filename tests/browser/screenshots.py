"""Pictures of every page of a running demo, at phone and desk width, and what is wrong with each.

    python tests/browser/screenshots.py [--base http://127.0.0.1:8000] [--out screenshots]

Logs in as the people of the demo portal and follows the links of their pages. Needs Chromium (CHROMIUM names it).
Ends with 1 if a page does not answer 200, scrolls sideways or breaks a rule of accessibility.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import DESK, PHONE, Visitor, started  # noqa: E402

PEOPLE = ("contributor", "head", "deputy", "publisher", "accountant")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--base", default="http://127.0.0.1:8000")
    asked.add_argument("--out", type=Path, default=ROOT / "screenshots")
    given = asked.parse_args()
    portal = yaml.safe_load((ROOT / "demo" / "data" / "portal.yaml").read_text(encoding="utf-8"))
    phones = {login["role"]: login["phone"] for login in portal["logins"]}
    wrong: list[str] = []
    with started() as browser:
        for width in (PHONE, DESK):
            for role in (None, *PEOPLE):
                visitor = Visitor(browser, given.base, width, pictures=given.out / (role or "visitor"))
                if role is not None:
                    visitor.log_in(phones[role], portal["demo_password"])
                for name, status, found in visitor.crawl("/"):
                    print(f"{width} {role or 'visitor'} {status} {name}")
                    wrong += found if status == 200 else [f"{role}: {name} answered {status}", *found]
                visitor.close()
    print("\n".join(wrong) or f"pictures in {given.out}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
