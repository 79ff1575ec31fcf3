"""The house as docs/architecture.md draws it: files stay small, rooms keep their names, the tree speaks of itself alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("contributors", "payments", "api", "web", "config", "demo")
LONGEST = 400
NO_ROOM = {"utils", "util", "helpers", "helper", "services", "common", "misc", "manager", "managers"}
# Places of the machines on which a copy happens to lie, and private registries, written so that this file has none.
ELSEWHERE = re.compile(r"(?<![\w.])/(?:work|root|home|check)/(?!\w*<)[a-z]|pypi-more|file:/{3}opt")
TEXTS = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".yaml", ".yml", ".sh", ".cfg", ".conf", ".service"}


def sources(*suffixes: str) -> list[Path]:
    """What stands in the tree, without what is made on the way (environments, caches, data)."""
    found = []
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if path.suffix in suffixes and not any(
            part.startswith(".") or part in {"var", "__pycache__"} for part in inside
        ):
            found.append(path)
    return sorted(found)


def test_no_file_is_two_rooms() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(".py", ".html", ".css", ".js")
        if "migrations" not in path.parts
        and path.relative_to(ROOT).parts[0] != "tests"
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_room_is_called_after_nothing() -> None:
    ours = [path.relative_to(ROOT) for path in sources(".py") if path.relative_to(ROOT).parts[0] in APPS]
    assert [str(path) for path in ours if {path.stem, path.parent.name} & NO_ROOM] == []


def test_domain_floors_use_no_signals_for_control() -> None:
    """Control flow that nobody sees: receivers of Django's signals (Celery's own start-up hooks stand in config)."""
    users = [
        str(path.relative_to(ROOT))
        for path in sources(".py")
        if path.relative_to(ROOT).parts[0] in {"contributors", "payments", "api", "web"}
        and re.search(r"@receiver|(signals?|pre_\w+|post_\w+|m2m_changed)\.connect\(", path.read_text("utf-8"))
    ]
    assert users == []


def test_no_third_party_address_is_needed_by_a_page() -> None:
    """No CDN: what a page loads lies on our own address."""
    loads = re.compile(r"""(?:src|href)=["']https?://|@import\s+url|url\(\s*["']?https?://""")
    found = [str(path.relative_to(ROOT)) for path in sources(".html", ".css") if loads.search(path.read_text("utf-8"))]
    assert [name for name in found if name.startswith("web/")] == []


@pytest.mark.parametrize("suffix", sorted(TEXTS))
def test_the_project_speaks_of_itself_alone(suffix: str) -> None:
    speaking = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(suffix)
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if ELSEWHERE.search(line) or "../shared" in line
    }
    assert speaking == set()


def test_floors_are_kept_by_the_import_contracts() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_models_and_migrations_agree(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
