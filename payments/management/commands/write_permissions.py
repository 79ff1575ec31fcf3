"""manage.py write_permissions [--check]: writes docs/permissions.md from the tables of rights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from payments.permissions_page import permissions_page


class Command(BaseCommand):
    help = "Writes docs/permissions.md from the tables of rights; --check only says whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(__file__).resolve().parents[3] / "docs" / "permissions.md"
        with translation.override("vi"):
            page = permissions_page()
        if options["check"]:
            if not target.exists() or target.read_text() != page:
                message = "docs/permissions.md is not what the tables say; run manage.py write_permissions"
                raise CommandError(message)
            return
        target.write_text(page)
        self.stdout.write(f"{target} written")
