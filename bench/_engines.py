"""Engines for one bench, on a folder that goes with it, with the tables in place and Django set up."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config import engines
from config.engines.migration import migrate


@contextlib.contextmanager
def own_engines() -> Iterator[Path]:
    """Lasting ones, that flush what they commit as an installation's do. Yields their folder."""
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "MEDIA_ROOT"):
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="butlang-bench-"))
    try:
        with engines.start(folder / "var", environ={}) as running:
            os.environ["BUTLANG_VAR"] = str(folder / "var")
            os.environ["DATABASE_URL"] = running.database_url
            os.environ["REDIS_URL"] = running.redis_url
            os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
            os.environ.setdefault("BUTLANG_KEYS", f"test:{secrets.token_hex(32)}")
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
            if migrate(running.addresses):
                raise SystemExit(1)
            import django

            django.setup()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
