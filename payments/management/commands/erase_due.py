"""manage.py erase_due [--portal slug] [--dry-run]: erases what has been kept longer than the retention table says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contributors import clock
from contributors.actors import system_actor
from contributors.models import Portal
from contributors.scopes import portal_scope
from payments.erasing import due_for_erasure, erase_due


class Command(BaseCommand):
    help = "Erases what has been kept longer than contributors/retention.yaml says, in every portal. Run it nightly."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portal", help="only the portal of this slug")
        parser.add_argument("--dry-run", action="store_true", help="only say what is due")

    def handle(self, *args: Any, **options: Any) -> None:
        portals = Portal.objects.order_by("slug")
        if options["portal"]:
            portals = portals.filter(slug=options["portal"])
            if not portals:
                message = f"there is no portal {options['portal']!r}"
                raise CommandError(message)
        for portal in portals:
            day = clock.today(portal.time_zone)
            with portal_scope(portal):
                if options["dry_run"]:
                    told = [f"{due.rule.what} {due.count}" for due in due_for_erasure(portal, day)]
                    self.stdout.write(f"{portal.slug}: due: {', '.join(told) or 'nothing'}")
                    continue
                swept = erase_due(actor=system_actor(portal), portal=portal, day=day)
            done = [
                f"{each.what} {each.count}" + (f" ({each.skipped} kept back)" if each.skipped else "") for each in swept
            ]
            self.stdout.write(f"{portal.slug}: erased: {', '.join(done) or 'nothing'}")
