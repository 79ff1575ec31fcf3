"""manage.py put_portal_below xa-tan-an tinh-mau: the second portal sees the first one's figures from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contributors.errors import DomainError
from contributors.models import Portal
from contributors.portals_below import put_below


class Command(BaseCommand):
    help = "Puts a portal below another one, which then sees its figures; without a second slug it stands alone again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("portal", help="slug of the portal below")
        parser.add_argument("parent", nargs="?", help="slug of the portal above")

    def handle(self, *args: Any, **options: Any) -> None:
        parent = self._portal(options["parent"]) if options["parent"] else None
        try:
            put_below(portal=self._portal(options["portal"]), parent=parent)
        except DomainError as refused:
            raise CommandError(str(refused)) from None
        where = f"below {options['parent']}" if parent else "alone"
        self.stdout.write(f"{options['portal']} stands {where}")

    def _portal(self, slug: str) -> Portal:
        found = Portal.objects.filter(slug=slug).first()
        if found is None:
            message = f"there is no portal {slug!r}"
            raise CommandError(message)
        return found
