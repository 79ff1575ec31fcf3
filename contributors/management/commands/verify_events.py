"""manage.py verify_events [--portal slug] [--lag minutes]: proves that nobody changed the event log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contributors.events import broken_link, unsealed_before
from contributors.models import EventSeal, Portal


class Command(BaseCommand):
    help = "Verifies the hash chain of every portal's events; exit code 1 and the first broken link if one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portal", help="only the portal of this slug")
        parser.add_argument("--lag", type=int, default=10, help="minutes within which an event must be sealed")

    def handle(self, *args: Any, **options: Any) -> None:
        portals = Portal.objects.order_by("slug")
        if options["portal"]:
            portals = portals.filter(slug=options["portal"])
            if not portals:
                message = f"there is no portal {options['portal']!r}"
                raise CommandError(message)
        broken = sum(not self._verify(portal, options["lag"]) for portal in portals)
        if broken:
            message = f"{broken} of {len(portals)} chains are not whole"
            raise CommandError(message)

    def _verify(self, portal: Portal, lag: int) -> bool:
        found = broken_link(portal_id=portal.pk)
        count, oldest = unsealed_before(portal_id=portal.pk, moment=timezone.now() - timedelta(minutes=lag))
        if found is not None:
            told = f"BAD {portal.slug}: broken at position {found.position} ({found.what})"
            if found.event is not None:
                told += f": event {found.event.pk}, {found.event.kind}, {found.event.at.isoformat()}"
            self.stdout.write(told)
        if oldest is not None:
            self.stdout.write(
                f"BAD {portal.slug}: {count} events are not sealed after {lag} minutes, "
                f"the oldest is event {oldest.pk}, {oldest.kind}, {oldest.recorded_at.isoformat()}"
            )
        if found is None and oldest is None:
            sealed = EventSeal.unscoped.filter(portal=portal).count()
            self.stdout.write(f"ok  {portal.slug}: {sealed} events, chain whole")
        return found is None and oldest is None
