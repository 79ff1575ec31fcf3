"""manage.py record_backup: the last line of the operator's backup script, so that the health page knows of it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from contributors.heartbeats import record_backup


class Command(BaseCommand):
    help = "Notes that a backup was made just now; call it only after the copy was written and checked."

    def handle(self, *args: Any, **options: Any) -> None:
        record_backup()
        self.stdout.write("backup noted")
