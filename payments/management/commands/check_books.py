"""manage.py check_books [--full]: proves the money invariants of every portal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contributors.models import Portal
from contributors.scopes import portal_scope
from payments.books import check_books


class Command(BaseCommand):
    help = "Checks the books of every portal; exit code 1 if an invariant is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="also read every file and the whole event chain")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for portal in Portal.objects.order_by("slug"):
            with portal_scope(portal):
                for finding in check_books(portal, full=options["full"]):
                    mark = "ok " if finding.ok else "BAD"
                    self.stdout.write(f"{mark} {portal.slug}: {finding.name} {finding.detail}".rstrip())
                    broken += not finding.ok
        if broken:
            message = f"{broken} invariants are broken"
            raise CommandError(message)
