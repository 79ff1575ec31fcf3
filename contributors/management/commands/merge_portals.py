"""manage.py merge_portals OLD NEW --on 2026-07-01 --legal-basis "…": the old portal goes on in the new one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contributors.errors import DomainError
from contributors.models import Portal
from contributors.succession import merge_portals


class Command(BaseCommand):
    help = "Moves people, units and open pieces of a portal into another one and closes it; issued papers stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", help="slug of the portal that ends")
        parser.add_argument("new", help="slug of the portal that goes on")
        parser.add_argument("--on", required=True, type=date.fromisoformat, help="the day, as 2026-07-01")
        parser.add_argument("--legal-basis", required=True, help="number of the resolution or decision")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            succession = merge_portals(
                from_portal=self._portal(options["old"]),
                to_portal=self._portal(options["new"]),
                on=options["on"],
                legal_basis=options["legal_basis"],
            )
        except DomainError as refused:
            raise CommandError(str(refused)) from None
        for kind in ("unit", "contributor", "piece"):
            self.stdout.write(f"{kind}: {succession.moved.filter(kind=kind).count()}")
        self.stdout.write(f"{options['old']} goes on in {options['new']} since {succession.on.isoformat()}")

    def _portal(self, slug: str) -> Portal:
        found = Portal.objects.filter(slug=slug).first()
        if found is None:
            message = f"there is no portal {slug!r}"
            raise CommandError(message)
        return found
