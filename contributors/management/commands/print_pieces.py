"""Promise the prints of pieces that were sent before there were prints: `manage.py print_pieces`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from contributors.likeness import promise_missing_prints
from contributors.models import Portal
from contributors.scopes import portal_scope


class Command(BaseCommand):
    help = "Let workers make what near-duplicates are found by, for pieces that have none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        for portal in Portal.objects.order_by("pk"):
            with portal_scope(portal):
                made = promise_missing_prints()
            self.stdout.write(f"{portal.slug}: {made}")
