"""Pages of setting up, and whom they are for; see tests/web/pages.py."""

from __future__ import annotations

ADMIN = ("admin",)
CHIEFS = ("head", "admin")

SETUP_PAGES: dict[str, tuple[str, ...]] = {
    "/setup/": ADMIN,
    "/setup/place/": ADMIN,
    "/setup/letterhead/": ADMIN,
    "/setup/board/": ADMIN,
    "/setup/units/": ADMIN,
    "/setup/genres/": ADMIN,
    "/setup/money/": ADMIN,
    "/setup/officers/": ADMIN,
    "/rights/grants/{grant}/code/": ADMIN,
    "/settings/": CHIEFS,
    "/settings/name/": ADMIN,
}
SETUP_OPEN_TO_ALL = {"begin", "portal"}
SETUP_POST_ONLY = {"setup_unseat", "events_export"}
