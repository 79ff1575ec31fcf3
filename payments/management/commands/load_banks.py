"""manage.py load_banks"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from payments.banks import load_banks


class Command(BaseCommand):
    help = "Make the banks on offer agree with payments/banks.yaml."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        self.stdout.write(f"{load_banks()} banks new or changed")
